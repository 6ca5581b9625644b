//! Reads CSV and TSV.

use std::collections::VecDeque;
use std::io::{self, Read};

use csv::{ByteRecord, ReaderBuilder};

use super::cells::cleaned_row;
use super::encoding::Text;
use super::rows::{self, Record};
use super::table::Finder;
use super::{Input, MAX_COLUMNS, MAX_RECORD_BYTES, ReadError, Reading};
use crate::cases::table::runs;

/// What may stand between cells, the most usual first.
pub(super) const DELIMITERS: &[u8] = b",;\t|";
/// How much of a file is looked at for its delimiter.
const SAMPLE: u64 = 256 << 10;
const SAMPLE_RECORDS: usize = 50;
const BUFFER: usize = 64 << 10;
/// Most delimiters of a row, those within quoted text too: for each of them a place is kept.
const MAX_DELIMITERS: usize = 1_000_000;
/// A record of its own behind the last one. A NUL stands in no text that is read, so that a quoted
/// cell with one in it was never closed.
const END: &[u8] = b"\n\0";

/// Opens a text with one of these delimiters between its cells.
pub(super) fn open<'c>(
    input: &Input,
    text: Text,
    delimiters: &[u8],
    finder: Finder<'c>,
) -> Result<Reading<'c>, ReadError> {
    let sample = sample(input, text)?;
    let (declared, skipped) = declared_delimiter(&sample);
    let delimiter = declared.unwrap_or_else(|| sniff(&sample, delimiters, &finder));
    let mut source = text.open(input)?;
    source.read_exact(&mut vec![0; skipped])?;
    let records = Delimited { line_break: LineBreak::of(&sample), ..Delimited::new(source, delimiter) };
    let reading = rows::reading(Box::new(records), finder, text.notes())?;
    Ok(Reading { about: Some(text.rows_about()), ..reading })
}

/// The beginning of a text, in whole lines where it has more than one.
fn sample(input: &Input, text: Text) -> Result<String, ReadError> {
    let mut bytes = Vec::new();
    text.open(input)?.take(SAMPLE).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == SAMPLE
        && let Some(end) = memchr::memrchr2(b'\n', b'\r', &bytes)
    {
        bytes.truncate(end + 1);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The delimiter that a first line `sep=;` tells, as Excel writes it, and the length of that line.
fn declared_delimiter(sample: &str) -> (Option<u8>, usize) {
    let line = sample.split_inclusive(['\n', '\r']).next().unwrap_or_default();
    let declared = line.trim_end_matches(['\n', '\r']).trim_matches('"');
    match declared.strip_prefix("sep=").map(str::as_bytes) {
        Some([delimiter]) if delimiter.is_ascii() => (Some(*delimiter), line.len()),
        _ => (None, 0),
    }
}

/// The delimiter with which a header is found, else the one that gives most rows the same number
/// of cells.
fn sniff(sample: &str, delimiters: &[u8], finder: &Finder<'_>) -> u8 {
    let score = |delimiter: u8| {
        let records: VecDeque<Vec<String>> = Delimited::new(sample.as_bytes(), delimiter)
            .map_while(Result::ok)
            .map(|record| cleaned_row(record.cells))
            .filter(|cells| cells.iter().any(|cell| !cell.trim().is_empty()))
            .take(SAMPLE_RECORDS)
            .collect();
        let (rows, cells) = most_common_width(&records);
        (records.iter().any(|row| finder.is_header(row)), rows, cells)
    };
    let best = delimiters.iter().rev().max_by_key(|delimiter| score(**delimiter));
    best.copied().unwrap_or(b',')
}

/// How many rows have the most common number of cells above one, and that number.
fn most_common_width(records: &VecDeque<Vec<String>>) -> (usize, usize) {
    let rows_of = |width: usize| records.iter().filter(|record| record.len() == width).count();
    let widths = records.iter().map(Vec::len).filter(|width| *width > 1);
    widths.map(|width| (rows_of(width), width)).max().unwrap_or_default()
}

/// How the lines of a text end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineBreak {
    /// As nearly everywhere.
    LineFeed,
    /// As in Windows: a record ends before the line feed.
    Both,
    /// As in old files of the Macintosh, whose lines are not counted.
    CarriageReturn,
}

impl LineBreak {
    fn of(sample: &str) -> Self {
        match memchr::memchr2(b'\n', b'\r', sample.as_bytes()) {
            Some(end) if sample[end..].starts_with("\r\n") => Self::Both,
            Some(end) if sample[end..].starts_with('\r') => Self::CarriageReturn,
            _ => Self::LineFeed,
        }
    }
}

/// The records of a text with a delimiter.
struct Delimited<R> {
    reader: csv::Reader<Bounded<io::Chain<R, &'static [u8]>>>,
    record: ByteRecord,
    line_break: LineBreak,
    /// Line breaks within cells so far: a spreadsheet program counts rows, and not lines.
    within_cells: u64,
}

impl<R: Read> Delimited<R> {
    fn new(source: R, delimiter: u8) -> Self {
        let bounded = Bounded { source: source.chain(END), given: 0, limit: u64::MAX, delimiter, delimiters: 0 };
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(delimiter).buffer_capacity(BUFFER);
        let reader = builder.from_reader(bounded);
        Self { reader, record: ByteRecord::new(), line_break: LineBreak::LineFeed, within_cells: 0 }
    }

    /// The row that a spreadsheet program shows the record as that was just read: its last line, without those that are
    /// within cells.
    fn row(&mut self) -> u64 {
        self.within_cells += memchr::memchr_iter(b'\n', self.record.as_slice()).count() as u64;
        let line = self.reader.position().line();
        match self.line_break {
            LineBreak::LineFeed => line.saturating_sub(1).saturating_sub(self.within_cells),
            LineBreak::Both => line.saturating_sub(self.within_cells),
            LineBreak::CarriageReturn => 0,
        }
    }

    fn read(&mut self) -> Result<Option<Record>, ReadError> {
        let begins = self.reader.position().clone();
        let bounded = self.reader.get_mut();
        (bounded.limit, bounded.delimiters) = (begins.byte() + MAX_RECORD_BYTES + BUFFER as u64, 0);
        let is_there = self.reader.read_byte_record(&mut self.record).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                ReadError::TooLong { what: "the row that begins in or behind line", number: begins.line() }
            }
            csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::InvalidData => too_many(begins.line()),
            csv::ErrorKind::Io(error) => error.into(),
            other => ReadError::Io(format!("{other:?}")),
        })?;
        if !is_there || self.record.as_slice() == b"\0" {
            return Ok(None);
        }
        if self.record.as_slice().last() == Some(&0) {
            return Err(ReadError::UnclosedQuote(begins.line()));
        }
        if self.record.len() > MAX_COLUMNS {
            return Err(too_many(begins.line()));
        }
        Ok(Some(Record::new(self.row(), self.record.iter().map(cell).collect())))
    }
}

impl<R: Read> Iterator for Delimited<R> {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

fn too_many(line: u64) -> ReadError {
    ReadError::TooManyColumns(format!("the row in or behind line {line}"))
}

/// A cell as text, as it was before an export kept it from being run as a formula.
fn cell(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    match text.strip_prefix('\'') {
        Some(formula) if runs(formula) => formula.to_owned(),
        _ => text.into_owned(),
    }
}

/// A source that gives no more than a limit, which is moved on as its records are taken.
struct Bounded<R> {
    source: R,
    given: u64,
    limit: u64,
    delimiter: u8,
    /// Delimiters that were given for this record.
    delimiters: usize,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.given > self.limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        } else if self.delimiters > MAX_DELIMITERS {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let read = self.source.read(into)?;
        self.given += read as u64;
        self.delimiters += memchr::memchr_iter(self.delimiter, &into[..read]).count();
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text without an end, which nobody can hold.
    struct Endless;

    impl Read for Endless {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            const ROW: &[u8] = "百度,产品经理,\"一, 二\"\n".as_bytes();
            let rows = into.chunks_exact_mut(ROW.len());
            Ok(rows.map(|row| row.copy_from_slice(ROW)).count() * ROW.len())
        }
    }

    #[test]
    fn no_more_of_a_text_is_held_than_a_buffer() {
        let mut records = Delimited::new(Endless, b',');
        for _ in 0..300_000 {
            let Record { cells, .. } = records.next().expect("a row").expect("a row");
            assert_eq!(cells, ["百度", "产品经理", "一, 二"]);
        }
        let taken = records.reader.position().byte();
        let given = records.reader.get_ref().given;
        assert!(given - taken <= BUFFER as u64, "{given} bytes read for {taken}");
    }
}
