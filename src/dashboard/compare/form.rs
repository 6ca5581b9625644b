//! The form of a profile: an input for each field by which cases are compared, by its kind, with what is wrong beside it.

use maud::{Markup, html};

use crate::catalog::{Catalog, Resolved};
use crate::comparable::parameters::{LIMIT, NAMES};
use crate::dashboard::address::Address;
use crate::dashboard::explore::facets::hidden;
use crate::dashboard::meant::meaning;
use crate::dashboard::values::{message_text, own};
use crate::dashboard::visit::Visit;
use crate::dashboard::words;
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet as _;
use crate::model::entity::{Entity, Listing};
use crate::model::field::{Comparison, Kind};
use crate::parameters::{ParameterError, written_values};

/// The form with what is given, and what is wrong with it.
pub(super) fn shown(visit: &Visit, catalog: &Catalog, mistakes: &[ParameterError]) -> Markup {
    let form = Form { visit, catalog, mistakes };
    let kept: Vec<&str> = NAMES.iter().copied().chain([LIMIT.name]).collect();
    let others = mistakes.iter().filter(|mistake| !NAMES.contains(&mistake.parameter.as_str()));
    html! {
        @if !mistakes.is_empty() {
            div.mistaken role="alert" {
                p { strong { (visit.t(words::CHECK_INPUT)) } }
                ul.mistakes {
                    @for mistake in others { li { code { (own(&mistake.parameter)) } ": " (form.mistake(mistake)) } }
                    @for (field, _) in Field::compared() {
                        @for mistake in form.mistakes_of(field) {
                            li { a href=(format!("#{}", field.name())) { (visit.t(field.label())) } ": "
                                (own(mistake.message.of(visit.language))) }
                        }
                    }
                }
            }
        }
        form.profile method="get" action=(visit.address.path()) {
            (hidden(&visit.address, &kept))
            @for (field, comparison) in Field::compared() { (form.asked(field, comparison)) }
            div.send { button.primary type="submit" { (visit.t(words::COMPARE_NOW)) } }
        }
    }
}

/// What the start page asks of somebody.
const ASKED_FIRST: [Field; 4] = [Field::Major, Field::SchoolTier, Field::HighestDegree, Field::Role];

/// The form with what people know of themselves first; it leads to the page of comparison.
pub(in crate::dashboard) fn short(visit: &Visit, catalog: &Catalog) -> Markup {
    let form = Form { visit, catalog, mistakes: &[] };
    let asked = Field::compared().filter(|(field, _)| ASKED_FIRST.contains(field));
    html! {
        form.profile method="get" action="/compare" {
            (hidden(&visit.address, NAMES))
            @for (field, comparison) in asked { (form.asked(field, comparison)) }
            div.send { button.primary type="submit" { (visit.t(words::FIND_SIMILAR)) } }
        }
    }
}

/// What the words given for one field name of others too, as a link to the profile that has it in its places.
pub(super) fn read_as(visit: &Visit, catalog: &Catalog, field: Field, given: &str) -> Markup {
    let compared: Vec<Field> = Field::compared().map(|(field, _)| field).collect();
    let meaning = meaning(catalog, &compared, given);
    let tells = !meaning.is_empty() && !meaning.is_only(field) && meaning.rest().is_empty();
    html! { @if tells { (meaning.shown(visit, &meaning.put_into(visit.address.without(&[field.name()]), false), None)) } }
}

/// A form with what it is made of.
struct Form<'a> {
    visit: &'a Visit,
    catalog: &'a Catalog,
    mistakes: &'a [ParameterError],
}

/// A value that can be chosen: how it is written in an address, and what it is called.
type Choosable<'a> = (&'a str, &'a str);

impl Form<'_> {
    fn mistakes_of(&self, field: Field) -> impl Iterator<Item = &ParameterError> {
        self.mistakes.iter().filter(move |mistake| mistake.parameter == field.name())
    }

    /// A field with its label and what is wrong with it.
    fn asked(&self, field: Field, comparison: &Comparison) -> Markup {
        let label = self.visit.t(field.label());
        let name = field.name();
        match field.kind() {
            Kind::Closed(set) => {
                let members =
                    set.members.iter().map(|member| (member.slug, self.visit.t(member.label))).collect::<Vec<_>>();
                let chosen = self.given(field).and_then(|given| set.called(&given)).map(|member| member.slug);
                self.labelled(field, label, self.list(field, &members, chosen))
            }
            Kind::Reference(entity) if entity.definition().listing == Listing::Whole => {
                let chosen = self.given(field).and_then(|given| self.slug_of(entity, &given));
                self.labelled(field, label, self.list(field, &self.entries(entity), chosen))
            }
            Kind::Tags => html! {
                fieldset.asked.tags-asked id=(name) {
                    legend { (label) }
                    (self.boxes(field))
                    (self.wrong(field))
                }
            },
            kind => {
                let suggests = if let Kind::Reference(entity) = kind { Some(entity.slug()) } else { None };
                let hint = suggests.map_or(comparison.help.example, |_| self.visit.t(words::NAME_HINT));
                let input = html! {
                    input id=(name) name=(name) type="text" value=[self.given(field)] autocomplete="off" maxlength="100"
                        placeholder=(hint) data-suggest=[suggests] aria-invalid=[self.is_wrong(field).then_some("true")]
                        aria-describedby=[self.described_by(field)];
                };
                self.labelled(field, label, input)
            }
        }
    }

    fn labelled(&self, field: Field, label: &str, input: Markup) -> Markup {
        html! { div.asked { label for=(field.name()) { (label) } (input) (self.wrong(field)) } }
    }

    fn given(&self, field: Field) -> Option<String> {
        self.visit.address.get(field.name())
    }

    fn is_wrong(&self, field: Field) -> bool {
        self.mistakes_of(field).next().is_some()
    }

    fn described_by(&self, field: Field) -> Option<String> {
        self.is_wrong(field).then(|| format!("{}-mistake", field.name()))
    }

    /// A list of which one is chosen, or none. What is none of them stays as it was written.
    fn list(&self, field: Field, all: &[Choosable<'_>], chosen: Option<&str>) -> Markup {
        let name = field.name();
        let strange = self.given(field).filter(|_| chosen.is_none());
        html! {
            select id=(name) name=(name) aria-invalid=[self.is_wrong(field).then_some("true")] aria-describedby=[self.described_by(field)] {
                option value="" { (self.visit.t(words::ANY)) }
                @if let Some(strange) = strange { option value=(strange) selected { (strange) } }
                @for (value, called) in all { option value=(value) selected[chosen == Some(*value)] { (called) } }
            }
        }
    }

    /// Boxes of which any may be ticked. What is none of them stays in a box of its own.
    fn boxes(&self, field: Field) -> Markup {
        let name = field.name();
        let given = written_values(&self.given(field).unwrap_or_default());
        let slugs: Vec<Option<&str>> = given.iter().map(|given| self.slug_of(Entity::Tag, given)).collect();
        let strange = given.iter().zip(&slugs).filter(|(_, slug)| slug.is_none()).map(|(given, _)| given);
        html! {
            @for (slug, called) in self.entries(Entity::Tag) {
                label { input type="checkbox" name=(name) value=(slug) checked[slugs.contains(&Some(slug))]; " " (called) }
            }
            @for strange in strange { label { input type="checkbox" name=(name) value=(strange) checked; " " (own(strange)) } }
        }
    }

    fn entries(&self, entity: Entity) -> Vec<Choosable<'_>> {
        let entries = self.catalog.directory(entity).entries().iter();
        entries.map(|entry| (entry.slug(), self.visit.name(entry.reference()))).collect()
    }

    fn slug_of(&self, entity: Entity, name: &str) -> Option<&str> {
        match self.catalog.resolve(entity, name) {
            Resolved::Found { entry, .. } => Some(entry.slug()),
            _ => None,
        }
    }

    /// What is wrong with a field.
    fn wrong(&self, field: Field) -> Markup {
        html! {
            @if self.is_wrong(field) {
                div.mistake id=[self.described_by(field)] {
                    @for mistake in self.mistakes_of(field) { p { (self.mistake(mistake)) } }
                    @if let Some(given) = self.given(field) { (read_as(self.visit, self.catalog, field, &given)) }
                }
            }
        }
    }

    /// What is wrong, and what may have been meant: each a link that puts it in the place of what was given.
    fn mistake(&self, mistake: &ParameterError) -> Markup {
        const MOST: usize = 8;
        let ParameterError { parameter, message, allowed, did_you_mean } = mistake;
        let several = if allowed.len() <= MOST { allowed.as_slice() } else { &[] };
        let meant: Vec<&String> =
            did_you_mean.iter().chain(several.iter().filter(|it| Some(*it) != did_you_mean.as_ref())).collect();
        html! {
            (message_text(message.of(self.visit.language)))
            @if !meant.is_empty() {
                " " (self.visit.t(words::DID_YOU_MEAN)) ": "
                @for (index, value) in meant.into_iter().enumerate() {
                    @if index > 0 { ", " }
                    a href=(self.corrected(parameter, value).href()) { (own(self.called(parameter, value))) }
                }
            }
        }
    }

    /// The address with a value in the place of what is wrong; of several, what is right stays.
    fn corrected(&self, parameter: &str, value: &str) -> Address {
        let address = &self.visit.address;
        if !Field::named(parameter).is_some_and(|field| matches!(field.kind(), Kind::Tags)) {
            return address.with(parameter, value);
        }
        let given = written_values(&address.get(parameter).unwrap_or_default());
        let right = given.iter().filter_map(|given| self.slug_of(Entity::Tag, given)).filter(|slug| *slug != value);
        right.chain([value]).fold(address.without(&[parameter]), |address, slug| address.and(parameter, slug))
    }

    /// What a value of a parameter is called.
    fn called<'v>(&'v self, parameter: &str, value: &'v str) -> &'v str {
        let entity = Field::named(parameter).and_then(|field| match field.kind() {
            Kind::Reference(entity) => Some(entity),
            Kind::Tags => Some(Entity::Tag),
            _ => None,
        });
        let entry = entity.and_then(|entity| self.catalog.directory(entity).by_slug(value));
        entry.map_or(value, |entry| self.visit.name(entry.reference()))
    }
}
