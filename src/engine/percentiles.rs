//! Percentiles of pay, as PostgreSQL's `percentile_cont` gives them.

use super::median_interval::{self, Position};
use super::tally::Spread;

/// The fractions of [`Percentiles`](super::tally::Percentiles).
const FRACTIONS: [f64; 5] = [0.1, 0.25, 0.5, 0.75, 0.9];
/// The most places between values that are asked for: of the percentiles, and of both ends of the interval of the median.
const MAX_POSITIONS: usize = FRACTIONS.len() + 2;
/// The most ranks that these lie between.
pub const MAX_RANKS: usize = 2 * MAX_POSITIONS;

/// The ranks that the percentiles of some values and the interval of their median are made of.
///
/// Interpolated as by `percentile_cont` (PostgreSQL documentation, ordered-set aggregates): at `fraction * (n - 1)`,
/// linearly between the two nearest values.
#[derive(Debug, Clone, Copy)]
pub struct Ranks {
    percentiles: [Position; FRACTIONS.len()],
    median_interval: Option<[Position; 2]>,
    last: usize,
    ranks: [usize; MAX_RANKS],
    number: usize,
}

impl Ranks {
    /// Those of so many values; `None` of none.
    pub fn of(values: usize) -> Option<Self> {
        let last = values.checked_sub(1)?;
        // Positions are far below 2^52, and not negative.
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let percentiles = FRACTIONS.map(|fraction| {
            let position = fraction * last as f64;
            (position.floor() as usize, position - position.floor())
        });
        let median_interval = median_interval::ends(values);
        let mut ranks = [0; MAX_RANKS];
        let mut number = 0;
        for (below, _) in percentiles.iter().chain(median_interval.iter().flatten()) {
            for rank in [*below, (below + 1).min(last)] {
                ranks[number] = rank;
                number += 1;
            }
        }
        ranks[..number].sort_unstable();
        let mut unique = 1;
        for index in 1..number {
            if ranks[index] != ranks[unique - 1] {
                ranks[unique] = ranks[index];
                unique += 1;
            }
        }
        Some(Self { percentiles, median_interval, last, ranks, number: unique })
    }

    /// The ranks, upwards; the least value has the rank 0.
    pub fn all(&self) -> &[usize] {
        &self.ranks[..self.number]
    }

    /// The percentiles and the interval, where the values of these ranks are sums, each of which is twice a pay.
    pub fn spread(&self, sums: &[u32]) -> Spread {
        let value = |rank: usize| self.all().binary_search(&rank).map_or(0.0, |index| f64::from(sums[index]) / 2.0);
        let at = |(below, between): Position| {
            let (low, high) = (value(below), value((below + 1).min(self.last)));
            if between > 0.0 { low + between * (high - low) } else { low }
        };
        Spread { percentiles: self.percentiles.map(at), median_interval: self.median_interval.map(|ends| ends.map(at)) }
    }
}

/// Below this, putting all in order is faster than looking for some.
const VERY_FEW: usize = 32;

/// Writes the values of these ranks, which go upwards; `first` is the rank of the least of the sums. They are put into
/// another order.
pub fn select(sums: &mut [u32], first: usize, ranks: &[usize], values: &mut [u32]) {
    if ranks.is_empty() {
        return;
    }
    if sums.len() < VERY_FEW {
        sums.sort_unstable();
        values.iter_mut().zip(ranks).for_each(|(value, rank)| *value = sums[rank - first]);
        return;
    }
    let middle = ranks.len() / 2;
    let index = ranks[middle] - first;
    let (below, value, above) = sums.select_nth_unstable(index);
    values[middle] = *value;
    let (left, right) = values.split_at_mut(middle);
    select(below, first, &ranks[..middle], left);
    select(above, ranks[middle] + 1, &ranks[middle + 1..], &mut right[1..]);
}

#[cfg(test)]
mod tests {
    use super::super::tally::Percentiles;
    use super::*;

    fn spread(sums: &mut [u32]) -> Option<Spread> {
        let ranks = Ranks::of(sums.len())?;
        let mut values = [0; MAX_RANKS];
        let values = &mut values[..ranks.all().len()];
        select(sums, 0, ranks.all(), values);
        Some(ranks.spread(values))
    }

    fn percentiles(sums: &mut [u32]) -> Option<Percentiles> {
        spread(sums).map(|spread| spread.percentiles)
    }

    #[test]
    fn the_interval_of_a_median_lies_between_values() {
        // 0.357_143 of the way from 10 to 20, and from 60 to 50.
        let [low, high] =
            spread(&mut [100, 20, 80, 40, 60, 120]).and_then(|it| it.median_interval).expect("six values");
        assert!((low - 13.571_428_57).abs() < 1e-6 && (high - 56.428_571_43).abs() < 1e-6, "{low} to {high}");
        assert_eq!(spread(&mut [100, 20, 80, 40, 60]).and_then(|it| it.median_interval), None);
        assert_eq!(spread(&mut [14; 40]).and_then(|it| it.median_interval), Some([7.0; 2]));
    }

    #[test]
    fn percentiles_lie_between_the_two_nearest_values() {
        // Worked out by hand: positions 0.4, 1, 2, 3, 3.6 among 10, 20, 30, 40, 50.
        let mut sums = [100, 20, 80, 40, 60];
        assert_eq!(percentiles(&mut sums), Some([14.0, 20.0, 30.0, 40.0, 46.0]));
        assert_eq!(percentiles(&mut [7]), Some([3.5; 5]));
        assert_eq!(percentiles(&mut [4, 2]), Some([1.1, 1.25, 1.5, 1.75, 1.9]));
        assert_eq!(percentiles(&mut []), None);
    }

    #[test]
    fn the_values_of_ranks_are_found_as_by_sorting() {
        let mut state = 1_u64;
        for (count, spread) in [(5000, 40_000_000), (20_000, 7), (50_000, 3_000_000), (9000, 1)] {
            let mut sums: Vec<u32> = (0..count)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    200_000 + u32::try_from((state >> 33) % spread).unwrap_or(0)
                })
                .collect();
            let ranks = [0, count / 10, count / 10 + 1, count / 2, count - 2, count - 1];
            let mut found = [0; 6];
            select(&mut sums.clone(), 0, &ranks, &mut found);
            sums.sort_unstable();
            assert_eq!(found, ranks.map(|rank| sums[rank]), "{count} values within {spread}");
        }
    }
}
