//! The rows of a file with some of them looked at before they are taken. Blank rows are left out.

use std::collections::VecDeque;

use super::ReadError;
use super::bounds;
use super::cells::is_filled;
use super::rows::{Record, Records};

/// Most bytes of rows that are looked at before they are taken.
const MAX_BYTES: usize = 8 << 20;

/// Rows, and those of them that wait.
pub(super) struct Ahead {
    records: Records,
    waiting: VecDeque<Record>,
    bytes: usize,
    /// What went wrong behind those that wait.
    error: Option<ReadError>,
    is_over: bool,
    has_begun: bool,
}

impl Ahead {
    pub(super) fn new(records: Records) -> Self {
        Self { records, waiting: VecDeque::new(), bytes: 0, error: None, is_over: false, has_begun: false }
    }

    /// Whether any table was begun.
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Reads on until so many rows wait.
    fn fill(&mut self, rows: usize) {
        while self.waiting.len() < rows && !self.is_over && (self.bytes < MAX_BYTES || self.waiting.is_empty()) {
            match self.next_filled() {
                Some(Ok(record)) => {
                    self.bytes += size(&record);
                    self.waiting.push_back(record);
                }
                Some(Err(error)) => (self.error, self.is_over) = (Some(error), true),
                None => self.is_over = true,
            }
        }
    }

    fn next_filled(&mut self) -> Option<Result<Record, ReadError>> {
        // The name of a sheet whose first row is blank is that of its first row that is not.
        let mut begins = None;
        loop {
            match self.records.next()? {
                Ok(mut record) => {
                    begins = record.begins.take().or(begins);
                    if is_filled(&record.cells) {
                        let long_cell = bounds::cut(&mut record.cells);
                        return Some(Ok(Record { begins, long_cell, ..record }));
                    }
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }

    /// One of the next rows, from 0; `None` behind the last.
    pub(super) fn peek(&mut self, place: usize) -> Option<&Record> {
        if self.waiting.len() <= place {
            self.fill(place + 1);
        }
        self.waiting.get(place)
    }

    /// The next row.
    pub(super) fn pop(&mut self) -> Option<Result<Record, ReadError>> {
        self.fill(1);
        match self.waiting.pop_front() {
            Some(record) => {
                self.bytes -= size(&record);
                Some(Ok(record))
            }
            None => self.error.take().map(Err),
        }
    }

    /// The name of the sheet that begins with the next row, which then has begun, and the cells of its first rows.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub(super) fn top(&mut self, rows: usize) -> Result<(Option<String>, Vec<Vec<String>>), ReadError> {
        self.fill(rows);
        if self.waiting.len() < rows
            && let Some(error) = self.error.take()
        {
            return Err(error);
        }
        let sheet = self.waiting.front_mut().and_then(|record| record.begins.take());
        Ok((sheet, self.next_rows(rows)))
    }

    /// The cells of the next rows, up to the next sheet; the first one may begin one.
    pub(super) fn next_rows(&mut self, rows: usize) -> Vec<Vec<String>> {
        self.fill(rows);
        let within = self.waiting.iter().take(rows).enumerate();
        within
            .take_while(|(place, record)| *place == 0 || record.begins.is_none())
            .map(|(_, it)| it.cells.clone())
            .collect()
    }

    /// Leaves out the next rows, with which a table has begun.
    pub(super) fn drop_first(&mut self, rows: usize) {
        self.has_begun = true;
        for record in self.waiting.drain(..rows.min(self.waiting.len())) {
            self.bytes -= size(&record);
        }
    }

    /// Leaves out all rows up to where the next sheet begins; whether there is one.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub(super) fn skip_to_next(&mut self) -> Result<bool, ReadError> {
        loop {
            if self.peek(0).is_some_and(|record| record.begins.is_some()) {
                return Ok(true);
            }
            match self.pop() {
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error),
                None => return Ok(false),
            }
        }
    }
}

fn size(record: &Record) -> usize {
    record.cells.iter().map(String::len).sum()
}
