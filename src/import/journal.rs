//! What is kept of imports.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use utoipa::ToSchema;

use super::report::Findings;
use crate::cases::Reference;
use crate::catalog::Catalog;
use crate::database::schema::imports;
use crate::model::entity::Entity;
use crate::privacy::masked;

/// The last import of a source.
#[derive(Debug, Clone, Queryable, Serialize, ToSchema)]
pub struct LastImport {
    /// Number of the import.
    pub id: i64,
    /// Name of the file, without its folder.
    pub file_name: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// When it was imported.
    pub finished_at: DateTime<Utc>,
}

/// The last import of each source but those that are left `out`, by the source's id.
pub async fn last_imports(connection: &mut AsyncPgConnection, out: &[i32]) -> QueryResult<HashMap<i32, LastImport>> {
    let last: Vec<(i32, LastImport)> = imports::table
        .select((imports::source_id, (imports::id, imports::file_name, imports::sha256, imports::finished_at)))
        .filter(imports::source_id.ne_all(out))
        .distinct_on(imports::source_id)
        .order((imports::source_id, imports::id.desc()))
        .load(connection)
        .await?;
    let shown =
        |(source, last): (i32, LastImport)| (source, LastImport { file_name: shown_name(&last.file_name), ..last });
    Ok(last.into_iter().map(shown).collect())
}

/// The name of a file as it is shown to everybody: with marks in place of numbers, addresses and accounts of persons. It is
/// stored as it is, since files are known again by it.
pub(super) fn shown_name(file_name: &str) -> String {
    // The ending apart: a number with letters right behind it is no number of a telephone.
    let (stem, ending) = file_name.rfind('.').map_or((file_name, ""), |dot| file_name.split_at(dot));
    format!("{}{ending}", masked(stem).0)
}

/// An import that was committed.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 1, "source": {"slug": "llm-product-article", "name": "大模型产品求职文章", "name_en": "Large-model product offers"},
    "file_name": "llm-product-article.md",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "finished_at": "2026-11-23T08:00:00Z", "rows_read": 14, "created": 14, "updated": 0, "unchanged": 0, "rejected": 0,
    "retired": 0, "reverts": null,
}))]
pub struct ImportSummary {
    /// Number of the import.
    pub id: i64,
    /// The source that the file was imported as.
    pub source: Reference,
    /// Name of the file, without its folder.
    pub file_name: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// When it was committed.
    pub finished_at: DateTime<Utc>,
    /// Rows of the table, the header and blank rows excluded: `created` + `updated` + `unchanged` + `rejected`.
    pub rows_read: i64,
    /// Rows that made a new case.
    pub created: i64,
    /// Rows that changed a case.
    pub updated: i64,
    /// Rows that changed nothing: their case is there as it is, or they were left out as the report says.
    pub unchanged: i64,
    /// Rows that were not imported.
    pub rejected: i64,
    /// Cases that the file no longer had, and that were taken out.
    pub retired: i64,
    /// The import that this one took back; null = it brought a file.
    #[schema(required)]
    pub reverts: Option<i64>,
}

/// An import with what it has to tell.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportWithReport {
    /// What was done.
    #[serde(flatten)]
    pub summary: ImportSummary,
    /// What is to be known of it.
    pub report: Findings,
}

/// At most `limit` imports that came before the one with the number `before`, the latest first; none of the sources that are
/// left `out`.
pub async fn list(
    connection: &mut AsyncPgConnection,
    catalog: &Catalog,
    out: &[i32],
    before: Option<i64>,
    limit: i64,
) -> QueryResult<Vec<ImportSummary>> {
    type Stored = ((i64, i32, String, String, DateTime<Utc>), (i64, i64, i64, i64, i64, i64), Option<i64>);
    use imports::columns as of;
    let stored: Vec<Stored> = imports::table
        .select((
            (of::id, of::source_id, of::file_name, of::sha256, of::finished_at),
            (of::rows_read, of::created, of::updated, of::unchanged, of::rejected, of::retired),
            of::reverts,
        ))
        .filter(of::id.lt(before.unwrap_or(i64::MAX)).and(of::source_id.ne_all(out)))
        .order(of::id.desc())
        .limit(limit)
        .load(connection)
        .await?;
    let summary = |((id, source_id, file_name, sha256, finished_at), counts, reverts): Stored| {
        let (rows_read, created, updated, unchanged, rejected, retired) = counts;
        let source = Reference::by_id(catalog.directory(Entity::Source), source_id).into_owned();
        ImportSummary {
            id,
            source,
            file_name: shown_name(&file_name),
            sha256,
            finished_at,
            rows_read,
            created,
            updated,
            unchanged,
            rejected,
            retired,
            reverts,
        }
    };
    Ok(stored.into_iter().map(summary).collect())
}

/// The import with this number, if it is of none of the sources that are left `out`.
pub async fn find(
    connection: &mut AsyncPgConnection,
    catalog: &Catalog,
    out: &[i32],
    id: i64,
) -> QueryResult<Option<ImportWithReport>> {
    let latest = list(connection, catalog, out, id.checked_add(1), 1).await?.pop();
    let Some(summary) = latest.filter(|summary| summary.id == id) else { return Ok(None) };
    let report: serde_json::Value = imports::table.find(id).select(imports::report).first(connection).await?;
    Ok(Some(ImportWithReport { summary, report: serde_json::from_value(report).unwrap_or_default() }))
}
