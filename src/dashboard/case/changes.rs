//! The earlier states of a case, each with what the next one changed.

use maud::{Markup, html};
use serde_json::{Map, Value};

use super::Shown;
use crate::cases::json::push_case;
use crate::cases::row::WHOLE;
use crate::catalog::reference::names_of;
use crate::dashboard::values::{own, unknown};
use crate::dashboard::words;
use crate::model::case::Field;
use crate::model::field::{Kind, MERGED};
use crate::model::value::GroupValue;

/// A state of a case: its fields as JSON.
type State = Map<String, Value>;

/// A field that differs between two states.
struct Change {
    field: Field,
    was: Value,
    became: Value,
}

impl Shown<'_> {
    /// The earlier states, the latest first.
    pub(super) fn changes(&self) -> Markup {
        let visit = self.visit;
        let revisions = self.case.row.revisions(self.catalog);
        let mut later = self.current();
        let replaced = revisions.iter().map(|revision| {
            let earlier = state(&revision.earlier);
            let changes = changes(&earlier, &later);
            later = earlier;
            (revision.revision, revision.replaced_at.format("%Y-%m-%d %H:%M UTC").to_string(), changes)
        });
        let replaced: Vec<(i32, String, Vec<Change>)> = replaced.collect();
        html! {
            section.revisions aria-labelledby="revisions" {
                h2 #revisions { (visit.t(words::EARLIER_STATES)) }
                @if replaced.is_empty() { p.note { (visit.t(words::NEVER_CHANGED)) } }
                ol.plain {
                    @for (revision, at, changes) in &replaced {
                        li data-revision=(revision) {
                            h3 { (visit.t(Field::Revision.label())) " " (revision) " · " (visit.t(words::REPLACED)) " " time { (at) } }
                            ul { @for change in changes { li data-field=(change.field.name()) { (self.change(change)) } } }
                        }
                    }
                }
            }
        }
    }

    fn current(&self) -> State {
        let mut json = Vec::new();
        let fields = [WHOLE, &[Field::Raw]].concat();
        push_case(&mut json, &fields, &self.case.row, self.catalog);
        serde_json::from_slice(&json).unwrap_or_default()
    }

    fn change(&self, Change { field, was, became }: &Change) -> Markup {
        let visit = self.visit;
        html! {
            strong { (visit.t(field.label())) } ": "
            (visit.t(words::CHANGED_FROM)) " " del { (self.told(*field, was)) } " → "
            (visit.t(words::CHANGED_TO)) " " ins { (self.told(*field, became)) }
        }
    }

    /// A value of a field that came as JSON.
    fn told(&self, field: Field, value: &Value) -> Markup {
        let named = |value: GroupValue| self.visit.name(&names_of(field, self.catalog, &value)).to_owned();
        let text = match (value, field.kind()) {
            (Value::Null, _) => return unknown(self.visit),
            (Value::Object(names), Kind::Reference(_)) => {
                let called = names.get(self.visit.language.of("name", "name_en")).and_then(Value::as_str);
                called.unwrap_or_default().to_owned()
            }
            (Value::Object(cells), _) => {
                let cell =
                    |(header, cell): (&String, &Value)| format!("{header}: {}", cell.as_str().unwrap_or_default());
                cells.iter().map(cell).collect::<Vec<_>>().join("; ")
            }
            (Value::String(slug), Kind::Closed(set)) => match set.position(slug) {
                Some(member) => named(GroupValue::Member(set.slugs[member])),
                None => slug.clone(),
            },
            (Value::String(text), _) => text.clone(),
            (Value::Array(texts), kind) if texts.is_empty() || matches!(kind, Kind::Tags) => {
                let tags = texts.iter().filter_map(Value::as_str).map(|slug| named(GroupValue::Text(slug.to_owned())));
                let tags: Vec<String> = tags.collect();
                if tags.is_empty() { "–".to_owned() } else { tags.join(", ") }
            }
            (Value::Array(texts), _) => texts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; "),
            (other, _) => other.to_string(),
        };
        own(&text)
    }
}

fn state(earlier: &impl serde::Serialize) -> State {
    match serde_json::to_value(earlier) {
        Ok(Value::Object(state)) => state,
        _ => State::new(),
    }
}

/// What differs between two states, of the fields that an import sets. Of a row only the cells that differ are told.
fn changes(earlier: &State, later: &State) -> Vec<Change> {
    let of = |state: &State, field: Field| state.get(field.name()).cloned().unwrap_or_default();
    let changed = Field::that_can(MERGED).filter(|field| earlier.contains_key(field.name()));
    let changed = changed.map(|field| Change { field, was: of(earlier, field), became: of(later, field) });
    changed.filter(|change| !is_same(&change.was, &change.became)).map(Change::narrowed).collect()
}

impl Change {
    /// The same without cells that have not changed.
    fn narrowed(mut self) -> Self {
        if let (Kind::Raw, Value::Object(was), Value::Object(became)) =
            (self.field.kind(), &mut self.was, &mut self.became)
        {
            let unchanged: Vec<String> = was
                .iter()
                .filter(|(header, cell)| became.get(*header) == Some(*cell))
                .map(|(header, _)| header.clone())
                .collect();
            for header in unchanged {
                was.shift_remove(&header);
                became.shift_remove(&header);
            }
        }
        self
    }
}

/// Whether two values are the same, however their figures are written.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Object(one), Value::Object(other)) if one.contains_key("slug") => one.get("slug") == other.get("slug"),
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn figures_and_names_are_the_same_however_they_are_written() {
        for (one, other, expected) in [
            (json!(15000), json!(15000.0), true),
            (json!({"slug": "a", "name": "A"}), json!({"slug": "a", "name": "B"}), true),
            (json!({"slug": "a"}), json!({"slug": "b"}), false),
            (json!({"slug": "a"}), Value::Null, false),
            (json!(["x"]), json!(["x"]), true),
        ] {
            assert_eq!(is_same(&one, &other), expected, "{one} {other}");
        }
    }
}
