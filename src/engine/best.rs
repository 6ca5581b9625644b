//! Finding the cases that are most like a profile: the same as `comparison::query` asks of the database.

use std::cmp::Reverse;
use std::hash::Hash;
use std::sync::Arc;

use rayon::prelude::*;

use super::Columns;
use super::chunk::{Chunk, NO_DATE, TIERS};
use super::conditions::member_code;
use super::dictionary::{Dictionaries, Dictionary};
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
    let left_out = leave_out.and_then(|ordinal| columns.place_of(ordinal));
    let share = columns.chunks.len().div_ceil(rayon::current_num_threads()).max(1);
    let part = |(part, chunks): (usize, &[Arc<Chunk>])| {
        let mut finder = Finder::new(&scorers, limit);
        for (number, chunk) in (part * share..).zip(chunks) {
            let mut rows = selection.rows(chunk);
            if let Some(place) = left_out.filter(|place| place.chunk() == number) {
                rows.keep(|row| row != place.row());
            }
            finder.search(chunk, &rows);
        }
        (finder.best, finder.considered)
    };
    let parts: Vec<(Leaders, u64)> = columns.chunks.par_chunks(share).enumerate().map(part).collect();
    let mut leaders = Leaders::new(limit);
    let considered = parts.iter().map(|(_, considered)| considered).sum();
    parts.into_iter().flat_map(|(part, _)| part.cases).for_each(|case| leaders.push(case));
    Some(Best { cases: leaders.finish(), considered })
}

/// The best that were seen so far, and some that are not.
struct Leaders {
    cases: Vec<Scored>,
    limit: usize,
    /// Cases of a lower rank are of no use.
    least: (i64, Reverse<u64>),
}

impl Leaders {
    fn new(limit: usize) -> Self {
        Self { cases: Vec::new(), limit, least: (i64::MIN, Reverse(u64::MAX)) }
    }

    fn push(&mut self, case: Scored) {
        if case.rank() >= self.least {
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
            self.least = last.rank();
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
    best: Leaders,
    considered: u64,
    /// Rows that may still be among the best, and their points.
    rows: Vec<u16>,
    points: Vec<i64>,
}

impl<'a> Finder<'a> {
    fn new(scorers: &'a [Scorer], limit: usize) -> Self {
        Self { scorers, best: Leaders::new(limit), considered: 0, rows: Vec::new(), points: Vec::new() }
    }

    fn search(&mut self, chunk: &Chunk, rows: &Rows) {
        self.considered += rows.len() as u64;
        let Some((first, others)) = self.scorers.split_first() else { return };
        let mut most_left: i64 = others.iter().map(|scorer| scorer.most).sum();
        let least = self.best.least.0;
        (first.begin)(chunk, rows, least.saturating_sub(most_left), (&mut self.rows, &mut self.points));
        for scorer in others {
            most_left -= scorer.most;
            (scorer.add)(chunk, least.saturating_sub(most_left), (&mut self.rows, &mut self.points));
        }
        for (row, points) in self.rows.iter().zip(&self.points) {
            let row = usize::from(*row);
            self.best.push(Scored { points: *points, id_start: chunk.id_start[row], ordinal: chunk.ordinal[row] });
        }
    }
}

/// Rows with their points.
type Scores<'a> = (&'a mut Vec<u16>, &'a mut Vec<i64>);

/// What one criterion adds to the points of cases.
struct Scorer {
    /// The most that it can add.
    most: i64,
    begin: Begin,
    add: Add,
}

/// Takes those rows of a chunk that have at least so many points by this criterion alone.
type Begin = Box<dyn Fn(&Chunk, &Rows, i64, Scores<'_>) + Send + Sync>;
/// Adds to the points of rows of a chunk, and leaves those that have at least so many then.
type Add = Box<dyn Fn(&Chunk, i64, Scores<'_>) + Send + Sync>;

impl Scorer {
    fn new(criterion: &Criterion, columns: &Columns) -> Self {
        let all = &*columns.dictionaries;
        let weight = criterion.weight.thousandths();
        let most = weight * Grade::FULL.millionths();
        let table = |graded: Vec<i64>| -> Vec<i64> { graded.into_iter().map(|grade| grade * weight).collect() };
        match &criterion.measure {
            Measure::Major(it) => Self::coded(most, table(by_code(it, &all.major)), |chunk, row| chunk.major[row]),
            Measure::Company(it) => {
                Self::coded(most, table(by_code(it, &all.company)), |chunk, row| chunk.company[row])
            }
            Measure::Role(it) => Self::coded(most, table(by_code(it, &all.role)), |chunk, row| chunk.role[row]),
            Measure::City(it) => Self::coded(most, table(by_code(it, &all.city)), |chunk, row| chunk.city[row]),
            Measure::SchoolTier(it) => Self::coded(most, table(by_tier(it)), |chunk, row| chunk.school_tier[row]),
            Measure::BachelorTier(it) => Self::coded(most, table(by_tier(it)), |chunk, row| chunk.bachelor_tier[row]),
            Measure::HighestDegree(it) => {
                Self::coded(most, table(by_member(it)), |chunk, row| chunk.highest_degree[row])
            }
            Measure::RoleTrack(it) => Self::coded(most, table(by_member(it)), |chunk, row| chunk.role_track[row]),
            Measure::Tags(yours) => Self::coded(most, table(by_tags(yours, all)), |chunk, row| chunk.tags[row]),
            Measure::OfferedOn(date) => {
                let yours = date.to_epoch_days();
                Self::by(most, move |chunk, row| weight * by_date(yours, chunk.offered_on[row]))
            }
        }
    }

    /// By a table of what each code adds.
    fn coded<T: Into<u32>>(
        most: i64,
        table: Vec<i64>,
        code: impl Fn(&Chunk, usize) -> T + Clone + Send + Sync + 'static,
    ) -> Self {
        Self::by(most, move |chunk, row| {
            let code: u32 = code(chunk, row).into();
            table[code as usize]
        })
    }

    /// By what each row adds. Written without a branch for each row: it could not be foreseen.
    fn by(most: i64, points: impl Fn(&Chunk, usize) -> i64 + Clone + Send + Sync + 'static) -> Self {
        let points_of = points.clone();
        let begin = move |chunk: &Chunk, rows: &Rows, least: i64, (kept, scores): Scores<'_>| {
            kept.resize(rows.len(), 0);
            scores.resize(rows.len(), 0);
            let mut number = 0;
            rows.each(|row| {
                let points = points(chunk, row);
                // Rows of a chunk are fewer than 2^16.
                #[allow(clippy::cast_possible_truncation)]
                let place = row as u16;
                kept[number] = place;
                scores[number] = points;
                number += usize::from(points >= least);
            });
            kept.truncate(number);
            scores.truncate(number);
        };
        let add = move |chunk: &Chunk, least: i64, (rows, scores): Scores<'_>| {
            let mut number = 0;
            for place in 0..rows.len() {
                let row = rows[place];
                let points = scores[place] + points_of(chunk, usize::from(row));
                rows[number] = row;
                scores[number] = points;
                number += usize::from(points >= least);
            }
            rows.truncate(number);
            scores.truncate(number);
        };
        Self { most, begin: Box::new(begin), add: Box::new(add) }
    }
}

/// The grade of each code, in millionths; nothing for the unknown.
fn by_code<T: Hash + Eq + Clone>(graded: &Graded<T>, dictionary: &Dictionary<T>) -> Vec<i64> {
    grades(graded, dictionary.codes(), |value| dictionary.code(value))
}

fn by_tier(graded: &Graded<i16>) -> Vec<i64> {
    grades(graded, TIERS, |tier| u32::try_from(*tier).ok())
}

fn by_member<T: crate::model::closed_set::ClosedSet>(graded: &Graded<T>) -> Vec<i64> {
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

/// By set of tags.
fn by_tags(yours: &[String], all: &Dictionaries) -> Vec<i64> {
    let share = |code: usize| {
        let theirs: Vec<&str> = all.tags_of(u32::try_from(code).unwrap_or(0)).collect();
        let common = yours.iter().filter(|tag| theirs.contains(&tag.as_str())).count();
        Grade::share(common, yours.len()).millionths()
    };
    (0..all.tags.codes()).map(share).collect()
}

fn by_date(yours: i32, theirs: i32) -> i64 {
    let apart = (i64::from(theirs) - i64::from(yours)).abs();
    let grade = DAYS_APART.iter().find(|(days, _)| apart <= *days).filter(|_| theirs != NO_DATE);
    grade.map_or(0, |(_, grade)| grade.millionths())
}
