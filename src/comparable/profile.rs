//! A profile: what cases are compared with, and what a case is when it is compared.

use super::measure::group_value;
use super::parameters::{NAMES, ProfileParameters};
use crate::cases::Reference;
use crate::cases::parse::{UNKNOWN, find_entry, find_member, find_tag, is_unknown};
use crate::cases::ranges::parse_date;
use crate::cases::row::CaseRow;
use crate::catalog::Catalog;
use crate::catalog::reference::Names;
use crate::catalog::reference::names_of;
use crate::engine::tally::GroupValue;
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::field::Kind;
use crate::model::value::{CaseValues, Value};
use crate::parameters::message;
use crate::parameters::{ParameterError, ParameterReader, ParameterTable, Proposals};

/// What is known of a person and an offer, of the fields that are compared and those that say how precise they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile(CaseValues);

impl Profile {
    /// Takes a profile out of a request; mistakes stay with the reader.
    pub fn parse(reader: &mut ParameterReader, catalog: &Catalog) -> Self {
        if ProfileParameters::PARAMETERS.iter().all(|parameter| reader.is_missing(parameter.name)) {
            let names = NAMES.join("`, `");
            let message = message!(
                "nothing to compare with: give at least one of `{names}`",
                "没有可比较的内容：请至少给出 `{names}` 中的一个"
            );
            reader.wrong(ParameterError::new("profile", message).allowing("", NAMES.iter().copied()));
        }
        let mut profile = Self::default();
        for (field, _) in Field::compared() {
            profile.take(reader, catalog, field);
        }
        profile
    }

    /// Takes the value of a field out of a request.
    fn take(&mut self, reader: &mut ParameterReader, catalog: &Catalog, field: Field) {
        let name = field.name();
        let value = match field.kind() {
            Kind::Reference(entity) => {
                one(reader, name, |text, proposals| find_entry(name, entity, catalog, text, proposals))
                    .map(Value::Reference)
            }
            Kind::Closed(set) => one(reader, name, |text, _| find_member(name, set, text)).map(Value::Member),
            Kind::Tags => Some(Value::Texts(tags(reader, name, catalog))),
            Kind::Date { precision } => one(reader, name, |text, _| parse_date(name, text)).map(|(date, known)| {
                self.0.set(precision, Some(Value::Member(known.slug())));
                Value::Date(date)
            }),
            _ => one(reader, name, |text, _| Ok(text.to_owned())).map(Value::Text),
        };
        self.0.set(field, value);
    }

    /// What is known of a case.
    pub(super) fn of(case: &CaseRow) -> Self {
        let mut profile = Self::default();
        for (field, _) in Field::compared() {
            profile.0.set(field, case.value(field).map(each_once));
            if let Kind::Date { precision } = field.kind() {
                profile.0.set(precision, case.value(precision));
            }
        }
        profile
    }

    /// What is known of a field.
    pub fn get(&self, field: Field) -> Option<&Value> {
        self.0.get(field)
    }

    /// What is known of a field, as it is shown; nothing where it is unknown.
    pub fn shown(&self, field: Field, catalog: &Catalog) -> Vec<Reference> {
        let named = |value: &GroupValue| Reference::new(names_of(field, catalog, value));
        match (self.get(field), field.kind()) {
            (None, _) => Vec::new(),
            (Some(Value::Texts(slugs)), _) => slugs.iter().map(|slug| named(&GroupValue::Text(slug.clone()))).collect(),
            (Some(Value::Date(date)), Kind::Date { precision }) => {
                let format = match self.get(precision) {
                    Some(Value::Member("year")) => "%Y",
                    Some(Value::Member("month")) => "%Y-%m",
                    _ => "%Y-%m-%d",
                };
                vec![Reference::new(Names::plain(&date.format(format).to_string()))]
            }
            (Some(value), _) => vec![named(&group_value(value))],
        }
    }
}

/// The one value of a parameter: a profile is what somebody is, not a choice.
fn one<T>(
    reader: &mut ParameterReader,
    parameter: &'static str,
    find: impl Fn(&str, &Proposals) -> Result<T, ParameterError>,
) -> Option<T> {
    let text = reader.text(parameter)?;
    let text = text.trim();
    let found = if text.contains([',', '，']) {
        Err(ParameterError::new(parameter, message!("takes one value in a profile", "在画像中只取一个值")))
    } else {
        find_known(parameter, text, |text| find(text, &reader.proposals))
    };
    found.map_err(|mistake| reader.wrong(mistake)).ok()
}

/// What a text means, unless it is a `!` or the unknown, which only a filter takes.
fn find_known<T>(
    parameter: &str,
    text: &str,
    find: impl Fn(&str) -> Result<T, ParameterError>,
) -> Result<T, ParameterError> {
    if text.starts_with(['!', '！']) {
        return Err(ParameterError::new(
            parameter,
            message!(
                "takes no `!`: a profile says what is, a filter what is not",
                "不接受 `!`：画像说明是什么，筛选才说明不是什么"
            ),
        ));
    }
    if is_unknown(text) {
        return Err(ParameterError::new(
            parameter,
            message!("takes known values; leave out what is not known", "只取已知的值；不知道的请省略"),
        ));
    }
    find(text).map_err(|mut mistake| {
        mistake.allowed.retain(|allowed| allowed != UNKNOWN);
        mistake.did_you_mean = mistake.did_you_mean.filter(|meant| meant != UNKNOWN);
        mistake
    })
}

fn tags(reader: &mut ParameterReader, name: &'static str, catalog: &Catalog) -> Vec<String> {
    let mut found = Vec::new();
    for text in reader.list(name) {
        match find_known(name, &text, |text| find_tag(name, catalog, text, &reader.proposals)) {
            Ok(slug) if found.contains(&slug) => {}
            Ok(slug) => found.push(slug),
            Err(mistake) => reader.wrong(mistake),
        }
    }
    found
}

/// Of several texts each once.
fn each_once(value: Value) -> Value {
    let Value::Texts(texts) = value else { return value };
    let mut once: Vec<String> = Vec::new();
    for text in texts {
        if !once.contains(&text) {
            once.push(text);
        }
    }
    Value::Texts(once)
}
