//! Reads workbooks: which sheets, and their rows on the way to whoever wants them.
//!
//! A workbook is read by a thread of its own: what parses a sheet borrows the workbook, and a row
//! must not. The rows come in batches, so that memory does not grow with the sheet.

use std::sync::mpsc::{SyncSender, sync_channel};

use super::cells::{cleaned_row, is_filled};
use super::loaded_workbook;
use super::rows::{self, Record};
use super::table::Finder;
use super::top::HEADER_WITHIN;
use super::xlsx::StreamedBook;
use super::{FileFormat, Input, ReadError, ReadOptions, Reading, Sheets};
use crate::parameters::{Message, message};
use crate::text::name_key;

/// Rows and bytes that travel together.
const BATCH_ROWS: usize = 256;
const BATCH_BYTES: usize = 1 << 20;
/// How many batches may wait.
const BATCHES_WAITING: usize = 2;

/// The rows of a sheet.
pub(super) type SheetRecords<'a> = Box<dyn Iterator<Item = Result<Record, ReadError>> + 'a>;

/// A workbook that is open.
pub(super) trait Book {
    /// The names of its sheets, each with whether it is visible.
    fn sheets(&self) -> Vec<(String, bool)>;

    /// The rows of a sheet.
    fn rows<'a>(&'a mut self, name: &str) -> Result<SheetRecords<'a>, ReadError>;
}

/// Opens a workbook, and in it the sheets that are asked for.
pub(super) fn open<'c>(
    input: &Input,
    format: FileFormat,
    options: &ReadOptions,
    mut finder: Finder<'c>,
) -> Result<Reading<'c>, ReadError> {
    let (input, options) = (input.clone(), options.clone());
    let (send_chosen, chosen) = sync_channel(1);
    let (send_rows, batches) = sync_channel::<Vec<Result<Record, ReadError>>>(BATCHES_WAITING);
    let thread = std::thread::Builder::new().name("workbook".to_owned()).spawn(move || {
        let opened = open_book(&input, format).and_then(|mut book| {
            let chosen = choose(book.as_mut(), &options)?;
            Ok((book, chosen))
        });
        match opened {
            Ok((mut book, chosen)) => {
                let names = chosen.names.clone();
                // Whoever asked may be gone: then nothing is left to do.
                if send_chosen.send(Ok(chosen)).is_ok() {
                    send(book.as_mut(), &names, &send_rows);
                }
            }
            Err(error) => {
                let _ = send_chosen.send(Err(error));
            }
        }
    })?;
    let chosen = chosen.recv().map_err(|_| damaged())??;
    // A thread that panics met what the parser did not expect.
    let end = std::iter::once_with(move || thread.join()).filter_map(|end| end.is_err().then(|| Err(damaged())));
    let records = batches.into_iter().flatten().chain(end);
    finder.is_grid = true;
    rows::reading(Box::new(records), finder, chosen.notes)
}

fn damaged() -> ReadError {
    ReadError::Workbook("it is damaged".to_owned())
}

fn open_book(input: &Input, format: FileFormat) -> Result<Box<dyn Book>, ReadError> {
    match format {
        FileFormat::Xls => loaded_workbook::open_xls(input),
        FileFormat::Ods => loaded_workbook::open_ods(input),
        _ => Ok(Box::new(StreamedBook::open(input)?)),
    }
}

/// The sheets that are read.
struct Chosen {
    names: Vec<String>,
    notes: Vec<Message>,
}

fn choose(book: &mut dyn Book, options: &ReadOptions) -> Result<Chosen, ReadError> {
    let sheets = book.sheets();
    match &options.sheets {
        Sheets::First => first_with_header(book, &sheets, options),
        Sheets::All => {
            let visible = sheets.iter().filter(|(_, is_visible)| *is_visible).map(|(name, _)| name.clone());
            let hidden: Vec<&(String, bool)> = sheets.iter().filter(|(_, is_visible)| !is_visible).collect();
            Ok(Chosen { names: visible.collect(), notes: left_out(book, &hidden, "") })
        }
        Sheets::One(wanted) => {
            let by_name = sheets.iter().find(|(name, _)| name_key(name) == name_key(wanted));
            let by_number = || sheets.get(wanted.parse::<usize>().ok()?.checked_sub(1)?);
            let Some((name, _)) = by_name.or_else(by_number) else {
                let names = sheets.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
                return Err(ReadError::NoSheet(wanted.clone(), names));
            };
            Ok(Chosen { names: vec![name.clone()], notes: Vec::new() })
        }
    }
}

/// The first visible sheet with a header, else the first that has rows.
fn first_with_header(
    book: &mut dyn Book,
    sheets: &[(String, bool)],
    options: &ReadOptions,
) -> Result<Chosen, ReadError> {
    let finder = Finder::new(options, None);
    let mut first_filled = None;
    let mut found = None;
    for (name, _) in sheets.iter().filter(|(_, is_visible)| *is_visible) {
        let filled = book.rows(name)?.filter(|row| row.as_ref().map_or(true, |row| is_filled(&row.cells)));
        let top: Result<Vec<Record>, ReadError> = filled.take(HEADER_WITHIN).collect();
        let top = top?;
        if top.iter().any(|row| finder.is_header(&cleaned_row(row.cells.clone()))) {
            found = Some(name);
            break;
        }
        if !top.is_empty() {
            first_filled.get_or_insert(name);
        }
    }
    let name = found.or(first_filled).ok_or(ReadError::Empty)?;
    let others: Vec<&(String, bool)> = sheets.iter().filter(|(other, _)| other != name).collect();
    Ok(Chosen { names: vec![name.clone()], notes: left_out(book, &others, name) })
}

/// A note of the sheets that are left out, but for empty ones.
fn left_out(book: &mut dyn Book, sheets: &[&(String, bool)], read: &str) -> Vec<Message> {
    let mut is_filled = |name: &str| {
        let first = book.rows(name).map(|mut rows| rows.any(|row| row.map_or(true, |row| is_filled(&row.cells))));
        first.unwrap_or(true)
    };
    let filled: Vec<&&(String, bool)> = sheets.iter().filter(|(name, _)| is_filled(name)).collect();
    if filled.is_empty() {
        return Vec::new();
    }
    let list = |hidden: &str| {
        let one = |(name, is_visible): &&&(String, bool)| format!("`{name}`{}", if *is_visible { "" } else { hidden });
        filled.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let (en, zh) = (list(" (hidden)"), list("（隐藏）"));
    vec![match read {
        "" => message!("sheets that are left out: {en}", "未读取的工作表：{zh}"),
        read => message!(
            "the sheet `{read}` is read, left out: {en} (--sheet NAME or --all-sheets reads others)",
            "读取工作表 `{read}`，未读取：{zh}（可用 --sheet 名称 或 --all-sheets）"
        ),
    }]
}

/// Sends the rows of sheets, as long as anybody takes them; where there are several, each begins with its name.
fn send(book: &mut dyn Book, names: &[String], batches: &SyncSender<Vec<Result<Record, ReadError>>>) {
    for name in names {
        let mut begins = (names.len() > 1).then(|| name.clone());
        let (mut batch, mut bytes) = (Vec::new(), 0);
        match book.rows(name) {
            Err(error) => batch.push(Err(error)),
            Ok(rows) => {
                for row in rows {
                    let row = row.map(|row| Record { begins: begins.take(), ..row });
                    bytes += row.iter().flat_map(|row| &row.cells).map(String::len).sum::<usize>();
                    batch.push(row);
                    if batch.len() == BATCH_ROWS || bytes > BATCH_BYTES {
                        bytes = 0;
                        if batches.send(std::mem::take(&mut batch)).is_err() {
                            return;
                        }
                    }
                }
            }
        }
        if batches.send(batch).is_err() {
            return;
        }
    }
}
