//! Where somebody got which degree, as far as it is said.

use super::{Place, Unreadable, Vocabulary};
use crate::model::closed_sets::{Degree, TierBasis};
use crate::parameters::{Message, message};

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
    pub conflicts: Vec<Message>,
    /// What is left open of the places.
    pub open: Vec<Message>,
}

impl Education {
    /// The tiers of the schools of bachelor's, master's and doctoral degree.
    pub fn tiers(&self) -> [Option<i16>; 3] {
        WITH_PLACES.map(|degree| self.place_with_tier(degree)?.tier)
    }

    /// How the tiers are known.
    pub fn tier_basis(&self) -> Option<TierBasis> {
        let mut by_school = WITH_PLACES.iter().filter_map(|degree| Some(self.place_with_tier(*degree)?.is_by_school));
        let first = by_school.next()?;
        Some(match first {
            _ if by_school.any(|other| other != first) => TierBasis::Mixed,
            true => TierBasis::School,
            false => TierBasis::Word,
        })
    }

    fn place_with_tier(&self, degree: Degree) -> Option<&Place> {
        self.place(degree).filter(|place| place.tier.is_some() && self.highest_degree >= Some(degree))
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
        let Some(known) = self.place_mut(degree) else {
            self.other_school = self.other_school.or(place.school);
            return Ok(());
        };
        let joined = known.joined(place, vocabulary).ok_or(Unreadable::DegreeTwice)?;
        self.take(degree, joined);
        Ok(())
    }

    /// Takes the place of a degree, with what is told of it.
    fn take(&mut self, degree: Degree, mut place: Place) {
        self.conflicts.extend(place.conflict.take());
        self.conflicts.dedup();
        if let Some(open) = &place.open
            && !self.open.contains(open.message())
        {
            self.open.push(open.message().clone());
        }
        if let Some(known) = self.place_mut(degree) {
            *known = place;
        }
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
        let Some(known) = self.place_mut(degree) else { return };
        match known.joined(place, vocabulary) {
            Some(joined) => self.take(degree, joined),
            None => {
                let said = |place: &Place, several: &'static str| place.said(vocabulary).unwrap_or(several).to_owned();
                let [one, other] = [&*known, place].map(|place| said(place, "several schools"));
                let [one_zh, other_zh] = [&*known, place].map(|place| said(place, "几所院校"));
                let conflict =
                    message!("one cell says {one}, another {other}", "一格写的是{one_zh}，另一格是{other_zh}");
                *known = Place::default();
                self.conflicts.push(conflict);
            }
        }
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
