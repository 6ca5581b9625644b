//! The reference data that rows are read by.

use crate::catalog::{Catalog, Directory};

/// The directories of a catalog that rows are read by.
#[derive(Debug, Clone, Copy)]
pub struct References<'a> {
    pub(super) companies: &'a Directory,
    pub(super) roles: &'a Directory,
    pub(super) majors: &'a Directory,
    pub(super) school_tiers: &'a Directory,
    pub(super) schools: &'a Directory,
    pub(super) tags: &'a Directory,
}

impl<'a> From<&'a Catalog> for References<'a> {
    fn from(catalog: &'a Catalog) -> Self {
        Self {
            companies: &catalog.companies,
            roles: &catalog.roles,
            majors: &catalog.majors,
            school_tiers: &catalog.school_tiers,
            schools: &catalog.schools,
            tags: &catalog.tags,
        }
    }
}

impl<'a> References<'a> {
    /// The code of the discipline that a major stands under; `None` for broad labels, which have none.
    pub(super) fn discipline_code(self, major_id: i32) -> Option<&'a str> {
        let mut major = self.majors.get(major_id)?;
        while let Some(parent) = major.parent_id().and_then(|parent| self.majors.get(parent)) {
            major = parent;
        }
        major.text("code")
    }
}
