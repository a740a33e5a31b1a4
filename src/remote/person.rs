//! Finding who is meant by what a member typed, here or elsewhere: an address, a link, or the names in a text.

use futures_util::future::join_all;

use crate::ctx::Ctx;
use crate::domain::actor::{self, Actor};
use crate::domain::audience::Viewer;
use crate::domain::{block, mention};
use crate::error::{Error, Result};
use crate::id::ActorId;
use crate::text;
use crate::wire::address::{Address, host_of};

/// Longest address that is looked up.
const ASKED_CHARS_MAX: usize = 300;
/// Unknown addresses of one post that are looked up.
const LOOK_UPS_MAX: usize = 5;
/// How long whoever writes waits for that; who isn't found by then stays text.
const LOOK_UP_WAIT: std::time::Duration = std::time::Duration::from_secs(4);

/// The actor behind the part of an address after `/@`, as far as it is known here. Members of other servers are shown to
/// members only.
///
/// Errors: `NotFound`.
pub async fn find(ctx: &Ctx, viewer: &Viewer, who: &str) -> Result<Actor> {
    let address = Address::parse(who).filter(|address| address.host != ctx.authority);
    let (viewer, who) = (viewer.clone(), who.to_owned());
    ctx.glance(move |conn| {
        let found = match address {
            None => actor::local_by_name(conn, who.split('@').next().unwrap_or_default())?,
            Some(_) if viewer.member().is_none() => None,
            Some(address) => actor::by_address(conn, &format!("{}@{}", address.name, address.host))?,
        };
        let found = found.filter(|actor| actor.suspended_at.is_none()).ok_or(Error::NotFound("actor"))?;
        block::unhidden(conn, &viewer, found)
    })
    .await
}

/// Finds who is meant by what a member typed: `@mei`, `mei@hall.example`, or the link of a page. Whom nobody here knows is
/// asked for at their server.
///
/// Errors: `NotFound`; `Remote` if the other server can't be asked; `TooMany`.
pub async fn look_up(ctx: &Ctx, me: ActorId, typed: &str) -> Result<Actor> {
    let typed = typed.trim();
    let viewer = Viewer::Member(me);
    if typed.is_empty() || typed.chars().count() > ASKED_CHARS_MAX {
        return Err(Error::NotFound("actor"));
    }
    let found = match (host_of(typed), Address::parse(typed)) {
        (Some(host), _) if host != ctx.authority => {
            ctx.limits.look_up(me)?;
            super::actor::by_uri(ctx, typed).await?
        }
        (Some(_), _) => {
            let path = url::Url::parse(typed).map(|url| url.path().to_owned()).unwrap_or_default();
            let name = path.strip_prefix("/@").or_else(|| path.strip_prefix("/actors/")).unwrap_or_default();
            return find(ctx, &viewer, name).await;
        }
        (None, Some(address)) if address.host != ctx.authority => {
            ctx.limits.look_up(me)?;
            super::webfinger::find(ctx, &address).await?
        }
        _ => return find(ctx, &viewer, typed.trim_start_matches('@')).await,
    };
    ctx.glance(move |conn| block::unhidden(conn, &viewer, found)).await
}

/// Does this text name one actor, rather than words to search for?
pub fn is_address(typed: &str) -> bool {
    let typed = typed.trim();
    host_of(typed).is_some() || Address::parse(typed).is_some() || typed.starts_with('@')
}

/// Looks up people elsewhere whom a text names and nobody here knows. Whatever goes wrong, they just stay text.
pub async fn look_up_named(ctx: &Ctx, me: ActorId, source: &str) -> Result<()> {
    let far: Vec<_> = text::people(source).into_iter().filter(|handle| !handle.host.is_empty()).collect();
    if far.is_empty() {
        return Ok(());
    }
    let unknown = ctx
        .glance(move |conn| {
            let mut unknown = Vec::new();
            for handle in far {
                if mention::find(conn, &handle)?.is_none() {
                    unknown.push(format!("@{}@{}", handle.name, handle.host));
                }
            }
            Ok(unknown)
        })
        .await?;
    let addresses = unknown.iter().filter_map(|address| Address::parse(address));
    let elsewhere = addresses.filter(|address| address.host != ctx.authority).take(LOOK_UPS_MAX);
    let allowed: Vec<Address> = elsewhere.filter(|_| ctx.limits.look_up(me).is_ok()).collect();
    let finds = allowed.iter().map(|address| async {
        if let Err(error) = super::webfinger::find(ctx, address).await {
            tracing::debug!(host = %address.host, %error, "somebody named in a text could not be looked up");
        }
    });
    // What takes longer is given up: the text goes out, and the name in it is no link.
    drop(tokio::time::timeout(LOOK_UP_WAIT, join_all(finds)).await);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_links_are_told_from_words() {
        for address in ["@mei", "mei@hall.example", "@mei@localhost:8081", "https://hall.example/@mei"] {
            assert!(is_address(address), "{address}");
        }
        for words in ["mei", "陈美玲", "揭阳 渔湖", "", "a@b@c d"] {
            assert!(!is_address(words), "{words}");
        }
    }
}
