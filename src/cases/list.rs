//! Pages of cases in an order.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, Bool, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use utoipa::ToSchema;

use super::OfferCase;
use super::cursor::{CURSOR, Cursor};
use super::filter::CaseFilter;
use super::filter_sql::FilterCondition;
use super::one::{self, INCLUDE, Include};
use super::parameters::FilterParameters;
use super::row::CaseRow;
use super::sort::{SORT, Sort};
use crate::catalog::Catalog;
use crate::database::schema::offer_cases;
use crate::parameters::{Kind, Mistake, Parameter, ParameterReader, ParameterTable};

/// The parameter that says how long a page is.
pub const LIMIT: Parameter = Parameter {
    name: "limit",
    description: "The most items that a page has.",
    kind: Kind::Integer { min: 1, max: 200, default: 20 },
    example: "20",
};

const COUNT: Parameter = Parameter {
    name: "count",
    description: "`exact` adds `total`, the number of all cases that fit; it costs more than the page itself.",
    kind: Kind::OneOf { allowed: &["exact"], default: None },
    example: "exact",
};

/// The parameters of a list, beside those of the filter.
#[derive(Debug)]
pub struct ListParameters;

impl ParameterTable for ListParameters {
    const PARAMETERS: &'static [Parameter] = &[SORT, LIMIT, CURSOR, COUNT, INCLUDE];
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// What to give as `cursor` for the next page; null = this was the last.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// One page of cases.
#[derive(Debug, Serialize, ToSchema)]
pub struct CasePage {
    /// The cases, in order.
    pub items: Vec<OfferCase>,
    /// What to give as `cursor` for the next page; null = this was the last.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// The number of all cases that fit; only with `count=exact`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total: Option<i64>,
    /// Which single parameter to drop, and what that gives; only where no case fits and dropping one would help.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub hint: Option<Relaxation>,
}

/// A parameter whose dropping gives cases where there are none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"drop": "school_tier", "cases": 9}))]
pub struct Relaxation {
    /// The parameter to drop.
    #[schema(value_type = String)]
    pub drop: &'static str,
    /// How many cases then fit.
    pub cases: i64,
}

/// Which page of which cases a reader asks for.
#[derive(Debug)]
pub struct ListQuery {
    filter: CaseFilter,
    sort: Sort,
    limit: u32,
    after: Option<Cursor>,
    include: Include,
    count_exactly: bool,
}

impl ListQuery {
    /// Reads a query string.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(query_string: &str, catalog: &Catalog) -> Result<Self, Vec<Mistake>> {
        let mut reader =
            ParameterReader::new(query_string, &[FilterParameters::PARAMETERS, ListParameters::PARAMETERS]);
        let filter = CaseFilter::parse(&mut reader, catalog);
        let sort = Sort::parse(&mut reader);
        let limit = reader.integer(LIMIT.name);
        let include = Include::parse(&mut reader);
        let count_exactly = reader.one_of(COUNT.name).is_some();
        let after = reader
            .text(CURSOR.name)
            .and_then(|text| Cursor::decode(&text, &sort).map_err(|mistake| reader.wrong(mistake)).ok());
        reader.finish()?;
        Ok(Self { filter, sort, limit, after, include, count_exactly })
    }
}

/// Reads one page.
pub async fn list(connection: &mut AsyncPgConnection, catalog: &Catalog, query: &ListQuery) -> QueryResult<CasePage> {
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let mut rows: Vec<(CaseRow, Vec<String>)> = offer_cases::table
        .select((CaseRow::as_select(), SortValues(&query.sort)))
        .filter(FilterCondition(&query.filter))
        .filter(After(&query.sort, query.after.as_ref()))
        .order(InOrder(&query.sort))
        // One more than asked for tells whether there is a next page.
        .limit(i64::from(query.limit) + 1)
        .load(connection)
        .await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = match rows.last() {
        Some((last, values)) if more => Some(Cursor::new(&query.sort, values.clone(), last.id).encode()),
        _ => None,
    };
    let mut items: Vec<OfferCase> =
        rows.into_iter().map(|(row, _)| OfferCase::from_row(row, catalog, query.include.source)).collect();
    one::add_included(connection, &mut items, query.include).await?;
    let total = if query.count_exactly { Some(count(connection, &query.filter).await?) } else { None };
    let hint = if items.is_empty() && query.after.is_none() { relax(connection, &query.filter).await? } else { None };
    Ok(CasePage { items, next_cursor, total, hint })
}

async fn count(connection: &mut AsyncPgConnection, filter: &CaseFilter) -> QueryResult<i64> {
    offer_cases::table.filter(FilterCondition(filter)).count().get_result(connection).await
}

/// The parameter that gives the most cases when it is dropped; of equals the one that comes first.
async fn relax(connection: &mut AsyncPgConnection, filter: &CaseFilter) -> QueryResult<Option<Relaxation>> {
    let mut best: Option<Relaxation> = None;
    for (drop, relaxed) in filter.relaxed() {
        let cases = count(connection, &relaxed).await?;
        if cases > best.as_ref().map_or(0, |best| best.cases) {
            best = Some(Relaxation { drop, cases });
        }
    }
    Ok(best)
}

/// `array[...]`: the values that a row is ordered by, as text.
#[derive(Debug)]
struct SortValues<'a>(&'a Sort);

/// The keys of an order, the id last, so that the order is complete.
#[derive(Debug)]
struct InOrder<'a>(&'a Sort);

/// Whether a row comes after the cursor.
#[derive(Debug)]
struct After<'a>(&'a Sort, Option<&'a Cursor>);

/// An expression on `offer_cases` whose text differs from query to query.
macro_rules! dynamic_expression {
    ($type:ident, $sql_type:ty) => {
        impl Expression for $type<'_> {
            type SqlType = $sql_type;
        }
        impl AppearsOnTable<offer_cases::table> for $type<'_> {}
        impl SelectableExpression<offer_cases::table> for $type<'_> {}
        impl ValidGrouping<()> for $type<'_> {
            type IsAggregate = is_aggregate::Never;
        }
        impl QueryId for $type<'_> {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
    };
}

dynamic_expression!(SortValues, Array<Text>);
dynamic_expression!(InOrder, Text);
dynamic_expression!(After, Bool);

impl QueryFragment<Pg> for SortValues<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("array[");
        for (place, by) in self.0.0.iter().enumerate() {
            out.push_sql(if place == 0 { "(" } else { ", (" });
            out.push_sql(by.expression());
            out.push_sql(")::text");
        }
        out.push_sql("]::text[]");
        Ok(())
    }
}

impl QueryFragment<Pg> for InOrder<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for by in &self.0.0 {
            out.push_sql(by.expression());
            out.push_sql(if by.descending { " desc, " } else { ", " });
        }
        out.push_sql("offer_cases.id");
        out.push_sql(if self.0.id_descending() { " desc" } else { "" });
        Ok(())
    }
}

impl QueryFragment<Pg> for After<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let Self(sort, Some(cursor)) = self else {
            out.push_sql("true");
            return Ok(());
        };
        let down = sort.id_descending();
        if sort.0.iter().all(|by| by.descending == down) {
            push_row_after(&mut out, sort, cursor, down)
        } else {
            push_keys_after(&mut out, sort, cursor, down)
        }
    }
}

/// `(a, b, id) < ($1, $2, $3)`: one range of an index, where all keys run the same way.
fn push_row_after<'b>(out: &mut AstPass<'_, 'b, Pg>, sort: &Sort, cursor: &'b Cursor, down: bool) -> QueryResult<()> {
    out.push_sql("(");
    for by in &sort.0 {
        out.push_sql(by.expression());
        out.push_sql(", ");
    }
    out.push_sql(if down { "offer_cases.id) < (" } else { "offer_cases.id) > (" });
    for (by, value) in sort.0.iter().zip(&cursor.values) {
        push_value(out, by.sql_type(), value)?;
        out.push_sql(", ");
    }
    out.push_bind_param::<SqlUuid, _>(&cursor.id)?;
    out.push_sql(")");
    Ok(())
}

/// `(a < $1 or (a = $1 and (b > $2 or (b = $2 and id > $3))))`, where the keys run different ways.
fn push_keys_after<'b>(out: &mut AstPass<'_, 'b, Pg>, sort: &Sort, cursor: &'b Cursor, down: bool) -> QueryResult<()> {
    for (by, value) in sort.0.iter().zip(&cursor.values) {
        out.push_sql("(");
        out.push_sql(by.expression());
        out.push_sql(if by.descending { " < " } else { " > " });
        push_value(out, by.sql_type(), value)?;
        out.push_sql(" or (");
        out.push_sql(by.expression());
        out.push_sql(" = ");
        push_value(out, by.sql_type(), value)?;
        out.push_sql(" and ");
    }
    out.push_sql(if down { "offer_cases.id < " } else { "offer_cases.id > " });
    out.push_bind_param::<SqlUuid, _>(&cursor.id)?;
    for _ in &sort.0 {
        out.push_sql("))");
    }
    Ok(())
}

fn push_value<'b>(out: &mut AstPass<'_, 'b, Pg>, sql_type: &str, value: &'b String) -> QueryResult<()> {
    out.push_bind_param::<Text, _>(value)?;
    out.push_sql("::");
    out.push_sql(sql_type);
    Ok(())
}
