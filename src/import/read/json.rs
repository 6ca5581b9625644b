//! Reads JSON (an array of objects, or an object with one such array) and JSON Lines.

use std::collections::HashMap;

use serde_json::Value;
use serde_json::value::RawValue;

use super::encoding::Text;
use super::header::Columns;
use super::objects::{Object, Objects, Shape};
use super::rows::{Records, Rows};
use super::{Input, MOST_COLUMNS, ReadError, ReadOptions, Reading};

/// Opens a JSON text. It is read twice: the keys of all objects become the columns, in the order in
/// which they appear.
pub(super) fn open<'a>(
    input: Input<'a>,
    text: Text,
    is_lines: bool,
    options: &ReadOptions,
) -> Result<Reading<'a>, ReadError> {
    let shape = if is_lines { Shape::Lines } else { Shape::of(|| text.open(input))? };
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut header = Vec::new();
    for object in Objects::open(text.open(input)?, shape)? {
        for (key, _) in object?.0 {
            if !key.is_empty() && !places.contains_key(&key) {
                places.insert(key.clone(), header.len());
                header.push(key);
            }
        }
        if header.len() > MOST_COLUMNS {
            return Err(ReadError::TooManyColumns("the union of the keys of its objects".to_owned()));
        }
    }
    if header.is_empty() {
        return Err(ReadError::Empty);
    }
    let columns = Columns::of(&header, &options.map)?;
    let width = header.len();
    let row = move |object: Result<Object, ReadError>| object.map(|object| cells(object, &places, width));
    let records: Records<'a> = Box::new(Objects::open(text.open(input)?, shape)?.map(row));
    Ok(Reading { rows: Rows::new([].into(), records, width), header, columns, notes: text.notes() })
}

fn cells(object: Object, places: &HashMap<String, usize>, width: usize) -> Vec<String> {
    let mut cells = vec![String::new(); width];
    for (key, value) in object.0 {
        if let Some(cell) = places.get(&key).and_then(|place| cells.get_mut(*place)) {
            *cell = cell_of(&value);
        }
    }
    cells
}

/// A value as a cell: a number is as it is written, what names itself by a slug is the slug, a list
/// of texts has `;` between them, and what is more than that stays JSON.
fn cell_of(value: &RawValue) -> String {
    /// What is longer is not unfolded: in memory it would be many times as large.
    const LONGEST_UNFOLDED: usize = 1 << 20;
    let written = value.get();
    if written.len() > LONGEST_UNFOLDED && !written.starts_with('"') {
        return written.to_owned();
    }
    match serde_json::from_str(written) {
        Ok(Value::Null) => String::new(),
        Ok(Value::String(text)) => text,
        Ok(Value::Array(items)) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(";")
        }
        Ok(Value::Object(object)) => match object.get("slug") {
            Some(Value::String(slug)) => slug.clone(),
            _ => Value::Object(object).to_string(),
        },
        Ok(list @ Value::Array(_)) => list.to_string(),
        Ok(Value::Bool(_) | Value::Number(_)) | Err(_) => written.to_owned(),
    }
}
