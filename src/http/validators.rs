//! Conditional requests: what tells a client that the answer it has is still the answer.

use std::time::SystemTime;

use actix_web::http::header::{CACHE_CONTROL, ETag, EntityTag, Header, IfNoneMatch, LastModified, VARY};
use actix_web::{HttpRequest, HttpResponseBuilder};
use chrono::{DateTime, Utc};

use super::media_types::MediaType;
use crate::database::dataset::Dataset;
use crate::import::key::sha256_hex;

/// Hexadecimal digits of the part of an entity tag that stands for the request.
const TAG_DIGITS: usize = 16;

/// Entity tag and time of an answer.
///
/// The tag comes from the version of the data, which goes up with every change, from the program's
/// own version, from path and query and from the media type; so it is known before the answer is. It is weak: the answer
/// may be compressed in one way or another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validators {
    etag: EntityTag,
    changed_at: DateTime<Utc>,
}

impl Validators {
    /// Those of the answer to a request.
    pub fn new(request: &HttpRequest, dataset: &Dataset, media_type: MediaType) -> Self {
        let target = request.uri().path_and_query().map_or("", |target| target.as_str());
        let named = format!("{}\n{}\n{target}", env!("CARGO_PKG_VERSION"), media_type.essence());
        let mut representation = sha256_hex(named.as_bytes());
        representation.truncate(TAG_DIGITS);
        let etag = EntityTag::new_weak(format!("{}-{representation}", dataset.version));
        Self { etag, changed_at: dataset.changed_at }
    }

    /// Whether the client has the answer already.
    ///
    /// Only the tag counts. A time has whole seconds, in which data may change twice, so that
    /// `If-Modified-Since` alone is answered in full.
    pub fn are_known_to(&self, request: &HttpRequest) -> bool {
        // Weak comparison (RFC 9110, 13.1.2): whether a tag is weak does not count.
        match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Any) => true,
            Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(&self.etag)),
            Err(_) => false,
        }
    }

    /// Adds them to an answer, with what else caches need to know.
    pub fn add_to(&self, response: &mut HttpResponseBuilder) {
        response.insert_header(ETag(self.etag.clone()));
        response.insert_header(LastModified(SystemTime::from(self.changed_at).into()));
        // Kept, and asked about each time: an answer is never older than the data.
        response.insert_header((CACHE_CONTROL, "no-cache"));
        response.insert_header((VARY, "Accept, Accept-Encoding"));
    }
}
