//! The memory that columns may take: what is told before it is used up, and what holds where they do not fit.

use std::sync::Arc;
use std::time::{Duration, Instant};

use log::warn;

use super::{Reader, Refresher};
use crate::database::Databases;
use crate::database::dataset::Dataset;
use crate::database::row_sums::{self, CASES};
use crate::engine::read::ReadError;

/// How long cases that did not fit into memory are not read again, though some have changed.
const READ_AGAIN: Duration = Duration::from_secs(600);

/// From which share of the allowed memory on it is told that there is little left, in percent.
const NEARLY_FULL_PERCENT: u64 = 80;

/// That cases could not be brought into memory.
pub(super) struct GaveUp {
    pub(super) dataset: Dataset,
    pub(super) at: Instant,
    /// How many rows the table had, where they were too many.
    pub(super) rows: Option<i64>,
    pub(super) why: Arc<ReadError>,
}

impl GaveUp {
    /// Whether it would be so again of a state of the data, for a while: of the same one; what did not fit does not fit
    /// either where something is added to it.
    pub(super) fn is_so_of(&self, dataset: &Dataset) -> bool {
        let is_like_it = self.dataset.reread_version == dataset.reread_version;
        self.dataset == *dataset || (is_like_it && self.may_be_so_of(dataset))
    }

    /// Whether it may be so again of a state from which cases have been removed since, which depends on how many.
    fn may_be_so_of(&self, dataset: &Dataset) -> bool {
        let does_not_fit = matches!(*self.why, ReadError::TooLarge { .. } | ReadError::TooMany(_));
        does_not_fit && self.dataset.lineage == dataset.lineage && self.at.elapsed() < READ_AGAIN
    }
}

impl Refresher {
    /// Why cases cannot be brought into memory, where some were removed since that was found, and no fewer are left.
    pub(super) async fn still_too_many(&mut self, databases: &Databases, dataset: &Dataset) -> Option<Arc<ReadError>> {
        let gave_up = self.gave_up.as_mut().filter(|gave_up| gave_up.may_be_so_of(dataset))?;
        let (then, now) = (gave_up.rows?, rows_of_cases(databases).await?);
        if now < then {
            return None;
        }
        gave_up.dataset = dataset.clone();
        Some(Arc::clone(&gave_up.why))
    }

    /// Says once that the cases take nearly all memory that they may, each time when they come to that.
    pub(super) fn tell_fullness(&mut self, bytes: u64, limit_bytes: u64) {
        if self.comes_to_be_nearly_full(bytes, limit_bytes) {
            warn!(
                "the cases take {} MiB in memory, more than {NEARLY_FULL_PERCENT} % of the {} that they may take: with more of \
                 them statistics, facets, totals and comparable cases are not answered any more; raise --columns-memory-mib \
                 (OFFER_CASES_COLUMNS_MEMORY_MIB), or give the machine or container more memory",
                bytes >> 20,
                limit_bytes >> 20
            );
        }
    }

    /// Whether so many bytes are nearly all that there may be, and those before were not.
    fn comes_to_be_nearly_full(&mut self, bytes: u64, limit_bytes: u64) -> bool {
        let is = u128::from(bytes) * 100 > u128::from(limit_bytes) * u128::from(NEARLY_FULL_PERCENT);
        let was = std::mem::replace(&mut self.is_nearly_full, is);
        is && !was
    }
}

/// How many rows the table of cases has, by what changes have left there.
pub(super) async fn rows_of_cases(databases: &Databases) -> Option<i64> {
    let Reader { client, to } = Reader::open(&databases.reads).await.ok()?;
    let kept = to.while_it_answers(row_sums::kept(&client, CASES)).await.ok()?.ok()?;
    kept.map(|kept| kept.sum.rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_little_memory_is_left_is_told_each_time_when_it_comes_to_that() {
        let mut refresher = Refresher::default();
        let told = [79, 80, 81, 95, 80, 82, 10].map(|bytes| refresher.comes_to_be_nearly_full(bytes, 100));
        assert_eq!(told, [false, false, true, false, false, true, false]);
        assert!(!refresher.comes_to_be_nearly_full(u64::MAX / 2, u64::MAX), "no number is too great");
    }
}
