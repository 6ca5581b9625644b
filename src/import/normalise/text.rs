//! What the rules have in common: how a cell's text is folded before it is read.

use regex::Regex;

use crate::text::search_text;

/// Text as rules read it: NFKC, lower case, single spaces, none at the ends.
pub fn folded(text: &str) -> String {
    // The folding of letters and digits in ASCII only is the same, and much faster.
    if text.is_ascii() {
        return text.to_ascii_lowercase().split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    }
    search_text(text)
}

/// [`folded`] without any spaces.
pub fn squeezed(text: &str) -> String {
    folded(text).replace(' ', "")
}

/// A pattern that is written in the code.
pub fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| unreachable!("a fixed pattern is valid: {error}"))
}

/// A folded text, unless it only says that it says nothing.
pub fn said(folded: String) -> Option<String> {
    Some(folded).filter(|text| !is_blank(text))
}

/// Whether a cell only says that it says nothing.
pub fn is_blank(folded: &str) -> bool {
    const BLANKS: [&str; 15] =
        ["", "-", "--", "—", "/", "\\", "?", ".", "无", "暂无", "未知", "不详", "n/a", "na", "none"];
    BLANKS.contains(&folded) || folded == "null" || folded == "unknown"
}
