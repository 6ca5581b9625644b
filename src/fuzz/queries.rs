//! Queries: every parameter of every kind, with values of all kinds.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;

use super::{config, text_of};
use crate::cases::list::ListQuery;
use crate::comparable::ComparableQuery;
use crate::import::normalise::tests::catalog;
use crate::model::case::Field;
use crate::parameters::ParameterError;
use crate::statistics::facets::FacetsQuery;
use crate::statistics::parameters::StatisticsQuery;

const VALUES: &[&str] = &[
    "baidu",
    "百度",
    "tencent",
    "985",
    "211",
    "unknown",
    "!",
    ",",
    "..",
    "2024",
    "2024-05",
    "2024-05-01",
    "200000",
    "0",
    "-1",
    "1",
    "\"",
    "master",
    "finance",
    "金融",
    "北京",
    "beijing",
    "career-switch",
    "CNY",
    "true",
    "false",
    "company",
    "major",
    ":",
    "0.5",
    "-",
    " ",
    "count",
    "2024-05-01T00:00:00Z",
    "99999999999999999999",
    "\u{0}",
    "*",
    "(",
    "清华",
    "产品",
    "a\u{301}",
    "\u{202e}",
    "share,pay",
    "row",
    "filter.",
];
const OTHERS: &[&str] = &[
    "q",
    "sort",
    "limit",
    "cursor",
    "fields",
    "include",
    "count",
    "group_by",
    "metrics",
    "normalize",
    "min_count",
    "dimensions",
    "weights",
    "histogram",
    "filter.company",
    "filter.pay_annual",
    "major_exact",
    "any_tier",
    "compny",
    "",
];

/// The name of a parameter, mostly of a field.
fn name() -> impl Strategy<Value = String> {
    let fields: Vec<String> = Field::ALL.iter().map(|field| field.name().to_owned()).collect();
    prop_oneof![
        5 => prop::sample::select(fields),
        4 => prop::sample::select(OTHERS).prop_map(str::to_owned),
        1 => "[a-z_.]{1,12}",
    ]
}

/// Fails where a mistake does not say which parameter it is of, or says it of one that was not given.
fn names_what_was_given<T>(
    read: Result<T, Vec<ParameterError>>,
    given: &[(String, String)],
) -> Result<(), TestCaseError> {
    let Err(mistakes) = read else { return Ok(()) };
    prop_assert!(!mistakes.is_empty());
    for mistake in mistakes {
        let answer = mistake.answer(crate::parameters::Language::English);
        let is_given = given.iter().any(|(name, _)| *name == answer.parameter);
        prop_assert!(
            is_given || ["profile", "group_by"].contains(&&*answer.parameter),
            "{}: {}",
            answer.parameter,
            answer.message
        );
        prop_assert!(!answer.message.is_empty() && answer.message.chars().count() < 2_000, "{}", answer.message);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn a_query_is_understood_or_each_mistake_names_its_parameter(given in prop::collection::vec((name(), text_of(VALUES)), 0..5)) {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pairs: Vec<String> = given.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let query = pairs.join("&");
        names_what_was_given(ListQuery::parse(&query, catalog()), &given)?;
        names_what_was_given(StatisticsQuery::parse(&query, catalog()), &given)?;
        names_what_was_given(FacetsQuery::parse(&query, catalog()), &given)?;
        names_what_was_given(ComparableQuery::parse(&query, catalog()), &given)?;
    }

    #[test]
    fn any_text_is_a_query_or_none(query in any::<String>()) {
        let _ = ListQuery::parse(&query, catalog());
        let _ = StatisticsQuery::parse(&query, catalog());
        let _ = FacetsQuery::parse(&query, catalog());
        let _ = ComparableQuery::parse(&query, catalog());
    }
}
