//! Writes made-up cases, as many as wanted, for trying the service out and for measuring it: a folder laid out as the
//! seed is.
//!
//! Companies are invented and called so; majors, roles, schools, tiers and tags are those of `seed/`. The same seed and
//! number give the same bytes as long as that does not change, and fewer cases are the beginning of more. Memory does
//! not grow with the number.
//!
//! [`chance`] is what everything is drawn by, [`case`] draws a case, from what [`education`], [`offer`] and [`summary`]
//! draw; [`names`] and [`companies`] are what cases are about; [`folder`] is where it is written.

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

use case::CaseWriter;
use clap::Parser;
use companies::COMPANIES;
use folder::Folder;
use names::Names;

/// The source of made-up cases, by its slug.
const SOURCE: &str = "synthetic";
const MAX_CASES: u64 = 100_000_000;

/// Write made-up cases, for trying offer-cases out and for measuring it
///
/// The folder is laid out as the seed is, and `offer-cases --seed-dir DIR` serves it. All companies are invented;
/// majors, roles, schools and tags are those of the seed. The same seed and number give the same files.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// How many cases
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..=MAX_CASES))]
    cases: u64,
    /// Another number gives other cases
    #[arg(long, value_name = "N", default_value_t = 7)]
    seed: u64,
    /// The folder to write: a new or empty one, or one that this program wrote before
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let Arguments { cases, seed, out } = Arguments::parse();
    generate(&out, cases, seed)?;
    let folder = out.display();
    println!("{folder}: {cases} made-up cases of {COMPANIES} invented companies, seed {seed}");
    println!("load them as source `{SOURCE}` with: offer-cases --seed-dir {folder}");
    Ok(())
}

/// Writes a folder with made-up cases and all that they refer to; one that an earlier call has written is overwritten.
///
/// # Errors
/// Where the folder has anything else in it, or cannot be written. What is there of it then is no whole seed.
fn generate(path: &Path, cases: u64, seed: u64) -> anyhow::Result<()> {
    let names = Names::of_seed()?;
    let folder = Folder::open(path)?;
    folder.write_reference()?;
    folder.write("companies.csv", |out| companies::write(out))?;
    folder.write(&folder::cases_file(), |out| write_cases(out, cases, seed, &names))?;
    folder.finish(cases, seed)
}

fn write_cases(out: impl Write, cases: u64, seed: u64, names: &Names) -> csv::Result<()> {
    let mut writer = CaseWriter::new(out, seed, names)?;
    for number in 1..=cases {
        writer.write(number)?;
    }
    writer.finish()
}
