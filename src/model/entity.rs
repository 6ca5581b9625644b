//! The kinds of reference data.

/// A kind of reference data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Entity {
    /// Employers.
    Company,
    /// Posts.
    Role,
    /// Fields of study.
    Major,
    /// Tiers of schools.
    SchoolTier,
    /// Universities and colleges.
    School,
    /// Tags.
    Tag,
    /// Where cases come from.
    Source,
}

impl Entity {
    /// What one is called in a sentence.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Role => "role",
            Self::Major => "major",
            Self::SchoolTier => "school tier",
            Self::School => "school",
            Self::Tag => "tag",
            Self::Source => "source",
        }
    }

    /// The last part of the path that lists them.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Company => "companies",
            Self::Role => "roles",
            Self::Major => "majors",
            Self::SchoolTier => "school-tiers",
            Self::School => "schools",
            Self::Tag => "tags",
            Self::Source => "sources",
        }
    }
}
