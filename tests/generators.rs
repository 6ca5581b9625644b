//! The specification as generators of clients want it; what they make of it is tried by `.ci/specification`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::harness::TestApp;

fn specification() -> Value {
    serde_json::from_str(&offer_cases::http::routes::Specification::new().json).unwrap()
}

/// All objects in a document, each with the place where it stands.
fn objects<'a>(value: &'a Value, place: &str, found: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(members) => {
            found.push((place.to_owned(), value));
            members.iter().for_each(|(name, member)| objects(member, &format!("{place}/{name}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| objects(item, &format!("{place}/{index}"), found));
        }
        _ => {}
    }
}

fn all_objects(document: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    objects(document, "", &mut found);
    // What answers look like says nothing of what they may be.
    found.retain(|(place, _)| !place.split('/').any(|part| part == "example" || part == "examples"));
    found
}

#[test]
fn enumerations_hold_plain_words_each_once() {
    let specification = specification();
    let objects = all_objects(&specification);
    let enumerations: Vec<_> = objects.iter().filter(|(_, object)| object["enum"].is_array()).collect();
    assert!(enumerations.len() > 20, "{} enumerations", enumerations.len());
    let is_plain = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_alphanumeric())
            && word.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
    };
    for (place, enumeration) in enumerations {
        let words: Vec<&str> = enumeration["enum"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(words.len(), enumeration["enum"].as_array().unwrap().len(), "other than text in {place}");
        assert!(words.iter().all(|word| is_plain(word)), "{words:?} in {place}");
        let mut known = std::collections::BTreeSet::new();
        assert!(words.iter().all(|word| known.insert(word.to_lowercase())), "{words:?} in {place}");
    }
}

#[test]
fn what_several_operations_share_is_said_once() {
    let specification = specification();
    for kind in ["parameters", "responses", "headers"] {
        let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (place, object) in all_objects(&specification) {
            let Some(things) = object.get(kind) else { continue };
            let things: Vec<&Value> = match things {
                Value::Array(things) => things.iter().collect(),
                Value::Object(things) => things.values().collect(),
                _ => continue,
            };
            for thing in things.into_iter().filter(|thing| thing["$ref"].is_null()) {
                places.entry(thing.to_string()).or_default().push(place.clone());
            }
        }
        let repeated: Vec<_> = places.iter().filter(|(_, places)| places.len() > 1).collect();
        assert!(repeated.is_empty(), "{kind}: {repeated:#?}");
        let shared = specification["components"][kind].as_object().unwrap();
        assert!(!shared.is_empty(), "{kind}");
        for name in shared.keys() {
            let reference = json!(format!("#/components/{kind}/{name}"));
            let uses = all_objects(&specification).iter().filter(|(_, object)| object["$ref"] == reference).count();
            assert!(uses > 0, "{reference} is used nowhere");
        }
    }
}

#[test]
fn components_are_numbered_only_where_several_have_the_same_name() {
    let specification = specification();
    for kind in ["parameters", "responses", "headers"] {
        let shared = specification["components"][kind].as_object().unwrap();
        for name in shared.keys() {
            let Some((plain, number)) = name.rsplit_once('_') else { continue };
            let Ok(number) = number.parse::<u32>() else { continue };
            let before = if number == 2 { plain.to_owned() } else { format!("{plain}_{}", number - 1) };
            assert!(shared.contains_key(&before), "{name} without {before}");
        }
    }
}

/// Texts of the specification that people read.
fn texts(document: &Value) -> BTreeSet<String> {
    let objects = all_objects(document).into_iter();
    let texts = objects.flat_map(|(_, object)| [object["description"].as_str(), object["summary"].as_str()]);
    texts.flatten().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_text_of_the_specification_and_of_a_field_has_its_chinese_and_no_chinese_is_left_over() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/zh.json");
    let chinese: BTreeMap<String, String> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut texts = texts(&specification());
    let meta = TestApp::seeded().await.get("/api/v1/meta", &[]).await.ok();
    for field in meta["fields"].as_array().unwrap() {
        let [text, english] = ["description", "description_en"].map(|name| field[name].as_str().unwrap());
        assert_eq!(chinese.get(english).map(String::as_str), Some(text), "{}", field["slug"]);
        texts.insert(english.to_owned());
    }
    let missing: Vec<&String> = texts.iter().filter(|text| !chinese.contains_key(*text)).collect();
    assert!(missing.is_empty(), "{path} has no Chinese for {missing:#?}");
    let left_over: Vec<&String> = chinese.keys().filter(|text| !texts.contains(*text)).collect();
    assert!(left_over.is_empty(), "{path} has Chinese for what is not in the specification: {left_over:#?}");
    for (text, chinese) in &chinese {
        let code = |text: &str| -> BTreeSet<String> { text.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
        assert_eq!(code(text), code(chinese), "{text}: {chinese}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_specification_is_read_in_chinese_or_english() {
    let app = TestApp::seeded().await;
    let english = app.get("/openapi.json", &[]).await;
    let get =
        async |language| app.request(reqwest::Method::GET, "/openapi.json", &[("accept-language", language)]).await;
    let chinese = get("zh-CN,en;q=0.5").await;
    assert_eq!(get("en-GB").await.text, english.text);
    assert_eq!((english.header("content-language"), chinese.header("content-language")), ("en", "zh"));
    assert_ne!(english.header("etag"), chinese.header("etag"));
    let (english, chinese) = (english.ok(), chinese.ok());
    let summary = |document: &Value| document["paths"]["/api/v1/stats"]["get"]["summary"].as_str().unwrap().to_owned();
    assert!(summary(&english).is_ascii() && !summary(&chinese).is_ascii());
    let places =
        |document: &Value| -> Vec<String> { all_objects(document).into_iter().map(|(place, _)| place).collect() };
    assert_eq!(places(&english), places(&chinese), "nothing but texts differs");
}

#[test]
fn what_must_be_given_may_not_be_empty() {
    let specification = specification();
    let mut required = 0;
    for (place, parameter) in all_objects(&specification) {
        let is_parameter = parameter["in"] == "query" && parameter["required"] == true;
        if is_parameter {
            required += 1;
            let schema = jsonschema::draft202012::new(&parameter["schema"]).unwrap();
            for nothing in [json!(""), json!(" "), json!([]), json!([""])] {
                assert!(!schema.is_valid(&nothing), "{nothing} at {place}");
            }
        }
    }
    assert!(required >= 4, "{required} parameters are required");
}

#[test]
fn nobody_needs_to_sign_in_and_somebody_can_be_asked() {
    let specification = specification();
    assert_eq!(specification["security"], json!([]));
    assert!(specification["info"]["contact"]["name"].as_str().is_some_and(|name| name.contains("offer-cases")));
}
