//! Push messages: each push service on its own, so that a slow one delays nobody.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::api;
use crate::ctx::Ctx;
use crate::domain::push;
use crate::error::Result;

/// Messages to one push service at a time: as many as the client has under way to one host.
const PER_HOST: i64 = 4;
/// Push services looked at at a time.
const HOSTS: i64 = 256;

/// Gives each push service that has something due a task of its own; answers how many were started.
pub async fn spread(ctx: &Ctx, busy: &Arc<Mutex<HashSet<String>>>, tasks: &mut JoinSet<()>) -> Result<usize> {
    let hosts = ctx.read(|conn| push::due_hosts(conn, HOSTS)).await?;
    super::spread(ctx, hosts, busy, tasks, serve).await
}

/// Sends everything that is due, each push service on its own and all to the end; answers how many services.
pub async fn all(ctx: &Ctx) -> Result<usize> {
    let hosts = ctx.read(|conn| push::due_hosts(conn, HOSTS)).await?;
    let count = hosts.len();
    super::together(hosts.into_iter().map(|host| serve(ctx.clone(), host))).await?;
    Ok(count)
}

/// Sends to one push service until nothing is due there.
async fn serve(ctx: Ctx, host: String) -> Result<()> {
    while !ctx.is_stopping() {
        let asked = host.clone();
        let batch = ctx.write(move |conn| push::claim(conn, &asked, PER_HOST)).await?;
        if batch.is_empty() {
            break;
        }
        super::together(batch.into_iter().map(|delivery| {
            let ctx = ctx.clone();
            async move { api::push::send(&ctx, delivery).await }
        }))
        .await?;
    }
    Ok(())
}
