//! The percentiles of the pay of many groups at once.
//!
//! Moving every figure to its group and then about within it takes several passes. Most figures are of a few large groups:
//! theirs are only counted, by range of values, and those looked at that lie in a range with a wanted rank, about one in
//! ten. The figures of small groups are put side by side. A million figures in 20 groups take 4 to 7 ms of two cores so, and
//! 10 where those of all groups are put side by side; in 1,000 groups and more it makes no difference.

use rayon::prelude::*;

use super::percentiles::{MAX_RANKS, Ranks, select};
use super::tally::{MIN_VALUES, Spread};

/// A key, and twice the middle of a pay.
pub type Figure = (u32, u32);

/// The slots in which the figures of each key count: those of a group, or of all cases, in one currency.
#[derive(Debug)]
pub struct PayGroups {
    /// So many for each key, one key after another; the slot 0 is where nothing is wanted.
    of_keys: Vec<u32>,
    most: usize,
    /// How many figures each slot has.
    sizes: Vec<usize>,
}

impl PayGroups {
    /// No figure yet; a key has at most so many slots.
    pub fn new(keys: usize, slots: usize, most: usize) -> Self {
        Self { of_keys: vec![0; keys * most], most, sizes: vec![0; slots + 1] }
    }

    /// The `place`th slot of a key that has so many figures.
    pub fn set(&mut self, key: usize, index: usize, slot: usize, figures: usize) {
        // There are fewer slots than counters.
        self.of_keys[key * self.most + index] = u32::try_from(slot).unwrap_or(0);
        self.sizes[slot] += figures;
    }

    /// How the pay of each slot is spread that has figures enough to tell them; these come in parts, one for a thread.
    pub fn spreads(&self, figures: &[Vec<Figure>]) -> Vec<Option<Spread>> {
        let bins = Bins::new(self);
        let counts: Vec<Vec<u32>> = figures.par_iter().map(|figures| bins.count(figures)).collect();
        let search = Search::new(self, &bins, &counts);
        let figures_of_targets =
            |(figures, counts): (&Vec<Figure>, &Vec<u32>)| TargetFigures::new(figures, counts, &bins, &search);
        let figures_of_targets: Vec<TargetFigures> = figures.par_iter().zip(&counts).map(figures_of_targets).collect();
        let slots: Vec<usize> = (0..self.sizes.len()).collect();
        slots.par_iter().with_min_len(16).map(|slot| search.spread(*slot, &figures_of_targets)).collect()
    }
}

/// A slot has a bin for each range of values where it has more than one in so many of the figures...
const LARGE_SHARE: usize = 256;
/// ... and more than so many.
const LARGE: usize = 2048;
/// Marks the first bin of a slot that has one for each range.
const HAS_RANGES: u32 = 1 << 31;
/// Values of so many binary digits are told apart by all of them, greater ones by the first so many.
const DIGITS: u32 = 7;
/// Number of ranges of values: as many between 2^n and 2^(n+1) for any n.
const RANGES: usize = ((u32::BITS - DIGITS + 2) as usize) << (DIGITS - 1);

/// The range of a value; ranges go upwards as values do.
#[inline]
fn range_of(sum: u32) -> u32 {
    let shift = (sum | (1 << (DIGITS - 1))).ilog2() - (DIGITS - 1);
    (shift << (DIGITS - 1)) + (sum >> shift)
}

/// What figures are counted in: one bin for a small slot, one for each range of values for a large one.
struct Bins {
    /// Of each key, the first bin of each of its slots.
    of_keys: Vec<u32>,
    most: usize,
    /// The first bin of each slot.
    first: Vec<u32>,
    number: usize,
}

impl Bins {
    fn new(slots: &PayGroups) -> Self {
        let figures: usize = slots.sizes.iter().sum();
        let large = LARGE.max(figures / LARGE_SHARE);
        let mut number = 0;
        let mut first = Vec::with_capacity(slots.sizes.len());
        for (slot, size) in slots.sizes.iter().enumerate() {
            let has_ranges = slot > 0 && *size > large;
            // There are at most 2^25 keys, and few large slots.
            let start = u32::try_from(number).unwrap_or(0);
            first.push(if has_ranges { start | HAS_RANGES } else { start });
            number += if has_ranges { RANGES } else { 1 };
        }
        let of_keys = slots.of_keys.iter().map(|slot| first[*slot as usize]).collect();
        Self { of_keys, most: slots.most, first, number }
    }

    /// The bins of a slot.
    fn of(&self, slot: usize) -> std::ops::Range<usize> {
        let end = self.first.get(slot + 1).map_or(self.number, |next| (next & !HAS_RANGES) as usize);
        (self.first[slot] & !HAS_RANGES) as usize..end
    }

    /// Calls with each figure and each of its bins. The usual numbers of slots get code of their own.
    #[inline]
    fn each(&self, figures: &[Figure], mut call: impl FnMut(u32, usize)) {
        match self.most {
            1 => self.each_of(1, figures, &mut call),
            2 => self.each_of(2, figures, &mut call),
            most => self.each_of(most, figures, &mut call),
        }
    }

    #[inline(always)]
    fn each_of(&self, most: usize, figures: &[Figure], call: &mut impl FnMut(u32, usize)) {
        for (key, sum) in figures {
            let range = range_of(*sum);
            let start = *key as usize * most;
            for first in &self.of_keys[start..start + most] {
                // Without a branch for each figure: it could not be foreseen.
                let within = range & 0_u32.wrapping_sub(first >> 31);
                call(*sum, ((first & !HAS_RANGES) + within) as usize);
            }
        }
    }

    fn count(&self, figures: &[Figure]) -> Vec<u32> {
        let mut counts = vec![0; self.number];
        self.each(figures, |_, bin| counts[bin] += 1);
        counts
    }
}

/// A bin that has wanted ranks.
struct TargetBin {
    bin: usize,
    /// The rank of its least value.
    first: usize,
    /// How many ranks are wanted of it.
    ranks: usize,
}

/// Where the wanted ranks are.
struct Search<'a> {
    slots: &'a PayGroups,
    targets: Vec<TargetBin>,
    /// The first of each slot in `targets`; one more than there are slots.
    starts: Vec<usize>,
    /// By bin, its place in `targets`, counted from 1; 0 = no rank is wanted of it.
    indices: Vec<u32>,
}

impl<'a> Search<'a> {
    fn new(slots: &'a PayGroups, bins: &Bins, counts: &[Vec<u32>]) -> Self {
        let mut search = Self { slots, targets: Vec::new(), starts: vec![0], indices: vec![0; bins.number] };
        for (slot, size) in slots.sizes.iter().enumerate() {
            let ranks = Ranks::of(*size).filter(|_| slot > 0 && *size as u64 >= MIN_VALUES);
            let mut left = ranks.as_ref().map_or(&[][..], Ranks::all);
            let mut first = 0;
            for bin in bins.of(slot) {
                if left.is_empty() {
                    break;
                }
                let figures: usize = counts.iter().map(|counts| counts[bin] as usize).sum();
                let ranks = left.iter().take_while(|rank| **rank < first + figures).count();
                if ranks > 0 {
                    search.targets.push(TargetBin { bin, first, ranks });
                    search.indices[bin] = u32::try_from(search.targets.len()).unwrap_or(0);
                }
                left = &left[ranks..];
                first += figures;
            }
            search.starts.push(search.targets.len());
        }
        search
    }

    fn spread(&self, slot: usize, figures_of_targets: &[TargetFigures]) -> Option<Spread> {
        let targets = self.starts[slot]..self.starts[slot + 1];
        let ranks = Ranks::of(self.slots.sizes[slot]).filter(|_| !targets.is_empty())?;
        let mut values = [0; MAX_RANKS];
        let values = &mut values[..ranks.all().len()];
        let mut done = 0;
        let mut sums = Vec::new();
        for index in targets {
            let TargetBin { first, ranks: number, .. } = self.targets[index];
            sums.clear();
            figures_of_targets
                .iter()
                .for_each(|figures_of_targets| sums.extend_from_slice(figures_of_targets.of(index)));
            let these = done..done + number;
            select(&mut sums, first, &ranks.all()[these.clone()], &mut values[these]);
            done += number;
        }
        Some(ranks.spread(values))
    }
}

/// The figures of one thread that are in targets bins, those of a bin side by side.
struct TargetFigures {
    starts: Vec<u32>,
    sums: Vec<u32>,
}

impl TargetFigures {
    fn new(figures: &[Figure], counts: &[u32], bins: &Bins, search: &Search) -> Self {
        // The first place takes what is in no such bin.
        let (mut starts, mut end) = (vec![0, 1], 1);
        for targets in &search.targets {
            end += counts[targets.bin];
            starts.push(end);
        }
        let mut sums = vec![0; end as usize];
        let mut next = starts.clone();
        bins.each(figures, |sum, bin| {
            let index = search.indices[bin];
            let next = &mut next[index as usize];
            sums[*next as usize] = sum;
            *next += u32::from(index > 0);
        });
        Self { starts, sums }
    }

    fn of(&self, index: usize) -> &[u32] {
        &self.sums[self.starts[index + 1] as usize..self.starts[index + 2] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_go_upwards_with_values() {
        let mut before = 0;
        for sum in (0..2000).chain((0..32).flat_map(|power| [(1 << power) - 1, 1 << power, (1 << power) + 1])) {
            let (range, next) = (range_of(sum), range_of(sum.saturating_add(1)));
            assert!(next == range || next == range + 1, "{sum}: {range}, {next}");
            before = range.max(before);
        }
        assert!((range_of(u32::MAX) as usize) < RANGES);
        assert!(before <= range_of(u32::MAX));
    }

    #[test]
    fn large_and_small_slots_give_what_sorting_gives() {
        let mut state = 1_u64;
        let mut random = |below: u32| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            u32::try_from(state >> 33).unwrap_or(0) % below
        };
        // The key 0 is large, 1 and 2 share a small slot, all have one together.
        let keys = |random: &mut dyn FnMut(u32) -> u32| if random(100) < 95 { 0 } else { 1 + random(3) };
        let figures: Vec<Figure> = (0..60_000).map(|_| (keys(&mut random), 100_000 + random(3_000_000))).collect();
        let of = |wanted: &[u32]| -> Vec<u32> {
            let mut sums: Vec<u32> =
                figures.iter().filter(|(key, _)| wanted.contains(key)).map(|(_, sum)| *sum).collect();
            sums.sort_unstable();
            sums
        };
        let mut slots = PayGroups::new(4, 3, 2);
        for (key, slot) in [(0, 1), (1, 2), (2, 2), (3, 0)] {
            let size = of(&[u32::try_from(key).unwrap_or(0)]).len();
            slots.set(key, 0, slot, size);
            slots.set(key, 1, 3, size);
        }
        let (left, right) = figures.split_at(20_000);
        let found = slots.spreads(&[left.to_vec(), right.to_vec()]);
        let expected = |sums: &[u32]| {
            let ranks = Ranks::of(sums.len())?;
            let values: Vec<u32> = ranks.all().iter().map(|rank| sums[*rank]).collect();
            Some(ranks.spread(&values))
        };
        assert_eq!(found, [None, expected(&of(&[0])), expected(&of(&[1, 2])), expected(&of(&[0, 1, 2, 3]))]);
    }
}
