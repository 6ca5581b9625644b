//! The columns on the disk, so that a start need not read all cases: it reads the file, and what has changed since.
//!
//! [`content`] is what stands in the file; here it is written, in the background, and found again. A file is used only by a
//! program that would make the same columns of the same rows, and only of the history that the database is of; one that is
//! damaged, cut off or of another form is told and left alone. What else it takes to trust one stands in [`super::store`].

mod content;

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use log::{debug, info, warn};
use tokio::sync::oneshot;

use super::Columns;
use crate::database::dataset::Dataset;
use crate::database::private_server::SAVED_COLUMNS;

/// The least time from the beginning of one writing to the next.
const LEAST_PAUSE: Duration = Duration::from_secs(60);
/// The most of all time that is spent with writing: one part of so many.
const SHARE_OF_TIME: u32 = 20;
/// After how long what is half written is somebody's who has died.
const IS_LEFT_BEHIND: Duration = Duration::from_secs(600);
/// Bytes that are read and written at once.
const BUFFER: usize = 1 << 20;

/// Where columns are kept on the disk.
#[derive(Debug, Clone)]
pub struct Place {
    /// The directory.
    pub directory: PathBuf,
    /// With fewer cases than this none are kept: they are read as soon from the database.
    pub least_cases: u64,
}

/// Keeps the newest columns in a file.
pub(super) struct Saver {
    place: Place,
    /// Whether somebody has it in hand to write the newest columns.
    is_in_hand: AtomicBool,
    written: Mutex<Written>,
}

/// What was written last.
struct Written {
    dataset: Option<Dataset>,
    not_before: Instant,
}

impl Saver {
    pub(super) fn new(place: Place) -> Self {
        let written = Mutex::new(Written { dataset: None, not_before: Instant::now() });
        Self { place, is_in_hand: AtomicBool::new(false), written }
    }

    /// The file.
    pub(super) fn file(&self) -> PathBuf {
        self.place.directory.join(SAVED_COLUMNS)
    }

    /// The columns of the file, where there is one that can be used, however old.
    pub(super) async fn load(&self) -> Option<Columns> {
        remove_left_behind(&self.place.directory);
        let (file, begun) = (self.file(), Instant::now());
        let opened = match File::open(&file) {
            Ok(opened) => opened,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                warn!("{} cannot be read, and all cases are read from the database: {error}", file.display());
                return None;
            }
        };
        let read = move || content::read(&mut BufReader::with_capacity(BUFFER, opened));
        let read =
            tokio::task::spawn_blocking(read).await.unwrap_or_else(|error| Err(content::Unusable::broken(&error)));
        match read {
            Ok(columns) => {
                debug!("{} was read within {:.1} s", file.display(), begun.elapsed().as_secs_f64());
                self.is_written(&columns.dataset);
                Some(columns)
            }
            Err(unusable @ content::Unusable::OfAnother(_)) => {
                info!("{} is not used, and all cases are read from the database: {unusable}", file.display());
                None
            }
            Err(unusable) => {
                warn!("{} is not used, and all cases are read from the database: {unusable}", file.display());
                None
            }
        }
    }

    /// Whether columns are worth being written, and are not yet.
    pub(super) fn lacks(&self, columns: &Columns) -> bool {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        columns.cases() >= self.place.least_cases && written.dataset.as_ref() != Some(&columns.dataset)
    }

    /// When it is time to write again.
    pub(super) fn not_before(&self) -> Instant {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).not_before
    }

    /// Writes columns, on a thread that nobody waits for at the end of the program.
    pub(super) async fn save(&self, columns: Arc<Columns>) {
        let (file, begun, dataset) = (self.file(), Instant::now(), columns.dataset.clone());
        let (give, outcome) = oneshot::channel();
        let into = file.clone();
        std::thread::spawn(move || give.send(write(&columns, &into)));
        let outcome = outcome.await.unwrap_or_else(|_| Err(io::Error::other("writing was broken off")));
        let took = begun.elapsed();
        let pause = LEAST_PAUSE.max(took * SHARE_OF_TIME);
        match outcome {
            Ok(bytes) => {
                debug!("{} was written: {} MiB within {:.1} s", file.display(), bytes >> 20, took.as_secs_f64());
            }
            Err(error) => {
                warn!("the cases in memory cannot be kept in {} for the next start: {error}", file.display());
            }
        }
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        // What failed is tried again with the next change.
        *written = Written { dataset: Some(dataset), not_before: begun + pause };
    }

    /// Removes the file, since it is not what it should be.
    pub(super) fn forget(&self) {
        if let Err(error) = fs::remove_file(self.file()) {
            warn!("{} cannot be removed: {error}", self.file().display());
        }
        self.written.lock().unwrap_or_else(PoisonError::into_inner).dataset = None;
    }

    fn is_written(&self, dataset: &Dataset) {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).dataset = Some(dataset.clone());
    }

    /// Takes it in hand to write, unless somebody has.
    pub(super) fn take_in_hand(&self) -> bool {
        !self.is_in_hand.swap(true, Ordering::AcqRel)
    }

    /// Puts it down again.
    pub(super) fn put_down(&self) {
        self.is_in_hand.store(false, Ordering::Release);
    }
}

/// Writes columns wholly or not at all: under another name first, which only the program's user may read.
fn write(columns: &Columns, file: &Path) -> io::Result<u64> {
    let directory = file.parent().unwrap_or(file);
    fs::create_dir_all(directory)?;
    let unfinished = tempfile::Builder::new().prefix(&format!("{SAVED_COLUMNS}.")).tempfile_in(directory)?;
    let mut out = BufWriter::with_capacity(BUFFER, unfinished.as_file());
    content::write(columns, &mut out)?;
    out.flush()?;
    drop(out);
    unfinished.as_file().sync_all()?;
    let bytes = unfinished.as_file().metadata()?.len();
    unfinished.persist(file)?;
    File::open(directory)?.sync_all()?;
    Ok(bytes)
}

/// Removes what programs that were killed have left half written.
fn remove_left_behind(directory: &Path) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let is_unfinished = entry.file_name().to_string_lossy().starts_with(&format!("{SAVED_COLUMNS}."));
        let changed = entry.metadata().and_then(|metadata| metadata.modified()).ok();
        let age = changed.and_then(|changed| changed.elapsed().ok());
        if is_unfinished && age.is_some_and(|age| age > IS_LEFT_BEHIND) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
