//! A JSON text that is read value by value, with its lines counted and its values bounded.

use std::io::{self, BufRead, Read};

use serde::de::{DeserializeOwned, IgnoredAny};

use super::{MAX_RECORD_BYTES, ReadError};

/// A text whose lines are counted, and of which a value may take so much.
pub(super) struct Counted<R> {
    source: R,
    /// The line where it is being read, from 1.
    pub(super) line: u64,
    left: u64,
}

impl<R: BufRead> Counted<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, line: 1, left: u64::MAX }
    }

    /// Skips white space and gives the byte behind it, which stays.
    pub(super) fn next_word(&mut self) -> Result<Option<u8>, ReadError> {
        self.left = u64::MAX;
        loop {
            match self.source.fill_buf()?.first() {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.pass(),
                other => return Ok(other.copied()),
            }
        }
    }

    /// Takes the byte that [`Self::next_word`] gave.
    pub(super) fn pass(&mut self) {
        // A byte that was given is in the buffer: there is nothing that could fail.
        let _ = self.read(&mut [0]);
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
        self.left = longest;
        let parsed = T::deserialize(&mut serde_json::Deserializer::from_reader(&mut *self));
        parsed.map_err(|error| {
            if error.io_error_kind() == Some(io::ErrorKind::FileTooLarge) {
                return ReadError::TooLong { what: "the object in line", number: line };
            }
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default().to_owned();
            ReadError::Json { line: self.line, message }
        })
    }

    /// Goes into the object up to the first object of an array in it; says whether there is one.
    pub(super) fn enter_wrapper(&mut self) -> Result<bool, ReadError> {
        self.expect(b'{', "an object")?;
        if self.next_word()? == Some(b'}') {
            return Ok(false);
        }
        loop {
            if self.member()? {
                return Ok(true);
            }
            match self.next_word()? {
                Some(b'}') => return Ok(false),
                _ => self.expect(b',', "`,` or `}`")?,
            }
        }
    }

    /// Passes a member of an object, or goes into it where it is an array of objects.
    pub(super) fn member(&mut self) -> Result<bool, ReadError> {
        self.next_word()?;
        self.parse::<String>(MAX_RECORD_BYTES)?;
        self.expect(b':', "`:`")?;
        if self.next_word()? != Some(b'[') {
            self.skip_value()?;
            return Ok(false);
        }
        self.pass();
        if self.next_word()? == Some(b'{') {
            return Ok(true);
        }
        let mut at_first = true;
        while self.next_word()? != Some(b']') {
            if !at_first {
                self.expect(b',', "`,` or `]`")?;
            }
            at_first = false;
            self.skip_value()?;
        }
        self.pass();
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
        let (mut depth, mut in_text, mut escaped) = (0_u64, false, false);
        loop {
            let available = self.source.fill_buf()?;
            let Some(byte) = available.first().copied() else {
                return Err(self.wrong("the end of an object or array", None));
            };
            self.pass();
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = in_text,
                b'"' => in_text = !in_text,
                b'{' | b'[' if !in_text => depth += 1,
                b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return Ok(());
            }
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

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let available = self.source.fill_buf()?;
        let length = available.len().min(into.len());
        into[..length].copy_from_slice(&available[..length]);
        self.line += memchr::memchr_iter(b'\n', &available[..length]).count() as u64;
        self.source.consume(length);
        self.left = self.left.saturating_sub(length as u64);
        Ok(length)
    }
}
