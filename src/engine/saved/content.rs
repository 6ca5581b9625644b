//! What stands in the file of the columns: a line that says what it is, then parts, each with its length and checksum. The
//! first part is the head, the second the dictionaries, the third the likely duplicates, each other one a chunk. Numbers are little-endian.

use std::io::{self, Read, Write};
use std::sync::{Arc, LazyLock};

use chrono::DateTime;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::Columns;
use super::super::chunk::{CHUNK_CASES, Chunk};
use super::super::dictionary::{Dictionaries, SavedDictionaries};
use super::super::duplicates::{Duplicates, SavedDuplicates};
use super::super::slots::SLOTS;
use crate::database::dataset::Dataset;
use crate::database::migrations;

/// The beginning of the first line.
const NAME: &str = "offer-cases columns ";
/// The version of the form, which ends it.
const FORM: u32 = 1;
/// Bytes of a part at most: what says more is damaged.
const LARGEST_PART: u64 = 1 << 32;

/// The code that decides what stands in columns: where it changes, so does what it would make of the same rows.
const CODE: [u64; 8] = [
    fnv(include_bytes!("content.rs")),
    fnv(include_bytes!("../coding.rs")),
    fnv(include_bytes!("../read.rs")),
    fnv(include_bytes!("../withheld.rs")),
    fnv(include_bytes!("../slots.rs")),
    fnv(include_bytes!("../days.rs")),
    fnv(include_bytes!("../duplicates/find.rs")),
    fnv(include_bytes!("../../cases/ranges.rs")),
];

/// FNV-1a, at compile time.
const fn fnv(bytes: &[u8]) -> u64 {
    let (mut hash, mut index) = (0xcbf2_9ce4_8422_2325_u64, 0);
    while index < bytes.len() {
        hash = (hash ^ bytes[index] as u64).wrapping_mul(0x0100_0000_01b3);
        index += 1;
    }
    hash
}

/// What a program makes of rows: the columns with their closed sets, the code that fills them, and the migrations that the rows
/// have gone through.
static FINGERPRINT: LazyLock<String> = LazyLock::new(|| {
    let made = format!("{CODE:?} {:?} {:?}", SLOTS.all, migrations::known().unwrap_or_default());
    Sha256::digest(made).iter().map(|byte| format!("{byte:02x}")).collect()
});

/// Why a file is not used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// It is damaged, or ends too early.
    #[error("it is damaged or cut off ({0})")]
    Damaged(String),
    /// It is of another program or form.
    #[error("{0}")]
    OfAnother(&'static str),
}

impl Unusable {
    /// Where reading it was broken off.
    pub fn broken(why: &dyn std::fmt::Display) -> Self {
        Self::Damaged(why.to_string())
    }
}

impl From<io::Error> for Unusable {
    fn from(error: io::Error) -> Self {
        Self::broken(&error)
    }
}

/// What the columns are of.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    fingerprint: String,
    version: i64,
    catalog_version: i64,
    reread_version: i64,
    changed_at_microseconds: i64,
    lineage: String,
    last_ordinal: u32,
    rows: i64,
    chunks: usize,
    cases: u64,
}

impl Head {
    fn of(columns: &Columns) -> Self {
        let Dataset { version, catalog_version, reread_version, changed_at, lineage } = columns.dataset.clone();
        Self {
            fingerprint: FINGERPRINT.clone(),
            version,
            catalog_version,
            reread_version,
            changed_at_microseconds: changed_at.timestamp_micros(),
            lineage,
            last_ordinal: columns.last_ordinal,
            rows: columns.rows,
            chunks: columns.chunks.len(),
            cases: columns.cases(),
        }
    }

    fn dataset(&self) -> Dataset {
        Dataset {
            version: self.version,
            catalog_version: self.catalog_version,
            reread_version: self.reread_version,
            changed_at: DateTime::from_timestamp_micros(self.changed_at_microseconds).unwrap_or_default(),
            lineage: self.lineage.clone(),
        }
    }
}

/// Writes columns.
pub fn write(columns: &Columns, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{NAME}{FORM}")?;
    write_part(out, &serde_json::to_vec(&Head::of(columns))?)?;
    write_part(out, &serde_json::to_vec(&columns.dictionaries.saved())?)?;
    write_part(out, &serde_json::to_vec(&columns.duplicates.saved())?)?;
    let mut bytes = Vec::new();
    for chunk in &columns.chunks {
        bytes.clear();
        chunk.write(&mut bytes);
        write_part(out, &bytes)?;
    }
    Ok(())
}

fn write_part(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    out.write_all(&(bytes.len() as u64).to_le_bytes())?;
    out.write_all(&crc32fast::hash(bytes).to_le_bytes())?;
    out.write_all(bytes)
}

/// Reads what [`write()`] has written.
///
/// # Errors
/// [`Unusable`], where it is anything else.
pub fn read(input: &mut impl Read) -> Result<Columns, Unusable> {
    let mut line = vec![0; NAME.len() + FORM.to_string().len() + 1];
    input.read_exact(&mut line)?;
    if !line.starts_with(NAME.as_bytes()) {
        return Err(Unusable::Damaged("it does not say what it is".into()));
    }
    if line != format!("{NAME}{FORM}\n").as_bytes() {
        return Err(Unusable::OfAnother("it has another form than this program writes"));
    }
    let mut part = Vec::new();
    read_part(input, &mut part)?;
    let head: Head = of_json(&part)?;
    if head.fingerprint != *FINGERPRINT {
        return Err(Unusable::OfAnother("another program has written it, which makes other columns"));
    }
    read_part(input, &mut part)?;
    let dictionaries = Dictionaries::of_saved(of_json::<SavedDictionaries>(&part)?);
    read_part(input, &mut part)?;
    let duplicates: SavedDuplicates = of_json(&part)?;
    let mut chunks = Vec::new();
    for number in 0..head.chunks {
        read_part(input, &mut part)?;
        let damaged = || Unusable::Damaged(format!("chunk {number} is none"));
        let chunk = Chunk::read(&part).ok_or_else(damaged)?;
        if chunk.len() > CHUNK_CASES || (chunk.len() < CHUNK_CASES && number + 1 < head.chunks) {
            return Err(damaged());
        }
        chunks.push(Arc::new(chunk));
    }
    if input.read(&mut [0])? > 0 {
        return Err(Unusable::Damaged("there is more than it should have".into()));
    }
    let mut columns = Columns::of_saved(head.dataset(), dictionaries, chunks, head.last_ordinal, head.rows);
    if columns.cases() != head.cases {
        return Err(Unusable::Damaged(format!("{} cases instead of {}", columns.cases(), head.cases)));
    }
    let duplicates = Duplicates::of_saved(duplicates, &columns);
    let none = || Unusable::Damaged("duplicates are of cases that are not there".into());
    columns.duplicates = Arc::new(duplicates.ok_or_else(none)?);
    Ok(columns)
}

/// Reads the next part in the place of the one before.
fn read_part(input: &mut impl Read, part: &mut Vec<u8>) -> Result<(), Unusable> {
    let (mut length, mut checksum) = ([0; 8], [0; 4]);
    input.read_exact(&mut length)?;
    input.read_exact(&mut checksum)?;
    let length = u64::from_le_bytes(length);
    part.clear();
    if length > LARGEST_PART || input.take(length).read_to_end(part)? as u64 != length {
        return Err(Unusable::Damaged("a part ends too early".into()));
    }
    match crc32fast::hash(part) == u32::from_le_bytes(checksum) {
        true => Ok(()),
        false => Err(Unusable::Damaged("a checksum is wrong".into())),
    }
}

fn of_json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Unusable> {
    serde_json::from_slice(bytes).map_err(|error| Unusable::broken(&error))
}

#[cfg(test)]
mod tests {
    use super::super::super::chunk::CodedCase;
    use super::*;

    /// Columns of so many cases, one of which is retired, and with codes of all widths.
    fn columns(cases: u32) -> Columns {
        let dataset = Dataset {
            version: 63,
            catalog_version: 7,
            reread_version: 5,
            changed_at: DateTime::from_timestamp_micros(1_764_000_000_123_456).expect("a moment"),
            lineage: "7712048100837183085-5-16400.2".into(),
        };
        let mut columns = Columns::new(dataset);
        for number in 0..cases {
            let codes = (0..SLOTS.all.len() as u32).map(|slot| (number * 7919) >> (slot % 24)).collect();
            let case =
                CodedCase { ordinal: 3 * number + 1, id_start: u64::MAX - u64::from(number), is_in_use: true, codes };
            columns.put(&case);
        }
        columns.put(&CodedCase { ordinal: 1, id_start: 0, is_in_use: false, codes: vec![0; SLOTS.all.len()] });
        columns.rows = i64::from(cases) + 2;
        let saved = serde_json::json!({"clusters": [[[1, 2, 3, 4], [1]]], "majors": [[7, 3]]});
        let saved = serde_json::from_value(saved).expect("a cluster of the first case");
        columns.duplicates = Arc::new(Duplicates::of_saved(saved, &columns).expect("it is there"));
        columns
    }

    fn written(columns: &Columns) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(columns, &mut bytes).expect("memory takes it");
        bytes
    }

    #[test]
    fn what_was_written_is_read_again() {
        for cases in [1, 20, CHUNK_CASES as u32 + 5] {
            let columns = columns(cases);
            let bytes = written(&columns);
            let read = read(&mut bytes.as_slice()).expect("it is whole");
            assert_eq!(written(&read), bytes);
            assert_eq!(
                (&read.dataset, read.rows, read.last_ordinal),
                (&columns.dataset, columns.rows, columns.last_ordinal)
            );
            assert_eq!((read.cases(), read.bytes()), (columns.cases(), columns.bytes()));
            for ordinal in 0..3 * cases + 3 {
                assert_eq!(read.positions.get(ordinal), columns.positions.get(ordinal), "{ordinal}");
            }
        }
    }

    #[test]
    fn a_file_that_is_damaged_cut_off_or_of_another_program_is_not_used() {
        let bytes = written(&columns(20));
        for length in 0..bytes.len() {
            assert!(matches!(read(&mut &bytes[..length]), Err(Unusable::Damaged(_))), "cut off after {length}");
        }
        for place in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= 0x10;
            assert!(read(&mut damaged.as_slice()).is_err(), "damaged at {place}");
        }
        let saved = serde_json::json!({"clusters": [[[1, 2, 3, 4], [1, 21]]], "majors": []});
        let saved = serde_json::from_value(saved).expect("a cluster with a case too many");
        assert!(Duplicates::of_saved(saved, &columns(20)).is_none());
        assert!(read(&mut [bytes.as_slice(), b"x"].concat().as_slice()).is_err());
        let mut later = bytes.clone();
        later[NAME.len()] = b'2';
        assert!(matches!(read(&mut later.as_slice()), Err(Unusable::OfAnother(_))));
        let head = Head { fingerprint: "another".into(), ..Head::of(&columns(20)) };
        let mut other = format!("{NAME}{FORM}\n").into_bytes();
        write_part(&mut other, &serde_json::to_vec(&head).expect("JSON")).expect("memory takes it");
        assert!(matches!(read(&mut other.as_slice()), Err(Unusable::OfAnother(_))));
    }
}
