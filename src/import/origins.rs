//! Where the values of a stored case come from: its raw row is read again as an import reads it.

use serde_json::{Map, Value as Json};

use super::normalise::{Derivation, RowNormaliser, shown};
use super::read::Table;
use super::read::header::labelled_fields;
use crate::catalog::{Catalog, Entry};
use crate::model::case::Field;
use crate::model::value::Value;

/// What a raw row of a source says of each field, by today's rules and names. Of a row whose columns cannot be told by their
/// headers, since whoever imported it said what they mean, only those with the very name of a field are known; by no rule.
pub fn of_row(raw: &Map<String, Json>, source: &Entry, catalog: &Catalog) -> Vec<Derivation> {
    let header: Vec<String> = raw.keys().cloned().collect();
    let cells: Vec<String> =
        raw.values().map(|cell| cell.as_str().map_or_else(|| cell.to_string(), str::to_owned)).collect();
    let read = Table::of_row(header, &cells, catalog).and_then(|table| {
        let mut normaliser = RowNormaliser::new(&table, source, catalog, true);
        normaliser.normalise(1, &cells).ok().map(|row| row.derivations)
    });
    read.unwrap_or_else(|| raw.keys().zip(&cells).flat_map(|(header, cell)| by_name(header, cell)).collect())
}

/// The fields that a header names, with its cell.
fn by_name(header: &str, cell: &str) -> Vec<Derivation> {
    let derivation = |field: Field| Derivation {
        field: field.name(),
        value: String::new(),
        value_zh: None,
        rule: "",
        column: header.to_owned(),
        cell: cell.to_owned(),
    };
    labelled_fields(header).into_iter().map(derivation).collect()
}

/// Whether a derivation gives just this value.
pub fn gives(derivation: &Derivation, field: Field, value: &Value, catalog: &Catalog) -> bool {
    let shown = shown(field, value, catalog);
    // Behind a date stands how precise it is.
    derivation.value == shown || derivation.value.strip_prefix(&shown).is_some_and(|rest| rest.starts_with(" ("))
}
