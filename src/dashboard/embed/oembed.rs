//! `/embed/oembed`: what a program puts into a page where somebody has written the address of a chart, as oEmbed 1.0 has it.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use maud::html;
use serde::Serialize;

use super::{CHART_PATH, asked, divided};
use crate::charts::inline::{Caption, Inline, caption, inline, size_px};
use crate::dashboard::address::Address;
use crate::dashboard::visit::Visit;
use crate::dashboard::words;
use crate::http::error::ApiError;
use crate::http::media_types::{MediaType, accepted_language};
use crate::http::state::AppState;
use crate::http::stats::statistics;
use crate::parameters::{Kind, Message, Parameter, ParameterReader, ParameterTable, message, parameter_tables};

const URL: Parameter = Parameter {
    name: "url",
    description: "The address of a chart of this service.",
    kind: Kind::Required(&Kind::Text),
    example: "http://127.0.0.1:8080/embed/chart?group_by=company",
};
const MAX_WIDTH: Parameter = Parameter {
    name: "maxwidth",
    description: "The most pixels in width.",
    kind: Kind::Figure { max: MAX_PX },
    example: "600",
};
const MAX_HEIGHT: Parameter = Parameter { name: "maxheight", description: "The most pixels in height.", ..MAX_WIDTH };
const FORMAT: Parameter = Parameter {
    name: "format",
    description: "The form of the answer; there is JSON alone.",
    kind: Kind::OneOf { allowed: &["json", XML], default: Some("json") },
    example: "json",
};

parameter_tables! {
    /// The parameters of oEmbed. Others that programs send mean nothing.
    OembedParameters = &[URL, MAX_WIDTH, MAX_HEIGHT, FORMAT];
}

/// A form that oEmbed knows, and that is not here.
const XML: &str = "xml";
const MAX_PX: u32 = 100_000;
/// The height of what stands over and under a picture: its heading, its source, the link.
const TEXTS_HEIGHT_PX: u32 = 220;

/// What is put into a page.
#[derive(Debug, Serialize)]
struct Rich {
    version: &'static str,
    r#type: &'static str,
    title: String,
    provider_name: &'static str,
    provider_url: String,
    html: String,
    width: u32,
    height: u32,
}

/// The answer.
pub(super) async fn answer(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut snapshot = state.snapshot_of_many(&request, MediaType::Json).await?;
    let (own, _) = divided(request.query_string(), OembedParameters::PARAMETERS);
    let mut reader = ParameterReader::new(&own, &[OembedParameters::PARAMETERS]);
    let url = reader.text(URL.name).unwrap_or_default();
    let [max_width, max_height] = [MAX_WIDTH, MAX_HEIGHT].map(|most| reader.figure(most.name).unwrap_or(MAX_PX));
    let format = reader.one_of(FORMAT.name);
    reader.finish()?;
    if format == Some(XML) {
        let why = message!("Only `format=json` is answered here.", "这里只有 `format=json`。");
        return Err(ApiError::NotImplemented(why));
    }
    let origin = Visit::of(&request).origin();
    let chart =
        chart_at(&url, &origin).ok_or_else(|| ApiError::NotFound { detail: no_chart(&url), did_you_mean: None })?;
    let query = asked(&chart.query(), &snapshot.catalog, accepted_language(&request))?;
    let found = statistics(&state, &mut snapshot, query.statistics.clone()).await?;
    let page = Inline { id: "chart", link: &|_| String::new(), with_heading: false, opens_beside: true };
    let (natural_px, height_px) = size_px(&inline(&query, &found, &page));
    let width = natural_px.min(max_width);
    let height = (height_px * width).div_ceil(natural_px.max(1)).saturating_add(TEXTS_HEIGHT_PX).min(max_height);
    let Caption { title, .. } = caption(&query, &found);
    let address = format!("{origin}{}", chart.href());
    let html =
        html! { iframe src=(address) width=(width) height=(height) title=(title) loading="lazy" {} }.into_string();
    let provider_name = query.language.of(words::SITE.zh, words::SITE.en);
    let (version, r#type) = ("1.0", "rich");
    Ok(snapshot.answer(&Rich { version, r#type, title, provider_name, provider_url: origin, html, width, height }))
}

/// The chart that an address means, where it is one of this service.
fn chart_at(url: &str, origin: &str) -> Option<Address> {
    let without_scheme =
        |url: &str| url.split_once("://").filter(|(scheme, _)| is_http(scheme)).map(|(_, rest)| rest.to_owned());
    let (url, origin) = (without_scheme(url)?, without_scheme(origin)?);
    let place = url.split('#').next().unwrap_or_default();
    let (host, target) = place.split_once('/')?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let is_chart = host.eq_ignore_ascii_case(&origin) && CHART_PATH.strip_prefix('/') == Some(path);
    is_chart.then(|| Address::parse(CHART_PATH, query))
}

fn is_http(scheme: &str) -> bool {
    ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
}

fn no_chart(url: &str) -> Message {
    message!(
        "`{url}` is no chart of this service; one stands at {CHART_PATH}.",
        "`{url}` 不是本服务的图表；图表的地址是 {CHART_PATH}。"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_charts_of_this_service_are_known() {
        let here = "http://example.org:8080";
        for url in [
            "http://example.org:8080/embed/chart?group_by=company&company=B%E7%AB%99",
            "https://EXAMPLE.org:8080/embed/chart?group_by=company&company=B站#there",
            "HTTP://example.org:8080/embed/chart?group_by=company&company=B%E7%AB%99",
        ] {
            let query = chart_at(url, here).map(|address| address.query());
            assert_eq!(query.as_deref(), Some("group_by=company&company=B%E7%AB%99"), "{url}");
        }
        for url in [
            "",
            "/embed/chart",
            "http://example.org/embed/chart",
            "http://example.org:8080",
            "http://example.org:8080/embed/chart.png",
            "http://example.org:8080/embed/chart/",
            "http://example.org:8080@evil.example/embed/chart",
            "http://evil.example/example.org:8080/embed/chart",
            "ftp://example.org:8080/embed/chart",
            "javascript://example.org:8080/embed/chart",
        ] {
            assert_eq!(chart_at(url, here), None, "{url}");
        }
    }
}
