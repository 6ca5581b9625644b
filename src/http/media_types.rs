//! The media types of answers, and which of them a client takes.

use actix_web::http::header::{ACCEPT, Accept, AcceptLanguage, Header, Quality};
use actix_web::{HttpMessage, HttpRequest};

use crate::cases::format::Format;
use crate::http::error::ApiError;
use crate::parameters::Language;

/// What an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// JSON.
    Json,
    /// Comma-separated values.
    Csv,
    /// Lines of JSON.
    Ndjson,
    /// A picture.
    Svg,
}

impl MediaType {
    /// Its name without parameters.
    pub fn essence(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv",
            Self::Ndjson => "application/x-ndjson",
            Self::Svg => "image/svg+xml",
        }
    }

    /// As it stands in `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            other => other.essence(),
        }
    }
}

impl From<Format> for MediaType {
    fn from(format: Format) -> Self {
        match format {
            Format::Json => Self::Json,
            Format::Csv => Self::Csv,
            Format::Ndjson => Self::Ndjson,
        }
    }
}

impl From<MediaType> for Format {
    /// The form of cases that this media type is; JSON where it is none.
    fn from(media_type: MediaType) -> Self {
        match media_type {
            MediaType::Csv => Self::Csv,
            MediaType::Ndjson => Self::Ndjson,
            MediaType::Json | MediaType::Svg => Self::Json,
        }
    }
}

/// The first of what the client likes best that is offered (RFC 9110, 12.5.1), and the first offered where it does not
/// say.
///
/// # Errors
/// [`ApiError::NotAcceptable`] where it takes none of several.
pub fn accepted(request: &HttpRequest, offered: &[MediaType]) -> Result<MediaType, ApiError> {
    // Where there is nothing to choose, a client is better served by what there is (RFC 9110, 15.5.7).
    if let [only] = offered {
        return Ok(*only);
    }
    let not_acceptable = || ApiError::NotAcceptable(offered.iter().map(|offer| offer.essence()).collect());
    // A header that is missing or cannot be read says nothing.
    let says = request.headers().contains_key(ACCEPT);
    let Some(Accept(ranges)) = Accept::parse(request).ok().filter(|_| says) else {
        return offered.first().copied().ok_or_else(not_acceptable);
    };
    let (wanted, refused): (Vec<_>, Vec<_>) = ranges.into_iter().partition(|range| range.quality > Quality::ZERO);
    let is_refused = |offer: MediaType| refused.iter().any(|range| range.item.essence_str() == offer.essence());
    Accept(wanted)
        .ranked()
        .iter()
        .find_map(|range| {
            let fits = |offer: &MediaType| fits(range.essence_str(), offer.essence()) && !is_refused(*offer);
            offered.iter().copied().find(fits)
        })
        .ok_or_else(not_acceptable)
}

/// The language that the client likes best of those that there are (RFC 9110, 12.5.4); Chinese where it names none.
pub fn accepted_language(request: &impl HttpMessage) -> Language {
    let ranked = AcceptLanguage::parse(request).map(|accepted| accepted.ranked()).unwrap_or_default();
    ranked.iter().find_map(|range| Language::of_tag(&range.to_string())).unwrap_or_default()
}

/// Whether a media range such as `text/*` takes a media type in. Lines of JSON have no registered name, but several that
/// are used.
fn fits(range: &str, essence: &str) -> bool {
    let ndjson = MediaType::Ndjson.essence();
    let range = if matches!(range, "application/ndjson" | "application/jsonl" | "application/x-jsonlines") {
        ndjson
    } else {
        range
    };
    range == "*/*"
        || range == essence
        || range.strip_suffix("/*").is_some_and(|kind| essence.split('/').next() == Some(kind))
}
