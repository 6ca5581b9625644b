//! Parameters in the OpenAPI specification, made from the tables that they are parsed by.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter as Documentation, ParameterIn};

use super::values::{MAX_ITEM_CHARS, MAX_VALUE_CHARS, MAX_VALUES};
use super::{Kind, Parameter, RangeOf};

/// Text without control characters, as an ECMA-262 regular expression. It may be empty, which asks nothing.
const TEXT: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";
/// Text with something in it.
const NEEDED_TEXT: &str =
    r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$";
/// The same where a comma ends it, a `!` may stand in front, and what has commas stands in double quotes.
const ITEM: &str = r#"^!?([^\s"!！,，\u0000-\u001f\u007f-\u009f][^,，\u0000-\u001f\u007f-\u009f]*|"[^\s"\u0000-\u001f\u007f-\u009f]([^"\u0000-\u001f\u007f-\u009f]*[^\s"\u0000-\u001f\u007f-\u009f])?")$"#;

/// A type that stands for a table of parameters.
pub trait ParameterTable {
    /// What stands in front of the name of each.
    const PREFIX: &'static str = "";
    /// The parameters.
    const PARAMETERS: &'static [Parameter];
}

/// Declares tables of parameters, each a type by which an operation is documented.
macro_rules! parameter_tables {
    ($( $(#[doc = $description:literal])+ $table:ident = $parameters:expr; )+) => { $(
        $(#[doc = $description])+
        #[derive(Debug)]
        pub struct $table;

        impl $crate::parameters::ParameterTable for $table {
            const PARAMETERS: &'static [$crate::parameters::Parameter] = $parameters;
        }
    )+ };
}
pub(crate) use parameter_tables;

/// The documentation of a table's parameters, for `#[utoipa::path(params(Documented<Table>))]`.
#[derive(Debug)]
pub struct Documented<Table>(PhantomData<Table>);

impl<Table: ParameterTable> IntoParams for Documented<Table> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Documentation> {
        Table::PARAMETERS.iter().map(|parameter| document(Table::PREFIX, parameter)).collect()
    }
}

/// What a part of the specification is to the crate that puts it together.
pub fn parsed<T: DeserializeOwned>(part: Value) -> T {
    serde_json::from_value(part).unwrap_or_else(|error| unreachable!("a part of a specification: {error}"))
}

/// The documentation of one parameter; `prefix` stands in front of its name.
///
/// Examples of what need not be given stand in the schema, and in words; in the parameter itself, a
/// documentation page would fill all of them in at once before the first try.
pub fn document(prefix: &str, parameter: &Parameter) -> Documentation {
    let (kind, is_required) = match parameter.kind {
        Kind::Required(kind) => (*kind, true),
        kind => (kind, false),
    };
    let mut schema = schema(parameter.kind);
    let is_array = schema["type"] == "array";
    let example = match kind {
        Kind::Integer { .. } | Kind::Figure { .. } => {
            parameter.example.parse::<u32>().map_or(json!(parameter.example), |it| json!(it))
        }
        Kind::Flag { .. } => json!(parameter.example == "true"),
        _ if is_array => parameter.example.split(',').collect(),
        _ => json!(parameter.example),
    };
    if !is_required {
        schema["examples"] = json!([example]);
    }
    let mut documentation = json!({
        "name": format!("{prefix}{}", parameter.name), "in": "query", "required": is_required,
        "description": format!("{} Example: `{}`.", parameter.description, parameter.example), "schema": schema,
    });
    if is_required {
        documentation["example"] = example;
    }
    if is_array {
        documentation["style"] = json!("form");
        documentation["explode"] = json!(false);
    }
    parsed(documentation)
}

/// The schema of what may be given; an array where commas stand between its items.
fn schema(kind: Kind) -> Value {
    let text = |max_chars: usize, pattern: &str| json!({"type": "string", "maxLength": max_chars, "pattern": pattern});
    let several = |items: Value| json!({"type": "array", "items": items, "minItems": 1, "maxItems": MAX_VALUES});
    let like = |pattern: String| json!({"type": "string", "pattern": pattern});
    // Signs within an enumeration are more than generators of clients take.
    let has_signs = |words: &[&str]| words.iter().any(|word| word.starts_with(|first: char| !first.is_alphanumeric()));
    match kind {
        Kind::Required(Kind::Text) => text(MAX_VALUE_CHARS, NEEDED_TEXT),
        Kind::Required(kind) => schema(*kind),
        Kind::Text => text(MAX_VALUE_CHARS, TEXT),
        Kind::Flag { default } => json!({"type": "boolean", "default": default}),
        Kind::Integer { min, max, default } => {
            json!({"type": "integer", "format": "int32", "minimum": min, "maximum": max, "default": default})
        }
        Kind::Figure { max } => json!({"type": "integer", "format": "int32", "minimum": 0, "maximum": max}),
        Kind::OneOf { allowed, default } if has_signs(allowed) => {
            json!({"type": "string", "pattern": format!("^({})$", allowed.join("|")), "default": default})
        }
        Kind::OneOf { allowed, default } => json!({"type": "string", "enum": allowed, "default": default}),
        Kind::SomeOf { allowed, sign, default, least, most } => {
            let words = match sign {
                Some(sign) => like(format!("^{sign}?({})$", allowed.join("|"))),
                None => json!({"type": "string", "enum": allowed}),
            };
            json!({
                "type": "array", "items": words, "minItems": least, "maxItems": most,
                "uniqueItems": true, "default": (!default.is_empty()).then_some(default),
            })
        }
        Kind::Ranges { of } => {
            let value = match of {
                RangeOf::Dates => r"(19|2[0-9])[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?",
                RangeOf::Instants => {
                    r"(19|2[0-9])[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?)?)?"
                }
                RangeOf::Years => "(19|2[0-9])[0-9]{2}",
                RangeOf::Months => "(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])",
                RangeOf::WholeNumbers => "(0|[1-9][0-9]{0,8})",
            };
            several(like(format!(r"^!?(unknown|{value}|{value}\.\.({value})?|\.\.{value})$")))
        }
        Kind::Weights { of } => {
            let number = r"(100(\.0{1,3})?|[0-9]{1,2}(\.[0-9]{1,3})?)";
            several(like(format!("^({}):{number}$", of.join("|"))))
        }
        Kind::List | Kind::Choice { allowed: [] } => several(text(MAX_ITEM_CHARS, ITEM)),
        Kind::Choice { allowed } => {
            let plain: Vec<&str> = allowed.iter().copied().chain(["unknown"]).collect();
            several(like(format!("^!?({})$", plain.join("|"))))
        }
    }
}
