//! An offer case as it stands in its table.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::{Pg, PgQueryBuilder};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryBuilder, QueryFragment, QueryId};
use uuid::Uuid;

use super::figure::Figure;
use crate::database::schema::offer_cases;
use crate::model::closed_sets::{DatePrecision, Degree, OfferChannel, RoleTrack, Verification};

/// A row of `offer_cases` without what is only given on request.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = offer_cases, check_for_backend(diesel::pg::Pg))]
pub(crate) struct CaseRow {
    pub id: Uuid,
    pub company_id: i32,
    pub role_id: i32,
    pub role_track: Option<RoleTrack>,
    pub major_id: Option<i32>,
    pub bachelor_tier: Option<i16>,
    pub master_tier: Option<i16>,
    pub doctor_tier: Option<i16>,
    pub highest_degree: Option<Degree>,
    pub school_tier: Option<i16>,
    pub bachelor_school_id: Option<i32>,
    pub school_id: Option<i32>,
    pub offer_channel: Option<OfferChannel>,
    pub city: Option<String>,
    pub offered_on: Option<NaiveDate>,
    pub offered_precision: Option<DatePrecision>,
    pub pay_annual_min: Option<i32>,
    pub pay_annual_max: Option<i32>,
    pub pay_currency: String,
    pub pay_monthly_base: Option<Figure>,
    pub pay_months: Option<Figure>,
    pub interview_rounds: Option<i16>,
    pub preparation_days: Option<i16>,
    pub tags: Vec<String>,
    pub summary: Option<String>,
    pub conflicts: Vec<String>,
    pub verification: Verification,
    pub source_id: i32,
    pub source_key: String,
    pub source_row: Option<i32>,
    pub revision: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// The columns of a [`CaseRow`]: the same as `CaseRow::as_select()`, but not put together anew for each statement.
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct CaseColumns;

impl Expression for CaseColumns {
    type SqlType = <<CaseRow as Selectable<Pg>>::SelectExpression as Expression>::SqlType;
}
impl AppearsOnTable<offer_cases::table> for CaseColumns {}
impl SelectableExpression<offer_cases::table> for CaseColumns {}
impl ValidGrouping<()> for CaseColumns {
    type IsAggregate = is_aggregate::Never;
}

impl QueryFragment<Pg> for CaseColumns {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        static COLUMNS: LazyLock<QueryResult<String>> = LazyLock::new(|| {
            let mut text = PgQueryBuilder::default();
            <CaseRow as Selectable<Pg>>::construct_selection().to_sql(&mut text, &Pg)?;
            Ok(text.finish())
        });
        let columns =
            COLUMNS.as_ref().map_err(|error| diesel::result::Error::QueryBuilderError(error.to_string().into()))?;
        out.push_sql(columns);
        Ok(())
    }
}

impl CaseRow {
    /// The value of a field that is compared; `None` = unknown.
    pub fn value(&self, field: crate::model::case::Field) -> Option<crate::model::value::Value> {
        use crate::model::case::Field as F;
        use crate::model::closed_set::ClosedSet;
        use crate::model::value::Value as V;
        match field {
            F::Company => Some(V::Reference(self.company_id)),
            F::Role => Some(V::Reference(self.role_id)),
            F::RoleTrack => self.role_track.map(|it| V::Member(it.slug())),
            F::Major => self.major_id.map(V::Reference),
            F::BachelorTier => self.bachelor_tier.map(|it| V::Reference(it.into())),
            F::SchoolTier => self.school_tier.map(|it| V::Reference(it.into())),
            F::HighestDegree => self.highest_degree.map(|it| V::Member(it.slug())),
            F::City => self.city.clone().map(V::Text),
            F::OfferedOn => self.offered_on.map(V::Date),
            F::OfferedPrecision => self.offered_precision.map(|it| V::Member(it.slug())),
            F::Tags => Some(V::Texts(self.tags.clone())),
            _ => None,
        }
    }
}
