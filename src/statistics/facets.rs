//! Facets: for each dimension its values with counts under a filter, its own choice left out, so
//! that a reader sees what choosing another value would give.

use std::collections::HashSet;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::Suppressed;
use super::categories::{Context, GroupKey};
use super::group_name::{DIMENSIONS, is_time};
use super::parameters::{Sort, SortKey};
use super::place::{PLACE, Pages, Place};
use super::suppression::divide;
use crate::cases::export::BOM;
use crate::cases::filter::CaseFilter;
use crate::cases::parameters::FilterParameters;
use crate::catalog::{Catalog, Entry};
use crate::engine::Columns;
use crate::engine::count::{Counts, PayOf, Question, TooManyGroups, count_chosen};
use crate::engine::selection::{Rows, choose};
use crate::engine::tally::{CountedGroup, GroupValue, Key, Others};
use crate::model::case::Field;
use crate::model::field;
use crate::model::notice::Notice;
use crate::parameters::{Kind, Parameter, ParameterError, ParameterReader, ParameterTable, message, parameter_tables};
use crate::text::{contains_word, search_text};

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

const CONTAINS: Parameter = Parameter {
    name: "contains",
    description: "Only values that have each of these words in a name, or as an alias: for looking among many. Case, width \
        and language make no difference.",
    kind: Kind::Text,
    example: "百",
};
const FACET_PLACE: Parameter = Parameter {
    description: "Where one of the dimensions goes on, or back: its `next_cursor` or `prev_cursor`, unchanged, with the filter \
        and `contains` as they were; `dimensions` may name that one alone. It is of one version of the data: once that has \
        changed, begin anew without it.",
    ..PLACE
};
parameter_tables! {
    /// The parameters of facets as a table, beside those of the filter.
    FacetsTableParameters = &[FACETED, LIMIT, CONTAINS, FACET_PLACE, BOM];
    /// The parameters of facets, beside those of the filter.
    FacetsParameters = &[FACETED, LIMIT, CONTAINS, FACET_PLACE];
}

/// Which facets a reader asks for.
#[derive(Debug)]
pub struct FacetsQuery {
    dimensions: Vec<Field>,
    /// The pages of their values.
    pages: Pages,
    /// Which dimension is given from beyond its beginning.
    pub place: Option<Place>,
    limit: usize,
    /// Words that a value must be called by.
    words: Vec<String>,
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
        Self::parse_all(ParameterReader::new(query_string, &tables), catalog)
    }

    /// Reads the query string of a table; also whether it begins with a byte order mark.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse_table(query_string: &str, catalog: &Catalog) -> Result<(Self, bool), Vec<ParameterError>> {
        let tables = [FacetsTableParameters::PARAMETERS, FilterParameters::PARAMETERS];
        let mut reader = ParameterReader::new(query_string, &tables);
        let with_bom = reader.flag(BOM.name) == Some(true);
        Self::parse_all(reader, catalog).map(|query| (query, with_bom))
    }

    fn parse_all(mut reader: ParameterReader, catalog: &Catalog) -> Result<Self, Vec<ParameterError>> {
        // A place is among the values of one dimension, whichever others are asked for beside it.
        let pages = Pages::of(&reader, &[FACETED.name]);
        let names = reader.some_of(FACETED.name);
        let dimensions: Vec<Field> = names.into_iter().filter_map(|(_, name)| Field::named(name)).collect();
        let limit = usize::try_from(reader.integer(LIMIT.name)).unwrap_or(usize::MAX);
        let contains = reader.text(CONTAINS.name).unwrap_or_default();
        let words = search_text(&contains).split_whitespace().map(str::to_owned).collect();
        let place = pages.take_place(&mut reader);
        if let Some(Place { dimension, .. }) = &place
            && !dimensions.iter().any(|own| own.name() == dimension)
        {
            let message = message!(
                "is a place in `{dimension}`, which `dimensions` leaves out",
                "是 `{dimension}` 中的位置，而 `dimensions` 不含它"
            );
            reader.wrong(ParameterError::new(PLACE.name, message));
        }
        let filter = CaseFilter::parse(&mut reader, catalog);
        reader.finish()?;
        Ok(Self { dimensions, pages, place, limit, words, filter })
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
    /// months the latest first. Values that are chosen and would have no place stand behind the first of them, even with no
    /// case, and on no page behind.
    pub values: Vec<FacetValue>,
    /// Values beyond the limit, as one; null = there is none.
    #[schema(required)]
    pub other: Option<Others>,
    /// What to give as `cursor` for the values beyond the limit; null = there is none.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// What to give as `cursor` for the values before; null = these are the first.
    #[schema(required)]
    pub prev_cursor: Option<String>,
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
    /// What must be known to read the numbers rightly.
    pub notices: Vec<Notice>,
}

/// Counts the values of each dimension that was asked for.
///
/// # Errors
/// Where a dimension has too many values.
pub fn compute(columns: &Arc<Columns>, catalog: &Catalog, query: &FacetsQuery) -> Result<Facets, TooManyGroups> {
    // Dimensions that nothing is asked of have the same cases.
    let mut chosen: Vec<(CaseFilter, Arc<Vec<Rows>>)> = Vec::new();
    for dimension in &query.dimensions {
        let filter = query.filter.without(dimension.name());
        let known = chosen.iter().find(|(known, _)| *known == filter).map(|(_, rows)| Arc::clone(rows));
        let rows = known.unwrap_or_else(|| Arc::new(choose(columns, &filter)));
        chosen.push((filter, rows));
    }
    let one = |(dimension, (filter, rows)): (&Field, &(CaseFilter, Arc<Vec<Rows>>))| {
        let question = Question { first: *dimension, second: None, pay: PayOf::Nobody, filter };
        let counts = count_chosen(columns, catalog, question, Arc::clone(rows))?;
        Ok(facet(counts, (catalog, columns.dataset.version), *dimension, query))
    };
    let facets = query.dimensions.par_iter().zip(&chosen).map(one).collect::<Result<Vec<_>, _>>()?;
    Ok(Facets { facets, dataset_version: columns.dataset.version, notices: vec![Notice::offers_only()] })
}

fn facet(counts: Counts, (catalog, version): (&Catalog, i64), dimension: Field, query: &FacetsQuery) -> Facet {
    let context = Context::new(catalog, &counts.total);
    let divided = divide(counts.rows, &context.sizes);
    let suppressed = Suppressed::of(&divided.suppressed);
    let mut shown = divided.shown;
    if !query.words.is_empty() {
        let is_called = called_by(dimension, catalog, &query.words);
        shown.retain(|group| is_called(&group.key));
    }
    let place = query.place.as_ref().filter(|place| place.dimension == dimension.name());
    let offset = place.map_or(0, |place| place.offset);
    let chosen = if query.words.is_empty() { query.filter.chosen(dimension) } else { &[] };
    let of_chosen: Vec<u64> = chosen.iter().map(|key| count_of(&shown, key)).collect();
    // A short list of periods is of use for the latest ones.
    let sort = if is_time(dimension) { Sort { key: SortKey::Value, descending: true } } else { Sort::BY_COUNT };
    let end = offset.saturating_add(query.limit);
    let (categories, mut other) = context.categories(dimension, sort, end, shown);
    let next_place = (other.groups > 0).then_some(end);
    let (next_cursor, prev_cursor) =
        query.pages.cursors((version, dimension.name()), (offset, query.limit, next_place));
    // What is chosen stands on the first page.
    let is_told = |key: &Key| offset > 0 && chosen.contains(key);
    let page = categories.iter().skip(offset).filter(|it| !is_told(&it.key));
    let mut values: Vec<FacetValue> =
        page.map(|it| FacetValue { count: it.tally.count(), key: context.name(it) }).collect();
    for (key, count) in chosen.iter().zip(of_chosen) {
        if !categories.iter().any(|category| category.key == *key) {
            if offset == 0 {
                values.push(FacetValue { key: GroupKey::of(dimension, catalog, key.as_ref()), count });
            }
            other.take(count);
        }
    }
    let (total, other) = (counts.total.count(), other.if_any());
    Facet { dimension: dimension.name(), total, values, other, next_cursor, prev_cursor, suppressed }
}

fn count_of(groups: &[CountedGroup<Key>], key: &Key) -> u64 {
    groups.iter().find(|group| group.key == *key).map_or(0, |group| group.tally.count())
}

/// Whether a value of a dimension is called by all of these words.
fn called_by(dimension: Field, catalog: &Catalog, words: &[String]) -> impl Fn(&Key) -> bool {
    let entries: Option<HashSet<i32>> = match dimension.kind() {
        field::Kind::Reference(entity) => Some(catalog.directory(entity).having(words).map(Entry::id).collect()),
        _ => None,
    };
    move |key| match (key, &entries) {
        (Some(GroupValue::Reference(id)), Some(entries)) => entries.contains(id),
        _ => {
            let GroupKey { value, name, name_en, .. } = GroupKey::of(dimension, catalog, key.as_ref());
            let names = [value, name, name_en].map(|name| search_text(&name));
            words.iter().all(|word| names.iter().any(|name| contains_word(name, word)))
        }
    }
}
