//! How much a likeness is worth, and which values of the catalog are how like one of them.
//!
//! The values are put into groups once for a request. SQL and the explanation then both look up the
//! same groups, so that they cannot disagree.

use serde::Serialize;
use utoipa::ToSchema;

use crate::catalog::{Catalog, CompanyKind, Entity, Entry, MajorLevel, RoleFamily};
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::Degree;

/// How much a likeness is worth, from nothing to all, in millionths, so that sums are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grade(i64);

impl Grade {
    /// Nothing in common.
    pub const NONE: Self = Self(0);
    /// Just what was asked for.
    pub const FULL: Self = Self(1_000_000);

    const fn thousandths(thousandths: i64) -> Self {
        Self(thousandths * 1000)
    }

    /// `part` of `whole`, rounded down to millionths, as integers of PostgreSQL are divided.
    pub fn share(part: usize, whole: usize) -> Self {
        let number = |count| i64::try_from(count).unwrap_or(i64::MAX);
        Self(number(part).saturating_mul(Self::FULL.0) / number(whole.max(1)))
    }

    /// In millionths.
    pub fn millionths(self) -> i64 {
        self.0
    }
}

/// Most of what is taught in a class (计算机类) is common to its majors.
const SAME_CLASS: Grade = Grade::thousandths(600);
/// The majors of a discipline (工学) share foundations and little more: half of a class.
const SAME_DISCIPLINE: Grade = Grade::thousandths(300);
/// Companies of one group often share recruiting and standards, but are employers of their own.
const SAME_GROUP: Grade = Grade::thousandths(700);
/// Employers of one kind (大厂, 外企) select alike; less than half, since kinds are wide.
const SAME_KIND: Grade = Grade::thousandths(400);
/// Posts of one family (产品) ask for the same skills in another field.
const SAME_FAMILY: Grade = Grade::thousandths(500);
/// One degree more or less. Two are another stage of life, and nothing.
const NEXT_DEGREE: Grade = Grade::thousandths(500);
/// By steps apart on the mainland's ladder of tiers, from one step: each costs a quarter, so that the
/// ends of the ladder have nothing in common.
const TIER_STEPS: [Grade; 3] = [Grade::thousandths(750), Grade::thousandths(500), Grade::thousandths(250)];
/// By days apart, at most: a recruiting season, a year, two, four. Hiring changes from season to
/// season, and after four years an offer says little of today.
pub const DAYS_APART: [(i64, Grade); 4] = [
    (90, Grade::FULL),
    (365, Grade::thousandths(750)),
    (730, Grade::thousandths(500)),
    (1461, Grade::thousandths(250)),
];

/// How a value of a case is like the one it is compared with.
///
/// `same`: the match is 1 (dates up to 90 days apart; of tags the case has all of yours). `same_class`,
/// `same_discipline`: majors, or one of them is the class or discipline of the other. `same_group`, `same_kind`:
/// companies. `same_family`: roles. `near`: a few steps apart on the ladder of tiers or degrees, or in time. `part`: the
/// case has some of your tags. `different`: the match is 0. `unknown`: it is not known of the case, and the match is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(example = "same_class")]
pub enum Likeness {
    /// It is the same: the match is 1. Dates are the same up to 90 days apart; tags, where the case has all of yours.
    Same,
    /// Majors of one class (专业类), or a class and a major in it.
    SameClass,
    /// Majors of one discipline (门类), or a discipline and what is in it.
    SameDiscipline,
    /// Companies of one group: one is the parent of the other, or both have the same.
    SameGroup,
    /// Companies of one kind.
    SameKind,
    /// Roles of one family.
    SameFamily,
    /// A few steps apart: tiers, degrees, dates.
    Near,
    /// The case has some of your tags.
    Part,
    /// Nothing in common: the match is 0.
    Different,
    /// It is not known of the case: the match is 0.
    Unknown,
}

/// Values of one dimension by how like one value they are. What is in no group is different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graded<T> {
    /// The groups, the best first; a value is in one at most.
    pub groups: Vec<Group<T>>,
}

/// Values that are equally like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<T> {
    /// How.
    pub likeness: Likeness,
    /// What it is worth.
    pub grade: Grade,
    /// The values.
    pub values: Vec<T>,
}

impl<T: PartialEq> Graded<T> {
    /// That a value is like nothing but itself.
    pub fn only(value: T) -> Self {
        Self { groups: vec![Group { likeness: Likeness::Same, grade: Grade::FULL, values: vec![value] }] }
    }

    /// Adds those of the values that are in no better group.
    fn then(mut self, likeness: Likeness, grade: Grade, values: impl IntoIterator<Item = T>) -> Self {
        let values: Vec<T> = values.into_iter().filter(|value| !self.contains(value)).collect();
        if !values.is_empty() {
            self.groups.push(Group { likeness, grade, values });
        }
        self
    }

    fn contains(&self, value: &T) -> bool {
        self.groups.iter().any(|group| group.values.contains(value))
    }

    /// How a value is like, and what that is worth; `None` is an unknown value.
    pub fn judge(&self, value: Option<&T>) -> (Likeness, Grade) {
        let Some(value) = value else { return (Likeness::Unknown, Grade::NONE) };
        let group = self.groups.iter().find(|group| group.values.contains(value));
        group.map_or((Likeness::Different, Grade::NONE), |group| (group.likeness, group.grade))
    }
}

/// Majors like a major. Above it stand at most one class and one discipline, and a class or
/// discipline is its own; nothing stands above or below a broad label.
pub fn like_major(catalog: &Catalog, id: i32) -> Graded<i32> {
    let mut graded = Graded::only(id);
    let mut next = catalog.majors.get(id);
    while let Some(major) = next {
        let below = || catalog.descendants(Entity::Major, major.id());
        graded = match major.major_level() {
            Some(MajorLevel::Class) => graded.then(Likeness::SameClass, SAME_CLASS, below()),
            Some(MajorLevel::Discipline) => graded.then(Likeness::SameDiscipline, SAME_DISCIPLINE, below()),
            Some(MajorLevel::Major | MajorLevel::Broad) | None => graded,
        };
        next = major.parent_id().and_then(|parent| catalog.majors.get(parent));
    }
    graded
}

/// Tiers like a tier, by steps of the mainland's ladder; those beside it are like nothing else.
pub fn like_tier(catalog: &Catalog, id: i16) -> Graded<i16> {
    let graded = Graded::only(id);
    let Some(tier) = catalog.school_tiers.get(id).filter(|tier| tier.is_on_mainland_ladder()) else { return graded };
    let rank = |tier: &Entry| tier.integer("rank").unwrap_or_default();
    let ladder = || catalog.school_tiers.entries().iter().filter(|other| other.is_on_mainland_ladder());
    (1..).zip(TIER_STEPS).fold(graded, |graded, (steps, grade)| {
        let apart = ladder().filter(|other| rank(other).abs_diff(rank(tier)) == steps);
        graded.then(Likeness::Near, grade, apart.filter_map(|other| i16::try_from(other.id()).ok()))
    })
}

/// Degrees like a degree.
pub fn like_degree(degree: Degree) -> Graded<Degree> {
    let place = |degree: Degree| Degree::ALL.iter().position(|other| *other == degree).unwrap_or_default();
    let next = Degree::ALL.iter().copied().filter(|other| place(*other).abs_diff(place(degree)) == 1);
    Graded::only(degree).then(Likeness::Near, NEXT_DEGREE, next)
}

/// Roles like a role. `other` is no family but what is left over.
pub fn like_role(catalog: &Catalog, id: i32) -> Graded<i32> {
    let graded = Graded::only(id);
    let Some(role) = catalog.roles.get(id).filter(|role| role.role_family() != Some(RoleFamily::Other)) else {
        return graded;
    };
    let family =
        catalog.roles.entries().iter().filter(|other| other.role_family() == role.role_family()).map(Entry::id);
    graded.then(Likeness::SameFamily, SAME_FAMILY, family)
}

/// Companies like a company. `other` is no kind but what is left over.
pub fn like_company(catalog: &Catalog, id: i32) -> Graded<i32> {
    let graded = Graded::only(id);
    let Some(company) = catalog.companies.get(id) else { return graded };
    let companies = || catalog.companies.entries().iter();
    let group = companies().filter(|other| {
        let same_parent = company.parent_id().is_some() && other.parent_id() == company.parent_id();
        other.parent_id() == Some(id) || company.parent_id() == Some(other.id()) || same_parent
    });
    let graded = graded.then(Likeness::SameGroup, SAME_GROUP, group.map(Entry::id));
    let Some(kind) = company.company_kind().filter(|kind| *kind != CompanyKind::Other) else { return graded };
    let alike = companies().filter(|other| other.company_kind() == Some(kind));
    graded.then(Likeness::SameKind, SAME_KIND, alike.map(Entry::id))
}
