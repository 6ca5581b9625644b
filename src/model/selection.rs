//! Fields by what they can do: what the table says of one, and lists of those that can do something, made while compiling,
//! so that parameters and schemas can be declared by them.

use super::case::{Field, TABLE};
use super::field::{Abilities, Comparison, Definition, Grading, Kind, Label, ON_REQUEST, Origin};

impl Field {
    /// How many fields there are.
    pub const COUNT: usize = Self::ALL.len();

    /// All that is declared of it.
    pub const fn definition(self) -> &'static Definition {
        &TABLE[self as usize]
    }

    /// Its name in JSON, tables and parameters.
    pub const fn name(self) -> &'static str {
        self.definition().name
    }

    /// What people are shown for it.
    pub const fn label(self) -> Label {
        self.definition().label
    }

    /// What its values are.
    pub const fn kind(self) -> Kind {
        self.definition().kind
    }

    /// Where its values come from.
    pub const fn origin(self) -> Origin {
        self.definition().origin
    }

    /// Whether it can do all of this.
    pub const fn can(self, abilities: Abilities) -> bool {
        self.definition().can & abilities == abilities
    }

    /// Its column in `offer_cases`; `None` where it is worked out of others.
    pub const fn column(self) -> Option<&'static str> {
        match self.origin() {
            Origin::Column(column) => Some(column),
            _ => None,
        }
    }

    /// The field of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }

    /// The fields that can do all of this, in order.
    pub fn that_can(abilities: Abilities) -> impl Iterator<Item = Self> + Clone {
        Self::ALL.iter().copied().filter(move |field| field.can(abilities))
    }

    /// The fields that `include` asks for by this word.
    pub fn included_as(word: &str) -> impl Iterator<Item = Self> {
        Self::that_can(ON_REQUEST).filter(move |field| field.definition().include == word)
    }

    /// The fields by which cases are compared, in the order in which they are.
    pub fn compared() -> impl Iterator<Item = (Self, &'static Comparison)> {
        COMPARED.iter().filter_map(|field| Some((*field, field.definition().compare.as_ref()?)))
    }

    /// Its place among what people ask about: that among the fields by which cases are compared; any other stands behind these.
    pub fn rank(self) -> u8 {
        self.definition().compare.map_or(u8::MAX, |comparison| comparison.rank)
    }

    /// The fields that can do all of this, what people ask about first.
    pub fn ranked(abilities: Abilities) -> Vec<Self> {
        let mut fields: Vec<Self> = Self::that_can(abilities).collect();
        fields.sort_by_key(|field| field.rank());
        fields
    }

    /// Whether its values stand in a tree by which cases are compared: a major under its class.
    pub fn is_tree(self) -> bool {
        self.definition().compare.is_some_and(|comparison| comparison.grading == Grading::Tree)
    }

    /// Whether a value of it stands for all that is under it in the tree of its entity, unless each is meant for itself: such
    /// values are within each other.
    pub fn is_nested(self) -> bool {
        matches!((self.origin(), self.kind()), (Origin::Column(_), Kind::Reference(entity)) if entity.is_tree())
    }

    /// The fields that tell of what stands above its values: their values exclude each other.
    pub fn rolled_up(self) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |field| matches!(field.origin(), Origin::Above { of, .. } if of == self))
    }

    /// Whether it says how precise a date is.
    pub fn is_precision(self) -> bool {
        Self::ALL.iter().any(|date| matches!(date.kind(), Kind::Date { precision } if precision == self))
    }

    /// Whether its values have an order that means something: of time, of rank, of more and less.
    pub fn is_ordered(self) -> bool {
        match self.kind() {
            Kind::Closed(set) => set.is_ordered,
            Kind::Reference(entity) => entity.is_ranked(),
            Kind::Number { .. } | Kind::Amount { .. } | Kind::Date { .. } | Kind::Period { .. } | Kind::Time => true,
            _ => false,
        }
    }

    /// Whether its figures are of money.
    pub fn is_money(self) -> bool {
        self.definition().unit.is_some_and(|unit| unit.slug.starts_with("pay_currency"))
    }

    /// Whether a case may have several values of it.
    pub const fn is_several(self) -> bool {
        matches!(self.origin(), Origin::AnyOf(_) | Origin::EachOf(_))
    }
}

/// How many fields can do all of this.
pub const fn count(abilities: Abilities) -> usize {
    let (mut index, mut found) = (0, 0);
    while index < Field::COUNT {
        found += Field::ALL[index].can(abilities) as usize;
        index += 1;
    }
    found
}

/// The fields that can do all of this, in order; `N` is [`count`] of the same.
pub const fn select<const N: usize>(abilities: Abilities) -> [Field; N] {
    let (mut index, mut found, mut fields) = (0, 0, [Field::Id; N]);
    while index < Field::COUNT {
        if Field::ALL[index].can(abilities) {
            fields[found] = Field::ALL[index];
            found += 1;
        }
        index += 1;
    }
    fields
}

/// The names of fields.
pub const fn names<const N: usize>(fields: [Field; N]) -> [&'static str; N] {
    let (mut index, mut names) = (0, [""; N]);
    while index < N {
        names[index] = fields[index].name();
        index += 1;
    }
    names
}

/// How many fields are compared.
pub const COMPARED_COUNT: usize = {
    let (mut index, mut found) = (0, 0);
    while index < Field::COUNT {
        found += Field::ALL[index].definition().compare.is_some() as usize;
        index += 1;
    }
    found
};

/// The fields by which cases are compared, by rank; of equal rank in the order of the table.
pub const COMPARED: [Field; COMPARED_COUNT] = {
    let (mut fields, mut found, mut rank) = ([Field::Id; COMPARED_COUNT], 0, 0);
    while found < COMPARED_COUNT {
        let mut index = 0;
        while index < Field::COUNT {
            if let Some(comparison) = Field::ALL[index].definition().compare
                && comparison.rank == rank
            {
                fields[found] = Field::ALL[index];
                found += 1;
            }
            index += 1;
        }
        rank += 1;
    }
    fields
};
