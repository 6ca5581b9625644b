//! Settings of what one client, and all of them together, may take.

use std::net::IpAddr;
use std::time::Duration;

use clap::Args;
use ipnet::IpNet;

use super::check::{Checker, given};

/// What an address may ask a second where nothing is said.
pub const DEFAULT_REQUESTS_PER_SECOND: u32 = 50;
/// What it may ask at once where nothing is said.
pub const DEFAULT_BURST: u32 = 1000;

/// Whose word on clients is believed where nothing is said: that of a proxy on the same machine. What comes from there and names no
/// client is the operator's own.
pub const DEFAULT_TRUSTED_PROXIES: &str = "127.0.0.0/8,::1/128";

/// Limits as they are written, unchecked.
#[derive(Debug, Clone, Default, Args)]
pub struct LimitArguments {
    /// What an address may ask a second, where a case or a list counts 1, statistics, charts, searches and pages 5, a file
    /// of cases 20; 0 = no limit [default: 50]
    #[arg(long, env = "OFFER_CASES_REQUESTS_PER_SECOND", value_name = "N")]
    pub requests_per_second: Option<String>,

    /// What an address that has asked nothing for long may ask at once [default: 1000]
    #[arg(long, env = "OFFER_CASES_BURST", value_name = "N")]
    pub burst: Option<String>,

    /// Proxies whose `Forwarded` or `X-Forwarded-For` is believed, and whose own requests are not counted: addresses or
    /// networks such as 10.0.0.0/8, with commas between them; `none` for nobody [default: 127.0.0.0/8,::1/128]
    #[arg(long, env = "OFFER_CASES_TRUSTED_PROXIES", value_name = "NETWORKS")]
    pub trusted_proxies: Option<String>,

    /// Connections of clients, at most [default: 2000]
    #[arg(long, env = "OFFER_CASES_MAX_CONNECTIONS", value_name = "N")]
    pub max_connections: Option<String>,

    /// Connections of one address, at most; trusted proxies have no such limit [default: 200]
    #[arg(long, env = "OFFER_CASES_CONNECTIONS_PER_ADDRESS", value_name = "N")]
    pub connections_per_address: Option<String>,

    /// How long a client may take for the head of a request, and may take nothing of an answer, in seconds [default: 30]
    #[arg(long, env = "OFFER_CASES_CLIENT_TIMEOUT_SECONDS", value_name = "S")]
    pub client_timeout_seconds: Option<String>,

    /// How long a connection is kept that nothing is asked on, in seconds [default: 75]
    #[arg(long, env = "OFFER_CASES_KEEP_ALIVE_SECONDS", value_name = "S")]
    pub keep_alive_seconds: Option<String>,
}

/// What one client, and all of them together, may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// What an address may ask a second; 0 = no limit.
    pub requests_per_second: u32,
    /// What it may ask at once when it has asked nothing for long.
    pub burst: u32,
    /// Proxies whose word on clients is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Connections of clients, at most.
    pub max_connections: usize,
    /// Connections of one address, at most.
    pub connections_per_address: usize,
    /// How long a client may take for the head of a request, and may take nothing of an answer.
    pub client_timeout: Duration,
    /// How long a connection is kept that nothing is asked on.
    pub keep_alive: Duration,
}

/// Checks the limits.
pub(super) fn check(checker: &mut Checker, arguments: &LimitArguments) -> Limits {
    let mut number = |setting, text: &Option<String>, min, max, default: u32| {
        let number = checker.number(setting, text.as_deref(), min, max, default.into());
        u32::try_from(number).unwrap_or(u32::MAX)
    };
    let LimitArguments { requests_per_second, burst, max_connections, connections_per_address, .. } = arguments;
    let rate = "--requests-per-second / OFFER_CASES_REQUESTS_PER_SECOND";
    let requests_per_second = number(rate, requests_per_second, 0, 1_000_000, DEFAULT_REQUESTS_PER_SECOND);
    let burst = number("--burst / OFFER_CASES_BURST", burst, 1, 10_000_000, DEFAULT_BURST);
    let most = "--max-connections / OFFER_CASES_MAX_CONNECTIONS";
    let max_connections = number(most, max_connections, 1, 1_000_000, 2000) as usize;
    let most = "--connections-per-address / OFFER_CASES_CONNECTIONS_PER_ADDRESS";
    let connections_per_address = number(most, connections_per_address, 1, 1_000_000, 200) as usize;
    let timeout = "--client-timeout-seconds / OFFER_CASES_CLIENT_TIMEOUT_SECONDS";
    let client_timeout = number(timeout, &arguments.client_timeout_seconds, 1, 3600, 30);
    let keep = "--keep-alive-seconds / OFFER_CASES_KEEP_ALIVE_SECONDS";
    let keep_alive = number(keep, &arguments.keep_alive_seconds, 1, 3600, 75);
    Limits {
        requests_per_second,
        burst,
        trusted_proxies: check_networks(
            checker,
            given(arguments.trusted_proxies.as_deref()).unwrap_or(DEFAULT_TRUSTED_PROXIES),
        ),
        max_connections,
        connections_per_address,
        client_timeout: Duration::from_secs(client_timeout.into()),
        keep_alive: Duration::from_secs(keep_alive.into()),
    }
}

fn check_networks(checker: &mut Checker, text: &str) -> Vec<IpNet> {
    let mut networks = Vec::new();
    if text.trim() == "none" {
        return networks;
    }
    for written in text.split(',').map(str::trim).filter(|written| !written.is_empty()) {
        let address = || written.parse().ok().map(|address: IpAddr| IpNet::from(address.to_canonical()));
        match written.parse().ok().or_else(address) {
            Some(network) => networks.push(network),
            None => checker.wrong(
                "--trusted-proxies / OFFER_CASES_TRUSTED_PROXIES",
                format!("`{written}` is neither an address such as 10.0.0.1 nor a network such as 10.0.0.0/8"),
            ),
        }
    }
    networks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_addresses_and_networks() {
        let mut checker = Checker::default();
        let networks = check_networks(&mut checker, " 10.0.0.1, 192.168.0.0/16,::1 ,fd00::/8,");
        let written: Vec<String> = networks.iter().map(ToString::to_string).collect();
        assert_eq!(written, ["10.0.0.1/32", "192.168.0.0/16", "::1/128", "fd00::/8"]);
        assert!(check_networks(&mut checker, "none").is_empty());
        assert_eq!(check_networks(&mut checker, DEFAULT_TRUSTED_PROXIES).len(), 2);
        assert!(checker.0.is_empty());
        for wrong in ["*", "localhost", "10.0.0.0/33", "10.0.0", "10.0.0.1:80", "unix:/run/x"] {
            let mut checker = Checker::default();
            assert!(check_networks(&mut checker, wrong).is_empty() && checker.0.len() == 1, "{wrong}");
        }
    }

    #[test]
    fn every_limit_has_bounds() {
        let wrong = || Some("0x".to_owned());
        let arguments = LimitArguments {
            requests_per_second: wrong(),
            burst: Some("0".into()),
            trusted_proxies: wrong(),
            max_connections: Some("0".into()),
            connections_per_address: Some("-1".into()),
            client_timeout_seconds: Some("0".into()),
            keep_alive_seconds: Some("1e9".into()),
        };
        let mut checker = Checker::default();
        check(&mut checker, &arguments);
        assert_eq!(checker.0.len(), 7, "{:?}", checker.0);
    }
}
