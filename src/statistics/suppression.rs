//! Small groups: a source may ask that groups with few of its cases are shown together.
//!
//! That keeps tables short and figures from being read for more than they are. It protects nobody: the cases themselves stand in
//! lists. Sources that have people to protect are closed ([`Visibility`](crate::model::closed_sets::Visibility)).

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

    fn of_source(&self, source: &i32) -> u64 {
        self.0.get(source).copied().unwrap_or(1)
    }
}

/// Groups that are shown, and those that are shown together.
#[derive(Debug, PartialEq)]
pub struct Divided<K> {
    /// Large enough.
    pub shown: Vec<CountedGroup<K>>,
    /// Have fewer cases of a source than it asks for.
    pub suppressed: Vec<CountedGroup<K>>,
}

/// Divides groups by what their sources ask for.
pub fn divide<K>(groups: Vec<CountedGroup<K>>, sizes: &MinGroupSizes) -> Divided<K> {
    let (suppressed, shown) = groups.into_iter().partition(|group| sizes.are_missed_by(&group.tally.by_source));
    Divided { shown, suppressed }
}

/// Divides the groups of two dimensions; of rows and columns that are not among those shown no group is.
pub fn divide_cells<K: Ord>(
    cells: Vec<CountedGroup<(K, K)>>,
    rows: &BTreeSet<K>,
    columns: &BTreeSet<K>,
    sizes: &MinGroupSizes,
) -> Divided<(K, K)> {
    let is_hidden = |cell: &CountedGroup<(K, K)>| {
        let (row, column) = &cell.key;
        !rows.contains(row) || !columns.contains(column) || sizes.are_missed_by(&cell.tally.by_source)
    };
    let (suppressed, shown) = cells.into_iter().partition(is_hidden);
    Divided { shown, suppressed }
}

/// What groups are known by.
pub fn keys<K: Ord + Clone>(groups: &[CountedGroup<K>]) -> BTreeSet<K> {
    groups.iter().map(|group| group.key.clone()).collect()
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

    fn names<K: Copy>(groups: &[CountedGroup<K>]) -> Vec<K> {
        groups.iter().map(|group| group.key).collect()
    }

    #[test]
    fn groups_smaller_than_their_source_asks_for_are_shown_together() {
        let groups = vec![
            group("large", &[(5, 5)]),
            group("small", &[(5, 4)]),
            group("free", &[(1, 1)]),
            group("mixed", &[(1, 7), (5, 2)]),
        ];
        let Divided { shown, suppressed } = divide(groups, &sizes());
        assert_eq!((names(&shown), names(&suppressed)), (vec!["large", "free"], vec!["small", "mixed"]));
    }

    #[test]
    fn groups_of_two_dimensions_are_shown_where_row_and_column_are() {
        let cells = vec![
            group((1, 1), &[(5, 5)]),
            group((1, 2), &[(1, 1)]),
            group((2, 1), &[(5, 4)]),
            group((3, 1), &[(1, 9)]),
        ];
        let divided = divide_cells(cells, &[1, 2].into(), &[1, 2].into(), &sizes());
        assert_eq!((names(&divided.shown), names(&divided.suppressed)), (vec![(1, 1), (1, 2)], vec![(2, 1), (3, 1)]));
    }
}
