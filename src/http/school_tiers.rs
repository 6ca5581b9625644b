//! `/school-tiers`: tiers of schools.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{OneProblems, ReadProblems};
use super::reference::{AliasAnswer, CaseCounts, find, no_parameters};
use super::snapshot::AppState;
use crate::cases::list::Page;
use crate::catalog::SchoolTier;
use crate::http::error::ApiError;
use crate::model::case::Field;

/// A tier of schools.
#[derive(Debug, Serialize, ToSchema)]
pub struct SchoolTierAnswer {
    /// Stable identifier.
    pub slug: String,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Place in the order of tiers, from 1.
    pub rank: i16,
    /// Other names.
    pub aliases: Vec<AliasAnswer>,
    /// Number of cases whose highest degree is of this tier.
    pub case_count: u64,
}

impl SchoolTierAnswer {
    fn new(tier: &SchoolTier, counts: &CaseCounts) -> Self {
        Self {
            slug: tier.slug.clone(),
            name: tier.name.clone(),
            name_en: tier.name_en.clone(),
            rank: tier.rank,
            aliases: AliasAnswer::all(&tier.aliases),
            case_count: counts.of_id(tier.id.into()),
        }
    }
}

/// List school tiers
///
/// All tiers by rank. They are labels as people use them: `211` is a 211 university that is not a 985 one.
#[utoipa::path(
    tag = "Reference data",
    responses((status = 200, description = "All tiers.", body = Page<SchoolTierAnswer>), ReadProblems)
)]
#[get("/school-tiers")]
pub async fn list_school_tiers(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut view = state.view(&request).await?;
    no_parameters(request.query_string())?;
    let counts = CaseCounts::all(&state, &mut view, Field::SchoolTier).await?;
    let tiers = view.catalog.school_tiers.entries();
    let items: Vec<SchoolTierAnswer> = tiers.iter().map(|tier| SchoolTierAnswer::new(tier, &counts)).collect();
    Ok(view.answer(&Page { items, next_cursor: None }))
}

/// Get one school tier
///
/// A tier by its slug, with its other names.
#[utoipa::path(
    tag = "Reference data",
    params(("slug" = String, Path, description = "The slug.", example = "985")),
    responses((status = 200, description = "The tier.", body = SchoolTierAnswer), OneProblems)
)]
#[get("/school-tiers/{slug}")]
pub async fn get_school_tier(
    request: HttpRequest,
    state: Data<AppState>,
    slug: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let mut view = state.view(&request).await?;
    no_parameters(request.query_string())?;
    let counts = CaseCounts::all(&state, &mut view, Field::SchoolTier).await?;
    let tier = find(&view.catalog.school_tiers, "school tier", &slug)?;
    Ok(view.answer(&SchoolTierAnswer::new(tier, &counts)))
}
