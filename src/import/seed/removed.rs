//! What the seed once brought and its files no longer have: it goes where nothing points at it.
//!
//! A file that is not there at all says nothing of its rows, so that a folder may have only some of the files; a file of
//! cases that is gone takes its cases with it.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{Array, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::changes::{Change, FileChanges, KEPT};
use super::files::{CASES, SeedFiles};
use super::{SeedError, rows};
use crate::database::schema::seed_entries;

/// A file and the slug of a row of it; of a file of cases, that of its source.
pub(super) type SeedEntry = (String, String);

/// The files whose rows can go, each with its table and the condition under which nothing points at a row of it, which
/// is called `stored`. School tiers are fixed, and entries of the guide go by themselves.
const TABLES: &[(&str, &str, &str)] = &[
    (
        "companies.csv",
        "companies",
        "not exists (select from offer_cases where company_id = stored.id)
         and not exists (select from companies where parent_id = stored.id)",
    ),
    ("roles.csv", "roles", "not exists (select from offer_cases where role_id = stored.id)"),
    (
        "majors.csv",
        "majors",
        "not exists (select from offer_cases where major_id = stored.id)
         and not exists (select from majors where parent_id = stored.id)",
    ),
    (
        "schools.csv",
        "schools",
        "not exists (select from offer_cases where school_id = stored.id)
         and not exists (select from offer_cases where bachelor_school_id = stored.id)",
    ),
    ("tags.csv", "tags", "not exists (select from offer_cases where tags @> array[stored.slug::text])"),
    (
        "sources.csv",
        "sources",
        "not exists (select from offer_cases where source_id = stored.id)
         and not exists (select from imports where source_id = stored.id)
         and not exists (select from guide_entries where source_id = stored.id)",
    ),
];

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
    before: BTreeSet<SeedEntry>,
) -> Result<Vec<FileChanges>, SeedError> {
    let mut now = entries_of(files)?;
    let mut changes = Vec::new();
    for (file, table, is_free) in TABLES {
        let gone = before.difference(&now).filter(|(of, _)| of == file).map(|(_, slug)| slug.clone());
        let gone: Vec<String> = gone.collect();
        if gone.is_empty() {
            continue;
        }
        if files.get(file).is_some() {
            let of_file = remove_rows(connection, (file, table, is_free), &gone).await?;
            let kept = of_file.names.get(KEPT).into_iter().flatten();
            now.extend(kept.map(|slug| ((*file).to_owned(), slug.clone())));
            changes.push(of_file);
        } else {
            now.extend(gone.into_iter().map(|slug| ((*file).to_owned(), slug)));
        }
    }
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
fn entries_of(files: &SeedFiles) -> Result<BTreeSet<SeedEntry>, SeedError> {
    let mut entries = BTreeSet::new();
    for (file, _, _) in TABLES {
        if let Some(bytes) = files.get(file) {
            entries.extend(rows::slugs(file, bytes)?.into_iter().map(|slug| ((*file).to_owned(), slug)));
        }
    }
    entries.extend(files.of_cases().map(|(path, source)| (path.to_owned(), source.to_owned())));
    Ok(entries)
}

async fn remove_rows(
    connection: &mut AsyncPgConnection,
    (file, table, is_free): (&str, &str, &str),
    gone: &[String],
) -> Result<FileChanges, SeedError> {
    let mut changes = FileChanges::of(file);
    loop {
        let removed: Vec<Change> = diesel::sql_query(format!(
            "delete from {table} stored where stored.slug = any($1) and {is_free}
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
    let kept = format!("select $2 as what, slug::text as name from {table} where slug = any($1) order by 2");
    let kept: Vec<Change> =
        diesel::sql_query(kept).bind::<Array<Text>, _>(gone).bind::<Text, _>(KEPT).load(connection).await?;
    changes.extend(kept);
    Ok(changes)
}

/// The files of cases that the seed once brought and no longer has, each with its source.
pub(super) fn gone_cases(files: &SeedFiles, before: &BTreeSet<SeedEntry>) -> Vec<SeedEntry> {
    let is_gone = |(file, _): &&SeedEntry| file.starts_with(CASES) && files.get(file).is_none();
    before.iter().filter(is_gone).cloned().collect()
}
