//! The pages that people open: HTML from the same parsers and the same domain functions as the API, rendered here.
//!
//! [`visit`] is what a request says of itself: the [`mod@address`], which is the whole state of a page, language and colours;
//! [`layout`] is what every page has, [`words`] what it says in both languages, [`assets`] its stylesheet and scripts,
//! [`values`] how what is known of a case is shown, [`counted`] how counts are. Then a file or folder for each page: [`start`], [`explore`],
//! [`compare`], [`case`], [`guide`], [`data`].
//! [`problem`] is what stands in the place of a page that cannot be shown.

mod address;
mod assets;
mod case;
mod compare;
mod counted;
mod data;
mod explore;
mod guide;
mod layout;
mod problem;
mod start;
mod values;
mod visit;
mod words;

use actix_web::web;

use crate::http::error::ErrorPages;

/// Adds the pages to the application.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .app_data(ErrorPages(problem::page))
        .route("/", web::get().to(start::page))
        .app_data(web::Data::new(data::coverage::CoverageCache::default()))
        .route("/explore", web::get().to(explore::page))
        .route("/compare", web::get().to(compare::page))
        .route("/cases/{id}", web::get().to(case::page))
        .route("/guide", web::get().to(guide::page))
        .route("/data", web::get().to(data::page))
        .route("/data/imports/{id}", web::get().to(data::import::page))
        .route("/assets/{file}", web::get().to(assets::get_file));
}
