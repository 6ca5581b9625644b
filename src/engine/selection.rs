//! Finding the cases of a filter, chunk by chunk.

use rayon::prelude::*;

use super::Columns;
use super::chunk::Chunk;
use super::conditions::{Condition, conditions};
use crate::cases::filter::CaseFilter;
use crate::model::case::Field;

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

    /// Whether a row is among them.
    pub fn contains(&self, row: usize) -> bool {
        match self {
            Self::All(rows) => row < *rows,
            // Rows of a chunk are fewer than 2^16.
            Self::Some(rows) => u16::try_from(row).is_ok_and(|row| rows.binary_search(&row).is_ok()),
        }
    }

    /// Takes some out, which come upwards.
    fn take_out(&mut self, out: &[usize]) {
        if !out.is_empty() {
            self.keep(|row| out.binary_search(&row).is_err());
        }
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
                for index in 0..rows.len() {
                    let row = rows[index];
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
    /// By chunk, the rows that have the words of the filter, upwards; `None` where it has none.
    found: Option<Vec<Vec<u16>>>,
}

impl Selection {
    /// What a filter asks, in the codes of these columns. The cases that have its words were found before.
    pub fn of(filter: &CaseFilter, columns: &Columns) -> Self {
        debug_assert!(filter.words.is_empty() || filter.found.is_some(), "words are to be found by the database");
        let found = filter.found.as_ref().map(|ordinals| rows_of(ordinals, columns));
        Self { conditions: conditions(filter, &columns.dictionaries), found }
    }

    /// The rows of a chunk that fit.
    pub fn rows(&self, number: usize, chunk: &Chunk) -> Rows {
        let mut rows = match &self.found {
            Some(found) => Rows::Some(found[number].clone()),
            None => Rows::All(chunk.len()),
        };
        if chunk.retired > 0 {
            rows.keep(|row| chunk.is_in_use[row]);
        }
        for condition in &self.conditions {
            if rows.is_empty() {
                break;
            }
            condition(chunk, &mut rows);
        }
        rows
    }
}

/// By chunk, the rows of the cases with these ordinals.
fn rows_of(ordinals: &[u32], columns: &Columns) -> Vec<Vec<u16>> {
    let mut rows = vec![Vec::new(); columns.chunks.len()];
    for position in ordinals.iter().filter_map(|ordinal| columns.positions.get(*ordinal)) {
        // Rows of a chunk are fewer than 2^16.
        rows[position.chunk()].push(u16::try_from(position.row()).unwrap_or(u16::MAX));
    }
    rows.iter_mut().for_each(|rows| rows.sort_unstable());
    rows
}

/// The cases of a filter: the rows of each chunk.
pub fn choose(columns: &Columns, filter: &CaseFilter) -> Vec<Rows> {
    if filter.counts_duplicates_once {
        choose_telling_duplicates(columns, filter).0
    } else {
        choose_all(columns, filter)
    }
}

/// The same, and how many of them are likely the same as another one of them; where each counts once, so many are left out.
pub fn choose_telling_duplicates(columns: &Columns, filter: &CaseFilter) -> (Vec<Rows>, u64) {
    let mut rows = choose_all(columns, filter);
    let repeated = columns.duplicates.repeated(&rows);
    if filter.counts_duplicates_once {
        let mut out = vec![Vec::new(); rows.len()];
        repeated.iter().for_each(|position| out[position.chunk()].push(position.row()));
        out.iter_mut().for_each(|out| out.sort_unstable());
        rows.par_iter_mut().zip(&out).for_each(|(rows, out)| rows.take_out(out));
    }
    (rows, repeated.len() as u64)
}

fn choose_all(columns: &Columns, filter: &CaseFilter) -> Vec<Rows> {
    let selection = Selection::of(filter, columns);
    columns.chunks.par_iter().enumerate().map(|(number, chunk)| selection.rows(number, chunk)).collect()
}

/// The number of cases of a filter.
pub fn total(columns: &Columns, filter: &CaseFilter) -> u64 {
    choose(columns, filter).iter().map(|rows| rows.len() as u64).sum()
}

/// Whether chosen cases have different known values of a field. It ends at the second one.
pub fn have_several(columns: &Columns, rows: &[Rows], field: Field) -> bool {
    let mut first = 0;
    columns.chunks.iter().zip(rows).any(|(chunk, rows)| {
        let column = chunk.column(field);
        let mut has_another = false;
        rows.each(|row| match column.at(row) {
            0 => {}
            code if first == 0 => first = code,
            code => has_another |= code != first,
        });
        has_another
    })
}
