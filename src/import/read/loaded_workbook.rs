//! Workbooks of other formats, XLS and ODS, which the parser holds in memory: such files are small, and larger ones are
//! refused.

use std::fmt::Display;
use std::io::{BufReader, Seek, SeekFrom};

use calamine::{Ods, OdsError, Reader, SheetType, SheetVisible, Xls, XlsError};

use super::rows::Record;
use super::sheet::loaded_text;
use super::workbook::{Book, SheetRecords};
use super::{Input, MAX_COLUMNS, ReadError, Source, archive};

/// Most bytes of a workbook that is held in memory; an XLS sheet has at most 65,536 rows.
const MAX_BYTES: u64 = 64 << 20;

type Bytes = BufReader<Box<dyn Source>>;

/// A workbook in memory.
struct LoadedBook<R>(R);

/// Opens a workbook as Excel wrote it up to 2003.
pub(super) fn open_xls(input: &Input) -> Result<Box<dyn Book>, ReadError> {
    let workbook: Xls<Bytes> = Xls::new(small(input)?).map_err(|error| match error {
        XlsError::Password => locked(),
        // XLSX with a password stands in such a file too.
        other => ReadError::Workbook(format!("{other}; if it has a password, save it without one")),
    })?;
    Ok(Box::new(LoadedBook(workbook)))
}

/// Opens a workbook of OpenDocument.
pub(super) fn open_ods(input: &Input) -> Result<Box<dyn Book>, ReadError> {
    archive::inspect_ods(BufReader::new(input.open()?))?;
    let workbook: Ods<Bytes> = Ods::new(small(input)?).map_err(|error| match error {
        OdsError::Password => locked(),
        other => ReadError::Workbook(other.to_string()),
    })?;
    Ok(Box::new(LoadedBook(workbook)))
}

fn locked() -> ReadError {
    ReadError::Workbook("it has a password; save it without one".to_owned())
}

fn small(input: &Input) -> Result<Bytes, ReadError> {
    let mut source = input.open()?;
    if source.seek(SeekFrom::End(0))? > MAX_BYTES {
        let most = MAX_BYTES >> 20;
        return Err(ReadError::Workbook(format!("it has more than {most} MiB; save it as XLSX or CSV")));
    }
    source.seek(SeekFrom::Start(0))?;
    Ok(BufReader::new(source))
}

impl<R: Reader<Bytes>> Book for LoadedBook<R>
where
    R::Error: Display,
{
    fn sheets(&self) -> Vec<(String, bool)> {
        let sheets = self.0.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        sheets.map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible)).collect()
    }

    fn rows<'a>(&'a mut self, name: &str) -> Result<SheetRecords<'a>, ReadError> {
        let range = self.0.worksheet_range(name).map_err(|error| ReadError::Workbook(error.to_string()))?;
        let (first_row, first_column) = range.start().unwrap_or_default();
        let before = first_column as usize;
        if before + range.width() > MAX_COLUMNS {
            return Err(ReadError::TooManyColumns(format!("the sheet `{name}`")));
        }
        let record = move |(place, row): (usize, Vec<String>)| {
            let blank = std::iter::repeat_n(String::new(), before);
            Ok(Record::new(u64::from(first_row) + place as u64 + 1, blank.chain(row).collect()))
        };
        let texts: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(loaded_text).collect()).collect();
        Ok(Box::new(texts.into_iter().enumerate().map(record)))
    }
}
