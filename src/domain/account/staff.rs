//! Who runs an account, and how that changes.

use diesel::prelude::*;

use super::{Act, Role, as_owner, as_staff, let_in, log, role, staff_token};
use crate::db::Conn;
use crate::db::schema::account_staff;
use crate::domain::actor::{self, Actor};
use crate::domain::audience;
use crate::domain::event::{self, Event};
use crate::error::{Error, Problem, Result};
use crate::id::ActorId;

/// Those who run one account.
const STAFF_MAX: i64 = 50;

/// Makes somebody one of the staff, or changes what they may do.
pub(super) fn enrol(conn: &mut Conn, id: ActorId, who: ActorId, role: Role) -> Result<()> {
    let row = account_staff::table.filter(account_staff::account_id.eq(id)).filter(account_staff::actor_id.eq(who));
    if diesel::update(row).set(account_staff::role.eq(role)).execute(conn.link())? == 0 {
        let now = conn.now();
        diesel::insert_into(account_staff::table)
            .values((
                account_staff::account_id.eq(id),
                account_staff::actor_id.eq(who),
                account_staff::role.eq(role),
                account_staff::created_at.eq(now),
            ))
            .execute(conn.link())?;
    }
    let_in(conn, id, who)
}

/// The owner gives somebody of this hall a role, or takes it (`None`). Whoever is of the staff may leave by themself.
///
/// Errors: `Invalid` for the field `who` or `role`; `NotFound` and `Forbidden` for those who may not.
pub fn set_role(conn: &mut Conn, by: &Actor, id: ActorId, who: ActorId, new: Option<Role>) -> Result<Actor> {
    let leaves = by.id == who && new.is_none();
    if leaves {
        as_staff(conn, by.id, id)?.0
    } else {
        as_owner(conn, by.id, id)?
    };
    conn.lock(&format!("account:{id}"))?;
    let person = actor::by_id(conn, who)?;
    let known = role(conn, id, who)?;
    if known == Some(Role::Owner) || new == Some(Role::Owner) {
        // There is one owner: they hand it over.
        return Err(Error::invalid("role", "account-problem-owner"));
    }
    let is_person = person.is_local() && person.kind == actor::Kind::Person && person.suspended_at.is_none();
    if !is_person || (known.is_none() && new.is_none()) {
        return Err(Error::invalid("who", "account-problem-person"));
    }
    match new {
        Some(role) => {
            let count: i64 =
                account_staff::table.filter(account_staff::account_id.eq(id)).count().get_result(conn.link())?;
            if known.is_none() && count >= STAFF_MAX {
                return Err(Error::Invalid(vec![Problem::new("who", "account-problem-staff").with("max", STAFF_MAX)]));
            }
            enrol(conn, id, who, role)?;
            log(conn, id, by.id, Act::Appointed, Some(who), "")?;
        }
        None => {
            let row =
                account_staff::table.filter(account_staff::account_id.eq(id)).filter(account_staff::actor_id.eq(who));
            diesel::delete(row).execute(conn.link())?;
            audience::revoke(conn, who, &staff_token(id))?;
            log(conn, id, by.id, Act::Dismissed, Some(who), "")?;
        }
    }
    Ok(person)
}

/// The owner closes the account: its page and its articles are gone, and its followers' servers are told.
///
/// Errors: `NotFound` and `Forbidden` for those who may not.
pub fn close(conn: &mut Conn, by: &Actor, id: ActorId) -> Result<()> {
    as_owner(conn, by.id, id)?;
    log(conn, id, by.id, Act::Closed, None, "")?;
    actor::close(conn, id)?;
    let event = event::id(conn);
    event::record(conn, event, id, &format!("actor:{id}"), &Event::AccountClosed)
}

/// The owner hands the account over to somebody of the staff and becomes an editor.
///
/// Errors: `Invalid` for the field `who`; `NotFound` and `Forbidden` for those who may not.
pub fn hand_over(conn: &mut Conn, by: &Actor, id: ActorId, who: ActorId) -> Result<Actor> {
    as_owner(conn, by.id, id)?;
    conn.lock(&format!("account:{id}"))?;
    let person = actor::by_id(conn, who)?;
    if by.id == who || role(conn, id, who)?.is_none() || person.suspended_at.is_some() {
        return Err(Error::invalid("who", "account-problem-successor"));
    }
    enrol(conn, id, by.id, Role::Editor)?;
    enrol(conn, id, who, Role::Owner)?;
    log(conn, id, by.id, Act::HandedOver, Some(who), "")?;
    Ok(person)
}
