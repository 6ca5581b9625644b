//! What imports had to make: names that nobody knew.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::catalog::Catalog;
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::entity::Entity;
use crate::model::field::{CREATES, Kind};

/// Known names that are told of a new one, at most.
const MAX_NEAR: usize = 3;
/// Rows that are told of a new name, at most.
const MAX_ROWS: usize = 3;

/// An entry that no seed file has and nobody has curated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeEntry {
    /// What it is.
    pub entity: Entity,
    /// Its slug.
    pub slug: String,
    /// Its name, as the first row had it.
    pub name: String,
    /// Cases of it that are not retired.
    pub case_count: i64,
    /// The first rows that have it, as `source:row`.
    pub rows: Vec<String>,
    /// Slugs of entries whose names are near.
    pub near: Vec<String>,
}

#[derive(Debug, QueryableByName)]
struct MadeRow {
    #[diesel(sql_type = Text)]
    slug: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    case_count: i64,
    #[diesel(sql_type = Array<Text>)]
    rows: Vec<String>,
}

/// The entries of a kind that imports make, of all kinds where none is said: at most `limit` of each, those with the most
/// cases first.
pub async fn made(
    connection: &mut AsyncPgConnection,
    catalog: &Catalog,
    kind: Option<Entity>,
    limit: i64,
) -> QueryResult<Vec<MadeEntry>> {
    let mut entries = Vec::new();
    for field in Field::that_can(CREATES) {
        let (Kind::Reference(entity), Some(column)) = (field.kind(), field.column()) else { continue };
        if kind.is_some_and(|kind| kind != entity) {
            continue;
        }
        for row in made_of(connection, entity, column, limit).await? {
            let candidates = catalog.directory(entity).candidates(&row.name, MAX_NEAR + 1).into_iter();
            let near = candidates.map(|near| near.entry.slug().to_owned()).filter(|near| *near != row.slug);
            let near = near.take(MAX_NEAR).collect();
            let MadeRow { slug, name, case_count, rows } = row;
            entries.push(MadeEntry { entity, slug, name, case_count, rows, near });
        }
    }
    Ok(entries)
}

async fn made_of(
    connection: &mut AsyncPgConnection,
    entity: Entity,
    column: &str,
    limit: i64,
) -> QueryResult<Vec<MadeRow>> {
    let table = entity.table();
    diesel::sql_query(format!(
        "select made.slug::text, made.name, count(cases.id) as case_count,
             coalesce((array_agg(sources.slug || ':' || cases.source_row
                 order by cases.created_at, cases.source_row) filter (where cases.source_row is not null))[:{MAX_ROWS}],
                 '{{}}') as rows
         from {table} made
             left join offer_cases cases on cases.{column} = made.id and cases.retired_at is null
             left join sources on sources.id = cases.source_id
         where not exists (select from seed_entries where file = $1 and seed_entries.slug = made.slug)
             and not exists (select from curations where file = $1 and curations.slug = made.slug)
         group by made.id order by case_count desc, made.slug limit $2",
        table = table.name
    ))
    .bind::<Text, _>(table.file)
    .bind::<BigInt, _>(limit)
    .load(connection)
    .await
}

/// The kinds of entries that imports make.
pub fn kinds() -> Vec<&'static str> {
    let entity = |field: Field| match field.kind() {
        Kind::Reference(entity) => Some(entity.slug()),
        _ => None,
    };
    Field::that_can(CREATES).filter_map(entity).collect()
}
