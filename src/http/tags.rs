//! `/tags`: the controlled list of tags.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{OneProblems, ReadProblems};
use super::reference::{CaseCounts, find, no_parameters};
use super::snapshot::AppState;
use crate::cases::list::Page;
use crate::catalog::Tag;
use crate::http::error::ApiError;
use crate::model::case::Field;

/// A tag.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagAnswer {
    /// Stable identifier.
    pub slug: String,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// What it says of a case, in Chinese.
    pub meaning: String,
    /// What it says of a case, in English.
    pub meaning_en: String,
    /// Words of a summary from which an import derives it.
    pub keywords: Vec<String>,
    /// Number of cases.
    pub case_count: u64,
}

impl TagAnswer {
    fn new(tag: &Tag, counts: &CaseCounts) -> Self {
        Self {
            slug: tag.slug.clone(),
            name: tag.name.clone(),
            name_en: tag.name_en.clone(),
            meaning: tag.meaning.clone(),
            meaning_en: tag.meaning_en.clone(),
            keywords: tag.keywords.clone(),
            case_count: counts.of_text(&tag.slug),
        }
    }
}

/// List tags
///
/// All tags by slug, with what they mean and how an import derives them.
#[utoipa::path(
    tag = "Reference data",
    responses((status = 200, description = "All tags.", body = Page<TagAnswer>), ReadProblems)
)]
#[get("/tags")]
pub async fn list_tags(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut view = state.view(&request).await?;
    no_parameters(request.query_string())?;
    let counts = CaseCounts::all(&state, &mut view, Field::Tag).await?;
    let items: Vec<TagAnswer> = view.catalog.tags.entries().iter().map(|tag| TagAnswer::new(tag, &counts)).collect();
    Ok(view.answer(&Page { items, next_cursor: None }))
}

/// Get one tag
///
/// A tag by its slug.
#[utoipa::path(
    tag = "Reference data",
    params(("slug" = String, Path, description = "The slug.", example = "career-switch")),
    responses((status = 200, description = "The tag.", body = TagAnswer), OneProblems)
)]
#[get("/tags/{slug}")]
pub async fn get_tag(
    request: HttpRequest,
    state: Data<AppState>,
    slug: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let mut view = state.view(&request).await?;
    no_parameters(request.query_string())?;
    let counts = CaseCounts::all(&state, &mut view, Field::Tag).await?;
    let tag = find(&view.catalog.tags, "tag", &slug)?;
    Ok(view.answer(&TagAnswer::new(tag, &counts)))
}
