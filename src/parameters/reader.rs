//! Takes a query string apart and remembers everything that is wrong with it.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use super::declared::{Declared, unknown};
use super::{Kind, Mistake, Parameter};

/// Longest value of a parameter, in characters; no name is nearly as long.
pub(super) const LONGEST_VALUE: usize = 1000;
/// Longest of several values, in characters.
pub(super) const LONGEST_ITEM: usize = 100;
/// The most values that a parameter may have: so many of the longest, in Chinese and percent-encoded, still fit into
/// the head of a request.
pub(super) const MOST_VALUES: usize = 100;
/// The most mistakes of a request that are told.
const MOST_MISTAKES: usize = 20;

/// One value of a choice, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Whether `!` stood in front.
    pub negated: bool,
    /// The value without it.
    pub value: String,
}

/// The parameters of one request. Each is taken out by its name; what is wrong is collected, so
/// that all mistakes of a request are told at once.
#[derive(Debug)]
pub struct ParameterReader {
    /// Values by prefix and name.
    given: BTreeMap<(&'static str, &'static str), Vec<String>>,
    declared: Vec<Declared>,
    mistakes: Vec<Mistake>,
    /// What stands in front of the names of the parameters that are being taken out.
    prefix: &'static str,
}

impl ParameterReader {
    /// Takes a query string apart; `tables` declare what may stand in it.
    pub fn new(query_string: &str, tables: &[&[Parameter]]) -> Self {
        let plain: Vec<(&'static str, &[Parameter])> = tables.iter().map(|table| ("", *table)).collect();
        Self::with_prefixes(query_string, &plain)
    }

    /// The same where the names of a table stand behind a prefix; [`Self::under`] takes these out.
    pub fn with_prefixes(query_string: &str, tables: &[(&'static str, &[Parameter])]) -> Self {
        let mut reader =
            Self { given: BTreeMap::new(), declared: Declared::all(tables), mistakes: Vec::new(), prefix: "" };
        for pair in query_string.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            reader.take_in(name, value);
            if reader.is_hopeless() {
                break;
            }
        }
        reader
    }

    /// Takes out parameters that stand behind a prefix, under the names that they have without it.
    pub fn under<T>(&mut self, prefix: &'static str, take_out: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.prefix, prefix);
        let taken = take_out(self);
        self.prefix = outer;
        taken
    }

    /// Looks only at these parameters, where the others are for another reader, which also tells what is wrong.
    pub fn only(query_string: &str, declared: &[Parameter]) -> Self {
        let declared_here = |pair: &&str| {
            let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
            decode(name).is_some_and(|name| declared.iter().any(|parameter| parameter.name == name))
        };
        let pairs: Vec<&str> = query_string.split('&').filter(declared_here).collect();
        let mut reader = Self::new(&pairs.join("&"), &[declared]);
        reader.mistakes.clear();
        reader
    }

    fn take_in(&mut self, raw_name: &str, raw_value: &str) {
        let (Some(name), Some(value)) = (decode(raw_name), decode(raw_value)) else {
            self.wrong(Mistake::new(raw_name, "is not percent-encoded UTF-8"));
            return;
        };
        let Some(declared) = self.declared.iter().find(|declared| declared.is_called(&name)) else {
            self.wrong(unknown(&name, &self.declared));
            return;
        };
        if let Some(control) = value.chars().find(|character| character.is_control()) {
            self.wrong(Mistake::new(&name, format!("contains the control character U+{:04X}", u32::from(control))));
            return;
        }
        self.given.entry((declared.prefix, declared.parameter.name)).or_default().push(value);
    }

    /// Remembers a mistake; more than can be read at once are not told.
    pub fn wrong(&mut self, mut mistake: Mistake) {
        mistake.parameter.insert_str(0, self.prefix);
        if self.mistakes.len() < MOST_MISTAKES {
            self.mistakes.push(mistake);
        }
    }

    /// Whether so much is wrong that the rest need not be looked at.
    pub fn is_hopeless(&self) -> bool {
        self.mistakes.len() >= MOST_MISTAKES
    }

    /// All that is wrong, if anything is.
    pub fn finish(self) -> Result<(), Vec<Mistake>> {
        debug_assert!(
            self.given.is_empty() || !self.mistakes.is_empty(),
            "declared but never read: {:?}",
            self.given.keys()
        );
        if self.mistakes.is_empty() { Ok(()) } else { Err(self.mistakes) }
    }

    /// The values of a parameter that may be repeated, split at commas.
    fn values(&mut self, name: &'static str) -> Vec<String> {
        let mut values = Vec::new();
        for given in self.given.remove(&(self.prefix, name)).unwrap_or_default() {
            for value in given.split([',', '，']).map(str::trim) {
                if values.len() == MOST_VALUES {
                    self.wrong(Mistake::new(name, format!("has more than {MOST_VALUES} values")));
                    return values;
                }
                if value.is_empty() {
                    self.wrong(Mistake::new(name, "has an empty value; leave the parameter out to ask nothing of it"));
                } else if value.chars().count() > LONGEST_ITEM {
                    self.wrong(Mistake::new(name, format!("has a value longer than {LONGEST_ITEM} characters")));
                } else {
                    values.push(value.to_owned());
                }
            }
        }
        values
    }

    /// The value of a parameter that may be given once.
    fn value(&mut self, name: &'static str) -> Option<String> {
        let mut given = self.given.remove(&(self.prefix, name))?;
        let last = given.pop()?;
        if !given.is_empty() {
            self.wrong(Mistake::new(name, "is given more than once"));
        }
        if last.trim().is_empty() {
            self.wrong(Mistake::new(name, "is empty"));
            return None;
        }
        if last.chars().count() > LONGEST_VALUE {
            self.wrong(Mistake::new(name, format!("is longer than {LONGEST_VALUE} characters")));
            return None;
        }
        Some(last)
    }

    /// What was given for some parameters, as it was written and before any of it is taken out.
    pub fn as_written(&self, parameters: &[Parameter]) -> String {
        let names = parameters.iter().map(|parameter| parameter.name);
        let given =
            names.filter_map(|name| Some(format!("{name}={}", self.given.get(&(self.prefix, name))?.join(","))));
        given.collect::<Vec<_>>().join(" · ")
    }

    /// Refuses parameters that mean nothing together with others.
    pub fn refuse(&mut self, names: &[&'static str], why: &str) {
        for name in
            names.iter().filter(|name| self.given.contains_key(&(self.prefix, **name))).copied().collect::<Vec<_>>()
        {
            self.wrong(Mistake::new(name, why));
        }
    }

    fn kind(&self, name: &'static str) -> Kind {
        let wanted = |declared: &&Declared| declared.prefix == self.prefix && declared.parameter.name == name;
        self.declared.iter().find(wanted).map_or(Kind::Text, |declared| declared.parameter.kind)
    }

    /// The value of a [`Kind::Text`].
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        self.value(name)
    }

    /// Whether a parameter was not given; one that was given wrongly is told of already.
    pub fn is_missing(&self, name: &'static str) -> bool {
        let full_name = format!("{}{name}", self.prefix);
        !self.given.contains_key(&(self.prefix, name))
            && !self.mistakes.iter().any(|mistake| mistake.parameter == full_name)
    }

    /// The value of a [`Kind::RequiredText`]; `None` only when it is missing or empty.
    pub fn required_text(&mut self, name: &'static str) -> Option<String> {
        if self.is_missing(name) {
            self.wrong(Mistake::new(name, "is required"));
        }
        self.value(name)
    }

    /// The value of a [`Kind::Flag`]; its default when absent or wrong.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        let Kind::Flag { default } = self.kind(name) else { return None };
        match self.value(name).as_deref() {
            None => default,
            Some("true") => Some(true),
            Some("false") => Some(false),
            Some(other) => {
                let message = format!("`{other}` is neither true nor false");
                self.wrong(Mistake::new(name, message).allowing(other, ["true", "false"]));
                default
            }
        }
    }

    /// The value of a [`Kind::Integer`]; its default when absent or wrong.
    pub fn integer(&mut self, name: &'static str) -> u32 {
        let Kind::Integer { min, max, default } = self.kind(name) else { return 0 };
        let Some(value) = self.value(name) else { return default };
        match value.parse::<u32>() {
            Ok(number) if (min..=max).contains(&number) => number,
            _ => {
                self.wrong(Mistake::new(name, format!("`{value}` is not a whole number from {min} to {max}")));
                default
            }
        }
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

    /// The value of a [`Kind::RequiredOneOf`]; `None` only when it is missing or wrong.
    pub fn required_one_of(&mut self, name: &'static str) -> Option<&'static str> {
        let Kind::RequiredOneOf { allowed } = self.kind(name) else { return None };
        if self.is_missing(name) {
            self.wrong(Mistake::new(name, "is required").allowing("", allowed.iter().copied()));
        }
        let value = self.value(name)?;
        let found = allowed.iter().copied().find(|word| *word == value);
        if found.is_none() {
            self.not_allowed(name, &value, allowed);
        }
        found
    }

    /// The values of a [`Kind::SomeOf`] with whether the sign stood in front; the default when absent.
    pub fn some_of(&mut self, name: &'static str) -> Vec<(bool, &'static str)> {
        let (allowed, sign, default, least, most) = match self.kind(name) {
            Kind::SomeOf { allowed, sign, default, most } => (allowed, sign, default, 0, most),
            Kind::RequiredSomeOf { allowed, least, most } => (allowed, None, [].as_slice(), least, Some(most)),
            _ => return Vec::new(),
        };
        let given = self.values(name);
        if !given.is_empty() && given.len() < least {
            self.wrong(Mistake::new(name, format!("needs {least} values")));
        }
        if let Some(most) = most.filter(|most| given.len() > *most) {
            self.wrong(Mistake::new(name, format!("has more than {most} values")));
        }
        let written: Vec<&str> =
            if given.is_empty() { default.to_vec() } else { given.iter().map(String::as_str).collect() };
        let mut found: Vec<(bool, &'static str)> = Vec::new();
        for value in written {
            let (signed, word) = match sign.and_then(|sign| value.strip_prefix(sign)) {
                Some(word) => (true, word),
                None => (false, value),
            };
            match allowed.iter().copied().find(|known| *known == word) {
                Some(word) if found.iter().any(|(_, other)| *other == word) => {
                    self.wrong(Mistake::new(name, format!("names `{word}` twice")));
                }
                Some(word) => found.push((signed, word)),
                None => self.not_allowed(name, word, allowed),
            }
        }
        found
    }

    /// The items of a [`Kind::List`] or [`Kind::Weights`].
    pub fn list(&mut self, name: &'static str) -> Vec<String> {
        self.values(name)
    }

    /// The values of a [`Kind::RequiredSomeOf`]; none only when it is missing or wrong.
    pub fn required_some_of(&mut self, name: &'static str) -> Vec<&'static str> {
        if let (true, Kind::RequiredSomeOf { allowed, .. }) = (self.is_missing(name), self.kind(name)) {
            self.wrong(Mistake::new(name, "is required").allowing("", allowed.iter().copied()));
        }
        self.some_of(name).into_iter().map(|(_, word)| word).collect()
    }

    /// The values of a [`Kind::Choice`] or [`Kind::Ranges`].
    pub fn choice(&mut self, name: &'static str) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        for value in self.values(name) {
            let (negated, value) = match value.strip_prefix(['!', '！']) {
                Some(value) => (true, value.trim().to_owned()),
                None => (false, value),
            };
            if value.is_empty() {
                self.wrong(Mistake::new(name, "has a `!` with nothing behind it"));
            } else {
                wanted.push(Wanted { negated, value });
            }
        }
        wanted
    }

    fn not_allowed(&mut self, name: &'static str, value: &str, allowed: &[&'static str]) {
        let message = format!("`{value}` is not allowed");
        self.wrong(Mistake::new(name, message).allowing(value, allowed.iter().copied()));
    }
}

/// Undoes form encoding; `None` where the bytes are not UTF-8.
fn decode(text: &str) -> Option<String> {
    if !text.contains(['+', '%']) {
        return Some(text.to_owned());
    }
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}
