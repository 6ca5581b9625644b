//! Conditional requests: what tells a client that the answer it has is still the answer.

use actix_web::http::header::{CACHE_CONTROL, ETAG, HeaderValue, IF_NONE_MATCH, LAST_MODIFIED, VARY};
use actix_web::{HttpRequest, HttpResponseBuilder};
use chrono::{DateTime, SubsecRound, Utc};

use super::media_types::MediaType;
use crate::database::dataset::Dataset;
use crate::import::key::sha256_hex;

/// How HTTP writes a time.
const HTTP_DATE: &str = "%a, %d %b %Y %H:%M:%S GMT";
/// Hexadecimal digits of the part of an entity tag that stands for the request.
const TAG_DIGITS: usize = 16;

/// Entity tag and time of an answer.
///
/// The tag comes from the version of the data, which goes up with every change, from the program's
/// own version, from path and query and from the media type; so it is known before the answer is. It is weak: the answer
/// may be compressed in one way or another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validators {
    etag: String,
    changed_at: DateTime<Utc>,
}

impl Validators {
    /// Those of the answer to a request.
    pub fn new(request: &HttpRequest, dataset: &Dataset, media_type: MediaType) -> Self {
        let target = request.uri().path_and_query().map_or("", |target| target.as_str());
        let named = format!("{}\n{}\n{target}", env!("CARGO_PKG_VERSION"), media_type.essence());
        let mut representation = sha256_hex(named.as_bytes());
        representation.truncate(TAG_DIGITS);
        Self { etag: format!("W/\"{}-{representation}\"", dataset.version), changed_at: dataset.changed_at }
    }

    /// Whether the client has the answer already.
    ///
    /// Only the tag counts. A time has whole seconds, in which data may change twice, so that
    /// `If-Modified-Since` alone is answered in full.
    pub fn are_known_to(&self, request: &HttpRequest) -> bool {
        let known = request.headers().get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
        // Weak comparison (RFC 9110, 13.1.2): whether a tag is weak does not count.
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        let own = opaque(&self.etag);
        known.flat_map(|tags| tags.split(',')).any(|tag| tag.trim() == "*" || opaque(tag) == own)
    }

    /// Adds them to an answer, with what else caches need to know.
    pub fn add_to(&self, response: &mut HttpResponseBuilder) {
        let modified = self.changed_at.trunc_subsecs(0).format(HTTP_DATE).to_string();
        for (name, value) in [
            (ETAG, self.etag.as_str()),
            (LAST_MODIFIED, modified.as_str()),
            // Kept, and asked about each time: an answer is never older than the data.
            (CACHE_CONTROL, "no-cache"),
            (VARY, "Accept, Accept-Encoding"),
        ] {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.insert_header((name, value));
            }
        }
    }
}
