//! Which address a request comes from, where proxies stand between.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName, X_FORWARDED_FOR, X_FORWARDED_HOST, X_FORWARDED_PROTO};
use ipnet::IpNet;
use log::warn;

/// What proxies say of a request.
const SAID_BY_PROXIES: [HeaderName; 4] = [FORWARDED, X_FORWARDED_FOR, X_FORWARDED_HOST, X_FORWARDED_PROTO];

/// Tells clients from the proxies before them.
#[derive(Debug)]
pub(super) struct Clients {
    trusted: Vec<IpNet>,
    has_warned: AtomicBool,
}

impl Clients {
    /// Behind proxies at these addresses, if any.
    pub fn behind(trusted: Vec<IpNet>) -> Self {
        Self { trusted, has_warned: AtomicBool::new(false) }
    }

    /// Whether what this address says of others is believed.
    pub fn is_trusted(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }

    /// The address of the client of a request that came from `peer`: of those that its headers name, the last that is not
    /// a trusted proxy. Where nobody is believed the headers are taken away, so that nothing else goes by them.
    pub fn client_of(&self, peer: IpAddr, headers: &mut HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.is_trusted(peer) {
            let removed = SAID_BY_PROXIES.iter().filter(|name| headers.remove(*name).next().is_some()).count();
            if removed > 0 && !self.has_warned.swap(true, Ordering::Relaxed) {
                warn!(
                    "{peer} says whom it asks for (X-Forwarded-For or the like) and is not believed: where it is a proxy of \
                     yours, name it in --trusted-proxies / OFFER_CASES_TRUSTED_PROXIES"
                );
            }
            return peer;
        }
        let hops = |name: &HeaderName, address: fn(&str) -> Option<IpAddr>| -> Vec<Option<IpAddr>> {
            let lines = headers.get_all(name).filter_map(|line| line.to_str().ok());
            lines.flat_map(|line| line.split(',')).map(address).collect()
        };
        let by_standard = hops(&FORWARDED, forwarded_for);
        let by_custom = hops(&X_FORWARDED_FOR, address);
        match (by_standard.is_empty(), by_custom.is_empty()) {
            (true, _) => self.last_untrusted(peer, &by_custom),
            (_, true) => self.last_untrusted(peer, &by_standard),
            // A proxy writes one of them and may let the other through as the client sent it.
            _ => {
                let [one, other] = [by_standard, by_custom].map(|hops| self.last_untrusted(peer, &hops));
                if one == other { one } else { peer }
            }
        }
    }

    fn last_untrusted(&self, peer: IpAddr, hops: &[Option<IpAddr>]) -> IpAddr {
        let mut client = peer;
        for hop in hops.iter().rev() {
            // What stands before an address that nobody vouches for, anybody may have written.
            let (true, Some(before)) = (self.is_trusted(client), hop) else { break };
            client = *before;
        }
        client
    }
}

/// The address in an element of `Forwarded` (RFC 7239).
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, node) = pairs.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    address(node.trim().trim_matches('"'))
}

/// An address with or without a port, of version 6 in brackets or without.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let without_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || text.parse().ok().map(|address: SocketAddr| address.ip());
    let address: IpAddr = text.parse().ok().or_else(with_port).or_else(without_brackets)?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn client(trusted: &[&str], peer: &str, said: &[(HeaderName, &'static str)]) -> (String, usize) {
        let clients = Clients::behind(trusted.iter().map(|network| network.parse().expect("a network")).collect());
        let mut headers = HeaderMap::new();
        for (name, value) in said {
            headers.append(name.clone(), HeaderValue::from_static(value));
        }
        (clients.client_of(peer.parse().expect("an address"), &mut headers).to_string(), headers.len())
    }

    #[test]
    fn only_what_a_trusted_proxy_says_is_believed() {
        const XFF: HeaderName = X_FORWARDED_FOR;
        let proxies = ["10.0.0.0/8", "::1/128"];
        for (peer, said, expected) in [
            ("192.0.2.1", vec![(XFF, "198.51.100.7")], "192.0.2.1"),
            ("10.0.0.1", vec![(XFF, "198.51.100.7")], "198.51.100.7"),
            ("10.0.0.1", vec![(XFF, "203.0.113.9, 198.51.100.7")], "198.51.100.7"),
            ("10.0.0.1", vec![(XFF, "203.0.113.9"), (XFF, "198.51.100.7, 10.1.2.3")], "198.51.100.7"),
            ("::ffff:10.0.0.1", vec![(XFF, "198.51.100.7:4711")], "198.51.100.7"),
            ("::1", vec![(XFF, "[2001:db8::1]:80")], "2001:db8::1"),
            ("::1", vec![(FORWARDED, "for=203.0.113.9, For=\"[2001:db8::1]:80\";proto=https")], "2001:db8::1"),
            ("10.0.0.1", vec![(FORWARDED, "for=_hidden")], "10.0.0.1"),
            ("10.0.0.1", vec![(XFF, "nobody")], "10.0.0.1"),
            ("10.0.0.1", vec![(XFF, "203.0.113.9, nobody")], "10.0.0.1"),
            ("10.0.0.1", vec![(XFF, "203.0.113.9"), (FORWARDED, "for=198.51.100.7")], "10.0.0.1"),
            ("10.0.0.1", vec![(XFF, "203.0.113.9"), (FORWARDED, "for=203.0.113.9")], "203.0.113.9"),
            ("10.0.0.1", vec![], "10.0.0.1"),
        ] {
            assert_eq!(client(&proxies, peer, &said).0, expected, "{peer} {said:?}");
        }
    }

    #[test]
    fn what_anybody_else_says_is_taken_away() {
        let said =
            [(X_FORWARDED_FOR, "198.51.100.7"), (X_FORWARDED_HOST, "evil.example"), (FORWARDED, "host=evil.example")];
        assert_eq!(client(&[], "127.0.0.1", &said), ("127.0.0.1".into(), 0));
        assert_eq!(client(&["127.0.0.0/8"], "127.0.0.1", &said).1, 3);
    }
}
