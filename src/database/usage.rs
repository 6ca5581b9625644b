//! How the connections to a database are used: how many there are, how many work, how many requests wait for one.

use std::sync::{Arc, PoisonError};

use super::{Database, MAX_LONG_LEASES, Pipelines};

/// What connections are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// What an index answers at once; each is shared by several such reads.
    ShortReads,
    /// What may take long, such as statistics and searches.
    Questions,
    /// Files of cases; made when they are needed.
    Exports,
    /// Whether the database answers.
    Health,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::ShortReads, Self::Questions, Self::Exports, Self::Health];

    /// What it is called in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::ShortReads => "short_reads",
            Self::Questions => "questions",
            Self::Exports => "exports",
            Self::Health => "health",
        }
    }
}

/// How the connections of one purpose are used.
#[derive(Debug, Clone, Copy)]
pub struct Usage {
    /// What they are for.
    pub purpose: Purpose,
    /// How many there may be.
    pub most: usize,
    /// How many there are.
    pub open: usize,
    /// How many of them work for a request.
    pub in_use: usize,
    /// How many requests wait for one.
    pub waiting: usize,
}

impl Database {
    /// How its connections are used, by what they are for.
    pub fn usage(&self) -> [Usage; Purpose::ALL.len()] {
        Purpose::ALL.map(|purpose| match purpose {
            Purpose::ShortReads => self.usage_of_pipelines(),
            Purpose::Questions => self.pool.usage(purpose),
            Purpose::Health => self.health.usage(purpose),
            Purpose::Exports => {
                let open = MAX_LONG_LEASES - self.long_leases.available_permits();
                Usage { purpose, most: MAX_LONG_LEASES, open, in_use: open, waiting: self.waiting_for_long.now() }
            }
        })
    }

    /// Remembers the connections of workers for as long as these serve.
    pub(super) fn remember(&self, pipelines: &[Arc<Pipelines>]) {
        let mut remembered = self.pipelines.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.retain(|pipelines| pipelines.strong_count() > 0);
        remembered.extend(pipelines.iter().map(Arc::downgrade));
    }

    fn usage_of_pipelines(&self) -> Usage {
        let none = Usage { purpose: Purpose::ShortReads, most: 0, open: 0, in_use: 0, waiting: 0 };
        let remembered = self.pipelines.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.iter().filter_map(|pipelines| Some(pipelines.upgrade()?.usage())).fold(none, |all, one| Usage {
            most: all.most + one.most,
            open: all.open + one.open,
            in_use: all.in_use + one.in_use,
            waiting: all.waiting + one.waiting,
            ..all
        })
    }
}
