//! `/schools`: universities and colleges.

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
use crate::cases::parse::find_named;
use crate::catalog::{Catalog, School};
use crate::http::error::ApiError;
use crate::model::case::Field;
use crate::model::entity::Entity;
use crate::parameters::{Documented, Kind, Mistake, Parameter, ParameterReader, ParameterTable};

/// A university or college.
#[derive(Debug, Serialize, ToSchema)]
pub struct SchoolAnswer {
    /// Stable identifier.
    pub slug: String,
    /// Chinese name.
    pub name: String,
    /// English name; null = unknown.
    #[schema(required)]
    pub name_en: Option<String>,
    /// Country or region, ISO 3166-1 alpha-2.
    #[schema(example = "CN")]
    pub country: String,
    /// Province or state; null = unknown or none.
    #[schema(required)]
    pub province: Option<String>,
    /// City; null = unknown.
    #[schema(required)]
    pub city: Option<String>,
    /// The highest tier that it belongs to.
    #[schema(required)]
    pub tier: Option<Reference>,
    /// Other names.
    pub aliases: Vec<AliasAnswer>,
    /// Number of cases whose highest degree is from it.
    pub case_count: u64,
}

impl SchoolAnswer {
    fn new(school: &School, catalog: &Catalog, counts: &CaseCounts) -> Self {
        Self {
            slug: school.slug.clone(),
            name: school.name.clone(),
            name_en: school.name_en.clone(),
            country: school.country.clone(),
            province: school.province.clone(),
            city: school.city.clone(),
            tier: catalog.school_tiers.get(school.tier_id).map(Reference::to),
            aliases: AliasAnswer::all(&school.aliases),
            case_count: counts.of_id(school.id),
        }
    }
}

/// The parameters of the list.
#[derive(Debug)]
pub struct SchoolParameters;

const TIER: Parameter =
    Parameter { name: "tier", description: "Tier: slug, name or alias.", kind: Kind::Text, example: "985" };
const COUNTRY: Parameter = Parameter {
    name: "country",
    description: "Country or region, ISO 3166-1 alpha-2.",
    kind: Kind::Text,
    example: "CN",
};

impl ParameterTable for SchoolParameters {
    const PARAMETERS: &'static [Parameter] = &[PAGING[0], TIER, COUNTRY, PAGING[1], PAGING[2]];
}

/// List schools
///
/// All schools that are known, with or without cases, by slug; in a search, what is called just so comes first.
#[utoipa::path(
    tag = "Reference data",
    params(Documented<SchoolParameters>),
    responses((status = 200, description = "One page of schools.", body = Page<SchoolAnswer>), ReadProblems)
)]
#[get("/schools")]
pub async fn list_schools(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut view = state.view(&request).await?;
    let mut reader = ParameterReader::new(request.query_string(), &[SchoolParameters::PARAMETERS]);
    let query = ReferenceQuery::parse(&mut reader);
    let tier = reader.text(TIER.name).and_then(|name| {
        let found = find_named(TIER.name, Entity::SchoolTier, &view.catalog.school_tiers, &name);
        found.map_err(|mistake| reader.wrong(mistake)).ok()
    });
    let country = country(&mut reader, &view.catalog);
    reader.finish()?;
    let wanted = |school: &School| {
        tier.is_none_or(|tier| school.tier_id == tier)
            && country.as_deref().is_none_or(|country| school.country == country)
    };
    let catalog = Arc::clone(&view.catalog);
    let found = query.find(&catalog.schools, wanted);
    let filter = CaseFilter::of_entries(Field::School, found.ids());
    let counts = CaseCounts::read(&state, &mut view, Field::School, filter).await?;
    Ok(view.answer(&found.answer(|school| SchoolAnswer::new(school, &catalog, &counts))))
}

/// The country that is asked for; one without schools is a mistake.
fn country(reader: &mut ParameterReader, catalog: &Catalog) -> Option<String> {
    let given = reader.text(COUNTRY.name)?.trim().to_uppercase();
    let schools = catalog.schools.entries();
    let known: std::collections::BTreeSet<&str> = schools.iter().map(|school| school.country.as_str()).collect();
    if !known.contains(given.as_str()) {
        let message = format!("no school is known in `{given}`");
        reader.wrong(Mistake::new(COUNTRY.name, message).allowing(&given, known));
    }
    Some(given)
}

/// Get one school
///
/// A school by its slug, with its other names.
#[utoipa::path(
    tag = "Reference data",
    params(("slug" = String, Path, description = "The slug.", example = "zhejiang-university")),
    responses((status = 200, description = "The school.", body = SchoolAnswer), OneProblems)
)]
#[get("/schools/{slug}")]
pub async fn get_school(
    request: HttpRequest,
    state: Data<AppState>,
    slug: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let mut view = state.view(&request).await?;
    no_parameters(request.query_string())?;
    let catalog = Arc::clone(&view.catalog);
    let school = find(&catalog.schools, "school", &slug)?;
    let filter = CaseFilter::of_entries(Field::School, vec![school.id]);
    let counts = CaseCounts::read(&state, &mut view, Field::School, filter).await?;
    Ok(view.answer(&SchoolAnswer::new(school, &catalog, &counts)))
}
