//! Which fields of cases a reader asks for.

use super::row::WHOLE;
use crate::model::case::{Field, names, select};
use crate::model::field::{Kind as FieldKind, SHOWN};
use crate::parameters::{Kind, Parameter, ParameterReader};

/// The parameter of a sparse fieldset.
pub const FIELDS: Parameter = Parameter {
    name: "fields",
    description: "The fields to give, in tables in this order; all when absent. What `include` asks for is given as well.",
    kind: Kind::SomeOf {
        allowed: &names(select::<{ WHOLE.len() }>(SHOWN)),
        sign: None,
        default: &[],
        least: 1,
        most: None,
    },
    example: "id,company,pay_annual_min",
};

/// The parameter that asks for more of a case.
pub const INCLUDE: Parameter = Parameter {
    name: "include",
    description: "What to give beside the fields of a case: `raw` (the row as it was read), `source` (where it comes \
        from), `revisions` (its earlier states), `labels` (the names of codes such as `campus` in both languages).",
    kind: Kind::SomeOf {
        allowed: &["raw", "source", "revisions", "labels"],
        sign: None,
        default: &[],
        least: 1,
        most: None,
    },
    example: "raw,source",
};

/// Some fields, in the order in which they are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields(Vec<Field>);

impl Fields {
    /// Takes [`FIELDS`] and [`INCLUDE`] out of a request: what is included stands behind the others.
    pub fn parse(reader: &mut ParameterReader) -> Self {
        let included = included(reader);
        let mut fields: Vec<Field> =
            reader.some_of(FIELDS.name).into_iter().filter_map(|(_, name)| Field::named(name)).collect();
        if fields.is_empty() {
            fields.extend_from_slice(WHOLE);
        }
        Self([fields, included].concat())
    }

    /// Takes [`INCLUDE`] out of a request: all fields, and what is included.
    pub fn parse_whole(reader: &mut ParameterReader) -> Self {
        Self([WHOLE.to_vec(), included(reader)].concat())
    }

    /// The same fields in the order of a case.
    pub fn in_order(mut self) -> Self {
        self.0.sort_unstable();
        self
    }

    /// These fields and others, each once: what has to be read.
    pub(super) fn with(&self, others: impl IntoIterator<Item = Field>) -> Vec<Field> {
        let mut fields = self.0.clone();
        fields.extend(others);
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// The fields.
    pub(super) fn as_slice(&self) -> &[Field] {
        &self.0
    }

    /// Whether they stand in the row of a case, and are not of any length.
    pub(super) fn are_short(&self) -> bool {
        !self.0.iter().any(|field| matches!(field.kind(), FieldKind::Raw | FieldKind::Revisions))
    }
}

/// The fields that a request includes, in their order.
fn included(reader: &mut ParameterReader) -> Vec<Field> {
    let words = reader.some_of(INCLUDE.name);
    let mut included: Vec<Field> = words.into_iter().flat_map(|(_, word)| Field::included_as(word)).collect();
    included.sort_unstable();
    included
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::field::ON_REQUEST;

    #[test]
    fn every_field_that_is_given_on_request_can_be_included() {
        let Kind::SomeOf { allowed, .. } = INCLUDE.kind else { panic!("words") };
        for field in Field::that_can(ON_REQUEST) {
            assert!(allowed.contains(&field.definition().include), "{}", field.name());
        }
    }
}
