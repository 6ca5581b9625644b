//! The connection on which cases are read, to a database that has what is to be seen.

use tokio_postgres::Client;

use crate::database::dataset::{CATCH_UP, Dataset};
use crate::database::{ConnectedTo, Database, DatabaseError, Databases};
use crate::engine::read::{ReadError, begin, end, lineage_of_now};

/// A connection on which cases are read.
pub(super) struct Reader {
    pub(super) client: Client,
    pub(super) to: ConnectedTo,
}

impl Reader {
    /// A connection, the earlier one where it serves, that sees a state of the data that is not behind a known one, with that
    /// state and whether it is a replica's. The word of a server that takes writes is the last, also where it is behind, if
    /// what came later is lost.
    pub(super) async fn seeing(
        earlier: Option<Self>,
        databases: &Databases,
        known: &Dataset,
    ) -> Result<(Self, Dataset, bool), ReadError> {
        // What breaks in the middle of an answer does not serve for another one.
        let reader = match earlier.filter(|reader| !reader.client.is_closed() && !reader.to.is_given_up()) {
            Some(reader) => reader,
            None => Self::open_first(databases).await?,
        };
        let mut version = 0;
        for pause in CATCH_UP {
            tokio::time::sleep(*pause).await;
            let (dataset, is_replica) = reader.to.while_it_answers(begin(&reader.client)).await??;
            if reader.serves(&dataset, is_replica, known).await? {
                return Ok((reader, dataset, is_replica));
            }
            version = dataset.version;
            reader.to.while_it_answers(end(&reader.client)).await??;
        }
        if !databases.has_replicas() {
            return Err(ReadError::Behind(version));
        }
        let reader = Self::open(&databases.writes).await?;
        let (dataset, is_replica) = reader.to.while_it_answers(begin(&reader.client)).await??;
        match reader.serves(&dataset, is_replica, known).await? {
            true => Ok((reader, dataset, is_replica)),
            false => Err(ReadError::Behind(dataset.version)),
        }
    }

    /// Whether what it sees is not behind a known state, or that one is lost.
    async fn serves(&self, dataset: &Dataset, is_replica: bool, known: &Dataset) -> Result<bool, ReadError> {
        if !dataset.is_behind(known) || is_replica {
            return Ok(!dataset.is_behind(known));
        }
        Ok(known.has_ended(&self.to.while_it_answers(lineage_of_now(&self.client)).await??))
    }

    /// To the first database that can be read from.
    async fn open_first(databases: &Databases) -> Result<Self, DatabaseError> {
        let mut away = DatabaseError::Away(String::new());
        for database in databases.to_read_from() {
            match Self::open(database).await {
                Ok(reader) => return Ok(reader),
                Err(error) => away = error,
            }
        }
        Err(away)
    }

    pub(super) async fn open(database: &Database) -> Result<Self, DatabaseError> {
        let (client, to) = database.connect_raw().await?;
        Ok(Self { client, to })
    }
}
