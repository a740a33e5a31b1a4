//! Reports in the hall office: which there are, what stands in one, and what is done about it.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::category_message;
use crate::db::{AMONG_MAX, Conn, Range};
use crate::domain::actor::{self, Actor};
use crate::domain::audience::Viewer;
use crate::domain::login::{self, Login};
use crate::domain::post::Entry;
use crate::domain::report::{self as domain, Filter, Report, State};
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId, ReportId};
use crate::text;
use crate::web::attachment::Loaded;
use crate::web::card::{Moment, Person, audience_message};
use crate::web::form::Fields;
use crate::web::page::{self, Page};
use crate::web::time::When;

/// Reports on a page.
const PAGE_SIZE: i64 = 30;
/// Others about the same person that the page of one names.
const OTHERS_MAX: i64 = 20;
/// Longest comment in a list, in characters.
const EXCERPT_CHARS_MAX: usize = 120;

/// A report as lists show it.
struct Line {
    id: ReportId,
    target: Person,
    by: By,
    category: &'static str,
    comment: String,
    when: When,
    is_open: bool,
    assigned: Option<Person>,
}

/// Who reported: a member, or a server.
struct By {
    person: Option<Person>,
    host: String,
}

impl By {
    fn of(page: &Page, report: &Report, reporter: &Actor) -> Self {
        let person = report.host.is_empty().then(|| Person::of(reporter, page.language));
        Self { person, host: report.host.clone() }
    }
}

/// Reports with those who have to do with them.
struct Cases {
    reports: Vec<Report>,
    people: Vec<Actor>,
}

impl Cases {
    fn load(conn: &mut Conn, reports: Vec<Report>) -> Result<Self> {
        let of = |one: &Report| [Some(one.target_id), Some(one.reporter_id), one.assigned_id, one.acted_id];
        let ids: Vec<ActorId> = reports.iter().flat_map(of).flatten().collect();
        Ok(Self { people: actor::by_ids(conn, &ids)?, reports })
    }

    fn actor(&self, id: ActorId) -> Result<&Actor> {
        self.people.iter().find(|actor| actor.id == id).ok_or(Error::NotFound("actor"))
    }

    fn person(&self, page: &Page, id: ActorId) -> Result<Person> {
        Ok(Person::of(self.actor(id)?, page.language))
    }

    fn lines(&self, page: &Page) -> Result<Vec<Line>> {
        let line = |report: &Report| {
            Ok(Line {
                id: report.id,
                target: self.person(page, report.target_id)?,
                by: By::of(page, report, self.actor(report.reporter_id)?),
                category: category_message(report.category),
                comment: text::excerpt(&report.comment.replace('\n', " "), EXCERPT_CHARS_MAX),
                when: page.when(report.created_at),
                is_open: report.state == State::Open,
                assigned: report.assigned_id.map(|id| self.person(page, id)).transpose()?,
            })
        };
        self.reports.iter().map(line).collect()
    }
}

/// The page of reports.
#[derive(Template)]
#[template(path = "office/reports.html")]
struct List {
    page: Page,
    state: &'static str,
    open: i64,
    resolved: i64,
    lines: Vec<Line>,
    older: Option<ReportId>,
}

/// `/office/reports`.
pub async fn list(page: Page) -> Result<HttpResponse> {
    let me = page.me()?.member.actor.id;
    let state = page.query("state").parse::<State>().unwrap_or(State::Open);
    let before = page.query("before").parse::<ReportId>().ok();
    let ((open, resolved), older, cases) = page
        .ctx
        .read(move |conn| {
            let filter = Filter { state: Some(state), ..Filter::default() };
            let reports = domain::list(conn, me, &filter, &Range::before(before, PAGE_SIZE + 1))?;
            let (reports, older) = page::cut(reports, PAGE_SIZE, |report| report.id);
            Ok((domain::counts(conn, me, None)?, older, Cases::load(conn, reports)?))
        })
        .await?;
    page::ok(&List { state: state.as_str(), open, resolved, lines: cases.lines(&page)?, older, page })
}

/// A reported post.
struct Told {
    moment: Moment,
    audience: &'static str,
    is_deleted: bool,
    /// May officers delete it? Only what is of this hall.
    is_ours: bool,
}

impl Told {
    fn of(page: &Page, report: ReportId, entry: &Entry, loaded: &Loaded) -> Self {
        let mut moment = Moment::whole(page, entry).carrying(page, loaded);
        // An office opens no other door: what isn't public stands here alone, with its files.
        moment.ballot = None;
        let door = |path: &str| path.replace("/media/", &format!("/office/reports/{report}/media/"));
        for picture in &mut moment.gallery.pictures {
            if let Some(thumb) = &mut picture.thumb {
                *thumb = door(thumb);
                picture.href = thumb.replace("/thumb", "/display");
            }
        }
        for film in &mut moment.gallery.films {
            film.src = door(&film.src);
            film.poster = film.poster.as_deref().map(door);
        }
        for paper in &mut moment.gallery.papers {
            paper.href = door(&paper.href);
        }
        for sound in &mut moment.gallery.sounds {
            sound.src = door(&sound.src);
        }
        Self {
            moment,
            audience: audience_message(entry.post.audience),
            is_deleted: entry.post.deleted_at.is_some(),
            is_ours: entry.author.is_local(),
        }
    }
}

/// The page of one report.
#[derive(Template)]
#[template(path = "office/report.html")]
struct Show {
    page: Page,
    id: ReportId,
    target: Person,
    /// Their server; empty for a member.
    host: String,
    is_suspended: bool,
    is_within_reach: bool,
    by: By,
    category: &'static str,
    comment: String,
    rules: Vec<(i64, String)>,
    is_forwarded: bool,
    when: When,
    is_open: bool,
    acted: Option<(Person, When)>,
    assigned: Option<Person>,
    is_mine: bool,
    posts: Vec<Told>,
    others: Vec<Line>,
}

/// What the page of one report shows.
struct Case {
    cases: Cases,
    others: Cases,
    login: Option<Login>,
    posts: Vec<Entry>,
    loaded: Loaded,
    rules: Vec<(i64, String)>,
}

impl Case {
    fn load(conn: &mut Conn, me: ActorId, id: ReportId) -> Result<Self> {
        let report = domain::show(conn, me, id)?;
        let target = report.target_id;
        let about = Filter { target: Some(target), ..Filter::default() };
        let mut others = domain::list(conn, me, &about, &Range::before(None::<i64>, OTHERS_MAX + 1))?;
        others.retain(|other| other.id != id);
        let posts = domain::posts(conn, &[id])?.remove(&id).unwrap_or_default();
        let mut loaded = Loaded::default();
        let bits: Vec<_> = posts.iter().map(|entry| entry.post.bits()).collect();
        for part in bits.chunks(AMONG_MAX) {
            let more = Loaded::of(conn, &Viewer::Member(me), part)?;
            loaded.pictures.extend(more.pictures);
            loaded.places.extend(more.places);
            loaded.cards.extend(more.cards);
            loaded.polls.extend(more.polls);
            loaded.rolls.extend(more.rolls);
        }
        let login = match login::by_actor(conn, target) {
            Ok(member) => Some(member.login),
            Err(Error::NotFound(_)) => None,
            Err(error) => return Err(error),
        };
        let rules = domain::rules(conn, &[id])?.remove(&id).unwrap_or_default();
        Ok(Self {
            cases: Cases::load(conn, vec![report])?,
            others: Cases::load(conn, others)?,
            login,
            posts,
            loaded,
            rules,
        })
    }
}

/// `/office/reports/{id}`.
pub async fn show(page: Page, id: web::Path<ReportId>) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    let officer = me.member.actor.id;
    let case = page.ctx.read(move |conn| Case::load(conn, officer, id)).await?;
    let report = case.cases.reports.first().ok_or(Error::NotFound("report"))?;
    let target = case.cases.actor(report.target_id)?;
    let acted = match (report.acted_id, report.acted_at) {
        (Some(by), Some(at)) => Some((case.cases.person(&page, by)?, page.when(at))),
        _ => None,
    };
    page::ok(&Show {
        id,
        target: Person::of(target, page.language),
        host: target.host.clone(),
        is_suspended: target.suspended_at.is_some(),
        is_within_reach: case.login.as_ref().is_none_or(|login| domain::is_within_reach(&me.member.login, login)),
        by: By::of(&page, report, case.cases.actor(report.reporter_id)?),
        category: category_message(report.category),
        comment: report.comment.clone(),
        is_forwarded: report.is_forwarded,
        when: page.when(report.created_at),
        is_open: report.state == State::Open,
        acted,
        assigned: report.assigned_id.map(|id| case.cases.person(&page, id)).transpose()?,
        is_mine: report.assigned_id == Some(officer),
        posts: case.posts.iter().map(|entry| Told::of(&page, id, entry, &case.loaded)).collect(),
        others: case.others.lines(&page)?,
        rules: case.rules,
        page,
    })
}

/// The page of a report, which says what was done.
fn back(page: &Page, id: ReportId, flash: &'static str) -> HttpResponse {
    page.go(&format!("/office/reports/{id}"), flash)
}

/// `POST /office/reports/{id}/state`: ends it, or opens it again.
pub async fn update(page: Page, id: web::Path<ReportId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?.member.actor.id, *id);
    let state = fields.text("state").parse::<State>().map_err(|()| Error::invalid("state", "problem-state"))?;
    let flash = match state {
        State::Open => "flash-report-reopened",
        State::Resolved => "flash-report-resolved",
    };
    page.ctx
        .write(move |conn| match state {
            State::Open => domain::reopen(conn, me, id).map(drop),
            State::Resolved => domain::resolve(conn, me, id).map(drop),
        })
        .await?;
    Ok(back(&page, id, flash))
}

/// `POST /office/reports/{id}/assignment`: takes it on, or leaves it to others.
pub async fn assign(page: Page, id: web::Path<ReportId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id, takes) = (page.me()?.member.actor.id, *id, fields.text("take") == "yes");
    page.ctx
        .write(move |conn| if takes { domain::assign(conn, me, id) } else { domain::unassign(conn, me, id) }.map(drop))
        .await?;
    Ok(back(&page, id, if takes { "flash-report-taken" } else { "flash-report-left" }))
}

/// `POST /office/reports/{id}/posts/{post}/removal`.
pub async fn delete_post(page: Page, path: web::Path<(ReportId, PostId)>) -> Result<HttpResponse> {
    let (me, (id, post)) = (page.me()?.member.actor.id, path.into_inner());
    page.ctx.write(move |conn| domain::delete_post(conn, me, id, post)).await?;
    Ok(back(&page, id, "flash-report-post"))
}

/// `POST /office/reports/{id}/suspension`: keeps out whom it is about, or lets them in again.
pub async fn suspend(page: Page, id: web::Path<ReportId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    let suspends = match fields.text("state") {
        "suspended" => true,
        "active" => false,
        _ => return Err(Error::invalid("state", "problem-state")),
    };
    let name = page
        .ctx
        .write(move |conn| {
            let target = domain::show(conn, me.member.actor.id, id)?.target_id;
            let set = if suspends { domain::suspend } else { domain::lift };
            Ok(set(conn, &me.member.login, target)?.display_name)
        })
        .await?;
    let flash = if suspends { "flash-suspended" } else { "flash-admitted" };
    Ok(page.go_saying(&format!("/office/reports/{id}"), flash, &name))
}
