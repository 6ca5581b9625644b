//! How many files and connections the system lets the program have open.

use log::{debug, warn};
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::settings::Limits;

/// What is open beside the connections of clients: those to the database, files of exports, the program's own.
const OTHERS: u64 = 128;

/// Raises the limit to what the system allows, and says where that is too little for the connections that clients may have.
pub fn raise_limit(limits: &Limits) {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return };
    let allowed = match setrlimit(Resource::RLIMIT_NOFILE, hard, hard) {
        Ok(()) => hard,
        Err(error) => {
            debug!("raising the limit of open files from {soft} to {hard}: {error}");
            soft
        }
    };
    let needed = limits.max_connections as u64 + OTHERS;
    if allowed < needed {
        warn!(
            "the system lets this program have {allowed} files and connections open, and with --max-connections {} it may need \
             {needed}: raise the limit (`ulimit -n`, `LimitNOFILE=`) or lower --max-connections",
            limits.max_connections
        );
    }
}
