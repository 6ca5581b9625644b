//! Which entries of a directory are called nearly so.

use std::collections::HashMap;

use super::directory::Directory;
use super::entry::Entry;
use super::pinyin;
use crate::text::{KeyShape, name_key, similarity};

/// How alike names must be to be told.
const NEAR: f64 = 0.6;

impl Directory {
    /// At most three entries that are called so nearly that a new name may be a slip, or another name of one of them.
    pub fn nearly(&self, name: &str) -> Vec<&Entry> {
        const SHOWN: usize = 3;
        const NEARLY: f64 = 0.75;
        let similar = self.similar(&name_key(name)).into_iter().filter(|(_, score)| *score >= NEARLY);
        similar.take(SHOWN).map(|(index, _)| &self.entries[index]).collect()
    }

    /// Places of entries with a name like `key`, each with how alike it is: those whose name is a part of it, the longest
    /// first, then those of which it is the initials, then the nearest by spelling. Who writes `百度公司` means Baidu,
    /// whatever is spelt nearly so.
    pub(super) fn similar(&self, key: &str) -> Vec<(usize, f64)> {
        let mut all = self.contained(key);
        for (index, score) in self.having_initials(key).chain(self.spelt_nearly(key)) {
            if !all.iter().any(|(known, _)| *known == index) {
                all.push((index, score));
            }
        }
        all
    }

    /// Places of entries whose Chinese name has these initials, which are too few to name it.
    fn having_initials(&self, key: &str) -> impl Iterator<Item = (usize, f64)> {
        let keys = if pinyin::is_spelt(key) { self.spellings().readings.by_initials(key) } else { &[] };
        keys.iter().flat_map(|key| self.places_of(key)).map(|(_, index)| (*index, NEAR))
    }

    /// Places of entries with a name that is a part of `key`, the longest first, with what share of it that is.
    fn contained(&self, key: &str) -> Vec<(usize, f64)> {
        /// Of longer keys only the beginning is looked at: their parts are many.
        const MAX_CHARS: usize = 60;
        let ends: Vec<usize> =
            key.char_indices().map(|(index, _)| index).chain([key.len()]).take(MAX_CHARS + 1).collect();
        let characters = ends.len() - 1;
        let mut found: Vec<(usize, f64)> = Vec::new();
        for length in (2..characters).rev() {
            for start in 0..=characters - length {
                let part = &key[ends[start]..ends[start + length]];
                if !is_telling(part) {
                    continue;
                }
                for (_, index) in self.places_of(part) {
                    if !found.iter().any(|(known, _)| known == index) {
                        found.push((*index, NEAR + (1.0 - NEAR) * length as f64 / characters as f64));
                    }
                }
            }
        }
        found
    }

    /// Places of entries with a name that is spelt nearly as `key`, each with how alike it is; the nearest first.
    fn spelt_nearly(&self, key: &str) -> Vec<(usize, f64)> {
        /// What is longer is no misspelt name, and each comparison takes as long as both are together.
        const MAX_CHARS: usize = 40;
        if key.chars().count() > MAX_CHARS {
            return Vec::new();
        }
        let mut scores: HashMap<usize, f64> = HashMap::new();
        let shape = KeyShape::of(key);
        for (other, (other_shape, found)) in &self.by_key {
            let may_be_near = shape.most_similarity(*other_shape) >= NEAR;
            let score = if may_be_near { similarity(key, other) } else { 0.0 };
            if score >= NEAR {
                for (_, index) in found {
                    let best = scores.entry(*index).or_insert(score);
                    *best = best.max(score);
                }
            }
        }
        let mut nearest: Vec<_> = scores.into_iter().collect();
        nearest.sort_by(|(left, left_score), (right, right_score)| {
            right_score.total_cmp(left_score).then(left.cmp(right))
        });
        nearest
    }
}

/// Whether a part of a name says which one is meant: two Chinese characters do, as many letters do not.
pub(super) fn is_telling(part: &str) -> bool {
    !part.is_ascii() || part.len() >= 4 && part.bytes().any(|byte| byte.is_ascii_alphabetic())
}
