//! The pages that people open: HTML from the same parsers and the same domain functions as the API, rendered here.
//!
//! [`visit`] is what a request says of itself: the [`mod@address`], which is the whole state of a page, language and colours;
//! [`layout`] is what every page has, [`words`] what it says in both languages, [`assets`] its stylesheet and scripts,
//! [`values`] how what is known of a case is shown, [`counted`] how counts are, [`meant`] what words mean that name several values. Then a file or folder for each page: [`start`], [`explore`],
//! [`compare`], [`case`], [`entry`], [`mod@embed`], [`guide`], [`data`].
//! [`problem`] is what stands in the place of a page that cannot be shown.

mod address;
mod assets;
mod case;
mod compare;
mod counted;
mod data;
pub(crate) mod embed;
mod entry;
mod explore;
mod guide;
mod layout;
mod meant;
mod notices;
mod problem;
mod source;
mod start;
mod values;
mod visit;
mod words;

use actix_web::{HttpRequest, HttpResponse, Resource, web};

use crate::http::error::{ApiError, ErrorPages};

/// Adds the pages to the application.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .app_data(ErrorPages(problem::page))
        .app_data(web::Data::new(data::coverage::CoverageCache::default()))
        .service(at("/").route(web::get().to(start::page)))
        .configure(embed::configure)
        .service(at("/explore").route(web::get().to(explore::page)))
        .service(at("/compare").route(web::get().to(compare::page)))
        .service(at("/cases/{id}").route(web::get().to(case::page)))
        .configure(entry::configure)
        .service(at("/guide").route(web::get().to(guide::page)))
        .service(at("/data").route(web::get().to(data::page)))
        .service(at("/data/imports/{id}").route(web::get().to(data::import::page)))
        .service(at("/assets/{file}").route(web::get().to(assets::get_file)));
}

/// A place that is only read.
fn at(path: &str) -> Resource {
    web::resource(path).default_service(web::to(async |request: HttpRequest| -> Result<HttpResponse, ApiError> {
        Err(ApiError::MethodNotAllowed { method: request.method().to_string(), allow: "GET, HEAD" })
    }))
}
