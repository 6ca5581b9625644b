//! Counting cases by ranges of their annual pay in one currency.

use std::sync::Arc;

use rayon::prelude::*;

use super::Columns;
use super::chunk::Chunk;
use super::details::add;
use super::selection::Rows;
use super::slots::SLOTS;
use super::tally::{CountedGroup, Tally};
use crate::model::case::Field;
use crate::model::entity::Entity;

/// Ranges of pay that are all of one width, with one below them and one above them that are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranges {
    /// Twice the lower end of the first, as twice the middle of pay is kept.
    start: u32,
    /// Twice the width.
    width: u32,
    /// How many there are between the open ones.
    number: u32,
}

impl Ranges {
    /// Below the first of them.
    pub const BELOW: usize = 1;
    /// The first of them.
    pub const FIRST: usize = 2;

    /// So many ranges from a lower end on; all are of this width.
    pub fn new(start: u32, width: u32, number: u32) -> Self {
        Self { start: start.saturating_mul(2), width: width.saturating_mul(2).max(1), number }
    }

    /// Just this pay, what is below and what is above.
    pub fn around(pay: u32) -> Self {
        Self { width: 1, ..Self::new(pay, 1, 1) }
    }

    /// Above the last of them.
    pub fn above(self) -> usize {
        Self::FIRST + self.number as usize
    }

    /// The range of twice the middle of a pay; 0 stands for no pay.
    #[inline]
    fn of(self, sum: u32) -> usize {
        if sum < self.start {
            return Self::BELOW;
        }
        Self::FIRST + ((sum - self.start) / self.width).min(self.number) as usize
    }
}

/// Cases by the range of their pay in a currency, the ranges that have any upwards; the range 0 has those without pay in it.
pub fn count_by_range(columns: &Columns, rows: &[Rows], currency: &str, ranges: Ranges) -> Vec<CountedGroup<usize>> {
    let all = &columns.dictionaries;
    let (sources, wanted) = (all.entries(Entity::Source), all.currencies().code(currency).unwrap_or(u32::MAX));
    let width = sources.codes();
    let count = |(chunks, rows): (&[Arc<Chunk>], &[Rows])| {
        let mut counters = vec![0_u32; (ranges.above() + 1) * width];
        let (mut sums, mut currencies, mut sources) = (Vec::new(), Vec::new(), Vec::new());
        for (chunk, rows) in chunks.iter().zip(rows) {
            chunk.column(Field::PayAnnual).gather(rows, &mut sums);
            chunk.at(SLOTS.currency_of_pay).gather(rows, &mut currencies);
            chunk.column(Field::Source).gather(rows, &mut sources);
            for ((sum, currency), source) in sums.iter().zip(&currencies).zip(&sources) {
                let range = ranges.of(*sum) * usize::from(*currency == wanted);
                counters[range * width + *source as usize] += 1;
            }
        }
        counters
    };
    let share = columns.chunks.len().div_ceil(rayon::current_num_threads()).max(1);
    let parts = columns.chunks.par_chunks(share).zip(rows.par_chunks(share)).map(count);
    let counters = parts.reduce(|| vec![0; (ranges.above() + 1) * width], add);
    let group = |(key, counters): (usize, &[u32])| {
        // The code 0 is no source's.
        let by_source = sources.values().iter().zip(&counters[1..]).filter(|(_, cases)| **cases > 0);
        let by_source: Vec<(i32, u64)> = by_source.map(|(id, cases)| (*id, u64::from(*cases))).collect();
        (!by_source.is_empty()).then(|| CountedGroup { key, tally: Tally { by_source, pay: Vec::new() } })
    };
    counters.chunks_exact(width).enumerate().filter_map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_its_lower_end_and_not_its_upper_one() {
        let ranges = Ranges::new(100_000, 50_000, 3);
        assert_eq!(ranges.above(), 5);
        for (sum, range) in
            [(2, 1), (199_999, 1), (200_000, 2), (299_999, 2), (300_000, 3), (499_999, 4), (500_000, 5), (u32::MAX, 5)]
        {
            assert_eq!(ranges.of(sum), range, "{sum}");
        }
        let around = Ranges::around(250_000);
        assert_eq!([499_999, 500_000, 500_001].map(|sum| around.of(sum)), [1, 2, 3]);
        assert_eq!(Ranges::new(u32::MAX, u32::MAX, 100).of(u32::MAX), 2);
        assert_eq!(Ranges::new(0, 0, 2).of(7), 4);
    }
}
