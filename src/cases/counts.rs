//! What is counted for a page of cases: all that fit, and what dropping a parameter would give.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use utoipa::ToSchema;

use super::filter::CaseFilter;
use super::filter_sql::FilterCondition;
use crate::database::schema::offer_cases;

/// A parameter whose dropping gives cases where there are none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"drop": "school_tier", "cases": 9}))]
pub struct Relaxation {
    /// The parameter to drop.
    #[schema(value_type = String)]
    pub drop: &'static str,
    /// How many cases then fit.
    pub cases: i64,
}

/// Filters whose cases are to be counted.
#[derive(Debug)]
pub struct ToCount {
    /// That of the page, where its total is asked for.
    pub(super) total: Option<CaseFilter>,
    /// Those without one parameter, where no case fits all of them.
    pub(super) relaxed: Vec<(&'static str, CaseFilter)>,
}

/// What was counted.
#[derive(Debug, Default)]
pub struct Counted {
    pub(super) total: Option<i64>,
    pub(super) hint: Option<Relaxation>,
}

impl ToCount {
    /// The filters, in the order in which [`ToCount::counted`] takes their numbers.
    pub fn filters(&self) -> impl Iterator<Item = &CaseFilter> {
        self.total.iter().chain(self.relaxed.iter().map(|(_, filter)| filter))
    }

    /// What was counted, by the number of cases of each filter. Of the parameters that may be dropped that is kept which
    /// gives the most cases; of equals the first.
    pub fn counted(&self, numbers: Vec<i64>) -> Counted {
        let mut numbers = numbers.into_iter();
        let total = self.total.as_ref().and_then(|_| numbers.next());
        let relaxed = self.relaxed.iter().zip(numbers).map(|((drop, _), cases)| Relaxation { drop, cases });
        let hint = relaxed.rev().filter(|it| it.cases > 0).max_by_key(|it| it.cases);
        Counted { total, hint }
    }

    /// Counts by SQL.
    pub async fn by_sql(&self, connection: &mut AsyncPgConnection) -> QueryResult<Counted> {
        let mut numbers = Vec::new();
        for filter in self.filters() {
            let cases = offer_cases::table.filter(FilterCondition(filter));
            numbers.push(cases.count().get_result(connection).await?);
        }
        Ok(self.counted(numbers))
    }
}
