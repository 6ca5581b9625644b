//! The rows of one sheet of a workbook, and what its cells mean as text.

use std::collections::HashMap;
use std::io::{Read, Seek};

use calamine::{Data, DataRef, Dimensions, ExcelDateTime, Xlsx, XlsxCellReader};

use super::number_format::NumberFormat;
use super::rows::Record;
use super::{MAX_COLUMNS, MAX_RECORD_BYTES, ReadError};

/// The rows of a sheet from the first that has a cell; blank rows between them are left out.
pub(super) struct SheetRows<'a, RS: Read + Seek> {
    cells: XlsxCellReader<'a, RS>,
    /// A cell of the next row, already read.
    ahead: Option<(u32, u32, String)>,
    merged: Merged,
    /// What the format of a number says of it, by style.
    formats: Vec<Option<NumberFormat>>,
    /// Whether all cells are read.
    is_over: bool,
}

impl<'a, RS: Read + Seek> SheetRows<'a, RS> {
    /// Opens a sheet by its name.
    pub(super) fn open(workbook: &'a mut Xlsx<RS>, name: &str, has_merged_cells: bool) -> Result<Self, ReadError> {
        // Which cells are merged stands behind the rows: where there are such, the sheet is read twice.
        let regions = match has_merged_cells {
            true => workbook.merge_cells_by_sheet_name(name).map_err(broken)?,
            false => Vec::new(),
        };
        let cells = workbook.worksheet_cells_reader(name).map_err(broken)?;
        let formats = cells.styles().iter().map(NumberFormat::of).collect();
        Ok(Self { cells, ahead: None, merged: Merged::new(regions), formats, is_over: false })
    }

    fn read(&mut self) -> Result<Option<Record>, ReadError> {
        let mut row = Vec::new();
        let mut number = None;
        let mut bytes = 0;
        while let Some((at, column, text)) = self.next_cell()? {
            if number.is_some_and(|number| number != at) {
                self.ahead = Some((at, column, text));
                break;
            }
            number = Some(at);
            bytes += text.len() as u64;
            if bytes > MAX_RECORD_BYTES {
                return Err(ReadError::TooLong { what: "row", number: u64::from(at) + 1 });
            }
            put(&mut row, at, column, text)?;
        }
        let Some(number) = number else { return Ok(None) };
        self.merged.fill(number, &mut row)?;
        Ok(Some(Record::new(u64::from(number) + 1, row)))
    }

    fn next_cell(&mut self) -> Result<Option<(u32, u32, String)>, ReadError> {
        if let Some(cell) = self.ahead.take() {
            return Ok(Some(cell));
        }
        while !self.is_over {
            let Some((cell, style)) = self.cells.next_cell_with_style_id().map_err(broken)? else {
                // The parser must not be asked behind the last cell.
                self.is_over = true;
                break;
            };
            let (row, column) = cell.get_position();
            let value = cell.get_value();
            let text = match (value, self.formats.get(style)) {
                (DataRef::Int(_) | DataRef::Float(_), Some(Some(format))) => format.shown(&text(value)),
                _ => text(value),
            };
            // A row with nothing but cells that are merged with those above is blank.
            if !text.is_empty() {
                return Ok(Some((row, column, text)));
            }
        }
        Ok(None)
    }
}

impl<RS: Read + Seek> Iterator for SheetRows<'_, RS> {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.read();
        self.is_over |= row.is_err();
        row.transpose()
    }
}

fn broken(error: calamine::XlsxError) -> ReadError {
    ReadError::Workbook(error.to_string())
}

fn put(row: &mut Vec<String>, at: u32, column: u32, text: String) -> Result<(), ReadError> {
    let place = column as usize;
    if place >= MAX_COLUMNS {
        return Err(ReadError::TooManyColumns(format!("row {}", at + 1)));
    }
    if row.len() <= place {
        row.resize(place + 1, String::new());
    }
    row[place] = text;
    Ok(())
}

/// Cells that stand in several rows: all of them mean what the first says.
struct Merged {
    /// Regions of several rows by their first row, from the last to the first.
    regions: Vec<Dimensions>,
    /// Those that have begun, by column: their last row and their text.
    begun: HashMap<u32, (u32, String)>,
}

impl Merged {
    /// Regions of one row only are titles or wide cells: their text stands in the first cell.
    fn new(mut regions: Vec<Dimensions>) -> Self {
        regions.retain(|region| region.end.0 > region.start.0 && region.start.1 as usize <= MAX_COLUMNS);
        regions.sort_unstable_by_key(|region| std::cmp::Reverse(region.start));
        Self { regions, begun: HashMap::new() }
    }

    /// Fills the cells of this row that a region goes on in, and remembers those that begin here.
    fn fill(&mut self, number: u32, row: &mut Vec<String>) -> Result<(), ReadError> {
        self.begun.retain(|_, (last, _)| *last >= number);
        for (column, (_, text)) in &self.begun {
            if row.get(*column as usize).is_none_or(String::is_empty) {
                put(row, number, *column, text.clone())?;
            }
        }
        while self.regions.last().is_some_and(|region| region.start.0 <= number) {
            let Some(region) = self.regions.pop() else { break };
            let text = row.get(region.start.1 as usize).filter(|_| region.start.0 == number);
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                self.begun.insert(region.start.1, (region.end.0, text.clone()));
            }
        }
        Ok(())
    }
}

/// A cell as the text that a person means by it.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(time) => date_text(time),
        DataRef::DateTimeIso(time) => time.strip_suffix("T00:00:00").unwrap_or(time).to_owned(),
        DataRef::DurationIso(duration) => duration.clone(),
        DataRef::Error(error) => error.to_string(),
    }
}

/// The same of a cell of a workbook that is held in memory.
pub(super) fn loaded_text(value: &Data) -> String {
    match value {
        Data::Empty => String::new(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number_text(*number),
        Data::String(text) => text.clone(),
        Data::Bool(truth) => text(&DataRef::Bool(*truth)),
        Data::DateTime(time) => date_text(time),
        Data::DateTimeIso(time) => text(&DataRef::DateTimeIso(time.clone())),
        Data::DurationIso(duration) => duration.clone(),
        Data::Error(error) => error.to_string(),
    }
}

/// A number without the noise behind the 15 digits that a spreadsheet keeps: `0.1+0.2` is `0.3`.
fn number_text(number: f64) -> String {
    format!("{number:.14e}").parse().unwrap_or(number).to_string()
}

/// A date, with its time where it has one; a time or a span alone as hours, minutes and seconds.
fn date_text(time: &ExcelDateTime) -> String {
    const SECONDS_A_DAY: f64 = 86_400.0;
    let days = time.as_f64();
    if time.is_duration() || days < 1.0 {
        let seconds = (days * SECONDS_A_DAY).round() as i64;
        return format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second) {
        (0, 0, 0) => date,
        _ => format!("{date} {hour:02}:{minute:02}:{second:02}"),
    }
}
