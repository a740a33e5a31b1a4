//! Feeds of an account and of a series, with full text: RSS 2.0, Atom (RFC 4287), JSON Feed 1.1.
//!
//! Outside the frame of pages: a reader of feeds has no language and no session, and sees what everyone sees.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use actix_web::http::header::{self, HeaderValue, HttpDate};
use actix_web::{HttpRequest, HttpResponse, web};
use atom_syndication::{Content, Entry, Feed, FixedDateTime, Generator, Link, Person, Text, TextType};
use rss::extension::atom::{AtomExtension, Link as AtomLink};
use rss::extension::dublincore::DublinCoreExtension;
use rss::{Channel, Enclosure, Guid, Item};

use super::error;
use crate::clock::{Micros, SECOND, to_rfc3339};
use crate::ctx::Ctx;
use crate::db::Range;
use crate::domain::account::{self, Account};
use crate::domain::article::{self, Article, Series};
use crate::domain::audience::Viewer;
use crate::domain::media::{self, Media};
use crate::domain::post::Post;
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId, SeriesId};
use crate::secret;
use crate::text;

/// Articles in a feed.
const ARTICLES_MAX: i64 = 30;

/// What a feed is made of.
struct Source {
    account: Account,
    series: Option<Series>,
    rows: Vec<(Post, Article)>,
    /// The files of the articles.
    files: BTreeMap<PostId, Vec<Media>>,
    /// When anything of the account last changed that everyone sees.
    changed_at: Micros,
    origin: String,
    /// The address of the feed itself, without what tells its form.
    base: String,
}

/// An article of a feed.
struct Told<'a> {
    post: &'a Post,
    article: &'a Article,
    html: String,
    played: Vec<Played>,
}

/// A film or sound of an article, for readers of feeds that play them by themselves.
struct Played {
    url: String,
    media_type: String,
    bytes: i64,
    seconds: i64,
}

impl Source {
    async fn load(ctx: &Ctx, id: ActorId, series: Option<SeriesId>) -> Result<Self> {
        let origin = ctx.origin.to_string();
        let (account, series, mut rows, files, changed_at) = ctx
            .glance(move |conn| {
                let account = account::get(conn, id)?;
                let series = series.map(|series| article::series_by_id(conn, series)).transpose()?;
                if series.as_ref().is_some_and(|series| series.account_id != id) {
                    return Err(Error::NotFound("series"));
                }
                let rows = match &series {
                    Some(series) => article::in_series(conn, &Viewer::Anonymous, series.id, i64::from(i32::MAX))?,
                    None => article::list(conn, &Viewer::Anonymous, id, &Range::before(None::<i64>, ARTICLES_MAX))?,
                };
                let ids: Vec<PostId> = rows.iter().map(|(post, _)| post.id).collect();
                Ok((account, series, rows, media::of_posts(conn, &ids)?, article::changed_at(conn, id)?))
            })
            .await?;
        if series.is_some() {
            // Whatever the order of the series is: a feed has what is new first.
            rows.sort_by_key(|(post, _)| std::cmp::Reverse(post.id));
            rows.truncate(usize::try_from(ARTICLES_MAX).unwrap_or(30));
        }
        let base = match &series {
            Some(series) => format!("{origin}/accounts/{id}/series/{}/feed", series.id),
            None => format!("{origin}/accounts/{id}/feed"),
        };
        Ok(Self { account, series, rows, files, changed_at, origin, base })
    }

    fn title(&self) -> String {
        let account = &self.account.actor.display_name;
        self.series.as_ref().map_or_else(|| account.clone(), |series| format!("{} · {account}", series.title))
    }

    fn about(&self) -> String {
        let plain = text::plain_of_clean(&self.account.actor.about_html);
        let about = self.series.as_ref().map_or(plain.as_str(), |series| series.about.as_str());
        if about.is_empty() { self.title() } else { about.replace('\n', " ") }
    }

    /// The page that the feed is of.
    fn page(&self) -> String {
        match &self.series {
            Some(series) => format!("{}/accounts/{}/series/{}", self.origin, series.account_id, series.id),
            None => self.account.actor.url.clone(),
        }
    }

    /// When anything in it last changed.
    fn updated(&self) -> Micros {
        let changed = self.rows.iter().map(|(post, _)| post.edited_at.unwrap_or(post.published_at));
        changed.max().unwrap_or(self.account.detail.created_at)
    }

    /// The language of the articles: that of the newest one.
    fn language(&self) -> Option<String> {
        self.rows.first().map(|(post, _)| post.language.clone()).filter(|language| !language.is_empty())
    }

    /// The cover of an article before its text.
    fn cover(&self, post: PostId, article: &Article) -> String {
        let files = self.files.get(&post).map_or(&[][..], Vec::as_slice);
        let cover = files.iter().find(|file| Some(file.id) == article.cover_id);
        let html =
            |file: &Media| format!("<img src=\"/media/{}/display\" alt=\"{}\">", file.id, text::escaped(&file.alt));
        cover.map(html).unwrap_or_default()
    }

    fn told(&self) -> impl Iterator<Item = Told<'_>> {
        self.rows.iter().map(|(post, article)| {
            let cover = self.cover(post.id, article);
            let html = text::whole_html(&format!("{cover}{}", post.body_html), &self.origin, &post.url);
            Told { post, article, html, played: self.played(post.id) }
        })
    }

    fn played(&self, post: PostId) -> Vec<Played> {
        let files = self.files.get(&post).map_or(&[][..], Vec::as_slice);
        let played = files.iter().filter(|file| file.is_played() && file.is_ready());
        let told = played.map(|file| Played {
            url: format!("{}/media/{}/display", self.origin, file.id),
            media_type: file.media_type.clone(),
            bytes: file.bytes,
            seconds: file.duration_ms / 1_000,
        });
        told.collect()
    }

    fn author(&self, told: &Told<'_>) -> String {
        let bylines = &told.article.bylines;
        if bylines.is_empty() { self.account.actor.display_name.clone() } else { bylines.clone() }
    }

    fn rss(&self) -> Result<String> {
        let items = self.told().map(|told| {
            Ok(Item {
                title: Some(told.post.title.clone()),
                link: Some(told.post.url.clone()),
                description: Some(told.article.digest.clone()),
                guid: Some(Guid { value: told.post.uri.clone(), permalink: false }),
                pub_date: Some(time(told.post.published_at)?.to_rfc2822()),
                // `author` would be an address for letters.
                dublin_core_ext: Some(DublinCoreExtension {
                    creators: vec![self.author(&told)],
                    ..DublinCoreExtension::default()
                }),
                content: Some(told.html),
                // An item has one at most.
                enclosure: told.played.into_iter().next().map(|one| Enclosure {
                    url: one.url,
                    length: one.bytes.to_string(),
                    mime_type: one.media_type,
                }),
                ..Item::default()
            })
        });
        let own = AtomLink {
            href: format!("{}.rss", self.base),
            rel: "self".to_owned(),
            mime_type: Some("application/rss+xml".to_owned()),
            ..AtomLink::default()
        };
        let channel = Channel {
            title: self.title(),
            link: self.page(),
            description: self.about(),
            language: self.language(),
            last_build_date: Some(time(self.updated())?.to_rfc2822()),
            generator: Some("Huiguan".to_owned()),
            items: items.collect::<Result<Vec<_>>>()?,
            atom_ext: Some(AtomExtension { links: vec![own] }),
            namespaces: [
                ("content".to_owned(), "http://purl.org/rss/1.0/modules/content/".to_owned()),
                ("atom".to_owned(), "http://www.w3.org/2005/Atom".to_owned()),
                ("dc".to_owned(), rss::extension::dublincore::NAMESPACE.to_owned()),
            ]
            .into(),
            ..Channel::default()
        };
        Ok(format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>{channel}").replacen(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><?xml version=\"1.0\" encoding=\"utf-8\"?>",
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
            1,
        ))
    }

    fn atom(&self) -> Result<String> {
        let link = |href: String, rel: &str, kind: &str| Link {
            href,
            rel: rel.to_owned(),
            mime_type: Some(kind.to_owned()),
            ..Link::default()
        };
        let entries = self.told().map(|told| {
            let lang = Some(told.post.language.clone()).filter(|language| !language.is_empty());
            let mut links = vec![link(told.post.url.clone(), "alternate", "text/html")];
            links.extend(told.played.iter().map(|one| Link {
                length: Some(one.bytes.to_string()),
                ..link(one.url.clone(), "enclosure", &one.media_type)
            }));
            Ok(Entry {
                title: Text::plain(told.post.title.clone()),
                id: told.post.uri.clone(),
                updated: time(told.post.edited_at.unwrap_or(told.post.published_at))?,
                published: Some(time(told.post.published_at)?),
                authors: vec![Person { name: self.author(&told), ..Person::default() }],
                links,
                summary: Some(Text::plain(told.article.digest.clone())).filter(|digest| !digest.value.is_empty()),
                rights: Some(Text::plain(told.article.licence.clone())).filter(|licence| !licence.value.is_empty()),
                content: Some(Content {
                    lang,
                    value: Some(told.html),
                    content_type: Some("html".to_owned()),
                    ..Content::default()
                }),
                ..Entry::default()
            })
        });
        let subtitle = Text { value: self.about(), r#type: TextType::Text, ..Text::default() };
        let feed = Feed {
            title: Text::plain(self.title()),
            id: self.series.as_ref().map_or_else(|| self.account.actor.uri.clone(), |_| self.page()),
            updated: time(self.updated())?,
            authors: vec![Person {
                name: self.account.actor.display_name.clone(),
                uri: Some(self.account.actor.url.clone()),
                ..Person::default()
            }],
            generator: Some(Generator { value: "Huiguan".to_owned(), ..Generator::default() }),
            links: vec![
                link(format!("{}.atom", self.base), "self", "application/atom+xml"),
                link(self.page(), "alternate", "text/html"),
            ],
            subtitle: Some(subtitle),
            lang: self.language(),
            entries: entries.collect::<Result<Vec<_>>>()?,
            ..Feed::default()
        };
        Ok(feed.to_string())
    }

    fn json(&self) -> String {
        let items: Vec<_> = self
            .told()
            .map(|told| {
                let mut item = serde_json::json!({
                    "id": told.post.uri, "url": told.post.url, "title": told.post.title, "content_html": told.html,
                    "date_published": to_rfc3339(told.post.published_at), "authors": [{"name": self.author(&told)}],
                });
                if let serde_json::Value::Object(map) = &mut item {
                    let mut put = |key: &str, value: &str| {
                        if !value.is_empty() {
                            map.insert(key.to_owned(), value.into());
                        }
                    };
                    put("summary", &told.article.digest);
                    put("language", &told.post.language);
                    put("date_modified", &told.post.edited_at.map(to_rfc3339).unwrap_or_default());
                    let cover = told.article.cover_id.map(|id| format!("{}/media/{id}/display", self.origin));
                    put("image", &cover.unwrap_or_default());
                    let attachment = |one: &Played| {
                        serde_json::json!({
                            "url": one.url, "mime_type": one.media_type, "size_in_bytes": one.bytes,
                            "duration_in_seconds": one.seconds,
                        })
                    };
                    if !told.played.is_empty() {
                        map.insert("attachments".to_owned(), told.played.iter().map(attachment).collect());
                    }
                }
                item
            })
            .collect();
        let actor = &self.account.actor;
        let mut feed = serde_json::json!({
            "version": "https://jsonfeed.org/version/1.1", "title": self.title(), "home_page_url": self.page(),
            "feed_url": format!("{}.json", self.base), "description": self.about(),
            "authors": [{"name": actor.display_name, "url": actor.url}], "items": items,
        });
        if let (Some(language), serde_json::Value::Object(map)) = (self.language(), &mut feed) {
            map.insert("language".to_owned(), language.into());
        }
        feed.to_string()
    }
}

/// A time as the writers of feeds take it.
fn time(at: Micros) -> Result<FixedDateTime> {
    to_rfc3339(at).parse().map_err(|_| Error::broken("a time that no feed can say"))
}

/// `/accounts/{id}/feed.{rss|atom|json}`.
pub async fn account(ctx: web::Data<Ctx>, request: HttpRequest, at: web::Path<(String, String)>) -> HttpResponse {
    let (id, form) = at.into_inner();
    answer(&ctx, &request, &id, None, &form).await
}

/// `/accounts/{id}/series/{series}/feed.{rss|atom|json}`.
pub async fn series(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    at: web::Path<(String, String, String)>,
) -> HttpResponse {
    let (id, series, form) = at.into_inner();
    answer(&ctx, &request, &id, Some(&series), &form).await
}

/// A feed as it stands, with what a reader may know it by.
struct Made {
    kind: &'static str,
    body: String,
    tag: String,
    /// When it last changed, once that second is over: until then it may change again without another time.
    modified: Option<HttpDate>,
}

impl Made {
    fn of(ctx: &Ctx, source: &Source, form: &str) -> Result<Self> {
        let (kind, body) = match form {
            "rss" => ("application/rss+xml; charset=utf-8", source.rss()?),
            "atom" => ("application/atom+xml; charset=utf-8", source.atom()?),
            "json" => ("application/feed+json; charset=utf-8", source.json()),
            _ => return Err(Error::NotFound("feed")),
        };
        let second = source.changed_at.max(source.account.detail.created_at).div_euclid(SECOND);
        let since = u64::try_from(second).ok().filter(|_| second < ctx.now().div_euclid(SECOND));
        let date = |second| HttpDate::from(UNIX_EPOCH + Duration::from_secs(second));
        Ok(Self { kind, tag: format!("W/\"{}\"", secret::token_hash(&body)), body, modified: since.map(date) })
    }

    /// Does whoever asks have it as it stands (RFC 9110 §13.2.2: a tag counts before a date)? A date counts only as it was told: an article
    /// that was taken down makes none older.
    fn is_known(&self, request: &HttpRequest) -> bool {
        let said = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        match said(header::IF_NONE_MATCH) {
            Some(tags) => tags.split(',').any(|one| one.trim() == self.tag),
            None => {
                let since = said(header::IF_MODIFIED_SINCE).and_then(|date| date.parse::<HttpDate>().ok());
                since.is_some() && since == self.modified
            }
        }
    }
}

async fn answer(ctx: &Ctx, request: &HttpRequest, id: &str, series: Option<&str>, form: &str) -> HttpResponse {
    let made = async {
        let wrong = || Error::NotFound("feed");
        let id = id.parse::<ActorId>().map_err(|_| wrong())?;
        let series = series.map(str::parse::<SeriesId>).transpose().map_err(|_| wrong())?;
        Made::of(ctx, &Source::load(ctx, id, series).await?, form)
    };
    let made = match made.await {
        Ok(made) => made,
        Err(failure) => return error::bare(&failure),
    };
    let mut answer = match made.is_known(request) {
        true => HttpResponse::NotModified().finish(),
        false => HttpResponse::Ok().content_type(made.kind).body(made.body),
    };
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    for (name, value) in
        [(header::ETAG, Some(made.tag)), (header::LAST_MODIFIED, made.modified.map(|date| date.to_string()))]
    {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(name, value);
        }
    }
    answer
}
