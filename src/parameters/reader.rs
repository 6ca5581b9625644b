//! Takes a query string apart and remembers everything that is wrong with it.

use std::borrow::Cow;

use super::message::{Message, message};
use percent_encoding::percent_decode_str;

use super::declared::{Declared, unknown};
use super::{Kind, Parameter, ParameterError, Proposals};

/// The most mistakes of a request that are reported.
const MAX_ERRORS: usize = 20;

/// The parameters of one request. Each is taken out by its name; what is wrong is collected, so
/// that all mistakes of a request are reported at once.
#[derive(Debug)]
pub struct ParameterReader {
    /// What was given; few parameters are, so that looking through all is the fastest way to find one.
    given: Vec<Given>,
    pub(super) declared: Vec<Declared>,
    pub(super) mistakes: Vec<ParameterError>,
    /// What stands in front of the names of the parameters that are being taken out.
    pub(super) prefix: &'static str,
    /// What may still be proposed for unknown names.
    pub proposals: Proposals,
}

/// The values of one parameter.
#[derive(Debug)]
struct Given {
    prefix: &'static str,
    name: &'static str,
    values: Vec<String>,
}

impl ParameterReader {
    /// Takes a query string apart; `tables` declare what may stand in it.
    pub fn new(query_string: &str, tables: &[&'static [Parameter]]) -> Self {
        let plain: Vec<(&'static str, &'static [Parameter])> = tables.iter().map(|table| ("", *table)).collect();
        Self::with_prefixes(query_string, &plain)
    }

    /// The same where the names of a table stand behind a prefix; [`Self::under`] takes these out.
    pub fn with_prefixes(query_string: &str, tables: &[(&'static str, &'static [Parameter])]) -> Self {
        let declared = Declared::all(tables);
        let (given, mistakes, proposals) = (Vec::new(), Vec::new(), Proposals::default());
        let mut reader = Self { given, declared, mistakes, prefix: "", proposals };
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

    fn take_in(&mut self, raw_name: &str, raw_value: &str) {
        let (Some(name), Some(value)) = (decode(raw_name), decode(raw_value)) else {
            self.wrong(ParameterError::new(
                raw_name,
                message!("is not percent-encoded UTF-8", "不是百分号编码的 UTF-8"),
            ));
            return;
        };
        let Some(declared) = self.declared.iter().find(|declared| declared.is_called(&name)) else {
            self.wrong(unknown(&name, &self.declared));
            return;
        };
        if let Some(control) = value.chars().find(|character| character.is_control()) {
            let code = u32::from(control);
            let message = message!("contains the control character U+{code:04X}", "含有控制字符 U+{code:04X}");
            self.wrong(ParameterError::new(&name, message));
            return;
        }
        if value.trim().is_empty() {
            // Asks nothing: so an HTML form sends what was left out.
            return;
        }
        let (prefix, name) = (declared.prefix, declared.parameter.name);
        match self.given.iter_mut().find(|given| given.name == name && given.prefix == prefix) {
            Some(given) => given.values.push(value),
            None => self.given.push(Given { prefix, name, values: vec![value] }),
        }
    }

    /// The values of a parameter, as they were written.
    pub(super) fn given(&self, name: &str) -> Option<&[String]> {
        let given = self.given.iter().find(|given| given.name == name && given.prefix == self.prefix)?;
        Some(&given.values)
    }

    /// Takes out the values of a parameter, as they were written.
    pub(super) fn take(&mut self, name: &str) -> Option<Vec<String>> {
        let index = self.given.iter().position(|given| given.name == name && given.prefix == self.prefix)?;
        Some(self.given.swap_remove(index).values)
    }

    /// Remembers a mistake; more than can be read at once are not reported.
    pub fn wrong(&mut self, mut mistake: ParameterError) {
        mistake.parameter.insert_str(0, self.prefix);
        if self.mistakes.len() < MAX_ERRORS {
            self.mistakes.push(mistake);
        }
    }

    /// Whether so much is wrong that the rest need not be looked at.
    pub fn is_hopeless(&self) -> bool {
        self.mistakes.len() >= MAX_ERRORS
    }

    /// Leaves what was not taken out to another reader of the same request.
    pub(crate) fn leave_rest(&mut self) {
        self.given.clear();
    }

    /// All that is wrong, if anything is.
    pub fn finish(self) -> Result<(), Vec<ParameterError>> {
        debug_assert!(self.given.is_empty() || !self.mistakes.is_empty(), "declared but never read: {:?}", self.given);
        if self.mistakes.is_empty() { Ok(()) } else { Err(self.mistakes) }
    }

    /// All that was given and is not a default, but for some parameters; in one order, whatever the request's.
    pub fn said(&self, but: &[&str]) -> String {
        let declared = self.declared.iter().filter(|it| it.prefix == self.prefix && !but.contains(&it.parameter.name));
        let said = declared.filter(|it| self.says_something(it.parameter));
        let pair = |it: &Declared| Some(format!("{}={:?}", it.parameter.name, self.given(it.parameter.name)?));
        said.filter_map(pair).collect::<Vec<_>>().join("&")
    }

    /// What was given for some parameters and is not their default, as it was written and before any of it is taken out.
    pub fn as_written(&self, parameters: &[Parameter]) -> String {
        let said = parameters.iter().filter(|parameter| self.says_something(parameter));
        let given =
            said.filter_map(|parameter| Some(format!("{}={}", parameter.name, self.given(parameter.name)?.join(","))));
        given.collect::<Vec<_>>().join(" · ")
    }

    /// Refuses parameters that mean nothing together with others; their defaults, given, are what leaving them out is.
    pub fn refuse(&mut self, parameters: &[Parameter], why: &Message) {
        for parameter in parameters {
            if self.says_something(parameter) {
                self.wrong(ParameterError::new(parameter.name, why.clone()));
            }
        }
    }

    /// Whether a parameter is given, and not as what it is when it is left out.
    fn says_something(&self, parameter: &Parameter) -> bool {
        let is_default = |given: &[String]| match (parameter.kind, given) {
            (Kind::Integer { default, .. }, [only]) => only.parse() == Ok(default),
            (Kind::Flag { default: Some(default) }, [only]) => only.parse() == Ok(default),
            (Kind::OneOf { default: Some(default), .. }, [only]) => only == default,
            (Kind::SomeOf { default, .. }, given) => given.join(",") == default.join(","),
            _ => false,
        };
        self.given(parameter.name).is_some_and(|given| !is_default(given))
    }
}

/// The names of the parameters that a query string gives, whatever else is wrong with it.
pub fn names_given(query_string: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let names = query_string.split('&').map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name));
    names.map(|name| percent_decode_str(name).decode_utf8_lossy())
}

/// Undoes form encoding; `None` where the bytes are not UTF-8.
fn decode(text: &str) -> Option<String> {
    if !text.contains(['+', '%']) {
        return Some(text.to_owned());
    }
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(Cow::into_owned)
}
