//! The parameters of comparisons: what may be written, made of the fields that are compared. What it means stands in
//! [`super::profile`] and [`super::weights`].

use super::weights::WEIGHTS;
use crate::cases::parameters::FilterParameters;
use crate::model::case::{COMPARED, COMPARED_COUNT, Field, names};
use crate::model::field::{Comparison, Help, Kind as FieldKind};
use crate::parameters::{Kind, Parameter, ParameterTable, parameter_tables};

/// The parameter that says how many cases are given.
pub const LIMIT: Parameter = Parameter {
    name: "limit",
    description: "The most cases that are given.",
    kind: Kind::Integer { min: 1, max: 50, default: 10 },
    example: "10",
};

/// The filter's parameters where those of a profile have the plain names.
#[derive(Debug)]
pub struct CandidateParameters;

parameter_tables! {
    /// The parameters that describe a profile; one of them must be given.
    ProfileParameters = &PROFILE;
    /// The parameters of any comparison.
    ComparableParameters = &[WEIGHTS, LIMIT];
}

impl ParameterTable for CandidateParameters {
    const PREFIX: &'static str = "filter.";
    const PARAMETERS: &'static [Parameter] = FilterParameters::PARAMETERS;
}

/// A parameter for each field that is compared.
const PROFILE: [Parameter; COMPARED_COUNT] = {
    let (mut profile, mut index) = ([LIMIT; COMPARED_COUNT], 0);
    while index < COMPARED_COUNT {
        if let Some(comparison) = COMPARED[index].definition().compare {
            profile[index] = parameter(COMPARED[index], comparison);
        }
        index += 1;
    }
    profile
};

/// The names of the fields that are compared.
pub const NAMES: &[&str] = &names(COMPARED);

const fn parameter(field: Field, Comparison { help: Help { description, example }, .. }: Comparison) -> Parameter {
    let kind = match field.kind() {
        FieldKind::Closed(set) => Kind::OneOf { allowed: set.slugs, default: None },
        FieldKind::Tags => Kind::List,
        _ => Kind::Text,
    };
    Parameter { name: field.name(), description, kind, example }
}
