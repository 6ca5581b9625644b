//! A directory of one entity: entries found by id, by any of their names, by words, by what they stand under.

use std::collections::{BTreeSet, HashMap};

use super::entry::Entry;
use super::reference::Reference;
use crate::text::{KeyShape, contains_word, name_key, search_text, similarity};

/// By what a name found an entry; the first is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundBy {
    /// The slug.
    Slug,
    /// The Chinese or English name.
    Name,
    /// Another name.
    Alias,
    /// A name of a city, with what lies around or within it.
    Place,
}

/// What a name means in a directory.
#[derive(Debug)]
pub enum Resolution<'a> {
    /// One entry. `others` are called so too, but only by an alias.
    Found {
        /// The entry.
        entry: &'a Entry,
        /// By what it was found.
        by: FoundBy,
        /// Entries for which the same name is an alias.
        others: Vec<&'a Entry>,
    },
    /// Several entries, none of them more than the others.
    Ambiguous(Vec<&'a Entry>),
    /// No entry; `near` are called nearly so, the nearest first.
    Unknown {
        /// At most three entries with a similar name.
        near: Vec<&'a Entry>,
    },
}

/// Something that a name may mean.
#[derive(Debug)]
pub struct Candidate<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// By what it was found; `None` = only by a similar name.
    pub found_by: Option<FoundBy>,
    /// 1 where the name is just that, less where it is only similar.
    pub score: f64,
}

/// Entries in the order in which they are listed, with their names indexed.
#[derive(Debug)]
pub struct Directory {
    entries: Vec<Entry>,
    /// Asked for each reference of each case of a page, which the standard hasher would take 3 % of the time for.
    by_id: foldhash::HashMap<i32, usize>,
    /// Places of entries by what they are called, with the shape of the name.
    by_key: HashMap<String, (KeyShape, Vec<(FoundBy, usize)>)>,
    /// The names of each entry as words are searched in them.
    searched: Vec<SearchedNames>,
    /// What stands directly under an entry, in order.
    children: HashMap<i32, Vec<i32>>,
}

/// The names of an entry as [`search_text`] gives them.
#[derive(Debug)]
struct SearchedNames {
    /// Slug and names: a word may stand in them.
    names: Vec<String>,
    /// Aliases: a word must be all of one. There are too many for less: half of all product roles
    /// are called something with AI by somebody.
    aliases: Vec<String>,
}

impl SearchedNames {
    fn of(entry: &Entry) -> Self {
        let (aliases, names): (Vec<_>, Vec<_>) = names(entry).partition(|(by, _)| *by == FoundBy::Alias);
        let searched = |names: Vec<(FoundBy, &str)>| names.into_iter().map(|(_, name)| search_text(name)).collect();
        Self { names: searched(names), aliases: searched(aliases) }
    }

    fn have(&self, word: &str) -> bool {
        self.names.iter().any(|name| contains_word(name, word)) || self.aliases.iter().any(|alias| alias == word)
    }
}

impl Directory {
    /// Indexes entries; their order is kept.
    pub fn new(entries: Vec<Entry>) -> Self {
        let by_id = entries.iter().enumerate().map(|(index, entry)| (entry.id(), index)).collect();
        let mut by_key: HashMap<String, (KeyShape, Vec<(FoundBy, usize)>)> = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            for (by, name) in names(entry) {
                let key = name_key(name);
                let shape = KeyShape::of(&key);
                let (_, found) = by_key.entry(key).or_insert_with(|| (shape, Vec::new()));
                if !found.iter().any(|(_, other)| *other == index) {
                    found.push((by, index));
                }
            }
        }
        let searched = entries.iter().map(SearchedNames::of).collect();
        let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
        for entry in &entries {
            if let Some(parent) = entry.parent_id() {
                children.entry(parent).or_default().push(entry.id());
            }
        }
        Self { entries, by_id, by_key, searched, children }
    }

    /// All entries in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry at the top of those that an entry stands under; itself where it stands under none.
    pub fn root_of(&self, id: i32) -> Option<&Entry> {
        let mut entry = self.get(id)?;
        while let Some(parent) = entry.parent_id().and_then(|parent| self.get(parent)) {
            entry = parent;
        }
        Some(entry)
    }

    /// The entry with this number.
    pub fn get(&self, id: impl Into<i32>) -> Option<&Entry> {
        self.by_id.get(&id.into()).map(|index| &self.entries[*index])
    }

    /// How the entry with this number stands in cases.
    pub fn reference(&self, id: i32) -> Option<&Reference> {
        self.get(id).map(Entry::reference)
    }

    /// What stands directly under the entry with this number, in order.
    pub fn children(&self, id: i32) -> impl Iterator<Item = &Entry> {
        self.children.get(&id).into_iter().flatten().filter_map(|id| self.get(*id))
    }

    /// The numbers of an entry and of everything that stands under it.
    pub fn descendants(&self, id: i32) -> BTreeSet<i32> {
        let mut all = BTreeSet::new();
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            if all.insert(id) {
                waiting.extend(self.children.get(&id).into_iter().flatten());
            }
        }
        all
    }

    /// The place in the order of the entry with this number.
    pub fn index(&self, id: i32) -> Option<usize> {
        self.by_id.get(&id).copied()
    }

    /// The entry with exactly this slug.
    pub fn by_slug(&self, slug: &str) -> Option<&Entry> {
        match self.resolve(slug) {
            Resolution::Found { entry, by: FoundBy::Slug, .. } if entry.slug() == slug => Some(entry),
            _ => None,
        }
    }

    /// What a name means: a slug before a name, a name before an alias, never one of several.
    pub fn resolve(&self, name: &str) -> Resolution<'_> {
        let key = name_key(name);
        let Some((_, found)) = self.by_key.get(&key) else { return Resolution::Unknown { near: self.near(&key) } };
        let best = found.iter().map(|(by, _)| *by).min().unwrap_or(FoundBy::Alias);
        let (first, rest): (Vec<_>, Vec<_>) = found.iter().partition(|(by, _)| *by == best);
        let entry_at = |(_, index): &(FoundBy, usize)| &self.entries[*index];
        match first.as_slice() {
            [only] => {
                Resolution::Found { entry: entry_at(only), by: best, others: rest.iter().map(entry_at).collect() }
            }
            several => Resolution::Ambiguous(several.iter().map(entry_at).collect()),
        }
    }

    /// Entries that have just this name, whatever else they are called.
    pub fn called(&self, name: &str) -> impl Iterator<Item = &Entry> {
        self.by_key
            .get(&name_key(name))
            .into_iter()
            .flat_map(|(_, found)| found)
            .map(|(_, index)| &self.entries[*index])
    }

    /// At most `limit` entries that a name may mean, the most likely first: those that are called just
    /// so (a slug before a name before an alias), then those that are called nearly so.
    pub fn candidates(&self, name: &str, limit: usize) -> Vec<Candidate<'_>> {
        let key = name_key(name);
        let mut exact: Vec<(FoundBy, usize)> =
            self.by_key.get(&key).map(|(_, found)| found.clone()).unwrap_or_default();
        exact.sort_unstable();
        let taken: Vec<usize> = exact.iter().map(|(_, index)| *index).collect();
        let exact = exact.into_iter().map(|(by, index)| (Some(by), 1.0, index));
        let near = self.similar(&key).into_iter().filter(|(index, _)| !taken.contains(index));
        let near = near.map(|(index, score)| (None, score, index));
        let candidate = |(found_by, score, index)| Candidate { entry: &self.entries[index], found_by, score };
        exact.chain(near).take(limit).map(candidate).collect()
    }

    /// At most three entries with a name like `key`, the nearest first.
    fn near(&self, key: &str) -> Vec<&Entry> {
        const SHOWN: usize = 3;
        self.similar(key).into_iter().take(SHOWN).map(|(index, _)| &self.entries[index]).collect()
    }

    /// Places of entries with a name like `key`, each with how alike it is: those whose name is a part of it, the longest
    /// first, then the nearest by spelling. Who writes `百度公司` means Baidu, whatever is spelt nearly so.
    fn similar(&self, key: &str) -> Vec<(usize, f64)> {
        let mut all = self.contained(key);
        let near = self.spelt_nearly(key).into_iter();
        let new: Vec<_> = near.filter(|(index, _)| !all.iter().any(|(known, _)| known == index)).collect();
        all.extend(new);
        all
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
                for (_, index) in self.by_key.get(part).map_or(&[][..], |(_, found)| found) {
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

    /// Entries that have each of the words (as [`search_text`] gives them) in a name or as an alias,
    /// in order.
    pub fn having<'a>(&'a self, words: &[String]) -> impl Iterator<Item = &'a Entry> {
        let have_all = |searched: &SearchedNames| words.iter().all(|word| searched.have(word));
        self.entries.iter().zip(&self.searched).filter(move |(_, searched)| have_all(searched)).map(|(entry, _)| entry)
    }
}

/// How alike names must be to be told.
const NEAR: f64 = 0.6;

/// Whether a part of a name says which one is meant: two Chinese characters do, as many letters do not.
fn is_telling(part: &str) -> bool {
    !part.is_ascii() || part.len() >= 4 && part.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn names(entry: &Entry) -> impl Iterator<Item = (FoundBy, &str)> {
    std::iter::once((FoundBy::Slug, entry.slug()))
        .chain(std::iter::once((FoundBy::Name, entry.name())))
        .chain(entry.name_en().map(|name| (FoundBy::Name, name)))
        .chain(entry.aliases().iter().map(|alias| (FoundBy::Alias, alias.alias.as_str())))
}
