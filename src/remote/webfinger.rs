//! Finding an actor by its address: WebFinger at the address' host, then the actor's own document.

use crate::ctx::Ctx;
use crate::domain::actor::{self, Actor};
use crate::error::{Error, Result};
use crate::wire::address::Address;
use crate::wire::discovery::{read_jrd, webfinger_url};
use crate::wire::json;

/// Largest WebFinger answer.
const JRD_BYTES_MAX: usize = 100_000;

/// The actor with this address, local or remote.
///
/// Errors: `NotFound` if the host knows no such actor; `Remote` if it can't be asked.
pub async fn find(ctx: &Ctx, address: &Address) -> Result<Actor> {
    if address.host == ctx.authority {
        let name = address.name.clone();
        let found = ctx.glance(move |conn| actor::local_by_name(conn, &name)).await?;
        return found.filter(|actor| actor.suspended_at.is_none()).ok_or(Error::NotFound("actor"));
    }
    if !super::may_speak(ctx, &address.host).await? {
        return Err(Error::never(&address.host, "this server is not spoken to"));
    }
    match ask(ctx, address).await {
        Ok(uri) => super::actor::refresh(ctx, &uri).await,
        Err(error @ Error::Remote { .. }) => {
            // The host may be down while we know the actor.
            let known = format!("{}@{}", address.name, address.host);
            let known = ctx.glance(move |conn| actor::by_address(conn, &known)).await?;
            known.ok_or(error)
        }
        Err(error) => Err(error),
    }
}

/// Asks the host and answers the actor's id.
async fn ask(ctx: &Ctx, address: &Address) -> Result<String> {
    let mut last = Error::never(&address.host, "no web address");
    for scheme in ctx.net.schemes(&address.host).await {
        let Some(url) = webfinger_url(&format!("{scheme}://{}", address.host), address) else { continue };
        match ctx.net.get(&url, "application/jrd+json, application/json", JRD_BYTES_MAX, &|_| Ok(Vec::new())).await {
            Ok(answer) if answer.is_success() => {
                let document = json::parse(&answer.body).map_err(|refusal| Error::never(&address.host, refusal))?;
                let jrd = read_jrd(&document).ok_or_else(|| Error::never(&address.host, "no actor in its answer"))?;
                return Ok(jrd.actor);
            }
            Ok(answer) if matches!(answer.status, 400 | 404 | 410) => return Err(Error::NotFound("actor")),
            Ok(answer) => last = Error::later(&address.host, format!("answered {}", answer.status)),
            Err(error) => last = error,
        }
    }
    Err(last)
}
