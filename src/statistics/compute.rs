//! From counts to an answer: what is shown, in which order, and what is counted together.

use std::collections::HashMap;
use std::sync::Arc;

use super::answer::{Group, Matrix, MatrixLine, Sources, Statistics, Suppressed};
use super::categories::{Category, Context, GroupKey, SharedKey};
use super::comparison::compute::compare;
use super::group_name::is_time;
use super::histogram;
use super::notices::{Notice, Remedy, overlap};
use super::parameters::{GROUP_BY, Metrics, Normalize, Sort, SortKey, StatisticsQuery};
use super::pay::Pay;
use super::share::{Share, ShareBounds};
use super::suppression::{divide, divide_cells, keys};
use crate::catalog::Catalog;
use crate::engine::Columns;
use crate::engine::count::{Counts, PayOf, Question, TooManyGroups, count_chosen};
use crate::engine::crosstab::{Cell, CrossTab};
use crate::engine::overlap::cases_outside;
use crate::engine::selection::choose_telling_duplicates;
use crate::engine::tally::{CountedGroup, Key, Others, Tally};
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
    let StatisticsQuery { first, second, metrics, histogram, ref filter, .. } = *query;
    if let Some(asked) = histogram {
        return histogram::compute(columns, catalog, query, asked);
    }
    let pay = match metrics.pay {
        false => PayOf::Nobody,
        true => pay_needed(query),
    };
    let question = Question { first, second, pay, filter };
    let (rows, duplicates) = choose_telling_duplicates(columns, filter);
    let rows = Arc::new(rows);
    let counts = count_chosen(columns, catalog, question, Arc::clone(&rows))?;
    let of_comparison = query.comparison.as_ref().map(|asked| (asked, counts.total.clone(), counts.rows.clone()));
    let (mut statistics, shown) = assemble(counts, catalog, columns.dataset.version, query);
    statistics.notices.extend(Notice::of_duplicates(filter, duplicates, statistics.total));
    if metrics.pay && !query.dimensions().into_iter().any(is_time) {
        let by_year = Remedy::send(GROUP_BY.name, Field::OfferedYear.name(), "按年份分组", "Group by year");
        statistics.notices.extend(Notice::of_years(columns, &rows).map(|notice| notice.with(by_year)));
    }
    if let Some((asked, total, groups)) = of_comparison {
        let matrix = statistics.matrix.as_ref();
        let comparison = compare((columns, &rows), catalog, (query, asked), (&total, &groups), matrix)?;
        statistics.notices.extend(Notice::of_comparison(&comparison));
        // The groups that are compared are of this dimension alone.
        statistics.notices = statistics.notices.into_iter().map(|notice| notice.without(GROUP_BY.name)).collect();
        statistics.comparison = Some(comparison);
    }
    let is_needed = query.is_drawn && statistics.other.is_some() && statistics.suppressed.is_none();
    if is_needed && overlap(&query.dimensions(), filter.is_exact) {
        statistics.other_cases = Some(cases_outside(columns, catalog, question, &shown));
    }
    Ok(statistics)
}

/// Of which groups of one dimension the percentiles are shown or decide the order.
fn pay_needed(query: &StatisticsQuery) -> PayOf {
    match (query.sort_of(query.first), query.second) {
        _ if query.sort.is_some_and(|sort| sort.key == SortKey::PayMedian) => PayOf::All,
        (_, Some(_)) => PayOf::NoGroup,
        (Sort { key: SortKey::Count, descending: true }, None) => {
            PayOf::Largest(query.offset().saturating_add(query.limit))
        }
        _ => PayOf::All,
    }
}

/// The statistics, and for a picture the groups in them.
fn assemble(
    counts: Counts,
    catalog: &Catalog,
    dataset_version: i64,
    query: &StatisticsQuery,
) -> (Statistics, Vec<(Key, Key)>) {
    let StatisticsQuery { second, metrics: Metrics { pay: with_pay, .. }, .. } = *query;
    let Counts { mut total, rows, columns, cells } = counts;
    let has_sources = total.by_source.len() > 1;
    let assembly = Assembly { query, context: Context::new(catalog, &total), total: total.count(), has_sources };
    let parts = match second.zip(cells) {
        None => assembly.one_dimension(rows),
        Some((second, table)) if assembly.context.sizes.ask_something_of(&total) => {
            assembly.two_dimensions(second, rows, columns, table.all())
        }
        Some((second, table)) => assembly.two_dimensions_as_shown(second, rows, columns, &table, &mut total),
    };
    let dimensions = query.dimensions();
    let end = parts.has_more.then(|| query.offset().saturating_add(query.limit));
    let place = (query.offset(), query.limit, end);
    let (next_cursor, prev_cursor) = query.pages.cursors((dataset_version, query.first.name()), place);
    let mut notices = vec![Notice::offers_only()];
    notices.extend(Notice::of_sources(catalog, &total));
    notices.extend(query.filter.mixes_currencies().then(Notice::mixed_currencies));
    notices.extend(if with_pay { Notice::of_pay(&total) } else { Vec::new() });
    notices.extend((query.metrics.share || with_pay).then(Notice::chosen_sample));
    let are_compared = with_pay || query.comparison.is_some();
    notices.extend(if are_compared { Notice::unlike_groups(query) } else { None });
    notices.extend(Notice::of_unknown(&parts.unknown_of, total.count()));
    notices.extend(Notice::of_overlapping(&dimensions, query.filter.is_exact));
    notices.extend(parts.suppressed.map(|_| Notice::suppressed()));
    let statistics = Statistics {
        group_by: dimensions.into_iter().map(Field::name).collect(),
        total: total.count(),
        pay: assembly.pay(&total),
        groups: parts.groups,
        other: parts.other.if_any(),
        suppressed: parts.suppressed,
        next_cursor,
        prev_cursor,
        matrix: parts.matrix,
        comparison: None,
        histogram: None,
        dataset_version,
        notices,
        other_cases: None,
    };
    (statistics, parts.drawn)
}

/// What an answer is put together by.
struct Assembly<'a> {
    query: &'a StatisticsQuery,
    context: Context<'a>,
    total: u64,
    /// Whether the cases are of several sources.
    has_sources: bool,
}

/// The row and the column of a cell.
type Place = (usize, usize);

/// The groups of an answer.
#[derive(Default)]
struct Parts {
    groups: Vec<Group>,
    other: Others,
    suppressed: Option<Suppressed>,
    matrix: Option<Matrix>,
    /// Whether groups stand behind those that there is room for, on another page.
    has_more: bool,
    /// Of how many cases each dimension is unknown, where no group is suppressed.
    unknown_of: Vec<(Field, u64)>,
    /// What the groups are known by, for a picture; with one dimension the second is the unknown.
    drawn: Vec<(Key, Key)>,
}

impl Assembly<'_> {
    fn pay(&self, tally: &Tally) -> Option<Vec<Pay>> {
        let pay = || Pay::of_each(tally, &self.context.currencies, &self.context.sizes);
        self.query.metrics.pay.then(pay)
    }

    fn group(&self, keys: Vec<SharedKey>, tally: &Tally, denominator: u64) -> Group {
        let count = tally.count();
        let share = if self.query.metrics.share { Share::of(count, denominator) } else { None };
        let sources = if self.has_sources { Sources::of(tally) } else { None };
        Group { keys, count, sources, share, share_of_known: None, share_bounds: None, pay: self.pay(tally) }
    }

    /// Adds to a group of one dimension what its share is beside the cases whose value is unknown.
    fn beside_unknown(&self, group: Group, unknown: u64) -> Group {
        if group.share.is_none() {
            return group;
        }
        let share_of_known = Share::of(group.count, self.total.saturating_sub(unknown));
        Group { share_of_known, share_bounds: ShareBounds::of(group.count, unknown, self.total), ..group }
    }

    fn one_dimension(&self, groups: Vec<CountedGroup<Key>>) -> Parts {
        let unknown = unknown_in(&groups);
        let divided = divide(groups, &self.context.sizes);
        let suppressed = Suppressed::of(&divided.suppressed);
        let (mut categories, other) = self.categories(self.query.first, divided.shown);
        // Of periods the latest are given first, in their order, and those that go on stand in front of them.
        let offset = self.query.offset().min(categories.len());
        match self.are_latest_kept(self.query.first) {
            true => categories.truncate(categories.len() - offset),
            false => drop(categories.drain(..offset)),
        }
        let has_more = other.groups > 0;
        let unknown_of = if suppressed.is_none() { vec![(self.query.first, unknown)] } else { Vec::new() };
        let mut parts = Parts { suppressed, other, has_more, unknown_of, ..Parts::default() };
        for mut category in categories {
            if category.tally.count() < self.query.min_count && !category.is_gap() {
                parts.other.add(category.tally.count());
                if !self.is_axis(self.query.first) {
                    continue;
                }
                // Its place on the axis stays, without its number.
                category.tally = Tally::default();
            } else if self.query.is_drawn {
                parts.drawn.push((category.key.clone(), None));
            }
            let key = SharedKey::new(self.context.name(&category));
            let group = self.group(vec![key], &category.tally, self.total);
            let is_told = suppressed.is_none() && category.key.is_some();
            parts.groups.push(if is_told { self.beside_unknown(group, unknown) } else { group });
        }
        parts
    }

    /// Whether the values of a dimension are drawn as an axis of time, on which each period has its place.
    fn is_axis(&self, dimension: Field) -> bool {
        self.query.is_drawn && is_time(dimension) && self.query.sort_of(dimension).key == SortKey::Value
    }

    /// Whether those of a dimension that there is room for are the latest.
    fn are_latest_kept(&self, dimension: Field) -> bool {
        is_time(dimension) && self.query.sort.is_none()
    }

    /// The categories of a dimension that there is room for, and the others together. Of periods the latest remain, unless
    /// an order is asked for.
    fn categories(&self, dimension: Field, groups: Vec<CountedGroup<Key>>) -> (Vec<Category>, Others) {
        let (sort, limit) = (self.query.sort_of(dimension), self.query.offset().saturating_add(self.query.limit));
        let are_latest_kept = self.are_latest_kept(dimension);
        if !are_latest_kept && !self.is_axis(dimension) {
            return self.context.categories(dimension, sort, limit, groups);
        }
        let (mut categories, mut others) = self.context.categories(dimension, sort, usize::MAX, groups);
        if are_latest_kept {
            categories.reverse();
        }
        if self.is_axis(dimension) {
            categories = self.context.with_gaps(dimension, limit, categories);
        }
        categories.drain(limit.min(categories.len())..).for_each(|category| others.add(category.tally.count()));
        if are_latest_kept {
            categories.reverse();
        }
        (categories, others)
    }

    /// The categories of the first of two dimensions; where two are compared, these alone.
    fn rows(&self, mut groups: Vec<CountedGroup<Key>>) -> Vec<Category> {
        if let Some(comparison) = &self.query.comparison {
            groups.retain(|group| comparison.groups.contains(&group.key));
        }
        self.categories(self.query.first, groups).0
    }

    fn two_dimensions(
        &self,
        second: Field,
        rows: Vec<CountedGroup<Key>>,
        columns: Vec<CountedGroup<Key>>,
        cells: Vec<Cell>,
    ) -> Parts {
        let sizes = &self.context.sizes;
        let (rows, columns) = (divide(rows, sizes), divide(columns, sizes));
        let divided = divide_cells(cells, &keys(&rows.shown), &keys(&columns.shown), sizes);
        let mut parts = Parts { suppressed: Suppressed::of(&divided.suppressed), ..Parts::default() };
        let rows = self.rows(rows.shown);
        let columns = self.categories(second, columns.shown).0;
        let (row_indices, column_indices) = (indices(&rows), indices(&columns));
        let mut cells = Vec::new();
        for CountedGroup { key, tally } in divided.shown {
            match (row_indices.get(&key.0), column_indices.get(&key.1)) {
                (Some(row), Some(column)) => cells.push(((*row, *column), tally)),
                _ => parts.other.add(tally.count()),
            }
        }
        cells.sort_by_key(|(place, _)| *place);
        self.cross(&rows, &columns, cells, parts)
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
        let unknown_of = vec![(self.query.first, unknown_in(&rows)), (second, unknown_in(&columns))];
        let (rows, columns) = (self.rows(rows), self.categories(second, columns).0);
        let keys = |categories: &[Category]| categories.iter().map(|it| it.key.clone()).collect::<Vec<Key>>();
        let cells = table.of(&keys(&rows), &keys(&columns));
        table.complete(&cells, total);
        self.cross(&rows, &columns, cells.cells, Parts { other: cells.others, unknown_of, ..Parts::default() })
    }

    /// Adds the groups and the matrix of those cells that are large enough; `cells` are in order.
    fn cross(&self, rows: &[Category], columns: &[Category], cells: Vec<(Place, Tally)>, mut parts: Parts) -> Parts {
        let nothing = if parts.suppressed.is_some() || self.query.min_count > 1 { None } else { Some(0) };
        let names = |categories: &[Category]| -> Vec<SharedKey> {
            categories.iter().map(|category| SharedKey::new(self.context.name(category))).collect()
        };
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
            let group = self.group(names, &tally, denominator);
            matrix.set(row, column, &group);
            parts.groups.push(group);
            if self.query.is_drawn {
                parts.drawn.push((rows[row].key.clone(), columns[column].key.clone()));
            }
        }
        let lines = |categories: &[Category], names: Vec<SharedKey>| -> Vec<MatrixLine> {
            let named = categories.iter().zip(names);
            named.map(|(it, name)| MatrixLine { count: it.tally.count(), key: GroupKey::clone(&name) }).collect()
        };
        (matrix.rows, matrix.columns) = (lines(rows, row_names), lines(columns, column_names));
        Parts { matrix: Some(matrix), ..parts }
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

/// How many cases have no known value of a dimension.
fn unknown_in(groups: &[CountedGroup<Key>]) -> u64 {
    groups.iter().find(|group| group.key.is_none()).map_or(0, |group| group.tally.count())
}

fn indices(categories: &[Category]) -> HashMap<Key, usize> {
    categories.iter().enumerate().map(|(index, category)| (category.key.clone(), index)).collect()
}
