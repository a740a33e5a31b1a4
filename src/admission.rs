//! How somebody becomes a member, by a form or through a client program: the same checks and the same cost.

use std::net::IpAddr;

use crate::ctx::Ctx;
use crate::domain::actor::{self, Keys};
use crate::domain::invitation;
use crate::domain::login::{self, Member, New, Role, State};
use crate::error::{Error, Problem, Result};
use crate::lang::Language;
use crate::{secret, text};

/// What somebody says of themself.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The name, as typed.
    pub name: String,
    /// The name shown; empty for the same.
    pub display_name: String,
    /// E-mail address or empty.
    pub email: String,
    /// The password.
    pub password: String,
    /// Language code, if chosen.
    pub language: Option<String>,
    /// Time zone, if chosen.
    pub time_zone: Option<String>,
    /// Who they are, for the officer who decides.
    pub reason: String,
}

/// Who opens the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// The newcomer: the hall is open to all.
    Oneself,
    /// An officer, later.
    Approval,
    /// Whoever gave them this invitation.
    Invitation(String),
}

/// Makes a member, or an application.
///
/// Errors: `Invalid` naming the fields, `TooMany`, `NotFound` for an invitation that somebody else was faster with.
pub async fn admit(ctx: &Ctx, address: IpAddr, asked: Asked, by: By) -> Result<Member> {
    // What is plainly wrong costs neither a hash nor keys.
    check(&asked, &by)?;
    ctx.limits.sign_up(address)?;
    let permit = ctx.limits.hash().await?;
    let password = asked.password;
    let (password_hash, keys) = ctx.slow(move || Ok((secret::password_hash(&password)?, Keys::make()?))).await?;
    drop(permit);
    let new = New {
        name: asked.name,
        display_name: asked.display_name,
        email: asked.email,
        password_hash,
        role: Role::Member,
        state: if by == By::Approval { State::Pending } else { State::Active },
        language: asked.language.filter(|code| Language::parse(code).is_some()),
        time_zone: asked.time_zone.filter(|zone| jiff::tz::TimeZone::get(zone).is_ok()),
        reason: text::body(&asked.reason),
    };
    ctx.write(move |conn| {
        let member = login::add(conn, &new, &keys)?;
        if let By::Invitation(token) = &by {
            invitation::redeem(conn, token, member.login.id)?;
        }
        Ok(member)
    })
    .await
}

fn check(asked: &Asked, by: &By) -> Result<()> {
    let mut problems: Vec<Problem> = Vec::new();
    let mut take = |found: Result<()>| {
        if let Err(Error::Invalid(found)) = found {
            problems.extend(found);
        }
    };
    take(login::check_password(&asked.password).map(drop));
    if *by == By::Approval && asked.reason.trim().is_empty() {
        take(Err(Error::invalid("reason", "problem-reason-empty")));
    }
    take(actor::check_name(&asked.name).map(drop));
    take(login::check_email(&asked.email).map(drop));
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
}
