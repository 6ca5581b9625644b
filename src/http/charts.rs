//! `/charts`: statistics as pictures.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};

use super::answers::ReadProblems;
use super::media_types::{MediaType, accepted_language};
use super::snapshot::written;
use super::state::AppState;
use super::stats::statistics;
use crate::cases::parameters::FilterParameters;
use crate::catalog::Catalog;
use crate::charts::parameters::{
    BarParameters, BoxParameters, ChartKind, ChartQuery, ComparisonParameters, HeatmapParameters, HistogramParameters,
};
use crate::charts::picture;
use crate::http::error::ApiError;
use crate::parameters::Documented;

/// A picture opened by itself may load nothing and run nothing.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'");

/// Draw a bar chart
///
/// How the cases that fit the filter divide by one dimension, as an SVG picture for an `<img>`: numbers of cases, or shares
/// with their 95 % interval. It says in words what it shows, for those who cannot see it.
#[utoipa::path(
    tag = "Charts",
    params(Documented<BarParameters>, Documented<FilterParameters>),
    responses(
        (status = 200, description = "The picture.", body = String, content_type = "image/svg+xml"),
        ReadProblems
    )
)]
#[get("/charts/bar.svg")]
pub async fn get_bar_chart(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    chart(&request, &state, ChartKind::Bar).await
}

/// Draw a heat map
///
/// Two dimensions crossed, as an SVG picture for an `<img>`: numbers of cases, shares, or medians of annual pay.
#[utoipa::path(
    tag = "Charts",
    params(Documented<HeatmapParameters>, Documented<FilterParameters>),
    responses(
        (status = 200, description = "The picture.", body = String, content_type = "image/svg+xml"),
        ReadProblems
    )
)]
#[get("/charts/heatmap.svg")]
pub async fn get_heatmap(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    chart(&request, &state, ChartKind::Heatmap).await
}

/// Draw box plots of pay
///
/// Annual pay by one dimension, as an SVG picture for an `<img>`: the middle half as a box, whiskers from the 10th to the
/// 90th percentile, in the commonest currency. Groups with fewer than three figures have no box.
#[utoipa::path(
    tag = "Charts",
    params(Documented<BoxParameters>, Documented<FilterParameters>),
    responses(
        (status = 200, description = "The picture.", body = String, content_type = "image/svg+xml"),
        ReadProblems
    )
)]
#[get("/charts/box.svg")]
pub async fn get_box_chart(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    chart(&request, &state, ChartKind::Box).await
}

/// Draw a histogram of pay
///
/// How annual pay is spread over ranges of a round width, as an SVG picture for an `<img>`, in the commonest currency, with
/// the median, and with the place of a `pay` among the others.
#[utoipa::path(
    tag = "Charts",
    params(Documented<HistogramParameters>, Documented<FilterParameters>),
    responses(
        (status = 200, description = "The picture.", body = String, content_type = "image/svg+xml"),
        ReadProblems
    )
)]
#[get("/charts/histogram.svg")]
pub async fn get_histogram(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    chart(&request, &state, ChartKind::Histogram).await
}

/// Draw the differences of two groups
///
/// By how much one of two groups is more than the other, as an SVG picture for an `<img>`: a dot with its 95 % interval for each
/// difference of shares, or for that of the medians of pay, over a line at zero; with `adjust` also where both are put together
/// alike.
#[utoipa::path(
    tag = "Charts",
    params(Documented<ComparisonParameters>, Documented<FilterParameters>),
    responses(
        (status = 200, description = "The picture.", body = String, content_type = "image/svg+xml"),
        ReadProblems
    )
)]
#[get("/charts/comparison.svg")]
pub async fn get_comparison_chart(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    chart(&request, &state, ChartKind::Comparison).await
}

async fn chart(request: &HttpRequest, state: &AppState, kind: ChartKind) -> Result<HttpResponse, ApiError> {
    let mut snapshot = state.snapshot_of_many(request, MediaType::Svg).await?;
    let language = accepted_language(request);
    let read = move |query: &str, catalog: &Catalog| ChartQuery::parse(kind, query, catalog, language);
    let query = snapshot.understand(request, read).await?;
    let statistics = statistics(state, &mut snapshot, query.statistics.clone()).await?;
    let mut response = written(snapshot.response(), MediaType::Svg, picture::draw(&query, &statistics));
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, POLICY);
    Ok(response)
}
