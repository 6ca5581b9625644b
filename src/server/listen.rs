//! Where the service listens: for requests, and for those who read its metrics.

use std::net::{SocketAddr, TcpListener};

use actix_web::web::Data;
use anyhow::Context;
use log::info;

use crate::http::metrics::{self, MetricsListener};
use crate::http::state::AppState;

/// A listener on the first of some addresses that can be had.
///
/// # Errors
/// Where none can, naming the flag that says them.
pub(super) fn on(addresses: &[SocketAddr], flag: &str) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(addresses).with_context(|| {
        let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        format!("cannot listen on {}; choose another address or port with {flag}", addresses.join(", "))
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Answers `/metrics` until what is given back is dropped.
///
/// # Errors
/// Where the listener cannot be used.
pub(super) fn for_metrics(listener: TcpListener, state: &Data<AppState>) -> anyhow::Result<MetricsListener> {
    info!("metrics: http://{}{}", listener.local_addr()?, metrics::PATH);
    Ok(MetricsListener::start(listener, state.clone())?)
}
