//! The command that reads files like an import and stores nothing, without any database.

use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use super::import::exit_code;
use crate::catalog::{Catalog, Resolution, Source};
use crate::import::normalise::{NormalisedRow, RowNormaliser};
use crate::import::read::{self, Input, ReadOptions, Reading};
use crate::import::report::Remark;
use crate::import::seed::{self, SeedFiles};

/// What a check is asked to do.
#[derive(Debug)]
pub struct CheckRequest {
    /// The files.
    pub files: Vec<PathBuf>,
    /// The source that the files would be imported as.
    pub source: String,
    /// How the files are to be read.
    pub read: ReadOptions,
    /// Where the seed is, whose names are known; `None` = in the program.
    pub seed_dir: Option<PathBuf>,
}

/// What was found in the files.
#[derive(Debug, Default)]
struct Found {
    read: usize,
    rejected: usize,
    remarks: usize,
}

/// Says row by row what an import would store, and why. Ids and new names are not made up: only a database knows them.
pub fn check(request: &CheckRequest) -> anyhow::Result<ExitCode> {
    let seed_files = match &request.seed_dir {
        Some(directory) => SeedFiles::read_dir(directory)?,
        None => SeedFiles::embedded(),
    };
    let catalog = seed::catalog(&seed_files)?;
    let Resolution::Found { entry: source, .. } = catalog.sources.resolve(&request.source) else {
        let known: Vec<&str> = catalog.sources.entries().iter().map(|source| source.slug.as_str()).collect();
        anyhow::bail!("no source has the slug `{}`; known are: {}", request.source, known.join(", "));
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let mut all = Found::default();
    for path in &request.files {
        let found =
            check_file(path, request, source, &catalog, &mut out).with_context(|| path.display().to_string())?;
        let Found { read, rejected, remarks } = found;
        writeln!(out, "{}: {read} rows read, {rejected} would be rejected, {remarks} remarks", path.display())?;
        all.read += read;
        all.rejected += rejected;
    }
    out.flush()?;
    Ok(exit_code(all.rejected, all.read))
}

fn check_file(
    path: &Path,
    request: &CheckRequest,
    source: &Source,
    catalog: &Catalog,
    out: &mut impl Write,
) -> anyhow::Result<Found> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let Reading { header, columns, rows, notes } = read::open(&name, Input::Path(path), &request.read)?;
    for note in notes {
        writeln!(out, "{name}: {note}")?;
    }
    if !columns.untaken.is_empty() {
        writeln!(out, "{name}: columns that nothing takes: {}", columns.untaken.join(", "))?;
    }
    let mut normaliser = RowNormaliser::new(&header, &columns, source, catalog).with_derivations();
    let mut found = Found::default();
    for row in rows {
        let row = row?;
        found.read += 1;
        match normaliser.normalise(row.number, &row.cells) {
            Ok(normalised) => {
                found.remarks += normalised.remarks.len();
                out.write_all(stored(row.number, &normalised).as_bytes())?;
            }
            Err(reason) => {
                found.rejected += 1;
                out.write_all(rejected(&reason).as_bytes())?;
            }
        }
    }
    Ok(found)
}

/// What would be stored of a row: a line a field, with the rule and the cell that it comes from.
fn stored(number: usize, row: &NormalisedRow) -> String {
    let mut text = format!("row {number}\n");
    for derivation in &row.derivations {
        let (field, value) = (derivation.field, &derivation.value);
        // Writing into a string does not fail.
        let _ =
            writeln!(text, "  {field} = {value}  ({}: {} `{}`)", derivation.rule, derivation.column, derivation.cell);
    }
    for remark in &row.remarks {
        let _ = writeln!(text, "  remark: {} `{}`: {} ({})", remark.column, remark.cell, remark.message, remark.rule);
    }
    text
}

fn rejected(reason: &Remark) -> String {
    let Remark { row, column, cell, rule, message } = reason;
    format!("row {row}\n  rejected: {column} `{cell}`: {message} ({rule})\n")
}
