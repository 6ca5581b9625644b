//! The most similar cases: how similar each is, and what is alike, what differs, what is not known.

use maud::{Markup, html};

use super::form;
use crate::cases::Reference;
use crate::catalog::Catalog;
use crate::comparable::ComparableCases;
use crate::comparable::explanation::{ComparableCase, ComparedValue, Match};
use crate::comparable::grades::Likeness;
use crate::comparable::parameters::LIMIT;
use crate::dashboard::explore::cases::title;
use crate::dashboard::values::{self, own, says_more};
use crate::dashboard::visit::Visit;
use crate::dashboard::words;
use crate::model::case::Field;
use crate::model::field::Label;
use crate::parameters::{Kind, message};
use crate::text::grouped;

/// What is told of each case beside what it is compared by: where, when, and for how much.
const TOLD: [Field; 5] =
    [Field::City, Field::OfferedOn, Field::PayAnnualMin, Field::PayAnnualMax, Field::PayMonthlyBase];

/// Room between the parts of a bar, in hundredths of it.
const GAP: f64 = 0.6;

/// How two sides are to each other, more roughly than a [`Likeness`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Same,
    Near,
    Different,
    Unknown,
}

impl Side {
    const ALL: [(Self, &'static str, Label); 4] = [
        (Self::Same, "same", words::LEGEND_SAME),
        (Self::Near, "near", words::LEGEND_NEAR),
        (Self::Different, "different", words::LEGEND_DIFFERENT),
        (Self::Unknown, "unknown", words::LEGEND_UNKNOWN),
    ];

    fn of(how: Likeness) -> Self {
        match how {
            Likeness::Same => Self::Same,
            Likeness::Different => Self::Different,
            Likeness::Unknown => Self::Unknown,
            _ => Self::Near,
        }
    }

    /// Its class in the stylesheet.
    fn class(self) -> &'static str {
        Self::ALL.iter().find(|(side, ..)| *side == self).map_or("", |(_, class, _)| class)
    }
}

/// In words how two sides are alike.
pub(in crate::dashboard) fn how(likeness: Likeness) -> Label {
    match likeness {
        Likeness::Same => words::HOW_SAME,
        Likeness::SameClass => words::HOW_SAME_CLASS,
        Likeness::SameDiscipline => words::HOW_SAME_DISCIPLINE,
        Likeness::SameGroup => words::HOW_SAME_GROUP,
        Likeness::SameKind => words::HOW_SAME_KIND,
        Likeness::SameFamily => words::HOW_SAME_FAMILY,
        Likeness::Near => words::HOW_NEAR,
        Likeness::Part => words::HOW_PART,
        Likeness::Different => words::HOW_DIFFERENT,
        Likeness::Unknown => words::HOW_UNKNOWN,
    }
}

/// What was compared.
pub(super) fn profile(visit: &Visit, catalog: &Catalog, found: &ComparableCases) -> Markup {
    html! {
        ul.chips aria-label=(visit.t(words::YOUR_PROFILE)) {
            @for ComparedValue { dimension, values, .. } in &found.profile {
                li.chip.whole { span.dimension { (label(visit, dimension)) } " " (names(visit, values)) (written(visit, catalog, dimension)) }
            }
        }
        @for ComparedValue { dimension, .. } in &found.profile { (read_otherwise(visit, catalog, dimension)) }
    }
}

/// What a text that says more than its value names of other fields.
fn read_otherwise(visit: &Visit, catalog: &Catalog, dimension: &str) -> Markup {
    let field = Field::named(dimension).zip(visit.address.get(dimension));
    let more = field.filter(|(field, given)| says_more(catalog, *field, given));
    html! { @if let Some((field, given)) = more { (form::read_as(visit, catalog, field, &given)) } }
}

/// As a value was written, where that is more than a name of what it was taken for.
fn written(visit: &Visit, catalog: &Catalog, dimension: &str) -> Markup {
    let given = visit.address.get(dimension);
    let more = given.filter(|given| Field::named(dimension).is_some_and(|field| says_more(catalog, field, given)));
    html! { @if let Some(given) = more { " " span.written { "(" (visit.t(words::WRITTEN)) " “" (own(&given)) "”)" } } }
}

/// The cases, the most similar first.
pub(super) fn shown(visit: &Visit, catalog: &Catalog, found: &ComparableCases) -> Markup {
    let (few, all) = (grouped(found.items.len() as u64), grouped(found.considered));
    html! {
        p.note { (visit.say(&message!("{few} of {all} cases that were compared.", "共比较 {all} 条案例，以下为前 {few} 条。"))) }
        ul.legend {
            @for (_, class, label) in Side::ALL {
                li { svg.key viewBox="0 0 10 10" aria-hidden="true" { rect class=(class) width="10" height="10" {} } " " (visit.t(label)) }
            }
        }
        ol.cases.comparisons { @for item in &found.items { li { (card(visit, catalog, item)) } } }
        @if let Some(more) = more(visit, found) { p { a.button href=(more) rel="nofollow" { (visit.t(words::MORE_SIMILAR)) } } }
    }
}

/// The address with as many cases as there may be, where there are more than are shown.
fn more(visit: &Visit, found: &ComparableCases) -> Option<String> {
    let Kind::Integer { max, .. } = LIMIT.kind else { return None };
    let (shown, most) = (found.items.len() as u64, found.considered.min(max.into()));
    (shown < most).then(|| visit.address.with(LIMIT.name, &max.to_string()).href())
}

fn card(visit: &Visit, catalog: &Catalog, item: &ComparableCase) -> Markup {
    let row = &item.row;
    html! {
        article.card.comparison {
            div.head {
                h3 { a href=(visit.link(&format!("/cases/{}", row.id()))) { (own(&title(visit, catalog, row))) } }
                p.score { (visit.t(words::SIMILARITY)) " " data value=(item.score) { (whole_percent(item.score)) } }
            }
            (bar(visit, item))
            (sides(visit, &item.matches))
            dl { @for (label, value) in values::short(visit, catalog, row, &TOLD) { div { dt { (label) } dd { (value) } } } }
            @if let Some(summary) = values::value(visit, catalog, row, Field::Summary) { p.summary { (summary) } }
        }
    }
}

/// A bar with a part for each dimension, as wide as it counts, filled as far as the case is like the profile in it.
pub(in crate::dashboard) fn bar(visit: &Visit, item: &ComparableCase) -> Markup {
    let described = item.matches.iter().map(|one| {
        let (added, most) = (whole_percent(one.contribution), whole_percent(one.weight));
        let (label, how) = (label(visit, one.dimension), visit.t(how(one.how)));
        visit.say(&message!("{label}: {how}, {added} of {most}", "{label}：{how}，{most} 中的 {added}"))
    });
    let described = format!(
        "{} {}: {}",
        visit.t(words::SIMILARITY),
        whole_percent(item.score),
        described.collect::<Vec<_>>().join("; ")
    );
    let mut left = 0.0;
    let parts = item.matches.iter().map(|one| {
        let from = left;
        left += one.weight * 100.0;
        (from, one)
    });
    html! {
        svg.contributions viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=(described) {
            @for (from, one) in parts {
                @let width = (one.weight * 100.0 - GAP).max(0.0);
                @let side = Side::of(one.how);
                rect x=(figure(from)) y="0" width=(figure(width)) height="6" class=(if side == Side::Unknown { "unknown" } else { "different" }) {}
                @if one.contribution > 0.0 {
                    rect x=(figure(from)) y="0" width=(figure(width * one.r#match)) height="6" class=(side.class()) data-dimension=(one.dimension) {}
                }
            }
        }
    }
}

/// What is alike, what differs, and what is not known, each under a heading of its own.
fn sides(visit: &Visit, matches: &[Match]) -> Markup {
    let groups: [(Label, &[Side]); 3] = [
        (words::ALIKE, &[Side::Same, Side::Near]),
        (words::DIFFERS, &[Side::Different]),
        (words::NOT_KNOWN, &[Side::Unknown]),
    ];
    let of = |sides: &[Side]| matches.iter().filter(|one| sides.contains(&Side::of(one.how))).collect::<Vec<_>>();
    html! {
        div.sides {
            @for (label, sides) in groups {
                @let found = of(sides);
                @if !found.is_empty() {
                    section { h4 { (visit.t(label)) } ul { @for one in found { (line(visit, one)) } } }
                }
            }
        }
    }
}

fn line(visit: &Visit, one: &Match) -> Markup {
    let side = Side::of(one.how);
    html! {
        li class=(side.class()) data-dimension=(one.dimension) {
            span.dimension { (label(visit, one.dimension)) } " "
            @match side {
                Side::Unknown => { span.yours { "(" (visit.t(words::YOURS)) ": " (names(visit, &one.yours)) ")" } }
                Side::Same => { strong { (names(visit, &one.theirs)) } }
                _ => { strong { (names(visit, &one.theirs)) } " " span.yours { "(" (visit.t(words::YOURS)) ": " (names(visit, &one.yours)) ")" } }
            }
            @if side == Side::Near { " " span.how { (visit.t(how(one.how))) } }
        }
    }
}

fn names(visit: &Visit, values: &[Reference]) -> Markup {
    html! { @for (index, value) in values.iter().enumerate() { @if index > 0 { ", " } (own(visit.name(value))) } }
}

fn label(visit: &Visit, dimension: &str) -> &'static str {
    Field::named(dimension).map_or("", |field| visit.t(field.label()))
}

/// A share as a percentage without decimals.
pub(in crate::dashboard) fn whole_percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A length in a picture.
fn figure(length: f64) -> String {
    format!("{length:.2}")
}
