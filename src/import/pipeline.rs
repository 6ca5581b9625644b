//! A file on its way: read and normalised on a thread of its own, row by row, and copied into the staging table at the
//! same time. Memory does not grow with the file.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::mpsc::{Sender, channel};

use super::key::{RowKeys, mark_of};
use super::key_column::{KeyColumn, KeyTrust, key_column};
use super::merge::Prune;
use super::normalise::NormalisedRow;
use super::read::header::{Columns, KEY};
use super::read::{self, RawRow, Reading};
use super::remark_log::RemarkLog;
use super::report::{EQUAL, Remark, Report};
use super::row_reader::RowReader;
use super::sources::Portion;
use super::staging::{self, Staging};
use super::{ImportError, ImportFile, ImportOptions};
use crate::catalog::{Catalog, Entry};
use crate::model::case::Field;
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
    /// How the rows are known again.
    pub known_by: KnownBy,
}

impl Staged {
    /// Adds a remark on a row that is imported.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn remark(&mut self, remark: Remark) -> std::io::Result<()> {
        self.log.as_mut().map_or(Ok(()), |log| log.remarks.add(&remark))?;
        self.report.remark(remark);
        Ok(())
    }
}

/// How the rows of a file are known again, and the headers of the cells that say it.
#[derive(Debug, Clone, Default)]
pub struct KnownBy {
    /// By what.
    pub kind: KnownKind,
    /// Header of the key column; empty where there is none.
    pub key_header: String,
    /// Header of the company.
    pub company_header: String,
    /// Header of the role.
    pub role_header: String,
}

/// By what the rows of a file are known again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum KnownKind {
    /// By their cells.
    #[default]
    Content,
    /// By marks within the file, with company and role.
    Mark,
    /// By keys, which prove to be some.
    Key,
    /// By keys, as the user said.
    SaidKey,
    /// By their ids, or the keys that they had where they were exported.
    Export,
}

impl KnownBy {
    fn of(column: &KeyColumn, trust: KeyTrust, columns: &Columns, is_export: bool) -> Self {
        let kind = match (is_export, column) {
            (true, _) => KnownKind::Export,
            (false, KeyColumn::Missing) => KnownKind::Content,
            (false, KeyColumn::Marks) => KnownKind::Mark,
            (false, KeyColumn::Keys) if trust == KeyTrust::Said => KnownKind::SaidKey,
            (false, KeyColumn::Keys) => KnownKind::Key,
        };
        let title = |column| columns.title(column).to_owned();
        Self { kind, key_header: title(KEY), company_header: title(Field::Company), role_header: title(Field::Role) }
    }
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
        let reader = RowReader::new(&table, Some(&self.source), &self.catalog, known, false)
            .ok_or_else(|| ImportError::PlainExport { file: self.file.name.clone() })?;
        let (column, trust) = self.key_column(&reader)?;
        let known_by = KnownBy::of(&column, trust, &table.columns, reader.is_canonical());
        let mut reader = reader.with_keys(RowKeys::new(&self.file.name, column));
        reader.assume(self.options.read.currency);
        let mut report = Report::on(self.source.slug(), &self.file.name);
        let mut log = if self.options.keep_all_remarks { Some(RemarkLog::new()?) } else { None };
        let mut rejected_keys = Vec::new();
        let mut chunk = Vec::with_capacity(CHUNK_BYTES);
        for row in rows.by_ref() {
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
                Ok(normalised) if normalised.is_repeated && self.options.skip_equal => report.leave_out_equal(),
                Ok(mut normalised) => {
                    if normalised.is_repeated {
                        report.findings.equal_rows += 1;
                        normalised.remarks.push(equal_to_earlier(&row).at(reader.place_of(&row)));
                    }
                    take_in(&mut report, &mut log, normalised, &mut chunk)?;
                }
                Err(reason) => {
                    log.as_mut().map_or(Ok(()), |log| log.rejections.add(&reason))?;
                    report.reject(reason);
                    let key = reader.key_of(&row).filter(|_| self.options.prune != Prune::Nothing);
                    rejected_keys.extend(key.map(|key| match known_by.kind {
                        KnownKind::Mark => mark_of(key),
                        _ => key.to_owned(),
                    }));
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
        Ok(Staged { report, sha256, is_plain: known.is_some(), log, rejected_keys, known_by })
    }

    /// What the key column of the file is worth, and what is said of it; the rows of an export have keys of their own.
    fn key_column(&self, reader: &RowReader<'_>) -> Result<(KeyColumn, KeyTrust), ImportError> {
        let trust = self.options.keys.of(&self.options.read);
        if reader.is_canonical() {
            return Ok((KeyColumn::Missing, trust));
        }
        let open = || read::open(&self.file.name, &self.file.content, &self.options.read, Some(&self.catalog));
        let column = key_column(trust, open).map_err(|error| self.file.unreadable(error))?;
        Ok((column, trust))
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

/// The remark on a row that says just what an earlier one says.
fn equal_to_earlier(row: &RawRow) -> Remark {
    let columns = &row.table.columns;
    let cell = columns.cell(&row.cells, Field::Company).unwrap_or_default();
    let message = message!(
        "an earlier row is equal; both are stored (--skip-equal leaves it out)",
        "与前面的一行相同；两行都会保存（--skip-equal 会略去后者）"
    );
    Remark::new(row.number, columns.title(Field::Company), cell, EQUAL, message)
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
