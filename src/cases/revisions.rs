//! Earlier states of a case as they are answered: by the names of fields, with slugs and names where the table has numbers.

use chrono::{DateTime, Utc};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::Ref;

use super::schema::SparseOfferCase;
use crate::catalog::Catalog;
use crate::catalog::reference::Reference;
use crate::model::case::Field;
use crate::model::field::Kind;

/// An earlier state of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct Revision<'a> {
    /// The revision that was replaced.
    pub revision: i32,
    /// When it was replaced.
    pub replaced_at: DateTime<Utc>,
    /// The import that replaced it; null = another way.
    #[schema(required)]
    pub replaced_by_import: Option<i64>,
    /// The case as it was, with the fields that it had then; unknown ones are null.
    #[schema(schema_with = earlier)]
    pub earlier: Earlier<'a>,
}

/// The schema of an earlier state. By its name alone: it has revisions itself.
fn earlier() -> Ref {
    Ref::from_schema_name(SparseOfferCase::name())
}

/// The row of a revision, by its columns.
#[derive(Debug)]
pub struct Earlier<'a> {
    row: Map<String, Value>,
    catalog: &'a Catalog,
}

/// A revision as the database has it.
#[derive(Deserialize)]
struct StoredRevision {
    revision: i32,
    replaced_at: DateTime<Utc>,
    replaced_by_import: Option<i64>,
    earlier: Map<String, Value>,
}

/// The revisions of a case, given as JSON by the database.
///
/// # Errors
/// Where the database gave something else.
pub(super) fn read<'a>(json: &[u8], catalog: &'a Catalog) -> serde_json::Result<Vec<Revision<'a>>> {
    let stored: Vec<StoredRevision> = serde_json::from_slice(json)?;
    let revision = |stored: StoredRevision| {
        let StoredRevision { revision, replaced_at, replaced_by_import, earlier: row } = stored;
        Revision { revision, replaced_at, replaced_by_import, earlier: Earlier { row, catalog } }
    };
    Ok(stored.into_iter().map(revision).collect())
}

impl Earlier<'_> {
    fn is_unknown(&self, field: Field) -> bool {
        field.column().and_then(|column| self.row.get(column)).is_none_or(Value::is_null)
    }
}

impl Serialize for Earlier<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for field in Field::ALL {
            let Some(value) = field.column().and_then(|column| self.row.get(column)) else { continue };
            match field.kind() {
                Kind::Reference(entity) => {
                    let id = value.as_i64().and_then(|id| i32::try_from(id).ok());
                    let reference = id.map(|id| Reference::by_id(self.catalog.directory(entity), id));
                    map.serialize_entry(field.name(), &reference)?;
                }
                // The table has the usual one where no figure is known.
                Kind::Currency { of } if of.iter().all(|figure| self.is_unknown(*figure)) => {
                    map.serialize_entry(field.name(), &None::<&str>)?;
                }
                _ => map.serialize_entry(field.name(), value)?,
            }
        }
        map.end()
    }
}
