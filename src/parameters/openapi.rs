//! Parameters in the OpenAPI specification, made from the tables that they are parsed by.

use std::marker::PhantomData;

use serde_json::json;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter as Documentation, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{KnownFormat, Required, SchemaFormat};

use super::{Kind, Parameter, RangeOf};

/// A type that stands for a table of parameters.
pub trait ParameterTable {
    /// The parameters.
    const PARAMETERS: &'static [Parameter];
}

/// The documentation of a table's parameters, for `#[utoipa::path(params(Documented<Table>))]`.
#[derive(Debug)]
pub struct Documented<Table>(PhantomData<Table>);

impl<Table: ParameterTable> IntoParams for Documented<Table> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Documentation> {
        Table::PARAMETERS.iter().map(document).collect()
    }
}

fn document(parameter: &Parameter) -> Documentation {
    let (schema, comma_separated) = schema(parameter);
    let mut documentation = ParameterBuilder::new()
        .name(parameter.name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(parameter.description))
        .schema(Some(schema));
    if comma_separated {
        let example: Vec<&str> = parameter.example.split(',').collect();
        documentation =
            documentation.style(Some(ParameterStyle::Form)).explode(Some(false)).example(Some(json!(example)));
    } else {
        let example = match parameter.kind {
            Kind::Integer { .. } => parameter.example.parse::<u32>().map_or(json!(parameter.example), |it| json!(it)),
            Kind::Flag { .. } => json!(parameter.example == "true"),
            _ => json!(parameter.example),
        };
        documentation = documentation.example(Some(example));
    }
    documentation.build()
}

/// The schema of a parameter, and whether it is an array with commas between its items.
fn schema(parameter: &Parameter) -> (Schema, bool) {
    let string = || ObjectBuilder::new().schema_type(Type::String);
    match parameter.kind {
        Kind::Text => (string().min_length(Some(1)).into(), false),
        Kind::Flag { default } => {
            let default = default.map(|default| json!(default));
            (ObjectBuilder::new().schema_type(Type::Boolean).default(default).into(), false)
        }
        Kind::Integer { min, max, default } => {
            let schema = ObjectBuilder::new()
                .schema_type(Type::Integer)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
                .minimum(Some(min))
                .maximum(Some(max))
                .default(Some(json!(default)));
            (schema.into(), false)
        }
        Kind::OneOf { allowed, default } => {
            let default = default.map(|default| json!(default));
            (string().enum_values(Some(allowed.iter().copied())).default(default).into(), false)
        }
        Kind::SomeOf { allowed, sign, default } => {
            let signed = sign.into_iter().flat_map(|sign| allowed.iter().map(move |word| format!("{sign}{word}")));
            let words: Vec<String> = allowed.iter().map(|word| (*word).to_owned()).chain(signed).collect();
            let default = (!default.is_empty()).then(|| json!(default));
            let items = string().enum_values(Some(words));
            (ArrayBuilder::new().items(items).default(default).min_items(Some(1)).unique_items(true).into(), true)
        }
        Kind::Ranges { of } => {
            let value = match of {
                RangeOf::Dates => r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?",
                RangeOf::WholeNumbers => "[0-9]{1,9}",
            };
            let pattern = format!(r"^!?(unknown|{value}|{value}\.\.({value})?|\.\.{value})$");
            let items = string().pattern(Some(pattern));
            (ArrayBuilder::new().items(items).min_items(Some(1)).into(), true)
        }
        Kind::Choice { allowed } => {
            let mut items = string().min_length(Some(1));
            if !allowed.is_empty() {
                let plain = allowed.iter().copied().chain(["unknown"]);
                let words: Vec<String> = plain.flat_map(|word| [word.to_owned(), format!("!{word}")]).collect();
                items = items.enum_values(Some(words));
            }
            (ArrayBuilder::new().items(items).min_items(Some(1)).into(), true)
        }
    }
}
