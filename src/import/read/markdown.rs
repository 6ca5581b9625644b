//! Reads a pipe table out of a Markdown file.

use std::io::Read;

use super::encoding::Text;
use super::rows::{self, Records};
use super::{Input, MAX_RECORD_BYTES, ReadError, ReadOptions, Reading};

/// A table as it stands in the text.
#[derive(Debug, PartialEq, Eq)]
struct Table {
    /// The cells of the header row.
    header: Vec<String>,
    /// The rows below it, as many cells as they have.
    rows: Vec<Vec<String>>,
}

/// Opens a Markdown text with one pipe table. It is held in memory: what is longer than a record of
/// the other formats was not written by hand.
pub(super) fn open<'a>(input: Input<'a>, text: Text, options: &ReadOptions) -> Result<Reading<'a>, ReadError> {
    let mut bytes = Vec::new();
    text.open(input)?.take(MAX_RECORD_BYTES + 8).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_RECORD_BYTES {
        return Err(ReadError::TooLong { what: "the Markdown text up to byte", number: bytes.len() as u64 });
    }
    let table = read(&bytes)?;
    let records: Records<'a> = Box::new(std::iter::once(table.header).chain(table.rows).map(Ok));
    rows::reading(records, &options.map, 0, text.notes())
}

/// Whether a text begins with a pipe table.
pub(super) fn begins_table(opening: &str) -> bool {
    let mut lines = opening.lines().map(str::trim);
    let (Some(header), Some(dashes)) = (lines.next(), lines.next()) else { return false };
    starts_table(header, dashes)
}

/// The one pipe table of a Markdown text.
///
/// Cells are given as they stand, without the white space around them; `\|` is a pipe. Text before
/// and behind the table does no harm. A short row is filled up with empty cells.
///
/// # Errors
/// Where there is no table or more than one.
fn read(bytes: &[u8]) -> Result<Table, ReadError> {
    let text = std::str::from_utf8(bytes).map_err(|_| ReadError::NotText)?;
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().map(str::trim).collect();
    let starts: Vec<usize> = (1..lines.len()).filter(|place| starts_table(lines[place - 1], lines[*place])).collect();
    let delimiter = match starts.as_slice() {
        [] => return Err(ReadError::NoTable),
        [only] => *only,
        several => return Err(ReadError::SeveralTables(several.len())),
    };
    let header = cells(lines[delimiter - 1]);
    let mut rows = Vec::new();
    for line in lines[delimiter + 1..].iter().take_while(|line| line.contains('|')) {
        let mut row = cells(line);
        if row.len() < header.len() {
            row.resize(header.len(), String::new());
        }
        rows.push(row);
    }
    Ok(Table { header, rows })
}

/// Whether `line` is a row of dashes that fits the `header` above it.
fn starts_table(header: &str, line: &str) -> bool {
    let is_delimiter = |cell: &String| {
        let dashes = cell.strip_prefix(':').unwrap_or(cell);
        let dashes = dashes.strip_suffix(':').unwrap_or(dashes);
        !dashes.is_empty() && dashes.chars().all(|character| character == '-')
    };
    let delimiters = cells(line);
    header.contains('|') && delimiters.iter().all(is_delimiter) && delimiters.len() == cells(header).len()
}

/// The cells of a row; the pipes at its ends are optional.
fn cells(line: &str) -> Vec<String> {
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let cell = cells.len() - 1;
        match character {
            '\\' if characters.peek() == Some(&'|') => {
                characters.next();
                cells[cell].push('|');
            }
            '|' => cells.push(String::new()),
            other => cells[cell].push(other),
        }
    }
    if cells.len() > 1 && cells.last().is_some_and(|last| last.trim().is_empty()) {
        cells.pop();
    }
    cells.into_iter().map(|cell| cell.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(header: &[&str], rows: &[&[&str]]) -> Table {
        let own = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        Table { header: own(header), rows: rows.iter().map(|row| own(row)).collect() }
    }

    #[test]
    fn a_table_is_read_with_text_around_it_and_escaped_pipes() {
        let text = "# 标题\n\n| 公司 | 专业 |\n|---|:-:|\n| 百度 | 工科 |\n| A\\|B | |\n\nbehind it\n";
        assert_eq!(read(text.as_bytes()), Ok(table(&["公司", "专业"], &[&["百度", "工科"], &["A|B", ""]])));
    }

    #[test]
    fn pipes_at_the_ends_may_be_missing_and_short_rows_are_filled_up() {
        assert_eq!(read(b"a | b\n--|--\n1 | 2\n3 |\n"), Ok(table(&["a", "b"], &[&["1", "2"], &["3", ""]])));
    }

    #[test]
    fn what_is_not_one_table_is_refused() {
        let twice = "|a|\n|-|\n|1|\n\n|b|\n|-|\n|2|\n";
        for (text, expected) in [
            ("", ReadError::NoTable),
            ("just text\n", ReadError::NoTable),
            ("| a | b |\n| 1 | 2 |\n", ReadError::NoTable),
            (twice, ReadError::SeveralTables(2)),
        ] {
            assert_eq!(read(text.as_bytes()), Err(expected), "text: {text:?}");
        }
        assert_eq!(read(&[0xff, 0xfe, b'|']), Err(ReadError::NotText));
    }
}
