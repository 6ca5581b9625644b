//! Finding the cases that have the words of a filter, which only the database looks for.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::filter::CaseFilter;
use super::filter_sql::FilterCondition;
use crate::database::schema::offer_cases;

/// The ordinals of all cases in use that a filter chooses, upwards, and the version of the data that they are of, in one
/// statement.
pub async fn find(connection: &mut AsyncPgConnection, filter: &CaseFilter) -> QueryResult<(Vec<u32>, i64)> {
    let found = "coalesce(array_agg(offer_cases.ordinal), '{}'), (select version from dataset)";
    let found = offer_cases::table.select(sql::<(Array<BigInt>, BigInt)>(found)).filter(FilterCondition(filter));
    let (ordinals, version): (Vec<i64>, i64) = found.get_result(connection).await?;
    let mut ordinals: Vec<u32> = ordinals.into_iter().filter_map(|ordinal| u32::try_from(ordinal).ok()).collect();
    ordinals.sort_unstable();
    Ok((ordinals, version))
}
