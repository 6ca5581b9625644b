//! Which two groups a reader wants compared.

use crate::cases::parse::values_named;
use crate::catalog::Catalog;
use crate::engine::tally::Key;
use crate::model::case::{Field, count, names, select};
use crate::model::field::{CONFOUNDER, WITHIN};
use crate::parameters::{Kind, Parameter, ParameterError, ParameterReader, message};
use crate::statistics::parameters::StatisticsQuery;

pub const COMPARE: Parameter = Parameter {
    name: "compare",
    description: "Two values of the first dimension of `group_by`, as its filter takes them: `comparison` says by how much the \
        first is more than the second, with the 95 % interval of that. With one dimension the shares of the two are compared; \
        with two, what share of each has each value of the second, and the rows are these two alone. With `metrics=pay` the \
        medians of annual pay are compared too, in the commonest currency (`pay_currency` chooses another).",
    kind: Kind::Choice { allowed: &[] },
    example: "baidu,bilibili",
};
pub const ADJUST: Parameter = Parameter {
    name: "adjust",
    description: "With `compare`: what the difference is where both groups are put together alike by these dimensions (direct \
        standardisation). What is within a value of them is compared, and that put together as the cases of both groups are \
        spread over these values. Pay is adjusted, and with two dimensions shares.",
    kind: Kind::SomeOf { allowed: STRATIFIERS, sign: None, default: &[], least: 1, most: Some(3) },
    example: "offered_year,highest_degree",
};

/// The fields within whose values groups can be compared.
const STRATIFIERS: &[&str] = &names::<{ count(WITHIN) }>(select(WITHIN));

/// Two groups to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparisonQuery {
    /// Their values of the first dimension.
    pub groups: [Key; 2],
    /// The fields by which they are adjusted.
    pub adjust: Vec<Field>,
}

impl ComparisonQuery {
    /// Takes the parameters out of a request; mistakes stay with the reader. `None` where nothing is to be compared.
    pub fn take(reader: &mut ParameterReader, catalog: &Catalog, query: &StatisticsQuery) -> Option<Self> {
        if reader.is_missing(COMPARE.name) {
            let why = message!("adjusts a comparison, and needs `compare`", "用于校正两组的比较，需要 `compare`");
            reader.refuse(&[ADJUST], &why);
            reader.some_of(ADJUST.name);
            return None;
        }
        let values = values_named(reader, COMPARE.name, catalog, query.first);
        let adjust = reader.some_of(ADJUST.name).into_iter().filter_map(|(_, name)| Field::named(name)).collect();
        let Ok(groups) = <[Key; 2]>::try_from(values) else {
            if !reader.is_wrong(COMPARE.name) {
                let dimension = query.first.name();
                reader.wrong(ParameterError::new(
                    COMPARE.name,
                    message!(
                        "takes two different values of `{dimension}`, with a comma between them and no `!`",
                        "需要 `{dimension}` 的两个不同的值，以逗号分隔，不带 `!`"
                    ),
                ));
            }
            return None;
        };
        let comparison = Self { groups, adjust };
        comparison.check(reader, query);
        Some(comparison)
    }

    /// What does not go together.
    fn check(&self, reader: &mut ParameterReader, query: &StatisticsQuery) {
        if let Some(grouped) = self.adjust.iter().find(|field| query.dimensions().contains(field)) {
            let name = grouped.name();
            let why = message!(
                "`{name}` is grouped by: within one value of it there is nothing to compare",
                "`{name}` 已用于分组，在它的同一取值之内没有可比较的"
            );
            reader.wrong(ParameterError::new(ADJUST.name, why));
        }
        if !self.adjust.is_empty() && query.second.is_none() && !query.metrics.pay {
            let why = message!(
                "adjusts pay (`metrics=pay`), or the shares of a second dimension in `group_by`",
                "校正薪资（`metrics=pay`）或 `group_by` 中第二个维度的占比"
            );
            reader.wrong(ParameterError::new(ADJUST.name, why));
        }
    }

    /// The fields inside which it is looked whether an order turns: those that are asked to be adjusted by, and those that
    /// often make it turn.
    pub fn third_fields(&self, dimensions: &[Field]) -> Vec<Field> {
        let mut fields = self.adjust.clone();
        let often = Field::that_can(CONFOUNDER).filter(|field| !dimensions.contains(field));
        often.for_each(|field| fields.extend((!self.adjust.contains(&field)).then_some(field)));
        fields
    }
}
