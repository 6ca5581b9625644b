//! An entry of reference data, of whatever entity.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::reference::{Names, Reference};
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::{MajorLevel, SourceKind, Visibility};
use crate::model::entity::Entity;

/// Another name of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AliasAnswer, example = json!({"alias": "B站", "former": false, "ambiguous": false}))]
pub struct Alias {
    /// As people write it.
    pub alias: String,
    /// Whether it is a name that was given up.
    pub former: bool,
    /// Whether other entries are called so too; then it is never taken for one of them silently.
    pub ambiguous: bool,
}

/// An entry: its number, its names, and what else is known of it.
#[derive(Debug, Clone)]
pub struct Entry {
    entity: Entity,
    id: i32,
    reference: Reference,
    values: Vec<Value>,
    aliases: Vec<Alias>,
    is_withheld: bool,
}

impl Entry {
    /// An entry with the values of its attributes in the order of the entity's table: text, integers and arrays of text
    /// as JSON has them, members of closed sets by slug, other entries by number; null = unknown.
    pub fn new(entity: Entity, id: i32, slug: String, values: Vec<Value>, aliases: Vec<Alias>) -> Self {
        let text = |index: usize| values.get(index).and_then(Value::as_str).map(str::to_owned);
        let reference = Reference::new(Names::new(slug, text(0).unwrap_or_default(), text(1)));
        Self { entity, id, reference, values, aliases, is_withheld: false }
    }

    /// The same, withheld or not.
    pub(super) fn withheld(self, is_withheld: bool) -> Self {
        Self { is_withheld, ..self }
    }

    /// Whether nobody who asks the service may know of it: only cases of closed sources have it, and too few.
    pub fn is_withheld(&self) -> bool {
        self.is_withheld
    }

    /// What it is an entry of.
    pub fn entity(&self) -> Entity {
        self.entity
    }

    /// Its number in the database.
    pub fn id(&self) -> i32 {
        self.id
    }

    /// Its stable identifier.
    pub fn slug(&self) -> &str {
        &self.reference.slug
    }

    /// Its Chinese name.
    pub fn name(&self) -> &str {
        &self.reference.name
    }

    /// Its English name, if it is known.
    pub fn name_en(&self) -> Option<&str> {
        self.values.get(1).and_then(Value::as_str)
    }

    /// Its other names.
    pub fn aliases(&self) -> &[Alias] {
        &self.aliases
    }

    /// How it stands in cases.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    /// The values of its attributes, in the order of the entity's table.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The value of an attribute; null where it is unknown, or the entity has no such attribute.
    pub fn value(&self, attribute: &str) -> &Value {
        let index = self.entity.table().index_of(attribute);
        index.and_then(|index| self.values.get(index)).unwrap_or(&Value::Null)
    }

    /// The value of an attribute that is text.
    pub fn text(&self, attribute: &str) -> Option<&str> {
        self.value(attribute).as_str()
    }

    /// The value of an attribute that is a number, or the number of the entry that it refers to.
    pub fn integer(&self, attribute: &str) -> Option<i32> {
        self.value(attribute).as_i64().and_then(|integer| i32::try_from(integer).ok())
    }

    fn member<T: ClosedSet>(&self, attribute: &str) -> Option<T> {
        T::from_slug(self.text(attribute)?)
    }

    /// The depth of a major in the tree.
    pub fn major_level(&self) -> Option<MajorLevel> {
        self.member("level")
    }

    /// The kind of a source.
    pub fn source_kind(&self) -> Option<SourceKind> {
        self.member("kind")
    }

    /// In which answers the cases of a source stand.
    pub fn visibility(&self) -> Option<Visibility> {
        self.member("visibility")
    }

    /// The entry of the same entity that it stands under.
    pub fn parent_id(&self) -> Option<i32> {
        self.integer(self.entity.table().attributes[self.entity.table().parent()?].name)
    }

    /// The tier of a school.
    pub fn tier_id(&self) -> Option<i32> {
        self.integer("tier")
    }

    /// Whether a tier is one of those of the mainland, which are steps of one ladder: their ranks say how far apart they
    /// are. The ranks of the others are only the order in which they are listed.
    pub fn is_on_mainland_ladder(&self) -> bool {
        const LADDER: [&str; 7] =
            ["985", "211", "double_first_class", "first_tier", "ordinary", "second_tier", "vocational"];
        self.entity == Entity::SchoolTier && LADDER.contains(&self.slug())
    }

    /// The words of a summary from which an import derives a tag.
    pub fn keywords(&self) -> impl Iterator<Item = &str> {
        self.value("keywords").as_array().into_iter().flatten().filter_map(Value::as_str)
    }
}
