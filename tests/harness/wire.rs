//! What goes over the wire between the service and its database: a relay that reads along.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio_postgres::Config;
use tokio_postgres::config::Host;
use tokio_postgres::config::SslMode;

use super::TestDatabase;

/// A relay in front of a test database.
pub struct Wire {
    config: Config,
    seen: Arc<Mutex<Seen>>,
}

/// What was seen.
#[derive(Default)]
struct Seen {
    connections: usize,
    /// The parameters that connections began with, one after the other with their values.
    startups: Vec<String>,
    prepared: Vec<(usize, String)>,
    plans: Vec<Value>,
}

impl Wire {
    /// Listens, and hands on whatever comes.
    pub async fn before(database: &TestDatabase) -> Self {
        let server = database.config();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut config = Config::new();
        // Its messages are read on their way.
        config.ssl_mode(SslMode::Disable).host("127.0.0.1").port(listener.local_addr().unwrap().port());
        config.user(server.get_user().unwrap()).dbname(server.get_dbname().unwrap());
        if let Some(password) = server.get_password() {
            config.password(password);
        }
        let seen = Arc::<Mutex<Seen>>::default();
        tokio::spawn(accept(listener, server, Arc::clone(&seen)));
        Self { config, seen }
    }

    /// How the database is reached through the relay.
    pub fn config(&self) -> Config {
        self.config.clone()
    }

    /// The statements that were prepared so far, each with the number of its connection.
    pub fn prepared(&self) -> Vec<(usize, String)> {
        self.seen.lock().unwrap().prepared.clone()
    }

    /// The parameters with which connections were begun so far, each with its value.
    pub fn startups(&self) -> Vec<String> {
        self.seen.lock().unwrap().startups.clone()
    }

    /// The plans that were told since they were last asked for, where the database tells them (`auto_explain`).
    pub fn take_plans(&self) -> Vec<Value> {
        std::mem::take(&mut self.seen.lock().unwrap().plans)
    }
}

async fn accept(listener: TcpListener, server: Config, seen: Arc<Mutex<Seen>>) {
    while let Ok((client, _)) = listener.accept().await {
        let connection = {
            let mut seen = seen.lock().unwrap();
            seen.connections += 1;
            seen.connections
        };
        let port = server.get_ports().first().copied().unwrap_or(5432);
        match server.get_hosts().first().unwrap() {
            Host::Unix(directory) => {
                let path = directory.join(format!(".s.PGSQL.{port}"));
                relay(client, UnixStream::connect(path).await.unwrap(), connection, &seen);
            }
            Host::Tcp(host) => {
                let stream = TcpStream::connect((host.as_str(), port)).await.unwrap();
                relay(client, stream, connection, &seen);
            }
        }
    }
}

fn relay<S: AsyncRead + AsyncWrite + Send + 'static>(
    client: TcpStream,
    server: S,
    connection: usize,
    seen: &Arc<Mutex<Seen>>,
) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = tokio::io::split(server);
    let prepared = Arc::clone(seen);
    tokio::spawn(hand_on(from_client, to_server, true, move |kind, body| {
        // Version 3 of the protocol; what tells the server to stop a query begins with something else.
        if let (0, Some(parameters)) = (kind, body.strip_prefix(&[0, 3, 0, 0])) {
            let texts = parameters.split(|byte| *byte == 0).filter(|text| !text.is_empty());
            let texts: Vec<_> = texts.map(|text| String::from_utf8_lossy(text)).collect();
            prepared.lock().unwrap().startups.push(texts.join(" "));
        }
        if kind == b'P' {
            let mut texts = body.split(|byte| *byte == 0).map(|text| String::from_utf8_lossy(text).into_owned());
            prepared.lock().unwrap().prepared.push((connection, texts.nth(1).unwrap_or_default()));
        }
    }));
    let told = Arc::clone(seen);
    tokio::spawn(hand_on(from_server, to_client, false, move |kind, body| {
        if kind == b'N' {
            let message = body.split(|byte| *byte == 0).find(|field| field.first() == Some(&b'M'));
            let message = String::from_utf8_lossy(&message.unwrap_or_default()[1..]).into_owned();
            if let Some((_, plan)) = message.split_once("plan:\n") {
                told.lock().unwrap().plans.push(serde_json::from_str(plan).unwrap());
            }
        }
    }));
}

/// Hands on what comes, and calls with each message: its kind and its body. The first of a client has no kind.
async fn hand_on(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut starts_without_kind: bool,
    mut call: impl FnMut(u8, &[u8]),
) {
    let (mut gathered, mut piece) = (Vec::new(), vec![0; 1 << 16]);
    while let Ok(length @ 1..) = from.read(&mut piece).await {
        gathered.extend_from_slice(&piece[..length]);
        loop {
            let kind = usize::from(!starts_without_kind);
            let Some(size) = gathered.get(kind..kind + 4) else { break };
            let end = kind + u32::from_be_bytes(size.try_into().unwrap()) as usize;
            if gathered.len() < end {
                break;
            }
            // What is told is known before it arrives.
            call(if kind == 1 { gathered[0] } else { 0 }, &gathered[kind + 4..end]);
            gathered.drain(..end);
            starts_without_kind = false;
        }
        if to.write_all(&piece[..length]).await.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await;
}
