//! Rows of cells: which of them are headers, which are blank, and what number the others have.

use std::sync::Arc;

use super::ahead::Ahead;
use super::bounds::LongCell;
use super::table::{Finder, Table};
use super::totals::TotalLines;
use super::{ReadError, Reading};
use crate::import::normalise::canonical::ExportHeader;
use crate::parameters::{Message, message};
use crate::privacy::masked;

/// How many rows that are not blank are looked at for the header.
pub(super) const HEADER_WITHIN: usize = 30;
/// How many rows below a header tell what its columns are.
const SAMPLE_ROWS: usize = 500;
/// How many titles may stand above a header within a file.
const MAX_TITLES: usize = 3;
/// How much of the words of a skipped row a note tells, in characters.
const MAX_NOTED: usize = 60;
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
        let same = self.known.iter().find(|known| known.sheet == sheet && is_header_of(&record.cells, known));
        if let Some(same) = same {
            if !Arc::ptr_eq(same, &self.table) {
                self.table = Arc::clone(same);
                self.totals.iter_mut().for_each(|totals| totals.follow(&self.table.columns));
            }
            self.tell_header(&record, true);
            return Ok(());
        }
        let sample = sample(&mut self.ahead, &self.finder);
        let table = self.finder.table(record.cells.clone(), &sample, sheet)?;
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

/// What came of looking for a header.
enum Found {
    /// A table, and what is to be known of it.
    Table(Box<Table>, Vec<Message>),
    /// There is none in this sheet, which is told.
    No(Message),
}

/// Finds the header of the sheet or table that begins with the next row, and leaves the rows below it.
fn find(ahead: &mut Ahead, finder: &Finder<'_>) -> Result<Found, ReadError> {
    let (sheet, top) = ahead.top(HEADER_WITHIN)?;
    let named = sheet.clone().filter(|sheet| !sheet.is_empty());
    let first: Vec<Vec<String>> = top.into_iter().map(cleaned_row).collect();
    if first.is_empty() {
        return Err(ReadError::Empty);
    }
    if let Some(columns) = &finder.without_header {
        let table = finder.table_of(columns, &first)?;
        return Ok(Found::Table(Box::new(Table { sheet: named, ..table }), Vec::new()));
    }
    let by_name = first.iter().position(|row| finder.is_header(row));
    let is_other = sheet.is_some() && by_name.is_none();
    if is_other && ahead.has_begun() {
        let words = shortened(&words_of(&first[..1]), MAX_NOTED);
        let sheet = sheet.unwrap_or_default();
        return Ok(Found::No(message!(
            "`{sheet}` has no columns for company and role, and is left out ({words})",
            "`{sheet}` 没有公司和岗位两列，已略过（{words}）"
        )));
    }
    let place = by_name.or_else(|| most_like_a_header(&first, finder)).ok_or(ReadError::Empty)?;
    ahead.drop_first(place + 1);
    let mut notes = Vec::new();
    if place > 0 {
        let words = shortened(&words_of(&first[..place]), MAX_NOTED);
        notes.push(message!(
            "rows above the header that were skipped: {place} ({words})",
            "跳过了表头上方的 {place} 行（{words}）"
        ));
    }
    let header = first[place].clone();
    let again = ahead.peek(0).filter(|next| next.begins.is_none()).map(|next| cleaned_row(next.cells.clone()));
    if let Some(again) = again.filter(|row| is_header_again(row, &header, finder)) {
        ahead.drop_first(1);
        let words = shortened(&words_of(&[again]), MAX_NOTED);
        notes.push(message!("a second header row was skipped ({words})", "跳过了第二行表头（{words}）"));
    }
    let sample = sample(ahead, finder);
    let table = finder.table(header.clone(), &sample, named).map_err(|error| why(error, &header, finder))?;
    if by_name.is_none() && finder.reads_as_data(&header) {
        return Err(no_header(&header));
    }
    Ok(Found::Table(Box::new(table), notes))
}

/// Why a row that is most like a header is none.
fn why(error: ReadError, header: &[String], finder: &Finder<'_>) -> ReadError {
    let is_known = header.iter().any(|cell| finder.naming.meaning(cell).is_some());
    match error {
        ReadError::MissingColumn(..) if !is_known => no_header(header),
        other => other,
    }
}

fn no_header(first: &[String]) -> ReadError {
    ReadError::NoHeader(shortened(&words_of(&[first.to_vec()]), MAX_NOTED))
}

/// The rows below a header, up to the next one, that tell what its columns are.
fn sample(ahead: &mut Ahead, finder: &Finder<'_>) -> Vec<Vec<String>> {
    let rows = ahead.next_rows(SAMPLE_ROWS).into_iter().map(cleaned_row);
    rows.take_while(|row| !finder.is_header(row)).collect()
}

/// The row that is most like a header, where none has company and role; `None` where there are no rows.
fn most_like_a_header(rows: &[Vec<String>], finder: &Finder<'_>) -> Option<usize> {
    let likeness = |row: &Vec<String>| {
        let known = row.iter().filter(|cell| finder.naming.meaning(cell).is_some()).count();
        (known, row.iter().filter(|cell| !cell.is_empty()).count().min(2))
    };
    (0..rows.len()).rev().max_by_key(|place| likeness(&rows[*place]))
}

/// Whether a row is the header of a table once more.
fn is_header_of(row: &[String], table: &Table) -> bool {
    let filled = row.iter().filter(|cell| !cell.is_empty()).count();
    let own = table.header.iter().filter(|cell| !cell.starts_with('#') && !cell.starts_with("--set ")).count();
    filled == own && row.iter().zip(&table.header).all(|(cell, header)| cell.is_empty() || cell == header)
}

/// Whether the row below the header is a header too: in another language, where all cells are names
/// of columns, or the lower half of a header whose company and role are merged over two rows.
fn is_header_again(row: &[String], header: &[String], finder: &Finder<'_>) -> bool {
    use crate::model::case::Field;
    let meaning = |cell: &String| finder.naming.meaning(cell).map(|(column, _)| column);
    let is_at_its_place = |field: Field| {
        let place = header.iter().position(|cell| meaning(cell) == Some(field.into()));
        place.and_then(|place| row.get(place)).and_then(meaning) == Some(field.into())
    };
    let is_same = is_at_its_place(Field::Company) && is_at_its_place(Field::Role);
    let filled: Vec<&String> = row.iter().filter(|cell| !cell.is_empty()).collect();
    let are_names = filled.len() > 1 && filled.iter().all(|cell| meaning(cell).is_some());
    is_same || (are_names && !finder.is_header(row))
}

fn words_of(rows: &[Vec<String>]) -> String {
    let words = rows.iter().flatten().map(String::as_str).filter(|cell| !cell.is_empty());
    masked(&words.collect::<Vec<_>>().join(", ")).0.into_owned()
}

/// A text as far as a message tells it.
pub(in crate::import) fn shortened(text: &str, most_chars: usize) -> String {
    match text.char_indices().nth(most_chars) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

pub(super) fn cleaned_row(cells: Vec<String>) -> Vec<String> {
    cells.into_iter().map(cleaned).collect()
}

/// Whether a row has something in it.
pub(super) fn is_filled(cells: &[String]) -> bool {
    cells.iter().any(|cell| !cell.trim_matches(is_space).is_empty())
}

/// Whether this is white space, of which some has no width.
fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{feff}' | '\u{200b}' | '\u{2060}' | '\u{180e}')
}

/// A cell without the white space around it.
fn cleaned(cell: String) -> String {
    let trimmed = cell.trim_matches(is_space);
    if trimmed.len() == cell.len() { cell } else { trimmed.to_owned() }
}
