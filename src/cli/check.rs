//! The command that reads files like an import and stores nothing, without any database.

use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use super::import::exit_code;
use super::known_source::known_source;
use super::terminal::Terminal;
use crate::catalog::{Catalog, Entry};
use crate::import::column_notices::ColumnNotices;
use crate::import::key::RowKeys;
use crate::import::key_column::{KeyColumn, KeyTrust, key_column};
use crate::import::normalise::NormalisedRow;
use crate::import::normalise::canonical::ExportHeader;
use crate::import::read::{self, Input, ReadOptions, Reading};
use crate::import::report::{Remark, one_line};
use crate::import::row_reader::RowReader;
use crate::import::{ImportError, seed};
use crate::parameters::{Language, Message, message};
use crate::server;
use crate::settings::DatabaseSettings;
use crate::text::printable;

/// What a check is asked to do.
#[derive(Debug)]
pub struct CheckRequest {
    /// The files.
    pub files: Vec<PathBuf>,
    /// The source that the files would be imported as; `None` = exports, whose rows say it.
    pub source: Option<String>,
    /// How the files are to be read.
    pub read: ReadOptions,
    /// The language of what is printed.
    pub language: Language,
    /// Where the seed is, whose names are known, and a database, whose sources are.
    pub database: DatabaseSettings,
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
    let catalog = seed::catalog(&server::seed_files(request.database.seed_dir.as_deref())?)?;
    let found = request.source.as_deref().map(|slug| known_source(slug, &catalog, &request.database)).transpose()?;
    let (source, note) = found.map_or((None, None), |(source, note)| (Some(source), note));
    let source = source.as_ref();
    let mut out = BufWriter::new(Terminal::new(io::stdout().lock()));
    note.iter().try_for_each(|note| writeln!(out, "{note}"))?;
    let mut all = Found::default();
    for path in &request.files {
        let found =
            check_file(path, request, source, &catalog, &mut out).with_context(|| path.display().to_string())?;
        let Found { read, rejected, remarks } = found;
        let path = path.display().to_string();
        let path = printable(&path);
        let summary = message!(
            "{path}: {read} rows read, {rejected} would be rejected, {remarks} remarks",
            "{path}：读取 {read} 行，将拒绝 {rejected} 行，说明 {remarks} 条"
        );
        writeln!(out, "{}", summary.of(request.language))?;
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
    let input = Input::Path(path.to_owned());
    let Reading { table, mut rows, notes, .. } = read::open(&name, &input, &request.read, Some(catalog))?;
    if matches!(ExportHeader::of(&table.header), Some(ExportHeader::Plain | ExportHeader::Short(_))) {
        return Err(ImportError::PlainExport { file: name.into_owned() }.into());
    }
    let reader = RowReader::new(&table, source, catalog, None, true);
    let reader = reader.context("--source is needed: only an export says of which source its rows are")?;
    let keys = match reader.is_canonical() {
        true => KeyColumn::Missing,
        false => {
            let again = || read::open(&name, &input, &request.read, Some(catalog));
            key_column(KeyTrust::default().of(&request.read), again)?
        }
    };
    let mut reader = reader.with_keys(RowKeys::new(&name, keys));
    reader.assume(request.read.currency);
    let language = request.language;
    if !reader.is_canonical() {
        tell_columns(&name, &ColumnNotices::of(rows.tables()), language, out)?;
    }
    tell(&name, &notes, language, out)?;
    let mut found = Found::default();
    for row in rows.by_ref() {
        let row = row?;
        found.read += 1;
        match reader.read(&row) {
            Ok(normalised) => {
                found.remarks += normalised.remarks.len();
                let place = reader.place_of(&row).told(language);
                out.write_all(stored(row.number, &place, &normalised, language).as_bytes())?;
            }
            Err(reason) => {
                found.rejected += 1;
                out.write_all(rejected(&reason, language).as_bytes())?;
            }
        }
    }
    // What other headers said was not known at the beginning.
    if rows.tables().len() > 1 && !reader.is_canonical() {
        tell_columns(&name, &ColumnNotices::of(&rows.tables()[1..]), language, out)?;
    }
    tell(&name, &rows.notes(), language, out)?;
    Ok(found)
}

/// Says what the columns were taken for: first what may be missing because of it.
fn tell_columns(name: &str, notices: &ColumnNotices, language: Language, out: &mut impl Write) -> io::Result<()> {
    for warning in &notices.warnings {
        writeln!(out, "{name}: {}{}", language.of("注意：", "attention: "), one_line(warning.of(language)))?;
    }
    tell(name, &notices.choices, language, out)?;
    if !notices.untaken.is_empty() {
        let untaken = one_line(&notices.untaken.join(", "));
        let told = message!("columns that nothing takes: {untaken}", "没有读取的列：{untaken}");
        tell(name, &[told], language, out)?;
    }
    Ok(())
}

fn tell(name: &str, notes: &[Message], language: Language, out: &mut impl Write) -> io::Result<()> {
    notes.iter().try_for_each(|note| writeln!(out, "{name}: {}", note.of(language)))
}

/// What would be stored of a row: a line a field, with the rule and the cell that it comes from.
fn stored(number: usize, place: &str, row: &NormalisedRow, language: Language) -> String {
    let mut text = language.of(format!("第 {number} 行{place}\n"), format!("row {number}{place}\n"));
    for derivation in &row.derivations {
        let value = derivation.value_zh.as_ref().filter(|_| language == Language::Chinese).unwrap_or(&derivation.value);
        let (field, value) = (derivation.field, one_line(value));
        let is_new = row.case.new_entries().any(|(new, _)| new.name() == field);
        let (rule, new) = (derivation.rule, if is_new { language.of("新建 ", "new: ") } else { "" });
        let (column, cell) = (one_line(&derivation.column), one_line(&derivation.cell));
        // Writing into a string does not fail.
        let _ = writeln!(text, "  {field} = {new}{value}  ({rule}: {column} `{cell}`)");
    }
    for remark in &row.remarks {
        let what = language.of("说明", "remark");
        let _ = writeln!(text, "  {what}{}", complaint(remark, language));
    }
    text
}

fn rejected(reason: &Remark, language: Language) -> String {
    let (row, place) = (reason.row, reason.place.told(language));
    let complaint = complaint(reason, language);
    language
        .of(format!("第 {row} 行{place}\n  拒绝{complaint}\n"), format!("row {row}{place}\n  rejected{complaint}\n"))
}

fn complaint(remark: &Remark, language: Language) -> String {
    let [column, cell, message] = [&remark.column, &remark.cell, remark.message_of(language)].map(one_line);
    let rule = &remark.rule;
    language.of(format!("：{column} `{cell}`：{message}（{rule}）"), format!(": {column} `{cell}`: {message} ({rule})"))
}
