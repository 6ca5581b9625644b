//! `/guide`: tracks, stages, criteria, interview checks.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::ReadProblems;
use super::media_types::accepted_language;
use super::state::AppState;
use crate::catalog::guide::{self, GuideEntry};
use crate::http::error::ApiError;
use crate::parameters::{Documented, LANG, Language, ParameterReader, ParameterTable, parameter_tables};

/// The guide.
#[derive(Debug, Serialize, ToSchema)]
pub struct Guide {
    /// The language of the texts.
    #[schema(value_type = String, example = "en")]
    pub lang: &'static str,
    /// The entries, by kind and position.
    pub items: Vec<GuideEntry>,
}

parameter_tables! {
    /// The parameters of the guide.
    GuideParameters = &[LANG];
}

/// Read the guide
///
/// Two tracks of large-model product work, four stages of getting there, what counts as real experience, questions
/// that show it, and what to know about where all this comes from.
#[utoipa::path(
    tag = "Guide",
    params(Documented<GuideParameters>),
    responses((status = 200, description = "The guide.", body = Guide), ReadProblems)
)]
#[get("/guide")]
pub async fn get_guide(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut snapshot = state.snapshot(&request).await?;
    let mut reader = ParameterReader::new(request.query_string(), &[GuideParameters::PARAMETERS]);
    let language = Language::parse(&mut reader, accepted_language(&request));
    reader.finish()?;
    let is_english = language == Language::English;
    let items = snapshot.run(async |connection, catalog| guide::read(connection, catalog, is_english).await).await?;
    Ok(snapshot.answer(&Guide { lang: language.tag(), items }))
}
