//! How annual pay is spread: a histogram over ranges of equal, round width. Of a million cases with pay it takes 5 ms of two
//! cores, most of it for the percentiles that say where the ranges lie.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{Statistics, Suppressed};
use super::categories::Context;
use super::notices::Notice;
use super::parameters::{HistogramQuery, StatisticsQuery};
use super::pay::{Pay, WithoutPercentiles};
use super::share::Share;
use super::suppression::{MinGroupSizes, divide};
use crate::catalog::Catalog;
use crate::engine::Columns;
use crate::engine::count::{PayOf, Question, TooManyGroups, count_chosen};
use crate::engine::ranges::{Ranges, count_by_range};
use crate::engine::selection::{Rows, choose_telling_duplicates};
use crate::engine::tally::{CountedGroup, PayTally, Percentiles, Tally};
use crate::model::case::Field;

/// A range of pay with the cases in it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "from": 300_000, "to": 350_000, "count": 3,
    "share": {"value": 0.3, "denominator": 10, "low": 0.107_789, "high": 0.603_222},
}))]
pub struct Bin {
    /// The least pay in it; null = whatever is below `to`.
    #[schema(required)]
    pub from: Option<u64>,
    /// The least pay that is above it; null = whatever is from `from` on.
    #[schema(required)]
    pub to: Option<u64>,
    /// Number of cases; null = not shown, which where bins are suppressed may also be none.
    #[schema(required)]
    pub count: Option<u64>,
    /// Its share of `n`; null = not shown.
    #[schema(required)]
    pub share: Option<Share>,
}

/// Where a pay stands among others.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "pay": 300_000, "below": {"value": 0.4, "denominator": 10, "low": 0.168_180, "high": 0.687_326}, "equal": 1,
    "reason": null,
}))]
pub struct Standing {
    /// The pay that was given, in `currency` a year.
    pub pay: u32,
    /// The share of the cases whose pay is lower; null = not shown.
    #[schema(required)]
    pub below: Option<Share>,
    /// Number of cases with just this pay; null = not shown.
    #[schema(required)]
    pub equal: Option<u64>,
    /// Why it is not shown; null = it is.
    #[schema(required)]
    pub reason: Option<WithoutPercentiles>,
}

/// How the annual pay of the cases of the filter is spread, in one currency: the commonest of them. `n` is null, and there are
/// no bins, for the `reason` that there are no percentiles.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "currency": "CNY", "n": 5, "p10": null, "p25": 240_000.0, "median": 300_000.0, "median_low": null,
    "median_high": null, "p75": 360_000.0, "p90": null, "reason": null, "unknown": 2, "other_currencies": 0, "bin_width": 100_000, "bins": [
        {"from": 200_000, "to": 300_000, "count": 2,
            "share": {"value": 0.4, "denominator": 5, "low": 0.117_621, "high": 0.769_276}},
        {"from": 300_000, "to": 400_000, "count": 2,
            "share": {"value": 0.4, "denominator": 5, "low": 0.117_621, "high": 0.769_276}},
        {"from": 400_000, "to": null, "count": 1,
            "share": {"value": 0.2, "denominator": 5, "low": 0.036_223, "high": 0.624_465}},
    ], "suppressed": null,
}))]
pub struct Histogram {
    /// The pay in this currency.
    #[serde(flatten)]
    pub pay: Pay,
    /// Number of cases of which no annual pay is known; null = suppressed.
    #[schema(required)]
    pub unknown: Option<u64>,
    /// Number of cases with annual pay in another currency; null = suppressed.
    #[schema(required)]
    pub other_currencies: Option<u64>,
    /// The width of the bins but for open ones: 1, 2 or 5 times a power of ten; null = there is no bin.
    #[schema(required)]
    pub bin_width: Option<u64>,
    /// The bins upwards, without a gap, from the first to the last that has cases. What lies far from all else is in a bin that
    /// is open: the first, the last.
    pub bins: Vec<Bin>,
    /// Bins that are too small for their source to be shown, as one; null = none is.
    #[schema(required)]
    pub suppressed: Option<Suppressed>,
    /// Where the given `pay` stands; only with `pay`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub standing: Option<Standing>,
}

/// Works out the histogram of the pay of the cases of a filter.
///
/// # Errors
/// Never where there are fewer currencies than can be counted at once.
pub fn compute(
    columns: &Arc<Columns>,
    catalog: &Catalog,
    query: &StatisticsQuery,
    asked: HistogramQuery,
) -> Result<Statistics, TooManyGroups> {
    let (rows, duplicates) = choose_telling_duplicates(columns, &query.filter);
    let rows = Arc::new(rows);
    let question = Question { first: Field::PayCurrency, second: None, pay: PayOf::NoGroup, filter: &query.filter };
    let total = count_chosen(columns, catalog, question, Arc::clone(&rows))?.total;
    let Context { sizes, currencies, .. } = Context::new(catalog, &total);
    let currency = currencies.first().map(String::as_str);
    let mut notices = vec![Notice::offers_only()];
    notices.extend(Notice::of_sources(catalog, &total));
    notices.extend(Notice::of_duplicates(&query.filter, duplicates, total.count()));
    notices.push(Notice::chosen_sample());
    notices.extend(Notice::of_years(columns, &rows));
    notices.extend(currency.filter(|_| currencies.len() > 1).map(Notice::one_currency));
    let figures = Figures { columns, rows: &rows, total: &total, sizes: &sizes };
    let histogram = figures.histogram(currency, asked);
    let is_told = histogram.suppressed.is_none() && histogram.unknown.is_some();
    notices.extend((!is_told).then(Notice::suppressed));
    Ok(Statistics {
        total: total.count(),
        dataset_version: columns.dataset.version,
        notices,
        histogram: Some(histogram),
        ..Statistics::default()
    })
}

/// What a histogram is made of, and where a pay stands in it.
pub(super) struct Figures<'a> {
    pub(super) columns: &'a Columns,
    pub(super) rows: &'a [Rows],
    pub(super) total: &'a Tally,
    pub(super) sizes: &'a MinGroupSizes,
}

impl Figures<'_> {
    fn histogram(&self, currency: Option<&str>, asked: HistogramQuery) -> Histogram {
        let known = self.in_currency(currency);
        let ([unknown, other_currencies], pay) = self.parts_and_pay(currency);
        let mut histogram = Histogram {
            unknown,
            other_currencies,
            bin_width: None,
            bins: Vec::new(),
            suppressed: None,
            standing: asked.pay.map(|figure| self.standing(figure, &pay)),
            pay,
        };
        if let (Some(known), None) = (known, histogram.pay.reason) {
            let layout = Layout::of(known.spread.percentiles, asked.bins);
            let counted = count_by_range(self.columns, self.rows, &known.currency, layout.ranges());
            let counted = counted.into_iter().filter(|range| range.key > 0).collect();
            histogram.bin_width = Some(layout.width);
            (histogram.bins, histogram.suppressed) = layout.bins(counted, self.sizes, known.count());
        }
        histogram
    }

    fn in_currency(&self, currency: Option<&str>) -> Option<&PayTally> {
        self.total.pay.iter().find(|pay| Some(pay.currency.as_str()) == currency)
    }

    /// The numbers of cases without pay, and with pay in another currency, `None` where it is not shown; and the pay in this
    /// one.
    pub(super) fn parts_and_pay(&self, currency: Option<&str>) -> ([Option<u64>; 2], Pay) {
        let beside = self.beside(self.in_currency(currency));
        let named: Vec<String> = currency.map(str::to_owned).into_iter().collect();
        let mut pay = Pay::of_each(self.total, &named, self.sizes);
        // There is one, also where no currency is known.
        (beside, pay.swap_remove(0))
    }

    /// How many cases have less than a pay in a currency, just it, and more.
    pub(super) fn around(&self, currency: &str, figure: u32) -> [u64; 3] {
        let ranges = Ranges::around(figure);
        let counted = count_by_range(self.columns, self.rows, currency, ranges);
        let count = |range: usize| counted.iter().find(|it| it.key == range).map_or(0, |it| it.tally.count());
        [Ranges::BELOW, Ranges::FIRST, ranges.above()].map(count)
    }

    /// The numbers of cases without pay, and with pay in another currency; `None` where it is not shown.
    fn beside(&self, known: Option<&PayTally>) -> [Option<u64>; 2] {
        let in_currency = known.map_or(&[][..], |pay| &pay.by_source);
        let of = |cases: &[(i32, u64)], source: i32| -> u64 {
            cases.iter().filter(|(own, _)| *own == source).map(|(_, cases)| cases).sum()
        };
        let mut parts = [Vec::new(), Vec::new()];
        for (source, cases) in &self.total.by_source {
            let with_pay: u64 = self.total.pay.iter().map(|pay| of(&pay.by_source, *source)).sum();
            parts[0].push((*source, cases - with_pay));
            parts[1].push((*source, with_pay - of(in_currency, *source)));
        }
        parts.map(|mut by_source| {
            by_source.retain(|(_, cases)| *cases > 0);
            let count = by_source.iter().map(|(_, cases)| cases).sum();
            (!self.sizes.are_missed_by(&by_source)).then_some(count)
        })
    }

    fn standing(&self, figure: u32, pay: &Pay) -> Standing {
        let (Some(currency), Some(n), None) = (&pay.currency, pay.n, pay.reason) else {
            return Standing { pay: figure, below: None, equal: None, reason: pay.reason };
        };
        let [below, equal, _] = self.around(currency, figure);
        Standing { pay: figure, below: Share::of(below, n), equal: Some(equal), reason: None }
    }
}

/// Where bins lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Layout {
    /// Where the first one that is not open begins.
    start: u64,
    width: u64,
    number: u64,
}

impl Layout {
    /// At most so many bins of the least round width. They reach as far beyond the 10th and the 90th percentile as these are
    /// apart, and a tenth of the latter at least.
    // Pay is not negative and far below 2^52.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn of([p10, .., p90]: Percentiles, most: u32) -> Self {
        let beyond = (p90 - p10).max(p90 / 10.0).max(1.0);
        let (low, high) = ((p10 - beyond).max(0.0) as u64, (p90 + beyond) as u64 + 1);
        let fits = |width: u64| {
            let layout = Self { start: low / width * width, width, number: high.div_ceil(width) - low / width };
            Some(layout).filter(|layout| layout.number <= u64::from(most))
        };
        let widths = (0..19).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_u64.pow(power)));
        // A width above the highest end gives one bin, or two.
        widths.into_iter().find_map(fits).unwrap_or(Self { start: 0, width: 1, number: 1 })
    }

    fn ranges(self) -> Ranges {
        // Ends of pay are below 2^31.
        let [start, width, number] =
            [self.start, self.width, self.number].map(|it| u32::try_from(it).unwrap_or(u32::MAX));
        Ranges::new(start, width, number)
    }

    /// The bins from the first to the last that is shown with cases, of `n` in all.
    fn bins(self, counted: Vec<CountedGroup<usize>>, sizes: &MinGroupSizes, n: u64) -> (Vec<Bin>, Option<Suppressed>) {
        let divided = divide(counted, sizes);
        let suppressed = Suppressed::of(&divided.suppressed);
        let above = self.ranges().above();
        let mut counts: Vec<Option<u64>> = vec![suppressed.is_none().then_some(0); above + 1];
        divided.shown.iter().for_each(|range| counts[range.key] = Some(range.tally.count()));
        let shown = divided.shown.iter().map(|range| range.key);
        let (Some(first), Some(last)) = (shown.clone().min(), shown.max()) else { return (Vec::new(), suppressed) };
        let end_of = |range: usize| self.start + (range + 1 - Ranges::FIRST) as u64 * self.width;
        let bin = |range: usize| Bin {
            from: (range > Ranges::BELOW).then(|| end_of(range) - self.width),
            to: (range < above).then(|| end_of(range)),
            count: counts[range],
            share: counts[range].and_then(|count| Share::of(count, n)),
        };
        ((first..=last).map(bin).collect(), suppressed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_few_and_reach_beyond_the_tenths() {
        for (p10, p90, most, start, width, number) in [
            (245_000.0, 480_000.0, 30, 0, 50_000, 15),
            (0.0, 0.0, 30, 0, 1, 2),
            (300_000.0, 300_000.0, 30, 270_000, 5_000, 13),
            (4_992_000.0, 7_488_000.0, 100, 2_400_000, 100_000, 76),
            (1_000.5, 1_000.5, 2, 800, 200, 2),
            (1.0, 2_147_483_647.0, 2, 0, 5_000_000_000, 1),
        ] {
            let layout = Layout::of([p10, p10, p90, p90, p90], most);
            assert_eq!(layout, Layout { start, width, number }, "{p10} to {p90} in {most}");
        }
        for p10 in [0.0, 0.5, 7.0, 99_999.5, 2_000_000_000.0] {
            for p90 in [p10, p10 + 0.5, p10 + 1.0, p10 * 1.5 + 3.0, 2_147_483_647.0] {
                for most in [2, 3, 30, 100] {
                    let layout = Layout::of([p10, p10, p10, p10, p90], most);
                    let end = layout.start + layout.number * layout.width;
                    assert!(layout.number <= u64::from(most), "{layout:?} of {p10} to {p90} in {most}");
                    assert!(layout.start as f64 <= p10 && p90 < end as f64, "{layout:?} of {p10} to {p90} in {most}");
                }
            }
        }
    }
}
