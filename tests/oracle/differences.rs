//! Two groups compared: what is counted of them, and what follows from that by weighted sums. Intervals are for other tests.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::groups::currencies;
use super::{Key, Oracle, pay};

/// Which two groups are compared.
pub struct Compared<'a> {
    /// The dimension, and the second one.
    pub dimensions: [&'a str; 2],
    /// Their values.
    pub groups: [Key; 2],
    /// By what they are adjusted.
    pub adjust: &'a str,
    /// Whether a major stands for itself alone.
    pub is_exact: bool,
}

/// The fewest of each side that are compared.
const FEWEST: usize = 6;

fn rounded(value: f64, places: f64) -> f64 {
    (value * places).round() / places
}

fn middle(pays: &mut [f64]) -> Option<f64> {
    pays.sort_by(f64::total_cmp);
    let last = pays.len().checked_sub(1)?;
    Some(f64::midpoint(pays[last / 2], pays[last.div_ceil(2)]))
}

impl Oracle {
    /// What a comparison says of the cases of a filter, in the order in which it stands in the answer of the service.
    pub fn compared(&self, filter: &[(String, String)], asked: &Compared, columns: &[Key]) -> Value {
        let cases = self.chosen(filter);
        let [first, second] = asked.dimensions;
        let groups = self.grouped(&cases, &[first], asked.is_exact);
        let sides = asked.groups.each_ref().map(|key| groups.get(&vec![key.clone()]).cloned().unwrap_or_default());
        let ids = |cases: &[&Value]| cases.iter().map(|case| case["id"].to_string()).collect::<BTreeSet<_>>();
        let in_both = ids(&sides[0]).intersection(&ids(&sides[1])).count();
        let of_second = |case: &&Value| (case["id"].to_string(), self.groups_of(case, second, asked.is_exact));
        let of_second: BTreeMap<String, BTreeSet<Key>> = sides.iter().flatten().map(of_second).collect();
        let is_second = |case: &Value, value: &Key| of_second[&case["id"].to_string()].contains(value);
        let shares = columns.iter().map(|value| {
            let counted = |cases: &[&Value]| {
                let known: Vec<&&Value> = cases.iter().filter(|case| !is_second(case, &None)).collect();
                (known.iter().filter(|case| is_second(case, value)).count() as f64, known.len())
            };
            let values = sides.each_ref().map(|side| counted(side));
            let share = |(count, known): (f64, usize)| (known > 0).then(|| rounded(count / known as f64, 1e6));
            let adjusted = self.adjusted(&sides, asked.adjust, 1, 1e6, |cases| {
                let (count, known) = counted(cases);
                (known, (known > 0).then(|| count / known as f64))
            });
            json!({
                "values": values.map(share).into_iter().flatten().collect::<Vec<f64>>(),
                "is_compared": in_both == 0 && values.iter().all(|(_, known)| *known >= FEWEST),
                "adjusted": (in_both == 0).then_some(adjusted),
            })
        });
        let currency = currencies(&cases).first().cloned();
        let pays = |cases: &[&Value]| -> Vec<f64> {
            let known = cases.iter().filter_map(|case| pay(case));
            known.filter(|(own, _)| Some(*own) == currency.as_deref()).map(|(_, middle)| middle).collect()
        };
        let n = sides.each_ref().map(|side| pays(side).len());
        let median = |side: &Vec<&Value>| middle(&mut pays(side)).filter(|_| pays(side).len() >= 3);
        let adjusted = self.adjusted(&sides, asked.adjust, FEWEST, 100.0, |cases| {
            let mut pays = pays(cases);
            (pays.len(), middle(&mut pays))
        });
        json!({
            "counts": sides.each_ref().map(Vec::len), "in_both": in_both, "shares": shares.collect::<Vec<_>>(),
            "pay": {
                "currency": currency, "n": n, "medians": sides.each_ref().map(median),
                "is_compared": in_both == 0 && n.iter().all(|n| *n >= FEWEST),
                "adjusted": (in_both == 0).then_some(adjusted),
            },
        })
    }

    /// The weighted sums of what is told within each value of a dimension, where both sides have enough there.
    fn adjusted(
        &self,
        sides: &[Vec<&Value>; 2],
        dimension: &str,
        fewest: usize,
        places: f64,
        told: impl Fn(&[&Value]) -> (usize, Option<f64>),
    ) -> Value {
        let strata: Vec<BTreeMap<Vec<Key>, Vec<&Value>>> =
            sides.iter().map(|side| self.grouped(side, &[dimension], true)).collect();
        let mut sums = (0.0, [0.0; 2], [0; 2], 0);
        for (key, first) in strata[0].iter().filter(|(key, _)| key[0].is_some()) {
            let Some(second) = strata[1].get(key) else { continue };
            let both = [first, second].map(|cases| told(cases));
            let [(one, Some(left)), (other, Some(right))] = both else { continue };
            if one < fewest || other < fewest {
                continue;
            }
            let weight = (one + other) as f64;
            sums.0 += weight;
            sums.1 = [sums.1[0] + weight * left, sums.1[1] + weight * right];
            sums.2 = [sums.2[0] + one, sums.2[1] + other];
            sums.3 += 1;
        }
        let all = sides.each_ref().map(|side| told(side).0);
        let values: Vec<f64> = sums.1.iter().map(|sum| rounded(sum / sums.0, places)).collect();
        json!({
            "values": if sums.3 == 0 { Vec::new() } else { values }, "strata": sums.3, "used": sums.2,
            "left_out": [all[0] - sums.2[0], all[1] - sums.2[1]],
        })
    }
}
