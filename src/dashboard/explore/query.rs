//! What an address of the page asks: the filter, as in the API, and how the cases are to be shown.

use crate::cases::cursor::CURSOR;
use crate::cases::list::LIMIT;
use crate::cases::parameters::FilterParameters;
use crate::cases::sort::SORT;
use crate::dashboard::address::Address;
use crate::dashboard::values::currency_of;
use crate::dashboard::visit::Visit;
use crate::import::normalise::pay::currencies::mainland;
use crate::import::normalise::pay::evidence::Context;
use crate::import::normalise::pay::{self, PayColumn};
use crate::model::case::Field;
use crate::model::field::{FILTER, Kind as FieldKind};
use crate::parameters::{Kind, Parameter, ParameterError, ParameterTable, parameter_tables, written_values};
use crate::statistics::comparison::query::{ADJUST, COMPARE};
use crate::statistics::parameters::{DUPLICATES, NORMALIZE, dimensions};

/// How the cases are shown.
pub(super) const VIEW: Parameter = Parameter {
    name: "view",
    description: "How the cases are shown: one after the other, as a chart, or as a table.",
    kind: Kind::OneOf { allowed: &["cases", "chart", "table"], default: Some("cases") },
    example: "chart",
};
/// The dimension of which more values are shown.
pub(in crate::dashboard) const MORE: Parameter = Parameter {
    name: "more",
    description: "The dimension of which more values are shown.",
    kind: dimensions(1, 1),
    example: "company",
};
/// Which of its values.
pub(super) const CONTAINS: Parameter = Parameter {
    name: "contains",
    description: "Words that the values of `more` are called by.",
    kind: Kind::Text,
    example: "百",
};
/// What the chart groups by.
pub(super) const GROUP_BY: Parameter = Parameter {
    name: "group_by",
    description: "One or two dimensions that the chart groups by.",
    kind: dimensions(0, 2),
    example: "company",
};
/// What the chart shows of each group.
pub(super) const VALUE: Parameter = Parameter {
    name: "value",
    description: "What the chart shows of each group.",
    kind: Kind::OneOf { allowed: &["count", "share", "pay"], default: Some("count") },
    example: "share",
};

parameter_tables! {
    /// The parameters of the page, beside those of the filter.
    ExploreParameters = &[VIEW, SORT, LIMIT, CURSOR, MORE, CONTAINS, GROUP_BY, VALUE, NORMALIZE, COMPARE, ADJUST, DUPLICATES];
}

/// How the cases are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// One after the other.
    Cases,
    /// Counted, as a chart.
    Chart,
    /// As a table with a column for each field.
    Table,
}

/// What the chart shows of each group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::dashboard) enum Measure {
    /// The number of cases.
    Count,
    /// The share.
    Share,
    /// Annual pay.
    Pay,
}

/// What an address asks beside its filter.
#[derive(Debug)]
pub(super) struct ExploreQuery {
    pub(super) view: View,
    /// The dimension of which more values are shown.
    pub(super) more: Option<Field>,
    /// The dimensions of the chart, at most two.
    pub(super) group_by: Vec<Field>,
    pub(super) measure: Measure,
}

impl ExploreQuery {
    /// Reads the parameters of a page; the filter, the order and the place in it are read where the cases are.
    ///
    /// # Errors
    /// All that is wrong with them, and what is no parameter.
    pub(super) fn parse(visit: &Visit) -> Result<Self, Vec<ParameterError>> {
        let mut reader = visit.reader(&[ExploreParameters::PARAMETERS, FilterParameters::PARAMETERS]);
        let fields = |names: Vec<(bool, &'static str)>| -> Vec<Field> {
            names.into_iter().filter_map(|(_, name)| Field::named(name)).collect()
        };
        let view = match reader.one_of(VIEW.name) {
            Some("chart") => View::Chart,
            Some("table") => View::Table,
            _ => View::Cases,
        };
        let more = if reader.is_missing(MORE.name) { None } else { fields(reader.some_of(MORE.name)).pop() };
        let measure = match reader.one_of(VALUE.name) {
            Some("share") => Measure::Share,
            Some("pay") => Measure::Pay,
            _ => Measure::Count,
        };
        let group_by = fields(reader.some_of(GROUP_BY.name));
        reader.leave_rest();
        reader.finish()?;
        Ok(Self { view, more, group_by, measure })
    }
}

/// The filter of an address.
pub(in crate::dashboard) fn filter_of(address: &Address) -> Address {
    address.keeping(|name| FilterParameters::PARAMETERS.iter().any(|parameter| parameter.name == name))
}

/// The fields of which cases are chosen by a range.
pub(super) fn ranges() -> impl Iterator<Item = Field> {
    let is_range = |field: &Field| {
        matches!(
            field.kind(),
            FieldKind::Number { .. } | FieldKind::Amount { .. } | FieldKind::Date { .. } | FieldKind::Time
        )
    };
    Field::that_can(FILTER).filter(is_range)
}

/// What stands in front of the name of a field where a form gives the begin of a range.
pub(super) const FROM: &str = "from.";
/// The same for its end.
pub(super) const TO: &str = "to.";

/// The address that a form means: without what was left empty, and with ranges in the place of their ends; `None` where it
/// is as it should be.
pub(in crate::dashboard) fn canonical(address: &Address) -> Option<Address> {
    let is_odd =
        |(name, value): &(String, String)| value.trim().is_empty() || name.starts_with(FROM) || name.starts_with(TO);
    let mut meant = each_dimension_once(address);
    if meant == *address && !address.pairs().iter().any(is_odd) {
        return None;
    }
    for field in ranges() {
        let [from, to] = [FROM, TO].map(|end| format!("{end}{}", field.name()));
        if !address.pairs().iter().any(|(name, _)| *name == from || *name == to) {
            continue;
        }
        let [begin, end] = [&from, &to].map(|end| address.get(end).map(|written| in_figures(field, written.trim())));
        let range = match (begin, end) {
            (None, None) => None,
            (begin, end) => Some(format!("{}..{}", begin.unwrap_or_default(), end.unwrap_or_default())),
        };
        meant = meant.without(&[&from, &to]);
        meant = range.map_or_else(|| meant.without(&[field.name()]), |range| meant.with(field.name(), &range));
    }
    Some(meant.without_empty())
}

/// An end of a range of sums of money in figures, as people write sums in tables: `20万`, `200k`, `200,000`. What is not read stays
/// as it is, to be refused where ranges are read.
pub(in crate::dashboard) fn in_figures(field: Field, written: &str) -> String {
    let read = || {
        currency_of(field)?;
        let mut column = PayColumn::of("年薪", field);
        column.option = Some(mainland());
        let (min, max) = pay::read(written, &column, Context::default()).annual?;
        (min == max).then(|| min.to_string())
    };
    read().unwrap_or_else(|| written.to_owned())
}

/// The same where each dimension is grouped by once: two lists of a form may say the same.
fn each_dimension_once(address: &Address) -> Address {
    let mut dimensions = written_values(&address.get(GROUP_BY.name).unwrap_or_default());
    let given = dimensions.len();
    dimensions.dedup();
    if dimensions.len() == given { address.clone() } else { address.with(GROUP_BY.name, &dimensions.join(",")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_form_sends_becomes_the_address_that_it_means() {
        for (sent, meant) in [
            ("company=baidu", None),
            ("company=baidu&q=", Some("company=baidu")),
            ("from.pay_annual=200000&to.pay_annual=", Some("pay_annual=200000..")),
            ("from.pay_annual=20%E4%B8%87&to.pay_annual=30w", Some("pay_annual=200000..300000")),
            ("from.pay_annual=%E4%BA%8C%E5%8D%81%E4%B8%87&to.pay_annual=300%2C000", Some("pay_annual=200000..300000")),
            ("from.pay_annual=&to.pay_annual=much", Some("pay_annual=..much")),
            ("from.interview_rounds=2&to.interview_rounds=", Some("interview_rounds=2..")),
            ("from.pay_annual=&to.pay_annual=300000&pay_annual=1..2", Some("pay_annual=..300000")),
            ("from.pay_annual=&to.pay_annual=&pay_annual=1..2&view=chart", Some("view=chart")),
            ("from.offered_on=2024&to.offered_on=2025-06", Some("offered_on=2024..2025-06")),
            ("group_by=company&group_by=", Some("group_by=company")),
            ("group_by=company&group_by=company&view=chart", Some("group_by=company&view=chart")),
        ] {
            let found = canonical(&Address::parse("/explore", sent)).map(|address| address.query());
            assert_eq!(found.as_deref(), meant, "{sent}");
        }
    }
}
