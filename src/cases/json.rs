//! A case as JSON: one loop over its fields, from what the database sent straight into the answer.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::binary;
use super::plain;
use super::revisions;
use super::row::CaseRow;
use crate::catalog::Catalog;
use crate::catalog::reference::Reference;
use crate::catalog::reference::names_of;
use crate::model::case::Field;
use crate::model::entity::Entity;
use crate::model::field::Kind;
use crate::model::value::{GroupValue, Value};

/// Writes an object of these fields.
pub(crate) fn push_case(out: &mut Vec<u8>, fields: &[Field], row: &CaseRow, catalog: &Catalog) {
    /// The fields as members of an object that are unknown, each with a comma in front.
    static UNKNOWN: LazyLock<Vec<String>> =
        LazyLock::new(|| Field::ALL.iter().map(|field| format!(",\"{}\":{NULL}", field.name())).collect());
    let unknown = UNKNOWN.as_slice();
    let start = out.len();
    for field in fields {
        out.extend_from_slice(unknown[*field as usize].as_bytes());
        if let Kind::Labels = field.kind() {
            out.truncate(out.len() - NULL.len());
            push_labels(out, fields, row, catalog);
        } else if let Some(bytes) = row.bytes(*field) {
            let behind_null = out.len();
            out.truncate(behind_null - NULL.len());
            if push_value(out, field.kind(), bytes, catalog).is_none() {
                out.truncate(behind_null - NULL.len());
                out.extend_from_slice(NULL.as_bytes());
            }
        }
    }
    // In front of the first member stands no comma.
    match out.get_mut(start) {
        Some(first) => *first = b'{',
        None => out.push(b'{'),
    }
    out.push(b'}');
}

const NULL: &str = "null";

/// Writes a value; `None` where what came has no such form, and what was written of it is of no use.
pub(super) fn push_value(out: &mut Vec<u8>, kind: Kind, bytes: &[u8], catalog: &Catalog) -> Option<()> {
    match kind {
        Kind::Reference(entity) => out.extend_from_slice(reference(catalog, entity, bytes)?.json().as_bytes()),
        Kind::Currency { .. } | Kind::Text => push_text(out, bytes),
        Kind::Texts | Kind::Tags => push_texts(out, bytes),
        Kind::Raw => push_compact(out, binary::json(bytes)),
        Kind::Revisions => serde_json::to_writer(out, &revisions::read(binary::json(bytes), catalog).ok()?).ok()?,
        // They are those of other fields.
        Kind::Labels => return None,
        Kind::Number { .. } | Kind::Flag => plain::push(out, kind, bytes)?,
        Kind::Amount { .. } => {
            let start = out.len();
            plain::push(out, kind, bytes)?;
            if !out[start..].contains(&b'.') {
                out.extend_from_slice(b".0");
            }
        }
        Kind::Id | Kind::Closed(_) | Kind::Date { .. } | Kind::Period { .. } | Kind::Time => {
            out.push(b'"');
            plain::push(out, kind, bytes)?;
            out.push(b'"');
        }
    }
    Some(())
}

/// Writes an object with the names of the values of those of the fields that are codes.
pub(super) fn push_labels(out: &mut Vec<u8>, fields: &[Field], row: &CaseRow, catalog: &Catalog) {
    out.push(b'{');
    let start = out.len();
    for field in fields.iter().filter(|field| matches!(field.kind(), Kind::Closed(_) | Kind::Tags)) {
        let comma = if out.len() == start { "" } else { "," };
        out.extend_from_slice(format!("{comma}\"{}\":", field.name()).as_bytes());
        let written = match row.value(*field) {
            Some(Value::Texts(tags)) => {
                let names = |tag: &String| names_of(Field::Tag, catalog, &GroupValue::Text(tag.clone()));
                serde_json::to_writer(&mut *out, &tags.iter().map(names).collect::<Vec<_>>())
            }
            Some(Value::Member(slug)) => {
                serde_json::to_writer(&mut *out, &names_of(*field, catalog, &GroupValue::Member(slug)))
            }
            _ => serde_json::to_writer(&mut *out, &None::<&str>),
        };
        // Writing into memory does not fail.
        let _ = written;
    }
    out.push(b'}');
}

/// How the entry with the number that was sent stands in cases.
pub(super) fn reference<'a>(catalog: &'a Catalog, entity: Entity, bytes: &[u8]) -> Option<Cow<'a, Reference>> {
    let id = i32::try_from(binary::integer(bytes)?).ok()?;
    Some(Reference::by_id(catalog.directory(entity), id))
}

pub(super) fn push_texts(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'[');
    for (index, item) in binary::texts(bytes).enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push_text(out, item);
    }
    out.push(b']');
}

/// Writes a text, which is copied where nothing in it has to be escaped: the rule, found out without a branch for each byte.
fn push_text(out: &mut Vec<u8>, text: &[u8]) {
    if text.iter().fold(false, |any, byte| any | (*byte < 0x20) | (*byte == b'"') | (*byte == b'\\')) {
        // Writing into memory does not fail.
        let _ = serde_json::to_writer(out, &String::from_utf8_lossy(text));
    } else {
        out.push(b'"');
        out.extend_from_slice(text);
        out.push(b'"');
    }
}

/// Writes JSON without the white space between its parts.
pub(super) fn push_compact(out: &mut Vec<u8>, json: &[u8]) {
    let (mut in_text, mut is_escaped) = (false, false);
    for byte in json {
        if in_text || !byte.is_ascii_whitespace() {
            out.push(*byte);
        }
        match byte {
            b'"' if !is_escaped => in_text = !in_text,
            _ => {}
        }
        is_escaped = in_text && *byte == b'\\' && !is_escaped;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_as_serde_escapes_them() {
        for text in
            ["", "字节 B站", "a \"quoted\" word", "back\\slash", "two\nlines\r\t", "\u{1}\u{1f}\u{7f}\u{2028}🎉"]
        {
            let mut out = Vec::new();
            push_text(&mut out, text.as_bytes());
            assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(text).unwrap());
        }
    }

    #[test]
    fn json_is_written_as_serde_writes_it() {
        for json in [
            "{}",
            "[ ]",
            "{\"a b\": \"c \\\" d\", \"e\" : [1, 2.5, null, true], \n \"f\": {\"\\\\\": \"\\\\\"}}",
            "{\"公司 \": \" 百度 \", \"\": \"\\\\\\\" : \"}",
        ] {
            let mut out = Vec::new();
            push_compact(&mut out, json.as_bytes());
            let value: serde_json::Value = serde_json::from_str(json).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), value.to_string());
        }
    }
}
