//! What stands around a number or a handle, and says whether it is one.

use std::ops::Range;

/// A place in a text with what stands around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'t> {
    before: &'t str,
    behind: &'t str,
}

/// Words before a number that make it one of a telephone, though they touch it.
const TOUCHING: &[&str] =
    &["tel", "phone", "mobile", "mob", "cell", "call", "vx", "wx", "v", "t", "m", "p", "whatsapp", "contact"];

impl<'t> Context<'t> {
    pub fn of(text: &'t str, range: &Range<usize>) -> Self {
        Self { before: &text[..range.start], behind: &text[range.end..] }
    }

    /// Whether a number is not a part of a longer one, of a name, of a page or of an amount.
    pub fn is_number_alone(self) -> bool {
        !self.is_within_page() && self.begins_alone() && self.ends_alone()
    }

    fn begins_alone(self) -> bool {
        let mut before = self.before.chars().rev();
        let (last, second) = (before.next(), before.next());
        match last {
            None => true,
            Some('¥' | '$' | '€' | '£' | '#' | '\\') => false,
            Some(last) if last.is_ascii_digit() => false,
            Some(last) if last.is_ascii_alphabetic() => ends_in_telephone(self.before),
            Some('-' | '_' | '.' | '=' | '&' | '*' | '+') => {
                second.is_none_or(|second| !second.is_ascii_alphanumeric())
                    || ends_in_telephone(self.before.trim_end_matches(['-', '_', '.', '/', '=']))
            }
            Some(_) => true,
        }
    }

    fn ends_alone(self) -> bool {
        let mut behind = self.behind.chars();
        let (first, second) = (behind.next(), behind.next());
        let is_before_word = second.is_some_and(|second| second.is_ascii_alphanumeric());
        match first {
            None => true,
            Some(first) if first.is_ascii_alphanumeric() => false,
            Some('%' | '‰' | '元' | '万' | '亿' | '块' | '円' | '千') => false,
            Some('-' | '_' | '.' | '*' | '×' | '+') => !is_before_word,
            Some(_) => true,
        }
    }

    /// Whether it stands in the address of a page: a number there is that of a post.
    fn is_within_page(self) -> bool {
        let word = self.before.rsplit(|character: char| character.is_whitespace() || !character.is_ascii()).next();
        word.is_some_and(|word| word.contains("://") || word.contains("www.") || word.contains(".com/"))
    }

    /// Whether neither a letter nor a digit of ASCII touches it.
    pub fn is_word(self) -> bool {
        let is_part = |character: Option<char>| character.is_some_and(|it| it.is_ascii_alphanumeric());
        !is_part(self.before.chars().next_back()) && !is_part(self.behind.chars().next())
    }

    /// Whether one of these words stands shortly before.
    pub fn follows(self, words: &[&str]) -> bool {
        const WITHIN_CHARS: usize = 12;
        let start = self.before.char_indices().rev().take(WITHIN_CHARS).last().map_or(self.before.len(), |(at, _)| at);
        let near = self.before[start..].to_lowercase();
        words.iter().any(|word| near.contains(word))
    }
}

/// Whether the last word of a text says that a number of a telephone follows, as in `Tel-138…`.
fn ends_in_telephone(before: &str) -> bool {
    let word = before.rsplit(|character: char| !character.is_ascii_alphabetic()).next().unwrap_or_default();
    TOUCHING.contains(&word.to_ascii_lowercase().as_str())
}
