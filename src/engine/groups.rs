//! Which group of a dimension a case is in.
//!
//! A case has one code of a dimension, and a code stands for one or more groups: a company's for its kind, a set of tags for
//! each of them. Cases are counted by code, and the counts put together by group.

use std::collections::HashMap;
use std::hash::Hash;

use super::chunk::{Chunk, TIERS};
use super::conditions::member_code;
use super::dictionary::{Dictionaries, Dictionary};
use super::selection::Rows;
use crate::catalog::{Catalog, Entry};
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::{DatePrecision, Degree, OfferChannel, RoleTrack, Verification};
use crate::statistics::Dimension;
use crate::statistics::count::Key;

/// So many codes are few.
const FEW_CODES: usize = 64;

/// The groups of a dimension and the codes that stand for them.
#[derive(Debug)]
pub struct Grouping {
    dimension: Dimension,
    /// Number of codes.
    pub codes: usize,
    /// The groups by number, each as the database prints it; the first is the unknown.
    pub keys: Vec<Key>,
    /// Where the groups of each code begin in `groups`; one more than there are codes.
    starts: Vec<u32>,
    groups: Vec<u32>,
}

impl Grouping {
    /// The groups of a dimension among these cases.
    pub fn new(dimension: Dimension, all: &Dictionaries, catalog: &Catalog) -> Self {
        let kind = |id: &i32| catalog.companies.get(*id).and_then(Entry::company_kind).map(text);
        let family = |id: &i32| catalog.roles.get(*id).and_then(Entry::role_family).map(text);
        let mut maker = Maker::default();
        match dimension {
            Dimension::Company => maker.each(&all.company, |id| Some(id.to_string())),
            Dimension::CompanyKind => maker.each(&all.company, kind),
            Dimension::Role => maker.each(&all.role, |id| Some(id.to_string())),
            Dimension::RoleFamily => maker.each(&all.role, family),
            Dimension::Major => maker.each(&all.major, |id| Some(id.to_string())),
            Dimension::School => maker.each(&all.school, |id| Some(id.to_string())),
            Dimension::Source => maker.each(&all.source, |id| Some(id.to_string())),
            Dimension::City => maker.each(&all.city, |city| Some(city.clone())),
            Dimension::OfferedYear => maker.each(&all.month, |month| Some(format!("{:04}", month.year))),
            Dimension::OfferedMonth => {
                maker.each(&all.month, |month| Some(format!("{:04}-{:02}", month.year, month.month)));
            }
            Dimension::RoleTrack => maker.members::<RoleTrack>(),
            Dimension::HighestDegree => maker.members::<Degree>(),
            Dimension::OfferChannel => maker.members::<OfferChannel>(),
            Dimension::Verification => maker.members::<Verification>(),
            Dimension::SchoolTier | Dimension::BachelorTier | Dimension::MasterTier | Dimension::DoctorTier => {
                (1..TIERS).for_each(|tier| maker.code([tier.to_string()]));
            }
            Dimension::AnyTier => maker.sets_of_tiers(),
            Dimension::Tag => (1..all.tags.codes()).for_each(|set| {
                maker.code(all.tags_of(u32::try_from(set).unwrap_or(0)).map(str::to_owned));
            }),
        }
        maker.finish(dimension)
    }

    /// The groups that a code stands for.
    #[inline]
    pub fn of(&self, code: usize) -> &[u32] {
        &self.groups[self.starts[code] as usize..self.starts[code + 1] as usize]
    }

    /// The most groups that a code stands for.
    pub fn most_of_a_code(&self) -> usize {
        self.starts.windows(2).map(|ends| (ends[1] - ends[0]) as usize).max().unwrap_or(1)
    }

    /// Whether each code stands for one group.
    pub fn is_single(&self) -> bool {
        self.groups.len() == self.codes
    }

    /// Adds the rows to the counters of their codes, which stand `stride` apart.
    ///
    /// Rows of one code often follow each other, and adding to what was just added to takes time: four sets of counters
    /// take turns where these are small.
    pub fn count(&self, chunk: &Chunk, rows: &Rows, codes: &mut Vec<u32>, counters: &mut [u32], stride: usize) {
        self.fill(chunk, rows, codes);
        if self.codes > FEW_CODES {
            codes.iter().for_each(|code| counters[*code as usize * stride] += 1);
            return;
        }
        let mut turns = [[0_u32; FEW_CODES]; 4];
        let (fours, rest) = codes.as_chunks::<4>();
        for four in fours {
            for (turn, code) in turns.iter_mut().zip(four) {
                turn[*code as usize % FEW_CODES] += 1;
            }
        }
        rest.iter().for_each(|code| turns[0][*code as usize % FEW_CODES] += 1);
        for code in 0..self.codes {
            counters[code * stride] += turns.iter().map(|turn| turn[code]).sum::<u32>();
        }
    }

    /// Writes the codes of some rows.
    pub fn fill(&self, chunk: &Chunk, rows: &Rows, codes: &mut Vec<u32>) {
        match self.dimension {
            Dimension::Company | Dimension::CompanyKind => gather(&chunk.company, rows, codes),
            Dimension::Role | Dimension::RoleFamily => gather(&chunk.role, rows, codes),
            Dimension::City => gather(&chunk.city, rows, codes),
            Dimension::Tag => gather(&chunk.tags, rows, codes),
            Dimension::Major => gather(&chunk.major, rows, codes),
            Dimension::School => gather(&chunk.school, rows, codes),
            Dimension::Source => gather(&chunk.source, rows, codes),
            Dimension::OfferedYear => gather(&chunk.month, rows, codes),
            Dimension::SchoolTier => gather(&chunk.school_tier, rows, codes),
            Dimension::BachelorTier => gather(&chunk.bachelor_tier, rows, codes),
            Dimension::MasterTier => gather(&chunk.master_tier, rows, codes),
            Dimension::DoctorTier => gather(&chunk.doctor_tier, rows, codes),
            Dimension::RoleTrack => gather(&chunk.role_track, rows, codes),
            Dimension::HighestDegree => gather(&chunk.highest_degree, rows, codes),
            Dimension::OfferChannel => gather(&chunk.offer_channel, rows, codes),
            Dimension::Verification => gather(&chunk.verification, rows, codes),
            Dimension::OfferedMonth => {
                let year = member_code(DatePrecision::Year).unwrap_or(0);
                let month = |row: usize| {
                    if u32::from(chunk.offered_precision[row]) == year { 0 } else { u32::from(chunk.month[row]) }
                };
                gather_by(rows, codes, month);
            }
            Dimension::AnyTier => gather_by(rows, codes, |row| {
                let tiers =
                    [chunk.school_tier[row], chunk.bachelor_tier[row], chunk.master_tier[row], chunk.doctor_tier[row]];
                tiers.iter().fold(0, |packed, tier| packed * TIERS as u32 + u32::from(*tier))
            }),
        }
    }
}

/// Writes the values of some rows of a column.
pub fn gather<T: Copy + Into<u32>>(column: &[T], rows: &Rows, codes: &mut Vec<u32>) {
    codes.clear();
    match rows {
        Rows::All(count) => codes.extend(column[..*count].iter().map(|code| (*code).into())),
        Rows::Some(rows) => codes.extend(rows.iter().map(|row| column[usize::from(*row)].into())),
    }
}

fn gather_by(rows: &Rows, codes: &mut Vec<u32>, code: impl Fn(usize) -> u32) {
    codes.clear();
    match rows {
        Rows::All(count) => codes.extend((0..*count).map(code)),
        Rows::Some(rows) => codes.extend(rows.iter().map(|row| code(usize::from(*row)))),
    }
}

/// The tiers that are packed in a code, each once.
fn tiers_of(mut packed: usize) -> impl Iterator<Item = u32> {
    let mut has = [false; TIERS];
    while packed > 0 {
        has[packed % TIERS] = true;
        packed /= TIERS;
    }
    (1_u32..).zip(has.into_iter().skip(1)).filter(|(_, has)| *has).map(|(tier, _)| tier)
}

fn text<T: ClosedSet>(member: T) -> String {
    member.slug().to_owned()
}

/// Makes a grouping code by code; the code 0 is the unknown.
struct Maker {
    keys: Vec<Key>,
    numbers: HashMap<String, u32>,
    starts: Vec<u32>,
    groups: Vec<u32>,
}

impl Default for Maker {
    fn default() -> Self {
        Self { keys: vec![None], numbers: HashMap::new(), starts: vec![0, 1], groups: vec![0] }
    }
}

impl Maker {
    /// The next code: of these groups, or unknown.
    fn code(&mut self, keys: impl IntoIterator<Item = String>) {
        let before = self.groups.len();
        for key in keys {
            let next = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
            let number = *self.numbers.entry(key).or_insert_with_key(|key| {
                self.keys.push(Some(key.clone()));
                next
            });
            self.groups.push(number);
        }
        if self.groups.len() == before {
            self.groups.push(0);
        }
        self.starts.push(u32::try_from(self.groups.len()).unwrap_or(u32::MAX));
    }

    fn each<T: Hash + Eq + Clone>(&mut self, dictionary: &Dictionary<T>, key: impl Fn(&T) -> Key) {
        for value in dictionary.values() {
            self.code(key(value));
        }
    }

    fn members<T: ClosedSet>(&mut self) {
        for slug in T::SLUGS {
            self.code([(*slug).to_owned()]);
        }
    }

    /// A code for every four tiers; the group of a tier has its number.
    fn sets_of_tiers(&mut self) {
        self.keys.extend((1..TIERS).map(|tier| Some(tier.to_string())));
        for packed in 1..TIERS.pow(4) {
            self.groups.extend(tiers_of(packed));
            self.starts.push(u32::try_from(self.groups.len()).unwrap_or(u32::MAX));
        }
    }

    fn finish(self, dimension: Dimension) -> Grouping {
        let Self { keys, starts, groups, .. } = self;
        Grouping { dimension, codes: starts.len() - 1, keys, starts, groups }
    }
}
