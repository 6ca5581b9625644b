//! What a name means in a directory: the one way in which filters, imports and `/resolve` read names.

use super::directory::{Directory, names};
use super::entry::Entry;
use super::forms::{Core, cores, loosened, set_off};
use super::pinyin;
use super::similar::is_telling;
use crate::model::entity::forms::PlaceForms;
use crate::text::{name_key, search_text};

/// The longest text that is read as a name with something around it, in characters: each place where it may be taken
/// apart is tried.
const MAX_CHARS: usize = 200;

/// By what a name found an entry; the first is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundBy {
    /// The slug.
    Slug,
    /// The Chinese or English name.
    Name,
    /// Another name.
    Alias,
    /// One of these, of a city, with what lies around or within it.
    Place,
    /// One of these, with other signs in it, or with what people write around names.
    Form,
    /// The pinyin of one of these in full.
    Pinyin,
    /// The initials of the pinyin of the Chinese name, where there are enough of them.
    Initials,
}

impl FoundBy {
    /// As answers and remarks have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Slug => "slug",
            Self::Name => "name",
            Self::Alias => "alias",
            Self::Place => "place",
            Self::Form => "form",
            Self::Pinyin => "pinyin",
            Self::Initials => "initials",
        }
    }

    /// How sure it is, where 1 is that the name is just that.
    pub(super) const fn score(self) -> f64 {
        match self {
            Self::Slug | Self::Name | Self::Alias => 1.0,
            Self::Place | Self::Form => 0.95,
            Self::Pinyin => 0.9,
            Self::Initials => 0.8,
        }
    }

    /// Whether the name stands among those of the entry.
    pub fn is_exact(self) -> bool {
        self <= Self::Alias
    }
}

/// What a name means in a directory.
#[derive(Debug)]
pub enum Resolved<'a> {
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
    Ambiguous {
        /// The entries.
        entries: Vec<&'a Entry>,
        /// By what they were found.
        by: FoundBy,
    },
    /// No entry; [`Directory::nearest`] is which one may have been meant.
    Unknown,
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

/// The entries that a name finds, by their places.
#[derive(Debug)]
struct Found {
    by: FoundBy,
    /// Those that are meant: one, or several that it may be.
    meant: Vec<usize>,
    /// Those that are called so by an alias only, where another has it for a name.
    others: Vec<usize>,
}

impl Found {
    /// What is called so: a slug before a name, a name before an alias.
    fn best_of(found: &[(FoundBy, usize)]) -> Option<Self> {
        let by = found.iter().map(|(by, _)| *by).min()?;
        let (meant, others): (Vec<_>, Vec<_>) = found.iter().partition(|(other, _)| *other == by);
        let places = |found: Vec<(FoundBy, usize)>| found.into_iter().map(|(_, index)| index).collect();
        Some(Self { by, meant: places(meant), others: places(others) })
    }

    /// All that is found by one of several names.
    fn any_of(all: impl Iterator<Item = Self>, by: FoundBy) -> Option<Self> {
        let mut any = Self { by, meant: Vec::new(), others: Vec::new() };
        for found in all {
            any.meant.extend(found.meant);
            any.others.extend(found.others);
        }
        any.meant.sort_unstable();
        any.meant.dedup();
        any.others.retain(|index| !any.meant.contains(index));
        (!any.meant.is_empty()).then_some(any)
    }
}

impl Directory {
    /// What a name means: a slug before a name, a name before an alias, then what it is without the forms around it, and
    /// what it is the pinyin of; never one of several.
    pub fn resolve(&self, name: &str) -> Resolved<'_> {
        self.known(name).unwrap_or(Resolved::Unknown)
    }

    /// The same; `None` where nothing is called so.
    pub fn known(&self, name: &str) -> Option<Resolved<'_>> {
        let Found { by, meant, others } = self.find(name)?;
        let entries = |places: Vec<usize>| places.into_iter().map(|index| &self.entries[index]).collect();
        Some(match meant.as_slice() {
            [only] => Resolved::Found { entry: &self.entries[*only], by, others: entries(others) },
            _ => Resolved::Ambiguous { entries: entries(meant), by },
        })
    }

    /// The one entry that has just this name among its own, whatever is called so by an alias beside; nothing is taken off it.
    pub fn only_called(&self, name: &str) -> Option<&Entry> {
        let found = Found::best_of(self.places_of(&name_key(name)))?;
        match found.meant.as_slice() {
            [only] => Some(&self.entries[*only]),
            _ => None,
        }
    }

    /// At most `limit` entries that a name may mean, the most likely first: those that it means (a slug before a name
    /// before an alias), then those that are called nearly so.
    pub fn candidates(&self, name: &str, limit: usize) -> Vec<Candidate<'_>> {
        let known = self.find(name);
        let known = known.iter().flat_map(|found| {
            let meant = found.meant.iter().map(|index| (found.by, *index));
            meant.chain(found.others.iter().map(|index| (found.by.max(FoundBy::Alias), *index)))
        });
        let known: Vec<(FoundBy, usize)> = known.collect();
        let near = self.similar(&name_key(name)).into_iter();
        let near = near.filter(|(index, _)| !known.iter().any(|(_, other)| other == index));
        let near = near.map(|(index, score)| (None, score, index));
        let known = known.iter().map(|(by, index)| (Some(*by), by.score(), *index));
        let candidate = |(found_by, score, index)| Candidate { entry: &self.entries[index], found_by, score };
        known.chain(near).take(limit).map(candidate).collect()
    }

    /// The entry with the name most like this one, that somebody may have meant who misspelt it.
    pub fn nearest(&self, name: &str) -> Option<&Entry> {
        self.similar(&name_key(name)).first().map(|(index, _)| &self.entries[*index])
    }

    fn find(&self, name: &str) -> Option<Found> {
        if let Some(found) = Found::best_of(self.places_of(&name_key(name))) {
            return Some(found);
        }
        if name.chars().nth(MAX_CHARS).is_some() {
            return None;
        }
        let text = search_text(name);
        let loose = loosened(&text, self.forms);
        self.called_loosely(&loose)
            .or_else(|| self.called_twice(&text, &loose))
            .or_else(|| self.called_within_forms(&text, &loose))
            .or_else(|| self.called_in_pinyin(&loose))
    }

    fn called_loosely(&self, loose: &str) -> Option<Found> {
        let found = Found::best_of(self.spellings().called(loose))?;
        Some(Found { by: FoundBy::Form, ..found })
    }

    /// A text that is two names of one entry, or, set off from each other, those of one and of what it stands under:
    /// `腾讯（Tencent）`, `京东-京东物流`.
    fn called_twice(&self, text: &str, loose: &str) -> Option<Found> {
        let without_ending = self.forms.part_endings.iter().find_map(|ending| text.strip_suffix(ending));
        let without_ending = without_ending.map(|text| loosened(text, self.forms));
        let texts = std::iter::once(loose).chain(without_ending.as_deref());
        let splits = texts.flat_map(|text| text.char_indices().skip(2).map(move |(at, _)| text.split_at(at)));
        let one = splits.filter(|(one, other)| is_telling(one) && is_telling(other));
        let one = one.filter_map(|(one, other)| self.both_called(one, other)).find(|(one, other)| one == other);
        let set_off = set_off(text).filter_map(|(one, other)| {
            let (one, other) = self.both_called(&loosened(one, self.forms), &loosened(other, self.forms))?;
            let is_lower = |(low, high): &(usize, usize)| low == high || self.stands_under(*low, *high);
            [(one, other), (other, one)].into_iter().find(is_lower)
        });
        let (lower, _) = one.or_else(|| set_off.into_iter().next())?;
        Some(Found { by: FoundBy::Form, meant: vec![lower], others: Vec::new() })
    }

    /// The entries that two texts name for sure, at least one of them by its name.
    fn both_called(&self, one: &str, other: &str) -> Option<(usize, usize)> {
        let only = |name: &str| {
            let found = Found::best_of(self.spellings().called(name))?;
            (found.meant.len() == 1 && found.others.is_empty()).then_some((found.by, found.meant[0]))
        };
        let ((by, one), (other_by, other)) = (only(one)?, only(other)?);
        (by == FoundBy::Name || other_by == FoundBy::Name).then_some((one, other))
    }

    fn stands_under(&self, one: usize, other: usize) -> bool {
        let other = self.entries[other].id();
        let above = std::iter::successors(self.entries[one].parent_id(), |id| self.get(*id).and_then(Entry::parent_id));
        above.into_iter().any(|id| id == other)
    }

    /// A name within what people write around names; the longest.
    fn called_within_forms(&self, text: &str, loose: &str) -> Option<Found> {
        cores(text, self.forms, &self.places).iter().find_map(|core| {
            let within = loosened(&core.text, self.forms);
            let mut found = Found::best_of(self.spellings().called(&within))?;
            if core.is_legal && found.by == FoundBy::Alias && !is_long(&within) {
                return None;
            }
            found.meant.retain(|index| self.is_all_said(*index, core, &within, loose));
            (!found.meant.is_empty()).then_some(Found { by: FoundBy::Form, ..found })
        })
    }

    /// Whether what was taken off a name, and the text around it, make no name of another entry.
    fn is_all_said(&self, index: usize, core: &Core, within: &str, whole: &str) -> bool {
        let entry = &self.entries[index];
        let may_have_place = match self.forms.places {
            PlaceForms::BehindWhere(attribute, value) => !core.has_place || entry.text(attribute) == Some(value),
            PlaceForms::AroundUnlessBefore(attribute, value) => {
                !core.has_place_before || entry.text(attribute) != Some(value)
            }
            PlaceForms::Nowhere | PlaceForms::SetOff => true,
        };
        // Where a mainland company has a branch abroad, it is one of its own: 中国银行（英国）.
        if !may_have_place || core.has_country && entry.text("kind") != Some("foreign") {
            return false;
        }
        let is_of_another = |found: &[(FoundBy, usize)]| !found.is_empty() && !found.iter().any(|(_, it)| *it == index);
        let names_another = |said: &String| {
            let said = loosened(said, self.forms);
            let is_name = !self.places.are_all_of(&said) && is_of_another(self.spellings().called(&said));
            let is_together = |name: &str| {
                let name = loosened(&search_text(name), self.forms);
                let spelt = pinyin::spellings(&said).chain([said.clone()]);
                spelt
                    .into_iter()
                    .any(|said| self.spellings().beginning_with(&format!("{name}{said}")).any(is_of_another))
            };
            is_name || names(entry).any(|(_, name)| is_together(name))
        };
        !core.said.iter().any(names_another) && !self.overlaps_another(whole, within, is_of_another)
    }

    /// Whether a text has a name of another entry in it that starts with the one that was found and goes on, or starts
    /// before it and ends within: 上海大众 of 上海大众汽车有限公司.
    fn overlaps_another(&self, whole: &str, within: &str, is_of_another: impl Fn(&[(FoundBy, usize)]) -> bool) -> bool {
        let Some(from) = whole.find(within) else { return false };
        let to = from + within.len();
        let ends: Vec<usize> = whole.char_indices().map(|(at, _)| at).chain([whole.len()]).collect();
        let parts = ends.iter().filter(|start| **start <= from).flat_map(|start| {
            let behind = ends.iter().filter(|end| **end > from);
            behind.filter(move |end| *start < from || **end > to).map(|end| &whole[*start..*end])
        });
        let weighty = |part: &str| {
            let found = self.spellings().called(part);
            let is_name = found.iter().any(|(by, _)| *by == FoundBy::Name) || is_long(part);
            if is_name { found } else { &[] }
        };
        parts.filter(|part| is_telling(part)).any(|part| is_of_another(weighty(part)))
    }

    fn called_in_pinyin(&self, loose: &str) -> Option<Found> {
        if !pinyin::is_spelt(loose) {
            return None;
        }
        let readings = &self.spellings().readings;
        let found =
            |keys: &[String], by| Found::any_of(keys.iter().filter_map(|key| Found::best_of(self.places_of(key))), by);
        let by_initials = if loose.len() < pinyin::NAMING_INITIALS { &[] } else { readings.by_initials(loose) };
        found(readings.in_full(loose), FoundBy::Pinyin).or_else(|| found(by_initials, FoundBy::Initials))
    }
}

/// Whether an alias is long enough to mean only one, whatever stands around it.
fn is_long(name: &str) -> bool {
    name.chars().count() >= if name.is_ascii() { 4 } else { 3 }
}
