//! The seed's files of cases.

use std::collections::BTreeSet;
use std::sync::Arc;

use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::SeedError;
use super::changes::{Change, FileChanges};
use super::files::{CASES, SeedFiles};
use super::removed::{SeedEntry, gone_cases};
use crate::catalog::Catalog;
use crate::import::key_column::KeyTrust;
use crate::import::merge::{self, Prune};
use crate::import::pipeline::{KnownBy, Staged};
use crate::import::report::Report;
use crate::import::sources::Portion;
use crate::import::staging::Staging;
use crate::import::{ImportError, ImportFile, ImportOptions, import_file, key, sources};
use crate::model::entity::Entity;

/// Changed cases that are looked at, of each file.
const MAX_REPORTED: i64 = 1000;

/// Imports each file of cases as the source that it is named after. Cases that came by this file and are no longer in
/// it are retired, and so are those of a file that is gone; other cases of the source stay.
pub(super) async fn load(
    connection: &mut AsyncPgConnection,
    staging: &Staging,
    files: &SeedFiles,
    before: &BTreeSet<SeedEntry>,
) -> Result<Vec<(Report, Option<FileChanges>)>, SeedError> {
    // Whoever keeps a seed keeps the keys of its cases.
    let options = ImportOptions { prune: Prune::SameFile, keys: KeyTrust::Said, ..ImportOptions::default() };
    let mut imported = Vec::new();
    for (path, source) in files.of_cases() {
        let name = path.strip_prefix(CASES).unwrap_or(path);
        let file = ImportFile::of(name, files.get(path).unwrap_or_default());
        let portion = Portion::whole(source);
        let catalog = Arc::new(Catalog::load(connection, 0).await?);
        let progress = Arc::default();
        let (report, _) = import_file(connection, staging, &file, &portion, &options, &progress, catalog).await?;
        let changes = changes_of(connection, path, &report).await?;
        imported.push((report, changes));
    }
    for (path, source) in gone_cases(files, before) {
        let report = retire_all(connection, staging, &path, &source).await?;
        let changes = changes_of(connection, &path, &report).await?;
        imported.push((report, changes));
    }
    Ok(imported)
}

/// Retires the cases that came by a file, as if it had no rows any more.
async fn retire_all(
    connection: &mut AsyncPgConnection,
    staging: &Staging,
    path: &str,
    source: &str,
) -> Result<Report, SeedError> {
    let catalog = Catalog::load(connection, 0).await?;
    let source = sources::find(catalog.directory(Entity::Source), source)?;
    staging.clear().await.map_err(ImportError::from)?;
    let report = Report::on(source.slug(), path.strip_prefix(CASES).unwrap_or(path));
    let mut staged = Staged {
        report,
        sha256: key::sha256_hex(b""),
        is_plain: false,
        log: None,
        rejected_keys: Vec::new(),
        known_by: KnownBy::default(),
    };
    let options = ImportOptions { prune: Prune::SameFile, ..ImportOptions::default() };
    merge::merge(connection, source, &options, &mut staged, &catalog).await?;
    Ok(staged.report)
}

/// Which cases an import has just changed; `None` where it changed none.
async fn changes_of(
    connection: &mut AsyncPgConnection,
    path: &str,
    report: &Report,
) -> Result<Option<FileChanges>, SeedError> {
    if report.created + report.updated + report.retired == 0 {
        return Ok(None);
    }
    let changed: Vec<Change> = diesel::sql_query(
        "select case when retired_at is not null then 'cases retired' when revision = 1 then 'cases created'
                 else 'cases updated' end as what,
             format('row %s: %s, %s', source_row, companies.name, roles.name) as name
         from offer_cases join companies on companies.id = company_id join roles on roles.id = role_id
         where import_id = (select max(imports.id) from imports join sources on sources.id = imports.source_id
             where sources.slug = $1)
         order by source_row limit $2",
    )
    .bind::<Text, _>(&report.source)
    .bind::<BigInt, _>(MAX_REPORTED)
    .load(connection)
    .await?;
    let mut changes = FileChanges::of(path);
    changes.extend(changed);
    Ok(Some(changes))
}
