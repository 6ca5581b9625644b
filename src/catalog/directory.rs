//! A directory of one entity: entries found by id, by any of their names, by words, by what they stand under.
//!
//! [`super::resolution`] is what a name means in it, [`super::similar`] which names are nearly so.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::entry::Entry;
use super::pinyin;
use super::places::Places;
use super::reference::Reference;
use super::resolution::FoundBy;
use super::similar::NearKeys;
use super::spellings::Spellings;
use crate::model::entity::forms::Forms;
use crate::model::field::Level;
use crate::text::{contains_word, name_key, search_text};

/// The attribute that says how deep in its tree an entry stands.
const LEVEL: &str = "level";

/// Entries in the order in which they are listed, with their names indexed.
#[derive(Debug)]
pub struct Directory {
    pub(super) entries: Vec<Entry>,
    /// Asked for each reference of each case of a page, which the standard hasher would take 3 % of the time for.
    by_id: foldhash::HashMap<i32, usize>,
    /// Places of entries by what they are called.
    by_key: foldhash::HashMap<Arc<str>, Vec<(FoundBy, usize)>>,
    /// The keys of all names, once somebody asks for near ones.
    near_keys: OnceLock<NearKeys>,
    /// Places of entries by what stands before the brackets of their English name.
    by_key_before_brackets: HashMap<String, Vec<usize>>,
    /// The names of each entry as words are searched in them, once somebody searches.
    searched: OnceLock<Vec<SearchedNames>>,
    /// How else names are spelt, once somebody asks: most names are written as they stand here.
    spellings: OnceLock<Spellings>,
    /// What people write around names.
    pub(super) forms: &'static Forms,
    pub(super) places: Arc<Places>,
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
    /// Indexes entries, around whose names these forms and places may stand; their order is kept.
    pub fn new(entries: Vec<Entry>, forms: &'static Forms, places: Arc<Places>) -> Self {
        let by_id = entries.iter().enumerate().map(|(index, entry)| (entry.id(), index)).collect();
        let mut by_key: foldhash::HashMap<Arc<str>, Vec<(FoundBy, usize)>> = foldhash::HashMap::default();
        for (index, entry) in entries.iter().enumerate() {
            for (by, name) in names(entry) {
                let found = by_key.entry(name_key(name).into()).or_default();
                if !found.iter().any(|(_, other)| *other == index) {
                    found.push((by, index));
                }
            }
        }
        let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
        for entry in &entries {
            if let Some(parent) = entry.parent_id() {
                children.entry(parent).or_default().push(entry.id());
            }
        }
        let by_key_before_brackets = before_brackets(&entries);
        let (near_keys, searched, spellings) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { entries, by_id, by_key, near_keys, by_key_before_brackets, searched, spellings, forms, places, children }
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

    /// The entry of a level at which an entry stands, or under which; `None` where there is none.
    pub fn above(&self, id: i32, level: Level) -> Option<&Entry> {
        let Level::Called(name) = level else { return self.root_of(id) };
        let above = |entry: &&Entry| entry.parent_id().and_then(|parent| self.get(parent));
        std::iter::successors(self.get(id), above).find(|entry| entry.text(LEVEL) == Some(name))
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
        self.called(slug).find(|entry| entry.slug() == slug)
    }

    /// Entries that have just this name, whatever else they are called.
    pub fn called(&self, name: &str) -> impl Iterator<Item = &Entry> {
        self.places_of(&name_key(name)).iter().map(|(_, index)| &self.entries[*index])
    }

    /// Entries whose English name is told apart from others by what stands in brackets, with this key before them:
    /// `taizhou` of `Taizhou (Zhejiang)`.
    pub fn told_apart(&self, key: &str) -> impl Iterator<Item = &Entry> {
        self.by_key_before_brackets.get(key).into_iter().flatten().map(|index| &self.entries[*index])
    }

    /// Entries that have each of the words (as [`search_text`] gives them) in a name, as an alias, or as the pinyin of
    /// one of these, in order.
    pub fn having<'a>(&'a self, words: &[String]) -> impl Iterator<Item = &'a Entry> {
        let spelt: Vec<HashSet<usize>> = words.iter().map(|word| self.read_so(word)).collect();
        let searched = self.searched.get_or_init(|| self.entries.iter().map(SearchedNames::of).collect());
        let have_all = |index: usize| {
            let mut each = words.iter().zip(&spelt);
            each.all(|(word, spelt)| spelt.contains(&index) || searched[index].have(word))
        };
        let found: Vec<usize> = (0..self.entries.len()).filter(|index| have_all(*index)).collect();
        found.into_iter().map(|index| &self.entries[index])
    }

    /// Places of entries with a name that is read so in full.
    fn read_so(&self, word: &str) -> HashSet<usize> {
        if !pinyin::is_spelt(word) {
            return HashSet::new();
        }
        let keys = self.spellings().readings.in_full(word);
        keys.iter().flat_map(|key| self.places_of(key)).map(|(_, index)| *index).collect()
    }

    /// How else names are spelt.
    pub(super) fn spellings(&self) -> &Spellings {
        self.spellings.get_or_init(|| Spellings::of(&self.entries, self.forms))
    }

    /// The keys of all names, for those that are near one.
    pub(super) fn near_keys(&self) -> &NearKeys {
        self.near_keys.get_or_init(|| NearKeys::of(self.by_key.keys().cloned()))
    }

    /// By what a key finds entries, and their places.
    pub(super) fn places_of(&self, key: &str) -> &[(FoundBy, usize)] {
        self.by_key.get(key).map_or(&[], Vec::as_slice)
    }
}

/// Places of entries by what stands before the brackets of their English name.
fn before_brackets(entries: &[Entry]) -> HashMap<String, Vec<usize>> {
    let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        if let Some((before, _)) = entry.name_en().and_then(|name| name.split_once('(')) {
            by_key.entry(name_key(before)).or_default().push(index);
        }
    }
    by_key
}

/// All names of an entry.
pub(super) fn names(entry: &Entry) -> impl Iterator<Item = (FoundBy, &str)> {
    std::iter::once((FoundBy::Slug, entry.slug()))
        .chain(std::iter::once((FoundBy::Name, entry.name())))
        .chain(entry.name_en().map(|name| (FoundBy::Name, name)))
        .chain(entry.aliases().iter().map(|alias| (FoundBy::Alias, alias.alias.as_str())))
}
