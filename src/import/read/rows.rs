//! Rows of cells: which of them is the header, which are blank, and what number the others have.

use std::collections::VecDeque;

use super::header::Columns;
use super::names::meaning;
use super::totals::TotalLines;
use super::{MAX_COLUMNS, ReadError, Reading};
use crate::import::normalise::canonical::ExportHeader;
use crate::model::case::Field;
use crate::privacy::masked;

/// How many rows that are not blank are looked at for the header.
pub(super) const HEADER_WITHIN: usize = 30;

/// How much of the words of a skipped row a note tells, in characters.
const MAX_NOTED: usize = 60;

/// Rows of cells as they stand in a file, the header among them.
pub(super) type Records = Box<dyn Iterator<Item = Result<Vec<String>, ReadError>> + Send>;

/// A row as it stands in a file: cells without the white space around them, but for those of an export of this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRow {
    /// From 1; the header, what stands above it and blank rows are not counted, and lines of totals are.
    pub number: usize,
    /// As many cells as the header has, or more where the row has more.
    pub cells: Vec<String>,
}

/// The rows of a file, one by one. Blocking.
///
/// Behind an error there are no more rows.
pub struct Rows {
    ahead: VecDeque<Vec<String>>,
    records: Records,
    width: usize,
    number: usize,
    /// Whether cells lose the white space around them, which in an export is part of them.
    cleans: bool,
    /// The lines that are no rows; `None` where none is looked for.
    totals: Option<TotalLines>,
    is_over: bool,
    /// What went wrong behind the rows that were looked at before they are taken.
    failed: Option<ReadError>,
}

/// Most bytes of rows that are looked at before they are taken.
const MAX_AHEAD_BYTES: usize = 4 << 20;

impl Rows {
    /// Rows below this header.
    pub(super) fn new(ahead: VecDeque<Vec<String>>, records: Records, header: &[String]) -> Self {
        let cleans = ExportHeader::of(header).is_none();
        let width = header.len();
        Self { ahead, records, width, number: 0, cleans, totals: None, is_over: false, failed: None }
    }

    /// The same without lines of totals and notes, which are told by these columns.
    pub(super) fn skip_totals(&mut self, columns: &Columns) {
        self.totals = self.cleans.then(|| TotalLines::of(columns));
    }

    /// What there is to know of the rows that were given so far.
    pub fn notes(&self) -> Option<String> {
        self.totals.as_ref()?.note()
    }

    /// The cells of so many of the next rows, or fewer where they are long, before they are taken.
    pub fn look_ahead(&mut self, rows: usize) -> Vec<Vec<String>> {
        let mut bytes: usize = self.ahead.iter().flatten().map(String::len).sum();
        while self.ahead.len() < rows && bytes < MAX_AHEAD_BYTES && self.failed.is_none() {
            match next_filled(&mut self.records) {
                Some(Ok(row)) => {
                    bytes += row.iter().map(String::len).sum::<usize>();
                    self.ahead.push_back(row);
                }
                Some(Err(error)) => self.failed = Some(error),
                None => break,
            }
        }
        self.ahead.iter().take(rows).cloned().map(cleaned_row).collect()
    }

    fn next_cells(&mut self) -> Option<Result<Vec<String>, ReadError>> {
        let cells = match self.ahead.pop_front() {
            Some(cells) => Ok(cells),
            None if self.failed.is_some() => return self.failed.take().map(Err),
            None => next_filled(&mut self.records)?,
        };
        Some(if self.cleans { cells.map(cleaned_row) } else { cells })
    }
}

impl Iterator for Rows {
    type Item = Result<RawRow, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.is_over {
                return None;
            }
            let next = self.next_row();
            self.is_over = !matches!(next, Some(Ok(_)));
            let is_total = match (&next, &mut self.totals) {
                (Some(Ok(row)), Some(totals)) => totals.takes(&row.cells),
                _ => false,
            };
            if !is_total {
                return next;
            }
        }
    }
}

impl Rows {
    fn next_row(&mut self) -> Option<Result<RawRow, ReadError>> {
        Some(self.next_cells()?.map(|mut cells| {
            self.number += 1;
            while cells.len() > self.width && cells.last().is_some_and(String::is_empty) {
                cells.pop();
            }
            if cells.len() < self.width {
                cells.resize(self.width, String::new());
            }
            RawRow { number: self.number, cells }
        }))
    }
}

/// Finds the header among the first rows and gives the rows below it.
///
/// `width` is the number of columns that the table has at least.
pub(super) fn reading(
    mut records: Records,
    map: &[(String, Field)],
    width: usize,
    mut notes: Vec<String>,
) -> Result<Reading, ReadError> {
    let mut ahead = filled_rows(&mut records, HEADER_WITHIN)?;
    let place = header_place(&ahead.iter().cloned().map(cleaned_row).collect(), map).ok_or(ReadError::Empty)?;
    let above: Vec<Vec<String>> = ahead.drain(..place).map(cleaned_row).collect();
    let header = named(cleaned_row(ahead.pop_front().unwrap_or_default()), width);
    if header.len() > MAX_COLUMNS {
        return Err(ReadError::TooManyColumns("its header".to_owned()));
    }
    let columns = Columns::of(&header, map)?;
    if !above.is_empty() {
        let words: Vec<&str> = above.iter().flatten().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
        let words = shortened(&masked(&words.join(", ")).0, MAX_NOTED);
        notes.push(format!("rows above the header that were skipped: {} ({words})", above.len()));
    }
    if ahead.is_empty() {
        ahead.extend(next_filled(&mut records).transpose()?);
    }
    if ahead.front().is_some_and(|row| is_header_again(&cleaned_row(row.clone()), &columns)) {
        let words = cleaned_row(ahead.pop_front().unwrap_or_default()).join(", ");
        let words = shortened(&masked(&words).0, MAX_NOTED);
        notes.push(format!("a second header row was skipped ({words})"));
    }
    Ok(Reading { rows: Rows::new(ahead, records, &header), header, columns, notes, about: None })
}

/// The first rows that are not blank, cleaned.
pub(super) fn first_rows(
    records: &mut impl Iterator<Item = Result<Vec<String>, ReadError>>,
    most: usize,
) -> Result<VecDeque<Vec<String>>, ReadError> {
    filled_rows(records, most).map(|rows| rows.into_iter().map(cleaned_row).collect())
}

/// The first rows that are not blank, as they stand there.
fn filled_rows(
    records: &mut impl Iterator<Item = Result<Vec<String>, ReadError>>,
    most: usize,
) -> Result<VecDeque<Vec<String>>, ReadError> {
    let mut rows = VecDeque::new();
    while rows.len() < most {
        match next_filled(records) {
            Some(row) => rows.push_back(row?),
            None => break,
        }
    }
    Ok(rows)
}

/// Which row is the header: the first that has company and role, else the one that is most like a
/// header. `None` where there are no rows.
fn header_place(rows: &VecDeque<Vec<String>>, map: &[(String, Field)]) -> Option<usize> {
    let likeness = |row: &Vec<String>| {
        let known = row.iter().filter(|cell| meaning(cell).is_some()).count();
        (known, row.iter().filter(|cell| !cell.is_empty()).count().min(2))
    };
    has_header(rows, map).or_else(|| (0..rows.len()).rev().max_by_key(|place| likeness(&rows[*place])))
}

/// Which of these rows has company and role.
pub(super) fn has_header(rows: &VecDeque<Vec<String>>, map: &[(String, Field)]) -> Option<usize> {
    rows.iter().position(|row| Columns::are_in(row, map))
}

/// Whether the row below the header is a header too: in another language, where all cells are names
/// of columns, or the lower half of a header whose company and role are merged over two rows.
fn is_header_again(row: &[String], columns: &Columns) -> bool {
    let means = |column| columns.cell(row, column).and_then(meaning).is_some_and(|(other, _)| other == column);
    let filled: Vec<&String> = row.iter().filter(|cell| !cell.is_empty()).collect();
    let are_names = filled.len() > 1 && filled.iter().all(|cell| meaning(cell).is_some());
    are_names || (means(Field::Company) && means(Field::Role))
}

fn named(mut header: Vec<String>, width: usize) -> Vec<String> {
    if header.len() < width {
        header.resize(width, String::new());
    }
    let name = |(place, cell): (usize, String)| if cell.is_empty() { format!("#{}", place + 1) } else { cell };
    header.into_iter().enumerate().map(name).collect()
}

/// A text as far as a message tells it.
pub(super) fn shortened(text: &str, most_chars: usize) -> String {
    match text.char_indices().nth(most_chars) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The next row that has something in it.
fn next_filled(
    records: &mut impl Iterator<Item = Result<Vec<String>, ReadError>>,
) -> Option<Result<Vec<String>, ReadError>> {
    let is_filled = |cells: &Vec<String>| cells.iter().any(|cell| !cell.trim_matches(is_space).is_empty());
    records.find(|row| row.as_ref().map_or(true, is_filled))
}

fn cleaned_row(cells: Vec<String>) -> Vec<String> {
    cells.into_iter().map(cleaned).collect()
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
