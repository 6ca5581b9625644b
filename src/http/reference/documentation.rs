//! What the specification says of reference data.

use utoipa::openapi::path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn, Paths, PathsBuilder};
use utoipa::openapi::schema::{
    ArrayBuilder, ArrayItems, KnownFormat, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::{
    Content, HttpMethod, PathItem, Ref, RefOr, Required, ResponseBuilder, ResponsesBuilder, SchemaFormat,
};
use utoipa::{IntoResponses, PartialSchema, ToSchema};
use utoipa_actix_web::OpenApiFactory;

use super::super::answers::{OneProblems, ReadProblems};
use super::Resource;
use super::query::parameters;
use crate::cases::list::Page;
use crate::catalog::reference::Reference;
use crate::catalog::{Alias, Entity};
use crate::import::journal::LastImport;
use crate::model::entity::{Attribute, AttributeKind, Definition, Listing};
use crate::parameters::document;

type NamedSchemas = Vec<(String, RefOr<Schema>)>;

impl OpenApiFactory for Resource {
    fn paths(&self) -> Paths {
        let definition = self.0.definition();
        let path = format!("/{}", definition.path_segment());
        PathsBuilder::new()
            .path(path.as_str(), PathItem::new(HttpMethod::Get, list(definition)))
            .path(format!("{path}/{{slug}}"), PathItem::new(HttpMethod::Get, get(definition)))
            .build()
    }

    fn schemas(&self, schemas: &mut NamedSchemas) {
        let definition = self.0.definition();
        schemas.push((answer_name(definition), answer(definition).into()));
        schemas.push((page_name(definition), page(definition)));
        for attribute in definition.table.attributes {
            match &attribute.kind {
                AttributeKind::Member(set) => schemas.push((set.name.to_owned(), set.schema())),
                AttributeKind::Reference { .. } => add::<Reference>(schemas),
                _ => {}
            }
        }
        if definition.table.aliases.is_some() {
            add::<Alias>(schemas);
        }
        if definition.entity == Entity::Source {
            add::<LastImport>(schemas);
        }
    }
}

fn add<T: ToSchema>(schemas: &mut NamedSchemas) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

/// Names the schema of an entry: `SchoolTierAnswer`.
fn answer_name(definition: &Definition) -> String {
    let words = definition.table.key.split('_');
    let capitalised = words.flat_map(|word| word[..1].chars().flat_map(char::to_uppercase).chain(word[1..].chars()));
    capitalised.chain("Answer".chars()).collect()
}

fn page_name(definition: &Definition) -> String {
    format!("Page_{}", answer_name(definition))
}

fn list(definition: &Definition) -> OperationBuilder {
    let plural = definition.plural();
    let (summary, answer) = match definition.listing {
        Listing::Pages => (format!("List {plural}"), format!("One page of {plural}.")),
        Listing::Whole => (format!("List {plural}"), format!("All {}s.", definition.noun)),
        Listing::Tree => (format!("List {plural} as a tree"), "The tree.".to_owned()),
    };
    let in_pages = definition.listing == Listing::Pages;
    let parameters = in_pages.then(|| parameters(definition.entity).iter().map(|parameter| document("", parameter)));
    operation::<ReadProblems>(&answer, &page_name(definition))
        .operation_id(Some(format!("list_{}", definition.table.name)))
        .summary(Some(summary))
        .description(Some(definition.list_description))
        .parameters(parameters)
}

fn get(definition: &Definition) -> OperationBuilder {
    let slug = ParameterBuilder::new()
        .name("slug")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("The slug."))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .example(Some(definition.example.into()));
    operation::<OneProblems>(&format!("The {}.", definition.noun), &answer_name(definition))
        .operation_id(Some(format!("get_{}", definition.table.key)))
        .summary(Some(format!("Get one {}", definition.singular())))
        .description(Some(definition.get_description))
        .parameters(Some([Parameter::from(slug)]))
}

/// An operation that answers with a schema.
fn operation<Problems: IntoResponses>(description: &str, schema_name: &str) -> OperationBuilder {
    let content = Content::new(Some(Ref::from_schema_name(schema_name)));
    let answer = ResponseBuilder::new().description(description).content("application/json", content);
    let responses = ResponsesBuilder::new().response("200", answer).responses_from_into_responses::<Problems>();
    OperationBuilder::new().tag("Reference data").responses(responses)
}

/// The schema of a page of entries: that of any page, with these items.
fn page(definition: &Definition) -> RefOr<Schema> {
    let mut page = Page::<String>::schema();
    if let RefOr::T(Schema::Object(object)) = &mut page
        && let Some(RefOr::T(Schema::Array(items))) = object.properties.get_mut("items")
    {
        items.items = Ref::from_schema_name(answer_name(definition)).into();
    }
    page
}

/// The schema of an entry.
fn answer(definition: &Definition) -> ObjectBuilder {
    let count = |description: &str| {
        let int64 = SchemaFormat::KnownFormat(KnownFormat::Int64);
        let integer = ObjectBuilder::new().schema_type(Type::Integer).format(Some(int64)).minimum(Some(0));
        Schema::from(integer.description(Some(description)))
    };
    let mut properties: Vec<(&str, RefOr<Schema>)> = vec![("slug", text(Some("Stable identifier."), false).into())];
    properties.extend(definition.table.attributes.iter().map(|attribute| (attribute.name, property(attribute))));
    if let Some(aliases) = &definition.table.aliases {
        properties.push(("aliases", array(Ref::from_schema_name(Alias::name()), aliases.description)));
    }
    if definition.entity == Entity::Source {
        properties.push(("last_import", reference(&LastImport::name(), "The last import of it; null = none.", true)));
    }
    properties.push(("case_count", count(definition.case_count).into()));
    if definition.listing == Listing::Tree {
        let with_descendants = format!(
            "Number of cases of this and of everything under it: what the filter `{}` finds.",
            definition.table.key
        );
        properties.push(("case_count_with_descendants", count(&with_descendants).into()));
        let child = Ref::from_schema_name(answer_name(definition));
        properties.push(("children", array(child, "What stands directly under it.")));
    }
    let object = ObjectBuilder::new().schema_type(Type::Object).description(Some(definition.description));
    properties.into_iter().fold(object, |object, (name, schema)| object.property(name, schema).required(name))
}

#[expect(deprecated, reason = "a derived schema has its example so too")]
/// The schema of an attribute. An entry that is referred to may be newer than the catalog, and is null then.
fn property(attribute: &Attribute) -> RefOr<Schema> {
    let Attribute { description, is_nullable, filter, .. } = attribute;
    match &attribute.kind {
        AttributeKind::Text => {
            let example = filter.as_ref().map(|filter| filter.example.into());
            text(Some(description), *is_nullable).example(example).into()
        }
        AttributeKind::Texts => array(text(None, false), description),
        AttributeKind::Integer | AttributeKind::Rank => {
            let int32 = SchemaFormat::KnownFormat(KnownFormat::Int32);
            ObjectBuilder::new().schema_type(Type::Integer).format(Some(int32)).description(Some(*description)).into()
        }
        AttributeKind::Member(set) => reference(set.name, description, *is_nullable),
        AttributeKind::Reference { .. } => reference(&Reference::name(), description, true),
    }
}

fn text(description: Option<&str>, is_nullable: bool) -> ObjectBuilder {
    let types = if is_nullable { SchemaType::from_iter([Type::String, Type::Null]) } else { Type::String.into() };
    ObjectBuilder::new().schema_type(types).description(description)
}

fn array(items: impl Into<ArrayItems>, description: &str) -> RefOr<Schema> {
    ArrayBuilder::new().items(items).description(Some(description)).into()
}

fn reference(name: &str, description: &str, is_nullable: bool) -> RefOr<Schema> {
    let reference = utoipa::openapi::schema::RefBuilder::new()
        .ref_location_from_schema_name(name)
        .description(Some(description))
        .build();
    if !is_nullable {
        return reference.into();
    }
    OneOfBuilder::new().item(reference).item(ObjectBuilder::new().schema_type(Type::Null)).into()
}
