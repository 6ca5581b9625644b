//! Takes the values of parameters out of a request, as their kinds want them.

use super::declared::Declared;
use super::message::message;
use super::reader::ParameterReader;
use super::{Kind, ParameterError};

/// Longest value of a parameter, in characters; no name is nearly as long.
pub(super) const MAX_VALUE_CHARS: usize = 1000;
/// Longest of several values, in characters.
pub(super) const MAX_ITEM_CHARS: usize = 100;
/// The most values that a parameter may have: so many of the longest, in Chinese and percent-encoded, still fit into
/// the head of a request.
pub(super) const MAX_VALUES: usize = 100;
/// One value of a choice, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenTerm {
    /// Whether `!` stood in front.
    pub negated: bool,
    /// The value without it, and without quotes.
    pub value: String,
    /// Whether it stood in double quotes, so that every sign in it means itself.
    pub is_quoted: bool,
}

impl WrittenTerm {
    /// Takes sign and quotes off.
    fn new(written: &str) -> Self {
        let (negated, value) = match written.strip_prefix(NOT) {
            Some(value) => (true, value.trim_start()),
            None => (false, written),
        };
        match quoted(value) {
            Some((inside, "")) => Self { negated, value: inside.trim().to_owned(), is_quoted: true },
            _ => Self { negated, value: value.to_owned(), is_quoted: false },
        }
    }
}

/// The sign of a value that is not wanted.
const NOT: [char; 2] = ['!', '！'];
/// What stands between values.
const COMMA: [char; 2] = [',', '，'];

/// The values of a parameter that takes several, each as it was written; those that say nothing are left out.
pub(crate) fn written_values(text: &str) -> Vec<String> {
    split(text).into_iter().filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

/// The values between the commas of a text, each as it was written. Commas in double quotes stand for themselves.
fn split(text: &str) -> Vec<&str> {
    let mut values = Vec::new();
    let mut rest = text;
    loop {
        let value = rest.trim_start();
        let behind_quotes = quoted(value.strip_prefix(NOT).unwrap_or(value).trim_start()).map(|(_, behind)| behind);
        let end = match behind_quotes {
            Some(behind) if behind.is_empty() || behind.starts_with(COMMA) => value.len() - behind.len(),
            _ => value.find(COMMA).unwrap_or(value.len()),
        };
        values.push(value[..end].trim_end());
        let mut behind = value[end..].chars();
        if behind.next().is_none() {
            return values;
        }
        rest = behind.as_str();
    }
}

/// What stands in the double quotes that a text begins with, in which two are one, and what comes behind them.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('"')?;
    let mut inside = String::new();
    loop {
        let (before, behind) = rest.split_once('"')?;
        inside.push_str(before);
        match behind.strip_prefix('"') {
            Some(behind) => {
                inside.push('"');
                rest = behind;
            }
            None => return Some((inside, behind.trim_start())),
        }
    }
}

impl ParameterReader {
    /// The values of a parameter that may be repeated and has commas between them.
    fn values(&mut self, name: &'static str) -> Vec<String> {
        let mut values = Vec::new();
        for given in self.take(name).unwrap_or_default() {
            for value in split(&given) {
                if values.len() == MAX_VALUES {
                    self.wrong(ParameterError::new(
                        name,
                        message!("has more than {MAX_VALUES} values", "超过 {MAX_VALUES} 个值"),
                    ));
                    return values;
                }
                if value.is_empty() {
                    self.wrong(ParameterError::new(
                        name,
                        message!("has nothing between two commas", "两个逗号之间没有内容"),
                    ));
                } else if value.chars().count() > MAX_ITEM_CHARS {
                    self.wrong(ParameterError::new(
                        name,
                        message!(
                            "has a value longer than {MAX_ITEM_CHARS} characters",
                            "有一个值超过 {MAX_ITEM_CHARS} 个字符"
                        ),
                    ));
                } else {
                    values.push(value.to_owned());
                }
            }
        }
        values
    }

    /// The value of a parameter that may be given once.
    fn value(&mut self, name: &'static str) -> Option<String> {
        let mut given = self.take(name)?;
        let last = given.pop()?;
        if !given.is_empty() {
            self.wrong(ParameterError::new(name, message!("is given more than once", "给了不止一次")));
        }
        if last.chars().count() > MAX_VALUE_CHARS {
            self.wrong(ParameterError::new(
                name,
                message!("is longer than {MAX_VALUE_CHARS} characters", "超过 {MAX_VALUE_CHARS} 个字符"),
            ));
            return None;
        }
        Some(last)
    }

    /// What is declared of a parameter. That it must be given, and is not, is a mistake.
    fn kind(&mut self, name: &'static str) -> Kind {
        let wanted = |declared: &&Declared| declared.parameter.name == name && declared.prefix == self.prefix;
        let kind = self.declared.iter().find(wanted).map_or(Kind::Text, |declared| declared.parameter.kind);
        let Kind::Required(kind) = kind else { return kind };
        if self.is_missing(name) {
            let (Kind::OneOf { allowed, .. } | Kind::SomeOf { allowed, .. }) = *kind else {
                self.wrong(ParameterError::new(name, message!("is required", "必须给出")));
                return *kind;
            };
            self.wrong(
                ParameterError::new(name, message!("is required", "必须给出")).allowing("", allowed.iter().copied()),
            );
        }
        *kind
    }

    /// That a parameter must be given, where its kind does not say so when it is taken out.
    pub fn require(&mut self, name: &'static str) {
        self.kind(name);
    }

    /// The value of a [`Kind::Text`]; `None` when it is missing.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        self.kind(name);
        self.value(name)
    }

    /// Whether a parameter was not given; one that was given wrongly is reported already.
    pub fn is_missing(&self, name: &'static str) -> bool {
        self.given(name).is_none() && !self.is_wrong(name)
    }

    /// Whether a mistake of a parameter is known.
    pub fn is_wrong(&self, name: &'static str) -> bool {
        let full_name = format!("{}{name}", self.prefix);
        self.mistakes.iter().any(|mistake| mistake.parameter == full_name)
    }

    /// The value of a [`Kind::Flag`]; its default when absent or wrong.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        let Kind::Flag { default } = self.kind(name) else { return None };
        match self.value(name).as_deref() {
            None => default,
            Some("true") => Some(true),
            Some("false") => Some(false),
            Some(other) => {
                let message = message!("`{other}` is neither true nor false", "`{other}` 既不是 true 也不是 false");
                self.wrong(ParameterError::new(name, message).allowing(other, ["true", "false"]));
                default
            }
        }
    }

    /// The value of a [`Kind::Integer`]; its default when absent or wrong.
    pub fn integer(&mut self, name: &'static str) -> u32 {
        let Kind::Integer { min, max, default } = self.kind(name) else { return 0 };
        self.number(name, min, max).unwrap_or(default)
    }

    /// The value of a [`Kind::Figure`]; `None` when absent or wrong.
    pub fn figure(&mut self, name: &'static str) -> Option<u32> {
        let Kind::Figure { max } = self.kind(name) else { return None };
        self.number(name, 0, max)
    }

    fn number(&mut self, name: &'static str, min: u32, max: u32) -> Option<u32> {
        let value = self.value(name)?;
        let number = value.parse().ok().filter(|number| (min..=max).contains(number));
        if number.is_none() {
            self.wrong(ParameterError::new(
                name,
                message!("`{value}` is not a whole number from {min} to {max}", "`{value}` 不是 {min} 至 {max} 的整数"),
            ));
        }
        number
    }

    /// The value of a [`Kind::OneOf`]; its default when absent or wrong.
    pub fn one_of(&mut self, name: &'static str) -> Option<&'static str> {
        let Kind::OneOf { allowed, default } = self.kind(name) else { return None };
        let Some(value) = self.value(name) else { return default };
        let found = allowed.iter().copied().find(|word| *word == value);
        if found.is_none() {
            self.not_allowed(name, &value, allowed);
        }
        found.or(default)
    }

    /// The values of a [`Kind::SomeOf`] with whether the sign stood in front; the default when absent.
    pub fn some_of(&mut self, name: &'static str) -> Vec<(bool, &'static str)> {
        let Kind::SomeOf { allowed, sign, default, least, most } = self.kind(name) else { return Vec::new() };
        let given = self.values(name);
        if given.is_empty() {
            // What is declared is right.
            return default.iter().map(|value| split_sign(value, sign)).collect();
        }
        if given.len() < least {
            self.wrong(ParameterError::new(name, message!("needs {least} values", "需要 {least} 个值")));
        }
        if let Some(most) = most.filter(|most| given.len() > *most) {
            self.wrong(ParameterError::new(name, message!("has more than {most} values", "超过 {most} 个值")));
        }
        let mut found: Vec<(bool, &'static str)> = Vec::new();
        for value in &given {
            let (signed, word) = split_sign(value, sign);
            match allowed.iter().copied().find(|known| *known == word) {
                Some(word) if found.iter().any(|(_, other)| *other == word) => {
                    self.wrong(ParameterError::new(name, message!("names `{word}` twice", "重复了 `{word}`")));
                }
                Some(word) => found.push((signed, word)),
                None => self.not_allowed(name, word, allowed),
            }
        }
        found
    }

    /// The items of a [`Kind::List`] or [`Kind::Weights`].
    pub fn list(&mut self, name: &'static str) -> Vec<String> {
        let plain = |value: String| match quoted(&value) {
            Some((inside, "")) => inside,
            _ => value,
        };
        self.values(name).into_iter().map(plain).collect()
    }

    /// The values of a [`Kind::Choice`] or [`Kind::Ranges`].
    pub fn choice(&mut self, name: &'static str) -> Vec<WrittenTerm> {
        let mut terms = Vec::new();
        for value in self.values(name) {
            let term = WrittenTerm::new(&value);
            if term.value.is_empty() {
                self.wrong(ParameterError::new(name, message!("has a `!` with nothing behind it", "`!` 后面没有内容")));
            } else {
                terms.push(term);
            }
        }
        terms
    }

    fn not_allowed(&mut self, name: &'static str, value: &str, allowed: &[&'static str]) {
        let message = message!("`{value}` is not allowed", "`{value}` 不在允许的值之中");
        self.wrong(ParameterError::new(name, message).allowing(value, allowed.iter().copied()));
    }
}

/// Whether the sign stands in front of a value, and what is behind it.
fn split_sign(value: &str, sign: Option<char>) -> (bool, &str) {
    match sign.and_then(|sign| value.strip_prefix(sign)) {
        Some(word) => (true, word),
        None => (false, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_and_signs_in_quotes_stand_for_themselves() {
        for (text, expected) in [
            ("a,b", vec![(false, "a", false), (false, "b", false)]),
            ("!a， ！ b", vec![(true, "a", false), (true, "b", false)]),
            ("\"a,b\",c", vec![(false, "a,b", true), (false, "c", false)]),
            ("\"!Bang\"", vec![(false, "!Bang", true)]),
            ("!\"!Bang\" , x", vec![(true, "!Bang", true), (false, "x", false)]),
            ("\"say \"\"hi\"\"\"", vec![(false, "say \"hi\"", true)]),
            ("5\" disk, \"open", vec![(false, "5\" disk", false), (false, "\"open", false)]),
            ("\"a\"b,c", vec![(false, "\"a\"b", false), (false, "c", false)]),
            ("\"unknown\"", vec![(false, "unknown", true)]),
        ] {
            let terms: Vec<WrittenTerm> = split(text).into_iter().map(WrittenTerm::new).collect();
            let found: Vec<_> = terms.iter().map(|term| (term.negated, term.value.as_str(), term.is_quoted)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
