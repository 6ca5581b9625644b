//! Merging: the rows of the staging table into the table of cases, by set-based SQL in the caller's transaction.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use serde_json::json;

use super::new_names::{self, made_table};
use super::pipeline::Staged;
use super::staging::name_column;
use crate::catalog::Catalog;
use crate::database::schema::offer_cases;
use crate::model::case::Field;
use crate::model::field::{CREATES, MERGED};

/// Which cases that a file no longer has are retired.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Prune {
    /// None.
    #[default]
    Nothing,
    /// Those that came by a file of the same name: others of the source are somebody else's.
    SameFile,
    /// All of the source.
    Source,
}

/// Merges the rows of the staging table as those of a source, and completes the report, which is stored with the import.
/// The caller holds `dataset::lock`.
pub async fn merge(
    connection: &mut AsyncPgConnection,
    source_id: i32,
    prune: Prune,
    staged: &mut Staged,
    catalog: &Catalog,
) -> QueryResult<()> {
    for field in Field::that_can(CREATES) {
        staged.report.name_new(field, new_names::make(connection, field, catalog).await?);
    }
    let next_id = "select nextval(pg_get_serial_sequence('imports', 'id'))";
    let import_id: i64 = sql::<BigInt>(next_id).get_result(connection).await?;
    let written = upsert(connection, (source_id, import_id), staged.is_plain).await?;
    let number = |count: i64| usize::try_from(count).unwrap_or_default();
    staged.report.created = number(written.created);
    staged.report.updated = number(written.updated);
    staged.report.unchanged = number(written.staged - written.created - written.updated);
    // A file of which nothing could be read says nothing of what it no longer has.
    let says_something = staged.report.rejected == 0 || staged.report.rejected < staged.report.rows_read;
    if prune != Prune::Nothing && says_something {
        staged.report.retired = retire_missing(connection, (source_id, import_id), prune, staged).await?;
    }
    // Loading the same file twice leaves no trace.
    if staged.report.created + staged.report.updated + staged.report.retired > 0 {
        record(connection, (source_id, import_id), staged).await?;
    }
    for field in Field::that_can(CREATES) {
        connection.batch_execute(&format!("drop table {}", made_table(field))).await?;
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, QueryableByName)]
struct Written {
    #[diesel(sql_type = BigInt)]
    staged: i64,
    #[diesel(sql_type = BigInt)]
    created: i64,
    #[diesel(sql_type = BigInt)]
    updated: i64,
}

/// Writes the rows that are new or have changed, and nothing for the others.
async fn upsert(
    connection: &mut AsyncPgConnection,
    (source_id, import_id): (i32, i64),
    is_plain: bool,
) -> QueryResult<Written> {
    // `source_row` is none of these: a row that only moved has not changed.
    let merged = |sql: fn(Field, &str) -> String| {
        let columns = Field::that_can(MERGED).filter_map(|field| Some(sql(field, field.column()?)));
        columns.collect::<Vec<_>>().join(", ")
    };
    let columns = merged(|_, column| column.to_owned());
    let staged = merged(if is_plain { completed_value } else { staged_value });
    // A plain export leaves where its cases come from as it is.
    let (came_from, here) = match is_plain {
        true => ("here.source_key, here.source_row", "join offer_cases here on here.id = staged.id"),
        false => ("staged.source_key, staged.source_row", ""),
    };
    let old = merged(|_, column| format!("earlier.{column}"));
    let new = merged(|_, column| format!("excluded.{column}"));
    let made: String = Field::that_can(CREATES)
        .map(|field| (made_table(field), name_column(field)))
        .map(|(made, name)| format!(" left join {made} on {made}.name = staged.{name}"))
        .collect();
    // The first import of a source meets no case that it could change, and need not look for one row by row.
    let on_conflict = if is_first(connection, source_id).await? {
        String::new()
    } else {
        format!(
            "on conflict (source_id, source_key) do update
             set ({columns}) = row({new}),
                 source_row = excluded.source_row, import_id = excluded.import_id, retired_at = null
             where ({old}) is distinct from ({new})
                 or earlier.retired_at is not null"
        )
    };
    diesel::sql_query(format!(
        "with written as (
             insert into offer_cases as earlier
                 (id, source_id, source_key, source_row, import_id, {columns})
             select staged.id, $1, {came_from}, $2, {staged}
             from staged_cases staged {here} {made}
             {on_conflict}
             returning revision = 1 as created
         )
         select (select count(*) from staged_cases) as staged, count(*) filter (where created) as created,
             count(*) filter (where not created) as updated
         from written"
    ))
    .bind::<Integer, _>(source_id)
    .bind::<BigInt, _>(import_id)
    .get_result(connection)
    .await
}

/// What is merged of a staged row: its column, or what was made of a new name.
fn staged_value(field: Field, column: &str) -> String {
    if field.can(CREATES) {
        format!("coalesce(staged.{column}, {}.id)", made_table(field))
    } else {
        format!("staged.{column}")
    }
}

/// The same of a row that may lack the row as it was read, which its case has.
fn completed_value(field: Field, column: &str) -> String {
    match field {
        Field::Raw => format!("coalesce(staged.{column}, here.{column})"),
        _ => staged_value(field, column),
    }
}

/// Whether there is no case of a source yet, not even a retired one.
async fn is_first(connection: &mut AsyncPgConnection, source_id: i32) -> QueryResult<bool> {
    let of_source = offer_cases::table.filter(offer_cases::source_id.eq(source_id));
    let has_some: bool = diesel::select(diesel::dsl::exists(of_source)).get_result(connection).await?;
    Ok(!has_some)
}

/// Retires the cases that the file no longer has; those whose rows were rejected stay, since it still has them.
async fn retire_missing(
    connection: &mut AsyncPgConnection,
    (source_id, import_id): (i32, i64),
    prune: Prune,
    staged: &Staged,
) -> QueryResult<usize> {
    diesel::sql_query(
        "update offer_cases set retired_at = now(), import_id = $2
         where source_id = $1 and retired_at is null
           and ($3 or import_id in (select id from imports where source_id = $1 and file_name = $4))
           and not exists (select from staged_cases where staged_cases.source_key = offer_cases.source_key)
           and not exists (select from unnest($5) as rejected (key) where rejected.key = offer_cases.source_key)",
    )
    .bind::<Integer, _>(source_id)
    .bind::<BigInt, _>(import_id)
    .bind::<Bool, _>(prune == Prune::Source)
    .bind::<Text, _>(&staged.report.file_name)
    .bind::<Array<Text>, _>(&staged.rejected_keys)
    .execute(connection)
    .await
}

/// Stores the import, at which the cases that it changed point already.
async fn record(
    connection: &mut AsyncPgConnection,
    (source_id, import_id): (i32, i64),
    staged: &Staged,
) -> QueryResult<()> {
    diesel::sql_query(
        "insert into imports (id, source_id, file_name, sha256, rows_read, created, updated, unchanged, rejected,
             retired, report)
         overriding system value
         select $1, $2, $3, $4, counts.*, $5
         from jsonb_to_record($5) as counts (rows_read bigint, created bigint, updated bigint, unchanged bigint,
             rejected bigint, retired bigint)",
    )
    .bind::<BigInt, _>(import_id)
    .bind::<Integer, _>(source_id)
    .bind::<Text, _>(&staged.report.file_name)
    .bind::<Text, _>(&staged.sha256)
    .bind::<Jsonb, _>(json!(staged.report))
    .execute(connection)
    .await
    .map(|_| ())
}
