//! Two groups beside each other: by how much one is more than the other, and how sure that is.
//!
//! [`query`] is which two, this is what is answered, [`compute`] works it out by the formulas of [`difference`];
//! [`adjustment`] looks within the values of other dimensions, [`notices`] say what many comparisons mean.

pub mod adjustment;
pub mod compute;
pub mod difference;
pub mod notices;
pub mod query;

use serde::Serialize;
use utoipa::ToSchema;

use super::categories::GroupKey;
use super::share::Share;
use adjustment::{Adjusted, OrderTurn};
use difference::Difference;

/// The fewest cases, or figures of pay, of each group of which a difference is told.
pub const MIN_COMPARED: u64 = 6;

/// Why two groups are not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotCompared {
    /// One of them has fewer than six.
    TooFew,
    /// They have cases in common, so that they are no separate samples.
    Overlapping,
}

/// One of two groups.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ComparedGroup {
    /// Its value.
    #[serde(flatten)]
    pub key: GroupKey,
    /// Number of its cases.
    pub count: u64,
}

/// The shares of two groups and their difference.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "value": null, "of": "all", "values": [
        {"value": 0.2, "denominator": 40, "low": 0.105_017, "high": 0.347_607},
        {"value": 0.1, "denominator": 40, "low": 0.039_575, "high": 0.230_519},
    ], "difference": {"value": 0.1, "low": -0.069_137, "high": 0.265_262}, "adjusted": null, "reason": null,
}))]
pub struct ShareComparison {
    /// The value of the second dimension of which each group has these shares; null = with one dimension, where each group is
    /// itself a share.
    #[schema(required)]
    pub value: Option<GroupKey>,
    /// What the shares are of.
    pub of: ShareOf,
    /// The shares, in the order of `groups`.
    pub values: Vec<Share>,
    /// The first share less the second, with Newcombe's interval: of separate cases where they are of each group (1998, method
    /// 10), of paired ones where both are of the same cases (1998, method 10 for pairs). Null for the `reason` that is given.
    #[schema(required)]
    pub difference: Option<Difference>,
    /// The same where both groups are put together alike; only with `adjust` and two dimensions.
    #[schema(required)]
    pub adjusted: Option<Adjusted>,
    /// Why there is no difference; null = there is.
    #[schema(required)]
    pub reason: Option<NotCompared>,
}

/// What compared shares are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShareOf {
    /// All cases of the filter.
    All,
    /// The cases of the filter whose value is known.
    Known,
    /// The cases of the group whose value of the second dimension is known.
    Group,
}

/// The pay of two groups and its difference, a year in one currency.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "currency": "CNY", "n": [40, 60], "medians": [320_000.0, 290_000.0],
    "difference": {"value": 30_000.0, "low": 4_000.0, "high": 51_000.0}, "adjusted": null, "reason": null,
}))]
pub struct PayComparison {
    /// ISO 4217 code: the commonest of all cases of the filter; null = no case has pay.
    #[schema(required)]
    pub currency: Option<String>,
    /// Numbers of cases with pay in it, in the order of `groups`.
    pub n: Vec<u64>,
    /// The medians; null of fewer than three.
    pub medians: Vec<Option<f64>>,
    /// The first median less the second. Its interval is put together of those of both medians (MOVER, Zou and Donner 2008),
    /// with the degrees of freedom of Satterthwaite (1946). Null for the `reason` that is given.
    #[schema(required)]
    pub difference: Option<Difference>,
    /// The same where both groups are put together alike; only with `adjust`.
    #[schema(required)]
    pub adjusted: Option<Adjusted>,
    /// Why there is no difference; null = there is.
    #[schema(required)]
    pub reason: Option<NotCompared>,
}

/// How many comparisons were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"made": 2, "possible_pairs": 55}))]
pub struct Comparisons {
    /// Differences that are given with an interval, adjusted ones too: of twenty where nothing differs, about one has an
    /// interval without zero.
    pub made: usize,
    /// Pairs of known values of the first dimension that could have been compared.
    pub possible_pairs: u64,
}

/// Two groups compared.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Comparison {
    /// The groups: each difference is the first less the second.
    pub groups: Vec<ComparedGroup>,
    /// Cases that are in both.
    pub in_both: u64,
    /// By which dimensions what is `adjusted` is adjusted.
    #[schema(value_type = Vec<String>)]
    pub adjusted_by: Vec<&'static str>,
    /// The shares; none without `metrics=share`.
    pub shares: Vec<ShareComparison>,
    /// The pay; null without `metrics=pay`.
    #[schema(required)]
    pub pay: Option<PayComparison>,
    /// Where the order of both groups turns inside a third dimension.
    pub turns: Vec<OrderTurn>,
    /// How many comparisons were made.
    pub comparisons: Comparisons,
}
