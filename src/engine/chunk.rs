//! A run of cases, column by column.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::column::Column;
use super::slots::{SLOTS, slot};
use crate::model::case::Field;

/// Cases of a full chunk. A change copies one chunk, about a megabyte.
pub const CHUNK_CASES: usize = 1 << 14;

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position(NonZeroU32);

impl Position {
    /// A row of a chunk.
    ///
    /// # Panics
    /// Beyond 2^32 cases, which the store does not let come about.
    pub fn new(chunk: usize, row: usize) -> Self {
        let position = u32::try_from(chunk * CHUNK_CASES + row + 1).ok().and_then(NonZeroU32::new);
        Self(position.unwrap_or_else(|| unreachable!("there are fewer than 2^32 cases")))
    }

    /// The chunk.
    pub fn chunk(self) -> usize {
        (self.0.get() as usize - 1) / CHUNK_CASES
    }

    /// The row within the chunk.
    pub fn row(self) -> usize {
        (self.0.get() as usize - 1) % CHUNK_CASES
    }
}

/// One case, in codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodedCase {
    /// What tells cases apart in this database.
    pub ordinal: u32,
    /// The first eight bytes of the id.
    pub id_start: u64,
    /// Whether it has not been retired.
    pub is_in_use: bool,
    /// By slot.
    pub codes: Vec<u32>,
}

/// Cases, column by column; all columns are of the same length.
#[derive(Debug)]
pub struct Chunk {
    /// What tells cases apart in this database.
    pub ordinal: Vec<u32>,
    /// The first eight bytes of the id: in the order of ids, and nearly always enough to tell them apart.
    pub id_start: Vec<u64>,
    /// Whether cases have not been retired.
    pub is_in_use: Vec<bool>,
    /// The columns, by slot.
    columns: Vec<Column>,
    /// How many of the cases are retired.
    pub retired: usize,
}

impl Clone for Chunk {
    /// With the room of a full chunk, as all have: a case is added without moving the others again, and memory
    /// that was given back is just what the next copy asks for.
    fn clone(&self) -> Self {
        let mut copy = Self::empty();
        copy.ordinal.extend_from_slice(&self.ordinal);
        copy.id_start.extend_from_slice(&self.id_start);
        copy.is_in_use.extend_from_slice(&self.is_in_use);
        copy.columns = self.columns.iter().map(|column| column.copy(CHUNK_CASES)).collect();
        copy.retired = self.retired;
        copy
    }
}

impl Chunk {
    pub(super) fn empty() -> Self {
        Self {
            ordinal: Vec::with_capacity(CHUNK_CASES),
            id_start: Vec::with_capacity(CHUNK_CASES),
            is_in_use: Vec::with_capacity(CHUNK_CASES),
            columns: SLOTS.all.iter().map(|_| Column::with_capacity(CHUNK_CASES)).collect(),
            retired: 0,
        }
    }

    /// Bytes that a chunk of such columns takes when it is full.
    pub fn bytes(&self) -> usize {
        let of_columns: usize = self.columns.iter().map(Column::width).sum();
        CHUNK_CASES * (size_of::<u32>() + size_of::<u64>() + size_of::<bool>() + of_columns)
    }

    pub(super) fn push(&mut self, case: &CodedCase) {
        self.ordinal.push(case.ordinal);
        self.id_start.push(case.id_start);
        self.is_in_use.push(case.is_in_use);
        self.columns.iter_mut().zip(&case.codes).for_each(|(column, code)| column.push(*code));
        self.retired += usize::from(!case.is_in_use);
    }

    pub(super) fn set(&mut self, row: usize, case: &CodedCase) {
        self.retired -= usize::from(!self.is_in_use[row]);
        self.ordinal[row] = case.ordinal;
        self.id_start[row] = case.id_start;
        self.is_in_use[row] = case.is_in_use;
        self.columns.iter_mut().zip(&case.codes).for_each(|(column, code)| column.set(row, *code));
        self.retired += usize::from(!case.is_in_use);
    }

    /// Whether a case stands in a row just so; of one that is retired nothing else counts.
    pub(super) fn has(&self, row: usize, case: &CodedCase) -> bool {
        if !case.is_in_use {
            return !self.is_in_use[row];
        }
        let is_it = (self.ordinal[row], self.id_start[row], self.is_in_use[row]) == (case.ordinal, case.id_start, true);
        is_it && self.columns.iter().zip(&case.codes).all(|(column, code)| column.at(row) == *code)
    }

    /// Writes all of it as bytes.
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&u32::try_from(self.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend(self.ordinal.iter().flat_map(|ordinal| ordinal.to_le_bytes()));
        bytes.extend(self.id_start.iter().flat_map(|id_start| id_start.to_le_bytes()));
        bytes.extend(self.is_in_use.iter().map(|is_in_use| u8::from(*is_in_use)));
        self.columns.iter().for_each(|column| column.write(bytes));
    }

    /// Reads what [`Self::write`] has written; `None` of anything else.
    pub(super) fn read(mut bytes: &[u8]) -> Option<Self> {
        let cases = u32::from_le_bytes(*bytes.split_off(..4)?.first_chunk()?) as usize;
        let mut chunk = Self::empty();
        chunk.ordinal.extend(numbers(bytes.split_off(..4 * cases)?, u32::from_le_bytes));
        chunk.id_start.extend(numbers(bytes.split_off(..8 * cases)?, u64::from_le_bytes));
        chunk.is_in_use.extend(bytes.split_off(..cases)?.iter().map(|byte| *byte != 0));
        for column in &mut chunk.columns {
            *column = Column::read(&mut bytes, cases, CHUNK_CASES)?;
        }
        chunk.retired = chunk.is_in_use.iter().filter(|is_in_use| !**is_in_use).count();
        bytes.is_empty().then_some(chunk)
    }

    /// Number of cases, retired ones too.
    pub fn len(&self) -> usize {
        self.ordinal.len()
    }

    /// The column of a slot.
    pub fn at(&self, slot: usize) -> &Column {
        &self.columns[slot]
    }

    /// The column of a field.
    pub fn column(&self, field: Field) -> &Column {
        self.at(slot(field))
    }
}

/// The numbers that bytes are of.
pub(super) fn numbers<T, const SIZE: usize>(bytes: &[u8], number: impl Fn([u8; SIZE]) -> T) -> impl Iterator<Item = T> {
    bytes.as_chunks::<SIZE>().0.iter().map(move |bytes| number(*bytes))
}
