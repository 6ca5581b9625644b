//! What words that somebody wrote one after the other may mean, each by itself: `211 心理学 本科` names a tier, a major and a
//! degree. It is only proposed, by a link: what was written stays as it is until somebody follows it.

use maud::{Markup, html};

use super::address::Address;
use super::values::own;
use super::visit::Visit;
use super::words;
use crate::catalog::Catalog;
use crate::catalog::reference::{Names, names_of};
use crate::model::case::Field;
use crate::model::closed_set::Members;
use crate::model::entity::Entity;
use crate::model::field::Kind;
use crate::model::value::GroupValue;
use crate::text::grouped;
use crate::text::name_key;

/// The most words that are looked at; what stands behind them stays as it was written.
const MAX_WORDS: usize = 12;
/// The most words that one name is made of.
const MAX_WORDS_OF_NAME: usize = 4;

/// A value of a field, and what was written for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meant {
    field: Field,
    names: Names,
}

/// What a text means: values of fields, and the words that are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    values: Vec<Meant>,
    /// The other words, with a space between them.
    rest: String,
}

/// What the words of a text mean as values of some fields, of which those that stand first come first. Several words that are
/// one name are taken for that.
pub(super) fn meaning(catalog: &Catalog, fields: &[Field], text: &str) -> Meaning {
    let words = words_of(text);
    let (mut values, mut rest): (Vec<Meant>, Vec<&str>) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < words.len() {
        let most = if at < MAX_WORDS { MAX_WORDS_OF_NAME.min(words.len() - at) } else { 0 };
        let named = (1..=most).rev().find_map(|count| {
            let name = &text[words[at].0..words[at + count - 1].1];
            Some((count, fields.iter().find_map(|field| value_called(catalog, *field, name))?))
        });
        match named {
            Some((count, value)) => {
                at += count;
                values.push(value);
            }
            None => {
                rest.push(&text[words[at].0..words[at].1]);
                at += 1;
            }
        }
    }
    Meaning { values, rest: rest.join(" ") }
}

/// Where the words of a text begin and end: between spaces, signs, and where digits stand beside ideographs.
fn words_of(text: &str) -> Vec<(usize, usize)> {
    let is_between = |sign: char| sign.is_whitespace() || ",，、;；|/+&".contains(sign);
    let mut words: Vec<(usize, usize)> = Vec::new();
    let mut before = None;
    for (at, sign) in text.char_indices() {
        if !is_between(sign) {
            let end = at + sign.len_utf8();
            let goes_on = before.is_some_and(|other: char| {
                !is_between(other)
                    && (!other.is_ascii_digit() || sign.is_ascii())
                    && (!sign.is_ascii_digit() || other.is_ascii())
            });
            match words.last_mut().filter(|_| goes_on) {
                Some(word) => word.1 = end,
                None => words.push((at, end)),
            }
        }
        before = Some(sign);
    }
    words
}

/// The value of a field that a text is a name of.
fn value_called(catalog: &Catalog, field: Field, name: &str) -> Option<Meant> {
    let entry = |entity| catalog.directory(entity).only_called(name);
    let value = match field.kind() {
        Kind::Reference(entity) => GroupValue::Reference(entry(entity)?.id()),
        Kind::Tags => GroupValue::Text(entry(Entity::Tag)?.slug().to_owned()),
        Kind::Closed(set) => GroupValue::Member(member_called(set, name)?),
        _ => return None,
    };
    Some(Meant { field, names: names_of(field, catalog, &value) })
}

/// The member of a set that is called so, or the only one whose name begins so.
fn member_called(set: &Members, name: &str) -> Option<&'static str> {
    const MIN_CHARS: usize = 2;
    let key = name_key(name);
    let begins = || {
        let mut members = set.members.iter().filter(|member| {
            let names = [member.label.zh, member.label.en];
            key.chars().count() >= MIN_CHARS
                && !key.is_ascii()
                && names.iter().any(|own| name_key(own).starts_with(&key))
        });
        members.next().filter(|_| members.next().is_none())
    };
    set.called(name).or_else(begins).map(|member| member.slug)
}

impl Meaning {
    /// Whether it names no value.
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether it is one value of this field, and nothing else.
    pub(super) fn is_only(&self, field: Field) -> bool {
        matches!(self.values.as_slice(), [value] if value.field == field) && self.rest.is_empty()
    }

    /// What there is beside values.
    pub(super) fn rest(&self) -> &str {
        &self.rest
    }

    /// An address with these values: beside those that it has of a field, or in their place, the first of each field that takes
    /// only one.
    pub(super) fn put_into(&self, address: Address, are_beside: bool) -> Address {
        let mut given: Vec<Field> = Vec::new();
        self.values.iter().fold(address, |address, Meant { field, names }| {
            if are_beside || matches!(field.kind(), Kind::Tags) {
                return address.and(field.name(), &names.slug);
            }
            let is_first = !given.contains(field);
            given.push(*field);
            if is_first { address.with(field.name(), &names.slug) } else { address }
        })
    }

    /// Each value with what it is a value of, in a link to an address, with how many cases are found there.
    pub(super) fn shown(&self, visit: &Visit, address: &Address, cases: Option<u64>) -> Markup {
        html! {
            p.meant {
                (visit.t(words::READ_AS)) " "
                a href=(address.href()) rel="nofollow" {
                    @for (index, Meant { field, names }) in self.values.iter().enumerate() {
                        @if index > 0 { " + " }
                        span.dimension { (visit.t(field.label())) } " " (own(visit.name(names)))
                    }
                    @if !self.rest.is_empty() { " + “" (own(&self.rest)) "”" }
                }
                @if let Some(cases) = cases { ": " (grouped(cases)) " " (visit.cases(cases)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_at_spaces_and_signs_and_where_digits_meet_ideographs() {
        for (text, expected) in [
            ("心理学 本科 211", vec!["心理学", "本科", "211"]),
            ("211心理学", vec!["211", "心理学"]),
            ("psychology bachelor 211", vec!["psychology", "bachelor", "211"]),
            ("金融/海外，硕士", vec!["金融", "海外", "硕士"]),
            ("C9 高校", vec!["C9", "高校"]),
            ("P7工程师", vec!["P7", "工程师"]),
            ("  ", vec![]),
        ] {
            let words = words_of(text).into_iter().map(|(from, to)| &text[from..to]).collect::<Vec<_>>();
            assert_eq!(words, expected, "{text}");
        }
    }
}
