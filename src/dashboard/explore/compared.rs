//! Two groups of a chart beside each other: which two, asked for by their names, and their differences as a table.

use maud::{Markup, html};

use super::numbers::{interval_of_points, money, percent};
use crate::dashboard::address::Address;
use crate::dashboard::values::own;
use crate::dashboard::visit::Visit;
use crate::dashboard::words;
use crate::model::case::Field;
use crate::model::field::{Label, WITHIN};
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
                    input id=(id) name=(COMPARE.name) value=(given(place)) list="groups" maxlength="100" placeholder=[names.get(place)]; }
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
            @for words in line.conclusions(visit, &names) { p.note.conclusion { (words) } }
        }
        (left_out(visit, comparison))
    }
}

/// A line of the table.
struct Line {
    label: String,
    values: Vec<String>,
    /// Of how many figures each of them is, where that is not all of a group.
    n: Vec<u64>,
    difference: Option<Difference>,
    adjusted: Option<Difference>,
    reason: Option<NotCompared>,
    is_pay: bool,
    /// What a difference is counted in.
    unit: String,
}

/// Of shares.
const PERCENTAGE_POINTS: Label = Label { zh: "个百分点", en: "percentage points" };
/// Of annual pay, behind its currency.
const A_YEAR: Label = Label { zh: "一年", en: "a year" };

fn lines(visit: &Visit, comparison: &Comparison) -> Vec<Line> {
    let shares = comparison.shares.iter().map(|share| Line {
        label: match (&share.value, share.of) {
            (Some(value), _) => visit.language.of(&value.name, &value.name_en).clone(),
            (None, ShareOf::Known) => visit.t(words::OF_KNOWN).to_owned(),
            _ => visit.t(words::OF_ALL_CASES).to_owned(),
        },
        values: share.values.iter().map(|share| percent(share.value)).collect(),
        n: Vec::new(),
        difference: share.difference,
        adjusted: share.adjusted.as_ref().and_then(|adjusted| adjusted.difference),
        reason: share.reason,
        is_pay: false,
        unit: visit.t(PERCENTAGE_POINTS).to_owned(),
    });
    let pay = comparison.pay.iter().map(|pay| Line {
        label: format!("{} {}", visit.t(words::MEDIAN), pay.currency.as_deref().unwrap_or_default()),
        values: pay.medians.iter().map(|median| median.map_or_else(|| "–".to_owned(), money)).collect(),
        n: pay.n.clone(),
        difference: pay.difference,
        adjusted: pay.adjusted.as_ref().and_then(|adjusted| adjusted.difference),
        reason: pay.reason,
        is_pay: true,
        unit: format!("{} {}", pay.currency.as_deref().unwrap_or_default(), visit.t(A_YEAR)),
    });
    shares.chain(pay).collect()
}

fn shown(visit: &Visit, line: &Line, is_adjusted: bool) -> Markup {
    let too_few = match line.reason {
        Some(NotCompared::Overlapping) => words::CASES_IN_COMMON,
        _ => words::TOO_FEW,
    };
    html! {
        tr {
            th scope="row" { (own(&line.label)) }
            @for (place, value) in line.values.iter().enumerate() {
                td.number { (value) @if let Some(n) = line.n.get(place) { " (n = " (grouped(*n)) ")" } }
            }
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
    /// What may be concluded, for who does not read intervals: of the difference, and of the adjusted one.
    fn conclusions(&self, visit: &Visit, names: &[&str]) -> Vec<String> {
        let adjusted = format!("{}{}{}", visit.t(words::ADJUSTED), visit.language.of("，", ", "), self.label);
        let told = [(self.label.clone(), self.difference, false), (adjusted, self.adjusted, true)];
        let told = told.into_iter();
        told.filter_map(|(label, it, is_adjusted)| self.conclusion(visit, names, (&label, it?, is_adjusted))).collect()
    }

    fn conclusion(
        &self,
        visit: &Visit,
        names: &[&str],
        (label, difference, is_adjusted): (&str, Difference, bool),
    ) -> Option<String> {
        let [first, second] = *names else { return None };
        let size = |value: f64| interval_of_points([value.abs()], self.is_pay).trim_start_matches('+').to_owned();
        let unit = &self.unit;
        let (more, less) = if difference.value > 0.0 { (first, second) } else { (second, first) };
        let [from, to] = if difference.value > 0.0 {
            [size(difference.low), size(difference.high)]
        } else {
            [size(difference.high), size(difference.low)]
        };
        let [low, high] = [difference.low, difference.high].map(|end| interval_of_points([end], self.is_pay));
        let by = size(difference.value);
        let of = |place: usize| match self.values.get(place) {
            Some(value) if !is_adjusted => format!(" ({value})"),
            _ => String::new(),
        };
        let (of_more, of_less) = if difference.value > 0.0 { (of(0), of(1)) } else { (of(1), of(0)) };
        Some(visit.say(&if difference.low == 0.0 && difference.high == 0.0 {
            message!(
                "{label}: in these cases it is the same of {first} and {second}.",
                "{label}：这些案例里，{first} 和 {second} 的相同。"
            )
        } else if difference.is_clear() {
            message!(
                "{label}: {more}{of_more} is higher than {less}{of_less} by {by} {unit}, most likely by {from} to {to}.",
                "{label}：{more}{of_more} 比 {less}{of_less} 高 {by} {unit}，大概高 {from} 至 {to}。"
            )
        } else {
            message!(
                "{label}: it cannot be told which of {first} and {second} is higher. {first} may be lower, higher or the same ({low} to {high} \
                 {unit}).",
                "{label}：分不出 {first} 和 {second} 谁更高。{first} 可能更低、更高或一样（{low} 至 {high} {unit}）。"
            )
        }))
    }
}

/// What adjusting does, and which cases it leaves out.
fn left_out(visit: &Visit, comparison: &Comparison) -> Markup {
    let of_pay = comparison.pay.as_ref().and_then(|pay| pay.adjusted.as_ref());
    let adjusted = of_pay.or_else(|| comparison.shares.first()?.adjusted.as_ref());
    let Some(adjusted) = adjusted else { return html! {} };
    let [first, second] = [0, 1].map(|place| adjusted.left_out.get(place).copied().unwrap_or_default());
    let strata = adjusted.strata;
    let labels: Vec<Label> =
        comparison.adjusted_by.iter().filter_map(|name| Some(Field::named(name)?.label())).collect();
    let zh = labels.iter().map(|label| label.zh).collect::<Vec<_>>().join("、");
    let en = labels.iter().map(|label| label.en.to_lowercase()).collect::<Vec<_>>().join(" and ");
    html! {
        p.note { (visit.say(&message!(
            "Adjusted: people are compared only with those of the same {en} ({strata} different ones), and both groups are counted with the \
             same mix of it.",
            "校正后：只拿{zh}相同的人互相比较（共 {strata} 种{zh}），再当作两组的{zh}构成相同来计算。"
        ))) }
        @if first + second > 0 {
            @let (first, second) = (grouped(first), grouped(second));
            p.note { (visit.say(&message!(
                "{first} and {second} cases are left out of that: they have nobody to be compared with.",
                "其中两组各有 {first} 条和 {second} 条没有可比的案例，未计入。"
            ))) }
        }
    }
}
