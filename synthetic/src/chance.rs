//! Chance that comes out the same everywhere: a stream of ChaCha8, and whole numbers only, since neither other
//! generators nor floating point promise the same on every machine and in every version.

use chacha20::ChaCha8Rng;
use chacha20::rand_core::{Rng, SeedableRng};

/// What a weight of 1 counts as in [`Weights::zipf`].
const ONE: u64 = 1 << 40;

/// A stream of chance.
#[derive(Debug)]
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        Self(ChaCha8Rng::from_seed(key))
    }

    /// A number below this bound, which is above 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        let product = u128::from(self.0.next_u64()) * u128::from(bound);
        // The upper half of the product is below the bound.
        (product >> 64) as u64
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True for this share of all calls.
    pub fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    /// One of these, all as likely; there is at least one.
    pub fn one_of(&mut self, words: &[&'static str]) -> &'static str {
        words[self.below(words.len() as u64) as usize]
    }

    /// One of these by their weights.
    pub fn weighted<T: Copy>(&mut self, items: &[(T, u64)]) -> T {
        let mut rest = self.below(items.iter().map(|(_, weight)| weight).sum());
        for (item, weight) in items {
            match rest.checked_sub(*weight) {
                None => return *item,
                Some(less) => rest = less,
            }
        }
        items[0].0
    }
}

/// Places with weights, for long lists.
#[derive(Debug, Clone)]
pub(crate) struct Weights {
    /// The sum of the weights up to and with each place.
    ends: Vec<u64>,
}

impl Weights {
    /// Places with these weights, of which there is at least one.
    pub fn of(weights: impl Iterator<Item = u64>) -> Self {
        let ends = weights.scan(0_u64, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Self { ends: ends.collect() }
    }

    /// Places whose weights fall as Zipf's law says, `1 / (offset + 1)`, `1 / (offset + 2)` and so on.
    pub fn zipf(places: usize, offset: u64) -> Self {
        Self::of((1..=places as u64).map(|rank| ONE / (offset + rank)))
    }

    /// A place by its weight.
    pub fn draw(&self, chance: &mut Chance) -> usize {
        let at = chance.below(self.ends.last().copied().unwrap_or(1));
        self.ends.partition_point(|end| *end <= at)
    }
}

/// Words of which the first are the most frequent.
#[derive(Debug)]
pub(crate) struct Words {
    words: &'static [&'static str],
    weights: Weights,
}

impl Words {
    /// These words; a higher offset brings their frequencies nearer to each other.
    pub fn new(words: &'static [&'static str], offset: u64) -> Self {
        Self { words, weights: Weights::zipf(words.len(), offset) }
    }

    /// One of them.
    pub fn draw(&self, chance: &mut Chance) -> &'static str {
        self.words[self.weights.draw(chance)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_of_a_seed_never_changes() {
        let mut chance = Chance::new(7);
        let numbers: Vec<u64> = (0..5).map(|_| chance.below(1_000_000)).collect();
        assert_eq!(numbers, STREAM_OF_SEED_7);
    }

    const STREAM_OF_SEED_7: [u64; 5] = [764_109, 465_937, 5_674, 301_373, 386_125];

    #[test]
    fn places_are_drawn_by_their_weights() {
        let (weights, mut chance) = (Weights::of([1, 0, 3].into_iter()), Chance::new(1));
        let mut drawn = [0; 3];
        (0..10_000).for_each(|_| drawn[weights.draw(&mut chance)] += 1);
        assert_eq!(drawn[1], 0);
        assert!((2_300..2_700).contains(&drawn[0]), "{drawn:?}");
        let mut heads = 0;
        (0..10_000).for_each(|_| heads += chance.weighted(&[(1, 30), (0, 70)]));
        assert!((2_800..3_200).contains(&heads), "{heads}");
    }
}
