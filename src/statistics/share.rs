//! Shares with their interval.

use serde::Serialize;
use utoipa::ToSchema;

use super::wilson::wilson_interval;

/// A share with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({"value": 0.214_286, "denominator": 14, "low": 0.075_714, "high": 0.475_892}))]
pub struct Share {
    /// The share, from 0 to 1.
    pub value: f64,
    /// What it is a share of: the number of all cases of the filter, or of the row or column as `normalize` says.
    pub denominator: u64,
    /// Lower end of its 95 % Wilson interval.
    pub low: f64,
    /// Upper end of its 95 % Wilson interval.
    pub high: f64,
}

impl Share {
    /// `count` of `denominator`, rounded to six decimals; `None` where there is nothing to share.
    pub fn of(count: u64, denominator: u64) -> Option<Self> {
        let (low, high) = wilson_interval(count, denominator)?;
        let round = |value: f64| (value * 1e6).round() / 1e6;
        // Counts of cases are far below 2^52.
        #[allow(clippy::cast_precision_loss)]
        let value = count as f64 / denominator as f64;
        Some(Self { value: round(value), denominator, low: round(low), high: round(high) })
    }
}
