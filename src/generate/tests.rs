//! Made-up cases: always the same, as they are said to be, and read without remark.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::chance::Chance;
use super::companies::Companies;
use super::*;
use crate::import::normalise::{NormalisedRow, RowNormaliser};
use crate::import::read::{self, Input, ReadOptions, Reading};
use crate::model::case::Field;

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file of cases with names that do not change with the seed.
fn sample(cases: u64, seed: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_cases(&mut bytes, Generation { cases, seed }, &Names::sample()).expect("a vector takes all");
    bytes
}

#[test]
fn the_largest_company_has_about_an_eighth_of_all_cases() {
    let (companies, mut chance) = (Companies::new(), Chance::new(7));
    let largest = (0..100_000).filter(|_| companies.draw(&mut chance) == 0).count();
    assert!((11_000..=13_000).contains(&largest), "{largest} of 100,000");
}

/// A change of these bytes makes earlier measurements incomparable: then say so where they are told.
#[test]
fn the_same_seed_and_number_give_the_same_bytes() {
    assert_eq!(sha256(&sample(1000, 7)), SHA256_OF_A_THOUSAND);
    assert_ne!(sample(1000, 8), sample(1000, 7));
    assert!(sample(1000, 7).starts_with(&sample(100, 7)), "fewer cases are the beginning of more");
}

const SHA256_OF_A_THOUSAND: &str = "edbf53d22e71941fd8c14888a81da13a188f78794ce602c94d7eb7496e11ea22";

/// Everything that an import makes of a generated folder.
fn imported(cases: u64) -> Vec<NormalisedRow> {
    let folder = tempfile::tempdir().expect("a directory");
    generate(folder.path(), Generation { cases, seed: 7 }).expect("it is empty");
    let catalog = seed::catalog(&SeedFiles::read_dir(folder.path()).expect("a seed")).expect("valid files");
    assert_eq!(catalog.companies.entries().len(), COMPANIES);
    let source = catalog.sources.by_slug(SOURCE).expect("the source is there");
    let path = folder.path().join(folder::cases_file());
    let Reading { header, columns, rows, notes, .. } =
        read::open("synthetic.csv", Input::Path(&path), &ReadOptions::default()).expect("a table");
    assert!(notes.is_empty() && columns.untaken.is_empty(), "{notes:?}, not taken: {:?}", columns.untaken);
    let mut normaliser = RowNormaliser::new(&header, &columns, source, &catalog).with_derivations();
    let read = |row: Result<read::RawRow, _>| {
        let row = row.expect("a readable row");
        normaliser.normalise(row.number, &row.cells).unwrap_or_else(|reason| panic!("{reason}"))
    };
    rows.map(read).collect()
}

#[test]
fn every_row_is_read_without_remark_and_each_field_is_known_of_a_part() {
    let rows = imported(5000);
    assert_eq!(rows.len(), 5000);
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        assert!(row.remarks.is_empty(), "{:?}", row.remarks);
        assert!(!row.case.values.is_known(Field::Conflicts), "{row:?}");
        for (field, is_known) in row.case.known() {
            *known.entry(field).or_default() += usize::from(is_known);
        }
    }
    for (field, known) in known {
        assert!((100..4900).contains(&known), "{field} is known of {known}");
    }
}

#[test]
fn there_are_all_degrees_tiers_channels_years_and_several_currencies() {
    let mut values: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for row in imported(5000) {
        for derivation in row.derivations {
            let value = match derivation.field {
                "offered_on" => derivation.value[..4].to_owned(),
                _ => derivation.value,
            };
            values.entry(derivation.field).or_default().insert(value);
        }
    }
    for (field, expected) in [
        ("highest_degree", 4),
        ("offer_channel", 4),
        ("role_track", 2),
        ("bachelor_tier", 10),
        ("offered_on", 10),
        ("tags", 4),
        ("pay_currency", 6),
    ] {
        assert!(values[field].len() >= expected, "{field}: {:?}", values[field]);
    }
    for (field, expected) in [("company", 800), ("role", 400), ("major", 500), ("school", 300), ("city", 40)] {
        assert!(values[field].len() >= expected, "{field}: {}", values[field].len());
    }
}

#[test]
fn words_of_two_characters_are_frequent_middling_and_rare() {
    let text = String::from_utf8(sample(20_000, 7)).expect("text");
    let share = |word: &str| text.lines().filter(|line| line.contains(word)).count();
    for (word, expected) in [("实习", 4000..20_000), ("电商", 600..4000), ("稀土", 5..200), ("沧麟", 0..20)] {
        let found = share(word);
        assert!(expected.contains(&found), "{word} stands in {found} of 20,000");
    }
}

#[test]
fn only_an_empty_folder_or_an_own_one_is_written() {
    let folder = tempfile::tempdir().expect("a directory");
    let generate = |cases| generate(folder.path(), Generation { cases, seed: 1 });
    generate(30).expect("it is empty");
    let first = std::fs::read(folder.path().join("cases/synthetic.csv")).expect("cases");
    generate(20).expect("it is its own");
    let second = std::fs::read(folder.path().join("cases/synthetic.csv")).expect("cases");
    assert!(first.starts_with(&second) && first.len() > second.len(), "the second overwrites the first");
    std::fs::write(folder.path().join("cases/mine.csv"), "公司,岗位\n").expect("written");
    let error = generate(20).expect_err("something else is in it").to_string();
    assert!(error.contains("`cases/mine.csv`"), "{error}");

    let other = tempfile::tempdir().expect("a directory");
    std::fs::write(other.path().join("companies.csv"), "slug\n").expect("written");
    let error = super::generate(other.path(), Generation { cases: 1, seed: 1 }).expect_err("not its own").to_string();
    assert!(error.contains("`companies.csv`"), "{error}");
    assert_eq!(std::fs::read_to_string(other.path().join("companies.csv")).expect("still there"), "slug\n");
}

#[test]
fn a_number_of_cases_out_of_bounds_writes_nothing() {
    let folder = tempfile::tempdir().expect("a directory");
    for cases in [0, MOST_CASES + 1] {
        generate(folder.path(), Generation { cases, seed: 1 }).expect_err("out of bounds");
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("readable").count(), 0);
}
