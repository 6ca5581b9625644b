//! How what is known of a case is shown: by the kind of its field.

use maud::{Markup, html};

use super::visit::Visit;
use super::words;
use crate::cases::cursor::CURSOR;
use crate::cases::row::CaseRow;
use crate::catalog::reference::{Names, names_of};
use crate::catalog::{Catalog, Resolved};
use crate::model::case::Field;
use crate::model::entity::Entity;
use crate::model::field::{FILTER, Kind, Origin};
use crate::model::value::{GroupValue, Value};
use crate::parameters::API_PREFIX;
use crate::text::grouped;

/// A text that somebody else has written: it stands for itself, whatever signs of direction are in it.
pub(super) fn own(text: &str) -> Markup {
    html! { bdi { (text) } }
}

/// A message: what stands between backticks as it is written, addresses of the API as links.
pub(super) fn message_text(message: &str) -> Markup {
    html! {
        @for (index, part) in message.split('`').enumerate() {
            @if index % 2 == 0 { (linked_addresses(part)) } @else { code { (own(part)) } }
        }
    }
}

fn linked_addresses(text: &str) -> Markup {
    let ends = |start: usize| {
        let is_of_address = |sign: char| sign.is_ascii_alphanumeric() || "/-_".contains(sign);
        text[start..].find(|sign| !is_of_address(sign)).map_or(text.len(), |length| start + length)
    };
    let addresses: Vec<_> = text.match_indices(API_PREFIX).map(|(start, _)| start..ends(start)).collect();
    let befores = std::iter::once(0).chain(addresses.iter().map(|address| address.end));
    let behind = addresses.last().map_or(0, |address| address.end);
    html! {
        @for (before, address) in befores.zip(&addresses) {
            (own(&text[before..address.start])) a href=(&text[address.clone()]) { code { (&text[address.clone()]) } }
        }
        (own(&text[behind..]))
    }
}

/// What is not known.
pub(super) fn unknown(visit: &Visit) -> Markup {
    html! { span.unknown { (visit.t(words::UNKNOWN)) } }
}

/// Whether the entries of an entity have pages of their own.
pub(super) fn has_pages(entity: Entity) -> bool {
    matches!(entity, Entity::Company | Entity::Major | Entity::School | Entity::Role)
}

/// The page of an entry; where it has none, its cases.
pub(super) fn entry_link(visit: &Visit, field: Field, entity: Entity, slug: &str) -> Option<String> {
    if has_pages(entity) {
        return Some(visit.link(&format!("/{}/{slug}", entity.path_segment())));
    }
    cases_link(visit, field, slug)
}

/// The page of cases.
const EXPLORE: &str = "/explore";

/// The cases that have a value of a field, on that page those of its filter besides; `None` where cases cannot be chosen by it.
pub(super) fn cases_link(visit: &Visit, field: Field, value: &str) -> Option<String> {
    let here = || match visit.address.path() {
        EXPLORE => visit.address.without(&[CURSOR.name, field.name()]),
        _ => visit.address.elsewhere(EXPLORE),
    };
    field.can(FILTER).then(|| here().and(field.name(), value).href())
}

/// The value of a field of a case; `None` where it is unknown.
pub(super) fn value(visit: &Visit, catalog: &Catalog, row: &CaseRow, field: Field) -> Option<Markup> {
    let Some(value) = row.value(field) else {
        return row.plain(field).map(|text| time(&text));
    };
    Some(match (value, field.kind()) {
        (Value::Reference(id), Kind::Reference(entity)) => {
            let names = names_of(field, catalog, &GroupValue::Reference(id));
            linked(visit, &names, entry_link(visit, field, entity, &names.slug))
        }
        (Value::Member(slug), _) => {
            let names = names_of(field, catalog, &GroupValue::Member(slug));
            linked(visit, &names, cases_link(visit, field, slug))
        }
        (Value::Number(number), _) => figure(visit, row, field, &grouped(number.try_into().unwrap_or_default())),
        (Value::Hundredths(hundredths), _) => figure(visit, row, field, &decimal(hundredths)),
        (Value::Date(date), Kind::Date { precision }) => {
            let format = match row.value(precision) {
                Some(Value::Member("year")) => "%Y",
                Some(Value::Member("month")) => "%Y-%m",
                _ => "%Y-%m-%d",
            };
            time(&date.format(format).to_string())
        }
        (Value::Texts(texts), Kind::Tags) if !texts.is_empty() => tags(visit, catalog, &texts),
        (Value::Texts(texts), _) if !texts.is_empty() => {
            html! { ul.texts { @for text in &texts { li { (own(text)) } } } }
        }
        (Value::Text(text), _) => own(&text),
        (Value::Id(id), _) => html! { code { (id) } },
        _ => return None,
    })
}

/// What an entry or a member of a closed set that a case has is called.
pub(super) fn name(visit: &Visit, catalog: &Catalog, row: &CaseRow, field: Field) -> Option<String> {
    let value = match row.value(field)? {
        Value::Reference(id) => GroupValue::Reference(id),
        Value::Member(slug) => GroupValue::Member(slug),
        _ => return None,
    };
    Some(visit.name(&names_of(field, catalog, &value)).to_owned())
}

/// Words that a case has of a field.
pub(super) fn plain_text(row: &CaseRow, field: Field) -> Option<String> {
    match row.value(field)? {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// Whether a text says more than a name of the entry that it was taken for, or says it otherwise.
pub(super) fn says_more(catalog: &Catalog, field: Field, written: &str) -> bool {
    let Kind::Reference(entity) = field.kind() else { return false };
    matches!(catalog.resolve(entity, written), Resolved::Found { by, .. } if !by.is_exact())
}

/// A name that leads somewhere.
fn linked(visit: &Visit, names: &Names, href: Option<String>) -> Markup {
    let name = visit.name(names);
    html! { @if let Some(href) = href { a href=(href) { (own(name)) } } @else { (own(name)) } }
}

fn time(text: &str) -> Markup {
    html! { time datetime=(text) { (text.split('T').next().unwrap_or(text)) } }
}

/// Tags, each of which leads to its cases.
fn tags(visit: &Visit, catalog: &Catalog, slugs: &[String]) -> Markup {
    let filter = Field::ALL.iter().find(|field| matches!(field.origin(), Origin::EachOf(Field::Tags)));
    html! {
        ul.tags {
            @for slug in slugs {
                @let names = names_of(Field::Tags, catalog, &GroupValue::Text(slug.clone()));
                li { (linked(visit, &names, filter.and_then(|field| cases_link(visit, *field, slug)))) }
            }
        }
    }
}

/// A figure with what it counts; money with its currency.
fn figure(visit: &Visit, row: &CaseRow, field: Field, digits: &str) -> Markup {
    let currency = currency_of(field).and_then(|currency| match row.value(currency) {
        Some(Value::Text(code)) => Some(code),
        _ => None,
    });
    html! {
        span.figure {
            @if let Some(code) = currency { (code) " " }
            (digits)
            @if let Some(unit) = field.definition().unit { " " span.unit { (visit.t(unit.label)) } }
        }
    }
}

/// The field that says in which currency the figures of a field are, as its unit says.
pub(super) fn currency_of(field: Field) -> Option<Field> {
    let unit = field.definition().unit?;
    let is_own = |currency: &Field| unit.slug.starts_with(currency.name());
    Field::ALL.iter().copied().filter(|own| matches!(own.kind(), Kind::Currency { .. })).find(is_own)
}

/// What stands of a case where there is room for little: of two ends of a range the range, of money the figures with their
/// currency. Each with what it is called.
pub(super) fn short(visit: &Visit, catalog: &Catalog, row: &CaseRow, fields: &[Field]) -> Vec<(&'static str, Markup)> {
    let shown = |field: Field| {
        let is_end =
            |middle: &Field| matches!(middle.origin(), Origin::Middle { min, max, .. } if min == field || max == field);
        match Field::ALL.iter().copied().find(is_end).map(|middle| (middle, middle.origin())) {
            Some((middle, Origin::Middle { min, max, .. })) if min == field => {
                Some((middle, range(visit, row, middle, [min, max])?))
            }
            Some(_) => None,
            None if matches!(field.kind(), Kind::Currency { .. }) => None,
            None => Some((field, value(visit, catalog, row, field)?)),
        }
    };
    let labelled = |(field, shown): (Field, Markup)| (visit.t(field.label()), shown);
    fields.iter().copied().filter_map(shown).map(labelled).collect()
}

/// A range of whole figures; one figure where both ends are the same.
fn range(visit: &Visit, row: &CaseRow, middle: Field, [min, max]: [Field; 2]) -> Option<Markup> {
    let end = |field: Field| match row.value(field) {
        Some(Value::Number(number)) => Some(grouped(number.try_into().unwrap_or_default())),
        _ => None,
    };
    let digits = match (end(min), end(max)) {
        (Some(min), Some(max)) if min != max => format!("{min}–{max}"),
        (min, max) => max.or(min)?,
    };
    Some(figure(visit, row, middle, &digits))
}

/// A figure in hundredths, without zeros at its end.
fn decimal(hundredths: i64) -> String {
    let whole = grouped(u64::try_from(hundredths / 100).unwrap_or_default());
    match hundredths % 100 {
        0 => whole,
        part if part % 10 == 0 => format!("{whole}.{}", part / 10),
        part => format!("{whole}.{part:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_a_message_are_links() {
        let shown = |message: &str| message_text(message).into_string();
        assert_eq!(shown("no <address>"), "<bdi>no &lt;address&gt;</bdi>");
        assert_eq!(
            shown("`x`；全部见 /api/v1/majors。"),
            "<bdi></bdi><code><bdi>x</bdi></code><bdi>；全部见 </bdi><a href=\"/api/v1/majors\"><code>/api/v1/majors</code></a><bdi>。</bdi>"
        );
        assert_eq!(
            shown("/api/v1/roles"),
            "<bdi></bdi><a href=\"/api/v1/roles\"><code>/api/v1/roles</code></a><bdi></bdi>"
        );
    }

    #[test]
    fn figures_have_no_more_decimals_than_they_need() {
        for (hundredths, expected) in [(1_500_000, "15,000"), (1_550, "15.5"), (1_555, "15.55"), (105, "1.05")] {
            assert_eq!(decimal(hundredths), expected);
        }
    }
}
