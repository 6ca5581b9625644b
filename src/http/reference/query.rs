//! Which entries a reader asks for: paging, search by name, attributes.

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::cases::cursor::take_cursor;
use crate::cases::list::{LIMIT, Page};
use crate::cases::parse::{find_entry, too_many_words};
use crate::catalog::{Catalog, Directory, Entity, Entry, Resolved};
use crate::model::closed_set::ClosedSet;
use crate::model::entity::{Attribute, AttributeKind};
use crate::parameters::message;
use crate::parameters::{Kind, Parameter, ParameterError, ParameterReader};
use crate::text::search_text;

/// Searches entries by name.
const Q: Parameter = Parameter {
    name: "q",
    description: "Words that must each occur in the slug or a name, or be an alias or the pinyin of one of these.",
    kind: Kind::Text,
    example: "大学",
};

/// Where a page goes on.
const CURSOR: Parameter = Parameter {
    name: "cursor",
    description: "Where to go on: `next_cursor` of the page before, unchanged.",
    kind: Kind::Text,
    example: "MWJhaWR1",
};

/// The parameters of the list of an entity that is listed in pages.
pub(super) fn parameters(entity: Entity) -> &'static [Parameter] {
    static PARAMETERS: LazyLock<Vec<Vec<Parameter>>> = LazyLock::new(|| {
        let narrowing = |entity: &Entity| entity.table().attributes.iter().filter_map(parameter);
        let all = |entity| std::iter::once(Q).chain(narrowing(entity)).chain([LIMIT, CURSOR]).collect();
        Entity::ALL.iter().map(all).collect()
    });
    &PARAMETERS[entity as usize]
}

/// The parameter that narrows a list by an attribute.
fn parameter(attribute: &'static Attribute) -> Option<Parameter> {
    let filter = attribute.filter.as_ref()?;
    let kind = match &attribute.kind {
        AttributeKind::Member(members) => Kind::OneOf { allowed: members.slugs, default: None },
        _ => Kind::Text,
    };
    Some(Parameter { name: attribute.name, description: filter.description, kind, example: filter.example })
}

/// Which entries a reader asks for.
#[derive(Debug)]
pub(super) struct EntryQuery {
    text: String,
    words: Vec<String>,
    /// Attributes, by their places, with the value that they must have.
    values: Vec<(usize, Value)>,
    limit: u32,
    after: Option<(bool, String)>,
}

impl EntryQuery {
    /// Reads a query string.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(entity: Entity, query_string: &str, catalog: &Catalog) -> Result<Self, Vec<ParameterError>> {
        let mut reader = ParameterReader::new(query_string, &[parameters(entity)]);
        let text = reader.text(Q.name).unwrap_or_default();
        too_many_words(Q.name, &text).into_iter().for_each(|mistake| reader.wrong(mistake));
        let words = search_text(&text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let attributes = entity.table().attributes.iter().enumerate().filter(|(_, it)| it.filter.is_some());
        let value = |(index, attribute)| Some((index, wanted(&mut reader, attribute, entity, catalog)?));
        let values = attributes.filter_map(value).collect();
        let limit = reader.integer(LIMIT.name);
        let after = take_cursor(&mut reader, |text| match text.split_at_checked(1)? {
            ("0", slug) => Some((false, slug.to_owned())),
            ("1", slug) => Some((true, slug.to_owned())),
            _ => None,
        });
        reader.finish()?;
        Ok(Self { text, words, values, limit, after })
    }

    /// The page of those entries that are asked for: those that are called just what was searched for, or that it means
    /// otherwise, then the others, each by slug.
    pub fn find<'a>(&self, directory: &'a Directory) -> Page<&'a Entry> {
        let meant: Vec<&Entry> = match directory.known(&self.text) {
            Some(Resolved::Found { entry, by, .. }) if !by.is_exact() => vec![entry],
            Some(Resolved::Ambiguous { entries, by }) if !by.is_exact() => entries,
            _ => directory.called(&self.text).collect(),
        };
        let called_so: HashSet<i32> = meant.iter().map(|entry| entry.id()).collect();
        let is_wanted =
            |entry: &&Entry| self.values.iter().all(|(index, value)| entry.values().get(*index) == Some(value));
        let others = directory.having(&self.words).filter(|entry| !called_so.contains(&entry.id()));
        let found = meant.iter().map(|entry| (false, *entry)).chain(others.map(|entry| (true, entry)));
        let mut found: Vec<(bool, &Entry)> = found.filter(|(_, entry)| is_wanted(entry)).collect();
        found.sort_by(|left, right| (left.0, left.1.slug()).cmp(&(right.0, right.1.slug())));
        if let Some((others, slug)) = &self.after {
            found.retain(|(other, entry)| (*other, entry.slug()) > (*others, slug));
        }
        // Whether the last entry of a page is one of the others, and its slug.
        let place = |(other, entry): &(bool, &Entry)| format!("{}{}", u8::from(*other), entry.slug());
        let Page { items, next_cursor } = Page::first(found, self.limit, place);
        Page { items: items.into_iter().map(|(_, entry)| entry).collect(), next_cursor }
    }
}

/// The value that an attribute must have.
fn wanted(
    reader: &mut ParameterReader,
    attribute: &'static Attribute,
    entity: Entity,
    catalog: &Catalog,
) -> Option<Value> {
    let name = attribute.name;
    match attribute.kind {
        AttributeKind::Member(_) => reader.one_of(name).map(|slug| json!(slug)),
        AttributeKind::Reference(to, _) => {
            let text = reader.text(name)?;
            let found = find_entry(name, to, catalog, &text, &reader.proposals);
            found.map(|id| json!(id)).map_err(|mistake| reader.wrong(mistake)).ok()
        }
        // A code; one that no entry has is a mistake.
        _ => {
            let given = reader.text(name)?.trim().to_uppercase();
            let entries = catalog.directory(entity).entries().iter();
            let known: BTreeSet<&str> = entries.filter_map(|entry| entry.text(name)).collect();
            if !known.contains(given.as_str()) {
                let (called, called_zh) = (entity.singular(), entity.label().zh);
                let message = message!("no {called} is known in `{given}`", "`{given}` 没有已知的{called_zh}");
                reader.wrong(ParameterError::new(name, message).allowing(&given, known));
            }
            Some(json!(given))
        }
    }
}
