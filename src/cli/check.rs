//! The command that reads files like an import and stores nothing, without any database.

use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use super::import::exit_code;
use crate::catalog::{Catalog, Entry};
use crate::import::normalise::NormalisedRow;
use crate::import::normalise::canonical::ExportHeader;
use crate::import::read::{self, Input, ReadOptions, Reading};
use crate::import::report::{Remark, one_line};
use crate::import::row_reader::RowReader;
use crate::import::{ImportError, seed, sources};
use crate::model::entity::Entity;
use crate::server;

/// What a check is asked to do.
#[derive(Debug)]
pub struct CheckRequest {
    /// The files.
    pub files: Vec<PathBuf>,
    /// The source that the files would be imported as; `None` = exports, whose rows say it.
    pub source: Option<String>,
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
    let catalog = seed::catalog(&server::seed_files(request.seed_dir.as_deref())?)?;
    let source =
        request.source.as_deref().map(|slug| sources::find(catalog.directory(Entity::Source), slug)).transpose()?;
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
    source: Option<&Entry>,
    catalog: &Catalog,
    out: &mut impl Write,
) -> anyhow::Result<Found> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let Reading { header, columns, mut rows, notes, .. } =
        read::open(&name, &Input::Path(path.to_owned()), &request.read)?;
    for note in notes {
        writeln!(out, "{name}: {note}")?;
    }
    if matches!(ExportHeader::of(&header), Some(ExportHeader::Plain | ExportHeader::Short(_))) {
        return Err(ImportError::PlainExport { file: name.into_owned() }.into());
    }
    let reader = RowReader::new(&header, &columns, source, catalog, None, true);
    let mut reader = reader.context("--source is needed: only an export says of which source its rows are")?;
    reader.prepare(request.read.currency, &mut rows);
    let untaken = reader.untaken(&columns);
    if !untaken.is_empty() {
        writeln!(out, "{name}: columns that nothing takes: {}", one_line(&untaken.join(", ")))?;
    }
    let mut found = Found::default();
    for row in rows.by_ref() {
        let row = row?;
        found.read += 1;
        match reader.read(&row) {
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
    if let Some(note) = rows.notes() {
        writeln!(out, "{name}: {note}")?;
    }
    Ok(found)
}

/// What would be stored of a row: a line a field, with the rule and the cell that it comes from.
fn stored(number: usize, row: &NormalisedRow) -> String {
    let mut text = format!("row {number}\n");
    for derivation in &row.derivations {
        let (field, value) = (derivation.field, one_line(&derivation.value));
        let is_new = row.case.new_entries().any(|(new, _)| new.name() == field);
        let (rule, new) = (derivation.rule, if is_new { "new: " } else { "" });
        let (column, cell) = (one_line(&derivation.column), one_line(&derivation.cell));
        // Writing into a string does not fail.
        let _ = writeln!(text, "  {field} = {new}{value}  ({rule}: {column} `{cell}`)");
    }
    for Remark { column, cell, message, rule, .. } in &row.remarks {
        let (column, cell, message) = (one_line(column), one_line(cell), one_line(message));
        let _ = writeln!(text, "  remark: {column} `{cell}`: {message} ({rule})");
    }
    text
}

fn rejected(reason: &Remark) -> String {
    let Remark { row, column, cell, rule, message, .. } = reason;
    let (column, cell, message) = (one_line(column), one_line(cell), one_line(message));
    format!("row {row}\n  rejected: {column} `{cell}`: {message} ({rule})\n")
}
