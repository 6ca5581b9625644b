//! Counts in small tables: the groups of some cases with their shares, and what they were paid.

use maud::{Markup, html};

use super::address::Address;
use super::explore::numbers::{interval, median_interval, money, narrowed, percent};
use super::explore::spread;
use super::values::{currency_of, own};
use super::visit::Visit;
use super::words;
use crate::model::case::Field;
use crate::model::field::Label;
use crate::parameters::message;
use crate::statistics::answer::{Group, Statistics};
use crate::statistics::notices::OVERLAPPING;
use crate::statistics::pay::Pay;
use crate::text::grouped;

/// Of fewer cases the middle of pay is said to be rough.
const FEW: u64 = 10;

/// The groups of one dimension, each with its share and the interval of that. `cases` is the page of all of them, on which each
/// number is found.
pub(super) fn groups(visit: &Visit, cases: &Address, statistics: &Statistics) -> Markup {
    let field = statistics.group_by.first().and_then(|name| Field::named(name));
    let label = field.map_or("", |field| visit.t(field.label()));
    // Where cases are in several groups, the sum of the others counts some of them twice.
    let are_parts = !statistics.notices.iter().any(|notice| notice.code == OVERLAPPING);
    let together = [
        (words::OTHERS, statistics.other.filter(|_| are_parts).map(|other| other.count)),
        (words::TOO_SMALL, statistics.suppressed.map(|suppressed| suppressed.count)),
    ];
    html! {
        div.scroll tabindex="0" role="region" aria-label=(label) {
            table.counted data-dimension=[statistics.group_by.first()] {
                thead { tr {
                    th scope="col" { (label) }
                    th.number scope="col" { (visit.t(words::CASES)) }
                    th.number scope="col" { (visit.t(words::SHARE)) }
                    th.number scope="col" { (visit.t(words::INTERVAL)) }
                } }
                tbody {
                    @for group in &statistics.groups { (line(visit, cases, group)) }
                    @for (label, count) in together { (rest(visit, label, count)) }
                }
            }
        }
        @if field.is_some_and(Field::is_tree) { p.note { (visit.t(words::EACH_AS_WRITTEN)) } }
    }
}

fn line(visit: &Visit, cases: &Address, group: &Group) -> Markup {
    html! {
        @if let Some(key) = group.keys.first() {
            tr data-value=(key.value) {
                th scope="row" { (own(visit.language.of(&key.name, &key.name_en))) }
                td.number { a href=(narrowed(cases, key).href()) { data value=(group.count) { (grouped(group.count)) } } }
                @if let Some(share) = group.share {
                    td.number { data value=(share.value) { (percent(share.value)) } }
                    td.number { (interval(share.low, share.high)) }
                } @else { td {} td {} }
            }
        }
    }
}

/// What stands in no line of its own.
fn rest(visit: &Visit, label: Label, count: Option<u64>) -> Markup {
    html! { @if let Some(count) = count { tr { th scope="row" { (visit.t(label)) } td.number { (grouped(count)) } td {} td {} } } }
}

/// The middle of what the cases were paid, in each currency.
pub(super) fn pay(visit: &Visit, cases: &Address, statistics: &Statistics) -> Markup {
    let pay = statistics.pay.iter().flatten();
    html! {
        div.scroll tabindex="0" role="region" aria-label=(visit.t(words::PAID)) {
            table.pay {
                thead { tr {
                    th scope="col" { (visit.t(words::CURRENCY)) }
                    th.number scope="col" { (visit.t(words::WITH_PAY)) }
                    th.number scope="col" { (visit.t(words::MEDIAN)) }
                    th.number scope="col" { (visit.t(words::MIDDLE_HALF)) }
                    th.number scope="col" { (visit.t(words::MEDIAN_INTERVAL)) }
                } }
                tbody { @for pay in pay.clone() { (paid(visit, cases, pay)) } }
            }
        }
        @if pay.clone().any(|pay| pay.median.is_some() && pay.n.is_some_and(|n| n < FEW)) {
            p.note.few { (visit.say(&message!(
                "A median of fewer than {FEW} cases is a rough picture: one more case may move it.",
                "不足 {FEW} 条案例的中位数只是大概：再多一条就可能改变。"
            ))) }
        }
    }
}

fn paid(visit: &Visit, cases: &Address, pay: &Pay) -> Markup {
    let currency = pay.currency.as_deref();
    let n = html! { @match pay.n { Some(n) => { data value=(n) { (grouped(n)) } } None => { (visit.t(words::TOO_SMALL)) } } };
    html! {
        tr data-currency=[currency] {
            th scope="row" { (currency.unwrap_or("–")) }
            td.number { @match currency { Some(currency) => { a href=(paid_in(cases, currency).href()) { (n) } } None => { (n) } } }
            @if let (Some(median), Some(p25), Some(p75)) = (pay.median, pay.p25, pay.p75) {
                td.number { strong { data value=(median) { (money(median)) } } }
                td.number { (money(p25)) "–" wbr; (money(p75)) }
                (median_interval(visit, pay))
            } @else { td.number colspan="3" { (visit.t(words::TOO_FEW)) } }
        }
    }
}

/// Those of some cases whose annual pay is known in a currency.
fn paid_in(cases: &Address, currency: &str) -> Address {
    let pay = spread::field().and_then(|pay| Some((pay, currency_of(pay)?)));
    pay.map_or_else(|| cases.clone(), |(pay, code)| cases.with(pay.name(), "0..").and(code.name(), currency))
}
