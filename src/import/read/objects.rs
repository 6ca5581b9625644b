//! The objects of a JSON text, one by one: of an array, of the one array in an object, or one
//! behind the other.

use std::fmt;
use std::io::BufRead;

use serde::Deserializer;
use serde::de::{Deserialize, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::json_text::Counted;
use super::{MAX_COLUMNS, MAX_RECORD_BYTES, ReadError};

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
                    if members.len() == MAX_COLUMNS {
                        return Err(A::Error::custom(format!("an object has more than {MAX_COLUMNS} keys")));
                    }
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
    shape: Shape,
    /// Whether no object was read yet.
    at_first: bool,
    is_over: bool,
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
        match shape {
            Shape::Lines => {}
            Shape::Array => source.expect(b'[', "an array")?,
            Shape::Wrapped => source.enter_wrapper().map(|_| ())?,
        }
        Ok(Self { source, shape, at_first: true, is_over: false })
    }

    fn advance(&mut self) -> Result<Option<Object>, ReadError> {
        match (self.shape, self.source.next_word()?) {
            (Shape::Lines, None) => return Ok(None),
            (Shape::Array | Shape::Wrapped, Some(b']')) => {
                self.source.pass();
                let end = if self.shape == Shape::Wrapped { self.rest_of_wrapper() } else { self.expect_end() };
                return end.map(|()| None);
            }
            (Shape::Array | Shape::Wrapped, _) if !self.at_first => {
                self.source.expect(b',', "`,` or `]` behind an object")?;
            }
            _ => {}
        }
        self.at_first = false;
        match self.source.next_word()? {
            Some(b'{') => self.source.parse(MAX_RECORD_BYTES).map(Some),
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
        if self.is_over {
            return None;
        }
        let next = self.advance();
        self.is_over = !matches!(next, Ok(Some(_)));
        next.transpose()
    }
}
