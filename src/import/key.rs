//! What identifies a row, and the id of its case: the same for the same file on any machine.

use std::collections::{HashMap, HashSet};
use std::io::{self, Read};

use sha2::{Digest, Sha256};
use uuid::{Uuid, uuid};

/// The namespace of case ids, a constant of this project.
const CASES: Uuid = uuid!("6f666665-722d-5361-8365-732d63617365");

/// Longest key, in characters: the database has an index on keys.
pub const MAX_KEY_CHARS: usize = 200;

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

/// Gives the rows of one file their keys. It remembers 16 bytes of a row, and no text: a file may have millions.
#[derive(Debug, Default)]
pub struct RowKeys {
    /// The beginnings of the hashes of all keys and rows so far.
    seen: HashSet<u128>,
    /// How often rows that are not the only ones of their kind were there.
    repeated: HashMap<u128, usize>,
}

impl RowKeys {
    /// The cell of the key column, else a hash of the row's cells and its ordinal among identical
    /// rows.
    ///
    /// # Errors
    /// Where the key column has the same key twice, or what is no key.
    pub fn key_of(&mut self, cells: &[String], key_cell: Option<&str>) -> Result<String, &'static str> {
        if let Some(key) = key_cell {
            if key.chars().count() > MAX_KEY_CHARS {
                return Err("a key has at most 200 characters");
            }
            let is_new = self.seen.insert(fingerprint(&format!("key\n{key}")));
            return if is_new { Ok(key.to_owned()) } else { Err("the key stands in an earlier row too") };
        }
        // The unit separator cannot stand in a cell that a person typed.
        let hash = fingerprint(&cells.join("\u{1f}"));
        let ordinal = if self.seen.insert(hash) {
            1
        } else {
            let ordinal = self.repeated.entry(hash).or_insert(1);
            *ordinal += 1;
            *ordinal
        };
        Ok(format!("{hash:032x}-{ordinal}"))
    }
}

/// The first 128 bits of the SHA-256 of a text.
fn fingerprint(text: &str) -> u128 {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(16).fold(0, |bits, byte| bits << 8 | u128::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_same_on_any_machine() {
        assert_eq!(case_id("a", "b"), case_id("a", "b"));
        assert_ne!(case_id("a", "b"), case_id("b", "a"));
        assert_eq!(case_id("a", "b").get_version_num(), 5);
    }

    #[test]
    fn identical_rows_get_keys_of_their_own_and_a_key_may_stand_once() {
        let mut keys = RowKeys::default();
        let row = ["百度".to_owned()];
        let first = keys.key_of(&row, None).expect("a key");
        let second = keys.key_of(&row, None).expect("a key");
        assert_ne!(first, second);
        assert_eq!(first[..32], second[..32]);
        assert_eq!(keys.key_of(&row, Some("7")), Ok("7".to_owned()));
        assert!(keys.key_of(&row, Some("7")).is_err());
        assert!(keys.key_of(&row, Some(&"长".repeat(200))).is_ok());
        assert!(keys.key_of(&row, Some(&"长".repeat(201))).is_err());
    }
}
