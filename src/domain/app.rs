//! Apps: client programs that have made themselves known (Mastodon's documentation, “apps”; RFC 7591 in spirit).
//!
//! Invariant: whatever a program says of itself is shown as its own word; only its redirect addresses count, letter by letter.

use diesel::prelude::*;

use super::scope::Scopes;
use crate::clock::{DAY, Micros};
use crate::db::schema::{app, token, token_code};
use crate::db::{Conn, columns};
use crate::error::{Error, Result};
use crate::id::AppId;

/// The address that stands for “show the code, I can't be called back”.
pub const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";
/// Longest name of a program, in characters.
const NAME_CHARS_MAX: usize = 60;
/// Longest web address, of its page or to come back to, in bytes.
const URL_BYTES_MAX: usize = 2_000;
/// Addresses to come back to.
const REDIRECTS_MAX: usize = 10;
/// A program that nobody has signed in with is forgotten after this: anybody may make some.
const UNUSED_KEPT: Micros = 7 * DAY;
/// Rows forgotten in one go.
const PRUNED_MAX: i64 = 500;
/// Where the reader's own machine is, whatever its name service says.
const LOOPBACKS: [&str; 2] = ["http://127.0.0.1", "http://[::1]"];
/// Schemes that a browser would run rather than open.
const REFUSED_SCHEMES: [&str; 6] = ["javascript", "data", "vbscript", "file", "blob", "about"];

/// A client program.
#[derive(Debug, Clone, Queryable)]
pub struct App {
    /// Its id here.
    pub id: AppId,
    /// The name by which it makes itself known; public.
    pub client_id: String,
    /// The digest of its secret.
    pub secret_hash: String,
    /// What it calls itself.
    pub name: String,
    /// Its page, or empty.
    pub website: String,
    /// The addresses to which codes may be sent, one a line.
    pub redirect_uris: String,
    /// The most that it may ask for.
    pub scopes: String,
    /// When it made itself known.
    pub created_at: Micros,
}

columns! {
    App of app:
    id, client_id, secret_hash, name, website, redirect_uris, scopes, created_at,
}

impl App {
    /// The addresses to which codes may be sent.
    pub fn redirects(&self) -> impl Iterator<Item = &str> {
        self.redirect_uris.lines()
    }

    /// May a code be sent there? Letter by letter as it was registered; but a program on the reader's own machine listens at
    /// whichever port is free (RFC 8252 §7.3).
    pub fn comes_back_to(&self, uri: &str) -> bool {
        let asked = loopback(uri);
        self.redirects().any(|known| known == uri || (asked.is_some() && loopback(known) == asked))
    }

    /// The most that it may ask for.
    pub fn scopes(&self) -> Scopes {
        Scopes::stored(&self.scopes)
    }

    /// Is this its secret?
    pub fn knows(&self, secret: &str) -> bool {
        crate::secret::equal(crate::secret::token_hash(secret).as_bytes(), self.secret_hash.as_bytes())
    }
}

/// What a program says of itself.
#[derive(Debug, Clone)]
pub struct New {
    /// Its name.
    pub name: String,
    /// Its page, or empty.
    pub website: String,
    /// The addresses to come back to.
    pub redirects: Vec<String>,
    /// The most that it will ask for.
    pub scopes: Scopes,
}

/// Makes a program known; answers it with its secret, which is told this once.
///
/// Errors: `Invalid` for `client_name`, `redirect_uris` or `website`.
pub fn register(conn: &mut Conn, new: &New) -> Result<(App, String)> {
    let name = crate::text::name(&new.name, NAME_CHARS_MAX);
    if name.is_empty() {
        return Err(Error::invalid("client_name", "problem-app-name"));
    }
    if new.redirects.is_empty()
        || new.redirects.len() > REDIRECTS_MAX
        || !new.redirects.iter().all(|uri| is_redirect(uri))
    {
        return Err(Error::invalid("redirect_uris", "problem-app-redirect"));
    }
    let is_page = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    if !new.website.is_empty() && (new.website.len() > URL_BYTES_MAX || !is_page(&new.website)) {
        return Err(Error::invalid("website", "problem-app-website"));
    }
    let (secret, now) = (crate::secret::token(), conn.now());
    let row = App {
        id: AppId(conn.id_at(now)),
        client_id: crate::secret::token(),
        secret_hash: crate::secret::token_hash(&secret),
        name,
        website: new.website.clone(),
        redirect_uris: new.redirects.join("\n"),
        scopes: new.scopes.to_string(),
        created_at: now,
    };
    diesel::insert_into(app::table)
        .values((
            app::id.eq(row.id),
            app::client_id.eq(&row.client_id),
            app::secret_hash.eq(&row.secret_hash),
            app::name.eq(&row.name),
            app::website.eq(&row.website),
            app::redirect_uris.eq(&row.redirect_uris),
            app::scopes.eq(&row.scopes),
            app::created_at.eq(now),
        ))
        .execute(conn.link())?;
    Ok((row, secret))
}

/// May a code be sent there? A whole address without a fragment (RFC 6749 §3.1.2), of a scheme that a browser only opens.
fn is_redirect(uri: &str) -> bool {
    if uri == OUT_OF_BAND {
        return true;
    }
    let plain = uri.len() <= URL_BYTES_MAX && uri.bytes().all(|b| b.is_ascii_graphic());
    let Ok(url) = url::Url::parse(uri) else { return false };
    let is_web = matches!(url.scheme(), "http" | "https");
    plain && url.fragment().is_none() && !REFUSED_SCHEMES.contains(&url.scheme()) && (!is_web || url.has_host())
}

/// An address on the reader's own machine, by number and without its port: the host, and what stands behind the port. Names,
/// even `localhost`, may lead elsewhere.
fn loopback(uri: &str) -> Option<(&str, &str)> {
    let (host, rest) = LOOPBACKS.iter().find_map(|host| Some((*host, uri.strip_prefix(host)?)))?;
    let rest = match rest.strip_prefix(':') {
        None => rest,
        Some(behind) => {
            let (port, rest) = behind.split_at(behind.bytes().take_while(u8::is_ascii_digit).count());
            // A port that is none would be read in another way by a browser.
            port.parse::<u16>().ok().filter(|port| *port > 0)?;
            rest
        }
    };
    let is_path = rest.is_empty() || rest.starts_with(['/', '?']);
    is_path.then_some((host, rest))
}

/// The program with this public name.
pub fn by_client_id(conn: &mut Conn, client_id: &str) -> Result<Option<App>> {
    Ok(app::table.filter(app::client_id.eq(client_id)).select(App::as_select()).first(conn.link()).optional()?)
}

/// The program with this id.
pub fn by_id(conn: &mut Conn, id: AppId) -> Result<App> {
    app::table
        .filter(app::id.eq(id))
        .select(App::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("app"))
}

/// Forgets programs that nobody has signed in with.
pub fn prune(conn: &mut Conn) -> Result<()> {
    let before = conn.now() - UNUSED_KEPT;
    let unused: Vec<AppId> = app::table
        .filter(app::created_at.lt(before))
        .filter(diesel::dsl::not(diesel::dsl::exists(token::table.filter(token::app_id.eq(app::id.nullable())))))
        .filter(diesel::dsl::not(diesel::dsl::exists(token_code::table.filter(token_code::app_id.eq(app::id)))))
        .limit(PRUNED_MAX)
        .select(app::id)
        .load(conn.link())?;
    diesel::delete(app::table.filter(app::id.eq_any(unused))).execute(conn.link())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_on_the_same_machine_listens_at_any_port() {
        let app = |uris: &str| App {
            id: AppId(1),
            client_id: String::new(),
            secret_hash: String::new(),
            name: String::new(),
            website: String::new(),
            redirect_uris: uris.to_owned(),
            scopes: String::new(),
            created_at: 0,
        };
        let own =
            app("http://127.0.0.1/cb\nhttp://[::1]:80/x?y=1\nhttp://127.0.0.1@evil.example/\nhttp://localhost/cb");
        for uri in ["http://127.0.0.1/cb", "http://127.0.0.1:8477/cb", "http://127.0.0.1:1/cb", "http://[::1]:9/x?y=1"]
        {
            assert!(own.comes_back_to(uri), "{uri}");
        }
        for uri in [
            "http://127.0.0.1:8477/",
            "http://127.0.0.1:8477/cb?x",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:0/cb",
            "http://127.0.0.1:65536/cb",
            "http://127.0.0.1:+80/cb",
            "http://127.0.0.1:80@evil.example/cb",
            "http://127.0.0.1:8477@evil.example/",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.2:8477/cb",
            "https://127.0.0.1:8477/cb",
            "http://localhost:8477/cb",
            "http://[::1]:9/cb",
            "HTTP://127.0.0.1:8477/cb",
        ] {
            assert!(!own.comes_back_to(uri), "{uri}");
        }
        assert!(!app("https://app.example/cb").comes_back_to("https://app.example:8477/cb"));
    }

    #[test]
    fn codes_go_only_to_whole_addresses_that_a_browser_opens() {
        for uri in [
            OUT_OF_BAND,
            "https://app.example/callback?x=1",
            "http://127.0.0.1:8000/",
            "ivory://auth",
            "com.example.app:/oauth",
        ] {
            assert!(is_redirect(uri), "{uri}");
        }
        for uri in [
            "",
            "app.example/callback",
            "/callback",
            "https://app.example/#here",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://",
            "https://app.example/\r\nSet-Cookie: a=b",
            "https://app.example/ x",
        ] {
            assert!(!is_redirect(uri), "{uri}");
        }
    }
}
