//! `Link`: where pages and other forms of an answer stand (RFC 8288).

use actix_web::HttpRequest;
use actix_web::http::header::HeaderValue;

/// The same request with another cursor, as a link of this relation.
pub(super) fn link(request: &HttpRequest, relation: &str, cursor: &str) -> Option<HeaderValue> {
    let query = without(request.query_string(), &["cursor"]);
    let separator = if query.is_empty() { "" } else { "&" };
    let link = format!("<{}?{query}{separator}cursor={cursor}>; rel=\"{relation}\"", request.path());
    HeaderValue::from_str(&link).ok()
}

/// Where a file is told in JSON, with what must be known to read it.
pub(super) fn same_as_json(request: &HttpRequest, path: &str) -> String {
    let query = without(request.query_string(), &["bom"]);
    let separator = if query.is_empty() { "" } else { "?" };
    format!("<{path}{separator}{query}>; rel=\"describedby\"; type=\"application/json\"")
}

/// A query string without some parameters.
pub(super) fn without(query_string: &str, names: &[&str]) -> String {
    let is_kept = |pair: &&str| {
        let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
        !pair.is_empty() && !names.contains(&name)
    };
    query_string.split('&').filter(is_kept).collect::<Vec<_>>().join("&")
}
