//! Counting cases by one or two dimensions, with the percentiles of their pay: the same as
//! [`statistics::count`](crate::statistics::count) asks of the database.

use std::sync::Arc;

use rayon::prelude::*;

use super::Columns;
use super::chunk::Chunk;
use super::crossing::Crossing;
use super::details::{Details, add, set_percentiles};
use super::groups::Grouping;
use super::percentiles::PayByKey;
use super::selection::{Rows, choose};
use crate::catalog::Catalog;
use crate::statistics::count::{Cells, Counts, Key, Wanted, WantedPay};
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
    let details = Details::of(columns, wanted.pay.is_any());
    let most = second.as_ref().map_or(1, |second| second.keys.len()).checked_mul(first.keys.len())?;
    if most.max(first.codes).checked_mul(details.len())? > MOST_COUNTERS {
        return None;
    }
    let by_first = ByCode::count(columns, &rows, &first, details);
    let (total, groups) = rayon::join(|| by_first.total(columns), || by_first.groups(columns, &first, wanted.pay));
    let mut counts = Counts { total, rows: groups, ..Counts::default() };
    if let Some(second) = second {
        counts.columns = ByCode::count(columns, &rows, &second, details).groups(columns, &second, wanted.pay);
        counts.cells = Cells::Later(Crossing { columns: Arc::clone(columns), rows, first, second, details });
    }
    Some(counts)
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
    fn groups(&self, columns: &Columns, grouping: &Grouping, pay: WantedPay) -> Vec<CountedGroup<Key>> {
        let width = self.details.len();
        let mut codes_of: Vec<Vec<usize>> = vec![Vec::new(); grouping.keys.len()];
        for (code, counters) in self.counters.chunks_exact(width).enumerate() {
            if counters.iter().any(|cases| *cases > 0) {
                grouping.of(code).iter().for_each(|group| codes_of[*group as usize].push(code));
            }
        }
        let group = |(key, codes): (&Key, Vec<usize>)| {
            let mut sums = vec![0; width];
            for code in &codes {
                let counters = &self.counters[code * width..(code + 1) * width];
                sums.iter_mut().zip(counters).for_each(|(sum, cases)| *sum += cases);
            }
            (CountedGroup { key: key.clone(), tally: self.details.tally(columns, &sums) }, codes)
        };
        let with_cases = grouping.keys.iter().zip(codes_of).filter(|(_, codes)| !codes.is_empty());
        let mut groups: Vec<(CountedGroup<Key>, Vec<usize>)> = with_cases.map(group).collect();
        let least = least_with_pay(&groups, pay);
        let with_pay = groups.par_iter_mut().filter(|(group, _)| group.tally.count() >= least);
        with_pay.for_each(|(group, codes)| self.set_percentiles(columns, codes, &mut group.tally));
        groups.sort_unstable_by(|left, right| left.0.key.cmp(&right.0.key));
        groups.into_iter().map(|(group, _)| group).collect()
    }

    fn set_percentiles(&self, columns: &Columns, codes: &[usize], tally: &mut Tally) {
        set_percentiles(columns, self.details, &self.pay, codes, tally);
    }
}

/// The fewest cases of a group whose percentiles are wanted.
fn least_with_pay(groups: &[(CountedGroup<Key>, Vec<usize>)], pay: WantedPay) -> u64 {
    match pay {
        WantedPay::No | WantedPay::OfNone => u64::MAX,
        WantedPay::OfAll => 0,
        WantedPay::OfLargest(number) => {
            let mut sizes: Vec<u64> = groups.iter().map(|(group, _)| group.tally.count()).collect();
            sizes.sort_unstable();
            sizes.len().checked_sub(number).map_or(0, |place| sizes.get(place).copied().unwrap_or(u64::MAX))
        }
    }
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
pub(super) fn push_pay(chunk: &Chunk, rows: &Rows, codes: &[u32], details: Details, pay: &mut Vec<(u32, u32)>) {
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
