//! A JSON text that is read value by value, with its lines counted and its values bounded.

use std::io::BufRead;

use serde::de::{DeserializeOwned, IgnoredAny};

use super::{MAX_RECORD_BYTES, ReadError};

/// How deep arrays of objects are looked for.
const MAX_DEPTH: usize = 32;

/// An array of objects within an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ArrayOfObjects {
    /// The keys that lead to it, with dots between them.
    pub(super) path: String,
    /// How many objects it has.
    pub(super) count: u64,
}

/// A text whose lines are counted.
pub(super) struct Counted<R> {
    source: R,
    /// The line where it is being read, from 1.
    pub(super) line: u64,
}

impl<R: BufRead> Counted<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, line: 1 }
    }

    /// Skips white space and gives the byte behind it, which stays.
    pub(super) fn next_word(&mut self) -> Result<Option<u8>, ReadError> {
        loop {
            match self.source.fill_buf()?.first() {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.pass(),
                other => return Ok(other.copied()),
            }
        }
    }

    /// Takes the byte that [`Self::next_word`] gave.
    pub(super) fn pass(&mut self) {
        // A byte that was given is in the buffer.
        self.consume(1);
    }

    pub(super) fn expect(&mut self, byte: u8, what: &str) -> Result<(), ReadError> {
        match self.next_word()? {
            Some(found) if found == byte => {
                self.pass();
                Ok(())
            }
            other => Err(self.wrong(what, other)),
        }
    }

    pub(super) fn wrong(&self, expected: &str, found: Option<u8>) -> ReadError {
        let found = match found {
            None => "the end of the file".to_owned(),
            Some(byte) if byte.is_ascii() => format!("`{}`", char::from(byte)),
            Some(_) => "other text".to_owned(),
        };
        ReadError::Json { line: self.line, message: format!("expected {expected}, found {found}") }
    }

    /// Parses an object, an array or a text, and nothing behind it.
    pub(super) fn parse<T: DeserializeOwned>(&mut self, longest: u64) -> Result<T, ReadError> {
        let line = self.line;
        let mut bytes = Vec::new();
        let is_too_long = |bytes: &[u8]| bytes.len() as u64 > longest;
        let is_whole = self.go_behind(|part| {
            bytes.extend_from_slice(part);
            is_too_long(&bytes)
        })?;
        serde_json::from_slice(&bytes).map_err(|error| {
            if !is_whole && is_too_long(&bytes) && error.is_eof() {
                return ReadError::TooLong { what: "the object in line", number: line };
            }
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default().to_owned();
            ReadError::Json { line: line + (error.line() as u64).saturating_sub(1), message }
        })
    }

    /// Takes the bytes of an object, an array or a text, part by part, until it ends, the file does, or it `is_enough`; says
    /// whether it was taken whole.
    fn go_behind(&mut self, mut is_enough: impl FnMut(&[u8]) -> bool) -> Result<bool, ReadError> {
        let mut extent = Extent::default();
        loop {
            let available = self.source.fill_buf()?;
            let (length, is_whole) = extent.within(available);
            let is_enough = is_enough(&available[..length]);
            let is_over = available.is_empty();
            self.consume(length);
            if is_whole || is_over || is_enough {
                return Ok(is_whole);
            }
        }
    }

    /// Takes so many of the bytes that are there.
    fn consume(&mut self, length: usize) {
        if let Ok(available) = self.source.fill_buf() {
            self.line += memchr::memchr_iter(b'\n', &available[..length]).count() as u64;
            self.source.consume(length);
        }
    }

    /// The arrays of objects in an object, however deep; not those within their objects.
    pub(super) fn arrays(&mut self) -> Result<Vec<ArrayOfObjects>, ReadError> {
        let mut arrays = Vec::new();
        self.walk(&mut Vec::new(), &mut arrays, None)?;
        Ok(arrays)
    }

    /// Goes to the first object of one of [`Self::arrays`].
    pub(super) fn enter_array(&mut self, number: usize) -> Result<(), ReadError> {
        match self.walk(&mut Vec::new(), &mut Vec::new(), Some(number))? {
            true => Ok(()),
            false => Err(self.wrong("an array of objects", None)),
        }
    }

    /// Goes through a value, or into the wanted array in it; says whether it is there.
    fn walk(
        &mut self,
        path: &mut Vec<String>,
        arrays: &mut Vec<ArrayOfObjects>,
        wanted: Option<usize>,
    ) -> Result<bool, ReadError> {
        match self.next_word()? {
            Some(b'{') if path.len() < MAX_DEPTH => self.walk_object(path, arrays, wanted),
            Some(b'[') => self.walk_array(path, arrays, wanted),
            _ => self.skip_value().map(|()| false),
        }
    }

    fn walk_object(
        &mut self,
        path: &mut Vec<String>,
        arrays: &mut Vec<ArrayOfObjects>,
        wanted: Option<usize>,
    ) -> Result<bool, ReadError> {
        self.pass();
        if self.next_word()? == Some(b'}') {
            self.pass();
            return Ok(false);
        }
        loop {
            self.next_word()?;
            path.push(self.parse(MAX_RECORD_BYTES)?);
            self.expect(b':', "`:`")?;
            if self.walk(path, arrays, wanted)? {
                return Ok(true);
            }
            path.pop();
            match self.next_word()? {
                Some(b'}') => {
                    self.pass();
                    return Ok(false);
                }
                _ => self.expect(b',', "`,` or `}`")?,
            }
        }
    }

    fn walk_array(
        &mut self,
        path: &[String],
        arrays: &mut Vec<ArrayOfObjects>,
        wanted: Option<usize>,
    ) -> Result<bool, ReadError> {
        self.pass();
        let has_objects = self.next_word()? == Some(b'{');
        if has_objects && wanted == Some(arrays.len()) {
            return Ok(true);
        }
        let mut count = 0;
        while self.next_word()? != Some(b']') {
            if count > 0 {
                self.expect(b',', "`,` or `]`")?;
                self.next_word()?;
            }
            count += 1;
            self.skip_value()?;
        }
        self.pass();
        if has_objects {
            arrays.push(ArrayOfObjects { path: path.join("."), count });
        }
        Ok(false)
    }

    fn skip_value(&mut self) -> Result<(), ReadError> {
        match self.next_word()? {
            Some(b'{' | b'[') => self.skip_nested(),
            Some(b'"') => self.parse::<IgnoredAny>(MAX_RECORD_BYTES).map(|_| ()),
            _ => self.skip_word(),
        }
    }

    /// Skips an object or an array, however large or deep, by its brackets.
    pub(super) fn skip_nested(&mut self) -> Result<(), ReadError> {
        match self.go_behind(|_| false)? {
            true => Ok(()),
            false => Err(self.wrong("the end of an object or array", None)),
        }
    }

    /// Skips a number, `true`, `false` or `null`: a parser would take a byte behind it too.
    fn skip_word(&mut self) -> Result<(), ReadError> {
        while let Some(byte) = self.source.fill_buf()?.first()
            && (byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
        {
            self.pass();
        }
        Ok(())
    }
}

/// Where a text, an object or an array ends, found by quotes and brackets.
#[derive(Debug, Default)]
struct Extent {
    depth: u64,
    is_in_text: bool,
    is_escaped: bool,
}

impl Extent {
    /// How many of the next bytes belong to it, and whether it ends with them.
    fn within(&mut self, bytes: &[u8]) -> (usize, bool) {
        let mut place = 0;
        while let Some(byte) = bytes.get(place) {
            if self.is_in_text && !self.is_escaped {
                let Some(skipped) = memchr::memchr2(b'"', b'\\', &bytes[place..]) else { return (bytes.len(), false) };
                place += skipped;
            }
            let byte = bytes.get(place).unwrap_or(byte);
            place += 1;
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = self.is_in_text,
                b'"' => self.is_in_text = !self.is_in_text,
                b'{' | b'[' if !self.is_in_text => self.depth += 1,
                b'}' | b']' if !self.is_in_text => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            if self.depth == 0 && !self.is_in_text {
                return (place, true);
            }
        }
        (place, false)
    }
}
