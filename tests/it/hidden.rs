//! The leak matrix of search: every audience, every reader, every choice of who may find what one writes, at every door of
//! search, against one written rule.

use super::program::Program;
use super::search::encoded;
use super::server::{Person, Server, befriend, settle};

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Author,
    Friend,
    ExFriend,
    HallMember,
    Moderator,
    GroupMember,
    ExGroupMember,
    Anonymous,
    Blocked,
    RemoteFriend,
    RemoteStranger,
    RemoteBlocked,
}

/// Where they look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Hits,
    Counts,
    Highlights,
    Facets,
    Suggestions,
    DidYouMean,
    /// What is below it: a comment by the author.
    Comment,
    Call,
}

use Door::*;
use Reader::*;

/// What is found, with a word that it alone has, another that sounds like it, and its place.
struct Told {
    audience: &'static str,
    word: &'static str,
    sounds: &'static str,
}

const ALL: [Told; 6] = [
    Told { audience: "everyone", word: "燈籠", sounds: "登龙" },
    Told { audience: "quiet", word: "風箏", sounds: "丰正" },
    Told { audience: "friends", word: "算盤", sounds: "蒜盘" },
    Told { audience: "me", word: "剪紙", sounds: "简直" },
    Told { audience: "group", word: "刺繡", sounds: "次秀" },
    Told { audience: "private group", word: "泥塑", sounds: "尼素" },
];

impl Told {
    fn text(&self) -> String {
        format!("共同的{}，{}之作", self.word, self.audience)
    }

    fn comment(&self) -> String {
        format!("再說{}，{}之後", self.word, self.audience)
    }

    fn place(&self) -> String {
        format!("{}{}", self.word, self.audience)
    }
}

/// May this reader find it? Nobody finds what they can't see; of the rest, the author says who finds it. A visitor and other
/// servers' people find what is for everyone to find; quiet ones are in no public list, so in no stranger's search.
fn may_find(who: &str, audience: &str, reader: Reader) -> bool {
    if reader == Author {
        return true;
    }
    if matches!(reader, Blocked | RemoteBlocked) || audience == "me" || who == "nobody" {
        return false;
    }
    let is_friend = matches!(reader, Friend | RemoteFriend);
    let is_here = !matches!(reader, Anonymous | RemoteFriend | RemoteStranger);
    let strangers = match who {
        "everyone" => true,
        "members" => is_here,
        _ => false,
    };
    match audience {
        "everyone" => strangers || is_friend,
        "quiet" | "friends" => is_friend,
        // Groups of one hall: nothing of them is elsewhere.
        "group" => (strangers || is_friend || reader == GroupMember) && (is_here || reader == Anonymous),
        _ => reader == GroupMember,
    }
}

struct Matrix {
    cells: usize,
    leaks: Vec<String>,
}

impl Matrix {
    fn cell(&mut self, (who, told, reader): (&str, &Told, Reader), door: Door, found: bool) {
        self.cells += 1;
        if found != may_find(who, told.audience, reader) {
            let how = if found { "is found" } else { "is not found" };
            self.leaks.push(format!("{} of one found by {who} {how} by {reader:?} at {door:?}", told.audience));
        }
    }

    async fn look(&mut self, who: &str, reader: Reader, person: &mut Person, program: &Program) {
        let facets = person.seeks("共同").await.body;
        for told in &ALL {
            let here = (who, told, reader);
            let page = person.seeks(told.word).await.body;
            self.cell(here, Hits, page.contains(&told.audience.to_string()) && page.contains("之作"));
            self.cell(here, Comment, page.contains("之後"));
            self.cell(here, Highlights, page.contains(&format!("<mark>{}</mark>", told.word)));
            self.cell(here, Counts, page.contains("class=\"kinds\""));
            self.cell(here, Facets, facets.contains(&format!("<span>{}</span>", told.place())));
            if told.audience == "private group" {
                let offered = person.get(&format!("/search/suggestions?q={}", encoded("小作"))).await;
                assert_eq!(offered.status, 200);
                let known = matches!(reader, Author | GroupMember);
                self.cells += 1;
                if offered.body.contains("workshop") != known {
                    self.leaks.push(format!("the private group's name by {reader:?} at {Suggestions:?}"));
                }
            }
            let other = person.seeks(told.sounds).await.body;
            self.cell(here, DidYouMean, other.contains(&format!("{}</a>", told.word)));
            assert!(!other.contains("之作"), "{} finds {}", told.sounds, told.word);
            let called = program.get(&format!("/api/v2/search?q={}&type=statuses", encoded(told.word))).await;
            assert!(matches!(called.status, 200 | 401), "{}", called.body);
            self.cell(here, Call, called.body.contains("之作"));
        }
    }
}

/// mei tells each audience something at a place, and says something below it.
async fn tell(mei: &mut Person, halls: &[&Server], public: &str, private: &str) {
    for told in &ALL {
        let page = match told.audience {
            "group" => mei.begins(public, "", &told.text()).await,
            "private group" => mei.begins(private, "", &told.text()).await,
            audience => mei.posts(&told.text(), audience).await,
        };
        let fields = [("body", told.text()), ("place", told.place()), ("language", "zh-Hant".to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let changed = mei.post(&page.replace("/@mei/", "/moments/"), &fields).await;
        assert_eq!(changed.status, 303, "{}: {}", told.audience, changed.body);
        settle(halls).await;
        assert_eq!(mei.says(&page, &told.comment()).await, 303);
        settle(halls).await;
    }
}

/// mei founds a group and a private one, which both let these in; answers their pages and numbers.
async fn found(mei: &mut Person, members: [&mut Person; 2]) -> (String, String, [String; 2]) {
    let public = mei.founds("crafts", "手藝", &[]).await;
    let private = mei.founds("workshop", "小作坊", &[("is_private", "yes"), ("entrance", "approval")]).await;
    for person in members {
        assert_eq!(person.joins(&public, &[]).await.status, 303);
        assert_eq!(person.joins(&private, &[]).await.status, 303);
    }
    let numbers = [mei.number_of(&public).await, mei.number_of(&private).await];
    let doors = format!("/groups/{}/requests", numbers[1]);
    let requests = mei.get(&doors).await;
    for door in requests.links(&format!("{doors}/")).iter().filter(|link| link.ends_with("acceptance")) {
        assert_eq!(mei.post(door, &[]).await.status, 303);
    }
    (public, private, numbers)
}

/// Facets are shown where there is something to choose from: two of somebody else's stand beside what is told.
async fn beside(person: &mut Person, hall: &Server) {
    let fields = [("display_name", "x"), ("searchable", "everyone")];
    assert_eq!(person.post("/settings/profile", &fields).await.status, 303);
    for place in ["廣場", "碼頭"] {
        let fields = [("body", "共同的地方"), ("audience", "everyone"), ("place", place)];
        assert_eq!(person.post("/moments", &fields).await.status, 303);
    }
    settle(&[hall]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_found_that_may_not_be() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let halls = [&a, &b];
    let (mut mei, mut hua, mut ex) = (a.sign_up("mei").await, a.sign_up("hua").await, a.sign_up("ex").await);
    let (mut neighbour, mut foe) = (a.sign_up("neighbour").await, a.sign_up("foe").await);
    let (mut member, mut left) = (a.sign_up("member").await, a.sign_up("left").await);
    let mut officer = a.sign_up_as("officer", huiguan::domain::login::Role::Moderator).await;
    let (mut lan, mut tom, mut far_foe) = (b.sign_up("lan").await, b.sign_up("tom").await, b.sign_up("farfoe").await);
    for friend in [&mut hua, &mut ex, &mut foe] {
        befriend(&mut mei, friend, &[&a]).await;
    }
    befriend(&mut mei, &mut lan, &halls).await;
    befriend(&mut mei, &mut far_foe, &halls).await;
    let (public, private, numbers) = found(&mut mei, [&mut member, &mut left]).await;
    beside(&mut hua, &a).await;
    beside(&mut tom, &b).await;
    tell(&mut mei, &halls, &public, &private).await;
    // Who had everything loses it before anybody looks.
    mei.removes(&ex).await;
    mei.shuns("block", &foe).await;
    mei.shuns("block", &far_foe).await;
    for number in numbers {
        assert_eq!(left.post(&format!("/groups/{number}/membership/removal"), &[]).await.status, 303);
    }
    settle(&halls).await;

    let mut matrix = Matrix { cells: 0, leaks: Vec::new() };
    let mut anonymous = Person::new(&a);
    for who in ["members", "everyone", "friends", "nobody"] {
        if who != "members" {
            let fields = [("display_name", "mei"), ("searchable", who)];
            assert_eq!(mei.post("/settings/profile", &fields).await.status, 303);
        }
        settle(&halls).await;
        a.index().await;
        b.index().await;
        for (reader, person, hall) in [
            (Author, &mut mei, &a),
            (Friend, &mut hua, &a),
            (ExFriend, &mut ex, &a),
            (HallMember, &mut neighbour, &a),
            (Moderator, &mut officer, &a),
            (GroupMember, &mut member, &a),
            (ExGroupMember, &mut left, &a),
            (Anonymous, &mut anonymous, &a),
            (Blocked, &mut foe, &a),
            (RemoteFriend, &mut lan, &b),
            (RemoteStranger, &mut tom, &b),
            (RemoteBlocked, &mut far_foe, &b),
        ] {
            let program = if person.name.is_empty() { hall.stranger() } else { person.program(hall).await };
            matrix.look(who, reader, person, &program).await;
        }
    }
    let refused = mei.post("/settings/profile", &[("display_name", "mei"), ("searchable", "nonsense")]).await;
    assert_eq!(refused.status, 422);
    assert!(matrix.leaks.is_empty(), "{} of {} cells:\n{}", matrix.leaks.len(), matrix.cells, matrix.leaks.join("\n"));
    println!("{} cells of search's leak matrix held", matrix.cells);
}
