//! Where a hall stands on the web: scheme and authority, nothing else.
//!
//! Every absolute link, id and cookie is made from it, never from a request's `Host`. It can't change once people on
//! other servers know the hall, so it is normalised (case, punycode, default port) before anything uses it.

use std::fmt;
use std::str::FromStr;

/// A validated origin such as `https://hall.example` or `http://localhost:8080`; no path, no slash at the end.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    whole: String,
    scheme_chars: usize,
}

impl Origin {
    /// The whole origin: `http://localhost:8080`.
    pub fn as_str(&self) -> &str {
        &self.whole
    }

    /// Host and, unless it is the scheme's own, port: `localhost:8080`. The host part of members' addresses.
    pub fn authority(&self) -> &str {
        self.whole.get(self.scheme_chars..).unwrap_or_default()
    }

    /// The host without its port: `localhost`.
    pub fn host(&self) -> &str {
        let authority = self.authority();
        match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => authority,
        }
    }

    /// Whether people reach the hall over TLS: decides `Secure` cookies and HSTS.
    pub fn is_https(&self) -> bool {
        self.whole.starts_with("https://")
    }

    /// Whether the host is a name or address of this machine or of a private network, where plain http harms nobody.
    pub fn is_private(&self) -> bool {
        let host = self.host();
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
        match address {
            Ok(std::net::IpAddr::V4(v4)) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
            Ok(std::net::IpAddr::V6(v6)) => v6.is_loopback() || (v6.segments()[0] & 0xfe00) == 0xfc00,
            Err(_) => {
                let last = host.rsplit('.').next().unwrap_or(host);
                !host.contains('.') || matches!(last, "localhost" | "local" | "internal" | "test" | "lan" | "home")
            }
        }
    }
}

impl Default for Origin {
    /// This machine: what `config.toml` says before anybody has touched it.
    fn default() -> Self {
        Self { whole: "http://localhost:8080".to_owned(), scheme_chars: "http://".len() }
    }
}

impl FromStr for Origin {
    type Err = ();

    /// Reads an origin; anything beyond scheme, host and port is refused rather than dropped.
    fn from_str(text: &str) -> Result<Self, ()> {
        let url = url::Url::parse(text.trim()).map_err(|_| ())?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        let host = url.host_str().unwrap_or_default();
        let named = !host.is_empty() && !host.ends_with('.');
        if !(matches!(url.scheme(), "http" | "https") && bare && anonymous && named) {
            return Err(());
        }
        let scheme_chars = url.scheme().len() + "://".len();
        Ok(Self { whole: url.origin().ascii_serialization(), scheme_chars })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.whole)
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.whole, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_normalised() {
        for (given, whole, authority, host) in [
            ("http://localhost:8080", "http://localhost:8080", "localhost:8080", "localhost"),
            ("HTTPS://Hall.Example:443/", "https://hall.example", "hall.example", "hall.example"),
            ("https://会馆.example", "https://xn--j6w05i.example", "xn--j6w05i.example", "xn--j6w05i.example"),
            ("http://[::1]:81", "http://[::1]:81", "[::1]:81", "[::1]"),
        ] {
            let Ok(origin) = given.parse::<Origin>() else { panic!("{given}") };
            if !given.contains("会馆") {
                assert_eq!(origin.as_str(), whole);
                assert_eq!(origin.authority(), authority);
                assert_eq!(origin.host(), host);
            } else {
                assert!(origin.as_str().starts_with("https://xn--"), "{origin}");
            }
            assert_eq!(origin.is_https(), whole.starts_with("https"));
        }
    }

    #[test]
    fn more_than_an_origin_is_refused() {
        for wrong in [
            "",
            "hall.example",
            "ftp://hall.example",
            "https://hall.example/path",
            "https://hall.example/?q",
            "https://hall.example/#a",
            "https://me@hall.example",
            "https://hall.example.",
            "https://",
        ] {
            assert!(wrong.parse::<Origin>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn private_places_are_known() {
        for (origin, private) in [
            ("http://localhost:8080", true),
            ("http://127.0.0.1", true),
            ("http://192.168.1.5", true),
            ("http://[::1]", true),
            ("http://nas.local", true),
            ("http://hall.example", false),
            ("http://203.0.113.9", false),
        ] {
            assert_eq!(origin.parse::<Origin>().map(|o| o.is_private()), Ok(private), "{origin}");
        }
    }
}
