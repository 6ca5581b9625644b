//! Answers that are always the same, compressed once and not for every client.

use std::io::Write;
use std::sync::{Arc, OnceLock};

use actix_web::http::header::{AcceptEncoding, CONTENT_ENCODING, ContentEncoding, Encoding, Header, VARY};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Bytes, with what they are when they are compressed.
#[derive(Debug)]
pub struct Packed {
    plain: Bytes,
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
}

impl Packed {
    /// These bytes, not compressed yet.
    pub fn new(plain: impl Into<Bytes>) -> Arc<Self> {
        Arc::new(Self { plain: plain.into(), brotli: OnceLock::new(), gzip: OnceLock::new() })
    }

    /// An answer of them as the client takes it; compressed beside the threads that serve requests, the first time.
    pub async fn answer(self: Arc<Self>, request: &HttpRequest, mut response: HttpResponseBuilder) -> HttpResponse {
        let Some((encoding, pack)) = taken_by(request) else { return response.body(self.plain.clone()) };
        let bytes = match self.packed(encoding).get() {
            Some(bytes) => bytes.clone(),
            None => {
                let packing = Arc::clone(&self);
                let packed = web::block(move || packing.packed(encoding).get_or_init(|| pack(&packing.plain)).clone());
                // Where it could not be done it is sent as it is.
                let Ok(bytes) = packed.await else { return response.body(self.plain.clone()) };
                bytes
            }
        };
        response.insert_header((CONTENT_ENCODING, encoding.as_str())).insert_header((VARY, "accept-encoding"));
        response.body(bytes)
    }

    fn packed(&self, encoding: ContentEncoding) -> &OnceLock<Bytes> {
        if encoding == ContentEncoding::Brotli { &self.brotli } else { &self.gzip }
    }
}

/// What compresses.
type Pack = fn(&[u8]) -> Bytes;

/// How the client takes it compressed, and what does that; `None` where it does not.
fn taken_by(request: &HttpRequest) -> Option<(ContentEncoding, Pack)> {
    let accepted = AcceptEncoding::parse(request).ok()?;
    let offered = [Encoding::brotli(), Encoding::gzip(), Encoding::identity()];
    match accepted.negotiate(offered.iter())? {
        encoding if encoding == Encoding::brotli() => Some((ContentEncoding::Brotli, by_brotli)),
        encoding if encoding == Encoding::gzip() => Some((ContentEncoding::Gzip, by_gzip)),
        _ => None,
    }
}

fn by_brotli(plain: &[u8]) -> Bytes {
    const BUFFER_BYTES: usize = 4096;
    const QUALITY: u32 = 9;
    const WINDOW_BITS: u32 = 22;
    let mut packer = brotli::CompressorWriter::new(Vec::new(), BUFFER_BYTES, QUALITY, WINDOW_BITS);
    // Writing into memory does not fail.
    let _ = packer.write_all(plain);
    packer.into_inner().into()
}

fn by_gzip(plain: &[u8]) -> Bytes {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    // Writing into memory does not fail.
    let _ = packer.write_all(plain);
    packer.finish().unwrap_or_default().into()
}
