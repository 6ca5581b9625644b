//! A file on its way: read and normalised on a thread of its own, row by row, and copied into the staging table at the
//! same time. Memory does not grow with the file.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc::{Sender, channel};

use super::key::sha256_hex;
use super::normalise::{self, NormalisedCase};
use super::read::header::Columns;
use super::read::markdown;
use super::remark_log::RemarkLog;
use super::report::Report;
use super::staging::{self, Staging};
use super::{ImportError, ImportFile};
use crate::catalog::{Catalog, Source};

/// Bytes that are sent to the database together.
const CHUNK_BYTES: usize = 256 * 1024;
/// Chunks that wait for the database, so that reading need not.
const CHUNKS_AHEAD: usize = 4;

/// How far an import is, for those who watch it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Rows that were read.
    pub rows_read: AtomicU64,
}

/// What is asked of every row.
#[derive(Debug, Clone, Default)]
pub struct RowOptions {
    /// Whether a company or role that nobody knows rejects its row.
    pub only_known_names: bool,
    /// Whether all remarks are kept, and not only the first ones.
    pub keep_all_remarks: bool,
}

/// What came of a file whose rows stand in the staging table now.
#[derive(Debug)]
pub struct Staged {
    /// Everything but what merging adds.
    pub report: Report,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// All remarks, where they were to be kept.
    pub log: Option<RemarkLog>,
}

/// Reads a file into the staging table.
///
/// # Errors
/// Where the file cannot be read to its end, or the database refuses.
pub async fn stage(
    staging: &Staging,
    catalog: &Arc<Catalog>,
    file: &ImportFile,
    source: &Source,
    options: &RowOptions,
    progress: &Arc<Progress>,
) -> Result<Staged, ImportError> {
    let (sender, receiver) = channel(CHUNKS_AHEAD);
    let task = Task {
        file: file.clone(),
        source: source.clone(),
        catalog: Arc::clone(catalog),
        options: options.clone(),
        progress: Arc::clone(progress),
        sender,
    };
    let reading = tokio::task::spawn_blocking(move || task.run());
    let copied = staging.copy(receiver).await;
    // Where reading fails, the rows before it are in the staging table, and are not merged.
    let staged = reading.await.map_err(|error| ImportError::Internal(error.to_string()))??;
    copied.map_err(|error| ImportError::Copy(crate::database::describe(&error)))?;
    Ok(staged)
}

/// Reading, on its thread.
struct Task {
    file: ImportFile,
    source: Source,
    catalog: Arc<Catalog>,
    options: RowOptions,
    progress: Arc<Progress>,
    sender: Sender<Vec<u8>>,
}

impl Task {
    fn run(self) -> Result<Staged, ImportError> {
        let in_file = |error| ImportError::Read { file: self.file.name.clone(), error };
        let bytes = self.file.bytes()?;
        let is_markdown =
            std::path::Path::new(&self.file.name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md"));
        if !is_markdown {
            return Err(ImportError::Kind { file: self.file.name.clone() });
        }
        let table = markdown::read(&bytes).map_err(in_file)?;
        let columns = Columns::find(&table).map_err(in_file)?;
        let normalised = normalise::normalise(&table, &columns, &self.source, &self.catalog);
        let mut report = Report {
            source: self.source.slug.clone(),
            file_name: self.file.name.clone(),
            rows_read: table.rows.len(),
            untaken_columns: columns.untaken,
            ..Report::default()
        };
        let mut chunk = Vec::with_capacity(CHUNK_BYTES);
        for case in &normalised.cases {
            self.progress.rows_read.fetch_add(1, Ordering::Relaxed);
            cover(&mut report.coverage, case);
            staging::write(&mut chunk, case);
            if chunk.len() >= CHUNK_BYTES && !self.send(&mut chunk) {
                break;
            }
        }
        self.send(&mut chunk);
        let mut log = if self.options.keep_all_remarks { Some(RemarkLog::new()?) } else { None };
        for reason in normalised.rejections {
            log.as_mut().map_or(Ok(()), |log| log.reject(&reason))?;
            report.reject(reason);
        }
        for remark in normalised.remarks {
            log.as_mut().map_or(Ok(()), |log| log.remark(&remark))?;
            report.remark(remark);
        }
        Ok(Staged { report, sha256: sha256_hex(&bytes), log })
    }

    /// Sends what has gathered; false where nobody takes it any more.
    fn send(&self, chunk: &mut Vec<u8>) -> bool {
        self.sender.blocking_send(std::mem::take(chunk)).is_ok()
    }
}

/// Counts the fields that are known of a case.
fn cover(coverage: &mut BTreeMap<&'static str, usize>, case: &NormalisedCase) {
    let fields = &case.fields;
    for (field, known) in [
        ("major", fields.major_id.is_some()),
        ("highest_degree", fields.highest_degree.is_some()),
        ("bachelor_tier", fields.bachelor_tier.is_some()),
        ("master_tier", fields.master_tier.is_some()),
        ("offer_channel", fields.offer_channel.is_some()),
        ("interview_rounds", fields.interview_rounds.is_some()),
        ("preparation_days", fields.preparation_days.is_some()),
        ("tags", !fields.tags.is_empty()),
        ("summary", fields.summary.is_some()),
    ] {
        *coverage.entry(field).or_default() += usize::from(known);
    }
}
