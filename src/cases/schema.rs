//! Cases in the specification, made of the table of fields.

use std::borrow::Cow;

use serde_json::{Map, Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::counts::Relaxation;
use super::revisions::Revision;
use crate::catalog::reference::Reference;
use crate::model::case::Field;
use crate::model::field::{Kind, ON_REQUEST, REQUIRED, SHOWN};
use crate::model::notice::Notice;
use crate::parameters::parsed;

/// A type of the specification that has a name and no values: what it stands for is written without it.
macro_rules! schemas {
    ($( $(#[doc = $description:literal])+ $type:ident as $name:literal = $schema:expr, with $($needed:expr),*; )+) => { $(
        $(#[doc = $description])+
        #[derive(Debug)]
        pub struct $type;

        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                parsed($schema(concat!($($description),+).trim()))
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                $name.into()
            }

            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                $($needed(schemas);)*
            }
        }
    )+ };
}

schemas! {
    /// One offer that one person got. `null` always means unknown (for tiers also: no such degree).
    OfferCase as "OfferCase" = whole, with add_kinds;
    /// An offer case with only the fields that were asked for.
    SparseOfferCase as "ThinOfferCase" = sparse, with add_kinds;
    /// One page of cases.
    CasePage as "CasePage" = page::<OfferCase>, with add::<OfferCase>, add::<Relaxation>, add::<Notice>;
    /// One page of cases of which only some fields were asked for.
    SparseCasePage as "ThinCasePage" = page::<SparseOfferCase>, with add::<SparseOfferCase>, add::<Relaxation>, add::<Notice>;
    /// A page of cases; with `fields` these have only some fields.
    PageOfCases as "PageOfCases" = any_page, with add::<CasePage>, add::<SparseCasePage>;
}

/// A file of bytes.
#[derive(Debug)]
pub struct BinaryFile;

impl PartialSchema for BinaryFile {
    fn schema() -> RefOr<Schema> {
        parsed(json!({"type": "string", "format": "binary", "description": "A file of bytes."}))
    }
}

impl ToSchema for BinaryFile {
    fn name() -> Cow<'static, str> {
        "BinaryFile".into()
    }
}

/// Adds a type and what it needs.
pub fn add<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

/// Adds what the fields of a case refer to.
fn add_kinds(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    add::<Reference>(schemas);
    add::<Revision>(schemas);
    for field in Field::ALL {
        if let Kind::Closed(set) = field.kind() {
            schemas.push((set.name.to_owned(), set.schema()));
        }
    }
}

/// A reference to the schema of this name.
pub fn reference(name: &str, description: &str, is_nullable: bool) -> Value {
    let reference = json!({"$ref": format!("#/components/schemas/{name}"), "description": description});
    if is_nullable { json!({"oneOf": [reference, {"type": "null"}]}) } else { reference }
}

fn whole(description: &str) -> Value {
    let mut whole = sparse(description);
    whole["required"] = Field::that_can(SHOWN).map(Field::name).collect();
    whole["example"] = example();
    whole
}

/// An object with all fields, none of them required.
fn sparse(description: &str) -> Value {
    let fields = Field::that_can(SHOWN).chain(Field::that_can(ON_REQUEST));
    let properties: Map<String, Value> = fields.map(|field| (field.name().to_owned(), property(field))).collect();
    json!({"type": "object", "properties": properties, "description": description})
}

fn page<T: ToSchema>(description: &str) -> Value {
    let next_cursor = "What to give as `cursor` for the next page; null = this was the last.";
    let prev_cursor = "What to give as `cursor` for the page before; null = this is the first.";
    let total = "The number of all cases that fit; only with `count=exact`.";
    let hint =
        "Which single parameter to drop, and what that gives; only where no case fits and dropping one would help.";
    let items = json!({"$ref": format!("#/components/schemas/{}", T::name())});
    json!({
        "type": "object", "description": description, "required": ["items", "next_cursor", "prev_cursor", "notices"],
        "properties": {
            "items": {"type": "array", "items": items, "description": "The cases, in order."},
            "next_cursor": {"type": ["string", "null"], "description": next_cursor},
            "prev_cursor": {"type": ["string", "null"], "description": prev_cursor},
            "total": {"type": "integer", "format": "int64", "description": total},
            "hint": reference(&Relaxation::name(), hint, false),
            "notices": {
                "type": "array", "items": {"$ref": format!("#/components/schemas/{}", Notice::name())},
                "description": "What must be known to read the page rightly.",
            },
        },
    })
}

fn any_page(description: &str) -> Value {
    let pages = [CasePage::name(), SparseCasePage::name()];
    let pages = pages.map(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
    json!({"anyOf": pages, "description": description})
}

fn property(field: Field) -> Value {
    let description = field.definition().description.trim();
    let is_nullable = !field.can(REQUIRED);
    let (schema_type, format) = match field.kind() {
        Kind::Reference(_) => return reference(&Reference::name(), description, is_nullable),
        Kind::Closed(set) => return reference(set.name, description, is_nullable),
        Kind::Texts | Kind::Tags => {
            return json!({"type": "array", "items": {"type": "string"}, "description": description});
        }
        Kind::Revisions => {
            let items = json!({"$ref": format!("#/components/schemas/{}", Revision::name())});
            return json!({"type": "array", "items": items, "description": description});
        }
        Kind::Labels => return labels(description),
        Kind::Raw => {
            let text = json!({"type": "string"});
            return json!({
                "type": "object", "propertyNames": text, "additionalProperties": text, "description": description,
            });
        }
        Kind::Id => ("string", Some("uuid")),
        Kind::Number { .. } => ("integer", Some("int32")),
        Kind::Amount { .. } => ("number", Some("double")),
        Kind::Date { .. } => ("string", Some("date")),
        Kind::Time => ("string", Some("date-time")),
        Kind::Flag => ("boolean", None),
        Kind::Currency { .. } | Kind::Period { .. } | Kind::Text => ("string", None),
    };
    let schema_type = if is_nullable { json!([schema_type, "null"]) } else { json!(schema_type) };
    json!({"type": schema_type, "format": format, "description": description})
}

/// Of each closed set its member with names, or null; of tags all.
fn labels(description: &str) -> Value {
    let property = |field: Field| match field.kind() {
        Kind::Closed(_) => Some(reference(&Reference::name(), field.definition().description.trim(), true)),
        Kind::Tags => {
            let items = json!({"$ref": format!("#/components/schemas/{}", Reference::name())});
            Some(json!({"type": "array", "items": items, "description": field.definition().description.trim()}))
        }
        _ => None,
    };
    let properties: Map<String, Value> =
        Field::that_can(SHOWN).filter_map(|field| Some((field.name().to_owned(), property(field)?))).collect();
    json!({"type": "object", "properties": properties, "description": description})
}

/// A case of the seed: what is unknown of it is null.
fn example() -> Value {
    let known = json!({
        "id": "0b8ab9a7-2d9f-5b4e-8d0c-0a4f4c1d2e3f",
        "company": {"slug": "baidu", "name": "百度", "name_en": "Baidu"},
        "role": {"slug": "llm-product", "name": "大模型产品", "name_en": "Large-model product manager"},
        "major": {"slug": "psychology", "name": "心理学", "name_en": "Psychology"},
        "bachelor_tier": {"slug": "211", "name": "211", "name_en": "Project 211"},
        "highest_degree": "bachelor",
        "school_tier": {"slug": "211", "name": "211", "name_en": "Project 211"},
        "tags": ["non-typical-background"],
        "summary": "从文科到大厂,非典型背景逆袭",
        "conflicts": [],
        "verification": "source_published",
        "revision": 1,
        "created_at": "2026-11-23T08:00:00Z",
        "updated_at": "2026-11-23T08:00:00Z",
    });
    let member = |field: Field| (field.name().to_owned(), known.get(field.name()).cloned().unwrap_or_default());
    Value::Object(Field::that_can(SHOWN).map(member).collect())
}
