//! `/meta`: what there is to know of a case, for programs that show cases and know no field by name.

use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::ProgramProblems;
use super::media_types::MediaType;
use super::openapi::Specification;
use super::translation::chinese_of;
use super::validators::of_program;
use crate::cases::parse::UNKNOWN;
use crate::catalog::reference::Names;
use crate::http::error::ApiError;
use crate::model::case::Field;
use crate::model::entity::Entity;
use crate::model::field::{FILTER, GROUP, Kind, Label, ON_REQUEST, Origin, REQUIRED, SHOWN, SORT, Unit};
use crate::parameters::{API_PREFIX, ParameterReader};

/// All fields, with what they are called and what they can do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Meta {
    /// The fields, in the order in which they stand in cases; among them those that only filter, group or sort.
    pub fields: Vec<FieldMeta>,
    /// What a value is called that is not known: null in cases, this slug in groups and filters.
    pub unknown: Names,
}

/// What is known of a field.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldMeta {
    /// What it is called in JSON, in tables, and as a parameter.
    #[schema(example = "highest_degree")]
    pub slug: &'static str,
    /// Chinese name.
    #[schema(example = "最高学历")]
    pub name: &'static str,
    /// English name.
    #[schema(example = "Highest degree")]
    pub name_en: &'static str,
    /// What it means, in Chinese.
    #[schema(example = "案例中的最高学历。")]
    pub description: String,
    /// What it means, in English.
    pub description_en: &'static str,
    /// What its values are.
    pub kind: FieldKind,
    /// What its figures count; null where it has none.
    #[schema(required)]
    pub unit: Option<Names>,
    /// What it can do.
    pub can: Vec<Ability>,
    /// Whether a case may have several values of it, and counts in each.
    pub is_several: bool,
    /// Whether it may be unknown.
    pub may_be_unknown: bool,
    /// All values of a closed set, in their order; null where there are others.
    #[schema(required)]
    pub values: Option<Vec<Names>>,
    /// Where its values are listed, with their names and numbers of cases; null where they are no reference data,
    /// or only some of it: facets have these.
    #[schema(required, example = "/api/v1/companies")]
    pub resource: Option<String>,
}

/// What the values of a field are.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(rename_all = "snake_case")]
pub enum FieldKind {
    /// A UUID.
    Id,
    /// An entry of reference data: slug, name, English name.
    Reference,
    /// A slug of a closed set.
    Closed,
    /// A number.
    Number,
    /// A day.
    Date,
    /// A year, or a year with a month.
    Period,
    /// An instant.
    Time,
    /// An ISO 4217 code.
    Currency,
    /// Words.
    Text,
    /// Several texts.
    Texts,
    /// Slugs of tags.
    Tags,
    /// True or false.
    Flag,
    /// A JSON object.
    Object,
}

/// What a field can do.
#[derive(Debug, Clone, Copy, Serialize, ToSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[schema(rename_all = "snake_case")]
pub enum Ability {
    /// It stands in cases.
    Show,
    /// It stands in cases where `include` asks for it.
    Include,
    /// Its slug is a parameter that chooses cases.
    Filter,
    /// That parameter takes ranges too.
    Range,
    /// `group_by` and `dimensions` take it.
    Group,
    /// `sort` takes it.
    Sort,
    /// Cases are compared by it: it is a parameter of a profile.
    Compare,
}

impl FieldMeta {
    fn of(field: Field) -> Self {
        let definition = field.definition();
        let Label { zh, en } = definition.label;
        let names =
            |slug: &str, label: Label| Names::new(slug.to_owned(), label.zh.to_owned(), Some(label.en.to_owned()));
        let (values, resource) = match definition.kind {
            Kind::Closed(set) => (Some(set.members.iter().map(|it| names(it.slug, it.label)).collect()), None),
            // What stands above others are some entries only; facets have those that there are.
            Kind::Reference(_) if matches!(definition.origin, Origin::Above { .. }) => (None, None),
            Kind::Reference(entity) => (None, Some(format!("{API_PREFIX}/{}", entity.path_segment()))),
            Kind::Tags => (None, Some(format!("{API_PREFIX}/{}", Entity::Tag.path_segment()))),
            _ => (None, None),
        };
        Self {
            slug: definition.name,
            name: zh,
            name_en: en,
            description: chinese_of(definition.description.trim()).to_owned(),
            description_en: definition.description.trim(),
            kind: kind_of(definition.kind),
            unit: definition.unit.map(|Unit { slug, label }| names(slug, label)),
            can: abilities(field),
            is_several: field.is_several() || matches!(definition.kind, Kind::Tags | Kind::Texts),
            may_be_unknown: !field.can(REQUIRED) && !matches!(definition.origin, Origin::IsFilled(_)),
            values,
            resource,
        }
    }
}

fn kind_of(kind: Kind) -> FieldKind {
    match kind {
        Kind::Id => FieldKind::Id,
        Kind::Reference(_) => FieldKind::Reference,
        Kind::Closed(_) => FieldKind::Closed,
        Kind::Number { .. } | Kind::Amount { .. } => FieldKind::Number,
        Kind::Date { .. } => FieldKind::Date,
        Kind::Period { .. } => FieldKind::Period,
        Kind::Time => FieldKind::Time,
        Kind::Currency { .. } => FieldKind::Currency,
        Kind::Text => FieldKind::Text,
        Kind::Texts => FieldKind::Texts,
        Kind::Tags => FieldKind::Tags,
        Kind::Flag => FieldKind::Flag,
        Kind::Raw | Kind::Revisions | Kind::Labels => FieldKind::Object,
    }
}

fn abilities(field: Field) -> Vec<Ability> {
    let is_range = matches!(field.kind(), Kind::Number { .. } | Kind::Date { .. } | Kind::Period { .. } | Kind::Time);
    [
        (field.can(SHOWN), Ability::Show),
        (field.can(ON_REQUEST), Ability::Include),
        (field.can(FILTER), Ability::Filter),
        (field.can(FILTER) && is_range, Ability::Range),
        (field.can(GROUP), Ability::Group),
        (field.can(SORT), Ability::Sort),
        (field.definition().compare.is_some(), Ability::Compare),
    ]
    .into_iter()
    .filter_map(|(can, ability)| can.then_some(ability))
    .collect()
}

impl Meta {
    /// What is known of all fields; it changes only with the program.
    pub fn new() -> Self {
        let unknown = Names::new(UNKNOWN.to_owned(), "未知".to_owned(), Some("Unknown".to_owned()));
        Self { fields: Field::ALL.iter().map(|field| FieldMeta::of(*field)).collect(), unknown }
    }
}

/// Read what there is to know of a case
///
/// All fields with their names in both languages, what their values are, and what they can do: enough to build filters,
/// tables and charts without a list of one's own. It changes only with the program.
#[utoipa::path(
    tag = "Offer cases",
    responses((status = 200, description = "The fields.", body = Meta), ProgramProblems)
)]
#[get("/meta", wrap = "from_fn(of_program)")]
pub async fn get_meta(request: HttpRequest, specification: Data<Specification>) -> Result<HttpResponse, ApiError> {
    ParameterReader::new(request.query_string(), &[]).finish()?;
    Ok(HttpResponse::Ok().content_type(MediaType::Json.content_type()).body(specification.meta.clone()))
}
