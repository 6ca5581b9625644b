//! Finding the cases that have the words of a filter, which only the database looks for.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::filter::CaseFilter;
use super::filter_sql::SearchCondition;

/// The ordinals of all cases with the words of a filter, and the version of the data that they are of, in one statement.
struct SearchQuery<'a>(SearchCondition<'a>);

impl Query for SearchQuery<'_> {
    type SqlType = (Array<BigInt>, BigInt);
}

impl QueryId for SearchQuery<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for SearchQuery<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "select coalesce(array_agg(offer_cases.ordinal), '{}'), (select version from dataset) from offer_cases where ",
        );
        self.0.walk_ast(out.reborrow())
    }
}

/// The ordinals of all cases in use that have the words of a filter, upwards, and the version of the data that they are
/// of.
pub async fn find(connection: &mut AsyncPgConnection, filter: &CaseFilter) -> QueryResult<(Vec<u32>, i64)> {
    let (ordinals, version): (Vec<i64>, i64) = SearchQuery(SearchCondition(filter)).get_result(connection).await?;
    let mut ordinals: Vec<u32> = ordinals.into_iter().filter_map(|ordinal| u32::try_from(ordinal).ok()).collect();
    ordinals.sort_unstable();
    Ok((ordinals, version))
}
