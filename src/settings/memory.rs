//! How much memory there is to use: that of the machine, or less where a control group limits it, as in a container.

use std::fs;
use std::path::Path;

/// Bytes of memory that the program and what runs beside it in its container may use; `None` where the system does not say.
pub fn available_bytes() -> Option<u64> {
    available_below(Path::new("/"))
}

/// The same of the system whose files stand below a folder.
fn available_below(root: &Path) -> Option<u64> {
    let of_machine = fs::read_to_string(root.join("proc/meminfo")).ok().and_then(|text| total(&text));
    let groups = fs::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
    of_machine.into_iter().chain(groups.lines().filter_map(|line| limit_of_group(root, line))).min()
}

/// The total of `/proc/meminfo`.
fn total(text: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = rest.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib << 10)
}

/// The least limit of a control group and those above it, by a line of `/proc/self/cgroup`: `0::PATH` of version 2, or
/// `N:memory:PATH` of version 1. Within a container the path may be that of the host, and the limit stands at the top.
fn limit_of_group(root: &Path, line: &str) -> Option<u64> {
    let mut parts = line.splitn(3, ':').skip(1);
    let (controllers, path) = (parts.next()?, parts.next()?);
    let (mount, file) = match controllers {
        "" => ("sys/fs/cgroup", "memory.max"),
        _ if controllers.split(',').any(|controller| controller == "memory") => {
            ("sys/fs/cgroup/memory", "memory.limit_in_bytes")
        }
        _ => return None,
    };
    let path = Path::new(path.trim_start_matches('/'));
    // `max` is none, and the greatest number of version 1 is more than any machine has.
    let limit = |group: &Path| fs::read_to_string(root.join(mount).join(group).join(file)).ok()?.trim().parse().ok();
    path.ancestors().filter_map(limit).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A system with such files.
    fn available(files: &[(&str, &str)]) -> Option<u64> {
        let root = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        available_below(root.path())
    }

    const MACHINE: (&str, &str) = ("proc/meminfo", "MemTotal:       16384 kB\nMemFree:  1 kB\n");

    #[test]
    fn memory_is_that_of_the_machine_or_the_least_that_a_control_group_allows() {
        let second = ("proc/self/cgroup", "0::/system.slice/offer-cases.service\n");
        let first = ("proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/docker/abc\n0::/\n");
        let max = |path: &'static str, text: &'static str| (path, text);
        for (files, expected) in [
            (vec![MACHINE], Some(16 << 20)),
            (vec![MACHINE, second], Some(16 << 20)),
            (vec![MACHINE, second, max("sys/fs/cgroup/system.slice/memory.max", "max\n")], Some(16 << 20)),
            (vec![MACHINE, second, max("sys/fs/cgroup/system.slice/memory.max", "4194304\n")], Some(4 << 20)),
            // A container that sees its own group at the top.
            (vec![MACHINE, second, max("sys/fs/cgroup/memory.max", "8388608\n")], Some(8 << 20)),
            (vec![MACHINE, first, max("sys/fs/cgroup/memory/memory.limit_in_bytes", "2097152\n")], Some(2 << 20)),
            (
                vec![
                    MACHINE,
                    first,
                    max("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "1048576\n"),
                    max("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"),
                ],
                Some(1 << 20),
            ),
            (vec![("proc/meminfo", "nothing known")], None),
            (vec![], None),
        ] {
            assert_eq!(available(&files), expected, "{files:?}");
        }
    }
}
