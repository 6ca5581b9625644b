//! Why a case is where it is: for each dimension both sides, how they are alike, and what that adds.

use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::grades::{FULL, Grade, Likeness};
use super::measure::Criterion;
use super::parameters::NAMES;
use super::profile::Profile;
use crate::cases::Reference;
use crate::cases::one::json_of;
use crate::cases::row::{CaseRow, WHOLE};
use crate::cases::schema::OfferCase;
use crate::catalog::Catalog;
use crate::parameters::parsed;

/// What cases are compared by, as the parameters of a profile are called.
#[derive(Debug)]
pub struct ComparedDimension;

impl PartialSchema for ComparedDimension {
    fn schema() -> RefOr<Schema> {
        let description = "What cases are compared by, as the parameters of a profile are called.";
        parsed(json!({"type": "string", "enum": NAMES, "description": description, "examples": ["major"]}))
    }
}

impl ToSchema for ComparedDimension {}

/// A dimension that was compared, with what the profile says of it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "dimension": "major",
    "weight": 0.6,
    "values": [{"slug": "psychology", "name": "心理学", "name_en": "Psychology"}],
}))]
pub struct ComparedValue {
    /// The dimension.
    #[schema(value_type = ComparedDimension)]
    pub dimension: &'static str,
    /// Its share of all weights; the shares of a profile add up to 1.
    pub weight: f64,
    /// What the profile says of it: one value, or some tags. Of a city and a date, slug and name are what is stored.
    pub values: Vec<Reference>,
}

/// How a case compares in one dimension.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "dimension": "school_tier",
    "weight": 0.4,
    "match": 0.75,
    "contribution": 0.3,
    "how": "near",
    "yours": [{"slug": "985", "name": "985", "name_en": "Project 985"}],
    "theirs": [{"slug": "211", "name": "211", "name_en": "Project 211"}],
}))]
pub struct Match {
    /// The dimension.
    #[schema(value_type = ComparedDimension)]
    pub dimension: &'static str,
    /// Its share of all weights.
    pub weight: f64,
    /// How much the two are alike, from 0 to 1.
    pub r#match: f64,
    /// `weight` times `match`: what it adds to the score.
    pub contribution: f64,
    /// How they are alike.
    pub how: Likeness,
    /// What the profile says.
    pub yours: Vec<Reference>,
    /// What the case says; empty = it is not known.
    pub theirs: Vec<Reference>,
}

/// A case with how like the profile it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparableCase {
    /// The case.
    #[schema(value_type = OfferCase)]
    pub case: Box<RawValue>,
    /// The same as it was read.
    #[serde(skip)]
    pub(crate) row: CaseRow,
    /// From 0, nothing in common, to 1, alike in all that the profile gives: the sum of all contributions.
    pub score: f64,
    /// Each dimension of the profile, in the order of the profile.
    pub matches: Vec<Match>,
    /// Dimensions of the profile that are not known of the case. They add nothing, so that the case may be more alike
    /// than its score says.
    #[schema(value_type = Vec<ComparedDimension>)]
    pub unknown: Vec<&'static str>,
}

/// What a profile is compared by, ready to be shown.
pub(super) struct Explainer<'query, 'catalog> {
    profile: &'query Profile,
    criteria: &'query [Criterion],
    catalog: &'catalog Catalog,
    /// Thousandths of all weights.
    total: i64,
}

impl<'query, 'catalog> Explainer<'query, 'catalog> {
    pub fn new(profile: &'query Profile, criteria: &'query [Criterion], catalog: &'catalog Catalog) -> Self {
        let total = criteria.iter().map(|criterion| criterion.scored.weight).sum();
        Self { profile, criteria, catalog, total }
    }

    /// What was compared.
    pub fn profile(&self) -> Vec<ComparedValue> {
        let compared = |criterion: &Criterion| ComparedValue {
            dimension: criterion.scored.field.name(),
            weight: ratio(criterion.scored.weight, self.total),
            values: self.profile.shown(criterion.scored.field, self.catalog),
        };
        self.criteria.iter().map(compared).collect()
    }

    /// A case with its explanation; `found` are the points that it was found with.
    pub fn explain(&self, case: CaseRow, found: i64) -> ComparableCase {
        let theirs = Profile::of(&case);
        let mut points = 0;
        let mut matches = Vec::with_capacity(self.criteria.len());
        for criterion in self.criteria {
            let (how, grade) = criterion.judge(&theirs);
            points += criterion.scored.weight * grade;
            matches.push(self.compare(criterion, &theirs, how, grade));
        }
        debug_assert_eq!(points, found, "the explanation of {} disagrees with the order", case.id());
        let unknown = matches.iter().filter(|one| one.how == Likeness::Unknown).map(|one| one.dimension).collect();
        let score = self.of_all(points);
        ComparableCase { case: json_of(&case, WHOLE, self.catalog), row: case, score, matches, unknown }
    }

    fn compare(&self, criterion: &Criterion, theirs: &Profile, how: Likeness, grade: Grade) -> Match {
        let weight = criterion.scored.weight;
        Match {
            dimension: criterion.scored.field.name(),
            weight: ratio(weight, self.total),
            r#match: ratio(grade, FULL),
            contribution: self.of_all(weight * grade),
            how,
            yours: self.profile.shown(criterion.scored.field, self.catalog),
            theirs: theirs.shown(criterion.scored.field, self.catalog),
        }
    }

    /// Points as a share of all that there could be.
    fn of_all(&self, points: i64) -> f64 {
        ratio(points, self.total * FULL)
    }
}

/// One division of whole numbers, so that equal ratios are equal to the last bit.
// All weights times all grades are below 2^40.
#[allow(clippy::cast_precision_loss)]
fn ratio(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}
