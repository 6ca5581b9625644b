//! A case as a row of a table.

use std::borrow::Cow;
use std::io::Write;

use super::row::CaseRow;
use super::{binary, json, plain};
use crate::catalog::Catalog;
use crate::catalog::reference::Reference;
use crate::model::case::Field;
use crate::model::entity::Entity;
use crate::model::field::Kind;

/// What a spreadsheet takes for the beginning of a formula, the wide forms too.
const FORMULA_STARTS: &[char] = &['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A table whose records end in CR LF (RFC 4180), with nothing in it but perhaps a byte order mark.
pub(crate) fn begun(with_bom: bool) -> csv::Writer<Vec<u8>> {
    let bytes = if with_bom { "\u{feff}".into() } else { Vec::new() };
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(bytes)
}

/// The names of the columns of fields. A reference has three.
pub(crate) fn columns(fields: &[Field]) -> impl Iterator<Item = String> {
    fields.iter().flat_map(|field| {
        let parts: &[&str] = if is_reference(*field) { &["", "_name", "_name_en"] } else { &[""] };
        parts.iter().map(|part| format!("{}{part}", field.name()))
    })
}

/// Writes the cells of a case, each so that a spreadsheet does not run it.
pub(super) fn write_row<W: Write>(
    table: &mut csv::Writer<W>,
    fields: &[Field],
    row: &CaseRow,
    catalog: &Catalog,
) -> csv::Result<()> {
    let mut cell = Vec::new();
    for field in fields {
        let kind = field.kind();
        if let Kind::Reference(entity) = kind {
            let reference = reference(row, *field, entity, catalog);
            for name in reference.as_deref().map(names).unwrap_or_default() {
                cell.clear();
                cell.extend_from_slice(name.as_bytes());
                keep_from_running(&mut cell);
                table.write_field(&cell)?;
            }
            continue;
        }
        cell.clear();
        push_cell(&mut cell, fields, row, *field, catalog);
        if matches!(kind, Kind::Currency { .. } | Kind::Text | Kind::Texts | Kind::Tags) {
            keep_from_running(&mut cell);
        }
        table.write_field(&cell)?;
    }
    table.write_record(None::<&[u8]>)
}

/// What the value of a field refers to.
pub(super) fn reference<'a>(
    row: &CaseRow,
    field: Field,
    entity: Entity,
    catalog: &'a Catalog,
) -> Option<Cow<'a, Reference>> {
    row.bytes(field).and_then(|bytes| json::reference(catalog, entity, bytes))
}

/// The cells of a reference.
pub(super) fn names(reference: &Reference) -> [&str; 3] {
    [&reference.slug, &reference.name, &reference.name_en]
}

fn is_reference(field: Field) -> bool {
    matches!(field.kind(), Kind::Reference(_))
}

/// Writes the cell of one of the fields that is no reference. What is unknown is an empty cell; lists have `;` between their items
/// where none has one in itself; what is more than that is JSON.
pub(super) fn push_cell(cell: &mut Vec<u8>, fields: &[Field], row: &CaseRow, field: Field, catalog: &Catalog) {
    if let Kind::Labels = field.kind() {
        return json::push_labels(cell, fields, row, catalog);
    }
    let Some(bytes) = row.bytes(field) else { return };
    match field.kind() {
        Kind::Texts | Kind::Tags if binary::texts(bytes).all(is_word) => {
            cell.extend_from_slice(&binary::texts(bytes).collect::<Vec<_>>().join(b";".as_slice()));
        }
        Kind::Texts | Kind::Tags => json::push_texts(cell, bytes),
        // None is an empty cell, as of any list.
        Kind::Revisions if binary::json(bytes) == b"[]" => {}
        Kind::Revisions => json::push_value(cell, Kind::Revisions, bytes, catalog).unwrap_or_default(),
        Kind::Raw => json::push_compact(cell, binary::json(bytes)),
        kind => plain::push(cell, kind, bytes).unwrap_or_default(),
    }
}

/// Whether an item of a list can stand between others with `;`.
fn is_word(item: &[u8]) -> bool {
    !String::from_utf8_lossy(item).contains([';', '；', '\n'])
}

/// Puts a `'` in front of what a spreadsheet would run, and of what has one already, so that it can be taken off again.
pub(crate) fn keep_from_running(cell: &mut Vec<u8>) {
    if runs(&String::from_utf8_lossy(cell)) {
        cell.insert(0, b'\'');
    }
}

/// Whether a text is kept from being run by a `'` in front of it, however many it has itself.
pub(crate) fn runs(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA_STARTS)
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
            ("'=1", "''=1"),
            ("''+", "'''+"),
            ("'quoted'", "'quoted'"),
            ("a=1", "a=1"),
            ("", ""),
            ("字节", "字节"),
        ] {
            let mut cell = text.as_bytes().to_vec();
            keep_from_running(&mut cell);
            assert_eq!(cell, expected.as_bytes());
        }
    }
}
