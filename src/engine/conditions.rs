//! What a filter asks, as conditions on the rows of a chunk.

use std::collections::HashSet;
use std::ops::Range as Span;

use chrono::NaiveDate;

use super::chunk::Chunk;
use super::days::{code_of, code_of_second, last_day};
use super::dictionary::Dictionaries;
use super::selection::Rows;
use super::slots::{Coding, SLOTS, slot};
use super::tally::GroupValue;
use crate::cases::filter::{CaseFilter, Choice, Condition as Asked, FilterTerm, Range, Values};
use crate::model::case::Field;
use crate::model::field::{Kind, Origin};

/// Leaves those rows of a chunk that fit.
pub type Condition = Box<dyn Fn(&Chunk, &mut Rows) + Send + Sync>;

/// The conditions of a filter, but for its words. Those on codes come before those on numbers, which leave more.
pub fn conditions(filter: &CaseFilter, all: &Dictionaries) -> Vec<Condition> {
    let mut conditions: Vec<(bool, Condition)> = Vec::new();
    for term in filter.all_terms() {
        let is_range = matches!(term.condition, Asked::Numbers(_) | Asked::Dates(_) | Asked::Times(_));
        conditions.extend(made(term, all).into_iter().map(|condition| (is_range, condition)));
    }
    conditions.sort_by_key(|(is_range, _)| *is_range);
    conditions.into_iter().map(|(_, condition)| condition).collect()
}

/// The conditions of a term.
fn made(FilterTerm { field, condition, .. }: &FilterTerm, all: &Dictionaries) -> Vec<Condition> {
    let slot = slot(*field);
    match condition {
        Asked::References(choice) => {
            let code = |id: &i32| all.code(slot, &GroupValue::Reference(*id));
            match field.origin() {
                Origin::AnyOf(fields) => any_of(fields, choice, all.codes(slot), code),
                _ => by_code(slot, choice, all, |values| values.known.iter().filter_map(code).collect()),
            }
        }
        Asked::Members(choice) => {
            let code = |slug: &&'static str| all.code(slot, &GroupValue::Member(slug));
            by_code(slot, choice, all, |values| values.known.iter().filter_map(code).collect())
        }
        Asked::Texts(choice) => by_code(slot, choice, all, |values| text_codes(*field, slot, values, all)),
        Asked::Numbers(choice) => {
            let code = |end: i32| match SLOTS.all[slot].coding {
                Coding::Numbers(least) => i64::from(end) - i64::from(least) + 1,
                // Pay counts by its middle, of which the sum is twice as much.
                Coding::Sums => 2 * i64::from(end),
                _ => end.into(),
            };
            in_ranges(choice, code, move |chunk, rows, fits| chunk.at(slot).keep(rows, |code| fits(code, code.into())))
        }
        Asked::Periods(choice) => by_code(slot, choice, all, |values| period_codes(slot, values, all)),
        Asked::Dates(choice) => dates(*field, slot, choice),
        Asked::Times(choice) => in_ranges(choice, code_of_second, move |chunk, rows, fits| {
            chunk.at(slot).keep(rows, |code| fits(code, code.into()));
        }),
        Asked::Flag(is_so) => {
            let wanted = 1 + u32::from(*is_so);
            vec![Box::new(move |chunk, rows| chunk.at(slot).keep(rows, |code| code == wanted))]
        }
    }
}

/// The codes of the texts that are meant: of a set of tags, where it has one of them; else where the text is equal but
/// for case, width and white space.
fn text_codes(field: Field, slot: usize, values: &Values<String>, all: &Dictionaries) -> Vec<u32> {
    let listed: HashSet<&str> = values.known.iter().map(String::as_str).collect();
    let fits = |code: &u32| match field.kind() {
        Kind::Tags => all.tags(slot, *code).any(|tag| listed.contains(tag)),
        Kind::Currency { .. } => all.texts(slot).value(*code).is_some_and(|code| listed.contains(code.as_str())),
        _ => all.key(slot, *code).is_some_and(|key| listed.contains(key)),
    };
    (1..u32::try_from(all.texts(slot).codes()).unwrap_or(u32::MAX)).filter(fits).collect()
}

/// The codes of the periods that lie in one of these ranges.
fn period_codes(slot: usize, values: &Values<Range<i32>>, all: &Dictionaries) -> Vec<u32> {
    let is_meant = |period: i32| {
        let is_in =
            |range: &Range<i32>| range.min.is_none_or(|min| min <= period) && range.max.is_none_or(|max| period <= max);
        values.known.iter().any(is_in)
    };
    let periods = all.periods(slot).values().iter().zip(1..);
    periods.filter(|(period, _)| is_meant(**period)).map(|(_, code)| code).collect()
}

/// By a table of which codes are allowed.
fn by_code<T>(
    slot: usize,
    choice: &Choice<T>,
    all: &Dictionaries,
    codes_of: impl Fn(&Values<T>) -> Vec<u32>,
) -> Vec<Condition> {
    let mut allowed = vec![true; all.codes(slot)];
    for (values, is_wanted) in sides(choice) {
        let mut listed = vec![false; allowed.len()];
        listed[0] = values.unknown;
        codes_of(values).into_iter().for_each(|code| listed[code as usize] = true);
        allowed.iter_mut().zip(listed).for_each(|(allowed, listed)| *allowed &= listed == is_wanted);
    }
    vec![Box::new(move |chunk, rows| chunk.at(slot).keep(rows, |code| allowed[code as usize]))]
}

/// A case fits with any of the values of some fields, and is unknown without any.
fn any_of(
    fields: &'static [Field],
    choice: &Choice<i32>,
    codes: usize,
    code: impl Fn(&i32) -> Option<u32>,
) -> Vec<Condition> {
    let slots: Vec<usize> = fields.iter().map(|field| slot(*field)).collect();
    let condition = |(values, is_wanted): (&Values<i32>, bool)| -> Condition {
        let mut listed = vec![false; codes];
        values.known.iter().filter_map(&code).for_each(|code| listed[code as usize] = true);
        let (slots, unknown) = (slots.clone(), values.unknown);
        Box::new(move |chunk, rows| {
            // The code 0 is never listed.
            let has = |row: usize| {
                let mut all = slots.iter().map(|slot| chunk.at(*slot).at(row));
                all.clone().any(|code| listed[code as usize]) || (unknown && all.all(|code| code == 0))
            };
            rows.keep(|row| has(row) == is_wanted);
        })
    };
    sides(choice).map(condition).collect()
}

/// A date known by month or year fits where all of it lies inside.
fn dates(field: Field, slot_of_date: usize, choice: &Choice<Range<NaiveDate>>) -> Vec<Condition> {
    let Kind::Date { precision } = field.kind() else { return Vec::new() };
    let slot_of_precision = slot(precision);
    in_ranges(choice, code_of, move |chunk, rows, fits| {
        let (dates, precisions) = (chunk.at(slot_of_date), chunk.at(slot_of_precision));
        rows.keep(|row| {
            let first = dates.at(row);
            fits(first, last_day(first, precisions.at(row)))
        });
    })
}

/// Whether a value that reaches from one code to another fits.
type Fits<'a> = &'a dyn Fn(u32, i64) -> bool;

/// By ranges of codes; `keep` leaves the rows whose value fits.
fn in_ranges<T: Copy>(
    choice: &Choice<Range<T>>,
    code: impl Fn(T) -> i64,
    keep: impl Fn(&Chunk, &mut Rows, Fits<'_>) + Clone + Send + Sync + 'static,
) -> Vec<Condition> {
    let span = |range: &Range<T>| Span {
        start: range.min.map_or(1, &code),
        end: range.max.map_or(i64::MAX, |max| code(max).saturating_add(1)),
    };
    let condition = |(values, is_wanted): (&Values<Range<T>>, bool)| -> Condition {
        let spans: Vec<Span<i64>> = values.known.iter().map(span).collect();
        let (unknown, keep) = (values.unknown, keep.clone());
        Box::new(move |chunk, rows| {
            let fits = |first: u32, last: i64| {
                let is_in = |span: &Span<i64>| i64::from(first) >= span.start && last < span.end;
                let has = if first == 0 { unknown } else { spans.iter().any(is_in) };
                has == is_wanted
            };
            keep(chunk, rows, &fits);
        })
    };
    sides(choice).map(condition).collect()
}

/// What must be, and what must not be.
fn sides<T>(choice: &Choice<T>) -> impl Iterator<Item = (&Values<T>, bool)> {
    [(&choice.any_of, true), (&choice.none_of, false)]
        .into_iter()
        .filter_map(|(values, is_wanted)| Some((values.as_ref()?, is_wanted)))
}
