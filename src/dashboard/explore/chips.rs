//! What is chosen: each condition by itself, named, with the address without it.

use maud::{Markup, html};

use super::query::filter_of;
use crate::cases::cursor::CURSOR;
use crate::cases::filter::{CaseFilter, SEARCH};
use crate::cases::parameters::{FilterParameters, MAJOR_EXACT};
use crate::catalog::Catalog;
use crate::dashboard::address::Address;
use crate::dashboard::values::{own, says_more};
use crate::dashboard::visit::Visit;
use crate::dashboard::words;
use crate::model::case::Field;
use crate::parameters::{ParameterReader, ParameterTable, written_values};
use crate::statistics::categories::GroupKey;
use crate::text::grouped;

/// One condition of a filter.
#[derive(Debug)]
pub(super) struct Chip {
    /// The parameter.
    pub(super) parameter: String,
    /// The value as it was written.
    pub(super) written: String,
    /// Whether cases with it are left out.
    pub(super) is_negated: bool,
    /// Whether what was written says more than a name of the value.
    says_more: bool,
    /// What the API calls the value; `None` of ranges and words.
    pub(super) key: Option<GroupKey>,
}

/// The conditions of a filter that is right.
pub(super) fn chips(address: &Address, catalog: &Catalog) -> Vec<Chip> {
    let filter = filter_of(address);
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in filter.pairs() {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let chip = |name: &str, written: String| {
        let plain = written.trim_start_matches(['!', '！']).trim_start();
        Chip {
            is_negated: plain.len() < written.len(),
            says_more: Field::named(name).is_some_and(|field| says_more(catalog, field, plain)),
            key: key(name, plain, catalog),
            parameter: name.to_owned(),
            written,
        }
    };
    let all = |name: &str| {
        let given = filter.get(name).unwrap_or_default();
        // Words are searched as they stand, commas among them.
        let values = if name == SEARCH { vec![given] } else { written_values(&given) };
        values.into_iter().map(|value| chip(name, value)).collect::<Vec<_>>()
    };
    names.into_iter().flat_map(all).collect()
}

/// What the API calls a value.
fn key(name: &str, value: &str, catalog: &Catalog) -> Option<GroupKey> {
    let field = Field::named(name)?;
    let query = Address::parse("", "").with(name, value).query();
    let mut reader = ParameterReader::new(&query, &[FilterParameters::PARAMETERS]);
    let filter = CaseFilter::parse(&mut reader, catalog);
    filter.chosen(field).first().map(|value| GroupKey::of(field, catalog, value.as_ref()))
}

impl Chip {
    /// The address without it, at the first page.
    fn removed(&self, address: &Address) -> Address {
        let address = address.without(&[CURSOR.name]);
        match self.parameter.as_str() {
            SEARCH => address.without(&[SEARCH]),
            name => address.without_value(name, &self.written),
        }
    }

    /// The address without it.
    pub(super) fn without(&self, visit: &Visit) -> String {
        self.removed(&visit.address).href()
    }

    fn label(&self, visit: &Visit) -> &'static str {
        match Field::named(&self.parameter) {
            Some(field) => visit.t(field.label()),
            None if self.parameter == MAJOR_EXACT.name => visit.t(words::MAJOR_EXACT),
            None => visit.t(words::SEARCH),
        }
    }

    fn value(&self, visit: &Visit) -> String {
        let plain = || self.written.trim_start_matches(['!', '！']).trim().to_owned();
        match (&self.key, self.written.as_str()) {
            (Some(key), _) => visit.language.of(&key.name, &key.name_en).clone(),
            (None, "true") => visit.t(words::YES).to_owned(),
            (None, "false") => visit.t(words::NO).to_owned(),
            _ => self.range().unwrap_or_else(plain),
        }
    }

    /// The ends of a range of numbers, with commas between thousands.
    fn range(&self) -> Option<String> {
        let (from, to) = self.written.split_once("..")?;
        let end = |text: &str| if text.is_empty() { Some(String::new()) } else { text.parse().ok().map(grouped) };
        Some(format!("{}–{}", end(from)?, end(to)?))
    }

    /// In a line of text.
    fn told(&self, visit: &Visit) -> String {
        let not = if self.is_negated { format!("{} ", visit.t(words::NOT)) } else { String::new() };
        format!("{not}{}", self.value(visit))
    }

    fn shown(&self, visit: &Visit) -> Markup {
        let (label, value) = (self.label(visit), self.value(visit));
        html! {
            li.chip {
                span.dimension { (label) }
                @if self.is_negated { " " b { (visit.t(words::NOT)) } }
                " " span.value { (own(&value)) } " "
                @if self.says_more { span.written { "(" (visit.t(words::WRITTEN)) " “" (own(&self.written)) "”)" } " " }
                a href=(self.without(visit)) rel="nofollow" aria-label=(format!("{} {label} {value}", visit.t(words::REMOVE))) { "×" }
            }
        }
    }
}

/// What a page of these conditions is called.
pub(super) fn title(visit: &Visit, chips: &[Chip]) -> String {
    let own = visit.t(words::EXPLORE_TITLE);
    let chosen: Vec<String> = chips.iter().map(|chip| chip.told(visit)).collect();
    if chosen.is_empty() { own.to_owned() } else { format!("{} · {own}", chosen.join(visit.language.of("、", ", "))) }
}

/// All of them in a row; nothing where nothing is chosen.
pub(super) fn shown(visit: &Visit, chips: &[Chip]) -> Markup {
    let cleared = || {
        let filter = filter_of(&visit.address);
        let names: Vec<&str> = filter.pairs().iter().map(|(name, _)| name.as_str()).chain([CURSOR.name]).collect();
        visit.address.without(&names).href()
    };
    html! {
        @if !chips.is_empty() {
            ul.chips aria-label=(visit.t(words::CHOSEN)) {
                @for chip in chips { (chip.shown(visit)) }
                @if chips.len() > 1 { li { a href=(cleared()) { (visit.t(words::CLEAR_ALL)) } } }
            }
        }
    }
}
