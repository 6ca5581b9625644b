//! Differences of two estimates with their 95 % interval.
//!
//! All are of one idea, the recovery of variances out of the interval of each estimate (MOVER): what lies between an estimate
//! and the end of its own interval says how far it may be off in that direction. It needs no spread of its own, and ends that
//! lie unequally far away stay so. G. Y. Zou and A. Donner, "Construction of confidence limits about effect measures: A general
//! approach", Statistics in Medicine 27 (2008), 1693-1702; of weighted sums G. Y. Zou, W. Huang and X. Zhang, "A note on
//! confidence interval estimation for a linear function of binomial proportions", Computational Statistics & Data Analysis 53
//! (2009), 1080-1085. With Wilson's intervals of two shares it is the tenth method of R. G. Newcombe, "Interval estimation for
//! the difference between independent proportions: comparison of eleven methods", Statistics in Medicine 17 (1998), 873-890.
//!
//! Of few values the ends lie further out than the variance alone puts them, as with Student's t, and two of them together
//! would be held too wide. So what is recovered is the distance in units of t, and the sum has the degrees of freedom of
//! F. E. Satterthwaite, "An approximate distribution of estimates of variance components", Biometrics Bulletin 2 (1946),
//! 110-114. The intervals of differences of medians then hold the truth as often as they say, from six values on (see the
//! tests); without it, in 98 of 100 cases.

use serde::Serialize;
use utoipa::ToSchema;

use crate::statistics::share::{Z, wilson_interval};

/// By how much the first is more than the second, with the 95 % interval of that.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({"value": -0.142_857, "low": -0.396_021, "high": 0.127_734}))]
pub struct Difference {
    /// The first less the second.
    pub value: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end of its 95 % interval.
    pub high: f64,
}

impl Difference {
    /// The same with so many decimals.
    #[must_use]
    pub fn rounded(self, decimals: i32) -> Self {
        let places = 10_f64.powi(decimals);
        // Adding zero leaves no negative one.
        let round = |value: f64| (value * places).round() / places + 0.0;
        Self { value: round(self.value), low: round(self.low), high: round(self.high) }
    }

    /// Whether its interval leaves out that there is none.
    pub fn is_clear(self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// How far an estimate may be off in one direction, 95 % sure.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Reach {
    distance: f64,
    /// The degrees of freedom of what it was told from; infinite where it is as sure as the normal distribution.
    freedom: f64,
}

impl Reach {
    /// Of a sum of independent estimates, each with its weight.
    fn of_sum(parts: impl IntoIterator<Item = (f64, Self)>) -> Self {
        let (mut variance, mut over_freedom) = (0.0, 0.0);
        for (weight, Self { distance, freedom }) in parts {
            let own = (weight * distance / student(freedom)).powi(2);
            variance += own;
            over_freedom += own * own / freedom;
        }
        let freedom = if over_freedom > 0.0 { variance * variance / over_freedom } else { f64::INFINITY };
        Self { distance: student(freedom) * variance.sqrt(), freedom }
    }
}

/// The 97.5 % quantile of Student's t with five degrees of freedom and more, to the thousandth: the expansion 26.7.5 of
/// M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions" (1964).
fn student(freedom: f64) -> f64 {
    let z2 = Z * Z;
    let terms = [
        (z2 + 1.0) / 4.0,
        ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0,
        (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0,
        ((((79.0 * z2 + 776.0) * z2 + 1482.0) * z2 - 1920.0) * z2 - 945.0) / 92160.0,
    ];
    Z + Z * terms.iter().rev().fold(0.0, |sum, term| (sum + term) / freedom)
}

/// An estimate with what its interval says of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    below: Reach,
    above: Reach,
}

impl Estimate {
    /// The share of `count` in `denominator`, with Wilson's interval; `None` where there is nothing to share.
    pub fn share(count: u64, denominator: u64) -> Option<Self> {
        let (low, high) = wilson_interval(count, denominator)?;
        // Counts of cases are far below 2^52.
        #[allow(clippy::cast_precision_loss)]
        let value = count as f64 / denominator as f64;
        Some(Self::new(value, [low, high], f64::INFINITY))
    }

    /// The median of so many values with the ends of its interval.
    pub fn median(value: f64, ends: [f64; 2], values: u64) -> Self {
        // Numbers of cases are far below 2^52.
        #[allow(clippy::cast_precision_loss)]
        Self::new(value, ends, values.saturating_sub(1) as f64)
    }

    fn new(value: f64, [low, high]: [f64; 2], freedom: f64) -> Self {
        let reach = |distance: f64| Reach { distance, freedom };
        Self { value, below: reach(value - low), above: reach(high - value) }
    }

    /// The sum of estimates of separate cases, each times its weight, which is not negative.
    pub fn weighted_sum(parts: &[(f64, Self)]) -> Self {
        Self {
            value: parts.iter().map(|(weight, part)| weight * part.value).sum(),
            below: Reach::of_sum(parts.iter().map(|(weight, part)| (*weight, part.below))),
            above: Reach::of_sum(parts.iter().map(|(weight, part)| (*weight, part.above))),
        }
    }

    /// By how much it is more than another of separate cases.
    pub fn less(self, other: Self) -> Difference {
        let value = self.value - other.value;
        let reach = |one: Reach, two: Reach| Reach::of_sum([(1.0, one), (1.0, two)]).distance;
        Difference { value, low: value - reach(self.below, other.above), high: value + reach(self.above, other.below) }
    }
}

/// How many cases are in two groups of the same cases: in the first alone, in the second alone, in both, and in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// In the first and not in the second.
    pub first: u64,
    /// In the second and not in the first.
    pub second: u64,
    /// In both.
    pub both: u64,
    /// All cases of which the two have their shares.
    pub total: u64,
}

impl Pair {
    /// The difference of the shares that two groups have in the same cases. These are no shares of separate samples: where one
    /// is larger the other tends to be smaller. Each case is a pair of answers, whether it is in the one and whether in the
    /// other. `None` where there is no case.
    ///
    /// Source: the tenth method of R. G. Newcombe, "Improved confidence intervals for the difference between binomial
    /// proportions based on paired data", Statistics in Medicine 17 (1998), 2635-2650.
    pub fn difference_of_shares(self) -> Option<Difference> {
        let share = |alone: u64| Estimate::share(alone + self.both, self.total);
        let (one, other, correlation) = (share(self.first)?, share(self.second)?, self.correlation());
        let reach = |Reach { distance: one, .. }, Reach { distance: two, .. }| -> f64 {
            f64::sqrt(f64::max(one * one - 2.0 * correlation * one * two + two * two, 0.0))
        };
        let value = one.value - other.value;
        Some(Difference {
            value,
            low: value - reach(one.below, other.above),
            high: value + reach(one.above, other.below),
        })
    }

    /// The correlation of being in the one and in the other, corrected towards zero where it is positive.
    // Counts of cases are far below 2^52.
    #[allow(clippy::cast_precision_loss)]
    fn correlation(self) -> f64 {
        let neither = self.total.saturating_sub(self.first + self.second + self.both);
        let [first, second, both, neither, total] =
            [self.first, self.second, self.both, neither, self.total].map(|cases| cases as f64);
        let margins = (both + first) * (second + neither) * (both + second) * (first + neither);
        if margins <= 0.0 {
            return 0.0;
        }
        let product = both * neither - first * second;
        let corrected = if product > 0.0 { (product - total / 2.0).max(0.0) } else { product };
        corrected / margins.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;
    use crate::engine::median_interval::ends;

    #[track_caller]
    fn assert_close(found: Difference, [low, high]: [f64; 2], tolerance: f64, what: &str) {
        let is_close = (found.low - low).abs() < tolerance && (found.high - high).abs() < tolerance;
        assert!(is_close, "{what}: {found:?}, not {low} to {high}");
    }

    /// statsmodels 0.15: `confint_proportions_2indep(a, m, b, n, method="newcomb", compare="diff")`. The first three are also
    /// examples of table II of Newcombe's article: 0.0524 to 0.3339, 0.1705 to 0.8090, and 0.6791 to 1.0000.
    #[test]
    fn differences_of_shares_of_separate_cases_are_those_of_statsmodels() {
        for ((a, m), (b, n), ends) in [
            ((56, 70), (48, 80), [0.052_431, 0.333_873]),
            ((9, 10), (3, 10), [0.170_523, 0.809_018]),
            ((10, 10), (0, 20), [0.679_086, 1.0]),
            ((0, 10), (0, 10), [-0.277_533, 0.277_533]),
            ((5, 56), (0, 29), [-0.038_137, 0.192_560]),
            ((1, 6), (5, 6), [-0.859_867, -0.105_456]),
            ((120, 1000), (150, 900), [-0.078_494, -0.015_166]),
        ] {
            let [one, other] =
                [(a, m), (b, n)].map(|(count, all)| Estimate::share(count, all).expect("there are cases"));
            assert_close(one.less(other), ends, 1e-6, &format!("{a}/{m} and {b}/{n}"));
        }
    }

    /// The first is published: M. W. Fagerland, S. Lydersen and P. Laake, "Recommended tests and confidence intervals for
    /// paired binomial proportions", Statistics in Medicine 33 (2014), 2850-2875, -0.507 to -0.026. All were worked out with
    /// NumPy and the Wilson interval of statsmodels 0.15, as the formula stands in Newcombe's article.
    #[test]
    fn differences_of_shares_of_the_same_cases_are_those_of_the_formula_worked_out_elsewhere() {
        for ((both, first, second, neither), ends) in [
            ((1, 1, 7, 12), [-0.506_920, -0.025_559]),
            ((59, 6, 16, 80), [-0.118_621, -0.004_625]),
            ((36, 12, 2, 0), [0.056_930, 0.340_428]),
            ((0, 5, 1, 0), [-0.127_006, 0.939_893]),
            ((0, 3, 4, 7), [-0.404_711, 0.283_465]),
            ((0, 30, 20, 450), [-0.008_101, 0.048_695]),
        ] {
            let total = both + first + second + neither;
            let found = Pair { first, second, both, total }.difference_of_shares().expect("there are cases");
            assert_close(found, ends, 1e-6, &format!("{both}, {first}, {second}, {neither}"));
        }
        assert_eq!(Pair { first: 0, second: 0, both: 0, total: 0 }.difference_of_shares(), None);
    }

    /// SciPy 1.17: `scipy.stats.t.ppf(0.975, freedom)`.
    #[test]
    fn quantiles_of_student_are_those_of_scipy() {
        for (freedom, quantile) in
            [(5.0, 2.570_582), (7.5, 2.333_040), (10.0, 2.228_139), (30.0, 2.042_272), (298.0, 1.967_957)]
        {
            let found = student(freedom);
            assert!((found - quantile).abs() < 1e-3, "{freedom}: {found}, not {quantile}");
        }
        assert!((student(f64::INFINITY) - Z).abs() < 1e-12);
    }

    /// NumPy and SciPy 1.17: distances 2 and 3 below, 5 and 1 above, of 6 and of 11 values.
    #[test]
    fn differences_of_medians_are_those_of_the_formula_worked_out_elsewhere() {
        let found = Estimate::median(20.0, [18.0, 25.0], 6).less(Estimate::median(10.0, [9.0, 13.0], 11));
        assert_close(found, [6.676_523, 14.984_828], 5e-3, "two medians");
        assert!((found.value - 10.0).abs() < 1e-12);
    }

    /// The standardised share of two strata that hold 0.25 and 0.75 of the standard: of 3 of 10 and 12 of 40 against 6 of 20
    /// and 5 of 50; worked out with NumPy and the Wilson interval of statsmodels 0.15.
    #[test]
    fn standardised_shares_are_those_of_the_formula_worked_out_elsewhere() {
        let sum = |parts: [(f64, u64, u64); 2]| {
            let part = |(weight, count, all)| (weight, Estimate::share(count, all).expect("there are cases"));
            Estimate::weighted_sum(&parts.map(part))
        };
        let found = sum([(0.25, 3, 10), (0.75, 12, 40)]).less(sum([(0.25, 6, 20), (0.75, 5, 50)]));
        assert!((found.value - 0.15).abs() < 1e-12, "{found:?}");
        assert_close(found, [0.006_597, 0.299_761], 1e-6, "two strata");
    }

    /// Of 2,000 pairs of samples each, of pays that are spread evenly, to one side and to both.
    #[test]
    fn the_interval_of_a_difference_of_medians_holds_it_in_94_to_97_of_100_samples() {
        type Quantile = fn(f64) -> f64;
        let spreads: [(Quantile, f64); 3] = [
            (|uniform| uniform, 0.5),
            (|uniform| -(1.0 - uniform).ln(), 2_f64.ln()),
            (|uniform| (uniform / (1.0 - uniform)).ln(), 0.0),
        ];
        let mut random = StdRng::seed_from_u64(1947);
        let mut median = |values: usize, (spread, centre): (Quantile, f64), scale: f64| {
            let draw = |_| scale * (spread(random.random::<f64>()) - centre);
            let mut sample: Vec<f64> = (0..values).map(draw).collect();
            sample.sort_by(f64::total_cmp);
            let at =
                |(rank, part): (usize, f64)| sample[rank] + part * (sample[(rank + 1).min(values - 1)] - sample[rank]);
            let middle = (sample[(values - 1) / 2] + sample[values / 2]) / 2.0;
            Estimate::median(middle, ends(values).expect("there are enough").map(at), values as u64)
        };
        for (one, other) in [(6, 6), (10, 10), (30, 30), (300, 300), (6, 300)] {
            for (place, spread) in spreads.into_iter().enumerate() {
                let mut held = 0;
                for _ in 0..2000 {
                    // The true medians are the same, and the spreads are not.
                    let found = median(one, spread, 1.0).less(median(other, spread, 1.5));
                    held += u32::from(!found.is_clear());
                }
                assert!((1880..=1940).contains(&held), "{held} of 2,000 samples of {one} and {other}, spread {place}");
            }
        }
    }
}
