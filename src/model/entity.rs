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
