//! The made-up companies: nobody can take them for real ones.

use std::io;

use crate::chance::{Chance, Weights};

/// How many there are.
pub(crate) const COMPANIES: usize = 2000;

const HEADER: [&str; 7] = ["slug", "name", "name_en", "kind", "parent", "aliases", "former_names"];

/// The companies, the one with the most cases first.
#[derive(Debug)]
pub(crate) struct Companies {
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
    pub fn name(&self, index: usize) -> &str {
        &self.names[index]
    }
}

fn name(number: usize) -> String {
    format!("合成公司{number:04}")
}

/// Writes them as the seed's `companies.csv`.
pub(crate) fn write(out: impl io::Write) -> csv::Result<()> {
    let mut out = csv::Writer::from_writer(out);
    out.write_record(HEADER)?;
    for number in 1..=COMPANIES {
        let slug = format!("synthetic-company-{number:04}");
        let name_en = format!("Synthetic Company {number:04}");
        out.write_record([slug.as_str(), &name(number), &name_en, kind(number), "", "", ""])?;
    }
    Ok(out.flush()?)
}

/// The twenty largest are big technology companies; of the others one in ten is of no known kind.
fn kind(number: usize) -> &'static str {
    match (number, number % 10) {
        (..=20, _) => "big_tech",
        (_, 0..=2) => "listed",
        (_, 3 | 4) => "startup",
        (_, 5) => "state_owned",
        (_, 6) => "foreign",
        (_, 7) => "unicorn",
        (_, 8) => "other",
        _ => "",
    }
}
