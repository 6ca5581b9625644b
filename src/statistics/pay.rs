//! Percentiles of pay, which a few values do not give.

use serde::Serialize;
use utoipa::ToSchema;

use super::suppression::MinGroupSizes;
use crate::engine::tally::{MIN_VALUES, Tally};

/// Why there are no percentiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WithoutPercentiles {
    /// There are fewer than three values.
    TooFew,
    /// There are fewer values of a source than it asks for.
    Suppressed,
}

impl WithoutPercentiles {
    /// As it stands in answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooFew => "too_few",
            Self::Suppressed => "suppressed",
        }
    }
}

/// The fewest values of which the 10th and the 90th percentile are told: of fewer these are little else than the least and
/// the greatest.
const MIN_VALUES_OF_TAILS: u64 = 20;

/// Annual pay in one currency, before tax: percentiles of the middle of what was promised, with linear interpolation
/// between the two nearest values (as PostgreSQL's `percentile_cont`), to the hundredth.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "currency": "CNY", "n": 7, "p10": null, "p25": 240_000.0, "median": 300_000.0, "median_low": 222_000.0,
    "median_high": 378_000.0, "p75": 360_000.0, "p90": null, "reason": null,
}))]
pub struct Pay {
    /// ISO 4217 code; null = no case of the whole answer has pay.
    #[schema(required)]
    pub currency: Option<String>,
    /// Number of cases whose pay is known in this currency; null = suppressed.
    #[schema(required)]
    pub n: Option<u64>,
    /// A tenth of the values is at most this; null of fewer than 20.
    #[schema(required)]
    pub p10: Option<f64>,
    /// A quarter of the values is at most this.
    #[schema(required)]
    pub p25: Option<f64>,
    /// Half of the values is at most this.
    #[schema(required)]
    pub median: Option<f64>,
    /// Lower end of the 95 % interval of the median, of interpolated order statistics (Hettmansperger and Sheather 1986):
    /// where the median of many such cases may lie, were these drawn of them at random. Null of fewer than 6 values.
    #[schema(required)]
    pub median_low: Option<f64>,
    /// Upper end of that interval.
    #[schema(required)]
    pub median_high: Option<f64>,
    /// Three quarters of the values are at most this.
    #[schema(required)]
    pub p75: Option<f64>,
    /// Nine tenths of the values are at most this; null of fewer than 20.
    #[schema(required)]
    pub p90: Option<f64>,
    /// Why there are no percentiles; null = there are.
    #[schema(required)]
    pub reason: Option<WithoutPercentiles>,
}

impl Pay {
    /// The pay of a group in each of these currencies, or one that says that none is known.
    pub fn of_each(tally: &Tally, currencies: &[String], sizes: &MinGroupSizes) -> Vec<Self> {
        if currencies.is_empty() {
            return vec![Self::without(None, Some(0), WithoutPercentiles::TooFew)];
        }
        currencies.iter().map(|currency| Self::of(tally, currency, sizes)).collect()
    }

    /// The pay of a group in one currency.
    pub fn of(tally: &Tally, currency: &str, sizes: &MinGroupSizes) -> Self {
        let named = Some(currency.to_owned());
        let Some(pay) = tally.pay.iter().find(|pay| pay.currency == currency) else {
            return Self::without(named, Some(0), WithoutPercentiles::TooFew);
        };
        if sizes.are_missed_by(&pay.by_source) {
            return Self::without(named, None, WithoutPercentiles::Suppressed);
        }
        let n = pay.count();
        if n < MIN_VALUES {
            return Self::without(named, Some(n), WithoutPercentiles::TooFew);
        }
        let rounded = |value: f64| (value * 100.0).round() / 100.0;
        let [p10, p25, median, p75, p90] = pay.spread.percentiles.map(|value| Some(rounded(value)));
        let [median_low, median_high] =
            pay.spread.median_interval.map_or([None; 2], |ends| ends.map(rounded).map(Some));
        let has_tails = n >= MIN_VALUES_OF_TAILS;
        let (p10, p90) = (p10.filter(|_| has_tails), p90.filter(|_| has_tails));
        Self { currency: named, n: Some(n), p10, p25, median, median_low, median_high, p75, p90, reason: None }
    }

    fn without(currency: Option<String>, n: Option<u64>, reason: WithoutPercentiles) -> Self {
        Self {
            currency,
            n,
            p10: None,
            p25: None,
            median: None,
            median_low: None,
            median_high: None,
            p75: None,
            p90: None,
            reason: Some(reason),
        }
    }
}
