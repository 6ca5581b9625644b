//! What cases can be grouped by.

use crate::cases::filter_sql::ANY_TIER;
use crate::catalog::{Catalog, CompanyKind, Directory, Entry, RoleFamily};
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::{Degree, OfferChannel, RoleTrack, Verification};

/// A dimension by which cases can be grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// Who made the offer.
    Company,
    /// What kind of employer made it.
    CompanyKind,
    /// The post.
    Role,
    /// The family of work of the post.
    RoleFamily,
    /// Platform or application side.
    RoleTrack,
    /// What the person studied, as finely as the source says.
    Major,
    /// Tier of the school of the highest degree.
    SchoolTier,
    /// Tier of the bachelor's school.
    BachelorTier,
    /// Tier of the master's school.
    MasterTier,
    /// Tier of the doctoral school.
    DoctorTier,
    /// Tier of the school of any degree; a case counts in each.
    AnyTier,
    /// School of the highest degree.
    School,
    /// Highest degree.
    HighestDegree,
    /// How the offer came about.
    OfferChannel,
    /// City of the post.
    City,
    /// Tags; a case with several counts in each.
    Tag,
    /// Where the case comes from.
    Source,
    /// What stands behind the case.
    Verification,
    /// Year of the offer.
    OfferedYear,
    /// Month of the offer; unknown where only the year is known.
    OfferedMonth,
}

/// What a group is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupName {
    /// What any filter takes for it.
    pub value: String,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: Option<String>,
}

impl Dimension {
    /// All dimensions in the order of [`Dimension::NAMES`].
    const ALL: &'static [Self] = &[
        Self::Company,
        Self::CompanyKind,
        Self::Role,
        Self::RoleFamily,
        Self::RoleTrack,
        Self::Major,
        Self::SchoolTier,
        Self::BachelorTier,
        Self::MasterTier,
        Self::DoctorTier,
        Self::AnyTier,
        Self::School,
        Self::HighestDegree,
        Self::OfferChannel,
        Self::City,
        Self::Tag,
        Self::Source,
        Self::Verification,
        Self::OfferedYear,
        Self::OfferedMonth,
    ];

    /// Their names as parameters.
    pub const NAMES: &'static [&'static str] = &[
        "company",
        "company_kind",
        "role",
        "role_family",
        "role_track",
        "major",
        "school_tier",
        "bachelor_tier",
        "master_tier",
        "doctor_tier",
        "any_tier",
        "school",
        "highest_degree",
        "offer_channel",
        "city",
        "tag",
        "source",
        "verification",
        "offered_year",
        "offered_month",
    ];

    /// The dimension of this name.
    pub fn named(name: &str) -> Option<Self> {
        let place = Self::NAMES.iter().position(|known| *known == name)?;
        Self::ALL.get(place).copied()
    }

    /// Its name as a parameter.
    pub fn name(self) -> &'static str {
        // The names stand in the order of the members.
        Self::NAMES[self as usize]
    }

    /// What readers are shown for it, in Chinese and in English.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Company => ("公司", "Company"),
            Self::CompanyKind => ("公司类型", "Kind of company"),
            Self::Role => ("岗位", "Role"),
            Self::RoleFamily => ("岗位类别", "Role family"),
            Self::RoleTrack => ("岗位方向", "Role track"),
            Self::Major => ("专业", "Major"),
            Self::SchoolTier => ("院校层次", "School tier"),
            Self::BachelorTier => ("本科院校层次", "Bachelor's school tier"),
            Self::MasterTier => ("硕士院校层次", "Master's school tier"),
            Self::DoctorTier => ("博士院校层次", "Doctoral school tier"),
            Self::AnyTier => ("任一学历的院校层次", "School tier of any degree"),
            Self::School => ("院校", "School"),
            Self::HighestDegree => ("最高学历", "Highest degree"),
            Self::OfferChannel => ("招聘渠道", "Offer channel"),
            Self::City => ("城市", "City"),
            Self::Tag => ("标签", "Tag"),
            Self::Source => ("来源", "Source"),
            Self::Verification => ("核实程度", "Verification"),
            Self::OfferedYear => ("offer 年份", "Year of the offer"),
            Self::OfferedMonth => ("offer 月份", "Month of the offer"),
        }
    }

    /// The filter's parameter that takes its values.
    pub fn filter_parameter(self) -> &'static str {
        if self.is_time() { "offered_on" } else { self.name() }
    }

    /// Whether its values are periods of time.
    pub fn is_time(self) -> bool {
        matches!(self, Self::OfferedYear | Self::OfferedMonth)
    }

    /// Whether a case may have several values of it; they stand in an array then.
    pub(super) fn has_several_values(self) -> bool {
        matches!(self, Self::Tag | Self::AnyTier)
    }

    /// What the group without a value is called, in Chinese and in English.
    pub(super) fn names_of_unknown(self) -> (&'static str, &'static str) {
        match self {
            Self::Tag => ("无标签", "No tag"),
            _ => ("未知", "Unknown"),
        }
    }

    /// The expression that gives its values.
    pub(super) fn expression(self) -> &'static str {
        match self {
            Self::Company => "offer_cases.company_id",
            Self::CompanyKind => "(select companies.kind from companies where companies.id = offer_cases.company_id)",
            Self::Role => "offer_cases.role_id",
            Self::RoleFamily => "(select roles.family from roles where roles.id = offer_cases.role_id)",
            Self::RoleTrack => "offer_cases.role_track",
            Self::Major => "offer_cases.major_id",
            Self::SchoolTier => "offer_cases.school_tier",
            Self::BachelorTier => "offer_cases.bachelor_tier",
            Self::MasterTier => "offer_cases.master_tier",
            Self::DoctorTier => "offer_cases.doctor_tier",
            Self::AnyTier => ANY_TIER,
            Self::School => "offer_cases.school_id",
            Self::HighestDegree => "offer_cases.highest_degree",
            Self::OfferChannel => "offer_cases.offer_channel",
            Self::City => "offer_cases.city",
            Self::Tag => "offer_cases.tags",
            Self::Source => "offer_cases.source_id",
            Self::Verification => "offer_cases.verification",
            Self::OfferedYear => "to_char(offer_cases.offered_on, 'YYYY')",
            Self::OfferedMonth => {
                "case when offer_cases.offered_precision <> 'year' then to_char(offer_cases.offered_on, 'YYYY-MM') end"
            }
        }
    }

    /// What the group is called whose value the database prints as `key`.
    pub(super) fn name_group(self, catalog: &Catalog, key: &str) -> GroupName {
        match self {
            Self::Company => by_id(&catalog.companies, key),
            Self::Role => by_id(&catalog.roles, key),
            Self::Major => by_id(&catalog.majors, key),
            Self::SchoolTier | Self::BachelorTier | Self::MasterTier | Self::DoctorTier | Self::AnyTier => {
                by_id(&catalog.school_tiers, key)
            }
            Self::School => by_id(&catalog.schools, key),
            Self::Source => by_id(&catalog.sources, key),
            Self::Tag => catalog.tags.by_slug(key).map_or_else(|| plain(key), entry_name),
            Self::CompanyKind => member::<CompanyKind>(key),
            Self::RoleFamily => member::<RoleFamily>(key),
            Self::RoleTrack => member::<RoleTrack>(key),
            Self::HighestDegree => member::<Degree>(key),
            Self::OfferChannel => member::<OfferChannel>(key),
            Self::Verification => member::<Verification>(key),
            Self::City | Self::OfferedYear | Self::OfferedMonth => plain(key),
        }
    }

    /// The place of a value in the dimension's own order, which is that of the catalog or the closed set; values
    /// without one are told apart by what they are called.
    pub(super) fn place(self, catalog: &Catalog, key: &str) -> usize {
        match self {
            Self::Company => place_of(&catalog.companies, key),
            Self::Role => place_of(&catalog.roles, key),
            Self::Major => place_of(&catalog.majors, key),
            Self::SchoolTier | Self::BachelorTier | Self::MasterTier | Self::DoctorTier | Self::AnyTier => {
                place_of(&catalog.school_tiers, key)
            }
            Self::School => place_of(&catalog.schools, key),
            Self::Source => place_of(&catalog.sources, key),
            Self::CompanyKind => place_in::<CompanyKind>(key),
            Self::RoleFamily => place_in::<RoleFamily>(key),
            Self::RoleTrack => place_in::<RoleTrack>(key),
            Self::HighestDegree => place_in::<Degree>(key),
            Self::OfferChannel => place_in::<OfferChannel>(key),
            Self::Verification => place_in::<Verification>(key),
            Self::Tag | Self::City | Self::OfferedYear | Self::OfferedMonth => 0,
        }
    }
}

fn place_of(directory: &Directory, key: &str) -> usize {
    key.parse().ok().and_then(|id: i32| directory.place(id)).unwrap_or(usize::MAX)
}

fn place_in<T: ClosedSet>(key: &str) -> usize {
    T::SLUGS.iter().position(|slug| *slug == key).unwrap_or(usize::MAX)
}

fn entry_name(entry: &Entry) -> GroupName {
    GroupName {
        value: entry.slug().to_owned(),
        name: entry.name().to_owned(),
        name_en: entry.name_en().map(str::to_owned),
    }
}

fn by_id(directory: &Directory, key: &str) -> GroupName {
    let entry = key.parse().ok().and_then(|id: i32| directory.get(id));
    // Missing where the entry is newer than the catalog, which the next request makes good.
    entry.map_or_else(|| plain(&format!("id-{key}")), entry_name)
}

fn member<T: ClosedSet>(key: &str) -> GroupName {
    T::from_slug(key).map_or_else(
        || plain(key),
        |member| GroupName {
            value: member.slug().to_owned(),
            name: member.name().to_owned(),
            name_en: Some(member.name_en().to_owned()),
        },
    )
}

fn plain(key: &str) -> GroupName {
    GroupName { value: key.to_owned(), name: key.to_owned(), name_en: None }
}
