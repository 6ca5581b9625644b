//! Where a table begins: its header among the first rows of a sheet, or within a file.

use super::ahead::Ahead;
use super::cells::{MAX_NOTED, cleaned_row, shortened, words_of};
use super::table::{Finder, Table};
use super::{ReadError, header_groups};
use crate::parameters::{Message, message};

/// How many rows that are not blank are looked at for the header.
pub(super) const HEADER_WITHIN: usize = 30;
/// How many rows below a header tell what its columns are.
const SAMPLE_ROWS: usize = 500;

/// What came of looking for a header.
pub(super) enum Found {
    /// A table, and what is to be known of it.
    Table(Box<Table>, Vec<Message>),
    /// There is none in this sheet, which is told.
    No(Message),
}

/// Finds the header of the sheet or table that begins with the next row, and leaves the rows below it.
pub(super) fn find(ahead: &mut Ahead, finder: &Finder<'_>) -> Result<Found, ReadError> {
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
    let groups = place.checked_sub(1).and_then(|above| header_groups::with_groups(&first[above], &first[place]));
    let skipped = if groups.is_some() { place - 1 } else { place };
    if skipped > 0 {
        let words = shortened(&words_of(&first[..skipped]), MAX_NOTED);
        notes.push(message!(
            "rows above the header that were skipped: {skipped} ({words})",
            "跳过了表头上方的 {skipped} 行（{words}）"
        ));
    }
    let lower = if groups.is_none() { take_lower(ahead, &first[place], finder) } else { None };
    let is_of_two_rows = groups.is_some() || lower.is_some();
    let header = groups.or(lower).unwrap_or_else(|| first[place].clone());
    if is_of_two_rows {
        let names = shortened(&words_of(std::slice::from_ref(&header)), MAX_NOTED);
        notes.push(message!("the header has two rows ({names})", "表头有两行（{names}）"));
    }
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

/// The header of a row and its lower half, where the next row is that; the next row is taken then.
pub(super) fn take_lower(ahead: &mut Ahead, upper: &[String], finder: &Finder<'_>) -> Option<Vec<String>> {
    let lower = ahead.peek(0).filter(|next| next.begins.is_none()).map(|next| cleaned_row(next.cells.clone()))?;
    let header = header_groups::with_lower(upper, &lower, finder)?;
    ahead.drop_first(1);
    Some(header)
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
pub(super) fn sample(ahead: &mut Ahead, finder: &Finder<'_>) -> Vec<Vec<String>> {
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
pub(super) fn is_header_of(row: &[String], table: &Table) -> bool {
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
