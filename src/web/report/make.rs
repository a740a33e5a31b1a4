//! A member reports somebody.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::category_message;
use crate::db::Range;
use crate::domain::actor::{self, Actor, Kind};
use crate::domain::audience::Viewer;
use crate::domain::block::{self, Standing};
use crate::domain::post::{self, Post};
use crate::domain::report::{self as domain, Category, Draft};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, PostId, ReportId};
use crate::text;
use crate::web::card::Person;
use crate::web::form::{Fields, Form};
use crate::web::page::{self, Page};
use crate::web::time::When;

/// Posts of the person that the form offers.
const OFFERED_MAX: i64 = 20;
/// Longest text of a post on the form, in characters.
const EXCERPT_CHARS_MAX: usize = 100;

/// A post that may be named in the report.
struct Choice {
    id: PostId,
    text: String,
    language: String,
    when: When,
}

/// The form.
#[derive(Template)]
#[template(path = "report/new.html")]
struct New {
    page: Page,
    form: Form,
    person: Person,
    host: String,
    choices: Vec<Choice>,
    categories: Vec<(&'static str, &'static str)>,
    rules: Vec<String>,
    back: String,
    chars_max: usize,
}

/// `/reports/new?post=` or `?actor=`.
pub async fn new(page: Page) -> Result<HttpResponse> {
    let mut fields = Fields::default();
    let asked = page.query("post").parse::<PostId>().ok();
    let target = match asked {
        Some(id) => {
            let viewer = page.viewer();
            fields.push("post", &id.to_string());
            page.ctx.glance(move |conn| post::show(conn, &viewer, id)).await?.author.id
        }
        None => page.query("actor").parse::<ActorId>().map_err(|_| Error::NotFound("actor"))?,
    };
    render(page, StatusCode::OK, fields, target, &[]).await
}

/// Whom the reader may report.
///
/// Errors: `NotFound` for whoever isn't there for them, and for themself.
fn reportable(conn: &mut crate::db::Conn, me: ActorId, id: ActorId) -> Result<Actor> {
    let found = block::unhidden_by(conn, me, id)?;
    let is_there = found.suspended_at.is_none() && found.deleted_at.is_none() && found.kind != Kind::Application;
    if is_there && found.id != me { Ok(found) } else { Err(Error::NotFound("actor")) }
}

async fn render(
    page: Page,
    status: StatusCode,
    fields: Fields,
    target: ActorId,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let me = page.me()?.member.actor.id;
    let viewer = Viewer::Member(me);
    let named: Vec<PostId> = fields.all("post").filter_map(|id| id.parse().ok()).take(domain::POSTS_MAX).collect();
    let (actor, posts) = page
        .ctx
        .glance(move |conn| {
            let actor = reportable(conn, me, target)?;
            let mut posts = post::all_by_author(conn, &viewer, actor.id, &Range::before(None::<i64>, OFFERED_MAX))?;
            // What is named stands there whatever came after it.
            for id in named {
                if posts.iter().all(|post| post.id != id) {
                    match post::show(conn, &viewer, id) {
                        Ok(entry) if entry.author.id == actor.id => posts.insert(0, entry.post),
                        Ok(_) | Err(Error::NotFound(_)) => {}
                        Err(error) => return Err(error),
                    }
                }
            }
            Ok((actor, posts))
        })
        .await?;
    let person = Person::of(&actor, page.language);
    let form = page.again(fields, problems);
    page::show(
        status,
        &New {
            host: actor.host.clone(),
            choices: posts.iter().map(|post| choice(&page, post)).collect(),
            categories: Category::ALL.iter().map(|one| (one.as_str(), category_message(*one))).collect(),
            rules: page.hall.rules(),
            back: person.path.clone(),
            chars_max: domain::COMMENT_CHARS_MAX,
            person,
            form,
            page,
        },
    )
}

fn choice(page: &Page, post: &Post) -> Choice {
    let said = match post.warning.as_str() {
        "" => text::plain_of_clean(&post.body_html).replace('\n', " "),
        warning => warning.to_owned(),
    };
    let said = text::excerpt(&said, EXCERPT_CHARS_MAX);
    Choice {
        id: post.id,
        text: if said.is_empty() { page.t("report-post-wordless").to_owned() } else { said },
        language: post.language.clone(),
        when: page.when(post.published_at),
    }
}

/// `POST /reports`.
pub async fn create(page: Page, fields: Fields) -> Result<HttpResponse> {
    let me = page.me()?.member.actor.clone();
    let target: ActorId = fields.text("actor").parse().map_err(|_| Error::NotFound("actor"))?;
    let posts: Result<Vec<PostId>, _> = fields.all("post").map(str::parse).collect();
    let posts = posts.map_err(|_| Error::NotFound("post"))?;
    let rules: Vec<i64> = fields.all("rule").filter_map(|place| place.parse().ok()).collect();
    // On the form something is to be chosen; a program may leave it open.
    let category = match fields.text("category") {
        "" if rules.is_empty() => "unsaid",
        said => said,
    };
    let forward = fields.text("forward") == "yes";
    let done = async {
        let draft = Draft::parse(target, &posts, category, fields.text("comment"), &rules, forward)?;
        page.ctx.write(move |conn| domain::file(conn, &me, &draft)).await
    };
    match done.await {
        Ok(report) => Ok(page.turn(&format!("/reports/{}", report.id))),
        Err(error) => {
            let (status, problems) = page.reasons(error)?;
            render(page, status, fields, target, &problems).await
        }
    }
}

/// What a member is told when the report is made, with what they can do besides.
#[derive(Template)]
#[template(path = "report/show.html")]
struct Show {
    page: Page,
    person: Person,
    host: String,
    standing: Standing,
    is_forwarded: bool,
    category: &'static str,
    comment: String,
    posts: usize,
}

/// `/reports/{id}`: for the member who made it.
pub async fn show(page: Page, id: web::Path<ReportId>) -> Result<HttpResponse> {
    let (me, id) = (page.me()?.member.actor.id, *id);
    let (report, actor, standing, posts) = page
        .ctx
        .glance(move |conn| {
            let report = domain::show_own(conn, me, id)?;
            let actor = actor::by_id(conn, report.target_id)?;
            let standing = block::standing(conn, me, &actor)?;
            let posts = domain::posts(conn, &[id])?.remove(&id).unwrap_or_default().len();
            Ok((report, actor, standing, posts))
        })
        .await?;
    page::ok(&Show {
        person: Person::of(&actor, page.language),
        host: actor.host,
        standing,
        is_forwarded: report.is_forwarded,
        category: category_message(report.category),
        comment: report.comment,
        posts,
        page,
    })
}
