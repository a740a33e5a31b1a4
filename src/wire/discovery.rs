//! How others find us: WebFinger (RFC 7033), NodeInfo 2.1, host-meta (RFC 6415).

use serde_json::{Value, json};

use super::address::{Address, read_url};

/// The media type of a WebFinger answer.
pub const JRD_JSON: &str = "application/jrd+json";

/// What WebFinger says of an actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jrd {
    /// The canonical address.
    pub subject: Option<Address>,
    /// The actor's id.
    pub actor: String,
}

/// Writes the answer for `acct:address` (RFC 7033 §4.4).
pub fn jrd(address: &str, actor: &str, page: &str) -> Value {
    json!({
        "subject": format!("acct:{address}"),
        "aliases": [page, actor],
        "links": [
            {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": page},
            {"rel": "self", "type": super::json::ACTIVITY_JSON, "href": actor},
        ],
    })
}

/// Reads another server's answer.
pub fn read_jrd(document: &Value) -> Option<Jrd> {
    let link = document.get("links")?.as_array()?.iter().take(50).find(|link| {
        let rel = link.get("rel").and_then(Value::as_str);
        let kind = link.get("type").and_then(Value::as_str).unwrap_or_default();
        rel == Some("self") && super::json::is_activity_json(kind)
    })?;
    let actor = link.get("href")?.as_str().filter(|href| read_url(href).is_some())?;
    let subject = document.get("subject").and_then(Value::as_str).and_then(Address::parse);
    Some(Jrd { subject, actor: actor.to_owned() })
}

/// The address of the WebFinger question for an address, at `origin`.
pub fn webfinger_url(origin: &str, address: &Address) -> Option<url::Url> {
    let mut url = url::Url::parse(&format!("{origin}/.well-known/webfinger")).ok()?;
    url.query_pairs_mut().append_pair("resource", &format!("acct:{}@{}", address.name, address.host));
    Some(url)
}

/// `/.well-known/nodeinfo` (NodeInfo §5).
pub fn nodeinfo_links(origin: &str) -> Value {
    let rel = "http://nodeinfo.diaspora.software/ns/schema/2.1";
    json!({"links": [{"rel": rel, "href": format!("{origin}/nodeinfo/2.1")}]})
}

/// The numbers that NodeInfo tells.
#[derive(Debug, Clone)]
pub struct Usage<'a> {
    /// The hall's name.
    pub name: &'a str,
    /// May anyone sign up?
    pub open: bool,
    /// Members.
    pub users: i64,
    /// Posts by members.
    pub posts: i64,
}

/// `/nodeinfo/2.1`.
pub fn nodeinfo(usage: &Usage<'_>) -> Value {
    json!({
        "version": "2.1",
        "software": {"name": "huiguan", "version": env!("CARGO_PKG_VERSION")},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": usage.open,
        "usage": {"users": {"total": usage.users}, "localPosts": usage.posts},
        // Client programs look here for whose API is spoken.
        "metadata": {"nodeName": usage.name, "upstream": {"name": "mastodon"}},
    })
}

/// `/.well-known/host-meta`: where to ask WebFinger.
pub fn host_meta(origin: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\
         <Link rel=\"lrdd\" template=\"{origin}/.well-known/webfinger?resource={{uri}}\"/></XRD>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_say_of_an_actor_we_read() {
        let document = jrd("mei@a.example", "https://a.example/actors/mei", "https://a.example/@mei");
        let read = read_jrd(&document).unwrap();
        assert_eq!(read.actor, "https://a.example/actors/mei");
        assert_eq!(read.subject, Address::parse("mei@a.example"));
        for bad in [
            json!(null),
            json!({"links": 3}),
            json!({"links": [{"rel": "self", "type": "text/html", "href": "https://a.example"}]}),
        ] {
            assert_eq!(read_jrd(&bad), None);
        }
        let question = webfinger_url("https://a.example", &read.subject.unwrap()).unwrap();
        assert_eq!(question.query(), Some("resource=acct%3Amei%40a.example"));
    }
}
