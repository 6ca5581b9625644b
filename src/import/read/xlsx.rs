//! XLSX workbooks, whose sheets are read as a stream.

use std::io::BufReader;

use calamine::{Reader, SheetType, SheetVisible, Xlsx};

use super::sheet::SheetRows;
use super::workbook::{Book, SheetRecords};
use super::{Input, ReadError, Source, archive};

/// A workbook whose sheets are streamed.
pub(super) struct StreamedBook {
    workbook: Xlsx<BufReader<Box<dyn Source>>>,
    has_merged_cells: bool,
}

impl StreamedBook {
    /// Opens a workbook after it has been looked through.
    pub(super) fn open(input: &Input) -> Result<Self, ReadError> {
        let has_merged_cells = archive::inspect(BufReader::new(input.open()?))?;
        let workbook = Xlsx::new(BufReader::new(input.open()?)).map_err(|error| match error {
            calamine::XlsxError::Password => ReadError::Workbook("it has a password; save it without one".to_owned()),
            error => ReadError::Workbook(error.to_string()),
        })?;
        Ok(Self { workbook, has_merged_cells })
    }
}

impl Book for StreamedBook {
    fn sheets(&self) -> Vec<(String, bool)> {
        let sheets = self.workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        sheets.map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible)).collect()
    }

    fn rows<'a>(&'a mut self, name: &str) -> Result<SheetRecords<'a>, ReadError> {
        Ok(Box::new(SheetRows::open(&mut self.workbook, name, self.has_merged_cells)?))
    }
}
