//! Facets and statistics.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::groups::{Line, currencies, pay_of};
use super::{Key, Oracle, given, number_given, pay as pay_in_currency};

/// Parameters of statistics and facets that are none of the filter.
const OWN: &[&str] = &["group_by", "metrics", "min_count", "normalize", "sort", "limit", "dimensions"];

/// Whether the values of a dimension are periods of time.
fn is_time(dimension: &str) -> bool {
    ["offered_year", "offered_month"].contains(&dimension)
}

/// Whether the values of a dimension have an order that means something, in which they stand unless another is asked for.
fn is_ordered(dimension: &str) -> bool {
    is_time(dimension)
        || dimension.ends_with("_tier")
        || ["highest_degree", "role_level", "verification"].contains(&dimension)
}

/// Groups that are told together.
#[derive(Default)]
struct Folded {
    groups: usize,
    count: usize,
}

impl Folded {
    fn add(&mut self, cases: usize) {
        self.groups += 1;
        self.count += cases;
    }

    fn json(&self) -> Value {
        if self.groups == 0 { Value::Null } else { json!({"groups": self.groups, "count": self.count}) }
    }
}

/// What statistics are asked for, and of which cases.
struct Question<'a> {
    cases: Vec<&'a Value>,
    dimensions: Vec<&'a str>,
    share: bool,
    pay: bool,
    min_count: usize,
    normalize: &'a str,
    sort: Option<&'a str>,
    limit: usize,
    currencies: Vec<String>,
    is_exact: bool,
}

impl<'a> Question<'a> {
    fn new(oracle: &'a Oracle, parameters: &'a [(String, String)]) -> Self {
        let filter: Vec<_> = parameters.iter().filter(|(name, _)| !OWN.contains(&name.as_str())).cloned().collect();
        let cases = oracle.chosen(&filter);
        let metrics = given(parameters, "metrics").unwrap_or("count,share");
        Self {
            dimensions: given(parameters, "group_by").unwrap().split(',').collect(),
            share: metrics.contains("share"),
            pay: metrics.contains("pay"),
            min_count: number_given(parameters, "min_count", 1),
            normalize: given(parameters, "normalize").unwrap_or("all"),
            sort: given(parameters, "sort"),
            limit: number_given(parameters, "limit", 100),
            currencies: currencies(&cases),
            is_exact: given(parameters, "major_exact") == Some("true"),
            cases,
        }
    }

    /// The lines of a dimension that there is room for: of periods the latest, unless an order is asked for.
    fn lines(&self, oracle: &Oracle, dimension: &str) -> (Vec<Line<'a>>, Folded) {
        let usual = if is_ordered(dimension) { "value" } else { "-count" };
        let sort = self.sort.unwrap_or(usual);
        let mut lines = oracle.lines(&self.cases, (dimension, self.is_exact), sort, self.currencies.first());
        let surplus = lines.len().saturating_sub(self.limit);
        let cut =
            if self.sort.is_none() && is_time(dimension) { 0..surplus } else { lines.len() - surplus..lines.len() };
        let mut others = Folded::default();
        lines.drain(cut).for_each(|line| others.add(line.cases.len()));
        (lines, others)
    }

    fn group(&self, keys: &[(&str, &Key)], cases: &[&Value], denominator: usize) -> Value {
        let mut group = json!({"keys": keys.iter().map(|key| named(*key)).collect::<Vec<_>>(), "count": cases.len()});
        if sources_of(&self.cases).len() > 1 {
            let of_sources = sources_of(cases);
            let largest = of_sources.values().max().map(|cases| *cases as f64).unwrap_or_default() / cases.len() as f64;
            group["sources"] = json!({"count": of_sources.len(), "largest_share": (largest * 1e6).round() / 1e6});
        }
        if self.share {
            let value = (cases.len() as f64 / denominator as f64 * 1e6).round() / 1e6;
            group["share"] = json!({"value": value, "denominator": denominator});
        }
        if self.pay {
            group["pay"] = pay_of(cases, &self.currencies);
        }
        group
    }

    fn answer(&self, groups: Vec<Value>, other: &Folded) -> Value {
        let mut answer = json!({
            "group_by": self.dimensions, "total": self.cases.len(), "groups": groups, "other": other.json(),
            "suppressed": null,
        });
        if self.pay {
            answer["pay"] = pay_of(&self.cases, &self.currencies);
        }
        answer
    }
}

/// Numbers of cases by source.
fn sources_of<'a>(cases: &[&'a Value]) -> BTreeMap<&'a str, u64> {
    let mut sources = BTreeMap::new();
    cases.iter().for_each(|case| *sources.entry(case["source"].as_str().unwrap()).or_default() += 1);
    sources
}

fn named((dimension, key): (&str, &Key)) -> Value {
    json!({"dimension": dimension, "value": written(key)})
}

/// How a value stands in an answer.
fn written(key: &Key) -> &str {
    key.as_deref().unwrap_or("unknown")
}

/// A value with its number of cases.
fn counted(dimension: &str, line: &Line) -> Value {
    json!({"dimension": dimension, "value": written(&line.key), "count": line.cases.len()})
}

/// The values of a dimension that are chosen one by one, the unknown last.
fn named_values<'a>(parameters: &'a [(String, String)], dimension: &str) -> Vec<&'a str> {
    let written = given(parameters, dimension).unwrap_or_default();
    let named =
        written.split(',').filter(|value| !(value.is_empty() || value.starts_with('!') || value.contains("..")));
    let mut values: Vec<&str> = Vec::new();
    named.for_each(|value| values.extend((!values.contains(&value)).then_some(value)));
    values.sort_by_key(|value| *value == "unknown");
    values
}

impl Oracle {
    /// The values of each dimension under the filter without its own parameter.
    pub fn facets(&self, parameters: &[(String, String)]) -> Value {
        let dimensions = given(parameters, "dimensions").expect("all dimensions are named");
        let limit = number_given(parameters, "limit", 10);
        let is_exact = given(parameters, "major_exact") == Some("true");
        let facet = |dimension: &str| {
            let others = parameters.iter().filter(|(name, _)| name != dimension && !OWN.contains(&name.as_str()));
            let cases = self.chosen(&others.cloned().collect::<Vec<_>>());
            let sort = if is_time(dimension) { "-value" } else { "-count" };
            let mut lines = self.lines(&cases, (dimension, is_exact), sort, None);
            let mut other = Folded::default();
            let beyond: Vec<Line> = lines.drain(limit.min(lines.len())..).collect();
            beyond.iter().for_each(|line| other.add(line.cases.len()));
            let mut values: Vec<Value> = lines.iter().map(|line| counted(dimension, line)).collect();
            for value in named_values(parameters, dimension) {
                if values.iter().all(|shown| shown["value"] != value) {
                    let line = beyond.iter().find(|line| written(&line.key) == value);
                    let count = line.map_or(0, |line| line.cases.len());
                    values.push(json!({"dimension": dimension, "value": value, "count": count}));
                    other.groups -= usize::from(count > 0);
                    other.count -= count;
                }
            }
            json!({
                "dimension": dimension, "total": cases.len(), "values": values, "other": other.json(),
                "suppressed": null,
            })
        };
        json!({"facets": dimensions.split(',').map(facet).collect::<Vec<_>>()})
    }

    /// How pay is spread over the bins of an answer: all that follows from where these lie.
    pub fn histogram(&self, filter: &[(String, String)], answered: &Value, pay: f64) -> Value {
        let cases = self.chosen(filter);
        let currencies = currencies(&cases);
        let mut histogram = pay_of(&cases, &currencies)[0].clone();
        let middles = |wanted: bool| -> Vec<f64> {
            let known = cases.iter().filter_map(|case| pay_in_currency(case));
            known
                .filter(|(own, _)| (Some(*own) == currencies.first().map(String::as_str)) == wanted)
                .map(|it| it.1)
                .collect()
        };
        let (own, others) = (middles(true), middles(false));
        let share = |count: usize| {
            let value = (count as f64 / own.len() as f64 * 1e6).round() / 1e6;
            json!({"value": value, "denominator": own.len()})
        };
        let bin = |bin: &Value| {
            let is_in = |middle: &&f64| {
                bin["from"].as_f64().is_none_or(|from| from <= **middle)
                    && bin["to"].as_f64().is_none_or(|to| **middle < to)
            };
            let count = own.iter().filter(is_in).count();
            json!({"from": bin["from"], "to": bin["to"], "count": count, "share": share(count)})
        };
        histogram["unknown"] = json!(cases.len() - own.len() - others.len());
        histogram["other_currencies"] = json!(others.len());
        histogram["bin_width"] = answered["bin_width"].clone();
        histogram["bins"] = answered["bins"].as_array().unwrap().iter().map(bin).collect();
        histogram["suppressed"] = Value::Null;
        let below = own.iter().filter(|middle| **middle < pay).count();
        let equal = own.iter().filter(|middle| **middle == pay).count();
        let is_told = histogram["reason"].is_null();
        histogram["standing"] = json!({
            "pay": pay as u64, "below": is_told.then(|| share(below)), "equal": is_told.then_some(equal),
            "reason": histogram["reason"],
        });
        let total = cases.len();
        json!({"group_by": [], "total": total, "groups": [], "other": null, "suppressed": null, "histogram": histogram})
    }

    /// The pay in a currency of the cases of a filter.
    pub fn pays(&self, filter: &[(String, String)], currency: Option<&str>) -> Vec<f64> {
        let cases = self.chosen(filter);
        let paid = cases.iter().filter_map(|case| pay_in_currency(case));
        paid.filter(|(own, _)| Some(*own) == currency).map(|(_, middle)| middle).collect()
    }

    /// Groups of one or two dimensions.
    pub fn statistics(&self, parameters: &[(String, String)]) -> Value {
        let question = Question::new(self, parameters);
        match question.dimensions[..] {
            [dimension] => self.by_one(&question, dimension),
            [first, second] => self.by_two(&question, first, second),
            _ => panic!("one or two dimensions, not {parameters:?}"),
        }
    }

    fn by_one(&self, question: &Question, dimension: &str) -> Value {
        let (mut lines, mut other) = question.lines(self, dimension);
        lines.extract_if(.., |line| line.cases.len() < question.min_count).for_each(|line| other.add(line.cases.len()));
        let all = question.cases.len();
        let groups = self.grouped(&question.cases, &[dimension], question.is_exact);
        let unknown = groups.get(&vec![None]).map_or(0, Vec::len);
        let rounded = |share: f64| (share * 1e6).round() / 1e6;
        let group = |line: &Line| {
            let mut group = question.group(&[(dimension, &line.key)], &line.cases, all);
            if question.share && line.key.is_some() {
                let cases = line.cases.len() as f64;
                let (known, all) = (all - unknown, all as f64);
                group["share_of_known"] = json!({"value": rounded(cases / known as f64), "denominator": known});
                let most = (cases + unknown as f64).min(all) / all;
                group["share_bounds"] = json!({"least": rounded(cases / all), "most": rounded(most)});
            }
            group
        };
        question.answer(lines.iter().map(group).collect(), &other)
    }

    fn by_two(&self, question: &Question, first: &str, second: &str) -> Value {
        let (rows, columns) = (question.lines(self, first).0, question.lines(self, second).0);
        let mut cells: BTreeMap<Vec<Key>, Vec<&Value>> =
            self.grouped(&question.cases, &[first, second], question.is_exact);
        let nothing = (question.min_count == 1).then_some(0);
        let mut counts = vec![vec![json!(nothing); columns.len()]; rows.len()];
        let mut shares = vec![vec![json!(nothing.map(f64::from)); columns.len()]; rows.len()];
        let mut medians = vec![vec![Value::Null; columns.len()]; rows.len()];
        let (mut groups, mut other) = (Vec::new(), Folded::default());
        for (row, of_row) in rows.iter().enumerate() {
            for (column, of_column) in columns.iter().enumerate() {
                let Some(cases) = cells.remove(&vec![of_row.key.clone(), of_column.key.clone()]) else { continue };
                if cases.len() < question.min_count {
                    other.add(cases.len());
                    continue;
                }
                let denominator = match question.normalize {
                    "row" => of_row.cases.len(),
                    "column" => of_column.cases.len(),
                    _ => question.cases.len(),
                };
                let group = question.group(&[(first, &of_row.key), (second, &of_column.key)], &cases, denominator);
                counts[row][column] = json!(cases.len());
                shares[row][column] = group["share"]["value"].clone();
                medians[row][column] = group["pay"][0]["median"].clone();
                groups.push(group);
            }
        }
        cells.into_values().for_each(|cases| other.add(cases.len()));
        let lines = |dimension: &str, lines: &[Line]| -> Vec<Value> {
            lines.iter().map(|line| counted(dimension, line)).collect()
        };
        let mut matrix = json!({"rows": lines(first, &rows), "columns": lines(second, &columns), "counts": counts});
        if question.share {
            matrix["shares"] = json!(shares);
        }
        if question.pay {
            matrix["pay_medians"] = json!(medians);
            matrix["pay_currency"] = json!(question.currencies.first());
        }
        let mut answer = question.answer(groups, &other);
        answer["matrix"] = matrix;
        answer
    }
}
