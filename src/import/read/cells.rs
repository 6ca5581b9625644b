//! Cells as they are compared and told: without the white space around them, and no longer than a message.

use crate::privacy::masked;

/// How much of the words of a skipped row a note tells, in characters.
pub(super) const MAX_NOTED: usize = 60;

/// The words of rows as a message tells them, without private data.
pub(super) fn words_of(rows: &[Vec<String>]) -> String {
    let words = rows.iter().flatten().map(String::as_str).filter(|cell| !cell.is_empty());
    masked(&words.collect::<Vec<_>>().join(", ")).0.into_owned()
}

/// A text as far as a message tells it.
pub(in crate::import) fn shortened(text: &str, most_chars: usize) -> String {
    match text.char_indices().nth(most_chars) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Cells without the white space around them.
pub(super) fn cleaned_row(cells: Vec<String>) -> Vec<String> {
    cells.into_iter().map(cleaned).collect()
}

/// Whether a row has something in it.
pub(super) fn is_filled(cells: &[String]) -> bool {
    cells.iter().any(|cell| !cell.trim_matches(is_space).is_empty())
}

/// Whether this is white space, of which some has no width.
fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{feff}' | '\u{200b}' | '\u{2060}' | '\u{180e}')
}

/// A cell without the white space around it.
fn cleaned(cell: String) -> String {
    let trimmed = cell.trim_matches(is_space);
    if trimmed.len() == cell.len() { cell } else { trimmed.to_owned() }
}
