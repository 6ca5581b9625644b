//! A JSON text that is read value by value, with its lines counted and its values bounded.

use std::io::{self, BufRead, Read};

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
