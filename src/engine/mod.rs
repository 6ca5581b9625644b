//! The cases in use, column by column in memory: what statistics, facets, totals and comparisons are worked out from,
//! hundreds of times faster than by SQL and with the same result.
//!
//! [`store`] keeps the newest [`Columns`] and brings them up to date before an answer, [`read`] asks the database for what
//! is missing; [`chunk`] is a run of cases, [`dictionary`] what their codes stand for; [`selection`] finds the cases of a
//! filter by its [`conditions`], [`groups`] tells which group of a dimension a case is in, [`count`] counts groups, [`crossing`] those of
//! two dimensions, [`pay`] and [`percentiles`] give the percentiles of their pay, [`best`] finds the cases that are most like
//! a profile.
//!
//! The same questions asked in SQL (`statistics::count`, `comparison::query`) are the oracle of the tests, and the answer
//! where there are no columns: they are off, there are too many cases for the memory that is allowed, or a filter has
//! words, which only the database looks for.

pub mod best;
pub mod chunk;
pub mod conditions;
pub mod count;
pub mod crossing;
mod details;
pub mod dictionary;
pub mod groups;
pub mod pay;
pub mod percentiles;
pub mod read;
pub mod selection;
pub mod store;

use std::sync::Arc;

use crate::database::dataset::Dataset;
use chunk::{CHUNK_CASES, Chunk, Place, Row};
use dictionary::Dictionaries;

/// Every case at one version of the data. Cloning shares all that does not change afterwards.
#[derive(Debug, Clone)]
pub struct Columns {
    /// The version of which they are, or newer.
    pub dataset: Dataset,
    /// What codes stand for.
    pub dictionaries: Arc<Dictionaries>,
    /// The cases; all chunks but the last are full.
    pub chunks: Vec<Arc<Chunk>>,
    places: Places,
    last_ordinal: u32,
}

impl Columns {
    /// No case yet, as of some version.
    pub fn new(dataset: Dataset) -> Self {
        Self { dataset, dictionaries: Arc::default(), chunks: Vec::new(), places: Places::default(), last_ordinal: 0 }
    }

    /// The highest ordinal of a case that was ever put in.
    pub fn last_ordinal(&self) -> u32 {
        self.last_ordinal
    }

    /// Bytes that the columns take, without what vectors keep in reserve.
    pub fn bytes(&self) -> u64 {
        (self.chunks.len() * CHUNK_CASES * Chunk::BYTES_OF_A_CASE) as u64 + self.places.bytes()
    }

    /// Puts a case in, or in the place of what was known of it. One that has been retired keeps its place, unused.
    fn put(&mut self, row: &Row) {
        self.last_ordinal = self.last_ordinal.max(row.ordinal);
        if let Some(place) = self.places.get(row.ordinal) {
            if let Some(chunk) = self.chunks.get_mut(place.chunk()) {
                Arc::make_mut(chunk).set(place.row(), row);
            }
            return;
        }
        if !row.is_in_use() {
            return;
        }
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK_CASES) {
            self.chunks.push(Arc::new(Chunk::empty()));
        }
        let last = self.chunks.len() - 1;
        let chunk = Arc::make_mut(&mut self.chunks[last]);
        self.places.set(row.ordinal, Place::new(last, chunk.len()));
        chunk.push(row);
    }

    /// Where a case stands.
    pub fn place_of(&self, ordinal: u32) -> Option<Place> {
        self.places.get(ordinal)
    }
}

/// Where each case stands, by ordinal, in shared parts.
#[derive(Debug, Clone, Default)]
struct Places(Vec<Arc<Vec<Option<Place>>>>);

impl Places {
    const PART: usize = 1 << 14;

    fn get(&self, ordinal: u32) -> Option<Place> {
        let ordinal = ordinal as usize;
        *self.0.get(ordinal / Self::PART)?.get(ordinal % Self::PART)?
    }

    fn set(&mut self, ordinal: u32, place: Place) {
        let ordinal = ordinal as usize;
        let part = ordinal / Self::PART;
        while self.0.len() <= part {
            self.0.push(Arc::new(Vec::new()));
        }
        let part = Arc::make_mut(&mut self.0[part]);
        if part.len() <= ordinal % Self::PART {
            // A part is as long as it needs to be: ordinals of writes that were given up leave gaps.
            part.resize((ordinal % Self::PART + 1).next_power_of_two(), None);
        }
        part[ordinal % Self::PART] = Some(place);
    }

    fn bytes(&self) -> u64 {
        self.0.iter().map(|part| (part.len() * size_of::<Option<Place>>()) as u64).sum()
    }
}
