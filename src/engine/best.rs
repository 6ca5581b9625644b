//! Finding the cases that are most like a profile.

use std::cmp::Reverse;
use std::sync::Arc;

use chrono::NaiveDate;
use rayon::prelude::*;

use super::Columns;
use super::chunk::Chunk;
use super::column::{Column, with_codes};
use super::days::code_of;
use super::dictionary::Dictionaries;
use super::selection::{Rows, Selection};
use super::slots::slot;
use super::tally::GroupValue;
use crate::cases::filter::CaseFilter;
use crate::model::case::Field;

/// What a case gets for one field.
#[derive(Debug, Clone)]
pub struct ScoredField {
    /// The field.
    pub field: Field,
    /// How much it counts: thousandths.
    pub weight: i64,
    /// How its values are graded.
    pub grades: Grades,
}

/// Grades of the values of a field, in millionths; what is unknown has none.
#[derive(Debug, Clone)]
pub enum Grades {
    /// Of each value; of all others nothing.
    ByValue(Vec<(GroupValue, i64)>),
    /// The share of these tags that a case has, of as much as all of them give.
    Share {
        /// The tags.
        tags: Vec<String>,
        /// What all of them give.
        full: i64,
    },
    /// By days between a date and that of the case: the first step that is far enough.
    DaysApart {
        /// The date.
        date: NaiveDate,
        /// Days, and what a date at most so far apart gives.
        steps: &'static [(i64, i64)],
    },
}

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

/// Finds the best of the cases of a filter; the greatest grade is `full`.
pub fn best(
    columns: &Columns,
    criteria: &[ScoredField],
    full: i64,
    filter: &CaseFilter,
    leave_out: Option<u32>,
    limit: usize,
) -> Best {
    let selection = Selection::of(filter, columns);
    let mut scorers: Vec<Scorer> = criteria.iter().map(|field| Scorer::new(field, full, columns)).collect();
    // What counts most comes first: then most cases are out of the question after the first few.
    scorers.sort_by_key(|scorer| Reverse(scorer.max));
    let left_out = leave_out.and_then(|ordinal| columns.positions.get(ordinal));
    let share = columns.chunks.len().div_ceil(rayon::current_num_threads()).max(1);
    let part = |(part, chunks): (usize, &[Arc<Chunk>])| {
        let mut finder = Finder::new(&scorers, limit);
        for (number, chunk) in (part * share..).zip(chunks) {
            let mut rows = selection.rows(number, chunk);
            if let Some(position) = left_out.filter(|position| position.chunk() == number) {
                rows.keep(|row| row != position.row());
            }
            finder.search(chunk, &rows);
        }
        (finder.best, finder.considered)
    };
    let parts: Vec<(Leaders, u64)> = columns.chunks.par_chunks(share).enumerate().map(part).collect();
    let mut leaders = Leaders::new(limit);
    let considered = parts.iter().map(|(_, considered)| considered).sum();
    parts.into_iter().flat_map(|(part, _)| part.cases).for_each(|case| leaders.push(case));
    Best { cases: leaders.finish(), considered }
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
        let mut max_left: i64 = others.iter().map(|scorer| scorer.max).sum();
        let least = self.best.least.0;
        (first.begin)(chunk, rows, least.saturating_sub(max_left), (&mut self.rows, &mut self.points));
        for scorer in others {
            max_left -= scorer.max;
            (scorer.add)(chunk, least.saturating_sub(max_left), (&mut self.rows, &mut self.points));
        }
        for (row, points) in self.rows.iter().zip(&self.points) {
            let row = usize::from(*row);
            self.best.push(Scored { points: *points, id_start: chunk.id_start[row], ordinal: chunk.ordinal[row] });
        }
    }
}

/// Rows with their points.
type Scores<'a> = (&'a mut Vec<u16>, &'a mut Vec<i64>);

/// What one field adds to the points of cases.
struct Scorer {
    /// The most that it can add.
    max: i64,
    begin: Begin,
    add: Add,
}

/// Takes those rows of a chunk that have at least so many points by this field alone.
type Begin = Box<dyn Fn(&Chunk, &Rows, i64, Scores<'_>) + Send + Sync>;
/// Adds to the points of rows of a chunk, and leaves those that have at least so many then.
type Add = Box<dyn Fn(&Chunk, i64, Scores<'_>) + Send + Sync>;

impl Scorer {
    fn new(ScoredField { field, weight, grades }: &ScoredField, full: i64, columns: &Columns) -> Self {
        let (slot, weight) = (slot(*field), *weight);
        let max = weight * full;
        match grades {
            Grades::DaysApart { date, steps } => {
                let (yours, steps) = (code_of(*date), *steps);
                Self::by(
                    slot,
                    max,
                    move |theirs| {
                        if theirs > 0 { weight * grade_apart(i64::from(theirs) - yours, steps) } else { 0 }
                    },
                )
            }
            _ => {
                let mut table = by_code(slot, grades, &columns.dictionaries);
                table.iter_mut().for_each(|grade| *grade *= weight);
                Self::by(slot, max, move |code| table[code as usize])
            }
        }
    }

    /// By what each code adds. Written without a branch for each row: it could not be foreseen.
    fn by(slot: usize, max: i64, points: impl Fn(u32) -> i64 + Clone + Send + Sync + 'static) -> Self {
        let points_of = points.clone();
        let begin = move |chunk: &Chunk, rows: &Rows, least: i64, scores: Scores<'_>| {
            with_codes!(chunk.at(slot), codes => begin(rows, least, scores, |row| points(codes[row].into())));
        };
        let add = move |chunk: &Chunk, least: i64, scores: Scores<'_>| {
            with_codes!(chunk.at(slot), codes => add(least, scores, |row| points_of(codes[row].into())));
        };
        Self { max, begin: Box::new(begin), add: Box::new(add) }
    }
}

fn begin(rows: &Rows, least: i64, (kept, scores): Scores<'_>, points: impl Fn(usize) -> i64) {
    kept.resize(rows.len(), 0);
    let mut number = 0;
    rows.each(|row| {
        // Rows of a chunk are fewer than 2^16.
        #[allow(clippy::cast_possible_truncation)]
        let short = row as u16;
        kept[number] = short;
        number += usize::from(points(row) >= least);
    });
    kept.truncate(number);
    // Few are left, whose points are looked up again: to write down those of all takes more time.
    scores.clear();
    scores.extend(kept.iter().map(|row| points(usize::from(*row))));
}

fn add(least: i64, (rows, scores): Scores<'_>, points: impl Fn(usize) -> i64) {
    let mut number = 0;
    for index in 0..rows.len() {
        let row = rows[index];
        let points = scores[index] + points(usize::from(row));
        rows[number] = row;
        scores[number] = points;
        number += usize::from(points >= least);
    }
    rows.truncate(number);
    scores.truncate(number);
}

/// The grade of each code of a column, in millionths; nothing for the unknown.
fn by_code(slot: usize, grades: &Grades, all: &Dictionaries) -> Vec<i64> {
    let mut by_code = vec![0; all.codes(slot)];
    match grades {
        Grades::ByValue(values) => {
            for (value, grade) in values {
                if let Some(code) = all.code(slot, value) {
                    by_code[code as usize] = *grade;
                }
            }
        }
        Grades::Share { tags, full } => {
            for (code, grade) in (0..).zip(&mut by_code) {
                let theirs: Vec<&str> = all.tags(slot, code).collect();
                let common = tags.iter().filter(|tag| theirs.contains(&tag.as_str())).count();
                *grade = share_of(common, tags.len(), *full);
            }
        }
        Grades::DaysApart { .. } => {}
    }
    by_code
}

/// `part` of `whole` of a grade, rounded down, as integers are divided.
pub fn share_of(part: usize, whole: usize, full: i64) -> i64 {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    count(part).saturating_mul(full) / count(whole.max(1))
}

/// The grade of the first step that is far enough; nothing beyond the last.
pub fn grade_apart(days: i64, steps: &[(i64, i64)]) -> i64 {
    steps.iter().find(|(most, _)| days.abs() <= *most).map_or(0, |(_, grade)| *grade)
}
