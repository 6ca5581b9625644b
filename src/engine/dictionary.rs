//! What the codes of columns stand for.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

use crate::text::name_key;

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

/// A year and a month of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Month {
    /// The year.
    pub year: i32,
    /// From 1 to 12.
    pub month: u32,
}

/// The dictionaries of all columns that have one.
#[derive(Debug, Clone, Default)]
pub struct Dictionaries {
    /// Companies by id.
    pub company: Dictionary<i32>,
    /// Roles by id.
    pub role: Dictionary<i32>,
    /// Majors by id.
    pub major: Dictionary<i32>,
    /// Schools by id.
    pub school: Dictionary<i32>,
    /// Sources by id.
    pub source: Dictionary<i32>,
    /// Cities as they are stored.
    pub city: Dictionary<String>,
    /// Sets of tags: slugs with single spaces between them.
    pub tags: Dictionary<String>,
    /// Currencies.
    pub currency: Dictionary<String>,
    /// Months of offers.
    pub month: Dictionary<Month>,
    /// By code, what each city is compared by.
    city_keys: Vec<String>,
}

impl Dictionaries {
    /// The code of a city.
    pub fn add_city(&mut self, city: String) -> u32 {
        if self.city.code(city.as_str()).is_none() {
            self.city_keys.push(name_key(&city));
        }
        self.city.add(city)
    }

    /// What a city is compared by.
    pub fn city_key(&self, code: u32) -> Option<&str> {
        self.city_keys.get((code as usize).checked_sub(1)?).map(String::as_str)
    }

    /// The tags of a set.
    pub fn tags_of(&self, code: u32) -> impl Iterator<Item = &str> {
        self.tags.value(code).map_or("", String::as_str).split(' ').filter(|tag| !tag.is_empty())
    }
}
