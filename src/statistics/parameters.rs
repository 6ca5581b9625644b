//! What a reader may ask of statistics.

use super::comparison::query::{ADJUST, COMPARE, ComparisonQuery};
use super::group_name::DIMENSIONS;
use super::place::{PLACE, Pages, Place};
use crate::cases::export::BOM;
use crate::cases::filter::CaseFilter;
use crate::cases::parameters::FilterParameters;
use crate::catalog::Catalog;
use crate::model::case::Field;
use crate::parameters::message;
use crate::parameters::{Kind, Parameter, ParameterError, ParameterReader, ParameterTable, parameter_tables};

/// The highest pay that is asked about.
pub const MAX_PAY: u32 = 2_000_000_000;
/// The most values that a dimension may be asked for where two are crossed.
const MAX_CROSSED: usize = 200;

/// So many dimensions.
pub const fn dimensions(least: usize, most: usize) -> Kind {
    Kind::SomeOf { allowed: DIMENSIONS, sign: None, default: &[], least, most: Some(most) }
}

pub const GROUP_BY: Parameter = Parameter {
    name: "group_by",
    description: "One or two dimensions to group by; two are crossed. Needed unless `histogram` is given.",
    kind: dimensions(1, 2),
    example: "company",
};
const METRICS: Parameter = Parameter {
    name: "metrics",
    description: "What to work out of each group: `count` (always given), `share`, `pay` (percentiles of annual pay, \
        of the middle where it is a range; by currency).",
    kind: Kind::SomeOf {
        allowed: &["count", "share", "pay"],
        sign: None,
        default: &["count", "share"],
        least: 1,
        most: None,
    },
    example: "count,share,pay",
};
pub const MIN_COUNT: Parameter = Parameter {
    name: "min_count",
    description: "Groups with fewer cases are counted together, in `other`.",
    kind: Kind::Integer { min: 1, max: 1_000_000_000, default: 1 },
    example: "1",
};
pub const NORMALIZE: Parameter = Parameter {
    name: "normalize",
    description: "What a share is a share of: `all` cases of the filter, those of its `row` (the first dimension) or \
        of its `column` (the second). `row` and `column` need two dimensions.",
    kind: Kind::OneOf { allowed: &["all", "row", "column"], default: Some("all") },
    example: "all",
};
pub const SORT: Parameter = Parameter {
    name: "sort",
    description: "The order of the values of each dimension: by `count`, by their own order (`value`: tiers by rank, \
        degrees and dates upwards, majors by code, others by slug), or by `pay_median` (which needs `metrics=pay`); `-` \
        in front = descending. Where it is absent, what has an order (dates, tiers, degrees, verification) stands in it \
        (the latest dates where there are more than `limit`), and the rest is by `-count`. The unknown comes last among \
        equals, and last by value and by pay.",
    kind: Kind::OneOf { allowed: &["count", "-count", "value", "-value", "pay_median", "-pay_median"], default: None },
    example: "-count",
};
pub const LIMIT: Parameter = Parameter {
    name: "limit",
    description: "The most values of a dimension, the first in order; the others are counted together, in `other`. With \
        two dimensions at most 200.",
    kind: Kind::Integer { min: 1, max: 1000, default: 100 },
    example: "20",
};
const HISTOGRAM: Parameter = Parameter {
    name: "histogram",
    description: "In the place of groups, how annual pay is spread (of the middle where it is a range), in the commonest \
        currency; `pay_currency` chooses another.",
    kind: Kind::OneOf { allowed: &["pay"], default: None },
    example: "pay",
};
pub const BINS: Parameter = Parameter {
    name: "bins",
    description: "The most bins of a histogram, beside one at either end that is open. They are of the least round width, 1, \
        2 or 5 times a power of ten, with which there are no more.",
    kind: Kind::Integer { min: 2, max: 100, default: 30 },
    example: "30",
};
pub const PAY: Parameter = Parameter {
    name: "pay",
    description: "An annual pay in the currency of the histogram, of which is told where it stands: which share of the cases \
        has less.",
    kind: Kind::Figure { max: MAX_PAY },
    example: "300000",
};
/// Whether cases that are likely the same count once.
pub const DUPLICATES: Parameter = Parameter {
    name: "duplicates",
    description: "How cases count that are likely the same one in other words, told by several sources or twice by one (same \
        company, role, degree and school tier, near date and pay, nothing that speaks against it): `all` of them, or `once`, \
        as the one of the filter's that was stored first. `/offer-cases/{id}/likely-duplicates` tells which they are.",
    kind: Kind::OneOf { allowed: &["all", "once"], default: Some("all") },
    example: "once",
};
const TABLE_OF: Parameter = Parameter {
    description: "One or two dimensions to group by; each has columns of its own.",
    kind: Kind::Required(&dimensions(1, 2)),
    ..GROUP_BY
};
/// What is asked of groups.
const OF_GROUPS: &[Parameter] = &[GROUP_BY, METRICS, MIN_COUNT, NORMALIZE, SORT, LIMIT, PLACE, COMPARE, ADJUST];
/// What is asked of a histogram.
const OF_HISTOGRAM: &[Parameter] = &[BINS, PAY];

parameter_tables! {
    /// The parameters of statistics as a table, beside those of the filter.
    StatisticsTableParameters = &[TABLE_OF, METRICS, MIN_COUNT, NORMALIZE, SORT, LIMIT, PLACE, DUPLICATES, BOM];
    /// The parameters of statistics, beside those of the filter.
    StatisticsParameters =
        &[GROUP_BY, METRICS, MIN_COUNT, NORMALIZE, SORT, LIMIT, PLACE, COMPARE, ADJUST, HISTOGRAM, BINS, PAY, DUPLICATES];
}

/// Takes out which cases statistics count: those of closed sources too, and likely duplicates as often as is asked.
pub(super) fn filter_of_statistics(reader: &mut ParameterReader, catalog: &Catalog) -> CaseFilter {
    let counts_duplicates_once = reader.one_of(DUPLICATES.name) == Some("once");
    CaseFilter { counts_duplicates_once, ..CaseFilter::parse(reader, catalog).with_closed() }
}

/// What a share is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Normalize {
    /// All cases of the filter.
    All,
    /// The cases of the same value of the first dimension.
    Row,
    /// The cases of the same value of the second dimension.
    Column,
}

/// By what the values of a dimension are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKey {
    /// The number of cases.
    Count,
    /// The dimension's own order.
    Value,
    /// The median of annual pay, in the commonest currency.
    PayMedian,
}

/// The order of the values of a dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// Whether the greatest comes first.
    pub descending: bool,
}

impl Sort {
    /// The largest first.
    pub const BY_COUNT: Self = Self { key: SortKey::Count, descending: true };

    fn named(word: &str) -> Self {
        let (descending, key) = word.strip_prefix('-').map_or((false, word), |key| (true, key));
        let key = match key {
            "value" => SortKey::Value,
            "pay_median" => SortKey::PayMedian,
            _ => SortKey::Count,
        };
        Self { key, descending }
    }

    /// The order of a dimension when none is asked for.
    pub fn usual(dimension: Field) -> Self {
        if dimension.is_ordered() { Self { key: SortKey::Value, descending: false } } else { Self::BY_COUNT }
    }
}

/// What is worked out of each group beside its count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Metrics {
    /// Its share.
    pub share: bool,
    /// The percentiles of its pay.
    pub pay: bool,
}

/// Which histogram a reader asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistogramQuery {
    /// The most bins that are not open.
    pub bins: u32,
    /// The pay of which is told where it stands.
    pub pay: Option<u32>,
}

impl HistogramQuery {
    /// Takes the parameters out of a request.
    pub fn take(reader: &mut ParameterReader) -> Self {
        Self { bins: reader.integer(BINS.name), pay: reader.figure(PAY.name) }
    }
}

/// Which statistics a reader asks for.
#[derive(Debug, Clone)]
pub struct StatisticsQuery {
    /// The first dimension: the rows.
    pub(super) first: Field,
    /// The second dimension: the columns.
    pub(super) second: Option<Field>,
    pub(super) metrics: Metrics,
    pub(super) min_count: u64,
    /// What a share is a share of.
    pub normalize: Normalize,
    pub(super) sort: Option<Sort>,
    pub(super) limit: usize,
    /// The pages of its groups.
    pub(super) pages: Pages,
    /// From where on groups are given; `None` = from the first.
    pub place: Option<Place>,
    /// Whether a picture is made of them: then time has no gaps, and cases of other groups are counted once.
    pub is_drawn: bool,
    /// Which two groups are compared.
    pub comparison: Option<ComparisonQuery>,
    /// The histogram that is worked out in the place of groups.
    pub histogram: Option<HistogramQuery>,
    /// Which cases are counted.
    pub filter: CaseFilter,
}

impl StatisticsQuery {
    /// Reads a query string.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(query_string: &str, catalog: &Catalog) -> Result<Self, Vec<ParameterError>> {
        let tables = [StatisticsParameters::PARAMETERS, FilterParameters::PARAMETERS];
        let mut reader = ParameterReader::new(query_string, &tables);
        let pages = Pages::of(&reader, &[]);
        let is_histogram = !reader.is_missing(HISTOGRAM.name);
        reader.one_of(HISTOGRAM.name);
        if is_histogram {
            reader.refuse(
                OF_GROUPS,
                &message!(
                    "means nothing with `histogram`, which is of all cases that fit the filter",
                    "与 `histogram` 同用没有意义：直方图取符合条件的全部案例"
                ),
            );
        } else {
            reader.refuse(
                OF_HISTOGRAM,
                &message!("is of a histogram, and needs `histogram=pay`", "只用于直方图，需要 `histogram=pay`"),
            );
            if reader.is_missing(GROUP_BY.name) {
                let why = message!("is required, unless `histogram` is given", "必须给出，除非有 `histogram`");
                let missing = ParameterError::new(GROUP_BY.name, why);
                reader.wrong(missing.allowing("", DIMENSIONS.iter().copied()));
            }
        }
        let asked = HistogramQuery::take(&mut reader);
        let mut query = Self::take_page(&mut reader, catalog, pages);
        query.histogram = is_histogram.then_some(asked);
        query.take_comparison(&mut reader, catalog);
        query.check(&mut reader);
        reader.finish()?;
        Ok(query)
    }

    /// Reads the query string of a table; also whether it begins with a byte order mark.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse_table(query_string: &str, catalog: &Catalog) -> Result<(Self, bool), Vec<ParameterError>> {
        let tables = [StatisticsTableParameters::PARAMETERS, FilterParameters::PARAMETERS];
        let mut reader = ParameterReader::new(query_string, &tables);
        let pages = Pages::of(&reader, &[]);
        let with_bom = reader.flag(BOM.name) == Some(true);
        let query = Self::take_page(&mut reader, catalog, pages);
        query.check(&mut reader);
        reader.finish()?;
        Ok((query, with_bom))
    }

    /// Takes the parameters out of a request for a page of groups.
    fn take_page(reader: &mut ParameterReader, catalog: &Catalog, pages: Pages) -> Self {
        let metrics = reader.some_of(METRICS.name);
        let has = |wanted: &str| metrics.iter().any(|(_, word)| *word == wanted);
        let query = Self::take(reader, catalog, Metrics { share: has("share"), pay: has("pay") });
        let place = pages.take_place(reader).filter(|place| place.dimension == query.first.name());
        Self { place, pages, ..query }
    }

    /// Takes out which groups are compared, unless it is not known by what is grouped.
    pub fn take_comparison(&mut self, reader: &mut ParameterReader, catalog: &Catalog) {
        if self.histogram.is_none() && !reader.is_wrong(GROUP_BY.name) {
            self.comparison = ComparisonQuery::take(reader, catalog, self);
        }
    }

    /// Takes the parameters out of a request; mistakes stay with the reader, and where there is one, what comes
    /// back is of no use.
    pub fn take(reader: &mut ParameterReader, catalog: &Catalog, metrics: Metrics) -> Self {
        let filter = filter_of_statistics(reader, catalog);
        let mut group_by = reader.some_of(GROUP_BY.name).into_iter().filter_map(|(_, name)| Field::named(name));
        Self {
            first: group_by.next().unwrap_or(Field::Company),
            second: group_by.next(),
            metrics,
            min_count: reader.integer(MIN_COUNT.name).into(),
            normalize: match reader.one_of(NORMALIZE.name) {
                Some("row") => Normalize::Row,
                Some("column") => Normalize::Column,
                _ => Normalize::All,
            },
            sort: reader.one_of(SORT.name).map(Sort::named),
            limit: usize::try_from(reader.integer(LIMIT.name)).unwrap_or(usize::MAX),
            pages: Pages::default(),
            place: None,
            is_drawn: false,
            comparison: None,
            histogram: None,
            filter,
        }
    }

    /// What does not go together.
    pub fn check(&self, reader: &mut ParameterReader) {
        if self.histogram.is_some() {
            return;
        }
        if self.second.is_none() && self.normalize != Normalize::All {
            reader.wrong(ParameterError::new(
                NORMALIZE.name,
                message!(
                    "`row` and `column` need two dimensions in `group_by`",
                    "`row` 和 `column` 需要 `group_by` 中有两个维度"
                ),
            ));
        }
        if !self.metrics.share && self.normalize != Normalize::All {
            reader.wrong(ParameterError::new(
                NORMALIZE.name,
                message!("says what a share is of, and no share is asked for", "说明占比以什么为分母，但没有要求占比"),
            ));
        }
        if self.second.is_some() && self.limit > MAX_CROSSED {
            reader.wrong(ParameterError::new(
                LIMIT.name,
                message!("with two dimensions it is at most {MAX_CROSSED}", "两个维度时最多 {MAX_CROSSED}"),
            ));
        }
        if !self.metrics.pay && self.sort.is_some_and(|sort| sort.key == SortKey::PayMedian) {
            reader.wrong(ParameterError::new(
                SORT.name,
                message!("`pay_median` needs `pay` among the `metrics`", "`pay_median` 需要 `metrics` 中有 `pay`"),
            ));
        }
    }

    /// The dimensions.
    pub(super) fn dimensions(&self) -> Vec<Field> {
        std::iter::once(self.first).chain(self.second).collect()
    }

    /// Whether groups of few cases are counted together, so that none may mean few.
    pub fn hides_few(&self) -> bool {
        self.min_count > 1
    }

    /// How many groups stand in front of those that are given.
    pub(super) fn offset(&self) -> usize {
        self.place.as_ref().map_or(0, |place| place.offset)
    }

    /// The order of the values of one of the dimensions.
    pub(super) fn sort_of(&self, dimension: Field) -> Sort {
        self.sort.unwrap_or_else(|| Sort::usual(dimension))
    }
}
