//! The databases of a service: one, or one and its replicas.

use std::sync::Arc;

use super::Database;

/// The databases of a service: that which is written to, and that which is read from, which may be its replicas.
#[derive(Clone)]
pub struct Databases {
    /// The one that is written to.
    pub writes: Arc<Database>,
    /// The one that is read from.
    pub reads: Arc<Database>,
}

impl Databases {
    /// Whether another one is read from than is written to.
    pub fn has_replicas(&self) -> bool {
        !Arc::ptr_eq(&self.writes, &self.reads)
    }

    /// Whether the one that is read from has given no answer of late, and there is another one.
    pub fn replicas_are_silent(&self) -> bool {
        self.has_replicas() && self.reads.address().is_silent()
    }

    /// Those that may be read from, in the order in which they are asked: who has just waited in vain need not do so again.
    pub fn to_read_from(&self) -> impl Iterator<Item = &Database> {
        let (first, second) = match self.replicas_are_silent() {
            true => (&self.writes, &self.reads),
            false => (&self.reads, &self.writes),
        };
        std::iter::once(&**first).chain(self.has_replicas().then_some(&**second))
    }
}

impl From<Arc<Database>> for Databases {
    fn from(database: Arc<Database>) -> Self {
        Self { writes: Arc::clone(&database), reads: database }
    }
}
