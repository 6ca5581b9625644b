//! Conditional requests: what tells a client that the answer it has is still the answer.

use std::time::SystemTime;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, ETAG, ETag, EntityTag, Header, HeaderValue, IfNoneMatch, LastModified, TryIntoHeaderValue, VARY,
};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder};
use chrono::{DateTime, Utc};

use super::media_types::preferred_language;
use super::media_types::{MediaType, accepted_language};
use super::openapi::Specification;
use crate::database::dataset::Dataset;
use crate::import::key::sha256_hex;
use crate::parameters::Language;

/// Hexadecimal digits of the part of an entity tag that stands for the request.
const TAG_DIGITS: usize = 16;

/// What an answer depends on beside what its address and `Accept-Language` say: choices that are kept in cookies, files
/// that a page names. Stands among the extensions of a request.
#[derive(Debug, Clone)]
pub(crate) struct Variant(pub(crate) String);

/// Entity tag and time of an answer.
///
/// The tag comes from the version of the data, which goes up with every change, with the history that it is of, from the program's
/// own version, from path and query, from the media type and the language; so it is known before the answer is. It is weak: the answer
/// may be compressed in one way or another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validators {
    etag: EntityTag,
    changed_at: DateTime<Utc>,
    /// What of a request the answer depends on.
    vary: &'static str,
}

impl Validators {
    /// Those of the answer to a request.
    pub fn new(request: &HttpRequest, dataset: &Dataset, media_type: MediaType) -> Self {
        let target = request.uri().path_and_query().map_or("", |target| target.as_str());
        let (version, language) = (env!("CARGO_PKG_VERSION"), accepted_language(request).tag());
        let mut named = format!("{version}\n{}\n{language}\n{target}", media_type.essence());
        let mut vary = "Accept, Accept-Encoding, Accept-Language";
        if let Some(Variant(variant)) = request.extensions().get() {
            named += &format!("\n{variant}");
            vary = "Accept, Accept-Encoding, Accept-Language, Cookie";
        }
        let mut representation = sha256_hex(named.as_bytes());
        representation.truncate(TAG_DIGITS);
        let etag = EntityTag::new_weak(format!("{}-{representation}", dataset.token()));
        Self { etag, changed_at: dataset.changed_at, vary }
    }

    /// Whether the client has the answer already.
    ///
    /// Only the tag counts. A time has whole seconds, in which data may change twice, so that
    /// `If-Modified-Since` alone is answered in full.
    pub fn are_known_to(&self, request: &HttpRequest) -> bool {
        is_known_to(request, &self.etag)
    }

    /// Adds them to an answer, with what else caches need to know.
    pub fn add_to(&self, response: &mut HttpResponseBuilder) {
        response.insert_header(ETag(self.etag.clone()));
        response.insert_header(LastModified(SystemTime::from(self.changed_at).into()));
        // Kept, and asked about each time: an answer is never older than the data.
        response.insert_header((CACHE_CONTROL, "no-cache"));
        response.insert_header((VARY, self.vary));
    }
}

/// Whether a client has the answer that a tag stands for.
fn is_known_to(request: &impl HttpMessage, etag: &EntityTag) -> bool {
    // Weak comparison (RFC 9110, 13.1.2): whether a tag is weak does not count.
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(etag)),
        // Whether there is any answer is not known yet: `middleware::frame` sees it.
        Ok(IfNoneMatch::Any) | Err(_) => false,
    }
}

/// Answers with what the program carries, which is the same as long as the program is.
pub(super) async fn of_program<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let language = preferred_language(&request).unwrap_or(Language::English);
    let etag = request.app_data::<Data<Specification>>().map(|specification| specification.etag_in(language));
    let Some(etag) = etag else { return next.call(request).await.map(ServiceResponse::map_into_left_body) };
    let mut response = if is_known_to(&request, &etag) {
        request.into_response(HttpResponse::NotModified().finish()).map_into_right_body()
    } else {
        next.call(request).await?.map_into_left_body()
    };
    if matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED) {
        response.headers_mut().insert(ETAG, ETag(etag).try_into_value()?);
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response.headers_mut().append(VARY, HeaderValue::from_static("accept-language"));
    }
    Ok(response)
}
