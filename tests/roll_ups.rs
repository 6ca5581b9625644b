//! Groups that exclude each other: classes and disciplines of majors, groups of companies.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::{CaseBuilder, TestApp};
use crate::statistics::counts;

const STATS: &str = "/api/v1/stats";
const OWN: (&str, &str) = ("source", "own-records");

async fn app_with_majors() -> TestApp {
    let app = TestApp::seeded().await;
    for (major, cases) in [
        ("engineering", 2),
        ("computer-science", 3),
        ("computer-science-and-technology", 4),
        ("software-engineering", 1),
        ("mathematics-and-applied-mathematics", 5),
        ("liberal-arts", 6),
    ] {
        for number in 0..cases {
            CaseBuilder::new(&format!("{major}-{number}"), if number == 0 { "iqiyi" } else { "baidu" })
                .with_source("(select id from sources where slug = 'own-records')")
                .with("major_id", format!("(select id from majors where slug = '{major}')"))
                .store(&app.database)
                .await;
        }
    }
    app
}

fn told(counts: &[(&str, u64)]) -> BTreeMap<String, u64> {
    counts.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_in_one_class_one_discipline_and_one_group_of_companies() {
    let app = app_with_majors().await;
    for (dimension, expected) in [
        ("major_class", told(&[("computer-science", 8), ("mathematics", 5), ("unknown", 8)])),
        ("major_discipline", told(&[("engineering", 10), ("science", 5), ("unknown", 6)])),
        ("company_group", told(&[("baidu", 21)])),
    ] {
        let statistics = app.get(STATS, &[OWN, ("group_by", dimension)]).await.ok();
        assert_eq!(counts(&statistics), expected, "{dimension}");
        let codes = statistics["notices"].to_string();
        assert!(!codes.contains("\"nested\"") && !codes.contains("overlapping"), "{dimension}: {codes}");
        assert_eq!(expected.values().sum::<u64>(), 21, "all cases, each once");
        let facets = app.get("/api/v1/facets", &[OWN, ("dimensions", dimension)]).await.ok();
        let values = facets["facets"][0]["values"].as_array().unwrap();
        let values: BTreeMap<String, u64> =
            values.iter().map(|it| (it["value"].as_str().unwrap().to_owned(), it["count"].as_u64().unwrap())).collect();
        assert_eq!(values, expected, "{dimension}");
        // Each group is what the filter gives by its value.
        for (value, count) in expected {
            let found = app.get("/api/v1/offer-cases", &[OWN, (dimension, &value), ("count", "exact")]).await.ok();
            assert_eq!(found["total"], count, "{dimension}={value}");
            let others = format!("!{value}");
            let found = app.get("/api/v1/offer-cases", &[OWN, (dimension, &others), ("count", "exact")]).await.ok();
            assert_eq!(found["total"], 21 - count, "{dimension}={others}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_that_are_within_each_other_say_so_and_what_to_group_by_instead() {
    let app = app_with_majors().await;
    let notice = async |more: &[(&str, &str)]| {
        let statistics = app.get(STATS, &[&[OWN][..], more].concat()).await.ok();
        let notices = statistics["notices"].as_array().unwrap().clone();
        notices.into_iter().find(|notice| notice["code"] == "nested")
    };
    let nested = notice(&[("group_by", "major")]).await.unwrap();
    for part in ["contain one another", "group by class of majors or discipline"] {
        assert!(nested["message_en"].as_str().unwrap().contains(part), "{nested}");
    }
    assert!(nested["message"].as_str().unwrap().contains("请按专业类或学科门类分组"), "{nested}");
    // Each thing that can be done about it is done by sending what it says.
    let of_two = notice(&[("group_by", "company,major")]).await.unwrap();
    for remedies in [&nested["remedies"], &of_two["remedies"]] {
        let remedies = remedies.as_array().unwrap();
        assert_eq!(remedies.len(), 3, "{remedies:?}");
        for remedy in remedies {
            let sent = (remedy["parameter"].as_str().unwrap(), remedy["value"].as_str().unwrap());
            let group_by =
                if remedies.as_slice() == nested["remedies"].as_array().unwrap() { "major" } else { "company,major" };
            let others = [("group_by", group_by)].into_iter().filter(|(name, _)| *name != sent.0);
            let asked: Vec<_> = others.chain([sent]).collect();
            assert_eq!(notice(&asked).await, None, "{remedy}");
        }
    }
    assert_eq!(of_two["remedies"][0]["value"], "company,major_class");
    assert_eq!(notice(&[("group_by", "major"), ("major_exact", "true")]).await, None);
    assert_eq!(notice(&[("group_by", "tag")]).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn values_of_another_level_are_refused_with_the_one_that_is_meant() {
    let app = TestApp::seeded().await;
    for (parameter, value, part, meant) in [
        ("company_group", "爱奇艺", "`iqiyi` stands under `baidu`", json!("baidu")),
        (
            "major_class",
            "软件工程",
            "`software-engineering` stands under `computer-science`",
            json!("computer-science"),
        ),
        ("major_class", "工学", "`engineering` is no class", Value::Null),
        ("major_discipline", "计算机", "`computer-science` stands under `engineering`", json!("engineering")),
        ("major_discipline", "文科", "`liberal-arts` is no discipline", Value::Null),
        ("major_class", "compter", "no major is called `compter`", json!(null)),
    ] {
        let problem = app.get("/api/v1/offer-cases", &[(parameter, value)]).await.problem(400);
        let error = &problem["errors"][0];
        assert_eq!(error["parameter"], parameter);
        assert!(error["message"].as_str().unwrap().contains(part), "{error}");
        if !part.starts_with("no major") {
            assert_eq!(error["did_you_mean"], meant, "{error}");
        }
    }
    // A class and a company that stand for themselves are taken, by any name.
    for (parameter, value) in [("major_class", "计算机类"), ("major_discipline", "工科"), ("company_group", "度厂")]
    {
        app.get("/api/v1/offer-cases", &[(parameter, value)]).await.ok();
    }
}
