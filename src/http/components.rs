//! What several operations of the specification share is said once, among its components: parameters, responses, headers.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::{Components, Header, OpenApi, Ref, RefOr, Response};

/// Moves parameters, headers and responses that stand in several operations to the components, and refers to them.
pub(super) fn share(openapi: &mut OpenApi) {
    let headers = share_headers(openapi);
    let mut parameters = Shared::new("parameters");
    let mut responses = Shared::new("responses");
    for operation in operations(openapi) {
        for parameter in operation.parameters.iter().flatten() {
            parameters.note(parameter, |it: &Parameter| it.name.replace('.', "_"));
        }
        for (status, response) in &operation.responses.responses {
            responses.note(response, |_: &Response| format!("Problem{status}"));
        }
    }
    for operation in operations(openapi) {
        operation.parameters.iter_mut().flatten().for_each(|parameter| parameters.refer(parameter));
        operation.responses.responses.values_mut().for_each(|response| responses.refer(response));
    }
    let components = openapi.components.get_or_insert_with(Components::default);
    components.headers = headers;
    components.parameters = parameters.finish();
    components.responses = responses.finish();
}

/// Before the responses, which have headers in them.
fn share_headers(openapi: &mut OpenApi) -> BTreeMap<String, RefOr<Header>> {
    let mut headers = Shared::new("headers");
    for response in operations(openapi).flat_map(|operation| operation.responses.responses.values()) {
        if let RefOr::T(response) = response {
            response.headers.iter().for_each(|(name, header)| headers.note(header, |_| name.clone()));
        }
    }
    for response in operations(openapi).flat_map(|operation| operation.responses.responses.values_mut()) {
        if let RefOr::T(response) = response {
            response.headers.values_mut().for_each(|header| headers.refer(header));
        }
    }
    headers.finish()
}

fn operations(openapi: &mut OpenApi) -> impl Iterator<Item = &mut Operation> {
    openapi.paths.paths.values_mut().filter_map(|item| item.get.as_mut())
}

/// Things of one kind, by what they are as JSON.
struct Shared<T> {
    kind: &'static str,
    seen: BTreeMap<String, Thing<T>>,
}

/// A thing with the name that it has among the components.
struct Thing<T> {
    thing: T,
    name: String,
    times: usize,
}

impl<T: Clone + Serialize> Shared<T> {
    fn new(kind: &'static str) -> Self {
        Self { kind, seen: BTreeMap::new() }
    }

    /// Notes that a thing stands somewhere; `name` is what it is called where nothing else is called so.
    fn note(&mut self, thing: &RefOr<T>, name: impl Fn(&T) -> String) {
        let RefOr::T(thing) = thing else { return };
        let key = key(thing);
        if let Some(known) = self.seen.get_mut(&key) {
            known.times += 1;
            return;
        }
        let plain = name(thing);
        let is_free = |name: &str| !self.seen.values().any(|other| other.name == name);
        let numbered = (2..).map(|number| format!("{plain}_{number}"));
        let name = std::iter::once(plain.clone()).chain(numbered).find(|name| is_free(name)).unwrap_or(plain);
        self.seen.insert(key, Thing { thing: thing.clone(), name, times: 1 });
    }

    /// Replaces a thing that stands in several places by a reference.
    fn refer(&self, thing: &mut RefOr<T>) {
        let RefOr::T(own) = &*thing else { return };
        if let Some(shared) = self.seen.get(&key(own)).filter(|shared| shared.times > 1) {
            *thing = RefOr::Ref(Ref::new(format!("#/components/{}/{}", self.kind, shared.name)));
        }
    }

    /// All that stand in several places, by name.
    fn finish(self) -> BTreeMap<String, RefOr<T>> {
        let shared = self.seen.into_values().filter(|thing| thing.times > 1);
        shared.map(|thing| (thing.name, RefOr::T(thing.thing))).collect()
    }
}

fn key(thing: &impl Serialize) -> String {
    serde_json::to_string(thing).unwrap_or_default()
}
