//! What several operations of the specification share is said once, among its components: parameters, responses, headers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Moves parameters, headers and responses that stand in several operations to the components, and refers to them.
pub(super) fn share(document: &mut Value) {
    // Headers before the responses, which have them in themselves.
    for kind in ["headers", "parameters", "responses"] {
        let mut seen: BTreeMap<String, (String, usize)> = BTreeMap::new();
        for (plain, thing) in things(document, kind) {
            let key = thing.to_string();
            if let Some((_, times)) = seen.get_mut(&key) {
                *times += 1;
                continue;
            }
            let is_free = |name: &String| !seen.values().any(|(other, _)| other == name);
            let numbered = (2..).map(|number| format!("{plain}_{number}"));
            let name = std::iter::once(plain.clone()).chain(numbered).find(is_free).unwrap_or_default();
            seen.insert(key, (name, 1));
        }
        seen.retain(|_, (_, times)| *times > 1);
        let mut shared = BTreeMap::new();
        for (_, thing) in things(document, kind) {
            if let Some((name, _)) = seen.get(&thing.to_string()) {
                let reference = json!({"$ref": format!("#/components/{kind}/{name}")});
                shared.insert(name, std::mem::replace(thing, reference));
            }
        }
        document["components"][kind] = json!(shared);
    }
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
        "responses" => {
            operations.flat_map(responses).map(|(status, response)| (format!("Problem{status}"), response)).collect()
        }
        _ => {
            let headers = operations.flat_map(responses).filter_map(|(_, response)| response.get_mut("headers"));
            headers.flat_map(members).map(|(name, header)| (name.clone(), header)).collect()
        }
    }
}

/// The members of an object.
pub(super) fn members(value: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    value.as_object_mut().into_iter().flatten()
}
