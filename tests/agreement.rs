//! Lists, exports, facets, statistics and charts say the same for any filter: tried with filters made by chance over
//! cases made by chance, everything counted again from the cases themselves.

use std::collections::{BTreeMap, BTreeSet};

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

use crate::harness::TestApp;
use crate::harness::chance::{made_filter, store_made_cases};

/// Cases that are made.
const CASES: usize = 400;
/// Filters that are tried.
const FILTERS: usize = 40;

/// Dimensions that are counted, each with the parameter that filters by it.
const DIMENSIONS: &[(&str, &str)] = &[
    ("company", "company"),
    ("role", "role"),
    ("major", "major"),
    ("school_tier", "school_tier"),
    ("bachelor_tier", "bachelor_tier"),
    ("master_tier", "master_tier"),
    ("doctor_tier", "doctor_tier"),
    ("any_tier", "any_tier"),
    ("school", "school"),
    ("highest_degree", "highest_degree"),
    ("offer_channel", "offer_channel"),
    ("city", "city"),
    ("tag", "tag"),
    ("verification", "verification"),
    ("source", "source"),
    ("offered_year", "offered_on"),
    ("offered_month", "offered_on"),
];

/// The values of a case in a dimension; the unknown as null.
fn values(case: &Value, dimension: &str) -> BTreeSet<Option<String>> {
    let slug = |field: &Value| field.get("slug").unwrap_or(field).as_str().map(str::to_owned);
    let or_unknown = |values: BTreeSet<Option<String>>| if values.is_empty() { BTreeSet::from([None]) } else { values };
    let date = case["offered_on"].as_str();
    match dimension {
        "tag" => or_unknown(case["tags"].as_array().unwrap().iter().map(slug).collect()),
        "any_tier" => {
            let tiers = ["bachelor_tier", "master_tier", "doctor_tier", "school_tier"].map(|name| slug(&case[name]));
            or_unknown(tiers.into_iter().filter(Option::is_some).collect())
        }
        "offered_year" => BTreeSet::from([date.map(|date| date[..4].to_owned())]),
        "offered_month" => {
            let known = date.filter(|_| case["offered_precision"] != "year");
            BTreeSet::from([known.map(|date| date[..7].to_owned())])
        }
        field => BTreeSet::from([slug(&case[field])]),
    }
}

type Counts = BTreeMap<Vec<Option<String>>, u64>;

/// Cases by their values in one or two dimensions.
fn counted(cases: &[Value], dimensions: &[&str]) -> Counts {
    let mut counts = Counts::new();
    for case in cases {
        let mut keys: Vec<Vec<Option<String>>> = vec![Vec::new()];
        for dimension in dimensions {
            let values = values(case, dimension);
            keys = keys
                .into_iter()
                .flat_map(|key| values.iter().map(move |value| [&key[..], std::slice::from_ref(value)].concat()))
                .collect();
        }
        for key in keys {
            *counts.entry(key).or_default() += 1;
        }
    }
    counts
}

fn told(groups: &Value) -> Counts {
    let key = |key: &Value| key["value"].as_str().map(str::to_owned);
    let keys = |group: &Value| match group["keys"].as_array() {
        Some(keys) => keys.iter().map(key).collect(),
        None => vec![key(group)],
    };
    groups.as_array().unwrap().iter().map(|group| (keys(group), group["count"].as_u64().unwrap())).collect()
}

/// All cases of a filter, page by page, with their sources.
async fn paged(app: &TestApp, filter: &[(&str, &str)]) -> Vec<Value> {
    let (mut cases, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let mut parameters = [filter, &[("limit", "150"), ("include", "source"), ("sort", "pay_annual")]].concat();
        parameters.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let page = app.get("/api/v1/offer-cases", &parameters).await.ok();
        cases.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return cases,
        }
    }
}

async fn the_forms_agree(app: &TestApp, filter: &[(&str, &str)], cases: &[Value]) {
    let parameters = [filter, &[("include", "source"), ("sort", "pay_annual")]].concat();
    let ndjson = app.get("/api/v1/offer-cases", &[&parameters[..], &[("format", "ndjson")]].concat()).await;
    let lines: Vec<Value> = ndjson.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines, cases, "{filter:?}");
    let csv = app.get("/api/v1/offer-cases", &[&parameters[..], &[("format", "csv")]].concat()).await;
    let mut reader = csv::Reader::from_reader(csv.text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let column = |name: &str| header.iter().position(|column| column == name).unwrap();
    for (field, of) in [("id", column("id")), ("city", column("city")), ("offered_on", column("offered_on"))] {
        let cells: Vec<&str> = rows.iter().map(|row| &row[of]).collect();
        let listed: Vec<&str> = cases.iter().map(|case| case[field].as_str().unwrap_or_default()).collect();
        assert_eq!(cells, listed, "{field} of {filter:?}");
    }
    let counted = app.get("/api/v1/offer-cases", &[filter, &[("count", "exact"), ("limit", "1")]].concat()).await.ok();
    assert_eq!(counted["total"], cases.len(), "{filter:?}");
}

async fn the_facets_agree(app: &TestApp, filter: &[(&str, &str)], cases: &[Value]) {
    let facets = app.get("/api/v1/facets", &[filter, &[("limit", "1000")]].concat()).await.ok();
    for facet in facets["facets"].as_array().unwrap() {
        let dimension = facet["dimension"].as_str().unwrap();
        let Some((_, parameter)) = DIMENSIONS.iter().find(|(name, _)| *name == dimension) else { continue };
        let others: Vec<(&str, &str)> = filter.iter().copied().filter(|(name, _)| name != parameter).collect();
        let without = if others.len() == filter.len() { cases.to_vec() } else { paged(app, &others).await };
        assert_eq!(told(&facet["values"]), counted(&without, &[dimension]), "{dimension} of {filter:?}");
        assert_eq!((&facet["total"], &facet["other"]), (&json!(without.len()), &Value::Null));
    }
}

/// The pay of cases in a currency: the middles, in order.
fn middles<'a>(cases: impl Iterator<Item = &'a Value>, currency: &str) -> Vec<f64> {
    let middle = |case: &Value| {
        let (min, max) = (case["pay_annual_min"].as_f64()?, case["pay_annual_max"].as_f64()?);
        (case["pay_currency"] == currency).then_some((min + max) / 2.0)
    };
    let mut middles: Vec<f64> = cases.filter_map(middle).collect();
    middles.sort_by(f64::total_cmp);
    middles
}

async fn the_statistics_agree(app: &TestApp, filter: &[(&str, &str)], cases: &[Value], dimensions: &[&str]) {
    let group_by = dimensions.join(",");
    let parameters = [filter, &[("group_by", &group_by), ("metrics", "share,pay"), ("limit", "200")]].concat();
    let statistics = app.get("/api/v1/stats", &parameters).await.ok();
    assert_eq!(statistics["total"], cases.len(), "{parameters:?}");
    assert_eq!(told(&statistics["groups"]), counted(cases, dimensions), "{parameters:?}");
    for group in statistics["groups"].as_array().unwrap() {
        let share = group["share"]["value"].as_f64().unwrap();
        let expected = group["count"].as_f64().unwrap() / cases.len() as f64;
        assert!((share - expected).abs() < 1e-6, "{group}");
        let keys: Vec<Option<String>> = told(&json!([group])).into_keys().next().unwrap();
        let in_group = |case: &&Value| dimensions.iter().zip(&keys).all(|(name, key)| values(case, name).contains(key));
        for pay in group["pay"].as_array().unwrap() {
            let middles = middles(cases.iter().filter(in_group), pay["currency"].as_str().unwrap_or_default());
            assert_eq!(pay["n"], middles.len(), "{parameters:?} {group}");
            let expected = (middles.len() >= 3).then(|| {
                let rank = (middles.len() - 1) as f64 / 4.0;
                let (below, above) = (middles[rank.floor() as usize], middles[rank.ceil() as usize]);
                below + (above - below) * rank.fract()
            });
            let is_as_expected = match (pay["p25"].as_f64(), expected) {
                (Some(found), Some(expected)) => (found - expected).abs() < 0.01,
                (found, expected) => found.is_none() && expected.is_none() && pay["reason"] == "too_few",
            };
            assert!(is_as_expected, "{pay} instead of {expected:?} in {parameters:?}");
        }
    }
}

/// The numbers that stand in a picture as texts by themselves.
fn numbers(picture: &str) -> Vec<u64> {
    let document = roxmltree::Document::parse(picture).unwrap();
    let texts = document.descendants().filter(|node| node.tag_name().name() == "text");
    texts.filter_map(|node| node.text()?.trim().parse().ok()).collect()
}

async fn the_charts_agree(app: &TestApp, filter: &[(&str, &str)], cases: &[Value], dimensions: &[&str]) {
    let bars =
        app.get("/api/v1/charts/bar.svg", &[filter, &[("group_by", dimensions[0]), ("limit", "50")]].concat()).await;
    assert_eq!(bars.status, 200, "{bars:?}");
    let drawn = numbers(&bars.text);
    for (key, count) in counted(cases, &dimensions[..1]) {
        assert!(drawn.contains(&count), "{key:?} {count} of {filter:?} in {drawn:?}");
    }
    let crossed = dimensions.join(",");
    let map =
        app.get("/api/v1/charts/heatmap.svg", &[filter, &[("group_by", &crossed), ("limit", "50")]].concat()).await;
    assert_eq!(map.status, 200, "{map:?}");
    let drawn = numbers(&map.text);
    let mut expected: BTreeMap<u64, usize> = BTreeMap::new();
    for count in counted(cases, dimensions).into_values() {
        *expected.entry(count).or_default() += 1;
    }
    for (count, times) in expected {
        let found = drawn.iter().filter(|number| **number == count).count();
        assert!(found >= times, "{count} stands {found} instead of {times} times: {filter:?} by {crossed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_exports_facets_statistics_and_charts_agree_for_any_filter() {
    let app = TestApp::seeded().await;
    let mut random = StdRng::seed_from_u64(20_261_124);
    store_made_cases(&app.database, &mut random, 0..CASES).await;
    let (mut some, mut all) = (0, 0);
    for _ in 0..FILTERS {
        let filter = made_filter(&mut random);
        let filter: Vec<(&str, &str)> = filter.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let cases = paged(&app, &filter).await;
        some += usize::from(!cases.is_empty() && cases.len() < CASES);
        all += cases.len();
        the_forms_agree(&app, &filter, &cases).await;
        the_facets_agree(&app, &filter, &cases).await;
        let dimensions: Vec<&str> = DIMENSIONS.sample(&mut random, 2).map(|(name, _)| *name).collect();
        the_statistics_agree(&app, &filter, &cases, &dimensions[..1]).await;
        the_statistics_agree(&app, &filter, &cases, &dimensions).await;
        the_charts_agree(&app, &filter, &cases, &dimensions).await;
    }
    assert!(some > FILTERS / 2, "only {some} filters chose some of the cases, {all} in all: they are too simple");
}
