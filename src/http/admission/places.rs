//! How many of something each address has.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use ipnet::Ipv6Net;

/// The network that stands for a client: an address of version 4, and of version 6 the 64 bits that are given to one customer,
/// who has as many addresses below them as he likes.
pub(super) fn network(address: IpAddr) -> IpAddr {
    const CUSTOMER_BITS: u8 = 64;
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Net::new(address, CUSTOMER_BITS).map_or(address, |network| network.network()).into(),
        address => address,
    }
}

/// At most so many for each address.
#[derive(Debug)]
pub(super) struct Places {
    most: usize,
    taken: Mutex<HashMap<IpAddr, usize>>,
}

/// One of them, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    of: Arc<Places>,
    network: IpAddr,
}

impl Places {
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, taken: Mutex::default() })
    }

    /// One more for an address; `None` where it has as many as it may have.
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let network = network(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.get(&network).copied().unwrap_or_default();
        if count >= self.most {
            return None;
        }
        taken.insert(network, count + 1);
        Some(Place { of: Arc::clone(self), network })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.of.taken.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(&self.network) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                taken.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_places_whatever_others_have() {
        let places = Places::new(2);
        let address = |text: &str| text.parse().expect("an address");
        let first = places.take(address("192.0.2.1"));
        let second = places.take(address("::ffff:192.0.2.1"));
        assert!(first.is_some() && second.is_some());
        assert!(places.take(address("192.0.2.1")).is_none());
        let other = [places.take(address("2001:db8::1")), places.take(address("2001:db8::2"))];
        assert!(other.iter().all(Option::is_some));
        assert!(places.take(address("2001:db8::3")).is_none(), "the same customer");
        assert!(places.take(address("2001:db8:0:1::3")).is_some(), "another one");
        drop(first);
        assert!(places.take(address("192.0.2.1")).is_some());
        drop((second, other));
        assert!(places.taken.lock().expect("not poisoned").is_empty(), "nothing is kept of those that are gone");
    }
}
