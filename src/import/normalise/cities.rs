//! Cities where there are jobs, under the names that people write, and places within and around them.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::text::folded;
use crate::import::word_tables;

/// Larger cities of China, and those abroad to which offers go. The pinyin of several (Taizhou, Suzhou, Fuzhou, Yichun)
/// is that of smaller ones too: the larger has it, or none where both are large.
static CITIES: LazyLock<Vec<City>> =
    LazyLock::new(|| word_tables::rows(include_str!("../../../seed/import/cities.csv")));

/// Cities by all their keys.
static BY_KEY: LazyLock<HashMap<String, &'static City>> =
    LazyLock::new(|| CITIES.iter().flat_map(|city| city.names().map(move |name| (key(name), city))).collect());

/// What is no city, by its key.
static PLACES: LazyLock<HashMap<String, Place>> = LazyLock::new(|| {
    let places: Vec<(String, Place)> = word_tables::rows(include_str!("../../../seed/import/places.csv"));
    places.into_iter().map(|(name, place)| (key(&name), place)).collect()
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct City {
    /// The Chinese short name, as it is stored.
    name: String,
    /// The English name; empty where other cities are called so too.
    name_en: String,
    /// ISO 3166-1, with Hong Kong, Macau and Taiwan as there.
    country: String,
    /// Other names, with `|` between them.
    aliases: String,
}

impl City {
    fn names(&self) -> impl Iterator<Item = &str> {
        let names = [&*self.name, &self.name_en].into_iter().chain(self.aliases.split('|'));
        names.filter(|name| !name.is_empty())
    }
}

/// What a name that is no city's stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A place within a large city, written without what it is.
    District,
    /// A province, region or country, which may stand beside a city.
    Region,
    /// How the name of a place within a city ends.
    Ending,
    /// No place, or more than one.
    Nowhere,
}

/// A name as it is looked up: folded and without spaces.
pub fn key(name: &str) -> String {
    folded(name).replace([' ', '\''], "")
}

/// The city of this key, by its Chinese short name.
pub fn city(key: &str) -> Option<&'static str> {
    BY_KEY.get(key).map(|city| &*city.name)
}

/// What the name of this key stands for, if it is no city's.
pub fn place(key: &str) -> Option<Place> {
    PLACES.get(key).copied()
}

/// The words that stand for this.
pub fn words(meaning: Place) -> impl Iterator<Item = &'static str> {
    PLACES.iter().filter(move |(_, place)| **place == meaning).map(|(word, _)| word.as_str())
}

/// Whether a city is one of the mainland, where pay is in yuan unless another currency is said.
pub fn is_mainland(name: &str) -> bool {
    CITIES.iter().find(|city| city.name == name).is_none_or(|city| city.country == "CN")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_name_is_that_of_one_place() {
        let mut seen: HashSet<String> = PLACES.keys().cloned().collect();
        for city in CITIES.iter() {
            assert_eq!(city.country.len(), 2, "{city:?}");
            let keys: HashSet<String> = city.names().map(key).collect();
            keys.into_iter().for_each(|key| assert!(seen.insert(key), "{city:?}"));
        }
    }
}
