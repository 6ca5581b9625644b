//! By what each dimension of a profile is measured against a case.

use chrono::NaiveDate;

use super::dimension::ComparedDimension;
use super::grades::{DAYS_APART, Grade, Graded, Likeness, like_company, like_degree, like_major, like_role, like_tier};
use super::profile::Profile;
use super::weights::{Weight, Weights};
use crate::catalog::Catalog;
use crate::model::closed_sets::{Degree, RoleTrack};

/// One dimension that a profile gives, with what it is worth.
#[derive(Debug)]
pub struct Criterion {
    /// The dimension.
    pub dimension: ComparedDimension,
    /// How much it counts; never nothing.
    pub weight: Weight,
    /// What a case is measured by.
    pub measure: Measure,
}

/// What a case is measured by.
#[derive(Debug)]
pub enum Measure {
    /// Its major.
    Major(Graded<i32>),
    /// Its highest degree.
    HighestDegree(Graded<Degree>),
    /// The tier of the school of the highest degree.
    SchoolTier(Graded<i16>),
    /// The tier of the bachelor's school.
    BachelorTier(Graded<i16>),
    /// Its company.
    Company(Graded<i32>),
    /// Its role.
    Role(Graded<i32>),
    /// Platform or application side.
    RoleTrack(Graded<RoleTrack>),
    /// Its city.
    City(Graded<String>),
    /// Which of these tags it has.
    Tags(Vec<String>),
    /// How far from this day its date is.
    OfferedOn(NaiveDate),
}

impl Criterion {
    /// The dimensions that a profile gives, in order, but for those that count nothing.
    pub fn all_of(profile: &Profile, weights: &Weights, catalog: &Catalog) -> Vec<Self> {
        use ComparedDimension as D;
        let given = [
            profile.major.map(|id| (D::Major, Measure::Major(like_major(catalog, id)))),
            profile.highest_degree.map(|degree| (D::HighestDegree, Measure::HighestDegree(like_degree(degree)))),
            profile.school_tier.map(|id| (D::SchoolTier, Measure::SchoolTier(like_tier(catalog, id)))),
            profile.bachelor_tier.map(|id| (D::BachelorTier, Measure::BachelorTier(like_tier(catalog, id)))),
            profile.company.map(|id| (D::Company, Measure::Company(like_company(catalog, id)))),
            profile.role.map(|id| (D::Role, Measure::Role(like_role(catalog, id)))),
            profile.role_track.map(|track| (D::RoleTrack, Measure::RoleTrack(Graded::only(track)))),
            profile.city.clone().map(|city| (D::City, Measure::City(Graded::only(city)))),
            (!profile.tags.is_empty()).then(|| (D::Tags, Measure::Tags(profile.tags.clone()))),
            profile.offered_on.map(|(date, _)| (D::OfferedOn, Measure::OfferedOn(date))),
        ];
        let criteria = given.into_iter().flatten().map(|(dimension, measure)| {
            let weight = weights.of(dimension);
            Self { dimension, weight, measure }
        });
        criteria.filter(|criterion| !criterion.weight.is_zero()).collect()
    }
}

impl Measure {
    /// How a case is like, and what that is worth.
    pub fn judge(&self, theirs: &Profile) -> (Likeness, Grade) {
        match self {
            Self::Major(graded) => graded.judge(theirs.major.as_ref()),
            Self::HighestDegree(graded) => graded.judge(theirs.highest_degree.as_ref()),
            Self::SchoolTier(graded) => graded.judge(theirs.school_tier.as_ref()),
            Self::BachelorTier(graded) => graded.judge(theirs.bachelor_tier.as_ref()),
            Self::Company(graded) => graded.judge(theirs.company.as_ref()),
            Self::Role(graded) => graded.judge(theirs.role.as_ref()),
            Self::RoleTrack(graded) => graded.judge(theirs.role_track.as_ref()),
            Self::City(graded) => graded.judge(theirs.city.as_ref()),
            Self::Tags(yours) => judge_tags(yours, &theirs.tags),
            Self::OfferedOn(yours) => judge_dates(*yours, theirs.offered_on.map(|(date, _)| date)),
        }
    }
}

/// The share of your tags that the case has.
fn judge_tags(yours: &[String], theirs: &[String]) -> (Likeness, Grade) {
    if theirs.is_empty() {
        return (Likeness::Unknown, Grade::NONE);
    }
    let common = yours.iter().filter(|tag| theirs.contains(tag)).count();
    let likeness = match common {
        0 => Likeness::Different,
        all if all == yours.len() => Likeness::Same,
        _ => Likeness::Part,
    };
    (likeness, Grade::share(common, yours.len()))
}

/// By days apart.
fn judge_dates(yours: NaiveDate, theirs: Option<NaiveDate>) -> (Likeness, Grade) {
    let Some(theirs) = theirs else { return (Likeness::Unknown, Grade::NONE) };
    let apart = (theirs - yours).num_days().abs();
    match DAYS_APART.iter().find(|(days, _)| apart <= *days) {
        Some((_, Grade::FULL)) => (Likeness::Same, Grade::FULL),
        Some((_, grade)) => (Likeness::Near, *grade),
        None => (Likeness::Different, Grade::NONE),
    }
}
