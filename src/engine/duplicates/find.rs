//! By which rule two cases are likely the same one.
//!
//! - Of both are known, and the same: company, role, highest degree and tier of its school ([`SAME`]).
//! - Of both are known, and near: the date, by month at least and at most [`NEAR_DAYS`] apart; annual pay in one currency,
//!   at most [`NEAR_PERCENT`] apart.
//! - Nothing that is known of both speaks against it ([`MAY_NOT_DIFFER`]); of a major and what it is part of none does.
//! - A source tells each of its cases once: they are of different ones. Within one source they are the same only where also
//!   the day, the pay, the school, the major and the city ([`OF_ONE_SOURCE`]) are known and the same.
//! - Where a case is like more than [`MAX_ALIKE`] others, it is what many persons got, and says nothing of which.
//!
//! So each case joins the one that is nearest to it, of those which have no case of its source. It is a rule of agreement and
//! not of likelihood (Fellegi and Sunter, 1969, would weigh each agreement by how rare its value is): a reader can check it.

use std::collections::HashSet;

use rayon::prelude::*;

use super::{Block, Cluster, MajorParents};
use crate::engine::Columns;
use crate::engine::chunk::{Chunk, Position};
use crate::engine::days::{is_by, last_day};
use crate::engine::slots::{SLOTS, slot};
use crate::model::case::Field;
use crate::model::closed_sets::DatePrecision;
use crate::model::entity::Entity;

/// What is known of both cases, and the same.
pub(super) const SAME: [Field; 4] = [Field::Company, Field::Role, Field::HighestDegree, Field::SchoolTier];
/// What may be unknown, and is the same where it is known of both.
const MAY_NOT_DIFFER: [Field; 11] = [
    Field::RoleLevel,
    Field::RoleTrack,
    Field::BachelorTier,
    Field::MasterTier,
    Field::DoctorTier,
    Field::School,
    Field::Major,
    Field::City,
    Field::OfferChannel,
    Field::InterviewRounds,
    Field::PreparationDays,
];
/// What is known of both and the same where one source tells both.
const OF_ONE_SOURCE: [Field; 3] = [Field::School, Field::Major, Field::City];
/// Days that two dates are apart at most.
const NEAR_DAYS: u32 = 31;
/// Hundredths of the greater pay by which the other is less at most.
const NEAR_PERCENT: u64 = 5;
/// Others that a case may be like.
const MAX_ALIKE: usize = 3;
/// Cases before it that a case is compared with, so that a million alike ones take no time without end.
const MAX_COMPARED: usize = 256;
/// The longest that a date known by month stands for, less one.
const MONTH_DAYS: u32 = 30;

/// What two cases that are likely the same have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// The fields of which both have the same known value.
    pub same: Vec<Field>,
    /// Days between their dates; of one that is known by month alone, from its nearest end.
    pub days_apart: u32,
    /// The annual pay of the other less that of this one, twice as much.
    pub twice_pay_difference: i64,
}

/// The block of a case with these codes; `None` where one of them is unknown.
pub(super) fn block_of(code: impl Fn(Field) -> u32) -> Option<Block> {
    let block = SAME.map(code);
    (!block.contains(&0)).then_some(block)
}

/// A case that may be the same as another one.
struct Candidate {
    block: Block,
    /// The first day that its date may stand for.
    first_day: u32,
    /// The last one.
    last_day: u32,
    ordinal: u32,
    /// Twice its annual pay.
    pay_sum: u32,
    currency: u32,
    source: u32,
    position: Position,
}

/// Finds clusters.
pub(super) struct Finder<'a> {
    columns: &'a Columns,
    majors: &'a MajorParents,
    may_not_differ: [usize; MAY_NOT_DIFFER.len()],
}

impl<'a> Finder<'a> {
    pub(super) fn new(columns: &'a Columns, majors: &'a MajorParents) -> Self {
        Self { columns, majors, may_not_differ: MAY_NOT_DIFFER.map(slot) }
    }

    /// The clusters of some blocks.
    pub(super) fn clusters(&self, is_wanted: impl Fn(&Block) -> bool + Sync) -> Vec<Cluster> {
        let chunks = self.columns.chunks.par_iter().enumerate();
        let of_chunk = |(number, chunk): (usize, &std::sync::Arc<Chunk>)| candidates(number, chunk, &is_wanted);
        let mut candidates: Vec<Candidate> = chunks.flat_map_iter(of_chunk).collect();
        candidates.par_sort_unstable_by_key(|it| (it.block, it.first_day, it.ordinal));
        let blocks = candidates.par_chunk_by(|one, other| one.block == other.block);
        blocks.filter(|block| block.len() > 1).flat_map_iter(|block| self.clusters_of(block)).collect()
    }

    /// The clusters of one block, whose cases come by date.
    fn clusters_of(&self, block: &[Candidate]) -> Vec<Cluster> {
        let mut clusters: Vec<Vec<&Candidate>> = Vec::new();
        for candidate in block {
            let earlier = clusters.iter().enumerate().rev().take(MAX_COMPARED);
            let near =
                earlier.take_while(|(_, cluster)| candidate.first_day - cluster[0].first_day <= NEAR_DAYS + MONTH_DAYS);
            let alike: Vec<usize> = near
                .filter(|(_, cluster)| self.belongs(candidate, cluster))
                .map(|(number, _)| number)
                .take(MAX_ALIKE + 1)
                .collect();
            let nearest = alike.iter().min_by_key(|number| distance(candidate, clusters[**number][0]));
            match nearest {
                Some(nearest) if alike.len() <= MAX_ALIKE => clusters[*nearest].push(candidate),
                _ => clusters.push(vec![candidate]),
            }
        }
        clusters.retain(|cluster| cluster.len() > 1);
        let cluster = |mut cluster: Vec<&Candidate>| {
            cluster.sort_unstable_by_key(|member| member.ordinal);
            Cluster { block: cluster[0].block, members: cluster.iter().map(|member| member.position).collect() }
        };
        clusters.into_iter().map(cluster).collect()
    }

    /// Whether a case is likely the same as the first of a cluster, and none of its source is in there already but one that
    /// tells the very same.
    fn belongs(&self, candidate: &Candidate, cluster: &[&Candidate]) -> bool {
        let first = cluster[0];
        is_near(candidate, first)
            && !self.contradict(candidate.position, first.position)
            && cluster.iter().filter(|it| it.source == candidate.source).all(|it| self.tell_the_same(candidate, it))
    }

    /// Whether something that is known of both speaks against it.
    fn contradict(&self, one: Position, other: Position) -> bool {
        self.may_not_differ.iter().any(|slot| {
            let codes = [one, other].map(|position| self.at(position, *slot));
            let differ = codes[0] != codes[1] && !codes.contains(&0);
            differ && !(*slot == self.major() && self.are_one_above_the_other(codes))
        })
    }

    /// Whether two cases of one source are alike in all that tells persons apart.
    fn tell_the_same(&self, one: &Candidate, other: &Candidate) -> bool {
        let is_one_day =
            one.first_day == other.first_day && one.last_day == other.last_day && one.first_day == one.last_day;
        is_one_day
            && one.pay_sum == other.pay_sum
            && OF_ONE_SOURCE.map(slot).iter().all(|slot| {
                let code = self.at(one.position, *slot);
                code != 0 && code == self.at(other.position, *slot)
            })
    }

    fn at(&self, position: Position, slot: usize) -> u32 {
        self.columns.chunks[position.chunk()].at(slot).at(position.row())
    }

    fn major(&self) -> usize {
        slot(Field::Major)
    }

    /// Whether one of two majors is part of the other.
    fn are_one_above_the_other(&self, codes: [u32; 2]) -> bool {
        let entries = self.columns.dictionaries.entries(Entity::Major);
        let [Some(one), Some(other)] = codes.map(|code| entries.value(code).copied()) else { return false };
        self.stands_above(one, other) || self.stands_above(other, one)
    }

    fn stands_above(&self, above: i32, below: i32) -> bool {
        let parents = std::iter::successors(self.majors.get(&below), |id| self.majors.get(*id));
        parents.take(self.majors.len()).any(|id| *id == above)
    }

    /// What two cases have in common.
    pub(super) fn agreement(&self, one: Position, other: Position) -> Agreement {
        let is_same = |field: &Field| {
            let code = self.at(one, slot(*field));
            code != 0 && code == self.at(other, slot(*field))
        };
        let same: HashSet<Field> = SAME.into_iter().chain(MAY_NOT_DIFFER).filter(is_same).collect();
        let sum = |position| i64::from(self.at(position, slot(Field::PayAnnual)));
        let days = |position: Position| days_of(&self.columns.chunks[position.chunk()], position.row());
        Agreement {
            // In the order of the table of fields.
            same: Field::ALL.iter().copied().filter(|field| same.contains(field)).collect(),
            days_apart: days_between(days(one), days(other)),
            twice_pay_difference: sum(other) - sum(one),
        }
    }
}

/// The cases of a chunk that may be the same as another one.
fn candidates(number: usize, chunk: &Chunk, is_wanted: impl Fn(&Block) -> bool) -> Vec<Candidate> {
    let columns = SAME.map(|field| chunk.column(field));
    let (pay, currency, source) =
        (chunk.column(Field::PayAnnual), chunk.at(SLOTS.currency_of_pay), chunk.column(Field::Source));
    let candidate = |row: usize| {
        let block = columns.map(|column| column.at(row));
        if block.contains(&0) || !chunk.is_in_use[row] || !is_wanted(&block) {
            return None;
        }
        let (pay_sum, currency) = (pay.at(row), currency.at(row));
        let (first_day, last_day) = days_of(chunk, row);
        let is_known = pay_sum != 0 && currency != 0 && first_day != 0 && last_day - first_day <= MONTH_DAYS;
        is_known.then(|| Candidate {
            block,
            first_day,
            last_day,
            ordinal: chunk.ordinal[row],
            pay_sum,
            currency,
            source: source.at(row),
            position: Position::new(number, row),
        })
    };
    (0..chunk.len()).filter_map(candidate).collect()
}

/// The first and the last day that the date of a row may stand for; 0 where it is unknown.
fn days_of(chunk: &Chunk, row: usize) -> (u32, u32) {
    let first = chunk.column(Field::OfferedOn).at(row);
    let precision = chunk.column(Field::OfferedPrecision).at(row);
    if first == 0 || is_by(DatePrecision::Day, precision) {
        return (first, first);
    }
    (first, u32::try_from(last_day(first, precision)).unwrap_or(first))
}

/// Days between two dates, each of a first and a last day; 0 where they overlap.
fn days_between((first, last): (u32, u32), (other_first, other_last): (u32, u32)) -> u32 {
    other_first.saturating_sub(last).max(first.saturating_sub(other_last))
}

fn days_apart(one: &Candidate, other: &Candidate) -> u32 {
    days_between((one.first_day, one.last_day), (other.first_day, other.last_day))
}

/// How near two cases are, the least first.
fn distance(one: &Candidate, other: &Candidate) -> (u32, u32, u32) {
    (days_apart(one, other), one.pay_sum.abs_diff(other.pay_sum), other.ordinal)
}

/// Whether date and pay are near each other.
fn is_near(one: &Candidate, other: &Candidate) -> bool {
    let greater = u64::from(one.pay_sum.max(other.pay_sum));
    one.currency == other.currency
        && days_apart(one, other) <= NEAR_DAYS
        && u64::from(one.pay_sum.abs_diff(other.pay_sum)) * 100 <= greater * NEAR_PERCENT
}
