//! The leak matrix: every audience, every reader, every door, against one written rule. Tags, groups, articles, search and the
//! archive add rows and doors here.

use std::time::Duration;

use serde_json::json;

use super::gallery::{File, Poster, Text, png, thumbs};
use super::peer::{Peer, Someone};
use super::program::Program;
use super::server::{Person, Server, befriend, settle};
use super::wire::{document, signed_by};

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Author,
    Friend,
    ExFriend,
    HallMember,
    Moderator,
    Anonymous,
    RemoteFriend,
    RemoteStrangerOnTheFriendsServer,
    Blocked,
    RemoteBlocked,
    ProvisionalFriend,
    ServerWithAFriend,
    ServerWithoutAFriend,
    UnsignedServer,
}

/// Where they look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Feed,
    Profile,
    Page,
    CommentInFeed,
    CommentOnPage,
    LikeOnPage,
    /// A picture, large and small.
    Picture,
    PictureOnPage,
    PicturePage,
    /// A film, a part of it, and its picture.
    Film,
    HistoryPage,
    LikesPage,
    BoostsPage,
    /// What one has bookmarked, or tries to.
    Bookmarks,
    /// Trying to boost it.
    Boosting,
    PlaceOnPage,
    Notices,
    /// The page of the hashtag that they all have.
    HashtagPage,
    /// Hashtags that are offered while somebody writes: each Moment has one of its own.
    HashtagOffered,
    Object,
    /// What the document says of the picture.
    Attachment,
    /// What the document says of the place.
    Location,
    /// The address under which only what is public is found, whoever asks.
    PlainAddress,
    CommentObject,
    Context,
    Activity,
    Outbox,
    Inbox,
    /// What a client program is told: the home timeline.
    CallHome,
    /// The public timeline.
    CallPublic,
    CallTag,
    /// The status itself, found by its number; also what is told of who likes it and of what it said before.
    CallStatus,
    CallLikes,
    CallHistory,
    /// The comment, below the status.
    CallContext,
    CallAccount,
    /// The status, found by its address.
    CallSearch,
    CallNotifications,
    /// Its picture, at the address that the program is told.
    CallPicture,
    /// The stream of the home timeline, which is listened to before the Moment is told.
    StreamHome,
    /// The stream of what is for everyone.
    StreamPublic,
}

use Door::*;
use Reader::*;

/// product.md in one function: a Moment for everyone is everyone's; a quiet one too, where one looks for it; one for all
/// friends is for those whose tie stands on both sides, on whichever server; one for its author is its author's. A provisional
/// tie lets nothing through that isn't public, an ended one nothing any more, an office opens nothing; a server sees what one
/// of its people may. Feeds are for the author and friends alone. Whom the author has blocked sees nothing at all, by whatever
/// they are known by; what is fetched like a stranger would, unsigned in effect, is what a stranger gets.
fn may_see(audience: &str, reader: Reader, door: Door) -> bool {
    if matches!(reader, Blocked | RemoteBlocked) && door != PlainAddress {
        return false;
    }
    let is_friend = matches!(reader, Author | Friend | RemoteFriend | ServerWithAFriend);
    let passes = match audience {
        "everyone" | "quiet" => true,
        "friends" => is_friend,
        _ => reader == Author,
    };
    match door {
        // In no public list.
        HashtagPage | HashtagOffered if audience == "quiet" => is_friend,
        // Others' front page lists what is for everyone.
        Feed | CommentInFeed if reader == Anonymous => audience == "everyone" && door == Feed,
        Feed | CommentInFeed => passes && is_friend,
        PlainAddress => matches!(audience, "everyone" | "quiet"),
        // Nothing but what is for everyone can be boosted, also by who may see it.
        Boosting => passes && matches!(audience, "everyone" | "quiet"),
        // Whose ties are not accepted on both sides gets nothing sent.
        Inbox => passes && is_friend,
        CallHome | StreamHome => passes && is_friend,
        CallPublic | StreamPublic => audience == "everyone",
        CallTag if audience == "quiet" => is_friend,
        _ => passes,
    }
}

/// A Moment with a picture and the author's own comment and like, as it stands at home.
struct Told {
    audience: &'static str,
    page: String,
    object: String,
    comment: String,
    activity: String,
    /// The path of its picture's small form.
    thumb: String,
    /// Another Moment for the same audience, with a film; and the film's path.
    film_object: String,
    film: String,
}

/// Where a Moment and its picture stand in one hall, and the film for the same audience, if they have come there.
struct There {
    page: String,
    thumb: String,
    film: String,
}

impl Told {
    fn text(&self) -> String {
        format!("the Moment for {};", self.audience)
    }

    /// The hashtag that it alone has, and that no Moment has whose reader knows nothing of this one.
    fn topic(&self) -> String {
        format!("topic{}", self.audience)
    }

    fn words(&self) -> String {
        format!("what the picture for {} shows;", self.audience)
    }

    fn place(&self) -> String {
        format!("the place for {};", self.audience)
    }

    fn answer(&self) -> String {
        format!("the answer under {};", self.audience)
    }

    fn word(&self) -> String {
        format!("the word under {};", self.audience)
    }
}

struct Matrix {
    cells: usize,
    leaks: Vec<String>,
}

impl Matrix {
    fn cell(&mut self, told: &Told, reader: Reader, door: Door, seen: bool) {
        self.cells += 1;
        if seen != may_see(told.audience, reader, door) {
            let how = if seen { "is seen" } else { "is hidden" };
            self.leaks.push(format!("{} {how} by {reader:?} at {door:?}", told.audience));
        }
    }

    /// The doors of a member, here or in another hall, or of a visitor.
    async fn person(&mut self, told: &Told, reader: Reader, person: &mut Person, profile: &str, there: Option<&There>) {
        let feed = person.get("/").await.body;
        self.cell(told, reader, Feed, feed.contains(&told.text()));
        self.cell(told, reader, CommentInFeed, feed.contains(&told.word()));
        let of_author = person.get(profile).await.body;
        if !person.name.is_empty() || profile == "/@mei" {
            self.cell(told, reader, Profile, of_author.contains(&told.text()));
        }
        let tagged = person.get("/tags/matrix").await;
        assert_eq!(tagged.status, 200);
        if !person.name.is_empty() || profile == "/@mei" {
            self.cell(told, reader, HashtagPage, tagged.body.contains(&told.text()));
        }
        if !person.name.is_empty() {
            let offered = person.get(&format!("/people/suggestions?q=%23{}", &told.topic()[..6])).await;
            assert_eq!(offered.status, 200);
            self.cell(told, reader, HashtagOffered, offered.body.contains(&told.topic()));
        }
        let nowhere = There {
            page: format!("/{profile}/nowhere"),
            thumb: "/media/1/thumb".to_owned(),
            film: "/media/1/display".to_owned(),
        };
        let there = there.unwrap_or(&nowhere);
        let found = person.get(&there.page).await;
        assert!(matches!(found.status, 200 | 404), "{} for {reader:?}: {}", told.audience, found.status);
        self.cell(told, reader, Page, found.status == 200 && found.body.contains(&told.text()));
        self.cell(told, reader, CommentOnPage, found.body.contains(&told.word()));
        self.cell(
            told,
            reader,
            PlaceOnPage,
            [&feed, &of_author, &found.body].iter().any(|p| p.contains(&told.place())),
        );
        self.cell(told, reader, LikeOnPage, found.body.contains("class=\"likes\""));
        self.cell(told, reader, PictureOnPage, found.body.contains(&told.words()) || found.body.contains(&there.thumb));
        let alone = person.get(&format!("{}/1", there.page)).await;
        self.cell(told, reader, PicturePage, alone.status == 200 || alone.body.contains(&told.words()));
        for path in [there.thumb.clone(), there.thumb.replace("thumb", "display")] {
            let status = person.opens(&path).await.status;
            assert!(matches!(status, 200 | 404), "{path} for {reader:?}: {status}");
            self.cell(told, reader, Picture, status == 200);
        }
        self.films(told, reader, person, &there.film).await;
        for (door, name) in [(HistoryPage, "history"), (LikesPage, "likes"), (BoostsPage, "boosts")] {
            let found = person.get(&format!("{}/{name}", there.page)).await;
            assert!(matches!(found.status, 200 | 404), "{name} for {reader:?}: {}", found.status);
            let says = found.body.contains(&told.text()) || found.body.contains("class=\"person\"");
            self.cell(told, reader, door, found.status == 200 || says);
        }
        if !person.name.is_empty() {
            let id = there.page.rsplit('/').next().unwrap().to_owned();
            for (door, path) in [(Bookmarks, "bookmark"), (Boosting, "boost")] {
                let done = person.post(&format!("/posts/{id}/{path}"), &[("back", "/")]).await.status;
                assert!(matches!(done, 303 | 403 | 404), "{path} by {reader:?}: {done}");
                let listed = door == Bookmarks && person.get("/me/bookmarks").await.body.contains(&told.text());
                self.cell(told, reader, door, done == 303 || listed);
                person.post(&format!("/posts/{id}/{path}/removal"), &[("back", "/")]).await;
            }
        }
        if !person.name.is_empty() && reader != Author {
            let notices = person.get("/notices").await.body;
            self.cell(told, reader, Notices, notices.contains(&told.answer()));
        }
    }

    /// The doors of a client program that acts for somebody, or for nobody.
    async fn program(&mut self, told: &Told, reader: Reader, program: &Program, author: &str, there: Option<&There>) {
        let text = told.text();
        for (door, path) in [
            (CallHome, "/api/v1/timelines/home?limit=40".to_owned()),
            (CallPublic, "/api/v1/timelines/public?limit=40".to_owned()),
            (CallTag, "/api/v1/timelines/tag/matrix?limit=40".to_owned()),
            (CallSearch, format!("/api/v2/search?q={}", told.object)),
        ] {
            let answer = program.get(&path).await;
            assert!(matches!(answer.status, 200 | 401), "{path} for {reader:?}: {}", answer.status);
            self.cell(told, reader, door, answer.body.contains(&text));
        }
        let account = program.get(&format!("/api/v1/accounts/lookup?acct={author}")).await;
        assert!(matches!(account.status, 200 | 404), "{author} for {reader:?}: {}", account.status);
        let number = account.json()["id"].as_str().unwrap_or("1").to_owned();
        let posts = program.get(&format!("/api/v1/accounts/{number}/statuses?limit=40")).await;
        self.cell(told, reader, CallAccount, posts.body.contains(&text));
        let id = there.map_or("1", |there| there.page.rsplit('/').next().unwrap());
        let status = format!("/api/v1/statuses/{id}");
        for (door, path) in
            [(CallStatus, ""), (CallLikes, "/favourited_by"), (CallHistory, "/history"), (CallContext, "/context")]
        {
            let answer = program.get(&format!("{status}{path}")).await;
            assert!(matches!(answer.status, 200 | 404), "{status}{path} for {reader:?}: {}", answer.status);
            let seen = match door {
                CallContext => answer.body.contains(&told.word()),
                _ => answer.status == 200,
            };
            self.cell(told, reader, door, seen);
        }
        let found = program.get(&status).await.json();
        let file = found["media_attachments"][0]["url"].as_str().unwrap_or_default();
        self.cell(told, reader, CallPicture, !file.is_empty() && program.opens(file).await == 200);
        if !program.token.is_empty() && reader != Author {
            let notices = program.get("/api/v1/notifications?limit=80").await.body;
            self.cell(told, reader, CallNotifications, notices.contains(&told.answer()));
        }
    }

    /// The doors that are listened at. mei tells each audience something while they listen.
    async fn streams(&mut self, halls: &[&Server], mei: &mut Person, readers: &[(Reader, &Program)], told: &[Told]) {
        let mut listening = Vec::new();
        for (reader, program) in readers {
            for (door, path) in [(StreamHome, "user"), (StreamPublic, "public")] {
                let mut hears = super::api::hears(program, &format!("/api/v1/streaming/{path}")).await;
                let reader = *reader;
                listening.push(tokio::spawn(async move {
                    let mut heard = String::new();
                    for _ in 0..10 {
                        heard.push_str(&hears(Duration::from_millis(600)).await);
                    }
                    (reader, door, heard)
                }));
            }
        }
        for one in told {
            mei.posts(&format!("heard by {};", one.audience), one.audience).await;
        }
        settle(halls).await;
        for one in listening {
            let (reader, door, heard) = one.await.unwrap();
            for one in told {
                self.cell(one, reader, door, heard.contains(&format!("heard by {};", one.audience)));
            }
        }
    }

    /// The doors to a film.
    async fn films(&mut self, told: &Told, reader: Reader, person: &mut Person, film: &str) {
        let part = person.part(film, "bytes=0-9").await.status;
        assert!(matches!(part, 206 | 404), "{film} for {reader:?}: {part}");
        self.cell(told, reader, Film, part == 206);
        if film == told.film {
            let poster = person.opens(&film.replace("display", "thumb")).await.status;
            self.cell(told, reader, Film, poster == 200);
        }
    }

    /// The doors of other servers, and of those who live there.
    async fn servers(&mut self, told: &Told, [a, b, c]: [&Server; 3], provisional: &Someone) {
        for (reader, signer) in [
            (RemoteFriend, Signer::Hall(b, "lan")),
            (RemoteBlocked, Signer::Hall(b, "farfoe")),
            (RemoteStrangerOnTheFriendsServer, Signer::Hall(b, "tom")),
            (ServerWithAFriend, Signer::Hall(b, "hall")),
            (ServerWithoutAFriend, Signer::Hall(c, "hall")),
            (ServerWithoutAFriend, Signer::Hall(c, "far")),
            (ProvisionalFriend, Signer::Elsewhere(a, provisional)),
            (UnsignedServer, Signer::Nobody),
        ] {
            self.server(told, reader, &signer).await;
        }
    }

    /// The doors of another server, by whatever signs for it.
    async fn server(&mut self, told: &Told, reader: Reader, by: &Signer<'_>) {
        for (door, url) in [
            (Object, told.object.clone()),
            (CommentObject, told.comment.clone()),
            (Context, format!("{}/context", told.object)),
            (Activity, told.activity.clone()),
        ] {
            let status = by.get(&url).await.status;
            assert!(matches!(status, 200 | 404), "{url} for {reader:?}: {status}");
            self.cell(told, reader, door, status == 200);
        }
        let document = by.get(&told.object).await.body;
        self.cell(told, reader, Attachment, document.contains(&told.words()) || document.contains("/media/"));
        self.cell(told, reader, Location, document.contains(&told.place()));
        let home = told.object.split("/objects/").next().unwrap();
        let of_film = [told.film.clone(), told.film.replace("display", "thumb")];
        for path in of_film.into_iter().chain([told.thumb.clone(), told.thumb.replace("thumb", "display")]) {
            self.cell(told, reader, PlainAddress, by.get(&format!("{home}{path}")).await.status == 200);
        }
        let mut next = format!("{home}/actors/mei/outbox");
        let mut outbox = String::new();
        while !next.is_empty() {
            let answer = by.get(&next).await;
            next = answer.json()["next"].as_str().unwrap_or_default().to_owned();
            outbox.push_str(&answer.body);
        }
        self.cell(told, reader, Outbox, outbox.contains(&told.text()));
    }
}

/// What signs a GET.
enum Signer<'a> {
    Nobody,
    Hall(&'a Server, &'static str),
    Elsewhere(&'a Server, &'a Someone),
}

impl Signer<'_> {
    async fn get(&self, url: &str) -> super::server::Answer {
        match self {
            Self::Nobody => document(url, &[]).await,
            Self::Hall(hall, name) => super::wire::signed_get(url, hall, name).await,
            Self::Elsewhere(home, someone) => document(url, &signed_by(url, home, someone)).await,
        }
    }
}

/// mei tells something to each audience, with a picture, says a word under it and likes it herself.
async fn tell(a: &Server, mei: &mut Person) -> Vec<Told> {
    let mut all = Vec::new();
    for audience in ["everyone", "quiet", "friends", "me"] {
        let words = format!("what the picture for {audience} shows;");
        let page = mei
            .shares(&format!("the Moment for {audience}; #matrix #topic{audience}"), audience, &[(&words, &png(9, 9))])
            .await;
        // Until its picture is ready nobody has anything to say.
        settle(&[a]).await;
        let place = format!("the place for {audience};");
        let fields = [
            ("body", &*format!("the Moment for {audience}; #matrix #topic{audience}")),
            ("language", "en"),
            ("place", &place),
        ];
        assert_eq!(mei.post(&page.replace("/@mei/", "/moments/"), &fields).await.status, 303);
        settle(&[a]).await;
        assert_eq!(mei.says(&page, &format!("the word under {audience};")).await, 303);
        assert_eq!(mei.likes(&page).await, 303);
        let object = format!("{}{}", a.origin, page.replace("/@mei/", "/objects/"));
        let whole = mei.get(&page).await;
        let (removal, thumb) = (whole.links("/comments/").pop().unwrap(), thumbs(&whole.body).remove(0));
        let comment = format!("{}/objects/{}", a.origin, removal.split('/').nth(2).unwrap());
        let (film_object, film) = tell_by_film(a, mei, audience).await;
        all.push(Told { audience, page, object, comment, activity: String::new(), thumb, film_object, film });
    }
    all
}

/// mei shows a film to an audience; answers its Moment's id on the wire and the film's path.
async fn tell_by_film(a: &Server, mei: &mut Person, audience: &str) -> (String, String) {
    let parts = [
        Text("body", "a film"),
        Text("audience", audience),
        Text("pictures", "yes"),
        Poster(&png(9, 9)),
        File("a.mp4", super::video::MP4),
    ];
    assert_eq!(mei.post_files("/moments", &parts).await.status, 303);
    settle(&[a]).await;
    let page = mei.get("/@mei").await.links("/@mei/").first().unwrap().clone();
    let film = super::video::film(&mei.get(&page).await.body).unwrap();
    (format!("{}{}", a.origin, page.replace("/@mei/", "/objects/")), film)
}

/// Whoever can says a word under another Moment for each audience, and mei answers them all: now they have notices of it.
async fn answer(halls: &[&Server], mei: &mut Person, readers: &mut [&mut Person]) {
    for audience in ["everyone", "quiet", "friends", "me"] {
        let page = mei.posts(&format!("the talk for {audience};"), audience).await;
        settle(halls).await;
        for reader in &mut *readers {
            let uri = format!("{}{}", mei.origin, page.replace("/@mei/", "/objects/"));
            let home = halls.iter().find(|hall| hall.origin == reader.origin).unwrap();
            let here = home.ctx.read(move |conn| huiguan::domain::post::stored(conn, &uri)).await.unwrap();
            if let Some(here) = here {
                reader.says(&format!("/{}", here.id), "a word").await;
            }
        }
        settle(halls).await;
        for to in mei.get(&page).await.links("?to=") {
            let id = to.trim_start_matches("?to=").split('#').next().unwrap().to_owned();
            assert_eq!(mei.says(&format!("/{id}"), &format!("the answer under {audience};")).await, 303);
        }
        settle(halls).await;
    }
}

/// The address of the `Create` of a post, whoever may see it.
async fn create_of(a: &Server, object: &str) -> String {
    let id = object.rsplit('/').next().unwrap().parse().unwrap();
    let found = a.ctx.read(move |conn| huiguan::domain::activity::of_post(conn, id, "Create")).await.unwrap();
    // What stays at home has none.
    found.unwrap_or_else(|| format!("{}/activities/1", a.origin))
}

/// Somebody whom mei has accepted and who has not accepted her: a hall's person elsewhere.
async fn half_accepted(peer: &Peer, a: &Server, mei: &mut Person) -> Someone {
    let provisional = peer.person("provisional");
    let mut knows_friends = provisional.document.clone();
    knows_friends["hg:friends"] = json!(true);
    peer.serve("/users/provisional", &knows_friends);
    provisional.sends(a, &provisional.activity("f", "Follow", json!(mei.actor()))).await;
    settle(&[a]).await;
    mei.answers("acceptance").await;
    settle(&[a]).await;
    assert_eq!((peer.taken("Accept").len(), peer.taken("Follow").len()), (1, 1));
    provisional
}

/// Where a Moment stands in the other hall, if it has come there.
async fn come_to(b: &Server, object: &str, author: &str) -> Option<There> {
    let uri = object.to_owned();
    let found = b.ctx.read(move |conn| {
        let Some(post) = huiguan::domain::post::stored(conn, &uri)? else { return Ok(None) };
        let pictures = huiguan::domain::media::of_post(conn, post.id)?;
        Ok(Some((post.id, pictures.first().unwrap().id)))
    });
    let there = |(post, picture)| There {
        page: format!("{author}/{post}"),
        thumb: format!("/media/{picture}/thumb"),
        film: format!("/media/{picture}/display"),
    };
    found.await.unwrap().map(there)
}

/// The same with the film for the same audience.
async fn both_come_to(b: &Server, told: &Told, author: &str) -> Option<There> {
    let film = come_to(b, &told.film_object, author).await;
    come_to(b, &told.object, author).await.zip(film).map(|(there, film)| There { film: film.film, ..there })
}

/// The programs of those who listen, here and in the other hall.
async fn listeners(a: &Server, b: &Server, near: [&Person; 6], far: [&Person; 3]) -> Vec<(Reader, Program)> {
    let mut all = Vec::new();
    for (reader, person) in [Author, Friend, ExFriend, Blocked, HallMember, Moderator].into_iter().zip(near) {
        all.push((reader, person.program(a).await));
    }
    for (reader, person) in [RemoteFriend, RemoteBlocked, RemoteStrangerOnTheFriendsServer].into_iter().zip(far) {
        all.push((reader, person.program(b).await));
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leaks_through_any_door() {
    let halls = (Server::start("guangzhou").await, Server::start("penang").await, Server::start("lima").await);
    let (a, b, c) = (&halls.0, &halls.1, &halls.2);
    let (mut mei, mut hua, mut ex) = (a.sign_up("mei").await, a.sign_up("hua").await, a.sign_up("ex").await);
    let (mut anonymous, mut neighbour) = (Person::new(a), a.sign_up("neighbour").await);
    let mut officer = a.sign_up_as("officer", huiguan::domain::login::Role::Moderator).await;
    let (mut lan, mut tom) = (b.sign_up("lan").await, b.sign_up("tom").await);
    let (mut foe, mut far_foe) = (a.sign_up("foe").await, b.sign_up("farfoe").await);
    c.sign_up("far").await;
    befriend(&mut mei, &mut hua, &[a]).await;
    befriend(&mut mei, &mut lan, &[a, b]).await;
    befriend(&mut mei, &mut ex, &[a]).await;
    befriend(&mut mei, &mut foe, &[a]).await;
    befriend(&mut mei, &mut far_foe, &[a, b]).await;
    let peer = Peer::start();
    let provisional = half_accepted(&peer, a, &mut mei).await;

    let mut told = tell(a, &mut mei).await;
    let readers = &mut [&mut hua, &mut ex, &mut foe, &mut neighbour, &mut officer, &mut lan, &mut far_foe, &mut tom];
    answer(&[a, b, c], &mut mei, readers).await;
    // The ex-friend and the blocked had everything; their ties end before anybody looks.
    mei.removes(&ex).await;
    mei.shuns("block", &foe).await;
    mei.shuns("block", &far_foe).await;
    settle(&[a, b, c]).await;
    let sent = peer.taken("Create").iter().map(ToString::to_string).collect::<String>();

    let mut matrix = Matrix { cells: 0, leaks: Vec::new() };
    let remote = format!("/@{}", mei.address());
    for one in &mut told {
        one.activity = create_of(a, &one.object).await;
        let home = There { page: one.page.clone(), thumb: one.thumb.clone(), film: one.film.clone() };
        for (reader, person) in [
            (Author, &mut mei),
            (Friend, &mut hua),
            (ExFriend, &mut ex),
            (Blocked, &mut foe),
            (HallMember, &mut neighbour),
            (Moderator, &mut officer),
            (Anonymous, &mut anonymous),
        ] {
            matrix.person(one, reader, person, "/@mei", Some(&home)).await;
            let program = if person.name.is_empty() { a.stranger() } else { person.program(a).await };
            matrix.program(one, reader, &program, "mei", Some(&home)).await;
        }
        // In the other hall the Moment has a page of its own, if it has come there at all.
        let there = both_come_to(b, one, &remote).await;
        assert_eq!(there.is_some(), one.audience != "me", "{}", one.audience);
        for (reader, person) in
            [(RemoteFriend, &mut lan), (RemoteBlocked, &mut far_foe), (RemoteStrangerOnTheFriendsServer, &mut tom)]
        {
            matrix.person(one, reader, person, &remote, there.as_ref()).await;
            let program = person.program(b).await;
            matrix.program(one, reader, &program, &mei.address(), there.as_ref()).await;
        }

        matrix.servers(one, [a, b, c], &provisional).await;
        matrix.cell(one, ProvisionalFriend, Inbox, sent.contains(&one.text()));
        matrix.cell(one, RemoteFriend, Inbox, there.is_some());
    }
    let (near, far) = ([&mei, &hua, &ex, &foe, &neighbour, &officer], [&lan, &far_foe, &tom]);
    let programs = listeners(a, b, near, far).await;
    let readers: Vec<_> = programs.iter().map(|(reader, program)| (*reader, program)).collect();
    matrix.streams(&[a, b, c], &mut mei, &readers, &told).await;
    assert!(matrix.leaks.is_empty(), "{} of {} cells:\n{}", matrix.leaks.len(), matrix.cells, matrix.leaks.join("\n"));
    println!("{} cells of the leak matrix held", matrix.cells);
}
