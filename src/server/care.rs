//! Looking after the data of a database that is served: whether all of it is there, which is seen as it is opened, and
//! whether what was found damaged has been put right.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use log::warn;

use crate::database::row_sums::{self, CASES};
use crate::database::{Database, DatabaseError};
use crate::http::state::AppState;

/// How often it is looked whether damage was put right.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// What is known of the data.
pub struct Care {
    accepted_at: Option<String>,
}

/// How long it is waited until cases that cannot be compared yet are looked at again.
const COMPARE_AGAIN: Duration = Duration::from_secs(5);

impl Care {
    /// Reads all cases into memory, ahead of the first request, and compares all tables with what they should have. Where
    /// the cases are those that were kept on the disk, nobody waits for that: it is done beside the first requests.
    pub async fn begin(state: &AppState) -> Self {
        let database = &state.database;
        let accepted_at = row_sums::accepted_at(database).await.unwrap_or_default();
        tell_of_pages(database).await;
        let other_tables = tokio::spawn(compare_others(Arc::clone(database)));
        let is_read = look_at_cases(state).await;
        if !(is_read && state.columns_are_unverified()) {
            let _ = other_tables.await;
        }
        Self { accepted_at }
    }

    /// Looks for the moment when damage is put right, for as long as the service runs.
    pub async fn go_on(mut self, state: Data<AppState>) {
        let database = &state.database;
        verify(&state).await;
        loop {
            tokio::time::sleep(LOOK_AGAIN).await;
            if database.damage().check().is_ok() {
                continue;
            }
            let Ok(accepted_at) = row_sums::accepted_at(database).await else { continue };
            if accepted_at != self.accepted_at && look_at_all(&state).await {
                database.damage().mended();
            }
            self.accepted_at = accepted_at;
        }
    }
}

/// Whether all rows are there: those of the cases as they are read into memory, those of the other tables beside that.
async fn look_at_all(state: &AppState) -> bool {
    let (cases, others) = tokio::join!(look_at_cases(state), compare(&state.database, Some(CASES)));
    cases && others.is_ok()
}

async fn look_at_cases(state: &AppState) -> bool {
    let Err(error) = state.load_columns().await else { return true };
    warn!("reading cases into memory ahead of the first request: {error}");
    // Where they were not read to the end, the database compares them.
    compare(&state.database, None).await.is_ok()
}

async fn compare_others(database: Arc<Database>) -> Result<(), DatabaseError> {
    compare(&database, Some(CASES)).await
}

/// Compares cases that were kept on the disk with those of the database.
async fn verify(state: &AppState) {
    while state.columns_are_unverified() {
        match state.verify_columns().await {
            Ok(true) => return,
            Ok(false) => {}
            Err(error) => warn!("comparing the cases in memory with those of the database: {error}"),
        }
        tokio::time::sleep(COMPARE_AGAIN).await;
    }
}

/// Compares all tables but one.
async fn compare(database: &Database, but: Option<&str>) -> Result<(), DatabaseError> {
    match row_sums::compare(database, but).await {
        Ok(compared) => match compared.iter().find(|compared| !compared.is_whole()) {
            Some(lacking) => Err(database.damage().found(&lacking.to_string())),
            None => Ok(()),
        },
        Err(DatabaseError::Damaged(what)) => Err(database.damage().found(&what)),
        Err(error) => {
            warn!("comparing the rows of all tables: {error}");
            Err(error)
        }
    }
}

/// Says where pages have no checksums: a page that the disk has changed is read as it is then.
async fn tell_of_pages(database: &Database) {
    let Ok((client, to)) = database.connect_raw().await else { return };
    // An ordinary role may not see the directory: asking for it would be an error, and nothing would be told.
    let settings = "select current_setting('data_checksums'), case when pg_has_role('pg_read_all_settings', 'usage')
                    then current_setting('data_directory') end";
    let Ok(Ok(row)) = to.while_it_answers(client.query_one(settings, &[])).await else { return };
    if row.get::<_, &str>(0) == "off" {
        let directory = row.get::<_, Option<&str>>(1).unwrap_or("<its data directory>");
        warn!(
            "the pages of this database have no checksums, so that one that the disk has damaged is not told: while its \
             server is stopped, `pg_checksums --enable --pgdata {directory}` adds them, as the user whom the directory \
             belongs to"
        );
    }
}
