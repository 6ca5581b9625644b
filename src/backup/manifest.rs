//! What a backup is of, and its files with their checksums: what makes a damaged or cut-off one known before anything is
//! changed.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::BackupError;

/// The file that says what a backup is; without it a directory is none.
pub const FILE: &str = "backup.json";
/// The version of the form of backups that this program writes, and the only one that it reads.
pub const FORMAT: u32 = 1;

/// What a backup is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of its form.
    pub format: u32,
    /// The version of the program that wrote it.
    pub program: String,
    /// The major version of PostgreSQL that it is of.
    pub postgresql: u32,
    /// When it was begun.
    pub written_at: DateTime<Utc>,
    /// The version of the data, as answers give it.
    pub dataset_version: String,
    /// When data last changed.
    pub changed_at: DateTime<Utc>,
    /// Cases in use.
    pub cases: i64,
    /// The migrations that it has, by their versions.
    pub migrations: Vec<String>,
    /// How many rows each table has, and the sum over them.
    pub tables: Vec<Table>,
    /// All other files, by their names within the backup.
    pub files: Vec<SumOfFile>,
}

/// The rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// How many there are.
    pub rows: i64,
    /// The sum over them.
    pub checksum: String,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SumOfFile {
    /// Its name within the backup.
    pub name: String,
    /// Bytes in it.
    pub bytes: u64,
    /// SHA-256 of them.
    pub sha256: String,
}

impl Manifest {
    /// That of a backup all of whose files are there, as they were written.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn of_whole(backup: &Path) -> Result<Self, BackupError> {
        let wrong = |what: String| BackupError::NoBackup { directory: backup.to_path_buf(), what };
        let text = match fs::read_to_string(backup.join(FILE)) {
            Ok(text) => text,
            Err(error) => return Err(wrong(format!("{FILE} cannot be read ({error})"))),
        };
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let unreadable = |error: serde_json::Error| wrong(format!("{FILE} is not what a backup has ({error})"));
        let Format { format } = serde_json::from_str(&text).map_err(unreadable)?;
        if format != FORMAT {
            return Err(wrong(format!("it is of form {format}, and this program reads form {FORMAT}")));
        }
        let manifest: Self = serde_json::from_str(&text).map_err(unreadable)?;
        for file in &manifest.files {
            let found = SumOfFile::of(backup, Path::new(&file.name))
                .map_err(|error| wrong(format!("{} cannot be read ({error})", file.name)))?;
            if found.bytes != file.bytes {
                return Err(wrong(format!("{} has {} bytes and should have {}", file.name, found.bytes, file.bytes)));
            }
            if found.sha256 != file.sha256 {
                return Err(wrong(format!("{} is not what was written", file.name)));
            }
        }
        Ok(manifest)
    }

    /// What it is of and where, in words.
    pub fn described(&self, backup: &Path) -> String {
        let Self { cases, dataset_version, written_at, .. } = self;
        let written_at = written_at.format("%Y-%m-%dT%H:%M:%SZ");
        format!("{} ({cases} cases at version {dataset_version}, written {written_at})", backup.display())
    }

    /// Writes it into a backup.
    ///
    /// # Errors
    /// What the system said.
    pub fn write(&self, backup: &Path) -> io::Result<()> {
        let file = File::create_new(backup.join(FILE))?;
        serde_json::to_writer_pretty(&file, self)?;
        file.sync_all()
    }
}

impl SumOfFile {
    /// Those of all files of a backup that is being written, which are on the disk afterwards.
    ///
    /// # Errors
    /// What the system said.
    pub fn of_all(backup: &Path) -> io::Result<Vec<Self>> {
        let mut files = Vec::new();
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(backup.join(&folder))? {
                let entry = entry?;
                let name = folder.join(entry.file_name());
                if entry.file_type()?.is_dir() {
                    folders.push(name);
                } else {
                    File::open(entry.path())?.sync_all()?;
                    files.push(Self::of(backup, &name)?);
                }
            }
            File::open(backup.join(&folder))?.sync_all()?;
        }
        files.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(files)
    }

    fn of(backup: &Path, name: &Path) -> io::Result<Self> {
        let mut file = File::open(backup.join(name))?;
        let (mut sha256, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 16]);
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                read => {
                    sha256.update(&buffer[..read]);
                    bytes += read as u64;
                }
            }
        }
        let sha256 = sha256.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { name: name.display().to_string(), bytes, sha256 })
    }
}
