//! Cases in the specification, made of the table of fields.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use utoipa::openapi::schema::{
    AnyOfBuilder, ArrayBuilder, KnownFormat, ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::counts::Relaxation;
use crate::catalog::reference::Reference;
use crate::model::case::Field;
use crate::model::field::{Kind, ON_REQUEST, REQUIRED, SHOWN};

/// An earlier state of a case.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the database writes it; this is what the specification says of it")]
pub struct Revision {
    /// The revision that was replaced.
    pub revision: i32,
    /// When it was replaced.
    pub replaced_at: DateTime<Utc>,
    /// The import that replaced it; null = another way.
    #[schema(required)]
    pub replaced_by_import: Option<i64>,
    /// The whole earlier row, as it stood in the table.
    #[schema(value_type = Object)]
    pub earlier: Value,
}

/// A type of the specification that has a name and no values: what it stands for is written without it.
macro_rules! schemas {
    ($( $(#[doc = $description:literal])+ $type:ident as $name:literal = $schema:expr, with $($needed:expr),*; )+) => { $(
        $(#[doc = $description])+
        #[derive(Debug)]
        pub struct $type;

        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                $schema(concat!($($description),+).trim())
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
    CasePage as "CasePage" = page::<OfferCase>, with add::<OfferCase>, add::<Relaxation>;
    /// One page of cases of which only some fields were asked for.
    SparseCasePage as "ThinCasePage" = page::<SparseOfferCase>, with add::<SparseOfferCase>, add::<Relaxation>;
    /// A page of cases; with `fields` these have only some fields.
    PageOfCases as "PageOfCases" = any_page, with add::<CasePage>, add::<SparseCasePage>;
}

/// Adds a type and what it needs.
fn add<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
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

fn whole(description: &str) -> RefOr<Schema> {
    let required = Field::that_can(SHOWN).fold(properties(), |object, field| object.required(field.name()));
    let mut object = required.description(Some(description)).build();
    object.example = Some(example());
    object.into()
}

fn sparse(description: &str) -> RefOr<Schema> {
    properties().description(Some(description)).into()
}

fn page<T: ToSchema>(description: &str) -> RefOr<Schema> {
    let of = |schema_type| ObjectBuilder::new().schema_type(schema_type);
    let described = |object: ObjectBuilder, description: &str| Schema::from(object.description(Some(description)));
    let next = SchemaType::from_iter([Type::String, Type::Null]);
    let total = of(Type::Integer.into()).format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)));
    let mut hint = Ref::from_schema_name(Relaxation::name());
    hint.description = "Which single parameter to drop, and what that gives; only where no case fits and dropping one \
        would help."
        .into();
    let items = ArrayBuilder::new().items(Ref::from_schema_name(T::name()));
    ObjectBuilder::new()
        .description(Some(description))
        .property("items", items.description(Some("The cases, in order.")))
        .required("items")
        .property(
            "next_cursor",
            described(of(next), "What to give as `cursor` for the next page; null = this was the last."),
        )
        .required("next_cursor")
        .property("total", described(total, "The number of all cases that fit; only with `count=exact`."))
        .property("hint", hint)
        .into()
}

fn any_page(description: &str) -> RefOr<Schema> {
    let page = Ref::from_schema_name;
    let pages = AnyOfBuilder::new().item(page(CasePage::name())).item(page(SparseCasePage::name()));
    pages.description(Some(description)).into()
}

/// An object with all fields, none of them required.
fn properties() -> ObjectBuilder {
    let fields = Field::that_can(SHOWN).chain(Field::that_can(ON_REQUEST));
    fields.fold(ObjectBuilder::new(), |object, field| object.property(field.name(), property(field)))
}

fn property(field: Field) -> RefOr<Schema> {
    let description = field.definition().description.trim();
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let of = |of: Type, format| (of, Some(SchemaFormat::KnownFormat(format)));
    let (schema_type, format) = match field.kind() {
        Kind::Reference(_) => return referring(field, &Reference::name()),
        Kind::Closed(set) => return referring(field, set.name),
        Kind::Texts | Kind::Tags => return ArrayBuilder::new().items(text()).description(Some(description)).into(),
        Kind::Revisions => {
            let items = Ref::from_schema_name(Revision::name());
            return ArrayBuilder::new().items(items).description(Some(description)).into();
        }
        Kind::Raw => {
            let object = ObjectBuilder::new().property_names(Some(text())).additional_properties(Some(text()));
            return object.description(Some(description)).into();
        }
        Kind::Id => of(Type::String, KnownFormat::Uuid),
        Kind::Number { .. } => of(Type::Integer, KnownFormat::Int32),
        Kind::Amount { .. } => of(Type::Number, KnownFormat::Double),
        Kind::Date { .. } => of(Type::String, KnownFormat::Date),
        Kind::Time => of(Type::String, KnownFormat::DateTime),
        Kind::Flag => (Type::Boolean, None),
        Kind::Currency { .. } | Kind::Period { .. } | Kind::Text => (Type::String, None),
    };
    let schema_type = match field.can(REQUIRED) {
        true => schema_type.into(),
        false => SchemaType::from_iter([schema_type, Type::Null]),
    };
    ObjectBuilder::new().schema_type(schema_type).format(format).description(Some(description)).into()
}

/// A field whose values are another schema.
fn referring(field: Field, name: &str) -> RefOr<Schema> {
    let mut reference = Ref::from_schema_name(name);
    reference.description = field.definition().description.trim().into();
    if field.can(REQUIRED) {
        return reference.into();
    }
    OneOfBuilder::new().item(reference).item(ObjectBuilder::new().schema_type(Type::Null)).into()
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
