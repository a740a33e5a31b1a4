//! Hosts and addresses in their one canonical form, by which they are verified, stored, blocked and compared.

use std::fmt;

/// Longest name in an address from elsewhere.
const NAME_CHARS_MAX: usize = 64;
/// Longest URL that is read at all.
const URL_BYTES_MAX: usize = 2_048;

/// The canonical authority of an http(s) URL: lower case, ASCII by IDNA, without a final dot or a default port.
///
/// `None` for other schemes, for URLs with user information, and for what is no URL.
pub fn host_of(url: &str) -> Option<String> {
    let url = read_url(url)?;
    let host = url.host_str().filter(|host| !host.is_empty())?;
    let host = host.strip_suffix('.').unwrap_or(host);
    if host.is_empty() {
        return None;
    }
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// Parses an http(s) URL without user information.
pub fn read_url(url: &str) -> Option<url::Url> {
    if url.len() > URL_BYTES_MAX || url.trim() != url {
        return None;
    }
    let url = url::Url::parse(url).ok()?;
    let plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    plain.then_some(url)
}

/// The canonical form of a bare `host` or `host:port`.
pub fn canonical_host(host: &str) -> Option<String> {
    if host.contains(['/', '?', '#', '@', '\\']) || host.chars().any(char::is_whitespace) {
        return None;
    }
    host_of(&format!("https://{host}"))
}

/// Do both URLs stand on the same host?
pub fn same_host(a: &str, b: &str) -> bool {
    host_of(a).is_some_and(|host| host_of(b).as_ref() == Some(&host))
}

/// An address as people write it: `@mei@hall.example`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The name, as written.
    pub name: String,
    /// The canonical host.
    pub host: String,
}

impl Address {
    /// Reads `@mei@hall.example`, `mei@hall.example` or `acct:mei@hall.example`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix("acct:").unwrap_or(text);
        let (name, host) = text.strip_prefix('@').unwrap_or(text).split_once('@')?;
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
        if !plain || name.is_empty() || name.len() > NAME_CHARS_MAX {
            return None;
        }
        Some(Self { name: name.to_owned(), host: canonical_host(host)? })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}@{}", self.name, self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_have_one_spelling() {
        for (url, host) in [
            ("https://Hall.Example/@mei", Some("hall.example")),
            ("https://hall.example:443/", Some("hall.example")),
            ("http://hall.example:80", Some("hall.example")),
            ("http://localhost:8081/x", Some("localhost:8081")),
            ("https://hall.example.:8443/", Some("hall.example:8443")),
            ("https://hall.example./", Some("hall.example")),
            ("https://會館.example/", Some("xn--2ov392i.example")),
            ("https://[::1]:8080/", Some("[::1]:8080")),
            ("https://0x7f.1/", Some("127.0.0.1")),
            ("https://mei@hall.example/", None),
            ("https://hall.example@evil.example/", None),
            ("ftp://hall.example/", None),
            ("https:///", None),
            ("hall.example", None),
            (" https://hall.example", None),
            ("", None),
        ] {
            assert_eq!(host_of(url).as_deref(), host, "{url}");
        }
        assert!(same_host("https://HALL.example/a", "https://hall.example:443/b"));
        assert!(!same_host("https://hall.example/a", "https://hall.example:444/b"));
        assert!(!same_host("nonsense", "nonsense"));
    }

    #[test]
    fn addresses_are_read_as_people_write_them() {
        for (text, expected) in [
            ("@mei@hall.example", Some("@mei@hall.example")),
            (" mei@Hall.Example ", Some("@mei@hall.example")),
            ("acct:mei@localhost:8081", Some("@mei@localhost:8081")),
            ("user@127.0.0.1:8081", Some("@user@127.0.0.1:8081")),
            ("@mei", None),
            ("mei@", None),
            ("@@hall.example", None),
            ("陈@hall.example", None),
            ("mei@hall.example/x", None),
            ("a b@hall.example", None),
        ] {
            assert_eq!(Address::parse(text).map(|a| a.to_string()).as_deref(), expected, "{text}");
        }
    }
}
