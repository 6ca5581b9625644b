//! How values are told in derivations and conflicts.

use super::date::OfferDate;
use crate::catalog::Entry;
use crate::model::closed_set::ClosedSet;

/// The slug of an entry.
pub(super) fn slug(entry: Option<&Entry>) -> String {
    entry.map_or_else(String::new, |entry| entry.slug().to_owned())
}

/// How a value is told.
pub(super) trait Shown {
    fn shown(&self) -> String;
}

impl Shown for i16 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for i32 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for String {
    fn shown(&self) -> String {
        self.clone()
    }
}

impl Shown for OfferDate {
    fn shown(&self) -> String {
        format!("{} ({})", self.on, self.precision.slug())
    }
}

impl<T: ClosedSet> Shown for T {
    fn shown(&self) -> String {
        (*self).slug().to_owned()
    }
}
