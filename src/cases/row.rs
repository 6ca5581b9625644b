//! An offer case as it stands in its table.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::closed_sets::{DatePrecision, Degree, OfferChannel, RoleTrack, Verification};
use crate::database::schema::offer_cases;

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
    pub pay_monthly_base: Option<BigDecimal>,
    pub pay_months: Option<BigDecimal>,
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
