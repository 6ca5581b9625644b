//! Finding the cases that are most like a profile: the same as `comparison::query` asks of the database.

use std::cmp::Reverse;
use std::hash::Hash;
use std::sync::Arc;

use rayon::prelude::*;

use super::Columns;
use super::chunk::{Chunk, NO_DATE, TIERS};
use super::conditions::member_code;
use super::dictionary::Dictionary;
use super::selection::{Rows, Selection};
use crate::cases::filter::CaseFilter;
use crate::comparison::grades::{DAYS_APART, Grade, Graded};
use crate::comparison::measure::{Criterion, Measure};

/// A case with its points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scored {
    /// Thousandths of weights times millionths of grades, added up.
    pub points: i64,
    /// The first bytes of its id.
    pub id_start: u64,
    /// Which case it is.
    pub ordinal: u32,
}

impl Scored {
    /// The greatest comes first.
    fn rank(&self) -> (i64, Reverse<u64>) {
        (self.points, Reverse(self.id_start))
    }
}

/// The best candidates.
#[derive(Debug, Clone, Default)]
pub struct Best {
    /// The most points first, of equals the least id; more than were asked for where the first bytes of ids do not decide.
    pub cases: Vec<Scored>,
    /// Number of all candidates.
    pub considered: u64,
}

/// Finds the best of the cases of a filter; `None` where columns cannot tell.
pub fn best(
    columns: &Columns,
    criteria: &[Criterion],
    filter: &CaseFilter,
    leave_out: Option<u32>,
    limit: usize,
) -> Option<Best> {
    let selection = Selection::of(filter, columns)?;
    let mut scorers: Vec<Scorer> = criteria.iter().map(|criterion| Scorer::new(criterion, columns)).collect();
    // What counts most comes first: then most cases are out of the question after the first few.
    scorers.sort_by_key(|scorer| Reverse(scorer.most));
    let share = columns.chunks.len().div_ceil(rayon::current_num_threads()).max(1);
    let part = |chunks: &[Arc<Chunk>]| {
        let mut finder = Finder::new(&scorers, leave_out, limit);
        chunks.iter().for_each(|chunk| finder.search(chunk, selection.rows(chunk)));
        (finder.best, finder.considered)
    };
    let parts: Vec<(Leaders, u64)> = columns.chunks.par_chunks(share).map(part).collect();
    let mut leaders = Leaders::new(limit);
    let considered = parts.iter().map(|(_, considered)| considered).sum();
    parts.into_iter().flat_map(|(part, _)| part.cases).for_each(|case| leaders.push(case));
    Some(Best { cases: leaders.finish(), considered })
}

/// The best that were seen so far, and some that are not.
struct Leaders {
    cases: Vec<Scored>,
    limit: usize,
    /// Fewer points than these are of no use.
    least: i64,
}

impl Leaders {
    fn new(limit: usize) -> Self {
        Self { cases: Vec::new(), limit, least: i64::MIN }
    }

    fn push(&mut self, case: Scored) {
        if case.points >= self.least {
            self.cases.push(case);
            if self.cases.len() > 8 * self.limit {
                self.tidy();
            }
        }
    }

    /// Keeps the best, with all that are of the rank of the last of them.
    fn tidy(&mut self) {
        self.cases.sort_unstable_by_key(|case| Reverse(case.rank()));
        if let Some(last) = self.cases.get(self.limit.saturating_sub(1)).copied() {
            self.cases.retain(|case| case.rank() >= last.rank());
            self.least = last.points;
        }
    }

    fn finish(mut self) -> Vec<Scored> {
        self.tidy();
        self.cases
    }
}

/// Goes through chunks.
struct Finder<'a> {
    scorers: &'a [Scorer],
    leave_out: Option<u32>,
    best: Leaders,
    considered: u64,
    rows: Vec<u16>,
    points: Vec<i64>,
}

impl<'a> Finder<'a> {
    fn new(scorers: &'a [Scorer], leave_out: Option<u32>, limit: usize) -> Self {
        Self { scorers, leave_out, best: Leaders::new(limit), considered: 0, rows: Vec::new(), points: Vec::new() }
    }

    fn search(&mut self, chunk: &Chunk, mut rows: Rows) {
        if let Some(left_out) = self.leave_out
            && let Some(place) = chunk.ordinal.iter().position(|ordinal| *ordinal == left_out)
        {
            rows.keep(|row| row != place);
        }
        self.considered += rows.len() as u64;
        self.rows.clear();
        // Rows of a chunk are fewer than 2^16.
        #[allow(clippy::cast_possible_truncation)]
        rows.each(|row| self.rows.push(row as u16));
        self.points.clear();
        self.points.resize(self.rows.len(), 0);
        let mut most_left: i64 = self.scorers.iter().map(|scorer| scorer.most).sum();
        for scorer in self.scorers {
            most_left -= scorer.most;
            (scorer.add)(chunk, &self.rows, &mut self.points);
            self.drop_hopeless(most_left);
        }
        for (row, points) in self.rows.iter().zip(&self.points) {
            let row = usize::from(*row);
            self.best.push(Scored { points: *points, id_start: chunk.id_start[row], ordinal: chunk.ordinal[row] });
        }
    }

    /// Leaves out the cases that can no longer be among the best.
    fn drop_hopeless(&mut self, most_left: i64) {
        let least = self.best.least.saturating_sub(most_left);
        let mut kept = 0;
        for place in 0..self.rows.len() {
            let points = self.points[place];
            self.rows[kept] = self.rows[place];
            self.points[kept] = points;
            kept += usize::from(points >= least);
        }
        self.rows.truncate(kept);
        self.points.truncate(kept);
    }
}

/// What one criterion adds to the points of cases.
struct Scorer {
    /// The most that it can add.
    most: i64,
    add: AddPoints,
}

/// Adds to the points of some rows of a chunk.
type AddPoints = Box<dyn Fn(&Chunk, &[u16], &mut [i64]) + Send + Sync>;

impl Scorer {
    fn new(criterion: &Criterion, columns: &Columns) -> Self {
        let all = &*columns.dictionaries;
        let weight = criterion.weight.thousandths();
        let table = |graded: Vec<i64>| -> Vec<i64> { graded.into_iter().map(|grade| grade * weight).collect() };
        let add = match &criterion.measure {
            Measure::Major(graded) => by_table(table(by_code(graded, &all.major)), |chunk| &chunk.major),
            Measure::Company(graded) => by_table(table(by_code(graded, &all.company)), |chunk| &chunk.company),
            Measure::Role(graded) => by_table(table(by_code(graded, &all.role)), |chunk| &chunk.role),
            Measure::City(graded) => by_table(table(by_code(graded, &all.city)), |chunk| &chunk.city),
            Measure::SchoolTier(graded) => by_table(table(by_tier(graded)), |chunk| &chunk.school_tier),
            Measure::BachelorTier(graded) => by_table(table(by_tier(graded)), |chunk| &chunk.bachelor_tier),
            Measure::HighestDegree(graded) => by_table(table(by_member(graded)), |chunk| &chunk.highest_degree),
            Measure::RoleTrack(graded) => by_table(table(by_member(graded)), |chunk| &chunk.role_track),
            Measure::Tags(yours) => {
                let share = |code: usize| {
                    let code = u32::try_from(code).unwrap_or(0);
                    let theirs: Vec<&str> = all.tags_of(code).collect();
                    let common = yours.iter().filter(|tag| theirs.contains(&tag.as_str())).count();
                    Grade::share(common, yours.len()).millionths()
                };
                by_table(table((0..all.tags.codes()).map(share).collect()), |chunk| &chunk.tags)
            }
            Measure::OfferedOn(date) => by_date(date.to_epoch_days(), weight),
        };
        Self { most: weight * Grade::FULL.millionths(), add }
    }
}

/// The grade of each code, in millionths; nothing for the unknown.
fn by_code<T: Hash + Eq + Clone>(graded: &Graded<T>, dictionary: &Dictionary<T>) -> Vec<i64> {
    grades(graded, dictionary.codes(), |value| dictionary.code(value))
}

fn by_tier(graded: &Graded<i16>) -> Vec<i64> {
    grades(graded, TIERS, |tier| u32::try_from(*tier).ok())
}

fn by_member<T: crate::database::closed_set::ClosedSet>(graded: &Graded<T>) -> Vec<i64> {
    grades(graded, T::ALL.len() + 1, |member| member_code(*member))
}

fn grades<T>(graded: &Graded<T>, codes: usize, code: impl Fn(&T) -> Option<u32>) -> Vec<i64> {
    let mut grades = vec![0; codes];
    for group in &graded.groups {
        for code in group.values.iter().filter_map(&code) {
            if let Some(grade) = grades.get_mut(code as usize).filter(|_| code > 0) {
                *grade = group.grade.millionths();
            }
        }
    }
    grades
}

fn by_table<T: Copy + Into<u32> + 'static>(table: Vec<i64>, column: fn(&Chunk) -> &Vec<T>) -> AddPoints {
    Box::new(move |chunk, rows, points| {
        let column = column(chunk);
        for (row, points) in rows.iter().zip(points) {
            let code: u32 = column[usize::from(*row)].into();
            *points += table[code as usize];
        }
    })
}

fn by_date(yours: i32, weight: i64) -> AddPoints {
    Box::new(move |chunk, rows, points| {
        for (row, points) in rows.iter().zip(points) {
            let theirs = chunk.offered_on[usize::from(*row)];
            if theirs != NO_DATE {
                let apart = (i64::from(theirs) - i64::from(yours)).abs();
                let grade = DAYS_APART.iter().find(|(days, _)| apart <= *days);
                *points += weight * grade.map_or(0, |(_, grade)| grade.millionths());
            }
        }
    })
}
