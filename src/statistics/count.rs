//! Counts of cases by one or two dimensions, with the percentiles of their pay.

use std::collections::HashMap;
use std::hash::Hash;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Double, Integer, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::Dimension;
use super::tally::{CountedGroup, Tally};
use crate::cases::filter::CaseFilter;
use crate::cases::filter_sql::{FilterCondition, PAY_ANNUAL};
use crate::engine::crossing::Crossing;

/// What is to be counted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The first dimension.
    pub first: Dimension,
    /// The second, to be crossed with the first.
    pub second: Option<Dimension>,
    /// Of which groups the percentiles of pay are wanted too.
    pub pay: WantedPay,
    /// Of which cases.
    pub filter: &'a CaseFilter,
}

/// Of which groups of one dimension percentiles of pay are wanted. Those of others may be missing. Numbers of cases with pay
/// are always counted, as are the percentiles of all cases and of the groups of two dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WantedPay {
    /// Pay is not wanted at all.
    No,
    /// Of none.
    OfNone,
    /// Of so many of the largest.
    OfLargest(usize),
    /// Of all.
    OfAll,
}

impl WantedPay {
    /// Whether anything about pay is wanted.
    pub fn is_any(self) -> bool {
        self != Self::No
    }
}

/// A value as the database prints it; `None` = unknown.
pub type Key = Option<String>;

/// Counts of the cases of a filter, all of one state of the database.
#[derive(Debug, Default)]
pub struct Counts {
    /// All cases of the filter.
    pub total: Tally,
    /// Cases by value of the first dimension.
    pub rows: Vec<CountedGroup<Key>>,
    /// Cases by value of the second dimension.
    pub columns: Vec<CountedGroup<Key>>,
    /// Cases by values of both.
    pub cells: Cells,
}

/// A group of two dimensions.
pub type Cell = CountedGroup<(Key, Key)>;

/// Cases by values of two dimensions.
#[derive(Debug)]
pub enum Cells {
    /// All groups.
    Counted(Vec<Cell>),
    /// Groups that are counted when it is known which are wanted.
    Later(Crossing),
}

impl Default for Cells {
    fn default() -> Self {
        Self::Counted(Vec::new())
    }
}

impl Cells {
    /// All groups.
    pub fn all(self) -> Vec<Cell> {
        match self {
            Self::Counted(cells) => cells,
            Self::Later(crossing) => crossing.all(),
        }
    }
}

/// Part, first value, second value, source, currency, number of cases, percentiles: of a source and currency the
/// number, of a currency the number and the percentiles.
type Row = (String, Key, Key, Option<i32>, Option<String>, i64, Option<Vec<f64>>);

/// Counts the cases of a filter.
pub async fn count(connection: &mut AsyncPgConnection, wanted: Wanted<'_>) -> QueryResult<Counts> {
    let rows: Vec<Row> = CountQuery { wanted, condition: FilterCondition(wanted.filter) }.load(connection).await?;
    let mut total = Tally::default();
    let (mut by_row, mut by_column, mut by_cell) = (HashMap::new(), HashMap::new(), HashMap::new());
    for (part, first, second, source, currency, cases, percentiles) in rows {
        let tally: &mut Tally = match part.as_str() {
            "row" => by_row.entry(first).or_default(),
            "column" => by_column.entry(second).or_default(),
            "cell" => by_cell.entry((first, second)).or_default(),
            _ => &mut total,
        };
        let cases = u64::try_from(cases).unwrap_or_default();
        match (source, currency, percentiles) {
            (Some(source), currency, _) => tally.add(source, currency, cases),
            (None, Some(currency), Some(percentiles)) => tally.set_percentiles(currency, &percentiles),
            _ => {}
        }
    }
    let cells = Cells::Counted(groups(by_cell));
    Ok(Counts { total, rows: groups(by_row), columns: groups(by_column), cells })
}

/// In the order of their keys: what follows must not depend on the order of a map.
fn groups<K: Ord + Hash>(tallies: HashMap<K, Tally>) -> Vec<CountedGroup<K>> {
    let mut groups: Vec<_> = tallies.into_iter().map(|(key, tally)| CountedGroup { key, tally }).collect();
    groups.sort_by(|left, right| left.key.cmp(&right.key));
    groups
}

/// One statement for all parts, so that they cannot disagree.
#[derive(Debug)]
struct CountQuery<'a> {
    wanted: Wanted<'a>,
    condition: FilterCondition<'a>,
}

impl Query for CountQuery<'_> {
    type SqlType =
        (Text, Nullable<Text>, Nullable<Text>, Nullable<Integer>, Nullable<Text>, BigInt, Nullable<Array<Double>>);
}

impl QueryId for CountQuery<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// The parts of an answer, each with the dimensions that it is grouped by.
const PARTS: &[(&str, bool, bool)] =
    &[("total", false, false), ("row", true, false), ("column", false, true), ("cell", true, true)];

impl QueryFragment<Pg> for CountQuery<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let Wanted { first, second, pay, .. } = self.wanted;
        let with_pay = pay.is_any();
        out.push_sql("with chosen as materialized (select offer_cases.source_id, ");
        out.push_sql(first.expression());
        out.push_sql(" as first, ");
        out.push_sql(second.map_or("null", Dimension::expression));
        out.push_sql(" as second, ");
        out.push_sql(if with_pay { PAY_ANNUAL } else { "null" });
        out.push_sql("::double precision as pay, ");
        out.push_sql(if with_pay { "case when offer_cases.pay_annual_max is not null then " } else { "" });
        out.push_sql(if with_pay { "offer_cases.pay_currency::text end" } else { "null::text" });
        out.push_sql(" as currency from offer_cases where ");
        self.condition.walk_ast(out.reborrow())?;
        out.push_sql(")");
        let mut union = " ";
        for (part, by_first, by_second) in PARTS {
            if *by_second && second.is_none() {
                continue;
            }
            let first = by_first.then_some(first);
            let second = second.filter(|_| *by_second);
            out.push_sql(union);
            push_counts(&mut out, part, first, second);
            if with_pay {
                out.push_sql(" union all ");
                push_percentiles(&mut out, part, first, second);
            }
            union = " union all ";
        }
        Ok(())
    }
}

/// Cases by value, source and currency.
fn push_counts(out: &mut AstPass<'_, '_, Pg>, part: &str, first: Option<Dimension>, second: Option<Dimension>) {
    push_keys(out, part, first, second);
    out.push_sql(", source_id, currency, count(*), null::double precision[] from chosen");
    push_values(out, first, second);
    out.push_sql(" group by 2, 3, 4, 5");
}

/// Percentiles of pay by value and currency.
fn push_percentiles(out: &mut AstPass<'_, '_, Pg>, part: &str, first: Option<Dimension>, second: Option<Dimension>) {
    push_keys(out, part, first, second);
    out.push_sql(
        ", null::integer, currency, count(*), \
         percentile_cont(array[0.1, 0.25, 0.5, 0.75, 0.9]) within group (order by pay) from chosen",
    );
    push_values(out, first, second);
    out.push_sql(" where currency is not null group by 2, 3, 5");
}

fn push_keys(out: &mut AstPass<'_, '_, Pg>, part: &str, first: Option<Dimension>, second: Option<Dimension>) {
    out.push_sql("select '");
    out.push_sql(part);
    out.push_sql("'");
    for (dimension, column, value) in [(first, "first", "one.value"), (second, "second", "two.value")] {
        out.push_sql(", ");
        out.push_sql(match dimension {
            None => "null",
            Some(dimension) if dimension.has_several_values() => value,
            Some(_) => column,
        });
        out.push_sql("::text");
    }
}

/// A case with several values of a dimension counts in each.
fn push_values(out: &mut AstPass<'_, '_, Pg>, first: Option<Dimension>, second: Option<Dimension>) {
    for (dimension, column, name) in [(first, "first", "one"), (second, "second", "two")] {
        if dimension.is_some_and(Dimension::has_several_values) {
            out.push_sql(" left join lateral (select distinct unnest(chosen.");
            out.push_sql(column);
            out.push_sql(") as value) ");
            out.push_sql(name);
            out.push_sql(" on true");
        }
    }
}
