//! Running a program of PostgreSQL to its end.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::BackupError;

/// Pause between two looks whether it has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// Bytes of what it said that an error quotes at most.
const MOST_SAID: usize = 4000;

/// A program that runs; told to end where nobody waits for it any more.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            // It ends those that work for it, too.
            let _ = kill(Pid::from_raw(self.0.id().cast_signed()), Signal::SIGTERM);
            let _ = self.0.wait();
        }
    }
}

/// A program of PostgreSQL, with no setting from outside.
pub fn program(path: &Path) -> Command {
    let mut command = Command::new(path);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C").stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// How libpq reaches a private server.
pub fn connection_string(config: &Config) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    let host = match config.get_hosts().first() {
        Some(Host::Unix(path)) => path.display().to_string(),
        Some(Host::Tcp(name)) => name.clone(),
        None => String::new(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let (user, name) = (config.get_user().unwrap_or_default(), config.get_dbname().unwrap_or_default());
    format!("host={} port={port} user={} dbname={}", quoted(&host), quoted(user), quoted(name))
}

/// Runs it to its end.
///
/// # Errors
/// Where it cannot be run, or fails: with what it said.
pub async fn run(name: &'static str, mut command: Command) -> Result<(), BackupError> {
    let failed = |error: std::io::Error| BackupError::io(format!("running {name}"), error);
    let mut said = tempfile::tempfile().map_err(failed)?;
    command.stderr(said.try_clone().map_err(failed)?);
    let mut running = Running(command.spawn().map_err(failed)?);
    loop {
        match running.0.try_wait().map_err(failed)? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => {
                let said = all_of(&mut said).map_err(failed)?;
                return Err(BackupError::Program { name, status: status.to_string(), said });
            }
            None => tokio::time::sleep(LOOK_AGAIN).await,
        }
    }
}

/// What was said last.
fn all_of(file: &mut File) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(MOST_SAID)..]).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_path_has_is_quoted_for_libpq() {
        let mut config = Config::new();
        config.host_path("/srv/it's here").port(5432).user("me").dbname("cases");
        assert_eq!(connection_string(&config), r"host='/srv/it\'s here' port=5432 user='me' dbname='cases'");
    }
}
