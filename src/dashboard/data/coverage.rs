//! Of how many cases each field is known.

use std::sync::{Arc, Mutex, PoisonError};

use diesel::QueryResult;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::database::dataset::Dataset;
use crate::http::error::ApiError;
use crate::http::snapshot::Snapshot;
use crate::model::case::Field;
use crate::model::field::{Kind, ON_REQUEST, REQUIRED, SHOWN};

/// Of how many cases each field is known.
#[derive(Debug)]
pub(in crate::dashboard) struct Coverage {
    dataset: Dataset,
    /// All cases in use.
    pub(super) total: u64,
    /// The fields that may be unknown, in their order.
    pub(super) known: Vec<(Field, u64)>,
}

/// Keeps the newest: to count it, all cases are read.
#[derive(Debug, Default)]
pub(in crate::dashboard) struct CoverageCache(Mutex<Option<Arc<Coverage>>>);

impl CoverageCache {
    /// That of the data as a request sees it.
    ///
    /// # Errors
    /// Where the database gives no answer.
    pub(super) async fn get(&self, snapshot: &mut Snapshot) -> Result<Arc<Coverage>, ApiError> {
        let dataset = snapshot.dataset.clone();
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(kept) = kept.filter(|kept| kept.dataset == dataset) {
            return Ok(kept);
        }
        let coverage = Arc::new(snapshot.run(async |connection, _| read(connection, dataset).await).await?);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&coverage));
        Ok(coverage)
    }
}

/// The fields of an answer that may be unknown.
fn fields() -> impl Iterator<Item = (Field, &'static str)> {
    let may_be_unknown = |field: &Field| {
        let is_list = matches!(field.kind(), Kind::Texts | Kind::Tags);
        (field.can(SHOWN) || field.can(ON_REQUEST)) && (is_list || !field.can(REQUIRED))
    };
    Field::ALL.iter().copied().filter(may_be_unknown).filter_map(|field| Some((field, field.column()?)))
}

#[derive(QueryableByName)]
struct Counts {
    #[diesel(sql_type = Array<BigInt>)]
    counts: Vec<i64>,
}

async fn read(connection: &mut AsyncPgConnection, dataset: Dataset) -> QueryResult<Coverage> {
    let count = |(field, column): (Field, &str)| match field.kind() {
        Kind::Texts | Kind::Tags => format!("count(*) filter (where cardinality({column}) > 0)"),
        Kind::Currency { of } => {
            let figures: Vec<&str> = of.iter().filter_map(|figure| figure.column()).collect();
            format!("count(*) filter (where coalesce({}) is not null)", figures.join(", "))
        }
        _ => format!("count({column})"),
    };
    let counts: Vec<String> = fields().map(count).collect();
    let query = format!(
        "select array[count(*), {}] as counts from offer_cases
         where retired_at is null
             and source_id not in (select id from sources where visibility = 'aggregates_only')",
        counts.join(", ")
    );
    let Counts { counts } = diesel::sql_query(query).get_result(connection).await?;
    let mut counts = counts.into_iter().map(|count| u64::try_from(count).unwrap_or_default());
    let total = counts.next().unwrap_or_default();
    Ok(Coverage { dataset, total, known: fields().map(|(field, _)| field).zip(counts).collect() })
}
