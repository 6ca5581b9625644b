//! Connections: how many an address has, and when one is given up whose client takes nothing.

use std::any::Any;
use std::net::{IpAddr, Shutdown};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use log::debug;
use socket2::SockRef;

use super::places::Places;
use crate::settings::Limits;

/// What the system may hold ready for a client: enough for 5 MB a second over 100 ms, and little enough to see a slow client
/// take it.
const SEND_BUFFER_BYTES: usize = 256 * 1024;

/// What holds for all connections.
#[derive(Debug)]
pub(super) struct Connections {
    by_address: Arc<Places>,
    stalled_after: Duration,
    most: usize,
    number: Arc<AtomicUsize>,
}

/// A connection that is open, until it is dropped.
struct Open(Arc<AtomicUsize>);

impl Open {
    fn new(number: &Arc<AtomicUsize>) -> Self {
        number.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(number))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Connections {
    pub fn new(limits: &Limits) -> Self {
        Self {
            by_address: Places::new(limits.connections_per_address),
            stalled_after: limits.client_timeout,
            most: limits.max_connections,
            number: Arc::default(),
        }
    }

    /// How many there are.
    pub fn number(&self) -> usize {
        self.number.load(Ordering::Relaxed)
    }

    /// How many there may be.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Takes in a new connection, or closes it where its address has too many; a proxy may have any number.
    pub fn take_in(&self, connection: &dyn Any, data: &mut Extensions, is_proxy: impl Fn(IpAddr) -> bool) {
        let Some(stream) = connection.downcast_ref::<TcpStream>() else { return };
        data.insert(Open::new(&self.number));
        let socket = SockRef::from(stream);
        // The system gives a connection up whose client confirms nothing for so long, or has no room for more; then its answer
        // is dropped with all that it holds.
        if let Err(error) = socket.set_tcp_user_timeout(Some(self.stalled_after)) {
            debug!("a client that stops reading is not noticed: {error}");
        }
        if let Err(error) = socket.set_send_buffer_size(SEND_BUFFER_BYTES) {
            debug!("the system holds as much ready for a client as it likes: {error}");
        }
        let Ok(peer) = stream.peer_addr() else { return };
        let peer = peer.ip().to_canonical();
        match self.by_address.take(peer) {
            Some(place) => {
                data.insert(place);
            }
            None if is_proxy(peer) => {}
            None => {
                debug!("{peer} has too many connections: one more is closed");
                let _ = socket.shutdown(Shutdown::Both);
            }
        }
    }
}
