//! Which entries of a directory are called nearly so.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::directory::Directory;
use super::entry::Entry;
use super::pinyin;
use crate::text::{KeyShape, Likeness, name_key};

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
        let mut scores: HashMap<usize, f64> = HashMap::new();
        for (other, score) in self.near_keys().search(key).found {
            for (_, index) in self.places_of(other) {
                let best = scores.entry(*index).or_insert(score);
                *best = best.max(score);
            }
        }
        let mut nearest: Vec<_> = scores.into_iter().collect();
        nearest.sort_by(|(left, left_score), (right, right_score)| {
            right_score.total_cmp(left_score).then(left.cmp(right))
        });
        nearest
    }
}

/// The keys of all names by how long they are, so that those are looked at which may be near, and at most so many of them
/// as a request has time for.
#[derive(Debug)]
pub(super) struct NearKeys {
    by_length: BTreeMap<usize, Vec<(KeyShape, Arc<str>)>>,
}

/// What a search found, and what it took.
#[derive(Debug, Default)]
struct Search<'a> {
    /// Keys, each with how alike it is.
    found: Vec<(&'a str, f64)>,
    /// Steps of [`MAX_STEPS`].
    steps: usize,
}

/// What is longer is no misspelt name; and so much is compared by a few steps a character.
const MAX_CHARS: usize = 40;
/// The most that a search may take: a step is the look at one name, some 2 ns. All 20,000 names of schools are within it,
/// whatever is looked for.
const MAX_STEPS: usize = 1_000_000;
/// What it takes, in steps, to compare a name by its characters.
const COMPARISON_STEPS: usize = 40;

impl NearKeys {
    /// Those of these keys.
    pub fn of(keys: impl Iterator<Item = Arc<str>>) -> Self {
        let mut by_length: BTreeMap<usize, Vec<(KeyShape, Arc<str>)>> = BTreeMap::new();
        for key in keys {
            by_length.entry(key.chars().count()).or_default().push((KeyShape::of(&key), key));
        }
        // Where not all are looked at, it is the same ones each time.
        by_length.values_mut().for_each(|keys| keys.sort_unstable_by(|(_, left), (_, right)| left.cmp(right)));
        Self { by_length }
    }

    /// The keys that are spelt nearly as `key`.
    fn search(&self, key: &str) -> Search<'_> {
        let characters = key.chars().count();
        let mut search = Search::default();
        if !(1..=MAX_CHARS).contains(&characters) {
            return search;
        }
        let (shape, likeness) = (KeyShape::of(key), Likeness::of(key, NEAR));
        for (other_shape, other) in self.of_like_length(characters) {
            let may_be_near = shape.most_similarity(*other_shape) >= NEAR;
            search.steps += if may_be_near { COMPARISON_STEPS } else { 1 };
            if search.steps > MAX_STEPS {
                break;
            }
            if may_be_near && let Some(score) = likeness.to(other) {
                search.found.push((other, score));
            }
        }
        search
    }

    /// The keys that are short and long enough to be near one of so many characters, those of the most like length first.
    fn of_like_length(&self, characters: usize) -> impl Iterator<Item = &(KeyShape, Arc<str>)> {
        let is_near = |length: &usize| {
            let (short, long) = (characters.min(*length), characters.max(*length));
            short as f64 / long as f64 >= NEAR
        };
        let mut lengths: Vec<usize> = self.by_length.keys().copied().filter(is_near).collect();
        lengths.sort_by_key(|length| (length.abs_diff(characters), *length));
        lengths.into_iter().filter_map(|length| self.by_length.get(&length)).flatten()
    }
}

/// Whether a part of a name says which one is meant: two Chinese characters do, as many letters do not.
pub(super) fn is_telling(part: &str) -> bool {
    !part.is_ascii() || part.len() >= 4 && part.bytes().any(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The keys of all names of a file of the seed.
    fn keys(file: &str) -> BTreeSet<String> {
        let path = format!("{}/seed/{file}.csv", env!("CARGO_MANIFEST_DIR"));
        let mut rows = csv::Reader::from_path(path).expect("a file of the seed");
        let header = rows.headers().expect("a header").clone();
        let has_names = |column: &str| ["slug", "name", "name_en", "aliases"].contains(&column);
        let mut keys = BTreeSet::new();
        for row in rows.records().map(|row| row.expect("a row")) {
            let cells = header.iter().zip(&row).filter(|(column, _)| has_names(column));
            keys.extend(cells.flat_map(|(_, cell)| cell.split('|')).map(name_key).filter(|key| !key.is_empty()));
        }
        keys
    }

    /// Names as people misspell them, and some that are made to be near many.
    fn written(keys: &BTreeSet<String>) -> Vec<String> {
        let slips = keys.iter().step_by(97).flat_map(|name| {
            let letters: Vec<char> = name.chars().take(MAX_CHARS).collect();
            let without = letters.iter().enumerate().filter(|(place, _)| *place != letters.len() / 2);
            let mut swapped = letters.clone();
            swapped.reverse();
            swapped.rotate_left(letters.len() / 3);
            let doubled = letters.iter().flat_map(|letter| [*letter, *letter]).take(MAX_CHARS);
            [without.map(|(_, letter)| *letter).collect(), swapped.into_iter().collect(), doubled.collect::<String>()]
        });
        let made =
            ["universityofuniversityofuniversityof", "大学大学大学", "学院职业技术", "a", "ofofofofofuniversity"];
        slips.chain(made.map(str::to_owned)).filter(|key| !key.is_empty()).collect()
    }

    fn indexed(keys: &BTreeSet<String>) -> NearKeys {
        NearKeys::of(keys.iter().map(|key| key.as_str().into()))
    }

    #[test]
    fn a_search_finds_what_a_look_at_every_name_finds() {
        let mut found = 0;
        for file in ["companies", "schools", "majors", "roles", "cities"] {
            let keys = keys(file);
            let index = indexed(&keys);
            for key in written(&keys) {
                let mut near = index.search(&key).found;
                near.sort_unstable_by(|left, right| left.0.cmp(right.0));
                let likeness = |other: &str| {
                    let longest = key.chars().count().max(other.chars().count());
                    1.0 - strsim::osa_distance(&key, other) as f64 / longest as f64
                };
                let all = keys.iter().map(|other| (other.as_str(), likeness(other)));
                let expected: Vec<(&str, f64)> = all.filter(|(_, score)| *score >= NEAR - 1e-9).collect();
                let names = |all: &[(&str, f64)]| all.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>();
                assert_eq!(names(&near), names(&expected), "{key}");
                assert!(near.iter().zip(&expected).all(|(one, other)| (one.1 - other.1).abs() < 1e-9), "{key}");
                found += near.len();
            }
        }
        assert!(found > 500, "something is compared: {found}");
    }

    #[test]
    fn a_search_takes_no_more_steps_however_many_names_there_are() {
        // Names of the same letters: none can be left out by a look at its shape.
        let name = |number: usize| -> Arc<str> {
            let letters = "universtyof".chars().cycle().skip(number % 11);
            let ending =
                (0..6).map(|place| char::from(b'a' + u8::try_from(number / 26_usize.pow(place) % 26).unwrap_or(0)));
            letters.take(26).chain(ending).collect::<String>().into()
        };
        let steps = |names: usize| {
            let keys = NearKeys::of((0..names).map(name));
            let key = "universityofuniversityofuniversityof";
            keys.search(&key[..32]).steps
        };
        assert!(steps(1_000) <= 1_000 * COMPARISON_STEPS);
        for names in [50_000, 100_000, 200_000] {
            assert!(steps(names) <= MAX_STEPS + COMPARISON_STEPS, "{names} names: {}", steps(names));
        }
    }

    #[test]
    fn a_text_of_any_length_is_looked_at_no_longer_than_a_name() {
        let schools = indexed(&keys("schools"));
        for characters in [MAX_CHARS + 1, 2 * MAX_CHARS, 100 * MAX_CHARS] {
            assert_eq!(schools.search(&"大学".repeat(characters / 2 + 1)).steps, 0, "{characters}");
        }
    }
}
