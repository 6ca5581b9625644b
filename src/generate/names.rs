//! Names of majors, roles, schools and tags that made-up cases carry: those of the catalog, if they mean one entry.

use super::chance::{Chance, Weights};
use crate::catalog::{Catalog, Directory, Entry, MajorLevel, Resolution};

/// Tiers whose schools are named by made-up cases.
const TIERS_WITH_SCHOOLS: [&str; 8] =
    ["985", "211", "double_first_class", "second_tier", "vocational", "hong_kong", "macau_taiwan", "overseas"];

/// Names that made-up cases carry.
#[derive(Debug)]
pub(super) struct Names {
    majors: Named,
    roles: Named,
    /// Schools by their tier.
    schools: Vec<(&'static str, Named)>,
    tags: Named,
}

/// Names by their weights.
#[derive(Debug)]
struct Named {
    names: Vec<String>,
    weights: Weights,
}

impl Named {
    /// Names of which the first are the most frequent, if less so with a higher offset.
    fn falling(names: Vec<String>, offset: u64) -> Self {
        Self { weights: Weights::zipf(names.len(), offset), names }
    }

    fn draw(&self, chance: &mut Chance) -> Option<&str> {
        self.names.get(self.weights.draw(chance)).map(String::as_str)
    }
}

impl Names {
    /// Those of a catalog.
    pub fn of(catalog: &Catalog) -> Self {
        let schools = |tier: &'static str| (tier, Named::falling(schools_of(catalog, tier), 30));
        Self {
            majors: majors(catalog),
            roles: Named::falling(surely_named(&catalog.roles, |_| true), 3),
            schools: TIERS_WITH_SCHOOLS.into_iter().map(schools).collect(),
            tags: Named::falling(surely_named(&catalog.tags, |_| true), 1),
        }
    }

    /// A major; `None` where there is none at all, as of the other names.
    pub fn major(&self, chance: &mut Chance) -> Option<&str> {
        self.majors.draw(chance)
    }

    /// A role.
    pub fn role(&self, chance: &mut Chance) -> Option<&str> {
        self.roles.draw(chance)
    }

    /// A school of a tier.
    pub fn school(&self, tier: &str, chance: &mut Chance) -> Option<&str> {
        self.schools.iter().find(|(slug, _)| *slug == tier)?.1.draw(chance)
    }

    /// A tag.
    pub fn tag(&self, chance: &mut Chance) -> Option<&str> {
        self.tags.draw(chance)
    }
}

/// Names that mean just their entry, of those that are wanted.
fn surely_named(directory: &Directory, wanted: impl Fn(&Entry) -> bool) -> Vec<String> {
    let is_sure = |entry: &&Entry| match directory.resolve(entry.name()) {
        Resolution::Found { entry: found, others, .. } => found.id() == entry.id() && others.is_empty(),
        _ => false,
    };
    let entries = directory.entries().iter().filter(|entry| wanted(entry)).filter(is_sure);
    entries.map(|entry| entry.name().to_owned()).collect()
}

/// Majors of the official catalogue and broad labels. Those of disciplines that offers go to are the more frequent
/// ones; within a discipline they follow Zipf's law, in the order of the catalogue.
fn majors(catalog: &Catalog) -> Named {
    let directory = &catalog.majors;
    let wanted = |level| matches!(level, Some(MajorLevel::Major | MajorLevel::Broad));
    let names = surely_named(directory, |major| wanted(major.major_level()));
    let mut ranks: Vec<(String, u64)> = Vec::new();
    let weight = |name: &String| {
        let code = match directory.resolve(name) {
            Resolution::Found { entry, .. } => entry.text("code").unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        let discipline: String = code.chars().take(2).collect();
        let place = ranks.iter().position(|(known, _)| *known == discipline).unwrap_or_else(|| {
            ranks.push((discipline.clone(), 0));
            ranks.len() - 1
        });
        ranks[place].1 += 1;
        share_of(&discipline) * 1_000_000 / (ranks[place].1 + 10)
    };
    Named { weights: Weights::of(names.iter().map(weight)), names }
}

/// How much a discipline counts, by its code: engineering, management, economics and science the most.
fn share_of(discipline: &str) -> u64 {
    match discipline {
        "08" => 30,
        "12" => 16,
        "02" | "07" => 12,
        "05" => 8,
        "" => 6,
        "03" | "04" => 4,
        _ => 2,
    }
}

/// Schools of a tier. Names with anything but Chinese characters are left out: brackets are written in many ways.
fn schools_of(catalog: &Catalog, tier: &str) -> Vec<String> {
    let Some(tier) = catalog.school_tiers.by_slug(tier) else { return Vec::new() };
    let is_plain = |name: &str| name.chars().all(|character| ('\u{4e00}'..='\u{9fff}').contains(&character));
    surely_named(&catalog.schools, |school| school.tier_id() == Some(tier.id()) && is_plain(school.name()))
}

#[cfg(test)]
impl Names {
    /// A few, for tests that must not change with the catalog.
    pub fn sample() -> Self {
        let named = |names: &[&str]| Named::falling(names.iter().map(|name| (*name).to_owned()).collect(), 0);
        Self {
            majors: named(&["软件工程", "金融学", "心理学"]),
            roles: named(&["大模型产品", "后端开发"]),
            schools: TIERS_WITH_SCHOOLS.into_iter().map(|tier| (tier, named(&["甲大学", "乙大学"]))).collect(),
            tags: named(&["转行", "独角兽"]),
        }
    }
}
