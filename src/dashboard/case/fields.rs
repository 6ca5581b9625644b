//! The values of a case in groups, each beside the cell that it comes from; and the cells, each beside what became of it.

use maud::{Markup, html};

use super::{INCLUDED, Shown, rules, stands_elsewhere};
use crate::cases::row::WHOLE;
use crate::dashboard::explore::cases::is_of_storage;
use crate::dashboard::values::{self, own};
use crate::dashboard::words;
use crate::import::normalise::Derivation;
use crate::import::origins;
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::{Degree, TierBasis};
use crate::model::entity::Entity;
use crate::model::field::{Kind, Label, MERGED, ON_REQUEST};

/// What fields are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Offer,
    Person,
    Pay,
    Words,
    Storage,
}

impl About {
    const ALL: [(Self, Label); 5] = [
        (Self::Offer, words::OF_OFFER),
        (Self::Person, words::OF_PERSON),
        (Self::Pay, words::OF_PAY),
        (Self::Words, words::IN_WORDS),
        (Self::Storage, words::OF_STORAGE),
    ];

    /// What a field is about, by its kind.
    fn of(field: Field) -> Self {
        let is_of_person = |set: &str| [Degree::SET.name, TierBasis::SET.name].contains(&set);
        match field.kind() {
            _ if is_of_storage(field) || field.can(ON_REQUEST) => Self::Storage,
            Kind::Currency { .. } | Kind::Amount { .. } => Self::Pay,
            Kind::Number { .. } if field.is_money() => Self::Pay,
            Kind::Text | Kind::Texts | Kind::Tags => Self::Words,
            Kind::Reference(Entity::Major | Entity::School | Entity::SchoolTier) => Self::Person,
            Kind::Closed(set) if is_of_person(set.name) => Self::Person,
            _ => Self::Offer,
        }
    }
}

impl Shown<'_> {
    /// All fields, by what they are about.
    pub(super) fn groups(&self) -> Markup {
        let included = INCLUDED.into_iter().flat_map(Field::included_as);
        let fields: Vec<Field> =
            WHOLE.iter().copied().chain(included).filter(|field| !stands_elsewhere(*field)).collect();
        html! {
            @for (about, label) in About::ALL {
                (self.group(label, fields.iter().copied().filter(|field| About::of(*field) == about)))
            }
        }
    }

    fn group(&self, label: Label, fields: impl Iterator<Item = Field>) -> Markup {
        let (visit, row) = (self.visit, &self.case.row);
        let valued: Vec<(Field, Option<Markup>)> =
            fields.map(|field| (field, values::value(visit, self.catalog, row, field))).collect();
        let unknown = valued.iter().filter(|(_, value)| value.is_none()).map(|(field, _)| *field).collect::<Vec<_>>();
        html! {
            section.fields {
                h2 { (visit.t(label)) }
                dl {
                    @for (field, value) in &valued {
                        @if let Some(value) = value {
                            div data-field=(field.name()) {
                                dt { (visit.t(field.label())) }
                                dd { (value) }
                                dd.origin { (self.origin(*field)) }
                            }
                        }
                    }
                    @if !unknown.is_empty() {
                        div.not-known {
                            dt { (visit.t(words::NO_MORE_KNOWN)) }
                            dd { @for (index, field) in unknown.iter().enumerate() {
                                @if index > 0 { " · " } span.unknown data-field=(field.name()) { (visit.t(field.label())) } } }
                        }
                    }
                }
            }
        }
    }

    /// The cell that a value comes from, and by which rule.
    fn origin(&self, field: Field) -> Markup {
        let visit = self.visit;
        let Some(derivation) = self.derivation(field) else {
            return html! { @if let Some(label) = rules::without_cell(field) { (visit.t(label)) } };
        };
        let rule = if self.is_otherwise(field, derivation) {
            words::OTHERWISE_TODAY
        } else {
            rules::in_words(self.catalog, field, derivation, self.header_of_summary())
        };
        html! {
            @if self.has_cell(derivation) {
                span.from { (own(&derivation.column)) ": " q { @if derivation.cell.is_empty() { (visit.t(words::NO_CELL)) } @else { (own(&derivation.cell)) } } }
                " "
            }
            span.rule { (visit.t(rule)) }
        }
    }

    /// What the row says of a field. What tells cases apart is told by more than one row: a cell that does not say it is none
    /// that it comes from.
    fn derivation(&self, field: Field) -> Option<&Derivation> {
        let derivation = self.case.derivations.iter().find(|it| it.field == field.name())?;
        (field.can(MERGED) || !self.is_otherwise(field, derivation)).then_some(derivation)
    }

    /// Whether the cell says something else by today's rules.
    fn is_otherwise(&self, field: Field, derivation: &Derivation) -> bool {
        let value = self.case.row.value(field);
        !derivation.rule.is_empty()
            && value.is_some_and(|value| {
                !origins::gives(derivation, field, &value, self.catalog) && !derivation.is_of_several()
            })
    }

    /// Whether the row has the cell of a derivation; some come of what was said for all rows.
    fn has_cell(&self, derivation: &Derivation) -> bool {
        self.case.raw.iter().any(|(header, _)| *header == derivation.column)
    }

    fn header_of_summary(&self) -> Option<&str> {
        let of_summary = |it: &&Derivation| it.field == Field::Summary.name();
        self.case.derivations.iter().find(of_summary).map(|it| it.column.as_str())
    }

    /// The row as it was read, each cell beside what became of it.
    pub(super) fn raw(&self) -> Markup {
        let visit = self.visit;
        let of = |header: &str| {
            let derived = self.case.derivations.iter().filter(|it| it.column == header);
            let mut fields: Vec<Field> = derived.filter_map(|it| Field::named(it.field)).collect();
            fields.dedup();
            fields
        };
        html! {
            section.raw {
                h2 #raw { (visit.t(words::RAW_ROW)) }
                p.note { (visit.t(words::RAW_ROW_HINT)) }
                div.scroll tabindex="0" role="region" aria-label=(visit.t(words::RAW_ROW)) {
                    table {
                        thead { tr { th scope="col" { (visit.t(words::COLUMN)) } th scope="col" { (visit.t(words::CELL)) } th scope="col" { (visit.t(words::BECAME)) } } }
                        tbody {
                            @for (header, cell) in &self.case.raw {
                                @let fields = of(header);
                                tr { th scope="row" { (own(header)) } td { (own(cell)) }
                                    td { @if fields.is_empty() { span.unknown { (visit.t(words::TAKEN_BY_NONE)) } }
                                        @for (index, field) in fields.iter().enumerate() { @if index > 0 { ", " } (visit.t(field.label())) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}
