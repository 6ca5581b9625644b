//! The SQL condition of a [`CaseFilter`], the same wherever cases are chosen.

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, Bool, Date, HasSqlType, Integer, SingleValue, Text, Timestamptz};

use super::expression::dynamic_expression;
use super::filter::{CaseFilter, Choice, Condition, FilterTerm, Range, SearchWord};
use crate::model::case::Field;
use crate::model::field::{Kind, Origin};
use crate::text::INVISIBLE;

/// The condition of a filter on the table `offer_cases`. Never null.
#[derive(Debug, Clone, Copy)]
pub struct FilterCondition<'a>(pub &'a CaseFilter);

dynamic_expression!(FilterCondition, Bool);

impl QueryFragment<Pg> for FilterCondition<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("offer_cases.retired_at is null");
        for term in self.0.all_terms() {
            push_term(&mut out, term)?;
        }
        self.0.words.iter().try_for_each(|word| push_word(&mut out, word))
    }
}

/// How a term's values are compared in SQL.
struct Operands {
    /// The expression on a row.
    expression: String,
    /// What its null is: the condition of the unknown value, behind the expression.
    is_unknown: &'static str,
    /// Whether the expression is an array.
    is_array: bool,
    /// The enum that a text is cast to; nothing where it stays what it is.
    sql_type: &'static str,
}

/// The expression that gives the values of a field on a row of `offer_cases`.
pub fn expression(field: Field) -> String {
    let column = |field: Field| format!("offer_cases.{}", field.column().unwrap_or_default());
    match field.origin() {
        Origin::Column(name) => match field.kind() {
            Kind::Currency { of } => {
                let known: Vec<String> = of.iter().map(|figure| format!("{} is not null", column(*figure))).collect();
                format!("case when {} then offer_cases.{name} end", known.join(" or "))
            }
            _ => format!("offer_cases.{name}"),
        },
        Origin::Attribute { of, .. }
        | Origin::Above { of, .. }
        | Origin::EachOf(of)
        | Origin::PeriodOf(of)
        | Origin::IsFilled(of) => column(of),
        Origin::AnyOf(fields) => {
            let columns: Vec<String> = fields.iter().map(|field| column(*field)).collect();
            format!("array_remove(array[{}], null)", columns.join(", "))
        }
        // As one figure: the middle of what is promised, as in statistics.
        Origin::Middle { min, max, .. } => format!("(({}::bigint + {}) / 2.0)", column(min), column(max)),
        Origin::Elsewhere => "null".to_owned(),
    }
}

fn operands(field: Field) -> Operands {
    let is_array = field.is_several();
    let (expression, sql_type) = match (field.kind(), field.origin()) {
        // Like `text_key`: neither case nor width nor white space counts, nor what is invisible.
        (Kind::Text, _) => {
            let text = expression(field);
            (format!("lower(regexp_replace(normalize({text}, NFKC), '[\\s{INVISIBLE}]', '', 'g'))"), "")
        }
        (Kind::Closed(set), Origin::Column(_)) => (expression(field), set.sql_type),
        (Kind::Period { is_month }, Origin::PeriodOf(of)) => (period(of, is_month), ""),
        (Kind::Reference(_), Origin::AnyOf(_)) => (format!("{}::integer[]", expression(field)), ""),
        _ => (expression(field), ""),
    };
    Operands { expression, is_unknown: if is_array { " = '{}'" } else { " is null" }, is_array, sql_type }
}

/// ` and ...` for what is asked of one field.
fn push_term<'b>(
    out: &mut AstPass<'_, 'b, Pg>,
    FilterTerm { field, condition, .. }: &'b FilterTerm,
) -> QueryResult<()> {
    let operands = operands(*field);
    match condition {
        Condition::References(choice) => push_values::<Integer, _>(out, &operands, choice),
        Condition::Members(choice) => push_values::<Text, _>(out, &operands, choice),
        Condition::Texts(choice) => push_values::<Text, _>(out, &operands, choice),
        Condition::Numbers(choice) | Condition::Periods(choice) => {
            push_ranges::<Integer, _>(out, &operands, &operands.expression, choice)
        }
        Condition::Dates(choice) => push_ranges::<Date, _>(out, &operands, &last_day(*field), choice),
        Condition::Times(choice) => push_ranges::<Timestamptz, _>(out, &operands, &operands.expression, choice),
        Condition::Flag(is_so) => {
            out.push_sql(&format!(" and {} {} '{{}}'", operands.expression, if *is_so { "<>" } else { "=" }));
            Ok(())
        }
    }
}

/// The year of a date, or its month counted from the year 0, which is not known of a date that is only known by its year.
fn period(of: Field, is_month: bool) -> String {
    let date = expression(of);
    let (year, month) = (format!("extract(year from {date})::integer"), format!("extract(month from {date})::integer"));
    match of.kind() {
        Kind::Date { precision } if is_month => {
            format!("case when {} <> 'year' then {year} * 12 + {month} - 1 end", expression(precision))
        }
        _ => year,
    }
}

/// The last day of the period that a date may stand for, as precise as it is.
fn last_day(field: Field) -> String {
    let date = expression(field);
    let Kind::Date { precision } = field.kind() else { return date };
    format!(
        "case {} when 'month' then ({date} + interval '1 month -1 day')::date \
         when 'year' then ({date} + interval '1 year -1 day')::date else {date} end",
        expression(precision)
    )
}

/// ` and ...` for both sides of a choice.
fn push_choice<'b, T>(
    out: &mut AstPass<'_, 'b, Pg>,
    operands: &Operands,
    choice: &'b Choice<T>,
    known: impl Fn(&mut AstPass<'_, 'b, Pg>, &'b Vec<T>) -> QueryResult<()>,
) -> QueryResult<()> {
    // `is not true`: an unknown value is not one of the known ones.
    for (values, behind) in [(&choice.any_of, ")"), (&choice.none_of, ") is not true")] {
        let Some(values) = values else { continue };
        out.push_sql(" and (");
        if values.unknown {
            out.push_sql(&operands.expression);
            out.push_sql(operands.is_unknown);
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

/// For values that are compared one by one: of a column that holds one, or of an array.
fn push_values<'b, Sql, T>(out: &mut AstPass<'_, 'b, Pg>, operands: &Operands, choice: &'b Choice<T>) -> QueryResult<()>
where
    Pg: HasSqlType<Sql>,
    Sql: SingleValue,
    T: ToSql<Sql, Pg>,
    Vec<T>: ToSql<Array<Sql>, Pg>,
{
    let push_cast = |out: &mut AstPass<'_, 'b, Pg>, behind: &str| {
        if !operands.sql_type.is_empty() {
            out.push_sql(&format!("::{}{behind}", operands.sql_type));
        }
    };
    push_choice(out, operands, choice, |out, known| {
        out.push_sql(&operands.expression);
        // Of one value the rows stand in an index in the order of the list; of several they do not.
        if let ([only], false) = (known.as_slice(), operands.is_array) {
            out.push_sql(" = ");
            out.push_bind_param::<Sql, _>(only)?;
            push_cast(out, "");
            return Ok(());
        }
        out.push_sql(if operands.is_array { " && (" } else { " = any(" });
        out.push_bind_param::<Array<Sql>, _>(known)?;
        push_cast(out, "[]");
        out.push_sql(")");
        Ok(())
    })
}

/// For a value that may itself be a range from its expression to `last`: it fits when all of it lies in what is asked
/// for, so that it is known to fit.
fn push_ranges<'b, Sql, T>(
    out: &mut AstPass<'_, 'b, Pg>,
    operands: &Operands,
    last: &str,
    choice: &'b Choice<Range<T>>,
) -> QueryResult<()>
where
    Pg: HasSqlType<Sql>,
    Sql: SingleValue,
    T: ToSql<Sql, Pg>,
{
    let first = operands.expression.as_str();
    push_choice(out, operands, choice, |out, ranges| {
        for (index, range) in ranges.iter().enumerate() {
            out.push_sql(if index == 0 { "(" } else { " or (" });
            // True for every known value, also of a range that is open at both ends.
            out.push_sql(first);
            out.push_sql(" is not null");
            for (end, expression, operator) in [(&range.min, first, " >= "), (&range.max, last, " <= ")] {
                if let Some(end) = end {
                    out.push_sql(" and ");
                    out.push_sql(expression);
                    out.push_sql(operator);
                    out.push_bind_param::<Sql, T>(end)?;
                }
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
    for (column, ids) in &word.entries {
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
