//! The cases of a page: one after the other, or as a table; in which order; and the way to the next page.

use maud::{Markup, html};

use super::facets::hidden;
use super::proposed::Proposed;
use crate::cases::counts::Relaxation;
use crate::cases::cursor::CURSOR;
use crate::cases::list::ListedCases;
use crate::cases::row::{CaseRow, WHOLE};
use crate::cases::sort::SORT;
use crate::catalog::Catalog;
use crate::dashboard::values::{self, unknown};
use crate::dashboard::visit::Visit;
use crate::dashboard::words;
use crate::model::case::Field;
use crate::model::field::{GENERATED, Kind};
use crate::parameters::{Kind as ParameterKind, message};
use crate::text::grouped;

/// The fields by which a case is called.
const CALLED_BY: [Field; 2] = [Field::Company, Field::Role];
/// The order where none is asked for.
const USUAL_ORDER: &str = "-offered_on";

/// The cases one after the other.
pub(in crate::dashboard) fn cards(visit: &Visit, catalog: &Catalog, rows: &[CaseRow]) -> Markup {
    html! { ol.cases { @for row in rows { li { (card(visit, catalog, row)) } } } }
}

/// What is known of a case, without what only says how it is stored.
fn card(visit: &Visit, catalog: &Catalog, row: &CaseRow) -> Markup {
    let said = |field: &Field| !CALLED_BY.contains(field) && !is_of_storage(*field) && *field != Field::Summary;
    let fields: Vec<Field> = WHOLE.iter().copied().filter(said).collect();
    html! {
        article.card {
            h3 { a href=(visit.link(&format!("/cases/{}", row.id()))) { (title(visit, catalog, row)) } }
            dl { @for (label, value) in values::short(visit, catalog, row, &fields) { div { dt { (label) } dd { (value) } } } }
            @if let Some(summary) = values::value(visit, catalog, row, Field::Summary) { p.summary { (summary) } }
        }
    }
}

/// What a case is called: company and role.
pub(in crate::dashboard) fn title(visit: &Visit, catalog: &Catalog, row: &CaseRow) -> String {
    let called = CALLED_BY.iter().filter_map(|field| values::name(visit, catalog, row, *field));
    called.collect::<Vec<_>>().join(" · ")
}

/// Whether a field says how a case is stored, and nothing of somebody's offer.
pub(in crate::dashboard) fn is_of_storage(field: Field) -> bool {
    let is_generated = field.can(GENERATED) && !matches!(field.kind(), Kind::Reference(_));
    // How precise a date is shows in the date.
    is_generated || matches!(field.kind(), Kind::Id) || field.is_precision()
}

/// The cases as a table with a column for each field.
pub(super) fn table(visit: &Visit, catalog: &Catalog, rows: &[CaseRow]) -> Markup {
    let columns: Vec<Field> = WHOLE.iter().copied().filter(|field| !is_of_storage(*field)).collect();
    html! {
        div.scroll tabindex="0" role="region" aria-label=(visit.t(words::CASES)) {
            table {
                thead { tr { th scope="col" { (visit.t(words::CASES)) } @for field in &columns { th scope="col" { (visit.t(field.label())) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            th scope="row" { a href=(visit.link(&format!("/cases/{}", row.id()))) { (title(visit, catalog, row)) } }
                            @for field in &columns {
                                td.words[is_of_words(*field)] { @if let Some(value) = values::value(visit, catalog, row, *field) { (value) } @else { (unknown(visit)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Whether the values of a field are words, which take room.
fn is_of_words(field: Field) -> bool {
    matches!(field.kind(), Kind::Text | Kind::Texts)
}

/// A form that chooses the order.
pub(super) fn order(visit: &Visit) -> Markup {
    let ParameterKind::SomeOf { allowed, .. } = SORT.kind else { return html! {} };
    let given = visit.address.get(SORT.name).unwrap_or_else(|| USUAL_ORDER.to_owned());
    let label = |name: &str| Field::named(name).map_or(name, |field| visit.t(field.label())).to_owned();
    let directions = [("-", words::DESCENDING), ("", words::ASCENDING)];
    html! {
        form.inline.order method="get" action=(visit.address.path()) {
            (hidden(&visit.address, &[SORT.name, CURSOR.name]))
            label for="sort" { (visit.t(words::SORT_BY)) }
            select #sort name=(SORT.name) {
                @for name in allowed.iter() {
                    @for (sign, direction) in directions {
                        @let value = format!("{sign}{name}");
                        option value=(value) selected[value == given] { (label(name)) " " (visit.t(direction)) }
                    }
                }
                @if given.contains(',') { option value=(given) selected { (given) } }
            }
            button type="submit" { (visit.t(words::SHOW)) }
        }
    }
}

/// The ways to the pages beside this one.
pub(super) fn pages(visit: &Visit, listed: &ListedCases) -> Markup {
    let ways = [("prev", words::PREVIOUS_PAGE, &listed.prev_cursor), ("next", words::NEXT_PAGE, &listed.next_cursor)];
    html! {
        @if ways.iter().any(|(_, _, cursor)| cursor.is_some()) {
            nav.pages aria-label=(visit.t(words::PAGES)) {
                @for (relation, label, cursor) in ways {
                    @if let Some(cursor) = cursor {
                        a.button href=(visit.address.with(CURSOR.name, cursor).href()) rel=(format!("{relation} nofollow")) { (visit.t(label)) }
                    }
                }
            }
        }
    }
}

/// That nothing fits: what the words of a search may mean, what is called nearly so, and which condition to drop.
pub(super) fn nothing(visit: &Visit, hint: Option<&Relaxation>, conditions: usize, proposed: &Proposed) -> Markup {
    html! {
        div.empty {
            h2 { (visit.t(words::NO_CASES)) }
            (proposed.meant)
            (proposed.near)
            @if let Some(Relaxation { drop, cases }) = hint {
                @let label = Field::named(drop).map_or(words::SEARCH, Field::label);
                @let number = u64::try_from(*cases).unwrap_or_default();
                @let (cases, number) = (visit.cases(number), grouped(number));
                @let (en, zh) = (label.en, label.zh);
                @if conditions > 1 { p { (visit.t(words::NO_CASES_HINT)) } }
                p { a.button href=(visit.address.without(&[drop, CURSOR.name]).href()) {
                    (visit.say(&message!("Without “{en}”: {number} {cases}", "去掉“{zh}”：{number} {cases}"))) } }
            }
        }
    }
}
