//! The program itself, as a process.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::directories::directory_of_run;

/// How long anything may take before the test fails.
const LIMIT: Duration = Duration::from_secs(300);
/// How long it may print nothing before it is looked at again.
const BETWEEN_LOOKS: Duration = Duration::from_millis(1);

/// A running program, killed at the end if it still runs.
pub struct Program {
    child: Child,
    lines: Receiver<String>,
    /// What it has printed so far.
    pub printed: Vec<String>,
}

/// A port on which nothing listens.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Program {
    /// A command of the program, with no setting from outside, and none of its limits on what an address may ask: tests ask
    /// again and again until something is so.
    pub fn command(arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_offer-cases"));
        command.args(arguments);
        for variable in ["DATABASE_URL", "RUST_LOG", "OFFER_CASES_DATA_DIR", "OFFER_CASES_LISTEN"] {
            command.env_remove(variable);
        }
        command.env("OFFER_CASES_REQUESTS_PER_SECOND", "0");
        command
    }

    /// Starts a command that goes on running.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = child.stderr.take().unwrap();
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines, printed: Vec::new() }
    }

    /// Serves on a data directory.
    pub fn serve(data_dir: &Path, port: u16) -> Self {
        let listen = format!("127.0.0.1:{port}");
        let mut command = Self::command(&["--listen", &listen, "--data-dir"]);
        Self::start(command.arg(data_dir))
    }

    /// Runs a command to its end.
    pub fn run(arguments: &[&str]) -> Output {
        Self::command(arguments).stdin(Stdio::null()).output().unwrap()
    }

    /// Waits until it prints a line with this text; false when it ends before.
    pub fn prints(&mut self, text: &str) -> bool {
        self.run_until(|printed| printed.iter().any(|line| line.contains(text)))
    }

    /// Waits until it is ready to answer.
    #[track_caller]
    pub fn await_ready(&mut self) {
        assert!(self.prints("ready: http://"), "it ended: {:#?}", self.printed);
    }

    /// Lets it run until something is so, which is told what it has printed; false when it ends before.
    pub fn run_until(&mut self, is_so: impl Fn(&[String]) -> bool) -> bool {
        let deadline = Instant::now() + LIMIT;
        while !is_so(&self.printed) {
            assert!(Instant::now() < deadline, "what is waited for never came: {:#?}", self.printed);
            match self.lines.recv_timeout(BETWEEN_LOOKS) {
                Ok(line) => self.printed.push(line),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
        true
    }

    /// Whether it has not ended yet.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Its process id.
    pub fn pid(&self) -> i32 {
        self.child.id().cast_signed()
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.pid()), signal).unwrap();
    }

    /// Kills it as the kernel does when memory runs out, and waits for its end.
    pub fn kill(&mut self) {
        self.signal(Signal::SIGKILL);
        self.child.wait().unwrap();
    }

    /// Waits for its end.
    pub fn await_end(&mut self) -> ExitStatus {
        let deadline = Instant::now() + LIMIT;
        // Its last lines come before the end of its output.
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => self.printed.push(line),
                Err(RecvTimeoutError::Disconnected) => return self.child.wait().unwrap(),
                Err(RecvTimeoutError::Timeout) => panic!("it never ended: {:#?}", self.printed),
            }
        }
    }

    /// Kills the PostgreSQL that works in a data directory, with no moment to end in.
    pub fn kill_postgres(data_dir: &Path) {
        for process in Self::postgres_processes(data_dir) {
            let pid: i32 = process.file_name().unwrap().to_str().unwrap().parse().unwrap();
            // One that has ended meanwhile is no loss.
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
    }

    /// Lets the PostgreSQL of a data directory recover soon: before it reads its log it has the system write all files,
    /// one by one, which takes seconds; told so, it asks for it once. Commits are as durable as ever.
    pub fn let_recover_soon(data_dir: &Path) {
        let settings = data_dir.join("postgres/postgresql.auto.conf");
        let mut settings = std::fs::OpenOptions::new().append(true).open(settings).unwrap();
        std::io::Write::write_all(&mut settings, b"recovery_init_sync_method = syncfs\n").unwrap();
    }

    /// Processes of PostgreSQL that work in a data directory.
    pub fn postgres_processes(data_dir: &Path) -> Vec<PathBuf> {
        let directory = data_dir.join("postgres");
        let processes = std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
        processes.filter(|process| std::fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd == directory)).collect()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// A data directory below this one, as a first start with the seed has left it, for tests of what comes later. It is made
/// once, of which each start would take two seconds of a processor; all have the same history.
pub fn made_before(scratch: &tempfile::TempDir) -> PathBuf {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let directory = directory_of_run().join("made");
        let mut program = Program::serve(&directory, free_port());
        program.await_ready();
        program.signal(Signal::SIGTERM);
        assert!(program.await_end().success(), "{:#?}", program.printed);
        directory
    });
    let data_dir = scratch.path().join("data");
    assert!(Command::new("cp").arg("-a").arg(made).arg(&data_dir).status().unwrap().success());
    data_dir
}
