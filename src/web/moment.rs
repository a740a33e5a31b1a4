//! Moments as pages: the home feed, the page of one, writing, editing, deleting.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::article;
use super::attachment;
use super::card::{self, Asking, Moment, PAGE_SIZE, Person, audience_message};
use super::form::{Fields, Form};
use super::gallery::{self, Slot};
use super::mark;
use super::mention;
use super::page::{self, Page};
use super::place;
use super::poll;
use super::roll;
use super::talk;
use super::upload::Upload;
use crate::db::Range;
use crate::domain::actor::{self, Actor};
use crate::domain::announcement::{self, Announcement, Priority};
use crate::domain::audience::{Audience, Viewer};
use crate::domain::bookmark;
use crate::domain::boost;
use crate::domain::friend;
use crate::domain::link::{self, Wish};
use crate::domain::media::{self, Purpose};
use crate::domain::moment::{self as domain, Draft};
use crate::domain::notice;
use crate::domain::place as spot;
use crate::domain::post::{self, Entry, Kind};
use crate::domain::profile;
use crate::domain::topic;
use crate::error::{Error, Problem, Result};
use crate::id::{BoostId, PostId};
use crate::text;

/// Characters of a Moment that other sites show.
const DESCRIPTION_CHARS_MAX: usize = 200;
/// Announcements that wait for a member's word on their first page.
const WAITING_MAX: i64 = 5;

/// The home feed.
#[derive(Template)]
#[template(path = "moment/feed.html")]
struct Feed {
    page: Page,
    me: Person,
    asking: Vec<Asking>,
    requests: usize,
    waiting: Vec<Waiting>,
    moments: Vec<Moment>,
    older: Option<i64>,
    is_first: bool,
}

/// An announcement that waits for the member's word.
struct Waiting {
    id: PostId,
    path: String,
    title: String,
    language: String,
    group: Person,
    is_urgent: bool,
    by: Option<String>,
}

impl Waiting {
    fn of(page: &Page, (known, entry): &(Announcement, Entry), groups: &[Actor]) -> Option<Self> {
        let group = groups.iter().find(|group| group.id == known.group_id)?;
        Some(Self {
            id: entry.post.id,
            path: format!("{}/{}", card::path(&entry.author), entry.post.id),
            title: entry.post.title.clone(),
            language: entry.post.language.clone(),
            group: Person::of(group, page.language),
            is_urgent: known.priority == Priority::Urgent,
            by: known.confirm_by.map(|at| page.when(at).exact),
        })
    }
}

/// `/` for members: what they and their friends shared.
pub async fn feed(page: Page) -> Result<HttpResponse> {
    let me = page.me()?;
    let id = me.member.actor.id;
    let before = page.query("before").parse::<i64>().ok();
    let (feed, requests, (waiting, groups), talk, carried, boosters) = page
        .ctx
        .glance(move |conn| {
            let requests = friend::requests(conn, id)?;
            let waiting = if before.is_none() { announcement::waiting(conn, id, WAITING_MAX)? } else { Vec::new() };
            let groups: Vec<_> = waiting.iter().map(|(known, _)| known.group_id).collect();
            let groups = actor::by_ids(conn, &groups)?;
            let feed = post::home(conn, id, &Range::before(before, PAGE_SIZE + 1))?;
            let posts: Vec<_> = feed.iter().map(|fed| fed.entry.post.bits()).collect();
            let boosts: Vec<BoostId> = feed.iter().filter_map(|fed| fed.boost).collect();
            let viewer = Viewer::Member(id);
            let (talk, carried) =
                (talk::Loaded::of(conn, &viewer, &posts)?, attachment::Loaded::of(conn, &viewer, &posts)?);
            Ok((feed, requests, (waiting, groups), talk, carried, boost::boosters(conn, &boosts)?))
        })
        .await?;
    let (feed, older) = page::cut(feed, PAGE_SIZE, |fed| fed.place);
    page::ok(&Feed {
        me: Person::of(&me.member.actor, page.language),
        requests: requests.len(),
        waiting: waiting.iter().filter_map(|one| Waiting::of(&page, one, &groups)).collect(),
        asking: requests.iter().take(2).map(|tie| Asking::of(&page, tie)).collect(),
        moments: feed
            .iter()
            .map(|fed| {
                let booster = fed.boost.and_then(|boost| boosters.get(&boost));
                let card = Moment::in_list(&page, &fed.entry).brought(&page, booster);
                card.carrying(&page, &carried).with(talk.strip(&page, fed.entry.post.id))
            })
            .collect(),
        older,
        is_first: before.is_none(),
        page,
    })
}

/// One Moment.
#[derive(Template)]
#[template(path = "moment/show.html")]
struct Show {
    page: Page,
    moment: Moment,
    uri: String,
    url: String,
    is_listed: bool,
    is_pinned: bool,
    is_kept: bool,
    excerpt: String,
    /// What other sites show of it.
    description: String,
    form: Form,
    /// The pictures of the form.
    slots: Vec<Slot>,
    /// The comment that is answered, and its author.
    to: Option<(PostId, String)>,
    next: Option<PostId>,
    chars_max: usize,
}

/// `/@{name}/{id}`.
pub async fn show(page: Page, request: HttpRequest, path: web::Path<(String, String)>) -> Result<HttpResponse> {
    if let Some(same) = article::unchanged(&page, &request, &path.1).await? {
        return Ok(same);
    }
    let entry = shown(&page, path.into_inner()).await?;
    if entry.post.kind == Kind::Item && entry.author.is_local() {
        return Ok(page.turn(&format!("/archive/items/{}", entry.post.id)));
    }
    if let Some(root) = entry.post.root_id {
        // A comment is read where it stands.
        let viewer = page.viewer();
        let root = page.ctx.glance(move |conn| post::show(conn, &viewer, root)).await?;
        return Ok(page.turn(&format!("{}/{}#c{}", card::path(&root.author), root.post.id, entry.post.id)));
    }
    whole(page, StatusCode::OK, entry, None, talk::empty_fields(), &[]).await
}

/// The post under `/@{name}/{id}`, if the reader may see it and it is that person's.
///
/// Errors: `NotFound`, whatever the reason.
pub async fn shown(page: &Page, (who, id): (String, String)) -> Result<Entry> {
    let id = id.parse::<PostId>().map_err(|_| Error::NotFound("post"))?;
    let viewer = page.viewer();
    let entry = page.ctx.glance(move |conn| post::show(conn, &viewer, id)).await?;
    let who = who.to_lowercase();
    let author = &entry.author;
    let is_theirs = who == author.address.to_lowercase() || (author.is_local() && who == author.name);
    // Visitors read what other servers published over there.
    if !is_theirs || (!author.is_local() && page.member.is_none()) {
        return Err(Error::NotFound("post"));
    }
    Ok(entry)
}

/// The page of the thread in which somebody's comment could not be taken, or whose pictures were sent ahead, with the form as it
/// was left.
pub async fn with_form(
    page: Page,
    status: StatusCode,
    answered: PostId,
    fields: Fields,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let viewer = page.viewer();
    let root = page
        .ctx
        .glance(move |conn| {
            let entry = post::show(conn, &viewer, answered)?;
            match entry.post.root_id {
                Some(root) => post::show(conn, &viewer, root),
                None => Ok(entry),
            }
        })
        .await?;
    whole(page, status, root, Some(answered), fields, problems).await
}

/// What is unread until it is opened is opened.
async fn open(page: &Page, post: &post::Post) -> Result<()> {
    let (Some(me), Kind::Announcement, id) = (page.viewer().member(), post.kind, post.id) else { return Ok(()) };
    if page.ctx.glance(move |conn| notice::waits_to_be_opened(conn, me, id)).await? {
        page.ctx.write(move |conn| notice::open(conn, me, id)).await?;
    }
    Ok(())
}

/// A Moment with everything under it, and the form of a comment on it, or on what is `answered`.
async fn whole(
    page: Page,
    status: StatusCode,
    entry: Entry,
    answered: Option<PostId>,
    fields: Fields,
    problems: &[Problem],
) -> Result<HttpResponse> {
    if entry.post.kind == Kind::Article {
        return article::whole(page, status, entry, answered, fields, problems).await;
    }
    let (viewer, id, bits) = (page.viewer(), entry.post.id, entry.post.bits());
    let after = page.query("after").parse::<PostId>().ok();
    let answered = answered.or_else(|| page.query("to").parse::<PostId>().ok());
    let slots = if page.member.is_some() { gallery::slots(&page, &fields).await? } else { Vec::new() };
    let form = page.again(fields, problems);
    let (me, said) = (page.viewer().member(), entry.post.clone());
    open(&page, &entry.post).await?;
    let (loaded, entries, to, is_pinned, is_kept, carried, standpoint) = page
        .ctx
        .glance(move |conn| {
            let to = answered.map(|to| post::show(conn, &viewer, to)).transpose().unwrap_or(None);
            let (loaded, entries) = talk::load_thread(conn, &viewer, id, after)?;
            let to = to.filter(|to| to.post.root_id == Some(id));
            let is_kept = me.map(|me| bookmark::is_kept(conn, me, id)).transpose()?.unwrap_or(false);
            let carried = attachment::Loaded::of(conn, &viewer, &[bits])?;
            let standpoint = mark::bar(conn, &viewer, &said, &entries)?;
            Ok((loaded, entries, to, profile::is_pinned(conn, id)?, is_kept, carried, standpoint))
        })
        .await?;
    let (mut talk, next) = talk::thread(&page, &loaded, entries, &entry);
    if let Some(standpoint) = &standpoint {
        standpoint.beneath(&page, &mut talk);
    }
    let author = &entry.author;
    let plain = text::plain_of_clean(&entry.post.body_html).replace('\n', " ");
    let show = Show {
        // What readers are warned of isn't shown before the warning.
        description: match entry.post.warning.as_str() {
            "" => text::excerpt(&plain, DESCRIPTION_CHARS_MAX),
            warning => warning.to_owned(),
        },
        to: to.map(|to| (to.post.id, Person::of(&to.author, page.language).name)),
        form,
        next,
        slots,
        chars_max: page.ctx.config.limits.post_chars_max,
        moment: Moment::whole(&page, &entry)
            .carrying(&page, &carried)
            .marked(standpoint.map(|standpoint| standpoint.show(&page, &entry.post)))
            .with(talk),
        uri: entry.post.uri.clone(),
        url: entry.post.url.clone(),
        is_listed: author.discoverable && entry.post.audience == Audience::Everyone,
        is_pinned,
        is_kept,
        excerpt: match entry.post.warning.as_str() {
            "" if !entry.post.title.is_empty() => entry.post.title.clone(),
            "" => text::excerpt(&plain, 24),
            // A title is read before anybody has opened what stands behind the warning.
            warning => text::excerpt(warning, 24),
        },
        page,
    };
    page::show(status, &show)
}

/// The form of a new Moment.
#[derive(Template)]
#[template(path = "moment/new.html")]
struct New {
    page: Page,
    form: Form,
    slots: Vec<Slot>,
    chars_max: usize,
}

/// `/moments/new`.
pub async fn new(page: Page) -> Result<HttpResponse> {
    let mut fields = Fields::of([("audience", Audience::Friends.as_str().to_owned()), ("key", crate::secret::token())]);
    place::fill(&mut fields, &spot::Place::default());
    compose(page, StatusCode::OK, fields, &[]).await
}

async fn compose(page: Page, status: StatusCode, fields: Fields, problems: &[Problem]) -> Result<HttpResponse> {
    let chars_max = page.ctx.config.limits.post_chars_max;
    let slots = gallery::slots(&page, &fields).await?;
    let form = page.again(fields, problems);
    page::show(status, &New { page, form, slots, chars_max })
}

/// Checks a form. `audience` is the form's, or that of the post that it changes.
fn parse(page: &Page, fields: &Fields, audience: &str) -> Result<Draft> {
    let chars_max = page.ctx.config.limits.post_chars_max;
    // A form without the field of pictures, and without any, says nothing about them.
    let speaks = fields.holds("pictures") || fields.holds("media");
    let pictures = speaks.then(|| gallery::placed(fields));
    let (pictures, mut problems) = match pictures.transpose() {
        Ok(pictures) => (pictures, Vec::new()),
        Err(Error::Invalid(problems)) => (Some(Vec::new()), problems),
        Err(error) => return Err(error),
    };
    let place = or_problems(place::read(fields), &mut problems)?;
    let question = or_problems(poll::read(fields), &mut problems)?;
    let opening = or_problems(roll::read(page, fields), &mut problems)?;
    let title = or_problems(topic::check_title(fields.text("title")).map(Some), &mut problems)?.unwrap_or_default();
    let (body, language, key) = (fields.text("body"), fields.text("language"), fields.text("key"));
    let draft = match audience.parse::<Audience>() {
        // Nobody chooses it on this form, but what was sent off so by a client program is changed here too.
        Ok(Audience::People) => Draft::addressed(body, Audience::People, language, key, chars_max, pictures),
        _ => Draft::with_pictures(body, audience, language, key, chars_max, pictures),
    };
    match (draft, domain::check_warning(fields.text("warning"))) {
        (Ok(draft), Ok(warning)) if problems.is_empty() => {
            let draft = draft.warned(warning).asking(question).opening(opening);
            let draft = if fields.holds("title") { draft.titled(title) } else { draft };
            let draft = draft.covered(speaks.then(|| gallery::covered(fields)));
            let draft = if fields.holds("link") { draft.linked(wish(fields)) } else { draft };
            Ok(match place {
                Some(place) => draft.at(place),
                None => draft,
            })
        }
        (draft, warning) => {
            for error in [draft.err(), warning.err()].into_iter().flatten() {
                match error {
                    Error::Invalid(found) => problems.extend(found),
                    error => return Err(error),
                }
            }
            Err(Error::Invalid(problems))
        }
    }
}

/// What a part of the form says, or nothing with what is wrong with it.
fn or_problems<T>(part: Result<Option<T>>, problems: &mut Vec<Problem>) -> Result<Option<T>> {
    match part {
        Err(Error::Invalid(found)) => {
            problems.extend(found);
            Ok(None)
        }
        part => part,
    }
}

/// Does the form ask for no card?
fn wish(fields: &Fields) -> Wish {
    if fields.text("link_none") == "yes" { Wish::NoCard } else { Wish::Card }
}

/// Takes pictures that were ticked to go out of the form and out of the store.
pub async fn drop_pictures(page: &Page, fields: &Fields) -> Result<()> {
    let (me, gone) = (page.me()?.member.actor.id, gallery::dropped(fields));
    if gone.is_empty() { Ok(()) } else { page.ctx.write(move |conn| media::drop_loose(conn, me, &gone)).await }
}

/// Which files a form takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Pictures, or one film.
    Pictures,
    /// Papers beside them.
    Papers,
}

/// Reads the form of a Moment or a comment, with pictures. `audience` is that of what it changes, or what it is for if the form
/// doesn't ask. It is to be shown again if something is wrong, or if the pictures were sent ahead to be described.
pub async fn receive(page: &Page, upload: Upload, audience: Option<Audience>, takes: Takes) -> Result<Read> {
    let sent = match takes {
        Takes::Pictures => upload.read(page, Purpose::Post).await?,
        Takes::Papers => upload.read_papers(page).await?,
    };
    let audience = audience.map_or_else(|| sent.fields.text("audience").to_owned(), |own| own.as_str().to_owned());
    if sent.fields.text("step") == "pictures" && sent.problems.is_empty() {
        drop_pictures(page, &sent.fields).await?;
        return Ok(Read::Again(StatusCode::OK, sent.fields, Vec::new()));
    }
    let (status, mut problems) = (sent.status, sent.problems);
    match parse(page, &sent.fields, &audience) {
        Ok(draft) if problems.is_empty() => return Ok(Read::Draft(sent.fields, Box::new(draft))),
        Ok(_) => {}
        Err(Error::Invalid(found)) => problems.extend(found.into_iter().filter(|one| !said(&one.field, &sent.fields))),
        Err(error) => return Err(error),
    }
    Ok(Read::Again(status, sent.fields, problems))
}

/// Is an empty text no fault, since only the pictures were sent ahead?
fn said(field: &&str, fields: &Fields) -> bool {
    *field == "body" && fields.text("step") == "pictures"
}

/// A form that was read.
pub enum Read {
    /// All is well.
    Draft(Fields, Box<Draft>),
    /// It is shown again.
    Again(StatusCode, Fields, Vec<Problem>),
}

/// `POST /moments`.
pub async fn create(page: Page, upload: Upload) -> Result<HttpResponse> {
    let (fields, draft) = match receive(&page, upload, None, Takes::Pictures).await? {
        Read::Draft(fields, draft) => (fields, draft),
        Read::Again(status, fields, problems) => return compose(page, status, fields, &problems).await,
    };
    let me = page.me()?;
    mention::look_up(&page, fields.text("body")).await?;
    let written = page.ctx.write(move |conn| {
        let post = domain::publish(conn, &me.member.actor, *draft)?;
        Ok((post.audience, media::is_held(conn, post.id)?))
    });
    let (audience, held) = match written.await {
        Ok(written) => written,
        Err(error) => {
            let (status, problems) = page.reasons(error)?;
            return compose(page, status, fields, &problems).await;
        }
    };
    drop_pictures(&page, &fields).await?;
    Ok(page.go(
        "/",
        match audience {
            _ if held => "flash-published-pictures",
            Audience::Everyone | Audience::Quiet => "flash-published-everyone",
            Audience::Friends | Audience::People | Audience::Group | Audience::Protocol => "flash-published-friends",
            Audience::Me => "flash-published-me",
        },
    ))
}

/// A member's own Moment.
async fn own(page: &Page, id: PostId) -> Result<post::Post> {
    let me = page.me()?.member.actor.id;
    let post = page.ctx.glance(move |conn| post::own(conn, me, id)).await?;
    let is_here = matches!(post.kind, Kind::Moment | Kind::GroupPost | Kind::Announcement) && post.deleted_at.is_none();
    if is_here { Ok(post) } else { Err(Error::NotFound("post")) }
}

/// The form of a change.
#[derive(Template)]
#[template(path = "moment/edit.html")]
struct Edit {
    page: Page,
    form: Form,
    slots: Vec<Slot>,
    id: PostId,
    back: String,
    audience: &'static str,
    chars_max: usize,
    has_title: bool,
}

/// `/moments/{id}/edit`.
pub async fn edit(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let post = own(&page, *id).await?;
    let id = post.id;
    if post.kind == Kind::Announcement {
        return Ok(page.turn(&format!("/announcements/{id}/edit")));
    }
    let (rows, place, wish) = page
        .ctx
        .glance(move |conn| Ok((media::of_post(conn, id)?, spot::of_post(conn, id)?, link::wish(conn, id)?)))
        .await?;
    let mut fields = Fields::of([
        ("body", post.source.clone()),
        ("title", post.title.clone()),
        ("language", post.language.clone()),
        ("warning", post.warning.clone()),
    ]);
    gallery::fill(&mut fields, &rows);
    place::fill(&mut fields, &place);
    if wish == Wish::NoCard {
        fields.push("link_none", "yes");
    }
    revise(page, StatusCode::OK, fields, &[], &post).await
}

async fn revise(
    page: Page,
    status: StatusCode,
    fields: Fields,
    problems: &[Problem],
    post: &post::Post,
) -> Result<HttpResponse> {
    let chars_max = page.ctx.config.limits.post_chars_max;
    let back = own_path(&page, post.id)?;
    let slots = gallery::slots(&page, &fields).await?;
    let form = page.again(fields, problems);
    let audience = audience_message(post.audience);
    page::show(
        status,
        &Edit { page, form, slots, id: post.id, back, audience, chars_max, has_title: post.kind == Kind::GroupPost },
    )
}

fn own_path(page: &Page, id: PostId) -> Result<String> {
    Ok(format!("/@{}/{id}", page.me()?.member.actor.name))
}

/// `POST /moments/{id}`.
pub async fn update(page: Page, id: web::Path<PostId>, upload: Upload) -> Result<HttpResponse> {
    let id = *id;
    let old = own(&page, id).await?;
    if old.kind == Kind::Announcement {
        return Err(Error::NotFound("post"));
    }
    // An edit leaves whom a post is for; a private group's isn't among what a form may name.
    let audience = if old.audience == Audience::Group { Audience::Friends } else { old.audience };
    let takes = if old.kind == Kind::GroupPost { Takes::Papers } else { Takes::Pictures };
    let (fields, draft) = match receive(&page, upload, Some(audience), takes).await? {
        Read::Draft(fields, draft) => (fields, draft),
        Read::Again(status, fields, problems) => return revise(page, status, fields, &problems, &old).await,
    };
    let me = page.me()?;
    mention::look_up(&page, fields.text("body")).await?;
    match page.ctx.write(move |conn| domain::edit(conn, &me.member.actor, id, &draft)).await {
        Ok(_) => {}
        Err(error) => {
            let (status, problems) = page.reasons(error)?;
            return revise(page, status, fields, &problems, &old).await;
        }
    }
    drop_pictures(&page, &fields).await?;
    Ok(page.go(&own_path(&page, id)?, "flash-edited"))
}

/// Asks before a Moment goes.
#[derive(Template)]
#[template(path = "moment/delete.html")]
struct Delete {
    page: Page,
    moment: Moment,
}

/// `/moments/{id}/delete`.
pub async fn ask_delete(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let post = own(&page, *id).await?;
    let author = page.me()?.member.actor.clone();
    page::ok(&Delete { moment: Moment::in_list(&page, &Entry { post, author }), page })
}

/// `POST /moments/{id}/delete`.
pub async fn delete(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    page.ctx.write(move |conn| domain::delete(conn, &me.member.actor, id)).await?;
    Ok(page.go("/", "flash-deleted"))
}
