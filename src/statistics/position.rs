//! Where a pay stands among the cases of a filter.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::categories::Context;
use super::comparison::MIN_COMPARED;
use super::histogram::Figures;
use super::notices::Notice;
use super::parameters::{DUPLICATES, MAX_PAY, filter_of_statistics};
use super::pay::Pay;
use super::share::Share;
use crate::cases::filter::CaseFilter;
use crate::cases::parameters::FilterBesidePay;
use crate::catalog::Catalog;
use crate::engine::Columns;
use crate::engine::count::{PayOf, Question, TooManyGroups, count_chosen};
use crate::engine::selection::choose_telling_duplicates;
use crate::model::case::Field;
use crate::parameters::{Kind, Parameter, ParameterError, ParameterReader, ParameterTable, parameter_tables};

const PAY_ANNUAL: Parameter = Parameter {
    name: Field::PayAnnual.name(),
    description: "The annual pay before tax that is looked for, a whole number; in the commonest currency of the cases, or in that \
        of `pay_currency`.",
    kind: Kind::Required(&Kind::Figure { max: MAX_PAY }),
    example: "300000",
};

parameter_tables! {
    /// The parameters of a position, beside those of the filter.
    PositionParameters = &[PAY_ANNUAL, DUPLICATES];
}

/// Which pay is looked for among which cases.
#[derive(Debug, Clone)]
pub struct PositionQuery {
    pay_annual: u32,
    /// Which cases it is compared with.
    pub filter: CaseFilter,
}

impl PositionQuery {
    /// Reads a query string.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(query_string: &str, catalog: &Catalog) -> Result<Self, Vec<ParameterError>> {
        let tables = [PositionParameters::PARAMETERS, FilterBesidePay::PARAMETERS];
        let mut reader = ParameterReader::new(query_string, &tables);
        // Before the filter, which knows a range of pay under this name.
        let pay_annual = reader.figure(PAY_ANNUAL.name).unwrap_or_default();
        let filter = filter_of_statistics(&mut reader, catalog);
        reader.finish()?;
        Ok(Self { pay_annual, filter })
    }
}

/// Why it is not told where a pay stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WithoutPosition {
    /// There are fewer than six figures to compare it with.
    TooFew,
    /// There are fewer figures of a source than it asks for.
    Suppressed,
}

/// Some of the cases with pay.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({"count": 4, "share": {"value": 0.4, "denominator": 10, "low": 0.168_180, "high": 0.687_326}}))]
pub struct Part {
    /// Number of cases.
    pub count: u64,
    /// Their share of all cases with pay in the currency.
    pub share: Share,
}

/// Where a pay stands among the cases of the filter. It is refused, and not guessed, where too few of them have pay: then
/// `below`, `at` and `above` are null for the `reason` that is given.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PayPosition {
    /// All cases of the filter.
    pub total: u64,
    /// The pay that was given, in the currency of `pay`.
    pub pay_annual: u32,
    /// The cases that were paid less.
    #[schema(required)]
    pub below: Option<Part>,
    /// The cases that were paid just this.
    #[schema(required)]
    pub at: Option<Part>,
    /// The cases that were paid more.
    #[schema(required)]
    pub above: Option<Part>,
    /// Why these are not told; null = they are.
    #[schema(required)]
    pub reason: Option<WithoutPosition>,
    /// The pay of the cases, in one currency.
    pub pay: Pay,
    /// Number of cases of which no annual pay is known; null = suppressed.
    #[schema(required)]
    pub unknown: Option<u64>,
    /// Number of cases with annual pay in another currency; null = suppressed.
    #[schema(required)]
    pub other_currencies: Option<u64>,
    /// The version of the data.
    pub dataset_version: i64,
    /// What the reader must know.
    pub notices: Vec<Notice>,
}

/// Works out where a pay stands.
///
/// # Errors
/// Never where there are fewer currencies than can be counted at once.
pub fn compute(columns: &Arc<Columns>, catalog: &Catalog, query: &PositionQuery) -> Result<PayPosition, TooManyGroups> {
    let (rows, duplicates) = choose_telling_duplicates(columns, &query.filter);
    let rows = Arc::new(rows);
    let question = Question { first: Field::PayCurrency, second: None, pay: PayOf::NoGroup, filter: &query.filter };
    let total = count_chosen(columns, catalog, question, Arc::clone(&rows))?.total;
    let Context { sizes, currencies, .. } = Context::new(catalog, &total);
    let currency = currencies.first().map(String::as_str);
    let figures = Figures { columns, rows: &rows, total: &total, sizes: &sizes };
    let ([unknown, other_currencies], pay) = figures.parts_and_pay(currency);
    let reason = match pay.n {
        None => Some(WithoutPosition::Suppressed),
        Some(n) => (n < MIN_COMPARED).then_some(WithoutPosition::TooFew),
    };
    let counts = currency.filter(|_| reason.is_none()).map(|currency| figures.around(currency, query.pay_annual));
    let part = |place: usize| {
        let count = counts?[place];
        Some(Part { count, share: Share::of(count, pay.n?)? })
    };
    let [below, at, above] = [0, 1, 2].map(part);
    let mut notices = vec![Notice::offers_only()];
    notices.extend(Notice::of_sources(catalog, &total));
    notices.extend(Notice::of_duplicates(&query.filter, duplicates, total.count()));
    notices.push(Notice::of_position(reason, pay.n.unwrap_or_default()));
    notices.extend(Notice::of_years(columns, &rows));
    notices.extend(currency.filter(|_| currencies.len() > 1).map(Notice::one_currency));
    Ok(PayPosition {
        total: total.count(),
        pay_annual: query.pay_annual,
        below,
        at,
        above,
        reason,
        pay,
        unknown,
        other_currencies,
        dataset_version: columns.dataset.version,
        notices,
    })
}

impl Notice {
    /// What must be known of a position among `n` figures.
    fn of_position(reason: Option<WithoutPosition>, n: u64) -> Self {
        match reason {
            None => Self::chosen_sample(),
            Some(WithoutPosition::TooFew) => Self::too_few_for_position(n),
            Some(WithoutPosition::Suppressed) => Self::suppressed(),
        }
    }

    /// That it is not told where a pay stands among so few figures.
    fn too_few_for_position(n: u64) -> Self {
        Self::new(
            "too_few_for_position",
            format!(
                "符合条件且写明薪资的只有 {n} 条，不足 {MIN_COMPARED} 条，无法说明这份薪资算高还是算低；请去掉或放宽一些条件。"
            ),
            format!(
                "Only {n} cases with pay fit the conditions, too few to say whether a pay is high or low: at least \
                 {MIN_COMPARED} are needed. Drop or loosen a condition."
            ),
        )
    }
}
