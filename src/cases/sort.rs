//! The order of a list of cases.

use chrono::{Datelike, NaiveDate};

use super::row::CaseRow;
use crate::parameters::{Kind, Parameter, ParameterReader};

/// What cases can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKey {
    /// Date of the offer.
    OfferedOn,
    /// Company, by slug.
    Company,
    /// Annual pay: the middle of what was promised.
    PayAnnual,
    /// Number of interviews.
    InterviewRounds,
    /// Days of preparation.
    PreparationDays,
    /// When the case was first stored.
    CreatedAt,
}

/// The names of all keys, in the order of [`SortKey::named`].
const KEYS: &[&str] = &["offered_on", "company", "pay_annual", "interview_rounds", "preparation_days", "created_at"];
/// The most keys that one order may have.
const MOST_KEYS: usize = 3;

/// The parameter of an order.
pub const SORT: Parameter = Parameter {
    name: "sort",
    description: "What to order by; `-` in front = descending. Unknown values come last either way. Cases that are \
        equal in all of it are ordered by id, so that the order is always complete. Pay counts by its middle, in the \
        currency of the case. At most three keys.",
    kind: Kind::SomeOf { allowed: KEYS, sign: Some('-'), default: &["-offered_on"], most: Some(MOST_KEYS) },
    example: "-offered_on,company",
};

impl SortKey {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "offered_on" => Self::OfferedOn,
            "company" => Self::Company,
            "pay_annual" => Self::PayAnnual,
            "interview_rounds" => Self::InterviewRounds,
            "preparation_days" => Self::PreparationDays,
            "created_at" => Self::CreatedAt,
            _ => return None,
        })
    }

    /// The name as it stands in `sort`.
    fn name(self) -> &'static str {
        match self {
            Self::OfferedOn => "offered_on",
            Self::Company => "company",
            Self::PayAnnual => "pay_annual",
            Self::InterviewRounds => "interview_rounds",
            Self::PreparationDays => "preparation_days",
            Self::CreatedAt => "created_at",
        }
    }
}

/// One key of an order with its direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortBy {
    /// The key.
    pub key: SortKey,
    /// Whether the greatest comes first.
    pub descending: bool,
}

impl SortBy {
    /// An expression that is never null: what is unknown counts as the last value there is, in
    /// either direction, so that a page can go on after it by one comparison.
    pub(super) fn expression(self) -> &'static str {
        match (self.key, self.descending) {
            (SortKey::OfferedOn, true) => "coalesce(offer_cases.offered_on, '-infinity'::date)",
            (SortKey::OfferedOn, false) => "coalesce(offer_cases.offered_on, 'infinity'::date)",
            (SortKey::Company, _) => {
                "(select companies.slug::text collate \"C\" from companies where companies.id = offer_cases.company_id)"
            }
            // Twice the middle, which has no fraction.
            (SortKey::PayAnnual, true) => {
                "coalesce(offer_cases.pay_annual_min::bigint + offer_cases.pay_annual_max, -1)"
            }
            (SortKey::PayAnnual, false) => {
                "coalesce(offer_cases.pay_annual_min::bigint + offer_cases.pay_annual_max, 9223372036854775807)"
            }
            (SortKey::InterviewRounds, true) => "coalesce(offer_cases.interview_rounds, -1::smallint)",
            (SortKey::InterviewRounds, false) => "coalesce(offer_cases.interview_rounds, 32767::smallint)",
            (SortKey::PreparationDays, true) => "coalesce(offer_cases.preparation_days, -1::smallint)",
            (SortKey::PreparationDays, false) => "coalesce(offer_cases.preparation_days, 32767::smallint)",
            (SortKey::CreatedAt, _) => "offer_cases.created_at",
        }
    }

    /// The type of the expression, for a value that comes back as text.
    pub(super) fn sql_type(self) -> &'static str {
        match self.key {
            SortKey::OfferedOn => "date",
            SortKey::Company => "text",
            SortKey::PayAnnual => "bigint",
            SortKey::InterviewRounds | SortKey::PreparationDays => "smallint",
            SortKey::CreatedAt => "timestamptz",
        }
    }
}

/// A complete order: the keys, then the id in the direction of the last key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort(pub Vec<SortBy>);

impl Sort {
    /// Takes `sort` out of a request.
    pub fn parse(reader: &mut ParameterReader) -> Self {
        let words = reader.some_of(SORT.name);
        let keys = words
            .into_iter()
            .filter_map(|(descending, name)| SortKey::named(name).map(|key| SortBy { key, descending }));
        Self(keys.collect())
    }

    /// Whether it is the order of a request that asks for none, for which there are indexes.
    pub(super) fn is_usual(&self) -> bool {
        self.0 == [SortBy { key: SortKey::OfferedOn, descending: true }]
    }

    /// The values that a row has in the usual order, as the database writes them.
    pub(super) fn usual_values(row: &CaseRow) -> Vec<String> {
        let written = |date: NaiveDate| {
            let (year, era) = if date.year() > 0 { (date.year(), "") } else { (1 - date.year(), " BC") };
            format!("{year:04}-{:02}-{:02}{era}", date.month(), date.day())
        };
        vec![row.offered_on.map_or_else(|| "-infinity".to_owned(), written)]
    }

    /// Whether ids, which end the order, run downwards.
    pub(super) fn id_descending(&self) -> bool {
        self.0.last().is_some_and(|last| last.descending)
    }

    /// As it is written in `sort`.
    pub fn to_text(&self) -> String {
        let keys = self.0.iter().map(|by| format!("{}{}", if by.descending { "-" } else { "" }, by.key.name()));
        keys.collect::<Vec<_>>().join(",")
    }
}
