//! What a filter asks, as conditions on the rows of a chunk.

use std::collections::HashSet;
use std::hash::Hash;

use chrono::{Months, NaiveDate};

use super::chunk::{Chunk, HAS_CONFLICT, NO_DATE, TIERS, date_of};
use super::dictionary::{Dictionaries, Dictionary};
use super::selection::Rows;
use crate::cases::filter::{CaseFilter, Choice, Range, Values};
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::DatePrecision;

/// Leaves those rows of a chunk that fit.
pub type Condition = Box<dyn Fn(&Chunk, &mut Rows) + Send + Sync>;

/// The conditions of a filter, but for its words.
pub fn conditions(filter: &CaseFilter, all: &Dictionaries) -> Vec<Condition> {
    let mut made = Maker(Vec::new());
    // The ones that leave the fewest come first.
    made.coded(&filter.company, &all.company, |chunk, row| chunk.company[row] as usize);
    made.coded(&filter.school, &all.school, |chunk, row| usize::from(chunk.school[row]));
    made.coded(&filter.major, &all.major, |chunk, row| usize::from(chunk.major[row]));
    made.coded(&filter.role, &all.role, |chunk, row| chunk.role[row] as usize);
    made.cities(&filter.city, all);
    made.tags(&filter.tag, all);
    made.coded(&filter.role_family, &all.role, |chunk, row| chunk.role[row] as usize);
    made.coded(&filter.company_kind, &all.company, |chunk, row| chunk.company[row] as usize);
    made.coded(&filter.source, &all.source, |chunk, row| usize::from(chunk.source[row]));
    made.tiers(&filter.school_tier, |chunk, row| chunk.school_tier[row]);
    made.tiers(&filter.bachelor_tier, |chunk, row| chunk.bachelor_tier[row]);
    made.tiers(&filter.master_tier, |chunk, row| chunk.master_tier[row]);
    made.tiers(&filter.doctor_tier, |chunk, row| chunk.doctor_tier[row]);
    made.any_tier(&filter.any_tier);
    made.members(&filter.highest_degree, |chunk, row| chunk.highest_degree[row]);
    made.members(&filter.role_track, |chunk, row| chunk.role_track[row]);
    made.members(&filter.offer_channel, |chunk, row| chunk.offer_channel[row]);
    made.members(&filter.verification, |chunk, row| chunk.verification[row]);
    made.dates(&filter.offered_on);
    made.pay(&filter.pay_annual);
    made.numbers(&filter.interview_rounds, 0, |chunk, row| chunk.interview_rounds[row]);
    made.numbers(&filter.preparation_days, -1, |chunk, row| chunk.preparation_days[row]);
    made.conflicts(filter.has_conflict);
    made.0
}

struct Maker(Vec<Condition>);

impl Maker {
    fn keep(&mut self, is_kept: impl Fn(&Chunk, usize) -> bool + Send + Sync + 'static) {
        self.0.push(Box::new(move |chunk, rows| rows.keep(|row| is_kept(chunk, row))));
    }

    /// By a table of which codes are allowed.
    fn table(&mut self, allowed: Vec<bool>, code: impl Fn(&Chunk, usize) -> usize + Send + Sync + 'static) {
        self.keep(move |chunk, row| allowed[code(chunk, row)]);
    }

    fn coded<T: Hash + Eq + Clone>(
        &mut self,
        choice: &Choice<T>,
        dictionary: &Dictionary<T>,
        code: impl Fn(&Chunk, usize) -> usize + Send + Sync + 'static,
    ) {
        let codes = |values: &Values<T>| values.known.iter().filter_map(|value| dictionary.code(value)).collect();
        if let Some(allowed) = allowed(choice, dictionary.codes(), codes) {
            self.table(allowed, code);
        }
    }

    /// Tiers are their own codes.
    fn tiers(&mut self, choice: &Choice<i16>, tier: impl Fn(&Chunk, usize) -> u8 + Send + Sync + 'static) {
        if let Some(allowed) = allowed(choice, TIERS, |values| values.known.iter().filter_map(tier_code).collect()) {
            self.table(allowed, move |chunk, row| usize::from(tier(chunk, row)));
        }
    }

    /// A case fits with any of its tiers, and is unknown without any.
    fn any_tier(&mut self, choice: &Choice<i16>) {
        for (values, wanted) in [(&choice.any_of, true), (&choice.none_of, false)] {
            let Some(values) = values else { continue };
            let mut listed = [false; TIERS];
            values.known.iter().filter_map(tier_code).for_each(|tier| listed[tier as usize] = true);
            let unknown = values.unknown;
            self.keep(move |chunk, row| {
                let tiers =
                    [chunk.school_tier[row], chunk.bachelor_tier[row], chunk.master_tier[row], chunk.doctor_tier[row]];
                // The tier 0 is the unknown, and is never listed.
                let has = tiers.iter().any(|tier| listed[usize::from(*tier)]) || (unknown && tiers == [0; 4]);
                has == wanted
            });
        }
    }

    fn members<T: ClosedSet + Send + Sync>(
        &mut self,
        choice: &Choice<T>,
        code: impl Fn(&Chunk, usize) -> u8 + Send + Sync + 'static,
    ) {
        let codes = |values: &Values<T>| values.known.iter().filter_map(|member| member_code(*member)).collect();
        if let Some(allowed) = allowed(choice, T::ALL.len() + 1, codes) {
            self.table(allowed, move |chunk, row| usize::from(code(chunk, row)));
        }
    }

    fn cities(&mut self, choice: &Choice<String>, all: &Dictionaries) {
        let codes = |values: &Values<String>| {
            let listed: HashSet<&str> = values.known.iter().map(String::as_str).collect();
            codes_where(all.city.codes(), |code| all.city_key(code).is_some_and(|key| listed.contains(key)))
        };
        if let Some(allowed) = allowed(choice, all.city.codes(), codes) {
            self.table(allowed, |chunk, row| chunk.city[row] as usize);
        }
    }

    fn tags(&mut self, choice: &Choice<String>, all: &Dictionaries) {
        let codes = |values: &Values<String>| {
            codes_where(all.tags.codes(), |code| all.tags_of(code).any(|tag| values.known.iter().any(|one| one == tag)))
        };
        if let Some(allowed) = allowed(choice, all.tags.codes(), codes) {
            self.table(allowed, |chunk, row| chunk.tags[row] as usize);
        }
    }

    /// A date known by month or year fits where all of it lies inside.
    fn dates(&mut self, choice: &Choice<Range<NaiveDate>>) {
        let days = |date: NaiveDate| date.to_epoch_days();
        for (values, wanted) in sides(choice) {
            let ranges: Vec<_> = values.known.iter().map(|range| (range.min.map(days), range.max.map(days))).collect();
            let unknown = values.unknown;
            self.keep(move |chunk, row| {
                let first = chunk.offered_on[row];
                let fits = |(min, max): &(Option<i32>, Option<i32>)| {
                    min.is_none_or(|min| first >= min)
                        && max.is_none_or(|max| first <= max && last_day(first, chunk.offered_precision[row]) <= max)
                };
                let has = if first == NO_DATE { unknown } else { ranges.iter().any(fits) };
                has == wanted
            });
        }
    }

    /// Pay counts by its middle, of which the sum is twice as much.
    fn pay(&mut self, choice: &Choice<Range<i32>>) {
        for (values, wanted) in sides(choice) {
            let twice = |end: i32| 2 * i64::from(end);
            let ranges: Vec<_> =
                values.known.iter().map(|range| (range.min.map(twice), range.max.map(twice))).collect();
            let unknown = values.unknown;
            self.keep(move |chunk, row| {
                let sum = i64::from(chunk.pay_sum[row]);
                let has = if sum == 0 { unknown } else { is_in(&ranges, sum) };
                has == wanted
            });
        }
    }

    fn numbers(
        &mut self,
        choice: &Choice<Range<i32>>,
        unknown_number: i16,
        number: impl Fn(&Chunk, usize) -> i16 + Copy + Send + Sync + 'static,
    ) {
        for (values, wanted) in sides(choice) {
            let whole = |end: i32| i64::from(end);
            let ranges: Vec<_> =
                values.known.iter().map(|range| (range.min.map(whole), range.max.map(whole))).collect();
            let unknown = values.unknown;
            self.keep(move |chunk, row| {
                let number = number(chunk, row);
                let has = if number == unknown_number { unknown } else { is_in(&ranges, i64::from(number)) };
                has == wanted
            });
        }
    }

    fn conflicts(&mut self, has_conflict: Option<bool>) {
        if let Some(wanted) = has_conflict {
            self.keep(move |chunk, row| (chunk.flags[row] & HAS_CONFLICT != 0) == wanted);
        }
    }
}

/// What must be, and what must not be.
fn sides<T>(choice: &Choice<T>) -> impl Iterator<Item = (&Values<T>, bool)> {
    [(&choice.any_of, true), (&choice.none_of, false)]
        .into_iter()
        .filter_map(|(values, wanted)| Some((values.as_ref()?, wanted)))
}

/// Which of so many codes fit a choice; `None` where it asks nothing. The code 0 is the unknown.
fn allowed<T>(choice: &Choice<T>, codes: usize, codes_of: impl Fn(&Values<T>) -> Vec<u32>) -> Option<Vec<bool>> {
    let mut allowed: Option<Vec<bool>> = None;
    for (values, wanted) in sides(choice) {
        let mut listed = vec![false; codes];
        listed[0] = values.unknown;
        for code in codes_of(values) {
            listed[code as usize] = true;
        }
        let before = allowed.take().unwrap_or_else(|| vec![true; codes]);
        allowed = Some(before.into_iter().zip(listed).map(|(before, listed)| before && listed == wanted).collect());
    }
    allowed
}

fn codes_where(codes: usize, fits: impl Fn(u32) -> bool) -> Vec<u32> {
    (1..u32::try_from(codes).unwrap_or(u32::MAX)).filter(|code| fits(*code)).collect()
}

fn tier_code(tier: &i16) -> Option<u32> {
    u32::try_from(*tier).ok().filter(|tier| (*tier as usize) < TIERS && *tier > 0)
}

/// The code of a member of a closed set.
pub fn member_code<T: ClosedSet>(member: T) -> Option<u32> {
    let place = T::ALL.iter().position(|other| *other == member)?;
    u32::try_from(place + 1).ok()
}

fn is_in(ranges: &[(Option<i64>, Option<i64>)], number: i64) -> bool {
    ranges.iter().any(|(min, max)| min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max))
}

/// The last day that a date may stand for, as precise as it is.
fn last_day(first: i32, precision: u8) -> i32 {
    let months = match DatePrecision::ALL.get(usize::from(precision).wrapping_sub(1)) {
        Some(DatePrecision::Month) => 1,
        Some(DatePrecision::Year) => 12,
        _ => return first,
    };
    let end = date_of(first).and_then(|date| date.checked_add_months(Months::new(months))?.pred_opt());
    end.map_or(first, |end| end.to_epoch_days())
}
