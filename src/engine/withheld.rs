//! Cases of closed sources, with only those values that enough of them share.
//!
//! Whoever may ask for any group under any filter learns by differences what the smallest of them say, whatever is rounded or
//! hidden of each. So it is the cases that are made alike before anything is counted: they are divided into classes, top down by
//! one field after another, and a case keeps a value where all of its class have it. Each class has at least so many cases, and
//! every count is a sum of classes: k-anonymity (Samarati and Sweeney, 1998) by the division of LeFevre, DeWitt and Ramakrishnan
//! (Mondrian, 2006). Annual pay is the mean of at least so many figures next to each other in a class (microaggregation:
//! Domingo-Ferrer and Mateo-Sanz, 2002), with two significant digits. Everything else of a case is unknown.

use std::collections::BTreeMap;

use super::chunk::CodedCase;
use super::slots::{SLOTS, slot};
use crate::model::case::Field;
use crate::model::closed_sets::Visibility;

/// By what cases are divided, the most asked for first: what stands behind remains of fewer of them.
const DIVIDED_BY: [Field; 8] = [
    Field::Company,
    Field::SchoolTier,
    Field::HighestDegree,
    Field::Major,
    Field::OfferedYear,
    Field::Role,
    Field::City,
    Field::OfferChannel,
];

/// Digits of a mean of pay that are told.
const PAY_DIGITS: u32 = 2;

/// Cases of one closed source, with only what at least `least` of them have in common; where there are fewer cases, none of them
/// is in use.
pub fn withhold(cases: &mut [CodedCase], least: usize) {
    let least = least.max(Visibility::LEAST_ALIKE);
    let mut classes: Vec<Vec<usize>> = vec![(0..cases.len()).filter(|case| cases[*case].is_in_use).collect()];
    if classes[0].len() < least {
        cases.iter_mut().for_each(|case| case.is_in_use = false);
        classes.clear();
    }
    let mut kept = vec![vec![0; SLOTS.all.len()]; cases.len()];
    let source = slot(Field::Source);
    cases.iter().zip(&mut kept).for_each(|(case, kept)| kept[source] = case.codes[source]);
    for divided_by in DIVIDED_BY.map(slot) {
        classes = divide_all(classes, cases, divided_by, least, &mut kept);
    }
    classes = divide_all(classes, cases, SLOTS.currency_of_pay, least, &mut kept);
    for class in classes {
        tell_pay(class, cases, least, &mut kept);
    }
    cases.iter_mut().zip(kept).for_each(|(case, kept)| (case.codes, case.id_start) = (kept, 0));
}

/// Divides each class by the codes of a slot, and notes which cases keep theirs.
fn divide_all(
    classes: Vec<Vec<usize>>,
    cases: &[CodedCase],
    slot: usize,
    least: usize,
    kept: &mut [Vec<u32>],
) -> Vec<Vec<usize>> {
    let mut finer = Vec::new();
    for class in classes {
        for (code, part) in divide(class, |case| cases[case].codes[slot], |case| cases[case].ordinal, least) {
            part.iter().for_each(|case| kept[*case][slot] = code);
            finer.push(part);
        }
    }
    finer
}

/// The parts of a class by their code, each of at least `least` cases; those whose code is 0 are the ones for whom it is unknown
/// or withheld. Where these would be too few, cases of the largest parts join them, so that nobody can tell how many there were.
fn divide(
    class: Vec<usize>,
    code: impl Fn(usize) -> u32,
    ordinal: impl Fn(usize) -> u32,
    least: usize,
) -> Vec<(u32, Vec<usize>)> {
    let mut parts: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    class.into_iter().for_each(|case| parts.entry(code(case)).or_default().push(case));
    let mut others = parts.remove(&0).unwrap_or_default();
    parts.retain(|_, part| {
        let is_large = part.len() >= least;
        if !is_large {
            others.append(part);
        }
        is_large
    });
    // Which of a part go says nothing of them: it goes by a number that has to do with nothing.
    parts.values_mut().for_each(|part| part.sort_by_key(|case| scattered(ordinal(*case))));
    while !others.is_empty() && others.len() < least {
        let Some((&largest, part)) = parts.iter_mut().max_by_key(|(_, part)| part.len()) else { break };
        if part.len() > least {
            others.extend(part.pop());
        } else {
            others.append(part);
            parts.remove(&largest);
        }
    }
    if !others.is_empty() {
        parts.insert(0, others);
    }
    parts.into_iter().collect()
}

/// A number that is as if drawn by lot, the same again for the same one (the last step of MurmurHash3).
fn scattered(number: u32) -> u32 {
    let mut mixed = number ^ (number >> 16);
    mixed = mixed.wrapping_mul(0x85eb_ca6b);
    mixed ^= mixed >> 13;
    mixed = mixed.wrapping_mul(0xc2b2_ae35);
    mixed ^ (mixed >> 16)
}

/// Gives the cases of a class, whose pay is in one currency, the mean pay of at least `least` that are next to each other.
fn tell_pay(mut class: Vec<usize>, cases: &[CodedCase], least: usize, kept: &mut [Vec<u32>]) {
    let (sum, currency) = (slot(Field::PayAnnual), slot(Field::PayCurrency));
    let is_known = class.first().is_some_and(|case| kept[*case][SLOTS.currency_of_pay] != 0);
    if !is_known {
        return;
    }
    class.sort_by_key(|case| (cases[*case].codes[sum], cases[*case].ordinal));
    let runs = class.len() / least;
    for run in 0..runs {
        let end = if run + 1 == runs { class.len() } else { (run + 1) * least };
        let run = &class[run * least..end];
        let total: u64 = run.iter().map(|case| u64::from(cases[*case].codes[sum])).sum();
        let mean = rounded(total / run.len() as u64 / 2) * 2;
        for case in run {
            kept[*case][sum] = u32::try_from(mean).unwrap_or(u32::MAX);
            kept[*case][currency] = cases[*case].codes[currency];
        }
    }
}

/// A figure with [`PAY_DIGITS`] significant digits.
fn rounded(figure: u64) -> u64 {
    let digits = figure.checked_ilog10().map_or(0, |log| log + 1);
    let step = 10_u64.pow(digits.saturating_sub(PAY_DIGITS));
    (figure + step / 2) / step * step
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A case with codes for company, school tier and pay.
    fn case(ordinal: u32, company: u32, tier: u32, pay: u32) -> CodedCase {
        let mut codes = vec![7; SLOTS.all.len()];
        codes[slot(Field::Source)] = 1;
        (codes[slot(Field::Company)], codes[slot(Field::SchoolTier)]) = (company, tier);
        (codes[slot(Field::PayAnnual)], codes[SLOTS.currency_of_pay]) = (2 * pay, u32::from(pay > 0));
        CodedCase { ordinal, id_start: u64::from(ordinal), is_in_use: true, codes }
    }

    /// How many cases of each class there are, by all their codes.
    fn classes(cases: &[CodedCase]) -> BTreeMap<Vec<u32>, usize> {
        let mut classes = BTreeMap::new();
        let in_use = cases.iter().filter(|case| case.is_in_use);
        in_use.for_each(|case| *classes.entry(case.codes.clone()).or_default() += 1);
        classes
    }

    #[test]
    fn at_least_so_many_cases_are_alike_in_everything() {
        let mut state = 1_u32;
        let mut random = |below: u32| {
            state = scattered(state.wrapping_add(0x9e37_79b9));
            state % below
        };
        for size in [5, 6, 9, 10, 50, 400, 2000] {
            for least in [1, 5, 12] {
                let mut cases: Vec<CodedCase> = (0..size)
                    .map(|ordinal| {
                        let pay = random(2) * (100_000 + random(500_000));
                        let mut case = case(ordinal, random(20), random(6), pay);
                        case.codes[slot(Field::Major)] = random(4);
                        case
                    })
                    .collect();
                let before = cases.clone();
                withhold(&mut cases, least);
                let least = least.max(Visibility::LEAST_ALIKE);
                let in_use = cases.iter().filter(|case| case.is_in_use).count();
                assert_eq!(in_use, if size as usize >= least { size as usize } else { 0 });
                assert!(classes(&cases).values().all(|alike| *alike >= least), "{size} {least}: {:?}", classes(&cases));
                for (told, true_one) in cases.iter().zip(&before) {
                    for divided_by in DIVIDED_BY.map(slot) {
                        let told = told.codes[divided_by];
                        assert!(told == 0 || told == true_one.codes[divided_by], "no value is another one");
                    }
                }
            }
        }
    }

    #[test]
    fn what_many_share_is_told_and_what_few_have_is_not() {
        let mut cases: Vec<CodedCase> =
            (0..20).map(|ordinal| case(ordinal, 1, 2 + u32::from(ordinal < 3), 0)).collect();
        withhold(&mut cases, 5);
        let told = |field: Field, code: u32| cases.iter().filter(|case| case.codes[slot(field)] == code).count();
        assert_eq!((told(Field::Company, 1), told(Field::SchoolTier, 3)), (20, 0));
        // Of the three with another tier nobody sees that they are three: two of the others are with them.
        assert_eq!((told(Field::SchoolTier, 2), told(Field::SchoolTier, 0)), (15, 5));
        assert_eq!(told(Field::RoleTrack, 7), 0, "what cases are not divided by is not told");
    }

    #[test]
    fn pay_is_a_mean_of_figures_next_to_each_other() {
        let pay = [100_000, 123_456, 133_000, 140_000, 150_000, 300_000, 310_000, 320_000, 330_000, 341_000, 999_999];
        let mut cases: Vec<CodedCase> = (0..).zip(pay).map(|(ordinal, pay)| case(ordinal, 1, 2, pay)).collect();
        withhold(&mut cases, 5);
        let told: Vec<u32> = cases.iter().map(|case| case.codes[slot(Field::PayAnnual)] / 2).collect();
        assert_eq!(told, [[130_000; 5].as_slice(), &[430_000; 6]].concat());
        assert_eq!(rounded(0), 0);
        assert_eq!((rounded(7), rounded(149), rounded(995)), (7, 150, 1000));
    }
}
