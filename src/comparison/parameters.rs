//! The parameters of comparisons: what may be written, made of the fields that are compared. What it means stands in
//! [`super::profile`] and [`super::weights`].

use super::weights::WEIGHTS;
use crate::cases::parameters::FilterParameters;
use crate::model::case::Field;
use crate::model::field::{Comparison, Help, Kind as FieldKind};
use crate::parameters::{Kind, Parameter, ParameterTable};

/// The parameter that says how many cases are given.
pub const LIMIT: Parameter = Parameter {
    name: "limit",
    description: "The most cases that are given.",
    kind: Kind::Integer { min: 1, max: 50, default: 10 },
    example: "10",
};

/// The parameters that describe a profile; one of them must be given.
#[derive(Debug)]
pub struct ProfileParameters;

/// The parameters of any comparison.
#[derive(Debug)]
pub struct ComparisonParameters;

/// The filter's parameters where those of a profile have the plain names.
#[derive(Debug)]
pub struct CandidateParameters;

impl ParameterTable for ComparisonParameters {
    const PARAMETERS: &'static [Parameter] = &[WEIGHTS, LIMIT];
}

impl ParameterTable for CandidateParameters {
    const PREFIX: &'static str = "filter.";
    const PARAMETERS: &'static [Parameter] = FilterParameters::PARAMETERS;
}

impl ParameterTable for ProfileParameters {
    const PARAMETERS: &'static [Parameter] = &PROFILE;
}

/// How many fields are compared.
const FIELDS: usize = {
    let (mut index, mut found) = (0, 0);
    while index < Field::COUNT {
        found += Field::ALL[index].definition().compare.is_some() as usize;
        index += 1;
    }
    found
};

/// A parameter for each field that is compared.
const PROFILE: [Parameter; FIELDS] = {
    let mut profile = [LIMIT; FIELDS];
    let (mut index, mut found) = (0, 0);
    while index < Field::COUNT {
        if let Some(comparison) = Field::ALL[index].definition().compare {
            profile[found] = parameter(Field::ALL[index], comparison);
            found += 1;
        }
        index += 1;
    }
    profile
};

const NAMES: [&str; FIELDS] = {
    let mut names = [""; FIELDS];
    let mut index = 0;
    while index < FIELDS {
        names[index] = PROFILE[index].name;
        index += 1;
    }
    names
};

/// The names of the fields that are compared.
pub const COMPARED: &[&str] = &NAMES;

const fn parameter(field: Field, Comparison { help: Help { description, example }, .. }: Comparison) -> Parameter {
    let kind = match field.kind() {
        FieldKind::Closed(set) => Kind::OneOf { allowed: set.slugs, default: None },
        FieldKind::Tags => Kind::List,
        _ => Kind::Text,
    };
    Parameter { name: field.name(), description, kind, example }
}
