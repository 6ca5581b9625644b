//! Reference data, declared once: which entities there are, how each is called, and what is known of an entry.
//!
//! [`definitions`] is the table, [`forms`] what stands around names. The catalog, the seed and the API loop over it and
//! match on an [`AttributeKind`]; none of them knows an entity by its columns.

mod definitions;
pub mod forms;

use super::closed_set::{ClosedSet, Members, closed_set};
use super::field::Label;
use forms::Forms;

closed_set! {
    /// A kind of reference data; one that refers to another stands behind it.
    pub enum Entity ("text") {
        Company = "company" ("公司", "Company"),
        Role = "role" ("岗位", "Role"),
        /// Fields of study, as a tree.
        Major = "major" ("专业", "Major"),
        SchoolTier = "school_tier" ("院校层次", "School tier"),
        /// Provinces of China, and countries of cities elsewhere.
        Province = "province" ("省份", "Province"),
        City = "city" ("城市", "City"),
        School = "school" ("院校", "School"),
        /// Tags of the controlled list.
        Tag = "tag" ("标签", "Tag"),
        /// Where cases come from.
        Source = "source" ("来源", "Source"),
    }
}

impl Entity {
    /// What is declared of it.
    pub fn definition(self) -> &'static Definition {
        &definitions::DEFINITIONS[self as usize]
    }

    /// Where its entries are kept.
    pub fn table(self) -> &'static Table {
        &self.definition().table
    }

    /// What people are shown for it.
    pub fn label(self) -> Label {
        Self::SET.members[self as usize].label
    }

    /// What an entry is called within a sentence: `school tier`.
    pub fn singular(self) -> String {
        self.slug().replace('_', " ")
    }

    /// Whether its entries stand under each other, so that one means all below it too.
    pub fn is_tree(self) -> bool {
        self.definition().listing == Listing::Tree
    }

    /// Whether each of its entries has a rank, so that one stands above another.
    pub fn is_ranked(self) -> bool {
        self.table().attributes.iter().any(|attribute| matches!(attribute.kind, AttributeKind::Rank))
    }

    /// The last part of the path of its list: `school-tiers`.
    pub fn path_segment(self) -> String {
        self.table().name.replace('_', "-")
    }
}

/// What is declared of an entity.
#[derive(Debug)]
pub struct Definition {
    /// Where its entries are kept.
    pub table: Table,
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
    /// What people write around its names.
    pub forms: &'static Forms,
}

/// How entries are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// In pages, searched by name and narrowed by the attributes that have a [`Filter`].
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
    /// Name of the seed file.
    pub file: &'static str,
    /// What a row says beside its slug; the first two are the Chinese and the English name.
    pub attributes: &'static [Attribute],
    /// Other names, where rows have any.
    pub aliases: Option<Aliases>,
}

impl Table {
    /// The place of an attribute among all.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.attributes.iter().position(|attribute| attribute.name == name)
    }

    /// The attribute that is the English name.
    pub fn name_en(&self) -> Option<&'static Attribute> {
        self.attributes.get(1)
    }

    /// The place of the attribute that refers to another row of the table, which makes the rows a tree.
    pub fn parent(&self) -> Option<usize> {
        let is_own =
            |attribute: &Attribute| attribute.refers_to().is_some_and(|entity| entity.table().name == self.name);
        self.attributes.iter().position(is_own)
    }

    /// Whether the database has the rows for good, so that a file only names them.
    pub fn is_fixed(&self) -> bool {
        self.attributes.iter().any(|attribute| !attribute.is_in_files())
    }
}

/// Other names of rows.
#[derive(Debug)]
pub struct Aliases {
    /// They stand in the table `{of}_aliases`, whose column `{of}_id` is the row.
    pub of: &'static str,
    /// What they are.
    pub description: &'static str,
    /// Whether names that were given up are told apart.
    pub with_former: bool,
}

/// One thing that is known of a row.
#[derive(Debug)]
pub struct Attribute {
    /// Name in files and answers.
    pub name: &'static str,
    /// What its values are.
    pub kind: AttributeKind,
    /// Whether it may be unknown.
    pub is_nullable: bool,
    /// What it says.
    pub description: &'static str,
    /// How lists are narrowed by it.
    pub filter: Option<Filter>,
    /// What people are shown for it, where neither a field nor what it refers to says that.
    pub called: Option<Label>,
    /// What it is in a file that has no column for it.
    pub default: Option<&'static str>,
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
    /// An entry of this entity, by slug in files and by number in this column of the database.
    Reference(Entity, &'static str),
}

/// How a list is narrowed by an attribute.
#[derive(Debug)]
pub struct Filter {
    /// What the parameter asks for.
    pub description: &'static str,
    /// A value that works on the seed.
    pub example: &'static str,
}

impl Attribute {
    /// One of a kind.
    pub const fn new(name: &'static str, kind: AttributeKind, description: &'static str) -> Self {
        Self { name, kind, is_nullable: false, description, filter: None, called: None, default: None }
    }

    /// A text.
    pub const fn text(name: &'static str, description: &'static str) -> Self {
        Self::new(name, AttributeKind::Text, description)
    }

    /// A member of a closed set.
    pub const fn member(name: &'static str, set: &'static Members, description: &'static str) -> Self {
        Self::new(name, AttributeKind::Member(set), description)
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
        self.filter = Some(Filter { description, example });
        self
    }

    /// One that people are shown under a name of its own.
    #[must_use]
    pub const fn called(mut self, zh: &'static str, en: &'static str) -> Self {
        self.called = Some(Label { zh, en });
        self
    }

    /// One that older files have no column for.
    #[must_use]
    pub const fn or(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    /// Its column in the database.
    pub fn column(&self) -> &'static str {
        if let AttributeKind::Reference(_, column) = self.kind { column } else { self.name }
    }

    /// The entity whose entries it refers to.
    pub fn refers_to(&self) -> Option<Entity> {
        if let AttributeKind::Reference(entity, _) = self.kind { Some(entity) } else { None }
    }

    /// Whether files say it.
    pub fn is_in_files(&self) -> bool {
        !matches!(self.kind, AttributeKind::Rank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_entity_is_found_at_its_own_definition() {
        for entity in Entity::ALL {
            let Definition { table, order_by, .. } = entity.definition();
            let singular = entity.slug();
            assert!(table.name.starts_with(&singular[..singular.len() - 1]), "{entity:?} is kept in {}", table.name);
            assert!(order_by.is_none_or(|name| table.index_of(name).is_some()), "{entity:?}: {order_by:?}");
            let refers_ahead = |attribute: &Attribute| attribute.refers_to().is_some_and(|to| to > *entity);
            assert!(!table.attributes.iter().any(refers_ahead), "{entity:?}");
        }
    }
}
