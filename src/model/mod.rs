//! What a case is: its fields, declared once, and the kinds that they are of; and the reference data that it points at.

pub mod closed_set;
pub mod closed_sets;
pub mod entity;
