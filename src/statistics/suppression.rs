//! Small groups: a source may ask that groups with few of its cases are not shown.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Entry};
use crate::engine::tally::{CountedGroup, Tally};
use crate::model::entity::Entity;

/// How many of its cases each source asks a group to have.
#[derive(Debug, Default)]
pub struct MinGroupSizes(BTreeMap<i32, u64>);

impl MinGroupSizes {
    /// Those of the sources of a catalog.
    pub fn of(catalog: &Catalog) -> Self {
        let asked = |source: &Entry| source.integer("min_group_size").and_then(|size| u64::try_from(size).ok());
        let sources = catalog.directory(Entity::Source).entries().iter();
        Self(sources.map(|source| (source.id(), asked(source).unwrap_or(1))).collect())
    }

    /// Whether a group has some cases of a source, but fewer than it asks for.
    pub fn are_missed_by(&self, by_source: &[(i32, u64)]) -> bool {
        by_source.iter().any(|(source, cases)| *cases < self.of_source(source))
    }

    /// Whether any source of these cases asks for groups of more than one.
    pub fn ask_something_of(&self, cases: &Tally) -> bool {
        cases.by_source.iter().any(|(source, _)| self.of_source(source) > 1)
    }

    /// Whether no source asks for groups of more than one.
    pub fn ask_for_nothing(&self) -> bool {
        self.0.values().all(|size| *size <= 1)
    }

    fn of_source(&self, source: &i32) -> u64 {
        self.0.get(source).copied().unwrap_or(1)
    }
}

/// Groups that may be shown, and those that may not.
#[derive(Debug, PartialEq)]
pub struct Divided<K> {
    /// May be shown.
    pub shown: Vec<CountedGroup<K>>,
    /// Have fewer cases of a source than it asks for, or keep one that has from being worked out.
    pub suppressed: Vec<CountedGroup<K>>,
}

/// Divides groups by what their sources ask for. Where just one group would be left out, its size
/// could be worked out from the total; then the smallest of the others goes with it.
pub fn divide<K: Ord>(groups: Vec<CountedGroup<K>>, sizes: &MinGroupSizes) -> Divided<K> {
    divide_where(groups, |group| sizes.are_missed_by(&group.tally.by_source))
}

fn divide_where<K: Ord>(groups: Vec<CountedGroup<K>>, must_be_hidden: impl Fn(&CountedGroup<K>) -> bool) -> Divided<K> {
    let (mut suppressed, mut shown): (Vec<_>, Vec<_>) = groups.into_iter().partition(must_be_hidden);
    if suppressed.len() == 1 {
        let size = |index: &usize| (shown[*index].tally.count(), &shown[*index].key);
        let smallest = (0..shown.len()).min_by(|left, right| size(left).cmp(&size(right)));
        suppressed.extend(smallest.map(|index| shown.remove(index)));
    }
    Divided { shown, suppressed }
}

/// Divides the groups of two dimensions, of whose rows and columns only those in `rows` and `columns` are shown with
/// their sums.
///
/// A group of a row or column that is not shown is not shown either. Where just one group of a row or column would be
/// left out, its size could be worked out from the sum; then another of that line goes with it, at best one whose other
/// line has one left out already, otherwise the smallest.
pub fn divide_cells<K: Ord + Clone>(
    cells: Vec<CountedGroup<(K, K)>>,
    rows: &BTreeSet<K>,
    columns: &BTreeSet<K>,
    sizes: &MinGroupSizes,
) -> Divided<(K, K)> {
    divide_cells_where(cells, rows, columns, |cell| sizes.are_missed_by(&cell.tally.by_source))
}

fn divide_cells_where<K: Ord + Clone>(
    cells: Vec<CountedGroup<(K, K)>>,
    rows: &BTreeSet<K>,
    columns: &BTreeSet<K>,
    must_be_hidden: impl Fn(&CountedGroup<(K, K)>) -> bool,
) -> Divided<(K, K)> {
    let mut crossing = Crossing::new(&cells, |cell| {
        let (row, column) = &cell.key;
        !rows.contains(row) || !columns.contains(column) || must_be_hidden(cell)
    });
    crossing.hide_more(rows, columns);
    let hidden = crossing.hidden;
    let (mut shown, mut suppressed) = (Vec::new(), Vec::new());
    for (cell, hidden) in cells.into_iter().zip(hidden) {
        if hidden { suppressed.push(cell) } else { shown.push(cell) }
    }
    Divided { shown, suppressed }
}

/// Groups with currencies in which their pay is not given.
pub type HiddenPay<K> = BTreeSet<(K, String)>;

/// The groups whose pay in a currency is not given: those with fewer figures of a source than it asks
/// for, those that are not shown themselves, and with one that would be alone another.
pub fn hidden_pay<K: Ord + Clone>(groups: &Divided<K>, sizes: &MinGroupSizes) -> HiddenPay<K> {
    hidden_in_each_currency(groups, sizes, |groups, _, must_be_hidden| divide_where(groups, must_be_hidden))
}

/// The groups of two dimensions whose pay in a currency is not given; `rows` and `columns` are the pairs of one
/// dimension and a currency of which it is not given.
pub fn hidden_pay_of_cells<K: Ord + Clone>(
    cells: &Divided<(K, K)>,
    rows: &HiddenPay<K>,
    columns: &HiddenPay<K>,
    sizes: &MinGroupSizes,
) -> HiddenPay<(K, K)> {
    hidden_in_each_currency(cells, sizes, |cells, currency, must_be_hidden| {
        let is_shown = |key: &K, hidden: &HiddenPay<K>| !hidden.contains(&(key.clone(), currency.to_owned()));
        let shown_rows = cells.iter().map(|cell| &cell.key.0).filter(|key| is_shown(key, rows)).cloned().collect();
        let shown_columns =
            cells.iter().map(|cell| &cell.key.1).filter(|key| is_shown(key, columns)).cloned().collect();
        divide_cells_where(cells, &shown_rows, &shown_columns, must_be_hidden)
    })
}

/// What `divide` suppresses of the groups with pay in a currency, each with just the cases that have it; for each
/// currency, with what must be hidden of it in any case.
fn hidden_in_each_currency<K: Ord + Clone>(
    groups: &Divided<K>,
    sizes: &MinGroupSizes,
    divide: impl Fn(Vec<CountedGroup<K>>, &str, &dyn Fn(&CountedGroup<K>) -> bool) -> Divided<K>,
) -> HiddenPay<K> {
    let mut by_currency: BTreeMap<&str, Vec<CountedGroup<K>>> = BTreeMap::new();
    for group in groups.shown.iter().chain(&groups.suppressed) {
        for pay in &group.tally.pay {
            let tally = Tally { by_source: pay.by_source.clone(), pay: Vec::new() };
            by_currency.entry(&pay.currency).or_default().push(CountedGroup { key: group.key.clone(), tally });
        }
    }
    if by_currency.is_empty() {
        return HiddenPay::new();
    }
    let shown = keys(&groups.shown);
    let must_be_hidden =
        |group: &CountedGroup<K>| !shown.contains(&group.key) || sizes.are_missed_by(&group.tally.by_source);
    let hidden_in = |(currency, mut groups): (&str, Vec<CountedGroup<K>>)| {
        groups.sort_unstable_by(|left, right| left.key.cmp(&right.key));
        let suppressed = divide(groups, currency, &must_be_hidden).suppressed;
        suppressed.into_iter().map(|group| (group.key, currency.to_owned())).collect::<Vec<_>>()
    };
    by_currency.into_iter().flat_map(hidden_in).collect()
}

/// What groups are known by.
pub fn keys<K: Ord + Clone>(groups: &[CountedGroup<K>]) -> BTreeSet<K> {
    groups.iter().map(|group| group.key.clone()).collect()
}

/// Which groups of two dimensions are hidden, by row and by column.
struct Crossing<K> {
    sizes: Vec<u64>,
    keys: Vec<(K, K)>,
    hidden: Vec<bool>,
    /// Follows from the sum of a line that has no other group.
    known: Vec<bool>,
    by_row: BTreeMap<K, Vec<usize>>,
    by_column: BTreeMap<K, Vec<usize>>,
}

impl<K: Ord + Clone> Crossing<K> {
    fn new(cells: &[CountedGroup<(K, K)>], is_hidden: impl Fn(&CountedGroup<(K, K)>) -> bool) -> Self {
        let (mut by_row, mut by_column) = (BTreeMap::<K, Vec<usize>>::new(), BTreeMap::<K, Vec<usize>>::new());
        for (index, cell) in cells.iter().enumerate() {
            by_row.entry(cell.key.0.clone()).or_default().push(index);
            by_column.entry(cell.key.1.clone()).or_default().push(index);
        }
        Self {
            sizes: cells.iter().map(|cell| cell.tally.count()).collect(),
            keys: cells.iter().map(|cell| cell.key.clone()).collect(),
            hidden: cells.iter().map(is_hidden).collect(),
            known: vec![false; cells.len()],
            by_row,
            by_column,
        }
    }

    /// Hides more, until no line with a sum has just one group that is hidden.
    fn hide_more(&mut self, rows: &BTreeSet<K>, columns: &BTreeSet<K>) {
        let lines = |by: &BTreeMap<K, Vec<usize>>, summed: &BTreeSet<K>| -> Vec<Vec<usize>> {
            by.iter().filter(|(key, _)| summed.contains(key)).map(|(_, line)| line.clone()).collect()
        };
        let lines = [lines(&self.by_row, rows), lines(&self.by_column, columns)].concat();
        // Each round but the last hides or settles at least one group, so that it ends.
        loop {
            let mut changed = false;
            for line in &lines {
                changed |= self.protect(line);
            }
            if !changed {
                break;
            }
        }
    }

    /// Protects the only hidden group of a line; whether anything had to be done.
    fn protect(&mut self, line: &[usize]) -> bool {
        let mut unknown = line.iter().copied().filter(|index| self.hidden[*index] && !self.known[*index]);
        let (Some(only), None) = (unknown.next(), unknown.next()) else { return false };
        let candidates = line.iter().copied().filter(|index| !self.hidden[*index]);
        match candidates.min_by_key(|index| (!self.crosses_hidden(*index), self.sizes[*index], *index)) {
            Some(index) => self.hidden[index] = true,
            None => self.known[only] = true,
        }
        true
    }

    /// Whether a line of this group has a hidden one already, which one more protects.
    fn crosses_hidden(&self, index: usize) -> bool {
        let (row, column) = &self.keys[index];
        let hidden = |line: &Vec<usize>| line.iter().filter(|other| self.hidden[**other]).count();
        hidden(&self.by_row[row]) > 0 && hidden(&self.by_column[column]) > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Source 1 asks for nothing, source 5 for five.
    fn sizes() -> MinGroupSizes {
        MinGroupSizes([(1, 1), (5, 5)].into())
    }

    fn group<K>(key: K, by_source: &[(i32, u64)]) -> CountedGroup<K> {
        CountedGroup { key, tally: Tally { by_source: by_source.to_vec(), pay: Vec::new() } }
    }

    fn suppressed(groups: &[CountedGroup<&'static str>]) -> Vec<&'static str> {
        let divided = divide(groups.to_vec(), &sizes());
        let mut keys: Vec<_> = divided.suppressed.into_iter().map(|group| group.key).collect();
        keys.sort_unstable();
        keys
    }

    #[test]
    fn groups_smaller_than_their_source_asks_for_are_left_out_never_just_one() {
        let (large, small, tiny) = (group("large", &[(5, 9)]), group("small", &[(5, 4)]), group("tiny", &[(5, 1)]));
        let free = group("free", &[(1, 1)]);
        for (groups, expected, why) in [
            (vec![large.clone(), free.clone()], vec![], "none is too small"),
            (vec![large.clone(), small.clone(), tiny.clone()], vec!["small", "tiny"], "two hide each other"),
            (vec![large.clone(), small.clone()], vec!["large", "small"], "one alone could be worked out"),
            (vec![large.clone(), tiny.clone(), free.clone()], vec!["free", "tiny"], "the smallest goes with it"),
            (
                vec![group("mixed", &[(1, 7), (5, 2)]), large, small.clone()],
                vec!["mixed", "small"],
                "a part of one is too small",
            ),
            (vec![small], vec!["small"], "there is no other"),
        ] {
            assert_eq!(suppressed(&groups), expected, "{why}");
        }
    }

    /// What a reader can work out of the sums: again and again the only hidden group of a line.
    fn worked_out(divided: &Divided<(u32, u32)>, rows: &BTreeSet<u32>, columns: &BTreeSet<u32>) -> Vec<(u32, u32)> {
        let mut unknown: Vec<(u32, u32)> = divided.suppressed.iter().map(|cell| cell.key).collect();
        let mut found = Vec::new();
        loop {
            let alone = |cell: &(u32, u32)| {
                let in_row = unknown.iter().filter(|other| other.0 == cell.0).count();
                let in_column = unknown.iter().filter(|other| other.1 == cell.1).count();
                (in_row == 1 && rows.contains(&cell.0)) || (in_column == 1 && columns.contains(&cell.1))
            };
            let Some(index) = unknown.iter().position(alone) else { return found };
            found.push(unknown.remove(index));
        }
    }

    /// The rows, or the columns, that are shown with their sums.
    fn shown_lines(cells: &[CountedGroup<(u32, u32)>], of: impl Fn(&(u32, u32)) -> u32) -> BTreeSet<u32> {
        let mut sums: BTreeMap<u32, u64> = BTreeMap::new();
        for cell in cells {
            *sums.entry(of(&cell.key)).or_default() += cell.tally.count();
        }
        let groups = sums.into_iter().map(|(key, sum)| group(key, &[(5, sum)])).collect();
        divide(groups, &sizes()).shown.into_iter().map(|group| group.key).collect()
    }

    #[test]
    fn no_small_group_of_a_full_table_can_be_worked_out_from_its_sums() {
        // A fixed sequence of pseudo-random numbers (Knuth's MMIX constants).
        let mut state = 7_u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut hidden = 0;
        for _ in 0..500 {
            let (height, width) = (2 + random(5), 2 + random(5));
            let size = |random: &mut dyn FnMut(u64) -> u64| if random(4) == 0 { 1 + random(4) } else { 5 + random(20) };
            let cells: Vec<_> = (0..height * width)
                .map(|index| (u32::try_from(index / width).unwrap_or(0), u32::try_from(index % width).unwrap_or(0)))
                .map(|key| group(key, &[(5, size(&mut random))]))
                .collect();
            let (rows, columns) = (shown_lines(&cells, |key| key.0), shown_lines(&cells, |key| key.1));
            let divided = divide_cells(cells, &rows, &columns, &sizes());
            hidden += divided.suppressed.len();
            assert_eq!(worked_out(&divided, &rows, &columns), [], "{divided:?}");
            let missed = |cell: &CountedGroup<_>| sizes().are_missed_by(&cell.tally.by_source);
            assert!(!divided.shown.iter().any(missed), "{divided:?}");
        }
        assert!(hidden > 1000, "only {hidden} groups were hidden: the tables are too easy");
    }

    #[test]
    fn a_table_without_small_groups_is_shown_whole() {
        let cells = vec![group((1, 1), &[(5, 5)]), group((1, 2), &[(1, 1)]), group((2, 1), &[(5, 9), (1, 1)])];
        let lines = BTreeSet::from([1, 2]);
        assert_eq!(divide_cells(cells, &lines, &lines, &sizes()).suppressed, []);
    }
}
