//! Posts as documents: `Note` and its relatives.

use serde_json::{Map, Value, json};

use super::address::same_host;
use super::{Refusal, json, poll, poll::Poll, quote, roll_call, roll_call::RollCall};
use crate::clock::{Micros, from_rfc3339, to_rfc3339_ms};

/// Everyone (ActivityPub §5.6).
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// Types that are read as posts. The last four are BookWyrm's, which sends edits in them also to those who got a `Note` or
/// an `Article`.
const KINDS: [&str; 13] = [
    "Note",
    "Article",
    "Page",
    "Question",
    "Event",
    "Image",
    "Video",
    "Audio",
    "Document",
    "Review",
    "Comment",
    "Quotation",
    "Rating",
];

/// Most attachments of one post that are looked at; we send nine.
const ATTACHMENTS_MAX: usize = 32;
/// Most tags of one post that are looked at: mentions, hashtags and emoji together.
const TAGS_MAX: usize = 200;

/// A file that goes with a post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attachment {
    /// Its type: `Image`, `Video`, `Audio` or `Document`.
    pub kind: String,
    /// Where it is.
    pub url: String,
    /// Its media type; may be empty.
    pub media_type: String,
    /// What it shows, in words; may be empty.
    pub name: String,
    /// Its width in pixels.
    pub width: Option<u32>,
    /// Its height in pixels.
    pub height: Option<u32>,
    /// A blurred stand-in of few bytes; may be empty.
    pub blurhash: String,
    /// Where a picture of it is, if it is none itself; may be empty.
    pub icon: String,
}

/// What a post points at in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tag {
    /// Somebody, by the actor's id, with the text that stands for it.
    Mention {
        /// The actor's id.
        href: String,
        /// As written; may be empty.
        name: String,
    },
    /// A hashtag.
    Hashtag {
        /// Without its `#`.
        name: String,
        /// Its page; may be empty.
        href: String,
    },
    /// A picture for a `:shortcode:` of the text.
    Emoji {
        /// The shortcode without its colons.
        name: String,
        /// Where the picture is.
        url: String,
    },
}

/// Where something is (Activity Vocabulary §3.3, `Place`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Place {
    /// In words; may be empty.
    pub name: String,
    /// Degrees north and east.
    pub degrees: Option<(f64, f64)>,
}

/// A post's document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Note {
    /// Its id.
    pub id: String,
    /// Its type.
    pub kind: String,
    /// Who wrote it.
    pub attributed_to: String,
    /// HTML as sent: not safe yet.
    pub content: String,
    /// Title, for those that have one.
    pub name: String,
    /// For a `Note` a content warning, for others a lede.
    pub summary: String,
    /// `sensitive`.
    pub sensitive: bool,
    /// The language that it says it is in; may be empty.
    pub language: String,
    /// When it was published.
    pub published: Option<Micros>,
    /// When it was last changed.
    pub updated: Option<Micros>,
    /// When an `Event` begins, as its server writes it; may be empty.
    pub begins: String,
    /// Its page; may be empty.
    pub url: String,
    /// What it answers; may be empty.
    pub in_reply_to: String,
    /// The conversation it belongs to (FEP-7888); may be empty.
    pub context: String,
    /// The group that it is said in (FEP-1b12); may be empty.
    pub audience: String,
    /// First recipients.
    pub to: Vec<String>,
    /// Further recipients.
    pub cc: Vec<String>,
    /// Who may find it by its words (FEP-268d), if it says so. Only read.
    pub searchable_by: Option<Vec<String>>,
    /// Files that go with it, in order.
    pub attachments: Vec<Attachment>,
    /// What its text points at.
    pub tags: Vec<Tag>,
    /// Where it was written (`location`).
    pub place: Option<Place>,
    /// What it asks.
    pub poll: Option<Poll>,
    /// The list by which people sign up (`hg:rollCall`).
    pub roll: Option<RollCall>,
    /// What it quotes; may be empty.
    pub quote: String,
    /// The leave to quote that (FEP-044f, `quoteAuthorization`); may be empty.
    pub quote_leave: String,
    /// Where its cover is, if it is titled and has one (`image`); may be empty. Only read.
    pub cover: String,
    /// May everybody quote it (FEP-044f, `interactionPolicy.canQuote`)? Only written.
    pub is_quotable: bool,
}

/// Is this a type that is read as a post?
pub fn is_post(types: &[&str]) -> bool {
    types.iter().any(|t| KINDS.contains(t))
}

/// Is this one of the spellings of “everyone”?
pub fn is_public(recipient: &str) -> bool {
    matches!(recipient, PUBLIC | "as:Public" | "Public")
}

/// Reads a post that came from the host of its id. Its author must stand on the same host.
pub fn read(document: &Value) -> Result<Note, Refusal> {
    let id = document.get("id").and_then(Value::as_str).ok_or(Refusal("the object has no id"))?;
    let types = json::types(document);
    let kind = types.iter().find(|t| KINDS.contains(t)).ok_or(Refusal("not a post"))?;
    let author = document.get("attributedTo").and_then(|author| match author {
        // Some give the person and the channel; the first on the object's host speaks.
        Value::Array(many) => many.iter().filter_map(json::id_of).find(|uri| same_host(uri, id)),
        one => json::id_of(one),
    });
    let author = author.ok_or(Refusal("the object has no author"))?;
    if !same_host(author, id) {
        return Err(Refusal("the object and its author stand on different hosts"));
    }
    let time = |key: &str| json::text(document, key).and_then(from_rfc3339);
    let (content, language) = content(document);
    Ok(Note {
        id: id.to_owned(),
        kind: (*kind).to_owned(),
        attributed_to: author.to_owned(),
        content,
        name: json::text(document, "name").unwrap_or_default().to_owned(),
        summary: json::text(document, "summary").unwrap_or_default().to_owned(),
        sensitive: json::truth(document, "sensitive"),
        language,
        published: time("published"),
        updated: time("updated"),
        begins: json::text(document, "startTime").unwrap_or_default().to_owned(),
        url: json::url(document).unwrap_or_default(),
        in_reply_to: document.get("inReplyTo").and_then(json::id_of).unwrap_or_default().to_owned(),
        context: document.get("context").and_then(json::id_of).unwrap_or_default().to_owned(),
        audience: document.get("audience").and_then(json::id_of).unwrap_or_default().to_owned(),
        to: json::ids(document, "to"),
        cc: json::ids(document, "cc"),
        searchable_by: json::searchable_by(document),
        attachments: attachments(document, kind),
        tags: json::items(document, "tag").into_iter().filter_map(tag).take(TAGS_MAX).collect(),
        place: json::items(document, "location").into_iter().find_map(place),
        poll: poll::read(document),
        roll: roll_call::read(document),
        quote: quote::read(document),
        quote_leave: document.get("quoteAuthorization").and_then(json::id_of).unwrap_or_default().to_owned(),
        cover: if *kind == "Article" { json::picture(document, "image") } else { String::new() },
        is_quotable: false,
    })
}

/// A place that has a name or its degrees.
fn place(item: &Value) -> Option<Place> {
    if !json::types(item).contains(&"Place") {
        return None;
    }
    // Some write numbers as texts.
    let number = |key: &str| match item.get(key)? {
        Value::String(text) => text.trim().parse::<f64>().ok(),
        other => other.as_f64(),
    };
    let name = json::text(item, "name").unwrap_or_default().to_owned();
    let degrees = number("latitude").zip(number("longitude"));
    (!name.is_empty() || degrees.is_some()).then_some(Place { name, degrees })
}

/// The files of a post: its attachments, the cover of a titled one (`image`), and a film that is a post of its own (PeerTube).
fn attachments(document: &Value, kind: &str) -> Vec<Attachment> {
    let given = json::items(document, "attachment").into_iter().filter_map(attachment);
    let mut files: Vec<Attachment> = given.take(ATTACHMENTS_MAX).collect();
    let image = |url: String| Attachment { kind: "Image".to_owned(), url, ..Attachment::default() };
    if kind == "Video" && files.is_empty() {
        files.extend(film(document));
    }
    let cover = if matches!(kind, "Note" | "Question") { String::new() } else { json::picture(document, "image") };
    // The same picture may stand there in another size, which its address tells behind the `?`.
    let name = |url: &str| url.split(['?', '#']).next().unwrap_or_default().to_owned();
    if !cover.is_empty() && files.iter().all(|file| name(&file.url) != name(&cover)) {
        files.insert(0, image(cover));
    }
    files
}

/// The film that a `Video` is: of its files, which stand among its links, the smallest, with the largest picture of it.
fn film(document: &Value) -> Option<Attachment> {
    let links = json::items(document, "url");
    let nested = links.iter().flat_map(|link| json::items(link, "tag"));
    let files = links.iter().copied().chain(nested);
    let films = files.filter(|link| json::text(link, "mediaType") == Some("video/mp4") && json::href(link).is_some());
    let film = films.min_by_key(|link| json::count(link, "height").unwrap_or(u32::MAX))?;
    let icons = json::items(document, "icon").into_iter();
    let icon = icons.max_by_key(|icon| json::count(icon, "width").unwrap_or(0)).and_then(json::url);
    Some(Attachment {
        kind: "Video".to_owned(),
        url: json::href(film)?.to_owned(),
        media_type: "video/mp4".to_owned(),
        width: json::count(film, "width"),
        height: json::count(film, "height"),
        icon: icon.unwrap_or_default(),
        ..Attachment::default()
    })
}

/// An attachment that has an address; links to pages are none.
fn attachment(item: &Value) -> Option<Attachment> {
    let kinds = json::types(item);
    let kind = kinds.iter().find(|kind| matches!(**kind, "Image" | "Video" | "Audio" | "Document"))?;
    let own = |key: &str| json::text(item, key).unwrap_or_default().to_owned();
    // Some give the address as a `Link`, which then has the media type too.
    let link = json::items(item, "url").into_iter().find(|link| json::href(link).is_some())?;
    let media_type = json::text(item, "mediaType").or_else(|| json::text(link, "mediaType"));
    Some(Attachment {
        kind: (*kind).to_owned(),
        url: json::href(link)?.to_owned(),
        media_type: media_type.unwrap_or_default().to_owned(),
        // Pixelfed and others say it in `summary`.
        name: json::text(item, "name").or_else(|| json::text(item, "summary")).unwrap_or_default().to_owned(),
        width: json::count(item, "width").or_else(|| json::count(link, "width")),
        height: json::count(item, "height").or_else(|| json::count(link, "height")),
        blurhash: own("blurhash"),
        icon: json::picture(item, "icon"),
    })
}

/// What one item of `tag` points at.
pub(super) fn tag(item: &Value) -> Option<Tag> {
    let name = json::text(item, "name").unwrap_or_default();
    match json::types(item).first().copied()? {
        "Mention" => {
            let href = json::href(item)?.to_owned();
            Some(Tag::Mention { href, name: name.to_owned() })
        }
        "Hashtag" => {
            // Some leave the name out and have it in the address alone.
            let href = json::text(item, "href").unwrap_or_default();
            let last = href.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            let decoded = url::form_urlencoded::parse(last.as_bytes()).next().map(|(name, _)| name).unwrap_or_default();
            let found = if name.is_empty() { &*decoded } else { name };
            let found = found.strip_prefix(['#', '＃']).unwrap_or(found);
            (!found.is_empty()).then(|| Tag::Hashtag { name: found.to_owned(), href: href.to_owned() })
        }
        "Emoji" => {
            let url = json::items(item, "icon").into_iter().find_map(json::url)?;
            let name = name.trim_matches(':');
            (!name.is_empty()).then(|| Tag::Emoji { name: name.to_owned(), url })
        }
        _ => None,
    }
}

/// `content`, or the first of `contentMap`, with its language if the map tells it, or else what names the language besides.
fn content(document: &Value) -> (String, String) {
    let map = document.get("contentMap").and_then(Value::as_object);
    let plain = json::text(document, "content");
    let same = map.and_then(|map| map.iter().find(|(_, text)| text.as_str().is_some() && text.as_str() == plain));
    let only = map.filter(|map| map.len() == 1 || plain.is_none()).and_then(|map| map.iter().next());
    // Lemmy's and PeerTube's way to say it, and Mobilizon's.
    let named = || {
        let language = document.get("language").and_then(|language| json::text(language, "identifier"));
        language.or_else(|| json::text(document, "inLanguage")).map(str::to_owned)
    };
    let language = same.or(only).map(|(language, _)| language.clone()).or_else(named).unwrap_or_default();
    let text = plain.or_else(|| only.and_then(|(_, text)| text.as_str())).unwrap_or_default();
    (text.to_owned(), language)
}

/// Writes one of our own posts, without `@context`. What is empty is left out.
pub fn write(note: &Note) -> Value {
    let mut document = json!({
        "id": note.id,
        "type": note.kind,
        "attributedTo": note.attributed_to,
        "content": note.content,
        "published": note.published.map(to_rfc3339_ms),
        "updated": note.updated.map(to_rfc3339_ms),
        "name": note.name,
        "summary": note.summary,
        "url": note.url,
        "inReplyTo": note.in_reply_to,
        "context": note.context,
        "audience": note.audience,
        "to": note.to,
        "cc": note.cc,
        "sensitive": note.sensitive,
    });
    let Value::Object(map) = &mut document else { return document };
    map.retain(|key, value| key == "content" || !is_empty(value));
    if !note.language.is_empty() {
        let languages = Map::from_iter([(note.language.clone(), Value::String(note.content.clone()))]);
        map.insert("contentMap".to_owned(), Value::Object(languages));
    }
    if !note.tags.is_empty() {
        map.insert("tag".to_owned(), note.tags.iter().map(write_tag).collect());
    }
    if let Some(place) = &note.place {
        locate(&mut document, place);
    }
    attach(&mut document, &note.attachments);
    if let Some(asked) = &note.poll {
        poll::add(&mut document, asked);
    }
    if note.is_quotable {
        quote::allow(&mut document, PUBLIC);
    }
    document
}

/// Says where a post was written.
pub fn locate(document: &mut Value, place: &Place) {
    let Value::Object(map) = document else { return };
    let mut location = Map::from_iter([("type".to_owned(), "Place".into())]);
    if !place.name.is_empty() {
        location.insert("name".to_owned(), place.name.clone().into());
    }
    if let Some((latitude, longitude)) = place.degrees {
        location.insert("latitude".to_owned(), latitude.into());
        location.insert("longitude".to_owned(), longitude.into());
    }
    map.insert("location".to_owned(), location.into());
}

/// Adds files to a post's document; nothing for none.
pub fn attach(document: &mut Value, attachments: &[Attachment]) {
    if let (Value::Object(map), false) = (document, attachments.is_empty()) {
        map.insert("attachment".to_owned(), attachments.iter().map(write_attachment).collect());
    }
}

/// Says that the files of a post are to be covered.
pub fn cover(document: &mut Value) {
    if let Value::Object(map) = document {
        map.insert("sensitive".to_owned(), true.into());
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

fn write_attachment(attachment: &Attachment) -> Value {
    let mut item = json!({
        "type": attachment.kind,
        "url": attachment.url,
        "mediaType": attachment.media_type,
        "name": attachment.name,
        "width": attachment.width,
        "height": attachment.height,
        "blurhash": attachment.blurhash,
    });
    if let Value::Object(map) = &mut item {
        map.retain(|_, value| !is_empty(value));
        if !attachment.icon.is_empty() {
            map.insert("icon".to_owned(), json!({"type": "Image", "mediaType": "image/jpeg", "url": attachment.icon}));
        }
    }
    item
}

fn write_tag(tag: &Tag) -> Value {
    match tag {
        Tag::Mention { href, name } => json!({"type": "Mention", "href": href, "name": name}),
        Tag::Hashtag { name, href } => json!({"type": "Hashtag", "href": href, "name": format!("#{name}")}),
        Tag::Emoji { name, url } => {
            json!({"type": "Emoji", "name": format!(":{name}:"), "icon": {"type": "Image", "url": url}})
        }
    }
}

/// What stands in the place of a deleted post.
pub fn tombstone(id: &str) -> Value {
    json!({"id": id, "type": "Tombstone"})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_write_we_read() {
        let note = Note {
            id: "https://a.example/objects/1".into(),
            kind: "Note".into(),
            attributed_to: "https://a.example/actors/mei".into(),
            content: "<p>冬至</p>".into(),
            language: "zh-Hans".into(),
            published: from_rfc3339("2026-11-23T00:00:00Z"),
            updated: from_rfc3339("2026-11-23T01:00:00Z"),
            url: "https://a.example/@mei/1".into(),
            to: vec![PUBLIC.into()],
            cc: vec!["https://a.example/actors/mei/followers".into()],
            ..Note::default()
        };
        let document = write(&note);
        assert_eq!(read(&document).unwrap(), note);
        for absent in ["name", "summary", "inReplyTo", "context", "attachment", "tag", "location"] {
            assert_eq!(document.get(absent), None, "{absent}");
        }
        let full = Note {
            kind: "Article".into(),
            name: "冬至".into(),
            summary: "汤圆".into(),
            sensitive: true,
            in_reply_to: "https://b.example/1".into(),
            context: "https://b.example/contexts/1".into(),
            attachments: vec![
                Attachment {
                    kind: "Image".into(),
                    url: "https://a.example/media/1.jpg".into(),
                    media_type: "image/jpeg".into(),
                    name: "一碗汤圆".into(),
                    width: Some(1600),
                    height: Some(1200),
                    blurhash: "UBL_:rOpGG-;D*sAR%t7".into(),
                    icon: String::new(),
                },
                Attachment {
                    kind: "Video".into(),
                    url: "https://a.example/media/3.mp4".into(),
                    media_type: "video/mp4".into(),
                    icon: "https://a.example/media/3.jpg".into(),
                    ..Attachment::default()
                },
                Attachment {
                    kind: "Document".into(),
                    url: "https://a.example/media/2".into(),
                    ..Attachment::default()
                },
            ],
            tags: vec![
                Tag::Mention { href: "https://b.example/actors/lan".into(), name: "@lan@b.example".into() },
                Tag::Hashtag { name: "冬至".into(), href: "https://a.example/tags/%E5%86%AC%E8%87%B3".into() },
                Tag::Emoji { name: "tangyuan".into(), url: "https://a.example/emoji/1.png".into() },
            ],
            place: Some(Place { name: "喬治市".into(), degrees: Some((5.414, 100.329)) }),
            ..note
        };
        assert_eq!(read(&write(&full)).unwrap(), full);
    }

    #[test]
    fn attachments_and_tags_are_read_in_every_form_and_bounded() {
        let mut document = json!({
            "id": "https://a.example/1", "type": "Note", "attributedTo": "https://a.example/x",
            "attachment": [
                {"type": "Document", "url": [{"type": "Link", "href": "https://a.example/v.mp4", "mediaType": "video/mp4", "width": 640, "height": 480.0}]},
                {"type": "Image", "url": "https://a.example/i.png", "summary": "a cup", "width": -1, "height": "tall", "blurhash": 7},
                {"type": "Image", "url": "javascript:alert(1)"},
                {"type": "Image"},
                {"type": "Link", "href": "https://a.example/page"},
                {"type": "PropertyValue", "name": "a", "value": "b"},
                "https://a.example/x.png", null, 7, []
            ],
            "tag": [
                {"type": "Mention", "href": "https://b.example/lan"},
                {"type": "Mention", "href": "lan"},
                {"type": "Hashtag", "href": "https://a.example/tags/%E8%8C%B6/"},
                {"type": "as:Hashtag", "name": "＃茶"},
                {"type": "Hashtag", "name": "#"},
                {"type": "Emoji", "name": ":tea:", "icon": {"type": "Image", "url": "https://a.example/tea.png"}},
                {"type": "Emoji", "name": ":tea:", "icon": "x"},
                {"type": "Emoji", "name": "::", "icon": {"url": "https://a.example/tea.png"}},
                {"type": "Link"}, "x", null, 3
            ]
        });
        let note = read(&document).unwrap();
        let video = Attachment {
            kind: "Document".into(),
            url: "https://a.example/v.mp4".into(),
            media_type: "video/mp4".into(),
            width: Some(640),
            height: Some(480),
            ..Attachment::default()
        };
        let image = Attachment {
            kind: "Image".into(),
            url: "https://a.example/i.png".into(),
            name: "a cup".into(),
            ..Attachment::default()
        };
        assert_eq!(note.attachments, [video, image]);
        assert_eq!(
            note.tags,
            [
                Tag::Mention { href: "https://b.example/lan".into(), name: String::new() },
                Tag::Hashtag { name: "茶".into(), href: "https://a.example/tags/%E8%8C%B6/".into() },
                Tag::Hashtag { name: "茶".into(), href: String::new() },
                Tag::Emoji { name: "tea".into(), url: "https://a.example/tea.png".into() },
            ]
        );
        document["attachment"] = vec![json!({"type": "Image", "url": "https://a.example/i"}); 5_000].into();
        document["tag"] = vec![json!({"type": "Hashtag", "name": "a"}); 5_000].into();
        document["to"] = vec![json!("https://b.example/lan"); 5_000].into();
        let note = read(&document).unwrap();
        assert_eq!(
            (note.attachments.len(), note.tags.len(), note.to.len()),
            (ATTACHMENTS_MAX, TAGS_MAX, json::LIST_MAX)
        );
    }

    #[test]
    fn places_are_read_in_every_form() {
        let read = |location: Value| {
            let document = json!({
                "id": "https://a.example/1", "type": "Note", "attributedTo": "https://a.example/x", "location": location
            });
            super::read(&document).unwrap().place
        };
        let named = Place { name: "Penang".into(), degrees: None };
        assert_eq!(read(json!({"type": "Place", "name": "Penang", "latitude": 5.4})), Some(named));
        let there = Place { name: String::new(), degrees: Some((5.4, -100.0)) };
        assert_eq!(read(json!([null, {"type": ["Place"], "latitude": " 5.4", "longitude": -100}])), Some(there));
        for odd in [json!("Penang"), json!({"name": "Penang"}), json!({"type": "Place", "name": 5}), json!(null)] {
            assert_eq!(read(odd.clone()), None, "{odd}");
        }
    }

    #[test]
    fn odd_posts_are_read_or_refused_without_panic() {
        let odd = [
            json!(null),
            json!([]),
            json!({}),
            json!({"id": 1}),
            json!({"id": "https://a.example/1"}),
            json!({"id": "https://a.example/1", "type": "Note"}),
            json!({"id": "https://a.example/1", "type": "Note", "attributedTo": "https://b.example/x"}),
            json!({"id": "x", "type": "Note", "attributedTo": "x"}),
            json!({"id": "https://a.example/1", "type": "Person", "attributedTo": "https://a.example/x"}),
        ];
        for document in odd {
            assert!(read(&document).is_err(), "{document}");
        }
        let tolerated = json!({
            "id": "https://a.example/1", "type": ["Note", 3], "attributedTo": [{"id": "https://a.example/x", "type": "Person"}],
            "content": ["<p>a</p>", 4], "contentMap": {"zh-Hant": 5}, "published": "year 99999", "to": PUBLIC, "cc": null,
            "url": [3], "inReplyTo": {"id": "https://b.example/2"}, "sensitive": "yes"
        });
        let note = read(&tolerated).unwrap();
        assert_eq!(
            (note.content.as_str(), note.published, note.to.len(), note.url.as_str()),
            ("<p>a</p>", None, 1, "")
        );
        assert_eq!(note.in_reply_to, "https://b.example/2");
    }
}
