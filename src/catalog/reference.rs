//! An entry as it stands in cases: written as JSON once, and then only copied.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::directory::Directory;
use super::entry::Entry;

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
    /// English name; null = unknown.
    #[schema(required)]
    pub name_en: Option<String>,
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
        let missing = || Names { slug: format!("id-{id}"), name: format!("id-{id}"), name_en: None };
        directory.reference(id).map_or_else(|| Cow::Owned(Self::new(missing())), Cow::Borrowed)
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
