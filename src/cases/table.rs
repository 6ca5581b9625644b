//! A case as a row of a table.

use std::io::Write;

use super::row::CaseRow;
use super::{binary, json, plain};
use crate::catalog::Catalog;
use crate::model::case::Field;
use crate::model::field::Kind;

/// What a spreadsheet takes for the beginning of a formula, the wide forms too.
const FORMULA_STARTS: &[char] = &['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// The names of the columns of fields. A reference has three.
pub(super) fn columns(fields: &[Field]) -> impl Iterator<Item = String> {
    fields.iter().flat_map(|field| {
        let parts: &[&str] = if is_reference(*field) { &["", "_name", "_name_en"] } else { &[""] };
        parts.iter().map(|part| format!("{}{part}", field.name()))
    })
}

/// Writes the cells of a case. What is unknown is an empty cell; lists have `;` between their items where none has one in
/// itself; what is more than that is JSON.
pub(super) fn write_row<W: Write>(
    table: &mut csv::Writer<W>,
    fields: &[Field],
    row: &CaseRow,
    catalog: &Catalog,
) -> csv::Result<()> {
    let mut cell = Vec::new();
    for field in fields {
        let bytes = row.bytes(*field);
        if let Kind::Reference(entity) = field.kind() {
            let reference = bytes.and_then(|bytes| json::reference(catalog, entity, bytes));
            let names = reference.as_deref();
            let names = names.map(|it| [it.slug.as_str(), it.name.as_str(), it.name_en.as_str()]);
            for name in names.unwrap_or_default() {
                cell.clear();
                push_safe(&mut cell, name.as_bytes());
                table.write_field(&cell)?;
            }
            continue;
        }
        cell.clear();
        match (field.kind(), bytes) {
            (Kind::Labels, _) => json::push_labels(&mut cell, fields, row, catalog),
            (Kind::Revisions, Some(bytes)) if binary::json(bytes) != b"[]" => {
                let _ = json::push_value(&mut cell, Kind::Revisions, bytes, catalog);
            }
            (kind, Some(bytes)) => push_cell(&mut cell, kind, bytes),
            (_, None) => {}
        }
        table.write_field(&cell)?;
    }
    table.write_record(None::<&[u8]>)
}

fn is_reference(field: Field) -> bool {
    matches!(field.kind(), Kind::Reference(_))
}

fn push_cell(cell: &mut Vec<u8>, kind: Kind, bytes: &[u8]) {
    match kind {
        Kind::Texts | Kind::Tags if binary::texts(bytes).all(is_word) => {
            push_safe(cell, &binary::texts(bytes).collect::<Vec<_>>().join(b";".as_slice()));
        }
        Kind::Texts | Kind::Tags => json::push_texts(cell, bytes),
        // None is an empty cell, as of any list.
        Kind::Revisions => {}
        Kind::Raw => json::push_compact(cell, binary::json(bytes)),
        Kind::Currency { .. } | Kind::Text => push_safe(cell, bytes),
        _ => plain::push(cell, kind, bytes).unwrap_or_default(),
    }
}

/// Whether an item of a list can stand between others with `;`.
fn is_word(item: &[u8]) -> bool {
    !String::from_utf8_lossy(item).contains([';', '；', '\n'])
}

/// Writes a text so that a spreadsheet does not run it.
fn push_safe(cell: &mut Vec<u8>, text: &[u8]) {
    if String::from_utf8_lossy(text).starts_with(FORMULA_STARTS) {
        cell.push(b'\'');
    }
    cell.extend_from_slice(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_a_spreadsheet_would_run_are_kept_from_it() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("-5", "'-5"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("＝1", "'＝1"),
            ("\tx", "'\tx"),
            ("a=1", "a=1"),
            ("", ""),
            ("字节", "字节"),
        ] {
            let mut cell = Vec::new();
            push_safe(&mut cell, text.as_bytes());
            assert_eq!(cell, expected.as_bytes());
        }
    }
}
