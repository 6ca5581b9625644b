//! What is counted of one group of cases.

use serde::Serialize;
use utoipa::ToSchema;

pub use crate::model::value::GroupValue;

/// The fewest values of which percentiles are worked out: one or two would be given away themselves.
pub const MIN_VALUES: u64 = 3;

/// The value that the cases of a group share; `None` = unknown.
pub type Key = Option<GroupValue>;

/// Percentiles of annual pay: 10, 25, 50, 75 and 90.
pub type Percentiles = [f64; 5];

/// How the annual pay of a group is spread.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Spread {
    /// Its percentiles.
    pub percentiles: Percentiles,
    /// Both ends of the 95 % interval of the median; `None` of too few values.
    pub median_interval: Option<[f64; 2]>,
}

/// The cases of one group, by source.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    /// Cases by the id of their source; each has some.
    pub by_source: Vec<(i32, u64)>,
    /// Pay by currency.
    pub pay: Vec<PayTally>,
}

/// The pay of one group in one currency.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PayTally {
    /// ISO 4217 code.
    pub currency: String,
    /// Cases with pay in this currency by the id of their source; each has some.
    pub by_source: Vec<(i32, u64)>,
    /// How the pay is spread.
    pub spread: Spread,
}

impl Tally {
    /// All cases of the group.
    pub fn count(&self) -> u64 {
        total(&self.by_source)
    }

    /// The currencies of the pay, the commonest first.
    pub fn currencies(&self) -> Vec<String> {
        let mut pay: Vec<(u64, &str)> = self.pay.iter().map(|pay| (pay.count(), pay.currency.as_str())).collect();
        pay.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(right.1)));
        pay.into_iter().map(|(_, currency)| currency.to_owned()).collect()
    }
}

impl PayTally {
    /// All cases with pay in this currency.
    pub fn count(&self) -> u64 {
        total(&self.by_source)
    }
}

fn total(by_source: &[(i32, u64)]) -> u64 {
    by_source.iter().map(|(_, cases)| cases).sum()
}

/// A group with what is counted of it.
#[derive(Debug, Clone, PartialEq)]
pub struct CountedGroup<K> {
    /// Which group it is.
    pub key: K,
    /// What is counted of it.
    pub tally: Tally,
}

/// Groups that are counted together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Folded, example = json!({"groups": 2, "count": 3}))]
pub struct Others {
    /// Number of groups.
    pub groups: usize,
    /// Sum of their numbers of cases.
    pub count: u64,
}

impl Others {
    /// Adds a group of so many cases.
    pub fn add(&mut self, count: u64) {
        self.groups += 1;
        self.count += count;
    }

    /// Takes a group of so many cases out again; one of none was never in.
    pub fn take(&mut self, count: u64) {
        self.groups -= usize::from(count > 0);
        self.count -= count;
    }

    /// Itself where there is any group.
    pub fn if_any(self) -> Option<Self> {
        (self.groups > 0).then_some(self)
    }
}
