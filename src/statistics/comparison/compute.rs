//! From counts of two groups to their differences.

use std::sync::Arc;

use super::adjustment::{adjusted_pay, adjusted_share, turns};
use super::difference::{Estimate, Pair};
use super::query::ComparisonQuery;
use super::{
    ComparedGroup, Comparison, Comparisons, MIN_COMPARED, NotCompared, PayComparison, ShareComparison, ShareOf,
};
use crate::catalog::Catalog;
use crate::engine::Columns;
use crate::engine::count::TooManyGroups;
use crate::engine::selection::Rows;
use crate::engine::strata::{Question, Side, Strata, Stratum, count_strata};
use crate::engine::tally::{CountedGroup, Key, Tally};
use crate::model::case::Field;
use crate::statistics::answer::{Matrix, MatrixLine};
use crate::statistics::categories::{Context, GroupKey};
use crate::statistics::parameters::StatisticsQuery;
use crate::statistics::share::Share;

/// What two groups are compared by.
pub(super) struct Compared<'a> {
    pub(super) query: &'a StatisticsQuery,
    pub(super) asked: &'a ComparisonQuery,
    pub(super) context: &'a Context<'a>,
    pub(super) strata: Strata,
    /// The dimensions inside which it was looked, each with the place of its strata.
    pub(super) thirds: Vec<Field>,
    /// The values of the second dimension, in the order of the columns.
    column_keys: Vec<GroupKey>,
    /// The number of all cases of the filter.
    total: u64,
    /// The number of those of which the first dimension is not known.
    unknown: u64,
}

/// The places of the partitions: all cases, what is adjusted by, then each third dimension.
pub(super) const ALL: usize = 0;
pub(super) const ADJUSTED: usize = 1;
pub(super) const THIRDS: usize = 2;

/// Compares two groups of cases that were chosen already.
///
/// # Errors
/// Where there would be too many groups.
pub fn compare(
    (columns, rows): (&Arc<Columns>, &[Rows]),
    catalog: &Catalog,
    (query, asked): (&StatisticsQuery, &ComparisonQuery),
    (total, groups): (&Tally, &[CountedGroup<Key>]),
    matrix: Option<&Matrix>,
) -> Result<Comparison, TooManyGroups> {
    let context = Context::new(catalog, total);
    let dimensions = query.dimensions();
    let count = |thirds: Vec<Field>| {
        let adjusted = (0..asked.adjust.len()).collect();
        let partitions = [vec![], adjusted].into_iter().chain((0..thirds.len()).map(|third| vec![third])).collect();
        let question = Question {
            field: query.first,
            groups: &asked.groups,
            columns: query.second.filter(|_| query.metrics.share),
            fields: thirds.clone(),
            partitions,
            currency: context.currencies.first().map(String::as_str).filter(|_| query.metrics.pay),
            is_exact: query.filter.is_exact,
        };
        count_strata(columns, catalog, &question, rows).map(|strata| (strata, thirds))
    };
    // A share of one dimension cannot turn inside a third.
    let can_turn = query.metrics.pay || query.second.is_some();
    let thirds = if can_turn { asked.third_fields(&dimensions) } else { Vec::new() };
    // What is looked into unasked is left where all of it together has too many values.
    let (strata, thirds) = count(thirds).or_else(|TooManyGroups| count(asked.adjust.clone()))?;
    let unknown = groups.iter().find(|group| group.key.is_none()).map_or(0, |group| group.tally.count());
    let key = |key: &Key| query.second.map(|field| GroupKey::of(field, catalog, key.as_ref()));
    let column_keys = strata.columns.iter().filter_map(key).collect();
    let compared =
        Compared { query, asked, context: &context, strata, thirds, column_keys, total: total.count(), unknown };
    let known = groups.iter().filter(|group| group.key.is_some()).count() as u64;
    Ok(compared.answer(matrix, known * known.saturating_sub(1) / 2))
}

impl Compared<'_> {
    fn answer(&self, matrix: Option<&Matrix>, possible_pairs: u64) -> Comparison {
        let [first, second] = self.sides();
        let shares = match (self.query.metrics.share, self.query.second, matrix) {
            (false, ..) => Vec::new(),
            (true, Some(_), Some(matrix)) => self.shares_within(matrix),
            _ => self.shares_of_groups(),
        };
        let pay = self.query.metrics.pay.then(|| self.pay());
        let differences =
            shares.iter().flat_map(|share| [share.difference, share.adjusted.as_ref().and_then(|it| it.difference)]);
        let of_pay = pay.iter().flat_map(|pay| [pay.difference, pay.adjusted.as_ref().and_then(|it| it.difference)]);
        let made = differences.chain(of_pay).flatten().count();
        let turns = turns(self, &shares, pay.as_ref());
        let key = |key: &Key| GroupKey::of(self.query.first, self.context.catalog, key.as_ref());
        let groups = self.asked.groups.iter().zip([first, second]);
        Comparison {
            groups: groups.map(|(it, side)| ComparedGroup { key: key(it), count: side.cases }).collect(),
            in_both: self.strata.in_both,
            adjusted_by: self.asked.adjust.iter().map(|field| field.name()).collect(),
            shares,
            pay,
            turns,
            comparisons: Comparisons { made, possible_pairs },
        }
    }

    /// All cases of both groups.
    fn sides(&self) -> [Side; 2] {
        self.strata.partitions[ALL].first().map_or_else(Default::default, |all| all.sides.clone())
    }

    /// The shares of the groups in the same cases: in all, and in the known ones where some are not and no group is unknown.
    fn shares_of_groups(&self) -> Vec<ShareComparison> {
        let [first, second] = self.sides().map(|side| side.cases);
        let both = self.strata.in_both;
        let compared = |of: ShareOf, total: u64| {
            let values = [first, second].map(|cases| Share::of(cases, total));
            let pair = Pair { first: first - both, second: second - both, both, total };
            let difference = pair.difference_of_shares().filter(|_| total >= MIN_COMPARED).map(|it| it.rounded(6));
            let reason = difference.is_none().then_some(NotCompared::TooFew);
            let values = values.into_iter().flatten().collect();
            ShareComparison { value: None, of, values, difference, adjusted: None, reason }
        };
        let has_unknown = self.unknown > 0 && self.asked.groups.iter().all(Option::is_some);
        let of_known = has_unknown.then(|| compared(ShareOf::Known, self.total - self.unknown));
        std::iter::once(compared(ShareOf::All, self.total)).chain(of_known).collect()
    }

    /// What share of each group has each known value of the second dimension, as far as these are shown.
    fn shares_within(&self, matrix: &Matrix) -> Vec<ShareComparison> {
        let shown = matrix.columns.iter().filter(|column| !column.key.is_unknown());
        let sides = self.sides();
        let share = |line: &MatrixLine| Some(self.share_within(&line.key, self.column_of(&line.key)?, &sides));
        shown.filter_map(share).collect()
    }

    /// The place of a value of the second dimension.
    pub(super) fn column_of(&self, value: &GroupKey) -> Option<usize> {
        self.column_keys.iter().position(|key| key == value)
    }

    fn share_within(&self, key: &GroupKey, column: usize, sides: &[Side; 2]) -> ShareComparison {
        let share = |side: &Side| Share::of(cases_of(side, column), known_of(side));
        let (estimates, reason) =
            (sides.each_ref().map(|side| share_of(side, column)), self.reason(sides.each_ref().map(known_of)));
        let difference = match (estimates, reason) {
            ([Some(one), Some(other)], None) => Some(one.less(other).rounded(6)),
            _ => None,
        };
        let is_adjusted = !self.asked.adjust.is_empty() && self.strata.in_both == 0;
        ShareComparison {
            value: Some(key.clone()),
            of: ShareOf::Group,
            values: sides.iter().filter_map(share).collect(),
            difference,
            adjusted: is_adjusted.then(|| adjusted_share(self.strata_of(ADJUSTED), column)),
            reason: reason.or(difference.is_none().then_some(NotCompared::TooFew)),
        }
    }

    /// The strata of a partition that are known.
    pub(super) fn strata_of(&self, partition: usize) -> impl Iterator<Item = &Stratum> + Clone {
        self.strata.partitions[partition].iter()
    }

    fn pay(&self) -> PayComparison {
        let sides = self.sides();
        let n = sides.each_ref().map(|side| side.paid);
        let reason = self.reason(n);
        let difference = match (sides.each_ref().map(median_of), reason) {
            ([Some(one), Some(other)], None) => Some(one.less(other).rounded(2)),
            _ => None,
        };
        let median = |side: &Side| side.spread.map(|spread| (spread.percentiles[2] * 100.0).round() / 100.0);
        let is_adjusted = !self.asked.adjust.is_empty() && self.strata.in_both == 0;
        PayComparison {
            currency: self.context.currencies.first().cloned(),
            n: n.to_vec(),
            medians: sides.iter().map(median).collect(),
            difference,
            adjusted: is_adjusted.then(|| adjusted_pay(self.strata_of(ADJUSTED))),
            reason: reason.or(difference.is_none().then_some(NotCompared::TooFew)),
        }
    }

    fn reason(&self, sizes: [u64; 2]) -> Option<NotCompared> {
        if self.strata.in_both > 0 {
            return Some(NotCompared::Overlapping);
        }
        sizes.iter().any(|size| *size < MIN_COMPARED).then_some(NotCompared::TooFew)
    }
}

/// How many of the cases of a group have a value of the second dimension.
pub(super) fn cases_of(side: &Side, column: usize) -> u64 {
    side.columns.get(column).copied().unwrap_or_default()
}

/// How many of the cases of a group have any: the first column is that of the unknown.
pub(super) fn known_of(side: &Side) -> u64 {
    side.cases - cases_of(side, 0)
}

/// The share of a group that has a value of the second dimension, of the cases of which it is known.
pub(super) fn share_of(side: &Side, column: usize) -> Option<Estimate> {
    Estimate::share(cases_of(side, column), known_of(side))
}

/// The median of the pay of a group; `None` where it has no interval.
pub(super) fn median_of(side: &Side) -> Option<Estimate> {
    let spread = side.spread?;
    Some(Estimate::median(spread.percentiles[2], spread.median_interval?, side.paid))
}
