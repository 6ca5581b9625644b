//! Where the ends of the 95 % interval of a median lie among the values, put in order.
//!
//! The interval is one of order statistics: it asks nothing of how pay is spread. From the `k`th value to the `k`th from
//! above it holds the median with the probability 1 - 2 P(B < k), where B is binomial with the probability 1/2. Between two
//! `k` it is interpolated, so that the probability is 95 % and not what the next whole `k` happens to have.
//!
//! Source: T. P. Hettmansperger and S. J. Sheather, "Confidence intervals based on interpolated order statistics",
//! Statistics & Probability Letters 4 (1986), 75-79.

use std::sync::LazyLock;

/// The probability that the median does not lie in the interval.
const OUTSIDE: f64 = 0.05;
/// The 97.5 % quantile of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;
/// Of so many values and more the normal distribution stands for the binomial one: the ends differ by less than a tenth of
/// a rank.
const MANY: usize = 1000;

/// The lower end for each number of values below [`MANY`].
static LOWER_ENDS: LazyLock<Vec<Option<f64>>> = LazyLock::new(|| (0..MANY).map(exact_lower_end).collect());

/// A place among values in order: the rank below it, from 0 on, and how far it lies from there to the next.
pub type Position = (usize, f64);

/// The ends of the interval of the median of so many values; `None` of fewer than six, of which not even the least and
/// the greatest hold it often enough.
pub fn ends(values: usize) -> Option<[Position; 2]> {
    let low = match LOWER_ENDS.get(values) {
        Some(end) => (*end)?,
        None => approximate_lower_end(values),
    };
    // Numbers of values are far below 2^52.
    #[allow(clippy::cast_precision_loss)]
    let high = (values - 1) as f64 - low;
    Some([position(low), position(high)])
}

fn position(rank: f64) -> Position {
    // Ranks are far below 2^52, and not negative.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    (rank.floor() as usize, rank - rank.floor())
}

/// The lower end as a rank from 0 on, between two of which it may lie.
#[allow(clippy::cast_precision_loss)]
fn exact_lower_end(values: usize) -> Option<f64> {
    let n = values as f64;
    // P(B = 0), then P(B < k) and P(B = k) for each k from 1 on.
    let mut equal = 0.5_f64.powi(i32::try_from(values).ok()?);
    let mut below = 0.0;
    let mut last = None;
    for k in 1..=values / 2 {
        below += equal;
        equal *= (n - k as f64 + 1.0) / k as f64;
        if 2.0 * below > OUTSIDE {
            break;
        }
        last = Some((k as f64, below, equal));
    }
    let (k, below, equal) = last?;
    let part = (OUTSIDE - 2.0 * below) / (2.0 * equal);
    Some(k - 1.0 + (n - k) * part / (k + (n - 2.0 * k) * part))
}

#[allow(clippy::cast_precision_loss)]
fn approximate_lower_end(values: usize) -> f64 {
    let n = values as f64;
    n / 2.0 - 0.5 - Z * n.sqrt() / 2.0
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    /// Worked out by hand from tables of the binomial distribution: of 6 values P(B < 1) = 1/64 and P(B < 2) = 7/64, so
    /// that 0.1 of the way from 96.875 % to 78.125 % is 95 %, and 5 * 0.1 / (1 + 4 * 0.1) = 0.357 of that from the first
    /// value to the second. Of 10 values P(B < 2) = 11/1024 and P(B < 3) = 56/1024: 0.324 of the way, and so on.
    #[test]
    fn ends_are_those_of_the_formula_worked_out_by_hand() {
        for (values, low) in [(6, Some(0.357_143)), (10, Some(1.657_658)), (5, None), (1, None), (0, None)] {
            let found = ends(values).map(|[(rank, part), _]| rank as f64 + part);
            match (found, low) {
                (Some(found), Some(low)) => assert!((found - low).abs() < 1e-5, "{values}: {found}, not {low}"),
                (found, low) => assert_eq!(found, low, "{values}"),
            }
        }
    }

    /// Of 2,000 samples each, of pays that are spread evenly, to one side and to both.
    #[test]
    fn the_interval_holds_the_median_in_94_to_97_of_100_samples() {
        let mut random = StdRng::seed_from_u64(95);
        // The quantile function of each, and its median.
        type Quantile = fn(f64) -> f64;
        let spreads: [(Quantile, f64); 3] = [
            (|uniform| uniform, 0.5),
            (|uniform| -(1.0 - uniform).ln(), 2_f64.ln()),
            (|uniform| (uniform / (1.0 - uniform)).ln(), 0.0),
        ];
        for values in [6, 10, 30, 300, 1200] {
            for (place, (spread, median)) in spreads.into_iter().enumerate() {
                let mut held = 0;
                for _ in 0..2000 {
                    let mut sample: Vec<f64> = (0..values).map(|_| spread(random.random::<f64>())).collect();
                    sample.sort_by(f64::total_cmp);
                    let [low, high] = ends(values)
                        .expect("there are enough")
                        .map(|(rank, part)| sample[rank] + part * (sample[(rank + 1).min(values - 1)] - sample[rank]));
                    held += u32::from(low <= median && median <= high);
                }
                assert!((1880..=1940).contains(&held), "{held} of 2,000 samples of {values}, spread {place}");
            }
        }
    }

    #[test]
    fn both_ends_lie_as_far_from_the_middle_and_go_on_smoothly_to_many_values() {
        for values in [6, 7, 30, 300, 999, 1000, 1_000_000] {
            let [low, high] = ends(values).expect("there are enough").map(|(rank, part)| rank as f64 + part);
            assert!((low + high - (values - 1) as f64).abs() < 1e-6 && low < high, "{values}: {low} to {high}");
        }
        let exact = exact_lower_end(MANY).expect("there are enough");
        assert!((exact - approximate_lower_end(MANY)).abs() < 0.1, "{exact}, {}", approximate_lower_end(MANY));
    }
}
