//! Which addresses may be dialled, and the resolver that lets only those through.
//!
//! The resolver stands inside the HTTP client: what it lets through is what is dialled, so that a name that answers
//! differently the second time (DNS rebinding) gains nothing.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The most addresses of one name that are tried.
const ADDRESSES_MAX: usize = 16;

/// Whether `address` is global unicast: not loopback, private, link-local, shared (CGNAT), multicast, reserved,
/// documentation, benchmarking, nor an IPv6 spelling of an IPv4 address (mapped, compatible, 6to4, NAT64, Teredo,
/// ISATAP). Follows the IANA special-purpose registries (RFC 6890); when in doubt, no.
pub fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_global_v4(v4),
        IpAddr::V6(v6) => is_global_v6(v6),
    }
}

fn is_global_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        // "This" network, private, loopback; multicast and everything above it (reserved, broadcast).
        (0 | 10 | 127 | 224..=255, _, _) => true,
        // Shared by carriers (RFC 6598), link-local, private.
        (100, 64..=127, _) | (169, 254, _) | (172, 16..=31, _) | (192, 168, _) => true,
        // Protocol assignments, documentation, AS112, AMT, 6to4 relays, direct delegation AS112.
        (192, 0, 0 | 2) | (192, 31, 196) | (192, 52, 193) | (192, 88, 99) | (192, 175, 48) => true,
        // Benchmarking, documentation.
        (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113) => true,
        _ => false,
    };
    !special
}

fn is_global_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, _, e, f, _, _] = address.segments();
    // Only 2000::/3 is handed out as global unicast. Outside of it are loopback, mapped and compatible IPv4, NAT64
    // (64:ff9b::), discard (100::), SRv6 (5f00::), unique local (fc00::/7), link- and site-local, multicast.
    if a & 0xe000 != 0x2000 {
        return false;
    }
    let special = match (a, b, c) {
        // Protocol assignments: Teredo (2001::/32), benchmarking, ORCHID, AMT, AS112; all of 2001::/23.
        (0x2001, 0..=0x01ff, _) => true,
        // Documentation, 6to4, AS112, documentation again, the 6bone that was.
        (0x2001, 0x0db8, _) | (0x2002, _, _) | (0x2620, 0x004f, 0x8000) => true,
        (0x3fff, 0..=0x0fff, _) | (0x3ffe, _, _) => true,
        _ => false,
    };
    // ISATAP carries an IPv4 address in the lower half (RFC 5214).
    let isatap = e & 0xfdff == 0 && f == 0x5efe;
    !special && !isatap
}

/// How far one of the two clients reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Global addresses and the allowed networks: for https.
    Global,
    /// The allowed networks only: for plain http.
    Allowed,
}

/// Decides about addresses; resolves names to those it permits.
#[derive(Clone)]
pub(super) struct Guard {
    allowed: Arc<[IpNet]>,
    names: Names,
    reach: Reach,
}

/// Who answers for names.
#[derive(Clone)]
pub(super) enum Names {
    /// The machine's own resolver.
    System,
    /// A made-up one, to show what a hostile name server can do.
    #[cfg(test)]
    Made(MadeNames),
}

/// Gives the addresses of a name.
#[cfg(test)]
pub(super) type MadeNames = Arc<dyn Fn(&str) -> Vec<IpAddr> + Send + Sync>;

/// Why a name was not resolved, apart from "no such name": found again in the chain of the client's error.
#[derive(Debug)]
pub(super) struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused address")
    }
}

impl std::error::Error for Refused {}

impl Guard {
    pub(super) fn new(allowed: &[IpNet], names: Names, reach: Reach) -> Self {
        Self { allowed: allowed.into(), names, reach }
    }

    /// Whether the address lies in a network that the settings exempt; IPv4 in IPv6 clothes counts as IPv4.
    pub(super) fn allows(&self, address: IpAddr) -> bool {
        let plain = address.to_canonical();
        self.allowed.iter().any(|net| net.contains(&plain))
    }

    /// Whether the address may be dialled.
    pub(super) fn permits(&self, address: IpAddr) -> bool {
        self.allows(address) || (self.reach == Reach::Global && is_global(address))
    }

    /// Every address of a name, permitted or not.
    async fn look_up(names: &Names, host: &str) -> std::io::Result<Vec<IpAddr>> {
        match names {
            Names::System => Ok(tokio::net::lookup_host((host, 0)).await?.map(|to| to.ip()).collect()),
            #[cfg(test)]
            Names::Made(answer) => Ok(answer(host)),
        }
    }

    /// Whether a name has an address in the allowed networks.
    pub(super) async fn allows_name(&self, host: &str) -> bool {
        let Ok(addresses) = Self::look_up(&self.names, host).await else { return false };
        addresses.into_iter().any(|address| self.allows(address))
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = Self::look_up(&guard.names, name.as_str()).await?;
            let permitted: Vec<SocketAddr> = found
                .iter()
                .filter(|address| guard.permits(**address))
                .take(ADDRESSES_MAX)
                .map(|address| SocketAddr::new(*address, 0))
                .collect();
            if permitted.is_empty() && !found.is_empty() {
                return Err(Refused.into());
            }
            let addresses: Addrs = Box::new(permitted.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn global_addresses_are_global() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "203.0.112.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:200::1",
            "2001:4860::8888",
            "240e::1",
            "2a00:1450::1",
        ] {
            assert!(is_global(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn special_ipv4_addresses_are_not() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.0.170",
            "192.0.2.1",
            "192.31.196.1",
            "192.52.193.1",
            "192.88.99.1",
            "192.168.0.1",
            "192.175.48.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
        ] {
            assert!(!is_global(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn special_ipv6_addresses_are_not() {
        for address in [
            "::",
            "::1",
            "::127.0.0.1",
            "::8.8.8.8",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::ffff:0:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b::808:808",
            "64:ff9b:1::1",
            "100::1",
            "100:0:0:1::1",
            "2001::1",
            "2001:0:53aa:64c::1",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:30::1",
            "2001:1ff::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:808:808::",
            "2620:4f:8000::1",
            "3fff::1",
            "3fff:fff::1",
            "3ffe::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "2606:4700::5efe:7f00:1",
            "2606:4700::200:5efe:a00:1",
        ] {
            assert!(!is_global(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn allowed_networks_are_exempt_in_every_spelling() {
        let allowed: Vec<IpNet> = vec!["127.0.0.1/32".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let guard = |reach| Guard::new(&allowed, Names::System, reach);
        for (address, https, http) in [
            ("127.0.0.1", true, true),
            ("::ffff:127.0.0.1", true, true),
            ("fd00::1", true, true),
            ("127.0.0.2", false, false),
            ("::1", false, false),
            ("8.8.8.8", true, false),
            ("::ffff:8.8.8.8", false, false),
        ] {
            let address = address.parse().unwrap();
            assert_eq!(guard(Reach::Global).permits(address), https, "{address}");
            assert_eq!(guard(Reach::Allowed).permits(address), http, "{address}");
        }
    }
}
