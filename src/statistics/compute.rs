//! From counts to an answer: what is shown, in which order, and what is counted together.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::answer::{Folded, Group, Matrix, MatrixLine, Statistics, Suppressed};
use super::group_name::is_time;
use super::lines::{Context, GroupKey, Line, SharedKey};
use super::notices::Notice;
use super::parameters::{Metrics, Normalize, Sort, SortKey, StatisticsQuery};
use super::pay::Pay;
use super::share::Share;
use super::suppression::{MinGroupSizes, divide, divide_cells, hidden_pay, hidden_pay_of_cells};
use crate::catalog::Catalog;
use crate::engine::Columns;
use crate::engine::count::{Counts, PayOf, Question, TooManyGroups, count};
use crate::engine::crosstab::{Cell, CrossTab};
use crate::engine::tally::{CountedGroup, Key, Tally};
use crate::model::case::Field;

/// Works out the statistics that were asked for.
///
/// # Errors
/// Where there are too many combinations of values.
pub fn compute(
    columns: &Arc<Columns>,
    catalog: &Catalog,
    query: &StatisticsQuery,
) -> Result<Statistics, TooManyGroups> {
    let StatisticsQuery { first, second, metrics, ref filter, .. } = *query;
    let pay = match metrics.pay {
        false => PayOf::Nobody,
        true if MinGroupSizes::of(catalog).ask_for_nothing() => pay_needed(query),
        true => PayOf::All,
    };
    let counts = count(columns, catalog, Question { first, second, pay, filter })?;
    Ok(assemble(counts, catalog, columns.dataset.version, query))
}

/// Of which groups of one dimension the percentiles are shown or decide the order, where no group is suppressed.
fn pay_needed(query: &StatisticsQuery) -> PayOf {
    match (query.sort_of(query.first), query.second) {
        _ if query.sort.is_some_and(|sort| sort.key == SortKey::PayMedian) => PayOf::All,
        (_, Some(_)) => PayOf::NoGroup,
        (Sort { key: SortKey::Count, descending: true }, None) => PayOf::Largest(query.limit),
        _ => PayOf::All,
    }
}

fn assemble(counts: Counts, catalog: &Catalog, dataset_version: i64, query: &StatisticsQuery) -> Statistics {
    let StatisticsQuery { first, second, metrics: Metrics { pay: with_pay, .. }, .. } = *query;
    let Counts { mut total, rows, columns, cells } = counts;
    let assembly = Assembly { query, context: Context::new(catalog, &total), total: total.count() };
    let parts = match second {
        None => assembly.one_dimension(rows),
        Some(second) => match cells {
            Some(table) if assembly.context.sizes.ask_something_of(&total) => {
                assembly.two_dimensions(second, rows, columns, table.all())
            }
            Some(table) => assembly.two_dimensions_as_shown(second, rows, columns, &table, &mut total),
            None => Parts::default(),
        },
    };
    let dimensions: Vec<Field> = std::iter::once(first).chain(second).collect();
    let mut notices = vec![Notice::offers_only()];
    notices.extend(Notice::of_sources(catalog, &total, &assembly.context.sizes));
    notices.extend(if with_pay { Notice::of_pay(&total, &assembly.context.sizes) } else { Vec::new() });
    notices.extend(Notice::of_overlapping(&dimensions));
    notices.extend(parts.suppressed.if_any().map(|_| Notice::suppressed()));
    Statistics {
        group_by: dimensions.into_iter().map(Field::name).collect(),
        total: total.count(),
        pay: assembly.pay(&total, |_| false),
        groups: parts.groups,
        other: parts.other.if_any(),
        suppressed: parts.suppressed.if_any(),
        matrix: parts.matrix,
        dataset_version,
        notices,
    }
}

/// What an answer is put together by.
struct Assembly<'a> {
    query: &'a StatisticsQuery,
    context: Context<'a>,
    total: u64,
}

/// The row and the column of a cell.
type Place = (usize, usize);

/// The groups of an answer.
#[derive(Default)]
struct Parts {
    groups: Vec<Group>,
    other: Folded,
    suppressed: Suppressed,
    matrix: Option<Matrix>,
}

impl Assembly<'_> {
    fn pay(&self, tally: &Tally, is_hidden: impl Fn(&str) -> bool) -> Option<Vec<Pay>> {
        let pay = || Pay::of_each(tally, &self.context.currencies, &self.context.sizes, is_hidden);
        self.query.metrics.pay.then(pay)
    }

    fn group(
        &self,
        keys: Vec<SharedKey>,
        tally: &Tally,
        denominator: u64,
        is_pay_hidden: impl Fn(&str) -> bool,
    ) -> Group {
        let count = tally.count();
        let share = if self.query.metrics.share { Share::of(count, denominator) } else { None };
        Group { keys, count, share, pay: self.pay(tally, is_pay_hidden) }
    }

    fn one_dimension(&self, groups: Vec<CountedGroup<Key>>) -> Parts {
        let mut parts = Parts::default();
        let sizes = &self.context.sizes;
        let all = if self.query.metrics.pay { groups.clone() } else { Vec::new() };
        let divided = divide(groups, sizes);
        for group in &divided.suppressed {
            parts.suppressed.add(group.tally.count());
        }
        let hidden = hidden_pay(&all, &keys(&divided.shown), sizes);
        let (lines, cut) = self.lines(self.query.first, divided.shown);
        parts.other = cut;
        for line in lines {
            if line.tally.count() < self.query.min_count {
                parts.other.add(line.tally.count());
            } else {
                let is_hidden = |currency: &str| hidden.contains(&(line.key.clone(), currency.to_owned()));
                let key = SharedKey::from(self.context.name(&line));
                parts.groups.push(self.group(vec![key], &line.tally, self.total, is_hidden));
            }
        }
        parts
    }

    /// The lines of a dimension that there is room for, and the others together. Of periods the latest remain, unless an
    /// order is asked for.
    fn lines(&self, dimension: Field, groups: Vec<CountedGroup<Key>>) -> (Vec<Line>, Folded) {
        let sort = self.query.sort_of(dimension);
        if !is_time(dimension) || self.query.sort.is_some() {
            return self.context.lines(dimension, sort, self.query.limit, groups);
        }
        let (mut lines, mut others) = self.context.lines(dimension, sort, usize::MAX, groups);
        let too_many = lines.len().saturating_sub(self.query.limit);
        lines.drain(..too_many).for_each(|line| others.add(line.tally.count()));
        (lines, others)
    }

    fn two_dimensions(
        &self,
        second: Field,
        rows: Vec<CountedGroup<Key>>,
        columns: Vec<CountedGroup<Key>>,
        cells: Vec<Cell>,
    ) -> Parts {
        let sizes = &self.context.sizes;
        let (all_rows, all_columns, all_cells) = match self.query.metrics.pay {
            true => (rows.clone(), columns.clone(), cells.clone()),
            false => Default::default(),
        };
        let (rows, columns) = (divide(rows, sizes).shown, divide(columns, sizes).shown);
        let divided = divide_cells(cells, &keys(&rows), &keys(&columns), sizes);
        let hidden_rows = hidden_pay(&all_rows, &keys(&rows), sizes);
        let hidden_columns = hidden_pay(&all_columns, &keys(&columns), sizes);
        let hidden = hidden_pay_of_cells(&all_cells, &keys(&divided.shown), &hidden_rows, &hidden_columns, sizes);
        let mut parts = Parts::default();
        for cell in &divided.suppressed {
            parts.suppressed.add(cell.tally.count());
        }
        let (rows, columns) = (self.lines(self.query.first, rows).0, self.lines(second, columns).0);
        let (row_indices, column_indices) = (indices(&rows), indices(&columns));
        let mut cells = Vec::new();
        for CountedGroup { key, tally } in divided.shown {
            match (row_indices.get(&key.0), column_indices.get(&key.1)) {
                (Some(row), Some(column)) => cells.push(((*row, *column), tally)),
                _ => parts.other.add(tally.count()),
            }
        }
        cells.sort_by_key(|(index, _)| *index);
        let is_hidden = |(row, column): Place, currency: &str| {
            let key = (rows[row].key.clone(), columns[column].key.clone());
            hidden.contains(&(key, currency.to_owned()))
        };
        self.cross(&rows, &columns, cells, is_hidden, &mut parts);
        parts
    }

    /// The same where no group can be too small for its source: only what is shown needs to be counted.
    fn two_dimensions_as_shown(
        &self,
        second: Field,
        rows: Vec<CountedGroup<Key>>,
        columns: Vec<CountedGroup<Key>>,
        table: &CrossTab,
        total: &mut Tally,
    ) -> Parts {
        let (rows, columns) = (self.lines(self.query.first, rows).0, self.lines(second, columns).0);
        let keys = |lines: &[Line]| -> Vec<Key> { lines.iter().map(|line| line.key.clone()).collect() };
        let cells = table.of(&keys(&rows), &keys(&columns));
        table.complete(&cells, total);
        let mut parts = Parts { other: cells.others.into(), ..Parts::default() };
        self.cross(&rows, &columns, cells.cells, |_, _| false, &mut parts);
        parts
    }

    /// Fills the groups and the matrix with those cells that are large enough; `cells` are in order.
    fn cross(
        &self,
        rows: &[Line],
        columns: &[Line],
        cells: Vec<(Place, Tally)>,
        is_pay_hidden: impl Fn(Place, &str) -> bool,
        parts: &mut Parts,
    ) {
        let nothing = if parts.suppressed.count > 0 || self.query.min_count > 1 { None } else { Some(0) };
        let names =
            |lines: &[Line]| lines.iter().map(|line| SharedKey::from(self.context.name(line))).collect::<Vec<_>>();
        let (row_names, column_names) = (names(rows), names(columns));
        let mut matrix = self.empty_matrix(rows.len(), columns.len(), nothing);
        for ((row, column), tally) in cells {
            if tally.count() < self.query.min_count {
                parts.other.add(tally.count());
                continue;
            }
            let denominator = match self.query.normalize {
                Normalize::All => self.total,
                Normalize::Row => rows[row].tally.count(),
                Normalize::Column => columns[column].tally.count(),
            };
            let names = vec![row_names[row].clone(), column_names[column].clone()];
            let is_hidden = |currency: &str| is_pay_hidden((row, column), currency);
            let group = self.group(names, &tally, denominator, is_hidden);
            matrix.set(row, column, &group);
            parts.groups.push(group);
        }
        let lines = |lines: &[Line], names: Vec<SharedKey>| -> Vec<MatrixLine> {
            let line =
                |(line, key): (&Line, SharedKey)| MatrixLine { count: line.tally.count(), key: GroupKey::clone(&key) };
            lines.iter().zip(names).map(line).collect()
        };
        (matrix.rows, matrix.columns) = (lines(rows, row_names), lines(columns, column_names));
        parts.matrix = Some(matrix);
    }

    /// A matrix in which nothing stands yet; `nothing` is the count of a combination without a case.
    fn empty_matrix(&self, rows: usize, columns: usize, nothing: Option<u64>) -> Matrix {
        Matrix {
            rows: Vec::new(),
            columns: Vec::new(),
            counts: vec![vec![nothing; columns]; rows],
            shares: self.query.metrics.share.then(|| vec![vec![nothing.map(|_| 0.0); columns]; rows]),
            pay_medians: self.query.metrics.pay.then(|| vec![vec![None; columns]; rows]),
            pay_currency: self.query.metrics.pay.then(|| self.context.currencies.first().cloned()),
        }
    }
}

impl Matrix {
    /// Puts a group at its place.
    fn set(&mut self, row: usize, column: usize, group: &Group) {
        self.counts[row][column] = Some(group.count);
        if let Some(shares) = &mut self.shares {
            shares[row][column] = group.share.map(|share| share.value);
        }
        if let Some(medians) = &mut self.pay_medians {
            medians[row][column] = group.pay.as_ref().and_then(|pay| pay.first()?.median);
        }
    }
}

fn keys<K: Ord + Clone>(groups: &[CountedGroup<K>]) -> BTreeSet<K> {
    groups.iter().map(|group| group.key.clone()).collect()
}

fn indices(lines: &[Line]) -> HashMap<Key, usize> {
    lines.iter().enumerate().map(|(index, line)| (line.key.clone(), index)).collect()
}
