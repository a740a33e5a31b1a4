//! Who asks how often: requests that cost much are counted per address and per name.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use actix_web::HttpRequest;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use ipnet::IpNet;

use crate::ctx::Ctx;
use crate::error::{Error, Result};

/// Sign-ins of one address: so many at once, then one each so many seconds.
const SIGN_IN_ADDRESS: (u32, u64) = (20, 15);
/// Sign-ins under one name.
const SIGN_IN_NAME: (u32, u64) = (10, 30);
/// Sign-ups and set-ups of one address.
const SIGN_UP: (u32, u64) = (15, 120);
/// Look-ups on other servers by one member.
const LOOK_UP: (u32, u64) = (30, 5);
/// Posts and requests by one member.
const WRITE: (u32, u64) = (60, 2);
/// Keys that are remembered before the forgotten ones are swept out.
const KEYS_MAX: usize = 10_000;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A sign-in, by address.
    SignInFrom,
    /// A sign-in, by name.
    SignInAs,
    /// A sign-up or set-up, by address.
    SignUp,
    /// A look-up on another server, by member.
    LookUp,
    /// Something that is stored, by member.
    Write,
}

/// The counters of one hall.
pub struct Limits {
    on: bool,
    proxies: Vec<IpNet>,
    counters: [DefaultKeyedRateLimiter<String>; 5],
}

impl Limits {
    /// Counters as the settings have them.
    pub fn new(ctx: &Ctx) -> Self {
        let counters = [SIGN_IN_ADDRESS, SIGN_IN_NAME, SIGN_UP, LOOK_UP, WRITE].map(|(burst, every_s)| {
            let quota = Quota::with_period(Duration::from_secs(every_s)).unwrap_or(Quota::per_second(NonZeroU32::MIN));
            DefaultKeyedRateLimiter::keyed(quota.allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN)))
        });
        Self { on: ctx.config.limits.rate_limit, proxies: ctx.config.trusted_proxies(), counters }
    }

    /// Counts one act.
    ///
    /// Errors: `TooMany` with the seconds to wait.
    pub fn count(&self, act: Act, key: &str) -> Result<()> {
        if !self.on {
            return Ok(());
        }
        let [from, name, sign_up, look_up, write] = &self.counters;
        let counter = match act {
            Act::SignInFrom => from,
            Act::SignInAs => name,
            Act::SignUp => sign_up,
            Act::LookUp => look_up,
            Act::Write => write,
        };
        if counter.len() > KEYS_MAX {
            counter.retain_recent();
        }
        counter.check_key(&key.to_lowercase()).map_err(|not_until| {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            Error::TooMany(wait.as_secs().max(1))
        })
    }

    /// The address that a request comes from. `X-Forwarded-For` counts only from a trusted proxy, read from the right:
    /// the first address that isn't a proxy of ours.
    pub fn address(&self, request: &HttpRequest) -> String {
        let Some(peer) = request.peer_addr().map(|address| address.ip()) else { return String::new() };
        let trusted = |ip: &IpAddr| self.proxies.iter().any(|network| network.contains(ip));
        if !trusted(&peer) {
            return network_of(peer);
        }
        let lists = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
        let mut hops: Vec<IpAddr> =
            lists.flat_map(|list| list.split(',')).filter_map(|hop| hop.trim().parse().ok()).collect();
        while let Some(hop) = hops.pop() {
            if !trusted(&hop) {
                return network_of(hop);
            }
        }
        network_of(peer)
    }
}

/// An IPv6 customer has a whole /64, so that is what is counted.
fn network_of(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
        }
    }
}
