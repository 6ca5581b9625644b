//! The cases that are likely the same as one, with what speaks for it.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel_async::AsyncPgConnection;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::cases::one::{find_by_ordinals, json_of};
use crate::cases::row::{CaseRow, WHOLE};
use crate::cases::schema::OfferCase;
use crate::catalog::Catalog;
use crate::engine::duplicates::Agreement;
use crate::model::case::Field;
use crate::model::notice::Notice;

/// A case that is likely the same as another one.
#[derive(Debug, Serialize, ToSchema)]
pub struct LikelyDuplicate {
    /// The case, with its source.
    #[schema(value_type = OfferCase)]
    pub case: Box<RawValue>,
    /// The same as it was read.
    #[serde(skip)]
    pub(crate) row: CaseRow,
    /// The fields of which both have the same known value.
    #[schema(value_type = Vec<String>, example = json!(["company", "role", "highest_degree", "school_tier", "city"]))]
    pub same: Vec<&'static str>,
    /// Days between the dates of the offers; of one that is known by month alone, from its nearest end.
    #[schema(example = 2)]
    pub days_apart: u32,
    /// The annual pay of this case less that of the one that was asked about, in their currency a year.
    #[schema(example = 0.0)]
    pub pay_difference: f64,
}

/// The cases that are likely the same as one.
#[derive(Debug, Serialize, ToSchema)]
pub struct LikelyDuplicates {
    /// The cases, the one that was stored first in front; mostly none.
    pub items: Vec<LikelyDuplicate>,
    /// The version of the data.
    pub dataset_version: i64,
    /// What the reader must know.
    pub notices: Vec<Notice>,
}

/// Reads the cases that were found at a version; `None` where one of them has changed since.
pub(crate) async fn read(
    connection: &mut AsyncPgConnection,
    catalog: &Catalog,
    dataset_version: i64,
    found: &BTreeMap<u32, Agreement>,
) -> QueryResult<Option<LikelyDuplicates>> {
    let mut fields: Vec<Field> = WHOLE.iter().copied().chain(Field::included_as("source")).collect();
    fields.sort_unstable();
    let ordinals: Vec<i64> = found.keys().copied().map(i64::from).collect();
    let Some(rows) = find_by_ordinals(connection, &ordinals, dataset_version, &fields).await? else { return Ok(None) };
    let mut rows: BTreeMap<i64, CaseRow> = rows.into_iter().collect();
    let item = |(ordinal, agreement): (&u32, &Agreement)| {
        let row = rows.remove(&i64::from(*ordinal))?;
        Some(LikelyDuplicate {
            case: json_of(&row, &fields, catalog),
            row,
            same: agreement.same.iter().map(|field| field.name()).collect(),
            days_apart: agreement.days_apart,
            // Whole numbers below 2^33.
            #[allow(clippy::cast_precision_loss)]
            pay_difference: agreement.twice_pay_difference as f64 / 2.0,
        })
    };
    let items: Vec<LikelyDuplicate> = found.iter().filter_map(item).collect();
    let notices = if items.is_empty() { Vec::new() } else { vec![no_proof()] };
    Ok(Some(LikelyDuplicates { items, dataset_version, notices }))
}

/// That agreement is no proof.
fn no_proof() -> Notice {
    Notice::new(
        "no_proof",
        "公司、岗位、学历、院校层次相同，日期相近，薪资相近，其他内容也没有矛盾：很可能是同一个人的同一个 offer 被收录了两次，但也可能是两个人拿到了一样的 offer。",
        "Company, role, degree and school tier are the same, the dates are close, the pay is close, and nothing else contradicts: \
            it is probably one offer of one person, reported twice. It may still be two people with equal offers.",
    )
}
