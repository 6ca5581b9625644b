//! A file on its way: read and normalised on a thread of its own, row by row, and copied into the staging table at the
//! same time. Memory does not grow with the file.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::mpsc::{Sender, channel};

use super::merge::Prune;
use super::normalise::NormalisedRow;
use super::read::{RawRow, Reading};
use super::remark_log::RemarkLog;
use super::report::{Remark, Report};
use super::row_reader::RowReader;
use super::sources::Portion;
use super::staging::{self, Staging};
use super::{ImportError, ImportFile, ImportOptions};
use crate::catalog::{Catalog, Entry};
use crate::parameters::message;

/// Bytes that are sent to the database together.
const CHUNK_BYTES: usize = 256 * 1024;
/// Chunks that wait for the database, so that reading need not.
const CHUNKS_AHEAD: usize = 4;

/// How far an import is, for those who watch it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Rows that were read.
    pub rows_read: AtomicU64,
    /// About how many there are to read in the files that were opened; 0 = unknown.
    pub rows_about: AtomicU64,
    /// Whether all rows of a file are read and are being merged.
    pub is_merging: AtomicBool,
}

/// Which rows of a file are meant, by the source that they name.
#[derive(Debug, Clone)]
pub enum RowFilter {
    /// All; one that names another source is rejected.
    All,
    /// All but those of these sources, which are somebody else's; the others are rejected.
    AllBut(Arc<HashSet<String>>),
    /// Those of the source alone.
    Own,
}

impl RowFilter {
    /// Whether a row that names this source is meant.
    fn takes(&self, named: Option<&str>, own: &Entry) -> bool {
        match self {
            Self::All => true,
            Self::AllBut(others) => named.is_none_or(|named| !others.contains(named)),
            Self::Own => named == Some(own.slug()),
        }
    }
}

/// What came of a file whose rows stand in the staging table now.
#[derive(Debug)]
pub struct Staged {
    /// Everything but what merging adds.
    pub report: Report,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// Whether the rows change cases by their ids, and do not say where these come from.
    pub is_plain: bool,
    /// All remarks, where they were to be kept.
    pub log: Option<RemarkLog>,
    /// The keys that rejected rows say they have, where they were to be kept.
    pub rejected_keys: Vec<String>,
}

/// A file that is to be read into the staging table.
#[derive(Debug)]
pub struct Task {
    /// The file.
    pub file: ImportFile,
    /// What its rows are imported as.
    pub source: Entry,
    /// Which of its rows are meant.
    pub portion: Portion,
    /// What names mean.
    pub catalog: Arc<Catalog>,
    /// What is asked of the import.
    pub options: ImportOptions,
    /// Where it is told how far it is.
    pub progress: Arc<Progress>,
}

impl Task {
    /// Reads the file into the staging table.
    ///
    /// # Errors
    /// Where the file cannot be read to its end, or the database refuses.
    pub async fn stage(self, staging: &Staging) -> Result<Staged, ImportError> {
        let (sender, receiver) = channel(CHUNKS_AHEAD);
        let reading = tokio::task::spawn_blocking(move || self.read(&sender));
        let copied = staging.copy(receiver).await;
        // Where reading fails, the rows before it are in the staging table, and are not merged.
        let staged = reading.await.map_err(|error| ImportError::Internal(error.to_string()))??;
        copied?;
        Ok(staged)
    }

    fn read(self, sender: &Sender<Vec<u8>>) -> Result<Staged, ImportError> {
        let Reading { table, mut rows, notes, about } = self.file.read(&self.options.read, &self.catalog)?;
        self.progress.rows_about.fetch_add(about.unwrap_or_default(), Ordering::Relaxed);
        let sha256 = self.file.sha256()?;
        let known = self.portion.known.as_deref();
        let mut reader = RowReader::new(&table, Some(&self.source), &self.catalog, known, false)
            .ok_or_else(|| ImportError::PlainExport { file: self.file.name.clone() })?;
        reader.assume(self.options.read.currency);
        let mut report = Report::on(self.source.slug(), &self.file.name);
        let mut log = if self.options.keep_all_remarks { Some(RemarkLog::new()?) } else { None };
        let mut rejected_keys = Vec::new();
        let mut chunk = Vec::with_capacity(CHUNK_BYTES);
        while let Some(row) = rows.next() {
            let row = row.map_err(|error| self.file.unreadable(error))?;
            self.progress.rows_read.fetch_add(1, Ordering::Relaxed);
            if !self.portion.filter.takes(reader.source_of(&row), &self.source) {
                continue;
            }
            report.rows_read += 1;
            match reader
                .read(&row)
                .and_then(|read| self.check_names(&row, read).map_err(|it| it.at(reader.place_of(&row))))
            {
                Ok(normalised) => take_in(&mut report, &mut log, normalised, &mut chunk)?,
                Err(reason) => {
                    log.as_mut().map_or(Ok(()), |log| log.rejections.add(&reason))?;
                    report.reject(reason);
                    let key = reader.key_of(&row).filter(|_| self.options.prune != Prune::Nothing);
                    rejected_keys.extend(key.map(str::to_owned));
                }
            }
            // Nobody takes rows any more where the database refused one.
            if chunk.len() >= CHUNK_BYTES && sender.blocking_send(std::mem::take(&mut chunk)).is_err() {
                break;
            }
        }
        let _ = sender.blocking_send(chunk);
        if !reader.is_canonical() {
            report.findings.tell_columns(rows.tables());
        }
        report.findings.tell_notes(notes.into_iter().chain(rows.notes()));
        Ok(Staged { report, sha256, is_plain: known.is_some(), log, rejected_keys })
    }

    /// Rejects a row with a new name, where only known ones are wanted.
    fn check_names(&self, row: &RawRow, normalised: NormalisedRow) -> Result<NormalisedRow, Remark> {
        let new = normalised.case.new_entries().next().filter(|_| self.options.strict);
        match new.map(|(field, name)| (field, name.to_owned())) {
            None => Ok(normalised),
            Some((field, name)) => {
                let (en, zh) = (field.name(), field.label().zh);
                let message = message!("no {en} is called so", "没有叫这个名字的{zh}");
                Err(Remark::new(row.number, en, &name, "strict", message))
            }
        }
    }
}

/// Takes a case with its remarks into the report, and into what is sent.
fn take_in(
    report: &mut Report,
    log: &mut Option<RemarkLog>,
    normalised: NormalisedRow,
    chunk: &mut Vec<u8>,
) -> Result<(), ImportError> {
    for remark in normalised.remarks {
        log.as_mut().map_or(Ok(()), |log| log.remarks.add(&remark))?;
        report.remark(remark);
    }
    for (field, is_known) in normalised.case.known() {
        *report.findings.coverage.entry(field.into()).or_default() += usize::from(is_known);
    }
    staging::write(chunk, &normalised.case);
    Ok(())
}
