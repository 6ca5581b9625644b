//! A single case.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::fields::Fields;
use super::json::push_case;
use super::row::{CaseColumns, CaseRow};
use crate::catalog::Catalog;
use crate::database::dataset::{CurrentDataset, Dataset};
use crate::database::schema::offer_cases;
use crate::model::case::Field;
use crate::parameters::message;
use crate::parameters::{ParameterError, ParameterReader};

/// How long a case is as JSON, and a little more.
const CASE_BYTES: usize = 1500;

/// A case that is read and not written yet.
#[derive(Debug)]
pub struct ReadCase(CaseRow);

impl ReadCase {
    /// As JSON.
    pub fn write(&self, fields: &Fields, catalog: &Catalog) -> Vec<u8> {
        let mut json = Vec::with_capacity(CASE_BYTES);
        push_case(&mut json, fields.as_slice(), &self.0, catalog);
        json
    }
}

/// The case with this id, if it is in use and of no closed source, and the version of the data that it is of.
pub async fn find(
    mut connection: &AsyncPgConnection,
    catalog: &Catalog,
    id: Uuid,
    fields: &Fields,
) -> QueryResult<Option<(Dataset, ReadCase)>> {
    let found = offer_cases::table
        .select((CurrentDataset, CaseColumns(fields.as_slice())))
        .filter(offer_cases::id.eq(id))
        .filter(offer_cases::retired_at.is_null())
        .filter(offer_cases::source_id.ne_all(catalog.closed_sources()))
        .get_result(&mut connection)
        .await
        .optional()?;
    Ok(found.map(|(dataset, row)| (dataset, ReadCase(row))))
}

/// The same with what tells the case apart in this database.
pub(crate) async fn find_with_ordinal(
    connection: &mut AsyncPgConnection,
    catalog: &Catalog,
    id: Uuid,
    fields: &[Field],
) -> QueryResult<Option<(i64, CaseRow)>> {
    offer_cases::table
        .select((offer_cases::ordinal, CaseColumns(fields)))
        .filter(offer_cases::id.eq(id))
        .filter(offer_cases::retired_at.is_null())
        .filter(offer_cases::source_id.ne_all(catalog.closed_sources()))
        .get_result(connection)
        .await
        .optional()
}

/// The cases with these ordinals as they were at a version; `None` where one of them has changed since.
pub(crate) async fn find_by_ordinals(
    connection: &mut AsyncPgConnection,
    ordinals: &[i64],
    dataset_version: i64,
    fields: &[Field],
) -> QueryResult<Option<Vec<(i64, CaseRow)>>> {
    let rows: Vec<(i64, Option<i64>, CaseRow)> = offer_cases::table
        .select((offer_cases::ordinal, offer_cases::changed_in, CaseColumns(fields)))
        .filter(offer_cases::ordinal.eq_any(ordinals))
        .filter(offer_cases::retired_at.is_null())
        .load(connection)
        .await?;
    let has_changed = |(_, changed_in, _): &(_, Option<i64>, _)| changed_in.is_some_and(|at| at > dataset_version);
    let is_as_it_was = rows.len() == ordinals.len() && !rows.iter().any(has_changed);
    Ok(is_as_it_was.then(|| rows.into_iter().map(|(ordinal, _, row)| (ordinal, row)).collect()))
}

/// A case as a part of an answer.
pub(crate) fn json_of(case: &CaseRow, fields: &[Field], catalog: &Catalog) -> Box<RawValue> {
    let mut json = Vec::with_capacity(CASE_BYTES);
    push_case(&mut json, fields, case, catalog);
    RawValue::from_string(String::from_utf8_lossy(&json).into_owned())
        .unwrap_or_else(|error| unreachable!("a case is written as JSON: {error}"))
}

/// Takes the id of a case out of a path; what is no id is a mistake of the request.
pub fn parse_id(reader: &mut ParameterReader, text: &str) -> Uuid {
    let parsed = Uuid::try_parse(text);
    if parsed.is_err() {
        let message = message!(
            "`{text}` is not a UUID such as 5f0c8a4e-9c1b-4b7e-8f59-0d1f6f6f2a51",
            "`{text}` 不是 UUID，如 5f0c8a4e-9c1b-4b7e-8f59-0d1f6f6f2a51"
        );
        reader.wrong(ParameterError::new("id", message));
    }
    parsed.unwrap_or_default()
}
