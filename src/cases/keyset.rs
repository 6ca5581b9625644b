//! The order of a list in SQL, and where in it to go on.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, Bool, Nullable, Text, Uuid as SqlUuid};

use super::cursor::Cursor;
use super::expression::dynamic_expression;
use super::sort::{Sort, ValueType};

/// `array[...]`: the values that a row is ordered by, as text; null in the usual order, in which they stand in the row.
#[derive(Debug)]
pub(super) struct SortValues<'a>(pub(super) &'a Sort);

/// The keys of an order, the id last, so that the order is complete.
#[derive(Debug)]
pub(super) struct InOrder<'a>(pub(super) &'a Sort);

/// Whether a row comes after the cursor.
#[derive(Debug)]
pub(super) struct After<'a>(pub(super) &'a Sort, pub(super) Option<&'a Cursor>);

/// A query that gives at least so many rows, if there are, and few more.
///
/// The number stands in its text: of a parameter the database would not know how few they are, and would plan the query
/// anew each time. There are only a few such texts.
#[derive(Debug)]
pub(super) struct FirstRows<Q>(pub(super) Q, pub(super) u32);

impl<Q: Query> Query for FirstRows<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> QueryId for FirstRows<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for FirstRows<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(match self.1 {
            0..=21 => " limit 21",
            22..=51 => " limit 51",
            52..=101 => " limit 101",
            _ => " limit 201",
        });
        Ok(())
    }
}

dynamic_expression!(SortValues, Nullable<Array<Text>>);
dynamic_expression!(InOrder, Text);
dynamic_expression!(After, Bool);

impl QueryFragment<Pg> for SortValues<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if self.0.is_usual() {
            out.push_sql("null::text[]");
            return Ok(());
        }
        out.push_sql("array[");
        for (index, by) in self.0.0.iter().enumerate() {
            out.push_sql(if index == 0 { "(" } else { ", (" });
            out.push_sql(&by.expression);
            out.push_sql(")::text");
        }
        out.push_sql("]::text[]");
        Ok(())
    }
}

impl QueryFragment<Pg> for InOrder<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for by in &self.0.0 {
            out.push_sql(&by.expression);
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
        out.push_sql(&by.expression);
        out.push_sql(", ");
    }
    out.push_sql(if down { "offer_cases.id) < (" } else { "offer_cases.id) > (" });
    for (by, value) in sort.0.iter().zip(&cursor.values) {
        push_value(out, by.value_type, value)?;
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
        out.push_sql(&by.expression);
        out.push_sql(if by.descending { " < " } else { " > " });
        push_value(out, by.value_type, value)?;
        out.push_sql(" or (");
        out.push_sql(&by.expression);
        out.push_sql(" = ");
        push_value(out, by.value_type, value)?;
        out.push_sql(" and ");
    }
    out.push_sql(if down { "offer_cases.id < " } else { "offer_cases.id > " });
    out.push_bind_param::<SqlUuid, _>(&cursor.id)?;
    for _ in &sort.0 {
        out.push_sql("))");
    }
    Ok(())
}

fn push_value<'b>(out: &mut AstPass<'_, 'b, Pg>, value_type: ValueType, value: &'b String) -> QueryResult<()> {
    out.push_bind_param::<Text, _>(value)?;
    out.push_sql("::");
    out.push_sql(value_type.sql());
    Ok(())
}
