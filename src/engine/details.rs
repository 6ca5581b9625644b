//! What is counted apart within a group, and what a tally is made of.

use super::Columns;
use super::chunk::Chunk;
use super::selection::Rows;
use super::slots::SLOTS;
use super::tally::{PayTally, Spread, Tally};
use crate::model::case::Field;
use crate::model::entity::Entity;

/// What is counted apart within a group: sources, and of each the currencies of known pay.
#[derive(Debug, Clone, Copy)]
pub struct Details {
    /// One more than there are sources.
    pub sources: usize,
    /// One more than there are currencies; 1 where pay is not wanted.
    pub currencies: usize,
}

impl Details {
    /// Those of the cases.
    pub fn of(columns: &Columns, with_pay: bool) -> Self {
        let all = &columns.dictionaries;
        let currencies = if with_pay { all.currencies().codes() } else { 1 };
        Self { sources: all.entries(Entity::Source).codes(), currencies }
    }

    /// How many combinations there are.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(self) -> usize {
        self.sources * self.currencies
    }

    /// Whether pay is wanted.
    pub fn with_pay(self) -> bool {
        self.currencies > 1
    }

    /// The same without pay.
    pub fn without_pay(self) -> Self {
        Self { currencies: 1, ..self }
    }

    /// Writes, of each row, which of the details it has.
    pub fn fill(self, chunk: &Chunk, rows: &Rows, details: &mut Vec<u32>) {
        chunk.column(Field::Source).gather(rows, details);
        if !self.with_pay() {
            return;
        }
        let currencies = u32::try_from(self.currencies).unwrap_or(u32::MAX);
        chunk.at(SLOTS.currency_of_pay).combine(rows, details, |source, currency| source * currencies + currency);
    }

    /// A tally of the numbers of cases with each of the details, with their pay or without.
    pub fn tally(self, columns: &Columns, counters: &[u32], with_pay: bool) -> Tally {
        let (ids, sources) =
            (columns.dictionaries.entries(Entity::Source).values(), counters.chunks_exact(self.currencies));
        // The code 0 is no source's.
        let by_source = |cases: &dyn Fn(&[u32]) -> u32| -> Vec<(i32, u64)> {
            let counted = ids.iter().zip(sources.clone().skip(1)).map(|(id, counters)| (*id, cases(counters).into()));
            counted.filter(|(_, cases)| *cases > 0).collect()
        };
        let currencies = columns.dictionaries.currencies().values().iter().zip(1..self.currencies);
        let pay = currencies.filter(|_| with_pay).map(|(currency, code)| {
            let by_source = by_source(&|counters| counters[code]);
            PayTally { currency: currency.clone(), by_source, ..PayTally::default() }
        });
        Tally {
            by_source: by_source(&|counters| counters.iter().sum()),
            pay: pay.filter(|pay| !pay.by_source.is_empty()).collect(),
        }
    }
}

/// Sets the percentiles of each currency in which a tally has pay; `index` is that of its slots, of which there is one for
/// each currency.
pub fn set_spreads(columns: &Columns, details: Details, found: &[Option<Spread>], index: usize, tally: &mut Tally) {
    for of_currency in &mut tally.pay {
        let Some(number) = columns.dictionaries.currencies().code(of_currency.currency.as_str()) else {
            continue;
        };
        if let Some(Some(spread)) = found.get(index * details.currencies + number as usize) {
            of_currency.spread = *spread;
        }
    }
}

/// Adds counters to counters.
pub fn add(mut left: Vec<u32>, right: Vec<u32>) -> Vec<u32> {
    left.iter_mut().zip(right).for_each(|(left, right)| *left += right);
    left
}
