//! What the lists of reference data share: paging, search by name, case counts, aliases.

use std::collections::{HashMap, HashSet};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

use super::snapshot::{AppState, Snapshot};
use crate::cases::filter::CaseFilter;
use crate::cases::list::{LIMIT, Page};
use crate::catalog::directory::{Alias, Directory, Entry, Resolution};
use crate::engine::count::{PayOf, Question, count};
use crate::engine::tally::GroupValue;
use crate::http::error::ApiError;
use crate::model::case::Field;
use crate::parameters::{Kind, Mistake, Parameter, ParameterReader};
use crate::text::search_text;

/// Searches entries by name.
pub const Q: Parameter = Parameter {
    name: "q",
    description: "Words that must each occur in the slug or a name, or be an alias.",
    kind: Kind::Text,
    example: "大学",
};

/// Where a page of reference data goes on.
pub const REFERENCE_CURSOR: Parameter = Parameter {
    name: "cursor",
    description: "Where to go on: `next_cursor` of the page before, unchanged.",
    kind: Kind::Text,
    example: "MWJhaWR1",
};

/// The parameters that all paged lists of reference data have.
pub const PAGING: [Parameter; 3] = [Q, LIMIT, REFERENCE_CURSOR];

/// Another name of an entry.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({"alias": "B站", "former": false, "ambiguous": false}))]
pub struct AliasAnswer {
    /// As people write it.
    pub alias: String,
    /// Whether it is a name that was given up.
    pub former: bool,
    /// Whether other entries are called so too; then it is never taken for one of them silently.
    pub ambiguous: bool,
}

impl AliasAnswer {
    /// The aliases of an entry.
    pub fn all(aliases: &[Alias]) -> Vec<Self> {
        let answer = |it: &Alias| Self { alias: it.alias.clone(), former: it.former, ambiguous: it.ambiguous };
        aliases.iter().map(answer).collect()
    }
}

/// The number of cases of each value of a field.
#[derive(Debug)]
pub struct CaseCounts(HashMap<GroupValue, u64>);

impl CaseCounts {
    /// Counts all cases in use.
    pub async fn all(state: &AppState, view: &mut Snapshot, field: Field) -> Result<Self, ApiError> {
        Self::read(state, view, field, CaseFilter::default()).await
    }

    /// Counts the cases of a filter: those of the entries that are shown are soon counted.
    pub async fn read(
        state: &AppState,
        view: &mut Snapshot,
        field: Field,
        filter: CaseFilter,
    ) -> Result<Self, ApiError> {
        view.bring_columns(state).await?;
        let counts = view.in_memory(move |columns, catalog| {
            let question = Question { first: field, second: None, pay: PayOf::Nobody, filter: &filter };
            count(columns, catalog, question)
        });
        let known = counts.await??.rows.into_iter().filter_map(|group| {
            let cases = group.tally.count();
            Some((group.key?, cases))
        });
        Ok(Self(known.collect()))
    }

    /// The number of cases of the entry with this id.
    pub fn of_id(&self, id: i32) -> u64 {
        self.of(&GroupValue::Reference(id))
    }

    /// The number of cases with this text.
    pub fn of_text(&self, text: &str) -> u64 {
        self.of(&GroupValue::Text(text.to_owned()))
    }

    fn of(&self, value: &GroupValue) -> u64 {
        self.0.get(value).copied().unwrap_or_default()
    }
}

/// Which entries a reader asks for.
#[derive(Debug)]
pub struct ReferenceQuery {
    text: String,
    words: Vec<String>,
    limit: usize,
    after: Option<(bool, String)>,
}

/// One page of entries.
#[derive(Debug)]
pub struct Found<'a, E> {
    /// The entries, in order.
    pub entries: Vec<&'a E>,
    next_cursor: Option<String>,
}

impl<E: Entry> Found<'_, E> {
    /// The ids of these entries.
    pub fn ids(&self) -> Vec<E::Id> {
        self.entries.iter().map(|entry| entry.id()).collect()
    }

    /// The page that is answered.
    pub fn answer<Answer>(self, answer: impl Fn(&E) -> Answer) -> Page<Answer> {
        Page { items: self.entries.into_iter().map(answer).collect(), next_cursor: self.next_cursor }
    }
}

impl ReferenceQuery {
    /// Takes [`PAGING`] out of a request.
    pub fn parse(reader: &mut ParameterReader) -> Self {
        let text = reader.text(Q.name).unwrap_or_default();
        let words = search_text(&text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let limit = usize::try_from(reader.integer(LIMIT.name)).unwrap_or(usize::MAX);
        let after = reader.text(REFERENCE_CURSOR.name).and_then(|cursor| {
            let after = decode_cursor(&cursor);
            if after.is_none() {
                let message = "is not a cursor of this list; take `next_cursor` unchanged";
                reader.wrong(Mistake::new(REFERENCE_CURSOR.name, message));
            }
            after
        });
        Self { text, words, limit, after }
    }

    /// The page of those entries of a directory that are asked for: those that are called just what
    /// was searched for, then the others, each by slug.
    pub fn find<'a, E: Entry>(&self, directory: &'a Directory<E>, wanted: impl Fn(&E) -> bool) -> Found<'a, E> {
        let called_so: HashSet<E::Id> = directory.called(&self.text).map(Entry::id).collect();
        let mut found: Vec<(bool, &E)> = directory
            .having(&self.words)
            .filter(|entry| wanted(entry))
            .map(|entry| (!called_so.contains(&entry.id()), entry))
            .collect();
        found.sort_by(|left, right| (left.0, left.1.slug()).cmp(&(right.0, right.1.slug())));
        if let Some((others, slug)) = &self.after {
            found.retain(|(other, entry)| (*other, entry.slug()) > (*others, slug));
        }
        let more = found.len() > self.limit;
        found.truncate(self.limit);
        let next_cursor = found.last().filter(|_| more).map(|(other, entry)| encode_cursor(*other, entry.slug()));
        Found { entries: found.into_iter().map(|(_, entry)| entry).collect(), next_cursor }
    }
}

/// Whether the last entry of a page is one of the others, and its slug.
fn encode_cursor(other: bool, slug: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}{slug}", u8::from(other)))
}

fn decode_cursor(cursor: &str) -> Option<(bool, String)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (other, slug) = text.split_at_checked(1)?;
    match other {
        "0" => Some((false, slug.to_owned())),
        "1" => Some((true, slug.to_owned())),
        _ => None,
    }
}

/// The entry of exactly this slug, or 404 with what the name may have meant.
pub fn find<'a, E: Entry>(directory: &'a Directory<E>, what: &str, slug: &str) -> Result<&'a E, ApiError> {
    directory.by_slug(slug).ok_or_else(|| {
        let meant = match directory.resolve(slug) {
            Resolution::Found { entry, .. } => Some(entry),
            Resolution::Ambiguous(entries) => entries.first().copied(),
            Resolution::Unknown { near } => near.first().copied(),
        };
        ApiError::NotFound {
            detail: format!("There is no {what} with the slug `{slug}`."),
            did_you_mean: meant.map(|entry| entry.slug().to_owned()),
        }
    })
}

/// Refuses all parameters, for an operation that takes none.
pub fn no_parameters(query_string: &str) -> Result<(), ApiError> {
    Ok(ParameterReader::new(query_string, &[]).finish()?)
}
