//! Reference data, declared once: which entities there are, how each is called, and what is known of an entry.
//!
//! [`definitions`] is the table. The catalog, the seed and the API loop over it and match on an [`AttributeKind`]; none
//! of them knows an entity by its columns.

mod definitions;

use super::closed_set::Members;
use super::field::Label;
use definitions::DEFINITIONS;

/// A kind of reference data. One that refers to another stands behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    /// Employers.
    Company,
    /// Posts.
    Role,
    /// Fields of study, as a tree.
    Major,
    /// Tiers of schools.
    SchoolTier,
    /// Universities and colleges.
    School,
    /// Tags of the controlled list.
    Tag,
    /// Where cases come from.
    Source,
}

impl Entity {
    /// All entities in the order of their definitions.
    pub const ALL: [Self; 7] =
        [Self::Company, Self::Role, Self::Major, Self::SchoolTier, Self::School, Self::Tag, Self::Source];

    /// What is declared of it.
    pub fn definition(self) -> &'static Definition {
        &DEFINITIONS[self as usize]
    }

    /// Where its entries are kept.
    pub fn table(self) -> &'static Table {
        &self.definition().table
    }
}

/// What the entities are called, in their order: the singular of their tables.
pub const NAMES: &[&str] = &{
    let mut names = [""; DEFINITIONS.len()];
    let mut index = 0;
    while index < names.len() {
        names[index] = DEFINITIONS[index].table.key;
        index += 1;
    }
    names
};

impl Entity {
    /// The entity of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|entity| entity.table().key == name)
    }

    /// Whether its entries stand under each other, so that one means all below it too.
    pub fn is_tree(self) -> bool {
        self.definition().listing == Listing::Tree
    }
}

/// An entity: where its entries are kept, and how they are shown.
#[derive(Debug)]
pub struct Definition {
    /// The entity.
    pub entity: Entity,
    /// Where its entries are kept.
    pub table: Table,
    /// What people are shown.
    pub label: Label,
    /// What an entry is, as a sentence.
    pub description: &'static str,
    /// The shortest noun for an entry.
    pub noun: &'static str,
    /// The attribute that orders entries, those without it last; `None` = only by slug.
    pub order_by: Option<&'static str>,
    /// How entries are listed.
    pub listing: Listing,
    /// What a list is.
    pub list_description: &'static str,
    /// What a single entry is answered with.
    pub get_description: &'static str,
    /// What the number of its cases counts.
    pub case_count: &'static str,
    /// The slug of an entry of the seed.
    pub example: &'static str,
}

impl Definition {
    /// What an entry is called within a sentence: `school tier`.
    pub fn singular(&self) -> String {
        self.table.key.replace('_', " ")
    }

    /// What entries are called within a sentence: `school tiers`.
    pub fn plural(&self) -> String {
        self.table.name.replace('_', " ")
    }

    /// The last part of the path of the list: `school-tiers`.
    pub fn path_segment(&self) -> String {
        self.table.name.replace('_', "-")
    }
}

/// How entries are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// In pages, searched by name and narrowed by the attributes that have a [`FilterDefinition`].
    Pages,
    /// All at once.
    Whole,
    /// All at once, each entry under its parent.
    Tree,
}

/// A table of the database whose rows have a slug, and the seed file that fills it.
#[derive(Debug)]
pub struct Table {
    /// Name of the table.
    pub name: &'static str,
    /// Singular of the name. Aliases stand in `{key}_aliases`, and refer to their entry by `{key}_id`.
    pub key: &'static str,
    /// Name of the seed file.
    pub file: &'static str,
    /// What a row says beside its slug; the first two are the Chinese and the English name.
    pub attributes: &'static [Attribute],
    /// Other names, where entries have any.
    pub aliases: Option<Aliases>,
}

impl Table {
    /// The attribute that refers to another row of the table, which makes the rows a tree.
    pub fn parent(&self) -> Option<&'static Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.referred_entity().is_some_and(|to| to.table().name == self.name))
    }

    /// Whether the database has the rows for good, so that files only name them.
    pub fn is_fixed(&self) -> bool {
        self.attributes.iter().any(|attribute| matches!(attribute.kind, AttributeKind::Rank))
    }

    /// The place of an attribute among all.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.attributes.iter().position(|attribute| attribute.name == name)
    }
}

/// Other names of entries.
#[derive(Debug)]
pub struct Aliases {
    /// What they are.
    pub description: &'static str,
    /// Whether names that were given up are told apart.
    pub with_former: bool,
}

/// One thing that is known of an entry.
#[derive(Debug)]
pub struct Attribute {
    /// Name in files and answers.
    pub name: &'static str,
    /// What its values are.
    pub kind: AttributeKind,
    /// Whether it may be unknown.
    pub is_nullable: bool,
    /// What it says, in Markdown.
    pub description: &'static str,
    /// How lists are narrowed by it.
    pub filter: Option<FilterDefinition>,
}

/// What the values of an attribute are.
#[derive(Debug)]
pub enum AttributeKind {
    /// Text.
    Text,
    /// Several texts, with `|` between them in files.
    Texts,
    /// A whole number.
    Integer,
    /// The place in the order of a fixed set, from 1: known to the database, and that of the row in a file.
    Rank,
    /// A member of a closed set, by slug.
    Member(&'static Members),
    /// An entry, by slug in files and by number in the database.
    Reference {
        /// Of this entity.
        to: Entity,
        /// The column of its number.
        column: &'static str,
    },
}

/// How a list is narrowed by an attribute.
#[derive(Debug)]
pub struct FilterDefinition {
    /// What the parameter asks for.
    pub description: &'static str,
    /// A value that works on the seed.
    pub example: &'static str,
}

impl Attribute {
    const fn new(name: &'static str, kind: AttributeKind, description: &'static str) -> Self {
        Self { name, kind, is_nullable: false, description, filter: None }
    }

    /// Text.
    pub const fn text(name: &'static str, description: &'static str) -> Self {
        Self::new(name, AttributeKind::Text, description)
    }

    /// Several texts.
    pub const fn texts(name: &'static str, description: &'static str) -> Self {
        Self::new(name, AttributeKind::Texts, description)
    }

    /// A whole number.
    pub const fn integer(name: &'static str, description: &'static str) -> Self {
        Self::new(name, AttributeKind::Integer, description)
    }

    /// The place in the order of a fixed set.
    pub const fn rank(name: &'static str, description: &'static str) -> Self {
        Self::new(name, AttributeKind::Rank, description)
    }

    /// A member of a closed set.
    pub const fn member(name: &'static str, set: &'static Members, description: &'static str) -> Self {
        Self::new(name, AttributeKind::Member(set), description)
    }

    /// An entry of `to`, whose number stands in `column`.
    pub const fn reference(name: &'static str, to: Entity, column: &'static str, description: &'static str) -> Self {
        Self::new(name, AttributeKind::Reference { to, column }, description)
    }

    /// One that may be unknown.
    #[must_use]
    pub const fn nullable(mut self) -> Self {
        self.is_nullable = true;
        self
    }

    /// One that lists are narrowed by.
    #[must_use]
    pub const fn filtered(mut self, description: &'static str, example: &'static str) -> Self {
        self.filter = Some(FilterDefinition { description, example });
        self
    }

    /// Its column in the database.
    pub fn column(&self) -> &'static str {
        match self.kind {
            AttributeKind::Reference { column, .. } => column,
            _ => self.name,
        }
    }

    /// The entity whose entries it refers to.
    pub fn referred_entity(&self) -> Option<Entity> {
        match self.kind {
            AttributeKind::Reference { to, .. } => Some(to),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_entity_is_found_at_its_own_definition() {
        for entity in Entity::ALL {
            assert_eq!(entity.definition().entity, entity);
            let order = entity.definition().order_by;
            assert!(order.is_none_or(|name| entity.table().index_of(name).is_some()), "{entity:?}: {order:?}");
            let refers_ahead = |attribute: &Attribute| attribute.referred_entity().is_some_and(|to| to > entity);
            assert!(!entity.table().attributes.iter().any(refers_ahead), "{entity:?}");
        }
    }
}
