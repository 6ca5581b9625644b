//! What is counted for a page of cases: all that fit, and what dropping a parameter would give.

use serde::Serialize;
use utoipa::ToSchema;

use super::filter::CaseFilter;

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
    pub(crate) total: Option<i64>,
    pub(crate) hint: Option<Relaxation>,
}

impl ToCount {
    /// Whether there is nothing to count.
    pub fn is_nothing(&self) -> bool {
        self.total.is_none() && self.relaxed.is_empty()
    }

    /// All filters that are to be counted.
    pub fn filters_mut(&mut self) -> impl Iterator<Item = &mut CaseFilter> {
        self.total.iter_mut().chain(self.relaxed.iter_mut().map(|(_, filter)| filter))
    }

    /// Counts, by what counts the cases of a filter. Of the parameters that may be dropped that is kept which gives the
    /// most cases; of equals the first.
    pub fn by(&self, total: impl Fn(&CaseFilter) -> u64) -> Counted {
        let count = |filter: &CaseFilter| i64::try_from(total(filter)).unwrap_or(i64::MAX);
        let relaxed = self.relaxed.iter().map(|(drop, filter)| Relaxation { drop, cases: count(filter) });
        let hint = relaxed.rev().filter(|it| it.cases > 0).max_by_key(|it| it.cases);
        Counted { total: self.total.as_ref().map(count), hint }
    }
}
