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
        if let Some(catalog) = self.at_version(dataset.catalog_version) {
            return Ok(catalog);
        }
        let _one_at_a_time = self.loading.lock().await;
        if let Some(catalog) = self.at_version(dataset.catalog_version) {
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

    fn at_version(&self, version: i64) -> Option<Arc<Catalog>> {
        self.in_memory().filter(|catalog| catalog.version == version)
    }
}

/// Reads the catalog and its version in one state of the database.
pub async fn read(connection: &mut AsyncPgConnection) -> QueryResult<Catalog> {
    connection.build_transaction().read_only().repeatable_read().run(read_within).await
}

/// The same within a transaction of the caller that sees one state. It has what everybody may know of.
pub async fn read_within(connection: &mut AsyncPgConnection) -> QueryResult<Catalog> {
    let version = dataset::read(connection).await?.catalog_version;
    Catalog::load_public(connection, version).await
}
