//! `/sources`: where cases come from.

use std::collections::HashMap;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{OneProblems, ReadProblems};
use super::reference::{CaseCounts, find, no_parameters};
use super::snapshot::{AppState, Snapshot};
use crate::cases::list::Page;
use crate::catalog::{Source, SourceKind};
use crate::http::error::ApiError;
use crate::import::journal::{self, LastImport};
use crate::model::case::Field;

/// A source.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceAnswer {
    /// Stable identifier.
    pub slug: String,
    /// Title in Chinese.
    pub title: String,
    /// Title in English; null = none.
    #[schema(required)]
    pub title_en: Option<String>,
    /// Where it was published; null = unknown or not public.
    #[schema(required)]
    pub url: Option<String>,
    /// What kind of source it is.
    pub kind: SourceKind,
    /// Licence of the data; null = unknown.
    #[schema(required)]
    pub licence: Option<String>,
    /// What a reader must know about it, in Chinese.
    #[schema(required)]
    pub note: Option<String>,
    /// What a reader must know about it, in English.
    #[schema(required)]
    pub note_en: Option<String>,
    /// Groups with fewer cases of this source are not shown on their own in statistics and facets.
    pub min_group_size: i32,
    /// The last import of it; null = none.
    #[schema(required)]
    pub last_import: Option<LastImport>,
    /// Number of cases.
    pub case_count: u64,
}

/// What is told of a source beside itself.
struct Beside {
    counts: CaseCounts,
    imports: HashMap<i32, LastImport>,
}

impl Beside {
    async fn read(state: &AppState, view: &mut Snapshot) -> Result<Self, ApiError> {
        let counts = CaseCounts::all(state, view, Field::Source).await?;
        let imports = view.run(async |connection, _| journal::last_imports(connection).await).await?;
        Ok(Self { counts, imports })
    }

    fn answer(&self, source: &Source) -> SourceAnswer {
        SourceAnswer {
            slug: source.slug.clone(),
            title: source.title.clone(),
            title_en: source.title_en.clone(),
            url: source.url.clone(),
            kind: source.kind,
            licence: source.licence.clone(),
            note: source.note.clone(),
            note_en: source.note_en.clone(),
            min_group_size: source.min_group_size,
            last_import: self.imports.get(&source.id).cloned(),
            case_count: self.counts.of_id(source.id),
        }
    }
}

/// List sources
///
/// All sources by slug, with what a reader must know about each.
#[utoipa::path(
    tag = "Reference data",
    responses((status = 200, description = "All sources.", body = Page<SourceAnswer>), ReadProblems)
)]
#[get("/sources")]
pub async fn list_sources(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut view = state.view(&request).await?;
    no_parameters(request.query_string())?;
    let beside = Beside::read(&state, &mut view).await?;
    let items: Vec<SourceAnswer> = view.catalog.sources.entries().iter().map(|source| beside.answer(source)).collect();
    Ok(view.answer(&Page { items, next_cursor: None }))
}

/// Get one source
///
/// A source by its slug.
#[utoipa::path(
    tag = "Reference data",
    params(("slug" = String, Path, description = "The slug.", example = "llm-product-article")),
    responses((status = 200, description = "The source.", body = SourceAnswer), OneProblems)
)]
#[get("/sources/{slug}")]
pub async fn get_source(
    request: HttpRequest,
    state: Data<AppState>,
    slug: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let mut view = state.view(&request).await?;
    no_parameters(request.query_string())?;
    let beside = Beside::read(&state, &mut view).await?;
    let source = find(&view.catalog.sources, "source", &slug)?;
    Ok(view.answer(&beside.answer(source)))
}
