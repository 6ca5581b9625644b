//! Columns that are kept on the disk: a start that begins with them, whether they are what the database holds, writing them.
//!
//! A start trusts the file where it is of the history of the database and not of a later state, brings it up to date by what
//! has changed since, and compares how many rows there are then with how many the database should have. That much is known
//! before the first answer. Afterwards, beside the first requests, all rows are read once as a start without a file reads
//! them: they are compared with what the database should have, row by row, and with the columns, code by code. Nothing is
//! written to the disk before.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use log::{info, warn};
use tokio_postgres::Client;

use super::{ColumnStore, Lacks, Reader, Refresher, Shared};
use crate::database::dataset::Dataset;
use crate::database::row_sums::{self, CASES};
use crate::database::{DatabaseError, Databases};
use crate::engine::Columns;
use crate::engine::read::{ReadError, Source, are_what_is_there, begin, end, read_missing};
use crate::engine::saved::Saver;

/// What has come of comparing columns with the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// They are what it holds, or it will be read anew anyhow.
    AsTheyShould,
    /// They are not, and were given up.
    Others,
    /// The server that was asked is behind them.
    NotYet,
}

impl ColumnStore {
    /// Whether the columns began with those of the disk, and were not compared with the database yet.
    pub fn are_unverified(&self) -> bool {
        self.0.are_unverified.load(Ordering::Relaxed)
    }

    /// Compares them with what the database holds.
    ///
    /// # Errors
    /// Where that cannot be read, or is not what there should be.
    pub async fn verify(&self, databases: &Databases) -> Result<Verified, ReadError> {
        let verified = self.0.verify(databases).await.inspect_err(|error| {
            if let ReadError::Damaged(what) = error {
                databases.writes.damage().found(what);
            }
        })?;
        if verified != Verified::NotYet {
            self.0.are_unverified.store(false, Ordering::Relaxed);
        }
        match verified {
            Verified::AsTheyShould => {
                info!("the cases in memory, which began with those of the disk, are those of the database");
                self.0.save_soon();
            }
            Verified::Others => self.0.give_up_those_of_disk(),
            Verified::NotYet => {}
        }
        Ok(verified)
    }
}

impl Shared {
    async fn verify(&self, databases: &Databases) -> Result<Verified, ReadError> {
        let (client, to) = match databases.reads.connect_raw().await {
            Err(DatabaseError::Away(_)) if databases.has_replicas() => databases.writes.connect_raw().await?,
            connected => connected?,
        };
        let (second, _) = databases.reads.connect_raw_beside(&to).await?;
        to.while_it_answers(self.compare([&client, &second])).await?
    }

    async fn compare(&self, clients: [&Client; 2]) -> Result<Verified, ReadError> {
        let Some(current) = self.current() else { return Ok(Verified::AsTheyShould) };
        let (dataset, is_replica) = begin(clients[0]).await?;
        let columns = match current.what_lacks(&dataset, is_replica) {
            (_, Lacks::Everything) => return Ok(Verified::AsTheyShould),
            (columns, Lacks::Nothing) if columns.dataset != dataset => return Ok(Verified::NotYet),
            (columns, Lacks::Nothing) => columns,
            (columns, Lacks::Changes) => {
                let source = Source::Changed(clients[0]);
                Arc::new(read_missing(source, &columns, &dataset, u64::MAX, |_| {}).await?)
            }
        };
        let are_equal = are_what_is_there(&columns, clients).await?;
        Ok(if are_equal { Verified::AsTheyShould } else { Verified::Others })
    }

    fn give_up_those_of_disk(&self) {
        let Some(saver) = &self.saver else { return };
        warn!(
            "what {} says is not what the database holds: all cases are read from the database",
            saver.file().display()
        );
        saver.forget();
        self.set(None);
    }

    /// Takes the columns of the disk, brought up to date, where there are none yet. It is looked for them once.
    pub(super) async fn begin_with_those_of_disk(
        &self,
        refresher: &mut Refresher,
        databases: &Databases,
        known: &Dataset,
    ) {
        let Some(saver) = self.saver.as_ref().filter(|_| !refresher.has_looked_on_disk) else { return };
        refresher.has_looked_on_disk = true;
        let Some(saved) = saver.load().await else { return };
        let version = saved.dataset.token();
        match self.up_to_date(refresher, databases, known, saved).await {
            Ok(columns) => {
                let (cases, bytes, limit_mib) = (columns.cases(), columns.bytes(), self.limit_bytes >> 20);
                info!(
                    "{cases} cases are in memory, {} MiB of the {limit_mib} that they may take: those of {}, of version {version}, \
                     and what has changed since",
                    bytes >> 20,
                    saver.file().display()
                );
                refresher.tell_fullness(bytes, self.limit_bytes);
                self.are_unverified.store(true, Ordering::Relaxed);
                self.set(Some(Arc::new(columns)));
            }
            Err(why) => info!("{}, of version {version}, is not used: {why}", saver.file().display()),
        }
    }

    /// Columns of the disk as they are now; or why they are of no use.
    async fn up_to_date(
        &self,
        refresher: &mut Refresher,
        databases: &Databases,
        known: &Dataset,
        saved: Columns,
    ) -> Result<Columns, String> {
        let told = |error: ReadError| error.to_string();
        let away = |error: DatabaseError| error.to_string();
        let (reader, dataset, is_replica) =
            Reader::seeing(refresher.reader.take(), databases, known).await.map_err(told)?;
        let Reader { client, to } = &reader;
        let (saved, lacks) = Arc::new(saved).what_lacks(&dataset, is_replica);
        match lacks {
            Lacks::Everything => return Err("the database has another history, or cases were removed since".into()),
            Lacks::Nothing if saved.dataset != dataset => return Err("the database is behind it".into()),
            Lacks::Nothing | Lacks::Changes => {}
        }
        let changes = read_missing(Source::Changed(client), &saved, &dataset, self.limit_bytes, |_| {});
        let columns = to.while_it_answers(changes).await.map_err(away)?.map_err(told)?;
        let kept = to.while_it_answers(row_sums::kept(client, CASES)).await.map_err(away)?;
        let should_be = kept.map_err(|error| told(error.into()))?.map(|kept| kept.sum.rows);
        if should_be != Some(columns.rows) {
            let should_be = should_be.map_or("nobody knows how many".to_owned(), |rows| rows.to_string());
            return Err(format!(
                "with what has changed since it has {} rows, and there should be {should_be}",
                columns.rows
            ));
        }
        to.while_it_answers(end(client)).await.map_err(away)?.map_err(told)?;
        refresher.reader = Some(reader);
        Ok(columns)
    }

    /// Lets the newest columns be written to the disk, when it is time to.
    pub(super) fn save_soon(self: &Arc<Self>) {
        let is_wanted = |shared: &Self, saver: &Saver| {
            let columns = shared.current().filter(|columns| saver.lacks(columns));
            columns.filter(|_| !shared.are_unverified.load(Ordering::Relaxed))
        };
        let Some(saver) = &self.saver else { return };
        if is_wanted(self, saver).is_none() || !saver.take_in_hand() {
            return;
        }
        let shared = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                let Some(not_before) = shared.upgrade().and_then(|shared| Some(shared.saver.as_ref()?.not_before()))
                else {
                    return;
                };
                tokio::time::sleep_until(not_before.into()).await;
                let Some(shared) = shared.upgrade() else { return };
                let Some(saver) = &shared.saver else { return };
                match is_wanted(&shared, saver) {
                    Some(columns) => saver.save(columns).await,
                    None => {
                        saver.put_down();
                        // What came in this moment found it in hand.
                        if is_wanted(&shared, saver).is_none() || !saver.take_in_hand() {
                            return;
                        }
                    }
                }
            }
        });
    }
}
