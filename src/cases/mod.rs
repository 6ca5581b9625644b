//! The offer case: what it is, which cases a reader asks for, and reading them.
//!
//! [`filter`] is the choice of cases, [`parameters`] how it is written, [`parse`] and [`ranges`] what that
//! means, [`filter_sql`] its condition; [`list`] reads pages in an order, [`sort`] and [`cursor`] are that order
//! and a place in it, [`keyset`] is how the database finds it; [`export`] gives all cases in a [`mod@format`] other than
//! JSON, [`fields`] are the names of what there is of a case; [`one`] reads a single case with what is given on request.

pub mod counts;
pub mod cursor;
pub mod export;
pub mod fields;
mod figure;
pub mod filter;
pub mod filter_sql;
pub mod format;
mod keyset;
pub mod list;
pub mod one;
pub mod parameters;
pub mod parse;
pub mod ranges;
mod rfc3339;
pub(crate) mod row;
pub mod search;
pub mod sort;

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::catalog::Catalog;
pub use crate::catalog::reference::Reference;
use crate::model::closed_sets::{DatePrecision, Degree, OfferChannel, RoleTrack, Verification};
use row::CaseRow;

/// One offer that one person got. `null` always means unknown (for tiers also: no such degree).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0b8ab9a7-2d9f-5b4e-8d0c-0a4f4c1d2e3f",
    "company": {"slug": "baidu", "name": "百度", "name_en": "Baidu"},
    "role": {"slug": "llm-product", "name": "大模型产品", "name_en": "Large-model product manager"},
    "role_track": null,
    "major": {"slug": "psychology", "name": "心理学", "name_en": "Psychology"},
    "bachelor_tier": {"slug": "211", "name": "211", "name_en": "Project 211"},
    "master_tier": null,
    "doctor_tier": null,
    "highest_degree": "bachelor",
    "school_tier": {"slug": "211", "name": "211", "name_en": "Project 211"},
    "bachelor_school": null,
    "school": null,
    "offer_channel": null,
    "city": null,
    "offered_on": null,
    "offered_precision": null,
    "pay_annual_min": null,
    "pay_annual_max": null,
    "pay_currency": null,
    "pay_monthly_base": null,
    "pay_months": null,
    "interview_rounds": null,
    "preparation_days": null,
    "tags": ["non-typical-background"],
    "summary": "从文科到大厂,非典型背景逆袭",
    "conflicts": [],
    "verification": "source_published",
    "revision": 1,
    "created_at": "2026-11-23T08:00:00Z",
    "updated_at": "2026-11-23T08:00:00Z",
}))]
pub struct OfferCase<'a> {
    /// Stable identifier, derived from source and row: the same on any machine.
    pub id: Uuid,
    /// Who made the offer.
    pub company: Cow<'a, Reference>,
    /// For which post.
    pub role: Cow<'a, Reference>,
    /// Platform or application side.
    #[schema(required)]
    pub role_track: Option<RoleTrack>,
    /// What the person studied, as finely as the source says.
    #[schema(required)]
    pub major: Option<Cow<'a, Reference>>,
    /// Tier of the bachelor's school.
    #[schema(required)]
    pub bachelor_tier: Option<Cow<'a, Reference>>,
    /// Tier of the master's school.
    #[schema(required)]
    pub master_tier: Option<Cow<'a, Reference>>,
    /// Tier of the doctoral school.
    #[schema(required)]
    pub doctor_tier: Option<Cow<'a, Reference>>,
    /// Highest degree.
    #[schema(required)]
    pub highest_degree: Option<Degree>,
    /// Tier of the school of the highest degree.
    #[schema(required)]
    pub school_tier: Option<Cow<'a, Reference>>,
    /// School of the bachelor's degree, where named.
    #[schema(required)]
    pub bachelor_school: Option<Cow<'a, Reference>>,
    /// School of the highest degree, where named.
    #[schema(required)]
    pub school: Option<Cow<'a, Reference>>,
    /// How the offer came about.
    #[schema(required)]
    pub offer_channel: Option<OfferChannel>,
    /// City of the post.
    #[schema(required)]
    pub city: Option<String>,
    /// Date of the offer, as precise as `offered_precision` says; the rest of it is 1.
    #[schema(required)]
    #[serde(serialize_with = "rfc3339::date")]
    pub offered_on: Option<NaiveDate>,
    /// How much of `offered_on` is known.
    #[schema(required)]
    pub offered_precision: Option<DatePrecision>,
    /// Lower end of the whole promised cash package, in `pay_currency` a year before tax.
    #[schema(required)]
    pub pay_annual_min: Option<i32>,
    /// Upper end of the same.
    #[schema(required)]
    pub pay_annual_max: Option<i32>,
    /// ISO 4217 code of all pay figures; null where there is none.
    #[schema(required)]
    pub pay_currency: Option<String>,
    /// Base pay, in `pay_currency` a month before tax.
    #[schema(required)]
    pub pay_monthly_base: Option<f64>,
    /// Months paid a year.
    #[schema(required)]
    pub pay_months: Option<f64>,
    /// Number of interviews.
    #[schema(required)]
    pub interview_rounds: Option<i16>,
    /// Days from the start of preparation to the offer.
    #[schema(required)]
    pub preparation_days: Option<i16>,
    /// Slugs of tags.
    pub tags: Vec<String>,
    /// What the source says in words, verbatim.
    #[schema(required)]
    pub summary: Option<String>,
    /// What the source says against itself, in words.
    pub conflicts: Vec<String>,
    /// What stands behind the case.
    pub verification: Verification,
    /// Goes up by one with every change.
    pub revision: i32,
    /// When the case was first stored.
    #[serde(serialize_with = "rfc3339::time")]
    pub created_at: DateTime<Utc>,
    /// When the case was last changed.
    #[serde(serialize_with = "rfc3339::time")]
    pub updated_at: DateTime<Utc>,
    /// Where the case comes from; only with `include=source`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub source: Option<Cow<'a, Reference>>,
    /// What identifies the row within its source; only with `include=source`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub source_key: Option<String>,
    /// Number of the row in the file, from 1, header excluded; null = not from a file; only with `include=source`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i32>)]
    pub source_row: Option<Option<i32>>,
    /// The row as it was read: column header to cell, verbatim; only with `include=raw`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>, nullable = false)]
    pub raw: Option<serde_json::Value>,
    /// Earlier states, the latest first; only with `include=revisions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub revisions: Option<Vec<one::Revision>>,
}

impl<'a> OfferCase<'a> {
    /// A row with its names.
    pub(crate) fn from_row(row: CaseRow, catalog: &'a Catalog, with_source: bool) -> Self {
        let tier = |id: Option<i16>| id.map(|id| Reference::by_id(&catalog.school_tiers, id));
        let school = |id: Option<i32>| id.map(|id| Reference::by_id(&catalog.schools, id));
        let has_pay = row.pay_annual_max.is_some() || row.pay_monthly_base.is_some();
        Self {
            id: row.id,
            company: Reference::by_id(&catalog.companies, row.company_id),
            role: Reference::by_id(&catalog.roles, row.role_id),
            role_track: row.role_track,
            major: row.major_id.map(|id| Reference::by_id(&catalog.majors, id)),
            bachelor_tier: tier(row.bachelor_tier),
            master_tier: tier(row.master_tier),
            doctor_tier: tier(row.doctor_tier),
            highest_degree: row.highest_degree,
            school_tier: tier(row.school_tier),
            bachelor_school: school(row.bachelor_school_id),
            school: school(row.school_id),
            offer_channel: row.offer_channel,
            city: row.city,
            offered_on: row.offered_on,
            offered_precision: row.offered_precision,
            pay_annual_min: row.pay_annual_min,
            pay_annual_max: row.pay_annual_max,
            pay_currency: has_pay.then_some(row.pay_currency),
            pay_monthly_base: row.pay_monthly_base.map(|figure| figure.0),
            pay_months: row.pay_months.map(|figure| figure.0),
            interview_rounds: row.interview_rounds,
            preparation_days: row.preparation_days,
            tags: row.tags,
            summary: row.summary,
            conflicts: row.conflicts,
            verification: row.verification,
            revision: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
            source: with_source.then(|| Reference::by_id(&catalog.sources, row.source_id)),
            source_key: with_source.then_some(row.source_key),
            source_row: with_source.then_some(row.source_row),
            raw: None,
            revisions: None,
        }
    }
}
