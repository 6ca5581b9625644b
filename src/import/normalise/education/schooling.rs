//! Where somebody got which degree, as far as it is said.

use super::{Unreadable, Vocabulary};
use crate::model::closed_sets::Degree;

/// A school, a tier of schools, or both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The tier; that of the school where one is named.
    pub tier: Option<i16>,
    /// The school.
    pub school: Option<i32>,
    /// What its words say against each other.
    pub conflict: Option<String>,
    /// Whether it is only ranked, which says no tier.
    pub unclear: bool,
}

impl Place {
    /// Both as one place; `None` where they are two. The tier of a named school wins over a label.
    pub(super) fn joined(&self, other: &Self, vocabulary: &Vocabulary<'_>) -> Option<Self> {
        let unclear = self.unclear || other.unclear;
        let conflict = self.conflict.clone().or_else(|| other.conflict.clone());
        let (school, label) = match (self.school, other.school) {
            (Some(one), Some(two)) if one != two => return None,
            (Some(_), _) => (self, other),
            (None, Some(_)) => (other, self),
            (None, None) => {
                let tier = match (self.tier, other.tier) {
                    (Some(one), Some(two)) => Some(finer(one, two, vocabulary)?),
                    (one, two) => one.or(two),
                };
                return Some(Self { tier, school: None, conflict, unclear: unclear && tier.is_none() });
            }
        };
        let contradicts = |(label, tier): &(i16, i16)| !may_be_called(vocabulary.tier(*tier), vocabulary.tier(*label));
        let conflict = conflict.or_else(|| {
            label.tier.zip(school.tier).filter(contradicts).map(|(label, tier)| {
                let name = vocabulary.school(school.school.unwrap_or_default());
                format!("the label says {}, {name} is {}", vocabulary.tier(label), vocabulary.tier(tier))
            })
        });
        Some(Self { tier: school.tier, school: school.school, conflict, unclear: false })
    }
}

/// Of two labels that are both true of some school the one that says more: every 211 university is 双一流 too.
fn finer(one: i16, two: i16, vocabulary: &Vocabulary<'_>) -> Option<i16> {
    let broad = |tier: i16| vocabulary.tier(tier) == "double_first_class";
    let narrow = |tier: i16| ["985", "211"].contains(&vocabulary.tier(tier));
    match () {
        () if one == two => Some(one),
        () if broad(one) && narrow(two) => Some(two),
        () if broad(two) && narrow(one) => Some(one),
        () => None,
    }
}

/// Whether a school of this tier may be called by this label: officially every 985 is a 211, and all are 双一流 and 一本.
fn may_be_called(tier: &str, label: &str) -> bool {
    const LADDER: [&str; 4] = ["985", "211", "double_first_class", "first_tier"];
    let place = |slug: &str| LADDER.iter().position(|other| *other == slug);
    let is_below = matches!((place(tier), place(label)), (Some(tier), Some(label)) if tier <= label);
    // The catalog does not tell all 一本 from the others.
    tier == label || is_below || (tier == "second_tier" && label == "first_tier")
}

/// Degrees that have a place. The tier of an associate degree is always vocational and follows from the degree.
const WITH_PLACES: [Degree; 3] = [Degree::Bachelor, Degree::Master, Degree::Doctor];

/// What is known of somebody's degrees; `None` is what is not said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Education {
    /// Where somebody got the degrees of [`WITH_PLACES`].
    places: [Place; 3],
    /// Highest degree.
    pub highest_degree: Option<Degree>,
    /// A school of which the degree is not said or has no tier of its own.
    other_school: Option<i32>,
    /// What the cells say against each other, in words.
    pub conflicts: Vec<String>,
    /// Whether a place was only ranked.
    pub unclear: bool,
}

impl Education {
    /// The tiers of the schools of bachelor's, master's and doctoral degree.
    pub fn tiers(&self) -> [Option<i16>; 3] {
        let tier = |degree: Degree| self.place(degree)?.tier.filter(|_| self.highest_degree >= Some(degree));
        WITH_PLACES.map(tier)
    }

    /// School of the bachelor's degree.
    pub fn bachelor_school_id(&self) -> Option<i32> {
        self.place(Degree::Bachelor)?.school
    }

    /// School of the highest degree.
    pub fn school_id(&self) -> Option<i32> {
        let highest = self.highest_degree.and_then(|degree| self.place(degree)?.school);
        highest.or(self.other_school)
    }

    fn place(&self, degree: Degree) -> Option<&Place> {
        WITH_PLACES.iter().position(|other| *other == degree).map(|index| &self.places[index])
    }

    fn place_mut(&mut self, degree: Degree) -> Option<&mut Place> {
        WITH_PLACES.iter().position(|other| *other == degree).map(|index| &mut self.places[index])
    }

    /// Adds a degree that a label says.
    ///
    /// # Errors
    /// Where the same degree has another place already.
    pub(super) fn add(
        &mut self,
        degree: Degree,
        place: Option<&Place>,
        vocabulary: &Vocabulary<'_>,
    ) -> Result<(), Unreadable> {
        self.highest_degree = self.highest_degree.max(Some(degree));
        let Some(place) = place else { return Ok(()) };
        self.unclear |= place.unclear;
        let Some(known) = self.place_mut(degree) else {
            self.other_school = self.other_school.or(place.school);
            return Ok(());
        };
        *known = known.joined(place, vocabulary).ok_or(Unreadable::DegreeTwice)?;
        if let Some(conflict) = known.conflict.take() {
            self.conflicts.push(conflict);
            self.conflicts.dedup();
        }
        Ok(())
    }

    /// Adds the place of the highest degree, which a cell of its own says. Where another cell says another one,
    /// neither is taken.
    pub fn at_highest(&mut self, place: &Place, vocabulary: &Vocabulary<'_>) {
        match self.highest_degree {
            Some(degree) if degree >= Degree::Bachelor => self.at(degree, place, vocabulary),
            _ => self.other_school = place.school,
        }
    }

    /// Adds the place of the bachelor's degree, which a cell of its own says.
    pub fn at_bachelor(&mut self, place: &Place, vocabulary: &Vocabulary<'_>) {
        self.at(Degree::Bachelor, place, vocabulary);
    }

    fn at(&mut self, degree: Degree, place: &Place, vocabulary: &Vocabulary<'_>) {
        self.unclear |= place.unclear;
        let Some(known) = self.place_mut(degree) else { return };
        let Some(mut joined) = known.joined(place, vocabulary) else {
            let said = |place: &Place| match (place.school, place.tier) {
                (Some(school), _) => vocabulary.school(school).to_owned(),
                (None, Some(tier)) => vocabulary.tier(tier).to_owned(),
                (None, None) => String::new(),
            };
            let conflict = format!("one cell says {}, another {}", said(known), said(place));
            *known = Place::default();
            self.conflicts.push(conflict);
            return;
        };
        let conflict = joined.conflict.take();
        *known = joined;
        self.conflicts.extend(conflict);
    }

    /// Adds what another cell says of degrees.
    ///
    /// # Errors
    /// Where the same degree has another place already.
    pub fn merge(&mut self, other: &Self, vocabulary: &Vocabulary<'_>) -> Result<(), Unreadable> {
        let mut merged = self.clone();
        for (degree, place) in WITH_PLACES.into_iter().zip(&other.places) {
            if *place != Place::default() {
                merged.add(degree, Some(place), vocabulary)?;
            }
        }
        if let Some(degree) = other.highest_degree {
            merged.add(degree, None, vocabulary)?;
        }
        merged.conflicts.extend(other.conflicts.iter().cloned());
        merged.other_school = merged.other_school.or(other.other_school);
        *self = merged;
        Ok(())
    }
}
