//! The numbers of a chart as a table, each group with a link to its cases; and how figures of statistics are written.

use maud::{Markup, html};

use super::query::{Measure, filter_of};
use crate::dashboard::address::Address;
use crate::dashboard::values::own;
use crate::dashboard::visit::Visit;
use crate::dashboard::words;
use crate::model::case::Field;
use crate::statistics::answer::{Group, Statistics};
use crate::statistics::categories::GroupKey;
use crate::statistics::pay::Pay;
use crate::text::grouped;

/// The numbers of a chart, each group with a link to its cases.
pub(in crate::dashboard) fn table(visit: &Visit, statistics: &Statistics, measure: Measure) -> Markup {
    if let Some(histogram) = &statistics.histogram {
        return bins(visit, histogram);
    }
    let labels = statistics.group_by.iter().filter_map(|name| Field::named(name)).map(|field| visit.t(field.label()));
    let labels: Vec<&str> = labels.collect();
    html! {
        div.scroll tabindex="0" role="region" aria-label=(format!("{}: {}", visit.t(words::CHART_AS_TABLE), labels.join(" × "))) {
            table.counted {
                thead { tr {
                    @for label in &labels { th scope="col" { (label) } }
                    th.number scope="col" { (visit.t(words::CASES)) }
                    @if measure == Measure::Share {
                        th.number scope="col" { (visit.t(words::SHARE)) } th.number scope="col" { (visit.t(words::INTERVAL)) }
                    }
                    @if measure == Measure::Pay {
                        th.number scope="col" { (visit.t(words::WITH_PAY)) } th.number scope="col" { (visit.t(words::MEDIAN)) }
                        th.number scope="col" { (visit.t(words::MIDDLE_HALF)) }
                        th.number scope="col" { (visit.t(words::MEDIAN_INTERVAL)) }
                    }
                } }
                tbody { @for group in &statistics.groups { (line(visit, group, measure)) } }
            }
        }
    }
}

fn line(visit: &Visit, group: &Group, measure: Measure) -> Markup {
    let keys: Vec<&GroupKey> = group.keys.iter().map(|key| &**key).collect();
    let chosen = keys.iter().fold(filter_of(&visit.address).at("/explore"), |address, key| narrowed(&address, key));
    let pay = group.pay.as_ref().and_then(|pay| pay.first());
    html! {
        tr {
            @for (index, key) in keys.iter().enumerate() {
                @let name = visit.language.of(&key.name, &key.name_en);
                @if index == 0 { th scope="row" { (own(name)) } } @else { td { (own(name)) } }
            }
            td.number { a href=(chosen.href()) { (grouped(group.count)) } }
            @if measure == Measure::Share {
                @if let Some(share) = group.share {
                    td.number { (percent(share.value)) } td.number { (interval(share.low, share.high)) }
                } @else { td {} td {} }
            }
            @if measure == Measure::Pay { (pay_cells(visit, pay)) }
        }
    }
}

/// The same cases narrowed to those of a value; what was chosen of its dimension before is replaced.
pub(in crate::dashboard) fn narrowed(address: &Address, key: &GroupKey) -> Address {
    address.without(&[key.dimension]).and(key.dimension, &key.value)
}

fn pay_cells(visit: &Visit, pay: Option<&Pay>) -> Markup {
    let Some(pay) = pay else { return html! { td {} td {} td {} td {} } };
    html! {
        td.number { @if let Some(n) = pay.n { (grouped(n)) } @else { (visit.t(words::TOO_SMALL)) } }
        @if let (Some(median), Some(p25), Some(p75), Some(currency)) = (pay.median, pay.p25, pay.p75, &pay.currency) {
            td.number { (currency) " " (money(median)) } td.number { (money(p25)) "–" wbr; (money(p75)) } (median_interval(visit, pay))
        } @else { td.number { (visit.t(words::TOO_FEW)) } td {} td {} }
    }
}

/// The cell with the interval of a median.
pub(in crate::dashboard) fn median_interval(visit: &Visit, pay: &Pay) -> Markup {
    html! {
        td.number { @match pay.median_low.zip(pay.median_high) {
            Some((low, high)) => { (money(low)) "–" wbr; (money(high)) }
            None => { (visit.t(words::TOO_FEW)) }
        } }
    }
}

fn bins(visit: &Visit, histogram: &crate::statistics::histogram::Histogram) -> Markup {
    let end = |end: Option<u64>| end.map_or_else(String::new, grouped);
    html! {
        div.scroll tabindex="0" role="region" aria-label=(visit.t(words::CHART_AS_TABLE)) {
            table {
                thead { tr { th scope="col" { (visit.t(words::MEASURE_PAY)) @if let Some(code) = &histogram.pay.currency { " (" (code) ")" } }
                    th.number scope="col" { (visit.t(words::CASES)) } th.number scope="col" { (visit.t(words::SHARE)) } } }
                tbody { @for bin in &histogram.bins {
                    tr { th scope="row" { (end(bin.from)) "–" (end(bin.to)) }
                        td.number { @if let Some(count) = bin.count { (grouped(count)) } @else { "–" } }
                        td.number { @if let Some(share) = bin.share { (percent(share.value)) } @else { "–" } } }
                } }
            }
        }
    }
}

/// An interval of shares in percent, with as many decimals as tell its ends apart, at most three; it may be broken behind its
/// dash.
pub(in crate::dashboard) fn interval(low: f64, high: f64) -> Markup {
    let written = |decimals: usize| [low, high].map(|end| format!("{:.decimals$}", end * 100.0));
    let [low, high] = (1..3).map(written).find(|[low, high]| low != high).unwrap_or_else(|| written(3));
    html! { (low) "–" wbr; (high) " %" }
}

/// Differences with their signs: of shares in percentage points with one decimal, of pay in whole figures; two are the ends of
/// an interval.
pub(in crate::dashboard) fn interval_of_points<const N: usize>(ends: [f64; N], is_pay: bool) -> String {
    let written = |value: &f64| {
        let size = if is_pay { money(value.abs()) } else { format!("{:.1}", value.abs() * 100.0) };
        let is_nothing = size.chars().all(|character| matches!(character, '0' | '.'));
        let sign = if is_nothing {
            ""
        } else if *value < 0.0 {
            "−"
        } else {
            "+"
        };
        format!("{sign}{size}")
    };
    ends.iter().map(written).collect::<Vec<_>>().join(" … ")
}

/// A share as a percentage with one decimal.
pub(in crate::dashboard) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A figure of money without decimals.
// Pay is not negative and far below 2^52.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(in crate::dashboard) fn money(figure: f64) -> String {
    grouped(figure.round().max(0.0) as u64)
}
