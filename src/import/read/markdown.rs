//! Reads the pipe tables of a Markdown file.

use std::io::Read;

use super::encoding::Text;
use super::rows::{self, Record};
use super::table::Finder;
use super::{Input, MAX_RECORD_BYTES, ReadError, Reading};

/// Opens a Markdown text with pipe tables. It is held in memory: what is longer than a record of
/// the other formats was not written by hand.
pub(super) fn open<'c>(input: &Input, text: Text, finder: Finder<'c>) -> Result<Reading<'c>, ReadError> {
    let mut markdown = String::new();
    text.open(input)?.take(MAX_RECORD_BYTES + 8).read_to_string(&mut markdown)?;
    if markdown.len() as u64 > MAX_RECORD_BYTES {
        return Err(ReadError::TooLong { what: "the Markdown text up to byte", number: markdown.len() as u64 });
    }
    let records = tables(&markdown)?.into_iter().map(Ok);
    rows::reading(Box::new(records), finder, text.notes())
}

/// Whether a text begins with a pipe table.
pub(super) fn begins_table(opening: &str) -> bool {
    let mut lines = opening.lines().map(str::trim);
    let (Some(header), Some(dashes)) = (lines.next(), lines.next()) else { return false };
    starts_table(header, dashes)
}

/// The rows of all pipe tables of a Markdown text, the header of each first.
///
/// Cells are given as they stand, without the white space around them; `\|` is a pipe. Text before,
/// between and behind the tables does no harm.
fn tables(text: &str) -> Result<Vec<Record>, ReadError> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let starts: Vec<usize> = (1..lines.len()).filter(|place| starts_table(lines[place - 1], lines[*place])).collect();
    if starts.is_empty() {
        return Err(ReadError::NoTable);
    }
    let mut records = Vec::new();
    for (table, dashes) in starts.iter().enumerate() {
        let next = starts.get(table + 1).map_or(lines.len(), |next| next - 1);
        let record = |place: usize| Record::new(place as u64 + 1, cells(lines[place]));
        // A file with one table needs no name for it.
        let begins = (starts.len() > 1).then(String::new);
        records.push(Record { begins, ..record(dashes - 1) });
        records.extend((dashes + 1..next).take_while(|place| lines[*place].contains('|')).map(record));
    }
    Ok(records)
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

    #[test]
    fn the_tables_of_a_text_are_read_and_anything_else_refused() {
        let twice = "|a|\n|-|\n|1|\n\n|b|\n|-|\n|2|\n";
        let between = "# 标题\n\n| 公司 | 专业 |\n|---|:-:|\n| 百度 | 工科 |\n| A\\|B | |\n\nbehind it\n";
        for (text, expected) in [
            (between, Ok(vec![(3, vec!["公司", "专业"]), (5, vec!["百度", "工科"]), (6, vec!["A|B", ""])])),
            ("a | b\n--|--\n1 | 2\n3 |\n", Ok(vec![(1, vec!["a", "b"]), (3, vec!["1", "2"]), (4, vec!["3"])])),
            ("", Err(ReadError::NoTable)),
            ("just text\n", Err(ReadError::NoTable)),
            ("| a | b |\n| 1 | 2 |\n", Err(ReadError::NoTable)),
            (twice, Ok(vec![(1, vec!["a"]), (3, vec!["1"]), (5, vec!["b"]), (7, vec!["2"])])),
        ] {
            let own = |(line, row): (u64, Vec<&str>)| (line, row.into_iter().map(str::to_owned).collect::<Vec<_>>());
            let expected = expected.map(|rows| rows.into_iter().map(own).collect::<Vec<_>>());
            let found = tables(text).map(|rows| rows.into_iter().map(|it| (it.line, it.cells)).collect::<Vec<_>>());
            assert_eq!(found, expected, "text: {text:?}");
        }
    }
}
