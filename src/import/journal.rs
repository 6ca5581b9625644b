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

/// The last import of each source, by the source's id.
pub async fn last_imports(connection: &mut AsyncPgConnection) -> QueryResult<HashMap<i32, LastImport>> {
    let last: Vec<(i32, LastImport)> = imports::table
        .select((imports::source_id, (imports::id, imports::file_name, imports::sha256, imports::finished_at)))
        .distinct_on(imports::source_id)
        .order((imports::source_id, imports::id.desc()))
        .load(connection)
        .await?;
    Ok(last.into_iter().collect())
}

/// An import that was committed.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 1, "source": {"slug": "llm-product-article", "name": "大模型产品求职文章", "name_en": null},
    "file_name": "llm-product-article.md",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "finished_at": "2026-11-23T08:00:00Z", "rows_read": 14, "created": 14, "updated": 0, "unchanged": 0, "rejected": 0,
    "retired": 0,
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
    /// Rows that were there already as they are.
    pub unchanged: i64,
    /// Rows that were not imported.
    pub rejected: i64,
    /// Cases that the file no longer had, and that were taken out.
    pub retired: i64,
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

type SummaryRow = ((i64, i32, String, String, DateTime<Utc>), (i64, i64, i64, i64, i64, i64));

/// The columns of a [`SummaryRow`].
macro_rules! summary {
    () => {
        (
            (imports::id, imports::source_id, imports::file_name, imports::sha256, imports::finished_at),
            (
                imports::rows_read,
                imports::created,
                imports::updated,
                imports::unchanged,
                imports::rejected,
                imports::retired,
            ),
        )
    };
}

impl ImportSummary {
    fn from_row(row: SummaryRow, catalog: &Catalog) -> Self {
        let ((id, source_id, file_name, sha256, finished_at), counts) = row;
        let (rows_read, created, updated, unchanged, rejected, retired) = counts;
        let source = Reference::by_id(&catalog.sources, source_id).into_owned();
        Self { id, source, file_name, sha256, finished_at, rows_read, created, updated, unchanged, rejected, retired }
    }
}

/// At most `limit` imports that came before the one with the number `before`, the latest first.
pub async fn list(
    connection: &mut AsyncPgConnection,
    catalog: &Catalog,
    before: Option<i64>,
    limit: i64,
) -> QueryResult<Vec<ImportSummary>> {
    let rows: Vec<SummaryRow> = imports::table
        .select(summary!())
        .filter(imports::id.lt(before.unwrap_or(i64::MAX)))
        .order(imports::id.desc())
        .limit(limit)
        .load(connection)
        .await?;
    Ok(rows.into_iter().map(|row| ImportSummary::from_row(row, catalog)).collect())
}

/// The import with this number.
pub async fn find(
    connection: &mut AsyncPgConnection,
    catalog: &Catalog,
    id: i64,
) -> QueryResult<Option<ImportWithReport>> {
    let row: Option<(SummaryRow, serde_json::Value)> =
        imports::table.find(id).select((summary!(), imports::report)).first(connection).await.optional()?;
    let with_report = |(row, report)| ImportWithReport {
        summary: ImportSummary::from_row(row, catalog),
        report: serde_json::from_value(report).unwrap_or_default(),
    };
    Ok(row.map(with_report))
}
