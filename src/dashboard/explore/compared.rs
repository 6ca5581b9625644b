//! Two groups of a chart beside each other: which two, asked for by their names, and their differences as a table.

use maud::{Markup, html};

use super::numbers::{interval_of_points, money, percent};
use crate::dashboard::address::Address;
use crate::dashboard::values::own;
use crate::dashboard::visit::Visit;
use crate::dashboard::words;
use crate::model::case::Field;
use crate::model::field::WITHIN;
use crate::parameters::{ParameterError, message, written_values};
use crate::statistics::answer::Statistics;
use crate::statistics::comparison::difference::Difference;
use crate::statistics::comparison::query::{ADJUST, COMPARE};
use crate::statistics::comparison::{Comparison, NotCompared, ShareOf};
use crate::text::grouped;

/// The names of the two groups that an address asks to compare, as they were written; `None` where there are not two.
pub(super) fn asked(address: &Address) -> Option<[String; 2]> {
    written_values(&address.get(COMPARE.name).unwrap_or_default()).try_into().ok()
}

/// The fields of a form that ask which two groups are compared, and by what they are adjusted. `statistics` have the names that
/// are proposed, `mistakes` say what is wrong with those that were given.
pub(super) fn form(
    visit: &Visit,
    statistics: &Statistics,
    grouped_by: &[Field],
    mistakes: &[ParameterError],
) -> Markup {
    let given = written_values(&visit.address.get(COMPARE.name).unwrap_or_default());
    let given = |place: usize| given.get(place).map_or("", String::as_str);
    let names = statistics.groups.iter().filter_map(|group| group.keys.first());
    let mut names: Vec<&str> = names.map(|key| visit.language.of(key.name.as_str(), &key.name_en)).collect();
    names.dedup();
    let adjusted = visit.address.get(ADJUST.name);
    html! {
        fieldset.compared { legend { (visit.t(words::COMPARE_TWO)) }
            @for (place, id, label) in [(0, "compare-first", words::FIRST_GROUP), (1, "compare-second", words::SECOND_GROUP)] {
                div { label for=(id) { (visit.t(label)) }
                    input id=(id) name=(COMPARE.name) value=(given(place)) list="groups" maxlength="100"; }
            }
            datalist #groups { @for name in names { option value=(name) {} } }
            div { label for="adjust" { (visit.t(words::ADJUSTED_BY)) }
                select #adjust name=(ADJUST.name) {
                    option value="" { (visit.t(words::NOT_ADJUSTED)) }
                    @for field in Field::ranked(WITHIN).into_iter().filter(|field| !grouped_by.contains(field)) {
                        option value=(field.name()) selected[adjusted.as_deref() == Some(field.name())] { (visit.t(field.label())) }
                    }
                } }
        }
        @for mistake in mistakes { p.mistake role="alert" { (own(mistake.message.of(visit.language))) } }
    }
}

/// The differences, each with its interval, and with what it is where both groups are put together alike.
pub(super) fn table(visit: &Visit, comparison: &Comparison) -> Markup {
    let names: Vec<&str> =
        comparison.groups.iter().map(|group| visit.language.of(group.key.name.as_str(), &group.key.name_en)).collect();
    let is_adjusted = !comparison.adjusted_by.is_empty();
    html! {
        div.scroll tabindex="0" role="region" aria-label=(visit.t(words::CHART_AS_TABLE)) {
            table.differences {
                thead { tr {
                    th scope="col" { (visit.t(words::COMPARED)) }
                    @for name in &names { th.number scope="col" { (own(name)) } }
                    th.number scope="col" { (visit.t(words::DIFFERENCE)) } th.number scope="col" { (visit.t(words::INTERVAL)) }
                    @if is_adjusted {
                        th.number scope="col" { (visit.t(words::ADJUSTED)) } th.number scope="col" { (visit.t(words::INTERVAL)) }
                    }
                } }
                tbody { @for line in lines(visit, comparison) { (shown(visit, &line, is_adjusted)) } }
            }
        }
        @for line in lines(visit, comparison) {
            @if let Some(words) = line.conclusion(visit, &names) { p.note.conclusion { (words) } }
        }
        (left_out(visit, comparison))
    }
}

/// A line of the table.
struct Line {
    label: String,
    values: Vec<String>,
    difference: Option<Difference>,
    adjusted: Option<Difference>,
    reason: Option<NotCompared>,
    is_pay: bool,
}

fn lines(visit: &Visit, comparison: &Comparison) -> Vec<Line> {
    let shares = comparison.shares.iter().map(|share| Line {
        label: match (&share.value, share.of) {
            (Some(value), _) => visit.language.of(&value.name, &value.name_en).clone(),
            (None, ShareOf::Known) => visit.t(words::OF_KNOWN).to_owned(),
            _ => visit.t(words::OF_ALL_CASES).to_owned(),
        },
        values: share.values.iter().map(|share| percent(share.value)).collect(),
        difference: share.difference,
        adjusted: share.adjusted.as_ref().and_then(|adjusted| adjusted.difference),
        reason: share.reason,
        is_pay: false,
    });
    let pay = comparison.pay.iter().map(|pay| Line {
        label: format!("{} {}", visit.t(words::MEDIAN), pay.currency.as_deref().unwrap_or_default()),
        values: pay.medians.iter().zip(&pay.n).map(|(median, n)| median_of(*median, *n)).collect(),
        difference: pay.difference,
        adjusted: pay.adjusted.as_ref().and_then(|adjusted| adjusted.difference),
        reason: pay.reason,
        is_pay: true,
    });
    shares.chain(pay).collect()
}

fn median_of(median: Option<f64>, n: u64) -> String {
    median.map_or_else(|| "–".to_owned(), |median| format!("{} (n = {})", money(median), grouped(n)))
}

fn shown(visit: &Visit, line: &Line, is_adjusted: bool) -> Markup {
    let too_few = match line.reason {
        Some(NotCompared::Overlapping) => words::CASES_IN_COMMON,
        _ => words::TOO_FEW,
    };
    html! {
        tr {
            th scope="row" { (own(&line.label)) }
            @for value in &line.values { td.number { (value) } }
            @for _ in line.values.len()..2 { td.number { "–" } }
            (difference(visit.t(too_few), line.difference, line.is_pay))
            @if is_adjusted { (difference(visit.t(words::TOO_FEW), line.adjusted, line.is_pay)) }
        }
    }
}

fn difference(too_few: &str, difference: Option<Difference>, is_pay: bool) -> Markup {
    html! {
        @if let Some(found) = difference {
            td.number { strong { (interval_of_points([found.value], is_pay)) } }
            td.number { (interval_of_points([found.low, found.high], is_pay)) }
        } @else { td.number colspan="2" { (too_few) } }
    }
}

impl Line {
    /// What may be concluded, for who does not read intervals.
    fn conclusion(&self, visit: &Visit, names: &[&str]) -> Option<String> {
        let [first, second] = *names else { return None };
        let difference = self.difference?;
        let (more, less) = if difference.value > 0.0 { (first, second) } else { (second, first) };
        let label = &self.label;
        let clear = message!(
            "{label}: {more} has more than {less} (the interval does not include 0).",
            "{label}：{more} 高于 {less}（区间不含 0）。"
        );
        let unclear = message!(
            "{label}: it cannot be told which of {first} and {second} has more (the interval includes 0, no difference).",
            "{label}：不能断定 {first} 和 {second} 谁更高（区间包含 0，即可能没有差别）。"
        );
        Some(visit.say(if difference.is_clear() { &clear } else { &unclear }))
    }
}

/// What adjusting leaves out.
fn left_out(visit: &Visit, comparison: &Comparison) -> Markup {
    let of_pay = comparison.pay.as_ref().and_then(|pay| pay.adjusted.as_ref());
    let adjusted = of_pay.or_else(|| comparison.shares.first()?.adjusted.as_ref());
    let Some(adjusted) = adjusted else { return html! {} };
    let [first, second] = [0, 1].map(|place| grouped(adjusted.left_out.get(place).copied().unwrap_or_default()));
    let strata = adjusted.strata;
    html! { p.note { (visit.say(&message!(
        "Adjusted: compared within {strata} values that both groups have, put together in the same proportions; {first} and \
         {second} cases are left out.",
        "校正：在两组都有的 {strata} 个取值之内分别比较，再按相同比例合并；两组各有 {first} 条和 {second} 条未计入。"
    ))) } }
}
