//! The cases counted: a form that says how, the chart, its table, and what it cannot tell.

use maud::{Markup, PreEscaped, html};

use super::compared;
use super::facets::hidden;
use super::numbers::table;
use super::query::{ExploreQuery, GROUP_BY, Measure, VALUE, VIEW, filter_of};
use crate::cases::parameters::MAJOR_EXACT;
use crate::catalog::Catalog;
use crate::charts::inline::{Inline, caption, inline};
use crate::charts::parameters::{ChartKind, ChartQuery};
use crate::dashboard::address::Address;
use crate::dashboard::embed::{chart_in_frame, preview};
use crate::dashboard::notices::{in_sight, limits, made_up};
use crate::dashboard::values::own;
use crate::dashboard::visit::Visit;
use crate::dashboard::words;
use crate::model::case::Field;
use crate::model::field::{GROUP, Label};
use crate::parameters::{LANG, Parameter, ParameterError};
use crate::statistics::answer::Statistics;
use crate::statistics::comparison::query::{ADJUST, COMPARE};
use crate::statistics::notices::{LIKELY_DUPLICATES, NESTED, OVERLAPPING};
use crate::statistics::parameters::{DUPLICATES, NORMALIZE};

/// The codes of the notices that stand under a chart, not to be opened first.
const IN_SIGHT: &[&str] = &["offers_only", "many_comparisons", "order_turns", NESTED, OVERLAPPING, "unlike_groups"];
/// What the form asks itself.
const ASKED_BY_FORM: [Parameter; 8] = [VIEW, GROUP_BY, VALUE, NORMALIZE, COMPARE, ADJUST, DUPLICATES, MAJOR_EXACT];

/// Which chart an address asks for.
pub(super) struct Chart {
    kind: ChartKind,
    /// The parameters of its call.
    pub(super) call: Address,
    pub(super) query: ChartQuery,
    group_by: Vec<Field>,
    measure: Measure,
    /// What is wrong with the two groups that were to be compared, so that they are not.
    mistakes: Vec<ParameterError>,
}

impl Chart {
    /// The chart of a page; where nothing is grouped by, by company, and of pay a histogram.
    ///
    /// # Errors
    /// What is wrong with its parameters.
    pub(super) fn of(visit: &Visit, query: &ExploreQuery, catalog: &Catalog) -> Result<Self, Vec<ParameterError>> {
        let measure = query.measure;
        let group_by = match query.group_by.as_slice() {
            [] if measure != Measure::Pay => vec![Field::Company],
            given => given.to_vec(),
        };
        let kind = match (group_by.len(), measure) {
            (0, _) => ChartKind::Histogram,
            (1, Measure::Pay) => ChartKind::Box,
            (1, _) => ChartKind::Bar,
            _ => ChartKind::Heatmap,
        };
        let mut call = filter_of(&visit.address);
        if !group_by.is_empty() {
            call = call.with(GROUP_BY.name, &group_by.iter().map(|field| field.name()).collect::<Vec<_>>().join(","));
        }
        let value = match (kind, measure) {
            (ChartKind::Box | ChartKind::Histogram, _) | (_, Measure::Count) => None,
            (_, Measure::Share) => Some("share"),
            (_, Measure::Pay) => Some("pay_median"),
        };
        call = call.with_any(VALUE.name, value);
        call = call.with_any(DUPLICATES.name, visit.address.get(DUPLICATES.name).as_deref());
        if let (ChartKind::Heatmap, Measure::Share) = (kind, measure) {
            call = call.with(NORMALIZE.name, &share_of(visit));
        }
        let plain = Self::parsed(visit, catalog, (kind, call), (group_by, measure))?;
        plain.compared(visit, catalog)
    }

    fn parsed(
        visit: &Visit,
        catalog: &Catalog,
        (kind, call): (ChartKind, Address),
        (group_by, measure): (Vec<Field>, Measure),
    ) -> Result<Self, Vec<ParameterError>> {
        let call = call.at(&format!("/api/v1/charts/{}.svg", kind.name()));
        let mut query = ChartQuery::parse(kind, &call.query(), catalog, visit.language)?;
        // The page shows the filter itself.
        query.filter.clear();
        let call = call.with(LANG.name, visit.language.tag());
        Ok(Self { kind, call, query, group_by, measure, mistakes: Vec::new() })
    }

    /// The chart of the two groups that the page asks to compare; itself where there are not two, or these are no groups of it.
    fn compared(self, visit: &Visit, catalog: &Catalog) -> Result<Self, Vec<ParameterError>> {
        let Some(groups) = compared::asked(&visit.address).filter(|_| !self.group_by.is_empty()) else {
            return Ok(self);
        };
        let of_pay = self.measure == Measure::Pay;
        let call = self.call.without(&[VALUE.name, NORMALIZE.name, LANG.name]).with(COMPARE.name, &groups.join(","));
        let call = call.with(VALUE.name, if of_pay { "pay_median" } else { "share" });
        let adjust = visit.address.get(ADJUST.name).filter(|_| of_pay || self.group_by.len() > 1);
        let call = call.with_any(ADJUST.name, adjust.as_deref());
        let measure = if of_pay { Measure::Pay } else { Measure::Share };
        let compared = Self::parsed(visit, catalog, (ChartKind::Comparison, call), (self.group_by.clone(), measure));
        Ok(compared.unwrap_or_else(|mistakes| Self { mistakes, ..self }))
    }

    /// The call that gives the numbers.
    pub(super) fn statistics_call(&self) -> Address {
        let call = self.call.without(&[VALUE.name, LANG.name]).at("/api/v1/stats");
        match (self.kind, self.measure) {
            (ChartKind::Histogram, _) => call.with("histogram", "pay"),
            (ChartKind::Comparison, Measure::Pay) => call.with("metrics", "pay"),
            (_, Measure::Pay) => call.with("metrics", "count,pay"),
            _ => call,
        }
    }

    /// The same chart for a frame.
    pub(super) fn in_frame(&self) -> Address {
        chart_in_frame(self.kind, &self.call)
    }

    /// What a preview of a link to it shows.
    pub(super) fn preview(&self, visit: &Visit, statistics: &Statistics) -> Markup {
        let caption = caption(&self.query, statistics);
        preview::head(visit, &caption.title, &caption.subtitle, &self.in_frame())
    }

    /// The form, the chart, its table and what must be known.
    pub(super) fn shown(&self, visit: &Visit, statistics: &Statistics) -> Markup {
        html! {
            (self.form(visit, statistics))
            figure.chart {
                @let caption = caption(&self.query, statistics);
                h2.caption { (caption.title) }
                p.note { (own(&caption.subtitle)) }
                (made_up(visit, &statistics.notices))
                p.note.swipe { (visit.t(words::SWIPE)) }
                (drawn(visit, &self.query, statistics, "chart"))
                @if let Some(how) = self.how_shares_are_drawn() { p.note { (visit.t(how)) } }
                (in_sight(visit, &statistics.notices, IN_SIGHT, Some(&visit.address)))
                figcaption {
                    // A heat map has no room for intervals, and a phone none for the figures beside bars.
                    details open[self.measure == Measure::Share || self.kind == ChartKind::Comparison] { summary { (visit.t(words::CHART_AS_TABLE)) } @match &statistics.comparison { Some(comparison) => { (compared::table(visit, comparison)) } None => { (table(visit, statistics, self.measure)) } } }
                    (self.embedding(visit, &caption.title))
                    (limits(visit, &statistics.notices, Some(&visit.address), IN_SIGHT))
                }
            }
        }
    }

    /// Where the intervals of shares are seen.
    fn how_shares_are_drawn(&self) -> Option<Label> {
        match (self.kind, self.measure) {
            (ChartKind::Bar, Measure::Share) => Some(words::HOW_SHARES_ARE_DRAWN),
            (ChartKind::Heatmap, Measure::Share) => Some(words::INTERVALS_BELOW),
            (ChartKind::Comparison, _) => Some(words::HOW_DIFFERENCES_ARE_DRAWN),
            _ => None,
        }
    }

    /// What somebody writes into a page of their own to have the chart in it.
    fn embedding(&self, visit: &Visit, title: &str) -> Markup {
        let frame = format!("{}{}", visit.origin(), self.in_frame().href());
        let code = html! { iframe src=(frame) title=(title) width="800" height="600" loading="lazy" {} };
        html! {
            details {
                summary { (visit.t(words::EMBED)) }
                pre tabindex="0" role="region" aria-label=(visit.t(words::EMBED)) { code #embed-code { (code.into_string()) } }
                button type="button" data-copy="embed-code" data-copied=(visit.t(words::COPIED)) hidden { (visit.t(words::COPY)) }
            }
        }
    }

    fn form(&self, visit: &Visit, statistics: &Statistics) -> Markup {
        let measures = [
            (Measure::Count, "count", words::MEASURE_COUNT),
            (Measure::Share, "share", words::MEASURE_SHARE),
            (Measure::Pay, "pay", words::MEASURE_PAY),
        ];
        html! {
            form.controls method="get" action=(visit.address.path()) {
                (hidden(&visit.address, &ASKED_BY_FORM.map(|parameter| parameter.name)))
                input type="hidden" name=(VIEW.name) value="chart";
                div { label for="measure" { (visit.t(words::MEASURE)) }
                    select #measure name=(VALUE.name) {
                        @for (measure, value, label) in measures {
                            option value=(value) selected[measure == self.measure] { (visit.t(label)) }
                        }
                    } }
                (self.dimension(visit, 0, "group-by", words::GROUP_BY, words::NO_GROUPS))
                (self.dimension(visit, 1, "crossed-with", words::CROSSED_WITH, words::NOTHING))
                (self.share_of(visit))
                @if !self.group_by.is_empty() { (compared::form(visit, statistics, &self.group_by, &self.mistakes)) }
                (self.choices(visit, statistics))
                button type="submit" { (visit.t(words::SHOW)) }
            }
        }
    }

    /// How cases and groups are counted that are likely the same, or within others, to be chosen where there are some.
    fn choices(&self, visit: &Visit, statistics: &Statistics) -> Markup {
        let filter = &self.query.statistics.filter;
        let choices = [
            (DUPLICATES.name, "once", filter.counts_duplicates_once, LIKELY_DUPLICATES, words::DUPLICATES_ONCE),
            (MAJOR_EXACT.name, "true", filter.is_exact, NESTED, words::MAJOR_EXACT),
        ];
        let is_told = |code: &str| statistics.notices.iter().any(|notice| notice.code == code);
        html! {
            @for (name, value, is_chosen, _, label) in choices.into_iter().filter(|(.., is_chosen, code, _)| *is_chosen || is_told(code)) {
                div { label { input type="checkbox" name=(name) value=(value) checked[is_chosen]; (visit.t(label)) } }
            }
        }
    }

    /// What the shares of two dimensions are shares of.
    fn share_of(&self, visit: &Visit) -> Markup {
        let ([row, column], Measure::Share) = (self.group_by.as_slice(), self.measure) else { return html! {} };
        let within = |field: &Field| format!("{} {}", visit.t(words::WITHIN), visit.t(field.label()));
        let choices =
            [("all", visit.t(words::OF_ALL_CASES).to_owned()), ("row", within(row)), ("column", within(column))];
        let given = share_of(visit);
        html! {
            div { label for="share-of" { (visit.t(words::SHARE_OF)) }
                select #share-of name=(NORMALIZE.name) {
                    @for (value, label) in choices {
                        option value=(value) selected[given == value] { (label) }
                    }
                } }
        }
    }

    fn dimension(&self, visit: &Visit, place: usize, id: &str, label: Label, none: Label) -> Markup {
        // By the same twice nothing is crossed.
        let (before, chosen) = (&self.group_by[..place.min(self.group_by.len())], self.group_by.get(place));
        html! {
            div { label for=(id) { (visit.t(label)) }
                select id=(id) name=(GROUP_BY.name) {
                    @if place > 0 || self.measure == Measure::Pay { option value="" { (visit.t(none)) } }
                    @for field in Field::ranked(GROUP).into_iter().filter(|field| !before.contains(field)) {
                        option value=(field.name()) selected[chosen == Some(&field)] { (visit.t(field.label())) }
                    }
                } }
        }
    }
}

/// What shares of two dimensions are shares of, where an address does not say it: of the first, since of all cases each cell has
/// next to nothing.
fn share_of(visit: &Visit) -> String {
    visit.address.get(NORMALIZE.name).unwrap_or_else(|| "row".to_owned())
}

/// A chart within a page, each of whose marks leads to its cases.
pub(in crate::dashboard) fn drawn(visit: &Visit, query: &ChartQuery, statistics: &Statistics, id: &str) -> Markup {
    let link = |values: &[(&str, String)]| cases_of(visit, values);
    let page = Inline { id, link: &link, with_heading: false, opens_beside: false };
    html! { div.scroll-chart { (PreEscaped(inline(query, statistics, &page))) } }
}

/// The address of the cases of a page for which these parameters are so besides.
pub(in crate::dashboard) fn cases_of(visit: &Visit, values: &[(&str, String)]) -> String {
    let begun = filter_of(&visit.address).at("/explore");
    let chosen = values.iter().fold(begun, |address, (name, value)| address.without(&[name]).and(name, value));
    chosen.with_all(&visit.address.elsewhere("")).href()
}
