//! Names of majors, roles, schools and tags that made-up cases carry: those of the seed, if they mean one entry.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use crate::chance::{Chance, Weights};

pub(crate) const MAJORS: &str = include_str!("../../seed/majors.csv");
pub(crate) const ROLES: &str = include_str!("../../seed/roles.csv");
pub(crate) const SCHOOLS: &str = include_str!("../../seed/schools.csv");
pub(crate) const TAGS: &str = include_str!("../../seed/tags.csv");

/// Tiers whose schools are named by made-up cases.
const TIERS_WITH_SCHOOLS: [&str; 8] =
    ["985", "211", "double_first_class", "ordinary", "vocational", "hong_kong", "macau_taiwan", "overseas"];

/// Names that made-up cases carry.
#[derive(Debug)]
pub(crate) struct Names {
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

/// A row of a reference file; columns that it has not are empty.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Row {
    slug: String,
    name: String,
    name_en: String,
    aliases: String,
    /// Of a major.
    code: String,
    level: String,
    /// Of a school.
    tier: String,
}

impl Row {
    /// All that it is called, as names are compared.
    fn keys(&self) -> HashSet<String> {
        let names = [&*self.slug, &self.name, &self.name_en].into_iter().chain(self.aliases.split('|'));
        names.map(key).collect()
    }
}

fn key(name: &str) -> String {
    name.split_whitespace().collect::<String>().to_lowercase()
}

/// The rows of a reference file whose names mean no other row too.
fn surely_named(csv: &str) -> csv::Result<Vec<Row>> {
    let rows: Vec<Row> = csv::Reader::from_reader(csv.as_bytes()).deserialize().collect::<Result<_, _>>()?;
    let mut uses: HashMap<String, usize> = HashMap::new();
    rows.iter().flat_map(Row::keys).for_each(|key| *uses.entry(key).or_default() += 1);
    Ok(rows.into_iter().filter(|row| uses[&key(&row.name)] == 1).collect())
}

/// The same in the order of their slugs.
fn by_slug(csv: &str) -> csv::Result<Vec<Row>> {
    let mut rows = surely_named(csv)?;
    rows.sort_by(|left, right| left.slug.cmp(&right.slug));
    Ok(rows)
}

fn names(rows: Vec<Row>) -> Vec<String> {
    rows.into_iter().map(|row| row.name).collect()
}

impl Names {
    /// Those of the seed.
    pub fn of_seed() -> csv::Result<Self> {
        let schools = by_slug(SCHOOLS)?;
        let of_tier = |tier: &'static str| (tier, Named::falling(schools_of(&schools, tier), 30));
        Ok(Self {
            majors: majors(surely_named(MAJORS)?),
            roles: Named::falling(names(by_slug(ROLES)?), 3),
            schools: TIERS_WITH_SCHOOLS.into_iter().map(of_tier).collect(),
            tags: Named::falling(names(by_slug(TAGS)?), 1),
        })
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

/// Majors of the official catalogue and broad labels. Those of disciplines that offers go to are the more frequent
/// ones; within a discipline they follow Zipf's law, in the order of the catalogue.
fn majors(mut rows: Vec<Row>) -> Named {
    rows.retain(|row| row.level == "major" || row.level == "broad");
    // Broad labels have no code, and come last.
    rows.sort_by(|left, right| {
        let key = |row: &Row| (row.code.is_empty(), row.code.clone(), row.slug.clone());
        key(left).cmp(&key(right))
    });
    let mut ranks: HashMap<String, u64> = HashMap::new();
    let weight = |row: &Row| {
        let discipline: String = row.code.chars().take(2).collect();
        let share = share_of(&discipline);
        let rank = ranks.entry(discipline).or_default();
        *rank += 1;
        share * 1_000_000 / (*rank + 10)
    };
    Named { weights: Weights::of(rows.iter().map(weight)), names: names(rows) }
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
fn schools_of(schools: &[Row], tier: &str) -> Vec<String> {
    let is_plain = |name: &str| name.chars().all(|character| ('\u{4e00}'..='\u{9fff}').contains(&character));
    let of_tier = schools.iter().filter(|school| school.tier == tier && is_plain(&school.name));
    of_tier.map(|school| school.name.clone()).collect()
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
