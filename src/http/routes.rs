//! The routes of the HTTP application in one table, and the [`Specification`] that is generated from it.

use std::sync::Arc;

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE, LOCATION};
use actix_web::web::{self, Data};
use actix_web::{App, Error, HttpRequest, HttpResponse, middleware};
use utoipa::openapi::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_actix_web::{AppExt, scope};

use super::media_types::preferred_language;
pub use super::openapi::Specification;
use super::{admission, middleware as request, openapi as specification};
use crate::catalog::Entity;
use crate::http::error::ApiError;
use crate::http::reference::Resource;
use crate::http::state::AppState;
use crate::http::{
    charts, comparable_cases, docs, duplicates, export, facets, guide, health, imports, meta, offer_cases, resolve,
    stats, validators,
};
use crate::model::closed_set::ClosedSet;
use crate::parameters::API_PREFIX;
use crate::parameters::Language;
use crate::settings::Origins;

/// How long a browser may remember what it is allowed.
const CORS_MAX_AGE_SECONDS: usize = 3600;

/// Every route that the specification describes.
fn routes(config: &mut ServiceConfig) {
    config.service(
        scope(API_PREFIX)
            .service(meta::get_meta)
            .service(offer_cases::list_offer_cases)
            .service(export::export_offer_cases_csv)
            .service(export::export_offer_cases_ndjson)
            .service(export::export_offer_cases_xlsx)
            .service(offer_cases::get_offer_case)
            .service(comparable_cases::list_cases_comparable_to)
            .service(duplicates::list_likely_duplicates)
            .service(comparable_cases::list_comparable_cases)
            .service(stats::get_stats)
            .service(stats::export_stats_csv)
            .service(stats::get_pay_position)
            .service(facets::get_facets)
            .service(facets::export_facets_csv)
            .service(charts::get_bar_chart)
            .service(charts::get_heatmap)
            .service(charts::get_box_chart)
            .service(charts::get_histogram)
            .service(charts::get_comparison_chart)
            .configure(|config| {
                for entity in Entity::ALL {
                    config.service(Resource(*entity));
                }
            })
            .service(resolve::get_resolution)
            .service(imports::list_imports)
            .service(imports::get_import)
            .service(guide::get_guide),
    );
    config.service(health::get_live);
    config.service(health::get_ready);
}

/// The application that serves the routes, the specification and its pages, and what `pages` adds.
pub fn application(
    state: Data<AppState>,
    specification: Arc<Specification>,
    cors_origins: Origins,
    pages: fn(&mut web::ServiceConfig),
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let (app, _) = App::new().into_utoipa_app().configure(routes).split_for_parts();
    app.app_data(state)
        .app_data(Data::from(specification))
        .service(
            web::resource("/openapi.json")
                .wrap(middleware::from_fn(validators::of_program))
                .route(web::get().to(specification_json))
                .default_service(web::to(nothing_here)),
        )
        .configure(pages)
        .route("/docs", web::get().to(docs_entrance))
        .service(
            web::scope("/docs")
                .wrap(middleware::from_fn(validators::of_program))
                .route("/{file}", web::get().to(docs::get_file))
                .default_service(web::to(nothing_here)),
        )
        .default_service(web::to(nothing_here))
        .wrap(middleware::NormalizePath::trim())
        .wrap(middleware::Compress::default())
        .wrap(middleware::from_fn(admission::admit))
        .wrap(cors(&cors_origins))
        .wrap(middleware::from_fn(request::frame))
}

/// Lets pages of these origins read the API, with the headers that tell of the data.
fn cors(origins: &Origins) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "HEAD"])
        // Nothing that a client can say in a header does harm: what is read is public, and no header signs anybody in.
        .allow_any_header()
        .expose_headers([
            "Content-Disposition",
            "ETag",
            "Last-Modified",
            "Link",
            "Retry-After",
            "Dataset-Version",
            "X-Request-Id",
        ])
        .expose_headers(admission::RATE_HEADERS)
        .block_on_origin_mismatch(false)
        .max_age(CORS_MAX_AGE_SECONDS);
    match origins {
        Origins::Any => cors.allow_any_origin().send_wildcard(),
        Origins::These(origins) => origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin)),
    }
}

/// The specification of [`routes`].
pub fn openapi() -> OpenApi {
    let (_, openapi) = App::new().into_utoipa_app().openapi(specification::frame()).configure(routes).split_for_parts();
    specification::complete(openapi)
}

/// In the language that the client likes; programs that say nothing of it read English.
async fn specification_json(request: HttpRequest, specification: Data<Specification>) -> HttpResponse {
    let language = preferred_language(&request).unwrap_or(Language::English);
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, "application/json")).insert_header((CONTENT_LANGUAGE, language.tag()));
    specification.json_in(language).answer(&request, response).await
}

/// `/docs` leads to the page itself: its files stand below `/docs/`.
async fn docs_entrance() -> HttpResponse {
    HttpResponse::TemporaryRedirect().insert_header((LOCATION, "/docs/index.html")).finish()
}

/// 405 where the path is known and the method is not, otherwise 404.
async fn nothing_here(request: HttpRequest, specification: Data<Specification>) -> Result<HttpResponse, ApiError> {
    Err(specification.nothing_here(request.method(), request.path()))
}
