//! Articles as they are read: the text, what stands around it, and what is said under it.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::card::{self, Person, Talk, path};
use super::form::{Fields, Form};
use super::gallery::{Gallery, Reader};
use super::page::{self, Page};
use super::talk;
use super::time::When;
use crate::clock::{DAY, HOUR, to_rfc3339};
use crate::domain::account::{self, Role};
use crate::domain::actor::Actor;
use crate::domain::article::{self, Article, Comment, Script, State};
use crate::domain::audience::Viewer;
use crate::domain::bookmark;
use crate::domain::draft;
use crate::domain::media::{self, Media, Purpose};
use crate::domain::post::{self, Entry};
use crate::domain::profile;
use crate::error::{Problem, Result};
use crate::id::PostId;
use crate::lang::Language;
use crate::text::{self, Heading};

/// Headings from which on an article has contents.
const CONTENTS_MIN: usize = 3;
/// Characters of an article that other sites show.
const DESCRIPTION_CHARS_MAX: usize = 200;
/// Versions of an article that are asked for to know which it is: more say nothing more.
const SCRIPTS_MIN: usize = 1;
/// The name of an article's own script in links, if it isn't known which that is.
const OWN: &str = "own";

/// How a comment stands, as templates ask for it.
struct Stand {
    id: PostId,
    is_waiting: bool,
    is_aside: bool,
    is_pinned: bool,
}

/// A script in which an article may be read.
struct Choice {
    code: String,
    name: String,
    href: String,
    is_chosen: bool,
}

/// A picture as a page names it: its address, what it shows, its width and height (0 if they aren't known).
type Image = (String, String, i64, i64);

/// An article.
#[derive(Template)]
#[template(path = "article/show.html")]
struct Show {
    page: Page,
    id: PostId,
    author: Person,
    title: String,
    language: String,
    html: String,
    /// What comes with it to be played and stands nowhere in it.
    beside: Gallery,
    article: Article,
    cover: Option<Image>,
    /// What stands for it where it is shared: its cover, else its first picture, else the face of who wrote it.
    shared: Option<Image>,
    when: When,
    edited: Option<When>,
    contents: Vec<Heading>,
    choices: Vec<Choice>,
    series: Option<(String, String)>,
    before: Option<(String, String)>,
    after: Option<(String, String)>,
    talk: Talk,
    stands: Vec<Stand>,
    next: Option<PostId>,
    form: Form,
    to: Option<(PostId, String)>,
    is_kept: bool,
    /// Does it stand before the account's others?
    is_first: bool,
    is_closed: bool,
    waits: bool,
    may_publish: bool,
    draft: Option<String>,
    description: String,
    linked_data: String,
    uri: String,
    url: String,
    origin: String,
    chars_max: usize,
}

impl Show {
    /// The page of an article as it was loaded.
    fn of(page: Page, entry: &Entry, loaded: Loaded, form: Form) -> Self {
        let at = path(&entry.author);
        let here = format!("{at}/{}", entry.post.id);
        let Chosen { title, html, language, description } = Chosen::of(&page, entry, &loaded);
        let mut contents = text::headings(&html);
        if contents.len() < CONTENTS_MIN {
            contents.clear();
        }
        let choices = choices(&page, &loaded.scripts, &entry.post.language, &language, &here);
        let (talk, next) = talk::thread(&page, &loaded.talk, pinned_first(loaded.entries, &loaded.comments), entry);
        let cover = loaded.article.cover_id.and_then(|id| loaded.files.iter().find(|file| file.id == id));
        let cover = cover.map(image);
        let shared = cover.clone().or_else(|| shared(&html, &loaded.files, &entry.author));
        let stands = loaded.comments.values().map(|one| Stand {
            id: one.post_id,
            is_waiting: one.state == State::Waiting,
            is_aside: one.state == State::Aside,
            is_pinned: one.pinned_at.is_some(),
        });
        let beside = |one: Option<(PostId, String)>| one.map(|(id, title)| (format!("{at}/{id}"), title));
        let talk_rule = loaded.detail.as_ref().map(|detail| detail.talk());
        let facts = Data { entry, article: &loaded.article, title: &title, description: &description };
        Self {
            linked_data: facts.linked(&page, cover.as_ref().map(|cover| cover.0.as_str()), &language),
            id: entry.post.id,
            author: Person::of(&entry.author, page.language),
            beside: played_beside(&page, &html, &loaded.files),
            html: format!("{}{}", card::body(&page, &html), beside_text(&html, &loaded.article, &loaded.files)),
            when: page.when(entry.post.published_at),
            edited: entry.post.edited_at.map(|at| page.when(at)),
            series: series(loaded.series, &loaded.article),
            before: beside(loaded.neighbours.0),
            after: beside(loaded.neighbours.1),
            stands: stands.collect(),
            to: loaded.to.map(|to| (to.post.id, Person::of(&to.author, page.language).name)),
            is_kept: loaded.is_kept,
            is_first: loaded.is_first,
            is_closed: talk_rule == Some(account::Talk::Closed) && loaded.role.is_none(),
            waits: talk_rule == Some(account::Talk::Selected) && loaded.role.is_none(),
            may_publish: loaded.role.is_some_and(Role::may_publish),
            draft: loaded.draft.map(|draft| format!("/drafts/{}", draft.id)),
            uri: entry.post.uri.clone(),
            url: entry.post.url.clone(),
            origin: page.ctx.origin.to_string(),
            chars_max: page.ctx.config.limits.post_chars_max,
            article: loaded.article,
            title,
            language,
            cover,
            shared,
            contents,
            choices,
            talk,
            next,
            form,
            description,
            page,
        }
    }

    /// How a comment stands, if it stands under an article of this hall.
    fn stand(&self, id: &PostId) -> Option<&Stand> {
        self.stands.iter().find(|stand| stand.id == *id)
    }
}

/// What a browser of a visitor knows an article by: everything that its page shows but the number of its readers. The language of the page
/// stands in it, so that it tells one script from another, too; a page whose script was asked for has none.
fn tag(page: &Page, mark: &article::Mark) -> String {
    let look = format!(
        "{}.{}.{}.{}",
        page.language.code(),
        page.theme.unwrap_or_default(),
        page.type_size.unwrap_or_default(),
        page.asset("article.css").replace(['/', '"'], "-"),
    );
    let hour = page.ctx.now() / HOUR;
    let (id, changed) = (mark.id, mark.changed_at);
    format!("W/\"{id}-{changed}-{}-{}-{hour}-{look}\"", mark.comments, mark.likes)
}

/// `304` for a visitor whose browser has an article as it stands: its text isn't touched.
pub async fn unchanged(page: &Page, request: &HttpRequest, id: &str) -> Result<Option<HttpResponse>> {
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let (Some(known), None, Ok(id)) = (known, &page.member, id.parse::<PostId>()) else { return Ok(None) };
    if page.flash.is_some() {
        return Ok(None);
    }
    let Some(mark) = page.ctx.glance(move |conn| article::mark(conn, &Viewer::Anonymous, id)).await? else {
        return Ok(None);
    };
    let script = page.query("script");
    let tag = tag(page, &mark);
    let is_same = script.is_empty() && known.split(',').any(|one| one.trim() == tag);
    Ok(is_same.then(|| HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish()))
}

/// Who reads, as a digest that says nothing of them and is another one tomorrow.
fn reader(page: &Page) -> String {
    let day = page.ctx.now() / DAY;
    let who = match page.viewer().member() {
        Some(me) => format!("member {me}"),
        None => format!("visitor {}", page.address),
    };
    let seal = crate::secret::seal(&page.ctx.secret, format!("reader {day} {who}").as_bytes());
    seal.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

async fn count(page: &Page, id: PostId) -> Result<()> {
    let reader = reader(page);
    let asked = reader.clone();
    if !page.ctx.glance(move |conn| article::is_read(conn, id, &asked)).await? {
        page.ctx.write(move |conn| article::read(conn, id, &reader)).await?;
    }
    Ok(())
}

/// An article in the script in which it is read.
struct Chosen {
    title: String,
    html: String,
    language: String,
    description: String,
}

/// The script in which an article is read, if it isn't its own: as asked for, else that of the reader's pages, if an editor has published
/// one in it. Whoever reads English pages chooses a translation by hand: many of them read Chinese articles as they were written.
fn script_for<'a>(scripts: &'a [Script], own: &str, asked: &str, reader: Language) -> Option<&'a Script> {
    if !asked.is_empty() {
        return scripts.iter().find(|script| script.language == asked);
    }
    if reader == Language::En || Language::of_tag(own) == Some(reader) {
        return None;
    }
    scripts.iter().find(|script| Language::of_tag(&script.language) == Some(reader))
}

impl Chosen {
    fn of(page: &Page, entry: &Entry, loaded: &Loaded) -> Self {
        let script = script_for(&loaded.scripts, &entry.post.language, page.query("script"), page.language);
        let (title, html, language) = match script {
            Some(script) => (script.title.clone(), script.body_html.clone(), script.language.clone()),
            None => (entry.post.title.clone(), entry.post.body_html.clone(), entry.post.language.clone()),
        };
        let description = match script.map_or(&loaded.article.digest, |script| &script.digest).as_str() {
            "" => text::excerpt(&text::plain_of_clean(&html).replace('\n', " "), DESCRIPTION_CHARS_MAX),
            digest => digest.to_owned(),
        };
        Self { title, html, language, description }
    }
}

/// What was loaded for the page of one article.
struct Loaded {
    article: Article,
    scripts: Vec<Script>,
    files: Vec<Media>,
    series: Option<article::Series>,
    neighbours: article::Neighbours,
    talk: talk::Loaded,
    entries: Vec<Entry>,
    comments: std::collections::BTreeMap<PostId, Comment>,
    role: Option<Role>,
    detail: Option<account::Detail>,
    draft: Option<draft::Draft>,
    is_kept: bool,
    is_first: bool,
    to: Option<Entry>,
    mark: Option<article::Mark>,
}

async fn load(page: &Page, entry: &Entry, answered: Option<PostId>) -> Result<Loaded> {
    let (viewer, id, author) = (page.viewer(), entry.post.id, entry.author.clone());
    let after = page.query("after").parse::<PostId>().ok();
    let answered = answered.or_else(|| page.query("to").parse::<PostId>().ok());
    page.ctx
        .glance(move |conn| {
            let me = viewer.member();
            let article = article::of_post(conn, id)?.ok_or(crate::error::Error::NotFound("post"))?;
            let series = article.series_id.map(|series| article::series_by_id(conn, series)).transpose()?;
            let neighbours = match &series {
                Some(series) => article::neighbours(conn, &viewer, series.id, &article)?,
                None => (None, None),
            };
            let (talk, entries) = talk::load_thread(conn, &viewer, id, after)?;
            let role = me.map(|me| account::role(conn, author.id, me)).transpose()?.flatten();
            let to = answered.map(|to| post::show(conn, &viewer, to)).transpose().unwrap_or(None);
            Ok(Loaded {
                scripts: article::scripts(conn, id)?,
                files: media::of_post(conn, id)?,
                comments: if author.is_local() { article::comments_of(conn, id)? } else { Default::default() },
                detail: if author.is_local() { account::detail(conn, author.id)? } else { None },
                draft: if role.is_some() { draft::of_post(conn, id)? } else { None },
                is_first: profile::is_pinned(conn, id)?,
                is_kept: me.map(|me| bookmark::is_kept(conn, me, id)).transpose()?.unwrap_or(false),
                to: to.filter(|to| to.post.root_id == Some(id)),
                mark: if me.is_none() { article::mark(conn, &viewer, id)? } else { None },
                article,
                series,
                neighbours,
                talk,
                entries,
                role,
            })
        })
        .await
}

/// The page of an article, with the form of a comment as it was left.
pub async fn whole(
    page: Page,
    status: StatusCode,
    entry: Entry,
    answered: Option<PostId>,
    fields: Fields,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let loaded = load(&page, &entry, answered).await?;
    if status == StatusCode::OK {
        count(&page, entry.post.id).await?;
        read_on(&page, &entry).await?;
    }
    let form = page.again(fields, problems);
    let (mark, is_plain) = (loaded.mark, status == StatusCode::OK && page.query("script").is_empty());
    let show = Show::of(page, &entry, loaded, form);
    let tag = mark.filter(|_| is_plain).map(|mark| tag(&show.page, &mark));
    let mut answer = page::show(status, &show)?;
    if let Some(tag) = tag.and_then(|tag| header::HeaderValue::from_str(&tag).ok()) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    Ok(answer)
}

/// The reader has seen the account up to this article.
async fn read_on(page: &Page, entry: &Entry) -> Result<()> {
    let Some(me) = page.viewer().member() else { return Ok(()) };
    let (author, id) = (entry.author.id, entry.post.id.0);
    let known = page.ctx.glance(move |conn| account::read_up_to(conn, me, author)).await?;
    if known < id {
        page.ctx.write(move |conn| account::mark_read(conn, me, author, id)).await?;
    }
    Ok(())
}

/// Comments with those before the others that editors put there.
fn pinned_first(entries: Vec<Entry>, comments: &std::collections::BTreeMap<PostId, Comment>) -> Vec<Entry> {
    let pin = |entry: &Entry| comments.get(&entry.post.id).and_then(|comment| comment.pinned_at);
    let (mut pinned, rest): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(|entry| pin(entry).is_some());
    pinned.sort_by_key(|entry| pin(entry));
    pinned.extend(rest);
    pinned
}

/// Pictures that come with an article and stand nowhere in it, behind the text.
fn beside_text(html: &str, article: &Article, files: &[Media]) -> String {
    let stands = |file: &&Media| Some(file.id) == article.cover_id || html.contains(&format!("/media/{}/", file.id));
    let is_shown = |file: &&Media| file.kind == media::Kind::Image && file.purpose == Purpose::Post;
    let rest = files.iter().filter(is_shown).filter(|file| !stands(file));
    let figure = |file: &Media| {
        let alt = text::escaped(&file.alt);
        format!("<figure><img src=\"/media/{}/display\" alt=\"{alt}\" loading=\"lazy\"></figure>", file.id)
    };
    let figures: String = rest.map(figure).collect();
    if figures.is_empty() { figures } else { format!("<div class=\"gallery\">{figures}</div>") }
}

fn image(file: &Media) -> Image {
    (format!("/media/{}/display", file.id), file.alt.clone(), file.width, file.height)
}

/// What stands for an article without a cover where it is shared.
fn shared(html: &str, files: &[Media], author: &Actor) -> Option<Image> {
    let shown = text::article_files(html);
    let first =
        shown.iter().find_map(|(id, _)| files.iter().find(|file| file.id.0 == *id && file.kind == media::Kind::Image));
    let face = || Some((format!("/media/{}/display", author.avatar_id?), author.display_name.clone(), 0, 0));
    first.map(image).or_else(face)
}

/// Films and sounds that come with an article and stand nowhere in it, as other servers send them.
fn played_beside(page: &Page, html: &str, files: &[Media]) -> Gallery {
    let is_picture = |file: &Media| file.kind == media::Kind::Image && file.purpose == Purpose::Post;
    let stands = |file: &Media| html.contains(&format!("/media/{}/", file.id));
    let rest: Vec<Media> = files.iter().filter(|file| !is_picture(file) && !stands(file)).cloned().collect();
    Gallery::beside(page, &rest, Reader::Other)
}

/// The series of an article and its page: of this hall or of another server.
fn series(own: Option<article::Series>, article: &Article) -> Option<(String, String)> {
    let here = |one: article::Series| (one.title, format!("/accounts/{}/series/{}", one.account_id, one.id));
    let there = || (!article.series_url.is_empty()).then(|| (article.series_title.clone(), article.series_url.clone()));
    own.map(here).or_else(there)
}

/// The scripts in which an article may be read, if there are several. Each is named in its link, also the article's own: without a name
/// the reader's language decides.
fn choices(page: &Page, scripts: &[Script], own: &str, chosen: &str, here: &str) -> Vec<Choice> {
    if scripts.len() < SCRIPTS_MIN {
        return Vec::new();
    }
    let name = |code: &str| match Language::of_tag(code) {
        Some(language) => language.name().to_owned(),
        None if code.is_empty() => page.t("article-script-own").to_owned(),
        None => code.to_owned(),
    };
    let choice = |code: &str| Choice {
        code: code.to_owned(),
        name: name(code),
        href: format!("{here}?script={}", if code.is_empty() { OWN } else { code }),
        is_chosen: code == chosen,
    };
    let mut choices = vec![choice(own)];
    choices.extend(scripts.iter().map(|one| choice(&one.language)));
    choices
}

/// What machines are told of an article (schema.org).
struct Data<'a> {
    entry: &'a Entry,
    article: &'a Article,
    title: &'a str,
    description: &'a str,
}

impl Data<'_> {
    fn linked(&self, page: &Page, cover: Option<&str>, language: &str) -> String {
        let (post, author) = (&self.entry.post, &self.entry.author);
        let by = match self.article.bylines.as_str() {
            "" => serde_json::json!({"@type": "Organization", "name": author.display_name, "url": author.url}),
            names => serde_json::json!({"@type": "Person", "name": names}),
        };
        let mut data = serde_json::json!({
            "@context": "https://schema.org", "@type": "Article", "headline": self.title,
            "description": self.description, "inLanguage": language, "url": post.url, "author": by,
            "datePublished": to_rfc3339(post.published_at),
            "dateModified": to_rfc3339(post.edited_at.unwrap_or(post.published_at)),
            "publisher": {"@type": "Organization", "name": author.display_name, "url": author.url},
        });
        if let (Some(cover), serde_json::Value::Object(map)) = (cover, &mut data) {
            map.insert("image".to_owned(), format!("{}{cover}", page.ctx.origin).into());
        }
        // Nothing in it ends the element that it stands in.
        data.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
    }
}
