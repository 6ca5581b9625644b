//! Reads labels of school tier and degree, such as `985本硕`, `硕士211`, `海硕`, `二本`.

use crate::cases::closed_sets::Degree;
use crate::catalog::directory::Entry;
use crate::catalog::name::name_key;
use crate::catalog::{Catalog, SchoolTier};

/// What a label says; `None` is what it does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Education {
    /// Tier of the bachelor's school.
    pub bachelor_tier: Option<i16>,
    /// Tier of the master's school.
    pub master_tier: Option<i16>,
    /// Tier of the doctoral school.
    pub doctor_tier: Option<i16>,
    /// Highest degree.
    pub highest_degree: Option<Degree>,
}

/// Why a label says nothing that can be stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Something in it is not understood.
    #[error("`{0}` in it is neither a school tier nor a degree")]
    Word(String),
    /// Tiers and degrees do not pair up.
    #[error("it is not clear which school tier belongs to which degree")]
    Unpaired,
    /// A tier without a degree.
    #[error("it names a school tier without a degree")]
    NoDegree,
    /// The same degree twice.
    #[error("it gives two school tiers for the same degree")]
    DegreeTwice,
}

/// Words for degrees, each with the degrees it stands for. Longer ones come first.
const DEGREE_WORDS: &[(&str, &[Degree])] = &[
    ("本硕博", &[Degree::Bachelor, Degree::Master, Degree::Doctor]),
    ("本硕", &[Degree::Bachelor, Degree::Master]),
    ("硕博", &[Degree::Master, Degree::Doctor]),
    ("研究生", &[Degree::Master]),
    ("bachelor", &[Degree::Bachelor]),
    ("master", &[Degree::Master]),
    ("doctor", &[Degree::Doctor]),
    ("phd", &[Degree::Doctor]),
    ("学士", &[Degree::Bachelor]),
    ("本科", &[Degree::Bachelor]),
    ("硕士", &[Degree::Master]),
    ("博士", &[Degree::Doctor]),
    ("本", &[Degree::Bachelor]),
    ("硕", &[Degree::Master]),
    ("博", &[Degree::Doctor]),
];

/// Tier names that say the degree too: 一本 and 二本 are admission batches of bachelor programmes,
/// 大专 is the associate degree itself.
const TIERS_WITH_DEGREE: &[(&str, Degree)] = &[
    ("一本", Degree::Bachelor),
    ("二本", Degree::Bachelor),
    ("普通本科", Degree::Bachelor),
    ("普本", Degree::Bachelor),
    ("重点本科", Degree::Bachelor),
    ("普通一本", Degree::Bachelor),
    ("大专", Degree::Associate),
    ("专科", Degree::Associate),
    ("高职", Degree::Associate),
    ("高职高专", Degree::Associate),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Tier { id: i16, degree: Option<Degree> },
    Degrees(&'static [Degree]),
}

/// Reads a label. White space and the order of words do not count: `211 本硕` is `本硕211`.
///
/// `X硕` gives the master's tier and says nothing of the bachelor's; `X本硕` gives both.
///
/// # Errors
/// Where any part of it is not understood: then nothing of it is used.
pub fn read(label: &str, catalog: &Catalog) -> Result<Education, Unreadable> {
    let words = split(&name_key(label), catalog)?;
    let mut education = Education::default();
    let mut rest = words.as_slice();
    while let Some(first) = rest.first() {
        let (degrees, tier, used) = match (*first, rest.get(1).copied()) {
            (Word::Tier { id, .. }, Some(Word::Degrees(degrees))) => (degrees.to_vec(), Some(id), 2),
            (Word::Degrees(degrees), Some(Word::Tier { id, .. })) => (degrees.to_vec(), Some(id), 2),
            (Word::Tier { id, degree: Some(degree) }, _) => (vec![degree], Some(id), 1),
            (Word::Tier { degree: None, .. }, _) => return Err(Unreadable::NoDegree),
            (Word::Degrees(degrees), None) => (degrees.to_vec(), None, 1),
            (Word::Degrees(_), Some(Word::Degrees(_))) => return Err(Unreadable::Unpaired),
        };
        for degree in degrees {
            education.add(degree, tier)?;
        }
        rest = &rest[used..];
    }
    Ok(education)
}

impl Education {
    fn add(&mut self, degree: Degree, tier: Option<i16>) -> Result<(), Unreadable> {
        self.highest_degree = self.highest_degree.max(Some(degree));
        let place = match degree {
            // The tier of an associate degree is always vocational and follows from the degree.
            Degree::Associate => return Ok(()),
            Degree::Bachelor => &mut self.bachelor_tier,
            Degree::Master => &mut self.master_tier,
            Degree::Doctor => &mut self.doctor_tier,
        };
        if place.is_some() && tier.is_some() && *place != tier {
            return Err(Unreadable::DegreeTwice);
        }
        *place = place.or(tier);
        Ok(())
    }
}

/// Splits a label into tiers and degrees, always taking the longest word that fits.
fn split(label: &str, catalog: &Catalog) -> Result<Vec<Word>, Unreadable> {
    let known = known_words(catalog);
    let mut words = Vec::new();
    let mut rest = label;
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix(['/', ',', ';', '、', '+', '-', ':', '(', ')']) {
            rest = behind;
            continue;
        }
        let longest =
            known.iter().filter(|(text, _)| rest.starts_with(text.as_str())).max_by_key(|(text, _)| text.len());
        let Some((text, word)) = longest else { return Err(Unreadable::Word(rest.to_owned())) };
        words.push(*word);
        rest = &rest[text.len()..];
    }
    Ok(words)
}

fn known_words(catalog: &Catalog) -> Vec<(String, Word)> {
    let mut words: Vec<(String, Word)> = Vec::new();
    for (text, degrees) in DEGREE_WORDS {
        words.push(((*text).to_owned(), Word::Degrees(degrees)));
    }
    for tier in catalog.school_tiers.entries() {
        for name in names(tier) {
            let key = name_key(name);
            let degree = TIERS_WITH_DEGREE.iter().find(|(text, _)| *text == key).map(|(_, degree)| *degree);
            words.push((key, Word::Tier { id: tier.id, degree }));
        }
    }
    words
}

fn names(tier: &SchoolTier) -> impl Iterator<Item = &str> {
    [tier.name(), tier.slug()].into_iter().chain(tier.aliases.iter().map(|alias| alias.alias.as_str()))
}
