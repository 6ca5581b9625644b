//! Counts of cases by a dimension.

use std::collections::HashMap;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::Dimension;
use super::suppression::CountedGroup;
use crate::cases::filter::CaseFilter;
use crate::cases::filter_sql::FilterCondition;

/// Counts of the cases of a filter, all of one state of the database.
#[derive(Debug, Default)]
pub struct Counts {
    /// All cases of the filter.
    pub total: u64,
    /// Cases by value and source.
    pub groups: Vec<CountedGroup>,
    /// Cases by the id of their source.
    pub sources: Vec<(i32, u64)>,
}

/// Counts the cases of a filter by a dimension, and by source.
pub async fn count(
    connection: &mut AsyncPgConnection,
    dimension: Dimension,
    filter: &CaseFilter,
) -> QueryResult<Counts> {
    let rows: Vec<(String, Option<String>, Option<i32>, i64)> =
        CountQuery { dimension, condition: FilterCondition(filter) }.load(connection).await?;
    let mut counts = Counts::default();
    let mut places: HashMap<Option<String>, usize> = HashMap::new();
    for (part, key, source, cases) in rows {
        let cases = u64::try_from(cases).unwrap_or_default();
        match (part.as_str(), source) {
            ("source", Some(source)) => counts.sources.push((source, cases)),
            ("group", Some(source)) => {
                let place = *places.entry(key.clone()).or_insert(counts.groups.len());
                if place == counts.groups.len() {
                    counts.groups.push(CountedGroup { key, by_source: Vec::new() });
                }
                counts.groups[place].by_source.push((source, cases));
            }
            _ => counts.total = cases,
        }
    }
    Ok(counts)
}

/// One statement for all three parts, so that they cannot disagree.
#[derive(Debug)]
struct CountQuery<'a> {
    dimension: Dimension,
    condition: FilterCondition<'a>,
}

impl Query for CountQuery<'_> {
    type SqlType = (Text, Nullable<Text>, Nullable<Integer>, BigInt);
}

impl QueryId for CountQuery<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for CountQuery<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let several_values = self.dimension.has_several_values();
        out.push_sql("with chosen as materialized (select offer_cases.source_id, ");
        out.push_sql(self.dimension.expression());
        out.push_sql(" as value from offer_cases where ");
        self.condition.walk_ast(out.reborrow())?;
        out.push_sql(") select 'group', ");
        out.push_sql(if several_values { "one.value::text" } else { "value::text" });
        out.push_sql(", source_id, count(*) from chosen ");
        if several_values {
            out.push_sql("left join lateral (select distinct unnest(chosen.value) as value) one on true ");
        }
        out.push_sql(
            "group by 2, 3 \
             union all select 'source', null, source_id, count(*) from chosen group by 3 \
             union all select 'total', null, null, count(*) from chosen",
        );
        Ok(())
    }
}
