//! `/resolve`: what a name would be taken for.

use std::sync::Arc;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::ReadProblems;
use super::snapshot::beside;
use super::state::AppState;
use crate::catalog::reference::{NameEnFrom, Names};
use crate::catalog::{Candidate, Catalog, Entity, FoundBy};
use crate::http::error::ApiError;
use crate::model::closed_set::ClosedSet;
use crate::parameters::{Documented, Kind, Parameter, ParameterReader, ParameterTable, parameter_tables};

const KIND: Parameter = Parameter {
    name: "kind",
    description: "What the name is of.",
    kind: Kind::Required(&Kind::OneOf { allowed: Entity::SLUGS, default: None }),
    example: "company",
};
const NAME: Parameter =
    Parameter { name: "q", description: "The name.", kind: Kind::Required(&Kind::Text), example: "B站" };
const LIMIT: Parameter = Parameter {
    name: "limit",
    description: "The most candidates that are given.",
    kind: Kind::Integer { min: 1, max: 50, default: 10 },
    example: "10",
};

parameter_tables! {
    /// The parameters of a name to resolve.
    ResolveParameters = &[KIND, NAME, LIMIT];
}

/// Something that a name may mean.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"slug": "bilibili", "name": "哔哩哔哩", "name_en": "bilibili", "method": "alias", "score": 1.0}))]
pub struct CandidateAnswer {
    /// Stable identifier; any filter takes it.
    pub slug: String,
    /// Chinese name.
    pub name: String,
    /// English name; where none is known, what `name_en_from` says.
    pub name_en: String,
    /// What stands for the English name; absent where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub name_en_from: Option<NameEnFrom>,
    /// How it was found: by its slug, by a name, by an alias; by the `form` of one of these, with other signs in it or with
    /// what people write around names (`百度公司`); by the `pinyin` of one of these; by the `initials` of its Chinese name;
    /// by the `place` around or within it; or as `similar` to one of these.
    #[schema(value_type = String, example = "alias")]
    pub method: &'static str,
    /// 1 where the name is just that, less where it is a form of it or read so, and less the more of it would have to be
    /// changed.
    pub score: f64,
}

/// What a name would be taken for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Resolution {
    /// What the name is of.
    #[schema(value_type = String, example = "company")]
    pub kind: &'static str,
    /// The name.
    pub q: String,
    /// The slug that a filter or an import would take it for; null = none. An import takes nothing by `initials`.
    #[schema(required)]
    pub resolved: Option<String>,
    /// Whether several things are called so. A filter takes the one whose slug or name it is; where it is only an alias
    /// of each, none.
    pub ambiguous: bool,
    /// What it may mean, the most likely first.
    pub candidates: Vec<CandidateAnswer>,
}

impl Resolution {
    fn of(entity: Entity, q: String, limit: usize, catalog: &Catalog) -> Self {
        let candidates = catalog.candidates(entity, &q, limit);
        let exact: Vec<&Candidate<'_>> = candidates.iter().filter(|it| it.found_by.is_some()).collect();
        let resolved = match exact.as_slice() {
            [] => None,
            [first, rest @ ..] if rest.iter().all(|other| other.found_by > first.found_by) => Some(first.entry),
            _ => None,
        };
        Self {
            kind: entity.slug(),
            q,
            resolved: resolved.map(|entry| entry.slug().to_owned()),
            ambiguous: exact.len() > 1,
            candidates: candidates.iter().map(CandidateAnswer::new).collect(),
        }
    }
}

impl CandidateAnswer {
    fn new(candidate: &Candidate<'_>) -> Self {
        let Names { slug, name, name_en, name_en_from } = Names::clone(candidate.entry.reference());
        Self {
            slug,
            name,
            name_en,
            name_en_from,
            method: candidate.found_by.map_or("similar", FoundBy::as_str),
            score: (candidate.score * 1e3).round() / 1e3,
        }
    }
}

/// Resolve a name
///
/// What a name would be taken for in a filter or an import: candidates, how each was found, and whether the name is
/// ambiguous. Legal forms, places, parts and notes around a name make no difference (`腾讯科技（深圳）有限公司`,
/// `Huawei Technologies Co., Ltd.`, `北京大学软件学院`, `产品经理（校招）`), nor does the script (`騰訊`); pinyin will do in full
/// (`zijietiaodong`) and, from four letters on, by the initials of one name alone (`zjtd`). What may be another name is
/// not taken for a known one, and gives near ones, as a misspelt name does.
#[utoipa::path(
    tag = "Reference data",
    params(Documented<ResolveParameters>),
    responses((status = 200, description = "What the name may mean.", body = Resolution), ReadProblems)
)]
#[get("/resolve")]
pub async fn get_resolution(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let snapshot = state.snapshot(&request).await?;
    let mut reader = ParameterReader::new(request.query_string(), &[ResolveParameters::PARAMETERS]);
    let kind = reader.one_of(KIND.name);
    let q = reader.text(NAME.name);
    let limit = usize::try_from(reader.integer(LIMIT.name)).unwrap_or(usize::MAX);
    reader.finish()?;
    // Both are required.
    let (kind, q) = (kind.unwrap_or_default(), q.unwrap_or_default());
    let entity = Entity::from_slug(kind).unwrap_or(Entity::Company);
    // Near names are looked for, which takes as long as a hundred other requests.
    let catalog = Arc::clone(&snapshot.catalog);
    let resolution = beside(move || Resolution::of(entity, q, limit, &catalog)).await?;
    Ok(snapshot.answer(&resolution))
}
