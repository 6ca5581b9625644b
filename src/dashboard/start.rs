//! `/`: what this is, what is here, and the ways into it.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use maud::{Markup, html};

use super::address::Address;
use super::compare::form;
use super::embed::preview;
use super::explore::cases::cards;
use super::explore::chart::drawn;
use super::explore::numbers::table;
use super::explore::query::Measure;
use super::layout::{self, Content, Section};
use super::notices;
use super::values::own;
use super::visit::Visit;
use super::words;
use crate::cases::list::{ListQuery, PageRows};
use crate::charts::inline::caption;
use crate::charts::parameters::{ChartKind, ChartQuery};
use crate::engine::count::{PayOf, Question, count};
use crate::http::error::ApiError;
use crate::http::snapshot::Snapshot;
use crate::http::state::AppState;
use crate::http::stats::statistics;
use crate::model::case::Field;
use crate::model::entity::Entity;
use crate::model::field::Label;
use crate::statistics::answer::Statistics;
use crate::text::grouped;

/// The charts: by which field, and under which heading.
const CHARTS: [(Field, Label); 2] = [(Field::Company, words::BY_COMPANY), (Field::SchoolTier, words::BY_TIER)];
/// How many bars a chart has at most of what has no order.
const BARS: &str = "8";
/// How many of the latest cases are shown.
const LATEST: &str = "3";

/// A chart with the numbers that it draws.
struct Drawn {
    field: Field,
    heading: Label,
    query: ChartQuery,
    statistics: Statistics,
}

/// The page.
pub(super) async fn page(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let visit = Visit::of(&request);
    let mut snapshot = visit.snapshot(&state).await?;
    visit.reader(&[]).finish()?;
    let mut charts = Vec::new();
    for (field, heading) in CHARTS {
        let asked = Address::parse("", "").with("group_by", field.name());
        // What has an order is told to its end.
        let asked = if field.is_ordered() { asked } else { asked.with("limit", BARS) }.query();
        let query = ChartQuery::parse(ChartKind::Bar, &asked, &snapshot.catalog, visit.language)?;
        let statistics = statistics(&state, &mut snapshot, query.statistics.clone()).await?;
        charts.push(Drawn { field, heading, query, statistics });
    }
    let latest = latest(&visit, &mut snapshot).await?;
    let strip = strip(&visit, &snapshot, charts[0].statistics.total).await?;
    let content = Content {
        title: visit.t(words::START_TITLE).to_owned(),
        description: visit.t(words::START_LEAD).to_owned(),
        section: Section::None,
        head: preview::of_cases(
            &visit,
            visit.t(words::START_TITLE),
            visit.t(words::START_LEAD),
            &Address::parse("", ""),
        ),
        main: shown(&visit, &form::short(&visit, &snapshot.catalog), &strip, &charts, &latest),
    };
    Ok(visit.answer(&snapshot, layout::page(&visit, &content)))
}

fn shown(visit: &Visit, form: &Markup, strip: &Markup, charts: &[Drawn], latest: &Markup) -> Markup {
    html! {
        h1 { (visit.t(words::START_TITLE)) }
        p.lead { (visit.t(words::START_LEAD)) (visit.language.of("", " ")) (visit.t(words::START_LEAD_2)) }
        (form)
        p { a href=(visit.link("/explore")) { (visit.t(words::EXPLORE_ALL)) } }
        h2 { (visit.t(words::WHAT_IS_HERE)) }
        (strip)
        div.side-by-side { @for chart in charts { (shown_chart(visit, chart)) } }
        @if let Some(chart) = charts.first() { (notices::told(visit, &chart.statistics.notices, None)) }
        h2 { (visit.t(words::LATEST_CASES)) }
        (latest)
    }
}

fn shown_chart(visit: &Visit, chart: &Drawn) -> Markup {
    let address = visit.address.elsewhere("/explore").with("view", "chart").with("group_by", chart.field.name());
    html! {
        section aria-label=(visit.t(chart.heading)) {
            h3 { (visit.t(chart.heading)) }
            p.note { (own(&caption(&chart.query, &chart.statistics).subtitle)) }
            // Where a window is too narrow for the bars, their numbers stand for them.
            div.where-wide { (drawn(visit, &chart.query, &chart.statistics, chart.field.name())) }
            div.where-narrow { (table(visit, &chart.statistics, Measure::Count)) }
            p { a href=(address.href()) aria-label=(format!("{}: {}", visit.t(words::MORE_CHARTS), visit.t(chart.heading))) { (visit.t(words::MORE_CHARTS)) } }
        }
    }
}

/// The cases whose offers are the latest: the usual order of a list, which an index gives.
async fn latest(visit: &Visit, snapshot: &mut Snapshot) -> Result<Markup, ApiError> {
    let asked = Address::parse("", "").with("limit", LATEST).query();
    let query = ListQuery::parse(&asked, &snapshot.catalog)?;
    let rows = snapshot.run(async |connection, _| PageRows::read(connection, &query).await).await?;
    Ok(cards(visit, &snapshot.catalog, &rows.listed(&query).rows))
}

/// How many cases, companies and sources there are, and when that changed.
async fn strip(visit: &Visit, snapshot: &Snapshot, cases: u64) -> Result<Markup, ApiError> {
    let groups = |field: Field| {
        snapshot.in_memory(move |columns, catalog| {
            let filter = crate::cases::filter::CaseFilter::default();
            let question = Question { first: field, second: None, pay: PayOf::Nobody, filter: &filter };
            count(columns, catalog, question)
                .map(|counts| counts.rows.iter().filter(|group| group.key.is_some()).count())
        })
    };
    let (companies, sources) = (groups(Field::Company).await??, groups(Field::Source).await??);
    let changed = snapshot.dataset.changed_at.format("%Y-%m-%d").to_string();
    Ok(html! {
        dl.strip {
            div { dt { (visit.t(words::CASES)) } dd { a href=(visit.link("/explore")) { (grouped(cases)) } } }
            div { dt { (visit.t(words::COMPANIES)) } dd { a href=(visit.link(&format!("/{}", Entity::Company.path_segment()))) { (grouped(companies as u64)) } } }
            div { dt { (visit.t(words::SOURCES)) } dd { a href=(visit.link("/data")) { (grouped(sources as u64)) } } }
            div { dt { (visit.t(words::LAST_CHANGE)) } dd { time datetime=(changed) { (changed) } } }
        }
    })
}
