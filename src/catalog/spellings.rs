//! How else than they stand there the names of a directory are spelt: loosely, and in pinyin.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::directory::names;
use super::entry::Entry;
use super::forms::loosened;
use super::pinyin::Readings;
use super::resolution::FoundBy;
use crate::model::entity::forms::Forms;
use crate::text::{name_key, search_text};

/// The names of all entries in other spellings.
#[derive(Debug)]
pub struct Spellings {
    /// By what is left of a name without signs, the places of the entries that are called so.
    loose: BTreeMap<String, Vec<(FoundBy, usize)>>,
    /// By pinyin.
    pub readings: Readings,
}

impl Spellings {
    /// Those of these entries.
    pub fn of(entries: &[Entry], forms: &Forms) -> Self {
        let mut loose: BTreeMap<String, Vec<(FoundBy, usize)>> = BTreeMap::new();
        let mut readings = Readings::default();
        for (index, entry) in entries.iter().enumerate() {
            for (by, name) in names(entry).filter(|(by, _)| *by != FoundBy::Slug) {
                let found = loose.entry(loosened(&search_text(name), forms)).or_default();
                if !found.iter().any(|(_, other)| *other == index) {
                    found.push((by, index));
                }
                if !name.is_ascii() {
                    readings.add(name, &name_key(name), by == FoundBy::Name);
                }
            }
        }
        Self { loose, readings }
    }

    /// By what a name that is spelt loosely finds entries, and their places.
    pub fn called(&self, loose: &str) -> &[(FoundBy, usize)] {
        self.loose.get(loose).map_or(&[], Vec::as_slice)
    }

    /// The places of the entries of each name that begins so.
    pub fn beginning_with<'a>(&'a self, loose: &'a str) -> impl Iterator<Item = &'a [(FoundBy, usize)]> {
        let all = self.loose.range::<str, _>((Bound::Included(loose), Bound::Unbounded));
        all.take_while(move |(name, _)| name.starts_with(loose)).map(|(_, found)| found.as_slice())
    }
}
