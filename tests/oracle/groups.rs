//! Cases by their values, in order, and their pay.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Key, Oracle, pay};

/// A value of a dimension with its cases.
pub struct Line<'a> {
    pub key: Key,
    pub cases: Vec<&'a Value>,
}

impl Oracle {
    /// Cases by their values in some dimensions; one with several values counts in each.
    pub fn grouped<'a>(
        &self,
        cases: &[&'a Value],
        dimensions: &[&str],
        is_exact: bool,
    ) -> BTreeMap<Vec<Key>, Vec<&'a Value>> {
        let mut groups = BTreeMap::<_, Vec<&Value>>::new();
        for case in cases {
            let mut keys: Vec<Vec<Key>> = vec![Vec::new()];
            for dimension in dimensions {
                let values = self.groups_of(case, dimension, is_exact);
                let with =
                    |key: Vec<Key>| values.iter().map(move |value| [&key[..], std::slice::from_ref(value)].concat());
                keys = keys.into_iter().flat_map(with).collect();
            }
            keys.into_iter().for_each(|key| groups.entry(key).or_default().push(case));
        }
        groups
    }

    /// The values of a case in a dimension, with all that they stand under unless each is meant for itself.
    pub fn groups_of(&self, case: &Value, dimension: &str, is_exact: bool) -> BTreeSet<Key> {
        let values = self.values(case, dimension);
        if dimension != "major" || is_exact {
            return values;
        }
        let upwards = |value: Key| match value {
            Some(slug) => self.catalog.upwards(&slug).into_iter().map(Some).collect(),
            None => vec![None],
        };
        values.into_iter().flat_map(upwards).collect()
    }

    /// The values of a dimension in an order, as statistics name it; `currency` is that of medians.
    pub fn lines<'a>(
        &self,
        cases: &[&'a Value],
        (dimension, is_exact): (&str, bool),
        sort: &str,
        currency: Option<&String>,
    ) -> Vec<Line<'a>> {
        let lines = self.grouped(cases, &[dimension], is_exact).into_iter();
        let mut lines: Vec<Line> = lines.map(|(mut key, cases)| Line { key: key.remove(0), cases }).collect();
        let by = sort.trim_start_matches('-');
        let directed = |order: Ordering| if sort.starts_with('-') { order.reverse() } else { order };
        let median = |line: &Line| currency.and_then(|currency| pay_in(&line.cases, currency)["median"].as_f64());
        let own = |line: &Line| line.key.as_ref().map(|value| self.catalog.rank(dimension, value));
        lines.sort_by(|left, right| {
            let unknown_last = left.key.is_none().cmp(&right.key.is_none());
            let by_own_order = own(left).cmp(&own(right));
            let by_value = match by {
                "value" => return unknown_last.then(directed(by_own_order)),
                "count" => directed(left.cases.len().cmp(&right.cases.len())),
                "pay_median" => {
                    let (left, right) = (median(left), median(right));
                    let order = left.unwrap_or(0.0).total_cmp(&right.unwrap_or(0.0));
                    left.is_none().cmp(&right.is_none()).then(directed(order))
                }
                _ => panic!("the oracle does not know the order {sort}"),
            };
            by_value.then(unknown_last).then(by_own_order)
        });
        lines
    }
}

/// The currencies of the pay of cases, the commonest first.
pub fn currencies(cases: &[&Value]) -> Vec<String> {
    let mut counts = BTreeMap::<&str, u64>::new();
    cases.iter().filter_map(|case| pay(case)).for_each(|(currency, _)| *counts.entry(currency).or_default() += 1);
    let mut counts: Vec<_> = counts.into_iter().map(|(currency, count)| (Reverse(count), currency)).collect();
    counts.sort_unstable();
    counts.into_iter().map(|(_, currency)| currency.to_owned()).collect()
}

/// The pay of cases in each of some currencies.
pub fn pay_of(cases: &[&Value], currencies: &[String]) -> Value {
    match currencies {
        [] => json!([percentiles(&Value::Null, &[])]),
        currencies => currencies.iter().map(|currency| pay_in(cases, currency)).collect(),
    }
}

fn pay_in(cases: &[&Value], currency: &str) -> Value {
    let in_currency = |case: &&Value| pay(case).filter(|(own, _)| *own == currency).map(|(_, middle)| middle);
    let mut middles: Vec<f64> = cases.iter().filter_map(in_currency).collect();
    middles.sort_by(f64::total_cmp);
    percentiles(&json!(currency), &middles)
}

/// Percentiles of values in order, which fewer than three do not have: between the two nearest, to the hundredth.
fn percentiles(currency: &Value, values: &[f64]) -> Value {
    let at = |fraction: f64| {
        let rank = (values.len() as f64 - 1.0) * fraction;
        let (below, above) = (values[rank.floor() as usize], values[rank.ceil() as usize]);
        ((below + (above - below) * rank.fract()) * 100.0).round() / 100.0
    };
    let percentile = |fraction, least: usize| (values.len() >= least).then(|| at(fraction));
    let reason = (values.len() < 3).then_some("too_few");
    let end = median_end(values.len()).map(|end| end / (values.len() as f64 - 1.0));
    json!({
        "currency": currency, "n": values.len(), "reason": reason, "p10": percentile(0.1, 20), "p25": percentile(0.25, 3),
        "median": percentile(0.5, 3), "p75": percentile(0.75, 3), "p90": percentile(0.9, 20),
        "median_low": end.map(at), "median_high": end.map(|end| at(1.0 - end)),
    })
}

/// The rank, from 0 on, at which the 95 % interval of the median of so many values begins (Hettmansperger and Sheather
/// 1986); by the logarithms of binomial coefficients, and of very many by the normal distribution.
fn median_end(values: usize) -> Option<f64> {
    let n = values as f64;
    if values >= 1000 {
        return Some((n - 1.0 - 1.959_963_984_540_054 * n.sqrt()) / 2.0);
    }
    let factorial = |number: usize| (1..=number).map(|factor| (factor as f64).ln()).sum::<f64>();
    let all = factorial(values);
    let tosses = |heads: usize| (all - factorial(heads) - factorial(values - heads) - n * 2_f64.ln()).exp();
    let confidence = |k: usize| 1.0 - 2.0 * (0..k).map(tosses).sum::<f64>();
    let k = (1..values).take_while(|k| confidence(*k) >= 0.95).last()?;
    let part = (confidence(k) - 0.95) / (confidence(k) - confidence(k + 1));
    let k = k as f64;
    Some(k - 1.0 + (n - k) * part / (k + (n - 2.0 * k) * part))
}
