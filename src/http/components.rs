//! What several operations of the specification share is said once, among its components: parameters, responses, headers.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::StatusCode;
use serde_json::{Value, json};

/// Moves parameters, headers and responses that stand in several operations to the components, and refers to them.
pub(super) fn share(document: &mut Value) {
    // Headers before the responses, which have them in themselves.
    for kind in ["headers", "parameters", "responses"] {
        let names = names_of_repeated(document, kind);
        let mut shared = BTreeMap::new();
        for (_, thing) in things(document, kind) {
            if let Some(name) = names.get(&thing.to_string()) {
                let reference = json!({"$ref": format!("#/components/{kind}/{name}")});
                shared.insert(name, std::mem::replace(thing, reference));
            }
        }
        document["components"][kind] = json!(shared);
    }
}

/// What things that stand in several operations are called among the components: what they are called where they stand,
/// and the second of a name with a number.
fn names_of_repeated(document: &mut Value, kind: &str) -> BTreeMap<String, String> {
    let mut once: BTreeSet<String> = BTreeSet::new();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for (plain, thing) in things(document, kind) {
        let thing = thing.to_string();
        if names.contains_key(&thing) || once.insert(thing.clone()) {
            continue;
        }
        let numbered = (2..).map(|number| format!("{plain}_{number}"));
        let free = std::iter::once(plain.clone()).chain(numbered).find(|name| taken.insert(name.clone()));
        names.insert(thing, free.unwrap_or_default());
    }
    names
}

/// All things of a kind that operations have, each with what it is called where nothing else is called so.
fn things<'a>(document: &'a mut Value, kind: &str) -> Vec<(String, &'a mut Value)> {
    let operations = members(&mut document["paths"]).filter_map(|(_, item)| item.get_mut("get"));
    let responses = |operation: &'a mut Value| members(&mut operation["responses"]);
    match kind {
        "parameters" => {
            let parameters =
                operations.filter_map(|operation| operation.get_mut("parameters")?.as_array_mut()).flatten();
            let name = |parameter: &Value| parameter["name"].as_str().unwrap_or_default().replace('.', "_");
            parameters.map(|parameter| (name(parameter), parameter)).collect()
        }
        "responses" => operations.flat_map(responses).map(|(status, response)| (reason(status), response)).collect(),
        _ => {
            let headers = operations.flat_map(responses).filter_map(|(_, response)| response.get_mut("headers"));
            headers.flat_map(members).map(|(name, header)| (name.clone(), header)).collect()
        }
    }
}

/// The name of a status, as one word.
fn reason(status: &str) -> String {
    let status = StatusCode::from_bytes(status.as_bytes()).ok();
    status.and_then(|status| status.canonical_reason()).unwrap_or("Answer").replace(' ', "")
}

/// The members of an object.
pub(super) fn members(value: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    value.as_object_mut().into_iter().flatten()
}
