//! Notices: friend requests that wait for an answer, and what happened since, grouped: what is alike about one post stands
//! in one line.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::card::{Asking, Person, path};
use super::form::Fields;
use super::page::{self, Page};
use super::time::When;
use crate::db::Range;
use crate::domain::actor::{self, Actor};
use crate::domain::friend;
use crate::domain::notice::{self, Kind, Notice};
use crate::domain::post;
use crate::error::{Error, Result};
use crate::id::NoticeId;
use crate::text;

/// Notices on one page, before they are grouped.
const PAGE_SIZE: i64 = 100;
/// Longest text of a post in a notice, in characters.
const EXCERPT_CHARS_MAX: usize = 60;

/// The page of notices.
#[derive(Template)]
#[template(path = "notice/list.html")]
struct List {
    page: Page,
    asking: Vec<Asking>,
    groups: Vec<Group>,
    /// Up to where all can be marked as read, if anything is new.
    until: Option<NoticeId>,
    older: Option<NoticeId>,
    is_first: bool,
}

/// One line: who did what, the latest of them first.
struct Group {
    id: NoticeId,
    person: Person,
    /// What follows the name.
    sentence: String,
    text: String,
    language: String,
    path: String,
    when: When,
    is_new: bool,
    /// Is it read by opening it, and by nothing else?
    is_to_open: bool,
}

/// `/notices`.
pub async fn list(page: Page) -> Result<HttpResponse> {
    let me = page.me()?;
    let id = me.member.actor.id;
    let before = page.query("before").parse::<NoticeId>().ok();
    let (requests, notices, newest, around, writers) = page
        .ctx
        .glance(move |conn| {
            // Requests stand before everything else, on the first page.
            let requests = if before.is_none() { friend::requests(conn, id)? } else { Vec::new() };
            let notices = notice::list(conn, id, &Kind::LISTED, &Range::before(before, PAGE_SIZE + 1))?;
            let around: Vec<_> = notices.iter().filter_map(|notice| notice.group_id).collect();
            let writers: Vec<_> = notices.iter().filter_map(|notice| Some(notice.post.as_ref()?.author_id)).collect();
            let (around, writers) = (actor::by_ids(conn, &around)?, actor::by_ids(conn, &writers)?);
            Ok((requests, notices, notice::newest(conn, id)?, around, writers))
        })
        .await?;
    let (notices, older) = page::cut(notices, PAGE_SIZE, |notice| notice.id);
    page::ok(&List {
        asking: requests.iter().map(|tie| Asking::of(&page, tie)).collect(),
        groups: grouped(&notices).iter().filter_map(|group| line(&page, group, &around, &writers)).collect(),
        until: newest.filter(|_| me.unread > 0),
        older,
        is_first: before.is_none(),
        page,
    })
}

/// What is alike (the same happened to the same post, read or not) together, where the latest of it stands.
fn grouped(notices: &[Notice]) -> Vec<Vec<&Notice>> {
    let mut groups: Vec<Vec<&Notice>> = Vec::new();
    for one in notices {
        let is_alike = |group: &&mut Vec<&Notice>| {
            group.first().is_some_and(|first| {
                let alike = first.kind == one.kind && first.is_read == one.is_read;
                alike && one.about_id.is_some() && first.about_id == one.about_id
            })
        };
        match groups.iter_mut().find(is_alike) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

fn line(page: &Page, group: &[&Notice], around: &[Actor], writers: &[Actor]) -> Option<Group> {
    let latest = group.first()?;
    let around = around.iter().find(|actor| Some(actor.id) == latest.group_id);
    let mut people: Vec<_> = group.iter().map(|one| one.by.id).collect();
    people.sort_unstable();
    people.dedup();
    let is_moment = latest.post.as_ref().is_some_and(|post| post.kind == post::Kind::Moment);
    let message = match latest.kind {
        Kind::Like if is_moment => "notice-like",
        Kind::Like => "notice-like-comment",
        Kind::Boost if is_moment => "notice-boost",
        Kind::Boost => "notice-boost-comment",
        Kind::Comment => "notice-comment",
        Kind::Answer => "notice-answer",
        Kind::Mention => "notice-mention",
        Kind::Poll => "notice-poll",
        Kind::Report => "notice-report",
        Kind::GroupRequest => "notice-group-request",
        Kind::GroupAdmission => "notice-group-admission",
        Kind::GroupOffice => "notice-group-office",
        Kind::GroupRemoval => "notice-group-removal",
        Kind::GroupCall => "notice-group-call",
        Kind::Article => "notice-article",
        Kind::RollPlace => "notice-roll-place",
        Kind::RollStruck => "notice-roll-struck",
        Kind::Announcement => "notice-announcement",
        Kind::AnnouncementReminder => "notice-announcement-reminder",
        Kind::Alliance => "notice-alliance",
        Kind::ItemNote => "notice-item-note",
        Kind::ItemOffer => "notice-item-offer",
        Kind::Partner => "notice-partner",
        Kind::Acceptance | Kind::Request => "notice-acceptance",
    };
    // A post stands at who wrote it, whoever did something to it; what goes without one leads to who did it.
    let writer = writers.iter().find(|actor| latest.post.as_ref().is_some_and(|post| post.author_id == actor.id));
    let whose = if latest.post.is_some() { writer? } else { &latest.by };
    let place = latest.post.as_ref().map(|post| format!("/{}", post.id)).unwrap_or_default();
    let said = latest.post.as_ref().map(|post| match post.warning.as_str() {
        _ if latest.kind.is_kept_unread() || matches!(latest.kind, Kind::ItemNote | Kind::ItemOffer) => {
            page.in_words(post.title.as_str())
        }
        "" => text::plain_of_clean(&post.body_html).replace('\n', " "),
        warning => warning.to_owned(),
    });
    Some(Group {
        id: latest.id,
        person: Person::of(&latest.by, page.language),
        sentence: match around {
            Some(group) => page.with(message, "group", Person::of(group, page.language).name),
            None => page.with(message, "others", people.len() - 1),
        },
        text: text::excerpt(&said.unwrap_or_default(), EXCERPT_CHARS_MAX),
        language: latest.post.as_ref().map(|post| post.language.clone()).unwrap_or_default(),
        path: match (latest.report_id, around) {
            (Some(report), _) => format!("/office/reports/{report}"),
            (None, None) if latest.kind == Kind::Partner => "/archive/partners".to_owned(),
            (None, Some(group)) if latest.kind == Kind::GroupRequest => format!("/groups/{}/requests", group.id),
            (None, Some(group)) if latest.post.is_none() => path(group),
            (None, _) => format!("{}{place}", path(whose)),
        },
        when: page.when(latest.created_at),
        is_new: !latest.is_read,
        is_to_open: latest.kind.is_kept_unread(),
    })
}

/// `POST /notices/reading`: marks all as read, up to the newest that the page knew.
pub async fn read_all(page: Page, fields: Fields) -> Result<HttpResponse> {
    let id = page.me()?.member.actor.id;
    let until = fields.text("until").parse::<NoticeId>().map_err(|_| Error::NotFound("notice"))?;
    page.ctx.write(move |conn| notice::read_all(conn, id, until)).await?;
    Ok(page.go("/notices", "flash-notices-read"))
}

/// `POST /notices/{id}/reading`: marks one line as read.
pub async fn read(page: Page, notice: web::Path<NoticeId>) -> Result<HttpResponse> {
    let (id, notice) = (page.me()?.member.actor.id, *notice);
    page.ctx.write(move |conn| notice::read(conn, id, notice)).await?;
    Ok(page.turn("/notices"))
}
