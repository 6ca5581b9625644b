//! The catalog: reference data, kept in memory, and what names mean in it.
//!
//! [`directory`] finds entries by name, [`entries`] are the
//! kinds of entries, [`mod@reference`] is how they stand in cases, [`load`] reads them, [`cache`] keeps the newest one;
//! [`guide`] is the guide, which is read as it is asked for.

pub mod cache;
pub mod directory;
pub mod entries;
pub mod guide;
mod load;

pub mod reference;

use std::collections::{BTreeSet, HashMap};

use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::entity::Entity;
use crate::model::field::Kind;

pub use directory::{Alias, Directory, Entry, FoundBy, Resolution};
pub use entries::{
    Company, CompanyKind, Major, MajorLevel, Role, RoleFamily, School, SchoolTier, Source, SourceKind, Tag,
};
pub use reference::Reference;

/// All reference data at one version.
#[derive(Debug)]
pub struct Catalog {
    /// The version of the data at which this was read.
    pub version: i64,
    /// Employers, by slug.
    pub companies: Directory<Company>,
    /// Posts, by slug.
    pub roles: Directory<Role>,
    /// Fields of study: disciplines by code, each followed by what is under it; then broad labels.
    pub majors: Directory<Major>,
    /// School tiers, by rank.
    pub school_tiers: Directory<SchoolTier>,
    /// Universities and colleges, by slug.
    pub schools: Directory<School>,
    /// Tags, by slug.
    pub tags: Directory<Tag>,
    /// Sources, by slug.
    pub sources: Directory<Source>,
    children_of_major: HashMap<i32, Vec<i32>>,
}

/// All entries of a catalog, in any order.
#[derive(Debug, Default)]
pub struct Entries {
    /// Employers.
    pub companies: Vec<Company>,
    /// Posts.
    pub roles: Vec<Role>,
    /// Fields of study.
    pub majors: Vec<Major>,
    /// School tiers.
    pub school_tiers: Vec<SchoolTier>,
    /// Universities and colleges.
    pub schools: Vec<School>,
    /// Tags.
    pub tags: Vec<Tag>,
    /// Sources.
    pub sources: Vec<Source>,
}

/// Sorted here: the order of a database depends on its collation, and cursors compare bytes.
fn by_slug<E: Entry>(mut entries: Vec<E>) -> Directory<E> {
    entries.sort_by(|left, right| left.slug().cmp(right.slug()));
    Directory::new(entries)
}

impl Catalog {
    /// A catalog of these entries; `version` is what it counts as.
    pub fn new(version: i64, entries: Entries) -> Self {
        let Entries { companies, roles, mut majors, mut school_tiers, schools, tags, sources } = entries;
        // By code, a parent comes before its children: 08, 0809, 080901. The slug ends the order,
        // since broad labels have no code.
        majors.sort_by(|left, right| {
            let key = |major: &Major| (major.code.is_none(), major.code.clone(), major.slug.clone());
            key(left).cmp(&key(right))
        });
        school_tiers.sort_by_key(|tier| tier.rank);
        let mut children_of_major: HashMap<i32, Vec<i32>> = HashMap::new();
        for major in &majors {
            if let Some(parent) = major.parent_id {
                children_of_major.entry(parent).or_default().push(major.id);
            }
        }
        Self {
            version,
            companies: by_slug(companies),
            roles: by_slug(roles),
            majors: Directory::new(majors),
            school_tiers: Directory::new(school_tiers),
            schools: by_slug(schools),
            tags: by_slug(tags),
            sources: by_slug(sources),
            children_of_major,
        }
    }

    /// What stands directly under a major, in order.
    pub fn children_of_major(&self, id: i32) -> &[i32] {
        self.children_of_major.get(&id).map_or(&[], Vec::as_slice)
    }

    /// A major with everything under it.
    pub fn major_with_descendants(&self, id: i32) -> BTreeSet<i32> {
        let mut all = BTreeSet::new();
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            if all.insert(id) {
                waiting.extend(self.children_of_major(id));
            }
        }
        all
    }

    /// The discipline that a major stands under; itself where it is one or stands alone.
    pub fn discipline_of(&self, id: i32) -> Option<&Major> {
        let mut major = self.majors.get(id)?;
        while let Some(parent) = major.parent_id.and_then(|parent| self.majors.get(parent)) {
            major = parent;
        }
        Some(major)
    }

    /// The entries that a field refers to whose attribute, a member of a closed set or unknown, is meant.
    pub fn entries_whose(&self, field: Field, attribute: &str, is_meant: impl Fn(Option<&str>) -> bool) -> Vec<i32> {
        fn ids<'a>(
            entries: impl Iterator<Item = (i32, Option<&'a str>)>,
            is_meant: impl Fn(Option<&str>) -> bool,
        ) -> Vec<i32> {
            entries.filter(|(_, member)| is_meant(*member)).map(|(id, _)| id).collect()
        }
        match (field.kind(), attribute) {
            (Kind::Reference(Entity::Company), "kind") => {
                ids(self.companies.entries().iter().map(|it| (it.id, it.kind.map(ClosedSet::slug))), is_meant)
            }
            (Kind::Reference(Entity::Role), "family") => {
                ids(self.roles.entries().iter().map(|it| (it.id, Some(it.family.slug()))), is_meant)
            }
            _ => Vec::new(),
        }
    }

    /// The slug of the member of a closed set that an attribute of the entry with this id is; `None` = unknown.
    pub fn attribute(&self, field: Field, id: i32, attribute: &str) -> Option<&'static str> {
        match (field.kind(), attribute) {
            (Kind::Reference(Entity::Company), "kind") => self.companies.get(id)?.kind.map(ClosedSet::slug),
            (Kind::Reference(Entity::Role), "family") => Some(self.roles.get(id)?.family.slug()),
            _ => None,
        }
    }

    /// How the entry with this id stands in answers.
    pub fn shown(&self, entity: Entity, id: i32) -> Reference {
        match entity {
            Entity::Company => Reference::by_id(&self.companies, id),
            Entity::Role => Reference::by_id(&self.roles, id),
            Entity::Major => Reference::by_id(&self.majors, id),
            Entity::SchoolTier => Reference::by_id(&self.school_tiers, i16::try_from(id).unwrap_or_default()),
            Entity::School => Reference::by_id(&self.schools, id),
            Entity::Tag => Reference::by_id(&self.tags, id),
            Entity::Source => Reference::by_id(&self.sources, id),
        }
        .into_owned()
    }
}
