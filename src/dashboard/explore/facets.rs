//! The values of each dimension with the number of cases that choosing one gives, each a link that chooses it.

use maud::{Markup, html};

use super::chips::Chip;
use super::query::{CONTAINS, ExploreQuery, MORE, filter_of};
use crate::cases::cursor::CURSOR;
use crate::cases::filter::SEARCH;
use crate::catalog::Catalog;
use crate::dashboard::address::Address;
use crate::dashboard::values::own;
use crate::dashboard::visit::Visit;
use crate::dashboard::words;
use crate::model::case::Field;
use crate::parameters::ParameterError;
use crate::statistics::facets::{Facet, FacetValue, FacetsQuery};
use crate::statistics::group_name::DIMENSIONS;
use crate::text::grouped;

/// How many values of a dimension are shown at first.
const FEW: &str = "7";
/// How many are shown of the one that more is asked of.
const MANY: &str = "100";
/// The questions whose answers are the facets: one for all, and one for more of one.
///
/// # Errors
/// What is wrong with the filter.
pub(super) fn questions(
    address: &Address,
    query: &ExploreQuery,
    catalog: &Catalog,
) -> Result<Vec<FacetsQuery>, Vec<ParameterError>> {
    let filter = filter_of(address);
    let few = filter.with("limit", FEW);
    let mut questions = vec![few];
    if let Some(field) = query.more {
        let others: Vec<&str> = DIMENSIONS.iter().copied().filter(|name| *name != field.name()).collect();
        questions[0] = questions[0].with("dimensions", &others.join(","));
        let many = filter.with("limit", MANY).with("dimensions", field.name());
        let contains = address.get(CONTAINS.name).unwrap_or_default();
        questions.push(many.with(CONTAINS.name, &contains));
    }
    questions.iter().map(|question| FacetsQuery::parse(&question.query(), catalog)).collect()
}

/// The place of a facet: what people ask about stands first, in the order in which cases are compared by it.
fn place(facet: &Facet) -> (u8, usize) {
    let field = Field::named(facet.dimension);
    let rank = field.map_or(u8::MAX, Field::rank);
    (rank, DIMENSIONS.iter().position(|dimension| *dimension == facet.dimension).unwrap_or_default())
}

/// All facets. Those by which cases are compared are open.
pub(super) fn shown(visit: &Visit, query: &ExploreQuery, mut facets: Vec<Facet>, chips: &[Chip]) -> Markup {
    facets.sort_by_key(place);
    html! {
        @for facet in &facets {
            @if let Some(field) = Field::named(facet.dimension) {
                (Shown { visit, field, facet, chips, is_more: query.more == Some(field) }.details(field.definition().compare.is_some()))
            }
        }
    }
}

/// A facet as it is shown.
struct Shown<'a> {
    visit: &'a Visit,
    field: Field,
    facet: &'a Facet,
    chips: &'a [Chip],
    is_more: bool,
}

impl Shown<'_> {
    fn details(&self, is_open: bool) -> Markup {
        let (visit, name) = (self.visit, self.field.name());
        let chosen = self.chips.iter().filter(|chip| chip.parameter == name).count();
        html! {
            details.facet id=(format!("facet-{name}")) open[is_open || chosen > 0 || self.is_more] {
                summary { h3 { (visit.t(self.field.label())) } @if chosen > 0 { " " span.count { (chosen) } } }
                @if self.is_more { (self.search()) }
                ul { @for value in &self.facet.values { (self.value(value)) } (self.excluded()) }
                (self.rest())
            }
        }
    }

    fn chip_of(&self, value: &str) -> Option<&Chip> {
        let is_own = |chip: &&Chip| {
            chip.parameter == self.field.name() && chip.key.as_ref().is_some_and(|key| key.value == value)
        };
        self.chips.iter().find(is_own)
    }

    fn value(&self, FacetValue { key, count }: &FacetValue) -> Markup {
        let (visit, name) = (self.visit, self.field.name());
        let called = visit.language.of(&key.name, &key.name_en);
        let address = visit.address.without(&[CURSOR.name]);
        let chip = self.chip_of(&key.value);
        let exclude = || address.and_not(name, &key.value).href();
        html! {
            li {
                @match chip {
                    Some(chip) => {
                        a.value.chosen href=(chip.without(visit)) rel="nofollow" aria-current="true" {
                            span.mark aria-hidden="true" { @if chip.is_negated { "−" } @else { "✓" } }
                            span.name { (own(called)) } span.count { (grouped(*count)) }
                        }
                    }
                    None => {
                        a.value href=(address.and(name, &key.value).href()) rel="nofollow" {
                            span.name { (own(called)) } span.count { (grouped(*count)) }
                        }
                        a.exclude href=(exclude()) rel="nofollow" aria-label=(format!("{} {called}", visit.t(words::EXCLUDE))) { "−" }
                    }
                }
            }
        }
    }

    /// What is left out and stands in no line of its own.
    fn excluded(&self) -> Markup {
        let is_listed = |chip: &Chip| {
            chip.key.as_ref().is_some_and(|key| self.facet.values.iter().any(|value| value.key.value == key.value))
        };
        let name = self.field.name();
        let others = self.chips.iter().filter(|chip| chip.parameter == name && chip.is_negated && !is_listed(chip));
        html! {
            @for chip in others {
                @if let Some(key) = &chip.key {
                    li { a.value.chosen href=(chip.without(self.visit)) rel="nofollow" aria-current="true" {
                        span.mark aria-hidden="true" { "−" } span.name { (own(self.visit.language.of(&key.name, &key.name_en))) }
                    } }
                }
            }
        }
    }

    /// What there is beside the values that are shown.
    fn rest(&self) -> Markup {
        let (visit, name) = (self.visit, self.field.name());
        let label = visit.t(self.field.label());
        let address = visit.address.without(&[CURSOR.name, CONTAINS.name]);
        html! {
            @if let Some(suppressed) = &self.facet.suppressed {
                p.note { (visit.t(words::TOO_SMALL)) ": " (grouped(suppressed.count)) }
            }
            @if self.is_more {
                p { a href=(address.without(&[MORE.name]).href()) rel="nofollow" aria-label=(format!("{} {label}", visit.t(words::FEWER_VALUES))) {
                    (visit.t(words::FEWER_VALUES)) } }
            } @else if let Some(other) = &self.facet.other {
                p { a href=(format!("{}#facet-{name}", address.with(MORE.name, name).href())) rel="nofollow" aria-label=(format!("{} {label}", visit.t(words::MORE_VALUES))) {
                    (visit.t(words::MORE_VALUES)) " (" (grouped(other.groups as u64)) ")" } }
            }
        }
    }

    fn search(&self) -> Markup {
        let visit = self.visit;
        let label = format!("{} {}", visit.t(words::FIND_VALUE), visit.t(self.field.label()));
        html! {
            form.inline method="get" action=(visit.address.path()) {
                (hidden(&visit.address, &[CONTAINS.name, CURSOR.name]))
                input type="search" name=(CONTAINS.name) value=[visit.address.get(CONTAINS.name)] aria-label=(label) maxlength="100";
                button type="submit" { (visit.t(words::FIND_VALUE)) }
            }
        }
    }
}

/// The parameters of an address that a form keeps, but for those that it asks for itself.
pub(in crate::dashboard) fn hidden(address: &Address, but: &[&str]) -> Markup {
    html! {
        @for (name, value) in address.without(but).pairs() { input type="hidden" name=(name) value=(value); }
    }
}

/// The words of a search, in a form of its own.
pub(super) fn search_form(visit: &Visit) -> Markup {
    html! {
        form.search role="search" method="get" action=(visit.address.path()) {
            (hidden(&visit.address, &[SEARCH, CURSOR.name]))
            label for="q" { (visit.t(words::SEARCH)) }
            div.inline {
                input #q type="search" name=(SEARCH) value=[visit.address.get(SEARCH)] maxlength="100" aria-describedby="q-hint";
                button type="submit" { (visit.t(words::SEARCH)) }
            }
            p.note #q-hint { (visit.t(words::SEARCH_HINT)) }
        }
    }
}
