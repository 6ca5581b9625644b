//! The media types of answers, and what a client says of them.

use actix_web::http::header::{Accept, AcceptLanguage, Header, Quality};
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
    /// A workbook.
    Xlsx,
    /// A picture of shapes.
    Svg,
    /// A picture of points.
    Png,
    /// A page.
    Html,
}

impl MediaType {
    /// Its name without parameters.
    pub fn essence(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv",
            Self::Ndjson => "application/x-ndjson",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
            Self::Html => "text/html",
        }
    }

    /// As it stands in `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Html => "text/html; charset=utf-8",
            other => other.essence(),
        }
    }

    /// Whether this is its name, or another one that is used for it.
    fn is_called(self, essence: &str) -> bool {
        let others: &[&str] = match self {
            // They have no registered name.
            Self::Ndjson => &["application/ndjson", "application/jsonl", "application/x-jsonlines"],
            _ => &[],
        };
        essence == self.essence() || others.contains(&essence)
    }
}

impl From<Format> for MediaType {
    fn from(format: Format) -> Self {
        match format {
            Format::Csv => Self::Csv,
            Format::Ndjson => Self::Ndjson,
            Format::Xlsx => Self::Xlsx,
        }
    }
}

/// Refuses a client that takes no JSON and asks an address of it for another form, which has an address of its own with
/// this ending. Whoever takes neither is served with what there is (RFC 9110, 15.5.7).
///
/// # Errors
/// [`ApiError::NotAcceptable`] with the address.
pub fn refuse_other_forms(request: &HttpRequest, forms: &[Format]) -> Result<(), ApiError> {
    // A header that is missing or cannot be read says nothing.
    let Ok(accept) = Accept::parse(request) else { return Ok(()) };
    let wanted = || accept.iter().filter(|range| range.quality > Quality::ZERO).map(|range| range.item.essence_str());
    if wanted().any(|range| matches!(range, "*/*" | "application/*" | "application/json")) {
        return Ok(());
    }
    match forms.iter().find(|form| wanted().any(|range| MediaType::from(**form).is_called(range))) {
        Some(form) => Err(ApiError::NotAcceptable { address: format!("{}.{}", request.path(), form.ending()) }),
        None => Ok(()),
    }
}

/// Whether the client asks for a page, as browsers do and programs do not.
pub fn takes_page(request: &HttpRequest) -> bool {
    let Ok(accept) = Accept::parse(request) else { return false };
    accept.iter().any(|range| range.quality > Quality::ZERO && range.item.essence_str() == MediaType::Html.essence())
}

/// The language that the client likes best of those that there are (RFC 9110, 12.5.4); Chinese where it names none.
pub fn accepted_language(request: &impl HttpMessage) -> Language {
    preferred_language(request).unwrap_or_default()
}

/// The language that the client likes best of those that there are; `None` where it names none.
pub fn preferred_language(request: &impl HttpMessage) -> Option<Language> {
    let ranked = AcceptLanguage::parse(request).map(|accepted| accepted.ranked()).unwrap_or_default();
    ranked.iter().find_map(|range| Language::of_tag(&range.to_string()))
}
