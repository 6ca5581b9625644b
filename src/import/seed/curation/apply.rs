//! Makes a curation: keeps it in mind, and brings it into the reference data at once.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::super::SeedError;
use super::super::reference;
use super::super::rows::ReferenceFile;
use super::{Action, Curation, is_curated};
use crate::catalog::{Catalog, Entry, FoundBy, Resolved};
use crate::database::{Database, dataset};
use crate::import::staging::Staging;
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::entity::Entity;
use crate::model::field::Kind;

/// What is asked to be done with an entry.
#[derive(Debug, Clone)]
pub enum Request {
    /// It gets another name; the one that it had becomes an alias.
    Rename {
        /// The new Chinese name.
        name: String,
    },
    /// Something is done with it alone.
    Do(Action),
    /// It becomes one with the entry of this name: cases move, its names become aliases, and its slug too.
    Merge {
        /// Slug, name or alias of the other one.
        into: String,
    },
}

/// Why nothing was curated. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum CurationError {
    /// Entries of this kind are not curated.
    #[error("no {0} is curated; what can be is: {1}")]
    Kind(String, String),
    /// Nothing is called so.
    #[error("no {0} is called `{1}`")]
    Unknown(String, String),
    /// Several entries are called so.
    #[error("`{0}` may mean {1}; write the slug")]
    Ambiguous(String, String),
    /// An entry cannot become one with itself.
    #[error("`{0}` and `{1}` are the same already")]
    Same(String, String),
    /// What was asked changes nothing.
    #[error("`{0}` is so already")]
    Unchanged(String),
    /// The entry has no such alias.
    #[error("`{0}` has no alias `{1}`")]
    NoAlias(String, String),
    /// Another entry has it for its name.
    #[error("`{0}` is the name of {1}; as an alias of {2} it would mean both")]
    Taken(String, String, String),
    /// It does not go with the other entries, or the database refused.
    #[error(transparent)]
    Refused(#[from] SeedError),
    /// The database refused.
    #[error("the database: {0}")]
    Database(#[from] diesel::result::Error),
    /// The database cannot be reached.
    #[error(transparent)]
    Away(#[from] crate::database::DatabaseError),
}

/// The entities whose entries are curated.
pub fn curated_entities() -> Vec<&'static str> {
    Entity::ALL.iter().filter(|entity| is_curated(**entity)).map(|entity| entity.slug()).collect()
}

/// Does with the entry of this name what is asked, and keeps it in mind. The slug of the entry, and the number of cases
/// that moved.
///
/// # Errors
/// Where nothing or several are called so, or a name would mean two entries.
pub async fn curate(
    database: &Database,
    entity: Entity,
    name: &str,
    request: &Request,
) -> Result<(String, usize), CurationError> {
    if !is_curated(entity) {
        return Err(CurationError::Kind(entity.singular(), curated_entities().join(", ")));
    }
    // The lock between imports comes before any other: they refer to entries by number.
    let _imports_wait = Staging::open(database).await?;
    let mut connection = database.connect().await?;
    connection
        .transaction(async |connection| {
            dataset::lock(connection).await?;
            let catalog = Catalog::load(connection, 0).await?;
            let entry = found(&catalog, entity, name)?;
            let other = match request {
                Request::Merge { into } => Some(found(&catalog, entity, into)?),
                _ => None,
            };
            if other.is_some_and(|other| other.id() == entry.id()) {
                return Err(CurationError::Same(name.to_owned(), entry.slug().to_owned()));
            }
            refuse_name_of_another(&catalog, entry, request)?;
            let curations = curations_of(entity, entry, other, request)?;
            let before = ReferenceFile::of_catalog(&catalog, entity).map_err(SeedError::from)?;
            let after = before.curated(&curations).map_err(SeedError::from)?;
            let changed = after.changed_since(&before).map_err(SeedError::from)?;
            if changed.rows.is_empty() {
                return Err(CurationError::Unchanged(name.to_owned()));
            }
            let moved = match other {
                Some(other) => move_all(connection, entity, entry.id(), other.id()).await?,
                None => 0,
            };
            reference::load(connection, std::slice::from_ref(&changed)).await?;
            for curation in &curations {
                record(connection, curation).await?;
            }
            Ok((other.unwrap_or(entry).slug().to_owned(), moved))
        })
        .await
}

/// Refuses an alias that is the slug or the name of another entry: who writes it means that one.
fn refuse_name_of_another(catalog: &Catalog, entry: &Entry, request: &Request) -> Result<(), CurationError> {
    let Request::Do(Action::AddAlias(alias)) = request else { return Ok(()) };
    match catalog.directory(entry.entity()).known(alias) {
        Some(Resolved::Found { entry: other, by, .. }) if by <= FoundBy::Name && other.id() != entry.id() => {
            Err(CurationError::Taken(alias.clone(), other.slug().to_owned(), entry.slug().to_owned()))
        }
        _ => Ok(()),
    }
}

fn found<'a>(catalog: &'a Catalog, entity: Entity, name: &str) -> Result<&'a Entry, CurationError> {
    let directory = catalog.directory(entity);
    if let Some(entry) = directory.by_slug(name) {
        return Ok(entry);
    }
    match directory.resolve(name) {
        Resolved::Found { entry, by, others } if by.is_exact() && others.is_empty() => Ok(entry),
        Resolved::Ambiguous { entries, .. } => {
            let slugs: Vec<&str> = entries.iter().map(|entry| entry.slug()).collect();
            Err(CurationError::Ambiguous(name.to_owned(), slugs.join(", ")))
        }
        Resolved::Found { entry, others, .. } if !others.is_empty() => {
            let slugs: Vec<&str> = others.iter().map(|other| other.slug()).chain([entry.slug()]).collect();
            Err(CurationError::Ambiguous(name.to_owned(), slugs.join(", ")))
        }
        _ => Err(CurationError::Unknown(entity.singular(), name.to_owned())),
    }
}

/// What is kept in mind of a request.
fn curations_of(
    entity: Entity,
    entry: &Entry,
    other: Option<&Entry>,
    request: &Request,
) -> Result<Vec<Curation>, CurationError> {
    let of = |entry: &Entry, action: Action| Curation {
        file: entity.table().file.to_owned(),
        slug: entry.slug().to_owned(),
        action,
    };
    let name_attribute = entity.table().attributes[0].name.to_owned();
    Ok(match (request, other) {
        (Request::Rename { name }, _) => vec![
            of(entry, Action::Set { attribute: name_attribute, value: Some(name.clone()) }),
            of(entry, Action::AddAlias(entry.name().to_owned())),
        ],
        (Request::Do(Action::RemoveAlias(alias)), _) => {
            let key = crate::text::name_key(alias);
            if !entry.aliases().iter().any(|other| crate::text::name_key(&other.alias) == key) {
                return Err(CurationError::NoAlias(entry.slug().to_owned(), alias.clone()));
            }
            vec![of(entry, Action::RemoveAlias(alias.clone()))]
        }
        (Request::Do(action), _) => vec![of(entry, action.clone())],
        (Request::Merge { .. }, Some(other)) => {
            let names = [Some(entry.name()), entry.name_en(), Some(entry.slug())].into_iter().flatten();
            let names = names.chain(entry.aliases().iter().map(|alias| alias.alias.as_str()));
            let merged = of(entry, Action::Merge { into: other.slug().to_owned() });
            std::iter::once(merged).chain(names.map(|name| of(other, Action::AddAlias(name.to_owned())))).collect()
        }
        (Request::Merge { .. }, None) => Vec::new(),
    })
}

/// What a table has that refers to entries of another.
#[derive(Debug, QueryableByName)]
struct Pointer {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
}

/// Makes everything that refers to one entry refer to another, also in earlier states of cases, and removes it. The number
/// of cases that moved.
async fn move_all(connection: &mut AsyncPgConnection, entity: Entity, from: i32, into: i32) -> QueryResult<usize> {
    let table = entity.table().name;
    let pointers: Vec<Pointer> = diesel::sql_query(format!(
        "select conrelid::regclass::text as table_name, quote_ident(attname) as column_name
         from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
         where contype = 'f' and confrelid = '{table}'::regclass and confdeltype <> 'c'"
    ))
    .load(connection)
    .await?;
    let mut moved = 0;
    for Pointer { table_name, column_name } in pointers {
        // Of its own kind nothing stands under itself.
        let own = if table_name == table { " and id <> $2" } else { "" };
        let count =
            diesel::sql_query(format!("update {table_name} set {column_name} = $2 where {column_name} = $1{own}"))
                .bind::<Integer, _>(from)
                .bind::<Integer, _>(into)
                .execute(connection)
                .await?;
        moved += if table_name == "offer_cases" { count } else { 0 };
    }
    if let Some(parent) = entity.table().parent() {
        let column = entity.table().attributes[parent].column();
        diesel::sql_query(format!(
            "update {table} set {column} = (select {column} from {table} gone where gone.id = $1)
             where id = $2 and {column} = $1"
        ))
        .bind::<Integer, _>(from)
        .bind::<Integer, _>(into)
        .execute(connection)
        .await?;
    }
    for column in Field::ALL.iter().filter(|field| matches!(field.kind(), Kind::Reference(of) if of == entity)) {
        let Some(column) = column.column() else { continue };
        diesel::sql_query(format!(
            "update offer_case_revisions set earlier = jsonb_set(earlier, '{{{column}}}', to_jsonb($2))
             where (earlier ->> '{column}')::integer = $1"
        ))
        .bind::<Integer, _>(from)
        .bind::<Integer, _>(into)
        .execute(connection)
        .await?;
    }
    diesel::sql_query(format!("delete from {table} where id = $1"))
        .bind::<Integer, _>(from)
        .execute(connection)
        .await?;
    Ok(moved)
}

/// Keeps a curation in mind, which is brought into the reference data by the caller.
pub async fn record(connection: &mut AsyncPgConnection, curation: &Curation) -> QueryResult<()> {
    let (action, attribute, argument) = curation.action.stored();
    diesel::sql_query(
        "insert into curations (file, slug, action, attribute, argument) values ($1, $2, $3::curation_action, $4, $5)",
    )
    .bind::<Text, _>(&curation.file)
    .bind::<Text, _>(&curation.slug)
    .bind::<Text, _>(action)
    .bind::<Nullable<Text>, _>(attribute)
    .bind::<Nullable<Text>, _>(argument)
    .execute(connection)
    .await
    .map(|_| ())
}
