//! The specification: current, complete, true.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::exports::XLSX;
use crate::harness::{Answer, TestApp};

fn specification() -> Value {
    serde_json::from_str(&offer_cases::http::routes::Specification::new().json).unwrap()
}

/// Every operation with its path; what it shares with others (parameters, responses, their headers) in place of the
/// reference to it. References to schemas stay.
fn operations(specification: &Value) -> Vec<(String, Value)> {
    let paths = specification["paths"].as_object().unwrap();
    let mut operations: Vec<(String, Value)> =
        paths.iter().map(|(path, item)| (path.clone(), item["get"].clone())).collect();
    operations.iter_mut().for_each(|(_, operation)| replace_references(operation, specification));
    operations
}

/// Puts what a reference refers to in its place, in all of `value`; but for schemas.
fn replace_references(value: &mut Value, specification: &Value) {
    if let Some(reference) = value["$ref"].as_str().filter(|reference| !reference.contains("/schemas/")) {
        *value = specification.pointer(reference.trim_start_matches('#')).expect(reference).clone();
    }
    match value {
        Value::Object(fields) => fields.values_mut().for_each(|value| replace_references(value, specification)),
        Value::Array(items) => items.iter_mut().for_each(|value| replace_references(value, specification)),
        _ => {}
    }
}

/// The example of a parameter, or of its schema.
fn example_of(parameter: &Value) -> &Value {
    if parameter["example"].is_null() { &parameter["schema"]["examples"][0] } else { &parameter["example"] }
}

#[test]
fn the_committed_specification_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json");
    let current = offer_cases::http::routes::Specification::new().json;
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == current,
        "{path} is stale: renew it with `UPDATE_OPENAPI=1 cargo test committed_specification`"
    );
}

#[test]
fn every_operation_is_described_with_parameters_examples_and_errors() {
    let specification = specification();
    assert_eq!(specification["openapi"], "3.1.0");
    assert_eq!(specification["info"]["title"], "offer-cases");
    let operations = operations(&specification);
    assert!(operations.len() >= 20, "{} operations", operations.len());
    let ids: BTreeSet<&str> =
        operations.iter().map(|(_, operation)| operation["operationId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), operations.len(), "operation ids are unique");
    for (path, operation) in &operations {
        for field in ["summary", "description"] {
            assert!(operation[field].as_str().is_some_and(|text| text.len() > 7), "{field} of {path}");
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = &parameter["name"];
            assert!(parameter["description"].as_str().is_some_and(|text| !text.is_empty()), "{name} of {path}");
            let what = format!("the example of {name} of {path}");
            check(&validator(&specification, &parameter["schema"]), example_of(parameter), &what);
        }
        let responses = operation["responses"].as_object().unwrap();
        let without_data = path == "/health/live" || path == "/api/v1/meta";
        for status in ["200", "400", "500", "503", "504"] {
            if without_data && matches!(status, "503" | "504") {
                assert!(!responses.contains_key(status), "{status} of {path}");
                continue;
            }
            let response = responses.get(status).unwrap_or_else(|| panic!("{status} of {path}"));
            let kind = if status == "200" { media_type(path) } else { "application/problem+json" };
            assert_eq!(response["content"].as_object().unwrap().len(), 1, "one media type for {status} of {path}");
            if kind == XLSX {
                continue;
            }
            assert!(response["content"][kind]["schema"].is_object(), "{status} of {path}");
            if kind != "image/svg+xml" {
                let content = &response["content"][kind];
                let what = format!("the example of {status} of {path}");
                check(&validator(&specification, &content["schema"]), &content["example"], &what);
            }
            assert!(response["headers"]["X-Request-Id"].is_object(), "{status} of {path}");
        }
        assert_eq!(responses.contains_key("404"), path.contains('{'), "404 of {path}");
    }
}

/// The media type of what an address has, told by its ending.
fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        None => "application/json",
        Some("svg") => "image/svg+xml",
        Some("csv") => "text/csv",
        Some("ndjson") => "application/x-ndjson",
        Some("xlsx") => XLSX,
        Some(other) => panic!("{other} has no media type here"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_works_on_the_seed_and_every_answer_is_as_specified() {
    let app = TestApp::seeded().await;
    let specification = specification();
    for (path, operation) in operations(&specification) {
        let mut target = path.clone();
        let mut queries: Vec<(String, String)> = Vec::new();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            let example = match example_of(parameter) {
                Value::Array(items) => items.iter().map(|it| it.as_str().unwrap()).collect::<Vec<_>>().join(","),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            match parameter["in"].as_str() {
                // It is for those who have seen a version.
                Some("header") => {}
                Some("path") => target = target.replace(&format!("{{{name}}}"), &example),
                _ => queries.push((name.to_owned(), example)),
            }
        }
        // A profile may be of anything, but not of nothing.
        let needs_a_profile = path == "/api/v1/comparable-cases";
        let is_required = |name: &str| {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            parameters.clone().any(|parameter| parameter["name"] == name && parameter["required"] == true)
                || (needs_a_profile && name == "major")
        };
        let is_json = media_type(&path) == "application/json";
        let schema = &operation["responses"]["200"]["content"][media_type(&path)]["schema"];
        let required = |name: &str| -> Vec<(&str, &str)> {
            // Statistics are of groups or of a histogram.
            match (path.as_str(), name) {
                ("/api/v1/stats", "histogram" | "bins" | "pay") => return vec![("histogram", "pay")],
                ("/api/v1/stats", "adjust") => {
                    return vec![("group_by", "company"), ("compare", "baidu,bilibili"), ("metrics", "pay")];
                }
                ("/api/v1/stats", _) => return vec![("group_by", "company")],
                _ => {}
            }
            let required = queries.iter().filter(|(name, _)| is_required(name));
            required.map(|(name, value)| (name.as_str(), value.as_str())).collect()
        };
        // A picture or a table is text; what stands in it is for the tests of charts and exports.
        let body = |answer: Answer| {
            assert!(answer.header("content-type").starts_with(media_type(&path)), "{path}: {answer:?}");
            if is_json { answer.ok() } else { json!(answer.text) }
        };
        let validator = validator(&specification, schema);
        check(&validator, &body(app.get(&target, &required("")).await), &target);
        // A place among groups is of one version of the data; the walks of `tables.rs` have such.
        let is_of_groups = path.contains("/stats") || path.contains("/facets");
        for (name, value) in queries.iter().filter(|(name, _)| name != "cursor" || !is_of_groups) {
            let mut parameters = required(name);
            if !parameters.iter().any(|(given, _)| given == name) {
                parameters.push((name, value));
            }
            let answer = body(app.get(&target, &parameters).await);
            check(&validator, &answer, &format!("{target}?{name}={value}"));
        }
    }
}

#[test]
fn an_answer_with_more_or_less_than_is_specified_is_found() {
    let specification = specification();
    let content =
        &specification["paths"]["/api/v1/offer-cases/{id}"]["get"]["responses"]["200"]["content"]["application/json"];
    let validator = validator(&specification, &content["schema"]);
    let with = |change: fn(&mut Value)| {
        let mut answer = content["example"].clone();
        change(&mut answer);
        validator.is_valid(&answer)
    };
    assert!(with(|_| {}));
    assert!(!with(|case| case["colour"] = json!("red")));
    assert!(!with(|case| case["company"]["colour"] = json!("red")));
    assert!(!with(|case| case["revision"] = json!("1")));
    assert!(!with(|case| case["tags"] = json!([1])));
    assert!(!with(|case| drop(case.as_object_mut().unwrap().remove("summary"))));
}

/// The example of each operation is what it answers to this request. Times differ from run to run;
/// long lists are cut short by `limit` where there is one, and to their first item where not.
const EXAMPLES: &[(&str, &str)] = &[
    ("list_offer_cases", "/api/v1/offer-cases?company=B%E7%AB%99&include=raw,source"),
    ("get_offer_case", "/api/v1/offer-cases/{id}?include=raw,source,revisions"),
    (
        "list_comparable_cases",
        "/api/v1/comparable-cases?major=%E5%BF%83%E7%90%86%E5%AD%A6&school_tier=211&highest_degree=bachelor&limit=2",
    ),
    ("list_cases_comparable_to", "/api/v1/offer-cases/{id}/comparable?company=!baidu&limit=1"),
    ("list_likely_duplicates", "/api/v1/offer-cases/{id}/likely-duplicates"),
    ("list_imports", "/api/v1/imports"),
    ("get_import", "/api/v1/imports/1"),
    ("get_stats", "/api/v1/stats?group_by=school_tier&compare=985,211"),
    ("get_pay_position", "/api/v1/stats/position?pay_annual=300000"),
    ("get_facets", "/api/v1/facets?dimensions=company,school_tier,tag&limit=2&major=%E5%B7%A5%E7%A7%91"),
    ("list_companies", "/api/v1/companies?q=B%E7%AB%99"),
    ("get_company", "/api/v1/companies/baidu"),
    ("list_majors", "/api/v1/majors"),
    ("get_major", "/api/v1/majors/psychology-class"),
    ("list_roles", "/api/v1/roles?q=%E5%A4%A7%E6%A8%A1%E5%9E%8B%E7%AD%96%E7%95%A5"),
    ("get_role", "/api/v1/roles/llm-product"),
    ("list_school_tiers", "/api/v1/school-tiers"),
    ("get_school_tier", "/api/v1/school-tiers/985"),
    ("list_schools", "/api/v1/schools?q=%E5%8C%97%E9%82%AE"),
    ("get_school", "/api/v1/schools/zhejiang-university"),
    ("list_provinces", "/api/v1/provinces"),
    ("get_province", "/api/v1/provinces/guangdong"),
    ("list_cities", "/api/v1/cities?province=%E6%B5%B7%E5%8D%97&limit=2"),
    ("get_city", "/api/v1/cities/suzhou-anhui"),
    ("list_tags", "/api/v1/tags"),
    ("get_tag", "/api/v1/tags/career-switch"),
    ("list_sources", "/api/v1/sources"),
    ("get_source", "/api/v1/sources/llm-product-article"),
    ("get_resolution", "/api/v1/resolve?kind=company&q=%E9%87%91%E5%B1%B1"),
    ("get_guide", "/api/v1/guide?lang=en"),
    ("get_meta", "/api/v1/meta"),
    ("get_live", "/health/live"),
    ("get_ready", "/health/ready"),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_are_what_the_service_answers() {
    let app = TestApp::seeded().await;
    let known: BTreeSet<&str> = EXAMPLES.iter().map(|(operation, _)| *operation).collect();
    let specified = operations(&specification());
    // Pictures have none: they are long, and looked at better than read. Tables say theirs themselves.
    let of_data = specified.iter().filter(|(path, _)| media_type(path) == "application/json");
    let specified: BTreeSet<&str> = of_data.map(|(_, operation)| operation["operationId"].as_str().unwrap()).collect();
    assert_eq!(known, specified);
    for (operation, target) in EXAMPLES {
        let id = app.get("/api/v1/offer-cases", &[("major", "心理学")]).await.items()[0]["id"].clone();
        let mut answer = app.get_raw(&target.replace("{id}", id.as_str().unwrap())).await.ok();
        still(&mut answer);
        if *operation == "list_majors" {
            answer["items"].as_array_mut().unwrap().truncate(1);
        }
        let path = format!("{}/openapi/examples/{operation}.json", env!("CARGO_MANIFEST_DIR"));
        let current = serde_json::to_string_pretty(&answer).unwrap() + "\n";
        if std::env::var_os("UPDATE_OPENAPI").is_some() {
            std::fs::write(&path, &current).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == current,
            "{path} is stale: renew it with `UPDATE_OPENAPI=1 cargo test examples`, and the specification after it"
        );
    }
}

/// Puts a fixed time and version in the place of those of this run.
fn still(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match name.as_str() {
                    "created_at" | "updated_at" | "finished_at" => *field = json!("2026-01-01T00:00:00Z"),
                    "dataset_version" => *field = json!(42),
                    // That of a place among groups has the version in it.
                    "next_cursor" | "prev_cursor" => {
                        let bytes = field.as_str().and_then(|cursor| URL_SAFE_NO_PAD.decode(cursor).ok());
                        let place = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
                        if let Some((_, rest)) = place.as_deref().and_then(|place| place.split_once(' ')) {
                            *field = json!(URL_SAFE_NO_PAD.encode(format!("42 {rest}")));
                        }
                    }
                    _ => still(field),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(still),
        _ => {}
    }
}

/// Checks values against a schema of the specification, which must name all that they have.
fn validator(specification: &Value, schema: &Value) -> Validator {
    let mut document = schema.clone();
    document["components"] = specification["components"].clone();
    close(&mut document, false);
    jsonschema::draft202012::new(&document).unwrap_or_else(|error| panic!("{error}: {schema}"))
}

/// Leaves no room for what is not specified. A schema that others are made of stays open: it is closed where it is used.
fn close(schema: &mut Value, is_open: bool) {
    match schema {
        Value::Object(parts) => {
            if !is_open && ["$ref", "properties", "allOf"].iter().any(|keyword| parts.contains_key(*keyword)) {
                parts.insert("unevaluatedProperties".into(), json!(false));
            }
            for (name, part) in parts {
                match (name.as_str(), part) {
                    ("example" | "examples" | "enum" | "default", _) => {}
                    ("schemas" | "properties", Value::Object(schemas)) => {
                        schemas.values_mut().for_each(|schema| close(schema, name == "schemas"));
                    }
                    ("allOf", Value::Array(schemas)) => schemas.iter_mut().for_each(|schema| close(schema, true)),
                    (_, part) => close(part, false),
                }
            }
        }
        Value::Array(parts) => parts.iter_mut().for_each(|part| close(part, false)),
        _ => {}
    }
}

#[track_caller]
fn check(validator: &Validator, value: &Value, what: &str) {
    let mistakes: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(mistakes.is_empty(), "{what}: {mistakes:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_specification_and_its_pages_are_served_without_any_other_host() {
    let app = TestApp::seeded().await;
    assert_eq!(app.get("/openapi.json", &[]).await.ok()["info"]["title"], json!("offer-cases"));
    let page = app.get("/docs/", &[]).await;
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.text.contains("swagger"), "{}", page.text);
    for attribute in ["src=\"", "href=\""] {
        for reference in page.text.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(!reference.contains("//"), "{reference} is on another host");
            let file = app.get(&format!("/docs/{}", reference.trim_start_matches("./")), &[]).await;
            assert_eq!(file.status, 200, "{reference}");
        }
    }
    let settings = app.get("/docs/swagger-initializer.js", &[]).await;
    assert!(settings.text.contains("/openapi.json"), "{}", settings.text);
}
