//! Looks through a workbook before it is parsed: that its parts are whole, and that they do not
//! unpack to more than any workbook of cases has.

use std::io::{Read, Seek};

use memchr::memmem;
use zip::ZipArchive;
use zip::result::ZipError;

use super::{LONGEST_RECORD, ReadError};

/// Most bytes of all parts together, unpacked; sheets are streamed.
const MOST_BYTES: u64 = 1 << 30;
/// Most bytes of a part that the parser holds in memory: shared texts, styles, relations.
const MOST_HELD: u64 = 256 << 20;
/// Most parts.
const MOST_PARTS: usize = 10_000;
/// A part of more bytes than this that packs better than one in so many is no honest sheet.
const SUSPICIOUS_FROM: u64 = 32 << 20;
const SUSPICIOUS_RATIO: u64 = 500;
/// Most merged regions: the parser holds them in memory.
const MOST_MERGED: usize = 1_000_000;
const CHUNK: usize = 64 << 10;

/// What a workbook has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Contents {
    /// Whether cells are merged in any of its sheets.
    pub(super) has_merged_cells: bool,
}

/// Unpacks all parts once without keeping them.
pub(super) fn inspect(source: impl Read + Seek) -> Result<Contents, ReadError> {
    let mut archive = ZipArchive::new(source).map_err(|error| broken(&error))?;
    if archive.len() > MOST_PARTS {
        return Err(bomb("it has far too many parts"));
    }
    check_kind(&mut archive)?;
    let (mut bytes, mut merged) = (0, 0);
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| broken(&error))?;
        let packed = part.compressed_size();
        let name = part.name().map_err(|error| broken(&error))?.to_ascii_lowercase();
        let part = Part::read(part, packed, &name, MOST_BYTES - bytes)?;
        bytes += part.bytes;
        merged += part.merged;
        if merged > MOST_MERGED {
            return Err(bomb("it has far too many merged cells"));
        }
    }
    Ok(Contents { has_merged_cells: merged > 0 })
}

fn broken(error: &ZipError) -> ReadError {
    ReadError::Workbook(format!("it is damaged or cut off ({error})"))
}

fn bomb(message: &str) -> ReadError {
    ReadError::Workbook(format!("{message}; put the cases into a workbook of their own, or save them as CSV"))
}

/// Refuses other things that are packed in the same way.
fn check_kind<S: Read + Seek>(archive: &mut ZipArchive<S>) -> Result<(), ReadError> {
    let has = |start: &str| archive.file_names().any(|name| name.is_ok_and(|name| name.starts_with(start)));
    let what = if has("xl/worksheets/binary") || has("xl/workbook.bin") {
        "an .xlsb workbook"
    } else if has("[Content_Types].xml") && !has("word/") && !has("ppt/") {
        return Ok(());
    } else if has("word/") {
        "a Word document"
    } else if has("ppt/") {
        "a presentation"
    } else if has("mimetype") && has("content.xml") {
        "an OpenDocument file (.ods or .odt)"
    } else if has("Index/") {
        "an Apple Numbers file"
    } else {
        "a ZIP archive without a workbook in it"
    };
    Err(ReadError::Other(what, " (save the sheet as XLSX or CSV)"))
}

/// What unpacking a part showed.
#[derive(Default)]
struct Part {
    bytes: u64,
    merged: usize,
    /// Bytes since the last `<`.
    text: u64,
}

impl Part {
    fn read(mut source: impl Read, packed: u64, name: &str, most: u64) -> Result<Self, ReadError> {
        const TAG: &[u8] = b"mergeCell ";
        let is_sheet = name.contains("worksheets/");
        let is_markup = name.ends_with(".xml") || name.ends_with(".rels");
        let mut part = Self::default();
        let mut buffer = Vec::with_capacity(CHUNK + TAG.len());
        loop {
            let kept = buffer.len();
            let wanted = (CHUNK - kept) as u64;
            let read = source.by_ref().take(wanted).read_to_end(&mut buffer);
            let read = read.map_err(|error| broken(&error.into()))?;
            if read == 0 {
                return Ok(part);
            }
            part.bytes += read as u64;
            part.check_size(packed, is_sheet || !is_markup, most)?;
            if is_markup {
                part.check_markup(&buffer, kept, name)?;
            }
            part.merged += if is_sheet { memmem::find_iter(&buffer, TAG).count() } else { 0 };
            // A tag may stand across two pieces; one that is whole must not be counted again.
            buffer.drain(..buffer.len().saturating_sub(TAG.len() - 1));
        }
    }

    fn check_size(&self, packed: u64, is_streamed: bool, most: u64) -> Result<(), ReadError> {
        if self.bytes > most || (!is_streamed && self.bytes > MOST_HELD) {
            return Err(bomb("it unpacks to more than a workbook of cases can have"));
        }
        if self.bytes > SUSPICIOUS_FROM && self.bytes / packed.max(1) > SUSPICIOUS_RATIO {
            return Err(bomb("it unpacks to suspiciously much"));
        }
        Ok(())
    }

    /// The parser holds a tag or a text in memory, and reserves as much as a part says it has.
    fn check_markup(&mut self, buffer: &[u8], kept: usize, name: &str) -> Result<(), ReadError> {
        match memchr::memrchr(b'<', buffer) {
            Some(place) => self.text = (buffer.len() - place) as u64,
            None => self.text += (buffer.len() - kept) as u64,
        }
        if self.text > LONGEST_RECORD {
            return Err(bomb("it has a cell that is far too long"));
        }
        const MOST_TEXTS: u64 = 10_000_000;
        if name.ends_with("sharedstrings.xml") && declared_texts(buffer).is_some_and(|texts| texts > MOST_TEXTS) {
            return Err(bomb("it says that it has more texts than any workbook"));
        }
        Ok(())
    }
}

/// How many texts a part says it has.
fn declared_texts(buffer: &[u8]) -> Option<u64> {
    let from = memmem::find(buffer, b"uniqueCount")? + "uniqueCount".len();
    let digits =
        buffer[from..].iter().skip_while(|byte| !byte.is_ascii_digit()).take_while(|byte| byte.is_ascii_digit());
    let digits: String = digits.take(30).map(|byte| char::from(*byte)).collect();
    Some(digits.parse().unwrap_or(u64::MAX)).filter(|_| !digits.is_empty())
}
