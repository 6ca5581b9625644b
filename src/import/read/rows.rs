//! Rows of cells: which of them are headers, which are blank, and what number the others have.

use std::sync::Arc;

use super::ahead::Ahead;
use super::bounds::LongCell;
use super::cells::{MAX_NOTED, cleaned_row, shortened, words_of};
use super::table::{Finder, Table};
use super::top::{Found, find, is_header_of, sample, take_lower};
use super::totals::TotalLines;
use super::{ReadError, Reading};
use crate::import::normalise::canonical::ExportHeader;
use crate::parameters::{Message, message};

/// How many titles may stand above a header within a file.
const MAX_TITLES: usize = 3;
/// Most headers within a file that are told one by one, and that are kept.
const MAX_HEADERS: usize = 20;

/// A row of cells as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// The number that it has in its sheet, as a spreadsheet program shows it, or the line of its text; 0 = unknown.
    pub line: u64,
    pub cells: Vec<String>,
    /// The name of the sheet or table that begins with it; empty where that has none.
    pub begins: Option<String>,
    /// A cell of which only the begin is kept.
    pub long_cell: Option<LongCell>,
}

impl Record {
    /// A row within a table.
    pub(super) fn new(line: u64, cells: Vec<String>) -> Self {
        Self { line, cells, begins: None, long_cell: None }
    }
}

/// Rows of cells as they stand in a file, the headers among them.
pub(super) type Records = Box<dyn Iterator<Item = Result<Record, ReadError>> + Send>;

/// A row as it stands in a file: cells without the white space around them, but for those of an export of this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRow {
    /// From 1; headers, what stands above them and blank rows are not counted, and lines of totals are.
    pub number: usize,
    /// Its number in its sheet, as a spreadsheet program shows it, or the line of its text; 0 = unknown.
    pub line: u64,
    /// The header that it stands below.
    pub table: Arc<Table>,
    /// As many cells as the header has, or more where the row has more.
    pub cells: Vec<String>,
    /// A cell of which only the begin is kept, since it is far too long.
    pub long_cell: Option<LongCell>,
}

/// The rows of a file, one by one. Blocking.
///
/// Behind an error there are no more rows.
pub struct Rows<'c> {
    ahead: Ahead,
    finder: Finder<'c>,
    table: Arc<Table>,
    /// Headers that stood in the file so far.
    known: Vec<Arc<Table>>,
    number: usize,
    /// Whether cells lose the white space around them, which in an export is part of them.
    cleans: bool,
    /// The lines that are no rows; `None` where none is looked for.
    totals: Option<TotalLines>,
    is_over: bool,
    /// What was seen since the file was opened.
    notes: Vec<Message>,
    headers_below: usize,
}

impl<'c> Rows<'c> {
    /// Rows below the header of this table.
    pub(super) fn new(ahead: Ahead, finder: Finder<'c>, table: Table) -> Self {
        let own = &table.header[..table.header.len() - finder.naming.set.len()];
        let cleans = ExportHeader::of(own).is_none();
        let table = Arc::new(table);
        let known = vec![Arc::clone(&table)];
        let totals = cleans.then(|| TotalLines::of(&table.columns));
        Self {
            ahead,
            finder,
            table,
            known,
            number: 0,
            cleans,
            totals,
            is_over: false,
            notes: Vec::new(),
            headers_below: 0,
        }
    }

    /// What is worth knowing of the rows that were read since the file was opened.
    pub fn notes(&self) -> Vec<Message> {
        let more = self.headers_below.saturating_sub(MAX_HEADERS);
        let more = (more > 0)
            .then(|| message!("headers that stand within the file: {more} more", "文件中间的表头还有 {more} 个"));
        let totals = self.totals.as_ref().and_then(TotalLines::note);
        self.notes.iter().cloned().chain(more).chain(totals).collect()
    }

    /// The headers of the file so far, the first first.
    pub fn tables(&self) -> &[Arc<Table>] {
        &self.known
    }

    /// The next row that is no header.
    fn next_record(&mut self) -> Option<Result<Record, ReadError>> {
        loop {
            if self.ahead.peek(0).is_some_and(|record| record.begins.is_some()) {
                match self.begin() {
                    Ok(true) => continue,
                    Ok(false) => return None,
                    Err(error) => return Some(Err(error)),
                }
            }
            let mut record = match self.ahead.pop()? {
                Ok(record) => record,
                Err(error) => return Some(Err(error)),
            };
            if !self.cleans {
                return Some(Ok(record));
            }
            record.cells = cleaned_row(record.cells);
            if self.finder.is_header(&record.cells) {
                if let Err(error) = self.follow(record) {
                    return Some(Err(error));
                }
            } else if self.is_title(&record.cells) {
                let words = shortened(&words_of(&[record.cells]), MAX_NOTED);
                self.note(message!("a title above a header was skipped ({words})", "跳过了表头上方的标题（{words}）"));
            } else {
                return Some(Ok(record));
            }
        }
    }

    /// Goes on with the next sheet or table; whether there is one.
    fn begin(&mut self) -> Result<bool, ReadError> {
        loop {
            match find(&mut self.ahead, &self.finder)? {
                Found::Table(table, notes) => {
                    self.notes.extend(notes);
                    self.take(*table);
                    return Ok(true);
                }
                Found::No(note) => {
                    self.note(note);
                    if !self.ahead.skip_to_next()? {
                        return Ok(false);
                    }
                }
            }
        }
    }

    /// Reads what follows by a header that stands within the file.
    fn follow(&mut self, record: Record) -> Result<(), ReadError> {
        let sheet = self.table.sheet.clone();
        let header = take_lower(&mut self.ahead, &record.cells, &self.finder).unwrap_or_else(|| record.cells.clone());
        let same = self.known.iter().find(|known| known.sheet == sheet && is_header_of(&header, known));
        if let Some(same) = same {
            if !Arc::ptr_eq(same, &self.table) {
                self.table = Arc::clone(same);
                self.totals.iter_mut().for_each(|totals| totals.follow(&self.table.columns));
            }
            self.tell_header(&record, true);
            return Ok(());
        }
        let sample = sample(&mut self.ahead, &self.finder);
        let table = self.finder.table(header, &sample, sheet)?;
        self.tell_header(&record, false);
        self.take(table);
        Ok(())
    }

    fn take(&mut self, table: Table) {
        self.table = Arc::new(table);
        self.totals.iter_mut().for_each(|totals| totals.follow(&self.table.columns));
        if self.known.len() < MAX_HEADERS {
            self.known.push(Arc::clone(&self.table));
        }
    }

    fn tell_header(&mut self, record: &Record, is_known: bool) {
        self.headers_below += 1;
        if self.headers_below > MAX_HEADERS {
            return;
        }
        let (line, words) = (record.line, shortened(&record.cells.join(", "), MAX_NOTED));
        self.notes.push(match is_known {
            true => {
                message!("row {line}: a header stands there again ({words})", "第 {line} 行：表头再次出现（{words}）")
            }
            false => message!(
                "row {line}: another header stands there, by which the rows below it are read ({words})",
                "第 {line} 行：出现另一个表头，其下各行按它读取（{words}）"
            ),
        });
    }

    fn note(&mut self, note: Message) {
        if self.notes.len() < 2 * MAX_HEADERS {
            self.notes.push(note);
        }
    }

    /// Whether a row is the title of a table that begins below it.
    fn is_title(&mut self, row: &[String]) -> bool {
        let is_one = |row: &[String]| row.iter().filter(|cell| !cell.is_empty()).count() == 1;
        if !is_one(row) || self.table.header.len() < 2 {
            return false;
        }
        for place in 0..MAX_TITLES {
            let Some(next) = self.ahead.peek(place) else { return false };
            if next.begins.is_some() {
                return false;
            }
            let next = cleaned_row(next.cells.clone());
            if self.finder.is_header(&next) {
                return true;
            } else if !is_one(&next) {
                return false;
            }
        }
        false
    }

    fn completed(&mut self, record: Record) -> RawRow {
        let Record { line, mut cells, long_cell, .. } = record;
        self.number += 1;
        let width = self.table.header.len() - self.finder.naming.set.len();
        while cells.len() > width && cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        if cells.len() <= width {
            cells.resize(width, String::new());
            cells.extend(self.finder.constants().cloned());
        }
        RawRow { number: self.number, line, table: Arc::clone(&self.table), cells, long_cell }
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<RawRow, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.is_over {
                return None;
            }
            let next = self.next_row();
            self.is_over = !matches!(next, Some(Ok(_)));
            let is_total = match (&next, &mut self.totals) {
                (Some(Ok(row)), Some(totals)) if row.long_cell.is_none() => totals.takes(&row.cells),
                _ => false,
            };
            if !is_total {
                return next;
            }
        }
    }
}

impl Rows<'_> {
    fn next_row(&mut self) -> Option<Result<RawRow, ReadError>> {
        Some(self.next_record()?.map(|record| self.completed(record)))
    }
}

/// Finds the header among the first rows and gives the rows below it.
///
/// # Errors
/// Where there is none.
pub(super) fn reading<'c>(
    records: Records,
    finder: Finder<'c>,
    mut notes: Vec<Message>,
) -> Result<Reading<'c>, ReadError> {
    let mut ahead = Ahead::new(records);
    let mut why_not = None;
    loop {
        match find(&mut ahead, &finder) {
            Ok(Found::Table(table, more)) => {
                finder.check(&table.header)?;
                notes.extend(more);
                return Ok(Reading::new(Rows::new(ahead, finder, *table), notes));
            }
            Ok(Found::No(note)) => notes.push(note),
            Err(error) => {
                why_not.get_or_insert(error);
            }
        }
        // Another sheet may have one.
        if !ahead.skip_to_next()? {
            return Err(why_not.unwrap_or(ReadError::Empty));
        }
    }
}

/// The rows below a header that stands in none of them.
///
/// # Errors
/// Where company or role is not among its columns.
pub(super) fn reading_below<'c>(
    header: Vec<String>,
    records: Records,
    finder: Finder<'c>,
    notes: Vec<Message>,
) -> Result<Reading<'c>, ReadError> {
    finder.check(&header)?;
    let mut ahead = Ahead::new(records);
    let sample = sample(&mut ahead, &finder);
    let table = finder.table(header, &sample, None)?;
    Ok(Reading::new(Rows::new(ahead, finder, table), notes))
}
