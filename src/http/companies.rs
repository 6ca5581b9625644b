//! `/companies`: employers.

use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{OneProblems, ReadProblems};
use super::reference::{AliasAnswer, CaseCounts, PAGING, ReferenceQuery, find, no_parameters};
use super::snapshot::AppState;
use crate::cases::Reference;
use crate::cases::filter::CaseFilter;
use crate::cases::list::Page;
use crate::catalog::{Catalog, Company, CompanyKind};
use crate::http::error::ApiError;
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::parameters::{Documented, Kind, Parameter, ParameterReader, ParameterTable};

/// An employer.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyAnswer {
    /// Stable identifier.
    pub slug: String,
    /// Usual Chinese name, or the brand where there is none.
    pub name: String,
    /// Usual English name; null = unknown.
    #[schema(required)]
    pub name_en: Option<String>,
    /// Kind of employer; null = unknown.
    #[schema(required)]
    pub kind: Option<CompanyKind>,
    /// The company that this one is a subsidiary of.
    #[schema(required)]
    pub parent: Option<Reference>,
    /// Other names.
    pub aliases: Vec<AliasAnswer>,
    /// Number of cases.
    pub case_count: u64,
}

impl CompanyAnswer {
    fn new(company: &Company, catalog: &Catalog, counts: &CaseCounts) -> Self {
        Self {
            slug: company.slug.clone(),
            name: company.name.clone(),
            name_en: company.name_en.clone(),
            kind: company.kind,
            parent: company.parent_id.and_then(|id| catalog.companies.get(id)).map(Reference::to),
            aliases: AliasAnswer::all(&company.aliases),
            case_count: counts.of_id(company.id),
        }
    }
}

/// The parameters of the list.
#[derive(Debug)]
pub struct CompanyParameters;

const KIND: Parameter = Parameter {
    name: "kind",
    description: "Kind of employer.",
    kind: Kind::OneOf { allowed: CompanyKind::SLUGS, default: None },
    example: "unicorn",
};

impl ParameterTable for CompanyParameters {
    const PARAMETERS: &'static [Parameter] = &[PAGING[0], KIND, PAGING[1], PAGING[2]];
}

/// List companies
///
/// All companies that are known, with or without cases, by slug; in a search, what is called just so comes first.
#[utoipa::path(
    tag = "Reference data",
    params(Documented<CompanyParameters>),
    responses((status = 200, description = "One page of companies.", body = Page<CompanyAnswer>), ReadProblems)
)]
#[get("/companies")]
pub async fn list_companies(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut view = state.view(&request).await?;
    let mut reader = ParameterReader::new(request.query_string(), &[CompanyParameters::PARAMETERS]);
    let query = ReferenceQuery::parse(&mut reader);
    let kind = reader.one_of(KIND.name).and_then(CompanyKind::from_slug);
    reader.finish()?;
    let wanted = |company: &Company| kind.is_none() || company.kind == kind;
    let catalog = Arc::clone(&view.catalog);
    let found = query.find(&catalog.companies, wanted);
    let filter = CaseFilter::of_entries(Field::Company, found.ids());
    let counts = CaseCounts::read(&state, &mut view, Field::Company, filter).await?;
    Ok(view.answer(&found.answer(|company| CompanyAnswer::new(company, &catalog, &counts))))
}

/// Get one company
///
/// A company by its slug, with its other names.
#[utoipa::path(
    tag = "Reference data",
    params(("slug" = String, Path, description = "The slug.", example = "baidu")),
    responses((status = 200, description = "The company.", body = CompanyAnswer), OneProblems)
)]
#[get("/companies/{slug}")]
pub async fn get_company(
    request: HttpRequest,
    state: Data<AppState>,
    slug: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let mut view = state.view(&request).await?;
    no_parameters(request.query_string())?;
    let catalog = Arc::clone(&view.catalog);
    let company = find(&catalog.companies, "company", &slug)?;
    let filter = CaseFilter::of_entries(Field::Company, vec![company.id]);
    let counts = CaseCounts::read(&state, &mut view, Field::Company, filter).await?;
    Ok(view.answer(&CompanyAnswer::new(company, &catalog, &counts)))
}
