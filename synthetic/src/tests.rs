//! Made-up cases: always the same, and as they are said to be. How they are imported is told in `tests/service.rs`.

use sha2::{Digest, Sha256};

use super::*;
use crate::chance::Chance;
use crate::companies::Companies;

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file of cases with names that do not change with the seed.
fn sample(cases: u64, seed: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_cases(&mut bytes, cases, seed, &Names::sample()).expect("a vector takes all");
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

const SHA256_OF_A_THOUSAND: &str = "b3ffbff2afec51689c83b55a9abf4a960a652bea6fafb55a87473622a9520b89";

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
    let generate = |cases| super::generate(folder.path(), cases, 1);
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
    let error = super::generate(other.path(), 1, 1).expect_err("not its own").to_string();
    assert!(error.contains("`companies.csv`"), "{error}");
    assert_eq!(std::fs::read_to_string(other.path().join("companies.csv")).expect("still there"), "slug\n");
}
