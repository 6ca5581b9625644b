//! `/explore`: all cases, narrowed by facets, one after the other, as a chart or as a table.
//!
//! [`query`] is what an address asks, [`chips`] what of it is chosen, [`mod@facets`] and [`ranges`] what could be, [`spread`] how
//! pay is spread; [`cases`] and [`mod@chart`] show what there is, [`numbers`] the figures of a chart, [`compared`] two of its groups, [`mod@proposed`] what a search
//! may have meant, [`calls`] how to take it away.

pub(super) mod calls;
pub(super) mod cases;
pub(super) mod chart;
mod chips;
mod compared;
pub(super) mod facets;
pub(super) mod numbers;
mod proposed;
pub(super) mod query;
mod ranges;
pub(super) mod spread;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use maud::{Markup, html};

use super::address::Address;
use super::embed::{picture_of, preview};
use super::layout::{self, Content, Section};
use super::notices;
use super::visit::{Visit, see_other};
use super::words;
use crate::cases::counts::Counted;
use crate::cases::cursor::CURSOR;
use crate::cases::format::Format;
use crate::cases::list::{LIMIT, ListQuery, ListedCases, PageRows};
use crate::cases::sort::SORT;
use crate::http::error::ApiError;
use crate::http::offer_cases::count;
use crate::http::snapshot::Snapshot;
use crate::http::state::AppState;
use crate::http::stats::statistics;
use crate::model::notice::Notice;
use crate::parameters::API_PREFIX;
use crate::statistics::facets::{Facet, compute};
use crate::text::grouped;
use calls::TakeAway;
use chart::Chart;
use chips::Chip;
use clap::ValueEnum as _;
use proposed::Proposed;
use query::{ExploreQuery, VIEW, View, canonical, filter_of};

/// The page.
pub(super) async fn page(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let visit = Visit::of(&request);
    if let Some(meant) = canonical(&visit.address) {
        return Ok(see_other(&meant));
    }
    let mut snapshot = visit.snapshot(&state).await?;
    let query = ExploreQuery::parse(&visit)?;
    let listed = list(&visit, &state, &mut snapshot).await?;
    let facets = facets(&visit, &query, &state, &mut snapshot).await?;
    let question = spread::question(&visit.address, &snapshot.catalog)?;
    let pay = statistics(&state, &mut snapshot, question).await?;
    let chips = chips::chips(&visit.address, &snapshot.catalog);
    let proposed = Proposed::of(&visit, &state, &mut snapshot, listed.total()).await?;
    let shown = match query.view {
        View::Chart => chart(&visit, &query, &state, &mut snapshot, &proposed).await?,
        view => of_cases(&visit, view, &listed, &snapshot, &chips, &proposed),
    };
    let side = html! {
        (facets::shown(&visit, &query, facets, &chips))
        (ranges::shown(&visit, &spread::shown(&visit, pay.histogram.as_ref())))
    };
    let main = assembled(&visit, &query, &listed, &shown, &side, &chips);
    let content = Content {
        title: chips::title(&visit, &chips),
        description: visit.t(words::START_LEAD).to_owned(),
        section: Section::Explore,
        head: shown.head,
        main,
    };
    Ok(visit.answer(&snapshot, layout::page(&visit, &content)))
}

/// The cases of a page and how many there are.
struct Listing {
    cases: ListedCases,
    counted: Counted,
    /// What must be known to read them in their order.
    notices: Vec<Notice>,
    call: Address,
}

impl Listing {
    /// The number of all cases of the filter.
    fn total(&self) -> u64 {
        self.counted.total.and_then(|total| u64::try_from(total).ok()).unwrap_or_default()
    }
}

async fn list(visit: &Visit, state: &AppState, snapshot: &mut Snapshot) -> Result<Listing, ApiError> {
    let of_list = [SORT.name, LIMIT.name, CURSOR.name];
    let filter = filter_of(&visit.address);
    let call = visit.address.keeping(|name| of_list.contains(&name) || filter.get(name).is_some());
    let call = call.with("count", "exact").at(&format!("{API_PREFIX}/offer-cases"));
    let query = ListQuery::parse(&call.query(), &snapshot.catalog)?;
    let rows = snapshot.run(async |connection, _| PageRows::read(connection, &query).await).await?;
    let counted = count(state, snapshot, query.to_count(&rows)).await?;
    let notices = query.mixes_currencies().then(Notice::mixed_currencies).into_iter().collect();
    Ok(Listing { cases: rows.listed(&query), counted, notices, call })
}

async fn facets(
    visit: &Visit,
    query: &ExploreQuery,
    state: &AppState,
    snapshot: &mut Snapshot,
) -> Result<Vec<Facet>, ApiError> {
    let mut facets = Vec::new();
    for mut question in facets::questions(&visit.address, query, &snapshot.catalog)? {
        snapshot.find_words(state, [&mut question.filter]).await?;
        let found = snapshot.in_memory(move |columns, catalog| compute(columns, catalog, &question)).await??;
        facets.extend(found.facets);
    }
    Ok(facets)
}

/// What a view shows, and what may be taken away of it.
struct Shown {
    /// What of it stands in the head of the page.
    head: Markup,
    main: Markup,
    take_away: TakeAway,
}

async fn chart(
    visit: &Visit,
    query: &ExploreQuery,
    state: &AppState,
    snapshot: &mut Snapshot,
    proposed: &Proposed,
) -> Result<Shown, ApiError> {
    let chart = Chart::of(visit, query, &snapshot.catalog)?;
    let found = statistics(state, snapshot, chart.query.statistics.clone()).await?;
    let call = chart.statistics_call();
    let mut files = vec![("SVG", chart.call.clone()), ("JSON", call.clone())];
    if call.get("histogram").is_none() {
        files.push(("CSV", call.at(&format!("{API_PREFIX}/stats.csv"))));
    }
    files.push(("PNG", picture_of(&chart.in_frame())));
    let head = chart.preview(visit, &found);
    let main = html! { (proposed.meant) (chart.shown(visit, &found)) };
    Ok(Shown { head, main, take_away: TakeAway { files, call } })
}

fn of_cases(
    visit: &Visit,
    view: View,
    listed: &Listing,
    snapshot: &Snapshot,
    chips: &[Chip],
    proposed: &Proposed,
) -> Shown {
    let (rows, catalog) = (&listed.cases.rows, &snapshot.catalog);
    let main = html! {
        @if rows.is_empty() {
            (cases::nothing(visit, listed.counted.hint.as_ref(), chips.len(), proposed))
        } @else {
            (proposed.meant)
            (cases::order(visit))
            (notices::told(visit, &listed.notices, None))
            @if view == View::Table { (cases::table(visit, catalog, rows)) } @else { (cases::cards(visit, catalog, rows)) }
            (cases::pages(visit, &listed.cases))
        }
    };
    let filter = filter_of(&visit.address);
    let file = |format: &Format| {
        let name = match format {
            Format::Csv => "CSV",
            Format::Ndjson => "JSON Lines",
            Format::Xlsx => "XLSX",
        };
        (name, filter.at(&format!("{API_PREFIX}/offer-cases.{}", format.ending())))
    };
    let told = format!("{} {}", grouped(listed.total()), visit.cases(listed.total()));
    Shown {
        head: preview::of_cases(visit, &chips::title(visit, chips), &told, &filter),
        main,
        take_away: TakeAway { files: Format::value_variants().iter().map(file).collect(), call: listed.call.clone() },
    }
}

fn assembled(
    visit: &Visit,
    query: &ExploreQuery,
    listed: &Listing,
    shown: &Shown,
    side: &Markup,
    chips: &[Chip],
) -> Markup {
    html! {
        div #explore.explore data-live="" {
            div.head {
                h1 { (visit.t(words::EXPLORE_TITLE)) }
                p.total role="status" { strong { (grouped(listed.total())) } " " (visit.cases(listed.total())) }
                a.to-filters href="#filters" { (visit.t(words::TO_FILTERS)) @if !chips.is_empty() { " (" (chips.len()) ")" } }
                a.to-take-away href="#take-away" { (visit.t(words::DOWNLOAD)) }
            }
            (chips::shown(visit, chips))
            aside #filters aria-label=(visit.t(words::FILTERS)) {
                h2 { (visit.t(words::FILTERS)) }
                a.skip-on href="#views" { (visit.t(words::TO_RESULTS)) }
                (facets::search_form(visit))
                (side)
            }
            (tabs(visit, query.view))
            section #results.results tabindex="-1" aria-labelledby="results-title" {
                h2 #results-title.unseen { (visit.t(words::RESULTS)) }
                (shown.main) (calls::shown(visit, &shown.take_away)) }
        }
    }
}

fn tabs(visit: &Visit, view: View) -> Markup {
    let views = [
        (View::Cases, "cases", words::VIEW_CASES),
        (View::Chart, "chart", words::VIEW_CHART),
        (View::Table, "table", words::VIEW_TABLE),
    ];
    let address = visit.address.without(&[CURSOR.name]);
    html! {
        nav.tabs #views tabindex="-1" aria-label=(visit.t(words::VIEW)) {
            @for (own, name, label) in views {
                a href=(address.with(VIEW.name, name).href()) aria-current=[(own == view).then_some("page")] { (visit.t(label)) }
            }
        }
    }
}
