//! Headers of two rows: groups above, and below them what each of their columns is, as 薪资 over base and 总包.
//!
//! Such a column is called by both, as `薪资 › base`, unless what stands below says as much alone.

use super::column::{Column, is_pay};
use super::names::{Match, Name, is_unit, name_of};
use super::table::Finder;
use super::{evidence, parts};
use crate::import::normalise::pay::says_of_pay;
use crate::model::case::Field;

/// What stands between the name of a group and that of a column in it.
const WITHIN: &str = " › ";
/// A longer cell is no name of a column or a group.
const MAX_CHARS: usize = 24;
/// Columns whose names say of which step they are only with their group: the time of an interview is not that of an offer.
const OF_A_STEP: [Column; 3] = [Column::Field(Field::OfferedOn), Column::Outcome, Column::Field(Field::Summary)];

/// The group and the name of a column of it; `None` where a header is in none.
pub(super) fn parted(header: &str) -> Option<(&str, &str)> {
    header.split_once(WITHIN)
}

/// What a column of a group means.
pub(super) fn name_within(group: &str, own: &str) -> Name {
    let own_name = name_of(own);
    let column = match &own_name {
        Name::Means(column, _) | Name::Hints(column) => Some(*column),
        Name::Other(column) => *column,
        Name::Either(_) | Name::Unknown => None,
    };
    if parts::say_elsewhere(group) {
        return Name::Other(column);
    }
    let joined = name_of(&format!("{group} {own}"));
    if matches!(joined, Name::Means(_, Match::Exact)) {
        return joined;
    }
    let group_name = name_of(group);
    if is_unit(own) {
        return group_name;
    }
    match own_name {
        Name::Means(column, _) if OF_A_STEP.contains(&column) && group_name == Name::Other(None) => joined,
        Name::Either(columns) if matches!(group_name, Name::Means(column, _) if is_pay(column)) => {
            let pay = columns.iter().copied().find(|column| is_pay(*column));
            let certainty = if says_of_pay(group) || says_of_pay(own) { Match::Decorated } else { Match::Parts };
            pay.map_or(Name::Either(columns), |column| Name::Means(column, certainty))
        }
        Name::Means(..) | Name::Either(_) => own_name,
        Name::Hints(_) | Name::Other(_) | Name::Unknown => {
            let turned = || name_of(&format!("{own}{group}"));
            let means = |name: &Name| matches!(name, Name::Means(..));
            Some(joined).filter(means).or_else(|| Some(turned()).filter(means)).unwrap_or(own_name)
        }
    }
}

/// The header of a row and the one below it, where that is its lower half; `None` where it is none.
pub(super) fn with_lower(upper: &[String], lower: &[String], finder: &Finder<'_>) -> Option<Vec<String>> {
    let cell = |row: &'_ [String], place: usize| row.get(place).cloned().unwrap_or_default();
    let width = upper.len().max(lower.len());
    let meaning = |text: &str| finder.naming.meaning(text).map(|(column, _)| column);
    let is_needed = |text: &str| {
        let needed = [Field::Company, Field::Role].map(Column::Field);
        meaning(text).is_some_and(|column| needed.contains(&column))
    };
    let (mut splits, mut is_known) = (false, false);
    for place in 0..width {
        let (above, below) = (cell(upper, place), cell(lower, place));
        if below.is_empty() || below == above {
            continue;
        }
        // A case has a company and a role; a row that says neither is none.
        if is_needed(&above) && meaning(&below) != meaning(&above) || !may_be_name(&below) {
            return None;
        }
        is_known |= name_of(&below) != Name::Unknown || is_unit(&below);
        let is_finer =
            !above.is_empty() && (is_unit(&below) || meaning(&below).is_some_and(|it| Some(it) != meaning(&above)));
        splits |= is_finer || (above.is_empty() && group_at(upper, lower, place).is_some());
    }
    (splits && is_known).then(|| joined(upper, lower))
}

/// The header of a row and the groups above it; `None` where the row above it says none.
pub(super) fn with_groups(groups: &[String], header: &[String]) -> Option<Vec<String>> {
    let filled = || groups.iter().filter(|cell| !cell.is_empty());
    let first = groups.iter().position(|cell| !cell.is_empty())?;
    let is_title = filled().count() == 1 && first == 0;
    let is_name = |cell: &String| may_be_name(cell) && !cell.contains(|it: char| it.is_ascii_digit());
    let width = |row: &[String]| row.iter().rposition(|cell| !cell.is_empty());
    if is_title || !filled().all(is_name) || width(groups) > width(header) {
        return None;
    }
    Some(joined(groups, header)).filter(|joined| joined != header)
}

/// Whether a cell may be the name of a column or a group, and no data or note.
fn may_be_name(cell: &str) -> bool {
    cell.chars().count() <= MAX_CHARS
        && !cell.contains([':', '：', '。', '@'])
        && !evidence::is_pay(cell)
        && !evidence::is_date(cell)
        && cell.parse::<f64>().is_err()
}

/// The group that a column is in: the last name above it or to the left of that, which has something else below it.
fn group_at<'r>(upper: &'r [String], lower: &[String], place: usize) -> Option<&'r str> {
    let at = (0..=place.min(upper.len().checked_sub(1)?)).rev().find(|place| !upper[*place].is_empty())?;
    let has_columns = lower.get(at).is_some_and(|below| !below.is_empty() && *below != upper[at]);
    has_columns.then_some(&*upper[at])
}

/// The names of all columns.
fn joined(upper: &[String], lower: &[String]) -> Vec<String> {
    let named = |place: usize| {
        let below = lower.get(place).map_or("", String::as_str);
        let above = upper.get(place).map_or("", String::as_str);
        match group_at(upper, lower, place) {
            _ if below.is_empty() => above.to_owned(),
            Some(group) if group != below => called(group, below, lower),
            _ => below.to_owned(),
        }
    };
    (0..upper.len().max(lower.len())).map(named).collect()
}

/// What a column of a group is called.
fn called(group: &str, own: &str, lower: &[String]) -> String {
    let is_alone = lower.iter().filter(|other| *other == own).count() == 1;
    let says_as_much = name_within(group, own) == name_of(own) && !says_of_pay(group);
    if is_alone && says_as_much { own.to_owned() } else { format!("{group}{WITHIN}{own}") }
}
