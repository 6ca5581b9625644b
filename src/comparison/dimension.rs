//! What cases are compared by, and how much it counts.

use serde::Serialize;
use utoipa::ToSchema;

use super::weights::Weight;

/// What cases are compared by, as the parameters of a profile are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(example = "major")]
pub enum ComparedDimension {
    /// What the person studied.
    Major,
    /// Highest degree.
    HighestDegree,
    /// Tier of the school of the highest degree.
    SchoolTier,
    /// Tier of the bachelor's school.
    BachelorTier,
    /// Who made the offer.
    Company,
    /// The post.
    Role,
    /// Platform or application side.
    RoleTrack,
    /// City of the post.
    City,
    /// Tags.
    Tags,
    /// Date of the offer: how recent it is.
    OfferedOn,
}

impl ComparedDimension {
    /// The names of all dimensions, in the order in which they are compared.
    pub const NAMES: &'static [&'static str] = &[
        "major",
        "highest_degree",
        "school_tier",
        "bachelor_tier",
        "company",
        "role",
        "role_track",
        "city",
        "tags",
        "offered_on",
    ];

    /// All dimensions, in the order of [`Self::NAMES`].
    const ALL: &'static [Self] = &[
        Self::Major,
        Self::HighestDegree,
        Self::SchoolTier,
        Self::BachelorTier,
        Self::Company,
        Self::Role,
        Self::RoleTrack,
        Self::City,
        Self::Tags,
        Self::OfferedOn,
    ];

    /// The dimension of this name.
    pub fn named(name: &str) -> Option<Self> {
        let place = Self::NAMES.iter().position(|known| *known == name)?;
        Self::ALL.get(place).copied()
    }

    /// What it counts where the request says nothing else.
    ///
    /// Background and post decide what a reader can learn from a case, the major first of all: these
    /// are what people ask about. The rest tells otherwise equal cases apart.
    pub fn default_weight(self) -> Weight {
        match self {
            Self::Major => Weight::whole(3),
            Self::HighestDegree | Self::SchoolTier | Self::Role => Weight::whole(2),
            Self::BachelorTier | Self::Company | Self::RoleTrack | Self::City | Self::Tags | Self::OfferedOn => {
                Weight::whole(1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dimension_is_found_by_the_name_that_it_has_in_json() {
        assert_eq!(ComparedDimension::NAMES.len(), ComparedDimension::ALL.len());
        for (name, dimension) in ComparedDimension::NAMES.iter().zip(ComparedDimension::ALL) {
            assert_eq!(ComparedDimension::named(name), Some(*dimension));
            assert_eq!(serde_json::json!(dimension), *name);
        }
        assert_eq!(ComparedDimension::named("colour"), None);
    }
}
