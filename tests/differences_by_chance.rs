//! Comparisons say what the rows of the database say: of groups, filters and dimensions by chance, worked out a second time.

use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, IteratorRandom};
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::harness::chance::store_made_cases;
use crate::harness::questions::{MadeFilters, pairs};
use crate::harness::{Specified, TestApp};
use crate::oracle::{Compared, Key, Oracle};

/// A value of an answer as the oracle knows it.
fn key(value: &Value) -> Key {
    value["value"].as_str().filter(|value| *value != "unknown").map(str::to_owned)
}

/// What of an answer the oracle knows.
fn known(comparison: &Value) -> Value {
    let adjusted = |part: &Value| match &part["adjusted"] {
        Value::Null => Value::Null,
        it => json!({"values": it["values"], "strata": it["strata"], "used": it["used"], "left_out": it["left_out"]}),
    };
    let share = |share: &Value| {
        let values: Vec<&Value> = share["values"].as_array().unwrap().iter().map(|it| &it["value"]).collect();
        json!({"values": values, "is_compared": share["difference"].is_object(), "adjusted": adjusted(share)})
    };
    let counts: Vec<&Value> = comparison["groups"].as_array().unwrap().iter().map(|group| &group["count"]).collect();
    let pay = &comparison["pay"];
    json!({
        "counts": counts, "in_both": comparison["in_both"],
        "shares": comparison["shares"].as_array().unwrap().iter().map(share).collect::<Vec<_>>(),
        "pay": {
            "currency": pay["currency"], "n": pay["n"], "medians": pay["medians"],
            "is_compared": pay["difference"].is_object(), "adjusted": adjusted(pay),
        },
    })
}

/// Whether all figures are the same, but for the last decimal.
fn are_close(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Number(_), Value::Number(_)) => {
            let [found, expected] = [found, expected].map(|it| it.as_f64().unwrap());
            (found - expected).abs() <= 1.1e-6_f64.max(expected.abs() * 1e-7)
        }
        (Value::Array(found), Value::Array(expected)) => {
            found.len() == expected.len() && found.iter().zip(expected).all(|(one, other)| are_close(one, other))
        }
        (Value::Object(found), Value::Object(expected)) => {
            found.len() == expected.len()
                && found.iter().all(|(name, one)| expected.get(name).is_some_and(|other| are_close(one, other)))
        }
        _ => found == expected,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn comparisons_agree_with_the_rows_of_the_database_for_any_filter() {
    let app = TestApp::seeded().await;
    let mut random = StdRng::seed_from_u64(1998);
    store_made_cases(&app.database, &mut random, 0..600).await;
    let specified = Specified::by(&app).await;
    let (mut filters, dimensions) = (MadeFilters::of(&specified), specified.dimensions());
    let stratifiers = specified.words("/api/v1/stats", "adjust");
    let oracle = Oracle::read(&app).await;
    let (mut differences, mut adjusted, mut overlapping) = (0, 0, 0);
    for turn in 0..80 {
        let filter = if random.random_bool(0.5) { Vec::new() } else { filters.make(&mut random) };
        let first = dimensions[turn % dimensions.len()].as_str();
        let second = dimensions.iter().filter(|other| *other != first).choose(&mut random).unwrap();
        let adjust =
            stratifiers.iter().filter(|other| *other != first && *other != second).choose(&mut random).unwrap();
        let groups = app.get("/api/v1/stats", &[&pairs(&filter)[..], &[("group_by", first)]].concat()).await.ok();
        let values: Vec<&Value> = groups["groups"].as_array().unwrap().iter().map(|it| &it["keys"][0]).collect();
        let two: Vec<&&Value> = values.iter().take(4).collect::<Vec<_>>().sample(&mut random, 2).copied().collect();
        let [one, other] = two[..] else { continue };
        // The unknown comes last.
        let (one, other) = if key(one).is_none() { (other, one) } else { (one, other) };
        let compare = [one, other].map(|it| format!("\"{}\"", it["value"].as_str().unwrap()));
        let compare = compare.join(",").replace("\"unknown\"", "unknown");
        let group_by = format!("{first},{second}");
        let own =
            [("group_by", group_by.as_str()), ("compare", &compare), ("adjust", adjust), ("metrics", "share,pay")];
        let own = [&own[..], &[("limit", "200")]].concat();
        let answer = app.get("/api/v1/stats", &[&pairs(&filter)[..], &own].concat()).await.ok();
        let columns = answer["matrix"]["columns"].as_array().unwrap().iter().map(key).filter(Option::is_some);
        let is_exact = filter.iter().any(|(name, value)| name == "major_exact" && value == "true");
        let asked = Compared { dimensions: [first, second], groups: [key(one), key(other)], adjust, is_exact };
        let expected = oracle.compared(&filter, &asked, &columns.collect::<Vec<_>>());
        let found = known(&answer["comparison"]);
        assert!(are_close(&found, &expected), "{filter:?} {own:?}:\n{found}\n{expected}");
        differences += usize::from(found["pay"]["is_compared"] == true);
        adjusted += usize::from(found["pay"]["adjusted"]["strata"].as_u64().is_some_and(|strata| strata > 1));
        overlapping += usize::from(found["in_both"] != 0);
    }
    assert!(
        differences > 30 && adjusted > 10 && overlapping > 0,
        "{differences}, {adjusted}, {overlapping}: too simple"
    );
}
