//! Where a database is: one host or several, of which that is connected to which serves first.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio_postgres::config::{LoadBalanceHosts, SslMode};
use tokio_postgres::{CancelToken, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::DatabaseError;
use super::host::{Connected, Host};
use super::tls::{Encryption, Parameters};
use super::url::with_limits;

/// How long a host may be silent before the next one is asked beside it.
const SILENCE: Duration = Duration::from_millis(250);
/// How long after a refusal a host is asked again, while another one is silent.
const AGAIN: Duration = Duration::from_millis(400);

/// How often one after the other a host may give no answer until long work on it is given up.
const SILENCES_OF_LONG_WORK: u32 = 3;

/// The hosts of a database; all copies are one.
#[derive(Clone)]
pub struct Address(Arc<Hosts>);

struct Hosts {
    hosts: Vec<Arc<Host>>,
    /// The host that served last, which is asked first.
    served_last: AtomicUsize,
    in_any_order: bool,
    tls: MakeRustlsConnect,
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(&self.0.hosts).finish()
    }
}

impl From<Config> for Address {
    /// That of a program's own making, encrypted where the server does so.
    fn from(config: Config) -> Self {
        let mode = match config.get_ssl_mode() {
            SslMode::Disable => "disable",
            SslMode::Require => "require",
            _ => "prefer",
        };
        let encryption = Encryption::new(&Parameters { mode: Some(mode.to_owned()), ..Parameters::default() });
        let encryption =
            encryption.unwrap_or_else(|error| unreachable!("what libpq does by itself can be done: {error}"));
        Self::new(&with_limits(config), &encryption)
    }
}

impl Address {
    /// The hosts of a configuration, each of which is asked by itself.
    pub(super) fn new(config: &Config, encryption: &Encryption) -> Self {
        let number = config.get_hosts().len().max(config.get_hostaddrs().len());
        let hosts = (0..number).map(|place| Arc::new(Host::new(config, place, encryption))).collect();
        let in_any_order = config.get_load_balance_hosts() == LoadBalanceHosts::Random;
        let tls = encryption.tls.clone();
        Self(Arc::new(Hosts { hosts, served_last: AtomicUsize::new(0), in_any_order, tls }))
    }

    /// The same hosts, asked in an order by chance.
    #[must_use]
    pub fn in_any_order(self) -> Self {
        let Hosts { hosts, tls, .. } = &*self.0;
        let (hosts, tls) = (hosts.clone(), tls.clone());
        Self(Arc::new(Hosts { hosts, served_last: AtomicUsize::new(0), in_any_order: true, tls }))
    }

    /// A connection to the host that serves first. While one is silent, those that have refused are asked again: it may be
    /// that the silent one has led, and that another one takes its place.
    ///
    /// # Errors
    /// Where none does: what each has said.
    pub(super) async fn connect(&self) -> Result<Connected, DatabaseError> {
        let mut waiting = self.order().into_iter();
        let mut undecided = waiting.len();
        let mut asked = FuturesUnordered::new();
        let (mut reasons, mut refused) = (Vec::new(), Vec::new());
        let ask = async |place: usize, is_first| (place, is_first, self.0.hosts[place].connect().await);
        while undecided > 0 {
            if let Some(place) = waiting.next() {
                asked.push(ask(place, true));
            }
            let pause = if waiting.len() > 0 { SILENCE } else { AGAIN };
            let outcome = tokio::select! {
                Some(outcome) = asked.next() => outcome,
                () = tokio::time::sleep(pause) => {
                    if waiting.len() == 0 {
                        asked.extend(refused.drain(..).map(|place| ask(place, false)));
                    }
                    continue;
                }
            };
            match outcome {
                (place, _, Ok(connected)) => {
                    self.0.served_last.store(place, Ordering::Relaxed);
                    return Ok(connected);
                }
                (place, is_first, Err(reason)) => {
                    refused.push(place);
                    if is_first {
                        undecided -= 1;
                        reasons.push(self.said(place, &reason));
                    }
                }
            }
        }
        Err(DatabaseError::Away(reasons.join("; ")))
    }

    /// Why a host does not serve; where there are several, with its name.
    fn said(&self, place: usize, reason: &str) -> String {
        let hosts = &self.0.hosts;
        if hosts.len() > 1 { format!("{}: {reason}", hosts[place]) } else { reason.to_owned() }
    }

    /// In which order hosts are asked: what gave no answer of late comes last.
    fn order(&self) -> Vec<usize> {
        let hosts = &self.0.hosts;
        let mut order: Vec<usize> = (0..hosts.len()).collect();
        if self.0.in_any_order {
            let chance = uuid::Uuid::new_v4().as_u128() % hosts.len().max(1) as u128;
            order.rotate_left(usize::try_from(chance).unwrap_or_default());
        } else {
            let last = self.0.served_last.load(Ordering::Relaxed);
            order.sort_by_key(|place| *place != last);
        }
        order.sort_by_key(|place| hosts[*place].is_silent());
        order
    }

    /// Whether none of its hosts has given an answer of late.
    pub(super) fn is_silent(&self) -> bool {
        self.0.hosts.iter().all(|host| host.is_silent())
    }

    /// Waits for what is done on connections of this address, for as long as the server answers that served last. It is
    /// given some seconds more than a request gives: what takes minutes is not thrown away for a moment.
    ///
    /// # Errors
    /// [`DatabaseError::Away`] where it does not.
    pub async fn while_it_answers<T>(&self, work: impl Future<Output = T>) -> Result<T, DatabaseError> {
        let host = || Arc::clone(&self.0.hosts[self.0.served_last.load(Ordering::Relaxed)]);
        super::host::while_it_answers(host, SILENCES_OF_LONG_WORK, work).await
    }

    /// Tells the server to stop the query of a connection; of no effect where none runs.
    pub(super) async fn cancel(&self, token: &CancelToken) {
        // A server that does not answer has nothing to stop.
        let _ = tokio::time::timeout(super::CONNECT_LIMIT, token.cancel_query(self.0.tls.clone())).await;
    }
}
