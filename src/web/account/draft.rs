//! Drafts as pages: the list, the editor with its preview, what met another's text, and the link for outsiders.

use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::{Card, Standing, run_by_me};
use crate::config::Accounts;
use crate::db::Range;
use crate::domain::account::{self, Role};
use crate::domain::actor::{self, Actor};
use crate::domain::article::{self, Allowance};
use crate::domain::draft::{self, Content, Draft, LANGUAGES, Saved, State};
use crate::domain::media::{self, Media, Purpose};
use crate::domain::post;
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, CopyId, DraftId, MediaId, PostId};
use crate::text;
use crate::web::card::{PAGE_SIZE, Person, path};
use crate::web::form::{Fields, Form};
use crate::web::page::{self, Page};
use crate::web::time::{self, When};
use crate::web::upload::Upload;

/// The fields of the form of a draft.
const FIELDS: [&str; 15] = [
    "revision",
    "title",
    "subtitle",
    "digest",
    "bylines",
    "body",
    "language",
    "cover",
    "cover_alt",
    "is_original",
    "licence",
    "source_name",
    "source_url",
    "consent",
    "series",
];

/// A draft in the list.
struct Line {
    id: DraftId,
    title: String,
    who: Person,
    when: When,
    due: Option<When>,
}

/// The drafts of an account.
#[derive(Template)]
#[template(path = "account/drafts.html")]
struct List {
    page: Page,
    id: ActorId,
    card: Card,
    standing: Standing,
    lines: Vec<Line>,
    older: Option<i64>,
    is_out: bool,
}

/// `/accounts/{id}/drafts`: what is written, or with `?out=yes` what is out.
pub async fn list(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (_, card, standing) = run_by_me(&page, *id).await?;
    let (id, before) = (*id, page.query("before").parse::<i64>().ok());
    let is_out = page.query("out") == "yes";
    let rows = page
        .ctx
        .read(move |conn| {
            let state = is_out.then_some(State::Published);
            let rows = draft::list(conn, id, state, &Range::before(before, PAGE_SIZE + 1))?;
            let with_author = |row: Draft| {
                let by = crate::domain::actor::by_id(conn, row.updated_by)?;
                Ok((row, by))
            };
            rows.into_iter().map(with_author).collect::<Result<Vec<_>>>()
        })
        .await?;
    let (rows, older) = page::cut(rows, PAGE_SIZE, |(row, _)| row.id.0);
    let line = |(row, by): &(Draft, Actor)| Line {
        id: row.id,
        title: row.title.clone(),
        who: Person::of(by, page.language),
        when: page.when(row.updated_at),
        due: row.due_at.map(|at| page.when(at)),
    };
    let lines = rows.iter().map(line).collect();
    page::ok(&List { id, card, standing, lines, older, is_out, page })
}

/// `POST /accounts/{id}/drafts`: begins a draft.
pub async fn create(page: Page, id: web::Path<ActorId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    let content = content(&fields);
    let made = page.ctx.write(move |conn| draft::create(conn, &me.member.actor, id, content)).await?;
    Ok(page.turn(&format!("/drafts/{}", made.id)))
}

fn content(fields: &Fields) -> Content {
    let text = |name: &str| fields.text(name).to_owned();
    let number = |name: &str| fields.text(name).parse().unwrap_or(0);
    Content {
        title: text("title"),
        subtitle: text("subtitle"),
        digest: text("digest"),
        bylines: text("bylines"),
        body: text("body"),
        language: text("language"),
        cover: number("cover"),
        cover_alt: text("cover_alt"),
        is_original: fields.text("is_original") == "yes",
        licence: text("licence"),
        source_name: text("source_name"),
        source_url: text("source_url"),
        consent: text("consent"),
        series: number("series"),
    }
}

fn fields_of(content: &Content, revision: i64) -> Fields {
    Fields::of([
        ("revision", revision.to_string()),
        ("title", content.title.clone()),
        ("subtitle", content.subtitle.clone()),
        ("digest", content.digest.clone()),
        ("bylines", content.bylines.clone()),
        ("body", content.body.clone()),
        ("language", content.language.clone()),
        ("cover", content.cover.to_string()),
        ("cover_alt", content.cover_alt.clone()),
        ("is_original", if content.is_original { "yes" } else { "" }.to_owned()),
        ("licence", content.licence.clone()),
        ("source_name", content.source_name.clone()),
        ("source_url", content.source_url.clone()),
        ("consent", content.consent.clone()),
        ("series", content.series.to_string()),
    ])
}

/// A file of the draft, with the words by which it stands in the text.
struct Picture {
    id: MediaId,
    number: i64,
    /// The message of what it is, if it is no picture; else empty.
    kind: &'static str,
    is_ready: bool,
    is_failed: bool,
}

impl Picture {
    fn of((number, file): (i64, &Media)) -> Self {
        Self {
            id: file.id,
            number,
            kind: match file.kind {
                media::Kind::Video => "media-video",
                media::Kind::Audio => "media-audio",
                media::Kind::Image | media::Kind::Paper | media::Kind::Unknown => "",
            },
            is_ready: file.state == media::State::Ready,
            is_failed: file.state == media::State::Failed,
        }
    }
}

/// A text that is kept beside the draft.
struct Beside {
    id: CopyId,
    who: Person,
    when: When,
    title: String,
    body: String,
}

/// The editor.
#[derive(Template)]
#[template(path = "account/draft.html")]
struct Edit {
    page: Page,
    id: DraftId,
    /// Who writes: what a browser keeps of a text is theirs.
    me: ActorId,
    account: ActorId,
    card: Card,
    standing: Standing,
    form: Form,
    due: Option<When>,
    saved: When,
    saved_by: Person,
    pictures: Vec<Picture>,
    beside: Vec<Beside>,
    series: Vec<(i64, String)>,
    scripts: Vec<(&'static str, bool, bool)>,
    allowance: Allowance,
    next: Option<When>,
    preview: Option<String>,
    has_link: bool,
    /// The link for outsiders, told once.
    link: String,
    article: Option<String>,
    /// Does the form show what isn't saved?
    is_unsaved: bool,
    chars_max: usize,
}

/// What the editor shows beside its form.
struct Shown {
    status: StatusCode,
    preview: Option<String>,
    link: String,
    /// Does the form show what isn't saved?
    is_unsaved: bool,
}

impl Shown {
    fn plain(status: StatusCode) -> Self {
        Self { status, preview: None, link: String::new(), is_unsaved: false }
    }
}

async fn shown(page: Page, id: DraftId, form: Option<Form>, shown: Shown) -> Result<HttpResponse> {
    let me = page.me()?.member.actor.id;
    let rule: Accounts = page.ctx.config.accounts.clone();
    let (draft, account, by, files, copies, series, scripts, allowance, waiting, followers, role) = page
        .ctx
        .read(move |conn| {
            let (draft, account, role) = draft::get(conn, me, id)?;
            let by = crate::domain::actor::by_id(conn, draft.updated_by)?;
            let (files, copies) = (draft::files(conn, id)?, draft::copies(conn, id)?);
            let series = article::series(conn, draft.account_id)?;
            let allowance = article::allowance(conn, &account.detail, &rule)?;
            let waiting = article::queue_count(conn, draft.account_id)?;
            let followers = account::followers(conn, draft.account_id)?;
            let scripts = draft::scripts(conn, id)?;
            Ok((draft, account, by, files, copies, series, scripts, allowance, waiting, followers, role))
        })
        .await?;
    let content = draft.content();
    let form = form.unwrap_or_else(|| Form::filled(fields_of(&content, draft.revision)));
    let standing = Standing {
        is_staff: true,
        may_publish: role.may_publish(),
        is_owner: role == Role::Owner,
        waiting: if role.may_publish() { waiting } else { 0 },
    };
    let language = content.language();
    let beside = |(copy, by): &(draft::Copy, Actor)| {
        let content = copy.content();
        let (title, body) = (content.title, content.body);
        Beside { id: copy.id, who: Person::of(by, page.language), when: page.when(copy.created_at), title, body }
    };
    let script = |language: &'static str| {
        let known = scripts.iter().find(|script| script.language == language);
        (language, known.is_some(), known.is_some_and(|script| script.is_checked))
    };
    let card = Card::of(&page, &account.actor, &account.detail, followers);
    let article = draft.post_id.map(|post| format!("{}/{post}", path(&account.actor)));
    page::show(
        shown.status,
        &Edit {
            id,
            me,
            account: account.actor.id,
            standing,
            form,
            due: draft.due_at.map(|at| page.when(at)),
            saved: page.when(draft.updated_at),
            saved_by: Person::of(&by, page.language),
            pictures: (1..).zip(&files).map(Picture::of).collect(),
            beside: copies.iter().map(beside).collect(),
            series: series.into_iter().map(|one| (one.id.0, one.title)).collect(),
            scripts: LANGUAGES.into_iter().filter(|one| *one != language).map(script).collect(),
            next: allowance.next_at.map(|at| page.when(at)),
            allowance,
            preview: shown.preview,
            has_link: !draft.preview.is_empty(),
            link: shown.link,
            article,
            is_unsaved: shown.is_unsaved,
            chars_max: draft::BODY_CHARS_MAX,
            card,
            page,
        },
    )
}

/// `/drafts/{id}`.
pub async fn edit(page: Page, id: web::Path<DraftId>) -> Result<HttpResponse> {
    shown(page, *id, None, Shown::plain(StatusCode::OK)).await
}

/// The text of somebody who may not save it any more.
#[derive(Template)]
#[template(path = "account/lost.html")]
struct Lost {
    page: Page,
    title: String,
    body: String,
}

/// `POST /drafts/{id}`: saves, and does what the button says that was pressed.
pub async fn update(page: Page, id: web::Path<DraftId>, upload: Upload) -> Result<HttpResponse> {
    let (id, me) = (*id, page.me()?);
    let sent = upload.read(&page, Purpose::Post).await?;
    let fields = sent.fields;
    let is_quiet = fields.text("quiet") == "yes";
    if sent.is_half {
        return half(page, id, fields, &sent.problems, sent.status).await;
    }
    let (content, revision) = (content(&fields), fields.text("revision").parse().unwrap_or(0));
    let files: Vec<MediaId> = fields.all("media").filter_map(|number| number.parse().ok()).collect();
    let saved = {
        let (me, content) = (me.clone(), content.clone());
        let saved = page.ctx.write(move |conn| {
            let saved = draft::save(conn, &me.member.actor, id, revision, content)?;
            files.iter().try_for_each(|file| draft::take_picture(conn, &me.member.actor, id, *file))?;
            Ok(saved)
        });
        saved.await
    };
    let saved = match saved {
        Ok(saved) => saved,
        // Whoever was taken off the staff meanwhile keeps what they wrote.
        Err(Error::NotFound(_) | Error::Forbidden) if !content.body.trim().is_empty() && !is_quiet => {
            return page::show(StatusCode::FORBIDDEN, &Lost { title: content.title, body: content.body, page });
        }
        Err(error) if !is_quiet => {
            let (status, mut problems) = page.reasons(error)?;
            problems.extend(sent.problems);
            let form = page.again(fields, &problems);
            return shown(page, id, Some(form), Shown { is_unsaved: true, ..Shown::plain(status) }).await;
        }
        Err(error) => {
            let (status, problems) = page.reasons(error)?;
            return Ok(unsaved(&page, status, &problems));
        }
    };
    if is_quiet {
        return Ok(answer(&page, &saved));
    }
    let draft = match saved {
        Saved::Kept(draft) => draft,
        Saved::Beside(..) => {
            let problem = Problem::new("", "draft-problem-conflict");
            let (current, ..) = page.ctx.read(move |conn| draft::get(conn, me.member.actor.id, id)).await?;
            let form = page.again(fields_of(&current.content(), current.revision), &[problem]);
            return shown(page, id, Some(form), Shown::plain(StatusCode::CONFLICT)).await;
        }
    };
    if !sent.problems.is_empty() {
        let form = page.again(fields_of(&draft.content(), draft.revision), &sent.problems);
        return shown(page, id, Some(form), Shown::plain(sent.status)).await;
    }
    act(page, id, &draft, &fields).await
}

/// A form that broke off on its way isn't saved: what is missing would be taken for what was deleted. What came is shown, with what the
/// draft has for the rest.
async fn half(
    page: Page,
    id: DraftId,
    fields: Fields,
    problems: &[Problem],
    status: StatusCode,
) -> Result<HttpResponse> {
    if fields.text("quiet") == "yes" {
        return Ok(unsaved(&page, status, problems));
    }
    let me = page.me()?.member.actor.id;
    let (draft, ..) = page.ctx.read(move |conn| draft::get(conn, me, id)).await?;
    let mut all = fields_of(&draft.content(), draft.revision);
    for name in FIELDS.into_iter().filter(|name| fields.holds(name)) {
        all.set(name, fields.text(name));
    }
    let form = page.again(all, problems);
    shown(page, id, Some(form), Shown { is_unsaved: true, ..Shown::plain(status) }).await
}

/// Why nothing was saved, for the script that saves by itself.
fn unsaved(page: &Page, status: StatusCode, problems: &[Problem]) -> HttpResponse {
    let said: Vec<String> = problems.iter().map(|problem| page.text(problem.message, &problem.values)).collect();
    let body = serde_json::json!({"said": said.join(" ")});
    HttpResponse::build(status).insert_header(ContentType::json()).body(body.to_string())
}

/// What the script that saves by itself is told.
fn answer(page: &Page, saved: &Saved) -> HttpResponse {
    let (status, draft, word) = match saved {
        Saved::Kept(draft) => (StatusCode::OK, draft, "draft-saved"),
        Saved::Beside(draft, _) => (StatusCode::CONFLICT, draft, "draft-problem-conflict"),
    };
    let body = serde_json::json!({"revision": draft.revision, "said": page.t(word)});
    HttpResponse::build(status).insert_header(ContentType::json()).body(body.to_string())
}

/// `POST /drafts/{id}/preview`: how the text of the form will look, as a part of a page; nothing is saved. For the script that shows it while
/// somebody writes.
pub async fn look(page: Page, id: web::Path<DraftId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?.member.actor.id, *id);
    let body = fields.text("body").to_owned();
    let files = page.ctx.glance(move |conn| draft::get(conn, me, id).and_then(|_| draft::files(conn, id))).await?;
    let html = page.ctx.slow(move || Ok(draft::preview_html(&body, &files))).await?;
    Ok(HttpResponse::Ok().insert_header(ContentType::html()).body(html))
}

/// Does what the button says that was pressed; the text is saved by now.
async fn act(page: Page, id: DraftId, draft: &Draft, fields: &Fields) -> Result<HttpResponse> {
    let (me, at) = (page.me()?, format!("/drafts/{id}"));
    let rule = page.ctx.config.accounts.clone();
    let done = match fields.text("act") {
        "preview" => {
            let files = page.ctx.read(move |conn| draft::files(conn, id)).await?;
            let preview = draft::preview_html(&draft.content().body, &files);
            let kept = Shown { preview: Some(preview), ..Shown::plain(StatusCode::OK) };
            return shown(page, id, None, kept).await;
        }
        "publish" => {
            let account = draft.account_id;
            let done = page.ctx.write(move |conn| {
                let post = draft::publish(conn, &me.member.actor, id, &rule)?;
                Ok((post, crate::domain::actor::by_id(conn, account)?))
            });
            match done.await {
                Ok((post, author)) => {
                    return Ok(page.go(&format!("{}/{}", path(&author), post.id), "flash-article-published"));
                }
                Err(error) => Err(error),
            }
        }
        "schedule" => {
            let at = time::of_field(fields.text("due"), page.zone());
            let done = page.ctx.write(move |conn| {
                let at = at.ok_or_else(|| Error::invalid("due", "draft-problem-time"))?;
                draft::schedule(conn, &me.member.actor, id, at).map(drop)
            });
            done.await.map(|()| "flash-draft-scheduled")
        }
        "unschedule" => {
            let done = page.ctx.write(move |conn| draft::unschedule(conn, &me.member.actor, id).map(drop));
            done.await.map(|()| "flash-draft-unscheduled")
        }
        _ => Ok("flash-draft-saved"),
    };
    match done {
        Ok(flash) => Ok(page.go(&at, flash)),
        Err(error) => {
            let (status, problems) = page.reasons(error)?;
            let mut kept = fields_of(&draft.content(), draft.revision);
            kept.push("due", fields.text("due"));
            let form = page.again(kept, &problems);
            shown(page, id, Some(form), Shown::plain(status)).await
        }
    }
}

/// `POST /drafts/{id}/copies/{copy}`: a text that was kept beside the draft is used in its place, or thrown away.
pub async fn drop_copy(page: Page, ids: web::Path<(DraftId, CopyId)>, fields: Fields) -> Result<HttpResponse> {
    let (me, (id, copy)) = (page.me()?, *ids);
    let is_used = fields.text("act") == "use";
    page.ctx
        .write(move |conn| match is_used {
            true => draft::use_copy(conn, &me.member.actor, id, copy).map(drop),
            false => draft::drop_copy(conn, &me.member.actor, id, copy),
        })
        .await?;
    Ok(page.go(&format!("/drafts/{id}"), if is_used { "flash-draft-copy-used" } else { "flash-draft-copy-gone" }))
}

/// `POST /drafts/{id}/removal`.
pub async fn discard(page: Page, id: web::Path<DraftId>) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    let done = page.ctx.write(move |conn| draft::discard(conn, &me.member.actor, id)).await;
    match done {
        Ok(account) => Ok(page.go(&format!("/accounts/{account}/drafts"), "flash-draft-gone")),
        Err(error) => problem(page, id, error).await,
    }
}

/// `POST /drafts/{id}/unpublishing`.
pub async fn unpublish(page: Page, id: web::Path<DraftId>) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    match page.ctx.write(move |conn| draft::unpublish(conn, &me.member.actor, id)).await {
        Ok(_) => Ok(page.go(&format!("/drafts/{id}"), "flash-article-unpublished")),
        Err(error) => problem(page, id, error).await,
    }
}

/// `POST /articles/{id}/pin`: puts it before the account's others, or no longer.
pub async fn pin(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id, is_pinned) = (page.me()?, *id, fields.text("act") != "unpin");
    let author = page
        .ctx
        .write(move |conn| {
            draft::pin(conn, &me.member.actor, id, is_pinned)?;
            let author = post::by_id(conn, id)?.author_id;
            actor::by_id(conn, author)
        })
        .await?;
    let flash = if is_pinned { "flash-pinned" } else { "flash-unpinned" };
    Ok(page.go(&format!("/@{}", author.name), flash))
}

/// The editor with what was wrong with something else than its form.
async fn problem(page: Page, id: DraftId, error: Error) -> Result<HttpResponse> {
    let me = page.me()?.member.actor.id;
    let (status, problems) = page.reasons(error)?;
    let (draft, ..) = page.ctx.read(move |conn| draft::get(conn, me, id)).await?;
    let form = page.again(fields_of(&draft.content(), draft.revision), &problems);
    shown(page, id, Some(form), Shown::plain(status)).await
}

/// `POST /drafts/{id}/link`: makes the link for outsiders anew, and tells it this once.
pub async fn open_preview(page: Page, id: web::Path<DraftId>) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    let token = page.ctx.write(move |conn| draft::open_preview(conn, &me.member.actor, id)).await?;
    let link = format!("{}/previews/{token}", page.ctx.origin);
    shown(page, id, None, Shown { link, ..Shown::plain(StatusCode::OK) }).await
}

/// `POST /drafts/{id}/link/removal`.
pub async fn close_preview(page: Page, id: web::Path<DraftId>) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    page.ctx.write(move |conn| draft::close_preview(conn, &me.member.actor, id)).await?;
    Ok(page.go(&format!("/drafts/{id}"), "flash-draft-link-gone"))
}

/// A draft as outsiders see it who were given its link.
#[derive(Template)]
#[template(path = "account/preview.html")]
struct Preview {
    page: Page,
    who: Person,
    title: String,
    subtitle: String,
    bylines: String,
    language: String,
    html: String,
}

/// `/previews/{token}`.
pub async fn preview(page: Page, token: web::Path<String>) -> Result<HttpResponse> {
    let token = token.into_inner();
    let (draft, account, files) = page
        .ctx
        .read(move |conn| {
            let (draft, account) = draft::by_preview(conn, &token)?;
            let files = draft::files(conn, draft.id)?;
            Ok((draft, account, files))
        })
        .await?;
    let content = draft.content();
    let mut html = draft::preview_html(&content.body, &files);
    for (id, _) in text::article_files(&html) {
        // The pictures of a draft are for those who have its link, as long as they look at it.
        let pass = media::pass(&page.ctx.secret, MediaId(id), account.actor.id, page.ctx.now());
        for form in ["display", "thumb"] {
            let plain = format!("\"/media/{id}/{form}\"");
            html = html.replace(&plain, &format!("\"/media/{id}/{form}?pass={pass}\""));
        }
    }
    page::ok(&Preview {
        who: Person::of(&account.actor, page.language),
        title: content.title.clone(),
        subtitle: content.subtitle.clone(),
        bylines: content.bylines.clone(),
        language: content.language(),
        html,
        page,
    })
}
