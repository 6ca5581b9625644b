//! Shares with their interval.

use serde::Serialize;
use utoipa::ToSchema;

/// A share with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({"value": 0.214_286, "denominator": 14, "low": 0.075_714, "high": 0.475_892}))]
pub struct Share {
    /// The share, from 0 to 1.
    pub value: f64,
    /// What it is a share of: the number of all cases of the filter, or of the row or column as `normalize` says; in a
    /// histogram that of the cases with pay in its currency.
    pub denominator: u64,
    /// Lower end of its 95 % Wilson interval.
    pub low: f64,
    /// Upper end of its 95 % Wilson interval.
    pub high: f64,
}

impl Share {
    /// `count` of `denominator`, rounded to six decimals; `None` where there is nothing to share.
    pub fn of(count: u64, denominator: u64) -> Option<Self> {
        let (low, high) = wilson_interval(count, denominator)?;
        let round = |value: f64| (value * 1e6).round() / 1e6;
        // Counts of cases are far below 2^52.
        #[allow(clippy::cast_precision_loss)]
        let value = count as f64 / denominator as f64;
        Some(Self { value: round(value), denominator, low: round(low), high: round(high) })
    }
}

/// Between what a share of all cases would lie, were it known of each what its value is: from that where no unknown one has
/// the value to that where all have.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({"least": 0.214_286, "most": 0.357_143}))]
pub struct ShareBounds {
    /// The share where no case of an unknown value has this one.
    pub least: f64,
    /// The share where all of them have.
    pub most: f64,
}

impl ShareBounds {
    /// Of `count` cases with the value among `denominator`, of which `unknown` have an unknown one; `None` where there is
    /// nothing to share.
    pub fn of(count: u64, unknown: u64, denominator: u64) -> Option<Self> {
        let share = |count: u64| Share::of(count, denominator).map(|share| share.value);
        Some(Self { least: share(count)?, most: share((count + unknown).min(denominator))? })
    }
}

/// The 97.5 % quantile of the standard normal distribution, for a two-sided 95 % interval.
pub(super) const Z: f64 = 1.959_963_984_540_054;

/// The Wilson score interval of `successes` out of `trials`, 95 %, both ends from 0 to 1; `None`
/// for no trials.
///
/// Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
/// Journal of the American Statistical Association 22 (1927), 209-212. It stays within 0 and 1 and
/// is usable for a handful of trials, unlike the normal approximation.
pub(super) fn wilson_interval(successes: u64, trials: u64) -> Option<(f64, f64)> {
    if trials == 0 {
        return None;
    }
    // Counts of cases are far below 2^52.
    #[allow(clippy::cast_precision_loss)]
    let (successes, trials) = (successes as f64, trials as f64);
    let share = successes / trials;
    let z2 = Z * Z;
    let centre = share + z2 / (2.0 * trials);
    let half_width = Z * (share * (1.0 - share) / trials + z2 / (4.0 * trials * trials)).sqrt();
    let denominator = 1.0 + z2 / trials;
    Some((((centre - half_width) / denominator).max(0.0), ((centre + half_width) / denominator).min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected values were worked out with 40-digit decimal arithmetic.
    #[test]
    fn the_interval_is_that_of_the_formula_worked_out_elsewhere() {
        for (successes, trials, low, high) in [
            (3, 14, 0.075_714, 0.475_892),
            (0, 10, 0.0, 0.277_533),
            (10, 10, 0.722_467, 1.0),
            (50, 100, 0.403_832, 0.596_168),
            (1, 1, 0.206_549, 1.0),
        ] {
            let (found_low, found_high) = wilson_interval(successes, trials).expect("there are trials");
            assert!((found_low - low).abs() < 1e-6, "{successes}/{trials}: low {found_low}, expected {low}");
            assert!((found_high - high).abs() < 1e-6, "{successes}/{trials}: high {found_high}, expected {high}");
        }
        assert_eq!(wilson_interval(0, 0), None);
    }

    #[test]
    fn bounds_take_none_and_all_of_the_unknown_in() {
        assert_eq!(ShareBounds::of(3, 2, 10), Some(ShareBounds { least: 0.3, most: 0.5 }));
        assert_eq!(ShareBounds::of(3, 0, 10), Some(ShareBounds { least: 0.3, most: 0.3 }));
        assert_eq!(ShareBounds::of(0, 0, 0), None);
    }
}
