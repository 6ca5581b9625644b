//! What the codes of columns stand for.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use serde::{Deserialize, Serialize};

use super::slots::{Coding, SLOTS};
use super::tally::GroupValue;
use crate::model::entity::Entity;
use crate::text::text_key;

/// Values by code, from 1; 0 stands for none.
#[derive(Debug, Clone)]
pub struct Dictionary<T> {
    values: Vec<T>,
    codes: HashMap<T, u32>,
}

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Self { values: Vec::new(), codes: HashMap::new() }
    }
}

impl<T: Hash + Eq + Clone> Dictionary<T> {
    /// The code of a value that has one.
    pub fn code<Q: Hash + Eq + ?Sized>(&self, value: &Q) -> Option<u32>
    where
        T: Borrow<Q>,
    {
        self.codes.get(value).copied()
    }

    /// The code of a value, which has one from now on.
    pub fn add(&mut self, value: T) -> u32 {
        if let Some(code) = self.codes.get(&value) {
            return *code;
        }
        self.values.push(value.clone());
        let code = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.codes.insert(value, code);
        code
    }

    /// What a code stands for; `None` for 0.
    pub fn value(&self, code: u32) -> Option<&T> {
        self.values.get((code as usize).checked_sub(1)?)
    }

    /// All values in the order of their codes, which count from 1.
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// One more than the highest code.
    pub fn codes(&self) -> usize {
        self.values.len() + 1
    }
}

/// The values of all dictionaries, in the order of their codes, as they are kept on the disk.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SavedDictionaries {
    entries: Vec<Vec<i32>>,
    texts: Vec<Vec<String>>,
    periods: Vec<Vec<i32>>,
}

/// The dictionaries of all columns that have one.
#[derive(Debug, Clone, Default)]
pub struct Dictionaries {
    /// Ids of entries.
    entries: BTreeMap<Entity, Dictionary<i32>>,
    /// By slot, texts: what is stored, or a set of tags with single spaces between them.
    texts: Vec<Dictionary<String>>,
    /// By slot, years, or months from year 0.
    periods: Vec<Dictionary<i32>>,
    /// By slot and code, by what each text is compared.
    keys: Vec<Vec<String>>,
}

impl Dictionaries {
    /// Without any value.
    pub fn new() -> Self {
        let slots = SLOTS.all.len();
        let entities = SLOTS.all.iter().filter_map(|slot| match slot.coding {
            Coding::Entries(entity) => Some((entity, Dictionary::default())),
            _ => None,
        });
        Self {
            entries: entities.collect(),
            texts: vec![Dictionary::default(); slots],
            periods: vec![Dictionary::default(); slots],
            keys: vec![Vec::new(); slots],
        }
    }

    /// What is kept of them on the disk.
    pub(super) fn saved(&self) -> SavedDictionaries {
        SavedDictionaries {
            entries: self.entries.values().map(|dictionary| dictionary.values.clone()).collect(),
            texts: self.texts.iter().map(|dictionary| dictionary.values.clone()).collect(),
            periods: self.periods.iter().map(|dictionary| dictionary.values.clone()).collect(),
        }
    }

    /// Those of which this was kept.
    pub(super) fn of_saved(saved: SavedDictionaries) -> Self {
        let mut dictionaries = Self::new();
        for (dictionary, values) in dictionaries.entries.values_mut().zip(saved.entries) {
            values.into_iter().for_each(|value| _ = dictionary.add(value));
        }
        for (slot, texts) in saved.texts.iter().enumerate().take(SLOTS.all.len()) {
            texts.iter().for_each(|text| _ = dictionaries.add_text(slot, text));
        }
        for (dictionary, values) in dictionaries.periods.iter_mut().zip(saved.periods) {
            values.into_iter().for_each(|value| _ = dictionary.add(value));
        }
        dictionaries
    }

    /// The values of a column in the order of their codes, which count from 1; none of numbers and days.
    pub fn values(&self, slot: usize) -> Vec<GroupValue> {
        match SLOTS.all[slot].coding {
            Coding::Entries(entity) => {
                self.entries(entity).values().iter().copied().map(GroupValue::Reference).collect()
            }
            Coding::Members(set) => set.slugs.iter().copied().map(GroupValue::Member).collect(),
            Coding::Texts => self.texts(slot).values().iter().cloned().map(GroupValue::Text).collect(),
            Coding::Periods { .. } => self.periods(slot).values().iter().copied().map(GroupValue::Period).collect(),
            Coding::Numbers(_) | Coding::Days | Coding::Seconds | Coding::Sums | Coding::Flags => Vec::new(),
        }
    }

    /// The code of a value of a column, if any case has had it.
    pub fn code(&self, slot: usize, value: &GroupValue) -> Option<u32> {
        match (SLOTS.all[slot].coding, value) {
            (Coding::Entries(entity), GroupValue::Reference(id)) => self.entries(entity).code(id),
            (Coding::Members(set), GroupValue::Member(slug)) => u32::try_from(set.position(slug)? + 1).ok(),
            (Coding::Texts, GroupValue::Text(text)) => self.texts(slot).code(text.as_str()),
            (Coding::Periods { .. }, GroupValue::Period(period)) => self.periods(slot).code(period),
            _ => None,
        }
    }

    /// One more than the highest code of a column of values.
    pub fn codes(&self, slot: usize) -> usize {
        match SLOTS.all[slot].coding {
            Coding::Entries(entity) => self.entries(entity).codes(),
            Coding::Members(set) => set.slugs.len() + 1,
            Coding::Periods { .. } => self.periods(slot).codes(),
            _ => self.texts(slot).codes(),
        }
    }

    /// The ids of the entries of a kind.
    ///
    /// # Panics
    /// Of a kind that no column is of.
    pub fn entries(&self, entity: Entity) -> &Dictionary<i32> {
        &self.entries[&entity]
    }

    pub(super) fn entries_mut(&mut self, entity: Entity) -> &mut Dictionary<i32> {
        self.entries.entry(entity).or_default()
    }

    /// The texts of a slot.
    pub fn texts(&self, slot: usize) -> &Dictionary<String> {
        &self.texts[slot]
    }

    /// The code of a text of a slot, which has one from now on.
    pub(super) fn add_text(&mut self, slot: usize, text: &str) -> u32 {
        if self.texts[slot].code(text).is_none() {
            self.keys[slot].push(text_key(text));
        }
        self.texts[slot].add(text.to_owned())
    }

    /// The periods of a slot.
    pub fn periods(&self, slot: usize) -> &Dictionary<i32> {
        &self.periods[slot]
    }

    pub(super) fn add_period(&mut self, slot: usize, period: i32) -> u32 {
        self.periods[slot].add(period)
    }

    /// By what a text of a slot is compared.
    pub fn key(&self, slot: usize, code: u32) -> Option<&str> {
        self.keys[slot].get((code as usize).checked_sub(1)?).map(String::as_str)
    }

    /// The tags of a set, of a slot of tags.
    pub fn tags(&self, slot: usize, code: u32) -> impl Iterator<Item = &str> {
        self.texts[slot].value(code).map_or("", String::as_str).split(' ').filter(|tag| !tag.is_empty())
    }

    /// The currencies of annual pay.
    pub fn currencies(&self) -> &Dictionary<String> {
        self.texts(SLOTS.currency_of_pay)
    }
}
