//! Keeps the newest catalog in memory.

use std::sync::{Arc, PoisonError, RwLock};

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use tokio::sync::Mutex;

use super::Catalog;
use crate::database::dataset::{self, Dataset};

/// The newest catalog that was read, shared by all requests.
#[derive(Debug, Default)]
pub struct CatalogCache {
    current: RwLock<Option<Arc<Catalog>>>,
    loading: Mutex<()>,
}

impl CatalogCache {
    /// The catalog as of `dataset` or newer, read only where the one in memory is another version.
    pub async fn get(&self, connection: &mut AsyncPgConnection, dataset: &Dataset) -> QueryResult<Arc<Catalog>> {
        if let Some(catalog) = self.of(dataset) {
            return Ok(catalog);
        }
        let _one_at_a_time = self.loading.lock().await;
        if let Some(catalog) = self.of(dataset) {
            return Ok(catalog);
        }
        let catalog = Arc::new(read(connection).await?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&catalog));
        Ok(catalog)
    }

    /// The catalog in memory, which may be out of date.
    pub fn in_memory(&self) -> Option<Arc<Catalog>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn of(&self, dataset: &Dataset) -> Option<Arc<Catalog>> {
        self.in_memory().filter(|catalog| catalog.is_of(dataset))
    }
}

/// Reads the catalog and its version in one state of the database.
pub async fn read(connection: &mut AsyncPgConnection) -> QueryResult<Catalog> {
    connection.build_transaction().read_only().repeatable_read().run(read_within).await
}

/// The same within a transaction of the caller that sees one state. It has what everybody may know of.
pub async fn read_within(connection: &mut AsyncPgConnection) -> QueryResult<Catalog> {
    let dataset = dataset::read(connection).await?;
    let catalog = Catalog::load_public(connection, dataset.catalog_version).await?;
    Ok(Catalog { lineage: dataset.lineage, ..catalog })
}
