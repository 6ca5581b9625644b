//! Splits labels into words.

use std::collections::HashMap;
use std::ops::Range;

use super::super::names;
use super::super::text::folded;
use super::place::{Open, unknown_school};
use super::words::{Meaning, WORDS, Word, place_of, rank, schools, small};
use super::{Place, Unreadable};
use crate::catalog::{Catalog, Entry, Resolved};
use crate::model::case::Field;
use crate::model::entity::Entity;
use crate::parameters::message;
use crate::text::name_key;

/// Tier names that say the degree too: 一本 and 二本 are admission batches of bachelor programmes.
const BACHELOR_TIERS: [&str; 9] =
    ["一本", "二本", "普通本科", "普本", "重点本科", "普通一本", "普通二本", "一本院校", "二本院校"];
/// What stands within a statement and says nothing.
const GLUE: [char; 9] = [':', '(', ')', '-', '.', '\'', '"', '[', ']'];
/// What the names of schools end with; names that nobody knows may stand behind a degree with one of these alone.
const SCHOOL_ENDINGS: [&str; 8] = ["大学", "学院", "学校", "研究所", "研究院", "university", "college", "institute"];
/// Families of schools of India, whose names begin with what they are: IIT Bombay, NIT Trichy.
const SCHOOL_BEGINNINGS: [&str; 6] = ["iit", "nit", "iiit", "bits", "vit", "srm"];
/// A longer text is no name of a school.
const MAX_NAME_CHARS: usize = 24;

/// All words, by their first character, the longest first.
#[derive(Debug)]
pub struct Vocabulary<'a> {
    catalog: &'a Catalog,
    words: HashMap<char, Vec<(String, Meaning)>>,
    /// The tier of schools abroad.
    overseas: i16,
}

/// A part of a label: what it means, or nothing, and where it stands.
type Piece = (Option<Word>, Range<usize>);

impl<'a> Vocabulary<'a> {
    /// That of a catalog.
    pub fn of(catalog: &'a Catalog) -> Self {
        let tiers = catalog.directory(Entity::SchoolTier).entries();
        let overseas = tiers.iter().find(|tier| tier.slug() == "overseas").map_or(0, |tier| small(tier.id()));
        let mut all: HashMap<String, Meaning> = HashMap::new();
        let mut add = |name: &str, meaning: Meaning| {
            all.entry(name_key(name)).or_insert(meaning);
        };
        let words = WORDS.iter().map(|(word, said)| (word, Meaning::of(said, overseas)));
        let is_degree = |meaning: &Meaning| matches!(meaning, Meaning::Word(Word::Degrees(_)));
        let (degrees, others): (Vec<_>, Vec<_>) = words.partition(|(_, meaning)| is_degree(meaning));
        degrees.into_iter().for_each(|(name, meaning)| add(name, meaning));
        for tier in tiers {
            for name in [tier.name(), tier.slug()].into_iter().chain(tier.aliases().iter().map(|alias| &*alias.alias)) {
                let of_bachelor = BACHELOR_TIERS.contains(&name_key(name).as_str());
                add(name, Meaning::Word(Word::Tier { id: small(tier.id()), of_bachelor }));
            }
        }
        others.into_iter().for_each(|(name, meaning)| add(name, meaning));
        schools(catalog).for_each(|(name, meaning)| add(name, meaning));
        let mut words: HashMap<char, Vec<(String, Meaning)>> = HashMap::new();
        for (key, meaning) in all {
            if let Some(first) = key.chars().next() {
                words.entry(first).or_default().push((key, meaning));
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

    /// The school that a name means, or one of several, whatever stands around it; `None` where none is called so.
    pub(super) fn called(&self, name: &str) -> Option<Place> {
        place_of(&names::meaning(self.catalog, Field::School, name)?)
    }

    /// Splits a label into words, always taking the longest that fits. What nobody knows is a school, or a subject, where it
    /// stands as one does.
    pub fn split(&self, label: &str) -> Result<Vec<Word>, Unreadable> {
        let mut text = String::new();
        // Where a space stood: what is before it and what is behind it are two Latin words.
        let mut spaces = Vec::new();
        for part in folded(label).split(' ') {
            spaces.push(text.len());
            text.push_str(part);
        }
        let mut pieces = self.pieces(&text, &spaces)?;
        join_colleges(&text, &mut pieces);
        self.name_schools(&text, &mut pieces);
        let words = (0..pieces.len()).map(|index| match &pieces[index] {
            (Some(word), _) => Ok(word.clone()),
            (None, place) => {
                let has_beginning = has_beginning(&text[place.clone()], place.start, &spaces);
                self.unknown(&text[place.clone()], has_beginning, &pieces[index + 1..])
            }
        });
        words.collect()
    }

    /// The parts of a text that are known, and those between them.
    fn pieces(&self, text: &str, spaces: &[usize]) -> Result<Vec<Piece>, Unreadable> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut place = 0;
        while let Some(first) = text[place..].chars().next() {
            let rest = &text[place..];
            // Of 大学硕士 the 学 belongs to 大学: 学硕 is no part of it.
            let is_cut = |key: &str| key.ends_with(['硕', '博']) && rest[key.len()..].starts_with('士');
            let fits = |key: &str| rest.starts_with(key) && is_whole(text, place, key.len(), spaces) && !is_cut(key);
            let known = self.words.get(&first).and_then(|words| words.iter().find(|(key, _)| fits(key)));
            let (length, word) = match known {
                _ if rank(rest).is_some() => (rank(rest).unwrap_or_default(), Some(ranked())),
                Some((_, Meaning::Doubt)) => return Err(Unreadable::Word(rest.to_owned())),
                Some((key, Meaning::Word(word))) => (key.len(), Some(word.clone())),
                Some((key, Meaning::Several)) => (key.len(), self.called(key).map(Word::Place)),
                Some((key, Meaning::CountrySign)) => (key.len(), self.abroad(&rest[key.len()..])),
                None if GLUE.contains(&first) => {
                    place += first.len_utf8();
                    continue;
                }
                None => (first.len_utf8(), None),
            };
            let end = place + length;
            match pieces.last_mut() {
                Some((None, known)) if word.is_none() && known.end == place => known.end = end,
                _ => pieces.push((word, place..end)),
            }
            place = end;
        }
        Ok(pieces)
    }

    /// Abroad, where a degree stands behind the sign of a country.
    fn abroad(&self, behind: &str) -> Option<Word> {
        let words = self.words.get(&behind.chars().next()?)?;
        let (_, meaning) = words.iter().find(|(key, _)| behind.starts_with(key.as_str()))?;
        let is_degree = matches!(meaning, Meaning::Word(Word::Degrees(_)));
        is_degree.then_some(Word::Tier { id: self.overseas, of_bachelor: false })
    }

    /// Where parts that nobody knows make the name of a school with those around them: 山东大学威海, 浙大计算机学院.
    fn name_schools(&self, text: &str, pieces: &mut Vec<Piece>) {
        let is_of_name = |(word, _): &Piece| matches!(word, None | Some(Word::Place(_) | Word::Tier { .. }));
        let mut from = 0;
        while from < pieces.len() {
            let length = pieces[from..].iter().take_while(|piece| is_of_name(piece)).count();
            let run = &pieces[from..from + length];
            if run.iter().any(|(word, _)| word.is_none())
                && let Some((range, school)) = self.school_in(text, run)
            {
                let place = pieces[from + range.start].1.start..pieces[from + range.end - 1].1.end;
                pieces.splice(from + range.start..from + range.end, [(Some(Word::Place(school)), place)]);
                from += 1;
                continue;
            }
            from += length.max(1);
        }
    }

    /// The school that all these parts name together, or all but the tiers at their ends.
    fn school_in(&self, text: &str, run: &[Piece]) -> Option<(Range<usize>, Place)> {
        let is_tier = |(word, _): &&Piece| matches!(word, Some(Word::Tier { .. }));
        let start = run.iter().take_while(is_tier).count();
        let end = run.len() - run.iter().rev().take_while(is_tier).count();
        [0..run.len(), start..end].into_iter().find_map(|range| {
            let name = &text[run.get(range.start)?.1.start..run[range.end - 1].1.end];
            let bracket = text[run[range.end - 1].1.end..].starts_with(')') && name.contains('(');
            let name = if bracket { format!("{name})") } else { name.to_owned() };
            Some((range, self.called(&name)?))
        })
    }

    /// What a part is that nobody knows: the subject, or the school, of a degree; of a school where a word is in it with which
    /// names of schools begin.
    fn unknown(&self, text: &str, has_beginning: bool, behind: &[Piece]) -> Result<Word, Unreadable> {
        let is_school = SCHOOL_ENDINGS.iter().any(|ending| text.ends_with(ending)) || has_beginning;
        let may_be_subject = !is_school && text.chars().nth(1).is_some();
        let subject = || names::meaning(self.catalog, Field::Major, text).filter(|_| may_be_subject);
        if matches!(subject(), Some(Resolved::Found { .. })) {
            return Ok(Word::Filler);
        }
        let is_of_place = |word: &Option<Word>| matches!(word, None | Some(Word::Place(_) | Word::Tier { .. }));
        let next = behind.iter().map(|(word, _)| word).find(|word| !is_of_place(word));
        let has_degree = matches!(next, Some(Some(Word::Degrees(_))));
        if (has_degree || is_school) && text.chars().count() <= MAX_NAME_CHARS {
            return Ok(Word::Place(Place::open(unknown_school(text))));
        }
        Err(Unreadable::Word(text.to_owned()))
    }
}

/// Whether a word with which names of schools begin stands in a text, that begins at this place between these spaces.
fn has_beginning(text: &str, place: usize, spaces: &[usize]) -> bool {
    let begins = |at: usize| at == 0 || spaces.contains(&(place + at));
    let ends = |at: usize| at == text.len() || spaces.contains(&(place + at));
    SCHOOL_BEGINNINGS.iter().any(|word| text.match_indices(word).any(|(at, _)| begins(at) && ends(at + word.len())))
}

/// Takes a school with the end of another name directly behind it for that other one: 山东大学威海职业学院.
fn join_colleges(text: &str, pieces: &mut Vec<Piece>) {
    let is_end = |(word, place): &Piece| {
        let is_unsure = matches!(word, None | Some(Word::Tier { .. }));
        is_unsure && SCHOOL_ENDINGS.iter().any(|ending| text[place.clone()].ends_with(ending))
    };
    let is_joined = |pieces: &[Piece]| match pieces {
        [(Some(Word::Place(school)), one), end] => school.school.is_some() && one.end == end.1.start && is_end(end),
        _ => false,
    };
    while let Some(at) = pieces.windows(2).position(is_joined) {
        let place = pieces[at].1.start..pieces[at + 1].1.end;
        pieces.splice(at..at + 2, [(None, place)]);
    }
}

/// A place in a ranking.
fn ranked() -> Word {
    let message = message!("a place in a ranking says no school tier", "排名不说明院校层次");
    Word::Place(Place::open(Open::Tier(message)))
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
