//! The objects of a JSON text, one by one: of an array, of the largest array within an object, or one behind the other.

use std::fmt;
use std::io::BufRead;

use serde::Deserializer;
use serde::de::{Deserialize, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::json_text::{ArrayOfObjects, Counted};
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
    /// In one of the arrays within an object, by its number.
    Within(usize),
    /// One behind the other, as in JSON Lines.
    Lines,
}

impl Shape {
    /// Finds out how the objects stand, and which other arrays have some; `open` gives the text from its beginning. Of
    /// several arrays the one with the most objects has the rows; of those the first.
    pub(super) fn of<R: BufRead>(
        mut open: impl FnMut() -> Result<R, ReadError>,
    ) -> Result<(Self, Vec<ArrayOfObjects>), ReadError> {
        let mut source = Counted::new(open()?);
        if source.next_word()? == Some(b'[') {
            return Ok((Self::Array, Vec::new()));
        }
        source.skip_nested()?;
        if source.next_word()?.is_some() {
            return Ok((Self::Lines, Vec::new()));
        }
        let arrays = Counted::new(open()?).arrays()?;
        let most = arrays.iter().enumerate().rev().max_by_key(|(_, array)| array.count);
        let shape = most.map_or(Self::Lines, |(number, _)| Self::Within(number));
        Ok((shape, arrays))
    }
}

impl<R: BufRead> Objects<R> {
    /// Goes to the first object.
    pub(super) fn open(source: R, shape: Shape) -> Result<Self, ReadError> {
        let mut source = Counted::new(source);
        match shape {
            Shape::Lines => {}
            Shape::Array => source.expect(b'[', "an array")?,
            Shape::Within(number) => source.enter_array(number)?,
        }
        Ok(Self { source, shape, at_first: true, is_over: false })
    }

    fn advance(&mut self) -> Result<Option<Object>, ReadError> {
        match (self.shape, self.source.next_word()?) {
            (Shape::Lines, None) => return Ok(None),
            (Shape::Array, Some(b']')) => {
                self.source.pass();
                return self.expect_end().map(|()| None);
            }
            // What stands behind was gone through when it was found.
            (Shape::Within(_), Some(b']')) => return Ok(None),
            (Shape::Array | Shape::Within(_), _) if !self.at_first => {
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
