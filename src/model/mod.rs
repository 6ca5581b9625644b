//! What a case is: its fields, declared once, and the kinds that they are of.

pub mod closed_set;
pub mod closed_sets;
