//! `/guide`: tracks, stages, criteria, interview checks.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::ReadProblems;
use super::snapshot::AppState;
use crate::catalog::guide::{self, GuideEntry};
use crate::http::error::ApiError;
use crate::parameters::{Documented, Kind, Parameter, ParameterReader, ParameterTable, parameter_tables};

/// The guide.
#[derive(Debug, Serialize, ToSchema)]
pub struct Guide {
    /// The language of the texts.
    #[schema(value_type = String, example = "en")]
    pub lang: &'static str,
    /// The entries, by kind and position.
    pub items: Vec<GuideEntry>,
}

const LANG: Parameter = Parameter {
    name: "lang",
    description: "The language of the texts: Chinese or English.",
    kind: Kind::OneOf { allowed: &["zh", "en"], default: Some("zh") },
    example: "en",
};

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
    let lang = reader.one_of(LANG.name).unwrap_or("zh");
    reader.finish()?;
    let items = snapshot.run(async |connection, catalog| guide::read(connection, catalog, lang == "en").await).await?;
    Ok(snapshot.answer(&Guide { lang, items }))
}
