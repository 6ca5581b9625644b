//! How a value comes of a cell, in words.

use crate::catalog::{Catalog, FoundBy, Resolved};
use crate::dashboard::words;
use crate::import::normalise::Derivation;
use crate::model::case::Field;
use crate::model::field::{GENERATED, Kind, Label, MERGED};

/// How a cell gave a value.
pub(super) fn in_words(catalog: &Catalog, field: Field, derivation: &Derivation, summary: Option<&str>) -> Label {
    let named = [
        ("", words::RULE_COLUMN),
        ("labelled", words::RULE_LABELLED),
        ("repeated", words::RULE_REPEATED),
        ("verbatim", words::RULE_VERBATIM),
        ("conflict", words::RULE_CONFLICT),
        ("title", words::RULE_TITLE),
        ("source_kind", words::RULE_SOURCE_KIND),
        ("pay_product", words::RULE_PAY_PRODUCT),
        ("key", words::RULE_KEY),
    ];
    if let Some((_, label)) = named.iter().find(|(rule, _)| *rule == derivation.rule) {
        return *label;
    }
    if summary == Some(derivation.column.as_str()) {
        return words::RULE_SUMMARY;
    }
    match field.kind() {
        Kind::Reference(entity) => match catalog.resolve(entity, derivation.cell.trim()) {
            Resolved::Found { entry, by, .. } if entry.slug() == derivation.value => found_by(by),
            _ if entity_is_whole_cell(derivation) => words::AS_NEW,
            _ => words::RULE_NAMED,
        },
        Kind::Closed(_) => words::RULE_WORD,
        Kind::Tags => words::RULE_TAGS,
        Kind::Date { .. } => words::RULE_DATE,
        Kind::Currency { .. } => words::RULE_PAY,
        Kind::Number { .. } | Kind::Amount { .. } if field.is_money() => words::RULE_PAY,
        Kind::Number { .. } | Kind::Amount { .. } => words::RULE_NUMBER,
        _ => words::RULE_VERBATIM,
    }
}

/// Whether the value is what the cell says, since nobody knew it when it was imported.
fn entity_is_whole_cell(derivation: &Derivation) -> bool {
    derivation.value == derivation.cell.trim()
}

/// By what of an entry a cell names it.
fn found_by(by: FoundBy) -> Label {
    match by {
        FoundBy::Slug => words::BY_SLUG,
        FoundBy::Name => words::BY_NAME,
        FoundBy::Alias => words::BY_ALIAS,
        FoundBy::Place => words::BY_PLACE,
        FoundBy::Form => words::BY_FORM,
        FoundBy::Pinyin => words::BY_PINYIN,
        FoundBy::Initials => words::BY_INITIALS,
    }
}

/// Where a value comes from that no cell gives; `None` where that is not known.
pub(super) fn without_cell(field: Field) -> Option<Label> {
    match field.kind() {
        Kind::Reference(_) if field.can(GENERATED) => Some(words::WORKED_OUT),
        _ if field.is_precision() => Some(words::WORKED_OUT),
        _ if !field.can(MERGED) => Some(words::BY_SERVICE),
        _ => None,
    }
}
