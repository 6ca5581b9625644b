//! What is counted for a page of cases: all that fit, and what dropping a parameter would give.

use serde::Serialize;
use utoipa::ToSchema;

use super::filter::CaseFilter;
use super::list::CasePage;

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
    pub total: Option<CaseFilter>,
    /// Those without one parameter, where no case fits all of them.
    pub relaxed: Vec<(&'static str, CaseFilter)>,
}

/// What was counted.
#[derive(Debug, Default)]
pub struct Counted {
    total: Option<i64>,
    hint: Option<Relaxation>,
}

impl ToCount {
    /// Whether there is nothing to count.
    pub fn is_nothing(&self) -> bool {
        self.total.is_none() && self.relaxed.is_empty()
    }

    /// Counts, by what counts the cases of a filter.
    pub fn by(&self, total: impl Fn(&CaseFilter) -> u64) -> Counted {
        let count = |filter: &CaseFilter| i64::try_from(total(filter)).unwrap_or(i64::MAX);
        let mut counted = Counted { total: self.total.as_ref().map(count), hint: None };
        for (drop, filter) in &self.relaxed {
            counted.offer(drop, count(filter));
        }
        counted
    }

    /// All filters that are to be counted.
    pub fn filters_mut(&mut self) -> impl Iterator<Item = &mut CaseFilter> {
        self.total.iter_mut().chain(self.relaxed.iter_mut().map(|(_, filter)| filter))
    }
}

impl Counted {
    /// Keeps the parameter that gives the most cases when it is dropped; of equals the one that comes first.
    fn offer(&mut self, drop: &'static str, cases: i64) {
        if cases > self.hint.as_ref().map_or(0, |best| best.cases) {
            self.hint = Some(Relaxation { drop, cases });
        }
    }

    /// Puts the numbers into their page.
    pub fn add_to(self, page: &mut CasePage<'_>) {
        page.total = self.total;
        page.hint = self.hint;
    }
}
