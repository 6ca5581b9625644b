//! The HTTP resources, one file each: parse, call, answer. [`view`] is what a request sees of the
//! data, [`validators`] tell a client that it has the answer already, [`answers`] documents what all answers have in common, [`mod@reference`] is shared by the
//! lists of reference data.

pub mod answers;
pub mod companies;
pub mod comparable_cases;
pub mod facets;
pub mod guide;
pub mod health;
pub mod majors;
pub mod offer_cases;
pub mod reference;
pub mod resolve;
pub mod roles;
pub mod school_tiers;
pub mod schools;
pub mod sources;
pub mod stats;
pub mod tags;
pub mod validators;
pub mod view;
