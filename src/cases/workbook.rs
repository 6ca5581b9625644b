//! Cases as a workbook, a sheet of them and one of what must be known to read them, which is written row by row into a file:
//! memory does not grow with their number.

use crate::parameters::Message;
use std::fs::File;
use std::io::{self, BufWriter, Seek};

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};
use rust_xlsxwriter::{ColNum, Format, RowNum, Workbook, Worksheet, XlsxError};
use uuid::Uuid;

use super::row::CaseRow;
use super::{binary, table};
use crate::catalog::Catalog;
use crate::model::case::Field;
use crate::model::field::Kind;
use crate::model::notice::Notice;

/// The most cases that a sheet has room for, below its header.
pub const MAX_CASES: RowNum = 1_048_575;
/// The most characters of a cell, as programs for spreadsheets count them: in UTF-16.
const MAX_CELL_CHARS: usize = 32_767;
/// The last day of which such programs are not of one mind: they hold 1900 for a leap year.
const BEFORE_DAYS: Option<NaiveDate> = NaiveDate::from_ymd_opt(1900, 2, 28);
/// The day 0 of those that follow.
const DAY_ZERO: NaiveDateTime = match NaiveDate::from_ymd_opt(1899, 12, 30) {
    Some(day) => NaiveDateTime::new(day, chrono::NaiveTime::MIN),
    None => NaiveDateTime::MIN,
};

/// Why cases do not become a workbook.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    /// They do not fit into a sheet.
    #[error("a sheet has room for {MAX_CASES} cases; ask for fewer, or for CSV")]
    TooMany,
    /// A text does not fit into a cell.
    #[error(
        "`{field}` of the case {id} is longer than the {MAX_CELL_CHARS} characters that a cell has room for; leave it out \
        by `fields`, or ask for CSV"
    )]
    TooLong {
        /// Its field.
        field: &'static str,
        /// Its case.
        id: Uuid,
    },
    /// The file could not be written.
    #[error(transparent)]
    File(#[from] io::Error),
    /// The same, told by the library.
    #[error(transparent)]
    Library(#[from] XlsxError),
}

impl WorkbookError {
    /// What a reader is told of it.
    pub fn message(&self) -> Message {
        let zh = match self {
            Self::TooMany => format!("一张工作表最多容纳 {MAX_CASES} 条案例；请缩小范围，或改用 CSV"),
            Self::TooLong { field, id } => format!(
                "案例 {id} 的 `{field}` 超过单元格能容纳的 {MAX_CELL_CHARS} 个字符；请用 `fields` 去掉它，或改用 CSV"
            ),
            Self::File(_) | Self::Library(_) => "文件无法写出".to_owned(),
        };
        Message { en: self.to_string(), zh }
    }
}

/// A workbook that is being written.
pub(super) struct CaseWorkbook {
    workbook: Workbook,
    /// Rows so far, the header being the first.
    rows: RowNum,
    day: Format,
    instant: Format,
}

impl CaseWorkbook {
    /// One with the header of these fields, which stays in sight.
    pub fn new(fields: &[Field]) -> Result<Self, WorkbookError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name("offer-cases")?.set_freeze_panes(1, 0)?;
        let names = table::columns(fields).collect::<Vec<_>>();
        let widths = fields.iter().flat_map(|field| widths(field.kind()));
        let header = Format::new().set_bold();
        for (column, (name, width)) in (0..).zip(names.iter().zip(widths)) {
            let needed = u16::try_from(name.len() + 2).unwrap_or(*width);
            sheet.set_column_width(column, (*width).max(needed))?.write_string_with_format(0, column, name, &header)?;
        }
        let format = |format: &str| Format::new().set_num_format(format);
        Ok(Self { workbook, rows: 1, day: format("yyyy-mm-dd"), instant: format("yyyy-mm-dd hh:mm:ss") })
    }

    /// Adds a case.
    pub fn write(&mut self, fields: &[Field], row: &CaseRow, catalog: &Catalog) -> Result<(), WorkbookError> {
        if self.rows > MAX_CASES {
            return Err(WorkbookError::TooMany);
        }
        let mut cells = Cells { sheet: self.workbook.worksheet_from_index(0)?, row: self.rows, column: 0 };
        let mut text = Vec::new();
        for field in fields {
            let bytes = row.bytes(*field);
            match field.kind() {
                Kind::Reference(entity) => {
                    let reference = table::reference(row, *field, entity, catalog);
                    for name in reference.as_deref().map(table::names).unwrap_or_default() {
                        cells.text(name).map_err(|error| too_long(error, *field, row))?;
                    }
                    continue;
                }
                Kind::Number { .. } => cells.number(bytes.and_then(binary::integer).map(|it| it as f64), None)?,
                Kind::Amount { .. } => {
                    cells.number(bytes.and_then(binary::hundredths).map(|it| it as f64 / 100.0), None)?;
                }
                Kind::Date { .. } if let Some(days) = bytes.and_then(binary::date).and_then(day) => {
                    cells.number(Some(days), Some(&self.day))?;
                }
                Kind::Time if let Some(days) = bytes.and_then(binary::time).and_then(instant) => {
                    cells.number(Some(days), Some(&self.instant))?;
                }
                _ => {
                    text.clear();
                    table::push_cell(&mut text, fields, row, *field, catalog);
                    let text = String::from_utf8_lossy(&text);
                    cells.text(&text).map_err(|error| too_long(error, *field, row))?;
                }
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// The whole, in a file without a name, which is gone when it is closed.
    pub fn save(mut self) -> Result<File, WorkbookError> {
        let notes = self.workbook.add_worksheet_with_constant_memory()?;
        notes.set_name("说明 notes")?;
        for (row, Notice { message, message_en, .. }) in (0..).zip([Notice::offers_only()]) {
            notes.write_string(row, 0, message)?.write_string(row, 1, message_en)?;
        }
        let mut file = BufWriter::new(tempfile::tempfile()?);
        self.workbook.save_to_writer(&mut file)?;
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(file)
    }
}

/// The cells of a row, one behind the other.
struct Cells<'a> {
    sheet: &'a mut Worksheet,
    row: RowNum,
    column: ColNum,
}

impl Cells<'_> {
    /// Adds a text, which is nothing but a text, whatever stands in it.
    fn text(&mut self, text: &str) -> Result<(), XlsxError> {
        if text.encode_utf16().count() > MAX_CELL_CHARS {
            return Err(XlsxError::MaxStringLengthExceeded);
        }
        if !text.is_empty() {
            self.sheet.write_string(self.row, self.column, text)?;
        }
        self.column += 1;
        Ok(())
    }

    /// Adds a number; `None` is an empty cell.
    fn number(&mut self, number: Option<f64>, format: Option<&Format>) -> Result<(), XlsxError> {
        match (number, format) {
            (Some(number), Some(format)) => {
                self.sheet.write_number_with_format(self.row, self.column, number, format)?;
            }
            (Some(number), None) => {
                self.sheet.write_number(self.row, self.column, number)?;
            }
            (None, _) => {}
        }
        self.column += 1;
        Ok(())
    }
}

fn too_long(error: XlsxError, field: Field, row: &CaseRow) -> WorkbookError {
    match error {
        XlsxError::MaxStringLengthExceeded => WorkbookError::TooLong { field: field.name(), id: row.id() },
        error => error.into(),
    }
}

/// How wide columns are, in characters: those of the three parts of a reference, or the one of another field.
fn widths(kind: Kind) -> &'static [u16] {
    match kind {
        Kind::Id => &[37],
        Kind::Reference(_) => &[20, 20, 24],
        Kind::Closed(_) => &[16],
        Kind::Number { .. } | Kind::Amount { .. } | Kind::Date { .. } | Kind::Period { .. } => &[12],
        Kind::Currency { .. } | Kind::Flag => &[8],
        Kind::Time => &[20],
        Kind::Tags | Kind::Texts => &[28],
        Kind::Text | Kind::Raw | Kind::Revisions | Kind::Labels => &[48],
    }
}

/// A day as a spreadsheet counts it; `None` where programs count it differently, or not at all.
fn day(day: NaiveDate) -> Option<f64> {
    instant(day.and_time(chrono::NaiveTime::MIN).and_utc())
}

/// An instant in UTC as a spreadsheet counts it, in days.
fn instant(instant: DateTime<Utc>) -> Option<f64> {
    const MICROSECONDS_A_DAY: f64 = 86_400e6;
    let is_counted = Some(instant.date_naive()) > BEFORE_DAYS && instant.year() <= 9999;
    let since = instant.naive_utc().signed_duration_since(DAY_ZERO);
    since.num_microseconds().filter(|_| is_counted).map(|microseconds| microseconds as f64 / MICROSECONDS_A_DAY)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_spreadsheets_count_them() {
        let date = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        for (date, expected) in [
            (date(1900, 3, 1), Some(61.0)),
            (date(2024, 5, 17), Some(45_429.0)),
            (date(9999, 12, 31), Some(2_958_465.0)),
            // Before, the one day too many of 1900 parts programs; behind, there is nothing.
            (date(1900, 2, 28), None),
            (date(1, 1, 1), None),
            (date(10_000, 1, 1), None),
        ] {
            assert_eq!(day(date), expected, "{date}");
        }
        assert_eq!(instant("2024-05-17T18:00:00Z".parse().unwrap()), Some(45_429.75));
    }
}
