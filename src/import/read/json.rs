//! Reads JSON (an array of objects, or an object with one such array) and JSON Lines.

use std::collections::HashMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::encoding::Text;
use super::objects::{Object, Objects, Shape};
use super::rows::{self, Record, Records};
use super::table::Finder;
use super::{Input, MAX_COLUMNS, ReadError, Reading};

/// Opens a JSON text. It is read twice: the keys of all objects become the columns, in the order in
/// which they appear.
pub(super) fn open<'c>(
    input: &Input,
    text: Text,
    is_lines: bool,
    finder: Finder<'c>,
) -> Result<Reading<'c>, ReadError> {
    let shape = if is_lines { Shape::Lines } else { Shape::of(|| text.open(input))? };
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut header = Vec::new();
    for object in Objects::open(text.open(input)?, shape)? {
        for (key, _) in members(object?) {
            if !key.is_empty() && !places.contains_key(&key) {
                // No text of the database has a NUL character.
                header.push(key.replace('\0', "\u{fffd}"));
                places.insert(key, header.len() - 1);
            }
        }
        if header.len() > MAX_COLUMNS {
            return Err(ReadError::TooManyColumns("the union of the keys of its objects".to_owned()));
        }
    }
    if header.is_empty() {
        return Err(ReadError::Empty);
    }
    let width = header.len();
    let row =
        move |object: Result<Object, ReadError>| object.map(|object| Record::new(0, cells(object, &places, width)));
    let records: Records = Box::new(Objects::open(text.open(input)?, shape)?.map(row));
    let about = is_lines.then(|| text.rows_about());
    Ok(Reading { about, ..rows::reading_below(header, records, finder, text.notes())? })
}

fn cells(object: Object, places: &HashMap<String, usize>, width: usize) -> Vec<String> {
    let mut cells = vec![String::new(); width];
    for (key, value) in members(object) {
        if let Some(cell) = places.get(&key).and_then(|place| cells.get_mut(*place)) {
            *cell = value;
        }
    }
    cells
}

/// The members of an object as cells. One that names something by slug and names, as this program gives it, is three
/// cells, called as in CSV.
fn members(object: Object) -> Vec<(String, String)> {
    const NAMES: [&str; 4] = ["slug", "name", "name_en", "name_en_from"];
    const CELLS: usize = 3;
    let mut members = Vec::with_capacity(object.0.len());
    for (key, value) in object.0 {
        let reference: Option<Map<String, Value>> =
            if value.get().starts_with('{') { serde_json::from_str(value.get()).ok() } else { None };
        match reference.filter(|it| it.contains_key("slug") && it.keys().all(|name| NAMES.contains(&name.as_str()))) {
            Some(reference) => {
                for name in &NAMES[..CELLS] {
                    let column = if *name == "slug" { key.clone() } else { format!("{key}_{name}") };
                    members.push((column, reference.get(*name).and_then(Value::as_str).unwrap_or_default().to_owned()));
                }
            }
            None => members.push((key, cell_of(&value))),
        }
    }
    members
}

/// A value as a cell: a number is as it is written, a list of words has `;` between them, and what is more than that
/// stays JSON.
fn cell_of(value: &RawValue) -> String {
    /// What is longer is not unfolded: in memory it would be many times as large.
    const MAX_UNFOLDED_BYTES: usize = 1 << 20;
    let written = value.get();
    if written.len() > MAX_UNFOLDED_BYTES && !written.starts_with('"') {
        return written.to_owned();
    }
    match serde_json::from_str(written) {
        Ok(Value::Null) => String::new(),
        Ok(Value::String(text)) => text,
        Ok(Value::Array(items)) if items.iter().all(is_word) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(";")
        }
        Ok(more @ (Value::Array(_) | Value::Object(_))) => more.to_string(),
        Ok(Value::Bool(_) | Value::Number(_)) | Err(_) => written.to_owned(),
    }
}

/// Whether a value is a text that can stand between others with `;`.
fn is_word(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.contains([';', '；', '\n']))
}
