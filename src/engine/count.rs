//! Counting cases by one or two fields, with the percentiles of their pay.

use std::sync::Arc;

use rayon::prelude::*;

use super::Columns;
use super::chunk::Chunk;
use super::crosstab::CrossTab;
use super::details::{Details, add, set_spreads};
use super::groups::Grouping;
use super::histogram::{Figure, PayGroups};
use super::selection::{Rows, choose};
use super::slots::SLOTS;
use super::tally::{CountedGroup, Key, Tally};
use crate::cases::filter::CaseFilter;
use crate::catalog::Catalog;
use crate::model::case::Field;

/// The most counters that are kept at once.
pub(super) const MAX_COUNTERS: usize = 1 << 25;

/// What is to be counted.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The first field.
    pub first: Field,
    /// The second, to be crossed with the first.
    pub second: Option<Field>,
    /// Of which groups the percentiles of pay are needed.
    pub pay: PayOf,
    /// Of which cases.
    pub filter: &'a CaseFilter,
}

/// Of which groups of one field percentiles of pay are needed. Those of others may be missing. Numbers of cases with pay
/// are always counted, as are the percentiles of all cases and of the groups of two fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayOf {
    /// Nothing about pay is needed.
    Nobody,
    /// Of none.
    NoGroup,
    /// Of so many of the largest.
    Largest(usize),
    /// Of all.
    All,
}

/// Counts of the cases of a filter.
#[derive(Debug, Default)]
pub struct Counts {
    /// All cases of the filter.
    pub total: Tally,
    /// Cases by value of the first field.
    pub rows: Vec<CountedGroup<Key>>,
    /// Cases by value of the second field.
    pub columns: Vec<CountedGroup<Key>>,
    /// Cases by values of both, counted when it is known which are shown; only with two fields.
    pub cells: Option<CrossTab>,
}

/// That there are more combinations of values than can be counted at once.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("there are too many combinations of these values")]
pub struct TooManyGroups;

/// Counts the cases of a filter.
///
/// # Errors
/// Where there would be too many groups.
pub fn count(columns: &Arc<Columns>, catalog: &Catalog, question: Question<'_>) -> Result<Counts, TooManyGroups> {
    let rows = Arc::new(choose(columns, question.filter));
    count_chosen(columns, catalog, question, rows)
}

/// Counts cases that have been chosen already: the rows of each chunk.
///
/// # Errors
/// Where there would be too many groups.
pub fn count_chosen(
    columns: &Arc<Columns>,
    catalog: &Catalog,
    question: Question<'_>,
    rows: Arc<Vec<Rows>>,
) -> Result<Counts, TooManyGroups> {
    let Question { pay, .. } = question;
    let grouping = |field| Grouping::new(field, &columns.dictionaries, catalog, question.filter.is_exact);
    let (first, second) = (grouping(question.first), question.second.map(grouping));
    let details = Details::of(columns, pay != PayOf::Nobody);
    let groups = second.as_ref().map_or(1, |second| second.keys.len()).checked_mul(first.keys.len());
    let counters = groups.and_then(|groups| groups.max(first.codes).checked_mul(details.len()));
    counters.filter(|counters| *counters <= MAX_COUNTERS).ok_or(TooManyGroups)?;
    // Where each case is in one group of two fields, the pay of all cases is looked at with that of these groups.
    let total_later = pay == PayOf::NoGroup
        && first.is_single()
        && second.as_ref().is_some_and(|second: &Grouping| second.is_single());
    let by_first = ByCode::count(columns, &rows, &first, details, !total_later);
    let (total, groups) = by_first.total_and_groups(columns, &first, pay);
    let mut counts = Counts { total, rows: groups, ..Counts::default() };
    if let Some(second) = second {
        let of_each = if pay == PayOf::NoGroup { details.without_pay() } else { details };
        let by_second = ByCode::count(columns, &rows, &second, of_each, true);
        counts.columns = by_second.total_and_groups(columns, &second, pay).1;
        let columns = Arc::clone(columns);
        counts.cells = Some(CrossTab { columns, rows, first, second, details, total_later });
    }
    Ok(counts)
}

/// Numbers of cases by code and detail.
struct ByCode {
    details: Details,
    counters: Vec<u32>,
    /// Pay by code and currency, a part of each thread; nothing where percentiles are not wanted.
    figures: Option<Vec<Vec<Figure>>>,
}

impl ByCode {
    fn count(columns: &Columns, rows: &[Rows], grouping: &Grouping, details: Details, with_figures: bool) -> Self {
        let with_figures = with_figures && details.with_pay();
        let parts = count_parts(columns, rows, grouping, details, with_figures);
        let (counters, figures): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        let counters = counters.into_iter().reduce(add).unwrap_or_else(|| vec![0; grouping.codes * details.len()]);
        Self { details, counters, figures: with_figures.then_some(figures) }
    }

    /// All cases, and the groups that have any.
    fn total_and_groups(&self, columns: &Columns, grouping: &Grouping, pay: PayOf) -> (Tally, Vec<CountedGroup<Key>>) {
        let width = self.details.len();
        let mut sums = vec![0; width];
        let mut sums_of_groups = vec![0; grouping.keys.len() * width];
        for (code, counters) in self.counters.chunks_exact(width).enumerate() {
            if counters.iter().all(|cases| *cases == 0) {
                continue;
            }
            let add = |sums: &mut [u32]| sums.iter_mut().zip(counters).for_each(|(sum, cases)| *sum += cases);
            add(&mut sums);
            grouping.of(code).iter().for_each(|group| add(&mut sums_of_groups[*group as usize * width..][..width]));
        }
        let groups = sums_of_groups.chunks_exact(width).map(|sums| sums.iter().map(|cases| u64::from(*cases)).sum());
        let sizes: Vec<u64> = groups.collect();
        let least = least_with_pay(&sizes, pay);
        let mut total = self.details.tally(columns, &sums, true);
        let mut groups: Vec<(usize, CountedGroup<Key>)> = Vec::new();
        for (number, cases) in sizes.iter().enumerate().filter(|(_, cases)| **cases > 0) {
            let sums = &sums_of_groups[number * width..][..width];
            // The others are told by their number of cases alone.
            let tally = self.details.tally(columns, sums, *cases >= least);
            groups.push((number, CountedGroup { key: grouping.keys[number].clone(), tally }));
        }
        if let Some(figures) = &self.figures {
            self.set_spreads(columns, grouping, figures, &mut total, &mut groups);
        }
        (total, groups.into_iter().map(|(_, group)| group).collect())
    }

    /// Sets the percentiles of all cases, and of the groups that have pay in their tally.
    fn set_spreads(
        &self,
        columns: &Columns,
        grouping: &Grouping,
        figures: &[Vec<Figure>],
        total: &mut Tally,
        groups: &mut [(usize, CountedGroup<Key>)],
    ) {
        // The first slots are those of all cases.
        let mut slots_of_groups: Vec<Option<usize>> = vec![None; grouping.keys.len()];
        let with_pay = groups.iter().filter(|(_, group)| !group.tally.pay.is_empty());
        with_pay.zip(1..).for_each(|((number, _), index)| slots_of_groups[*number] = Some(index));
        let found = self.slots(grouping, &slots_of_groups).spreads(figures);
        set_spreads(columns, self.details, &found, 0, total);
        for (number, group) in groups {
            if let Some(index) = slots_of_groups[*number] {
                set_spreads(columns, self.details, &found, index, &mut group.tally);
            }
        }
    }

    /// For each code and currency the slots of all cases and of the groups that have a place.
    fn slots(&self, grouping: &Grouping, indices: &[Option<usize>]) -> PayGroups {
        let Details { currencies, .. } = self.details;
        let codes = self.counters.len() / self.details.len();
        let wanted = indices.iter().flatten().count();
        let most = if wanted > 0 { 1 + grouping.max_of_a_code() } else { 1 };
        let mut slots = PayGroups::new(codes * currencies, (wanted + 1) * currencies, most);
        for (code, counters) in self.counters.chunks_exact(self.details.len()).enumerate() {
            for currency in 1..currencies {
                let figures = counters.iter().skip(currency).step_by(currencies).map(|cases| *cases as usize).sum();
                if figures == 0 {
                    continue;
                }
                let key = code * currencies + currency;
                slots.set(key, 0, currency, figures);
                for (index, group) in grouping.of(code).iter().enumerate() {
                    if let Some(index_of_group) = indices[*group as usize] {
                        slots.set(key, 1 + index, index_of_group * currencies + currency, figures);
                    }
                }
            }
        }
        slots
    }
}

/// The fewest cases of a group whose percentiles are wanted.
fn least_with_pay(sizes: &[u64], pay: PayOf) -> u64 {
    match pay {
        PayOf::Nobody | PayOf::NoGroup => u64::MAX,
        PayOf::All => 0,
        PayOf::Largest(number) => {
            let mut sizes: Vec<u64> = sizes.iter().copied().filter(|cases| *cases > 0).collect();
            sizes.sort_unstable();
            sizes.len().checked_sub(number).map_or(0, |index| sizes.get(index).copied().unwrap_or(u64::MAX))
        }
    }
}

/// Counts by code and detail, each thread a part of the chunks.
fn count_parts(
    columns: &Columns,
    rows: &[Rows],
    grouping: &Grouping,
    details: Details,
    with_figures: bool,
) -> Vec<(Vec<u32>, Vec<Figure>)> {
    let share = columns.chunks.len().div_ceil(rayon::current_num_threads()).max(1);
    let (chunks, rows) = (columns.chunks.par_chunks(share), rows.par_chunks(share));
    let part = |(chunks, rows): (&[Arc<Chunk>], &[Rows])| {
        let mut counters = vec![0; grouping.codes * details.len()];
        let (mut codes, mut indices, mut figures) = (Vec::new(), Vec::new(), Vec::new());
        for (chunk, rows) in chunks.iter().zip(rows) {
            if !details.with_pay()
                && let Some(source) = chunk.column(Field::Source).only()
            {
                let counters = &mut counters[source as usize..];
                grouping.count(chunk, rows, &mut codes, counters, details.sources);
                continue;
            }
            grouping.fill(chunk, rows, &mut codes);
            details.fill(chunk, rows, &mut indices);
            for (code, index) in codes.iter().zip(&indices) {
                counters[*code as usize * details.len() + *index as usize] += 1;
            }
            if with_figures {
                push_pay(chunk, rows, &codes, details, &mut figures);
            }
        }
        (counters, figures)
    };
    chunks.zip(rows).map(part).collect()
}

/// Of each row whose pay is known, its key and pay. Written without a branch for each row: it could not be foreseen.
pub(super) fn push_pay(chunk: &Chunk, rows: &Rows, codes: &[u32], details: Details, figures: &mut Vec<Figure>) {
    let currencies = u32::try_from(details.currencies).unwrap_or(u32::MAX);
    let (mut sums, mut of_sums) = (Vec::new(), Vec::new());
    chunk.column(Field::PayAnnual).gather(rows, &mut sums);
    chunk.at(SLOTS.currency_of_pay).gather(rows, &mut of_sums);
    let mut end = figures.len();
    figures.resize(end + codes.len() + 1, (0, 0));
    for ((code, sum), currency) in codes.iter().zip(sums).zip(of_sums) {
        figures[end] = (code * currencies + currency, sum);
        end += usize::from(currency > 0);
    }
    figures.truncate(end);
}
