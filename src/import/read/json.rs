//! Reads JSON (an array of objects, or an object with such an array in it, however deep) and JSON Lines.

use std::collections::HashMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::encoding::Text;
use super::json_text::ArrayOfObjects;
use super::objects::{Object, Objects, Shape};
use super::rows::{self, Record, Records};
use super::table::Finder;
use super::{Input, MAX_COLUMNS, ReadError, Reading};
use crate::model::case::Field;
use crate::model::field::Kind;
use crate::parameters::{Message, message};

/// Opens a JSON text. It is read twice: the keys of all objects become the columns, in the order in
/// which they appear.
pub(super) fn open<'c>(
    input: &Input,
    text: Text,
    is_lines: bool,
    finder: Finder<'c>,
) -> Result<Reading<'c>, ReadError> {
    let (shape, arrays) = if is_lines { (Shape::Lines, Vec::new()) } else { Shape::of(|| text.open(input))? };
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut header = Vec::new();
    for object in Objects::open(text.open(input)?, shape)? {
        for (key, _) in members(object?, |_| String::new()) {
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
    let mut notes = text.notes();
    notes.extend(several_arrays(shape, &arrays));
    Ok(Reading { about, ..rows::reading_below(header, records, finder, notes)? })
}

/// Tells which of several arrays of objects has the rows.
fn several_arrays(shape: Shape, arrays: &[ArrayOfObjects]) -> Option<Message> {
    let Shape::Within(number) = shape else { return None };
    let told = |array: &ArrayOfObjects| format!("`{}` ({} objects)", array.path, array.count);
    let taken = arrays.get(number).filter(|_| arrays.len() > 1).map(told)?;
    let others = arrays.iter().enumerate().filter(|(other, _)| *other != number).map(|(_, array)| told(array));
    let others = others.take(MAX_TOLD_ARRAYS).collect::<Vec<_>>().join(", ");
    Some(message!(
        "of several arrays of objects the largest has the rows: {taken}; left out: {others}",
        "有几个对象数组，读取最大的一个：{taken}；未读取：{others}"
    ))
}

/// Most arrays that are told.
const MAX_TOLD_ARRAYS: usize = 10;

fn cells(object: Object, places: &HashMap<String, usize>, width: usize) -> Vec<String> {
    let mut cells = vec![String::new(); width];
    for (key, value) in members(object, cell_of) {
        if let Some(cell) = places.get(&key).and_then(|place| cells.get_mut(*place)) {
            *cell = value;
        }
    }
    cells
}

/// The members of an object as cells, each what `cell` makes of it, but for those that are several. One that names something by slug and names, as this program gives it, is three
/// cells, called as in CSV. The members of any other object are cells of their own, called by both keys, as `company.name`.
fn members(object: Object, cell: impl Fn(&RawValue) -> String) -> Vec<(String, String)> {
    let mut members = Vec::with_capacity(object.0.len());
    for (key, value) in object.0 {
        let is_nested = value.get().starts_with(['{', '[']) && value.get().len() <= MAX_UNFOLDED_BYTES;
        // In an export of this program these are one cell.
        let is_one_cell =
            Field::named(&key).is_some_and(|field| matches!(field.kind(), Kind::Raw | Kind::Revisions | Kind::Labels));
        let nested = if is_nested && !is_one_cell { serde_json::from_str(value.get()).ok() } else { None };
        match nested {
            Some(nested) => unfold(key, &nested, 0, &mut members),
            None => members.push((key, cell(&value))),
        }
    }
    members
}

/// How deep an object is unfolded.
const MAX_DEPTH: usize = 8;

/// Members by which an object says a range, the lower end first.
const RANGES: &[(&str, &str)] = &[
    ("min", "max"),
    ("from", "to"),
    ("low", "high"),
    ("lower", "upper"),
    ("minValue", "maxValue"),
    ("min_value", "max_value"),
    ("minimum", "maximum"),
    ("start", "end"),
];
/// Members that say of what its figures are, and for how long.
const CURRENCIES: &[&str] = &["currency", "currencyCode", "currency_code"];
const PERIODS: &[&str] = &["period", "unit", "unitText", "interval", "per"];

/// The cells of a value below a key.
fn unfold(key: String, value: &Value, depth: usize, members: &mut Vec<(String, String)>) {
    match value {
        Value::Object(object) if depth < MAX_DEPTH && !object.is_empty() => {
            if let Some(names) = reference(&key, object) {
                members.extend(names);
                return;
            }
            let (range, in_range) = range_of(object).unwrap_or_default();
            if !range.is_empty() {
                members.push((key.clone(), range));
            }
            for (name, value) in object.iter().filter(|(name, _)| !in_range.contains(&name.as_str())) {
                unfold(format!("{key}.{name}"), value, depth + 1, members);
            }
        }
        Value::Array(items) if depth < MAX_DEPTH && are_flat_objects(items) => {
            let mut joined: Vec<(String, Vec<String>)> = Vec::new();
            for (name, value) in items.iter().filter_map(Value::as_object).flatten() {
                let cell = cell_of_value(value);
                match joined.iter_mut().find(|(other, _)| other == name) {
                    Some((_, cells)) => cells.push(cell),
                    None => joined.push((name.clone(), vec![cell])),
                }
            }
            members.extend(joined.into_iter().map(|(name, cells)| (format!("{key}.{name}"), cells.join(";"))));
        }
        other => members.push((key, cell_of_value(other))),
    }
}

/// The cells of what this program names by slug and names.
fn reference(key: &str, object: &Map<String, Value>) -> Option<Vec<(String, String)>> {
    const NAMES: [&str; 4] = ["slug", "name", "name_en", "name_en_from"];
    const CELLS: usize = 3;
    let is_one = object.contains_key("slug") && object.keys().all(|name| NAMES.contains(&name.as_str()));
    let cell = |name: &&str| {
        let column = if *name == "slug" { key.to_owned() } else { format!("{key}_{name}") };
        (column, object.get(*name).and_then(Value::as_str).unwrap_or_default().to_owned())
    };
    is_one.then(|| NAMES[..CELLS].iter().map(cell).collect())
}

/// A range as people write it, `20000-30000 CNY/month`, and the members that say it. Each of its ends alone would be half of
/// what is said.
fn range_of(object: &Map<String, Value>) -> Option<(String, Vec<&str>)> {
    let written =
        |name: &str| object.get(name).filter(|value| value.is_number() || value.is_string()).map(cell_of_value);
    let (low, high) = RANGES.iter().find(|(low, high)| object.contains_key(*low) && object.contains_key(*high))?;
    let (from, to) = (written(low)?, written(high)?);
    let is_figure = |text: &str| text.starts_with(|first: char| first.is_ascii_digit());
    if !is_figure(&from) || !is_figure(&to) {
        return None;
    }
    let first_of =
        |names: &[&'static str]| names.iter().copied().find(|name| object.get(*name).is_some_and(Value::is_string));
    let (currency, period) = (first_of(CURRENCIES), first_of(PERIODS));
    let mut range = if from == to { from } else { format!("{from}-{to}") };
    if let Some(currency) = currency.and_then(written) {
        range = format!("{range} {currency}");
    }
    if let Some(period) = period.and_then(written) {
        // What its figures count, as in 15-25K, stands where people write it.
        let is_unit = ["k", "w", "千", "万", "元", "千元", "万元"].contains(&period.to_lowercase().as_str());
        range = if is_unit { format!("{range}{period}") } else { format!("{range}/{}", period.to_lowercase()) };
    }
    Some((range, [Some(*low), Some(*high), currency, period].into_iter().flatten().collect()))
}

/// Whether these are objects without anything nested in them.
fn are_flat_objects(items: &[Value]) -> bool {
    let is_flat = |item: &Value| {
        item.as_object().is_some_and(|object| object.values().all(|value| !value.is_object() && !value.is_array()))
    };
    !items.is_empty() && items.iter().all(is_flat)
}

/// What is longer is not unfolded: in memory it would be many times as large.
const MAX_UNFOLDED_BYTES: usize = 1 << 20;

/// A value as a cell: a number is as it is written, a list of words has `;` between them, and what is more than that
/// stays JSON.
fn cell_of(value: &RawValue) -> String {
    let written = value.get();
    if let Some(text) = plain_text(written) {
        return text.to_owned();
    }
    if written.len() > MAX_UNFOLDED_BYTES && !written.starts_with('"') {
        return written.to_owned();
    }
    match serde_json::from_str(written) {
        Ok(Value::Bool(_) | Value::Number(_)) | Err(_) => written.to_owned(),
        Ok(value) => cell_of_value(&value),
    }
}

/// The text that is written so, where nothing in it is escaped.
fn plain_text(written: &str) -> Option<&str> {
    let text = written.strip_prefix('"')?.strip_suffix('"')?;
    memchr::memchr(b'\\', text.as_bytes()).is_none().then_some(text)
}

/// The same of a value that was parsed.
fn cell_of_value(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(is_word) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(";")
        }
        more => more.to_string(),
    }
}

/// Whether a value is a text that can stand between others with `;`.
fn is_word(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.contains([';', '；', '\n']))
}
