//! The stylesheet and the scripts of the pages: files of the program, under names that carry what is in them, so that a
//! browser keeps them for good.

use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::RustEmbed;

use crate::charts;
use crate::http::error::ApiError;
use crate::import::key::sha256_hex;
use crate::parameters::message;

/// Hexadecimal digits of the part of a name that stands for what is in the file.
const DIGEST_DIGITS: usize = 16;

#[derive(RustEmbed)]
#[folder = "src/dashboard/assets"]
struct Files;

/// A file as it is served.
struct Asset {
    /// `style-0123456789abcdef.css`.
    name: String,
    /// The name in the folder.
    file: String,
    content: Vec<u8>,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| Files::iter().filter_map(|file| asset(&file)).collect());

/// Stands for all of them together, and for the program.
static DIGEST: LazyLock<String> = LazyLock::new(|| {
    let names: Vec<&str> = ASSETS.iter().map(|asset| asset.name.as_str()).collect();
    short_digest(names.join("\n").as_bytes())
});

fn asset(file: &str) -> Option<Asset> {
    let mut content = Files::get(file)?.data.into_owned();
    let (stem, ending) = file.rsplit_once('.')?;
    if ending == "css" {
        // What charts within a page ask of its stylesheet.
        content.extend_from_slice(charts::inline::style_sheet().as_bytes());
    }
    Some(Asset { name: format!("{stem}-{}.{ending}", short_digest(&content)), file: file.to_owned(), content })
}

fn short_digest(bytes: &[u8]) -> String {
    let mut digest = sha256_hex(bytes);
    digest.truncate(DIGEST_DIGITS);
    digest
}

/// Changes where any of the files does.
pub(super) fn digest() -> &'static str {
    &DIGEST
}

/// Where a file of the folder is served.
pub(super) fn path(file: &str) -> String {
    let asset = ASSETS.iter().find(|asset| asset.file == file);
    format!("/assets/{}", asset.map_or(file, |asset| asset.name.as_str()))
}

/// Answers with a file.
pub(super) async fn get_file(request: HttpRequest, name: Path<String>) -> Result<HttpResponse, ApiError> {
    let found = ASSETS.iter().find(|asset| asset.name == *name).ok_or_else(|| {
        let path = request.path();
        ApiError::NotFound {
            detail: message!("There is nothing at {path}.", "{path} 处没有内容。"),
            did_you_mean: None,
        }
    })?;
    let content_type = match found.file.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, content_type))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(found.content.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_served_under_a_name_of_its_own() {
        for file in ["style.css", "app.js", "icon.svg"] {
            assert!(path(file).len() > file.len() + DIGEST_DIGITS, "{}", path(file));
        }
    }
}
