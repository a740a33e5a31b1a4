//! Groups as pages: the directory, a group with what is said in it, founding one and changing it.

mod announcement;
mod confirmation;
mod invitation;
mod member;
mod topic;

pub use announcement::{
    create as create_announcement, edit as edit_announcement, list as announcements, new as new_announcement,
    update as update_announcement,
};
pub use confirmation::{create as confirm, list as confirmations, remind, roll as confirmation_roll};
pub use invitation::{code, create as create_invitation, enter, list as invitations, revoke as revoke_invitation};
pub use member::{
    admit, ban, hand_over, hear, join, leave, members, mute, refuse, remove, requests, roll, set_role, unban,
};
pub use topic::{album, ask_removal, create as create_topic, mark, new as new_topic};

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::attachment;
use super::card::{Bar, Moment, PAGE_SIZE, Person, names_beside, path};
use super::form::{Fields, Form};
use super::page::{self, Page};
use super::talk::Loaded;
use super::time::When;
use crate::db::Range;
use crate::domain::actor::{self, Actor, Keys};
use crate::domain::audience::Viewer;
use crate::domain::friend;
use crate::domain::group::{self, Axis, Detail, Entrance, Group, Posting, Role, Said, Settings, State};
use crate::domain::post::{self, Entry};
use crate::domain::topic as topics;
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId};
use crate::lang::Language;
use crate::text;

/// Groups in the directory.
const LIST_MAX: i64 = 200;
/// Characters of what a group says of itself that other sites show.
const DESCRIPTION_CHARS_MAX: usize = 200;

/// A group as lists and its own pages show it.
#[derive(Debug, Clone)]
pub struct Card {
    /// Its name, face, address and page.
    pub who: Person,
    /// The message of its axis.
    pub axis: &'static str,
    /// The place, profession, interest or family name.
    pub topic: String,
    /// The message of how one joins.
    pub entrance: &'static str,
    /// Is it for its members alone?
    pub is_private: bool,
    /// The beginning of what it says of itself.
    pub about: String,
    /// How many belong to it, if that may be told.
    pub members: Option<i64>,
}

impl Card {
    /// The card of a group.
    pub fn of(page: &Page, actor: &Actor, detail: &Detail, members: Option<i64>) -> Self {
        Self {
            who: Person::of(actor, page.language),
            axis: axis_message(detail.axis),
            topic: detail.topic.clone(),
            entrance: entrance_message(detail.entrance),
            is_private: detail.is_private,
            about: text::excerpt(&text::plain_of_clean(&actor.about_html).replace('\n', " "), 80),
            members,
        }
    }
}

fn axis_message(axis: Axis) -> &'static str {
    match axis {
        Axis::Hometown => "group-axis-hometown",
        Axis::Profession => "group-axis-profession",
        Axis::Interest => "group-axis-interest",
        Axis::Family => "group-axis-family",
    }
}

fn entrance_message(entrance: Entrance) -> &'static str {
    match entrance {
        Entrance::Open => "group-entrance-open",
        Entrance::Approval => "group-entrance-approval",
        Entrance::Invitation => "group-entrance-invitation",
    }
}

/// An axis with how many groups stand on it.
struct Stand {
    code: &'static str,
    message: &'static str,
    count: i64,
    is_chosen: bool,
}

/// The directory.
#[derive(Template)]
#[template(path = "group/list.html")]
struct List {
    page: Page,
    mine: Vec<Person>,
    axes: Vec<Stand>,
    all: i64,
    words: String,
    axis: &'static str,
    found: Vec<Card>,
}

/// `/groups`: a member's own, and those that anybody may find.
pub async fn list(page: Page) -> Result<HttpResponse> {
    let me = page.viewer().member();
    let axis = page.query("axis").parse::<Axis>().ok();
    let words = text::name(page.query("q"), 100);
    let asked = words.clone();
    let (mine, census, found) = page
        .ctx
        .read(move |conn| {
            let mine = me.map(|me| group::joined(conn, me)).transpose()?.unwrap_or_default();
            Ok((mine, group::census(conn)?, group::find_all(conn, axis, &asked, LIST_MAX)?))
        })
        .await?;
    let stand = |(one, count): &(Axis, i64)| Stand {
        code: one.as_str(),
        message: axis_message(*one),
        count: *count,
        is_chosen: axis == Some(*one),
    };
    page::ok(&List {
        mine: mine.iter().map(|actor| Person::of(actor, page.language)).collect(),
        all: census.iter().map(|(_, count)| count).sum(),
        axes: census.iter().map(stand).collect(),
        found: found
            .iter()
            .map(|one| Card::of(&page, &one.group.actor, &one.group.detail, Some(one.members)))
            .collect(),
        axis: axis.map_or("", Axis::as_str),
        words,
        page,
    })
}

/// How the reader stands to a group, as templates ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// One word: `visitor stranger asked member banned`.
    pub state: &'static str,
    /// Does the reader run it?
    pub is_officer: bool,
    /// Is it the reader's own?
    pub is_owner: bool,
    /// Has the reader muted it?
    pub is_muted: bool,
    /// May the reader begin a topic?
    pub may_write: bool,
}

impl Standing {
    /// How `viewer` stands to a group, here or elsewhere.
    ///
    /// Errors: of the database.
    pub fn of(conn: &mut crate::db::Conn, viewer: &Viewer, group: &Group) -> Result<Self> {
        let Some(me) = viewer.member() else { return Ok(Self { state: "visitor", ..Self::default() }) };
        let id = group.actor.id;
        let is_muted = group::is_muted(conn, me, id)?;
        let is_closed = group.detail.posting == Posting::Officers;
        if !group.actor.is_local() {
            let follow = friend::find(conn, me, id)?.map(|follow| follow.state);
            let state = match follow {
                Some(friend::State::Accepted) => "member",
                Some(friend::State::Requested) => "asked",
                None => "stranger",
            };
            return Ok(Self { state, is_muted, may_write: state == "member" && !is_closed, ..Self::default() });
        }
        let known = group::standing(conn, id, me)?;
        let role = known.as_ref().filter(|known| known.state == State::Member).map(|known| known.role);
        let is_officer = role.is_some_and(Role::is_officer);
        Ok(Self {
            state: match known.map(|known| known.state) {
                Some(State::Member) => "member",
                Some(State::Asked) => "asked",
                Some(State::Banned) => "banned",
                None => "stranger",
            },
            is_officer,
            is_owner: role == Some(Role::Owner),
            is_muted,
            may_write: role.is_some() && (is_officer || !is_closed),
        })
    }
}

/// A group's page.
#[derive(Template)]
#[template(path = "group/show.html")]
struct Show {
    page: Page,
    id: ActorId,
    card: Card,
    names: Vec<(String, String)>,
    about: String,
    description: String,
    rules: Vec<String>,
    questions: Vec<String>,
    standing: Standing,
    /// The token of a link by which the reader came.
    invitation: String,
    form: Form,
    officers: Vec<(Person, bool)>,
    waiting: i64,
    pinned: Vec<Moment>,
    topics: Vec<Moment>,
    older: Option<PostId>,
    is_first: bool,
    uri: String,
    url: String,
}

/// The page of a group, of this hall or another that says what it is. `form` is that of joining, as it was left.
pub(super) async fn show(
    page: Page,
    status: StatusCode,
    actor: Actor,
    form: Form,
    invitation: &str,
) -> Result<HttpResponse> {
    let viewer = page.viewer();
    let before = page.query("before").parse::<PostId>().ok();
    let (group, standing, officers, members, waiting, pinned, topics, loaded) = page
        .ctx
        .glance(move |conn| {
            let group = group::get(conn, actor.id)?;
            let id = group.actor.id;
            let standing = Standing::of(conn, &viewer, &group)?;
            let officers = group::officers(conn, id)?;
            let is_told = group.actor.is_local() && (!group.detail.is_private || standing.state == "member");
            let members = if is_told { Some(group::member_count(conn, id)?) } else { None };
            let waiting = if standing.is_officer { group::waiting_count(conn, id)? } else { 0 };
            let pinned = if before.is_none() { topics::pinned(conn, &viewer, id)? } else { Vec::new() };
            let range = Range::before(before.map(|id| id.0), PAGE_SIZE + 1);
            let topics = topics::list(conn, &viewer, id, &range)?;
            let loaded = Shown::of(conn, &viewer, pinned.iter().chain(&topics))?;
            Ok((group, standing, officers, members, waiting, pinned, topics, loaded))
        })
        .await?;
    let (topics, older) = page::cut(topics, PAGE_SIZE, |entry| entry.post.id);
    let is_pinned = |entry: &&Entry| pinned.iter().all(|pin| pin.post.id != entry.post.id);
    let Group { actor, detail } = &group;
    let card = Card::of(&page, actor, detail, members);
    let is_hidden = detail.is_private && standing.state != "member";
    let officers = officers.iter().filter(|_| !is_hidden);
    let officers = officers.map(|(role, one)| (Person::of(one, page.language), *role == Role::Owner)).collect();
    page::show(
        status,
        &Show {
            id: actor.id,
            names: names_beside(actor, &card.who.name),
            about: actor.about_html.clone(),
            description: text::excerpt(&card.about, DESCRIPTION_CHARS_MAX),
            rules: detail.rules(),
            questions: detail.questions(),
            invitation: invitation.to_owned(),
            form,
            officers,
            waiting,
            pinned: pinned.iter().map(|entry| loaded.card(&page, entry, standing.is_officer)).collect(),
            topics: topics
                .iter()
                .filter(is_pinned)
                .map(|entry| loaded.card(&page, entry, standing.is_officer))
                .collect(),
            older,
            is_first: before.is_none(),
            uri: actor.uri.clone(),
            url: actor.url.clone(),
            card,
            standing,
            page,
        },
    )
}

/// What goes with the posts of one page.
struct Shown {
    talk: Loaded,
    carried: attachment::Loaded,
    marks: Vec<topics::Marks>,
}

impl Shown {
    fn of<'a>(conn: &mut crate::db::Conn, viewer: &Viewer, entries: impl Iterator<Item = &'a Entry>) -> Result<Self> {
        let bits: Vec<_> = entries.map(|entry| entry.post.bits()).collect();
        let ids: Vec<PostId> = bits.iter().map(|(id, _)| *id).collect();
        Ok(Self {
            talk: Loaded::of(conn, viewer, &bits)?,
            carried: attachment::Loaded::of(conn, viewer, &bits)?,
            marks: topics::marks(conn, &ids)?,
        })
    }

    fn card(&self, page: &Page, entry: &Entry, is_officer: bool) -> Moment {
        let card = Moment::in_list(page, entry).carrying(page, &self.carried);
        let marks = self.marks.iter().find(|marks| marks.post_id == entry.post.id);
        let bar = Bar::of(page, (entry.post.id, entry.post.root_id.is_none()), None, marks, is_officer);
        card.marked(Some(bar)).with(self.talk.strip(page, entry.post.id))
    }
}

/// The form of a new group, or of what a group is.
#[derive(Template)]
#[template(path = "group/edit.html")]
struct Edit {
    page: Page,
    form: Form,
    /// The group that is changed; `None` for a new one.
    group: Option<(ActorId, Card, Standing)>,
    languages: Vec<(Language, &'static str)>,
}

/// The field of a name in one language.
fn names_fields() -> Vec<(Language, &'static str)> {
    Language::ALL.iter().map(|language| (*language, name_field(*language))).collect()
}

fn name_field(language: Language) -> &'static str {
    match language {
        Language::ZhHans => "name_zh_hans",
        Language::ZhHant => "name_zh_hant",
        Language::En => "name_en",
    }
}

fn said(fields: &Fields) -> Said {
    let text = |name: &str| fields.text(name).to_owned();
    Said {
        title: text("title"),
        names: names_fields().iter().map(|(language, field)| (language.code().to_owned(), text(field))).collect(),
        about: text("about"),
        axis: text("axis"),
        topic: text("topic"),
        entrance: text("entrance"),
        is_private: fields.text("is_private") == "yes",
        posting: text("posting"),
        rules: text("rules"),
        questions: text("questions"),
    }
}

/// `/groups/new`.
pub async fn new(page: Page) -> Result<HttpResponse> {
    let fields = Fields::of([
        ("axis", Axis::Hometown.as_str().to_owned()),
        ("entrance", Entrance::Approval.as_str().to_owned()),
        ("posting", Posting::Members.as_str().to_owned()),
        ("is_private", "no".to_owned()),
    ]);
    page::ok(&Edit { form: Form::filled(fields), group: None, languages: names_fields(), page })
}

/// `POST /groups`: founds a group.
pub async fn create(page: Page, fields: Fields) -> Result<HttpResponse> {
    match found(&page, &fields).await {
        Ok(group) => Ok(page.go_saying(&path(&group.actor), "flash-group-founded", &group.actor.display_name)),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            page::show(status, &Edit { form, group: None, languages: names_fields(), page })
        }
    }
}

async fn found(page: &Page, fields: &Fields) -> Result<Group> {
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
    page.ctx.write(move |conn| group::create(conn, &me.member.actor, &name, &settings, &keys)).await
}

/// The group that the reader runs.
///
/// Errors: `NotFound` for everybody else.
async fn run_by_me(page: &Page, id: ActorId) -> Result<(Group, Standing, i64)> {
    let viewer = page.viewer();
    let me = page.me()?.member.actor.id;
    page.ctx
        .glance(move |conn| {
            let group = group::as_officer(conn, me, id)?;
            let standing = Standing::of(conn, &viewer, &group)?;
            let members = group::member_count(conn, id)?;
            Ok((group, standing, members))
        })
        .await
}

/// `/groups/{id}/settings`.
pub async fn edit(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (group, standing, members) = run_by_me(&page, *id).await?;
    let Group { actor, detail } = &group;
    let mut fields = Fields::of([
        ("title", actor.display_name.clone()),
        ("about", actor.about.clone()),
        ("axis", detail.axis.as_str().to_owned()),
        ("topic", detail.topic.clone()),
        ("entrance", detail.entrance.as_str().to_owned()),
        ("posting", detail.posting.as_str().to_owned()),
        ("is_private", if detail.is_private { "yes" } else { "no" }.to_owned()),
        ("rules", detail.rules.clone()),
        ("questions", detail.questions.clone()),
    ]);
    let names = actor.names();
    for (language, field) in names_fields() {
        fields.push(field, names.get(language.code()).map(String::as_str).unwrap_or_default());
    }
    let card = Card::of(&page, actor, detail, Some(members));
    let group = Some((actor.id, card, standing));
    page::ok(&Edit { form: Form::filled(fields), group, languages: names_fields(), page })
}

/// `POST /groups/{id}`: changes what a group is.
pub async fn update(page: Page, id: web::Path<ActorId>, mut fields: Fields) -> Result<HttpResponse> {
    let (group, standing, members) = run_by_me(&page, *id).await?;
    // Whether it is private was settled when it was founded; the form doesn't ask again.
    fields.push("is_private", if group.detail.is_private { "yes" } else { "no" });
    let (me, id) = (page.me()?.member.actor.id, *id);
    let changed = match Settings::parse(&said(&fields)) {
        Ok(settings) => page.ctx.write(move |conn| group::update(conn, me, id, &settings)).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(group) => Ok(page.go(&path(&group.actor), "flash-group-changed")),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            let card = Card::of(&page, &group.actor, &group.detail, Some(members));
            page::show(status, &Edit { form, group: Some((id, card, standing)), languages: names_fields(), page })
        }
    }
}

/// A line of the log of a group.
struct Line {
    by: Person,
    message: &'static str,
    subject: Option<Person>,
    post: Option<String>,
    reason: String,
    when: When,
}

/// What the officers of a group did.
#[derive(Template)]
#[template(path = "group/log.html")]
struct Log {
    page: Page,
    id: ActorId,
    card: Card,
    standing: Standing,
    lines: Vec<Line>,
    older: Option<i64>,
}

/// `/groups/{id}/log`.
pub async fn log(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (group, standing, members) = run_by_me(&page, *id).await?;
    let before = page.query("before").parse::<i64>().ok();
    let (id, me) = (*id, page.viewer());
    let (acts, people, posts) = page
        .ctx
        .read(move |conn| {
            let acts = group::acts(conn, id, &Range::before(before, PAGE_SIZE + 1))?;
            let subjects: Vec<ActorId> = acts.iter().filter_map(|act| act.subject).collect();
            let people = actor::by_ids(conn, &subjects)?;
            let mut posts = Vec::new();
            for post in acts.iter().filter_map(|act| act.post) {
                // What is gone meanwhile has no page.
                posts.extend(post::show(conn, &me, post).ok());
            }
            Ok((acts, people, posts))
        })
        .await?;
    let (acts, older) = page::cut(acts, PAGE_SIZE, |act| act.id.0);
    let line = |act: &group::Line| Line {
        by: Person::of(&act.by, page.language),
        message: act_message(act.act),
        subject: people.iter().find(|one| Some(one.id) == act.subject).map(|one| Person::of(one, page.language)),
        post: posts
            .iter()
            .find(|entry| Some(entry.post.id) == act.post)
            .map(|entry| format!("{}/{}", path(&entry.author), entry.post.id)),
        reason: act.reason.clone(),
        when: page.when(act.created_at),
    };
    let lines = acts.iter().map(line).collect();
    let card = Card::of(&page, &group.actor, &group.detail, Some(members));
    page::ok(&Log { id, card, standing, lines, older, page })
}

fn act_message(act: group::Act) -> &'static str {
    use group::Act;
    match act {
        Act::Changed => "group-act-changed",
        Act::Admitted => "group-act-admitted",
        Act::Refused => "group-act-refused",
        Act::Removed => "group-act-removed",
        Act::Banned => "group-act-banned",
        Act::Unbanned => "group-act-unbanned",
        Act::Promoted => "group-act-promoted",
        Act::Demoted => "group-act-demoted",
        Act::HandedOver => "group-act-handed-over",
        Act::Pinned => "group-act-pinned",
        Act::Unpinned => "group-act-unpinned",
        Act::Locked => "group-act-locked",
        Act::Unlocked => "group-act-unlocked",
        Act::TookDown => "group-act-took-down",
        Act::Restored => "group-act-restored",
        Act::Struck => "group-act-struck",
        Act::Unstruck => "group-act-unstruck",
        Act::Announced => "group-act-announced",
        Act::Reminded => "group-act-reminded",
    }
}
