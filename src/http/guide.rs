//! `/guide`: tracks, stages, criteria, interview checks.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::ReadProblems;
use super::snapshot::AppState;
use crate::cases::Reference;
use crate::catalog::Catalog;
use crate::catalog::guide::{self, GuideEntry, GuideKind};
use crate::http::error::ApiError;
use crate::parameters::{Documented, Kind, Parameter, ParameterReader, ParameterTable};

/// One entry of the guide, in the language that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuideAnswer {
    /// What it is.
    pub kind: GuideKind,
    /// Stable identifier.
    pub slug: String,
    /// Place among the entries of its kind, from 1.
    pub position: i16,
    /// Title.
    pub title: String,
    /// What it covers, or how to recognise it.
    pub description: String,
    /// What it asks for, or what to do next; null = nothing said.
    #[schema(required)]
    pub advice: Option<String>,
    /// Where the facts come from.
    #[schema(required)]
    pub source: Option<Reference>,
}

impl GuideAnswer {
    fn new(entry: GuideEntry, catalog: &Catalog, english: bool) -> Self {
        let (title, description, advice) = if english {
            (entry.title_en, entry.description_en, entry.advice_en)
        } else {
            (entry.title, entry.description, entry.advice)
        };
        let source = catalog.sources.get(entry.source_id).map(Reference::to);
        Self { kind: entry.kind, slug: entry.slug, position: entry.position, title, description, advice, source }
    }
}

/// The guide.
#[derive(Debug, Serialize, ToSchema)]
pub struct Guide {
    /// The language of the texts.
    #[schema(value_type = String, example = "en")]
    pub lang: &'static str,
    /// The entries, by kind and position.
    pub items: Vec<GuideAnswer>,
}

/// The parameters of the guide.
#[derive(Debug)]
pub struct GuideParameters;

const LANG: Parameter = Parameter {
    name: "lang",
    description: "The language of the texts: Chinese or English.",
    kind: Kind::OneOf { allowed: &["zh", "en"], default: Some("zh") },
    example: "en",
};

impl ParameterTable for GuideParameters {
    const PARAMETERS: &'static [Parameter] = &[LANG];
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
    let entries = snapshot.run(async |connection, _| guide::read(connection).await).await?;
    let items = entries.into_iter().map(|entry| GuideAnswer::new(entry, &snapshot.catalog, lang == "en")).collect();
    Ok(snapshot.answer(&Guide { lang, items }))
}
