//! Public accounts as pages: the directory with the reader's box, an account with its articles, opening one and changing it.

mod draft;
mod face;
mod moving;
mod script;
mod series;
mod staff;
mod talk;

pub use draft::{
    close_preview, create as create_draft, discard, drop_copy, edit as edit_draft, list as drafts,
    look as look_at_draft, open_preview, pin, preview, unpublish, update as update_draft,
};
pub use face::{create as create_face, delete as delete_face};
pub use script::{delete as delete_script, edit as edit_script, update as update_script};
pub use series::{
    arrange as arrange_series, create as create_series, delete as delete_series, edit as edit_series,
    list as series_list, show as show_series, update as update_series,
};
pub use staff::{ask_closing, close, hand_over, list as staff, remove as remove_staff, set as set_staff};
pub use talk::{answer, list as comments, update as decide};

use actix_web::{HttpResponse, web};
use askama::Template;

use self::moving::{Successor, known_as, read_known_as};
use super::card::{Fact, PAGE_SIZE, Person, Tie, names_beside, path};
use super::form::{Fields, Form};
use super::page::{self, Page};
use super::time::When;
use crate::config::AccountsOpening;
use crate::db::{Conn, Range};
use crate::domain::account::{self, Account, Act, Button, Detail, Kind, Role, Said, Settings, Talk};
use crate::domain::actor::{self, Actor, Keys};
use crate::domain::article::{self, Article};
use crate::domain::audience::Viewer;
use crate::domain::block;
use crate::domain::friend;
use crate::domain::login::Role as Office;
use crate::domain::post::Post;
use crate::domain::profile;
use crate::domain::succession;
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId};
use crate::lang::Language;
use crate::text;

/// Accounts in the directory.
const LIST_MAX: i64 = 200;
/// Characters of what an account says of itself that other sites show.
const DESCRIPTION_CHARS_MAX: usize = 200;

/// An account as lists and its own pages show it.
#[derive(Debug, Clone)]
pub struct Card {
    /// Its name, face, address and page.
    pub who: Person,
    /// The message of its kind.
    pub kind: &'static str,
    /// Its topics.
    pub topics: Vec<String>,
    /// The beginning of what it says of itself.
    pub about: String,
    /// How many follow it.
    pub followers: i64,
}

impl Card {
    /// The card of an account.
    pub fn of(page: &Page, actor: &Actor, detail: &Detail, followers: i64) -> Self {
        Self {
            who: Person::of(actor, page.language),
            kind: match detail.kind {
                Kind::Subscription => "account-subscription",
                Kind::Service => "account-service",
            },
            topics: detail.topics(),
            about: text::excerpt(&text::plain_of_clean(&actor.about_html).replace('\n', " "), 80),
            followers,
        }
    }
}

/// How the reader stands to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Is the reader of its staff?
    pub is_staff: bool,
    /// May the reader publish in its name?
    pub may_publish: bool,
    /// Is it the reader's own?
    pub is_owner: bool,
    /// Comments that wait.
    pub waiting: i64,
}

impl Standing {
    /// How a reader stands to an account.
    ///
    /// Errors: of the database.
    pub fn of(conn: &mut crate::db::Conn, me: Option<ActorId>, id: ActorId) -> Result<Self> {
        let Some(me) = me else { return Ok(Self::default()) };
        let role = account::role(conn, id, me)?;
        let may_publish = role.is_some_and(Role::may_publish);
        Ok(Self {
            is_staff: role.is_some(),
            may_publish,
            is_owner: role == Some(Role::Owner),
            waiting: if may_publish { article::queue_count(conn, id)? } else { 0 },
        })
    }
}

/// An author in the reader's box.
struct Line {
    who: Person,
    title: String,
    article: String,
    when: When,
    unread: i64,
}

/// The directory, with the reader's box.
#[derive(Template)]
#[template(path = "account/list.html")]
struct List {
    page: Page,
    folded: Vec<Line>,
    mine: Vec<(Person, &'static str)>,
    topics: Vec<(String, i64, bool)>,
    topic: String,
    words: String,
    found: Vec<Card>,
    may_open: bool,
}

/// `/accounts`: what the reader follows, folded by author, and all accounts of the hall.
pub async fn list(page: Page) -> Result<HttpResponse> {
    let me = page.viewer().member();
    let (topic, words) = (text::name(page.query("topic"), 40), text::name(page.query("q"), 100));
    let (asked, sought) = (topic.clone(), words.clone());
    let (folded, mine, topics, found) = page
        .ctx
        .read(move |conn| {
            let folded = me.map(|me| article::subscriptions(conn, me)).transpose()?.unwrap_or_default();
            let mine = me.map(|me| account::run_by(conn, me)).transpose()?.unwrap_or_default();
            Ok((folded, mine, account::topics(conn)?, account::find_all(conn, &asked, &sought, LIST_MAX)?))
        })
        .await?;
    let line = |one: &article::Folded| Line {
        who: Person::of(&one.author, page.language),
        title: one.newest.title.clone(),
        article: format!("{}/{}", path(&one.author), one.newest.id),
        when: page.when(one.newest.published_at),
        unread: one.unread,
    };
    page::ok(&List {
        folded: folded.iter().map(line).collect(),
        mine: mine.iter().map(|(role, one)| (Person::of(one, page.language), role_message(*role))).collect(),
        topics: topics.into_iter().map(|(word, count)| (word.clone(), count, word == topic)).collect(),
        found: found
            .iter()
            .map(|one| Card::of(&page, &one.account.actor, &one.account.detail, one.followers))
            .collect(),
        may_open: may_open(&page),
        topic,
        words,
        page,
    })
}

fn may_open(page: &Page) -> bool {
    let Some(me) = &page.member else { return false };
    match page.ctx.config.accounts.opening {
        AccountsOpening::Members => true,
        AccountsOpening::Officers => me.member.login.role.may(Office::Moderator),
    }
}

fn role_message(role: Role) -> &'static str {
    match role {
        Role::Owner => "account-role-owner",
        Role::Editor => "account-role-editor",
        Role::Contributor => "account-role-contributor",
    }
}

/// An article as lists show it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its title.
    pub title: String,
    /// Its page.
    pub path: String,
    /// What it is about, in short.
    pub digest: String,
    /// The language of the text.
    pub language: String,
    /// The address of its cover.
    pub cover: Option<String>,
    /// When it was published.
    pub when: When,
    /// How long it takes to read.
    pub minutes: i64,
    /// How often it was read.
    pub reads: i64,
    /// Is it said to be the account's own work?
    pub is_original: bool,
    /// Does it stand before the others?
    pub is_pinned: bool,
}

impl Entry {
    /// The line of an article of `author`.
    pub fn of(page: &Page, author: &str, post: &Post, article: &Article) -> Self {
        Self {
            title: post.title.clone(),
            path: format!("{author}/{}", post.id),
            digest: article.digest.clone(),
            language: post.language.clone(),
            cover: article.cover_id.map(|id| format!("/media/{id}/thumb")),
            when: page.when(post.published_at),
            minutes: article.minutes(),
            reads: article.reads,
            is_original: article.is_original,
            is_pinned: false,
        }
    }
}

/// An account's page.
#[derive(Template)]
#[template(path = "account/show.html")]
struct Show {
    page: Page,
    id: ActorId,
    card: Card,
    names: Vec<(String, String)>,
    about: String,
    description: String,
    menu: Vec<Button>,
    fields: Vec<Fact>,
    standing: Standing,
    tie: Option<Tie>,
    is_apart: bool,
    series: Vec<(String, String)>,
    articles: Vec<Entry>,
    older: Option<PostId>,
    is_first: bool,
    uri: String,
    moved: Option<Successor>,
}

/// What `viewer` may see of the articles that an account has put before the others, in their order.
fn pinned(conn: &mut Conn, viewer: &Viewer, account: ActorId) -> Result<Vec<(Post, Article)>> {
    let posts = profile::pinned(conn, viewer, account)?;
    let mut articles = article::of_posts(conn, &posts.iter().map(|post| post.id).collect::<Vec<_>>())?;
    Ok(posts.into_iter().filter_map(|post| articles.remove(&post.id).map(|article| (post, article))).collect())
}

/// The lines of articles, those that are pinned first and once.
fn entries(page: &Page, at: &str, rows: &[(Post, Article)], pins: &[(Post, Article)]) -> Vec<Entry> {
    let pinned = pins.iter().map(|(post, article)| Entry { is_pinned: true, ..Entry::of(page, at, post, article) });
    let others = rows.iter().filter(|(post, _)| pins.iter().all(|(pin, _)| pin.id != post.id));
    pinned.chain(others.map(|(post, article)| Entry::of(page, at, post, article))).collect()
}

/// The page of an account of this hall.
pub(super) async fn show(page: Page, actor: Actor) -> Result<HttpResponse> {
    let (viewer, me) = (page.viewer(), page.viewer().member());
    let before = page.query("before").parse::<PostId>().ok();
    let (account, standing, tie, is_apart, followers, (fields, moved), series, (rows, pins)) = page
        .ctx
        .glance(move |conn| {
            let account = account::get(conn, actor.id)?;
            let id = account.actor.id;
            let standing = Standing::of(conn, me, id)?;
            let tie = me.map(|me| friend::relation(conn, me, &account.actor)).transpose()?;
            let apart = me.map(|me| block::standing(conn, me, &account.actor)).transpose()?.unwrap_or_default();
            let range = Range::before(before.map(|id| id.0), PAGE_SIZE + 1);
            let rows = (article::list(conn, &viewer, id, &range)?, pinned(conn, &viewer, id)?);
            let told = (profile::fields(conn, id)?, Successor::of(conn, &account.detail, me.is_some())?);
            let (followers, series) = (account::followers(conn, id)?, article::series(conn, id)?);
            Ok((account, standing, tie, apart.keeps_apart(), followers, told, series, rows))
        })
        .await?;
    let (rows, older) = page::cut(rows, PAGE_SIZE, |(post, _)| post.id);
    let (id, Account { actor, detail }) = (account.actor.id, &account);
    if let (Some(me), None, Some((newest, _))) = (me, before, rows.first()) {
        let newest = newest.id.0;
        let read = page.ctx.glance(move |conn| account::read_up_to(conn, me, id)).await?;
        if read < newest {
            page.ctx.write(move |conn| account::mark_read(conn, me, id, newest)).await?;
        }
    }
    let card = Card::of(&page, actor, detail, followers);
    let at = path(actor);
    page::ok(&Show {
        id,
        names: names_beside(actor, &card.who.name),
        about: actor.about_html.clone(),
        description: text::excerpt(&text::plain_of_clean(&actor.about_html).replace('\n', " "), DESCRIPTION_CHARS_MAX),
        menu: detail.menu(),
        fields: fields.into_iter().map(|field| Fact::of(&page, field)).collect(),
        standing,
        tie: tie.map(|relation| Tie::of(&relation, actor)),
        is_apart,
        series: series.iter().map(|one| (one.title.clone(), format!("/accounts/{id}/series/{}", one.id))).collect(),
        articles: entries(&page, &at, &rows, if before.is_none() { &pins } else { &[] }),
        older,
        is_first: before.is_none(),
        uri: actor.uri.clone(),
        moved,
        card,
        page,
    })
}

/// The form of a new account, or of what an account is.
#[derive(Template)]
#[template(path = "account/edit.html")]
struct Edit {
    page: Page,
    form: Form,
    /// The account that is changed; `None` for a new one.
    account: Option<(ActorId, Card, Standing)>,
    languages: Vec<(Language, &'static str)>,
    fields_of_profile: [(&'static str, &'static str); profile::FIELDS_MAX],
}

impl Edit {
    fn of(page: Page, form: Form, account: Option<(ActorId, Card, Standing)>) -> Self {
        Self { page, form, account, languages: names_fields(), fields_of_profile: profile::INPUTS }
    }
}

fn names_fields() -> Vec<(Language, &'static str)> {
    let field = |language| match language {
        Language::ZhHans => "name_zh_hans",
        Language::ZhHant => "name_zh_hant",
        Language::En => "name_en",
    };
    Language::ALL.iter().map(|language| (*language, field(*language))).collect()
}

fn said(fields: &Fields) -> Said {
    let text = |name: &str| fields.text(name).to_owned();
    let or = |name: &str, usual: &str| if fields.holds(name) { text(name) } else { usual.to_owned() };
    Said {
        title: text("title"),
        names: names_fields().iter().map(|(language, field)| (language.code().to_owned(), text(field))).collect(),
        about: text("about"),
        kind: or("kind", Kind::Subscription.as_str()),
        topics: text("topics"),
        menu: text("menu"),
        talk: or("talk", Talk::Selected.as_str()),
        welcome: text("welcome"),
    }
}

/// `/accounts/new`.
pub async fn new(page: Page) -> Result<HttpResponse> {
    if !may_open(&page) {
        return Err(Error::Forbidden);
    }
    let fields =
        Fields::of([("kind", Kind::Subscription.as_str().to_owned()), ("talk", Talk::Selected.as_str().to_owned())]);
    page::ok(&Edit::of(page, Form::filled(fields), None))
}

/// `POST /accounts`: opens an account.
pub async fn create(page: Page, fields: Fields) -> Result<HttpResponse> {
    if !may_open(&page) {
        return Err(Error::Forbidden);
    }
    match opened(&page, &fields).await {
        Ok(made) => Ok(page.go_saying(&path(&made.actor), "flash-account-opened", &made.actor.display_name)),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            page::show(status, &Edit::of(page, form, None))
        }
    }
}

async fn opened(page: &Page, fields: &Fields) -> Result<Account> {
    // What is plainly wrong costs no keys.
    let mut problems = Vec::new();
    let settings = match (Settings::parse(&said(fields)), actor::check_name(fields.text("name"))) {
        (Ok(settings), Ok(_)) => settings,
        (settings, name) => {
            for error in [settings.err(), name.err()].into_iter().flatten() {
                match error {
                    Error::Invalid(found) => problems.extend(found),
                    error => return Err(error),
                }
            }
            return Err(Error::Invalid(problems));
        }
    };
    let keys = page.ctx.slow(Keys::make).await?;
    let (me, name) = (page.me()?, fields.text("name").to_owned());
    page.ctx.write(move |conn| account::create(conn, &me.member.actor, &name, &settings, &keys)).await
}

/// The account whose staff the reader is of, with how they stand to it.
///
/// Errors: `NotFound` for everybody else.
async fn run_by_me(page: &Page, id: ActorId) -> Result<(Account, Card, Standing)> {
    let me = page.me()?.member.actor.id;
    let (account, standing, followers) = page
        .ctx
        .glance(move |conn| {
            let (account, _) = account::as_staff(conn, me, id)?;
            let standing = Standing::of(conn, Some(me), id)?;
            Ok((account, standing, account::followers(conn, id)?))
        })
        .await?;
    let card = Card::of(page, &account.actor, &account.detail, followers);
    Ok((account, card, standing))
}

/// `/accounts/{id}/settings`.
pub async fn edit(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (account, card, standing) = run_by_me(&page, *id).await?;
    if !standing.may_publish {
        return Err(Error::Forbidden);
    }
    let fields = fields_of(&page, &account).await?;
    page::ok(&Edit::of(page, Form::filled(fields), Some((account.actor.id, card, standing))))
}

/// The settings of an account as its form holds them.
async fn fields_of(page: &Page, account: &Account) -> Result<Fields> {
    let Account { actor, detail } = account;
    let owner = actor.id;
    let (answers, own, known_as) = page
        .ctx
        .glance(move |conn| Ok((account::answers(conn, owner)?, profile::fields(conn, owner)?, known_as(conn, owner)?)))
        .await?;
    let answers: Vec<String> = answers.iter().map(|one| format!("{} = {}", one.words, one.reply)).collect();
    let mut fields = Fields::of([
        ("title", actor.display_name.clone()),
        ("about", actor.about.clone()),
        ("kind", detail.kind.as_str().to_owned()),
        ("topics", detail.topics.clone()),
        ("menu", account::menu_text(&detail.menu())),
        ("talk", detail.talk.as_str().to_owned()),
        ("welcome", detail.welcome.clone()),
        ("answers", answers.join("\n")),
        ("known_as", known_as),
    ]);
    let names = actor.names();
    for (language, field) in names_fields() {
        fields.push(field, names.get(language.code()).map(String::as_str).unwrap_or_default());
    }
    for (field, (name, value)) in own.iter().zip(profile::INPUTS) {
        fields.push(name, &field.name);
        fields.push(value, &field.value);
    }
    Ok(fields)
}

/// The settings of an account, after a picture of it wasn't taken.
async fn refused(page: Page, id: ActorId, _: Fields, problems: Vec<crate::error::Problem>) -> Result<HttpResponse> {
    let (account, card, standing) = run_by_me(&page, id).await?;
    let fields = fields_of(&page, &account).await?;
    let form = page.again(fields, &problems);
    page::ok(&Edit::of(page, form, Some((id, card, standing))))
}

/// `POST /accounts/{id}`: changes what an account is.
pub async fn update(page: Page, id: web::Path<ActorId>, fields: Fields) -> Result<HttpResponse> {
    let (_, card, standing) = run_by_me(&page, *id).await?;
    let (me, id) = (page.me()?.member.actor.id, *id);
    let answers = fields.text("answers").to_owned();
    let typed: Vec<(String, String)> = profile::INPUTS
        .iter()
        .map(|(name, value)| (fields.text(name).to_owned(), fields.text(value).to_owned()))
        .collect();
    let before = read_known_as(&page, fields.text("known_as")).await;
    let changed = match Settings::parse(&said(&fields)).and_then(|settings| Ok((settings, before?))) {
        Ok((settings, before)) => {
            let changed = page.ctx.write(move |conn| {
                account::set_answers(conn, me, id, &answers)?;
                profile::set_fields(conn, id, &typed)?;
                succession::set_known_as(conn, me, id, &before)?;
                account::update(conn, me, id, &settings)
            });
            changed.await
        }
        Err(error) => Err(error),
    };
    match changed {
        Ok(account) => Ok(page.go(&path(&account.actor), "flash-account-changed")),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            page::show(status, &Edit::of(page, form, Some((id, card, standing))))
        }
    }
}

/// A line of the log of an account.
struct Deed {
    by: Person,
    message: &'static str,
    subject: Option<Person>,
    title: String,
    when: When,
}

/// What the staff of an account did.
#[derive(Template)]
#[template(path = "account/log.html")]
struct Log {
    page: Page,
    id: ActorId,
    card: Card,
    standing: Standing,
    lines: Vec<Deed>,
    older: Option<i64>,
}

/// `/accounts/{id}/log`.
pub async fn log(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (_, card, standing) = run_by_me(&page, *id).await?;
    let before = page.query("before").parse::<i64>().ok();
    let id = *id;
    let (acts, people) = page
        .ctx
        .read(move |conn| {
            let acts = account::acts(conn, id, &Range::before(before, PAGE_SIZE + 1))?;
            let subjects: Vec<ActorId> = acts.iter().filter_map(|act| act.subject).collect();
            Ok((acts, actor::by_ids(conn, &subjects)?))
        })
        .await?;
    let (acts, older) = page::cut(acts, PAGE_SIZE, |act| act.id.0);
    let line = |act: &account::Line| Deed {
        by: Person::of(&act.by, page.language),
        message: act_message(act.act),
        subject: people.iter().find(|one| Some(one.id) == act.subject).map(|one| Person::of(one, page.language)),
        title: act.title.clone(),
        when: page.when(act.created_at),
    };
    let lines = acts.iter().map(line).collect();
    page::ok(&Log { id, card, standing, lines, older, page })
}

fn act_message(act: Act) -> &'static str {
    match act {
        Act::Opened => "account-act-opened",
        Act::Changed => "account-act-changed",
        Act::Appointed => "account-act-appointed",
        Act::Dismissed => "account-act-dismissed",
        Act::HandedOver => "account-act-handed-over",
        Act::Closed => "account-act-closed",
        Act::Moved => "account-act-moved",
        Act::Drafted => "account-act-drafted",
        Act::Discarded => "account-act-discarded",
        Act::Scheduled => "account-act-scheduled",
        Act::Unscheduled => "account-act-unscheduled",
        Act::Published => "account-act-published",
        Act::Edited => "account-act-edited",
        Act::Unpublished => "account-act-unpublished",
        Act::Featured => "account-act-featured",
        Act::Previewed => "account-act-previewed",
        Act::Unpreviewed => "account-act-unpreviewed",
        Act::Selected => "account-act-selected",
        Act::SetAside => "account-act-set-aside",
        Act::Pinned => "account-act-pinned",
        Act::Answered => "account-act-answered",
        Act::Series => "account-act-series",
        Act::SeriesChanged => "account-act-series-changed",
        Act::SeriesEnded => "account-act-series-ended",
    }
}
