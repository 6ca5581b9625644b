//! What is kept of imports.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use utoipa::ToSchema;

use crate::database::schema::imports;

/// The last import of a source.
#[derive(Debug, Clone, Serialize, ToSchema)]
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
    let rows: Vec<(i32, i64, String, String, DateTime<Utc>)> = imports::table
        .select((imports::source_id, imports::id, imports::file_name, imports::sha256, imports::finished_at))
        .distinct_on(imports::source_id)
        .order((imports::source_id, imports::id.desc()))
        .load(connection)
        .await?;
    let last = |(source_id, id, file_name, sha256, finished_at)| {
        (source_id, LastImport { id, file_name, sha256, finished_at })
    };
    Ok(rows.into_iter().map(last).collect())
}
