//! Counting cases by two fields.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::Columns;
use super::chunk::Chunk;
use super::count::push_pay;
use super::details::{Details, add, set_spreads};
use super::groups::Grouping;
use super::histogram::{Figure, PayGroups};
use super::selection::Rows;
use super::slots::SLOTS;
use super::tally::{CountedGroup, Key, Others, Spread, Tally};
use crate::model::case::Field;

/// A group of two fields.
pub type Cell = CountedGroup<(Key, Key)>;

/// Groups of two fields, counted when it is known which are shown.
#[derive(Debug)]
pub struct CrossTab {
    pub(super) columns: Arc<Columns>,
    pub(super) rows: Arc<Vec<Rows>>,
    pub(super) first: Grouping,
    pub(super) second: Grouping,
    pub(super) details: Details,
    /// Whether the percentiles of all cases are found with the groups, and not before.
    pub(super) total_later: bool,
}

/// Some of the groups of two fields.
#[derive(Debug, Default)]
pub struct Cells {
    /// Those of the shown rows and columns that have cases, by their places among these, in order.
    pub cells: Vec<((usize, usize), Tally)>,
    /// All others.
    pub others: Others,
    /// The percentiles of all cases, by currency, where they were not found before.
    total: Option<Vec<Option<Spread>>>,
}

impl CrossTab {
    /// All groups that have cases, in the order of their keys.
    pub fn all(&self) -> Vec<Cell> {
        let (rows, columns) = (&self.first.keys, &self.second.keys);
        let group = |((row, column), tally): ((usize, usize), Tally)| {
            let key: (Key, Key) = (rows[row].clone(), columns[column].clone());
            CountedGroup { key, tally }
        };
        let mut groups: Vec<Cell> = self.of(rows, columns).cells.into_iter().map(group).collect();
        groups.sort_unstable_by(|left, right| left.key.cmp(&right.key));
        groups
    }

    /// The groups of these rows and columns.
    pub fn of(&self, rows: &[Key], columns: &[Key]) -> Cells {
        let layout =
            Layout { rows: PlacedGroups::new(&self.first, rows), columns: PlacedGroups::new(&self.second, columns) };
        let share = self.rows.len().div_ceil(rayon::current_num_threads()).max(1);
        let count = |(chunks, rows): (&[Arc<Chunk>], &[Rows])| self.count(&layout, chunks, rows);
        let parts: Vec<CellCounts> =
            self.columns.chunks.par_chunks(share).zip(self.rows.par_chunks(share)).map(count).collect();
        let mut figures = Vec::with_capacity(parts.len());
        let mut sum = CellCounts::new(&layout, self.details);
        for mut part in parts {
            figures.push(std::mem::take(&mut part.figures));
            sum = sum.add(part);
        }
        let width = self.details.len();
        let (mut shown, mut others) = (Vec::new(), Others::default());
        for (cell, counters) in sum.counters.chunks_exact(width).enumerate() {
            let cases: u64 = counters.iter().map(|cases| u64::from(*cases)).sum();
            let (row, column) = (cell / layout.width(), cell % layout.width());
            if row == rows.len() || column == columns.len() {
                others.count += cases;
            } else if cases > 0 {
                shown.push(((row, column), cell, counters));
            }
        }
        let groups: usize = sum.seen.iter().map(|seen| usize::from(*seen)).sum();
        others.groups = groups - shown.len();
        let spreads = self.spreads(&layout, &sum.counters, &shown, &figures);
        let tally = |(index, cell, counters): ((usize, usize), usize, &[u32])| {
            let mut tally = self.details.tally(&self.columns, counters, true);
            set_spreads(&self.columns, self.details, &spreads, cell, &mut tally);
            (index, tally)
        };
        // After those of the cells; none where no case has pay.
        let of_all = layout.cells() * self.details.currencies;
        let total = self.total_later.then(|| spreads.get(of_all..).unwrap_or_default().to_vec());
        Cells { cells: shown.into_par_iter().with_min_len(256).map(tally).collect(), others, total }
    }

    /// Sets the percentiles of all cases where they were left to be found with the groups.
    pub fn complete(&self, cells: &Cells, total: &mut Tally) {
        if let Some(spreads) = &cells.total {
            set_spreads(&self.columns, self.details, spreads, 0, total);
        }
    }

    /// By cell and currency, then of all cases by currency.
    fn spreads(
        &self,
        layout: &Layout,
        counters: &[u32],
        shown: &[((usize, usize), usize, &[u32])],
        figures: &[Vec<Figure>],
    ) -> Vec<Option<Spread>> {
        let Details { currencies, .. } = self.details;
        if !self.details.with_pay() {
            return Vec::new();
        }
        let keys = layout.cells() * currencies;
        let figures_of = |counters: &[u32], currency: usize| -> usize {
            counters.iter().skip(currency).step_by(currencies).map(|cases| *cases as usize).sum()
        };
        let max = if self.total_later { 2 } else { 1 };
        let mut slots = PayGroups::new(keys, keys + currencies, max);
        for (_, cell, counters) in shown {
            for currency in 1..currencies {
                let key = cell * currencies + currency;
                slots.set(key, 0, key, figures_of(counters, currency));
            }
        }
        if self.total_later {
            for (cell, counters) in counters.chunks_exact(self.details.len()).enumerate() {
                for currency in 1..currencies {
                    slots.set(cell * currencies + currency, 1, keys + currency, figures_of(counters, currency));
                }
            }
        }
        slots.spreads(figures)
    }

    fn count(&self, layout: &Layout, chunks: &[Arc<Chunk>], rows: &[Rows]) -> CellCounts {
        let mut part = CellCounts::new(layout, self.details);
        let (mut first, mut second, mut details, mut cells) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (chunk, rows) in chunks.iter().zip(rows) {
            self.first.fill(chunk, rows, &mut first);
            self.second.fill(chunk, rows, &mut second);
            self.details.fill(chunk, rows, &mut details);
            let codes = first.iter().zip(&second).zip(&details);
            if self.first.is_single() && self.second.is_single() {
                cells.clear();
                cells.extend(codes.map(|((one, two), detail)| {
                    let places = (layout.rows.placed[*one as usize], layout.columns.placed[*two as usize]);
                    part.count(layout, places, *detail)
                }));
                if self.details.with_pay() {
                    push_pay(chunk, rows, &cells, self.details, &mut part.figures);
                }
            } else {
                let (mut currencies, mut sums) = (Vec::new(), Vec::new());
                chunk.at(SLOTS.currency_of_pay).gather(rows, &mut currencies);
                chunk.column(Field::PayAnnual).gather(rows, &mut sums);
                let pays = currencies.into_iter().zip(sums);
                for (((one, two), detail), pay) in codes.zip(pays) {
                    for one in layout.rows.of(*one) {
                        layout.columns.of(*two).iter().for_each(|two| {
                            let cell = part.count(layout, (*one, *two), *detail);
                            part.push_pay(cell, pay);
                        });
                    }
                }
            }
        }
        part
    }
}

/// Where the cases of a group are counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlacedGroup {
    group: u32,
    /// The place of the group among those that are shown; the one after the last where it is not.
    pub(super) index: u32,
}

/// The groups of each code of a field.
pub(super) struct PlacedGroups {
    starts: Vec<u32>,
    placed: Vec<PlacedGroup>,
    groups: usize,
    /// How many are shown.
    shown: usize,
}

impl PlacedGroups {
    pub(super) fn new(grouping: &Grouping, shown: &[Key]) -> Self {
        let indices: HashMap<&Key, u32> = shown.iter().zip(0..).collect();
        let none = u32::try_from(shown.len()).unwrap_or(u32::MAX);
        let index_of: Vec<u32> = grouping.keys.iter().map(|key| indices.get(key).copied().unwrap_or(none)).collect();
        let mut all = Self { starts: vec![0], placed: Vec::new(), groups: grouping.keys.len(), shown: shown.len() };
        for code in 0..grouping.codes {
            let placed = |group: &u32| PlacedGroup { group: *group, index: index_of[*group as usize] };
            all.placed.extend(grouping.of(code).iter().map(placed));
            all.starts.push(u32::try_from(all.placed.len()).unwrap_or(u32::MAX));
        }
        all
    }

    #[inline]
    pub(super) fn of(&self, code: u32) -> &[PlacedGroup] {
        &self.placed[self.starts[code as usize] as usize..self.starts[code as usize + 1] as usize]
    }
}

/// Which groups are shown. Those that are not have a row and a column of their own, after the shown ones: so each case is
/// counted without asking.
struct Layout {
    rows: PlacedGroups,
    columns: PlacedGroups,
}

impl Layout {
    fn width(&self) -> usize {
        self.columns.shown + 1
    }

    fn cells(&self) -> usize {
        (self.rows.shown + 1) * self.width()
    }
}

/// What one thread counts of two fields.
struct CellCounts {
    details: Details,
    counters: Vec<u32>,
    /// Pay by cell and currency.
    figures: Vec<Figure>,
    /// For each group 1 where it has cases. A byte is faster to set than a bit.
    seen: Vec<u8>,
}

impl CellCounts {
    fn new(layout: &Layout, details: Details) -> Self {
        Self {
            details,
            counters: vec![0; layout.cells() * details.len()],
            figures: Vec::new(),
            seen: vec![0; layout.rows.groups * layout.columns.groups],
        }
    }

    fn add(mut self, other: Self) -> Self {
        self.counters = add(self.counters, other.counters);
        self.seen.iter_mut().zip(other.seen).for_each(|(left, right)| *left |= right);
        self
    }

    /// Counts a case, and says in which cell.
    #[inline]
    fn count(&mut self, layout: &Layout, (row, column): (PlacedGroup, PlacedGroup), detail: u32) -> u32 {
        self.seen[row.group as usize * layout.columns.groups + column.group as usize] = 1;
        let cell = row.index as usize * layout.width() + column.index as usize;
        self.counters[cell * self.details.len() + detail as usize] += 1;
        // Cells are fewer than the counters.
        #[allow(clippy::cast_possible_truncation)]
        let cell = cell as u32;
        cell
    }

    fn push_pay(&mut self, cell: u32, (currency, sum): (u32, u32)) {
        if self.details.with_pay() && currency > 0 {
            let currencies = u32::try_from(self.details.currencies).unwrap_or(u32::MAX);
            self.figures.push((cell * currencies + currency, sum));
        }
    }
}
