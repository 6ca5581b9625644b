//! What all rows of a file have in common, and what was worked out for their cells already.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::education::{Education, SchoolCell, Vocabulary};
use super::memo::Memo;
use super::outcome::Outcome;
use super::pay_table::{PayMemos, PayTable};
use super::rules::{Extract, Rule};
use super::tags::Keywords;
use super::{MAX_NAME_CHARS, check, names, ornaments, wrapping};
use crate::catalog::{Catalog, Entry, Resolution, SourceKind};
use crate::import::read::Table;
use crate::import::read::header::{Columns, EDUCATION, KEY, columns};
use crate::model::case::Field;
use crate::model::closed_sets::Verification;
use crate::model::entity::Entity;
use crate::model::value::Value;
use crate::parameters::{Message, message};
use crate::privacy::masked;
use crate::text::{is_invisible, name_key};

/// What all rows of a file have in common.
#[derive(Debug)]
pub(super) struct Setting<'a> {
    pub header: Vec<String>,
    pub columns: Columns,
    pub source_slug: &'a str,
    pub verification: Verification,
    pub catalog: &'a Catalog,
    pub vocabulary: Vocabulary<'a>,
    pub keywords: Keywords,
    /// The columns that are not read by name.
    pub read_alone: Vec<Field>,
    /// What the columns of pay have in common with the table.
    pub pay: PayTable,
    rules: Vec<Rule>,
    /// The places of the cells in which labelled facts are looked for.
    pub texts: Vec<usize>,
    /// Names of the cells in the raw row.
    pub raw_names: Vec<String>,
    pub today: NaiveDate,
    pub derives: bool,
}

impl<'a> Setting<'a> {
    pub fn new(table: &Table, source: &'a Entry, catalog: &'a Catalog) -> Self {
        let Table { header, columns, .. } = table;
        Self {
            header: header.clone(),
            columns: columns.clone(),
            source_slug: source.slug(),
            verification: verification_by(source.source_kind()),
            catalog,
            vocabulary: Vocabulary::of(catalog),
            keywords: Keywords::of(catalog.directory(Entity::Tag)),
            read_alone: read_alone(),
            pay: PayTable::of(table, catalog),
            rules: Field::ALL.iter().map(|field| Rule::of(*field)).collect(),
            texts: texts(header, columns),
            raw_names: raw_names(header),
            today: chrono::Utc::now().date_naive(),
            derives: false,
        }
    }

    /// How the column of a field is read.
    pub fn rule(&self, field: Field) -> &Rule {
        &self.rules[field as usize]
    }
}

/// All columns, in the order of the fields, but those that have to do with other cells: [`super::row`] reads them by name.
fn read_alone() -> Vec<Field> {
    use Field::{BachelorSchool, City, Company, Major, OfferedOn, Role, School, Summary};
    let by_name = [Company, Role, Major, EDUCATION, School, BachelorSchool, City, OfferedOn, Summary, KEY];
    columns().filter(|column| !by_name.contains(column) && !PayTable::reads(*column)).collect()
}

/// What stands behind a case of such a source, if it says nothing more.
fn verification_by(kind: Option<SourceKind>) -> Verification {
    match kind {
        Some(SourceKind::CoachingAd) => Verification::SourcePublished,
        Some(SourceKind::Survey | SourceKind::Crowd) => Verification::SelfReported,
        Some(SourceKind::OwnRecords | SourceKind::Synthetic) | None => Verification::None,
    }
}

/// The columns that no field is read of, and that of the summary.
fn texts(header: &[String], columns: &Columns) -> Vec<usize> {
    let is_text = |place: &usize| columns.is_untaken(*place) || columns.place(Field::Summary) == Some(*place);
    (0..header.len()).filter(is_text).filter(|place| !columns.private.leaves_out(*place)).collect()
}

/// The headers; a second column of the same header gets its number.
fn raw_names(header: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(header.len());
    for (place, name) in header.iter().enumerate() {
        let needs_number = name.is_empty() || names.contains(name);
        let name = masked(name).0;
        names.push(if needs_number { format!("{name}#{}", place + 1) } else { name.into_owned() });
    }
    names
}

/// What was worked out for cells already.
#[derive(Debug, Default)]
pub(super) struct Memos {
    pub companies: Memo<NameReading>,
    pub roles: Memo<NameReading>,
    pub education: Memo<Result<Education, Message>>,
    pub schools: Memo<Result<SchoolCell, Message>>,
    /// Those of the columns of pay.
    pub pay: PayMemos,
    /// Of each column that says what became of an application.
    pub outcomes: BTreeMap<usize, Memo<Outcome>>,
    /// Of each field the cells of its column.
    cells: BTreeMap<Field, Memo<Extract>>,
}

impl Memos {
    /// What a cell of the column of a field says.
    pub fn read(&mut self, cell: &str, field: Field, setting: &Setting<'_>) -> &Extract {
        self.cells.entry(field).or_default().get(cell, || setting.rule(field).read(cell, setting))
    }
}

/// A company or role with the rule by which it was read, and a remark; or the rule and the reason why the row is rejected.
pub(super) type NameReading = Result<(Value, &'static str, Option<Message>), (&'static str, Message)>;

/// The rule of a name that stands there as it is known.
const BY_NAME: &str = "name";

/// The company or role that a cell names. A name that several have by alias only is rejected; one that is a name here
/// and an alias elsewhere is taken and remarked.
pub(super) fn name(cell: &str, field: Field, setting: &Setting<'_>) -> NameReading {
    let (what, zh) = (field.name(), field.label().zh);
    if cell.chars().count() > MAX_NAME_CHARS {
        return Err((
            BY_NAME,
            message!(
                "a {what} of more than {MAX_NAME_CHARS} characters is no name",
                "超过 {MAX_NAME_CHARS} 个字符的不是{zh}名"
            ),
        ));
    }
    if let Some(reason) = check::mojibake(cell) {
        return Err(("mojibake", reason));
    }
    if let Some(items) = wrapping::several(cell) {
        let items = items.join(", ");
        return Err((
            "several",
            message!("it names several: {items}; write one {what}", "写了多个：{items}；请只写一个{zh}"),
        ));
    }
    let cell: String = wrapping::unwrapped(cell).chars().filter(|character| !is_invisible(*character)).collect();
    let name = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(("needed", message!("a case needs a {what}", "缺少{zh}，每条案例都必须有")));
    }
    let meaning = names::meaning(setting.catalog, field, &name);
    let (cell, name, meaning) = match meaning {
        Some(Resolution::Unknown { .. }) | None => plain(name, cell, field, setting)?,
        known => (cell, name, known),
    };
    match &meaning {
        Some(Resolution::Found { entry, by, others }) => {
            let taken = || {
                let (slug, others) = (entry.slug(), names::slugs(others));
                message!("taken as {slug}; it may also mean {others}", "读作 {slug}；也可能指 {others}")
            };
            let rule = if by.is_exact() { BY_NAME } else { by.as_str() };
            Ok((Value::Reference(entry.id()), rule, (!others.is_empty()).then(taken)))
        }
        Some(Resolution::Ambiguous { entries, by }) if by.is_exact() => {
            Err(("ambiguous", names::may_mean(entries).with(&message!("; write one of them", "；请写其中一个"))))
        }
        _ if name_key(&name) == name_key(setting.columns.title(field)) => {
            Err(("header", message!("the row repeats the header", "该行重复了表头")))
        }
        _ if check::is_placeholder(&name) => Err((
            "placeholder",
            message!("it only fills the cell; write the name of the {what}", "只是占位；请写{zh}的名称"),
        )),
        _ => {
            let note = match &meaning {
                Some(Resolution::Ambiguous { entries, .. }) => {
                    Some(message!("new; ", "新建；").with(&names::may_mean(entries)))
                }
                _ => None,
            };
            Ok((Value::NewEntry(if cell.contains(['\n', '\r', '\t']) { name } else { cell }), BY_NAME, note))
        }
    }
}

/// A name as it is kept and as it is looked for, and what it means.
type NameMeaning<'s> = (String, String, Option<Resolution<'s>>);

/// A name that nobody knows without what adorns or numbers it, and what it means then; refused where it is crossed out.
fn plain<'s>(
    name: String,
    cell: String,
    field: Field,
    setting: &'s Setting<'_>,
) -> Result<NameMeaning<'s>, (&'static str, Message)> {
    let meaning = |name: &str| names::meaning(setting.catalog, field, name);
    let is_known = |name: &str| matches!(meaning(name), Some(Resolution::Found { .. }));
    if let Some(sign) = ornaments::cross(&name) {
        return Err((
            "outcome",
            message!(
                "it is marked {sign}, which may say that there was no offer; take the mark away where there was one",
                "带有 {sign}，可能表示没有拿到 offer；若拿到了，请去掉该标记"
            ),
        ));
    }
    let pageless = ornaments::without_page(&name);
    let plain = ornaments::unnumbered(ornaments::unadorned(&pageless), is_known).trim();
    let meaning = meaning(plain);
    let cell = if plain == name { cell } else { plain.to_owned() };
    Ok((cell, plain.to_owned(), meaning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_a_case_is_told_by_its_source() {
        for (kind, expected) in [
            (Some(SourceKind::CoachingAd), Verification::SourcePublished),
            (Some(SourceKind::Survey), Verification::SelfReported),
            (Some(SourceKind::OwnRecords), Verification::None),
        ] {
            assert_eq!(verification_by(kind), expected, "{kind:?}");
        }
    }
}
