//! The seed files: carried inside the program, or read from a directory.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use crate::import::key::hex;

/// Folder of the seed that holds cases, one file a source, named after it.
pub(super) const CASES: &str = "cases/";

#[derive(RustEmbed)]
#[folder = "seed"]
#[exclude = "import/*"]
struct Embedded;

/// The file that numbers a seed.
const SERIAL: &str = "serial.csv";

/// Why a seed directory could not be read.
#[derive(Debug, thiserror::Error)]
#[error("reading the seed file {}: {error}", path.display())]
pub struct SeedDirError {
    path: PathBuf,
    error: std::io::Error,
}

/// A seed is not numbered as it should be.
#[derive(Debug, thiserror::Error)]
#[error("{SERIAL} should have a line `serial` and one with a whole number such as 2026113001, and has: {0}")]
pub struct SerialError(String);

/// Seed files by their path below the seed's folder.
#[derive(Debug, Clone)]
pub struct SeedFiles(BTreeMap<String, Cow<'static, [u8]>>);

#[cfg(test)]
impl<'a> FromIterator<(&'a str, &'a str)> for SeedFiles {
    fn from_iter<Files: IntoIterator<Item = (&'a str, &'a str)>>(files: Files) -> Self {
        let file = |(path, text): (&str, &str)| (path.to_owned(), Cow::Owned(text.as_bytes().to_vec()));
        Self(files.into_iter().map(file).collect())
    }
}

impl SeedFiles {
    /// Those that the program carries.
    pub fn embedded() -> Self {
        let paths = Embedded::iter().filter(|path| is_data(path));
        Self(paths.filter_map(|path| Some((path.to_string(), Embedded::get(&path)?.data))).collect())
    }

    /// Those in a directory: reference data beside each other, cases in `cases/`.
    pub fn read_dir(directory: &Path) -> Result<Self, SeedDirError> {
        let mut files = BTreeMap::new();
        for (folder, prefix) in [(directory.to_path_buf(), ""), (directory.join(CASES), CASES)] {
            let entries = match std::fs::read_dir(&folder) {
                Err(error) if !prefix.is_empty() && error.kind() == std::io::ErrorKind::NotFound => continue,
                entries => entries.map_err(|error| SeedDirError { path: folder.clone(), error })?,
            };
            for entry in entries {
                let path = entry.map_err(|error| SeedDirError { path: folder.clone(), error })?.path();
                let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
                let name = format!("{prefix}{name}");
                if !is_data(&name) || !path.is_file() {
                    continue;
                }
                let bytes = std::fs::read(&path).map_err(|error| SeedDirError { path: path.clone(), error })?;
                files.insert(name, Cow::Owned(bytes));
            }
        }
        Ok(Self(files))
    }

    /// The file at a path, if there is one.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(AsRef::as_ref)
    }

    /// The number of the seed, which goes up with each change of it; `None` where it has none.
    ///
    /// # Errors
    /// What stands in its place.
    pub fn serial(&self) -> Result<Option<i64>, SerialError> {
        let Some(bytes) = self.get(SERIAL) else { return Ok(None) };
        let text = String::from_utf8_lossy(bytes).trim().to_owned();
        let number = text.strip_prefix("serial").map(str::trim).and_then(|number| number.parse().ok());
        number.filter(|number| *number > 0).map(Some).ok_or(SerialError(text))
    }

    /// The paths of the files of cases, each with the slug of its source, after which it is named.
    pub(super) fn of_cases(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.keys().filter_map(|path| {
            let name = path.strip_prefix(CASES)?;
            Some((path.as_str(), name.split('.').next().unwrap_or(name)))
        })
    }

    /// SHA-256 over all paths and bytes, in hexadecimal.
    pub fn sha256(&self) -> String {
        let mut digest = Sha256::new();
        for (path, bytes) in &self.0 {
            // Lengths keep two different sets of files from running into the same bytes.
            digest.update((path.len() as u64).to_be_bytes());
            digest.update(path);
            digest.update((bytes.len() as u64).to_be_bytes());
            digest.update(bytes);
        }
        hex(&digest.finalize())
    }
}

/// Whether a file is one of reference data or of cases. Others beside them are for those who write tables, and what
/// stands in `import/` is read by the rules of imports.
fn is_data(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (&path[..=folder.len()], name));
    !name.starts_with('.') && (folder == CASES || (folder.is_empty() && name.ends_with(".csv")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_has_a_number_or_none() {
        assert!(SeedFiles::embedded().serial().is_ok_and(|serial| serial.is_some()));
        let serial = |text: &str| [("serial.csv", text)].into_iter().collect::<SeedFiles>().serial();
        assert_eq!(serial("serial\r\n 7\n").ok(), Some(Some(7)));
        assert_eq!([].into_iter().collect::<SeedFiles>().serial().ok(), Some(None));
        for wrong in ["", "serial", "7", "serial\n-7", "serial\n0", "serial\nnew", "serial\n7\n8"] {
            assert!(serial(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_seed_that_is_carried_is_that_of_the_folder_and_has_data_alone() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seed");
        let (carried, read) = (SeedFiles::embedded(), SeedFiles::read_dir(&folder).expect("a seed"));
        assert_eq!(carried.sha256(), read.sha256());
        assert!(carried.get("roles.csv").is_some() && carried.of_cases().count() > 0);
        for path in ["import/headers.csv", "README.md", ".generated", "cases/.hidden.csv", "mine/roles.csv"] {
            assert!(!is_data(path) && carried.get(path).is_none(), "{path}");
        }
    }
}
