//! A school or a tier of schools, as labels name them.

use super::Vocabulary;
use crate::parameters::{Message, message};

/// A school, a tier of schools, or both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The tier; that of the school where one is named.
    pub tier: Option<i16>,
    /// The school.
    pub school: Option<i32>,
    /// Whether the tier is that of the school, or of all schools that may be meant.
    pub is_by_school: bool,
    /// What its words say against each other.
    pub conflict: Option<Message>,
    /// Why not all of it is known.
    pub open: Option<Open>,
}

/// What is left open of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Open {
    /// The tier: words that praise or rank say none.
    Tier(Message),
    /// Which of several schools it is.
    Several(Message),
    /// Which school it is: nobody knows the name, so that what stands beside it need not be of it.
    Unknown(Message),
}

impl Open {
    /// What is told of it.
    pub fn message(&self) -> &Message {
        match self {
            Self::Tier(message) | Self::Several(message) | Self::Unknown(message) => message,
        }
    }
}

impl Place {
    /// A tier by its word.
    pub fn of_tier(tier: i16) -> Self {
        Self { tier: Some(tier), ..Self::default() }
    }

    /// A school.
    pub fn of_school(school: i32, tier: Option<i16>) -> Self {
        Self { tier, school: Some(school), is_by_school: true, ..Self::default() }
    }

    /// One of which only so much is known.
    pub fn open(open: Open) -> Self {
        Self { open: Some(open), ..Self::default() }
    }

    /// Both as one place; `None` where they are two. The tier of a named school wins over a label.
    pub(super) fn joined(&self, other: &Self, vocabulary: &Vocabulary<'_>) -> Option<Self> {
        if let Some(unknown) = [self, other].into_iter().find(|place| matches!(place.open, Some(Open::Unknown(_)))) {
            return Some(Self::open(unknown.open.clone()?));
        }
        let (named, label) = match (self.is_named(), other.is_named()) {
            (true, true) if self.school != other.school => return None,
            (true, _) => (self, other),
            (false, true) => (other, self),
            (false, false) => return self.joined_words(other, vocabulary),
        };
        let conflict = self.conflict.clone().or_else(|| other.conflict.clone());
        let conflict = conflict.or_else(|| named.conflict_with(label.tier?, vocabulary));
        let mut joined = Self { conflict, ..named.clone() };
        if joined.tier.is_none() {
            (joined.tier, joined.is_by_school) = (label.tier, label.is_by_school);
        }
        Some(joined)
    }

    /// Whether a school is named, or one of several.
    fn is_named(&self) -> bool {
        self.school.is_some() || matches!(self.open, Some(Open::Several(_)))
    }

    /// Two tiers by their words as one.
    fn joined_words(&self, other: &Self, vocabulary: &Vocabulary<'_>) -> Option<Self> {
        let tier = match (self.tier, other.tier) {
            (Some(one), Some(two)) => Some(finer(one, two, vocabulary)?),
            (one, two) => one.or(two),
        };
        let open = self.open.clone().or_else(|| other.open.clone()).filter(|_| tier.is_none());
        Some(Self { tier, open, ..Self::default() })
    }

    fn conflict_with(&self, label: i16, vocabulary: &Vocabulary<'_>) -> Option<Message> {
        let (tier, label) = (vocabulary.tier(self.tier?), vocabulary.tier(label));
        let (name, zh) = self.school.map_or(("what is called so", "叫这个名字的院校"), |school| {
            let name = vocabulary.school(school);
            (name, name)
        });
        let told = || message!("the label says {label}, {name} is {tier}", "标签写的是 {label}，{zh}是 {tier}");
        (!may_be_called(tier, label)).then(told)
    }

    /// As a conflict tells it; `None` where nothing of it is known.
    pub(super) fn said<'a>(&self, vocabulary: &'a Vocabulary<'_>) -> Option<&'a str> {
        match (self.school, self.tier) {
            (Some(school), _) => Some(vocabulary.school(school)),
            (None, tier) => tier.map(|tier| vocabulary.tier(tier)),
        }
    }
}

/// Labels that leave open what others tell: all of these are true of one school.
const WIDER: [(&str, &[&str]); 3] = [
    ("double_first_class", &["985", "211"]),
    ("first_tier", &["985", "211", "double_first_class"]),
    ("ordinary", &["first_tier", "second_tier", "sino_foreign"]),
];

/// Of two labels that are both true of some school the one that says more: every 211 university is 双一流 too, and a 双非
/// may be 一本.
fn finer(one: i16, two: i16, vocabulary: &Vocabulary<'_>) -> Option<i16> {
    let is_wider = |wide: i16, narrow: i16| {
        let (wide, narrow) = (vocabulary.tier(wide), vocabulary.tier(narrow));
        WIDER.iter().any(|(slug, others)| *slug == wide && others.contains(&narrow))
    };
    match () {
        () if one == two || is_wider(two, one) => Some(one),
        () if is_wider(one, two) => Some(two),
        () => None,
    }
}

/// Whether a school of this tier may be called by this label. Officially every 985 is a 211, and all are 双一流 and 一本.
/// Which of the others are 一本 and which 二本 differs by province and year, so that the catalog does not tell it; the
/// Sino-foreign ones are no 双一流 and enrol with 一本.
fn may_be_called(tier: &str, label: &str) -> bool {
    const LADDER: [&str; 4] = ["985", "211", "double_first_class", "first_tier"];
    let place = |slug: &str| LADDER.iter().position(|other| *other == slug);
    let is_below = matches!((place(tier), place(label)), (Some(tier), Some(label)) if tier <= label);
    let is_other = matches!(
        (tier, label),
        ("ordinary", "first_tier" | "second_tier") | ("sino_foreign", "ordinary" | "first_tier")
    );
    tier == label || is_below || is_other
}

/// That nobody knows a school of this name.
pub(super) fn unknown_school(name: &str) -> Open {
    Open::Unknown(message!("no school is called `{name}`", "没有叫 `{name}` 的院校"))
}
