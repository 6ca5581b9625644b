//! Text in the encodings that files of cases come in, as a stream of UTF-8.

use std::io::{self, BufReader, Read};

use encoding_rs::{CoderResult, Decoder, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::{Input, MAX_RECORD_BYTES, ReadError, Source};
use crate::parameters::{Message, message};

const CHUNK: usize = 64 * 1024;
/// Share of characters beyond ASCII that may be damaged in a file that is read all the same.
const DAMAGED_ONE_IN: u64 = 100;
/// Share of double bytes of GB18030 whose second byte is below 0x80: rare in Chinese, common when
/// the text is Big5 or Western.
const LOW_TRAILS_ONE_IN: u64 = 8;

/// How the bytes of a file are text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Text {
    encoding: &'static Encoding,
    /// The line of the first character that cannot be decoded, if there are a few.
    damaged_line: Option<u64>,
    lines: u64,
}

impl Text {
    /// Finds the encoding by reading the whole file once, in constant memory.
    ///
    /// `long_lines` says whether a line may be longer than [`MAX_RECORD_BYTES`].
    ///
    /// # Errors
    /// Where it is not text of any of these encodings, has NUL characters, or too long lines.
    pub(super) fn survey(input: &Input, head: &[u8], long_lines: bool) -> Result<Self, ReadError> {
        let scan = |encoding| Scan::of(input.open()?, encoding, long_lines);
        let marked = by_mark(head);
        if let Some(encoding) = marked.or_else(|| utf_16_by_zeros(head)) {
            let scan = scan(encoding)?;
            if scan.is_slightly_damaged() {
                scan.check(long_lines)?;
                return Ok(scan.text(encoding));
            } else if marked.is_some() {
                return Err(ReadError::Encoding(scan.complaint(encoding.name())));
            }
        }
        let utf_8 = scan(UTF_8)?;
        if utf_8.errors == 0 || (utf_8.nul_line.is_none() && utf_8.is_slightly_damaged()) {
            utf_8.check(long_lines)?;
            return Ok(utf_8.text(UTF_8));
        }
        if utf_8.nul_line.is_some() {
            utf_8.check(true)?;
        }
        let chinese = scan(GB18030)?;
        if !chinese.is_slightly_damaged() {
            let both = format!("{}, and {}", utf_8.complaint("UTF-8"), chinese.complaint("GB18030"));
            return Err(ReadError::Encoding(both));
        }
        if chinese.low_trails * LOW_TRAILS_ONE_IN > chinese.beyond_ascii {
            let other = "it seems to be text in Big5, Windows-1252 or another encoding that is not read";
            return Err(ReadError::Encoding(other.to_owned()));
        }
        chinese.check(long_lines)?;
        Ok(chinese.text(GB18030))
    }

    /// About how many rows there are below a header, where each has a line of its own.
    pub(super) fn rows_about(self) -> u64 {
        self.lines.saturating_sub(1)
    }

    /// What of the encoding is worth a note.
    pub(super) fn notes(self) -> Vec<Message> {
        let encoding = self.encoding.name();
        let other = (self.encoding != UTF_8).then(|| message!("its encoding is {encoding}", "编码是 {encoding}"));
        let damage = self.damaged_line.map(|line| {
            message!(
                "some bytes are not text in {encoding}, the first in line {line}; U+FFFD stands for them",
                "有些字节不是 {encoding} 文本，第一处在第 {line} 行，已用 U+FFFD 代替"
            )
        });
        other.into_iter().chain(damage).collect()
    }

    /// The text of `input` as UTF-8, without its mark; what cannot be decoded is U+FFFD.
    pub(super) fn open(self, input: &Input) -> Result<BufReader<Utf8>, ReadError> {
        let utf_8 = Utf8 {
            source: input.open()?,
            decoder: self.encoding.new_decoder_with_bom_removal(),
            bytes: vec![0; CHUNK],
            unread: (0, 0),
            at_end: false,
            is_over: false,
        };
        Ok(BufReader::with_capacity(CHUNK, utf_8))
    }
}

/// The beginning of a text, as far as its first bytes tell the encoding.
pub(super) fn opening(head: &[u8]) -> String {
    let encoding = by_mark(head).or_else(|| utf_16_by_zeros(head)).unwrap_or(UTF_8);
    encoding.decode_with_bom_removal(head).0.into_owned()
}

fn by_mark(head: &[u8]) -> Option<&'static Encoding> {
    Encoding::for_bom(head).map(|(encoding, _)| encoding)
}

/// UTF-16 without a mark: the high bytes of line breaks, digits and delimiters are zero, so that
/// zeros stand mostly in even or in odd places.
fn utf_16_by_zeros(head: &[u8]) -> Option<&'static Encoding> {
    const MAX_OF: usize = 8;
    const ONE_IN: usize = 100;
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if even.max(odd) * ONE_IN < head.len() || even.max(odd) == 0 {
        None
    } else if odd > even * MAX_OF {
        Some(UTF_16LE)
    } else if even > odd * MAX_OF {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// What decoding a whole file showed.
#[derive(Debug, Default)]
struct Scan {
    errors: u64,
    /// Line and byte offset of the first error.
    first_error: Option<(u64, u64)>,
    beyond_ascii: u64,
    low_trails: u64,
    nul_line: Option<u64>,
    long_line: Option<u64>,
    line: u64,
    line_length: u64,
    offset: u64,
}

impl Scan {
    fn of(mut source: impl Read, encoding: &'static Encoding, long_lines: bool) -> Result<Self, ReadError> {
        let mut scan = Self { line: 1, ..Self::default() };
        let mut decoder = encoding.new_decoder_with_bom_removal();
        let mut bytes = vec![0; CHUNK];
        let mut lead = false;
        loop {
            let read = read_some(&mut source, &mut bytes)?;
            if encoding == GB18030 {
                lead = scan.count_low_trails(&bytes[..read], lead);
            }
            scan.decode(&mut decoder, &bytes[..read], read == 0);
            // What is wrong already is not read to its end.
            if read == 0 || scan.check(long_lines).is_err() {
                return Ok(scan);
            }
        }
    }

    fn decode(&mut self, decoder: &mut Decoder, mut bytes: &[u8], last: bool) {
        let mut text = vec![0; CHUNK];
        loop {
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(bytes, &mut text, last);
            self.look_at(&text[..written]);
            self.offset += read as u64;
            bytes = &bytes[read..];
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(length, behind) => {
                    let offset = self.offset.saturating_sub(u64::from(length) + u64::from(behind));
                    self.errors += 1;
                    self.first_error.get_or_insert((self.line, offset));
                }
            }
        }
    }

    /// Counts what decoded text has.
    fn look_at(&mut self, text: &[u8]) {
        // Bytes that begin a character beyond ASCII.
        self.beyond_ascii += text.iter().filter(|byte| **byte >= 0xC0).count() as u64;
        if self.nul_line.is_none()
            && let Some(place) = memchr::memchr(0, text)
        {
            self.nul_line = Some(self.line + memchr::memchr_iter(b'\n', &text[..place]).count() as u64);
        }
        let mut from = 0;
        for end in memchr::memchr2_iter(b'\n', b'\r', text) {
            self.end_line(end - from);
            from = end + 1;
            // A line that ends in CR LF is one.
            self.line += u64::from(text[end] == b'\n' || text.get(end + 1).is_some_and(|next| *next != b'\n'));
            self.line_length = 0;
        }
        self.end_line(text.len() - from);
    }

    fn end_line(&mut self, length: usize) {
        self.line_length += length as u64;
        if self.line_length > MAX_RECORD_BYTES {
            self.long_line.get_or_insert(self.line);
        }
    }

    /// Counts double bytes with a low second byte; `lead` says whether the byte before began one.
    fn count_low_trails(&mut self, bytes: &[u8], mut lead: bool) -> bool {
        for byte in bytes {
            self.low_trails += u64::from(lead && (0x40..0x80).contains(byte));
            lead = !lead && *byte > 0x80;
        }
        lead
    }

    fn is_slightly_damaged(&self) -> bool {
        self.errors * DAMAGED_ONE_IN <= self.beyond_ascii
    }

    fn check(&self, long_lines: bool) -> Result<(), ReadError> {
        match (self.nul_line, self.long_line) {
            (Some(line), _) => Err(ReadError::Nul(line)),
            (None, Some(number)) if !long_lines => Err(ReadError::TooLong { what: "line", number }),
            _ => Ok(()),
        }
    }

    /// The text that was read to its end.
    fn text(&self, encoding: &'static Encoding) -> Text {
        Text { encoding, damaged_line: self.first_error.map(|(line, _)| line), lines: self.line }
    }

    fn complaint(&self, encoding: &str) -> String {
        let (line, offset) = self.first_error.unwrap_or_default();
        format!("it is not text in {encoding}: the byte at offset {offset} in line {line} is wrong")
    }
}

/// The text of a file as a stream of UTF-8; it is read through a buffer, as it gives whole
/// characters.
pub(super) struct Utf8 {
    source: Box<dyn Source>,
    decoder: Decoder,
    bytes: Vec<u8>,
    /// Which of `bytes` are still to be decoded.
    unread: (usize, usize),
    at_end: bool,
    /// A decoder that has given its last character must not be asked again.
    is_over: bool,
}

impl Read for Utf8 {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        /// The longest character: the decoder writes whole ones.
        const CHARACTER: usize = 4;
        if into.len() < CHARACTER {
            return Err(io::Error::other("text is read in pieces of four bytes or more"));
        }
        while !self.is_over {
            if self.unread.0 == self.unread.1 && !self.at_end {
                self.unread = (0, read_some(&mut self.source, &mut self.bytes)?);
                self.at_end = self.unread.1 == 0;
            }
            let bytes = &self.bytes[self.unread.0..self.unread.1];
            let (result, read, written, _) = self.decoder.decode_to_utf8(bytes, into, self.at_end);
            self.unread.0 += read;
            self.is_over = self.at_end && result == CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

fn read_some(source: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(into) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
