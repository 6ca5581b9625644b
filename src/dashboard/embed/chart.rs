//! `/embed/chart`: a chart with its source and a link to its cases, as a page for a frame.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{asked, preview};
use crate::charts::inline::{Caption, Inline, caption, inline};
use crate::charts::parameters::ChartQuery;
use crate::dashboard::explore::chart::cases_of;
use crate::dashboard::layout::head_of_every_page;
use crate::dashboard::values::own;
use crate::dashboard::visit::Visit;
use crate::dashboard::words;
use crate::http::error::ApiError;
use crate::http::media_types::MediaType;
use crate::http::snapshot::written;
use crate::http::state::AppState;
use crate::http::stats::statistics;
use crate::statistics::answer::Statistics;

/// The page. What its address says of language and colours is for the frame alone, and not kept by the browser.
pub(super) async fn page(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let visit = Visit::of(&request);
    let mut snapshot = visit.snapshot(&state).await?;
    let query = asked(request.query_string(), &snapshot.catalog, visit.language)?;
    let found = statistics(&state, &mut snapshot, query.statistics.clone()).await?;
    let mut response = snapshot.response();
    for header in visit.headers() {
        response.insert_header(header);
    }
    Ok(written(response, MediaType::Html, shown(&visit, &query, &found).into_string()))
}

fn shown(visit: &Visit, query: &ChartQuery, statistics: &Statistics) -> Markup {
    let Caption { title, subtitle, source } = caption(query, statistics);
    let link = |values: &[(&str, String)]| cases_of(visit, values);
    // What it leads to may not stand in the frame.
    let page = Inline { id: "chart", link: &link, with_heading: false, opens_beside: true };
    html! {
        (DOCTYPE)
        html lang=(visit.language.of("zh-CN", "en")) data-theme=(visit.theme.name()) {
            head {
                (head_of_every_page(visit, &title, &subtitle))
                (preview::head(visit, &title, &subtitle, &visit.address))
            }
            body.embed {
                main {
                    figure.chart {
                        h1 { (title) }
                        p.note { (own(&subtitle)) }
                        div.scroll-chart { (PreEscaped(inline(query, statistics, &page))) }
                        figcaption {
                            @for line in source.lines() { p.note { (line) } }
                            p { a href=(cases_of(visit, &[])) target="_blank" rel="noopener" { (visit.t(words::OPEN_IN_SITE)) } }
                        }
                    }
                }
            }
        }
    }
}
