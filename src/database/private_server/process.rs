//! One run of the private server: starting it, knowing when it is ready, ending it.

use std::fs;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant, SystemTime};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::binaries::Binaries;
use super::data_directory::DataDirectory;
use super::owner::Owner;
use super::{Cancel, Durability, PORT, START_LIMIT, StartError};

/// Time between two looks at a server that is starting or ending.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// Time before a start that found an earlier server still ending is tried again.
const TRY_AGAIN: Duration = Duration::from_millis(100);
/// How long a fast shutdown may take before it is made an immediate one.
const FAST_SHUTDOWN_LIMIT: Duration = Duration::from_millis(1500);
/// How long an immediate shutdown may take before the server is killed.
const IMMEDIATE_SHUTDOWN_LIMIT: Duration = Duration::from_millis(500);

/// Starts a watchdog and becomes the server. The watchdog waits on a pipe that the program holds:
/// a line means that all is over, an end without a line that the program died; then it asks the
/// server for a fast shutdown. It is forked before the server exists, so that no death of the
/// program leaves a server behind, and orphaned, so that the server has no child it does not know.
const LAUNCH: &str = r#"
exec 3<&0 </dev/null
( { read -r _ <&3 || kill -INT $$; } >/dev/null 2>&1 & )
exec 3<&-
exec "$@"
"#;

/// What the server prints when an earlier one on the same data has not quite ended.
const STILL_ENDING: &[&str] = &["lock file", "pre-existing shared memory block", "is being used", "already in use"];

/// A running server.
#[derive(Debug)]
pub struct ServerProcess {
    child: Child,
    watchdog: ChildStdin,
    /// When the file of an earlier server was written, if one is left.
    stale: Option<SystemTime>,
}

impl ServerProcess {
    /// Starts the server and waits until it takes connections.
    ///
    /// An earlier server that is still ending is waited for.
    pub fn start(
        directory: &DataDirectory,
        binaries: &Binaries,
        owner: &Owner,
        durability: Durability,
        cancel: &Cancel,
    ) -> Result<Self, StartError> {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            await_earlier_server(directory, deadline, cancel)?;
            let mut process = Self::spawn(directory, binaries, owner, durability)?;
            let Some(status) = process.await_ready(directory, deadline, cancel)? else { return Ok(process) };
            let output = directory.log_tail();
            let still_ending = STILL_ENDING.iter().any(|sign| output.contains(sign));
            if !still_ending || Instant::now() > deadline {
                return Err(StartError::Program { program: "postgres", status: status.to_string(), output });
            }
            std::thread::sleep(TRY_AGAIN);
        }
    }

    fn spawn(
        directory: &DataDirectory,
        binaries: &Binaries,
        owner: &Owner,
        durability: Durability,
    ) -> Result<Self, StartError> {
        let log = directory
            .new_log()
            .map_err(|error| StartError::io(format!("writing {}", directory.log_file().display()), error))?;
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", LAUNCH, "offer-cases-postgres"])
            .arg(&binaries.postgres)
            .arg("-D")
            .arg(directory.postgres_data())
            .arg("-k")
            .arg(directory.path())
            .args(settings(durability))
            .current_dir(directory.path())
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log);
        owner.run_as(&mut command);
        let stale = PidFile::written_at(&directory.pid_file());
        let mut child = command.spawn().map_err(|error| StartError::io("starting postgres", error))?;
        let watchdog = child
            .stdin
            .take()
            .ok_or_else(|| StartError::io("starting postgres", std::io::Error::other("no pipe to its watchdog")))?;
        Ok(Self { child, watchdog, stale })
    }

    /// Waits until the server takes connections (`None`) or has ended (its status).
    fn await_ready(
        &mut self,
        directory: &DataDirectory,
        deadline: Instant,
        cancel: &Cancel,
    ) -> Result<Option<ExitStatus>, StartError> {
        loop {
            cancel.check()?;
            let status = self.exit_status()?;
            if status.is_some() {
                return Ok(status);
            }
            // A stale file of an earlier server says `ready` too. The pid tells them apart, and where pids repeat, as in
            // containers, that it is not the file of before. No clock is asked, which may be set back meanwhile.
            let path = directory.pid_file();
            let is_ours = |file: &PidFile| file.pid == self.pid() && PidFile::written_at(&path) != self.stale;
            if PidFile::read(&path).is_some_and(|file| file.ready && is_ours(&file)) {
                return Ok(None);
            }
            if Instant::now() > deadline {
                self.stop();
                return Err(StartError::TooSlow(directory.log_tail()));
            }
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    fn pid(&self) -> i32 {
        self.child.id().cast_signed()
    }

    /// The status of a server that has ended.
    pub fn exit_status(&mut self) -> Result<Option<ExitStatus>, StartError> {
        self.child.try_wait().map_err(|error| StartError::io("waiting for postgres", error))
    }

    /// Ends the server: a fast shutdown, then an immediate one, then by force.
    pub fn stop(&mut self) {
        let steps = [
            (Signal::SIGINT, FAST_SHUTDOWN_LIMIT),
            (Signal::SIGQUIT, IMMEDIATE_SHUTDOWN_LIMIT),
            (Signal::SIGKILL, IMMEDIATE_SHUTDOWN_LIMIT),
        ];
        for (signal, limit) in steps {
            let _ = kill(Pid::from_raw(self.pid()), signal);
            let deadline = Instant::now() + limit;
            while Instant::now() < deadline {
                if !matches!(self.child.try_wait(), Ok(None)) {
                    self.dismiss_watchdog();
                    return;
                }
                std::thread::sleep(LOOK_AGAIN);
            }
        }
        self.dismiss_watchdog();
    }

    /// Tells the watchdog that the server has ended, so that it signals nobody.
    fn dismiss_watchdog(&mut self) {
        use std::io::Write;
        let _ = self.watchdog.write_all(b"over\n");
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        match self.child.try_wait() {
            Ok(None) => self.stop(),
            _ => self.dismiss_watchdog(),
        }
    }
}

/// The settings of the server, as arguments.
fn settings(durability: Durability) -> Vec<String> {
    let mut settings = vec![
        format!("port={PORT}"),
        "listen_addresses=".into(),
        "unix_socket_permissions=0700".into(),
        "max_connections=100".into(),
        "logging_collector=off".into(),
        "log_destination=stderr".into(),
        "log_min_messages=warning".into(),
        // A first import of a million cases writes 3 GB: within the usual 1 GB all that has changed would be written out and
        // then logged whole again, every quarter of a minute.
        "max_wal_size=4GB".into(),
    ];
    if durability == Durability::ThrowAway {
        settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"].map(String::from));
    }
    settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting]).collect()
}

/// The lines of `postmaster.pid` that matter.
#[derive(Debug, PartialEq, Eq)]
pub struct PidFile {
    /// Line 1: the server's process id.
    pub pid: i32,
    /// Line 8: whether it takes connections.
    pub ready: bool,
}

impl PidFile {
    /// `None` while the file is missing or half written.
    pub fn read(path: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(path).ok()?)
    }

    /// When it was written last; nothing where it is not there.
    fn written_at(path: &Path) -> Option<SystemTime> {
        path.metadata().and_then(|metadata| metadata.modified()).ok()
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        let ready = lines.nth(6).is_some_and(|status| status.trim() == "ready");
        Some(Self { pid, ready })
    }
}

/// Waits until a server that a killed program has left on this data has ended, after asking it to.
fn await_earlier_server(directory: &DataDirectory, deadline: Instant, cancel: &Cancel) -> Result<(), StartError> {
    let mut asked = false;
    while let Some(earlier) = PidFile::read(&directory.pid_file()) {
        if !works_in(earlier.pid, &directory.postgres_data()) {
            return Ok(());
        }
        cancel.check()?;
        if !asked {
            log::info!("waiting for the PostgreSQL server of an earlier run (process {}) to end", earlier.pid);
            let _ = kill(Pid::from_raw(earlier.pid), Signal::SIGINT);
            asked = true;
        }
        if Instant::now() > deadline {
            return Err(StartError::TooSlow(directory.log_tail()));
        }
        std::thread::sleep(LOOK_AGAIN);
    }
    Ok(())
}

/// Whether the process is alive and works in this directory, as a PostgreSQL server does in its
/// data directory; a number may have been given to another process since.
fn works_in(pid: i32, directory: &Path) -> bool {
    let current = fs::read_link(format!("/proc/{pid}/cwd"));
    match (current, directory.canonicalize()) {
        (Ok(current), Ok(directory)) => current == directory,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pid_file_is_ready_only_with_its_eighth_line() {
        let whole = "4711\n/data\n1700000000\n5432\n/socket\n\n  123 456\nready   \n";
        assert_eq!(PidFile::parse(whole), Some(PidFile { pid: 4711, ready: true }));
        let starting = whole.replace("ready   ", "starting");
        assert_eq!(PidFile::parse(&starting), Some(PidFile { pid: 4711, ready: false }));
        let half_written = "4711\n/data\n";
        assert_eq!(PidFile::parse(half_written), Some(PidFile { pid: 4711, ready: false }));
        assert_eq!(PidFile::parse(""), None);
    }
}
