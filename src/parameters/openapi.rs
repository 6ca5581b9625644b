//! Parameters in the OpenAPI specification, made from the tables that they are parsed by.

use std::marker::PhantomData;

use serde_json::json;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter as Documentation, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{KnownFormat, Required, SchemaFormat};

use super::values::{MAX_ITEM_CHARS, MAX_VALUE_CHARS, MAX_VALUES};
use super::{Kind, Parameter, RangeOf};

/// Text with something in it and no control characters, as an ECMA-262 regular expression.
const TEXT: &str = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$";
/// The same where a comma ends it and a `!` may stand in front.
const ITEM: &str = r"^!?[^\s!！,，\u0000-\u001f\u007f-\u009f][^,，\u0000-\u001f\u007f-\u009f]*$";

/// A type that stands for a table of parameters.
pub trait ParameterTable {
    /// What stands in front of the name of each.
    const PREFIX: &'static str = "";
    /// The parameters.
    const PARAMETERS: &'static [Parameter];
}

/// The documentation of a table's parameters, for `#[utoipa::path(params(Documented<Table>))]`.
#[derive(Debug)]
pub struct Documented<Table>(PhantomData<Table>);

impl<Table: ParameterTable> IntoParams for Documented<Table> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Documentation> {
        Table::PARAMETERS.iter().map(|parameter| document(Table::PREFIX, parameter)).collect()
    }
}

/// The documentation of one parameter; `prefix` stands in front of its name.
///
/// Examples of what need not be given stand in the schema, and in words; in the parameter itself, a
/// documentation page would fill all of them in at once before the first try.
pub fn document(prefix: &str, parameter: &Parameter) -> Documentation {
    let (schema, comma_separated) = schema(parameter);
    let required =
        matches!(parameter.kind, Kind::RequiredOneOf { .. } | Kind::RequiredSomeOf { .. } | Kind::RequiredText);
    let documentation = ParameterBuilder::new()
        .name(format!("{prefix}{}", parameter.name))
        .parameter_in(ParameterIn::Query)
        .required(if required { Required::True } else { Required::False })
        .description(Some(format!("{} Example: `{}`.", parameter.description, parameter.example)))
        .schema(Some(schema))
        .example(required.then(|| example(parameter)));
    if comma_separated {
        documentation.style(Some(ParameterStyle::Form)).explode(Some(false)).build()
    } else {
        documentation.build()
    }
}

/// The example as the schema wants it.
fn example(parameter: &Parameter) -> serde_json::Value {
    match parameter.kind {
        Kind::Integer { .. } => parameter.example.parse::<u32>().map_or(json!(parameter.example), |it| json!(it)),
        Kind::Flag { .. } => json!(parameter.example == "true"),
        Kind::SomeOf { .. }
        | Kind::RequiredSomeOf { .. }
        | Kind::Choice { .. }
        | Kind::Ranges { .. }
        | Kind::List
        | Kind::Weights { .. } => {
            json!(parameter.example.split(',').collect::<Vec<_>>())
        }
        Kind::Text | Kind::RequiredText | Kind::OneOf { .. } | Kind::RequiredOneOf { .. } => json!(parameter.example),
    }
}

/// The schema of a parameter, and whether it is an array with commas between its items.
fn schema(parameter: &Parameter) -> (Schema, bool) {
    let string = || ObjectBuilder::new().schema_type(Type::String);
    let text = || string().min_length(Some(1)).max_length(Some(MAX_VALUE_CHARS)).pattern(Some(TEXT));
    let items_of =
        |items: ObjectBuilder| ArrayBuilder::new().items(items).min_items(Some(1)).max_items(Some(MAX_VALUES));
    let item = || string().min_length(Some(1)).max_length(Some(MAX_ITEM_CHARS)).pattern(Some(ITEM));
    let examples = || [example(parameter)];
    match parameter.kind {
        Kind::Text => (text().examples(examples()).into(), false),
        Kind::RequiredText => (text().into(), false),
        Kind::Flag { default } => {
            let default = default.map(|default| json!(default));
            (ObjectBuilder::new().schema_type(Type::Boolean).default(default).examples(examples()).into(), false)
        }
        Kind::Integer { min, max, default } => {
            let schema = ObjectBuilder::new()
                .schema_type(Type::Integer)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
                .minimum(Some(min))
                .maximum(Some(max))
                .default(Some(json!(default)))
                .examples(examples());
            (schema.into(), false)
        }
        Kind::OneOf { allowed, default } => {
            let default = default.map(|default| json!(default));
            let schema = string().enum_values(Some(allowed.iter().copied())).default(default).examples(examples());
            (schema.into(), false)
        }
        Kind::RequiredOneOf { allowed } => (string().enum_values(Some(allowed.iter().copied())).into(), false),
        Kind::RequiredSomeOf { allowed, least, most } => {
            let items = string().enum_values(Some(allowed.iter().copied()));
            (
                ArrayBuilder::new().items(items).min_items(Some(least)).max_items(Some(most)).unique_items(true).into(),
                true,
            )
        }
        Kind::SomeOf { allowed, sign, default, most } => {
            let signed = sign.into_iter().flat_map(|sign| allowed.iter().map(move |word| format!("{sign}{word}")));
            let words: Vec<String> = allowed.iter().map(|word| (*word).to_owned()).chain(signed).collect();
            let default = (!default.is_empty()).then(|| json!(default));
            let items = string().enum_values(Some(words));
            let array =
                ArrayBuilder::new().items(items).default(default).min_items(Some(1)).max_items(most).unique_items(true);
            (array.examples(examples()).into(), true)
        }
        Kind::Ranges { of } => {
            let value = match of {
                RangeOf::Dates => r"(19|2[0-9])[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?",
                RangeOf::WholeNumbers => "[0-9]{1,9}",
            };
            let pattern = format!(r"^!?(unknown|{value}|{value}\.\.({value})?|\.\.{value})$");
            let items = string().pattern(Some(pattern));
            (items_of(items).examples(examples()).into(), true)
        }
        Kind::List => {
            let items = item();
            (items_of(items).examples(examples()).into(), true)
        }
        Kind::Weights { of } => {
            let number = r"(100(\.0{1,3})?|[0-9]{1,2}(\.[0-9]{1,3})?)";
            let items = string().pattern(Some(format!("^({}):{number}$", of.join("|"))));
            (items_of(items).examples(examples()).into(), true)
        }
        Kind::Choice { allowed } => {
            let mut items = item();
            if !allowed.is_empty() {
                let plain = allowed.iter().copied().chain(["unknown"]);
                let words: Vec<String> = plain.flat_map(|word| [word.to_owned(), format!("!{word}")]).collect();
                items = string().enum_values(Some(words));
            }
            (items_of(items).examples(examples()).into(), true)
        }
    }
}
