//! Sources that people add and change themselves. They are theirs: a seed that is loaded later leaves alone what it does
//! not have, takes a source that it has too for the same one, and keeps what was changed by hand.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::seed::curation::apply::record;
use super::seed::curation::{Action, Curation};
use crate::catalog::SourceKind;
use crate::database::{Database, DatabaseError, dataset};
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::Visibility;
use crate::model::entity::Entity;

/// What is said of a source; `None` = nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceEntry {
    /// Title in Chinese.
    pub title: Option<String>,
    /// Title in English.
    pub title_en: Option<String>,
    /// What kind of source it is.
    pub kind: Option<SourceKind>,
    /// Where it was published.
    pub url: Option<String>,
    /// Licence of the data.
    pub licence: Option<String>,
    /// What a reader must know about it, in Chinese.
    pub note: Option<String>,
    /// The same in English.
    pub note_en: Option<String>,
    /// The smallest group that statistics show.
    pub min_group_size: Option<u32>,
    /// In which answers its cases stand.
    pub visibility: Option<Visibility>,
}

/// A source that is there.
#[derive(Debug, Clone, QueryableByName)]
pub struct StoredSource {
    /// Its slug.
    #[diesel(sql_type = Text)]
    pub slug: String,
    /// Its title in Chinese.
    #[diesel(sql_type = Text)]
    pub title: String,
    /// What kind of source it is.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Its cases in use.
    #[diesel(sql_type = BigInt)]
    pub cases: i64,
    /// Whether the seed has it.
    #[diesel(sql_type = Bool)]
    pub is_of_seed: bool,
}

/// Why a source was not added or changed. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The slug is none.
    #[error("`{0}` is no slug: small letters, digits, and a hyphen between them, such as my-friends")]
    Slug(String),
    /// It is there already.
    #[error("there is a source `{0}` already; `sources edit` changes it")]
    Exists(String),
    /// It is not there.
    #[error("no source has the slug `{slug}`; known are: {known}")]
    Unknown {
        /// What was given.
        slug: String,
        /// The slugs of all sources.
        known: String,
    },
    /// Nothing is said of it.
    #[error("say what is to be changed, such as --title")]
    Nothing,
    /// A value is empty that is needed.
    #[error("the {0} of a source is needed")]
    Empty(&'static str),
    /// The database refused.
    #[error("the database: {0}")]
    Database(#[from] diesel::result::Error),
    /// The database cannot be reached.
    #[error(transparent)]
    Away(#[from] DatabaseError),
}

impl SourceEntry {
    /// What is said, as attributes of the table with their values; an empty one is unknown.
    fn said(&self) -> Vec<(&'static str, Option<String>)> {
        let text = |name, value: &Option<String>| Some((name, value.as_ref().map(|text| text.trim().to_owned())?));
        let texts = [
            text("title", &self.title),
            text("title_en", &self.title_en),
            text("url", &self.url),
            text("licence", &self.licence),
            text("note", &self.note),
            text("note_en", &self.note_en),
        ];
        let texts = texts.into_iter().flatten().map(|(name, text)| (name, Some(text).filter(|text| !text.is_empty())));
        let kind = self.kind.map(|kind| ("kind", Some(kind.slug().to_owned())));
        let size = self.min_group_size.map(|size| ("min_group_size", Some(size.to_string())));
        let visibility = self.visibility.map(|visibility| ("visibility", Some(visibility.slug().to_owned())));
        texts.chain(kind).chain(size).chain(visibility).collect()
    }
}

/// Adds a source.
///
/// # Errors
/// Where the slug is none or taken; nothing has changed then.
pub async fn add(database: &Database, slug: &str, entry: &SourceEntry) -> Result<(), SourceError> {
    let mut connection = database.connect().await?;
    connection
        .transaction(async |connection| {
            dataset::lock(connection).await?;
            if is_there(connection, slug).await? {
                return Err(SourceError::Exists(slug.to_owned()));
            }
            insert(connection, slug, entry).await
        })
        .await
}

/// Adds a source within the caller's transaction, unless there is one of this slug.
///
/// # Errors
/// Where the slug is none.
pub async fn add_if_missing(
    connection: &mut AsyncPgConnection,
    slug: &str,
    entry: &SourceEntry,
) -> Result<(), SourceError> {
    dataset::lock(connection).await?;
    if is_there(connection, slug).await? { Ok(()) } else { insert(connection, slug, entry).await }
}

async fn is_there(connection: &mut AsyncPgConnection, slug: &str) -> QueryResult<bool> {
    let there = "select exists (select from sources where slug = $1) as there";
    let there: There = diesel::sql_query(there).bind::<Text, _>(slug).get_result(connection).await?;
    Ok(there.there)
}

#[derive(QueryableByName)]
struct There {
    #[diesel(sql_type = Bool)]
    there: bool,
}

async fn insert(connection: &mut AsyncPgConnection, slug: &str, entry: &SourceEntry) -> Result<(), SourceError> {
    check_slug(slug)?;
    let said: BTreeMap<&str, Option<String>> = entry.said().into_iter().collect();
    let of = |name: &str| said.get(name).cloned().flatten();
    let size = entry.min_group_size.map_or(1, |size| i32::try_from(size).unwrap_or(i32::MAX));
    diesel::sql_query(
        "insert into sources (slug, title, title_en, url, kind, licence, note, note_en, min_group_size,
             visibility)
         values ($1, $2, $3, $4, $5::source_kind, $6, $7, $8, $9, $10::source_visibility)",
    )
    .bind::<Text, _>(slug)
    .bind::<Text, _>(of("title").unwrap_or_else(|| slug.to_owned()))
    .bind::<Nullable<Text>, _>(of("title_en"))
    .bind::<Nullable<Text>, _>(of("url"))
    .bind::<Text, _>(entry.kind.unwrap_or(SourceKind::OwnRecords).slug())
    .bind::<Nullable<Text>, _>(of("licence"))
    .bind::<Nullable<Text>, _>(of("note"))
    .bind::<Nullable<Text>, _>(of("note_en"))
    .bind::<Integer, _>(size)
    .bind::<Text, _>(entry.visibility.unwrap_or(Visibility::Open).slug())
    .execute(connection)
    .await?;
    Ok(())
}

/// Refuses what is no slug, as the database would.
fn check_slug(slug: &str) -> Result<(), SourceError> {
    const MAX_CHARS: usize = 80;
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let is_slug =
        slug.len() <= MAX_CHARS && slug.split(['-', '_']).all(is_word) && slug != crate::cases::parse::UNKNOWN;
    if is_slug { Ok(()) } else { Err(SourceError::Slug(slug.to_owned())) }
}

/// Changes what is said of a source; a seed that is loaded later keeps that.
///
/// # Errors
/// Where there is none of this slug, or nothing is said; nothing has changed then.
pub async fn edit(database: &Database, slug: &str, entry: &SourceEntry) -> Result<(), SourceError> {
    let said = entry.said();
    if said.is_empty() {
        return Err(SourceError::Nothing);
    }
    if let Some((name, _)) = said.iter().find(|(name, value)| *name == "title" && value.is_none()) {
        return Err(SourceError::Empty(name));
    }
    let mut connection = database.connect().await?;
    connection
        .transaction(async |connection| {
            dataset::lock(connection).await?;
            if !is_there(connection, slug).await? {
                let known = list_within(connection).await?.into_iter().map(|source| source.slug);
                let known = known.collect::<Vec<_>>().join(", ");
                return Err(SourceError::Unknown { slug: slug.to_owned(), known });
            }
            for (attribute, value) in said {
                let sql_type = match attribute {
                    "kind" => "source_kind",
                    "min_group_size" => "integer",
                    "visibility" => "source_visibility",
                    _ => "text",
                };
                diesel::sql_query(format!("update sources set {attribute} = $2::{sql_type} where slug = $1"))
                    .bind::<Text, _>(slug)
                    .bind::<Nullable<Text>, _>(&value)
                    .execute(connection)
                    .await?;
                let file = Entity::Source.table().file.to_owned();
                let action = Action::Set { attribute: attribute.to_owned(), value };
                record(connection, &Curation { file, slug: slug.to_owned(), action }).await?;
            }
            Ok(())
        })
        .await
}

/// All sources, by slug.
///
/// # Errors
/// Where the database refuses.
pub async fn list(database: &Database) -> Result<Vec<StoredSource>, SourceError> {
    Ok(list_within(&mut database.connect().await?).await?)
}

async fn list_within(connection: &mut AsyncPgConnection) -> QueryResult<Vec<StoredSource>> {
    diesel::sql_query(
        "select slug::text, title, kind::text,
             (select count(*) from offer_cases where source_id = sources.id and retired_at is null) as cases,
             exists (select from seed_entries where file = $1 and seed_entries.slug = sources.slug) as is_of_seed
         from sources order by slug",
    )
    .bind::<Text, _>(Entity::Source.table().file)
    .load(connection)
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_small_letters_and_digits_with_hyphens_between() {
        for slug in ["a", "a_b", "my-friends", "class-2024", "2024"] {
            assert!(check_slug(slug).is_ok(), "{slug}");
        }
        for slug in ["", "-a", "a-", "a--b", "My", "我的", "a b", "a-_b", "unknown", &"a".repeat(81)] {
            assert!(check_slug(slug).is_err(), "{slug}");
        }
    }
}
