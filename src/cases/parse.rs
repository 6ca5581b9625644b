//! What the filter's parameters mean: names into ids, words into ranges and searches.

use super::filter::{CaseFilter, Choice, Condition, FilterTerm, SEARCH, SearchWord, Values};
use super::parameters::MAJOR_EXACT;
use super::ranges::{parse_dates, parse_whole_numbers};
use crate::catalog::{Catalog, Entry, Resolution};
use crate::model::case::Field;
use crate::model::closed_set::Members;
use crate::model::entity::Entity;
use crate::model::field::{FILTER, Kind, Origin};
use crate::parameters::{API_PREFIX, ParameterError, ParameterReader, WrittenTerm};
use crate::text::name_key;

/// The word for a value that is not known.
pub const UNKNOWN: &str = "unknown";
/// Longest search text, in characters.
const MAX_SEARCH_CHARS: usize = 100;
/// The most words of a search.
const MAX_WORDS: usize = 8;
/// Reference data with at most this many entries is listed whole in an error.
const TOLD_WHOLE: usize = 40;

impl CaseFilter {
    /// Takes the filter's parameters out of a request; mistakes stay with the reader.
    pub fn parse(reader: &mut ParameterReader, catalog: &Catalog) -> Self {
        let is_exact = reader.flag(MAJOR_EXACT.name) == Some(true);
        let mut terms = Vec::new();
        for field in Field::that_can(FILTER) {
            let condition = condition(reader, catalog, field, is_exact);
            terms.extend(condition.map(|condition| FilterTerm { field, condition }));
        }
        if is_exact && !terms.iter().any(|term| is_tree(term.field)) {
            reader.wrong(ParameterError::new(MAJOR_EXACT.name, "means nothing without `major`"));
        }
        Self { terms, words: search_words(reader, catalog), found: None }
    }
}

/// Whether the values of a field stand under each other.
fn is_tree(field: Field) -> bool {
    matches!(field.kind(), Kind::Reference(entity) if entity.is_tree())
}

/// What a request asks of one field; `None` = nothing.
fn condition(reader: &mut ParameterReader, catalog: &Catalog, field: Field, is_exact: bool) -> Option<Condition> {
    let name = field.name();
    match (field.kind(), field.origin()) {
        (Kind::Closed(set), Origin::Attribute { of, attribute }) => {
            let members = choose(reader, name, |value| find_member(name, set, value))?;
            Some(Condition::References(entries_with(catalog, of, attribute, members)))
        }
        (Kind::Closed(set), _) => choose(reader, name, |value| find_member(name, set, value)).map(Condition::Members),
        (Kind::Reference(entity), _) => {
            let chosen = choose(reader, name, |value| find_entry(name, entity, catalog, value))?;
            let with_all_below = is_tree(field) && !is_exact;
            let below = |id| catalog.directory(entity).descendants(id);
            Some(Condition::References(if with_all_below { chosen.expand(below) } else { chosen }))
        }
        (Kind::Tags, _) => choose(reader, name, |value| find_tag(name, catalog, value)).map(Condition::Texts),
        (Kind::Date { .. }, _) => choose(reader, name, |text| parse_dates(name, text)).map(Condition::Dates),
        (Kind::Number { .. }, _) => {
            choose(reader, name, |text| parse_whole_numbers(name, text)).map(Condition::Numbers)
        }
        (Kind::Flag, _) => reader.flag(name).map(Condition::Flag),
        _ => choose(reader, name, |text| Ok(name_key(text))).map(Condition::Texts),
    }
}

/// The entries of a field that are of these members of a closed set; `unknown` = those of which it is not known. Of which
/// entry a case is, is known.
fn entries_with(
    catalog: &Catalog,
    field: Field,
    attribute: &'static str,
    members: Choice<&'static str>,
) -> Choice<i32> {
    let entries = |values: Values<&'static str>| {
        let is_meant = |entry: &&Entry| match entry.text(attribute) {
            Some(member) => values.known.contains(&member),
            None => values.unknown,
        };
        let Kind::Reference(entity) = field.kind() else { return Values::default() };
        let entries = catalog.directory(entity).entries().iter();
        Values { known: entries.filter(is_meant).map(Entry::id).collect(), unknown: false }
    };
    Choice { any_of: members.any_of.map(entries), none_of: members.none_of.map(entries) }
}

fn search_words(reader: &mut ParameterReader, catalog: &Catalog) -> Vec<SearchWord> {
    let Some(text) = reader.text(SEARCH) else { return Vec::new() };
    if text.chars().count() > MAX_SEARCH_CHARS {
        reader.wrong(ParameterError::new(SEARCH, format!("is longer than {MAX_SEARCH_CHARS} characters")));
        return Vec::new();
    }
    let words = SearchWord::parse_all(&text, catalog);
    if words.len() > MAX_WORDS {
        reader.wrong(ParameterError::new(SEARCH, format!("has more than {MAX_WORDS} words")));
    }
    words
}

/// The slug of the tag that a name means, or what is wrong with the name.
pub fn find_tag(parameter: &str, catalog: &Catalog, value: &str) -> Result<String, ParameterError> {
    let id = find_entry(parameter, Entity::Tag, catalog, value)?;
    Ok(catalog.tags.get(id).map(|tag| tag.slug().to_owned()).unwrap_or_default())
}

/// The id of the entry that a name means, or what is wrong with the name.
pub fn find_entry(parameter: &str, entity: Entity, catalog: &Catalog, value: &str) -> Result<i32, ParameterError> {
    let directory = catalog.directory(entity);
    match directory.resolve(value) {
        Resolution::Found { entry, .. } => Ok(entry.id()),
        Resolution::Ambiguous(entries) => {
            let mut mistake = ParameterError::new(parameter, format!("`{value}` may mean several; name one of them"));
            mistake.allowed = entries.iter().map(|entry| entry.slug().to_owned()).collect();
            Err(mistake)
        }
        Resolution::Unknown { near } => {
            let entries = directory.entries();
            let few = entries.len() <= TOLD_WHOLE;
            let see = if few { String::new() } else { format!("; {API_PREFIX}/{} lists all", entity.path_segment()) };
            let mut mistake =
                ParameterError::new(parameter, format!("no {} is called `{value}`{see}", entity.singular()));
            mistake.did_you_mean = near.first().map(|entry| entry.slug().to_owned());
            if few {
                mistake.allowed = entries.iter().map(|entry| entry.slug().to_owned()).collect();
                mistake.allowed.push(UNKNOWN.to_owned());
            }
            Err(mistake)
        }
    }
}

/// The slug of the member of a closed set that a slug or name means, or what is wrong with it.
pub fn find_member(parameter: &str, set: &'static Members, value: &str) -> Result<&'static str, ParameterError> {
    set.called(value).map(|member| member.slug).ok_or_else(|| {
        let allowed = set.slugs.iter().copied().chain([UNKNOWN]);
        ParameterError::new(parameter, format!("`{value}` is not allowed")).allowing(value, allowed)
    })
}

/// Whether a value means that nothing is known.
pub fn is_unknown(value: &str) -> bool {
    matches!(name_key(value).as_str(), UNKNOWN | "未知")
}

fn choose<T: PartialEq>(
    reader: &mut ParameterReader,
    parameter: &'static str,
    find: impl Fn(&str) -> Result<T, ParameterError>,
) -> Option<Choice<T>> {
    let mut choice = Choice::default();
    for WrittenTerm { negated, value } in reader.choice(parameter) {
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
    (choice != Choice::default()).then_some(choice)
}
