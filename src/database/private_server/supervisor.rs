//! Keeps the private server running: starts it, starts it again when it dies, ends it at the end.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::binaries::{self, Binaries};
use super::data_directory::{DataDirectory, Ownership};
use super::owner::Owner;
use super::process::ServerProcess;
use super::{Cancel, DATABASE, Durability, Options, PORT, ROLE, StartError, room};

/// Time between two looks whether the server still runs.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// Pause before a server that died at once is started again.
const RESTART_PAUSE: Duration = Duration::from_secs(1);

/// A private server that runs until this value is dropped or [stopped](PrivateServer::stop).
#[derive(Debug)]
pub struct PrivateServer {
    directory: DataDirectory,
    cancel: Cancel,
    stop: Option<mpsc::Sender<()>>,
    supervisor: Option<JoinHandle<()>>,
}

/// How to reach a private server.
#[derive(Debug)]
pub enum Reached {
    /// Started here; it ends with this value.
    Started(PrivateServer),
    /// Another instance of the program runs it.
    RunBy(DataDirectory),
}

impl PrivateServer {
    /// Starts a server on the data directory, which it makes where it is missing. Blocks until the
    /// server takes connections.
    ///
    /// # Errors
    /// [`StartError::InUse`] when another instance has the directory, and whatever else keeps
    /// PostgreSQL from running.
    pub fn start(options: &Options) -> Result<Self, StartError> {
        match Self::reach(options)? {
            Reached::Started(server) => Ok(server),
            Reached::RunBy(directory) => Err(StartError::InUse(directory.path().to_path_buf())),
        }
    }

    /// Starts a server, or finds the one that another instance runs on the directory.
    pub fn reach(options: &Options) -> Result<Reached, StartError> {
        let owner = Owner::choose(&options.data_dir)?;
        let directory = DataDirectory::open(&options.data_dir, &owner)?;
        let Some(ownership) = directory.lock()? else { return Ok(Reached::RunBy(directory)) };
        let binaries = binaries::find(options.bin_dir.as_deref(), directory.major_version())?;
        directory.end_replacement()?;
        directory.remove_half_made();
        if !directory.postgres_data().is_dir() {
            log::info!("making a new PostgreSQL data directory in {}", directory.path().display());
            directory.initialise(&binaries, &owner, &options.cancel)?;
        }
        let (durability, cancel) = (options.durability, options.cancel.clone());
        let supervised = Supervised { directory, binaries, owner, durability, cancel };
        let process = supervised.run()?;
        // From here on it is ended by its own handle, and the options may serve for another start.
        let supervised = Supervised { cancel: Cancel::default(), ..supervised };
        Ok(Reached::Started(supervised.supervise(process, ownership)))
    }

    /// The directory that the server runs on.
    pub fn directory(&self) -> &DataDirectory {
        &self.directory
    }

    /// Ends the server; blocks until it has ended, about 3 s at most.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.cancel.cancel();
        drop(self.stop.take());
        if let Some(supervisor) = self.supervisor.take() {
            let _ = supervisor.join();
        }
    }
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        self.end();
    }
}

impl DataDirectory {
    /// How clients reach the server of this directory.
    pub fn connection(&self) -> tokio_postgres::Config {
        let mut config = tokio_postgres::Config::new();
        config.host_path(self.path()).port(PORT).user(ROLE).dbname(DATABASE);
        config
    }
}

/// What the supervisor needs to start the server again.
struct Supervised {
    directory: DataDirectory,
    binaries: Binaries,
    owner: Owner,
    durability: Durability,
    cancel: Cancel,
}

impl Supervised {
    fn run(&self) -> Result<ServerProcess, StartError> {
        ServerProcess::start(&self.directory, &self.binaries, &self.owner, self.durability, &self.cancel)
    }

    fn supervise(self, process: ServerProcess, ownership: Ownership) -> PrivateServer {
        let (stop, stopped) = mpsc::channel::<()>();
        let (directory, cancel) = (self.directory.clone(), self.cancel.clone());
        let supervisor = std::thread::spawn(move || {
            let _ownership = ownership;
            self.watch(process, &stopped);
        });
        PrivateServer { directory, cancel, stop: Some(stop), supervisor: Some(supervisor) }
    }

    /// Returns when told to stop, with the server ended.
    fn watch(&self, process: ServerProcess, stopped: &mpsc::Receiver<()>) {
        let mut running = Some(process);
        loop {
            let pause = if running.is_some() { LOOK_AGAIN } else { RESTART_PAUSE };
            if !matches!(stopped.recv_timeout(pause), Err(RecvTimeoutError::Timeout)) {
                return;
            }
            match &mut running {
                Some(process) => {
                    if let Ok(Some(status)) = process.exit_status() {
                        let said = self.directory.log_tail();
                        log::error!(
                            "the private PostgreSQL server ended by itself ({status}); starting it again: {said}"
                        );
                        self.tell_shortage();
                        running = None;
                        self.restart(&mut running);
                    }
                }
                None => self.restart(&mut running),
            }
        }
    }

    fn restart(&self, running: &mut Option<ServerProcess>) {
        match self.run() {
            Ok(process) => {
                log::info!("the private PostgreSQL server runs again");
                *running = Some(process);
            }
            Err(error) => {
                log::error!("the private PostgreSQL server could not be started again: {error}");
                self.tell_shortage();
            }
        }
    }

    /// Says why it ended, where that is likely.
    fn tell_shortage(&self) {
        if let Some(shortage) = room::shortage(self.directory.path()) {
            log::error!("{shortage}");
        }
    }
}
