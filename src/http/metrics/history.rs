//! When states of the data were first seen, so that it can be said for how long something has been without the newest.

use std::collections::VecDeque;
use std::time::Instant;

use crate::database::dataset::Dataset;

/// How many states are remembered: what is behind for longer than these is said to be so for as long as they reach back.
const MOST: usize = 1000;

/// States of the data, each with when it was first seen.
#[derive(Debug, Clone, Default)]
pub(super) struct History(VecDeque<(Instant, Dataset)>);

impl History {
    /// Notes a state that is there now.
    pub fn note(&mut self, dataset: &Dataset, now: Instant) {
        match self.0.back() {
            Some((_, newest)) if newest == dataset || dataset.is_behind(newest) => return,
            Some((_, newest)) if !newest.is_behind(dataset) => self.0.clear(),
            _ => {}
        }
        if self.0.len() == MOST {
            // The oldest tells how far it reaches back.
            self.0.remove(1);
        }
        self.0.push_back((now, dataset.clone()));
    }

    /// Forgets what is not so any more, where the server whose word is the last has an earlier state.
    pub fn is_at_most(&mut self, dataset: &Dataset) {
        self.0.retain(|(_, seen)| seen == dataset || seen.is_behind(dataset));
    }

    /// For how many seconds a newer state than this one has been there.
    pub fn seconds_behind(&self, dataset: &Dataset, now: Instant) -> f64 {
        let newer = self.0.iter().find(|(_, seen)| dataset.is_behind(seen));
        newer.map_or(0.0, |(since, _)| now.duration_since(*since).as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_lacks_a_state_is_behind_since_that_was_first_seen() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut history = History::default();
        for (seconds, version) in [(0, 1), (10, 2), (20, 2), (30, 4), (40, 3)] {
            history.note(&Dataset::at(version, "1.1"), at(seconds));
        }
        let behind = |version, lineage| history.seconds_behind(&Dataset::at(version, lineage), at(60));
        assert_eq!([behind(1, "1.1"), behind(2, "1.1"), behind(3, "1.1")], [50.0, 30.0, 30.0]);
        assert_eq!([behind(4, "1.1"), behind(5, "1.1"), behind(1, "1.2"), behind(1, "2.1")], [0.0; 4]);
    }

    #[test]
    fn what_a_failover_has_lost_is_lacking_nowhere() {
        let now = Instant::now();
        let mut history = History::default();
        history.note(&Dataset::at(7, "1.1"), now);
        history.is_at_most(&Dataset::at(5, "1.1"));
        assert_eq!(history.seconds_behind(&Dataset::at(5, "1.1"), now + Duration::from_secs(9)), 0.0);
        history.note(&Dataset::at(5, "1.1"), now);
        history.note(&Dataset::at(1, "2.1"), now);
        assert_eq!(
            history.seconds_behind(&Dataset::at(1, "1.1"), now + Duration::from_secs(9)),
            0.0,
            "another database"
        );
    }

    #[test]
    fn however_many_changes_there_are_few_are_remembered() {
        let start = Instant::now();
        let mut history = History::default();
        for version in 0..3000 {
            history.note(&Dataset::at(version, "1.1"), start + Duration::from_secs(version.unsigned_abs()));
        }
        assert_eq!(history.0.len(), MOST);
        let now = start + Duration::from_secs(3000);
        assert_eq!(history.seconds_behind(&Dataset::at(-1, "1.1"), now), 3000.0, "the oldest is kept");
        assert_eq!(history.seconds_behind(&Dataset::at(2990, "1.1"), now), 9.0);
    }
}
