//! Opening the database: a server that is named, or a private one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio_postgres::NoTls;

use crate::database::Database;
use crate::database::private_server::{self, Cancel, Durability, Options, PrivateServer, Reached, StartError};
use crate::settings::{DatabaseLocation, DatabaseSettings};

/// Pause before a private server that is not quite there is tried again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// How long a private server that runs may take to let somebody in.
const PRIVATE_LIMIT: Duration = Duration::from_secs(30);

/// What is done with a private server that another instance runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunByAnother {
    /// It is used.
    Use,
    /// It is an error: two servers cannot share a data directory.
    Refuse,
}

/// The database, with the private server that it may run on.
pub struct OpenDatabase {
    /// The database.
    pub database: Arc<Database>,
    server: Option<PrivateServer>,
    private: Option<tokio_postgres::Config>,
}

impl OpenDatabase {
    /// Opens a database: a server that is named, which need not be there yet, or a private one,
    /// which is started where it does not run already.
    ///
    /// `cancel` ends a start that is under way.
    pub async fn open(
        settings: &DatabaseSettings,
        run_by_another: RunByAnother,
        cancel: Cancel,
    ) -> anyhow::Result<Self> {
        let (address, server, private) = match &settings.location {
            DatabaseLocation::Server(address) => (address.clone(), None, None),
            DatabaseLocation::Private { data_dir, bin_dir } => {
                let durability = Durability::Durable;
                let options = Options { data_dir: data_dir.clone(), bin_dir: bin_dir.clone(), durability, cancel };
                let (config, server) = match tokio::task::spawn_blocking(move || PrivateServer::reach(&options))
                    .await??
                {
                    Reached::Started(server) => (server.directory().connection(), Some(server)),
                    Reached::RunBy(directory) if run_by_another == RunByAnother::Use => (directory.connection(), None),
                    Reached::RunBy(directory) => return Err(StartError::InUse(directory.path().to_path_buf()).into()),
                };
                await_private(&config, server.is_some()).await?;
                (config.clone().into(), server, Some(config))
            }
        };
        let database = Arc::new(Database::new(address, settings.connections, settings.query_limit));
        Ok(Self { database, server, private })
    }

    /// How a private server is reached; `None` of one that is named.
    pub fn private_config(&self) -> Option<tokio_postgres::Config> {
        self.private.clone()
    }

    /// Ends the private server, if it was started here.
    pub async fn close(self) -> anyhow::Result<()> {
        if let Some(server) = self.server {
            tokio::task::spawn_blocking(move || server.stop()).await?;
        }
        Ok(())
    }
}

/// Waits until the database of a private server takes connections. Whoever owns the server makes
/// the database where it is missing: at the first start, and after one that was killed in the middle.
async fn await_private(config: &tokio_postgres::Config, owns_server: bool) -> anyhow::Result<()> {
    use tokio_postgres::error::SqlState;
    let deadline = Instant::now() + PRIVATE_LIMIT;
    loop {
        let error = match config.connect(NoTls).await {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        if owns_server && error.code() == Some(&SqlState::UNDEFINED_DATABASE) {
            create_database(config).await?;
        } else if Instant::now() > deadline {
            return Err(error).context("connecting to the private PostgreSQL server");
        } else {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

async fn create_database(config: &tokio_postgres::Config) -> anyhow::Result<()> {
    let mut maintenance = config.clone();
    maintenance.dbname("postgres");
    let (client, connection) = maintenance.connect(NoTls).await?;
    let connection = tokio::spawn(connection);
    client.batch_execute(&format!("create database {}", private_server::DATABASE)).await?;
    drop(client);
    connection.await??;
    Ok(())
}
