//! Counting cases by one or two dimensions, with the percentiles of their pay: the same as
//! [`statistics::count`](crate::statistics::count) asks of the database.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::Columns;
use super::chunk::Chunk;
use super::groups::{Grouping, gather};
use super::percentiles::{PayByKey, percentiles};
use super::selection::{Rows, choose};
use crate::catalog::Catalog;
use crate::statistics::answer::Folded;
use crate::statistics::count::{Cell, Cells, Counts, Key, Wanted};
use crate::statistics::tally::{CountedGroup, Tally};

/// The most counters that are kept at once; beyond it, SQL answers.
const MOST_COUNTERS: usize = 1 << 25;

/// Counts the cases of a filter; `None` where columns cannot tell.
pub fn count(columns: &Arc<Columns>, catalog: &Catalog, wanted: Wanted<'_>) -> Option<Counts> {
    let rows = Arc::new(choose(columns, wanted.filter)?);
    count_chosen(columns, catalog, wanted, rows)
}

/// The same where the cases have been chosen already: the rows of each chunk.
pub fn count_chosen(
    columns: &Arc<Columns>,
    catalog: &Catalog,
    wanted: Wanted<'_>,
    rows: Arc<Vec<Rows>>,
) -> Option<Counts> {
    let first = Grouping::new(wanted.first, &columns.dictionaries, catalog);
    let second = wanted.second.map(|second| Grouping::new(second, &columns.dictionaries, catalog));
    let details = Details::of(columns, wanted.with_pay);
    let most = second.as_ref().map_or(1, |second| second.keys.len()).checked_mul(first.keys.len())?;
    if most.max(first.codes).checked_mul(details.len())? > MOST_COUNTERS {
        return None;
    }
    let by_first = ByCode::count(columns, &rows, &first, details);
    let (total, groups) = rayon::join(|| by_first.total(columns), || by_first.groups(columns, &first));
    let mut counts = Counts { total, rows: groups, ..Counts::default() };
    if let Some(second) = second {
        counts.columns = ByCode::count(columns, &rows, &second, details).groups(columns, &second);
        counts.cells = Cells::Later(Crossing { columns: Arc::clone(columns), rows, first, second, details });
    }
    Some(counts)
}

/// What is counted apart within a group: sources, and of each the currencies of known pay.
#[derive(Debug, Clone, Copy)]
struct Details {
    sources: usize,
    /// One more than there are currencies; 1 where pay is not wanted.
    currencies: usize,
}

impl Details {
    fn of(columns: &Columns, with_pay: bool) -> Self {
        let all = &columns.dictionaries;
        Self { sources: all.source.codes(), currencies: if with_pay { all.currency.codes() } else { 1 } }
    }

    fn len(self) -> usize {
        self.sources * self.currencies
    }

    fn with_pay(self) -> bool {
        self.currencies > 1
    }

    /// Writes, of each row, which of the details it has.
    fn fill(self, chunk: &Chunk, rows: &Rows, details: &mut Vec<u32>) {
        if !self.with_pay() {
            gather(&chunk.source, rows, details);
            return;
        }
        // Currencies are fewer than 2^8.
        #[allow(clippy::cast_possible_truncation)]
        let currencies = self.currencies as u32;
        details.clear();
        let detail = |(source, currency): (&u16, &u8)| u32::from(*source) * currencies + u32::from(*currency);
        match rows {
            Rows::All(_) => details.extend(chunk.source.iter().zip(&chunk.currency).map(detail)),
            Rows::Some(rows) => details.extend(rows.iter().map(|row| {
                let row = usize::from(*row);
                detail((&chunk.source[row], &chunk.currency[row]))
            })),
        }
    }

    /// A tally of the numbers of cases with each of the details.
    fn tally(self, columns: &Columns, counters: &[u32]) -> Tally {
        let mut tally = Tally::default();
        for (place, cases) in counters.iter().enumerate().filter(|(_, cases)| **cases > 0) {
            let (source, currency) = (place / self.currencies, place % self.currencies);
            let value = |code: usize| u32::try_from(code).unwrap_or(0);
            let Some(source) = columns.dictionaries.source.value(value(source)) else { continue };
            let currency = columns.dictionaries.currency.value(value(currency)).cloned();
            tally.add(*source, currency, u64::from(*cases));
        }
        tally
    }
}

/// Numbers of cases by code and detail, and their pay by code and currency.
struct ByCode {
    details: Details,
    counters: Vec<u32>,
    /// A part of each thread; none where pay is not wanted.
    pay: Vec<PayByKey>,
}

/// What one thread counts.
struct Part {
    counters: Vec<u32>,
    pay: Option<PayByKey>,
}

impl ByCode {
    fn count(columns: &Columns, rows: &[Rows], grouping: &Grouping, details: Details) -> Self {
        let parts = count_parts(columns, rows, grouping, details);
        let (counters, pay): (Vec<_>, Vec<_>) = parts.into_iter().map(|part| (part.counters, part.pay)).unzip();
        let counters = counters.into_iter().reduce(add).unwrap_or_else(|| vec![0; grouping.codes * details.len()]);
        Self { details, counters, pay: pay.into_iter().flatten().collect() }
    }

    fn total(&self, columns: &Columns) -> Tally {
        let mut sums = vec![0; self.details.len()];
        for counters in self.counters.chunks_exact(self.details.len()) {
            sums.iter_mut().zip(counters).for_each(|(sum, cases)| *sum += cases);
        }
        let mut tally = self.details.tally(columns, &sums);
        let codes: Vec<usize> = (0..self.counters.len() / self.details.len()).collect();
        self.set_percentiles(columns, &codes, &mut tally);
        tally
    }

    /// The groups that have cases, in the order of their keys.
    fn groups(&self, columns: &Columns, grouping: &Grouping) -> Vec<CountedGroup<Key>> {
        let width = self.details.len();
        let mut codes_of: Vec<Vec<usize>> = vec![Vec::new(); grouping.keys.len()];
        for (code, counters) in self.counters.chunks_exact(width).enumerate() {
            if counters.iter().any(|cases| *cases > 0) {
                grouping.of(code).iter().for_each(|group| codes_of[*group as usize].push(code));
            }
        }
        let group = |(key, codes): (&Key, &Vec<usize>)| {
            let mut sums = vec![0; width];
            for code in codes {
                let counters = &self.counters[code * width..(code + 1) * width];
                sums.iter_mut().zip(counters).for_each(|(sum, cases)| *sum += cases);
            }
            let mut tally = self.details.tally(columns, &sums);
            self.set_percentiles(columns, codes, &mut tally);
            CountedGroup { key: key.clone(), tally }
        };
        let with_cases = grouping.keys.par_iter().zip(&codes_of).filter(|(_, codes)| !codes.is_empty());
        let mut groups: Vec<_> = with_cases.map(group).collect();
        groups.sort_unstable_by(|left, right| left.key.cmp(&right.key));
        groups
    }

    fn set_percentiles(&self, columns: &Columns, codes: &[usize], tally: &mut Tally) {
        set_percentiles(columns, self.details, &self.pay, codes, tally);
    }
}

/// Sets the percentiles of each currency in which a tally has pay.
fn set_percentiles(columns: &Columns, details: Details, pay: &[PayByKey], codes: &[usize], tally: &mut Tally) {
    if pay.is_empty() {
        return;
    }
    for of_currency in &mut tally.pay {
        let Some(number) = columns.dictionaries.currency.code(of_currency.currency.as_str()) else { continue };
        let key = |code: &usize| code * details.currencies + number as usize;
        let slices = || pay.iter().flat_map(|part| codes.iter().map(move |code| part.of(key(code))));
        let mut sums = Vec::with_capacity(slices().map(<[u32]>::len).sum());
        slices().for_each(|slice| sums.extend_from_slice(slice));
        if let Some(percentiles) = percentiles(&mut sums) {
            of_currency.percentiles = percentiles;
        }
    }
}

fn add(mut left: Vec<u32>, right: Vec<u32>) -> Vec<u32> {
    left.iter_mut().zip(right).for_each(|(left, right)| *left += right);
    left
}

/// Counts by code and detail, each thread a part of the chunks.
fn count_parts(columns: &Columns, rows: &[Rows], grouping: &Grouping, details: Details) -> Vec<Part> {
    let share = columns.chunks.len().div_ceil(rayon::current_num_threads()).max(1);
    let (chunks, rows) = (columns.chunks.par_chunks(share), rows.par_chunks(share));
    let part = |(chunks, rows): (&[Arc<Chunk>], &[Rows])| {
        let mut counters = vec![0; grouping.codes * details.len()];
        let (mut codes, mut places, mut pay) = (Vec::new(), Vec::new(), Vec::new());
        for (chunk, rows) in chunks.iter().zip(rows) {
            if !details.with_pay() && chunk.has_one_source() {
                let counters = &mut counters[usize::from(chunk.source[0])..];
                grouping.count(chunk, rows, &mut codes, counters, details.sources);
                continue;
            }
            grouping.fill(chunk, rows, &mut codes);
            details.fill(chunk, rows, &mut places);
            for (code, place) in codes.iter().zip(&places) {
                counters[*code as usize * details.len() + *place as usize] += 1;
            }
            if details.with_pay() {
                push_pay(chunk, rows, &codes, details, &mut pay);
            }
        }
        Part { counters, pay: details.with_pay().then(|| PayByKey::new(grouping.codes * details.currencies, &pay)) }
    };
    chunks.zip(rows).map(part).collect()
}

/// Of each row whose pay is known, its key and pay. Written without a branch for each row: it could not be foreseen.
fn push_pay(chunk: &Chunk, rows: &Rows, codes: &[u32], details: Details, pay: &mut Vec<(u32, u32)>) {
    // Currencies are fewer than 2^8.
    #[allow(clippy::cast_possible_truncation)]
    let currencies = details.currencies as u32;
    let mut end = pay.len();
    pay.resize(end + codes.len(), (0, 0));
    let mut place = 0;
    rows.each(|row| {
        let currency = chunk.currency[row];
        pay[end] = (codes[place] * currencies + u32::from(currency), chunk.pay_sum[row]);
        end += usize::from(currency > 0);
        place += 1;
    });
    pay.truncate(end);
}

/// Groups of two dimensions, counted when it is known which are wanted.
#[derive(Debug)]
pub struct Crossing {
    columns: Arc<Columns>,
    rows: Arc<Vec<Rows>>,
    first: Grouping,
    second: Grouping,
    details: Details,
}

impl Crossing {
    /// All groups that have cases.
    pub fn all(&self) -> Vec<Cell> {
        self.of(&self.first.keys, &self.second.keys).0
    }

    /// The groups of these rows and columns that have cases, and the others together.
    pub fn of(&self, rows: &[Key], columns: &[Key]) -> (Vec<Cell>, Folded) {
        let lines = Lines::new(&self.first, rows, &self.second, columns);
        let width = self.details.len();
        let share = self.rows.len().div_ceil(rayon::current_num_threads()).max(1);
        let count = |(chunks, rows): (&[Arc<Chunk>], &[Rows])| self.count(&lines, chunks, rows);
        let parts: Vec<CrossedPart> =
            self.columns.chunks.par_chunks(share).zip(self.rows.par_chunks(share)).map(count).collect();
        let mut sum = CrossedPart::new(&lines, width);
        let mut pay = Vec::with_capacity(parts.len());
        for part in parts {
            sum.counters = add(sum.counters, part.counters);
            sum.others.iter_mut().zip(part.others).for_each(|(left, right)| *left |= right);
            sum.cases_of_others += part.cases_of_others;
            pay.push(part.pay);
        }
        let groups = sum.others.iter().map(|word| word.count_ones() as usize).sum();
        let others = Folded { groups, count: sum.cases_of_others };
        let keys = lines.cells() * self.details.currencies;
        let pay: Vec<PayByKey> = if self.details.with_pay() {
            pay.into_par_iter().map(|pay: Vec<_>| PayByKey::new(keys, &pay)).collect()
        } else {
            Vec::new()
        };
        let counted = sum.counters.par_chunks_exact(width.max(1)).enumerate();
        let cells = counted.filter(|(_, counters)| counters.iter().any(|cases| *cases > 0)).map(|(cell, counters)| {
            let mut tally = self.details.tally(&self.columns, counters);
            set_percentiles(&self.columns, self.details, &pay, &[cell], &mut tally);
            let key = (rows[cell / columns.len()].clone(), columns[cell % columns.len()].clone());
            CountedGroup { key, tally }
        });
        (cells.collect(), others)
    }

    fn count(&self, lines: &Lines, chunks: &[Arc<Chunk>], rows: &[Rows]) -> CrossedPart {
        let mut part = CrossedPart::new(lines, self.details.len());
        let (mut first, mut second, mut details) = (Vec::new(), Vec::new(), Vec::new());
        for (chunk, rows) in chunks.iter().zip(rows) {
            self.first.fill(chunk, rows, &mut first);
            self.second.fill(chunk, rows, &mut second);
            self.details.fill(chunk, rows, &mut details);
            let mut place = 0;
            rows.each(|row| {
                let pay = if self.details.with_pay() { (chunk.currency[row], chunk.pay_sum[row]) } else { (0, 0) };
                for one in self.first.of(first[place] as usize) {
                    for two in self.second.of(second[place] as usize) {
                        part.add(lines, (*one, *two), details[place], pay, self.details);
                    }
                }
                place += 1;
            });
        }
        part
    }
}

/// Which groups are wanted.
struct Lines {
    /// The place of each group of the first dimension among the wanted ones.
    rows: Vec<u32>,
    columns: Vec<u32>,
    height: usize,
    width: usize,
}

/// The place of a group that is not wanted.
const NOT_WANTED: u32 = u32::MAX;

impl Lines {
    fn new(first: &Grouping, rows: &[Key], second: &Grouping, columns: &[Key]) -> Self {
        let places = |grouping: &Grouping, wanted: &[Key]| -> Vec<u32> {
            let places: HashMap<&Key, u32> = wanted.iter().zip(0..).collect();
            grouping.keys.iter().map(|key| places.get(key).copied().unwrap_or(NOT_WANTED)).collect()
        };
        Self { rows: places(first, rows), columns: places(second, columns), height: rows.len(), width: columns.len() }
    }

    fn cells(&self) -> usize {
        self.height * self.width
    }
}

/// What one thread counts of two dimensions.
struct CrossedPart {
    counters: Vec<u32>,
    pay: Vec<(u32, u32)>,
    /// A bit for each group that is not wanted and has cases.
    others: Vec<u64>,
    cases_of_others: u64,
}

impl CrossedPart {
    fn new(lines: &Lines, details: usize) -> Self {
        let is_all = |places: &[u32]| !places.contains(&NOT_WANTED);
        let groups =
            if is_all(&lines.rows) && is_all(&lines.columns) { 0 } else { lines.rows.len() * lines.columns.len() };
        Self {
            counters: vec![0; lines.cells() * details],
            pay: Vec::new(),
            others: vec![0; groups.div_ceil(64)],
            cases_of_others: 0,
        }
    }

    #[inline]
    fn add(&mut self, lines: &Lines, groups: (u32, u32), detail: u32, pay: (u8, u32), details: Details) {
        let (row, column) = (lines.rows[groups.0 as usize], lines.columns[groups.1 as usize]);
        if row == NOT_WANTED || column == NOT_WANTED {
            let group = groups.0 as usize * lines.columns.len() + groups.1 as usize;
            self.others[group / 64] |= 1 << (group % 64);
            self.cases_of_others += 1;
            return;
        }
        let cell = row as usize * lines.width + column as usize;
        self.counters[cell * details.len() + detail as usize] += 1;
        if pay.0 > 0 {
            // Cells times currencies are fewer than the counters.
            #[allow(clippy::cast_possible_truncation)]
            let key = (cell * details.currencies) as u32 + u32::from(pay.0);
            self.pay.push((key, pay.1));
        }
    }
}
