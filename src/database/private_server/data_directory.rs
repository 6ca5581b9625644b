//! The data directory of a private server: its files, its one owner, its first initialisation.
//!
//! ```text
//! <data-dir>/lock            held for life by the instance that serves the directory
//! <data-dir>/postgres/       the server's data
//! <data-dir>/postgres.log    what the server said since its last start; beside it that of the run before
//! <data-dir>/.s.PGSQL.5432   the socket
//! <data-dir>/columns.saved   the cases in memory, for the next start
//! ```

use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::binaries::Binaries;
use super::owner::Owner;
use super::{Cancel, PORT, ROLE, StartError};

/// Bytes of `sockaddr_un.sun_path` on Linux, less the final NUL.
const SOCKET_PATH_LIMIT: usize = 107;
/// What the name of a half-made data directory starts with.
pub(super) const HALF_MADE: &str = "postgres.new.";
/// The name of data in whose place others are put.
pub(super) const REPLACED: &str = "postgres.replaced";
/// What the names of files begin with in which the cases in memory are kept for the next start.
pub const SAVED_COLUMNS: &str = "columns.saved";
/// The log of the run before.
const EARLIER_LOG: &str = "postgres.log.1";
/// Bytes at the end of the server's log that an error quotes at most.
const LOG_TAIL_BYTES: u64 = 2000;

/// A data directory that was checked and exists.
#[derive(Debug, Clone)]
pub struct DataDirectory {
    path: PathBuf,
}

/// The exclusive ownership of a data directory; the kernel ends it with the process.
#[derive(Debug)]
pub struct Ownership {
    _lock: File,
}

/// Runs a command to its end, or kills it when told to stop.
fn run(command: &mut Command, cancel: &Cancel) -> Result<ExitStatus, StartError> {
    let mut child = command.spawn().map_err(|error| StartError::io("running initdb", error))?;
    loop {
        if let Some(status) = child.try_wait().map_err(|error| StartError::io("waiting for initdb", error))? {
            return Ok(status);
        }
        if let Err(cancelled) = cancel.check() {
            let _ = child.kill();
            let _ = child.wait();
            return Err(cancelled);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

impl DataDirectory {
    /// Opens a directory that no instance serves, and becomes its owner.
    ///
    /// # Errors
    /// As [`Self::open`]; [`StartError::InUse`].
    pub fn take(path: &Path) -> Result<(Self, Ownership), StartError> {
        let directory = Self::open(path, &Owner::choose(path)?)?;
        match directory.lock()? {
            Some(ownership) => Ok((directory, ownership)),
            None => Err(StartError::InUse(directory.path)),
        }
    }

    /// Checks the path and makes the directory where it is missing.
    ///
    /// # Errors
    /// A path too long for a socket, a directory that holds something else, or one that
    /// PostgreSQL's user cannot enter.
    pub fn open(path: &Path, owner: &Owner) -> Result<Self, StartError> {
        let path = std::path::absolute(path)
            .map_err(|error| StartError::io(format!("the data directory {}", path.display()), error))?;
        let directory = Self { path };
        let length = directory.socket().as_os_str().as_bytes().len();
        if length > SOCKET_PATH_LIMIT {
            return Err(StartError::PathTooLong { data_dir: directory.path, length, limit: SOCKET_PATH_LIMIT });
        }
        if !directory.is_ours_or_empty()? {
            return Err(StartError::NotOurs(directory.path));
        }
        owner.check_may_own(&directory.path)?;
        owner
            .own_directory(&directory.path)
            .map_err(|error| StartError::io(format!("making {}", directory.path.display()), error))?;
        owner.check_reach(&directory.path)?;
        owner.check_rights(&directory.postgres_data())?;
        Ok(directory)
    }

    /// Whether there is nothing in it that this program has not put there.
    fn is_ours_or_empty(&self) -> Result<bool, StartError> {
        let socket = format!(".s.PGSQL.{PORT}");
        let is_ours = |name: &str| {
            ["lock", "postgres", "postgres.log", EARLIER_LOG, REPLACED].contains(&name)
                || name.starts_with(HALF_MADE)
                || name.starts_with(SAVED_COLUMNS)
                || name.starts_with(&socket)
        };
        match fs::read_dir(&self.path) {
            Ok(entries) => Ok(entries.flatten().all(|entry| entry.file_name().to_str().is_some_and(is_ours))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
            Err(error) => Err(StartError::io(format!("reading {}", self.path.display()), error)),
        }
    }

    /// The directory itself, which is also where the socket is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The server's own data directory.
    pub fn postgres_data(&self) -> PathBuf {
        self.path.join("postgres")
    }

    /// The server's pid file.
    pub fn pid_file(&self) -> PathBuf {
        self.postgres_data().join("postmaster.pid")
    }

    /// Where the server's messages go.
    pub fn log_file(&self) -> PathBuf {
        self.path.join("postgres.log")
    }

    fn socket(&self) -> PathBuf {
        self.path.join(format!(".s.PGSQL.{PORT}"))
    }

    /// Becomes the one owner; `None` when another process is.
    pub fn lock(&self) -> Result<Option<Ownership>, StartError> {
        let path = self.path.join("lock");
        let doing = || format!("locking {}", path.display());
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|error| StartError::io(doing(), error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Ownership { _lock: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(StartError::io(doing(), error)),
        }
    }

    /// The major version of PostgreSQL that the data were made with, if there are any.
    pub fn major_version(&self) -> Option<u32> {
        Self::major_version_in(&self.path)
    }

    /// The same of a directory that was not opened.
    pub fn major_version_in(path: &Path) -> Option<u32> {
        // Where they were being replaced when the program was killed, they stand beside.
        let text = |data: &str| fs::read_to_string(path.join(data).join("PG_VERSION")).ok();
        text("postgres").or_else(|| text(REPLACED))?.trim().parse().ok()
    }

    /// A new file for the server's messages; that of the run before is kept.
    pub fn new_log(&self) -> std::io::Result<File> {
        let _ = fs::rename(self.log_file(), self.path.join(EARLIER_LOG));
        File::create(self.log_file())
    }

    /// Makes the server's data directory, wholly or not at all: `initdb` works in a directory
    /// beside it, which is then renamed.
    pub fn initialise(&self, binaries: &Binaries, owner: &Owner, cancel: &Cancel) -> Result<(), StartError> {
        let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let half_made = self.path.join(format!("{HALF_MADE}{}.{nanos}", std::process::id()));
        let mut command = Command::new(&binaries.initdb);
        command
            .args(["--username", ROLE, "--auth", "trust", "--encoding", "UTF8"])
            // A page that was damaged on the disk is told and not read.
            .arg("--data-checksums")
            // Under LC_CTYPE=C the trigram similarity of Chinese text is 0.
            .args(["--locale", "C.UTF-8", "--pgdata"])
            .arg(&half_made)
            .current_dir(&self.path)
            .env("LC_ALL", "C")
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(self.new_log().map_err(|error| StartError::io("writing initdb's messages", error))?);
        owner.run_as(&mut command);
        let status = run(&mut command, cancel);
        if !matches!(&status, Ok(status) if status.success()) {
            let _ = fs::remove_dir_all(&half_made);
        }
        let status = status?;
        if !status.success() {
            let (status, output) = (status.to_string(), self.log_tail());
            return Err(StartError::Program { program: "initdb", status, output });
        }
        fs::rename(&half_made, self.postgres_data())
            .and_then(|()| File::open(&self.path)?.sync_all())
            .map_err(|error| StartError::io("putting the new data directory in its place", error))
    }

    /// Removes what initialisations that were killed have left. An orphaned `initdb` may still be
    /// writing there; what it adds later goes the next time.
    pub fn remove_half_made(&self) {
        let Ok(entries) = fs::read_dir(&self.path) else { return };
        for entry in entries.flatten() {
            if entry.file_name().to_string_lossy().starts_with(HALF_MADE) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// The end of the server's log.
    pub fn log_tail(&self) -> String {
        let read = || -> std::io::Result<String> {
            let mut file = File::open(self.log_file())?;
            let length = file.metadata()?.len();
            file.seek(SeekFrom::Start(length.saturating_sub(LOG_TAIL_BYTES)))?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
        };
        read().unwrap_or_default()
    }
}
