//! What the seed once brought and its files no longer have: it goes where nothing points at it.
//!
//! A file that is not there at all says nothing of its rows, so that a folder may have only some of the files; a file of
//! cases that is gone takes its cases with it.

use std::collections::BTreeSet;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::SeedError;
use super::changes::{Change, FileChanges, KEPT};
use super::files::{CASES, SeedFiles};
use super::rows::{ReferenceFile, tables};
use crate::catalog::Entity;
use crate::database::schema::seed_entries;
use crate::model::entity::Table;

/// A file and the slug of a row of it; of a file of cases, that of its source.
pub(super) type SeedEntry = (String, String);

/// What the seed has brought so far.
pub(super) async fn loaded(connection: &mut AsyncPgConnection) -> QueryResult<BTreeSet<SeedEntry>> {
    let entries: Vec<SeedEntry> =
        seed_entries::table.select((seed_entries::file, seed_entries::slug)).load(connection).await?;
    Ok(entries.into_iter().collect())
}

/// Removes what these files no longer have, and keeps in mind what they have now.
pub(super) async fn remove(
    connection: &mut AsyncPgConnection,
    files: &SeedFiles,
    reference_files: &[ReferenceFile],
    before: BTreeSet<SeedEntry>,
) -> Result<Vec<FileChanges>, SeedError> {
    let mut now = entries_of(files, reference_files);
    let mut changes = Vec::new();
    // What refers to others goes before them. The rows of a fixed table stay.
    for table in tables().rev().filter(|table| !table.is_fixed()) {
        let gone = before.difference(&now).filter(|(file, _)| file == table.file).map(|(_, slug)| slug.clone());
        let gone: Vec<String> = gone.collect();
        if gone.is_empty() {
            continue;
        }
        let entry = |slug: &String| (table.file.to_owned(), slug.clone());
        if files.get(table.file).is_some() {
            let of_file = remove_rows(connection, table, &gone).await?;
            now.extend(of_file.names.get(KEPT).into_iter().flatten().map(entry));
            changes.push(of_file);
        } else {
            now.extend(gone.iter().map(entry));
        }
    }
    changes.reverse();
    diesel::delete(seed_entries::table).execute(connection).await?;
    let (files, slugs): (Vec<String>, Vec<String>) = now.into_iter().unzip();
    diesel::sql_query("insert into seed_entries (file, slug) select * from unnest($1, $2)")
        .bind::<Array<Text>, _>(files)
        .bind::<Array<Text>, _>(slugs)
        .execute(connection)
        .await?;
    Ok(changes)
}

/// What these files have.
fn entries_of(files: &SeedFiles, reference_files: &[ReferenceFile]) -> BTreeSet<SeedEntry> {
    let of_file = |file: &ReferenceFile| {
        let name = file.table.file;
        file.rows.iter().map(|row| (name.to_owned(), row.slug.clone())).collect::<Vec<_>>()
    };
    let of_cases = files.of_cases().map(|(path, source)| (path.to_owned(), source.to_owned()));
    reference_files.iter().flat_map(of_file).chain(of_cases).collect()
}

async fn remove_rows(connection: &mut AsyncPgConnection, table: &Table, gone: &[String]) -> QueryResult<FileChanges> {
    let mut changes = FileChanges::of(table.file);
    let name = table.name;
    let is_free = is_free(connection, table).await?;
    loop {
        let removed: Vec<Change> = diesel::sql_query(format!(
            "delete from {name} stored where stored.slug = any($1) and {is_free}
             returning 'removed' as what, stored.slug::text as name"
        ))
        .bind::<Array<Text>, _>(gone)
        .load(connection)
        .await?;
        // A parent is free when its children are gone.
        if removed.is_empty() {
            break;
        }
        changes.extend(removed);
    }
    let kept = format!("select $2 as what, slug::text as name from {name} where slug = any($1) order by 2");
    let kept: Vec<Change> =
        diesel::sql_query(kept).bind::<Array<Text>, _>(gone).bind::<Text, _>(KEPT).load(connection).await?;
    changes.extend(kept);
    Ok(changes)
}

/// The condition under which nothing points at the row `stored` of a table: no foreign key, of which aliases do not
/// count, since they go with their entry. Cases have their tags by slug.
async fn is_free(connection: &mut AsyncPgConnection, table: &Table) -> QueryResult<String> {
    let pointers = format!(
        "select format('not exists (select from %s where %I = stored.id)', conrelid::regclass, attname)
         from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
         where contype = 'f' and confrelid = '{}'::regclass and confdeltype <> 'c'",
        table.name
    );
    let mut conditions: Vec<String> = sql::<Text>(&pointers).load(connection).await?;
    if table.name == Entity::Tag.table().name {
        conditions.push("not exists (select from offer_cases where tags @> array[stored.slug::text])".to_owned());
    }
    Ok(if conditions.is_empty() { "true".to_owned() } else { conditions.join(" and ") })
}

/// The files of cases that the seed once brought and no longer has, each with its source.
pub(super) fn gone_cases(files: &SeedFiles, before: &BTreeSet<SeedEntry>) -> Vec<SeedEntry> {
    let is_gone = |(file, _): &&SeedEntry| file.starts_with(CASES) && files.get(file).is_none();
    before.iter().filter(is_gone).cloned().collect()
}
