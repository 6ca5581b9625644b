//! What the filter's parameters mean: names into ids, words into ranges and searches.

use super::filter::{CaseFilter, Choice, Range, SearchWord, Values};
use super::ranges::{parse_dates, parse_whole_numbers};
use crate::catalog::{Catalog, CompanyKind, Directory, Entity, Entry, FoundBy, Resolution, RoleFamily};
use crate::model::closed_set::ClosedSet;
use crate::parameters::{Mistake, ParameterReader, Wanted};
use crate::text::name_key;

/// The word for a value that is not known.
pub const UNKNOWN: &str = "unknown";
/// Longest search text, in characters.
const LONGEST_SEARCH: usize = 100;
/// The most words of a search.
const MOST_WORDS: usize = 8;
/// Reference data with at most this many entries is told whole in an error.
const TOLD_WHOLE: usize = 40;

impl CaseFilter {
    /// Takes the filter's parameters out of a request; mistakes stay with the reader.
    pub fn parse(reader: &mut ParameterReader, catalog: &Catalog) -> Self {
        let tiers = &catalog.school_tiers;
        let tier = |reader: &mut ParameterReader, name| {
            let choice = named(reader, name, "school tier", "/api/v1/school-tiers", tiers);
            choice.expand(|id| i16::try_from(id).ok())
        };
        Self {
            company: named(reader, "company", "company", "/api/v1/companies", &catalog.companies),
            company_kind: company_kind(reader, catalog),
            role: named(reader, "role", "role", "/api/v1/roles", &catalog.roles),
            role_family: role_family(reader, catalog),
            role_track: closed(reader, "role_track"),
            major: major(reader, catalog),
            school_tier: tier(reader, "school_tier"),
            bachelor_tier: tier(reader, "bachelor_tier"),
            master_tier: tier(reader, "master_tier"),
            doctor_tier: tier(reader, "doctor_tier"),
            any_tier: tier(reader, "any_tier"),
            school: named(reader, "school", "school", "/api/v1/schools", &catalog.schools),
            highest_degree: closed(reader, "highest_degree"),
            offer_channel: closed(reader, "offer_channel"),
            city: choose(reader, "city", |city| Ok(name_key(city))),
            tag: named(reader, "tag", "tag", "/api/v1/tags", &catalog.tags)
                .expand(|id| catalog.tags.get(id).map(|tag| tag.slug().to_owned())),
            source: named(reader, "source", "source", "/api/v1/sources", &catalog.sources),
            verification: closed(reader, "verification"),
            offered_on: choose(reader, "offered_on", |text| parse_dates("offered_on", text)),
            pay_annual: whole_numbers(reader, "pay_annual"),
            interview_rounds: whole_numbers(reader, "interview_rounds"),
            preparation_days: whole_numbers(reader, "preparation_days"),
            has_conflict: reader.flag("has_conflict"),
            words: search_words(reader, catalog),
        }
    }
}

/// Majors, with what stands under them unless `major_exact` is given.
fn major(reader: &mut ParameterReader, catalog: &Catalog) -> Choice<i32> {
    let exact = reader.flag("major_exact") == Some(true);
    let chosen = named(reader, "major", "major", "/api/v1/majors", &catalog.majors);
    if exact && chosen == Choice::default() {
        reader.wrong(Mistake::new("major_exact", "means nothing without `major`"));
    }
    if exact { chosen } else { chosen.expand(|id| catalog.descendants(Entity::Major, id)) }
}

/// The companies of the kinds that are asked for. A kind is unknown for many; a company never is.
fn company_kind(reader: &mut ParameterReader, catalog: &Catalog) -> Choice<i32> {
    let companies = catalog.companies.entries();
    by_kind(closed(reader, "company_kind"), |kind: Option<CompanyKind>| {
        companies.iter().filter(move |company| company.company_kind() == kind).map(Entry::id)
    })
}

/// The roles of the families that are asked for.
fn role_family(reader: &mut ParameterReader, catalog: &Catalog) -> Choice<i32> {
    let roles = catalog.roles.entries();
    by_kind(closed(reader, "role_family"), |family: Option<RoleFamily>| {
        roles.iter().filter(move |role| role.role_family() == family).map(Entry::id)
    })
}

/// A choice of entries by a choice of what they are; `None` = it is unknown what they are.
fn by_kind<Kind, Ids: Iterator<Item = i32>>(
    kinds: Choice<Kind>,
    entries_of: impl Fn(Option<Kind>) -> Ids,
) -> Choice<i32> {
    let entries = |values: Values<Kind>| {
        let unknown = values.unknown.then(|| entries_of(None)).into_iter().flatten();
        let known: Vec<i32> = unknown.chain(values.known.into_iter().flat_map(|kind| entries_of(Some(kind)))).collect();
        Values { known, unknown: false }
    };
    Choice { any_of: kinds.any_of.map(entries), none_of: kinds.none_of.map(entries) }
}

/// Ranges of whole numbers from 0.
fn whole_numbers(reader: &mut ParameterReader, parameter: &'static str) -> Choice<Range<i32>> {
    choose(reader, parameter, |text| parse_whole_numbers(parameter, text))
}

fn search_words(reader: &mut ParameterReader, catalog: &Catalog) -> Vec<SearchWord> {
    let Some(text) = reader.text("q") else { return Vec::new() };
    if text.chars().count() > LONGEST_SEARCH {
        reader.wrong(Mistake::new("q", format!("is longer than {LONGEST_SEARCH} characters")));
        return Vec::new();
    }
    let words = SearchWord::parse_all(&text, catalog);
    if words.len() > MOST_WORDS {
        reader.wrong(Mistake::new("q", format!("has more than {MOST_WORDS} words")));
    }
    words
}

/// A choice of entries of a directory, by any of their names.
fn named(
    reader: &mut ParameterReader,
    parameter: &'static str,
    what: &str,
    listed_at: &str,
    directory: &Directory,
) -> Choice<i32> {
    choose(reader, parameter, |value| find_named(parameter, what, listed_at, directory, value))
}

/// The id of what a name means, or what is wrong with the name.
pub fn find_named(
    parameter: &str,
    what: &str,
    listed_at: &str,
    directory: &Directory,
    value: &str,
) -> Result<i32, Mistake> {
    match directory.resolve(value) {
        Resolution::Found { entry, by: FoundBy::Slug | FoundBy::Name | FoundBy::Alias, .. } => Ok(entry.id()),
        Resolution::Ambiguous(entries) => {
            let mut mistake = Mistake::new(parameter, format!("`{value}` may mean several; name one of them"));
            mistake.allowed = entries.iter().map(|entry| entry.slug().to_owned()).collect();
            Err(mistake)
        }
        Resolution::Unknown { near } => {
            let entries = directory.entries();
            let few = entries.len() <= TOLD_WHOLE;
            let see = if few { String::new() } else { format!("; {listed_at} lists all") };
            let mut mistake = Mistake::new(parameter, format!("no {what} is called `{value}`{see}"));
            mistake.did_you_mean = near.first().map(|entry| entry.slug().to_owned());
            if few {
                mistake.allowed = entries.iter().map(|entry| entry.slug().to_owned()).collect();
                mistake.allowed.push(UNKNOWN.to_owned());
            }
            Err(mistake)
        }
    }
}

/// A choice of members of a closed set, by slug or by name.
fn closed<T: ClosedSet>(reader: &mut ParameterReader, parameter: &'static str) -> Choice<T> {
    choose(reader, parameter, |value| find_closed(parameter, value))
}

/// The member of a closed set that a slug or name means, or what is wrong with it.
pub fn find_closed<T: ClosedSet>(parameter: &str, value: &str) -> Result<T, Mistake> {
    let key = name_key(value);
    let called_so =
        |member: &T| [member.slug(), member.name(), member.name_en()].iter().any(|name| name_key(name) == key);
    T::ALL.iter().copied().find(called_so).ok_or_else(|| {
        let allowed = T::SLUGS.iter().copied().chain([UNKNOWN]);
        Mistake::new(parameter, format!("`{value}` is not allowed")).allowing(value, allowed)
    })
}

/// Whether a value means that nothing is known.
pub fn is_unknown(value: &str) -> bool {
    matches!(name_key(value).as_str(), UNKNOWN | "未知")
}

fn choose<T: PartialEq>(
    reader: &mut ParameterReader,
    parameter: &'static str,
    find: impl Fn(&str) -> Result<T, Mistake>,
) -> Choice<T> {
    let mut choice = Choice::default();
    for Wanted { negated, value } in reader.choice(parameter) {
        if reader.is_hopeless() {
            break;
        }
        let side = if negated { &mut choice.none_of } else { &mut choice.any_of };
        let values = side.get_or_insert_default();
        if is_unknown(&value) {
            values.unknown = true;
            continue;
        }
        match find(&value) {
            Ok(found) if values.known.contains(&found) => {}
            Ok(found) => values.known.push(found),
            Err(mistake) => reader.wrong(mistake),
        }
    }
    choice
}
