//! Facets: for each dimension its values with counts under a filter, its own choice left out, so
//! that a reader sees what choosing another value would give.

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use serde::Serialize;
use utoipa::ToSchema;

use super::count::count;
use super::dimension::GroupName;
use super::suppression::{CountedGroup, divide};
use super::{Dimension, in_order};
use crate::cases::filter::CaseFilter;
use crate::cases::parameters::FilterParameters;
use crate::catalog::Catalog;
use crate::parameters::{Kind, Mistake, Parameter, ParameterReader, ParameterTable};

/// The parameters of facets, beside those of the filter.
#[derive(Debug)]
pub struct FacetsParameters;

const DIMENSIONS: Parameter = Parameter {
    name: "dimensions",
    description: "The dimensions to give; all when absent.",
    kind: Kind::SomeOf { allowed: Dimension::NAMES, sign: None, default: Dimension::NAMES },
    example: "company,school_tier",
};
const LIMIT: Parameter = Parameter {
    name: "limit",
    description: "The most values that a dimension has; the rest is told as a number.",
    kind: Kind::Integer { min: 1, max: 1000, default: 10 },
    example: "10",
};

impl ParameterTable for FacetsParameters {
    const PARAMETERS: &'static [Parameter] = &[DIMENSIONS, LIMIT];
}

/// Which facets a reader asks for.
#[derive(Debug)]
pub struct FacetsQuery {
    dimensions: Vec<Dimension>,
    limit: usize,
    filter: CaseFilter,
}

impl FacetsQuery {
    /// Reads a query string.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(query_string: &str, catalog: &Catalog) -> Result<Self, Vec<Mistake>> {
        let tables = [FacetsParameters::PARAMETERS, FilterParameters::PARAMETERS];
        let mut reader = ParameterReader::new(query_string, &tables);
        let names = reader.some_of(DIMENSIONS.name);
        let dimensions = names.into_iter().filter_map(|(_, name)| Dimension::named(name)).collect();
        let limit = usize::try_from(reader.integer(LIMIT.name)).unwrap_or(usize::MAX);
        let filter = CaseFilter::parse(&mut reader, catalog);
        reader.finish()?;
        Ok(Self { dimensions, limit, filter })
    }
}

/// One value of a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"value": "baidu", "name": "百度", "name_en": "Baidu", "count": 3}))]
pub struct FacetValue {
    /// What a filter takes for it; null = the cases for which it is unknown (`unknown` in a filter).
    #[schema(required)]
    pub value: Option<String>,
    /// Chinese name.
    pub name: String,
    /// English name; null = unknown.
    #[schema(required)]
    pub name_en: Option<String>,
    /// Number of cases.
    pub count: u64,
}

/// The values of one dimension.
#[derive(Debug, Serialize, ToSchema)]
pub struct Facet {
    /// The dimension, as it is called in a filter.
    #[schema(value_type = String, example = "company")]
    pub dimension: &'static str,
    /// All cases that fit the filter without this dimension.
    pub total: u64,
    /// The values, the largest first; those of equal size in the order of `value`, the unknown last.
    pub values: Vec<FacetValue>,
    /// Number of values that were left out: beyond the limit, or too small to be shown.
    pub other_values: usize,
    /// Sum of the counts of the values that were left out.
    pub other_count: u64,
}

/// The values of the dimensions under a filter.
#[derive(Debug, Serialize, ToSchema)]
pub struct Facets {
    /// The dimensions, in the order in which they were asked for.
    pub facets: Vec<Facet>,
    /// The version of the data.
    pub dataset_version: i64,
}

/// Counts the values of each dimension that was asked for.
pub async fn compute(
    connection: &mut AsyncPgConnection,
    catalog: &Catalog,
    dataset_version: i64,
    query: &FacetsQuery,
) -> QueryResult<Facets> {
    let mut facets = Vec::new();
    for dimension in &query.dimensions {
        let counts = count(connection, *dimension, &query.filter.without(dimension.name())).await?;
        let divided = divide(counts.groups, catalog);
        let suppressed: u64 = divided.suppressed.iter().map(CountedGroup::count).sum();
        let suppressed_values = divided.suppressed.len();
        let name = |key: Option<String>| key.map(|key| dimension.name_group(catalog, &key));
        let mut values: Vec<FacetValue> = divided
            .shown
            .into_iter()
            .map(|group| FacetValue::new(*dimension, group.count(), name(group.key)))
            .collect();
        values.sort_by(|left, right| in_order((&left.value, left.count), (&right.value, right.count)));
        let others = values.split_off(query.limit.min(values.len()));
        facets.push(Facet {
            dimension: dimension.name(),
            total: counts.total,
            values,
            other_values: others.len() + suppressed_values,
            other_count: others.iter().map(|value| value.count).sum::<u64>() + suppressed,
        });
    }
    Ok(Facets { facets, dataset_version })
}

impl FacetValue {
    fn new(dimension: Dimension, count: u64, name: Option<GroupName>) -> Self {
        match name {
            Some(GroupName { value, name, name_en }) => Self { value: Some(value), name, name_en, count },
            None => {
                let (name, name_en) = dimension.names_of_unknown();
                Self { value: None, name: name.into(), name_en: Some(name_en.into()), count }
            }
        }
    }
}
