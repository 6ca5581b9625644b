//! One host of a database: connecting to it, and whether it answers still.

use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex as BlockingMutex, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_postgres::config::{Host as HostName, SslMode, TargetSessionAttrs};
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Connection, Error, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::tls::Encryption;
use super::{DatabaseError, describe};

/// How long one host may take for all of connecting: reaching it, the handshake, saying whether it takes writes.
const HOST_LIMIT: Duration = Duration::from_secs(2);
/// How long what is asked of a host may take before it is looked whether the host answers at all.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long the host may take to answer then.
const ANSWER_LIMIT: Duration = Duration::from_millis(1500);
/// How long a host that gave no answer is asked after all others.
const SILENT_FOR: Duration = Duration::from_secs(30);

/// An encrypted stream, or a plain one.
type Stream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// One host of a database.
pub struct Host {
    config: Config,
    attempts: &'static [SslMode],
    tls: MakeRustlsConnect,
    /// When it was looked last whether it answers, and whether it did. Who looks holds it.
    looked: Mutex<Option<(Instant, bool)>>,
    silent_since: BlockingMutex<Option<Instant>>,
    /// Goes up each time when it gave no answer: connections that were made before are dead.
    silences: AtomicU64,
}

impl fmt::Display for Host {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        match self.config.get_hosts().first() {
            Some(HostName::Tcp(name)) => write!(formatter, "{name}:{port}"),
            Some(HostName::Unix(path)) => write!(formatter, "{}:{port}", path.display()),
            None => write!(formatter, "{:?}:{port}", self.config.get_hostaddrs()),
        }
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

/// A connection that was made.
pub(super) struct Connected {
    pub(super) client: Client,
    pub(super) connection: Connection<Socket, Stream>,
    pub(super) to: ConnectedTo,
}

/// What a connection is to.
#[derive(Debug, Clone)]
pub struct ConnectedTo {
    /// The host.
    host: Arc<Host>,
    /// How often it had been silent when the connection was made.
    silences: u64,
}

impl ConnectedTo {
    /// Whether the host was found silent since: nothing is to be hoped of the connection.
    pub(crate) fn is_given_up(&self) -> bool {
        self.host.silences.load(Ordering::Relaxed) != self.silences
    }

    /// Another connection to the same host.
    pub(super) async fn connect_again(&self) -> Result<Connected, DatabaseError> {
        self.host.connect().await.map_err(DatabaseError::Away)
    }

    /// Waits for what is done on the connection, for as long as the host answers others.
    ///
    /// # Errors
    /// [`DatabaseError::Away`] where it does not.
    pub(crate) async fn while_it_answers<T>(&self, work: impl Future<Output = T>) -> Result<T, DatabaseError> {
        if self.is_given_up() {
            return Err(self.host.gives_no_answer());
        }
        while_it_answers(|| Arc::clone(&self.host), 1, work).await
    }

    /// The same for what must end at a deadline, which is `limit` after its beginning.
    ///
    /// # Errors
    /// [`DatabaseError::Away`] where the host does not answer; [`DatabaseError::TimedOut`] where it does, and takes too long.
    pub(super) async fn within<T>(
        &self,
        (deadline, limit): (Instant, Duration),
        work: impl Future<Output = T>,
    ) -> Result<T, DatabaseError> {
        match self.while_it_answers(timeout_at(deadline, work)).await? {
            Ok(done) => Ok(done),
            Err(_) if Box::pin(self.host.answers()).await => Err(DatabaseError::TimedOut(limit)),
            Err(_) => Err(self.host.gives_no_answer()),
        }
    }
}

impl Host {
    /// That at a place among the hosts of a configuration.
    pub(super) fn new(config: &Config, place: usize, encryption: &Encryption) -> Self {
        let mut one = of_one_host(config, place);
        let is_socket = matches!(one.get_hosts().first(), Some(HostName::Unix(_)));
        let attempts = if is_socket { &[SslMode::Disable] } else { encryption.mode.attempts() };
        one.connect_timeout(HOST_LIMIT).application_name("offer-cases");
        Self {
            config: one,
            attempts,
            tls: encryption.tls.clone(),
            looked: Mutex::default(),
            silent_since: BlockingMutex::default(),
            silences: AtomicU64::new(0),
        }
    }

    /// A connection.
    ///
    /// # Errors
    /// What it or the system said.
    pub(super) async fn connect(self: &Arc<Self>) -> Result<Connected, String> {
        let silences = self.silences.load(Ordering::Relaxed);
        let connecting = timeout(HOST_LIMIT, Box::pin(self.connect_in_some_way(&self.config))).await;
        let Ok(connected) = connecting else {
            // Only that it is asked later than others: what it has been asked already may yet be answered.
            self.is_silent_now(true);
            return Err(format!("no answer within {} s", HOST_LIMIT.as_secs()));
        };
        let (client, connection) = connected.map_err(|error| describe(&error))?;
        self.is_silent_now(false);
        Ok(Connected { client, connection, to: ConnectedTo { host: Arc::clone(self), silences } })
    }

    async fn connect_in_some_way(&self, config: &Config) -> Result<(Client, Connection<Socket, Stream>), Error> {
        let mut attempts = self.attempts.iter().copied().peekable();
        loop {
            let mut config = config.clone();
            config.ssl_mode(attempts.next().unwrap_or(SslMode::Prefer));
            match config.connect(self.tls.clone()).await {
                Err(error) if attempts.peek().is_some() && may_differ_with_encryption(&error) => {}
                connected => return connected,
            }
        }
    }

    /// Whether it answers, whatever it says. Looked at once for all who want to know.
    async fn answers(&self) -> bool {
        let mut looked = self.looked.lock().await;
        if let Some((_, answers)) = looked.filter(|(at, _)| at.elapsed() < PATIENCE) {
            return answers;
        }
        // One that takes no writes answers, too.
        let mut config = self.config.clone();
        config.target_session_attrs(TargetSessionAttrs::Any);
        let answers = match timeout(ANSWER_LIMIT, Box::pin(self.connect_in_some_way(&config))).await {
            Ok(Ok(_)) => true,
            Ok(Err(error)) => error.as_db_error().is_some() || error.is_closed(),
            Err(_) => false,
        };
        *looked = Some((Instant::now(), answers));
        self.is_silent_now(!answers);
        if !answers {
            log::warn!("the database at {self} gives no answer");
            self.silences.fetch_add(1, Ordering::Relaxed);
        }
        answers
    }

    /// Whether it gave no answer of late.
    pub(super) fn is_silent(&self) -> bool {
        let since = *self.silent_since.lock().unwrap_or_else(PoisonError::into_inner);
        since.is_some_and(|since| since.elapsed() < SILENT_FOR)
    }

    fn is_silent_now(&self, is_silent: bool) {
        let since = is_silent.then(Instant::now);
        *self.silent_since.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }

    fn gives_no_answer(&self) -> DatabaseError {
        DatabaseError::Away(format!("{self} gives no answer"))
    }
}

/// Waits for some work, until a host has given no answer so many times one after the other.
pub(super) async fn while_it_answers<T>(
    host: impl Fn() -> Arc<Host>,
    most_silences: u32,
    work: impl Future<Output = T>,
) -> Result<T, DatabaseError> {
    // Apart, since what is asked may be large and is waited for within much else.
    let mut work = Box::pin(work);
    let mut silences = 0;
    loop {
        tokio::select! {
            biased;
            done = &mut work => return Ok(done),
            () = tokio::time::sleep(PATIENCE) => {}
        }
        let host = host();
        tokio::select! {
            biased;
            done = &mut work => return Ok(done),
            answers = Box::pin(host.answers()) => {
                silences = if answers { 0 } else { silences + 1 };
                if silences == most_silences {
                    return Err(host.gives_no_answer());
                }
            }
        }
    }
}

/// Whether another way to connect may succeed where this error was: the handshake failed, or the server lets nobody in so.
fn may_differ_with_encryption(error: &Error) -> bool {
    error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION) || error.to_string().contains("TLS")
}

/// A configuration with one of its hosts.
fn of_one_host(config: &Config, place: usize) -> Config {
    let mut one = Config::new();
    let address: Option<&IpAddr> = config.get_hostaddrs().get(place);
    match config.get_hosts().get(place) {
        Some(HostName::Tcp(name)) => one.host(name),
        Some(HostName::Unix(path)) => one.host_path(path),
        // Its name is what it is reached by.
        None => one.host(address.map(ToString::to_string).unwrap_or_default()),
    };
    address.map(|address| one.hostaddr(*address));
    let ports = config.get_ports();
    ports.get(place).or(ports.first()).map(|port| one.port(*port));
    config.get_user().map(|user| one.user(user));
    config.get_password().map(|password| one.password(password));
    config.get_dbname().map(|name| one.dbname(name));
    config.get_options().map(|options| one.options(options));
    config.get_tcp_user_timeout().map(|limit| one.tcp_user_timeout(*limit));
    config.get_keepalives_interval().map(|interval| one.keepalives_interval(interval));
    config.get_keepalives_retries().map(|retries| one.keepalives_retries(retries));
    one.keepalives(config.get_keepalives())
        .keepalives_idle(config.get_keepalives_idle())
        .ssl_negotiation(config.get_ssl_negotiation())
        .channel_binding(config.get_channel_binding())
        .target_session_attrs(config.get_target_session_attrs());
    one
}
