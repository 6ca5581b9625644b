//! How much room is left on the disk of a data directory: where PostgreSQL cannot write it ends, and says why in its log alone.

use std::path::Path;

use nix::sys::statvfs::statvfs;

/// With less than this left, what fails may fail for that: eight segments of the write-ahead log.
const LITTLE_BYTES: u64 = 128 << 20;

/// Says that little room is left, where that is so.
pub fn shortage(data_dir: &Path) -> Option<String> {
    let disk = statvfs(data_dir).ok()?;
    let left = disk.blocks_available().saturating_mul(disk.fragment_size());
    (left < LITTLE_BYTES).then(|| {
        format!(
            "the disk of {} has {} MiB left, and PostgreSQL ends where it cannot write: make room there. What was \
             acknowledged is kept, and the service goes on by itself",
            data_dir.display(),
            left >> 20
        )
    })
}
