//! Reads the best candidates from the database.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::cases::row::{CaseColumns, CaseRow, WHOLE};
use crate::database::schema::offer_cases;
use crate::engine;

/// The best candidates, of one state of the database.
#[derive(Debug, Default)]
pub(super) struct Best {
    /// Each with its points: thousandths of weights times millionths of grades, added up. The most
    /// points first; of equals the least id.
    pub cases: Vec<(CaseRow, i64)>,
    /// Number of all candidates.
    pub considered: u64,
}

/// Reads the cases that were found in memory at a version; `None` where one of them is not as it was then.
pub(super) async fn read(
    connection: &mut AsyncPgConnection,
    found: &engine::best::Best,
    version: i64,
    limit: u32,
) -> QueryResult<Option<Best>> {
    let points: HashMap<i64, i64> = found.cases.iter().map(|case| (i64::from(case.ordinal), case.points)).collect();
    let ordinals: Vec<i64> = points.keys().copied().collect();
    let rows: Vec<(i64, Option<i64>, CaseRow)> = offer_cases::table
        .select((offer_cases::ordinal, offer_cases::changed_in, CaseColumns(WHOLE)))
        .filter(offer_cases::ordinal.eq_any(ordinals))
        .filter(offer_cases::retired_at.is_null())
        .load(connection)
        .await?;
    if rows.len() < points.len() || rows.iter().any(|(_, changed_in, _)| changed_in.is_some_and(|at| at > version)) {
        return Ok(None);
    }
    let with_points =
        |(ordinal, _, row): (i64, Option<i64>, CaseRow)| (row, points.get(&ordinal).copied().unwrap_or(0));
    let mut cases: Vec<(CaseRow, i64)> = rows.into_iter().map(with_points).collect();
    cases.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.id().cmp(&right.0.id())));
    cases.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(Some(Best { cases, considered: found.considered }))
}
