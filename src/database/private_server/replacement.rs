//! Other data in the place of those of a private server: wholly or not at all, whenever the program is killed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::StartError;
use super::data_directory::{DataDirectory, HALF_MADE, REPLACED};

impl DataDirectory {
    /// A directory beside the data for what is being made, which goes at the next start where it is left behind.
    pub fn half_made(&self, what: &str) -> PathBuf {
        Self::half_made_in(self.path(), what)
    }

    /// The same in a directory that is not opened.
    pub fn half_made_in(directory: &Path, what: &str) -> PathBuf {
        directory.join(format!("{HALF_MADE}{what}{}", std::process::id()))
    }

    /// Puts the data of another directory below it in the place of its own, which are removed. To be called by its owner,
    /// while no server runs on either.
    ///
    /// # Errors
    /// What the system said; the old data are in their place again then, or put there by the next start.
    pub fn put_in_place(&self, made: &Path) -> Result<(), StartError> {
        self.end_replacement()?;
        let (data, replaced) = (self.postgres_data(), self.path().join(REPLACED));
        let put = || -> std::io::Result<()> {
            if data.exists() {
                fs::rename(&data, &replaced)?;
            }
            fs::rename(made, &data)?;
            File::open(self.path())?.sync_all()
        };
        let doing = || format!("putting {} in the place of {}", made.display(), data.display());
        put().map_err(|error| StartError::io(doing(), error))?;
        self.end_replacement()
    }

    /// Ends a replacement that was broken off in the middle: where the new data are not in place, the old ones are put back.
    ///
    /// # Errors
    /// What the system said.
    pub(super) fn end_replacement(&self) -> Result<(), StartError> {
        let (data, replaced) = (self.postgres_data(), self.path().join(REPLACED));
        if !replaced.exists() {
            return Ok(());
        }
        let ended = if data.exists() { fs::remove_dir_all(&replaced) } else { fs::rename(&replaced, &data) };
        ended.map_err(|error| StartError::io(format!("removing {}", replaced.display()), error))
    }
}

#[cfg(test)]
mod tests {
    use super::super::owner::Owner;
    use super::*;

    /// What the data directory says that it has.
    fn data_of(directory: &DataDirectory) -> String {
        fs::read_to_string(directory.postgres_data().join("file")).expect("data")
    }

    fn make(path: &Path, text: &str) {
        fs::create_dir_all(path).expect("a folder");
        fs::write(path.join("file"), text).expect("a file");
    }

    #[test]
    fn data_are_replaced_wholly_or_are_there_again_after_a_kill_in_the_middle() {
        let scratch = tempfile::tempdir().expect("a folder");
        let owner = Owner::choose(scratch.path()).expect("an owner");
        std::fs::set_permissions(scratch.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("rights");
        let directory = DataDirectory::open(&scratch.path().join("data"), &owner).expect("a data directory");
        for text in ["first", "second"] {
            let made = directory.half_made("").join("postgres");
            make(&made, text);
            directory.put_in_place(&made).expect("they are put in place");
            assert_eq!(data_of(&directory), text);
            assert!(!directory.path().join(REPLACED).exists());
        }
        // Killed between the two renames.
        fs::rename(directory.postgres_data(), directory.path().join(REPLACED)).expect("renamed");
        directory.end_replacement().expect("they are put back");
        assert_eq!(data_of(&directory), "second");
        // Killed while the old ones were being removed.
        make(&directory.path().join(REPLACED), "old");
        directory.end_replacement().expect("the old ones go");
        assert_eq!(data_of(&directory), "second");
        assert!(!directory.path().join(REPLACED).exists());
    }
}
