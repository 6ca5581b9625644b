//! Counting cases once, however many groups each is in.

use std::sync::Arc;

use rayon::prelude::*;

use super::Columns;
use super::chunk::Chunk;
use super::count::Question;
use super::crosstab::PlacedGroups;
use super::groups::Grouping;
use super::selection::{Rows, choose};
use super::tally::Key;
use crate::catalog::Catalog;

/// The number of cases that are in none of these groups. With one field, the second key of each is the unknown.
pub fn cases_outside(columns: &Columns, catalog: &Catalog, question: Question<'_>, groups: &[(Key, Key)]) -> u64 {
    let grouping = |field| Grouping::new(field, &columns.dictionaries, catalog, question.filter.is_exact);
    let (first, second) = (grouping(question.first), question.second.map(grouping));
    let inside = Inside::new(&first, second.as_ref(), groups);
    let rows = choose(columns, question.filter);
    let outside = |(chunk, rows): (&Arc<Chunk>, &Rows)| {
        let (mut one, mut other) = (Vec::new(), Vec::new());
        first.fill(chunk, rows, &mut one);
        match &second {
            Some(second) => second.fill(chunk, rows, &mut other),
            None => other.resize(one.len(), 0),
        }
        one.iter().zip(&other).filter(|(one, other)| !inside.has_any(**one, **other)).count() as u64
    };
    columns.chunks.par_iter().zip(&rows).map(outside).sum()
}

/// Which groups are inside.
struct Inside {
    first: PlacedGroups,
    /// Nothing where there is one field.
    second: Option<PlacedGroups>,
    /// By place of the first and of the second; both have one more, for what is in no group.
    groups: Vec<bool>,
    width: usize,
}

impl Inside {
    fn new(first: &Grouping, second: Option<&Grouping>, groups: &[(Key, Key)]) -> Self {
        let keys = |of: fn(&(Key, Key)) -> &Key| {
            let mut keys: Vec<Key> = groups.iter().map(of).cloned().collect();
            keys.sort_unstable();
            keys.dedup();
            keys
        };
        let (rows, columns) = (keys(|group| &group.0), keys(|group| &group.1));
        let width = columns.len() + 1;
        let mut inside = vec![false; (rows.len() + 1) * width];
        for (row, column) in groups {
            if let (Ok(row), Ok(column)) = (rows.binary_search(row), columns.binary_search(column)) {
                inside[row * width + column] = true;
            }
        }
        let second = second.map(|second| PlacedGroups::new(second, &columns));
        Self { first: PlacedGroups::new(first, &rows), second, groups: inside, width }
    }

    /// Whether one of the groups of a case with these codes is inside.
    fn has_any(&self, first: u32, second: u32) -> bool {
        self.first.of(first).iter().any(|row| {
            let has = |column: usize| self.groups[row.index as usize * self.width + column];
            match &self.second {
                Some(columns) => columns.of(second).iter().any(|column| has(column.index as usize)),
                None => has(0),
            }
        })
    }
}
