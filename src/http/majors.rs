//! `/majors`: fields of study, as a tree.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{OneProblems, ReadProblems};
use super::reference::{AliasAnswer, CaseCounts, find, no_parameters};
use super::snapshot::AppState;
use crate::cases::Reference;
use crate::cases::list::Page;
use crate::catalog::{Catalog, Major, MajorLevel};
use crate::http::error::ApiError;
use crate::model::case::Field;

/// A field of study, with what stands under it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MajorAnswer {
    /// Stable identifier.
    pub slug: String,
    /// Chinese name.
    pub name: String,
    /// English name; null = unknown.
    #[schema(required)]
    pub name_en: Option<String>,
    /// Code in the Ministry of Education's undergraduate catalogue; null = not in it.
    #[schema(required)]
    pub code: Option<String>,
    /// Depth in the tree, or broad.
    pub level: MajorLevel,
    /// What it stands under; null = at the top.
    #[schema(required)]
    pub parent: Option<Reference>,
    /// Other names.
    pub aliases: Vec<AliasAnswer>,
    /// Number of cases of just this.
    pub case_count: u64,
    /// Number of cases of this and of everything under it: what the filter `major` finds.
    pub case_count_with_descendants: u64,
    /// What stands directly under it.
    #[schema(no_recursion)]
    pub children: Vec<MajorAnswer>,
}

impl MajorAnswer {
    fn new(major: &Major, catalog: &Catalog, counts: &CaseCounts) -> Self {
        let children: Vec<Self> = catalog
            .children_of_major(major.id)
            .iter()
            .filter_map(|id| catalog.majors.get(*id))
            .map(|child| Self::new(child, catalog, counts))
            .collect();
        let case_count = counts.of_id(major.id);
        Self {
            slug: major.slug.clone(),
            name: major.name.clone(),
            name_en: major.name_en.clone(),
            code: major.code.clone(),
            level: major.level,
            parent: major.parent_id.and_then(|id| catalog.majors.get(id)).map(Reference::to),
            aliases: AliasAnswer::all(&major.aliases),
            case_count,
            case_count_with_descendants: case_count
                + children.iter().map(|child| child.case_count_with_descendants).sum::<u64>(),
            children,
        }
    }
}

/// List majors as a tree
///
/// The disciplines of the official catalogue by code, each with its classes and their majors, then the broad
/// labels. The whole tree is one page.
#[utoipa::path(
    tag = "Reference data",
    responses((status = 200, description = "The tree.", body = Page<MajorAnswer>), ReadProblems)
)]
#[get("/majors")]
pub async fn list_majors(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut view = state.view(&request).await?;
    no_parameters(request.query_string())?;
    let counts = CaseCounts::all(&state, &mut view, Field::Major).await?;
    let roots = view.catalog.majors.entries().iter().filter(|major| major.parent_id.is_none());
    let items: Vec<MajorAnswer> = roots.map(|major| MajorAnswer::new(major, &view.catalog, &counts)).collect();
    Ok(view.answer(&Page { items, next_cursor: None }))
}

/// Get one major
///
/// A discipline, class, major or broad label by its slug, with everything under it.
#[utoipa::path(
    tag = "Reference data",
    params(("slug" = String, Path, description = "The slug.", example = "computer-science")),
    responses((status = 200, description = "The major.", body = MajorAnswer), OneProblems)
)]
#[get("/majors/{slug}")]
pub async fn get_major(
    request: HttpRequest,
    state: Data<AppState>,
    slug: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let mut view = state.view(&request).await?;
    no_parameters(request.query_string())?;
    let counts = CaseCounts::all(&state, &mut view, Field::Major).await?;
    let major = find(&view.catalog.majors, "major", &slug)?;
    Ok(view.answer(&MajorAnswer::new(major, &view.catalog, &counts)))
}
