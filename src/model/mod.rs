//! What a case is. [`case`] is the table of its fields, [`field`] what can be said of a field, `selection` the fields by
//! what they can do, [`value`] what a field holds;
//! [`entity`] are the kinds of reference data that fields refer to, [`closed_sets`] the closed sets of their members, made
//! by [`closed_set`]; a [`notice`] is what a reader of an answer must know.

pub mod case;
pub mod closed_set;
pub mod closed_sets;
pub mod entity;
pub mod field;
pub mod notice;
mod selection;
pub mod value;
