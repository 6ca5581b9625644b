//! The made-up companies: nobody can take them for real ones.

use std::io;

use super::chance::{Chance, Weights};
use crate::catalog::CompanyKind;
use crate::model::closed_set::ClosedSet;

/// How many there are.
pub(super) const COMPANIES: usize = 2000;

const HEADER: [&str; 7] = ["slug", "name", "name_en", "kind", "parent", "aliases", "former_names"];

/// The companies, the one with the most cases first.
#[derive(Debug)]
pub(super) struct Companies {
    names: Vec<String>,
    weights: Weights,
}

impl Companies {
    /// All of them. By Zipf's law the first has about 12 % of all cases.
    pub fn new() -> Self {
        Self { names: (1..=COMPANIES).map(name).collect(), weights: Weights::zipf(COMPANIES, 0) }
    }

    /// The place of a company, from 0 for the largest.
    pub fn draw(&self, chance: &mut Chance) -> usize {
        self.weights.draw(chance)
    }

    /// The name of the company at a place.
    pub fn name(&self, place: usize) -> &str {
        &self.names[place]
    }
}

fn name(number: usize) -> String {
    format!("合成公司{number:04}")
}

/// Writes them as the seed's `companies.csv`.
pub(super) fn write(out: impl io::Write) -> csv::Result<()> {
    let mut out = csv::Writer::from_writer(out);
    out.write_record(HEADER)?;
    for number in 1..=COMPANIES {
        let slug = format!("synthetic-company-{number:04}");
        let name_en = format!("Synthetic Company {number:04}");
        let kind = kind(number).map_or("", |kind| kind.slug());
        out.write_record([slug.as_str(), &name(number), &name_en, kind, "", "", ""])?;
    }
    Ok(out.flush()?)
}

/// The twenty largest are big technology companies; of the others one in ten is of no known kind.
fn kind(number: usize) -> Option<CompanyKind> {
    use CompanyKind::{BigTech, Foreign, Listed, Other, Startup, StateOwned, Unicorn};
    match (number, number % 10) {
        (..=20, _) => Some(BigTech),
        (_, 0..=2) => Some(Listed),
        (_, 3 | 4) => Some(Startup),
        (_, 5) => Some(StateOwned),
        (_, 6) => Some(Foreign),
        (_, 7) => Some(Unicorn),
        (_, 8) => Some(Other),
        _ => None,
    }
}
