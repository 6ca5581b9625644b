//! The fields of a case by name: which of them a reader asks for, and how each stands in a table.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::OfferCase;
use super::one::Include;
use crate::parameters::{Kind, Parameter, ParameterReader};

/// The parameter that thins cases.
pub const FIELDS: Parameter = Parameter {
    name: "fields",
    description: "The fields to give, in CSV in this order; all when absent. What `include` asks for is given as well.",
    kind: Kind::SomeOf { allowed: NAMES, sign: None, default: &[], most: None },
    example: "id,company,pay_annual_min",
};

macro_rules! fields {
    (always: $($name:ident)+; on request: $($included:ident)+;) => {
        /// All fields that are always known, in their order.
        const NAMES: &[&str] = &[$(stringify!($name)),+];

        impl Serialize for ThinOfferCase<'_> {
            /// Looks at nothing that is not wanted, so that a thin case costs less than a whole one.
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let Self { case, wanted } = self;
                let mut wanted = wanted.iter();
                let mut map = serializer.serialize_map(None)?;
                $(if wanted.next() == Some(&true) {
                    map.serialize_entry(stringify!($name), &case.$name)?;
                })+
                $(if let Some(included) = &case.$included {
                    map.serialize_entry(stringify!($included), included)?;
                })+
                map.end()
            }
        }
    };
}

fields! {
    always:
        id company role role_track major
        bachelor_tier master_tier doctor_tier highest_degree school_tier
        bachelor_school school offer_channel city offered_on
        offered_precision pay_annual_min pay_annual_max pay_currency pay_monthly_base
        pay_months interview_rounds preparation_days tags summary
        conflicts verification revision created_at updated_at;
    on request: source source_key source_row raw revisions;
}

/// Fields that hold a [`super::Reference`]; in a table they are three columns.
const REFERENCES: &[&str] = &[
    "company",
    "role",
    "major",
    "bachelor_tier",
    "master_tier",
    "doctor_tier",
    "school_tier",
    "bachelor_school",
    "school",
    "source",
];

/// What a spreadsheet takes for the beginning of a formula, the wide forms too.
const FORMULA_STARTS: &[char] = &['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Some fields, in an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    names: Vec<&'static str>,
    wanted: Wanted,
}

/// Which of the fields that are always known, in their order.
type Wanted = [bool; NAMES.len()];

impl Fields {
    fn new(names: Vec<&'static str>) -> Self {
        let wanted = std::array::from_fn(|place| names.contains(&NAMES[place]));
        Self { names, wanted }
    }

    /// Takes [`FIELDS`] out of a request; `None` = all.
    pub fn parse(reader: &mut ParameterReader) -> Option<Self> {
        let names: Vec<&str> = reader.some_of(FIELDS.name).into_iter().map(|(_, name)| name).collect();
        (!names.is_empty()).then(|| Self::new(names))
    }

    /// These fields, or all, with what is included.
    pub fn with(fields: Option<Self>, include: Include) -> Self {
        let mut names = fields.map_or_else(|| NAMES.to_vec(), |fields| fields.names);
        names.extend(include.source.then_some(["source", "source_key", "source_row"]).into_iter().flatten());
        names.extend(include.raw.then_some("raw"));
        names.extend(include.revisions.then_some("revisions"));
        Self::new(names)
    }

    /// The names of the columns of a table of these fields.
    pub fn columns(&self) -> Vec<String> {
        let columns = |name: &&str| match REFERENCES.contains(name) {
            true => vec![(*name).to_owned(), format!("{name}_name"), format!("{name}_name_en")],
            false => vec![(*name).to_owned()],
        };
        self.names.iter().flat_map(columns).collect()
    }

    /// A case as a row of such a table. What is unknown is an empty cell; lists have `;` between their items where
    /// none has one in itself; what is more than that is JSON.
    pub fn cells(&self, case: &OfferCase) -> Vec<String> {
        let mut case = object(case);
        let mut cells = Vec::new();
        for name in &self.names {
            let value = case.remove(*name).unwrap_or_default();
            if REFERENCES.contains(name) {
                cells.extend(["slug", "name", "name_en"].map(|part| cell(value.get(part).unwrap_or(&Value::Null))));
            } else {
                cells.push(cell(&value));
            }
        }
        cells
    }

    /// A case with these fields and what is included.
    pub fn thin<'a>(&self, case: OfferCase<'a>) -> ThinOfferCase<'a> {
        ThinOfferCase { case, wanted: self.wanted }
    }
}

fn object(case: &OfferCase) -> Map<String, Value> {
    match serde_json::to_value(case) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    }
}

/// A value as a cell.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => safe(text.clone()),
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() => float.to_string(),
            _ => number.to_string(),
        },
        Value::Array(items) if items.iter().all(is_word) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            safe(items.join(";"))
        }
        other => other.to_string(),
    }
}

/// Whether a value is a text that can stand between others with `;`.
fn is_word(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.contains([';', '；', '\n']))
}

/// Keeps a spreadsheet from running a cell.
fn safe(text: String) -> String {
    if text.starts_with(FORMULA_STARTS) { format!("'{text}") } else { text }
}

/// An offer case with only the fields that were asked for.
#[derive(Debug)]
pub struct ThinOfferCase<'a> {
    case: OfferCase<'a>,
    wanted: Wanted,
}

impl PartialSchema for ThinOfferCase<'_> {
    fn schema() -> RefOr<Schema> {
        let mut schema = OfferCase::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.required.clear();
            object.description = Some("An offer case with only the fields that were asked for.".into());
            object.example = None;
            object.examples.clear();
        }
        schema
    }
}

impl ToSchema for ThinOfferCase<'_> {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        OfferCase::schemas(schemas);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names stand in the order of the structure, and none is missing.
    #[test]
    fn the_names_are_those_of_the_fields_of_a_case() {
        let RefOr::T(Schema::Object(schema)) = OfferCase::schema() else { panic!("a case is an object") };
        let on_request = ["source", "source_key", "source_row", "raw", "revisions"];
        let mut fields: Vec<&str> = schema.properties.keys().map(String::as_str).collect();
        fields.retain(|name| !on_request.contains(name));
        let mut names = NAMES.to_vec();
        fields.sort_unstable();
        names.sort_unstable();
        assert_eq!(names, fields);
    }

    #[test]
    fn cells_that_a_spreadsheet_would_run_are_kept_from_it() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("-5", "'-5"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("＝1", "'＝1"),
            ("\tx", "'\tx"),
            ("a=1", "a=1"),
            ("", ""),
            ("字节", "字节"),
        ] {
            assert_eq!(safe(text.to_owned()), expected);
        }
    }
}
