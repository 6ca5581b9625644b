//! Rows of an export of this program: their cells are fields already, by the names that they have in an answer, and
//! are taken as they are.

mod value;

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{Derivation, MAX_NAME_CHARS, NormalisedCase, NormalisedRow, imported, names};
use crate::catalog::{Catalog, Entry, FoundBy, Resolved};
use crate::import::key::{MAX_KEY_CHARS, case_id};
use crate::import::plain_export::KnownCases;
use crate::import::report::Remark;
use crate::import::staging::name_column;
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::Degree;
use crate::model::entity::Entity;
use crate::model::field::{CREATES, Kind, REQUIRED, SHOWN};
use crate::model::value::{CaseValues, Value};
use crate::parameters::{Message, message};
use crate::text::is_invisible;

/// The columns by which an export is known: no table that a person made has all of them.
const SIGN: [Field; 6] = [Field::Id, Field::Company, Field::Role, Field::Source, Field::SourceKey, Field::Raw];

/// The columns by which an export is known that does not say where its cases come from.
const PLAIN_SIGN: [&str; 5] = ["id", "company", "company_name", "role", "role_name"];

/// What the header of an export says of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportHeader {
    /// They say all that there is to know.
    Whole,
    /// They say what a list says of cases, which are changed by their ids.
    Plain,
    /// They lack these columns, of which it is not known what they shall be.
    Short(Vec<&'static str>),
}

impl ExportHeader {
    /// That of a header; `None` where it is none of an export.
    pub fn of(header: &[String]) -> Option<Self> {
        let has = |name: &str| header.iter().any(|column| column == name);
        if SIGN.iter().all(|field| has(field.name())) {
            return Some(Self::Whole);
        }
        if !PLAIN_SIGN.iter().all(|name| has(name)) {
            return None;
        }
        let said = imported().filter(|field| field.can(SHOWN)).map(Field::name);
        let lacking: Vec<&str> = said.filter(|name| !has(name)).collect();
        Some(if lacking.is_empty() { Self::Plain } else { Self::Short(lacking) })
    }
}

/// Reads the rows of one export.
#[derive(Debug)]
pub struct CanonicalRows<'a> {
    header: Vec<String>,
    indexes: HashMap<String, usize>,
    /// Of which all rows must be; `None` where each names its own.
    source: Option<&'a Entry>,
    catalog: &'a Catalog,
    /// The cases that rows change which do not say where they come from; `None` where each row says it.
    known: Option<&'a KnownCases>,
    /// The ids so far: 16 bytes a row.
    seen: HashSet<Uuid>,
    derives: bool,
}

impl<'a> CanonicalRows<'a> {
    /// For rows below this header; `known` are the cases that those of a plain export change. `derives` says whether it
    /// also tells where each value comes from.
    pub fn new(
        header: &[String],
        source: Option<&'a Entry>,
        catalog: &'a Catalog,
        known: Option<&'a KnownCases>,
        derives: bool,
    ) -> Self {
        let indexes = header.iter().enumerate().map(|(index, name)| (name.clone(), index)).collect();
        Self { header: header.to_vec(), indexes, source, catalog, known, seen: HashSet::new(), derives }
    }

    /// The slug of the source that a row is of; `None` where it is not known.
    pub fn source_of<'r>(&'r self, cells: &'r [String]) -> Option<&'r str> {
        let Some(known) = self.known else { return self.cell(cells, Field::Source.name()) };
        let id = self.cell(cells, Field::Id.name())?.parse().ok()?;
        known.source_of(id, self.catalog).map(Entry::slug)
    }

    /// The case of a row; `number` counts from 1, header excluded.
    ///
    /// # Errors
    /// Where the row is rejected, with the reason.
    pub fn read(&mut self, number: usize, cells: &[String]) -> Result<NormalisedRow, Remark> {
        let row = ExportRow { rows: self, number, cells };
        let (id, case) = row.case()?;
        let derivations = if self.derives { row.derivations(&case) } else { Vec::new() };
        if self.seen.contains(&id) {
            let field = if self.known.is_some() { Field::Id } else { Field::SourceKey };
            return Err(row.refuse(field, {
                let (en, zh) = (field.name(), field.label().zh);
                message!("the {en} stands in an earlier row too", "前面某行已有这个{zh}")
            }));
        }
        self.seen.insert(id);
        Ok(NormalisedRow { case, is_repeated: false, remarks: Vec::new(), derivations })
    }

    /// The cell of a row in the column of this name; `None` where it is empty.
    pub fn cell<'r>(&self, cells: &'r [String], name: &str) -> Option<&'r str> {
        cells.get(*self.indexes.get(name)?).map(String::as_str).filter(|cell| !cell.is_empty())
    }
}

/// A cell as far as it means something: white space around it is part of texts alone.
fn meant(kind: Kind, cell: &str) -> Option<&str> {
    let meant = if matches!(kind, Kind::Text | Kind::Texts | Kind::Raw) { cell } else { cell.trim() };
    Some(meant).filter(|cell| !cell.is_empty())
}

/// A row of an export on its way to a case.
struct ExportRow<'r> {
    rows: &'r CanonicalRows<'r>,
    number: usize,
    cells: &'r [String],
}

impl<'r> ExportRow<'r> {
    /// The case with its id.
    fn case(&self) -> Result<(Uuid, NormalisedCase), Remark> {
        self.check_cells()?;
        let id = self.identity()?;
        let mut values = CaseValues::default();
        for field in imported() {
            let read = |cell| match field.can(CREATES) {
                true => self.named(field, cell),
                false => value::read(field, cell, self.rows.catalog).map_err(|message| self.refuse(field, message)),
            };
            let value = self.cell(field.name()).and_then(|cell| meant(field.kind(), cell)).map(read).transpose()?;
            let is_needed = field.can(REQUIRED) && !matches!(field.kind(), Kind::Tags | Kind::Texts);
            // Those of a plain export are completed from the case.
            let is_needed = is_needed && (self.rows.known.is_none() || field.can(SHOWN));
            if is_needed && value.is_none() {
                self.needed(field)?;
            }
            values.set(field, value);
        }
        if !values.is_known(Field::SourceRow) {
            values.set(Field::SourceRow, i32::try_from(self.number).ok().map(Value::Number));
        }
        if self.rows.known.is_some() {
            values.set(Field::SourceKey, Some(Value::Text(String::new())));
        }
        if let Kind::Currency { of } = Field::PayCurrency.kind()
            && !of.iter().any(|figure| values.is_known(*figure))
        {
            values.set(Field::PayCurrency, None);
        }
        self.check(&values)?;
        Ok((id, NormalisedCase { values, content: None }))
    }

    /// Refuses a row of which it is not known what it changes. The id.
    fn identity(&self) -> Result<Uuid, Remark> {
        let Some(known) = self.rows.known else { return self.own_identity() };
        let id: Uuid =
            value::parsed(Field::Id, self.needed(Field::Id)?).map_err(|message| self.refuse(Field::Id, message))?;
        let source = known.source_of(id, self.rows.catalog).ok_or_else(|| {
            self.refuse(Field::Id, "no case here has this id; to bring it anew, export it with include=raw,source")
        })?;
        self.check_source(source).map(|()| id)
    }

    /// Refuses a row whose source, key and id do not fit together. The id.
    fn own_identity(&self) -> Result<Uuid, Remark> {
        let source_key = self.needed(Field::SourceKey)?;
        if source_key.chars().count() > MAX_KEY_CHARS {
            return Err(self.refuse(
                Field::SourceKey,
                message!("a key has at most {MAX_KEY_CHARS} characters", "编号至多 {MAX_KEY_CHARS} 个字符"),
            ));
        }
        let id: Uuid =
            value::parsed(Field::Id, self.needed(Field::Id)?).map_err(|message| self.refuse(Field::Id, message))?;
        let sources = self.rows.catalog.directory(Entity::Source);
        let source = sources.by_slug(self.needed(Field::Source)?).ok_or_else(|| {
            let known: Vec<&str> = sources.entries().iter().map(|source| source.slug()).collect();
            self.refuse(Field::Source, {
                let known = known.join(", ");
                message!("no source has this slug; known are: {known}", "没有这个来源；已有：{known}")
            })
        })?;
        self.check_source(source)?;
        if id != case_id(source.slug(), source_key) {
            return Err(self.refuse(
                Field::Id,
                message!("the id does not belong to the source and its key", "id 与来源及其编号不符"),
            ));
        }
        Ok(id)
    }

    /// Refuses a row of another source than the one that is asked for.
    fn check_source(&self, source: &Entry) -> Result<(), Remark> {
        let Some(asked) = self.rows.source.filter(|asked| asked.slug() != source.slug()) else { return Ok(()) };
        let slug = asked.slug();
        let message =
            format!("the row belongs to another source than `{slug}`; without --source each row goes to its own");
        Err(self.refuse(Field::Source, message))
    }

    /// Refuses a row whose cells cannot be told apart or stored.
    fn check_cells(&self) -> Result<(), Remark> {
        let (cells, columns) = (self.cells.len(), self.rows.header.len());
        if cells > columns {
            return Err(self.refuse(
                Field::Id,
                message!(
                    "the row has {cells} cells, and the header has {columns}",
                    "该行有 {cells} 个单元格，而表头有 {columns} 个"
                ),
            ));
        }
        match self.cells.iter().position(|cell| cell.contains('\0')) {
            None => Ok(()),
            Some(index) => {
                let column = self.rows.header.get(index).cloned().unwrap_or_default();
                let cell = self.cells[index].replace('\0', "\u{fffd}");
                let message = message!("the cell has a NUL character", "单元格中有 NUL 字符");
                Err(Remark::new(self.number, &column, &cell, "export", message))
            }
        }
    }

    /// Every cell that is a field, as it is; what is to be made new by its name.
    fn derivations(&self, case: &NormalisedCase) -> Vec<Derivation> {
        let fields = imported().chain([Field::Source]).filter(|field| *field != Field::Raw);
        let of = |field: Field| {
            let cell = self.cell(field.name())?.to_owned();
            let value = match case.values.get(field) {
                Some(Value::NewEntry(name)) => name.clone(),
                _ => cell.clone(),
            };
            Some(Derivation {
                field: field.name(),
                value,
                value_zh: None,
                rule: "export",
                column: field.name().to_owned(),
                cell,
            })
        };
        fields.filter_map(of).collect()
    }

    fn cell(&self, name: &str) -> Option<&'r str> {
        self.rows.cell(self.cells, name)
    }

    fn remark(&self, name: &str, message: impl Into<Message>) -> Remark {
        Remark::new(self.number, name, self.cell(name).unwrap_or_default(), "export", message)
    }

    fn refuse(&self, field: Field, message: impl Into<Message>) -> Remark {
        self.remark(field.name(), message)
    }

    fn needed(&self, field: Field) -> Result<&'r str, Remark> {
        let name = field.name();
        let cell = self.cell(name).map(str::trim).filter(|cell| !cell.is_empty());
        cell.ok_or_else(|| {
            self.remark(name, message!("a row of an export needs a {name}", "导出文件的每行都须有 {name}"))
        })
    }

    /// An entry by its slug; where nothing has it, one that is to be made under its name.
    fn named(&self, field: Field, cell: &str) -> Result<Value, Remark> {
        let catalog = self.rows.catalog;
        if let Some(entry) = names::of(catalog, field).and_then(|names| names.by_slug(cell)) {
            return Ok(Value::Reference(entry.id()));
        }
        let name_column = name_column(field);
        let name = self.cell(&name_column).unwrap_or(cell);
        if name.chars().count() > MAX_NAME_CHARS {
            return Err(self.remark(
                &name_column,
                message!("a name has at most {MAX_NAME_CHARS} characters", "名称至多 {MAX_NAME_CHARS} 个字符"),
            ));
        }
        // Made by an import here too, its slug may have become another one.
        Ok(match names::meaning(catalog, field, name) {
            Some(Resolved::Found { entry, by: FoundBy::Name, .. }) => Value::Reference(entry.id()),
            _ => Value::NewEntry(name.chars().filter(|character| !is_invisible(*character)).collect()),
        })
    }

    /// What the database would refuse of pay: half a range, one upside down, figures without a currency.
    fn check_pay(&self, values: &CaseValues) -> Result<(), Remark> {
        let figure = |field: Field| match values.get(field) {
            Some(Value::Number(number)) => Some(i64::from(*number)),
            Some(Value::Hundredths(amount)) => Some(*amount),
            _ => None,
        };
        for (min, max) in [(Field::PayAnnualMin, Field::PayAnnualMax), (Field::PayMonthlyMin, Field::PayMonthlyMax)] {
            let is_range = match (figure(min), figure(max)) {
                (None, None) => true,
                (Some(low), Some(high)) => low <= high,
                _ => false,
            };
            if !is_range {
                let (min_name, max_name) = (min.name(), max.name());
                let message = message!(
                    "{min_name} and {max_name} are two figures above 0, the lower one first, or none",
                    "{min_name} 和 {max_name} 是两个大于 0 的数，先低后高，或者都不写"
                );
                return Err(self.refuse(min, message));
            }
        }
        let Kind::Currency { of } = Field::PayCurrency.kind() else { return Ok(()) };
        if !values.is_known(Field::PayCurrency)
            && let Some(said) = of.iter().find(|figure| values.is_known(**figure))
        {
            let name = said.name();
            let message = message!("{name} needs a pay_currency, such as CNY", "有 {name} 就要有 pay_currency，如 CNY");
            return Err(self.refuse(Field::PayCurrency, message));
        }
        Ok(())
    }

    /// What the database would refuse of several fields together: one row of it would stop all others.
    fn check(&self, values: &CaseValues) -> Result<(), Remark> {
        let degree = match values.get(Field::HighestDegree) {
            Some(Value::Member(slug)) => Degree::from_slug(slug),
            _ => None,
        };
        for (tier, least) in [
            (Field::BachelorTier, Degree::Bachelor),
            (Field::MasterTier, Degree::Master),
            (Field::DoctorTier, Degree::Doctor),
        ] {
            if values.is_known(tier) && degree < Some(least) {
                return Err(self.refuse(tier, message!("the highest degree is lower", "最高学历比它低")));
            }
        }
        self.check_pay(values)?;
        if values.is_known(Field::OfferedOn) != values.is_known(Field::OfferedPrecision) {
            return Err(self
                .refuse(Field::OfferedOn, message!("date and precision belong together", "日期和日期精度须同时给出")));
        }
        Ok(())
    }
}
