//! The command that writes made-up cases.

use std::path::Path;
use std::process::ExitCode;

use crate::generate::{self, Generation, SOURCE};

/// Writes a folder with made-up cases, and says how it is loaded.
pub fn generate(folder: &Path, generation: Generation) -> anyhow::Result<ExitCode> {
    generate::generate(folder, generation)?;
    let Generation { cases, seed } = generation;
    let (shown, companies) = (folder.display(), generate::companies());
    println!("{shown}: {cases} made-up cases of {companies} invented companies, seed {seed}");
    println!("load them as source `{SOURCE}` with: offer-cases --seed-dir {shown}");
    Ok(ExitCode::SUCCESS)
}
