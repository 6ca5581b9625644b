//! Where tests keep files: one directory for the whole run, in memory where there is room, which goes when the run ends.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// What the name of the directory of a run starts with; the process id follows.
const PREFIX: &str = "offer-cases-tests-";
/// What must be free, in memory and below [`MEMORY`], for files to stand there.
const ROOM_KIB: u64 = 6 << 20;
/// A file system in memory. Each database of a test is 500 new files, and on a disk a fourth of the time goes to making and
/// removing them.
const MEMORY: &str = "/dev/shm";

/// Ends with the run, by the end of its input: waits for the servers that end with it, and removes the directory.
const REMOVE: &str = r#"
read -r _
tries=0
while [ "$tries" -lt 100 ] && ls "$0"/*/postgres/postmaster.pid "$0"/*/*/postgres/postmaster.pid >/dev/null 2>&1; do
    tries=$((tries + 1))
    sleep 0.1
done
rm -rf "$0"
"#;

static OF_RUN: LazyLock<PathBuf> = LazyLock::new(|| {
    let parent = parent();
    remove_left_behind(&parent);
    let directory = parent.join(format!("{PREFIX}{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let_enter(&directory);
    let mut remove = Command::new("sh");
    remove.args(["-c", REMOVE]).arg(&directory).current_dir("/").stdin(Stdio::piped());
    // Its input is open for as long as this process lives.
    std::mem::forget(remove.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    directory
});

/// The directory of this run.
pub fn directory_of_run() -> &'static Path {
    &OF_RUN
}

/// A directory of one test, removed at its end. Short, since a socket's path is limited.
pub fn scratch_dir() -> tempfile::TempDir {
    let directory = tempfile::Builder::new().prefix("oc-").tempdir_in(directory_of_run()).unwrap();
    let_enter(directory.path());
    directory
}

/// PostgreSQL runs as another user where the tests run as root.
fn let_enter(directory: &Path) {
    let mode = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o755);
    std::fs::set_permissions(directory, mode).unwrap();
}

/// Where `TMPDIR` says, in memory where there is room, else where temporary files stand.
fn parent() -> PathBuf {
    let is_chosen = std::env::var_os("TMPDIR").is_some();
    if !is_chosen && has_room().unwrap_or(false) { MEMORY.into() } else { std::env::temp_dir() }
}

/// Whether files, and programs to run, can stand in memory.
fn has_room() -> Option<bool> {
    let mounts = std::fs::read_to_string("/proc/mounts").ok()?;
    let options =
        mounts.lines().rev().find_map(|line| line.split_once(&format!(" {MEMORY} tmpfs "))).map(|(_, it)| it)?;
    if options.split([',', ' ']).any(|option| option == "noexec") {
        return Some(false);
    }
    let number = |text: &str| text.split_whitespace().find_map(|word| word.parse::<u64>().ok());
    let memory = std::fs::read_to_string("/proc/meminfo").ok()?;
    let available = number(memory.lines().find(|line| line.starts_with("MemAvailable:"))?)?;
    let df = Command::new("df").args(["-k", "--output=avail", MEMORY]).output().ok()?;
    let free = number(&String::from_utf8_lossy(&df.stdout))?;
    Some(available.min(free) >= ROOM_KIB)
}

/// Removes the directories of runs that were killed.
fn remove_left_behind(parent: &Path) {
    for entry in std::fs::read_dir(parent).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(pid) = name.strip_prefix(PREFIX) else { continue };
        if !Path::new("/proc").join(pid).exists() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
