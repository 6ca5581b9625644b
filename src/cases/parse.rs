//! What the filter's parameters mean: names into ids, words into ranges and searches.

use super::filter::{CaseFilter, Choice, Condition, FilterTerm, Range, SEARCH, SearchWord, Values};
use super::parameters::MAJOR_EXACT;
use super::ranges::{goes_on_with_number, parse_dates, parse_periods, parse_times, parse_whole_numbers};
use crate::catalog::{Catalog, Directory, Entry, Resolved};
use crate::model::case::Field;
use crate::model::closed_set::Members;
use crate::model::entity::Entity;
use crate::model::field::{FILTER, Kind, Level, Origin, REQUIRED};
use crate::model::value::GroupValue;
use crate::parameters::{API_PREFIX, ParameterError, ParameterReader, Proposals, WrittenTerm, message};
use crate::text::{name_key, search_text, text_key};

/// The word for a value that is not known.
pub const UNKNOWN: &str = "unknown";
/// Longest search text, in characters.
const MAX_SEARCH_CHARS: usize = 100;
/// The most words of a search.
const MAX_WORDS: usize = 8;
/// Reference data with at most this many entries is listed whole in an error.
const TOLD_WHOLE: usize = 40;

impl CaseFilter {
    /// Takes the filter's parameters out of a request; mistakes stay with the reader. Cases of closed sources do not fit.
    pub fn parse(reader: &mut ParameterReader, catalog: &Catalog) -> Self {
        let is_exact = reader.flag(MAJOR_EXACT.name) == Some(true);
        let mut terms = Vec::new();
        for field in Field::that_can(FILTER) {
            let asked = condition(reader, field.name(), catalog, field, is_exact);
            terms.extend(asked.map(|(condition, chosen)| FilterTerm { field, condition, chosen }));
        }
        let closed = Self::none_of_sources(catalog.closed_sources());
        Self { terms, is_exact, words: search_words(reader, catalog), found: None, closed, ..Self::default() }
    }
}

/// The values of a field that a parameter names one by one, each once; `None` is the unknown, which comes last.
pub fn values_named(
    reader: &mut ParameterReader,
    parameter: &'static str,
    catalog: &Catalog,
    field: Field,
) -> Vec<Option<GroupValue>> {
    condition(reader, parameter, catalog, field, true).map_or_else(Vec::new, |(_, chosen)| chosen)
}

/// What a parameter asks of one field, and which values it names; `None` = nothing.
fn condition(
    reader: &mut ParameterReader,
    name: &'static str,
    catalog: &Catalog,
    field: Field,
    is_exact: bool,
) -> Option<Asked> {
    match (field.kind(), field.origin()) {
        (Kind::Closed(set), origin) => {
            let members = choose(reader, name, |value, _| find_member(name, set, value))?;
            let chosen = named(&members, |slug| Some(GroupValue::Member(slug)));
            let condition = match origin {
                Origin::Attribute { of, attribute } => {
                    let member = |entry: &'_ Entry| set.position(entry.text(attribute)?).map(|index| set.slugs[index]);
                    Condition::References(entries_with(catalog, of, member, members))
                }
                _ => Condition::Members(members),
            };
            Some((condition, chosen))
        }
        (Kind::Reference(entity), _) => of_entries(reader, name, catalog, (field, entity), is_exact),
        (Kind::Tags, _) => texts(choose(reader, name, |value, proposals| find_tag(name, catalog, value, proposals))?),
        (Kind::Currency { .. }, _) => texts(choose(reader, name, |text, _| find_currency(name, text))?),
        (Kind::Period { is_month }, _) => {
            let periods = choose(reader, name, |text, _| parse_periods(name, text, is_month))?;
            let only = |range: &Range<i32>| range.min.filter(|min| range.max == Some(*min)).map(GroupValue::Period);
            let chosen = named(&periods, only);
            Some((Condition::Periods(periods), chosen))
        }
        _ => ranged(reader, name, field).map(|condition| (condition, Vec::new())),
    }
}

/// The same of a field whose values are entries of reference data.
fn of_entries(
    reader: &mut ParameterReader,
    name: &'static str,
    catalog: &Catalog,
    (field, entity): (Field, Entity),
    is_exact: bool,
) -> Option<Asked> {
    let origin = field.origin();
    let terms = reader.choice(name);
    terms.iter().for_each(|term| tell_signs_apart(reader, name, catalog.directory(entity), term));
    let entries = choose_of(reader, terms, |value, proposals| {
        let id = find_entry(name, entity, catalog, value, proposals)?;
        is_of_level(name, catalog.directory(entity), id, origin)
    })?;
    let chosen = named(&entries, |id| Some(GroupValue::Reference(*id)));
    if let Origin::Attribute { of, attribute } = origin {
        let value = |entry: &Entry| entry.integer(attribute);
        return Some((Condition::References(entries_with(catalog, of, value, entries)), chosen));
    }
    if let Origin::Above { of, level } = origin {
        let value = |entry: &Entry| catalog.directory(entity).above(entry.id(), level).map(Entry::id);
        return Some((Condition::References(entries_with(catalog, of, value, entries)), chosen));
    }
    let below = |id| catalog.directory(entity).descendants(id);
    let with_all_below = field.is_nested() && !is_exact;
    Some((Condition::References(if with_all_below { entries.expand(below) } else { entries }), chosen))
}

/// What a request asks of a field whose values are not reference data, nor few; `None` = nothing.
fn ranged(reader: &mut ParameterReader, name: &'static str, field: Field) -> Option<Condition> {
    match field.kind() {
        Kind::Date { .. } => choose(reader, name, |text, _| parse_dates(name, text)).map(Condition::Dates),
        Kind::Time => choose(reader, name, |text, _| parse_times(name, text)).map(Condition::Times),
        Kind::Number { is_small, .. } => {
            let terms = reader.choice(name);
            let is_separated = |pair: &&[WrittenTerm]| goes_on_with_number(&pair[0].value, &pair[1].value);
            if let Some([before, behind]) = terms.windows(2).filter(|_| !is_small).find(is_separated) {
                let given = format!("{},{}", before.value, behind.value);
                let message = message!(
                    "`{given}`: numbers take no separators; write 200000..300000",
                    "`{given}`：数字不写分隔符，请写 200000..300000"
                );
                reader.wrong(ParameterError::new(name, message));
                return None;
            }
            choose_of(reader, terms, |text, _| parse_whole_numbers(name, text)).map(Condition::Numbers)
        }
        Kind::Flag => reader.flag(name).map(Condition::Flag),
        _ => choose(reader, name, |text, _| Ok(text_key(text))).map(Condition::Texts),
    }
}

/// A condition, and the values that it names.
type Asked = (Condition, Vec<Option<GroupValue>>);

/// The values that a case may have, as groups are known by them.
fn named<T>(choice: &Choice<T>, value: impl Fn(&T) -> Option<GroupValue>) -> Vec<Option<GroupValue>> {
    let Some(Values { known, unknown }) = &choice.any_of else { return Vec::new() };
    known.iter().filter_map(value).map(Some).chain(unknown.then_some(None)).collect()
}

fn texts(choice: Choice<String>) -> Option<Asked> {
    let chosen = named(&choice, |text| Some(GroupValue::Text(text.clone())));
    Some((Condition::Texts(choice), chosen))
}

/// The entries of a field that have one of these values of an attribute; `unknown` = those of which it is not known, and
/// no entry, where it may be unknown of which entry a case is.
fn entries_with<'c, T: PartialEq>(
    catalog: &'c Catalog,
    field: Field,
    value: impl Fn(&'c Entry) -> Option<T>,
    choice: Choice<T>,
) -> Choice<i32> {
    let entries = |values: Values<T>| {
        let is_meant = |entry: &&'c Entry| match value(entry) {
            Some(value) => values.known.contains(&value),
            None => values.unknown,
        };
        let Kind::Reference(entity) = field.kind() else { return Values::default() };
        let known = catalog.directory(entity).entries().iter().filter(is_meant).map(Entry::id).collect();
        Values { known, unknown: values.unknown && !field.can(REQUIRED) }
    };
    Choice { any_of: choice.any_of.map(entries), none_of: choice.none_of.map(entries) }
}

/// Refuses a sign that may be the beginning of a name: who writes `!Bang` may mean the company of that name, or all but
/// `Bang`.
fn tell_signs_apart(reader: &mut ParameterReader, name: &'static str, directory: &Directory, term: &WrittenTerm) {
    let whole = format!("!{}", term.value);
    if term.negated && !term.is_quoted && directory.called(&whole).next().is_some() {
        let value = &term.value;
        let message = message!(
            "`{whole}` is a name, and all but `{value}`; write `\"{whole}\"` or `!\"{value}\"`",
            "`{whole}` 既是一个名称，也表示除 `{value}` 以外；请写 `\"{whole}\"` 或 `!\"{value}\"`"
        );
        reader
            .wrong(ParameterError { did_you_mean: Some(format!("\"{whole}\"")), ..ParameterError::new(name, message) });
    }
}

fn search_words(reader: &mut ParameterReader, catalog: &Catalog) -> Vec<SearchWord> {
    let Some(text) = reader.text(SEARCH) else { return Vec::new() };
    if text.chars().count() > MAX_SEARCH_CHARS {
        reader.wrong(ParameterError::new(
            SEARCH,
            message!("is longer than {MAX_SEARCH_CHARS} characters", "超过 {MAX_SEARCH_CHARS} 个字符"),
        ));
        return Vec::new();
    }
    if let Some(mistake) = too_many_words(SEARCH, &text) {
        reader.wrong(mistake);
        return Vec::new();
    }
    SearchWord::parse_all(&text, catalog)
}

/// That a text has more words than are looked for at once.
pub fn too_many_words(parameter: &str, text: &str) -> Option<ParameterError> {
    let message = || message!("has more than {MAX_WORDS} words", "超过 {MAX_WORDS} 个词");
    search_text(text).split(' ').nth(MAX_WORDS).map(|_| ParameterError::new(parameter, message()))
}

/// The slug of the tag that a name means, or what is wrong with the name.
pub fn find_tag(
    parameter: &str,
    catalog: &Catalog,
    value: &str,
    proposals: &Proposals,
) -> Result<String, ParameterError> {
    let id = find_entry(parameter, Entity::Tag, catalog, value, proposals)?;
    Ok(catalog.directory(Entity::Tag).get(id).map(|tag| tag.slug().to_owned()).unwrap_or_default())
}

/// The id of the entry that a name means, or what is wrong with the name.
pub fn find_entry(
    parameter: &str,
    entity: Entity,
    catalog: &Catalog,
    value: &str,
    proposals: &Proposals,
) -> Result<i32, ParameterError> {
    let directory = catalog.directory(entity);
    match catalog.resolve(entity, value) {
        Resolved::Found { entry, .. } => Ok(entry.id()),
        Resolved::Ambiguous { entries, .. } => {
            let mut mistake = ParameterError::new(
                parameter,
                message!("`{value}` may mean several; name one of them", "`{value}` 可能指其中几个，请写明是哪一个"),
            );
            mistake.allowed = entries.iter().map(|entry| entry.slug().to_owned()).collect();
            Err(mistake)
        }
        Resolved::Unknown => {
            let nearest = || directory.nearest(value).map(|entry| entry.slug().to_owned());
            Err(unknown_entry(parameter, entity, directory, value).proposing(proposals, nearest))
        }
    }
}

/// The same entry, or that it is none of the level that a field tells of.
fn is_of_level(parameter: &str, directory: &Directory, id: i32, origin: Origin) -> Result<i32, ParameterError> {
    let Origin::Above { level, .. } = origin else { return Ok(id) };
    let above = directory.above(id, level);
    let Some(entry) = directory.get(id).filter(|_| above.is_none_or(|above| above.id() != id)) else { return Ok(id) };
    let (name, slug) = (entry.name(), entry.slug());
    let mistake = |message| ParameterError::new(parameter, message);
    Err(match (above, level) {
        (Some(above), _) => {
            let above = above.slug();
            let message = message!("`{slug}` stands under `{above}`", "“{name}”属于 `{above}`");
            ParameterError { did_you_mean: Some(above.to_owned()), ..mistake(message) }
        }
        (None, Level::Called(level)) => mistake(message!("`{slug}` is no {level}", "“{name}”不是这一级的")),
        (None, Level::Top) => mistake(message!("`{slug}` is not at the top", "“{name}”不在最上一级")),
    })
}

/// That no entry is called so.
fn unknown_entry(parameter: &str, entity: Entity, directory: &Directory, value: &str) -> ParameterError {
    let entries = directory.entries();
    let (called, called_zh) = (entity.singular(), entity.label().zh);
    let path = entity.path_segment();
    let message = message!("no {called} is called `{value}`", "没有叫 `{value}` 的{called_zh}");
    if entries.len() > TOLD_WHOLE {
        let see = message!("; {API_PREFIX}/{path} lists all", "；全部见 {API_PREFIX}/{path}");
        return ParameterError::new(parameter, message.with(&see));
    }
    let mut mistake = ParameterError::new(parameter, message);
    mistake.allowed = entries.iter().map(|entry| entry.slug().to_owned()).collect();
    mistake.allowed.push(UNKNOWN.to_owned());
    mistake
}

/// A currency by its code, in any case.
fn find_currency(parameter: &str, value: &str) -> Result<String, ParameterError> {
    let code = value.to_ascii_uppercase();
    let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    let refused = || {
        ParameterError::new(
            parameter,
            message!(
                "`{value}` is not an ISO 4217 code such as CNY or USD",
                "`{value}` 不是 ISO 4217 货币代码，如 CNY、USD"
            ),
        )
    };
    is_code.then_some(code).ok_or_else(refused)
}

/// The slug of the member of a closed set that a slug or name means, or what is wrong with it.
pub fn find_member(parameter: &str, set: &'static Members, value: &str) -> Result<&'static str, ParameterError> {
    set.called(value).map(|member| member.slug).ok_or_else(|| {
        let allowed = set.slugs.iter().copied().chain([UNKNOWN]);
        ParameterError::new(parameter, message!("`{value}` is not allowed", "`{value}` 不在允许的值之中"))
            .allowing(value, allowed)
    })
}

/// Whether a value means that nothing is known.
pub fn is_unknown(value: &str) -> bool {
    matches!(name_key(value).as_str(), UNKNOWN | "未知")
}

fn choose<T: PartialEq>(
    reader: &mut ParameterReader,
    parameter: &'static str,
    find: impl Fn(&str, &Proposals) -> Result<T, ParameterError>,
) -> Option<Choice<T>> {
    let terms = reader.choice(parameter);
    choose_of(reader, terms, find)
}

fn choose_of<T: PartialEq>(
    reader: &mut ParameterReader,
    terms: Vec<WrittenTerm>,
    find: impl Fn(&str, &Proposals) -> Result<T, ParameterError>,
) -> Option<Choice<T>> {
    let mut choice = Choice::default();
    for WrittenTerm { negated, value, is_quoted } in terms {
        if reader.is_hopeless() {
            break;
        }
        let side = if negated { &mut choice.none_of } else { &mut choice.any_of };
        let values = side.get_or_insert_default();
        if !is_quoted && is_unknown(&value) {
            values.unknown = true;
            continue;
        }
        match find(&value, &reader.proposals) {
            Ok(found) if values.known.contains(&found) => {}
            Ok(found) => values.known.push(found),
            Err(mistake) => reader.wrong(mistake),
        }
    }
    (choice != Choice::default()).then_some(choice)
}
