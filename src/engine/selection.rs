//! Finding the cases of a filter, chunk by chunk.

use rayon::prelude::*;

use super::Columns;
use super::chunk::{Chunk, IN_USE, Place};
use super::conditions::{Condition, conditions};
use crate::cases::filter::CaseFilter;

/// The chosen rows of a chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows {
    /// All of so many.
    All(usize),
    /// These, upwards.
    Some(Vec<u16>),
}

impl Rows {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::All(rows) => *rows,
            Self::Some(rows) => rows.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls with each row.
    #[inline]
    pub fn each(&self, mut call: impl FnMut(usize)) {
        match self {
            Self::All(rows) => (0..*rows).for_each(call),
            Self::Some(rows) => rows.iter().for_each(|row| call(usize::from(*row))),
        }
    }

    /// Only the rows of which it is true. Written without a branch for each row: it could not be foreseen.
    #[inline]
    pub(super) fn keep(&mut self, is_kept: impl Fn(usize) -> bool) {
        match self {
            Self::All(rows) => {
                let mut kept = vec![0_u16; *rows];
                let mut count = 0;
                for row in 0..*rows {
                    // Rows of a chunk are fewer than 2^16.
                    #[allow(clippy::cast_possible_truncation)]
                    let number = row as u16;
                    kept[count] = number;
                    count += usize::from(is_kept(row));
                }
                if count < *rows {
                    kept.truncate(count);
                    *self = Self::Some(kept);
                }
            }
            Self::Some(rows) => {
                let mut count = 0;
                for place in 0..rows.len() {
                    let row = rows[place];
                    rows[count] = row;
                    count += usize::from(is_kept(usize::from(row)));
                }
                rows.truncate(count);
            }
        }
    }
}

/// A filter in codes.
pub struct Selection {
    conditions: Vec<Condition>,
}

impl Selection {
    /// What a filter asks, in the codes of these columns; `None` where it has words, which columns do not hold.
    pub fn of(filter: &CaseFilter, columns: &Columns) -> Option<Self> {
        if !filter.words.is_empty() {
            return None;
        }
        Some(Self { conditions: conditions(filter, &columns.dictionaries) })
    }

    /// The rows that fit.
    pub fn rows(&self, chunk: &Chunk) -> Rows {
        let mut rows = Rows::All(chunk.len());
        if chunk.retired > 0 {
            rows.keep(|row| chunk.flags[row] & IN_USE != 0);
        }
        for condition in &self.conditions {
            if rows.is_empty() {
                break;
            }
            condition(chunk, &mut rows);
        }
        rows
    }

    /// Whether a case fits.
    pub fn has(&self, columns: &Columns, place: Place) -> bool {
        let Some(chunk) = columns.chunks.get(place.chunk()) else { return false };
        let Ok(row) = u16::try_from(place.row()) else { return false };
        let mut rows = Rows::Some(vec![row]);
        rows.keep(|row| chunk.flags[row] & IN_USE != 0);
        for condition in &self.conditions {
            condition(chunk, &mut rows);
        }
        !rows.is_empty()
    }
}

/// The cases of a filter: the rows of each chunk. `None` where the filter has words.
pub fn choose(columns: &Columns, filter: &CaseFilter) -> Option<Vec<Rows>> {
    let selection = Selection::of(filter, columns)?;
    Some(columns.chunks.par_iter().map(|chunk| selection.rows(chunk)).collect())
}

/// The number of cases of a filter; `None` where it has words.
pub fn total(columns: &Columns, filter: &CaseFilter) -> Option<u64> {
    let rows = choose(columns, filter)?;
    Some(rows.iter().map(|rows| rows.len() as u64).sum())
}
