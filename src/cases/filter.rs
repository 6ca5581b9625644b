//! Which cases a reader asks for: one filter for lists, facets, statistics and exports.

use chrono::NaiveDate;

use crate::catalog::{Catalog, Entry};
use crate::model::closed_sets::{Degree, OfferChannel, RoleTrack, Verification};
use crate::text::{search_text, starts_alphanumeric};

/// Values of one dimension, the unknown among them if asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Values<T> {
    /// Known values; several mean any of them.
    pub known: Vec<T>,
    /// Whether the unknown value is meant too.
    pub unknown: bool,
}

impl<T> Default for Values<T> {
    fn default() -> Self {
        Self { known: Vec::new(), unknown: false }
    }
}

/// What is asked of one dimension; by default nothing.
///
/// The unknown is a value like any other: `none_of` a company keeps the cases whose company is
/// unknown, unless the unknown is excluded too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<T> {
    /// A case must have one of these; `None` asks nothing, and no values at all leave no case.
    pub any_of: Option<Values<T>>,
    /// A case must have none of these.
    pub none_of: Option<Values<T>>,
}

impl<T> Choice<T> {
    /// Any of these known values.
    pub fn any_of(known: Vec<T>) -> Self {
        Self { any_of: Some(Values { known, unknown: false }), none_of: None }
    }

    /// The same choice of other values: each value becomes any number of values.
    pub fn expand<U, Many: IntoIterator<Item = U>>(self, mut expand: impl FnMut(T) -> Many) -> Choice<U> {
        let mut expand = |values: Values<T>| Values {
            known: values.known.into_iter().flat_map(&mut expand).collect(),
            unknown: values.unknown,
        };
        Choice { any_of: self.any_of.map(&mut expand), none_of: self.none_of.map(expand) }
    }
}

impl<T> Default for Choice<T> {
    fn default() -> Self {
        Self { any_of: None, none_of: None }
    }
}

/// A range of values, both ends included; `None` is an open end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range<T> {
    /// The least value.
    pub min: Option<T>,
    /// The greatest value.
    pub max: Option<T>,
}

/// One word of a search, with the reference data whose names contain it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchWord {
    /// The regular expression that finds it in a summary: the word, every character of which means
    /// itself; a Latin one from the start of a word.
    pub(super) pattern: String,
    /// The text search query that any summary with the word answers; see [`terms_of`].
    pub(super) terms: String,
    pub(super) companies: Vec<i32>,
    pub(super) roles: Vec<i32>,
    pub(super) majors: Vec<i32>,
    pub(super) tags: Vec<String>,
}

impl SearchWord {
    /// The words of a search text; white space separates them, wildcards mean themselves.
    pub fn parse_all(text: &str, catalog: &Catalog) -> Vec<Self> {
        search_text(text).split(' ').filter(|word| !word.is_empty()).map(|word| Self::new(word, catalog)).collect()
    }

    fn new(word: &str, catalog: &Catalog) -> Self {
        let from = if starts_alphanumeric(word) { "(^|[^a-z0-9])" } else { "" };
        let pattern = format!("{from}{}", escape_pattern(word));
        let terms = terms_of(word);
        let word = [word.to_owned()];
        Self {
            pattern,
            terms,
            companies: catalog.companies.having(&word).map(Entry::id).collect(),
            roles: catalog.roles.having(&word).map(Entry::id).collect(),
            majors: catalog.majors.having(&word).map(Entry::id).collect(),
            tags: catalog.tags.having(&word).map(|tag| tag.slug().to_owned()).collect(),
        }
    }
}

/// Makes every character of a word mean itself in a PostgreSQL regular expression.
fn escape_pattern(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len());
    for character in word.chars() {
        if character.is_ascii_punctuation() {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

/// What `search_terms` of the database has for any summary in which the word stands: every two neighbouring characters
/// of it. A single character is the first or the last of such a pair, or both where it stands alone; as the first it is
/// found by what the pair starts with. What is too long for terms may have any word.
fn terms_of(word: &str) -> String {
    let characters: Vec<char> = word.chars().collect();
    let quoted = |term: &[char]| {
        let term: String = term.iter().collect();
        format!("'{}'", term.replace('\\', "\\\\").replace('\'', "''"))
    };
    let terms = match characters.as_slice() {
        [only] => format!("{}:*", quoted(&[*only])),
        several => several.windows(2).map(quoted).collect::<Vec<_>>().join(" & "),
    };
    format!("({terms}) | 'LONG'")
}

/// Which cases a reader asks for. An empty filter asks for all that are in use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// Companies, by id.
    pub company: Choice<i32>,
    /// Companies of the kinds that are asked for, by id.
    pub company_kind: Choice<i32>,
    /// Roles, by id.
    pub role: Choice<i32>,
    /// Roles of the families that are asked for, by id.
    pub role_family: Choice<i32>,
    /// Platform or application side.
    pub role_track: Choice<RoleTrack>,
    /// Majors, by id, with their descendants where these are meant.
    pub major: Choice<i32>,
    /// Tiers of the school of the highest degree, by id.
    pub school_tier: Choice<i16>,
    /// Tiers of the bachelor's school, by id.
    pub bachelor_tier: Choice<i16>,
    /// Tiers of the master's school, by id.
    pub master_tier: Choice<i16>,
    /// Tiers of the doctoral school, by id.
    pub doctor_tier: Choice<i16>,
    /// Tiers of the school of any degree, by id.
    pub any_tier: Choice<i16>,
    /// Schools of the highest degree, by id.
    pub school: Choice<i32>,
    /// Highest degrees.
    pub highest_degree: Choice<Degree>,
    /// How offers came about.
    pub offer_channel: Choice<OfferChannel>,
    /// Cities, as [`name_key`](crate::text::name_key) gives them.
    pub city: Choice<String>,
    /// Tags, by slug; a case may have several.
    pub tag: Choice<String>,
    /// Sources, by id.
    pub source: Choice<i32>,
    /// What stands behind cases.
    pub verification: Choice<Verification>,
    /// Dates of offers.
    pub offered_on: Choice<Range<NaiveDate>>,
    /// Annual pay.
    pub pay_annual: Choice<Range<i32>>,
    /// Numbers of interviews.
    pub interview_rounds: Choice<Range<i32>>,
    /// Days of preparation.
    pub preparation_days: Choice<Range<i32>>,
    /// Whether the source contradicts itself.
    pub has_conflict: Option<bool>,
    /// Words that must all occur.
    pub words: Vec<SearchWord>,
}

/// Takes out of a filter what one parameter asks.
type Clear = fn(&mut CaseFilter);

/// What a filter can ask, parameter by parameter, and how it is asked no more.
const PARTS: &[(&str, Clear)] = &[
    ("company", |filter| filter.company = Choice::default()),
    ("company_kind", |filter| filter.company_kind = Choice::default()),
    ("role", |filter| filter.role = Choice::default()),
    ("role_family", |filter| filter.role_family = Choice::default()),
    ("role_track", |filter| filter.role_track = Choice::default()),
    ("major", |filter| filter.major = Choice::default()),
    ("school_tier", |filter| filter.school_tier = Choice::default()),
    ("bachelor_tier", |filter| filter.bachelor_tier = Choice::default()),
    ("master_tier", |filter| filter.master_tier = Choice::default()),
    ("doctor_tier", |filter| filter.doctor_tier = Choice::default()),
    ("any_tier", |filter| filter.any_tier = Choice::default()),
    ("school", |filter| filter.school = Choice::default()),
    ("highest_degree", |filter| filter.highest_degree = Choice::default()),
    ("offer_channel", |filter| filter.offer_channel = Choice::default()),
    ("city", |filter| filter.city = Choice::default()),
    ("tag", |filter| filter.tag = Choice::default()),
    ("source", |filter| filter.source = Choice::default()),
    ("verification", |filter| filter.verification = Choice::default()),
    ("offered_on", |filter| filter.offered_on = Choice::default()),
    ("pay_annual", |filter| filter.pay_annual = Choice::default()),
    ("interview_rounds", |filter| filter.interview_rounds = Choice::default()),
    ("preparation_days", |filter| filter.preparation_days = Choice::default()),
    ("has_conflict", |filter| filter.has_conflict = None),
    ("q", |filter| filter.words.clear()),
];

impl CaseFilter {
    /// Whether it asks only for what cases have indexes for that end in the usual order.
    pub(super) fn is_indexed(&self) -> bool {
        let rest = Self {
            company: Choice::default(),
            role: Choice::default(),
            major: Choice::default(),
            school_tier: Choice::default(),
            ..self.clone()
        };
        rest == Self::default()
    }

    /// The same filter without what a parameter asks.
    pub fn without(&self, parameter: &str) -> Self {
        let mut filter = self.clone();
        for (_, clear) in PARTS.iter().filter(|(name, _)| *name == parameter) {
            clear(&mut filter);
        }
        filter
    }

    /// The parameters that ask anything, each with the filter without it.
    pub fn relaxed(&self) -> impl Iterator<Item = (&'static str, Self)> {
        PARTS.iter().map(|(name, _)| (*name, self.without(name))).filter(move |(_, filter)| filter != self)
    }
}
