//! The filter's parameters: what may be written, made of the fields that filter. What it means stands in [`super::parse`].

use super::filter::SEARCH;
use crate::model::case::{Field, count, select};
use crate::model::field::{FILTER, Help, Kind as FieldKind, Origin};
use crate::parameters::{Kind, Parameter, RangeOf, parameter_tables};

/// How many fields filter.
const FIELDS: usize = count(FILTER);
/// The fields that filter.
const FILTERED: [Field; FIELDS] = select(FILTER);

/// Whether a choice of majors leaves out what stands under them.
pub const MAJOR_EXACT: Parameter = Parameter {
    name: "major_exact",
    description: "Whether a major means just what it names, without what stands under it: in `major`, in facets and in groups.",
    kind: Kind::Flag { default: Some(false) },
    example: "false",
};

const WORDS: Parameter = Parameter {
    name: SEARCH,
    description: "Words that must each occur in company, role, major, a tag (in slug or name, or as an alias) or \
        the summary. Chinese of one character and more; a Latin word is found from its start. Wildcards mean \
        themselves. At most 8 words and 100 characters.",
    kind: Kind::Text,
    example: "转产品",
};

/// The parameter that filters by a field.
const fn parameter(field: Field) -> Parameter {
    let definition = field.definition();
    let kind = match definition.kind {
        FieldKind::Closed(set) => Kind::Choice { allowed: set.slugs },
        FieldKind::Date { .. } => Kind::Ranges { of: RangeOf::Dates },
        FieldKind::Time => Kind::Ranges { of: RangeOf::Instants },
        FieldKind::Period { is_month: false } => Kind::Ranges { of: RangeOf::Years },
        FieldKind::Period { is_month: true } => Kind::Ranges { of: RangeOf::Months },
        FieldKind::Number { .. } => Kind::Ranges { of: RangeOf::WholeNumbers },
        FieldKind::Flag => Kind::Flag { default: None },
        _ => Kind::Choice { allowed: &[] },
    };
    let Help { description, example } = match definition.filter {
        Some(help) => help,
        None => Help { description: definition.description, example: "unknown" },
    };
    Parameter { name: definition.name, description, kind, example }
}

/// All of them: those of the fields in their order, then those of the filter itself.
const ALL: [Parameter; FIELDS + 2] = {
    let mut all = [WORDS; FIELDS + 2];
    let mut index = 0;
    while index < FIELDS {
        all[index] = parameter(FILTERED[index]);
        index += 1;
    }
    all[FIELDS] = MAJOR_EXACT;
    all
};

/// All but that of annual pay.
const BESIDE_PAY: [Parameter; FIELDS + 1] = {
    let mut beside = [WORDS; FIELDS + 1];
    let (mut index, mut found) = (0, 0);
    while index < FIELDS {
        if !matches!(FILTERED[index].origin(), Origin::Middle { .. }) {
            beside[found] = ALL[index];
            found += 1;
        }
        index += 1;
    }
    beside[found] = MAJOR_EXACT;
    beside
};

parameter_tables! {
    /// The parameters that choose cases, the same wherever cases are chosen.
    FilterParameters = &ALL;
    /// The same without a range of annual pay, for what tells of that itself.
    FilterBesidePay = &BESIDE_PAY;
}
