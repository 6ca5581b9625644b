//! The words of labels: school tiers, degrees and schools, as the catalog and everyday use have them.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::names;
use super::super::text::folded;
use super::{Place, Unreadable};
use crate::catalog::{Catalog, Entry, Resolution};
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::Degree;
use crate::model::entity::Entity;
use crate::text::name_key;
use crate::word_tables;

/// Words, each with what it means: degrees, as `master` or `bachelor-master`, or what [`meaning`] knows beside them.
static WORDS: LazyLock<Vec<(String, String)>> =
    LazyLock::new(|| word_tables::words(include_str!("../../../../seed/import/education.csv")));

/// Tier names that say the degree too: 一本 and 二本 are admission batches of bachelor programmes.
const BACHELOR_TIERS: [&str; 6] = ["一本", "二本", "普通本科", "普本", "重点本科", "普通一本"];
/// What stands within a statement and says nothing.
const GLUE: [char; 9] = [':', '(', ')', '-', '.', '\'', '"', '[', ']'];

/// A word of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// A tier; some are those of bachelor programmes only.
    Tier { id: i16, of_bachelor: bool },
    /// Degrees.
    Degrees(&'static [Degree]),
    /// A school with its tier.
    School { id: i32, tier: i16 },
    /// A country in one character, which is such only before a degree. 法硕 is a master of laws; 日本硕 may be 日·本硕 or
    /// 日本·硕.
    CountrySign,
    /// A place in a ranking of the world, which says nothing of the tier.
    Rank,
    /// A name that several schools have.
    Several,
    /// Says nothing.
    Filler,
    /// Parts statements: each must be clear on its own.
    Separator,
}

/// All words, by their first character, the longest first.
#[derive(Debug)]
pub struct Vocabulary<'a> {
    catalog: &'a Catalog,
    words: HashMap<char, Vec<(String, Word)>>,
    /// The tier of schools abroad.
    pub(super) overseas: i16,
}

impl<'a> Vocabulary<'a> {
    /// That of a catalog.
    pub fn of(catalog: &'a Catalog) -> Self {
        let tiers = catalog.directory(Entity::SchoolTier).entries();
        let overseas = tiers.iter().find(|tier| tier.slug() == "overseas").map_or(0, |tier| small(tier.id()));
        let mut all: HashMap<String, Word> = HashMap::new();
        let mut add = |name: &str, word: Word| {
            all.entry(name_key(name)).or_insert(word);
        };
        let words = WORDS.iter().map(|(word, said)| (word, meaning(said, overseas)));
        let (degrees, others): (Vec<_>, Vec<_>) = words.partition(|(_, word)| matches!(word, Word::Degrees(_)));
        degrees.into_iter().for_each(|(name, word)| add(name, word));
        for tier in tiers {
            for name in [tier.name(), tier.slug()].into_iter().chain(tier.aliases().iter().map(|alias| &*alias.alias)) {
                let of_bachelor = BACHELOR_TIERS.contains(&name_key(name).as_str());
                add(name, Word::Tier { id: small(tier.id()), of_bachelor });
            }
        }
        others.into_iter().for_each(|(name, word)| add(name, word));
        schools(catalog).for_each(|(name, word)| add(name, word));
        let mut words: HashMap<char, Vec<(String, Word)>> = HashMap::new();
        for (key, word) in all {
            if let Some(first) = key.chars().next() {
                words.entry(first).or_default().push((key, word));
            }
        }
        words.values_mut().for_each(|words| words.sort_by_key(|(key, _)| std::cmp::Reverse(key.len())));
        Self { catalog, words, overseas }
    }

    /// The slug of a tier.
    pub fn tier(&self, id: i16) -> &str {
        self.catalog.directory(Entity::SchoolTier).get(id).map_or("", Entry::slug)
    }

    /// The name of a school.
    pub fn school(&self, id: i32) -> &str {
        self.catalog.directory(Entity::School).get(id).map_or("", Entry::name)
    }

    /// The school that a name means, whatever stands around it; `None` where none is called so.
    pub(super) fn called(&self, name: &str) -> Result<Option<Place>, Unreadable> {
        match names::meaning(self.catalog, Field::School, name) {
            Some(Resolution::Found { entry, .. }) => {
                Ok(Some(Place { school: Some(entry.id()), tier: entry.tier_id().map(small), ..Place::default() }))
            }
            Some(Resolution::Ambiguous { entries, .. }) => Err(Unreadable::MayMean(names::slugs(&entries))),
            Some(Resolution::Unknown { .. }) | None => Ok(None),
        }
    }

    /// Splits a label into words, always taking the longest that fits.
    pub fn split(&self, label: &str) -> Result<Vec<Word>, Unreadable> {
        let mut text = String::new();
        // Where a space stood: what is before it and what is behind it are two Latin words.
        let mut spaces = Vec::new();
        for part in folded(label).split(' ') {
            spaces.push(text.len());
            text.push_str(part);
        }
        let mut words = Vec::new();
        let mut place = 0;
        while let Some(first) = text[place..].chars().next() {
            let rest = &text[place..];
            if let Some(length) = rank(rest) {
                words.push(Word::Rank);
                place += length;
                continue;
            }
            let fits = |key: &str| rest.starts_with(key) && is_whole(&text, place, key.len(), &spaces);
            let known = self.words.get(&first).and_then(|words| words.iter().find(|(key, _)| fits(key)));
            if let Some((key, word)) = known {
                words.push(*word);
                place += key.len();
            } else if GLUE.contains(&first) {
                place += first.len_utf8();
            } else {
                return Err(Unreadable::Word(rest.to_owned()));
            }
        }
        Ok(words)
    }
}

fn meaning(said: &str, overseas: i16) -> Word {
    match said {
        "overseas" => Word::Tier { id: overseas, of_bachelor: false },
        "country_sign" => Word::CountrySign,
        "filler" => Word::Filler,
        "separator" => Word::Separator,
        _ => Word::Degrees(degrees(said).unwrap_or_else(|| unreachable!("education.csv: nothing is called `{said}`"))),
    }
}

/// One degree by its slug, or all from one to another.
fn degrees(said: &str) -> Option<&'static [Degree]> {
    let index = |slug: &str| Degree::SLUGS.iter().position(|known| *known == slug);
    let (lowest, highest) = said.split_once('-').unwrap_or((said, said));
    Degree::ALL.get(index(lowest)?..=index(highest)?)
}

/// Whether a word that ends or starts in a Latin letter or a digit is not a part of a longer one. Digits before and
/// behind Chinese stand for themselves: `985硕`.
fn is_whole(text: &str, place: usize, length: usize, spaces: &[usize]) -> bool {
    let parts = |at: usize| {
        let before = text[..at].chars().next_back().is_some_and(|character| character.is_ascii_alphanumeric());
        let behind = text[at..].chars().next().is_some_and(|character| character.is_ascii_alphanumeric());
        !(before && behind) || spaces.contains(&at)
    };
    parts(place) && parts(place + length)
}

/// The length of a rank such as `qs前100`, `qstop50`, `世界前100`.
fn rank(text: &str) -> Option<usize> {
    let rest = ["qs世界", "qs", "世界排名", "世界", "全球"].iter().find_map(|word| text.strip_prefix(word))?;
    let rest = ["排名前", "前", "top", "排名"].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| text.len() - rest.len() + digits)
}

/// The number of a tier as cases have it.
fn small(id: i32) -> i16 {
    i16::try_from(id).unwrap_or_default()
}

/// Names of schools with what they mean; one that is a proper name of one school only is that one's.
fn schools(catalog: &Catalog) -> impl Iterator<Item = (&str, Word)> {
    let names = catalog.directory(Entity::School).entries().iter().flat_map(|school| {
        let aliases = school.aliases().iter().map(|alias| alias.alias.as_str());
        std::iter::once(school.name()).chain(school.name_en()).chain(aliases)
    });
    names.filter(|name| name_key(name).chars().count() > 1).map(|name| {
        match catalog.directory(Entity::School).resolve(name) {
            Resolution::Found { entry, .. } => {
                (name, Word::School { id: entry.id(), tier: entry.tier_id().map_or(0, small) })
            }
            _ => (name, Word::Several),
        }
    })
}
