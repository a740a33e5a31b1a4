//! How often things may be done, by pages and by client programs: requests per address, sign-ins per address and per account, and what costs other
//! servers or much computing. `limits.rate_limit = false` turns the counting off.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use actix_web::dev::ServiceRequest;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use ipnet::IpNet;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::config::Config;
use crate::error::{Error, Result};
use crate::id::{ActorId, TokenId};

/// Passwords hashed at one time: each takes 19 MB and a core for a while.
const HASHES_AT_ONCE: usize = 2;
/// How long a request waits for its turn to hash.
const HASH_WAIT: Duration = Duration::from_secs(5);
/// Calls of a program at once: as many as Mastodon allows in five minutes.
const CALLS: NonZeroU32 = NonZeroU32::new(300).unwrap();
/// Then one more after this.
const CALL_PERIOD: Duration = Duration::from_secs(1);
/// After so many questions those who have been quiet are forgotten.
const SWEEP_EVERY: u32 = 4_096;
/// Longest chain of proxies that is looked through.
const PROXIES_MAX: usize = 10;

/// Counts per key.
struct Counter<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock>,
    asked: AtomicU32,
}

impl<K: Hash + Eq + Clone> Counter<K> {
    /// `burst` at once, then one more each `period`.
    fn new(burst: u32, period: Duration) -> Result<Self> {
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(period).ok_or_else(|| Error::broken("a limit without a period"))?;
        Ok(Self { limiter: RateLimiter::keyed(quota.allow_burst(burst)), asked: AtomicU32::new(0) })
    }

    fn admit(&self, key: &K) -> Result<()> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            Error::TooMany(wait.as_secs() + 1)
        })
    }
}

/// What is left of a budget of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// The whole budget.
    pub limit: u32,
    /// Calls that are left.
    pub remaining: u32,
    /// After how many seconds the budget is whole again.
    pub whole_after_s: u64,
}

impl Left {
    /// What is left to one who was refused for having called too often; `None` for any other refusal.
    pub fn none(error: &Error) -> Option<Self> {
        match error {
            Error::TooMany(wait_s) => Some(Self { limit: CALLS.get(), remaining: 0, whole_after_s: *wait_s }),
            _ => None,
        }
    }
}

/// Whose calls are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Speaker {
    /// A token.
    Token(TokenId),
    /// Whoever asks from this address without one.
    Address(IpAddr),
}

/// All limits of a hall.
pub struct Limits {
    counts: bool,
    calls: RateLimiter<Speaker, DefaultKeyedStateStore<Speaker>, DefaultClock, StateInformationMiddleware>,
    called: AtomicU32,
    apps: Counter<IpAddr>,
    trusted: Vec<IpNet>,
    requests: Counter<IpAddr>,
    sign_ins: Counter<IpAddr>,
    account: Counter<String>,
    sign_ups: Counter<IpAddr>,
    look_ups: Counter<ActorId>,
    uploads: Counter<ActorId>,
    gifts: Counter<IpAddr>,
    hashing: Semaphore,
}

impl Limits {
    /// The limits as the settings have them.
    pub fn new(config: &Config) -> Result<Self> {
        let calls = Quota::with_period(CALL_PERIOD).ok_or_else(|| Error::broken("a limit without a period"))?;
        let calls = calls.allow_burst(CALLS);
        Ok(Self {
            counts: config.limits.rate_limit,
            calls: RateLimiter::keyed(calls).with_middleware(),
            called: AtomicU32::new(0),
            // Programs make themselves known once for each hall; pages of some do so at each sign-in.
            apps: Counter::new(30, Duration::from_secs(20))?,
            trusted: config.trusted_proxies(),
            // A family behind one address opens many pages; a script opens more.
            requests: Counter::new(300, Duration::from_millis(50))?,
            sign_ins: Counter::new(20, Duration::from_secs(30))?,
            // One account may be tried from many addresses.
            account: Counter::new(10, Duration::from_secs(60))?,
            // A meeting at which thirty members join behind one address is fine.
            sign_ups: Counter::new(30, Duration::from_secs(120))?,
            look_ups: Counter::new(30, Duration::from_secs(10))?,
            // A family album in one evening; each form has nine pictures at most.
            uploads: Counter::new(40, Duration::from_secs(20))?,
            gifts: Counter::new(6, Duration::from_secs(600))?,
            hashing: Semaphore::new(HASHES_AT_ONCE),
        })
    }

    /// May this address ask for another page?
    ///
    /// Errors, here and below: `TooMany`.
    pub fn request(&self, address: IpAddr) -> Result<()> {
        if self.counts { self.requests.admit(&household(address)) } else { Ok(()) }
    }

    /// May this token, or this address without one, make another call? Answers what is left.
    pub fn call(&self, address: IpAddr, token: Option<TokenId>) -> Result<Left> {
        let limit = CALLS.get();
        if !self.counts {
            return Ok(Left { limit, remaining: limit, whole_after_s: 0 });
        }
        if self.called.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.calls.retain_recent();
        }
        let speaker = token.map_or_else(|| Speaker::Address(household(address)), Speaker::Token);
        match self.calls.check_key(&speaker) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let used = u64::from(limit.saturating_sub(remaining));
                Ok(Left { limit, remaining, whole_after_s: used * CALL_PERIOD.as_secs() })
            }
            Err(until) => Err(Error::TooMany(until.wait_time_from(DefaultClock::default().now()).as_secs() + 1)),
        }
    }

    /// May this address make another program known?
    pub fn app(&self, address: IpAddr) -> Result<()> {
        if self.counts { self.apps.admit(&household(address)) } else { Ok(()) }
    }

    /// May this address try to sign in to this account?
    pub fn sign_in(&self, address: IpAddr, account: &str) -> Result<()> {
        if !self.counts {
            return Ok(());
        }
        self.sign_ins.admit(&household(address))?;
        self.account.admit(&account.trim().trim_start_matches('@').to_lowercase().chars().take(254).collect())
    }

    /// May this address make another member?
    pub fn sign_up(&self, address: IpAddr) -> Result<()> {
        if self.counts { self.sign_ups.admit(&household(address)) } else { Ok(()) }
    }

    /// May this member make the hall ask another server?
    pub fn look_up(&self, member: ActorId) -> Result<()> {
        if self.counts { self.look_ups.admit(&member) } else { Ok(()) }
    }

    /// May this member send another form with files?
    pub fn upload(&self, member: ActorId) -> Result<()> {
        if self.counts { self.uploads.admit(&member) } else { Ok(()) }
    }

    /// May a visitor at this address give something to the archive, or write about what they gave?
    pub fn gift(&self, address: IpAddr) -> Result<()> {
        if self.counts { self.gifts.admit(&household(address)) } else { Ok(()) }
    }

    /// Waits for a turn to hash a password.
    pub async fn hash(&self) -> Result<SemaphorePermit<'_>> {
        match tokio::time::timeout(HASH_WAIT, self.hashing.acquire()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(Error::TooMany(HASH_WAIT.as_secs())),
        }
    }

    /// The address that a request came from: the nearest one that isn't a trusted proxy's.
    pub fn address(&self, request: &ServiceRequest) -> IpAddr {
        let peer = request.peer_addr().map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.ip().to_canonical());
        let forwarded = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
        let chain: Vec<&str> = forwarded.flat_map(|value| value.split(',')).collect();
        real_address(peer, &chain, &self.trusted)
    }
}

/// Goes back along the chain of proxies as long as they are trusted.
fn real_address(peer: IpAddr, chain: &[&str], trusted: &[IpNet]) -> IpAddr {
    let mut address = peer;
    for hop in chain.iter().rev().take(PROXIES_MAX) {
        if !trusted.iter().any(|network| network.contains(&address)) {
            break;
        }
        let Ok(next) = hop.trim().parse::<IpAddr>() else { break };
        address = next.to_canonical();
    }
    address
}

/// An IPv6 household has a whole /64.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn forwarded_addresses_count_only_from_trusted_proxies() {
        let trusted = ["127.0.0.1/32".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
        let chain = ["6.6.6.6", "203.0.113.9", "10.1.2.3"];
        assert_eq!(real_address(ip("127.0.0.1"), &chain, &trusted), ip("203.0.113.9"));
        assert_eq!(real_address(ip("198.51.100.7"), &chain, &trusted), ip("198.51.100.7"));
        assert_eq!(real_address(ip("127.0.0.1"), &["nonsense"], &trusted), ip("127.0.0.1"));
        assert_eq!(real_address(ip("127.0.0.1"), &[], &trusted), ip("127.0.0.1"));
        assert_eq!(real_address(ip("127.0.0.1"), &chain, &[]), ip("127.0.0.1"));
    }

    #[test]
    fn one_account_is_tried_few_times_and_others_go_on() {
        let limits = Limits::new(&Config::default()).unwrap();
        for number in 0..10 {
            limits.sign_in(ip(&format!("203.0.113.{number}")), "@Mei").unwrap();
        }
        assert!(matches!(limits.sign_in(ip("203.0.113.99"), " mei "), Err(Error::TooMany(wait)) if wait > 0));
        limits.sign_in(ip("203.0.113.99"), "lan").unwrap();
    }

    #[test]
    fn one_household_has_one_budget_and_switching_off_removes_it() {
        let mut config = Config::default();
        let limits = Limits::new(&config).unwrap();
        let tries =
            |limits: &Limits| (0..40).filter(|n| limits.sign_up(ip(&format!("2001:db8::{n:x}"))).is_ok()).count();
        assert_eq!(tries(&limits), 30);
        assert!(limits.sign_up(ip("2001:db8:0:1::1")).is_ok());
        config.limits.rate_limit = false;
        assert_eq!(tries(&Limits::new(&config).unwrap()), 40);
    }
}
