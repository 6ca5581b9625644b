//! Two groups compared within the values of other dimensions: adjusted by these, and whether their order turns inside.
//!
//! Direct standardisation: what is within a stratum is compared, and put together with the weights of one standard, here the
//! cases of both groups together. W. G. Cochran, "The planning of observational studies of human populations", Journal of the
//! Royal Statistical Society A 128 (1965), 234-266; K. J. Rothman, S. Greenland and T. L. Lash, "Modern Epidemiology" (2008),
//! chapter 15. Only strata count in which both groups can be told. That an order of two groups can be another one in every
//! stratum: E. H. Simpson, "The interpretation of interaction in contingency tables", Journal of the Royal Statistical Society
//! B 13 (1951), 238-241.

use serde::Serialize;
use utoipa::ToSchema;

use super::compute::{Compared, THIRDS, known_of, median_of, share_of};
use super::difference::{Difference, Estimate};
use super::{MIN_COMPARED, NotCompared, PayComparison, ShareComparison};
use crate::engine::strata::{Side, Stratum};
use crate::model::case::Field;
use crate::statistics::categories::GroupKey;

/// What two groups would be if both were put together alike.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "values": [310_000.0, 300_000.0], "difference": {"value": 10_000.0, "low": -12_000.0, "high": 31_000.0}, "strata": 4,
    "used": [36, 51], "left_out": [4, 9], "reason": null,
}))]
pub struct Adjusted {
    /// The standardised shares, or the means of the medians of the strata, in the order of `groups`; none where nothing can be
    /// compared.
    pub values: Vec<f64>,
    /// The first less the second, with its interval (MOVER); null for the `reason` that is given.
    #[schema(required)]
    pub difference: Option<Difference>,
    /// In how many strata both groups could be compared.
    pub strata: usize,
    /// How many cases of each group, or figures of pay, are in these.
    pub used: Vec<u64>,
    /// How many of each are left out: those of which one of the dimensions is not known, and those in strata in which one of the
    /// groups has none, or fewer than six figures of pay.
    pub left_out: Vec<u64>,
    /// Why there is no difference; null = there is.
    #[schema(required)]
    pub reason: Option<NotCompared>,
}

/// That the order of two groups is another one inside a third dimension (Simpson's paradox): one group has more over all, and
/// less within each value of that dimension where both groups have enough cases.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({"dimension": "highest_degree", "measure": "pay", "value": null, "strata": 2}))]
pub struct OrderTurn {
    /// The third dimension.
    #[schema(value_type = String)]
    pub dimension: &'static str,
    /// What turns.
    pub measure: Measure,
    /// The value of the second dimension whose share turns; null = pay does.
    #[schema(required)]
    pub value: Option<GroupKey>,
    /// Within how many values of the dimension: all of those in which both groups can be compared.
    pub strata: usize,
}

/// What two groups are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// A share.
    Share,
    /// The median of pay.
    Pay,
}

/// How many cases of a group count, and the estimate that they give.
type Told = (u64, Estimate);

/// The share of each group that has a value of the second dimension, where both are put together alike.
pub(super) fn adjusted_share<'s>(strata: impl Iterator<Item = &'s Stratum> + Clone, column: usize) -> Adjusted {
    let told = |side: &Side| Some((known_of(side), share_of(side, column)?));
    adjusted(strata, known_of, told, 6)
}

/// The median pay of each group, where both are put together alike.
pub(super) fn adjusted_pay<'s>(strata: impl Iterator<Item = &'s Stratum> + Clone) -> Adjusted {
    adjusted(strata, |side| side.paid, |side| Some((side.paid, median_of(side)?)), 2)
}

fn adjusted<'s>(
    strata: impl Iterator<Item = &'s Stratum> + Clone,
    size: impl Fn(&Side) -> u64,
    told: impl Fn(&Side) -> Option<Told>,
    decimals: i32,
) -> Adjusted {
    let sides = |stratum: &'s Stratum| {
        let [first, second] = stratum.sides.each_ref().map(&told);
        stratum.keys.iter().all(Option::is_some).then_some(())?;
        first.zip(second)
    };
    let both: Vec<(Told, Told)> = strata.clone().filter_map(sides).collect();
    let total = |group: usize| strata.clone().map(|stratum| size(&stratum.sides[group])).sum::<u64>();
    let used = [both.iter().map(|((size, _), _)| size).sum::<u64>(), both.iter().map(|(_, (size, _))| size).sum()];
    let left_out = vec![total(0) - used[0], total(1) - used[1]];
    let (all, used) = (used[0] + used[1], used.to_vec());
    if both.is_empty() {
        let reason = Some(NotCompared::TooFew);
        return Adjusted { values: Vec::new(), difference: None, strata: 0, used, left_out, reason };
    }
    // Numbers of cases are far below 2^52.
    #[allow(clippy::cast_precision_loss)]
    let weight = |((one, _), (other, _)): &(Told, Told)| (one + other) as f64 / all as f64;
    let first: Vec<(f64, Estimate)> = both.iter().map(|pair| (weight(pair), pair.0.1)).collect();
    let second: Vec<(f64, Estimate)> = both.iter().map(|pair| (weight(pair), pair.1.1)).collect();
    let estimates = [first, second].map(|parts| Estimate::weighted_sum(&parts));
    let places = 10_f64.powi(decimals);
    let reason = used.iter().any(|size| *size < MIN_COMPARED).then_some(NotCompared::TooFew);
    Adjusted {
        values: estimates.iter().map(|estimate| (estimate.value * places).round() / places).collect(),
        difference: reason.is_none().then(|| estimates[0].less(estimates[1]).rounded(decimals)),
        strata: both.len(),
        used,
        left_out,
        reason,
    }
}

/// Where the order of both groups turns inside a third dimension.
pub(super) fn turns(compared: &Compared, shares: &[ShareComparison], pay: Option<&PayComparison>) -> Vec<OrderTurn> {
    let mut turns = Vec::new();
    for (third, partition) in compared.thirds.iter().zip(THIRDS..) {
        let strata = || compared.strata_of(partition).filter(|stratum| stratum.keys.iter().all(Option::is_some));
        let mut look = |measure,
                        value: Option<&GroupKey>,
                        over_all: Option<Difference>,
                        inside: &dyn Fn(&Stratum) -> Option<f64>| {
            let inside: Vec<f64> = strata().filter_map(inside).collect();
            let turn = over_all.filter(|over_all| is_turned(over_all.value, &inside));
            let dimension = Field::name(*third);
            turns.extend(turn.map(|_| OrderTurn { dimension, measure, value: value.cloned(), strata: inside.len() }));
        };
        for share in shares {
            let Some(value) = &share.value else { continue };
            let Some(column) = compared.column_of(value) else { continue };
            look(Measure::Share, Some(value), share.difference, &|stratum| {
                less(stratum, |side| {
                    let is_enough = known_of(side) >= MIN_COMPARED;
                    share_of(side, column).filter(|_| is_enough).map(|it| it.value)
                })
            });
        }
        look(Measure::Pay, None, pay.and_then(|pay| pay.difference), &|stratum| {
            less(stratum, |side| median_of(side).map(|it| it.value))
        });
    }
    turns
}

/// By how much the first group is more than the second in a stratum.
fn less(stratum: &Stratum, value: impl Fn(&Side) -> Option<f64>) -> Option<f64> {
    let [first, second] = stratum.sides.each_ref().map(value);
    Some(first? - second?)
}

/// Whether all differences inside, two at least, are of the other sign.
fn is_turned(over_all: f64, inside: &[f64]) -> bool {
    inside.len() > 1 && inside.iter().all(|difference| difference * over_all < 0.0)
}
