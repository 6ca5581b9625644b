//! What the specification says of reference data, as it will stand there.

use serde_json::{Map, Value, json};
use utoipa::openapi::path::{PathItem, Paths, PathsBuilder};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoResponses, PartialSchema, ToSchema};
use utoipa_actix_web::OpenApiFactory;

use super::super::answers::{OneProblems, ReadProblems};
use super::Resource;
use super::query::parameters;
use crate::cases::list::Page;
use crate::cases::schema::{add, reference};
use crate::catalog::reference::{NameEnFrom, Reference};
use crate::catalog::{Alias, Entity};
use crate::import::journal::LastImport;
use crate::import::seed::curation::is_curated;
use crate::model::closed_set::ClosedSet;
use crate::model::entity::{Attribute, AttributeKind, Listing};
use crate::parameters::{document, parsed};

type NamedSchemas = Vec<(String, RefOr<Schema>)>;

impl OpenApiFactory for Resource {
    fn paths(&self) -> Paths {
        let path = format!("/{}", self.0.path_segment());
        let item = |operation: Value| parsed::<PathItem>(json!({"get": operation}));
        let one = format!("{path}/{{slug}}");
        PathsBuilder::new().path(path, item(list(self.0))).path(one, item(get(self.0))).build()
    }

    fn schemas(&self, schemas: &mut NamedSchemas) {
        let entity = self.0;
        let mut page = json!(Page::<String>::schema());
        page["properties"]["items"]["items"] = json!({"$ref": format!("#/components/schemas/{}", answer_name(entity))});
        schemas.push((answer_name(entity), parsed(answer(entity))));
        schemas.push((format!("Page_{}", answer_name(entity)), parsed(page)));
        add::<Alias>(schemas);
        add::<Reference>(schemas);
        add::<LastImport>(schemas);
        for attribute in entity.table().attributes {
            if let AttributeKind::Member(set) = &attribute.kind {
                schemas.push((set.name.to_owned(), set.schema()));
            }
        }
    }
}

/// Names the schema of an entry: `SchoolTierAnswer`.
fn answer_name(entity: Entity) -> String {
    format!("{entity:?}Answer")
}

fn list(entity: Entity) -> Value {
    let definition = entity.definition();
    let plural = definition.table.name.replace('_', " ");
    let (summary, answer, parameters) = match definition.listing {
        Listing::Pages => (format!("List {plural}"), format!("One page of {plural}."), parameters(entity)),
        Listing::Whole => (format!("List {plural}"), format!("All {}s.", definition.noun), [].as_slice()),
        Listing::Tree => (format!("List {plural} as a tree"), "The tree.".to_owned(), [].as_slice()),
    };
    let mut operation = json!({
        "tags": ["Reference data"], "summary": summary, "description": definition.list_description,
        "operationId": format!("list_{}", definition.table.name),
        "responses": responses::<ReadProblems>(&answer, &format!("Page_{}", answer_name(entity))),
    });
    if !parameters.is_empty() {
        operation["parameters"] = parameters.iter().map(|parameter| json!(document("", parameter))).collect();
    }
    operation
}

fn get(entity: Entity) -> Value {
    let definition = entity.definition();
    json!({
        "tags": ["Reference data"], "summary": format!("Get one {}", entity.singular()),
        "description": definition.get_description, "operationId": format!("get_{}", entity.slug()),
        "parameters": [{
            "name": "slug", "in": "path", "description": "The slug.", "required": true, "schema": {"type": "string"},
            "example": definition.example,
        }],
        "responses": one_responses(entity),
    })
}

/// What the operation of one entry answers; of entries that may be made one with others, also where they went.
fn one_responses(entity: Entity) -> Value {
    let noun = entity.definition().noun;
    let mut responses = responses::<OneProblems>(&format!("The {noun}."), &answer_name(entity));
    if is_curated(entity) {
        responses["308"] = json!({
            "description": "It was made one with another, which is at `Location`.",
            "headers": {"Location": {"description": "Where it is now.", "schema": {"type": "string"}}},
        });
    }
    responses
}

fn responses<Problems: IntoResponses>(description: &str, schema_name: &str) -> Value {
    let mut responses = json!(Problems::responses());
    let content = json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{schema_name}")}}});
    responses["200"] = json!({"description": description, "content": content});
    responses
}

/// The schema of an entry.
fn answer(entity: Entity) -> Value {
    let definition = entity.definition();
    let count =
        |description: &str| json!({"type": "integer", "format": "int64", "minimum": 0, "description": description});
    let list = |of: &str, description: &str| json!({"type": "array", "items": {"$ref": format!("#/components/schemas/{of}")}, "description": description});
    let mut properties = Map::new();
    let mut add = |name: &str, schema: Value| properties.insert(name.to_owned(), schema);
    add("slug", json!({"type": "string", "description": "Stable identifier."}));
    for attribute in definition.table.attributes {
        add(attribute.name, property(attribute));
    }
    let name_en = definition.table.name_en().map_or("", |attribute| attribute.name);
    let stands_for = format!("English name; where none is known, what `{name_en}_from` says.");
    add(name_en, json!({"type": "string", "description": stands_for}));
    if let Some(aliases) = &definition.table.aliases {
        add("aliases", list(&Alias::name(), aliases.description));
    }
    if entity == Entity::Source {
        add("last_import", reference(&LastImport::name(), "The last import of it; null = none.", true));
    }
    add("case_count", count(definition.case_count));
    if definition.listing == Listing::Tree {
        let of_all = "Number of cases of this and of everything under it: what the filter";
        add("case_count_with_descendants", count(&format!("{of_all} `{}` finds.", entity.slug())));
        add("children", list(&answer_name(entity), "What stands directly under it."));
    }
    let required: Vec<String> = properties.keys().cloned().collect();
    let mut from = json!(NameEnFrom::schema());
    from["description"] = json!("What stands for the English name; absent where that is known.");
    properties.insert(format!("{name_en}_from"), from);
    json!({"type": "object", "description": definition.description, "required": required, "properties": properties})
}

/// The schema of an attribute. An entry that is referred to may be newer than the catalog, and is null then.
fn property(attribute: &Attribute) -> Value {
    let Attribute { description, is_nullable, .. } = attribute;
    let (kind, format) = match &attribute.kind {
        AttributeKind::Member(set) => return reference(set.name, description, *is_nullable),
        AttributeKind::Reference(..) => return reference(&Reference::name(), description, true),
        AttributeKind::Texts => {
            return json!({"type": "array", "items": {"type": "string"}, "description": description});
        }
        AttributeKind::Text if *is_nullable => (json!(["string", "null"]), None),
        AttributeKind::Text => (json!("string"), None),
        AttributeKind::Integer | AttributeKind::Rank => (json!("integer"), Some("int32")),
    };
    let example = attribute.filter.as_ref().map(|filter| filter.example);
    json!({"type": kind, "format": format, "description": description, "example": example})
}
