//! What a reader may ask of a chart.

use super::Theme;
use crate::cases::parameters::FilterParameters;
use crate::catalog::Catalog;
use crate::parameters::{
    Kind, LANG, Language, Parameter, ParameterError, ParameterReader, ParameterTable, parameter_tables,
};
use crate::statistics::comparison::query::{ADJUST, COMPARE};
use crate::statistics::parameters::{
    BINS, DUPLICATES, GROUP_BY, HistogramQuery, LIMIT, MIN_COUNT, Metrics, NORMALIZE, PAY, SORT, StatisticsQuery,
    dimensions,
};

const THEME: Parameter = Parameter {
    name: "theme",
    description: "The colours: `auto` follows what the reader's system prefers.",
    kind: Kind::OneOf { allowed: &["auto", "light", "dark"], default: Some("auto") },
    example: "dark",
};
const ONE_DIMENSION: Parameter =
    Parameter { description: "The dimension to group by.", kind: Kind::Required(&dimensions(1, 1)), ..GROUP_BY };
const TWO_DIMENSIONS: Parameter = Parameter {
    description: "The two dimensions to cross: rows, then columns.",
    kind: Kind::Required(&dimensions(2, 2)),
    example: "company,school_tier",
    ..GROUP_BY
};
const BAR_VALUE: Parameter = Parameter {
    name: "value",
    description: "What to draw: the number of cases, or the share with its 95 % interval.",
    kind: Kind::OneOf { allowed: &["count", "share"], default: Some("count") },
    example: "share",
};
const HEATMAP_VALUE: Parameter = Parameter {
    name: "value",
    description: "What to draw: the number of cases, the share (of what `normalize` says), or the median of annual pay.",
    kind: Kind::OneOf { allowed: &["count", "share", "pay_median"], default: Some("count") },
    example: "share",
};
const ONE_OR_TWO_DIMENSIONS: Parameter = Parameter {
    description: "The dimension whose two values are compared; with a second one, what share of each has each value of that.",
    kind: Kind::Required(&dimensions(1, 2)),
    example: "company,offer_channel",
    ..GROUP_BY
};
const COMPARED: Parameter = Parameter {
    description: "Two values of the first dimension, as its filter takes them: what is drawn is by how much the first is more \
        than the second, with the 95 % interval of that.",
    kind: Kind::Required(&Kind::Choice { allowed: &[] }),
    ..COMPARE
};
const COMPARISON_VALUE: Parameter = Parameter {
    name: "value",
    description: "Of what to draw the differences: of shares, or of the medians of annual pay.",
    kind: Kind::OneOf { allowed: &["share", "pay_median"], default: Some("share") },
    example: "pay_median",
};
const ORDER: Parameter = Parameter {
    description: "The order: by `count` or by the dimension's own order (`value`); `-` in front = descending. Where it is \
        absent, what has an order (dates, tiers, degrees, verification) stands in it, and the rest is by `-count`. The \
        unknown is set apart, behind all others.",
    kind: Kind::OneOf { allowed: &["count", "-count", "value", "-value"], default: None },
    ..SORT
};
const SHORT_LIMIT: Parameter = Parameter {
    description: "The most values of a dimension, the first in order; of the others the number is given.",
    kind: Kind::Integer { min: 1, max: 50, default: 20 },
    ..LIMIT
};

parameter_tables! {
    /// The parameters of a bar chart, beside those of the filter.
    BarParameters = &[ONE_DIMENSION, BAR_VALUE, MIN_COUNT, ORDER, SHORT_LIMIT, DUPLICATES, LANG, THEME];
    /// The parameters of a heat map, beside those of the filter.
    HeatmapParameters = &[TWO_DIMENSIONS, HEATMAP_VALUE, NORMALIZE, MIN_COUNT, ORDER, SHORT_LIMIT, DUPLICATES, LANG, THEME];
    /// The parameters of box plots, beside those of the filter.
    BoxParameters = &[ONE_DIMENSION, MIN_COUNT, SORT, SHORT_LIMIT, DUPLICATES, LANG, THEME];
    /// The parameters of the differences of two groups, beside those of the filter.
    ComparisonParameters =
        &[ONE_OR_TWO_DIMENSIONS, COMPARED, ADJUST, COMPARISON_VALUE, SHORT_LIMIT, DUPLICATES, LANG, THEME];
    /// The parameters of a histogram of pay, beside those of the filter.
    HistogramParameters = &[BINS, PAY, DUPLICATES, LANG, THEME];
}

/// A kind of chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChartKind {
    /// Bars.
    Bar,
    /// A heat map.
    Heatmap,
    /// Box plots of pay.
    Box,
    /// A histogram of pay.
    Histogram,
    /// Dots with intervals: the differences of two groups.
    Comparison,
}

impl ChartKind {
    /// All kinds.
    const ALL: [Self; 5] = [Self::Bar, Self::Heatmap, Self::Box, Self::Histogram, Self::Comparison];
    /// Their names, in the same order.
    pub(crate) const NAMES: &[&str] =
        &[Self::Bar.name(), Self::Heatmap.name(), Self::Box.name(), Self::Histogram.name(), Self::Comparison.name()];

    /// The name of a kind in addresses.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bar => "bar",
            Self::Heatmap => "heatmap",
            Self::Box => "box",
            Self::Histogram => "histogram",
            Self::Comparison => "comparison",
        }
    }

    /// The kind of a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    fn parameters(self) -> &'static [Parameter] {
        match self {
            Self::Bar => BarParameters::PARAMETERS,
            Self::Heatmap => HeatmapParameters::PARAMETERS,
            Self::Box => BoxParameters::PARAMETERS,
            Self::Histogram => HistogramParameters::PARAMETERS,
            Self::Comparison => ComparisonParameters::PARAMETERS,
        }
    }
}

/// What is drawn of each group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    /// The number of cases.
    Count,
    /// The share.
    Share,
    /// Pay: its median, or its percentiles.
    Pay,
}

/// Which chart a reader asks for.
#[derive(Debug)]
pub(crate) struct ChartQuery {
    /// The kind.
    pub(crate) kind: ChartKind,
    /// The statistics to draw.
    pub(crate) statistics: StatisticsQuery,
    /// What to draw of them.
    pub(crate) value: Value,
    /// The language of the texts.
    pub(crate) language: Language,
    /// The colours.
    pub(crate) theme: Theme,
    /// The filter as it was written, for those who look at the picture.
    pub(crate) filter: String,
}

impl ChartQuery {
    /// The same in light colours, where it is left to the reader's system which ones.
    pub(crate) fn with_fixed_colours(self) -> Self {
        let theme = if self.theme == Theme::Auto { Theme::Light } else { self.theme };
        Self { theme, ..self }
    }

    /// Reads a query string; `preferred` is the language where it says none.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub(crate) fn parse(
        kind: ChartKind,
        query_string: &str,
        catalog: &Catalog,
        preferred: Language,
    ) -> Result<Self, Vec<ParameterError>> {
        let mut reader = ParameterReader::new(query_string, &[kind.parameters(), FilterParameters::PARAMETERS]);
        let filter = reader.as_written(FilterParameters::PARAMETERS);
        let value = match (kind, reader.one_of(BAR_VALUE.name)) {
            (ChartKind::Box | ChartKind::Histogram, _) | (_, Some("pay_median")) => Value::Pay,
            (ChartKind::Comparison, _) | (_, Some("share")) => Value::Share,
            _ => Value::Count,
        };
        let language = Language::parse(&mut reader, preferred);
        let theme = match reader.one_of(THEME.name) {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::Auto,
        };
        let metrics = Metrics { share: value == Value::Share, pay: value == Value::Pay };
        let mut statistics = StatisticsQuery::take(&mut reader, catalog, metrics);
        statistics.is_drawn = true;
        statistics.histogram = (kind == ChartKind::Histogram).then(|| HistogramQuery::take(&mut reader));
        if kind == ChartKind::Comparison {
            reader.require(COMPARED.name);
        }
        statistics.take_comparison(&mut reader, catalog);
        statistics.check(&mut reader);
        reader.finish()?;
        Ok(Self { kind, statistics, value, language, theme, filter })
    }
}
