//! Public accounts (公众号): actors of this hall that speak to many and are run by several. Everybody of the staff acts under their own
//! name; there is no password to share.
//!
//! Invariants: an account of this hall has exactly one owner as long as it is open. What the staff does is logged with who did it
//! ([`act`]), in the same transaction. Who runs an account holds the token of its officers, which opens what waits for them.

mod act;
mod answer;
mod queries;
mod staff;
mod told;

pub use act::{Act, Line, acts, log};
pub use answer::{ANSWERS_MAX, Answer, answer_to, answers, has_answers, set_answers};
pub use queries::{Listing, all, find_all, followers, marks, read_up_to, run_by, staff, topics, with_name};
pub use staff::{close, hand_over, set_role};
pub use told::{receive, told};

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::actor::{self, Actor, Keys};
use super::audience;
use super::event::{self, Event};
use crate::clock::Micros;
use crate::db::schema::{account, account_staff};
use crate::db::{Conn, IntoBoth, text_enum};
use crate::error::{Error, Problem, Result};
use crate::id::ActorId;

/// Topics of one account.
pub const TOPICS_MAX: usize = 8;
/// Longest topic.
pub const TOPIC_CHARS_MAX: usize = 20;
/// Buttons of a menu.
pub const MENU_MAX: usize = 3;
/// Links under one button.
pub const LINKS_MAX: usize = 5;
/// Longest word on a menu.
pub const MENU_CHARS_MAX: usize = 16;
/// Longest greeting of those who begin to follow.
pub const WELCOME_CHARS_MAX: usize = 500;
/// Accounts that one member may own.
pub const OWNED_MAX: i64 = 20;
/// Longest address on a menu, in bytes.
const URL_BYTES_MAX: usize = 2_000;

text_enum! {
    /// How readers know it.
    Kind {
        /// 订阅号: often, and quietly, into a box of its own.
        Subscription = "subscription",
        /// 服务号: seldom, and among the notices.
        Service = "service",
    }
}

text_enum! {
    /// What one of the staff may do.
    Role {
        /// Everything.
        Owner = "owner",
        /// Publishes, selects comments, changes what the account says of itself.
        Editor = "editor",
        /// Writes drafts.
        Contributor = "contributor",
    }
}

impl Role {
    /// May they publish and answer in its name?
    pub fn may_publish(self) -> bool {
        self != Self::Contributor
    }
}

text_enum! {
    /// What becomes of what readers say under its articles.
    Talk {
        /// It waits until an editor selects it.
        Selected = "selected",
        /// It stands there at once.
        Open = "open",
        /// Nobody can say anything.
        Closed = "closed",
    }
}

/// What an account is, beside its actor.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = account)]
pub struct Detail {
    /// The account.
    pub actor_id: ActorId,
    /// How readers know it.
    pub kind: Kind,
    /// Its topics, with spaces between.
    pub topics: String,
    /// Its menu, as JSON.
    pub menu: String,
    /// What becomes of comments.
    pub talk: Talk,
    /// What it says to those who begin to follow it; may be empty.
    pub welcome: String,
    /// When it was opened.
    pub created_at: Micros,
    /// The id of the actor that it became, if it has moved; else empty.
    pub moved_to: String,
}

impl Detail {
    /// Has it moved, so that nobody runs it any more?
    pub fn has_moved(&self) -> bool {
        !self.moved_to.is_empty()
    }

    /// What becomes of comments now.
    pub fn talk(&self) -> Talk {
        if self.has_moved() { Talk::Closed } else { self.talk }
    }

    /// Its topics.
    pub fn topics(&self) -> Vec<String> {
        self.topics.split_whitespace().map(str::to_owned).collect()
    }

    /// Its menu.
    pub fn menu(&self) -> Vec<Button> {
        serde_json::from_str(&self.menu).unwrap_or_default()
    }
}

/// A button of a menu: a link, or several under a word.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Button {
    /// What stands on it.
    pub name: String,
    /// Where it leads, if it is a link itself; else empty.
    pub url: String,
    /// The links under it, with what stands on them.
    pub links: Vec<(String, String)>,
}

/// An account with its detail.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its actor.
    pub actor: Actor,
    /// What it is.
    pub detail: Detail,
}

/// What an account is to be, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    title: String,
    names: BTreeMap<String, String>,
    about: String,
    kind: Kind,
    topics: String,
    menu: Vec<Button>,
    talk: Talk,
    welcome: String,
}

/// What a form or a command says of an account.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Its title.
    pub title: String,
    /// Titles by language code.
    pub names: BTreeMap<String, String>,
    /// About it, plain text.
    pub about: String,
    /// A word of [`Kind`].
    pub kind: String,
    /// Its topics, with spaces or commas between.
    pub topics: String,
    /// Its menu, one link a line: a word and an address; lines that begin with a space or a dash stand under the one before.
    pub menu: String,
    /// A word of [`Talk`].
    pub talk: String,
    /// What it says to those who begin to follow it.
    pub welcome: String,
}

impl Settings {
    /// Checks what a form or a command says.
    ///
    /// Errors: `Invalid` naming `title`, `kind`, `talk`, `topics`, `menu`, or the fields that are too long.
    pub fn parse(said: &Said) -> Result<Self> {
        let title = crate::text::name(&said.title, actor::DISPLAY_NAME_CHARS_MAX + 1);
        let named = |(code, name): (&String, &String)| {
            (code.clone(), crate::text::name(name, actor::DISPLAY_NAME_CHARS_MAX + 1))
        };
        let names: BTreeMap<String, String> =
            said.names.iter().map(named).filter(|(_, name)| !name.is_empty()).collect();
        let (about, welcome) = (crate::text::body(&said.about), crate::text::body(&said.welcome));
        let mut problems = Vec::new();
        if title.is_empty() {
            problems.push(Problem::new("title", "account-problem-title-empty"));
        }
        let mut limit = |field, text: &str, max: usize| {
            if text.chars().count() > max {
                problems.push(Problem::new(field, "problem-too-long").with("max", max));
            }
        };
        limit("title", &title, actor::DISPLAY_NAME_CHARS_MAX);
        limit("about", &about, actor::ABOUT_CHARS_MAX);
        limit("welcome", &welcome, WELCOME_CHARS_MAX);
        names.values().for_each(|name| limit("names", name, actor::DISPLAY_NAME_CHARS_MAX));
        let topics = parse_topics(&said.topics).unwrap_or_else(|problem| {
            problems.push(problem);
            String::new()
        });
        let menu = parse_menu(&said.menu).unwrap_or_else(|problem| {
            problems.push(problem);
            Vec::new()
        });
        let (kind, talk) = (said.kind.parse::<Kind>(), said.talk.parse::<Talk>());
        for (field, is_wrong) in [("kind", kind.is_err()), ("talk", talk.is_err())] {
            if is_wrong {
                problems.push(Problem::new(field, "group-problem-choice"));
            }
        }
        match (kind, talk) {
            (Ok(kind), Ok(talk)) if problems.is_empty() => {
                Ok(Self { title, names, about, kind, topics, menu, talk, welcome })
            }
            _ => Err(Error::Invalid(problems)),
        }
    }
}

fn parse_topics(raw: &str) -> Result<String, Problem> {
    let words = raw.split([',', '，', '、', ' ', '\u{3000}', '\n', '#']);
    let words: Vec<String> = words.map(|word| crate::text::name(word, TOPIC_CHARS_MAX + 1)).collect();
    let mut topics: Vec<String> = Vec::new();
    for word in words.into_iter().filter(|word| !word.is_empty()) {
        if word.chars().count() > TOPIC_CHARS_MAX {
            return Err(Problem::new("topics", "problem-too-long").with("max", TOPIC_CHARS_MAX));
        }
        if !topics.contains(&word) {
            topics.push(word);
        }
    }
    if topics.len() > TOPICS_MAX {
        return Err(Problem::new("topics", "account-problem-topics").with("max", TOPICS_MAX));
    }
    Ok(topics.join(" "))
}

/// Reads a menu as it is typed; [`menu_text`] is the other way about.
fn parse_menu(raw: &str) -> Result<Vec<Button>, Problem> {
    let wrong = || Problem::new("menu", "account-problem-menu");
    let mut menu: Vec<Button> = Vec::new();
    for line in crate::text::body(raw).lines().filter(|line| !line.trim().is_empty()) {
        let is_under = line.starts_with([' ', '\u{3000}', '-', '\t']);
        let plain = line.trim_start_matches([' ', '\u{3000}', '-', '\t']).trim_end();
        let (name, url) = match plain.rsplit_once(char::is_whitespace) {
            Some((name, last)) if last.contains("://") || last.starts_with('/') => (name, last),
            _ if plain.contains("://") => return Err(wrong()),
            _ => (plain, ""),
        };
        let name = crate::text::name(name, MENU_CHARS_MAX + 1);
        let is_page = url.starts_with('/') && !url.starts_with("//");
        let is_web = url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        let is_link = url.len() <= URL_BYTES_MAX && (is_page || is_web);
        if name.is_empty() || name.chars().count() > MENU_CHARS_MAX || (!url.is_empty() && !is_link) {
            return Err(wrong());
        }
        let is_full = menu.len() >= MENU_MAX;
        match menu.last_mut().filter(|_| is_under) {
            Some(button) if url.is_empty() || !button.url.is_empty() || button.links.len() >= LINKS_MAX => {
                return Err(wrong());
            }
            Some(button) => button.links.push((name, url.to_owned())),
            None if is_under || is_full => return Err(wrong()),
            None => menu.push(Button { name, url: url.to_owned(), links: Vec::new() }),
        }
    }
    match menu.iter().any(|button| button.url.is_empty() && button.links.is_empty()) {
        true => Err(wrong()),
        false => Ok(menu),
    }
}

/// A menu as it is typed.
pub fn menu_text(menu: &[Button]) -> String {
    let mut lines = Vec::new();
    for button in menu {
        lines.push(format!("{} {}", button.name, button.url).trim_end().to_owned());
        lines.extend(button.links.iter().map(|(name, url)| format!("- {name} {url}")));
    }
    lines.join("\n")
}

/// Opens an account. `name` is as typed; `keys` were made before, outside the transaction. Whether this member may open one is the
/// caller's business.
///
/// Errors: `Invalid` for the field `name` if it can't be taken, or if the owner has too many accounts.
pub fn create(conn: &mut Conn, owner: &Actor, name: &str, settings: &Settings, keys: &Keys) -> Result<Account> {
    let name = actor::check_name(name)?;
    conn.lock(&format!("accounts of {}", owner.id))?;
    let owned: i64 = account_staff::table
        .filter(account_staff::actor_id.eq(owner.id))
        .filter(account_staff::role.eq(Role::Owner))
        .count()
        .get_result(conn.link())?;
    if owned >= OWNED_MAX {
        return Err(Error::Invalid(vec![Problem::new("name", "account-problem-many").with("max", OWNED_MAX)]));
    }
    let made = actor::create(conn, actor::Kind::Organization, &name, &settings.title, keys)?;
    let now = conn.now();
    diesel::insert_into(account::table)
        .values((
            account::actor_id.eq(made.id),
            account::kind.eq(settings.kind),
            account::topics.eq(&settings.topics),
            account::menu.eq(menu_json(&settings.menu)),
            account::talk.eq(settings.talk),
            account::welcome.eq(&settings.welcome),
            account::created_at.eq(now),
        ))
        .execute(conn.link())?;
    staff::enrol(conn, made.id, owner.id, Role::Owner)?;
    describe(conn, made.id, settings)?;
    log(conn, made.id, owner.id, Act::Opened, None, "")?;
    get(conn, made.id)
}

/// Changes what an account is.
///
/// Errors: `NotFound` if `by` isn't its owner or one of its editors.
pub fn update(conn: &mut Conn, by: ActorId, id: ActorId, settings: &Settings) -> Result<Account> {
    as_editor(conn, by, id)?;
    diesel::update(account::table.filter(account::actor_id.eq(id)))
        .set((
            account::kind.eq(settings.kind),
            account::topics.eq(&settings.topics),
            account::menu.eq(menu_json(&settings.menu)),
            account::talk.eq(settings.talk),
            account::welcome.eq(&settings.welcome),
        ))
        .execute(conn.link())?;
    describe(conn, id, settings)?;
    log(conn, id, by, Act::Changed, None, "")?;
    let event = event::id(conn);
    event::record(conn, event, id, &format!("actor:{id}"), &Event::ProfileChanged)?;
    get(conn, id)
}

/// An account is another actor from now on. Whether that is so is `succession`'s to say.
pub(super) fn leave(conn: &mut Conn, id: ActorId, successor: &str) -> Result<()> {
    diesel::update(account::table.filter(account::actor_id.eq(id)))
        .set(account::moved_to.eq(successor))
        .execute(conn.link())?;
    Ok(())
}

fn menu_json(menu: &[Button]) -> String {
    serde_json::to_string(menu).unwrap_or_default()
}

fn describe(conn: &mut Conn, id: ActorId, settings: &Settings) -> Result<()> {
    actor::describe(
        conn,
        id,
        &actor::Description {
            display_name: &settings.title,
            names: &settings.names,
            about: &settings.about,
            locked: false,
            discoverable: true,
        },
    )
}

/// The account of this hall with this id, as long as it is open.
///
/// Errors: `NotFound`.
pub fn get(conn: &mut Conn, id: ActorId) -> Result<Account> {
    let detail = detail(conn, id)?.ok_or(Error::NotFound("account"))?;
    let actor = actor::by_id(conn, id)?;
    match actor.suspended_at.is_none() && actor.deleted_at.is_none() {
        true => Ok(Account { actor, detail }),
        false => Err(Error::NotFound("account")),
    }
}

/// What an account of this hall is, if it is one.
pub fn detail(conn: &mut Conn, id: ActorId) -> Result<Option<Detail>> {
    Ok(account::table.filter(account::actor_id.eq(id)).select(Detail::as_select()).first(conn.link()).optional()?)
}

/// What somebody may do in an account; `None` if they don't run it, or nobody does since it has moved.
pub fn role(conn: &mut Conn, id: ActorId, who: ActorId) -> Result<Option<Role>> {
    Ok(account_staff::table
        .inner_join(account::table.on(account::actor_id.eq(account_staff::account_id)))
        .filter(account::moved_to.eq(""))
        .filter(account_staff::account_id.eq(id))
        .filter(account_staff::actor_id.eq(who))
        .select(account_staff::role)
        .first(conn.link())
        .optional()?)
}

/// Is this one of those who run the account?
pub fn is_staff(conn: &mut Conn, id: ActorId, who: ActorId) -> Result<bool> {
    Ok(role(conn, id, who)?.is_some())
}

/// The account, if `by` is one of its staff, with what they may do.
///
/// Errors: `NotFound` otherwise: who may not run it isn't told more than that.
pub fn as_staff(conn: &mut Conn, by: ActorId, id: ActorId) -> Result<(Account, Role)> {
    match role(conn, id, by)? {
        Some(role) => Ok((get(conn, id)?, role)),
        None => Err(Error::NotFound("account")),
    }
}

/// The account, if `by` may publish in its name.
///
/// Errors: `NotFound` for those who don't run it; `Forbidden` for contributors.
pub fn as_editor(conn: &mut Conn, by: ActorId, id: ActorId) -> Result<Account> {
    match as_staff(conn, by, id)? {
        (account, role) if role.may_publish() => Ok(account),
        _ => Err(Error::Forbidden),
    }
}

/// The account, if it is `by`'s own.
///
/// Errors: as [`as_editor`].
pub fn as_owner(conn: &mut Conn, by: ActorId, id: ActorId) -> Result<Account> {
    match as_staff(conn, by, id)? {
        (account, Role::Owner) => Ok(account),
        _ => Err(Error::Forbidden),
    }
}

/// The token of those who run an account, by which they see what waits for them.
pub fn staff_token(id: ActorId) -> String {
    format!("officers:{id}")
}

/// Lets somebody see what those see who run the account.
pub(super) fn let_in(conn: &mut Conn, id: ActorId, who: ActorId) -> Result<()> {
    audience::grant(conn, who, &staff_token(id))
}

/// A reader has seen an account up to this post.
pub fn mark_read(conn: &mut Conn, reader: ActorId, id: ActorId, post: i64) -> Result<()> {
    use crate::db::schema::account_mark;
    use diesel::upsert::excluded;
    let known = read_up_to(conn, reader, id)?;
    if known >= post {
        return Ok(());
    }
    diesel::insert_into(account_mark::table)
        .values((account_mark::reader_id.eq(reader), account_mark::account_id.eq(id), account_mark::read_id.eq(post)))
        .on_conflict((account_mark::reader_id, account_mark::account_id))
        .do_update()
        .set(account_mark::read_id.eq(excluded(account_mark::read_id)))
        .both()
        .execute(conn.link())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn menus_are_read_as_they_are_written() {
        let typed = "活动 https://a.example/\n资料\n- 章程 /about\n- 相册 https://a.example/p?x=1";
        let menu = parse_menu(typed).unwrap();
        assert_eq!(menu.len(), 2);
        assert_eq!(menu[1].links[0], ("章程".to_owned(), "/about".to_owned()));
        assert_eq!(menu_text(&menu), typed);
        for wrong in [
            "资料",
            "- 章程 /about",
            "甲 javascript://a",
            "甲 //evil.example",
            "a /1\nb /2\nc /3\nd /4",
            "a\n- 1 /\n- 2 /\n- 3 /\n- 4 /\n- 5 /\n- 6 /",
            "甲 /a\n- 乙 /b",
            "一二三四五六七八九十一二三四五六七 /a",
        ] {
            assert!(parse_menu(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn topics_are_few_and_short() {
        assert_eq!(parse_topics("#潮州菜，侨批、 侨批 a").unwrap(), "潮州菜 侨批 a");
        assert!(parse_topics("1 2 3 4 5 6 7 8 9").is_err());
        assert!(parse_topics(&"字".repeat(21)).is_err());
    }
}
