//! Curation: what people put right in reference data, kept in the database and laid over the seed whenever that is loaded,
//! so that it survives starts and other seeds.
//!
//! [`overlay`] lays curations over rows, [`apply`] makes one and brings it into the database, [`made`] lists what imports had
//! to make, [`diff`] tells how the seed files would have to change to say the same.

pub mod apply;
pub mod diff;
pub mod made;
mod overlay;

use std::collections::HashMap;

use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::catalog::Directory;
use crate::model::closed_set::ClosedSet;
use crate::model::entity::{Entity, Table};

/// Something that was put right of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curation {
    /// The seed file of the entry's table.
    pub file: String,
    /// The slug of the entry.
    pub slug: String,
    /// What was done with it.
    pub action: Action,
}

/// What is done with an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// An attribute gets a value, as a seed file has it.
    Set {
        /// The name of the attribute.
        attribute: String,
        /// The value; `None` = unknown.
        value: Option<String>,
    },
    /// It gets another name.
    AddAlias(String),
    /// It loses another name.
    RemoveAlias(String),
    /// It becomes one with another entry, whose slug this is.
    Merge {
        /// The slug of the other one.
        into: String,
    },
}

impl Action {
    /// As the database has it: the action, the attribute and the argument.
    fn stored(&self) -> (&'static str, Option<&str>, Option<&str>) {
        match self {
            Self::Set { attribute, value } => ("set", Some(attribute), value.as_deref()),
            Self::AddAlias(alias) => ("add_alias", None, Some(alias)),
            Self::RemoveAlias(alias) => ("remove_alias", None, Some(alias)),
            Self::Merge { into } => ("merge", None, Some(into)),
        }
    }
}

/// A row of the table of curations.
#[derive(Debug, QueryableByName)]
struct StoredCuration {
    #[diesel(sql_type = Text)]
    file: String,
    #[diesel(sql_type = Text)]
    slug: String,
    #[diesel(sql_type = Text)]
    action: String,
    #[diesel(sql_type = Nullable<Text>)]
    attribute: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    argument: Option<String>,
}

impl From<StoredCuration> for Curation {
    fn from(stored: StoredCuration) -> Self {
        let StoredCuration { file, slug, action, attribute, argument } = stored;
        let text = argument.clone().unwrap_or_default();
        let action = match (action.as_str(), attribute) {
            ("add_alias", _) => Action::AddAlias(text),
            ("remove_alias", _) => Action::RemoveAlias(text),
            ("merge", _) => Action::Merge { into: text },
            (_, attribute) => Action::Set { attribute: attribute.unwrap_or_default(), value: argument },
        };
        Self { file, slug, action }
    }
}

/// All curations, in the order in which they were made.
pub async fn load(connection: &mut AsyncPgConnection) -> QueryResult<Vec<Curation>> {
    let select = "select file, slug::text, action::text, attribute, argument from curations order by id";
    let stored: Vec<StoredCuration> = diesel::sql_query(select).load(connection).await?;
    Ok(stored.into_iter().map(Curation::from).collect())
}

/// The slug of the entry that an entry of this slug has become, where it was made one with others.
///
/// # Errors
/// Where the database refuses.
pub async fn became(
    connection: &mut AsyncPgConnection,
    directory: &Directory,
    entity: Entity,
    slug: &str,
) -> QueryResult<Option<String>> {
    let select = "select file, slug::text, action::text, attribute, argument from curations \
        where file = $1 and action = 'merge' order by id";
    let stored: Vec<StoredCuration> =
        diesel::sql_query(select).bind::<Text, _>(entity.table().file).load(connection).await?;
    let mut merged: HashMap<String, String> =
        stored.into_iter().filter_map(|stored| Some((stored.slug, stored.argument?))).collect();
    // Each step is taken once: what was made one with something may have been so with another before.
    let mut next = merged.remove(slug);
    while let Some(slug) = next.take_if(|slug| directory.by_slug(slug).is_none()) {
        next = merged.remove(&slug);
    }
    Ok(next)
}

/// Whether entries of an entity can be curated: those that have aliases, are not fixed, and that no other seed file
/// refers to.
pub fn is_curated(entity: Entity) -> bool {
    let refers = |table: &Table| table.attributes.iter().any(|attribute| attribute.refers_to() == Some(entity));
    let table = entity.table();
    let others = Entity::ALL.iter().filter(|other| **other != entity);
    table.aliases.is_some() && !table.is_fixed() && !others.into_iter().any(|other| refers(other.table()))
}
