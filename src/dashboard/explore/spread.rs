//! How annual pay is spread over the cases of the filter: a small histogram behind the inputs of its range, each bar of which
//! chooses its range.

use maud::{Markup, html};

use super::query::filter_of;
use crate::cases::cursor::CURSOR;
use crate::catalog::Catalog;
use crate::dashboard::address::Address;
use crate::dashboard::values::currency_of;
use crate::dashboard::visit::Visit;
use crate::dashboard::words;
use crate::model::case::Field;
use crate::model::field::{FILTER, Origin};
use crate::parameters::{ParameterError, message};
use crate::statistics::histogram::{Bin, Histogram};
use crate::statistics::parameters::StatisticsQuery;
use crate::text::grouped;

/// The most bars.
const BINS: &str = "20";
const WIDTH: u64 = 240;
const HEIGHT: u64 = 48;

/// The field whose spread this is: the middle of pay.
pub(in crate::dashboard) fn field() -> Option<Field> {
    Field::that_can(FILTER).find(|field| matches!(field.origin(), Origin::Middle { .. }))
}

/// The question whose answer is the histogram: the filter without its own range.
///
/// # Errors
/// What is wrong with the filter.
pub(super) fn question(address: &Address, catalog: &Catalog) -> Result<StatisticsQuery, Vec<ParameterError>> {
    let filter = filter_of(address).without(&[field().map_or("", Field::name)]);
    StatisticsQuery::parse(&filter.with("histogram", "pay").with("bins", BINS).query(), catalog)
}

/// The histogram; nothing where there are too few figures.
pub(super) fn shown(visit: &Visit, histogram: Option<&Histogram>) -> Markup {
    let Some((histogram, field)) = histogram.filter(|it| !it.bins.is_empty()).zip(field()) else { return html! {} };
    let most = histogram.bins.iter().filter_map(|bin| bin.count).max().unwrap_or(1).max(1);
    let width = WIDTH / histogram.bins.len().max(1) as u64;
    let currency = histogram.pay.currency.as_deref().unwrap_or_default();
    html! {
        svg.spread viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="group" aria-label=(format!("{} ({currency})", visit.t(field.label()))) {
            @for (index, bin) in histogram.bins.iter().enumerate() {
                @let count = bin.count.unwrap_or_default();
                // What there is at all is seen.
                @let height = (count * (HEIGHT - 2) / most).max(u64::from(count > 0));
                a href=(chosen(visit, field, bin, currency)) aria-label=(told(visit, bin, currency)) rel="nofollow" {
                    title { (told(visit, bin, currency)) }
                    rect.ground x=(index as u64 * width) y="0" width=(width) height=(HEIGHT) {}
                    rect.bar x=(index as u64 * width) y=(HEIGHT - height) width=(width.saturating_sub(1)) height=(height) {}
                }
            }
        }
    }
}

fn chosen(visit: &Visit, field: Field, bin: &Bin, currency: &str) -> String {
    let end = |end: Option<u64>| end.map_or_else(String::new, |end| end.to_string());
    let range = format!("{}..{}", end(bin.from), end(bin.to.map(|to| to.saturating_sub(1))));
    let address = visit.address.without(&[CURSOR.name]).with(field.name(), &range);
    currency_of(field).map_or_else(|| address.clone(), |own| address.with(own.name(), currency)).href()
}

fn told(visit: &Visit, bin: &Bin, currency: &str) -> String {
    let end = |end: Option<u64>| end.map_or_else(String::new, grouped);
    let (from, to) = (end(bin.from), end(bin.to));
    match bin.count {
        Some(count) => {
            let (cases, count) = (visit.cases(count), grouped(count));
            visit.say(&message!("{currency} {from}–{to}: {count} {cases}", "{currency} {from}–{to}：{count} {cases}"))
        }
        None => format!("{currency} {from}–{to}: {}", visit.t(words::TOO_SMALL)),
    }
}
