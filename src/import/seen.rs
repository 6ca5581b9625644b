//! Remembers which hashes were seen, of any number of rows in bounded memory: beyond some of them the rest is on disk.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

/// Hashes that are kept in memory, 17 bytes each: as many as fill a hash table of 2^21 places before it grows.
const MAX_IN_MEMORY: usize = (1 << 21) / 8 * 7;
/// Leading bits of a hash that tell where in a run it stands.
const INDEX_BITS: u32 = 16;
/// Bytes of a hash.
const HASH_BYTES: usize = 16;

/// Hashes that were seen.
#[derive(Debug)]
pub struct SeenHashes {
    recent: HashSet<u128>,
    max_in_memory: usize,
    runs: Vec<Run>,
    count: usize,
    /// Whether the disk refused a run; then memory grows.
    is_disk_refused: bool,
}

impl Default for SeenHashes {
    fn default() -> Self {
        Self {
            recent: HashSet::new(),
            max_in_memory: MAX_IN_MEMORY,
            runs: Vec::new(),
            count: 0,
            is_disk_refused: false,
        }
    }
}

impl SeenHashes {
    /// Remembers a hash, whose bits must be as good as random; whether it was not seen before.
    pub fn insert(&mut self, hash: u128) -> bool {
        if self.recent.contains(&hash) || self.runs.iter_mut().any(|run| run.has(hash)) {
            return false;
        }
        if self.recent.len() >= self.max_in_memory && !self.is_disk_refused {
            self.spill();
        }
        self.count += 1;
        self.recent.insert(hash)
    }

    /// How many different hashes were seen.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether none was seen.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Moves what is in memory to the disk.
    fn spill(&mut self) {
        let mut hashes: Vec<u128> = self.recent.iter().copied().collect();
        hashes.sort_unstable();
        match Run::write(&hashes) {
            Ok(run) => {
                self.runs.push(run);
                self.recent.clear();
            }
            Err(error) => {
                log::warn!("a temporary file cannot be written, so that memory grows with the rows: {error}");
                self.is_disk_refused = true;
            }
        }
    }
}

/// Sorted hashes in a temporary file.
#[derive(Debug)]
struct Run {
    file: File,
    /// For each value of the leading bits the place of the first hash that has it or a greater one; one more for the end.
    starts: Vec<u32>,
    buffer: Vec<u8>,
}

impl Run {
    fn write(hashes: &[u128]) -> io::Result<Self> {
        let mut file = BufWriter::new(tempfile::tempfile()?);
        for hash in hashes {
            file.write_all(&hash.to_le_bytes())?;
        }
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let values = 0..=(1_u128 << INDEX_BITS);
        let start = |value: u128| hashes.partition_point(|hash| hash >> (u128::BITS - INDEX_BITS) < value);
        let starts = values.map(|value| u32::try_from(start(value)).unwrap_or(u32::MAX)).collect();
        Ok(Self { file, starts, buffer: Vec::new() })
    }

    /// Whether a hash is among them. Where the file cannot be read any more it is taken for none, which is logged: a double
    /// is then not told.
    fn has(&mut self, hash: u128) -> bool {
        let read = self.read_around(hash);
        let found = read.map(|bytes| bytes.chunks_exact(HASH_BYTES).any(|stored| stored == hash.to_le_bytes()));
        found.unwrap_or_else(|error| {
            log::error!("a temporary file cannot be read: {error}");
            false
        })
    }

    /// The hashes with the same leading bits.
    fn read_around(&mut self, hash: u128) -> io::Result<&[u8]> {
        let value = usize::try_from(hash >> (u128::BITS - INDEX_BITS)).unwrap_or(usize::MAX);
        let [start, end] = [self.starts[value] as usize, self.starts[value + 1] as usize];
        self.buffer.resize((end - start) * HASH_BYTES, 0);
        self.file.seek(SeekFrom::Start((start * HASH_BYTES) as u64))?;
        self.file.read_exact(&mut self.buffer)?;
        Ok(&self.buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};

    #[test]
    fn what_was_seen_is_known_again_from_memory_and_from_disk() {
        let mut chance = rand::rngs::StdRng::seed_from_u64(7);
        let mut seen = SeenHashes { max_in_memory: 1000, ..SeenHashes::default() };
        let mut known = HashSet::new();
        let mut told: Vec<u128> = vec![0, u128::MAX, 1, u128::MAX - 1];
        told.extend((0..20_000).map(|_| chance.random::<u128>()));
        for place in 0..told.len() {
            let again = told[chance.random_range(0..=place)];
            for hash in [told[place], again] {
                assert_eq!(seen.insert(hash), known.insert(hash), "{hash}");
            }
        }
        assert!(seen.runs.len() > 15 && seen.recent.len() <= 1000 && seen.len() == known.len() && !seen.is_empty());
    }
}
