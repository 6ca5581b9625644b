//! `/docs`: the specification as pages to read and to try. They are Swagger UI, in the archive that its crate carries;
//! files are taken out of it as they are asked for, which is seldom, since clients keep them.

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

use super::openapi::Specification;
use super::packed::Packed;
use crate::http::error::ApiError;

/// What starts the pages on the specification of this service.
const INITIALIZER: &str = r##"window.onload = () => {
  window.ui = SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    plugins: [SwaggerUIBundle.plugins.DownloadUrl],
    layout: "StandaloneLayout",
  });
};
"##;

/// The pages load and ask nothing but this service. Their program sets styles, and has pictures within it.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
);

type Archive = ZipArchive<Cursor<&'static [u8]>>;

static ARCHIVE: LazyLock<Option<Archive>> = LazyLock::new(|| ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED)).ok());

/// Answers with a file of the pages.
pub async fn get_file(
    request: HttpRequest,
    file: Path<String>,
    specification: Data<Specification>,
) -> Result<HttpResponse, ApiError> {
    let content_type = content_type(&file);
    let read = web::block(move || kept(&file)).await.map_err(|error| ApiError::Internal(error.to_string()))?;
    let file = read.ok_or_else(|| specification.nothing_here(request.method(), request.path()))?;
    let mut response = HttpResponse::Ok();
    response.content_type(content_type).insert_header((CONTENT_SECURITY_POLICY, POLICY));
    Ok(file.answer(&request, response).await)
}

/// A file, which is kept from the first time on that it is asked for; `None` where there is none of this name.
fn kept(file: &str) -> Option<Arc<Packed>> {
    static KEPT: LazyLock<Mutex<HashMap<String, Arc<Packed>>>> = LazyLock::new(Mutex::default);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(packed) = kept.get(file) {
        return Some(Arc::clone(packed));
    }
    let packed = Packed::new(read(file)?);
    kept.insert(file.to_owned(), Arc::clone(&packed));
    Some(packed)
}

/// The bytes of a file; `None` where there is none of this name.
fn read(file: &str) -> Option<Vec<u8>> {
    if file == "swagger-initializer.js" {
        return Some(INITIALIZER.as_bytes().to_vec());
    }
    // All that they share is the archive's bytes.
    let mut archive = ARCHIVE.clone()?;
    let is_meant = |name: &str| name.rsplit_once("/dist/").is_some_and(|(_, rest)| rest == file);
    let entry = archive.file_names().filter_map(Result::ok).find(|name| is_meant(name))?.into_owned();
    let mut bytes = Vec::new();
    archive.by_name(&entry).ok()?.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn content_type(file: &str) -> &'static str {
    match file.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}
