//! Closed sets: a PostgreSQL enum, a Rust enum and a string in JSON that cannot drift apart.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

use super::field::Label;
use crate::text::name_key;

/// One of a closed set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// What stands in the database, in JSON, in URLs and in files.
    pub slug: &'static str,
    /// What people are shown.
    pub label: Label,
}

/// The members of a closed set, for code that does not know which it is.
#[derive(Debug)]
pub struct Members {
    /// The name of its schema.
    pub name: &'static str,
    /// The enum of PostgreSQL.
    pub sql_type: &'static str,
    /// What it is.
    pub description: &'static str,
    /// All members, in the order of the database's enum.
    pub members: &'static [Member],
    /// Their slugs.
    pub slugs: &'static [&'static str],
    /// Whether their order means something, so that one is more than another.
    pub is_ordered: bool,
}

impl Members {
    /// The member with this slug, compared exactly, by its index.
    pub fn position(&self, slug: &str) -> Option<usize> {
        self.slugs.iter().position(|known| *known == slug)
    }

    /// The member that a slug or a name in either language means, whatever its case, width and spaces.
    pub fn called(&self, name: &str) -> Option<&'static Member> {
        let key = name_key(name);
        let names = |member: &Member| [member.slug, member.label.zh, member.label.en];
        self.members.iter().find(|member| names(member).iter().any(|name| name_key(name) == key))
    }

    /// The schema of a member: a string that is one of the slugs.
    pub fn schema(&self) -> RefOr<Schema> {
        let name = |member: &Member| format!("`{}`: {}, {}", member.slug, member.label.zh, member.label.en);
        let names: Vec<String> = self.members.iter().map(name).collect();
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(self.slugs.iter().copied()))
            .description(Some(format!("{} {}.", self.description.trim(), names.join("; "))))
            .into()
    }
}

/// A closed set of values, each known outside by its slug.
pub trait ClosedSet: Sized + Copy + 'static {
    /// What is known of the set without its type.
    const SET: Members;
    /// All members in the order of the database's enum.
    const ALL: &'static [Self];
    /// The slugs of [`ClosedSet::ALL`], in the same order.
    const SLUGS: &'static [&'static str] = Self::SET.slugs;

    /// The place in [`ClosedSet::ALL`].
    fn index(self) -> usize;

    /// The slug that stands in the database, in JSON, in URLs and in seed files.
    fn slug(self) -> &'static str {
        Self::SLUGS[self.index()]
    }

    /// The member with this slug, compared exactly.
    fn from_slug(slug: &str) -> Option<Self> {
        Self::SET.position(slug).map(|index| Self::ALL[index])
    }
}

/// Declares an enum as a [`ClosedSet`] that Serde and utoipa know; behind its name stands that of the enum of PostgreSQL,
/// and `ordered` where the order of its members means something.
///
/// Each member has a slug, a Chinese and an English name; these document it, with what is written in front of it.
macro_rules! closed_set {
    (
        $(#[doc = $description:literal])+
        pub enum $name:ident ($sql_name:literal $(, $order:ident)?) {
            $( $(#[$member_attribute:meta])* $member:ident = $slug:literal ($name_zh:literal, $name_en:literal), )+
        }
    ) => {
        $(#[doc = $description])+
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        pub enum $name {
            $( #[doc = concat!($name_zh, ", ", $name_en, ".")] $(#[$member_attribute])* #[serde(rename = $slug)] $member, )+
        }

        impl $crate::model::closed_set::ClosedSet for $name {
            const SET: $crate::model::closed_set::Members = $crate::model::closed_set::Members {
                name: stringify!($name),
                sql_type: $sql_name,
                description: concat!($($description),+),
                members: &[$( $crate::model::closed_set::Member {
                    slug: $slug,
                    label: $crate::model::field::Label { zh: $name_zh, en: $name_en },
                } ),+],
                slugs: &[$($slug),+],
                is_ordered: {
                    let order: &[&str] = &[$(stringify!($order))?];
                    !order.is_empty()
                },
            };
            const ALL: &'static [Self] = &[$(Self::$member),+];

            fn index(self) -> usize {
                self as usize
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                <Self as $crate::model::closed_set::ClosedSet>::SET.schema()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}
pub(crate) use closed_set;
