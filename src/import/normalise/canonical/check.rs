//! What the database would refuse of several fields together: one row of it would stop all others.

use super::row::ExportRow;
use crate::import::report::Remark;
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::Degree;
use crate::model::value::{CaseValues, Value};

impl ExportRow<'_> {
    /// What the database would refuse.
    pub(super) fn check(&self, values: &CaseValues) -> Result<(), Remark> {
        let degree = match values.get(Field::HighestDegree) {
            Some(Value::Member(slug)) => Degree::from_slug(slug),
            _ => None,
        };
        for (tier, least) in [
            (Field::BachelorTier, Degree::Bachelor),
            (Field::MasterTier, Degree::Master),
            (Field::DoctorTier, Degree::Doctor),
        ] {
            if values.is_known(tier) && degree < Some(least) {
                return Err(self.refuse(tier, "the highest degree is lower"));
            }
        }
        let is_range = match (values.get(Field::PayAnnualMin), values.get(Field::PayAnnualMax)) {
            (None, None) => true,
            (Some(Value::Number(min)), Some(Value::Number(max))) => min <= max,
            _ => false,
        };
        if !is_range {
            let message = "annual pay is two figures above 0, the lower one first, or none";
            return Err(self.refuse(Field::PayAnnualMin, message));
        }
        if values.is_known(Field::OfferedOn) != values.is_known(Field::OfferedPrecision) {
            return Err(self.refuse(Field::OfferedOn, "date and precision belong together"));
        }
        Ok(())
    }
}
