//! What is read of anything that anybody may write, tried with inputs made by chance: queries, files, cells.
//!
//! `FUZZ_CASES=1000000 cargo test fuzz::` tries so many of each; an input that fails is made small, printed, and kept below
//! `proptest-regressions`, whose inputs are tried first from then on.

mod cells;
mod files;
mod queries;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

/// How many inputs are tried: as many as are asked for, or so many.
fn config(usual: u32) -> ProptestConfig {
    let cases = std::env::var("FUZZ_CASES").map_or(usual, |cases| cases.parse().expect("a number"));
    let failure_persistence = Some(Box::new(FileFailurePersistence::SourceParallel("proptest-regressions")) as Box<_>);
    ProptestConfig { cases, failure_persistence, ..ProptestConfig::default() }
}

/// Any text, some of it long, or pieces one after the other.
fn text_of(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::collection::vec(prop::sample::select(pieces), 1..7).prop_map(|pieces| pieces.concat()),
        2 => (prop::collection::vec(prop::sample::select(pieces), 0..4), "\\PC{0,6}").prop_map(|(pieces, any)| pieces.join(&any)),
        2 => any::<String>(),
        1 => (prop::sample::select(pieces), 1..400_usize).prop_map(|(piece, times)| piece.repeat(times)),
    ]
}
