//! `/`: what this is, and the ways into it.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use maud::html;

use super::layout::{self, Content, Section};
use super::visit::Visit;
use super::words;
use crate::http::error::ApiError;
use crate::http::snapshot::AppState;

/// The page.
pub(super) async fn page(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let visit = Visit::of(&request);
    let snapshot = visit.snapshot(&state).await?;
    let mut reader = visit.reader(&[]);
    reader.leave_rest();
    reader.finish()?;
    let content = Content {
        title: visit.t(words::START_TITLE).to_owned(),
        description: visit.t(words::START_LEAD).to_owned(),
        section: Section::None,
        head: html! {},
        main: html! { h1 { (visit.t(words::START_TITLE)) } p.lead { (visit.t(words::START_LEAD)) } },
    };
    Ok(visit.answer(&snapshot, layout::page(&visit, &content)))
}
