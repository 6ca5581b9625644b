//! Counting cases by two dimensions.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::Columns;
use super::chunk::Chunk;
use super::count::push_pay;
use super::details::{Details, add, set_percentiles};
use super::groups::Grouping;
use super::pay::{Figure, Slots};
use super::selection::Rows;
use crate::statistics::answer::Folded;
use crate::statistics::count::{Cell, Key};
use crate::statistics::tally::{CountedGroup, Percentiles, Tally};

/// Groups of two dimensions, counted when it is known which are wanted.
#[derive(Debug)]
pub struct Crossing {
    pub(super) columns: Arc<Columns>,
    pub(super) rows: Arc<Vec<Rows>>,
    pub(super) first: Grouping,
    pub(super) second: Grouping,
    pub(super) details: Details,
    /// Whether the percentiles of all cases are told with the groups, and not before.
    pub(super) total_later: bool,
}

/// Some of the groups of two dimensions.
#[derive(Debug, Default)]
pub struct Crossed {
    /// Those of the wanted rows and columns that have cases, by their places among these, in order.
    pub cells: Vec<((usize, usize), Tally)>,
    /// All others.
    pub others: Folded,
    /// The percentiles of all cases, by currency, where they were not told before.
    total: Option<Vec<Option<Percentiles>>>,
}

impl Crossing {
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
    pub fn of(&self, rows: &[Key], columns: &[Key]) -> Crossed {
        let lines = Lines { rows: Line::all(&self.first, rows), columns: Line::all(&self.second, columns) };
        let share = self.rows.len().div_ceil(rayon::current_num_threads()).max(1);
        let count = |(chunks, rows): (&[Arc<Chunk>], &[Rows])| self.count(&lines, chunks, rows);
        let parts: Vec<CrossedPart> =
            self.columns.chunks.par_chunks(share).zip(self.rows.par_chunks(share)).map(count).collect();
        let mut figures = Vec::with_capacity(parts.len());
        let mut sum = CrossedPart::new(&lines, self.details);
        for mut part in parts {
            figures.push(std::mem::take(&mut part.figures));
            sum = sum.add(part);
        }
        let width = self.details.len();
        let (mut wanted, mut others) = (Vec::new(), Folded::default());
        for (cell, counters) in sum.counters.chunks_exact(width).enumerate() {
            let cases: u64 = counters.iter().map(|cases| u64::from(*cases)).sum();
            let (row, column) = (cell / lines.width(), cell % lines.width());
            if row == rows.len() || column == columns.len() {
                others.count += cases;
            } else if cases > 0 {
                wanted.push(((row, column), cell, counters));
            }
        }
        let groups: usize = sum.seen.iter().map(|seen| usize::from(*seen)).sum();
        others.groups = groups - wanted.len();
        let percentiles = self.percentiles(&lines, &sum.counters, &wanted, &figures);
        let tally = |(place, cell, counters): ((usize, usize), usize, &[u32])| {
            let mut tally = self.details.tally(&self.columns, counters);
            set_percentiles(&self.columns, self.details, &percentiles, cell, &mut tally);
            (place, tally)
        };
        // After those of the cells; none where no case has pay.
        let of_all = lines.cells() * self.details.currencies;
        let total = self.total_later.then(|| percentiles.get(of_all..).unwrap_or_default().to_vec());
        Crossed { cells: wanted.into_par_iter().with_min_len(256).map(tally).collect(), others, total }
    }

    /// Sets the percentiles of all cases where they were left to be told with the groups.
    pub fn complete(&self, crossed: &Crossed, total: &mut Tally) {
        if let Some(percentiles) = &crossed.total {
            set_percentiles(&self.columns, self.details, percentiles, 0, total);
        }
    }

    /// By cell and currency, then of all cases by currency.
    fn percentiles(
        &self,
        lines: &Lines,
        counters: &[u32],
        wanted: &[((usize, usize), usize, &[u32])],
        figures: &[Vec<Figure>],
    ) -> Vec<Option<Percentiles>> {
        let Details { currencies, .. } = self.details;
        if !self.details.with_pay() {
            return Vec::new();
        }
        let keys = lines.cells() * currencies;
        let figures_of = |counters: &[u32], currency: usize| -> usize {
            counters.iter().skip(currency).step_by(currencies).map(|cases| *cases as usize).sum()
        };
        let most = if self.total_later { 2 } else { 1 };
        let mut slots = Slots::new(keys, keys + currencies, most);
        for (_, cell, counters) in wanted {
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
        slots.percentiles(figures)
    }

    fn count(&self, lines: &Lines, chunks: &[Arc<Chunk>], rows: &[Rows]) -> CrossedPart {
        let mut part = CrossedPart::new(lines, self.details);
        let (mut first, mut second, mut details, mut cells) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (chunk, rows) in chunks.iter().zip(rows) {
            self.first.fill(chunk, rows, &mut first);
            self.second.fill(chunk, rows, &mut second);
            self.details.fill(chunk, rows, &mut details);
            let codes = first.iter().zip(&second).zip(&details);
            if self.first.is_single() && self.second.is_single() {
                cells.clear();
                cells.extend(codes.map(|((one, two), detail)| {
                    let lines_of_case = (lines.rows.lines[*one as usize], lines.columns.lines[*two as usize]);
                    part.count(lines, lines_of_case, *detail)
                }));
                if self.details.with_pay() {
                    push_pay(chunk, rows, &cells, self.details, &mut part.figures);
                }
            } else {
                let pay = |row: usize| (chunk.currency[row], chunk.pay_sum[row]);
                let mut pays = Vec::with_capacity(rows.len());
                rows.each(|row| pays.push(pay(row)));
                for (((one, two), detail), pay) in codes.zip(pays) {
                    for one in lines.rows.of(*one) {
                        lines.columns.of(*two).iter().for_each(|two| {
                            let cell = part.count(lines, (*one, *two), *detail);
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
struct Line {
    group: u32,
    /// The place of the group among those that are wanted; the one after the last where it is not.
    place: u32,
}

/// The groups of each code of a dimension.
struct LinesOfCodes {
    starts: Vec<u32>,
    lines: Vec<Line>,
    groups: usize,
    /// How many are wanted.
    wanted: usize,
}

impl Line {
    fn all(grouping: &Grouping, wanted: &[Key]) -> LinesOfCodes {
        let places: HashMap<&Key, u32> = wanted.iter().zip(0..).collect();
        let none = u32::try_from(wanted.len()).unwrap_or(u32::MAX);
        let place_of: Vec<u32> = grouping.keys.iter().map(|key| places.get(key).copied().unwrap_or(none)).collect();
        let mut all =
            LinesOfCodes { starts: vec![0], lines: Vec::new(), groups: grouping.keys.len(), wanted: wanted.len() };
        for code in 0..grouping.codes {
            let line = |group: &u32| Line { group: *group, place: place_of[*group as usize] };
            all.lines.extend(grouping.of(code).iter().map(line));
            all.starts.push(u32::try_from(all.lines.len()).unwrap_or(u32::MAX));
        }
        all
    }
}

impl LinesOfCodes {
    #[inline]
    fn of(&self, code: u32) -> &[Line] {
        &self.lines[self.starts[code as usize] as usize..self.starts[code as usize + 1] as usize]
    }
}

/// Which groups are wanted. Those that are not have a row and a column of their own, after the wanted ones: so each case is
/// counted without asking.
struct Lines {
    rows: LinesOfCodes,
    columns: LinesOfCodes,
}

impl Lines {
    fn width(&self) -> usize {
        self.columns.wanted + 1
    }

    fn cells(&self) -> usize {
        (self.rows.wanted + 1) * self.width()
    }
}

/// What one thread counts of two dimensions.
struct CrossedPart {
    details: Details,
    counters: Vec<u32>,
    /// Pay by cell and currency.
    figures: Vec<Figure>,
    /// For each group 1 where it has cases. A byte is faster to set than a bit.
    seen: Vec<u8>,
}

impl CrossedPart {
    fn new(lines: &Lines, details: Details) -> Self {
        Self {
            details,
            counters: vec![0; lines.cells() * details.len()],
            figures: Vec::new(),
            seen: vec![0; lines.rows.groups * lines.columns.groups],
        }
    }

    fn add(mut self, other: Self) -> Self {
        self.counters = add(self.counters, other.counters);
        self.seen.iter_mut().zip(other.seen).for_each(|(left, right)| *left |= right);
        self
    }

    /// Counts a case, and says in which cell.
    #[inline]
    fn count(&mut self, lines: &Lines, (row, column): (Line, Line), detail: u32) -> u32 {
        self.seen[row.group as usize * lines.columns.groups + column.group as usize] = 1;
        let cell = row.place as usize * lines.width() + column.place as usize;
        self.counters[cell * self.details.len() + detail as usize] += 1;
        // Cells are fewer than the counters.
        #[allow(clippy::cast_possible_truncation)]
        let cell = cell as u32;
        cell
    }

    fn push_pay(&mut self, cell: u32, (currency, sum): (u8, u32)) {
        if self.details.with_pay() && currency > 0 {
            // Currencies are fewer than 2^8.
            #[allow(clippy::cast_possible_truncation)]
            let currencies = self.details.currencies as u32;
            self.figures.push((cell * currencies + u32::from(currency), sum));
        }
    }
}
