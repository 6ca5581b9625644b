//! A place among groups or values, to go on from or back to.
//!
//! Groups have no key that a place could be told by whatever changes: their order is that of counts. So a place is how many
//! stand in front of it, in the answer to one question on one version of the data. Of another question or version it is
//! refused, so that nothing is left out or told twice.

use sha2::{Digest, Sha256};

use crate::cases::cursor::{CURSOR, take_cursor, written_cursor};
use crate::parameters::{Kind, Parameter, ParameterError, ParameterReader, message};

/// The parameter of such a place.
pub const PLACE: Parameter = Parameter {
    description: "Where to go on, or back: a `next_cursor` or `prev_cursor`, unchanged, with all other parameters but `limit` as \
        they were. It is of one version of the data: once that has changed, begin anew without it.",
    kind: Kind::Text,
    example: "NDIgMWYyZTNkNGM1YjZhNzk4OCBjb21wYW55IDU",
    ..CURSOR
};

/// The pages of the answer to one question: what its places have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pages(String);

/// A place in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    version: i64,
    /// The dimension whose groups it is among.
    pub dimension: String,
    /// How many stand in front of it.
    pub offset: usize,
}

impl Pages {
    /// That of a request, before anything is taken out of it; how long a page is does not matter, nor do these parameters.
    pub fn of(reader: &ParameterReader, but: &[&str]) -> Self {
        let digest = Sha256::digest(reader.said(&[&[PLACE.name, "limit", "bom"], but].concat()));
        Self(digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect())
    }

    /// Takes the place out of a request; one of another question is a mistake.
    pub fn take_place(&self, reader: &mut ParameterReader) -> Option<Place> {
        let place = take_cursor(reader, |text| {
            let [version, question, dimension, offset] = text.split(' ').collect::<Vec<_>>().try_into().ok()?;
            let place =
                Place { version: version.parse().ok()?, dimension: dimension.to_owned(), offset: offset.parse().ok()? };
            Some((question.to_owned(), place))
        });
        let (question, place) = place?;
        if question != self.0 {
            let message = message!(
                "belongs to other parameters; only `limit` may change on the way",
                "属于另一组参数的查询；翻页时只有 `limit` 可以改变"
            );
            reader.wrong(ParameterError::new(PLACE.name, message));
            return None;
        }
        Some(place)
    }

    /// The cursors that lead on behind `end`, where anything is there, and back from `offset`, by pages of `limit`.
    pub fn cursors(
        &self,
        (version, dimension): (i64, &str),
        (offset, limit, end): (usize, usize, Option<usize>),
    ) -> (Option<String>, Option<String>) {
        let at = |offset: usize| written_cursor(&format!("{version} {} {dimension} {offset}", self.0));
        let before = (offset > 0).then(|| at(offset.saturating_sub(limit)));
        (end.map(at), before)
    }
}

impl Place {
    /// Refuses a place of another version of the data.
    ///
    /// # Errors
    /// Where this is one.
    pub fn check_version(place: Option<&Self>, version: i64) -> Result<(), Vec<ParameterError>> {
        match place {
            Some(Self { version: own, .. }) if *own != version => {
                let message = message!(
                    "is of version {own} of the data, which is {version} now; begin anew without it",
                    "属于数据的第 {own} 版，现在是第 {version} 版；请去掉它从头开始"
                );
                Err(vec![ParameterError::new(PLACE.name, message)])
            }
            _ => Ok(()),
        }
    }
}
