//! Made-up cases, as many as wanted, for trying the service out and for measuring it: a folder laid out as the seed is.
//!
//! Companies are invented and called so; majors, roles, schools, tiers and tags are those of the seed that the program
//! carries. The same seed and number give the same bytes as long as that does not change, and fewer cases are the
//! beginning of more. Memory does not grow with the number.
//!
//! [`chance`] is what everything is drawn by, [`case`] draws a case, from what [`education`], [`offer`] and [`summary`]
//! draw; [`names`] and [`mod@companies`] are what cases are about; [`folder`] is where it is written.

mod case;
mod chance;
mod companies;
mod education;
mod folder;
mod names;
mod offer;
mod summary;
#[cfg(test)]
mod tests;
mod words;

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::import::seed::{self, SeedFileError, SeedFiles};
use case::CaseWriter;
use companies::COMPANIES;
use folder::Folder;
use names::Names;

/// Most cases that can be asked for.
pub const MOST_CASES: u64 = 100_000_000;
/// The source of made-up cases, by its slug.
pub const SOURCE: &str = "synthetic";

/// What is to be generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generation {
    /// How many cases, from 1 to [`MOST_CASES`].
    pub cases: u64,
    /// Other seeds give other cases.
    pub seed: u64,
}

/// Why nothing, or not all, was generated.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The number of cases is out of bounds.
    #[error("{0} cases are not between 1 and {MOST_CASES}")]
    Number(u64),
    /// The folder has something in it that is not overwritten.
    #[error("{} is not empty: it has `{file}`, which no `generate` wrote; choose an empty folder or a new one", folder.display())]
    NotOwn {
        /// The folder.
        folder: PathBuf,
        /// What is in it.
        file: String,
    },
    /// A file cannot be written.
    #[error("{}: {error}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A file of the seed is refused.
    #[error(transparent)]
    Seed(#[from] SeedFileError),
}

/// Writes a folder with made-up cases and all that they refer to; one that an earlier call has written is overwritten.
///
/// # Errors
/// Where the folder has anything else in it, or cannot be written. What is there of it then is no whole seed.
pub fn generate(path: &Path, generation: Generation) -> Result<(), GenerateError> {
    if !(1..=MOST_CASES).contains(&generation.cases) {
        return Err(GenerateError::Number(generation.cases));
    }
    let seed_files = SeedFiles::embedded();
    let names = Names::of(&seed::catalog(&seed_files)?);
    let folder = Folder::open(path)?;
    folder.write_reference(&seed_files)?;
    folder.write("companies.csv", |out| companies::write(out))?;
    folder.write(&folder::cases_file(), |out| write_cases(out, generation, &names))?;
    folder.finish(generation)
}

/// The number of made-up companies.
pub fn companies() -> usize {
    COMPANIES
}

fn write_cases(out: impl Write, generation: Generation, names: &Names) -> csv::Result<()> {
    let mut cases = CaseWriter::new(out, generation.seed, names)?;
    for number in 1..=generation.cases {
        cases.write(number)?;
    }
    cases.finish()
}
