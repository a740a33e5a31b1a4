//! How actors, Moments and ties look wherever they stand: plain data for templates, in the reader's language.

use super::announcement::Announced;
use super::attachment::Loaded;
use super::gallery::{Gallery, Reader};
use super::page::Page;
use super::place::Spot;
use super::poll::Ballot;
use super::roll::Roll;
use super::time::When;
use crate::domain::actor::{Actor, Kind};
use crate::domain::audience::Audience;
use crate::domain::friend::{self, Relation};
use crate::domain::link::Card;
use crate::domain::post::{Entry, Kind as PostKind};
use crate::domain::profile::Field;
use crate::id::{FollowId, PostId};
use crate::lang::Language;
use crate::text;

/// Longest beginning of a post that another one quotes, in characters.
const QUOTED_CHARS_MAX: usize = 150;
/// Colours of letter faces.
const COLOURS: u32 = 6;
/// Moments on one page of a list.
pub const PAGE_SIZE: i64 = 20;
/// Longest text of a Moment in a list, in characters; the rest stands on its own page.
const LIST_CHARS_MAX: usize = 300;
/// HTML of a Moment that may stand in a list without being looked at more closely, in bytes.
const LIST_BYTES_MAX: usize = 1_200;
/// Longest beginning of an article in a list of posts of every kind.
const DIGEST_CHARS_MAX: usize = 160;
/// Paragraphs and line breaks of a Moment in a list.
const LIST_LINES_MAX: usize = 12;

/// A field of a profile as the page shows it.
#[derive(Debug, Clone)]
pub struct Fact {
    /// What it is about.
    pub name: String,
    /// Safe HTML.
    pub html: String,
    /// Since when its page is known to link back.
    pub verified: Option<When>,
}

impl Fact {
    /// A field of a profile for this reader.
    pub fn of(page: &Page, field: Field) -> Self {
        Self { name: field.name, html: field.value_html, verified: field.verified_at.map(|at| page.when(at)) }
    }
}

/// An actor as lists show it.
#[derive(Debug, Clone)]
pub struct Person {
    /// Its number here.
    pub id: i64,
    /// The name shown, in the reader's script if the person wrote it.
    pub name: String,
    /// The same as safe HTML, if pictures stand in it: to be shown where a name stands alone.
    pub pictured: Option<String>,
    /// `@mei@hall.example`.
    pub address: String,
    /// Its page here.
    pub path: String,
    /// 籍贯.
    pub hometown: String,
    /// The message of its kind, if it is no person.
    pub kind: Option<&'static str>,
    /// Is it of another server?
    pub is_remote: bool,
    /// The address of its face, if it shows one.
    pub face: Option<String>,
    /// The address of the picture across the top of its page.
    pub cover: Option<String>,
    /// The letter on its face.
    pub letter: String,
    /// Is that a Latin letter?
    pub is_latin: bool,
    /// Is the face round? Shape tells the kind.
    pub is_round: bool,
    /// The colour of its face, 1 to 6.
    pub colour: u32,
}

impl Person {
    /// The card of an actor for a reader of this language.
    pub fn of(actor: &Actor, language: Language) -> Self {
        let letter = crate::text::first_letter(&actor.display_name);
        let name = shown_name(actor, language);
        Self {
            id: actor.id.0,
            pictured: pictured(actor, &name),
            name,
            address: format!("@{}", actor.address),
            path: path(actor),
            hometown: actor.hometown.clone(),
            kind: match actor.kind {
                Kind::Person => None,
                Kind::Organization => Some("kind-account"),
                Kind::Group => Some("kind-group"),
                Kind::Service => Some("kind-service"),
                Kind::Application => Some("kind-server"),
            },
            is_remote: !actor.is_local(),
            face: actor.avatar_id.map(|id| format!("/media/{id}/thumb")),
            cover: actor.cover_id.map(|id| format!("/media/{id}/display")),
            is_latin: letter.is_ascii(),
            letter,
            is_round: actor.kind == Kind::Organization,
            colour: colour(&actor.uri),
        }
    }
}

/// The name in the reader's script, if the person gave one, else the name that they show to all.
fn shown_name(actor: &Actor, language: Language) -> String {
    if actor.names.len() <= 2 {
        return actor.display_name.clone();
    }
    actor.names().remove(language.code()).unwrap_or_else(|| actor.display_name.clone())
}

/// A name with pictures for its shortcodes, if its actor's server has any.
fn pictured(actor: &Actor, name: &str) -> Option<String> {
    if actor.is_local() || !name.contains(':') {
        return None;
    }
    let pictures = actor.emoji();
    (!pictures.is_empty()).then(|| text::with_emoji(&text::escaped(name), &pictures))
}

/// The page of an actor in this hall.
pub fn path(actor: &Actor) -> String {
    let who = if actor.is_local() { &actor.name } else { &actor.address };
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'~' | b'@' | b':');
    let mut path = String::from("/@");
    for byte in who.bytes() {
        if plain(byte) { path.push(char::from(byte)) } else { path.push_str(&format!("%{byte:02X}")) }
    }
    path
}

/// A person's other names, each with its language if that is known; the one they chose to be shown by too, if the reader sees another.
pub fn names_beside(actor: &Actor, shown: &str) -> Vec<(String, String)> {
    let language = text::guess_language(&actor.display_name).unwrap_or_default();
    let chosen = (language.to_owned(), actor.display_name.clone());
    let mut names: Vec<(String, String)> = actor.names().into_iter().collect();
    if names.iter().all(|(_, name)| *name != chosen.1) {
        names.insert(0, chosen);
    }
    names.retain(|(_, name)| name != shown);
    names
}

/// The colour of a face: the same for everyone who looks, by the FNV-1a hash of the actor's URI.
fn colour(uri: &str) -> u32 {
    let hash = uri.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash % COLOURS + 1
}

/// A Moment as pages show it.
#[derive(Debug, Clone)]
pub struct Moment {
    /// Its number.
    pub id: PostId,
    /// Who wrote it.
    pub author: Person,
    /// Its page here.
    pub path: String,
    /// Its title; empty for what has none.
    pub title: String,
    /// What a reader is warned of first; empty for nothing.
    pub warning: String,
    /// Safe HTML, or plain text if it is cut.
    pub text: String,
    /// Is only the beginning shown?
    pub is_cut: bool,
    /// Is it an article, of which a list has room for the beginning alone?
    pub is_article: bool,
    /// The language of the text; empty if unknown.
    pub language: String,
    /// When it was published.
    pub when: When,
    /// When it was edited.
    pub edited: Option<When>,
    /// The message that says whom it is for: the author's choice to the author, public or not to others.
    pub audience: &'static str,
    /// Is it for everyone?
    pub is_public: bool,
    /// Is it for the members of a group?
    pub is_for_group: bool,
    /// Is it the reader's own?
    pub is_own: bool,
    /// What is said under it, as far as it was loaded.
    pub talk: Option<Talk>,
    /// Its pictures, as far as they were loaded.
    pub gallery: Gallery,
    /// Who brought it into the reader's feed, if it didn't come by itself.
    pub booster: Option<Person>,
    /// Where it was written, if that was loaded and said.
    pub spot: Option<Spot>,
    /// The card of its first link, if that was loaded and made.
    pub link: Option<Card>,
    /// What it asks, if that was loaded.
    pub ballot: Option<Ballot>,
    /// Its roll call, if that was loaded.
    pub roll: Option<Roll>,
    /// What it quotes, if that was loaded and may be shown.
    pub quote: Option<Quotation>,
    /// What stands under it if it was said in a group and that was loaded.
    pub bar: Option<Bar>,
    /// What makes an announcement of it, if that was loaded.
    pub announced: Option<Announced>,
}

/// What stands under a post of a group: where it was said, what officers did to it, and what they can do.
#[derive(Debug, Clone)]
pub struct Bar {
    /// The post.
    pub id: PostId,
    /// The group, where the page doesn't say it.
    pub group: Option<Person>,
    /// Does it stand before the others?
    pub is_pinned: bool,
    /// Is it closed to comments?
    pub is_locked: bool,
    /// Since when it is taken down, and why.
    pub removed: Option<(When, String)>,
    /// Does the reader run the group?
    pub is_officer: bool,
    /// Is it no comment? Only such are pinned and locked.
    pub is_root: bool,
}

/// What a Moment quotes.
#[derive(Debug, Clone)]
pub struct Quotation {
    /// Who wrote that.
    pub author: Person,
    /// Its page here.
    pub path: String,
    /// How it begins, or what readers are warned of, as plain text.
    pub text: String,
    /// The language of the text; empty if unknown.
    pub language: String,
}

impl Quotation {
    fn of(page: &Page, entry: &Entry) -> Self {
        let Entry { post, author } = entry;
        let text = match post.warning.is_empty() {
            true => text::excerpt(&text::plain_of_clean(&post.body_html), QUOTED_CHARS_MAX),
            false => post.warning.clone(),
        };
        let author = Person::of(author, page.language);
        Self { path: format!("{}/{}", author.path, post.id), author, text, language: post.language.clone() }
    }
}

/// Likes and comments under a Moment, as one reader sees them.
#[derive(Debug, Clone)]
pub struct Talk {
    /// Does the reader like it?
    pub liked: bool,
    /// Who likes it, among those whom the reader knows.
    pub who: Vec<Person>,
    /// How many others like it, under a public Moment.
    pub others: i64,
    /// Has the reader boosted it?
    pub boosted: bool,
    /// How many have boosted it.
    pub boosts: i64,
    /// How many comments there are.
    pub comments: i64,
    /// The comments that are shown, oldest first.
    pub lines: Vec<Said>,
}

impl Talk {
    /// How many comments aren't shown.
    pub fn hidden(&self) -> i64 {
        self.comments - i64::try_from(self.lines.len()).unwrap_or(0)
    }
}

/// A comment.
#[derive(Debug, Clone)]
pub struct Said {
    /// Its number.
    pub id: PostId,
    /// Who wrote it.
    pub author: Person,
    /// Whose comment it answers, if the reader sees that one.
    pub to: Option<Person>,
    /// What a reader is warned of first; empty for nothing.
    pub warning: String,
    /// Safe HTML; in lists plain text.
    pub text: String,
    /// Its pictures, as far as they were loaded.
    pub gallery: Gallery,
    /// The language of the text; empty if unknown.
    pub language: String,
    /// When it was written.
    pub when: When,
    /// Where its earlier versions stand, and when it was edited, if it was.
    pub edited: Option<(String, When)>,
    /// Is it the reader's own?
    pub is_own: bool,
    /// May the reader remove it?
    pub may_remove: bool,
    /// What the officers of a group did to it or can do, if there is something.
    pub bar: Option<Bar>,
}

impl Moment {
    /// With what is said under it.
    pub fn with(self, talk: Talk) -> Self {
        Self { talk: Some(talk), ..self }
    }

    /// With what goes with it.
    pub fn carrying(self, page: &Page, loaded: &Loaded) -> Self {
        let spot = loaded.places.get(&self.id).and_then(Spot::of);
        let link = loaded.cards.get(&self.id).cloned();
        let ballot = loaded.polls.get(&self.id).map(|poll| Ballot::of(page, poll));
        let roll = loaded.rolls.get(&self.id).map(|roll| Roll::of(page, roll));
        let quoted = loaded.quotes.get(&self.id).and_then(|quoted| quoted.entry.as_ref());
        let quote = quoted.map(|entry| Quotation::of(page, entry));
        let announced = loaded.announcements.get(&self.id).map(|one| Announced::of(page, one, self.is_own));
        let carrying = Self { spot, link, ballot, roll, quote, announced, ..self };
        let Some(rows) = loaded.pictures.get(&carrying.id) else { return carrying };
        let reader = if carrying.is_own { Reader::Author } else { Reader::Other };
        let rows = if carrying.is_article { rows.get(..1).unwrap_or_default() } else { rows };
        Self { gallery: Gallery::of(page, &carrying.path, rows, reader), ..carrying }
    }

    /// With what officers of its group did to it and can do.
    pub fn marked(self, bar: Option<Bar>) -> Self {
        Self { bar, ..self }
    }

    /// As somebody's boost brought it.
    pub fn brought(self, page: &Page, booster: Option<&Actor>) -> Self {
        Self { booster: booster.map(|booster| Person::of(booster, page.language)), ..self }
    }

    /// The whole of it.
    pub fn whole(page: &Page, entry: &Entry) -> Self {
        let Entry { post, author } = entry;
        let is_own = page.member.as_ref().is_some_and(|me| me.member.actor.id == author.id);
        let is_public = post.audience.is_public();
        let said = |text: String| if post.kind == PostKind::Item { page.in_words(text) } else { text };
        Self {
            id: post.id,
            path: format!("{}/{}", path(author), post.id),
            author: Person::of(author, page.language),
            title: said(post.title.clone()),
            warning: post.warning.clone(),
            text: said(body(page, &post.body_html)),
            is_cut: false,
            is_article: false,
            language: post.language.clone(),
            when: page.when(post.published_at),
            edited: post.edited_at.map(|at| page.when(at)),
            audience: match (is_own, is_public) {
                (true, _) => audience_message(post.audience),
                (false, true) => "audience-everyone",
                (false, false) if post.audience == Audience::Group => "audience-group",
                (false, false) => "audience-not-public",
            },
            is_public,
            is_for_group: post.audience == Audience::Group,
            is_own,
            talk: None,
            gallery: Gallery::default(),
            booster: None,
            spot: None,
            link: None,
            ballot: None,
            roll: None,
            quote: None,
            bar: None,
            announced: None,
        }
    }

    /// As lists show it: a long one only begins here.
    pub fn in_list(page: &Page, entry: &Entry) -> Self {
        let mut card = Self::whole(page, entry);
        if entry.post.kind == PostKind::Article {
            // Its own page has room for it.
            card.text = text::excerpt(&text::plain_of_clean(&card.text).replace('\n', " "), DIGEST_CHARS_MAX);
            card.is_cut = true;
            card.is_article = true;
            return card;
        }
        if let Some(beginning) = beginning(&card.text) {
            card.text = beginning;
            card.is_cut = true;
        }
        card
    }
}

/// The text of a post for its reader. Visitors aren't sent to people of other servers, whose pages here are for members.
pub fn body(page: &Page, html: &str) -> String {
    if page.member.is_some() || !html.contains("class=\"u-url mention\"") {
        return html.to_owned();
    }
    let people = format!("{}/@", page.ctx.origin);
    text::unlink(html, |href| href.strip_prefix(&people).is_some_and(|who| who.contains('@')))
}

/// The beginning of a text that is too long for a list, as plain text.
fn beginning(html: &str) -> Option<String> {
    let lines = html.matches("<br").count() + html.matches("<p").count() + html.matches("<li").count();
    if html.len() <= LIST_BYTES_MAX && lines <= LIST_LINES_MAX {
        return None;
    }
    let plain = text::plain_of_clean(html);
    let by_lines: Vec<&str> = plain.lines().take(LIST_LINES_MAX).collect();
    let cut = text::excerpt(&by_lines.join("\n"), LIST_CHARS_MAX);
    let is_whole = cut.len() == plain.len() && html.len() <= LIST_BYTES_MAX * 4;
    (!is_whole).then_some(if cut.ends_with('…') || cut.len() == plain.len() { cut } else { format!("{cut}…") })
}

/// The word for an audience.
pub fn audience_message(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "audience-everyone",
        Audience::Quiet => "audience-quiet",
        Audience::Friends => "audience-friends",
        Audience::People => "audience-people",
        Audience::Group => "audience-group",
        Audience::Protocol => "audience-not-public",
        Audience::Me => "audience-me",
    }
}

/// How the reader stands to somebody, as templates ask for it.
#[derive(Debug, Clone)]
pub struct Tie {
    /// One word: `own stranger requested asks provisional friend follows`.
    pub state: &'static str,
    /// The request that waits for the reader's answer.
    pub request: i64,
    /// Its greeting.
    pub greeting: String,
    /// Does the other know friends, so that a follow is a request?
    pub knows_friends: bool,
}

impl Tie {
    /// How things stand with `other`.
    pub fn of(relation: &Relation, other: &Actor) -> Self {
        let (request, greeting) = match relation {
            Relation::Asks(id, greeting) => (id.0, greeting.clone()),
            _ => (0, String::new()),
        };
        let state = match relation {
            Relation::Own => "own",
            Relation::Stranger => "stranger",
            Relation::Requested => "requested",
            Relation::Asks(..) => "asks",
            Relation::Provisional => "provisional",
            Relation::Friend => "friend",
            Relation::Follows => "follows",
        };
        Self { state, request, greeting, knows_friends: other.friends }
    }
}

/// A request that waits for the reader's answer.
#[derive(Debug, Clone)]
pub struct Asking {
    /// Who asks.
    pub person: Person,
    /// The request.
    pub request: FollowId,
    /// The words that came with it.
    pub greeting: String,
    /// When it came.
    pub when: When,
}

impl Asking {
    /// The line of a request.
    pub fn of(page: &Page, tie: &friend::Tie) -> Self {
        Self {
            person: Person::of(&tie.actor, page.language),
            request: tie.follow.id,
            greeting: tie.follow.greeting.clone(),
            when: page.when(tie.follow.created_at),
        }
    }
}

/// A line of a list of people with how the reader stands to them.
#[derive(Debug, Clone)]
pub struct Line {
    /// Who it is.
    pub person: Person,
    /// How the reader stands to them.
    pub tie: Tie,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_steady_and_in_range() {
        assert_eq!(colour("https://hall.example/actors/mei"), colour("https://hall.example/actors/mei"));
        let seen: std::collections::BTreeSet<u32> =
            (0..200).map(|n| colour(&format!("https://a.example/{n}"))).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn long_texts_only_begin_in_lists() {
        assert_eq!(beginning("<p>冬至<br>搓丸</p>"), None);
        let long = format!("<p>{}</p>", "丸".repeat(2_000));
        let cut = beginning(&long).unwrap();
        assert_eq!(cut.chars().count(), LIST_CHARS_MAX);
        let tall = format!("<p>{}</p>", "行<br>".repeat(40));
        assert_eq!(beginning(&tall).unwrap(), format!("{}…", ["行"; 12].join("\n")));
        // Much markup around few words is not let through either.
        let padded = format!("<p>{}x</p>", "<b></b>".repeat(2_000));
        assert_eq!(beginning(&padded).unwrap(), "x");
    }
}
