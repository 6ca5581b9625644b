//! How much a likeness is worth, and which values of the catalog are how like one of them.
//!
//! The values are graded once for a request. The order and the explanation then both look up the
//! same grades, so that they cannot disagree.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::measure::group_value;
use crate::catalog::{Catalog, Entry, MajorLevel};
use crate::engine::tally::GroupValue;
use crate::model::case::Field;
use crate::model::entity::Entity;
use crate::model::field::{Grading, Kind};
use crate::model::value::Value;

/// How much a likeness is worth, from nothing to all, in millionths, so that sums are exact.
pub type Grade = i64;

/// Just what was asked for.
pub const FULL: Grade = 1_000_000;
/// Most of what is taught in a class (计算机类) is common to its majors.
const SAME_CLASS: Grade = 600_000;
/// The majors of a discipline (工学) share foundations and little more: half of a class.
const SAME_DISCIPLINE: Grade = 300_000;
/// Companies of one group often share recruiting and standards, but are employers of their own.
const SAME_GROUP: Grade = 700_000;
/// Employers of one kind (大厂, 外企) select alike; less than half, since kinds are wide.
const SAME_KIND: Grade = 400_000;
/// Posts of one family (产品) ask for the same skills in another field.
const SAME_FAMILY: Grade = 500_000;
/// One degree more or less. Two are another stage of life, and nothing.
const NEXT_STEP: Grade = 500_000;
/// By steps apart on the mainland's ladder of tiers, from one step: each costs a quarter, so that the
/// ends of the ladder have nothing in common.
const TIER_STEPS: [Grade; 3] = [750_000, 500_000, 250_000];
/// By days apart, at most: a recruiting season, a year, two, four. Hiring changes from season to
/// season, and after four years an offer says little of today.
pub const DAYS_APART: &[(i64, Grade)] = &[(90, FULL), (365, 750_000), (730, 500_000), (1461, 250_000)];

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

/// Values of one field by how like one value they are, and what that is worth. What is not among them is different.
#[derive(Debug, Default)]
pub struct Graded(HashMap<GroupValue, (Likeness, Grade)>);

impl Graded {
    /// That a value is like nothing but itself.
    fn only(value: GroupValue) -> Self {
        Self(HashMap::from([(value, (Likeness::Same, FULL))]))
    }

    /// Adds those of the values that are not known to be more alike.
    fn then(mut self, likeness: Likeness, grade: Grade, values: impl IntoIterator<Item = GroupValue>) -> Self {
        for value in values {
            self.0.entry(value).or_insert((likeness, grade));
        }
        self
    }

    /// Each value with its grade.
    pub fn by_value(&self) -> Vec<(GroupValue, Grade)> {
        self.0.iter().map(|(value, (_, grade))| (value.clone(), *grade)).collect()
    }

    /// How a value is like, and what that is worth.
    pub fn judge(&self, value: &GroupValue) -> (Likeness, Grade) {
        self.0.get(value).copied().unwrap_or((Likeness::Different, 0))
    }
}

/// Values that are like a value of a field.
pub fn alike(grading: Grading, field: Field, value: &Value, catalog: &Catalog) -> Graded {
    let graded = Graded::only(group_value(value));
    match (grading, value, field.kind()) {
        (Grading::Tree, Value::Reference(id), _) => like_major(graded, catalog, *id),
        (Grading::Ladder, Value::Reference(id), _) => like_tier(graded, catalog, *id),
        (Grading::Group, Value::Reference(id), _) => like_company(graded, catalog, *id),
        (Grading::Family, Value::Reference(id), _) => like_role(graded, catalog, *id),
        (Grading::Steps, Value::Member(slug), Kind::Closed(set)) => {
            let Some(index) = set.position(slug) else { return graded };
            let next = set.slugs.iter().enumerate().filter(|(other, _)| other.abs_diff(index) == 1);
            graded.then(Likeness::Near, NEXT_STEP, next.map(|(_, slug)| GroupValue::Member(slug)))
        }
        _ => graded,
    }
}

fn references(ids: impl IntoIterator<Item = i32>) -> impl Iterator<Item = GroupValue> {
    ids.into_iter().map(GroupValue::Reference)
}

/// Above a major stand at most one class and one discipline, and a class or discipline is its own; nothing stands above
/// or below a broad label.
fn like_major(mut graded: Graded, catalog: &Catalog, id: i32) -> Graded {
    let mut next = catalog.directory(Entity::Major).get(id);
    while let Some(major) = next {
        let below = || references(catalog.directory(Entity::Major).descendants(major.id()));
        graded = match major.major_level() {
            Some(MajorLevel::Class) => graded.then(Likeness::SameClass, SAME_CLASS, below()),
            Some(MajorLevel::Discipline) => graded.then(Likeness::SameDiscipline, SAME_DISCIPLINE, below()),
            Some(MajorLevel::Major | MajorLevel::Broad) | None => graded,
        };
        next = major.parent_id().and_then(|parent| catalog.directory(Entity::Major).get(parent));
    }
    graded
}

/// By steps of the mainland's ladder; the tiers beside it are like nothing else.
fn like_tier(graded: Graded, catalog: &Catalog, id: i32) -> Graded {
    let ladder = || catalog.directory(Entity::SchoolTier).entries().iter().filter(|tier| tier.is_on_mainland_ladder());
    let rank = |tier: &Entry| tier.integer("rank").unwrap_or_default();
    let Some(own) = ladder().find(|tier| tier.id() == id).map(rank) else { return graded };
    (1..).zip(TIER_STEPS).fold(graded, |graded, (steps, grade)| {
        let apart = ladder().filter(|other| rank(other).abs_diff(own) == steps).map(Entry::id);
        graded.then(Likeness::Near, grade, references(apart))
    })
}

/// `other` is no family but what is left over.
fn like_role(graded: Graded, catalog: &Catalog, id: i32) -> Graded {
    let family = catalog
        .directory(Entity::Role)
        .get(id)
        .and_then(|role| role.text("family"))
        .filter(|family| *family != "other");
    let Some(family) = family else { return graded };
    let alike = catalog
        .directory(Entity::Role)
        .entries()
        .iter()
        .filter(|other| other.text("family") == Some(family))
        .map(Entry::id);
    graded.then(Likeness::SameFamily, SAME_FAMILY, references(alike))
}

/// `other` is no kind but what is left over.
fn like_company(graded: Graded, catalog: &Catalog, id: i32) -> Graded {
    let Some(company) = catalog.directory(Entity::Company).get(id) else { return graded };
    let companies = || catalog.directory(Entity::Company).entries().iter();
    let group = companies().filter(|other| {
        let same_parent = company.parent_id().is_some() && other.parent_id() == company.parent_id();
        other.parent_id() == Some(id) || company.parent_id() == Some(other.id()) || same_parent
    });
    let graded = graded.then(Likeness::SameGroup, SAME_GROUP, references(group.map(Entry::id)));
    let Some(kind) = company.text("kind").filter(|kind| *kind != "other") else { return graded };
    let alike = companies().filter(|other| other.text("kind") == Some(kind)).map(Entry::id);
    graded.then(Likeness::SameKind, SAME_KIND, references(alike))
}
