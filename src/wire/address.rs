//! Hosts and addresses: the one canonical form in which a host is verified, stored, blocked and compared.
//!
//! Two hosts are the same if and only if their canonical forms are the same text. Whatever has no canonical form
//! (user names in the authority, odd separators, empty labels) is no host at all.

use std::fmt;

use url::Url;

/// A URL longer than this is not looked at; the longest seen in the wild have a few hundred characters.
const URL_BYTES_MAX: usize = 4096;
/// The longest DNS name as text (RFC 1035, section 2.3.4).
const HOST_BYTES_MAX: usize = 253;
/// The longest name in an address that we read.
const NAME_BYTES_MAX: usize = 64;

/// The canonical authority of an http(s) URL: lower case, IDNA as ASCII, without trailing dot or default port; any
/// other port is kept, an IPv6 address stands in brackets. `None` for what [`read_url`] refuses.
pub fn host_of(url: &str) -> Option<String> {
    let url = read_url(url)?;
    let host = without_dot(&url)?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

/// Parses an http(s) URL that has a canonical host. `None` for other schemes, for user names in the authority, and for
/// spellings that other parsers could take for another host.
pub fn read_url(url: &str) -> Option<Url> {
    if url.len() > URL_BYTES_MAX || url.trim() != url || url.contains(char::is_control) {
        return None;
    }
    // The URL standard also takes "http:host" and "http:\\host"; whoever writes that wants to be misread.
    let (scheme, rest) = url.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next()?;
    if authority.is_empty() || authority.contains(|c: char| matches!(c, '@' | '\\' | '%') || c.is_whitespace()) {
        return None;
    }
    let url = Url::parse(url).ok()?;
    without_dot(&url).is_some().then_some(url)
}

/// The canonical form of a bare `host[:port]`, read as if `https://` stood before it.
pub fn canonical_host(host: &str) -> Option<String> {
    if host.contains(['/', '?', '#']) {
        return None;
    }
    host_of(&format!("https://{host}/"))
}

/// Do two http(s) URLs have the same canonical host? URLs without one are the same as nothing, not even themselves.
pub fn same_host(a: &str, b: &str) -> bool {
    host_of(a).is_some_and(|host| host_of(b).is_some_and(|other| other == host))
}

/// The host without its final dot, if it is one: not too long, and without empty labels.
fn without_dot(url: &Url) -> Option<&str> {
    let host = url.host_str()?;
    let host = host.strip_suffix('.').unwrap_or(host);
    // An IPv6 address has colons instead of labels; every other host consists of labels.
    let whole = host.starts_with('[') || !host.split('.').any(str::is_empty);
    (whole && host.len() <= HOST_BYTES_MAX).then_some(host)
}

/// An actor's address as people write it: `@name@host`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    /// The name, in the writer's spelling.
    pub name: String,
    /// The canonical host.
    pub host: String,
}

impl Address {
    /// Reads `@name@host`, `name@host` or `acct:name@host` (RFC 7565); the full-width ＠ of Chinese keyboards counts too.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > NAME_BYTES_MAX + HOST_BYTES_MAX + 16 {
            return None;
        }
        let text = text.replace('＠', "@");
        let text = match text.get(..5) {
            Some(scheme) if scheme.eq_ignore_ascii_case("acct:") => text.get(5..)?,
            _ => text.as_str(),
        };
        let (name, host) = text.strip_prefix('@').unwrap_or(text).split_once('@')?;
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        if name.is_empty() || name.len() > NAME_BYTES_MAX || !name.chars().all(known) {
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
    fn every_spelling_of_a_host_has_one_form() {
        for (url, host) in [
            ("https://hall.example/actors/mei", "hall.example"),
            ("HTTPS://Hall.EXAMPLE", "hall.example"),
            ("https://hall.example./x", "hall.example"),
            ("https://hall.example:443/x", "hall.example"),
            ("http://hall.example:80/x", "hall.example"),
            ("https://hall.example:0443/x", "hall.example"),
            ("https://hall.example:/x", "hall.example"),
            ("https://hall.example:8443?x", "hall.example:8443"),
            ("http://hall.example:443/", "hall.example:443"),
            ("https://hall.example.:8443/", "hall.example:8443"),
            ("https://會館.example/x", "xn--2ov392i.example"),
            ("https://xn--2ov392i.example/x", "xn--2ov392i.example"),
            ("https://XN--2OV392I.example/x", "xn--2ov392i.example"),
            ("https://會館。example/x", "xn--2ov392i.example"),
            ("https://ｈａｌｌ．ｅｘａｍｐｌｅ/x", "hall.example"),
            ("https://bücher.example", "xn--bcher-kva.example"),
            ("https://b\u{75}\u{308}cher.example", "xn--bcher-kva.example"),
            ("https://straße.example", "xn--strae-oqa.example"),
            ("https://127.0.0.1:3000/", "127.0.0.1:3000"),
            ("https://2130706433/", "127.0.0.1"),
            ("https://0x7f.1/", "127.0.0.1"),
            ("https://[::1]:8080/", "[::1]:8080"),
            ("https://[0:0:0:0:0:0:0:1]/", "[::1]"),
            ("https://[2001:DB8::0001]/", "[2001:db8::1]"),
            ("https://localhost:3000/@mei@hall.example", "localhost:3000"),
            ("https://hall.example?x=https://other.example", "hall.example"),
            ("https://hall.example#@other.example", "hall.example"),
        ] {
            assert_eq!(host_of(url).as_deref(), Some(host), "{url}");
            assert!(read_url(url).is_some(), "{url}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        let long = format!("https://{}.example/", "a.".repeat(130));
        let longer = format!("https://hall.example/{}", "a".repeat(5000));
        for url in [
            "",
            "hall.example",
            "//hall.example/",
            "ftp://hall.example/",
            "javascript://hall.example/",
            "https:hall.example",
            "https:/hall.example",
            "https:\\\\hall.example\\",
            "https://hall.example\\@evil.example/",
            "https://mei@hall.example/",
            "https://mei:secret@hall.example/",
            "https://@hall.example/",
            "https://hall.example@evil.example/",
            "https://",
            "https:///x",
            "https://./",
            "https://../",
            "https://hall.example../",
            "https://hall..example/",
            "https://.hall.example/",
            "https://hall.example:99999/",
            "https://hall.example:x/",
            "https://hall example/",
            " https://hall.example/",
            "https://hall.example/\n",
            "https://hall.\texample/",
            "https://hall.example\0/",
            "https://ha%6cl.example/",
            "https://ha%00ll.example/",
            "https://[::1/",
            "https://[fe80::1%25eth0]/",
            "https://256.1.1.1/",
            "https://xn--a/",
            "https://hall\u{ad}\u{200b}<.example/",
            &long,
            &longer,
        ] {
            assert_eq!(host_of(url), None, "{url:?}");
            assert_eq!(read_url(url), None, "{url:?}");
        }
    }

    #[test]
    fn a_bare_host_is_read_as_https() {
        assert_eq!(canonical_host("Hall.Example:443").as_deref(), Some("hall.example"));
        assert_eq!(canonical_host("hall.example.").as_deref(), Some("hall.example"));
        assert_eq!(canonical_host("hall.example:80").as_deref(), Some("hall.example:80"));
        assert_eq!(canonical_host("127.0.0.1:4000").as_deref(), Some("127.0.0.1:4000"));
        for host in
            ["", "hall.example/x", "hall.example?x", "https://hall.example", "a@hall.example", "a b", " hall.example"]
        {
            assert_eq!(canonical_host(host), None, "{host}");
        }
    }

    #[test]
    fn hosts_are_compared_in_canonical_form() {
        assert!(same_host("https://Hall.example/a", "https://hall.example:443/b"));
        assert!(!same_host("https://hall.example/a", "https://hall.example:8443/a"));
        assert!(!same_host("https://hall.example/", "https://hall.example.evil.example/"));
        assert!(!same_host("https://sub.hall.example/", "https://hall.example/"));
        assert!(!same_host("nonsense", "nonsense"));
    }

    #[test]
    fn addresses_are_read_in_every_usual_form() {
        let mei = Address { name: "mei".into(), host: "hall.example".into() };
        for text in [
            "@mei@Hall.Example",
            "mei@hall.example",
            "acct:mei@hall.example",
            "ACCT:@mei@hall.example",
            "  @mei@hall.example.\n",
            "＠mei＠hall.example",
            "@mei@hall.example:443",
        ] {
            assert_eq!(Address::parse(text), Some(mei.clone()), "{text}");
        }
        assert_eq!(mei.to_string(), "@mei@hall.example");
        assert_eq!(Address::parse("@Mei.L-n_1@會館.example").unwrap().to_string(), "@Mei.L-n_1@xn--2ov392i.example");
    }

    #[test]
    fn other_texts_are_no_addresses() {
        let long = format!("@{}@hall.example", "a".repeat(65));
        for text in [
            "",
            "@",
            "@@",
            "mei",
            "@mei",
            "@mei@",
            "@@hall.example",
            "mei@@hall.example",
            "@m i@hall.example",
            "@梅@hall.example",
            "@mei@hall.example/x",
            "@mei@a@hall.example",
            "https://hall.example/@mei",
            "@mei@hall.example?x",
            "acct:acct:mei@hall.example",
            "mailto:mei@hall.example",
            &long,
        ] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
    }
}
