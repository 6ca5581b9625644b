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

/// A company, role, major, tier, school or source as it stands in a case. Cheap to copy: a page has a hundred.
#[derive(Debug, Clone)]
pub struct Reference(Arc<Written>);

#[derive(Debug)]
struct Written {
    names: Names,
    json: Box<RawValue>,
}

impl Reference {
    /// A reference of these names.
    pub fn new(names: Names) -> Self {
        let json = serde_json::value::to_raw_value(&names)
            .unwrap_or_else(|error| unreachable!("names can be written as JSON: {error}"));
        Self(Arc::new(Written { names, json }))
    }

    /// As JSON.
    pub fn json(&self) -> &str {
        self.0.json.get()
    }

    /// How an entry of the catalog stands in a case.
    pub fn to(entry: &Entry) -> Self {
        entry.reference().clone()
    }

    /// The entry with this number. One that is missing shows by its number: the catalog was read
    /// before the entry was made, which the next request makes good.
    pub fn by_id(directory: &Directory, id: impl Into<i32>) -> Cow<'_, Self> {
        let id = id.into();
        let missing = || Names { slug: format!("id-{id}"), name: format!("id-{id}"), name_en: None };
        directory.reference(id).map_or_else(|| Cow::Owned(Self::new(missing())), Cow::Borrowed)
    }
}

impl Deref for Reference {
    type Target = Names;

    fn deref(&self) -> &Names {
        &self.0.names
    }
}

impl PartialEq for Reference {
    fn eq(&self, other: &Self) -> bool {
        self.0.names == other.0.names
    }
}

impl Eq for Reference {}

impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.json.serialize(serializer)
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
