//! The filter's parameters: what may be written. What it means stands in [`super::parse`].

use crate::catalog::{CompanyKind, RoleFamily};
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::{Degree, OfferChannel, RoleTrack, Verification};
use crate::parameters::{Kind, Parameter, ParameterTable, RangeOf};

/// The parameters that choose cases, the same wherever cases are chosen.
#[derive(Debug)]
pub struct FilterParameters;

const ANY: Kind = Kind::Choice { allowed: &[] };

impl ParameterTable for FilterParameters {
    const PARAMETERS: &'static [Parameter] = &[
        Parameter {
            name: "company",
            description: "Who made the offer: slug, Chinese or English name, or any alias (`B站` is `bilibili`). \
                Comma = or, `!` in front = not, `unknown` = no value; so for every dimension.",
            kind: ANY,
            example: "B站,baidu",
        },
        Parameter {
            name: "company_kind",
            description: "Kind of employer; `unknown` = companies of which it is not known.",
            kind: Kind::Choice { allowed: CompanyKind::SLUGS },
            example: "big_tech",
        },
        Parameter { name: "role", description: "The post: slug, name or alias.", kind: ANY, example: "llm-product" },
        Parameter {
            name: "role_family",
            description: "Family of work that the post belongs to.",
            kind: Kind::Choice { allowed: RoleFamily::SLUGS },
            example: "product",
        },
        Parameter {
            name: "role_track",
            description: "Platform or application side, as the guide tells them apart.",
            kind: Kind::Choice { allowed: RoleTrack::SLUGS },
            example: "unknown",
        },
        Parameter {
            name: "major",
            description: "What the person studied: slug, name or alias, with everything under it \
                (`工科` includes `计算机`) unless `major_exact` is true.",
            kind: ANY,
            example: "工科",
        },
        Parameter {
            name: "major_exact",
            description: "Whether `major` means just what it names, without what stands under it.",
            kind: Kind::Flag { default: Some(false) },
            example: "false",
        },
        Parameter {
            name: "school_tier",
            description: "Tier of the school of the highest degree: slug, name or alias \
                (`985`, `211`, `double_first_class`, `first_tier`, `second_tier`, `vocational`, `hong_kong`, \
                `macau_taiwan`, `overseas`, `other`). Tiers are labels as given: `211` does not include `985`.",
            kind: ANY,
            example: "985,211",
        },
        Parameter {
            name: "bachelor_tier",
            description: "Tier of the bachelor's school, as for `school_tier`.",
            kind: ANY,
            example: "211",
        },
        Parameter {
            name: "master_tier",
            description: "Tier of the master's school, as for `school_tier`.",
            kind: ANY,
            example: "overseas",
        },
        Parameter {
            name: "doctor_tier",
            description: "Tier of the doctoral school, as for `school_tier`.",
            kind: ANY,
            example: "unknown",
        },
        Parameter {
            name: "any_tier",
            description: "Tier of the school of any degree, as for `school_tier`; `unknown` = no tier known.",
            kind: ANY,
            example: "211",
        },
        Parameter {
            name: "school",
            description: "School of the highest degree: slug, name or alias.",
            kind: ANY,
            example: "zhejiang-university",
        },
        Parameter {
            name: "highest_degree",
            description: "Highest degree, by slug; the Chinese and English names are taken too.",
            kind: Kind::Choice { allowed: Degree::SLUGS },
            example: "master",
        },
        Parameter {
            name: "offer_channel",
            description: "How the offer came about.",
            kind: Kind::Choice { allowed: OfferChannel::SLUGS },
            example: "intern_conversion",
        },
        Parameter {
            name: "city",
            description: "City of the post; Chinese cities by their Chinese name without `市`, as imports store them.",
            kind: ANY,
            example: "unknown",
        },
        Parameter {
            name: "tag",
            description: "Tags, of which a case may have several: slug or name. `unknown` = no tag.",
            kind: ANY,
            example: "career-switch",
        },
        Parameter {
            name: "source",
            description: "Where the case comes from: slug.",
            kind: ANY,
            example: "llm-product-article",
        },
        Parameter {
            name: "verification",
            description: "What stands behind the case.",
            kind: Kind::Choice { allowed: Verification::SLUGS },
            example: "source_published",
        },
        Parameter {
            name: "offered_on",
            description: "Date of the offer: a day, month or year, or a range of them (`2024-01..2024-06`, `2024..`). \
                A date that is only known by month or year fits when all of it lies in the range.",
            kind: Kind::Ranges { of: RangeOf::Dates },
            example: "unknown",
        },
        Parameter {
            name: "pay_annual",
            description: "Annual pay: a figure or a range (`200000..300000`, `200000..`), in the currency of the case. \
                Of pay that is itself a range the middle counts, as in statistics.",
            kind: Kind::Ranges { of: RangeOf::WholeNumbers },
            example: "unknown",
        },
        Parameter {
            name: "interview_rounds",
            description: "Number of interviews: a number or a range (`..3`).",
            kind: Kind::Ranges { of: RangeOf::WholeNumbers },
            example: "..3",
        },
        Parameter {
            name: "preparation_days",
            description: "Days of preparation: a number or a range (`7..14`).",
            kind: Kind::Ranges { of: RangeOf::WholeNumbers },
            example: "7..14",
        },
        Parameter {
            name: "has_conflict",
            description: "Whether the source contradicts itself in the case.",
            kind: Kind::Flag { default: None },
            example: "true",
        },
        Parameter {
            name: "q",
            description: "Words that must each occur in company, role, major, a tag (in slug or name, or as an alias) or \
                the summary. Chinese of one character and more; a Latin word is found from its start. Wildcards mean \
                themselves. At most 8 words and 100 characters.",
            kind: Kind::Text,
            example: "转产品",
        },
    ];
}
