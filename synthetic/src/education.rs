//! What a made-up case says of education: a label of tiers and degrees, or schools by name, or nothing.

use crate::chance::Chance;
use crate::names::Names;

/// Tiers as they stand in labels, of master's and doctor's degrees.
const TIERS: &[(&str, u64)] =
    &[("985", 30), ("211", 22), ("双一流", 10), ("双非", 12), ("港", 9), ("澳门", 1), ("海", 15), ("其他", 1)];
/// Tiers of bachelor's degrees.
const BACHELOR_TIERS: &[(&str, u64)] = &[
    ("985", 26),
    ("211", 24),
    ("双一流", 10),
    ("一本", 14),
    ("双非", 14),
    ("二本", 4),
    ("职业学院", 1),
    ("港", 1),
    ("台湾", 1),
    ("海", 4),
    ("其他", 1),
];
/// Tiers of schools by their slugs, where schools are named.
const TIERS_OF_SCHOOLS: &[(&str, u64)] = &[
    ("985", 30),
    ("211", 25),
    ("double_first_class", 10),
    ("ordinary", 20),
    ("hong_kong", 5),
    ("macau_taiwan", 1),
    ("overseas", 9),
];

/// A degree; the higher one is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Degree {
    Associate,
    Bachelor,
    Master,
    Doctor,
}

/// The cells of education.
#[derive(Debug, Default)]
pub(crate) struct Education<'n> {
    /// The highest degree, if the cells say it.
    pub degree: Option<Degree>,
    /// The label.
    pub label: String,
    /// The school of the highest degree.
    pub school: &'n str,
    /// The school of the bachelor's degree, if it is another one.
    pub bachelor_school: &'n str,
}

impl<'n> Education<'n> {
    /// Draws one.
    pub fn draw(names: &'n Names, chance: &mut Chance) -> Self {
        if chance.percent(8) {
            return Self::default();
        }
        let degree = chance.weighted(&[
            (Degree::Associate, 3),
            (Degree::Bachelor, 38),
            (Degree::Master, 53),
            (Degree::Doctor, 6),
        ]);
        if chance.percent(35) { Self::with_schools(degree, names, chance) } else { Self::with_tiers(degree, chance) }
    }

    fn with_tiers(degree: Degree, chance: &mut Chance) -> Self {
        let says_tiers = chance.percent(90);
        let says_bachelor = chance.percent(70);
        let bachelor = |chance: &mut Chance| match says_bachelor {
            true => format!("{}本", chance.weighted(BACHELOR_TIERS)),
            false => String::new(),
        };
        let label = match degree {
            Degree::Associate => "大专".to_owned(),
            Degree::Bachelor if says_tiers => format!("{}本", chance.weighted(BACHELOR_TIERS)),
            Degree::Master if says_tiers => format!("{}{}硕", bachelor(chance), chance.weighted(TIERS)),
            Degree::Doctor if says_tiers => {
                let master = chance.weighted(TIERS);
                format!("{}{master}硕{}博", bachelor(chance), chance.weighted(TIERS))
            }
            Degree::Bachelor => "本科".to_owned(),
            Degree::Master => "硕士".to_owned(),
            Degree::Doctor => "博士".to_owned(),
        };
        Self { degree: Some(degree), label, ..Self::default() }
    }

    fn with_schools(degree: Degree, names: &'n Names, chance: &mut Chance) -> Self {
        let (label, tiers) = match degree {
            Degree::Associate => ("大专", &[("vocational", 1)][..]),
            Degree::Bachelor => ("本科", TIERS_OF_SCHOOLS),
            Degree::Master => ("硕士", TIERS_OF_SCHOOLS),
            Degree::Doctor => ("博士", TIERS_OF_SCHOOLS),
        };
        let mut school = |tiers| names.school(chance.weighted(tiers), chance).unwrap_or_default();
        let highest = school(tiers);
        let bachelor_school = if degree > Degree::Bachelor { school(TIERS_OF_SCHOOLS) } else { "" };
        Self { degree: Some(degree), label: label.to_owned(), school: highest, bachelor_school }
    }
}
