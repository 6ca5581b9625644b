//! From counts to an answer: what is shown, in which order, and what is told together.

use std::collections::{BTreeSet, HashMap};

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;

use super::Dimension;
use super::answer::{Folded, Group, Matrix, MatrixLine, Statistics};
use super::count::{Counts, Key, Wanted, count};
use super::lines::{Context, GroupKey, Line};
use super::notices::Notice;
use super::parameters::{Normalize, StatisticsQuery};
use super::pay::Pay;
use super::share::Share;
use super::suppression::{divide, divide_cells};
use super::tally::{CountedGroup, Tally};
use crate::catalog::Catalog;

/// Works out the statistics that were asked for.
pub async fn compute(
    connection: &mut AsyncPgConnection,
    catalog: &Catalog,
    dataset_version: i64,
    query: &StatisticsQuery,
) -> QueryResult<Statistics> {
    let StatisticsQuery { first, second, with_pay, ref filter, .. } = *query;
    let Counts { total, rows, columns, cells } = count(connection, Wanted { first, second, with_pay, filter }).await?;
    let assembly = Assembly { query, context: Context::new(catalog, &total), total: total.count() };
    let parts = match second {
        None => assembly.one_dimension(rows),
        Some(second) => assembly.two_dimensions(second, rows, columns, cells),
    };
    let dimensions: Vec<Dimension> = std::iter::once(first).chain(second).collect();
    let mut notices = vec![Notice::offers_only()];
    notices.extend(Notice::of_sources(catalog, &total));
    notices.extend(if with_pay { Notice::of_pay(&total) } else { Vec::new() });
    notices.extend(Notice::of_overlapping(&dimensions));
    notices.extend(parts.suppressed.if_any().map(|_| Notice::suppressed()));
    Ok(Statistics {
        group_by: dimensions.into_iter().map(Dimension::name).collect(),
        total: total.count(),
        pay: assembly.pay(&total),
        groups: parts.groups,
        other: parts.other.if_any(),
        suppressed: parts.suppressed.if_any(),
        matrix: parts.matrix,
        dataset_version,
        notices,
    })
}

/// What an answer is put together by.
struct Assembly<'a> {
    query: &'a StatisticsQuery,
    context: Context<'a>,
    total: u64,
}

/// The groups of an answer.
#[derive(Default)]
struct Parts {
    groups: Vec<Group>,
    other: Folded,
    suppressed: Folded,
    matrix: Option<Matrix>,
}

impl Assembly<'_> {
    fn pay(&self, tally: &Tally) -> Option<Vec<Pay>> {
        self.query.with_pay.then(|| Pay::of_each(tally, &self.context.currencies, &self.context.sizes))
    }

    fn group(&self, keys: Vec<GroupKey>, tally: &Tally, denominator: u64) -> Group {
        let count = tally.count();
        let share = if self.query.with_share { Share::of(count, denominator) } else { None };
        Group { keys, count, share, pay: self.pay(tally) }
    }

    fn one_dimension(&self, groups: Vec<CountedGroup<Key>>) -> Parts {
        let mut parts = Parts::default();
        let divided = divide(groups, &self.context.sizes);
        for group in &divided.suppressed {
            parts.suppressed.add(group.tally.count());
        }
        let first = self.query.first;
        for line in self.context.lines(first, self.query.sort_of(first), divided.shown) {
            if line.tally.count() < self.query.min_count || parts.groups.len() == self.query.limit {
                parts.other.add(line.tally.count());
            } else {
                parts.groups.push(self.group(vec![line.name], &line.tally, self.total));
            }
        }
        parts
    }

    fn two_dimensions(
        &self,
        second: Dimension,
        rows: Vec<CountedGroup<Key>>,
        columns: Vec<CountedGroup<Key>>,
        cells: Vec<CountedGroup<(Key, Key)>>,
    ) -> Parts {
        let Context { sizes, .. } = &self.context;
        let (rows, columns) = (divide(rows, sizes).shown, divide(columns, sizes).shown);
        let keys = |lines: &[CountedGroup<Key>]| lines.iter().map(|line| line.key.clone()).collect::<BTreeSet<_>>();
        let divided = divide_cells(cells, &keys(&rows), &keys(&columns), sizes);
        let mut parts = Parts::default();
        for cell in &divided.suppressed {
            parts.suppressed.add(cell.tally.count());
        }
        let (first, limit) = (self.query.first, self.query.limit);
        let mut rows = self.context.lines(first, self.query.sort_of(first), rows);
        let mut columns = self.context.lines(second, self.query.sort_of(second), columns);
        rows.truncate(limit);
        columns.truncate(limit);
        self.cross(rows, columns, divided.shown, &mut parts);
        parts
    }

    /// Fills the groups and the matrix with those cells that have a row and a column and are large enough.
    fn cross(&self, rows: Vec<Line>, columns: Vec<Line>, cells: Vec<CountedGroup<(Key, Key)>>, parts: &mut Parts) {
        let place = |lines: &[Line]| -> HashMap<Key, usize> {
            lines.iter().enumerate().map(|(place, line)| (line.key.clone(), place)).collect()
        };
        let (row_places, column_places) = (place(&rows), place(&columns));
        let mut shown: Vec<(usize, usize, Tally)> = Vec::new();
        for CountedGroup { key: (row, column), tally } in cells {
            match (row_places.get(&row), column_places.get(&column)) {
                (Some(row), Some(column)) if tally.count() >= self.query.min_count => {
                    shown.push((*row, *column, tally));
                }
                _ => parts.other.add(tally.count()),
            }
        }
        shown.sort_by_key(|(row, column, _)| (*row, *column));
        let nothing = if parts.suppressed.groups > 0 || self.query.min_count > 1 { None } else { Some(0) };
        let mut matrix = self.empty_matrix(rows.len(), columns.len(), nothing);
        for (row, column, tally) in shown {
            let denominator = match self.query.normalize {
                Normalize::All => self.total,
                Normalize::Row => rows[row].tally.count(),
                Normalize::Column => columns[column].tally.count(),
            };
            let keys = vec![rows[row].name.clone(), columns[column].name.clone()];
            let group = self.group(keys, &tally, denominator);
            matrix.counts[row][column] = Some(group.count);
            if let Some(shares) = &mut matrix.shares {
                shares[row][column] = group.share.map(|share| share.value);
            }
            if let Some(medians) = &mut matrix.pay_medians {
                medians[row][column] = group.pay.as_ref().and_then(|pay| pay.first()?.median);
            }
            parts.groups.push(group);
        }
        let lines = |lines: Vec<Line>| -> Vec<MatrixLine> {
            lines.into_iter().map(|line| MatrixLine { count: line.tally.count(), key: line.name }).collect()
        };
        (matrix.rows, matrix.columns) = (lines(rows), lines(columns));
        parts.matrix = Some(matrix);
    }

    /// A matrix in which nothing stands yet; `nothing` is the count of a combination without a case.
    fn empty_matrix(&self, rows: usize, columns: usize, nothing: Option<u64>) -> Matrix {
        Matrix {
            rows: Vec::new(),
            columns: Vec::new(),
            counts: vec![vec![nothing; columns]; rows],
            shares: self.query.with_share.then(|| vec![vec![nothing.map(|_| 0.0); columns]; rows]),
            pay_medians: self.query.with_pay.then(|| vec![vec![None; columns]; rows]),
            pay_currency: self.query.with_pay.then(|| self.context.currencies.first().cloned()),
        }
    }
}
