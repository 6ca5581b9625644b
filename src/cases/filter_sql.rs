//! The SQL condition of a [`CaseFilter`], the same wherever cases are chosen.

use diesel::QueryResult;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, Bool, Date, HasSqlType, Integer, SingleValue, SmallInt, Text};

use super::filter::{CaseFilter, Choice, Range, SearchWord};
use crate::database::schema::offer_cases;
use crate::database::schema::sql_types::{DegreeType, OfferChannelType, RoleTrackType, VerificationType};

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

/// Tiers of the schools of all degrees; the tier of an associate degree stands in `school_tier` alone.
pub const ANY_TIER: &str = "array_remove(array[offer_cases.bachelor_tier, offer_cases.master_tier, \
    offer_cases.doctor_tier, offer_cases.school_tier], null)";

/// A city as names are compared, like `name_key`: neither case nor width nor white space counts.
const CITY_KEY: &str = "lower(regexp_replace(normalize(offer_cases.city, NFKC), '\\s', '', 'g'))";

/// Annual pay as one figure: the middle of what is promised, as in statistics.
pub const PAY_ANNUAL: &str = "((offer_cases.pay_annual_min::bigint + offer_cases.pay_annual_max) / 2.0)";

/// The last day of the period that a date may stand for, as precise as it is.
const LAST_DAY_OFFERED: &str = "case offer_cases.offered_precision \
    when 'month' then (offer_cases.offered_on + interval '1 month -1 day')::date \
    when 'year' then (offer_cases.offered_on + interval '1 year -1 day')::date \
    else offer_cases.offered_on end";

impl QueryFragment<Pg> for FilterCondition<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let filter = self.0;
        let out = &mut out;
        out.push_sql("offer_cases.retired_at is null");
        push_column::<Integer, _>(out, "offer_cases.company_id", &filter.company)?;
        push_column::<Integer, _>(out, "offer_cases.company_id", &filter.company_kind)?;
        push_column::<Integer, _>(out, "offer_cases.role_id", &filter.role)?;
        push_column::<Integer, _>(out, "offer_cases.role_id", &filter.role_family)?;
        push_column::<RoleTrackType, _>(out, "offer_cases.role_track", &filter.role_track)?;
        push_column::<Integer, _>(out, "offer_cases.major_id", &filter.major)?;
        push_column::<SmallInt, _>(out, "offer_cases.school_tier", &filter.school_tier)?;
        push_column::<SmallInt, _>(out, "offer_cases.bachelor_tier", &filter.bachelor_tier)?;
        push_column::<SmallInt, _>(out, "offer_cases.master_tier", &filter.master_tier)?;
        push_column::<SmallInt, _>(out, "offer_cases.doctor_tier", &filter.doctor_tier)?;
        push_array::<SmallInt, _>(out, ANY_TIER, &filter.any_tier)?;
        push_column::<Integer, _>(out, "offer_cases.school_id", &filter.school)?;
        push_column::<DegreeType, _>(out, "offer_cases.highest_degree", &filter.highest_degree)?;
        push_column::<OfferChannelType, _>(out, "offer_cases.offer_channel", &filter.offer_channel)?;
        push_column::<Text, _>(out, CITY_KEY, &filter.city)?;
        push_array::<Text, _>(out, "offer_cases.tags", &filter.tag)?;
        push_column::<Integer, _>(out, "offer_cases.source_id", &filter.source)?;
        push_column::<VerificationType, _>(out, "offer_cases.verification", &filter.verification)?;
        push_ranges::<Date, _>(out, "offer_cases.offered_on", LAST_DAY_OFFERED, &filter.offered_on)?;
        push_ranges::<Integer, _>(out, PAY_ANNUAL, PAY_ANNUAL, &filter.pay_annual)?;
        let (rounds, days) = ("offer_cases.interview_rounds", "offer_cases.preparation_days");
        push_ranges::<Integer, _>(out, rounds, rounds, &filter.interview_rounds)?;
        push_ranges::<Integer, _>(out, days, days, &filter.preparation_days)?;
        match filter.has_conflict {
            Some(true) => out.push_sql(" and offer_cases.conflicts <> '{}'"),
            Some(false) => out.push_sql(" and offer_cases.conflicts = '{}'"),
            None => {}
        }
        for word in &filter.words {
            push_word(out, word)?;
        }
        Ok(())
    }
}

/// ` and ...` for both sides of a choice; `unknown` is the condition of the unknown value.
fn push_choice<'b, T>(
    out: &mut AstPass<'_, 'b, Pg>,
    choice: &'b Choice<T>,
    unknown: impl Fn(&mut AstPass<'_, 'b, Pg>),
    known: impl Fn(&mut AstPass<'_, 'b, Pg>, &'b Vec<T>) -> QueryResult<()>,
) -> QueryResult<()> {
    // `is not true`: an unknown value is not one of the known ones.
    for (values, behind) in [(&choice.any_of, ")"), (&choice.none_of, ") is not true")] {
        let Some(values) = values else { continue };
        out.push_sql(" and (");
        if values.unknown {
            unknown(out);
            out.push_sql(" or ");
        }
        if values.known.is_empty() {
            out.push_sql("false");
        } else {
            known(out, &values.known)?;
        }
        out.push_sql(behind);
    }
    Ok(())
}

/// For a column that holds one value or null.
fn push_column<'b, Sql, T>(
    out: &mut AstPass<'_, 'b, Pg>,
    column: &'static str,
    choice: &'b Choice<T>,
) -> QueryResult<()>
where
    Pg: HasSqlType<Sql>,
    Sql: SingleValue,
    T: ToSql<Sql, Pg>,
    Vec<T>: ToSql<Array<Sql>, Pg>,
{
    let unknown = |out: &mut AstPass<'_, 'b, Pg>| {
        out.push_sql(column);
        out.push_sql(" is null");
    };
    push_choice(out, choice, unknown, |out, known| {
        out.push_sql(column);
        // Of one value the rows stand in an index in the order of the list; of several they do not.
        if let [only] = known.as_slice() {
            out.push_sql(" = ");
            return out.push_bind_param::<Sql, _>(only);
        }
        out.push_sql(" = any(");
        out.push_bind_param::<Array<Sql>, _>(known)?;
        out.push_sql(")");
        Ok(())
    })
}

/// For an array, of which a case may have several values; none of them is the unknown value.
fn push_array<'b, Sql, T>(out: &mut AstPass<'_, 'b, Pg>, array: &'static str, choice: &'b Choice<T>) -> QueryResult<()>
where
    Pg: HasSqlType<Sql>,
    Sql: SingleValue,
    Vec<T>: ToSql<Array<Sql>, Pg>,
{
    let unknown = |out: &mut AstPass<'_, 'b, Pg>| {
        out.push_sql(array);
        out.push_sql(" = '{}'");
    };
    push_choice(out, choice, unknown, |out, known| {
        out.push_sql(array);
        out.push_sql(" && ");
        out.push_bind_param::<Array<Sql>, _>(known)?;
        Ok(())
    })
}

/// For a value that may itself be a range from `first` to `last`: it fits when all of it lies in what
/// is asked for, so that it is known to fit.
fn push_ranges<'b, Sql, T>(
    out: &mut AstPass<'_, 'b, Pg>,
    first: &'static str,
    last: &'static str,
    choice: &'b Choice<Range<T>>,
) -> QueryResult<()>
where
    Pg: HasSqlType<Sql>,
    Sql: SingleValue,
    T: ToSql<Sql, Pg>,
{
    let unknown = |out: &mut AstPass<'_, 'b, Pg>| {
        out.push_sql(first);
        out.push_sql(" is null");
    };
    push_choice(out, choice, unknown, |out, ranges| {
        for (place, range) in ranges.iter().enumerate() {
            out.push_sql(if place == 0 { "(" } else { " or (" });
            // True for every known value, also of a range that is open at both ends.
            out.push_sql(first);
            out.push_sql(" is not null");
            if let Some(min) = &range.min {
                out.push_sql(" and ");
                out.push_sql(first);
                out.push_sql(" >= ");
                out.push_bind_param::<Sql, T>(min)?;
            }
            if let Some(max) = &range.max {
                out.push_sql(" and ");
                out.push_sql(last);
                out.push_sql(" <= ");
                out.push_bind_param::<Sql, T>(max)?;
            }
            out.push_sql(")");
        }
        Ok(())
    })
}

/// ` and ...` for a word that must occur in a name, a tag or the summary.
///
/// It is asked twice: by the terms of the summary, for which there is an index, and by the summary itself, which is exact
/// and soon asked of a single case. So the database can look up a rare word, and walk through cases in order until it
/// has a page with a frequent one. The reference data that has the word is left out where there is none, so that indexes
/// answer all of what is left.
fn push_word<'b>(out: &mut AstPass<'_, 'b, Pg>, word: &'b SearchWord) -> QueryResult<()> {
    out.push_sql(" and (");
    push_named_so(out, word)?;
    // Where it is never null, the planner takes it for every second case, and not for next to none.
    out.push_sql("coalesce(summary_matches(offer_cases.summary, ");
    out.push_bind_param::<Text, _>(&word.pattern)?;
    out.push_sql("), false)) and (");
    push_named_so(out, word)?;
    out.push_sql("search_terms(offer_cases.summary) @@ ");
    out.push_bind_param::<Text, _>(&word.terms)?;
    out.push_sql("::tsquery)");
    Ok(())
}

/// `... or ` for a company, role, major or tag that has the word in its name.
fn push_named_so<'b>(out: &mut AstPass<'_, 'b, Pg>, word: &'b SearchWord) -> QueryResult<()> {
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
    Ok(())
}
