//! Looks through a workbook before it is parsed: that its parts are whole, and that they do not
//! unpack to more than any workbook of cases has.

use std::io::{Read, Seek};

use memchr::memmem;
use zip::ZipArchive;
use zip::result::ZipError;

use super::{MAX_RECORD_BYTES, ReadError};

/// Most bytes of all parts together, unpacked; sheets are streamed.
const MAX_BYTES: u64 = 1 << 30;
/// Most bytes of shared texts, which the parser holds in memory, and how many texts.
const MAX_TEXT_BYTES: u64 = 128 << 20;
const MAX_TEXTS: u64 = 4_000_000;
/// Most bytes of styles, relations and the list of sheets, which unfold in memory, and how many
/// styles of cells; a workbook may have 64,000.
const MAX_UNFOLDED: u64 = 16 << 20;
const MAX_STYLES: usize = 200_000;
/// Most parts.
const MAX_PARTS: usize = 10_000;
/// A part of more bytes than this that packs better than one in so many is no honest sheet.
const SUSPICIOUS_FROM: u64 = 32 << 20;
const SUSPICIOUS_RATIO: u64 = 500;
/// Most merged regions: the parser holds them in memory.
const MAX_MERGED: usize = 1_000_000;
const CHUNK: usize = 64 << 10;

/// Unpacks all parts once without keeping them. Whether cells are merged in any sheet.
pub(super) fn inspect(source: impl Read + Seek) -> Result<bool, ReadError> {
    let mut archive = opened(source)?;
    check_kind(&mut archive)?;
    parts(&mut archive, MAX_BYTES)
}

/// The same of a workbook of OpenDocument, which the parser holds in memory.
pub(super) fn inspect_ods(source: impl Read + Seek) -> Result<(), ReadError> {
    parts(&mut opened(source)?, MAX_TEXT_BYTES).map(|_| ())
}

fn opened<S: Read + Seek>(source: S) -> Result<ZipArchive<S>, ReadError> {
    let archive = ZipArchive::new(source).map_err(|error| broken(&error))?;
    if archive.len() > MAX_PARTS {
        return Err(bomb("it has far too many parts"));
    }
    Ok(archive)
}

/// Unpacks all parts; whether cells are merged in any sheet.
fn parts<S: Read + Seek>(archive: &mut ZipArchive<S>, most: u64) -> Result<bool, ReadError> {
    let (mut bytes, mut merged) = (0, 0);
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| broken(&error))?;
        let packed = part.compressed_size();
        let kind = Kind::of(&part.name().map_err(|error| broken(&error))?.to_ascii_lowercase());
        let part = Part::read(part, packed, kind, most - bytes)?;
        bytes += part.bytes;
        merged += part.merged;
        if merged > MAX_MERGED {
            return Err(bomb("it has far too many merged cells"));
        }
    }
    Ok(merged > 0)
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
        "an OpenDocument file that is no spreadsheet"
    } else if has("Index/") {
        "an Apple Numbers file"
    } else {
        "a ZIP archive without a workbook in it"
    };
    Err(ReadError::Other(what, " (save the sheet as XLSX or CSV)"))
}

/// What a part is for the parser, told by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Streamed.
    Sheet,
    /// The shared texts.
    Texts,
    /// Styles, relations and the list of sheets.
    Unfolded,
    /// Not parsed.
    Other,
}

impl Kind {
    fn of(name: &str) -> Self {
        let unfolded = ["styles.xml", "workbook.xml", ".rels", "[content_types].xml"];
        if name.ends_with("sharedstrings.xml") {
            Self::Texts
        } else if name.contains("theme/") || unfolded.iter().any(|end| name.ends_with(end)) {
            Self::Unfolded
        } else if name.ends_with(".xml") {
            Self::Sheet
        } else {
            Self::Other
        }
    }
}

/// What unpacking a part showed.
#[derive(Default)]
struct Part {
    bytes: u64,
    merged: usize,
    styles: usize,
    /// Bytes since the last `<`.
    text: u64,
}

impl Part {
    fn read(mut source: impl Read, packed: u64, kind: Kind, most: u64) -> Result<Self, ReadError> {
        /// What is looked for may stand across two pieces; what is in both is counted twice, and
        /// the limits are far above that.
        const OVERLAP: usize = 256;
        let mut part = Self::default();
        let mut buffer = Vec::with_capacity(CHUNK);
        loop {
            let kept = buffer.len();
            let read = source.by_ref().take((CHUNK - kept) as u64).read_to_end(&mut buffer);
            let read = read.map_err(|error| broken(&error.into()))?;
            if read == 0 {
                return Ok(part);
            }
            part.bytes += read as u64;
            part.check_size(packed, kind, most)?;
            if kind != Kind::Other {
                part.check_markup(&buffer, kept, kind)?;
            }
            buffer.drain(..buffer.len().saturating_sub(OVERLAP));
        }
    }

    fn check_size(&self, packed: u64, kind: Kind, most: u64) -> Result<(), ReadError> {
        let most = match kind {
            Kind::Texts => most.min(MAX_TEXT_BYTES),
            Kind::Unfolded => most.min(MAX_UNFOLDED),
            Kind::Sheet | Kind::Other => most,
        };
        if self.bytes > most {
            return Err(bomb("it unpacks to more than a workbook of cases can have"));
        }
        if self.bytes > SUSPICIOUS_FROM && self.bytes / packed.max(1) > SUSPICIOUS_RATIO {
            return Err(bomb("it unpacks to suspiciously much"));
        }
        Ok(())
    }

    /// The parser holds a tag or a text in memory, and reserves as much as a part says it has.
    fn check_markup(&mut self, buffer: &[u8], kept: usize, kind: Kind) -> Result<(), ReadError> {
        match memchr::memrchr(b'<', buffer) {
            Some(place) => self.text = (buffer.len() - place) as u64,
            None => self.text += (buffer.len() - kept) as u64,
        }
        if self.text > MAX_RECORD_BYTES {
            return Err(bomb("it has a cell that is far too long"));
        }
        match kind {
            Kind::Texts if declared_texts(buffer).is_some_and(|texts| texts > MAX_TEXTS) => {
                return Err(bomb("it says that it has more texts than any workbook"));
            }
            Kind::Sheet => self.merged += memmem::find_iter(buffer, b"mergeCell ").count(),
            Kind::Unfolded => self.styles += memmem::find_iter(buffer, b"xf").count(),
            Kind::Texts | Kind::Other => {}
        }
        if self.styles > MAX_STYLES {
            return Err(bomb("it has far too many styles"));
        }
        Ok(())
    }
}

/// How many texts a part says it has; `None` where it does not, or the number is cut off.
fn declared_texts(buffer: &[u8]) -> Option<u64> {
    const FARTHEST: usize = 64;
    const MAX_DIGITS: usize = 15;
    let behind = &buffer[memmem::find(buffer, b"uniqueCount")? + "uniqueCount".len()..];
    let Some(from) = behind.iter().take(FARTHEST).position(u8::is_ascii_digit) else {
        return (behind.len() > FARTHEST).then_some(u64::MAX);
    };
    let digits: String = behind[from..].iter().map(|byte| char::from(*byte)).take_while(char::is_ascii_digit).collect();
    if digits.len() > MAX_DIGITS { Some(u64::MAX) } else { digits.parse().ok() }
}
