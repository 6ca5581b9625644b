//! What is known of an entry: its other names, its attributes by their kinds, what stands above and under it.

use maud::{Markup, html};
use serde_json::Value;

use super::Shown;
use crate::catalog::{Alias, Entry};
use crate::dashboard::values::{self, own, unknown};
use crate::dashboard::words;
use crate::model::case::Field;
use crate::model::entity::{Attribute, AttributeKind, Entity};
use crate::model::field::{Kind, Label, Origin};
use crate::text::grouped;

/// How many of those that stand under an entry are shown at most.
const MOST_UNDER: usize = 40;

impl Shown<'_> {
    /// What it is, and what it stands under, from the top.
    pub(super) fn way(&self) -> Markup {
        let (visit, entity) = (self.visit, self.entry.entity());
        let directory = self.catalog.directory(entity);
        let above = std::iter::successors(self.entry.parent_id(), |id| directory.get(*id).and_then(Entry::parent_id));
        let mut above: Vec<&Entry> = above.filter_map(|id| directory.get(id)).collect();
        above.reverse();
        html! {
            nav.way aria-label=(visit.t(words::ITS_PLACE)) {
                span { (visit.t(entity.label())) }
                @for entry in above { " › " (self.linked(entry)) }
            }
        }
    }

    fn linked(&self, entry: &Entry) -> Markup {
        let path = format!("/{}/{}", entry.entity().path_segment(), entry.slug());
        html! { a href=(self.visit.link(&path)) { (own(self.visit.name(entry.reference()))) } }
    }

    /// Its names and attributes.
    pub(super) fn known(&self) -> Markup {
        let (visit, entry) = (self.visit, self.entry);
        let names = entry.reference();
        let other = visit.language.of(&names.name_en, &names.name);
        let attributes = entry.entity().table().attributes.iter().skip(2);
        html! {
            section aria-labelledby="names" {
                h2 #names { (visit.t(words::OTHER_NAMES)) }
                @if other != visit.name(names) { p.other-name { (own(other)) } }
                @if entry.aliases().is_empty() { p.note { (visit.t(words::NO_OTHER_NAMES)) } }
                ul.tags { @for alias in entry.aliases() { li { (self.alias(alias)) } } }
                dl { @for attribute in attributes.filter(|attribute| !self.stands_at_top(attribute)) {
                    @if let Some(label) = label(entry.entity(), attribute) {
                        div data-attribute=(attribute.name) { dt { (visit.t(label)) } dd { (self.attribute(attribute)) } }
                    }
                } }
            }
        }
    }

    /// Whether an attribute would say what the entry stands under, and it stands under none.
    fn stands_at_top(&self, attribute: &Attribute) -> bool {
        attribute.refers_to() == Some(self.entry.entity()) && self.entry.parent_id().is_none()
    }

    fn alias(&self, alias: &Alias) -> Markup {
        let marks = [(alias.former, words::FORMER_NAME), (alias.ambiguous, words::AMBIGUOUS_NAME)];
        html! {
            (own(&alias.alias))
            @for (is_so, label) in marks { @if is_so { " " span.note { "(" (self.visit.t(label)) ")" } } }
        }
    }

    fn attribute(&self, attribute: &Attribute) -> Markup {
        let visit = self.visit;
        let value = self.entry.value(attribute.name);
        match (&attribute.kind, value) {
            (_, Value::Null) => unknown(visit),
            (AttributeKind::Member(set), Value::String(slug)) => {
                let label = set.position(slug).map(|member| set.members[member].label);
                let name = label.map_or(slug.as_str(), |label| visit.t(label));
                let link =
                    said_by(self.entry.entity(), attribute).and_then(|field| values::cases_link(visit, field, slug));
                html! { @if let Some(link) = link { a href=(link) { (name) } } @else { (name) } }
            }
            (AttributeKind::Reference(entity, _), _) => {
                let other = self.entry.integer(attribute.name).and_then(|id| self.catalog.directory(*entity).get(id));
                let Some(other) = other else { return unknown(visit) };
                let link =
                    Self::field(*entity).and_then(|field| values::entry_link(visit, field, *entity, other.slug()));
                html! { @if let Some(link) = link { a href=(link) { (own(visit.name(other.reference()))) } } @else { (own(visit.name(other.reference()))) } }
            }
            (_, Value::String(text)) => own(text),
            (_, other) => own(&other.to_string()),
        }
    }

    /// What stands directly under it, those with cases first.
    pub(super) fn under(&self) -> Markup {
        let visit = self.visit;
        let mut children: Vec<(&Entry, u64)> = self
            .catalog
            .directory(self.entry.entity())
            .children(self.entry.id())
            .map(|child| (child, self.count(child)))
            .collect();
        children.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let rest = children.split_off(children.len().min(MOST_UNDER));
        let line = |(child, count): &(&Entry, u64)| {
            html! { li data-slug=(child.slug()) { (self.linked(child)) " " span.count { (grouped(*count)) } } }
        };
        html! {
            @if !children.is_empty() {
                section.under aria-labelledby="under" {
                    h2 #under { (visit.t(words::UNDER_IT)) }
                    ul.plain { @for child in &children { (line(child)) } }
                    @if !rest.is_empty() {
                        details { summary { (visit.t(words::MORE_VALUES)) " (" (grouped(rest.len() as u64)) ")" }
                            ul.plain { @for child in &rest { (line(child)) } } }
                    }
                }
            }
        }
    }
}

/// The field of a case that says an attribute of an entry.
fn said_by(entity: Entity, attribute: &Attribute) -> Option<Field> {
    Field::ALL.iter().copied().find(|field| match field.origin() {
        Origin::Attribute { of, attribute: name } => {
            name == attribute.name && matches!(of.kind(), Kind::Reference(own) if own == entity)
        }
        _ => false,
    })
}

/// What people are shown for an attribute.
fn label(entity: Entity, attribute: &Attribute) -> Option<Label> {
    let of_field = || said_by(entity, attribute).map(Field::label);
    let of_entity = || attribute.refers_to().map(Entity::label);
    attribute.called.or_else(of_field).or_else(of_entity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::values::has_pages;
    use crate::model::closed_set::ClosedSet;

    #[test]
    fn every_attribute_of_an_entry_with_a_page_is_called_something() {
        for entity in Entity::ALL.iter().filter(|entity| has_pages(**entity)) {
            for attribute in entity.table().attributes.iter().skip(2) {
                assert!(label(*entity, attribute).is_some(), "{entity:?}: {}", attribute.name);
            }
        }
    }
}
