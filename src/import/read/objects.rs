//! The objects of a JSON text, one by one: of an array, of the one array in an object, or one
//! behind the other.

use std::fmt;
use std::io::{self, BufRead, Read};

use serde::Deserializer;
use serde::de::{Deserialize, DeserializeOwned, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{LONGEST_RECORD, ReadError};

/// The members of an object in their order, with their values as they are written.
#[derive(Debug)]
pub(super) struct Object(pub(super) Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// The objects of a text. Behind an error there are no more.
pub(super) struct Objects<R> {
    source: Counted<R>,
    place: Place,
}

/// Where in a text the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before an element of an array; `first` says whether it is the first one, `inside` whether
    /// the array stands in an object.
    InArray {
        first: bool,
        inside: bool,
    },
    /// Before an object of several, one behind the other.
    BetweenObjects,
    Over,
}

/// How the objects stand in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// In an array.
    Array,
    /// In the array of one object.
    Wrapped,
    /// One behind the other, as in JSON Lines.
    Lines,
}

impl Shape {
    /// Finds out how the objects stand; `open` gives the text from its beginning.
    pub(super) fn of<R: BufRead>(mut open: impl FnMut() -> Result<R, ReadError>) -> Result<Self, ReadError> {
        let mut source = Counted::new(open()?);
        if source.next_word()? == Some(b'[') {
            return Ok(Self::Array);
        }
        source.skip_nested()?;
        if source.next_word()?.is_some() {
            return Ok(Self::Lines);
        }
        Ok(if Counted::new(open()?).enter_wrapper()? { Self::Wrapped } else { Self::Lines })
    }
}

impl<R: BufRead> Objects<R> {
    /// Goes to the first object.
    pub(super) fn open(source: R, shape: Shape) -> Result<Self, ReadError> {
        let mut source = Counted::new(source);
        let place = match shape {
            Shape::Lines => Place::BetweenObjects,
            Shape::Array => {
                source.expect(b'[', "an array")?;
                Place::InArray { first: true, inside: false }
            }
            Shape::Wrapped => {
                source.enter_wrapper()?;
                Place::InArray { first: true, inside: true }
            }
        };
        Ok(Self { source, place })
    }

    fn advance(&mut self) -> Result<Option<Object>, ReadError> {
        match self.place {
            Place::InArray { first, inside } => self.element(first, inside),
            Place::BetweenObjects => self.line(),
            Place::Over => Ok(None),
        }
    }

    fn element(&mut self, first: bool, inside: bool) -> Result<Option<Object>, ReadError> {
        match self.source.next_word()? {
            Some(b']') => {
                self.source.pass();
                self.place = Place::Over;
                let end = if inside { self.rest_of_wrapper() } else { self.expect_end() };
                return end.map(|()| None);
            }
            _ if first => {}
            _ => self.source.expect(b',', "`,` or `]` behind an object")?,
        }
        self.place = Place::InArray { first: false, inside };
        match self.source.next_word()? {
            Some(b'{') => self.source.parse(LONGEST_RECORD).map(Some),
            other => Err(self.source.wrong("an object", other)),
        }
    }

    /// The next of several objects.
    fn line(&mut self) -> Result<Option<Object>, ReadError> {
        match self.source.next_word()? {
            None => {
                self.place = Place::Over;
                Ok(None)
            }
            Some(b'{') => self.source.parse(LONGEST_RECORD).map(Some),
            other => Err(self.source.wrong("an object", other)),
        }
    }

    fn rest_of_wrapper(&mut self) -> Result<(), ReadError> {
        loop {
            match self.source.next_word()? {
                Some(b'}') => {
                    self.source.pass();
                    return self.expect_end();
                }
                Some(b',') => {
                    self.source.pass();
                    if self.source.member()? {
                        let message = "it has a second array of objects; leave one of them".to_owned();
                        return Err(ReadError::Json { line: self.source.line, message });
                    }
                }
                other => return Err(self.source.wrong("`,` or `}`", other)),
            }
        }
    }

    fn expect_end(&mut self) -> Result<(), ReadError> {
        match self.source.next_word()? {
            None => Ok(()),
            other => Err(self.source.wrong("nothing behind the array", other)),
        }
    }
}

impl<R: BufRead> Iterator for Objects<R> {
    type Item = Result<Object, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.advance();
        if next.is_err() {
            self.place = Place::Over;
        }
        next.transpose()
    }
}

/// A text whose lines are counted, and of which a value may take so much.
struct Counted<R> {
    source: R,
    line: u64,
    left: u64,
}

impl<R: BufRead> Counted<R> {
    fn new(source: R) -> Self {
        Self { source, line: 1, left: u64::MAX }
    }

    /// Skips white space and gives the byte behind it, which stays.
    fn next_word(&mut self) -> Result<Option<u8>, ReadError> {
        self.left = u64::MAX;
        loop {
            match self.source.fill_buf()?.first() {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.pass(),
                other => return Ok(other.copied()),
            }
        }
    }

    /// Takes the byte that [`Self::next_word`] gave.
    fn pass(&mut self) {
        // A byte that was given is in the buffer: there is nothing that could fail.
        let _ = self.read(&mut [0]);
    }

    fn expect(&mut self, byte: u8, what: &str) -> Result<(), ReadError> {
        match self.next_word()? {
            Some(found) if found == byte => {
                self.pass();
                Ok(())
            }
            other => Err(self.wrong(what, other)),
        }
    }

    fn wrong(&self, expected: &str, found: Option<u8>) -> ReadError {
        let found = match found {
            None => "the end of the file".to_owned(),
            Some(byte) if byte.is_ascii() => format!("`{}`", char::from(byte)),
            Some(_) => "other text".to_owned(),
        };
        ReadError::Json { line: self.line, message: format!("expected {expected}, found {found}") }
    }

    /// Parses an object, an array or a text, and nothing behind it.
    fn parse<T: DeserializeOwned>(&mut self, longest: u64) -> Result<T, ReadError> {
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
    fn enter_wrapper(&mut self) -> Result<bool, ReadError> {
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
    fn member(&mut self) -> Result<bool, ReadError> {
        self.next_word()?;
        self.parse::<String>(LONGEST_RECORD)?;
        self.expect(b':', "`:`")?;
        if self.next_word()? != Some(b'[') {
            self.skip_value()?;
            return Ok(false);
        }
        self.pass();
        match self.next_word()? {
            Some(b'{') => return Ok(true),
            Some(b']') => {
                self.pass();
                return Ok(false);
            }
            _ => {}
        }
        loop {
            self.skip_value()?;
            match self.next_word()? {
                Some(b']') => {
                    self.pass();
                    return Ok(false);
                }
                _ => self.expect(b',', "`,` or `]`")?,
            }
        }
    }

    fn skip_value(&mut self) -> Result<(), ReadError> {
        match self.next_word()? {
            Some(b'{' | b'[') => self.skip_nested(),
            Some(b'"') => self.parse::<IgnoredAny>(LONGEST_RECORD).map(|_| ()),
            _ => self.skip_word(),
        }
    }

    /// Skips an object or an array, however large or deep, by its brackets.
    fn skip_nested(&mut self) -> Result<(), ReadError> {
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
