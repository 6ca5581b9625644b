//! Facets: for each dimension its values with counts under a filter, its own choice left out, so
//! that a reader sees what choosing another value would give.

use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::Suppressed;
use super::categories::{Category, Context, GroupKey};
use super::group_name::{DIMENSIONS, filter_parameter};
use super::parameters::Sort;
use super::suppression::divide;
use crate::cases::filter::CaseFilter;
use crate::cases::parameters::FilterParameters;
use crate::catalog::Catalog;
use crate::engine::Columns;
use crate::engine::count::{Counts, PayOf, Question, TooManyGroups, count_chosen};
use crate::engine::selection::{Rows, choose};
use crate::engine::tally::Others;
use crate::model::case::Field;
use crate::parameters::{Kind, Parameter, ParameterError, ParameterReader, ParameterTable, parameter_tables};

const FACETED: Parameter = Parameter {
    name: "dimensions",
    description: "The dimensions to give; all when absent.",
    kind: Kind::SomeOf { allowed: DIMENSIONS, sign: None, default: DIMENSIONS, least: 1, most: None },
    example: "company,school_tier",
};
const LIMIT: Parameter = Parameter {
    name: "limit",
    description: "The most values that a dimension has; of the rest the number is given.",
    kind: Kind::Integer { min: 1, max: 1000, default: 10 },
    example: "10",
};

parameter_tables! {
    /// The parameters of facets, beside those of the filter.
    FacetsParameters = &[FACETED, LIMIT];
}

/// Which facets a reader asks for.
#[derive(Debug)]
pub struct FacetsQuery {
    dimensions: Vec<Field>,
    limit: usize,
    /// Which cases are counted.
    pub filter: CaseFilter,
}

impl FacetsQuery {
    /// Reads a query string.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(query_string: &str, catalog: &Catalog) -> Result<Self, Vec<ParameterError>> {
        let tables = [FacetsParameters::PARAMETERS, FilterParameters::PARAMETERS];
        let mut reader = ParameterReader::new(query_string, &tables);
        let names = reader.some_of(FACETED.name);
        let dimensions = names.into_iter().filter_map(|(_, name)| Field::named(name)).collect();
        let limit = usize::try_from(reader.integer(LIMIT.name)).unwrap_or(usize::MAX);
        let filter = CaseFilter::parse(&mut reader, catalog);
        reader.finish()?;
        Ok(Self { dimensions, limit, filter })
    }
}

/// One value of a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"dimension": "company", "value": "baidu", "name": "百度", "name_en": "Baidu", "count": 3}))]
pub struct FacetValue {
    /// The value.
    #[serde(flatten)]
    pub key: GroupKey,
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
    /// The values, the largest first, those of equal size in the dimension's own order, the unknown last; years and
    /// months the latest first.
    pub values: Vec<FacetValue>,
    /// Values beyond the limit, as one; null = there is none.
    #[schema(required)]
    pub other: Option<Others>,
    /// Values that are too small for their source to be shown, as one; null = none is.
    #[schema(required)]
    pub suppressed: Option<Suppressed>,
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
///
/// # Errors
/// Where a dimension has too many values.
pub fn compute(columns: &Arc<Columns>, catalog: &Catalog, query: &FacetsQuery) -> Result<Facets, TooManyGroups> {
    // Dimensions that nothing is asked of have the same cases.
    let mut chosen: Vec<(CaseFilter, Arc<Vec<Rows>>)> = Vec::new();
    for dimension in &query.dimensions {
        let filter = query.filter.without(filter_parameter(*dimension));
        let known = chosen.iter().find(|(known, _)| *known == filter).map(|(_, rows)| Arc::clone(rows));
        let rows = known.unwrap_or_else(|| Arc::new(choose(columns, &filter)));
        chosen.push((filter, rows));
    }
    let one = |(dimension, (filter, rows)): (&Field, &(CaseFilter, Arc<Vec<Rows>>))| {
        let question = Question { first: *dimension, second: None, pay: PayOf::Nobody, filter };
        let counts = count_chosen(columns, catalog, question, Arc::clone(rows))?;
        Ok(facet(counts, catalog, *dimension, query.limit))
    };
    let facets = query.dimensions.par_iter().zip(&chosen).map(one).collect::<Result<Vec<_>, _>>()?;
    Ok(Facets { facets, dataset_version: columns.dataset.version })
}

fn facet(counts: Counts, catalog: &Catalog, dimension: Field, limit: usize) -> Facet {
    let context = Context::new(catalog, &counts.total);
    let divided = divide(counts.rows, &context.sizes);
    let suppressed = Suppressed::of(&divided.suppressed);
    // A short list of periods is of use for the latest ones.
    let sort = Sort { descending: true, ..Sort::usual(dimension) };
    let (categories, other) = context.categories(dimension, sort, limit, divided.shown);
    let value = |it: &Category| FacetValue { count: it.tally.count(), key: context.name(it) };
    let values = categories.iter().map(value).collect();
    Facet { dimension: dimension.name(), total: counts.total.count(), values, other: other.if_any(), suppressed }
}
