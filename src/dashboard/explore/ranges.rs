//! The fields that are chosen by a range, each with two inputs; those that are a yes or a no.

use maud::{Markup, html};

use super::facets::hidden;
use super::query::{FROM, TO, ranges};
use crate::cases::cursor::CURSOR;
use crate::dashboard::visit::Visit;
use crate::dashboard::words;
use crate::model::case::Field;
use crate::model::field::{FILTER, Kind, Origin};

/// A form for each field that is chosen by a range; `behind_pay` stands behind the one of annual pay.
pub(super) fn shown(visit: &Visit, behind_pay: &Markup) -> Markup {
    html! {
        @for field in ranges() { (form(visit, field, behind_pay)) }
        @for field in Field::that_can(FILTER).filter(|field| matches!(field.kind(), Kind::Flag)) { (flag(visit, field)) }
    }
}

fn form(visit: &Visit, field: Field, behind_pay: &Markup) -> Markup {
    let name = field.name();
    let given = visit.address.get(name);
    // Of several ranges, or the unknown, two inputs say nothing; the chips have them.
    let ends = given.as_deref().filter(|text| !text.contains(',')).and_then(|text| text.split_once(".."));
    let (from, to) = ends.unwrap_or_else(|| {
        let only = given.as_deref().filter(|text| text.starts_with(|first: char| first.is_ascii_digit()));
        only.map_or(("", ""), |only| (only, only))
    });
    let (from_name, to_name) = (format!("{FROM}{name}"), format!("{TO}{name}"));
    let label = visit.t(field.label());
    let mode = matches!(field.kind(), Kind::Number { .. } | Kind::Amount { .. }).then_some("numeric");
    html! {
        details.facet open[given.is_some()] {
            summary { h3 { (label) @if let Some(unit) = field.definition().unit { " " span.unit { (visit.t(unit.label)) } } } }
            @if matches!(field.origin(), Origin::Middle { .. }) { (behind_pay) }
            form.range method="get" action=(visit.address.path()) {
                (hidden(&visit.address, &[name, CURSOR.name]))
                label for=(from_name) { (visit.t(words::FROM)) }
                input id=(from_name) name=(from_name) value=(from) inputmode=[mode] autocomplete="off" size="8"
                    placeholder=[example(field)] aria-label=(format!("{label} {}", visit.t(words::FROM)));
                label for=(to_name) { (visit.t(words::TO)) }
                input id=(to_name) name=(to_name) value=(to) inputmode=[mode] autocomplete="off" size="8"
                    aria-label=(format!("{label} {}", visit.t(words::TO)));
                button type="submit" { (visit.t(words::APPLY)) }
            }
        }
    }
}

/// How a date is written.
fn example(field: Field) -> Option<&'static str> {
    matches!(field.kind(), Kind::Date { .. } | Kind::Time).then_some("2026-01")
}

fn flag(visit: &Visit, field: Field) -> Markup {
    let name = field.name();
    let given = visit.address.get(name);
    let address = visit.address.without(&[CURSOR.name]);
    html! {
        details.facet open[given.is_some()] {
            summary { h3 { (visit.t(field.label())) } }
            ul {
                @for (value, label) in [("true", words::YES), ("false", words::NO)] {
                    @let is_chosen = given.as_deref() == Some(value);
                    @let other = if is_chosen { address.without(&[name]) } else { address.with(name, value) };
                    li { a.value.chosen[is_chosen] href=(other.href()) rel="nofollow" aria-current=[is_chosen.then_some("true")] {
                        @if is_chosen { span.mark aria-hidden="true" { "✓" } } span.name { (visit.t(label)) }
                    } }
                }
            }
        }
    }
}
