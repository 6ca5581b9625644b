//! What a file is: told by its content, its ending and what is said of it.

use std::fmt;
use std::io::Read;
use std::path::Path;
use std::str::FromStr;

use super::{Input, READABLE, ReadError, encoding, markdown};

/// How much of a file tells what it is.
const HEAD: u64 = 8 << 10;

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// Cells with a delimiter between them.
    Csv,
    /// Cells with tabs between them.
    Tsv,
    /// A workbook.
    Xlsx,
    /// A workbook as Excel wrote it up to 2003.
    Xls,
    /// A workbook of OpenDocument.
    Ods,
    /// An array of objects, or an object that has one.
    Json,
    /// An object a line.
    JsonLines,
    /// Text with one pipe table.
    Markdown,
}

/// Every format, in the order of the enum, with what it is called in messages and the endings of its files; the first of
/// them is its name.
const FORMATS: [(FileFormat, &str, &[&str]); 8] = [
    (FileFormat::Csv, "CSV", &["csv"]),
    (FileFormat::Tsv, "TSV", &["tsv", "tab"]),
    (FileFormat::Xlsx, "XLSX", &["xlsx", "xlsm"]),
    (FileFormat::Xls, "XLS", &["xls"]),
    (FileFormat::Ods, "ODS", &["ods"]),
    (FileFormat::Json, "JSON", &["json"]),
    (FileFormat::JsonLines, "JSON Lines", &["ndjson", "jsonl"]),
    (FileFormat::Markdown, "Markdown", &["md", "markdown"]),
];

impl FileFormat {
    /// What it is called where a reader of a file names it.
    pub fn name(self) -> &'static str {
        FORMATS[self as usize].2[0]
    }

    fn by_ending(ending: &str) -> Option<Self> {
        FORMATS.iter().find(|(.., endings)| endings.contains(&ending)).map(|(format, ..)| *format)
    }
}

impl FromStr for FileFormat {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = FORMATS.iter().find(|(format, ..)| format.name() == name);
        found.map(|(format, ..)| *format).ok_or_else(|| {
            let known = FORMATS.map(|(format, ..)| format.name()).join(", ");
            format!("there is no format `{name}`; the formats are: {known}")
        })
    }
}

impl fmt::Display for FileFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(FORMATS[*self as usize].1)
    }
}

/// What the first bytes of files that are no text say: what it is, and what to do about it.
const SIGNATURES: &[(&[u8], &str, &str)] = &[
    (b"%PDF", "a PDF document", ""),
    (b"\x09\x08\x10\x00\x00\x06\x05\x00", "an old .xls workbook without its outer part", " (save it as XLSX or CSV)"),
    (b"\x89PNG", "a PNG image", ""),
    (b"\xFF\xD8\xFF", "a JPEG image", ""),
    (b"GIF8", "a GIF image", ""),
    (b"\x1F\x8B", "a gzip archive", " (unpack it first)"),
    (b"7z\xBC\xAF", "a 7z archive", " (unpack it first)"),
    (b"Rar!", "a RAR archive", " (unpack it first)"),
    (b"\x28\xB5\x2F\xFD", "a zstd archive", " (unpack it first)"),
    (b"SQLite format 3", "an SQLite database", ""),
    (b"PAR1", "a Parquet file", ""),
    (b"\x7FELF", "a program", ""),
    (b"{\\rtf", "a document in RTF", " (save it as XLSX or CSV)"),
];

/// What a file is taken by where nobody says what it is.
const BY_NAME: &str = "its name";

/// Whether the name of a file says what it is.
pub fn says_format(name: &str) -> bool {
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    FileFormat::by_ending(&ending.to_ascii_lowercase()).is_some()
}

/// Recognises a file of this name, and gives its first bytes too; `declared` goes before its ending.
pub(super) fn recognise(
    name: &str,
    input: &Input,
    declared: Option<FileFormat>,
) -> Result<(FileFormat, Vec<u8>), ReadError> {
    let mut head = Vec::new();
    input.open()?.take(HEAD).read_to_end(&mut head)?;
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let taken = declared.or_else(|| FileFormat::by_ending(&ending.to_ascii_lowercase()));
    let by = if declared.is_some() { "--format" } else { BY_NAME };
    if let Some((_, what, advice)) = SIGNATURES.iter().find(|(signature, ..)| head.starts_with(signature)) {
        return Err(ReadError::Other(what, advice));
    }
    let is_zip = head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06");
    let is_binary = |format: FileFormat| matches!(format, FileFormat::Xlsx | FileFormat::Xls | FileFormat::Ods);
    let format = if head.starts_with(b"\xD0\xCF\x11\xE0") {
        // XLSX with a password looks so too: the workbook says it.
        taken.filter(|taken| !is_binary(*taken)).map_or(Ok(FileFormat::Xls), |taken| {
            Err(misnamed(taken, by, "an old .xls workbook", Some(FileFormat::Xls)))
        })?
    } else if is_zip {
        let is_ods = head.windows(ODS_SIGN.len()).any(|window| window == ODS_SIGN);
        let format = if is_ods { FileFormat::Ods } else { FileFormat::Xlsx };
        taken
            .filter(|taken| !is_binary(*taken))
            .map_or(Ok(format), |taken| Err(misnamed(taken, by, "a ZIP archive such as XLSX", Some(format))))?
    } else {
        text_format(&head, taken, by)?
    };
    Ok((format, head))
}

/// What the first part of an archive says that is a workbook of OpenDocument.
const ODS_SIGN: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

fn text_format(head: &[u8], taken: Option<FileFormat>, by: &'static str) -> Result<FileFormat, ReadError> {
    let opening = encoding::opening(head);
    let opening = opening.trim_start();
    if opening.is_empty() && (head.len() as u64) < HEAD {
        return Err(if taken == Some(FileFormat::Markdown) { ReadError::NoTable } else { ReadError::Empty });
    }
    if let Some(what) = markup(opening) {
        return Err(ReadError::Other(what, " (save it as XLSX or CSV)"));
    }
    let is_json = looks_like_json(opening);
    match taken {
        // Programs save CSV and tables of web pages as .xls.
        Some(FileFormat::Xls) if by == BY_NAME => Ok(if is_json { FileFormat::Json } else { FileFormat::Csv }),
        Some(taken @ (FileFormat::Xlsx | FileFormat::Xls | FileFormat::Ods)) => Err(misnamed(taken, by, "text", None)),
        Some(taken @ (FileFormat::Csv | FileFormat::Tsv)) if is_json => {
            Err(misnamed(taken, by, "JSON", Some(FileFormat::Json)))
        }
        Some(taken @ (FileFormat::Csv | FileFormat::Tsv)) if markdown::begins_table(opening) => {
            Err(misnamed(taken, by, "a Markdown table", Some(FileFormat::Markdown)))
        }
        Some(taken @ (FileFormat::Json | FileFormat::JsonLines)) if !opening.starts_with(['{', '[']) => {
            Err(misnamed(taken, by, "other text", Some(FileFormat::Csv)))
        }
        Some(taken) => Ok(taken),
        None if is_json => Ok(FileFormat::Json),
        None if markdown::begins_table(opening) => Ok(FileFormat::Markdown),
        None => Ok(FileFormat::Csv),
    }
}

fn misnamed(taken: FileFormat, by: &'static str, seems: &'static str, better: Option<FileFormat>) -> ReadError {
    let advice = match better {
        Some(better) => format!("name it .{0} or say --format {0}", better.name()),
        None => format!("readable are: {READABLE}"),
    };
    ReadError::Misnamed { taken, by, seems, advice }
}

fn markup(opening: &str) -> Option<&'static str> {
    let start: String = opening.chars().take(200).collect::<String>().to_ascii_lowercase();
    if ["<!doctype html", "<html", "<table", "<head", "<meta"].iter().any(|tag| start.starts_with(tag)) {
        Some("an HTML page")
    } else if start.starts_with("<?xml") {
        Some("XML")
    } else {
        None
    }
}

/// Whether a text begins as JSON with objects does.
fn looks_like_json(opening: &str) -> bool {
    let behind = |bracket: char| opening.strip_prefix(bracket).map(str::trim_start);
    behind('{').is_some_and(|inside| inside.starts_with(['"', '}']))
        || behind('[').is_some_and(|inside| inside.starts_with(['{', ']']))
}
