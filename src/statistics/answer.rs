//! What statistics answer.

use serde::Serialize;
use utoipa::ToSchema;

use super::categories::{GroupKey, SharedKey};
use super::comparison::Comparison;
use super::histogram::Histogram;
use super::notices::Notice;
use super::pay::Pay;
use super::share::{Share, ShareBounds};
use crate::engine::tally::{CountedGroup, Others, Tally};

/// One group of cases.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "keys": [{"dimension": "company", "value": "baidu", "name": "百度", "name_en": "Baidu"}],
    "count": 3,
    "share": {"value": 0.214_286, "denominator": 14, "low": 0.075_714, "high": 0.475_892},
}))]
pub struct Group {
    /// Its value of each dimension of `group_by`, in that order.
    #[schema(value_type = Vec<GroupKey>)]
    pub keys: Vec<SharedKey>,
    /// Number of cases.
    pub count: u64,
    /// From how many sources they are; only where the cases of the whole answer are from several.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub sources: Option<Sources>,
    /// Its share; only with `metrics=share`. Groups of `tag` and `any_tier` overlap, and those of `major` contain what
    /// stands under them (unless `major_exact`), so that their shares may add up to more than 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub share: Option<Share>,
    /// Its share of the cases whose value is known; only with `metrics=share` and one dimension, and not of the unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub share_of_known: Option<Share>,
    /// Between what its share would lie, were all values known; as `share_of_known`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub share_bounds: Option<ShareBounds>,
    /// Its pay, by currency, the commonest of the whole answer first; only with `metrics=pay`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pay: Option<Vec<Pay>>,
}

/// From how many sources the cases of a group are. What one source has picked is not what is usual.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({"count": 2, "largest_share": 0.833_333}))]
pub struct Sources {
    /// How many.
    pub count: usize,
    /// The share of the cases that the one with the most of them has.
    pub largest_share: f64,
}

impl Sources {
    /// Those of a group; `None` where it has no case.
    pub fn of(group: &Tally) -> Option<Self> {
        let largest = group.by_source.iter().map(|(_, cases)| *cases).max()?;
        let largest_share = Share::of(largest, group.count())?.value;
        Some(Self { count: group.by_source.len(), largest_share })
    }
}

/// A row or column of a matrix.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MatrixLine {
    /// Its value.
    #[serde(flatten)]
    pub key: GroupKey,
    /// Number of its cases, also of those that no cell shows.
    pub count: u64,
}

/// Groups that are too small to be shown. How many they are is not given: it would say of an empty place in a table that
/// there is something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"count": 7}))]
pub struct Suppressed {
    /// Sum of their numbers of cases.
    pub count: u64,
}

impl Suppressed {
    /// These groups together; `None` where there is none.
    pub fn of<K>(groups: &[CountedGroup<K>]) -> Option<Self> {
        let count = groups.iter().map(|group| group.tally.count()).sum();
        (!groups.is_empty()).then_some(Self { count })
    }
}

/// The groups of two dimensions as a table: `counts[i][j]` is of row `i` and column `j`.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Matrix {
    /// The values of the first dimension, in order.
    pub rows: Vec<MatrixLine>,
    /// The values of the second dimension, in order.
    pub columns: Vec<MatrixLine>,
    /// Numbers of cases by row and column; null = not shown, which where groups are suppressed may also be none.
    pub counts: Vec<Vec<Option<u64>>>,
    /// Shares by row and column, as `normalize` says; only with `metrics=share`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub shares: Option<Vec<Vec<Option<f64>>>>,
    /// Median annual pay by row and column, in `pay_currency`; only with `metrics=pay`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pay_medians: Option<Vec<Vec<Option<f64>>>>,
    /// The commonest currency of the pay; null = no pay is known. Only with `metrics=pay`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub pay_currency: Option<Option<String>>,
}

/// Counts, shares and pay of groups of cases.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Statistics {
    /// The dimensions that the groups are of; none with `histogram`.
    #[schema(value_type = Vec<String>, example = json!(["company"]))]
    pub group_by: Vec<&'static str>,
    /// All cases of the filter.
    pub total: u64,
    /// Pay of all cases of the filter; only with `metrics=pay`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pay: Option<Vec<Pay>>,
    /// The groups in the order of the first dimension, then of the second; combinations without a case are left out.
    pub groups: Vec<Group>,
    /// Groups beyond `limit` or under `min_count`, as one, without those of pages before; null = there is none.
    #[schema(required)]
    pub other: Option<Others>,
    /// Groups that are too small for their source to be shown, as one; null = none is. Where that is just one, another
    /// is added, so that it cannot be worked out.
    #[schema(required)]
    pub suppressed: Option<Suppressed>,
    /// What to give as `cursor` for the groups beyond `limit`; null = there is none, or there are two dimensions.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// What to give as `cursor` for the groups before; null = these are the first.
    #[schema(required)]
    pub prev_cursor: Option<String>,
    /// The groups as a table; only with two dimensions.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub matrix: Option<Matrix>,
    /// Two groups beside each other; only with `compare`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub comparison: Option<Comparison>,
    /// How annual pay is spread; only with `histogram=pay`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub histogram: Option<Histogram>,
    /// The version of the data.
    pub dataset_version: i64,
    /// What the reader must know.
    pub notices: Vec<Notice>,
    /// Cases that are in groups of `other` alone; only for a picture, where groups overlap and none is suppressed.
    #[serde(skip)]
    pub other_cases: Option<u64>,
}
