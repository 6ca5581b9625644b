//! The kinds of reference data.

use super::directory::{Alias, Entry};
pub use crate::model::closed_sets::{CompanyKind, MajorLevel, RoleFamily, SourceKind};

/// An employer.
#[derive(Debug, Clone)]
pub struct Company {
    /// Number in the database.
    pub id: i32,
    /// Stable identifier.
    pub slug: String,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: Option<String>,
    /// Kind of employer; `None` = unknown.
    pub kind: Option<CompanyKind>,
    /// The company that this one is a subsidiary of.
    pub parent_id: Option<i32>,
    /// Other names.
    pub aliases: Vec<Alias>,
}

/// A post.
#[derive(Debug, Clone)]
pub struct Role {
    /// Number in the database.
    pub id: i32,
    /// Stable identifier.
    pub slug: String,
    /// Chinese title.
    pub name: String,
    /// English title.
    pub name_en: Option<String>,
    /// Family of work.
    pub family: RoleFamily,
    /// Other titles.
    pub aliases: Vec<Alias>,
}

/// A field of study, at any level.
#[derive(Debug, Clone)]
pub struct Major {
    /// Number in the database.
    pub id: i32,
    /// Stable identifier.
    pub slug: String,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: Option<String>,
    /// Code in the official catalogue.
    pub code: Option<String>,
    /// Depth in the tree, or broad.
    pub level: MajorLevel,
    /// The class of a major, the discipline of a class.
    pub parent_id: Option<i32>,
    /// Other names.
    pub aliases: Vec<Alias>,
}

/// A tier of schools.
#[derive(Debug, Clone)]
pub struct SchoolTier {
    /// Number in the database, the same in all databases.
    pub id: i16,
    /// Stable identifier.
    pub slug: String,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Place in the order of tiers, from 1.
    pub rank: i16,
    /// Other names.
    pub aliases: Vec<Alias>,
}

impl SchoolTier {
    /// Whether the tier is one of those of the mainland, which are steps of one ladder: their ranks say
    /// how far apart they are. The ranks of the others are only the order in which they are listed.
    pub fn is_on_mainland_ladder(&self) -> bool {
        const LADDER: [&str; 6] = ["985", "211", "double_first_class", "first_tier", "second_tier", "vocational"];
        LADDER.contains(&self.slug.as_str())
    }
}

/// A university or college.
#[derive(Debug, Clone)]
pub struct School {
    /// Number in the database.
    pub id: i32,
    /// Stable identifier.
    pub slug: String,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: Option<String>,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Province or state.
    pub province: Option<String>,
    /// City.
    pub city: Option<String>,
    /// The highest tier that the school belongs to.
    pub tier_id: i16,
    /// Other names.
    pub aliases: Vec<Alias>,
}

/// A tag of the controlled list.
#[derive(Debug, Clone)]
pub struct Tag {
    /// Number in the database.
    pub id: i32,
    /// Stable identifier.
    pub slug: String,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// What it says of a case, in Chinese.
    pub meaning: String,
    /// What it says of a case, in English.
    pub meaning_en: String,
    /// Words of a summary from which an import derives it.
    pub keywords: Vec<String>,
}

/// Where cases come from.
#[derive(Debug, Clone)]
pub struct Source {
    /// Number in the database.
    pub id: i32,
    /// Stable identifier.
    pub slug: String,
    /// Title in Chinese.
    pub title: String,
    /// Title in English.
    pub title_en: Option<String>,
    /// Where it was published.
    pub url: Option<String>,
    /// What kind of source it is.
    pub kind: SourceKind,
    /// Licence of the data.
    pub licence: Option<String>,
    /// What a reader must know about it, in Chinese.
    pub note: Option<String>,
    /// What a reader must know about it, in English.
    pub note_en: Option<String>,
    /// Smaller groups of this source are not shown in statistics.
    pub min_group_size: i32,
}

/// Implements [`Entry`] by the fields that a kind of reference data has for it.
macro_rules! entry {
    ($type:ty, $id:ty, $name:ident, $name_en:expr, $aliases:expr) => {
        impl Entry for $type {
            type Id = $id;

            fn id(&self) -> $id {
                self.id
            }
            fn slug(&self) -> &str {
                &self.slug
            }
            fn name(&self) -> &str {
                &self.$name
            }
            fn name_en(&self) -> Option<&str> {
                let name_en: fn(&Self) -> Option<&str> = $name_en;
                name_en(self)
            }
            fn aliases(&self) -> &[Alias] {
                let aliases: fn(&Self) -> &[Alias] = $aliases;
                aliases(self)
            }
        }
    };
}

entry!(Company, i32, name, |company| company.name_en.as_deref(), |company| &company.aliases);
entry!(Role, i32, name, |role| role.name_en.as_deref(), |role| &role.aliases);
entry!(Major, i32, name, |major| major.name_en.as_deref(), |major| &major.aliases);
entry!(SchoolTier, i16, name, |tier| Some(&tier.name_en), |tier| &tier.aliases);
entry!(School, i32, name, |school| school.name_en.as_deref(), |school| &school.aliases);
entry!(Tag, i32, name, |tag| Some(&tag.name_en), |_| &[]);
entry!(Source, i32, title, |source| source.title_en.as_deref(), |_| &[]);
