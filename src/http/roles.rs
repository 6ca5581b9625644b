//! `/roles`: posts.

use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{OneProblems, ReadProblems};
use super::reference::{AliasAnswer, CaseCounts, PAGING, ReferenceQuery, find, no_parameters};
use super::snapshot::AppState;
use crate::cases::filter::CaseFilter;
use crate::cases::list::Page;
use crate::catalog::{Role, RoleFamily};
use crate::http::error::ApiError;
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::parameters::{Documented, Kind, Parameter, ParameterReader, ParameterTable};

/// A post.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleAnswer {
    /// Stable identifier.
    pub slug: String,
    /// Usual Chinese title.
    pub name: String,
    /// Usual English title; null = unknown.
    #[schema(required)]
    pub name_en: Option<String>,
    /// Family of work.
    pub family: RoleFamily,
    /// Other titles.
    pub aliases: Vec<AliasAnswer>,
    /// Number of cases.
    pub case_count: u64,
}

impl RoleAnswer {
    fn new(role: &Role, counts: &CaseCounts) -> Self {
        Self {
            slug: role.slug.clone(),
            name: role.name.clone(),
            name_en: role.name_en.clone(),
            family: role.family,
            aliases: AliasAnswer::all(&role.aliases),
            case_count: counts.of_id(role.id),
        }
    }
}

/// The parameters of the list.
#[derive(Debug)]
pub struct RoleParameters;

const FAMILY: Parameter = Parameter {
    name: "family",
    description: "Family of work.",
    kind: Kind::OneOf { allowed: RoleFamily::SLUGS, default: None },
    example: "product",
};

impl ParameterTable for RoleParameters {
    const PARAMETERS: &'static [Parameter] = &[PAGING[0], FAMILY, PAGING[1], PAGING[2]];
}

/// List roles
///
/// All roles that are known, with or without cases, by slug; in a search, what is called just so comes first.
#[utoipa::path(
    tag = "Reference data",
    params(Documented<RoleParameters>),
    responses((status = 200, description = "One page of roles.", body = Page<RoleAnswer>), ReadProblems)
)]
#[get("/roles")]
pub async fn list_roles(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut view = state.view(&request).await?;
    let mut reader = ParameterReader::new(request.query_string(), &[RoleParameters::PARAMETERS]);
    let query = ReferenceQuery::parse(&mut reader);
    let family = reader.one_of(FAMILY.name).and_then(RoleFamily::from_slug);
    reader.finish()?;
    let wanted = |role: &Role| family.is_none_or(|family| role.family == family);
    let catalog = Arc::clone(&view.catalog);
    let found = query.find(&catalog.roles, wanted);
    let filter = CaseFilter::of_entries(Field::Role, found.ids());
    let counts = CaseCounts::read(&state, &mut view, Field::Role, filter).await?;
    Ok(view.answer(&found.answer(|role| RoleAnswer::new(role, &counts))))
}

/// Get one role
///
/// A role by its slug, with its other titles.
#[utoipa::path(
    tag = "Reference data",
    params(("slug" = String, Path, description = "The slug.", example = "llm-product")),
    responses((status = 200, description = "The role.", body = RoleAnswer), OneProblems)
)]
#[get("/roles/{slug}")]
pub async fn get_role(
    request: HttpRequest,
    state: Data<AppState>,
    slug: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let mut view = state.view(&request).await?;
    no_parameters(request.query_string())?;
    let catalog = Arc::clone(&view.catalog);
    let role = find(&catalog.roles, "role", &slug)?;
    let filter = CaseFilter::of_entries(Field::Role, vec![role.id]);
    let counts = CaseCounts::read(&state, &mut view, Field::Role, filter).await?;
    Ok(view.answer(&RoleAnswer::new(role, &counts)))
}
