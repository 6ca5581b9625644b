//! The SQL condition of a [`CaseFilter`], the same wherever cases are chosen.

use diesel::QueryResult;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, Bool, HasSqlType, Integer, SingleValue, SmallInt, Text};

use super::filter::{CaseFilter, Choice, SearchWord, SummaryTerm, Values};
use crate::database::schema::offer_cases;
use crate::database::schema::sql_types::DegreeType;

/// The summary as words are looked for in it; the same as `catalog::name::search_text` but for
/// runs of white space.
const SEARCHED_SUMMARY: &str = "lower(normalize(offer_cases.summary, NFKC))";

/// The condition of a filter on the table `offer_cases`. Never null.
#[derive(Debug, Clone, Copy)]
pub struct FilterCondition<'a>(pub &'a CaseFilter);

impl Expression for FilterCondition<'_> {
    type SqlType = Bool;
}
impl AppearsOnTable<offer_cases::table> for FilterCondition<'_> {}
impl SelectableExpression<offer_cases::table> for FilterCondition<'_> {}
impl ValidGrouping<()> for FilterCondition<'_> {
    type IsAggregate = is_aggregate::Never;
}
impl QueryId for FilterCondition<'_> {
    // The text differs from filter to filter; statements are cached by their text.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for FilterCondition<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let filter = self.0;
        out.push_sql("offer_cases.retired_at is null");
        push_choice::<Integer, _>(&mut out, "offer_cases.company_id", &filter.company)?;
        push_choice::<Integer, _>(&mut out, "offer_cases.role_id", &filter.role)?;
        push_choice::<Integer, _>(&mut out, "offer_cases.major_id", &filter.major)?;
        push_choice::<SmallInt, _>(&mut out, "offer_cases.school_tier", &filter.school_tier)?;
        push_choice::<SmallInt, _>(&mut out, "offer_cases.bachelor_tier", &filter.bachelor_tier)?;
        push_choice::<SmallInt, _>(&mut out, "offer_cases.master_tier", &filter.master_tier)?;
        push_choice::<DegreeType, _>(&mut out, "offer_cases.highest_degree", &filter.highest_degree)?;
        push_tags(&mut out, &filter.tag)?;
        push_choice::<Integer, _>(&mut out, "offer_cases.source_id", &filter.source)?;
        for word in &filter.words {
            push_word(&mut out, word)?;
        }
        Ok(())
    }
}

/// ` and ...` for a column that holds one value or null.
fn push_choice<'b, Sql, T>(
    out: &mut AstPass<'_, 'b, Pg>,
    column: &'static str,
    choice: &'b Choice<T>,
) -> QueryResult<()>
where
    Pg: HasSqlType<Sql>,
    Sql: SingleValue,
    Vec<T>: ToSql<Array<Sql>, Pg>,
{
    if !choice.any_of.is_empty() {
        out.push_sql(" and ");
        push_is_one_of(out, column, &choice.any_of)?;
    }
    if !choice.none_of.is_empty() {
        // `is not true`: an unknown value is not one of the known ones.
        out.push_sql(" and ");
        push_is_one_of(out, column, &choice.none_of)?;
        out.push_sql(" is not true");
    }
    Ok(())
}

fn push_is_one_of<'b, Sql, T>(
    out: &mut AstPass<'_, 'b, Pg>,
    column: &'static str,
    values: &'b Values<T>,
) -> QueryResult<()>
where
    Pg: HasSqlType<Sql>,
    Sql: SingleValue,
    Vec<T>: ToSql<Array<Sql>, Pg>,
{
    out.push_sql("(");
    if values.unknown {
        out.push_sql(column);
        out.push_sql(" is null");
    }
    if !values.known.is_empty() {
        out.push_sql(if values.unknown { " or " } else { "" });
        out.push_sql(column);
        out.push_sql(" = any(");
        out.push_bind_param::<Array<Sql>, _>(&values.known)?;
        out.push_sql(")");
    }
    out.push_sql(")");
    Ok(())
}

/// ` and ...` for the tags, of which a case may have several; none of them is the unknown value.
fn push_tags<'b>(out: &mut AstPass<'_, 'b, Pg>, choice: &'b Choice<String>) -> QueryResult<()> {
    for (values, before) in [(&choice.any_of, " and ("), (&choice.none_of, " and not (")] {
        if values.is_empty() {
            continue;
        }
        out.push_sql(before);
        if values.unknown {
            out.push_sql("offer_cases.tags = '{}'");
        }
        if !values.known.is_empty() {
            out.push_sql(if values.unknown { " or " } else { "" });
            out.push_sql("offer_cases.tags && ");
            out.push_bind_param::<Array<Text>, _>(&values.known)?;
        }
        out.push_sql(")");
    }
    Ok(())
}

/// ` and ...` for a word that must occur in a name, a tag or the summary.
fn push_word<'b>(out: &mut AstPass<'_, 'b, Pg>, word: &'b SearchWord) -> QueryResult<()> {
    out.push_sql(" and (");
    for (column, ids) in [
        ("offer_cases.company_id", &word.companies),
        ("offer_cases.role_id", &word.roles),
        ("offer_cases.major_id", &word.majors),
    ] {
        if !ids.is_empty() {
            out.push_sql(column);
            out.push_sql(" = any(");
            out.push_bind_param::<Array<Integer>, _>(ids)?;
            out.push_sql(") or ");
        }
    }
    if !word.tags.is_empty() {
        out.push_sql("offer_cases.tags && ");
        out.push_bind_param::<Array<Text>, _>(&word.tags)?;
        out.push_sql(" or ");
    }
    match &word.in_summary {
        SummaryTerm::Substring(text) => {
            out.push_sql("strpos(");
            out.push_sql(SEARCHED_SUMMARY);
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(text)?;
            out.push_sql(") > 0)");
        }
        SummaryTerm::Pattern(pattern) => {
            out.push_sql(SEARCHED_SUMMARY);
            out.push_sql(" ~ ");
            out.push_bind_param::<Text, _>(pattern)?;
            out.push_sql(")");
        }
    }
    Ok(())
}
