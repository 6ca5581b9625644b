//! Cases that are likely the same one in other words: a screenshot copied into two tables, an offer told to two sources.
//!
//! [`find`](mod@find) says by which rule they are found, which looks at the cases of one block at a time and gives the same on
//! every instance. They are kept beside the columns and brought up to date with them, block by block; whether they count once is
//! for the reader to say.

mod find;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

pub use find::Agreement;
use find::{Finder, block_of};

use super::Columns;
use super::chunk::{CodedCase, Position};
use super::selection::Rows;

/// The codes of what cases have in common at least to be the same one.
pub(super) type Block = [u32; find::SAME.len()];
/// By the id of a major, that of what stands above it.
pub(super) type MajorParents = HashMap<i32, i32>;

/// So many clusters are looked at by one thread at a time.
const PART: usize = 4096;

/// All cases that are likely the same as another one.
#[derive(Debug, Default)]
pub struct Duplicates {
    clusters: Vec<Cluster>,
    /// By chunk, the rows that are in a cluster, upwards, each with its number.
    by_chunk: Vec<Vec<(u16, usize)>>,
    majors: Arc<MajorParents>,
}

/// Likely duplicates as they are kept on the disk.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SavedDuplicates {
    clusters: Vec<(Block, Vec<Position>)>,
    majors: Vec<(i32, i32)>,
}

/// Cases that are likely the same one: at least two.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cluster {
    block: Block,
    /// The one that was stored first comes first.
    members: Vec<Position>,
}

impl Duplicates {
    /// Finds them among all cases.
    pub(super) fn find(columns: &Columns, majors: Arc<MajorParents>) -> Self {
        let clusters = Finder::new(columns, &majors).clusters(|_| true);
        Self::new(clusters, columns, majors)
    }

    /// The same after some cases have changed: those of `touched` blocks before or after.
    pub(super) fn renew(&self, columns: &Columns, touched: &HashSet<Block>, majors: Arc<MajorParents>) -> Self {
        if majors != self.majors {
            return Self::find(columns, majors);
        }
        let kept = self.clusters.iter().filter(|cluster| !touched.contains(&cluster.block)).cloned();
        let renewed = Finder::new(columns, &majors).clusters(|block| touched.contains(block));
        Self::new(kept.chain(renewed).collect(), columns, majors)
    }

    fn new(clusters: Vec<Cluster>, columns: &Columns, majors: Arc<MajorParents>) -> Self {
        let mut by_chunk = vec![Vec::new(); columns.chunks.len()];
        for (number, cluster) in clusters.iter().enumerate() {
            for position in &cluster.members {
                // Rows of a chunk are fewer than 2^16.
                by_chunk[position.chunk()].push((u16::try_from(position.row()).unwrap_or(u16::MAX), number));
            }
        }
        by_chunk.iter_mut().for_each(|rows| rows.sort_unstable());
        Self { clusters, by_chunk, majors }
    }

    /// As they are kept on the disk.
    pub(super) fn saved(&self) -> SavedDuplicates {
        let clusters = self.clusters.iter().map(|cluster| (cluster.block, cluster.members.clone())).collect();
        let mut majors: Vec<(i32, i32)> = self.majors.iter().map(|(id, parent)| (*id, *parent)).collect();
        majors.sort_unstable();
        SavedDuplicates { clusters, majors }
    }

    /// Those that were kept on the disk; `None` where they are of cases that these columns do not have.
    pub(super) fn of_saved(saved: SavedDuplicates, columns: &Columns) -> Option<Self> {
        let is_there = |position: &Position| {
            columns.chunks.get(position.chunk()).is_some_and(|chunk| position.row() < chunk.len())
        };
        let clusters = saved.clusters.into_iter().map(|(block, members)| Cluster { block, members });
        let clusters: Vec<Cluster> = clusters.collect();
        clusters
            .iter()
            .all(|cluster| cluster.members.iter().all(is_there))
            .then(|| Self::new(clusters, columns, Arc::new(saved.majors.into_iter().collect())))
    }

    /// Bytes that they take.
    pub(super) fn bytes(&self) -> u64 {
        let members: usize = self.by_chunk.iter().map(Vec::len).sum();
        let of_member = size_of::<Position>() + size_of::<(u16, usize)>();
        (self.clusters.len() * size_of::<Cluster>() + members * of_member) as u64
    }

    /// Of chosen cases, the rows of each chunk, those that are likely the same as another chosen one which was stored before.
    pub(super) fn repeated(&self, rows: &[Rows]) -> Vec<Position> {
        let is_chosen = |position: &&Position| rows[position.chunk()].contains(position.row());
        let of_part = |clusters: &[Cluster]| {
            let mut repeated = Vec::new();
            for cluster in clusters {
                repeated.extend(cluster.members.iter().filter(is_chosen).skip(1));
            }
            repeated
        };
        self.clusters.par_chunks(PART).flat_map_iter(of_part).collect()
    }
}

impl Columns {
    /// The cases that are likely the same as one, by ordinal, the one that was stored first in front, each with what both have
    /// in common.
    pub fn duplicates_of(&self, ordinal: u32) -> BTreeMap<u32, Agreement> {
        let Some(position) = self.positions.get(ordinal) else { return BTreeMap::new() };
        let row = u16::try_from(position.row()).unwrap_or(u16::MAX);
        let of_chunk = self.duplicates.by_chunk.get(position.chunk()).map_or(&[][..], Vec::as_slice);
        let Ok(place) = of_chunk.binary_search_by_key(&row, |(row, _)| *row) else { return BTreeMap::new() };
        let members = &self.duplicates.clusters[of_chunk[place].1].members;
        let finder = Finder::new(self, &self.duplicates.majors);
        let others = members.iter().filter(|member| **member != position);
        others.map(|other| (self.ordinal_at(*other), finder.agreement(position, *other))).collect()
    }

    fn ordinal_at(&self, position: Position) -> u32 {
        self.chunks[position.chunk()].ordinal[position.row()]
    }

    /// The block of a case as it is known now; `None` where it is in none.
    pub(super) fn block_of_ordinal(&self, ordinal: u32) -> Option<Block> {
        let position = self.positions.get(ordinal)?;
        let chunk = &self.chunks[position.chunk()];
        block_of(|field| chunk.column(field).at(position.row())).filter(|_| chunk.is_in_use[position.row()])
    }
}

impl CodedCase {
    /// The block of a case; `None` where it is in none.
    pub(super) fn block(&self) -> Option<Block> {
        block_of(|field| self.codes[super::slots::slot(field)]).filter(|_| self.is_in_use)
    }
}
