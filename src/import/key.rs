//! What identifies a row, and the id of its case: the same for the same file on any machine.
//!
//! A row is known again
//!
//! - by its **key**, in whatever file of the source it stands: where the user said which column has the keys, or where the
//!   cells of a key column prove to be keys ([`super::key_column`]);
//! - by its **mark** (a running number, or what stands in several rows), together with the name of the file, the company
//!   and the role: numbers count the rows of one file and say nothing of those of another;
//! - without any of these by its cells, and its ordinal among rows that are equal.

use std::collections::HashMap;
use std::io::{self, Read};

use sha2::{Digest, Sha256};
use uuid::{Uuid, uuid};

use super::key_column::KeyColumn;
use super::seen::SeenHashes;
use crate::text::name_key;

/// The namespace of case ids, a constant of this project.
const CASES: Uuid = uuid!("6f666665-722d-5361-8365-732d63617365");

/// Longest key, in characters: the database has an index on keys.
pub const MAX_KEY_CHARS: usize = 200;

/// Longest mark, in characters: a key has something before it.
const MAX_MARK_CHARS: usize = 150;

/// Hexadecimal digits of the hashes in front of a mark: of the file's name, and of company and role.
const HASH_DIGITS: usize = 16;

/// Characters before the mark in the key of a marked row: two hashes, each with a hyphen behind it.
pub const BEFORE_MARK: usize = 2 * (HASH_DIGITS + 1);

/// The id of a case: UUID version 5 of its source's slug and its key in that source.
pub fn case_id(source_slug: &str, source_key: &str) -> Uuid {
    // A line break cannot stand in a slug, so that no two pairs give the same text.
    Uuid::new_v5(&CASES, format!("{source_slug}\n{source_key}").as_bytes())
}

/// SHA-256 in hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// SHA-256 of all that can be read, in hexadecimal.
///
/// # Errors
/// Where it cannot be read to its end.
pub fn sha256_hex_of(mut source: impl Read) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match source.read(&mut buffer)? {
            0 => return Ok(hex(&digest.finalize())),
            count => digest.update(&buffer[..count]),
        }
    }
}

/// What the keys of the marked rows of a file begin with, by the name of the file.
pub fn file_prefix(file_name: &str) -> String {
    format!("{}-", &sha256_hex(file_name.as_bytes())[..HASH_DIGITS])
}

/// The key of a row, from the cells of its key column alone.
pub fn content_key(content: Uuid, ordinal: usize) -> String {
    format!("{}-{ordinal}", content.simple())
}

/// A cell of a key column as it marks its row.
pub fn mark_of(cell: &str) -> String {
    name_key(cell)
}

/// The cells of a row that have to do with what it is.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'r> {
    /// All of them.
    pub all: &'r [String],
    /// Which of them is that of the key column.
    pub key_place: Option<usize>,
    /// The company.
    pub company: &'r str,
    /// The role.
    pub role: &'r str,
}

impl<'r> Cells<'r> {
    /// The cell of the key column; `None` where it is blank.
    fn key(&self) -> Option<&'r str> {
        self.all.get(self.key_place?).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    }

    /// What the row says, whatever its number.
    fn content(&self) -> u128 {
        let mut digest = Sha256::new();
        for (place, cell) in self.all.iter().enumerate() {
            // The unit separator cannot stand in a cell that a person typed.
            digest.update(if place == 0 { "" } else { "\u{1f}" });
            digest.update(if self.key_place == Some(place) { "" } else { cell.as_str() });
        }
        first_half(&digest.finalize())
    }
}

/// What identifies a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its key in the source.
    pub key: String,
    /// What it says, whatever its number.
    pub content: Uuid,
    /// Whether an earlier row of the file says just the same.
    pub is_repeated: bool,
    /// Whether the cell of its key column stands in an earlier row too, and does not tell the two apart.
    pub shares_mark: bool,
}

/// Gives the rows of one file their keys. It remembers hashes, those of very many rows on disk, and no text: a file may
/// have millions.
#[derive(Debug)]
pub struct RowKeys {
    column: KeyColumn,
    /// What the keys of marked rows begin with.
    prefix: String,
    /// The hashes of what the rows so far said.
    contents: SeenHashes,
    /// How often what was said more than once was said.
    repeated: HashMap<u128, usize>,
    /// The hashes of the keys or marks so far.
    keys: SeenHashes,
}

impl RowKeys {
    /// For the rows of a file, whose key column is such a one.
    pub fn new(file_name: &str, column: KeyColumn) -> Self {
        Self {
            column,
            prefix: file_prefix(file_name),
            contents: SeenHashes::default(),
            repeated: HashMap::new(),
            keys: SeenHashes::default(),
        }
    }

    /// What identifies a row.
    ///
    /// # Errors
    /// Where the key column has the same key twice, or what is no key.
    pub fn identify(&mut self, cells: Cells<'_>) -> Result<Identity, &'static str> {
        let content = cells.content();
        let mark = cells.key().filter(|_| self.column == KeyColumn::Marks).map(mark_of);
        let mark = mark.filter(|mark| mark.chars().count() <= MAX_MARK_CHARS);
        let key = match cells.key() {
            Some(key) if self.column == KeyColumn::Keys => Some(self.new_key(key)?),
            _ => None,
        };
        let is_repeated = !self.contents.insert(content);
        let ordinal = || self.repeated.get(&content).map_or(1, |count| count + 1);
        let ordinal = if is_repeated { ordinal() + 1 } else { 1 };
        if is_repeated {
            self.repeated.insert(content, ordinal - 1);
        }
        let shares_mark = mark.as_ref().is_some_and(|mark| !self.keys.insert(fingerprint(mark)));
        let content_hash = Uuid::from_u128(content);
        let key = key.or_else(|| {
            let prefix = &self.prefix;
            let named = format!("{}\u{1f}{}", name_key(cells.company), name_key(cells.role));
            Some(match mark? {
                mark if shares_mark => format!("{prefix}{}-{mark}", digits(&format!("{content:x}-{ordinal}"))),
                mark => format!("{prefix}{}-{mark}", digits(&named)),
            })
        });
        let key = key.unwrap_or_else(|| content_key(content_hash, ordinal));
        Ok(Identity { key, content: content_hash, is_repeated, shares_mark })
    }

    fn new_key(&mut self, key: &str) -> Result<String, &'static str> {
        if key.chars().count() > MAX_KEY_CHARS {
            return Err("a key has at most 200 characters");
        }
        let is_new = self.keys.insert(fingerprint(key));
        if is_new { Ok(key.to_owned()) } else { Err("the key stands in an earlier row too") }
    }
}

impl Default for RowKeys {
    /// Where every cell of the key column is taken for a key.
    fn default() -> Self {
        Self::new("", KeyColumn::Keys)
    }
}

/// The first 128 bits of the SHA-256 of a text.
pub(super) fn fingerprint(text: &str) -> u128 {
    first_half(&Sha256::digest(text.as_bytes()))
}

fn first_half(digest: &[u8]) -> u128 {
    digest.iter().take(16).fold(0, |bits, byte| bits << 8 | u128::from(*byte))
}

/// A short hash of a text.
fn digits(text: &str) -> String {
    format!("{:032x}", fingerprint(text))[..HASH_DIGITS].to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn identified(keys: &mut RowKeys, row: &[&str], key_place: Option<usize>) -> Result<Identity, &'static str> {
        let all: Vec<String> = row.iter().map(|cell| (*cell).to_owned()).collect();
        let (company, role) = (row.len() - 2, row.len() - 1);
        keys.identify(Cells { company: &all[company], role: &all[role], all: &all, key_place })
    }

    #[test]
    fn ids_are_the_same_on_any_machine() {
        assert_eq!(case_id("a", "b"), case_id("a", "b"));
        assert_ne!(case_id("a", "b"), case_id("b", "a"));
        assert_eq!(case_id("a", "b").get_version_num(), 5);
    }

    #[test]
    fn equal_rows_get_keys_of_their_own_and_a_key_may_stand_once() {
        let mut keys = RowKeys::default();
        let row = ["百度", "产品"];
        let made: Vec<_> = (0..3).map(|_| identified(&mut keys, &row, None).expect("a key")).collect();
        assert_eq!(made.iter().map(|row| row.is_repeated).collect::<Vec<_>>(), [false, true, true]);
        let ends: Vec<&str> = made.iter().map(|row| &row.key[32..]).collect();
        assert_eq!(ends, ["-1", "-2", "-3"]);
        assert_eq!(made[0].key[..32], made[2].key[..32]);
        // As keys were made ever since.
        assert_eq!(made[0].key, format!("{:032x}-1", fingerprint("百度\u{1f}产品")));
        let keyed = |keys: &mut RowKeys, key: &str| identified(keys, &[key, "百度", "产品"], Some(0));
        assert_eq!(keyed(&mut keys, "7").map(|row| row.key), Ok("7".to_owned()));
        assert!(keyed(&mut keys, "7").is_err());
        assert!(keyed(&mut keys, &"长".repeat(200)).is_ok());
        assert!(keyed(&mut keys, &"长".repeat(201)).is_err());
    }

    #[test]
    fn a_mark_is_of_its_file_company_and_role_alone() {
        let key = |file: &str, row: [&str; 4]| {
            identified(&mut RowKeys::new(file, KeyColumn::Marks), &row, Some(0)).expect("a key").key
        };
        let first = key("a.csv", ["1", "20k", "腾讯", "后端开发"]);
        assert_eq!(&first[BEFORE_MARK..], "1");
        assert_eq!(first, key("a.csv", [" 1", "21k", "腾讯 ", "后端开发"]), "a corrected row");
        for (file, row) in [
            ("b.csv", ["1", "20k", "腾讯", "后端开发"]),
            ("a.csv", ["2", "20k", "腾讯", "后端开发"]),
            ("a.csv", ["1", "20k", "阿里", "后端开发"]),
            ("a.csv", ["1", "20k", "腾讯", "前端开发"]),
        ] {
            assert_ne!(first, key(file, row), "{file} {row:?}");
        }
        let mut keys = RowKeys::new("a.csv", KeyColumn::Marks);
        let mut identify = |pay: &str| identified(&mut keys, &["7", pay, "腾讯", "后端开发"], Some(0)).expect("a key");
        let rows = ["20k", "21k", "21k"].map(&mut identify);
        assert_eq!(rows.each_ref().map(|row| row.shares_mark), [false, true, true]);
        let keys: HashSet<&str> = rows.iter().map(|row| row.key.as_str()).collect();
        assert_eq!(keys.len(), 3, "a mark that stands in several rows tells none apart");
        assert!(key("a.csv", [&"长".repeat(500), "", "腾讯", "后端开发"]).len() < 40);
    }
}
