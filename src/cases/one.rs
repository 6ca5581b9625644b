//! A single case, and what is given of cases on request.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::OfferCase;
use super::row::{CaseColumns, CaseRow};
use crate::catalog::Catalog;
use crate::database::dataset::{CurrentDataset, Dataset};
use crate::database::schema::{offer_case_revisions, offer_cases};
use crate::parameters::{Kind, Mistake, Parameter, ParameterReader};

/// The parameter that asks for more of a case.
pub const INCLUDE: Parameter = Parameter {
    name: "include",
    description: "What to give beside the fields of a case: `raw` (the row as it was read), `source` (where it comes \
        from), `revisions` (its earlier states).",
    kind: Kind::SomeOf { allowed: &["raw", "source", "revisions"], sign: None, default: &[], most: None },
    example: "raw,source",
};

/// What is given of a case on request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Include {
    /// The row as it was read.
    pub raw: bool,
    /// Where it comes from.
    pub source: bool,
    /// Earlier states.
    pub revisions: bool,
}

impl Include {
    /// Whether it asks for what is not in the row of a case.
    pub fn needs_more_than_the_row(self) -> bool {
        self.raw || self.revisions
    }

    /// Takes `include` out of a request.
    pub fn parse(reader: &mut ParameterReader) -> Self {
        let words = reader.some_of(INCLUDE.name);
        let has = |wanted: &str| words.iter().any(|(_, word)| *word == wanted);
        Self { raw: has("raw"), source: has("source"), revisions: has("revisions") }
    }
}

/// An earlier state of a case.
#[derive(Debug, Clone, Serialize, Deserialize, Queryable, ToSchema)]
pub struct Revision {
    /// The revision that was replaced.
    pub revision: i32,
    /// When it was replaced.
    pub replaced_at: DateTime<Utc>,
    /// The import that replaced it; null = another way.
    #[schema(required)]
    pub replaced_by_import: Option<i64>,
    /// The whole earlier row, as it stood in the table.
    #[schema(value_type = Object)]
    pub earlier: serde_json::Value,
}

/// The case with this id, if it is in use.
pub async fn find<'a>(
    connection: &mut AsyncPgConnection,
    catalog: &'a Catalog,
    id: Uuid,
    include: Include,
) -> QueryResult<Option<OfferCase<'a>>> {
    let Some(row) = find_row(connection, id).await? else { return Ok(None) };
    let mut found = vec![OfferCase::from_row(row, catalog, include.source)];
    add_included(connection, &mut found, include).await?;
    Ok(found.pop())
}

/// The row of the case with this id, if it is in use.
pub(crate) async fn find_row(connection: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Option<CaseRow>> {
    Ok(find_row_at_version(connection, id).await?.map(|(row, _)| row))
}

/// The same with the version of the data that it is of.
pub(crate) async fn find_row_at_version(
    mut connection: &AsyncPgConnection,
    id: Uuid,
) -> QueryResult<Option<(CaseRow, Dataset)>> {
    offer_cases::table
        .select((CaseColumns, CurrentDataset))
        .filter(offer_cases::id.eq(id))
        .filter(offer_cases::retired_at.is_null())
        .get_result(&mut connection)
        .await
        .optional()
}

/// The same with what tells the case apart in this database.
pub(crate) async fn find_with_ordinal(
    connection: &mut AsyncPgConnection,
    id: Uuid,
) -> QueryResult<Option<(CaseRow, i64)>> {
    offer_cases::table
        .select((CaseRow::as_select(), offer_cases::ordinal))
        .filter(offer_cases::id.eq(id))
        .filter(offer_cases::retired_at.is_null())
        .first(connection)
        .await
        .optional()
}

/// Takes the id of a case out of a path; what is no id is a mistake of the request.
pub fn parse_id(reader: &mut ParameterReader, text: &str) -> Uuid {
    let parsed = Uuid::try_parse(text);
    if parsed.is_err() {
        let message = format!("`{text}` is not a UUID such as 5f0c8a4e-9c1b-4b7e-8f59-0d1f6f6f2a51");
        reader.wrong(Mistake::new("id", message));
    }
    parsed.unwrap_or_default()
}

/// Adds what was asked for and does not stand in [`CaseRow`].
pub(super) async fn add_included(
    connection: &mut AsyncPgConnection,
    cases: &mut [OfferCase<'_>],
    include: Include,
) -> QueryResult<()> {
    let ids: Vec<Uuid> = cases.iter().map(|case| case.id).collect();
    if include.raw {
        let rows: Vec<(Uuid, serde_json::Value)> = offer_cases::table
            .select((offer_cases::id, offer_cases::raw))
            .filter(offer_cases::id.eq_any(&ids))
            .load(connection)
            .await?;
        let mut raw: HashMap<_, _> = rows.into_iter().collect();
        for case in cases.iter_mut() {
            case.raw = raw.remove(&case.id);
        }
    }
    if include.revisions {
        use offer_case_revisions as r;
        let rows: Vec<(Uuid, Revision)> = r::table
            .select((r::case_id, (r::revision, r::replaced_at, r::replaced_by_import_id, r::earlier)))
            .filter(r::case_id.eq_any(&ids))
            .order((r::case_id, r::revision.desc()))
            .load(connection)
            .await?;
        let mut revisions: HashMap<Uuid, Vec<Revision>> = HashMap::new();
        for (case_id, revision) in rows {
            revisions.entry(case_id).or_default().push(revision);
        }
        for case in cases {
            case.revisions = Some(revisions.remove(&case.id).unwrap_or_default());
        }
    }
    Ok(())
}
