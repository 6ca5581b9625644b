//! `/meta`: what it says of a field is so.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{Specified, TestApp};

fn can(field: &Value, ability: &str) -> bool {
    field["can"].as_array().unwrap().contains(&json!(ability))
}

fn slugs<'a>(fields: &'a [Value], ability: &str) -> Vec<&'a str> {
    fields.iter().filter(|field| can(field, ability)).map(|field| field["slug"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_does_what_it_is_said_to_do_and_nothing_else() {
    let app = TestApp::seeded().await;
    let meta = app.get("/api/v1/meta", &[]).await.ok();
    let fields = meta["fields"].as_array().unwrap();
    let specified = Specified::by(&app).await;

    let parameters = specified.filter().into_iter().map(|(name, _)| name);
    let parameters: BTreeSet<String> =
        parameters.filter(|name| !["q", "major_exact"].contains(&name.as_str())).collect();
    assert_eq!(slugs(fields, "filter").into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), parameters);
    assert_eq!(slugs(fields, "group"), specified.dimensions());
    assert_eq!(slugs(fields, "sort"), specified.words("/api/v1/offer-cases", "sort"));
    let compared: BTreeSet<String> = specified.compared().into_iter().collect();
    assert_eq!(slugs(fields, "compare").into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), compared);

    let case = &app.get("/api/v1/offer-cases", &[("limit", "1")]).await.items()[0];
    let given: Vec<&str> = case.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(slugs(fields, "show"), given);
    let words = specified.words("/api/v1/offer-cases", "include").join(",");
    let case = &app.get("/api/v1/offer-cases", &[("limit", "1"), ("include", &words)]).await.items()[0];
    let shown: Vec<&str> = fields
        .iter()
        .filter(|field| can(field, "show") || can(field, "include"))
        .map(|field| field["slug"].as_str().unwrap())
        .collect();
    assert_eq!(
        case.as_object().unwrap().keys().map(String::as_str).collect::<BTreeSet<_>>(),
        shown.into_iter().collect()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_value_that_is_listed_can_be_chosen() {
    let app = TestApp::seeded().await;
    let meta = app.get("/api/v1/meta", &[]).await.ok();
    let unknown = meta["unknown"]["slug"].as_str().unwrap();
    for field in meta["fields"].as_array().unwrap() {
        for name in ["name", "name_en"] {
            assert!(field[name].as_str().is_some_and(|text| !text.is_empty()), "{name} of {field}");
        }
        let slug = field["slug"].as_str().unwrap();
        let values = field["values"].as_array().into_iter().flatten();
        let mut values: Vec<String> = values.map(|value| value["slug"].as_str().unwrap().to_owned()).collect();
        if let Some(resource) = field["resource"].as_str() {
            let entries = app.get(resource, &[]).await.items();
            values.extend(entries.iter().take(5).map(|entry| entry["slug"].as_str().unwrap().to_owned()));
        }
        if can(field, "filter") && field["kind"] != "flag" {
            values.push(unknown.to_owned());
            for value in &values {
                app.get("/api/v1/offer-cases", &[(slug, value), ("limit", "1")]).await.ok();
            }
        }
        let takes_ranges = app.get("/api/v1/offer-cases", &[(slug, "1..")]).await.status == 200
            || app.get("/api/v1/offer-cases", &[(slug, "2024-05..")]).await.status == 200
            || app.get("/api/v1/offer-cases", &[(slug, "2024..")]).await.status == 200;
        assert_eq!(takes_ranges, can(field, "range"), "{field}");
    }
}
