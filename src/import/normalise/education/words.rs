//! The words of labels: school tiers, degrees and schools, as the catalog and everyday use have them.

use std::sync::LazyLock;

use super::Place;
use super::place::Open;
use crate::catalog::{Catalog, Resolved};
use crate::import::normalise::names;
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::Degree;
use crate::model::entity::Entity;
use crate::parameters::message;
use crate::text::name_key;
use crate::word_tables;

/// Words, each with what it means: degrees, as `master` or `bachelor-master`, or what [`Meaning::of`] knows beside them.
pub(super) static WORDS: LazyLock<Vec<(String, String)>> =
    LazyLock::new(|| word_tables::words(include_str!("../../../../seed/import/education.csv")));

/// A word of a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// A tier; some are those of bachelor programmes only.
    Tier { id: i16, of_bachelor: bool },
    /// Degrees.
    Degrees(&'static [Degree]),
    /// A school, or what may be one of several.
    Place(Place),
    /// Says nothing.
    Filler,
    /// Parts statements: each must be clear on its own.
    Separator,
}

/// What a known word means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Just this.
    Word(Word),
    /// A country in one character, which is such only before a degree. 法国 is none: 法硕 is a master of laws; 日本硕 may be
    /// 日·本硕 or 日本·硕.
    CountrySign,
    /// The name of several schools.
    Several,
    /// It makes what stands beside it another thing: 硕士肄业 is no master, and 硕士及以上 is what an employer asks for.
    Doubt,
}

impl Meaning {
    /// What the table says of a word.
    pub fn of(said: &str, overseas: i16) -> Self {
        Self::Word(match said {
            "overseas" => Word::Tier { id: overseas, of_bachelor: false },
            "country_sign" => return Self::CountrySign,
            "doubt" => return Self::Doubt,
            "no_tier" => Word::Place(Place::open(Open::Tier(message!(
                "it praises or ranks the school, which says no tier",
                "只说学校好坏或排名，没有层次"
            )))),
            "filler" => Word::Filler,
            "separator" => Word::Separator,
            _ => Word::Degrees(
                degrees(said).unwrap_or_else(|| unreachable!("education.csv: nothing is called `{said}`")),
            ),
        })
    }
}

/// One degree by its slug, or all from one to another.
fn degrees(said: &str) -> Option<&'static [Degree]> {
    let index = |slug: &str| Degree::SLUGS.iter().position(|known| *known == slug);
    let (lowest, highest) = said.split_once('-').unwrap_or((said, said));
    Degree::ALL.get(index(lowest)?..=index(highest)?)
}

/// The length of a rank such as `qs前100`, `qstop50`, `世界前100`.
pub(super) fn rank(text: &str) -> Option<usize> {
    let rest = ["qs世界", "qs", "世界排名", "世界", "全球"].iter().find_map(|word| text.strip_prefix(word))?;
    let rest = ["排名前", "前", "top", "排名"].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| text.len() - rest.len() + digits)
}

/// Names of schools with what they mean; one that is a proper name of one school only is that one's.
pub(super) fn schools(catalog: &Catalog) -> impl Iterator<Item = (&str, Meaning)> {
    let names = catalog.directory(Entity::School).entries().iter().flat_map(|school| {
        let aliases = school.aliases().iter().map(|alias| alias.alias.as_str());
        std::iter::once(school.name()).chain(school.name_en()).chain(aliases)
    });
    names.filter(|name| name_key(name).chars().count() > 1).map(|name| {
        match catalog.directory(Entity::School).resolve(name) {
            Resolved::Found { entry, .. } => {
                (name, Meaning::Word(Word::Place(Place::of_school(entry.id(), entry.tier_id().map(small)))))
            }
            _ => (name, Meaning::Several),
        }
    })
}

/// What a name means that some schools have; the tier is known where all have the same.
pub(super) fn place_of(resolution: &Resolved<'_>) -> Option<Place> {
    match resolution {
        Resolved::Found { entry, .. } => Some(Place::of_school(entry.id(), entry.tier_id().map(small))),
        Resolved::Ambiguous { entries, .. } => {
            let tiers: Vec<_> = entries.iter().map(|entry| entry.tier_id().map(small)).collect();
            let tier = tiers[0].filter(|_| tiers.iter().all(|tier| *tier == tiers[0]));
            let open = Open::Several(names::may_mean(entries));
            Some(Place { tier, is_by_school: tier.is_some(), open: Some(open), ..Place::default() })
        }
        Resolved::Unknown => None,
    }
}

/// The number of a tier as cases have it.
pub(super) fn small(id: i32) -> i16 {
    i16::try_from(id).unwrap_or_default()
}
