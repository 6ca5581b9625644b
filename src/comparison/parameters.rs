//! The parameters of comparisons: what may be written. What it means stands in [`super::profile`] and
//! [`super::weights`].

use super::weights::WEIGHTS;
use crate::cases::parameters::FilterParameters;
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::{Degree, RoleTrack};
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
    const PARAMETERS: &'static [Parameter] = &[
        Parameter {
            name: "major",
            description: "What the person studied: slug, name or alias. The same major counts 1, one of the same class \
                (专业类) 0.6, one of the same discipline (门类) 0.3. Broad labels such as `文科` are like nothing but \
                themselves. One of the parameters of the profile must be given, each takes one value.",
            kind: Kind::Text,
            example: "心理学",
        },
        Parameter {
            name: "highest_degree",
            description: "Highest degree, by slug or name. One degree more or less counts 0.5.",
            kind: Kind::OneOf { allowed: Degree::SLUGS, default: None },
            example: "bachelor",
        },
        Parameter {
            name: "school_tier",
            description: "Tier of the school of the highest degree: slug, name or alias. The mainland's tiers (`985`, \
                `211`, `double_first_class`, `first_tier`, `second_tier`, `vocational`) are a ladder: one step apart \
                counts 0.75, two 0.5, three 0.25. The others are like nothing but themselves.",
            kind: Kind::Text,
            example: "211",
        },
        Parameter {
            name: "bachelor_tier",
            description: "Tier of the bachelor's school, as for `school_tier`.",
            kind: Kind::Text,
            example: "211",
        },
        Parameter {
            name: "company",
            description: "Who made the offer: slug, name or alias. A company of the same group counts 0.7, one of the \
                same kind 0.4 (but not of `other`).",
            kind: Kind::Text,
            example: "baidu",
        },
        Parameter {
            name: "role",
            description: "The post: slug, name or alias. One of the same family counts 0.5 (but not of `other`).",
            kind: Kind::Text,
            example: "大模型产品",
        },
        Parameter {
            name: "role_track",
            description: "Platform or application side, by slug or name.",
            kind: Kind::OneOf { allowed: RoleTrack::SLUGS, default: None },
            example: "application",
        },
        Parameter {
            name: "city",
            description: "City of the post, as it is stored.",
            kind: Kind::Text,
            example: "北京",
        },
        Parameter {
            name: "tags",
            description: "Tags, by slug or name. The share of them that the case has is what counts.",
            kind: Kind::List,
            example: "non-typical-background,career-switch",
        },
        Parameter {
            name: "offered_on",
            description: "Date of the offer: a day, month or year. At most 90 days apart counts 1, 365 days 0.75, 730 \
                days 0.5, 1461 days 0.25. Of a month or a year the first day is compared.",
            kind: Kind::Text,
            example: "2026-05",
        },
    ];
}
