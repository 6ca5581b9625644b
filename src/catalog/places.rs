//! Places of the mainland, as they stand around names.

use std::collections::HashSet;

use super::entry::Entry;
use super::pinyin;
use crate::model::entity::Entity;
use crate::text::name_key;

/// What stands behind the name of a place.
const ENDINGS: [&str; 4] = ["自治区", "省", "市", "区"];
/// The country, as it stands behind names.
const COUNTRY: [&str; 7] = ["中国", "中国大陆", "中国区", "大陆", "大中华区", "china", "mainland china"];

/// Names of provinces and cities.
#[derive(Debug, Default)]
pub struct Places {
    names: HashSet<String>,
    /// The most characters of a name.
    longest: usize,
}

impl Places {
    /// Those where the schools of the mainland are.
    pub fn of<'a>(entries: impl Iterator<Item = &'a Entry>) -> Self {
        let schools = entries.filter(|entry| entry.entity() == Entity::School && entry.text("country") == Some("CN"));
        let attributes = schools.flat_map(|school| [school.text("province"), school.text("city")]);
        let written: HashSet<&str> = attributes.flatten().collect();
        let names: HashSet<String> =
            written.iter().flat_map(|name| pinyin::spellings(name).chain([name_key(name)])).collect();
        let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
        Self { names, longest }
    }

    /// Whether a text is nothing but places, the country or a place in it.
    pub fn are_all_of(&self, text: &str) -> bool {
        let mut rest = text.trim();
        if COUNTRY.contains(&rest) {
            return true;
        }
        while let Some(behind) = self.taken_from_start(rest) {
            rest = behind.trim_start();
        }
        rest.is_empty() && !text.is_empty()
    }

    /// What stands behind the place with which a text starts.
    pub fn taken_from_start<'a>(&self, text: &'a str) -> Option<&'a str> {
        let ends: Vec<usize> =
            text.char_indices().map(|(at, first)| at + first.len_utf8()).take(self.longest).collect();
        let end = *ends.iter().rev().find(|end| self.names.contains(&text[..**end]) && is_end_of_word(text, **end))?;
        let rest = &text[end..];
        Some(ENDINGS.iter().find_map(|ending| rest.strip_prefix(ending)).unwrap_or(rest))
    }

    /// What stands before the place, or the country, with which a text ends.
    pub fn taken_from_end<'a>(&self, text: &'a str) -> Option<&'a str> {
        if let Some(rest) = COUNTRY.iter().find_map(|country| text.strip_suffix(country)) {
            return is_end_of_word(text, rest.len()).then_some(rest);
        }
        let ending = ENDINGS.iter().find_map(|ending| text.strip_suffix(ending));
        let taken = |text: &'a str| {
            let mut starts: Vec<usize> = text.char_indices().rev().map(|(at, _)| at).take(self.longest).collect();
            starts.reverse();
            let is_place = |at: &&usize| self.names.contains(&text[**at..]) && is_end_of_word(text, **at);
            starts.iter().find(is_place).map(|at| &text[..*at])
        };
        ending.and_then(taken).or_else(|| taken(text))
    }
}

/// Whether no Latin word goes on at this place of a text.
pub fn is_end_of_word(text: &str, at: usize) -> bool {
    let is_letter = |character: Option<char>| character.is_some_and(|it| it.is_ascii_alphanumeric());
    !(is_letter(text[..at].chars().next_back()) && is_letter(text[at..].chars().next()))
}
