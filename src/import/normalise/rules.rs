//! How the cells of a column are read: by the kind of its field, unless the field has a rule of its own.

use std::sync::LazyLock;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::decimal::Hundredths;
use super::setting::Setting;
use super::text::{folded, is_blank, squeezed};
use super::{
    Reading, check, date, interview_rounds, left_unknown, names, numerals, offer_channel, ornaments, pay, preparation,
    shown, tags, wrapping,
};
use crate::catalog::cities::{NoCity, city_in};
use crate::catalog::{Catalog, Resolved};
use crate::import::read::header::{PAY, column_name};
use crate::model::case::Field;
use crate::model::closed_set::{ClosedSet, Members};
use crate::model::entity::Entity;
use crate::model::field::Kind;
use crate::model::value::Value;
use crate::parameters::{Message, message};
use crate::word_tables;

/// What was read in a cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Extract {
    /// Values, each with its field.
    pub values: Vec<(Field, Value)>,
    /// Which rule gave them.
    pub rule: &'static str,
    /// What could not be read, with the rule that says so.
    pub remark: Option<(&'static str, Message)>,
}

impl Extract {
    /// What the rule of a column read.
    fn of(column: Field, reading: Reading<Vec<(Field, Value)>>) -> Self {
        let rule = column_name(column);
        match reading {
            Ok(values) => Self { values: values.unwrap_or_default(), rule, remark: None },
            Err(message) => Self { values: Vec::new(), rule, remark: Some((rule, message)) },
        }
    }

    /// What the rule of a column that says only its field read.
    fn one<T>(field: Field, reading: Reading<T>, value: impl FnOnce(T) -> Value) -> Self {
        Self::of(field, reading.map(|read| read.map(|it| vec![(field, value(it))])))
    }

    /// The values as a derivation has them; a date has its precision behind it.
    pub fn derived(&self, catalog: &Catalog) -> Vec<(Field, String)> {
        let precision_of = |field: Field| match field.kind() {
            Kind::Date { precision } => Some(precision),
            _ => None,
        };
        let is_precision = |field: Field| self.values.iter().any(|(date, _)| precision_of(*date) == Some(field));
        let derived = |(field, value): &(Field, Value)| {
            let mut text = shown(*field, value, catalog);
            if let Some(Value::Member(precision)) = precision_of(*field).and_then(|precision| self.get(precision)) {
                text = format!("{text} ({precision})");
            }
            (*field, text)
        };
        self.values.iter().filter(|(field, _)| !is_precision(*field)).map(derived).collect()
    }

    /// The value of a field.
    pub fn get(&self, field: Field) -> Option<&Value> {
        self.values.iter().find(|(other, _)| *other == field).map(|(_, value)| value)
    }
}

/// Reads a cell of a field.
type Read = fn(&str, Field, &Setting<'_>) -> Extract;
/// What a summary says of a field.
type InSummary = fn(&str, &Setting<'_>) -> Option<Value>;

/// The fields that are not read by their kind alone.
const RULES: &[(Field, Read, Option<InSummary>)] = &[
    (
        Field::OfferChannel,
        |cell, field, _| Extract::one(field, offer_channel::read(cell), member),
        Some(|said, _| offer_channel::in_summary(said).map(member)),
    ),
    (Field::City, |cell, field, setting| Extract::one(field, city(cell, setting), |city| city), None),
    (Field::PayMonths, |cell, field, _| Extract::one(field, pay::read_months(cell), amount), None),
    (
        Field::InterviewRounds,
        |cell, field, _| Extract::one(field, interview_rounds::read(cell), number),
        Some(|said, _| interview_rounds::in_summary(said).map(number)),
    ),
    (
        Field::PreparationDays,
        |cell, field, setting| Extract::one(field, preparation::read(cell, setting.columns.title(field)), number),
        Some(|said, _| preparation::in_summary(said).map(number)),
    ),
    (
        Field::Tags,
        by_kind,
        Some(|said, setting| {
            let slugs = setting.keywords.in_summary(&folded(said));
            (!slugs.is_empty()).then_some(Value::Texts(slugs))
        }),
    ),
];

/// A name of a member of a closed set beside those that the set has.
#[derive(Debug, Deserialize)]
struct MemberName {
    word: String,
    field: String,
    member: String,
}

/// What people call members of closed sets; words are compared without spaces.
static OTHER_NAMES: LazyLock<Vec<MemberName>> = LazyLock::new(|| {
    let rows: Vec<MemberName> = word_tables::rows(include_str!("../../../seed/import/members.csv"));
    rows.into_iter().map(|row| MemberName { word: squeezed(&row.word), ..row }).collect()
});

/// How a column is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    /// The field that it says.
    pub field: Field,
    read: Read,
    in_summary: Option<InSummary>,
}

impl Rule {
    /// That of the column of a field.
    pub fn of(field: Field) -> Self {
        let own = RULES.iter().find(|(other, ..)| *other == field);
        let (read, in_summary) = own.map_or((by_kind as Read, None), |(_, read, in_summary)| (*read, *in_summary));
        Self { field, read, in_summary }
    }

    /// What a cell says; nothing where it was read in a wrong encoding.
    pub fn read(&self, cell: &str, setting: &Setting<'_>) -> Extract {
        match check::mojibake(cell) {
            None => {
                let text = wrapping::unwrapped(cell);
                let is_name = matches!(self.field.kind(), Kind::Reference(_));
                let text = if is_name { ornaments::unadorned(&text) } else { &text };
                (self.read)(text.trim(), self.field, setting)
            }
            Some(reason) => Extract { remark: Some(("mojibake", left_unknown(reason))), ..Extract::default() },
        }
    }

    /// What a summary says of the field.
    pub fn in_summary(&self, summary: &str, setting: &Setting<'_>) -> Option<Value> {
        self.in_summary.and_then(|read| read(summary, setting))
    }
}

fn member<T: ClosedSet>(member: T) -> Value {
    Value::Member(member.slug())
}

fn number(number: i16) -> Value {
    Value::Number(number.into())
}

fn amount(amount: Hundredths) -> Value {
    Value::Hundredths(amount.0)
}

/// Reads a cell by what is declared of its field.
fn by_kind(cell: &str, field: Field, setting: &Setting<'_>) -> Extract {
    let text = squeezed(cell);
    match field.kind() {
        Kind::Reference(_) => Extract::one(field, reference(cell, field, setting), Value::Reference),
        Kind::Tags => known_tags(cell, field, setting),
        _ if is_blank(&text) => Extract::default(),
        Kind::Closed(members) => Extract::one(field, closed(&text, field, members), Value::Member),
        Kind::Number { least, is_small } => Extract::one(field, whole(&text, least, is_small), Value::Number),
        Kind::Amount { digits, decimals } => {
            Extract::one(field, Hundredths::parse(&text, digits, decimals).map(Some), amount)
        }
        Kind::Text => Extract::one(field, Ok(Some(cell.nfkc().collect())), Value::Text),
        Kind::Date { precision } => {
            let values =
                |read: date::OfferDate| vec![(field, Value::Date(read.on)), (precision, member(read.precision))];
            Extract::of(field, date::read(cell, setting.today, setting.date_order).map(|read| read.map(values)))
        }
        Kind::Id | Kind::Period { .. } | Kind::Currency { .. } | Kind::Texts => unread(field),
        Kind::Flag | Kind::Time | Kind::Raw | Kind::Revisions | Kind::Labels => unread(field),
    }
}

/// What nobody writes into a column of its own.
fn unread(field: Field) -> Extract {
    Extract::of(field, Err(message!("no table has such a column", "没有哪种表格有这样的列")))
}

/// An entry by any of its names.
fn reference(cell: &str, field: Field, setting: &Setting<'_>) -> Reading<i32> {
    match names::meaning(setting.catalog, field, cell) {
        Some(Resolved::Found { entry, .. }) => Ok(Some(entry.id())),
        Some(Resolved::Ambiguous { entries, .. }) => Err(left_unknown(names::may_mean(&entries))),
        Some(Resolved::Unknown) | None => Err(left_unknown(names::none_is_called_so(field))),
    }
}

/// The city that a cell names; one that nobody knows is to be made if the cell says that it is one.
fn city(cell: &str, setting: &Setting<'_>) -> Reading<Value> {
    let text = folded(cell);
    if is_blank(&text) {
        return Ok(None);
    }
    match city_in(&text, setting.catalog) {
        Ok(city) => Ok(Some(Value::Reference(city.id()))),
        Err(NoCity::Unknown) => match names::meaning(setting.catalog, Field::City, &text) {
            Some(Resolved::Found { entry, .. }) => Ok(Some(Value::Reference(entry.id()))),
            Some(Resolved::Ambiguous { entries, .. }) => Err(left_unknown(names::may_mean(&entries))),
            Some(Resolved::Unknown) | None => {
                let new = new_city(&text).ok_or_else(|| no_city(NoCity::Unknown))?;
                Ok(Some(Value::NewEntry(new)))
            }
        },
        Err(reason) => Err(no_city(reason)),
    }
}

/// Why a cell names no city.
fn no_city(reason: NoCity) -> Message {
    let en = reason.to_string();
    let zh = match reason {
        NoCity::Nowhere => "没有指明一个城市".to_owned(),
        NoCity::Unknown => "没有叫这个名字的城市；请写如 北京".to_owned(),
        NoCity::Strange(city) => format!("写了{city}，又写了不在它附近或其中的地方"),
        NoCity::Ambiguous(cities) => format!("可能指 {}；留作未知", cities.join("、")),
        NoCity::Several(cities) => format!("写了几个城市：{}", cities.join("、")),
    };
    Message { en, zh }
}

/// The name of a city that is written with 市 and nothing else.
fn new_city(text: &str) -> Option<String> {
    const MAX_CHARS: usize = 20;
    let name = text.strip_suffix('市')?;
    let is_name = (2..MAX_CHARS).contains(&name.chars().count())
        && name.chars().all(|character| character.is_alphabetic() && !character.is_ascii())
        && !name.contains(['省', '市', '区', '某', '各', '等']);
    is_name.then(|| name.to_owned())
}

/// A member of a closed set by its slug or a name, with or without 方向 behind it.
fn closed(text: &str, field: Field, members: &'static Members) -> Reading<&'static str> {
    let name = text.strip_suffix("方向").unwrap_or(text);
    let is_so = |row: &&MemberName| row.field == field.name() && [text, name].contains(&row.word.as_str());
    let by_other_name = || OTHER_NAMES.iter().find(is_so).and_then(|row| members.position(&row.member));
    let member = members.called(text).or_else(|| members.called(name));
    let called = member.map(|member| member.slug).or_else(|| by_other_name().map(|index| members.slugs[index]));
    called.map(Some).ok_or_else(|| {
        let names: Vec<&str> = members.members.iter().map(|member| member.label.zh).collect();
        let names = names.join(", ");
        names::none_is_called_so(field).with(&message!("; write one of {names}", "；请写 {names} 之一"))
    })
}

/// A whole number within the bounds of its column.
fn whole(text: &str, least: i32, is_small: bool) -> Reading<i32> {
    let most = if is_small { i16::MAX.into() } else { i32::MAX };
    let number = numerals::number(text).and_then(|number| i32::try_from(number).ok());
    let message = || message!("not a whole number between {least} and {most}", "不是 {least} 到 {most} 之间的整数");
    number.filter(|number| (least..=most).contains(number)).map(Some).ok_or_else(message)
}

/// Tags by their names; words that are none are remarked.
fn known_tags(cell: &str, field: Field, setting: &Setting<'_>) -> Extract {
    let directory = setting.catalog.directory(Entity::Tag);
    let (slugs, unknown) = tags::read(cell, directory);
    let mut extract = Extract::one(field, Ok((!slugs.is_empty()).then_some(slugs)), Value::Texts);
    if !unknown.is_empty() {
        let known: Vec<&str> = directory.entries().iter().map(|tag| tag.slug()).collect();
        let (unknown, known) = (unknown.join(", "), known.join(", "));
        let message = message!("no tag is called {unknown}; there are {known}", "没有叫 {unknown} 的标签；有 {known}");
        extract.remark = Some((extract.rule, message));
    }
    extract
}

/// What a text of pay says, in fields.
pub(super) fn figures(pay: pay::Pay) -> Extract {
    let whole = |figure: Option<i32>| figure.map(Value::Number);
    let values = [
        (Field::PayAnnualMin, whole(pay.annual.map(|(low, _)| low))),
        (Field::PayAnnualMax, whole(pay.annual.map(|(_, high)| high))),
        (Field::PayCurrency, pay.currency.map(|code| Value::Text(code.to_owned()))),
        (Field::PayAnnualBase, whole(pay.annual_base)),
        (Field::PayMonthlyBase, pay.monthly_base.map(amount)),
        (Field::PayMonthlyMin, pay.monthly.map(|(low, _)| amount(low))),
        (Field::PayMonthlyMax, pay.monthly.map(|(_, high)| amount(high))),
        (Field::PayMonths, pay.months.map(amount)),
        (Field::PayStockAnnual, whole(pay.stock)),
        (Field::PaySignOn, whole(pay.sign_on)),
    ];
    Extract {
        values: values.into_iter().filter_map(|(field, value)| Some((field, value?))).collect(),
        rule: pay.rule,
        remark: pay.remark.map(|remark| (column_name(PAY), remark)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{catalog, source};
    use super::*;
    use crate::import::read::Table;
    use crate::import::read::header::Columns;

    #[test]
    fn a_field_without_a_rule_of_its_own_is_read_by_its_kind() {
        let header = ["公司", "岗位"].map(str::to_owned);
        let columns = Columns::of(&header, &[]).expect("columns");
        let table = Table { header: header.to_vec(), columns, sheet: None, first_rows: Vec::new() };
        let setting = Setting::new(&table, source(), catalog());
        for (field, cell, expected) in [
            (Field::Verification, "来源公开发布", Ok("source_published")),
            (Field::Verification, " Self-Reported ", Ok("self_reported")),
            (Field::Verification, "document", Ok("document")),
            (Field::Verification, "-", Ok("")),
            (Field::Verification, "也许", Err("no verification is called so; write one of 未核实, ")),
            (Field::RoleTrack, "平台方向", Ok("platform")),
            (Field::RoleTrack, "底层/平台/算法侧", Ok("platform")),
            (Field::RoleTrack, "Application side", Ok("application")),
            (Field::RoleTrack, "落地 场景", Ok("application")),
            (Field::RoleTrack, "应用平台", Err("no role track is called so; write one of ")),
            (Field::RoleTrack, "平台/应用", Err("no role track is called so")),
            (Field::SourceRow, "３００", Ok("300")),
            (Field::SourceRow, "十二", Ok("12")),
            (Field::SourceRow, "0", Err("not a whole number between 1 and 2147483647")),
            (Field::SourceRow, "1.5", Err("not a whole number")),
            (Field::PayMonths, "14.5", Ok("14.50")),
            (Field::PayMonths, "14.55", Err("it must be above 0, with at most 3 digits before the point and 1 behind")),
            (Field::BachelorSchool, "浙大", Ok("zhejiang-university")),
            (Field::BachelorSchool, "科大", Err("may mean ")),
            (Field::BachelorSchool, "某大学", Err("no bachelor school is called so; left unknown")),
            (Field::Source, "nobody", Err("no source is called so")),
            (Field::Summary, "ＡＢ 组", Ok("AB 组")),
            (Field::Summary, "暂无", Ok("")),
            (Field::Tags, "独角兽", Ok("unicorn")),
            (Field::Raw, "{}", Err("no table has such a column")),
        ] {
            let extract = Rule { field, read: by_kind, in_summary: None }.read(cell, &setting);
            let value = extract.get(field).map(|value| shown(field, value, catalog())).unwrap_or_default();
            match (&extract.remark, expected) {
                (Some((rule, message)), Err(beginning)) => {
                    assert!(
                        *rule == column_name(field) && message.en.starts_with(beginning),
                        "{field:?} {cell}: {message}"
                    )
                }
                (remark, expected) => assert_eq!((remark, Ok(value.as_str())), (&None, expected), "{field:?} {cell}"),
            }
        }
        for MemberName { word, field, member } in OTHER_NAMES.iter() {
            let kind = Field::named(field).map(Field::kind);
            let is_member = |set: &Members| set.slugs.contains(&member.as_str());
            assert!(matches!(kind, Some(Kind::Closed(set)) if is_member(set)), "{word},{field},{member}");
        }
        for field in &setting.read_alone {
            assert_ne!(setting.rule(*field).read("x", &setting), unread(*field), "{field:?} has headers");
        }
    }
}
