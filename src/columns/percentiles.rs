//! Percentiles of pay, as PostgreSQL's `percentile_cont` gives them.

use crate::statistics::tally::Percentiles;

/// The fractions of [`Percentiles`].
const FRACTIONS: [f64; 5] = [0.1, 0.25, 0.5, 0.75, 0.9];

/// Pay by key, put together by counting: the sums of a key stand side by side.
#[derive(Debug)]
pub struct PayByKey {
    starts: Vec<u32>,
    sums: Vec<u32>,
}

impl PayByKey {
    /// Pairs of a key below `keys` and twice the middle of a pay.
    pub fn new(keys: usize, parts: &[Vec<(u32, u32)>]) -> Self {
        let mut starts = vec![0_u32; keys + 1];
        for (key, _) in parts.iter().flatten() {
            starts[*key as usize + 1] += 1;
        }
        for key in 0..keys {
            starts[key + 1] += starts[key];
        }
        let mut next = starts.clone();
        let mut sums = vec![0; parts.iter().map(Vec::len).sum()];
        for (key, sum) in parts.iter().flatten() {
            let place = &mut next[*key as usize];
            sums[*place as usize] = *sum;
            *place += 1;
        }
        Self { starts, sums }
    }

    /// The sums of a key, in any order.
    pub fn of(&self, key: usize) -> &[u32] {
        &self.sums[self.starts[key] as usize..self.starts[key + 1] as usize]
    }
}

/// The percentiles of sums, each of which is twice a pay; they are put into another order. `None` of none.
///
/// Interpolated as by `percentile_cont` (PostgreSQL documentation, ordered-set aggregates): at `fraction * (n - 1)`,
/// linearly between the two nearest values.
pub fn percentiles(sums: &mut [u32]) -> Option<Percentiles> {
    let last = sums.len().checked_sub(1)?;
    let mut found = Percentiles::default();
    // What stands before `sorted` is no greater than what stands after it.
    let mut sorted = 0;
    for (fraction, percentile) in FRACTIONS.into_iter().zip(&mut found) {
        // Positions are far below 2^52, and not negative.
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let (position, below) = {
            let position = fraction * last as f64;
            (position, position.floor() as usize)
        };
        let (_, low, above) = sums[sorted..].select_nth_unstable(below - sorted);
        let low = f64::from(*low) / 2.0;
        let high = above.iter().min().map_or(low, |high| f64::from(*high) / 2.0);
        sorted = below;
        #[allow(clippy::cast_precision_loss)]
        let between = position - below as f64;
        *percentile = if between > 0.0 { low + between * (high - low) } else { low };
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn sums_stand_with_their_key() {
        let pay = PayByKey::new(3, &[vec![(2, 5), (0, 1)], vec![(2, 6)]]);
        assert_eq!((pay.of(0), pay.of(1), pay.of(2)), (&[1][..], &[][..], &[5, 6][..]));
    }
}
