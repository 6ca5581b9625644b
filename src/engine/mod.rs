//! The cases in use, column by column in memory: what statistics, facets, totals and comparisons are worked out from,
//! hundreds of times faster than by SQL and with the same result. A question goes in, counts come out: what they mean is
//! known to `statistics` and `comparable`.
//!
//! [`store`] keeps the newest [`Columns`] and brings them up to date before an answer, [`read`] asks the database for what
//! is missing and [`coding`] makes codes of it, [`saved`] keeps them on the disk for the next start; [`slots`] says which columns there are, by the table of fields; [`chunk`] is a run of cases, each
//! [`column`](mod@column) of it holds codes, [`dictionary`] and [`days`] are what these stand for; [`selection`] finds the cases of a
//! filter by its [`conditions`], [`groups`] tells which group of a field a case is in, [`count`] counts groups,
//! [`crosstab`] those of two fields, [`overlap`] cases once however many groups they are in, [`strata`] two groups beside each other, [`details`] and [`tally`] are what is counted of a group, [`histogram`] and
//! [`percentiles`] give the percentiles of their pay, [`ranges`] counts cases by ranges of it, [`best`] finds the cases that are most like a profile, [`duplicates`]
//! those that are likely the same; [`withheld`] takes from cases
//! of closed sources what too few of them share.

pub mod best;
pub mod chunk;
mod coding;
pub mod column;
pub mod conditions;
pub mod count;
pub mod crosstab;
pub mod days;
mod details;
pub mod dictionary;
pub mod duplicates;
pub mod groups;
pub mod histogram;
pub(crate) mod median_interval;
pub mod overlap;
pub mod percentiles;
pub mod ranges;
pub mod read;
pub mod saved;
pub mod selection;
pub mod slots;
pub mod store;
pub mod strata;
pub mod tally;
mod withheld;

use std::sync::Arc;
use std::time::Instant;

use crate::database::dataset::Dataset;
use chunk::{CHUNK_CASES, Chunk, CodedCase, Position};
use dictionary::Dictionaries;
use duplicates::Duplicates;

/// Every case at one version of the data. Cloning shares all that does not change afterwards.
#[derive(Debug, Clone)]
pub struct Columns {
    /// The state of the data of which they are.
    pub dataset: Dataset,
    /// When that was the newest.
    read_at: Instant,
    /// What codes stand for.
    pub dictionaries: Arc<Dictionaries>,
    /// The cases; all chunks but the last are full.
    pub chunks: Vec<Arc<Chunk>>,
    positions: Positions,
    /// Which of the cases are likely the same.
    duplicates: Arc<Duplicates>,
    /// The highest ordinal of a case that was ever put in.
    last_ordinal: u32,
    /// How many rows the table had, those of retired cases too.
    rows: i64,
}

impl Columns {
    /// No case yet, as of some version.
    pub fn new(dataset: Dataset) -> Self {
        Self {
            dataset,
            read_at: Instant::now(),
            dictionaries: Arc::new(Dictionaries::new()),
            chunks: Vec::new(),
            positions: Positions::default(),
            duplicates: Arc::default(),
            last_ordinal: 0,
            rows: 0,
        }
    }

    /// Those that were kept on the disk.
    fn of_saved(
        dataset: Dataset,
        dictionaries: Dictionaries,
        chunks: Vec<Arc<Chunk>>,
        last_ordinal: u32,
        rows: i64,
    ) -> Self {
        let mut positions = Positions::default();
        for (number, chunk) in chunks.iter().enumerate() {
            for (row, ordinal) in chunk.ordinal.iter().enumerate() {
                positions.set(*ordinal, Position::new(number, row));
            }
        }
        Self {
            dataset,
            read_at: Instant::now(),
            dictionaries: Arc::new(dictionaries),
            chunks,
            positions,
            duplicates: Arc::default(),
            last_ordinal,
            rows,
        }
    }

    /// Bytes that the columns take, without what vectors keep in reserve.
    pub fn bytes(&self) -> u64 {
        self.chunks.iter().map(|chunk| chunk.bytes() as u64).sum::<u64>()
            + self.positions.bytes()
            + self.duplicates.bytes()
    }

    /// How many cases there are, without those that are retired.
    pub fn cases(&self) -> u64 {
        self.chunks.iter().map(|chunk| (chunk.len() - chunk.retired) as u64).sum()
    }

    /// Whether a case stands in them just so; one that is retired may be missing.
    fn have(&self, case: &CodedCase) -> bool {
        match self.positions.get(case.ordinal) {
            Some(position) => self.chunks.get(position.chunk()).is_some_and(|chunk| chunk.has(position.row(), case)),
            None => !case.is_in_use,
        }
    }

    /// Puts a case in, or over what was known of it. One that has been retired keeps its position, unused.
    fn put(&mut self, case: &CodedCase) {
        self.last_ordinal = self.last_ordinal.max(case.ordinal);
        if let Some(position) = self.positions.get(case.ordinal) {
            if let Some(chunk) = self.chunks.get_mut(position.chunk()) {
                Arc::make_mut(chunk).set(position.row(), case);
            }
            return;
        }
        if !case.is_in_use {
            return;
        }
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK_CASES) {
            self.chunks.push(Arc::new(Chunk::empty()));
        }
        let last = self.chunks.len() - 1;
        let chunk = Arc::make_mut(&mut self.chunks[last]);
        self.positions.set(case.ordinal, Position::new(last, chunk.len()));
        chunk.push(case);
    }
}

/// Where each case stands, by ordinal, in shared parts.
#[derive(Debug, Clone, Default)]
struct Positions(Vec<Arc<Vec<Option<Position>>>>);

impl Positions {
    const PART: usize = 1 << 14;

    fn get(&self, ordinal: u32) -> Option<Position> {
        let ordinal = ordinal as usize;
        *self.0.get(ordinal / Self::PART)?.get(ordinal % Self::PART)?
    }

    fn set(&mut self, ordinal: u32, position: Position) {
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
        part[ordinal % Self::PART] = Some(position);
    }

    fn bytes(&self) -> u64 {
        self.0.iter().map(|part| (part.len() * size_of::<Option<Position>>()) as u64).sum()
    }
}
