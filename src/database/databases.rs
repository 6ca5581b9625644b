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
}

impl From<Arc<Database>> for Databases {
    fn from(database: Arc<Database>) -> Self {
        Self { writes: Arc::clone(&database), reads: database }
    }
}
