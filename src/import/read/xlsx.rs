//! Reads XLSX workbooks.
//!
//! A workbook is read by a thread of its own: what parses a sheet borrows the workbook, and a row
//! must not. The rows come in batches, so that memory does not grow with the sheet.

use std::io::BufReader;
use std::sync::mpsc::{SyncSender, sync_channel};

use calamine::{Reader, SheetType, SheetVisible, Xlsx};

use super::archive;
use super::rows::{self, HEADER_WITHIN, has_header};
use super::sheet::SheetRows;
use super::{Input, ReadError, ReadOptions, Reading, Source};
use crate::model::case::Field;

/// Rows and bytes that travel together.
const BATCH_ROWS: usize = 256;
const BATCH_BYTES: usize = 1 << 20;
/// How many batches may wait.
const BATCHES_WAITING: usize = 2;
/// How many rows of a sheet tell how many columns it has.
const WIDTH_WITHIN: usize = 100;

type Workbook = Xlsx<BufReader<Box<dyn Source>>>;
type Record = Result<Vec<String>, ReadError>;

/// The sheet that is read.
struct Chosen {
    name: String,
    width: usize,
    notes: Vec<String>,
}

/// Opens a workbook and the first visible sheet in it that has a header.
pub(super) fn open(input: &Input, options: &ReadOptions) -> Result<Reading, ReadError> {
    let has_merged_cells = archive::inspect(BufReader::new(input.open()?))?;
    let source = BufReader::new(input.open()?);
    let map = options.map.clone();
    let (send_chosen, chosen) = sync_channel(1);
    let (send_rows, batches) = sync_channel::<Vec<Record>>(BATCHES_WAITING);
    let thread = std::thread::Builder::new().name("workbook".to_owned()).spawn(move || {
        match open_sheet(source, has_merged_cells, &map) {
            Ok((mut workbook, chosen)) => {
                let name = chosen.name.clone();
                // Whoever asked may be gone: then nothing is left to do.
                if send_chosen.send(Ok(chosen)).is_ok() {
                    send(&mut workbook, &name, has_merged_cells, &send_rows);
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
    rows::reading(Box::new(records), &options.map, chosen.width, chosen.notes)
}

fn damaged() -> ReadError {
    ReadError::Workbook("it is damaged".to_owned())
}

fn open_sheet(
    source: BufReader<Box<dyn Source>>,
    has_merged_cells: bool,
    map: &[(String, Field)],
) -> Result<(Workbook, Chosen), ReadError> {
    let mut workbook: Workbook = Xlsx::new(source).map_err(|error| match error {
        calamine::XlsxError::Password => ReadError::Workbook("it has a password; save it without one".to_owned()),
        error => ReadError::Workbook(error.to_string()),
    })?;
    let chosen = choose(&mut workbook, has_merged_cells, map)?;
    Ok((workbook, chosen))
}

/// The first visible sheet with a header, else the first that has rows.
fn choose(workbook: &mut Workbook, has_merged_cells: bool, map: &[(String, Field)]) -> Result<Chosen, ReadError> {
    let (visible, hidden): (Vec<_>, Vec<_>) = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .cloned()
        .partition(|sheet| sheet.visible == SheetVisible::Visible);
    let mut first_filled: Option<(String, usize)> = None;
    let mut found = None;
    for sheet in &visible {
        let mut rows = SheetRows::open(workbook, &sheet.name, has_merged_cells)?;
        let first = rows::first_rows(&mut rows, WIDTH_WITHIN)?;
        let width = first.iter().map(Vec::len).max().unwrap_or_default();
        let top = first.into_iter().take(HEADER_WITHIN).collect();
        if has_header(&top, map).is_some() {
            found = Some((sheet.name.clone(), width));
            break;
        }
        if width > 0 {
            first_filled.get_or_insert((sheet.name.clone(), width));
        }
    }
    let (name, width) = found.or(first_filled).ok_or(ReadError::Empty)?;
    let others = visible.iter().filter(|sheet| sheet.name != name).map(|sheet| format!("`{}`", sheet.name));
    let left_out: Vec<String> = others.chain(hidden.iter().map(|sheet| format!("`{}` (hidden)", sheet.name))).collect();
    let note = format!("the sheet `{name}` is read, left out: {}", left_out.join(", "));
    Ok(Chosen { name, width, notes: if left_out.is_empty() { Vec::new() } else { vec![note] } })
}

/// Sends the rows of a sheet, as long as anybody takes them.
fn send(workbook: &mut Workbook, name: &str, has_merged_cells: bool, batches: &SyncSender<Vec<Record>>) {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    match SheetRows::open(workbook, name, has_merged_cells) {
        Err(error) => batch.push(Err(error)),
        Ok(rows) => {
            for row in rows {
                bytes += row.iter().flatten().map(String::len).sum::<usize>();
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
    let _ = batches.send(batch);
}
