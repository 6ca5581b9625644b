//! The SQL that finds the best candidates.

use std::collections::HashMap;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{
    Array, BigInt, Date, HasSqlType, Integer, SingleValue, SmallInt, Text, Untyped, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::grades::{DAYS_APART, Grade, Graded};
use super::measure::{Criterion, Measure};
use crate::cases::filter::CaseFilter;
use crate::cases::filter_sql::FilterCondition;
use crate::cases::row::{CaseColumns, CaseRow, WHOLE};
use crate::database::schema::offer_cases;
use crate::database::schema::sql_types::{DegreeType, RoleTrackType};
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

/// Finds the best of the cases of a filter. It reads all of them: no index knows how like two cases are.
pub(super) async fn find_best(
    connection: &mut AsyncPgConnection,
    criteria: &[Criterion],
    filter: &CaseFilter,
    leave_out: Option<Uuid>,
    limit: u32,
) -> QueryResult<Best> {
    let query =
        BestQuery { points: Points(criteria), condition: FilterCondition(filter), leave_out, limit: i64::from(limit) };
    let rows: Vec<(i64, i64, CaseRow)> = query.load(connection).await?;
    let considered =
        rows.as_slice().first().map_or(0, |(_, considered, _)| u64::try_from(*considered).unwrap_or_default());
    Ok(Best { cases: rows.into_iter().map(|(points, _, row)| (row, points)).collect(), considered })
}

/// Reads the cases that were found in memory at a version; `None` where one of them is not as it was then.
pub(super) async fn read_found(
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

/// One statement for the cases and the number of candidates, so that they cannot disagree.
struct BestQuery<'a> {
    points: Points<'a>,
    condition: FilterCondition<'a>,
    leave_out: Option<Uuid>,
    limit: i64,
}

impl Query for BestQuery<'_> {
    type SqlType = (BigInt, BigInt, Untyped);
}

impl QueryId for BestQuery<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for BestQuery<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("with candidate as materialized (select offer_cases.id, ");
        self.points.walk_ast(out.reborrow())?;
        out.push_sql(" as points from offer_cases where ");
        self.condition.walk_ast(out.reborrow())?;
        if let Some(id) = &self.leave_out {
            out.push_sql(" and offer_cases.id <> ");
            out.push_bind_param::<SqlUuid, _>(id)?;
        }
        out.push_sql("), best as (select id, points from candidate order by points desc, id limit ");
        out.push_bind_param::<BigInt, _>(&self.limit)?;
        out.push_sql(") select best.points, (select count(*) from candidate), ");
        CaseColumns(WHOLE).walk_ast(out.reborrow())?;
        out.push_sql(" from best join offer_cases on offer_cases.id = best.id order by best.points desc, best.id");
        Ok(())
    }
}

/// The points of a row of `offer_cases`; what is unknown gives none. Never null.
#[derive(Debug, Clone, Copy)]
struct Points<'a>(&'a [Criterion]);

impl QueryFragment<Pg> for Points<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("0::bigint");
        for criterion in self.0 {
            out.push_sql(" + ");
            out.push_bind_param::<BigInt, _>(&criterion.weight.0)?;
            out.push_sql(" * ");
            push_measure(&mut out, &criterion.measure)?;
        }
        Ok(())
    }
}

fn push_measure<'b>(out: &mut AstPass<'_, 'b, Pg>, measure: &'b Measure) -> QueryResult<()> {
    match measure {
        Measure::Major(graded) => push_graded::<Integer, _>(out, "offer_cases.major_id", graded),
        Measure::HighestDegree(graded) => push_graded::<DegreeType, _>(out, "offer_cases.highest_degree", graded),
        Measure::SchoolTier(graded) => push_graded::<SmallInt, _>(out, "offer_cases.school_tier", graded),
        Measure::BachelorTier(graded) => push_graded::<SmallInt, _>(out, "offer_cases.bachelor_tier", graded),
        Measure::Company(graded) => push_graded::<Integer, _>(out, "offer_cases.company_id", graded),
        Measure::Role(graded) => push_graded::<Integer, _>(out, "offer_cases.role_id", graded),
        Measure::RoleTrack(graded) => push_graded::<RoleTrackType, _>(out, "offer_cases.role_track", graded),
        Measure::City(graded) => push_graded::<Text, _>(out, "offer_cases.city", graded),
        Measure::Tags(tags) => {
            // A sub-select for each row makes the whole statement nearly twice as slow.
            out.push_sql("((0");
            for tag in tags {
                out.push_sql(" + (");
                out.push_bind_param::<Text, _>(tag)?;
                out.push_sql(" = any(offer_cases.tags))::integer");
            }
            out.push_sql(") * ");
            push_grade(out, Grade::FULL);
            out.push_sql(&format!(" / {})", tags.len().max(1)));
            Ok(())
        }
        Measure::OfferedOn(date) => {
            out.push_sql("case");
            for (days, grade) in DAYS_APART {
                out.push_sql(" when abs(offer_cases.offered_on - ");
                out.push_bind_param::<Date, _>(date)?;
                out.push_sql(&format!(") <= {days} then "));
                push_grade(out, grade);
            }
            out.push_sql(" else 0 end");
            Ok(())
        }
    }
}

/// `case when column = any($1) then 1000000 ... else 0 end`
fn push_graded<'b, Sql, T>(out: &mut AstPass<'_, 'b, Pg>, column: &str, graded: &'b Graded<T>) -> QueryResult<()>
where
    Pg: HasSqlType<Sql>,
    Sql: SingleValue,
    Vec<T>: ToSql<Array<Sql>, Pg>,
{
    out.push_sql("case");
    for group in &graded.groups {
        out.push_sql(" when ");
        out.push_sql(column);
        out.push_sql(" = any(");
        out.push_bind_param::<Array<Sql>, _>(&group.values)?;
        out.push_sql(") then ");
        push_grade(out, group.grade);
    }
    out.push_sql(" else 0 end");
    Ok(())
}

/// Grades are few and fixed, so that statements do not multiply by them.
fn push_grade(out: &mut AstPass<'_, '_, Pg>, grade: Grade) {
    out.push_sql(&grade.millionths().to_string());
}
