//! How much a client may ask in a time.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use governor::clock::{Clock, MonotonicClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::places::network;
use crate::settings::{DEFAULT_BURST, DEFAULT_REQUESTS_PER_SECOND};

/// What is left, as draft-ietf-httpapi-ratelimit-headers has it.
pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// What the limit is.
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// After how many requests addresses are forgotten that have asked nothing for long.
const FORGOTTEN_AFTER: usize = 10_000;

type Limiter = RateLimiter<IpAddr, HashMapStateStore<IpAddr>, MonotonicClock, StateInformationMiddleware>;

/// How much each address has asked of late.
pub(super) struct Rates {
    limiter: Limiter,
    clock: MonotonicClock,
    policy: Policy,
    taken: AtomicUsize,
}

/// What each address may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Policy {
    per_second: u32,
    burst: u32,
}

impl Policy {
    /// Seconds after which somebody who has nothing left has so much.
    fn seconds(self, units: u32) -> u32 {
        units.div_ceil(self.per_second)
    }
}

/// What is left to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    policy: Policy,
    units: u32,
    /// Until it may ask the same again; `None` where it was not refused.
    wait: Option<Duration>,
}

impl Rates {
    /// So much a second, and so much at once by who has asked nothing for long; `None` where a second has no limit.
    pub fn new(per_second: u32, burst: u32) -> Option<Self> {
        let (rate, most) = (NonZeroU32::new(per_second)?, NonZeroU32::new(burst)?);
        let clock = MonotonicClock;
        let quota = Quota::per_second(rate).allow_burst(most);
        let limiter = Limiter::new(quota, HashMapStateStore::default(), clock.clone());
        Some(Self { limiter, clock, policy: Policy { per_second, burst }, taken: AtomicUsize::new(0) })
    }

    /// Takes what a request costs from what its client may ask.
    ///
    /// # Errors
    /// Where there is not so much left.
    pub fn take(&self, client: IpAddr, cost: u32) -> Result<Left, Left> {
        if self.taken.fetch_add(1, Ordering::Relaxed) % FORGOTTEN_AFTER == FORGOTTEN_AFTER - 1 {
            self.limiter.retain_recent();
        }
        // What costs more than anybody has at once takes all of it.
        let cost = NonZeroU32::new(cost.min(self.policy.burst)).unwrap_or(NonZeroU32::MIN);
        let left = |units, wait| Left { policy: self.policy, units, wait };
        match self.limiter.check_key_n(&network(client), cost) {
            Ok(Ok(state)) => Ok(left(state.remaining_burst_capacity(), None)),
            Ok(Err(refused)) => Err(left(0, Some(refused.wait_time_from(self.clock.now())))),
            Err(_) => Err(left(0, Some(Duration::from_secs(self.policy.seconds(cost.get()).into())))),
        }
    }
}

impl Left {
    /// Whole seconds until the same may be asked again.
    pub fn retry_after_seconds(&self) -> u64 {
        self.wait.map_or(0, |wait| wait.as_secs() + 1)
    }

    /// Nothing for a second, by the limits that stand where none are set: for examples.
    pub fn nothing() -> Self {
        let policy = Policy { per_second: DEFAULT_REQUESTS_PER_SECOND, burst: DEFAULT_BURST };
        Self { policy, units: 0, wait: Some(Duration::ZERO) }
    }

    /// What a second brings.
    pub fn per_second(&self) -> u32 {
        self.policy.per_second
    }

    /// Tells a client of it.
    pub fn add_to(&self, headers: &mut HeaderMap) {
        let Self { policy, units, .. } = self;
        let policy_value = format!("\"address\";q={};w={}", policy.burst, policy.seconds(policy.burst));
        let full_after = u64::from(policy.seconds(policy.burst - units.min(&policy.burst)));
        let left = format!("\"address\";r={units};t={}", full_after.max(self.retry_after_seconds()));
        for (name, value) in [(RATE_LIMIT_POLICY, policy_value), (RATE_LIMIT, left)] {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_burst_and_nobody_elses() {
        let rates = Rates::new(1, 10).expect("a limit");
        let address = |text: &str| text.parse().expect("an address");
        assert_eq!(rates.take(address("192.0.2.1"), 4).map(|left| left.units), Ok(6));
        assert_eq!(rates.take(address("192.0.2.1"), 6).map(|left| left.units), Ok(0));
        let refused = rates.take(address("192.0.2.1"), 5).expect_err("nothing is left");
        assert!((1..=6).contains(&refused.retry_after_seconds()), "{refused:?}");
        assert!(rates.take(address("192.0.2.2"), 10).is_ok());
        assert!(rates.take(address("2001:db8::1"), u32::MAX).is_ok(), "once");
        assert!(rates.take(address("2001:db8::2"), 1).is_err(), "the same customer");
    }

    #[test]
    fn addresses_that_ask_no_more_are_forgotten() {
        let rates = Rates::new(1_000_000, 1).expect("a limit");
        for number in 0..u32::try_from(2 * FORGOTTEN_AFTER).unwrap_or_default() {
            let _ = rates.take(IpAddr::V4(number.into()), 1);
        }
        assert!(rates.limiter.len() <= FORGOTTEN_AFTER + 1, "{}", rates.limiter.len());
    }

    #[test]
    fn without_a_rate_there_is_no_limit() {
        assert!(Rates::new(0, 10).is_none());
    }
}
