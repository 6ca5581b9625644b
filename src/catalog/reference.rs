//! An entry as it stands in cases: written as JSON once, and then only copied.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::Catalog;
use super::directory::Directory;
use super::entry::Entry;
use crate::model::case::Field;
use crate::model::entity::Entity;
use crate::model::field::{Kind, Label};
use crate::model::value::GroupValue;
use crate::text::transliterated;

/// The names of a reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(
    as = Reference,
    description = "A company, role, major, tier, school or source as it stands in a case.",
    example = json!({"slug": "baidu", "name": "百度", "name_en": "Baidu"})
)]
pub struct Names {
    /// Stable identifier; any filter takes it.
    pub slug: String,
    /// Chinese name.
    pub name: String,
    /// English name; where none is known, what `name_en_from` says.
    pub name_en: String,
    /// What stands for the English name; absent where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub name_en_from: Option<NameEnFrom>,
}

/// What stands for an English name that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NameEnFrom {
    /// The name itself, which has no Chinese character.
    Name,
    /// The pinyin of the name.
    Pinyin,
}

impl Names {
    /// Of a slug, a name, and the English name, if it is known.
    pub fn new(slug: String, name: String, name_en: Option<String>) -> Self {
        let (name_en, name_en_from) = match name_en {
            Some(name_en) => (name_en, None),
            None => match transliterated(&name) {
                Some(pinyin) => (pinyin, Some(NameEnFrom::Pinyin)),
                None => (name.clone(), Some(NameEnFrom::Name)),
            },
        };
        Self { slug, name, name_en, name_en_from }
    }

    /// Of what is its own name in both languages.
    pub fn plain(text: &str) -> Self {
        Self::new(text.to_owned(), text.to_owned(), Some(text.to_owned()))
    }
}

/// Something that stands in many places of answers, written as JSON once. Cheap to copy.
#[derive(Debug)]
pub struct Written<T>(Arc<(T, Box<RawValue>)>);

/// A company, role, major, tier, school or source as it stands in a case: a page has a hundred.
pub type Reference = Written<Names>;

impl<T: Serialize> Written<T> {
    /// Writes it.
    pub fn new(value: T) -> Self {
        let json = serde_json::value::to_raw_value(&value)
            .unwrap_or_else(|error| unreachable!("names can be written as JSON: {error}"));
        Self(Arc::new((value, json)))
    }

    /// As JSON.
    pub fn json(&self) -> &str {
        self.0.1.get()
    }
}

impl Reference {
    /// How an entry of the catalog stands in a case.
    pub fn to(entry: &Entry) -> Self {
        entry.reference().clone()
    }

    /// The entry with this number. One that is missing shows by its number: the catalog was read
    /// before the entry was made, which the next request makes good.
    pub fn by_id(directory: &Directory, id: i32) -> Cow<'_, Self> {
        let missing = || Names::plain(&format!("id-{id}"));
        directory.reference(id).map_or_else(|| Cow::Owned(Self::new(missing())), Cow::Borrowed)
    }
}

/// What a value of a field is called.
pub fn names_of(field: Field, catalog: &Catalog, value: &GroupValue) -> Names {
    match (value, field.kind()) {
        (GroupValue::Reference(id), Kind::Reference(entity)) => {
            Names::clone(&Reference::by_id(catalog.directory(entity), *id))
        }
        (GroupValue::Text(slug), Kind::Tags) => catalog
            .directory(Entity::Tag)
            .by_slug(slug)
            .map_or_else(|| Names::plain(slug), |tag| Names::clone(tag.reference())),
        (GroupValue::Member(slug), Kind::Closed(set)) => set.position(slug).map_or_else(
            || Names::plain(slug),
            |member| {
                let Label { zh, en } = set.members[member].label;
                Names::new((*slug).to_owned(), zh.to_owned(), Some(en.to_owned()))
            },
        ),
        (GroupValue::Period(months), Kind::Period { is_month: true }) => {
            Names::plain(&format!("{:04}-{:02}", months.div_euclid(12), months.rem_euclid(12) + 1))
        }
        (GroupValue::Period(year), _) => Names::plain(&format!("{year:04}")),
        (GroupValue::Text(text), _) => Names::plain(text),
        (GroupValue::Reference(id), _) => Names::plain(&id.to_string()),
        (GroupValue::Member(slug), _) => Names::plain(slug),
    }
}

impl<T> Clone for Written<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Written<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.0
    }
}

impl<T: PartialEq> PartialEq for Written<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for Written<T> {}

impl<T> Serialize for Written<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.1.serialize(serializer)
    }
}

impl PartialSchema for Reference {
    fn schema() -> RefOr<Schema> {
        Names::schema()
    }
}

impl ToSchema for Reference {
    fn name() -> std::borrow::Cow<'static, str> {
        "Reference".into()
    }
}
