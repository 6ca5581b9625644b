//! The address of a page: its path and its parameters, which are those of the API.

use actix_web::HttpRequest;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::parameters::{LANG, written_values};

use super::visit::THEME;

/// What is percent-encoded in a value: all that is not plainly readable in a query string.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b',')
    .remove(b'!')
    .remove(b':')
    .remove(b'*');

/// A path with parameters, in the order in which they were given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    path: String,
    pairs: Vec<(String, String)>,
}

impl Address {
    /// That of a request. What is not UTF-8 is left out: parsing the request refuses it.
    pub(super) fn of(request: &HttpRequest) -> Self {
        Self::parse(request.path(), request.query_string())
    }

    /// That of a path and a query string.
    pub(super) fn parse(path: &str, query: &str) -> Self {
        let decode = |text: &str| {
            let spaced = text.replace('+', " ");
            percent_decode_str(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
        };
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode(name)?, decode(value)?))
        };
        Self { path: path.to_owned(), pairs: query.split('&').filter(|it| !it.is_empty()).filter_map(pair).collect() }
    }

    /// The path.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The parameters, decoded.
    pub(super) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// The value of a parameter; several are joined by commas.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self.values(name).filter(|value| !value.trim().is_empty()).collect();
        (!values.is_empty()).then(|| values.join(","))
    }

    fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The same with a parameter that has just this value, in its old place or behind the others.
    #[must_use]
    pub(super) fn with(&self, name: &str, value: &str) -> Self {
        let mut address = self.clone();
        let place = address.pairs.iter().position(|(own, _)| own == name);
        address.pairs.retain(|(own, _)| own != name);
        let place = place.unwrap_or(address.pairs.len()).min(address.pairs.len());
        address.pairs.insert(place, (name.to_owned(), value.to_owned()));
        address
    }

    /// The same with a parameter that has just this value, where there is one.
    #[must_use]
    pub(super) fn with_any(&self, name: &str, value: Option<&str>) -> Self {
        value.map_or_else(|| self.clone(), |value| self.with(name, value))
    }

    /// The same without some parameters.
    #[must_use]
    pub(super) fn without(&self, names: &[&str]) -> Self {
        self.keeping(|name| !names.contains(&name))
    }

    /// The same with those parameters only that are wanted.
    #[must_use]
    pub(super) fn keeping(&self, is_wanted: impl Fn(&str) -> bool) -> Self {
        let mut address = self.clone();
        address.pairs.retain(|(name, _)| is_wanted(name));
        address
    }

    /// The same without parameters that have no value.
    #[must_use]
    pub(super) fn without_empty(&self) -> Self {
        let mut address = self.clone();
        address.pairs.retain(|(_, value)| !value.trim().is_empty());
        address
    }

    /// The same with one more value of a parameter that takes several with commas between them.
    #[must_use]
    pub(super) fn and(&self, name: &str, value: &str) -> Self {
        let value = quoted(value);
        let before = self.get(name);
        self.with(name, &before.map_or(value.clone(), |before| format!("{before},{value}")))
    }

    /// The same without the cases of one value.
    #[must_use]
    pub(super) fn and_not(&self, name: &str, value: &str) -> Self {
        let value = format!("!{}", quoted(value));
        let before = self.get(name);
        self.with(name, &before.map_or(value.clone(), |before| format!("{before},{value}")))
    }

    /// The same without one of the values of a parameter, given as it was written.
    #[must_use]
    pub(super) fn without_value(&self, name: &str, written: &str) -> Self {
        let text = self.get(name).unwrap_or_default();
        let left: Vec<String> = written_values(&text).into_iter().filter(|value| value != written).collect();
        if left.is_empty() { self.without(&[name]) } else { self.with(name, &left.join(",")) }
    }

    /// The same parameters at another path.
    #[must_use]
    pub(super) fn at(&self, path: &str) -> Self {
        Self { path: path.to_owned(), pairs: self.pairs.clone() }
    }

    /// Another page, with what is chosen of language and colours by this address.
    #[must_use]
    pub(super) fn elsewhere(&self, path: &str) -> Self {
        self.keeping(|name| [LANG.name, THEME.name].contains(&name)).at(path)
    }

    /// The same with the parameters of another one behind its own.
    #[must_use]
    pub(super) fn with_all(&self, other: &Self) -> Self {
        Self { path: self.path.clone(), pairs: [self.pairs.as_slice(), &other.pairs].concat() }
    }

    /// The parameters as a query string.
    pub(super) fn query(&self) -> String {
        let encode = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
        let pairs = self.pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        pairs.collect::<Vec<_>>().join("&")
    }

    /// As it stands in a link.
    pub(super) fn href(&self) -> String {
        let query = self.query();
        if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) }
    }
}

/// A value as it is written where several stand with commas between them: in double quotes where a sign in it would mean
/// something else.
pub(super) fn quoted(value: &str) -> String {
    let means_more = value.contains([',', '，', '"']) || value.starts_with(['!', '！']);
    if means_more { format!("\"{}\"", value.replace('"', "\"\"")) } else { value.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(query: &str) -> Address {
        Address::parse("/explore", query)
    }

    #[test]
    fn values_are_added_and_taken_off_as_they_were_written() {
        let begun = address("company=B%E7%AB%99&major=x&company=baidu&lang=en");
        assert_eq!(begun.get("company").as_deref(), Some("B站,baidu"));
        let more = begun.and("company", "a,b");
        assert_eq!(more.get("company").as_deref(), Some("B站,baidu,\"a,b\""));
        assert_eq!(more.query(), "company=B%E7%AB%99,baidu,%22a,b%22&major=x&lang=en");
        let less = more.without_value("company", "baidu");
        assert_eq!(less.get("company").as_deref(), Some("B站,\"a,b\""));
        assert_eq!(less.without_value("company", "B站").without_value("company", "\"a,b\"").get("company"), None);
    }

    #[test]
    fn another_page_has_language_and_colours_of_this_one() {
        assert_eq!(address("company=x&lang=en&theme=dark").elsewhere("/guide").href(), "/guide?lang=en&theme=dark");
        assert_eq!(address("company=x").elsewhere("/guide").href(), "/guide");
    }

    #[test]
    fn hostile_text_is_encoded_in_links() {
        let href = address("").with("q", "\"><script>&'").href();
        assert_eq!(href, "/explore?q=%22%3E%3Cscript%3E%26%27");
    }
}
