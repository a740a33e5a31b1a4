//! The leak matrix of the archive: every protocol and state of an item, every reader, every door, against one written rule.

use huiguan::clock::DAY;
use huiguan::domain::activity;
use huiguan::domain::audience::Viewer;
use huiguan::domain::login::Role;
use huiguan::id::PostId;

use super::archive::png;
use super::program::Program;
use super::search::encoded;
use super::server::{Person, Server, settle};
use super::wire::{document, signed_get};

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Visitor,
    Member,
    /// In the first group.
    OfOne,
    /// In both groups.
    OfBoth,
    /// Was in both, and has left.
    ExMember,
    /// Whom a protocol names.
    Named,
    /// Who gave some of it.
    Giver,
    Archivist,
}

/// Where they look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Page,
    Data,
    Ark,
    File,
    Original,
    Thumb,
    Picture,
    /// The page of the place that it alone names.
    PlacePage,
    /// Itself on that page.
    PlaceItems,
    /// The way to that page from its own.
    PlaceLink,
    Front,
    List,
    Facet,
    CollectionPage,
    CollectionCount,
    Hits,
    SearchCount,
    SearchFacet,
    Suggestion,
    TranscriptHit,
    Call,
    Manifest,
    ImageInfo,
    Image,
    Record,
    Records,
    Identifiers,
    Object,
    ObjectSigned,
    Profile,
    Outbox,
    FeedElsewhere,
    SearchElsewhere,
}

use Door::*;
use Reader::*;

/// What is kept of an item: what makes it differ from the others, and a word of two hanzi that it alone has.
struct Row {
    name: &'static str,
    word: &'static str,
    protocol: &'static str,
    living: &'static str,
    is_given: bool,
}

const fn row(name: &'static str, word: &'static str, protocol: &'static str) -> Row {
    Row { name, word, protocol, living: "no", is_given: false }
}

const ROWS: [Row; 14] = [
    row("public", "乾坤", "public"),
    row("members", "坎離", "members"),
    row("group", "艮震", "group:one"),
    row("both", "巽兌", "all group:one group:two"),
    row("person", "鳳麟", "person:named"),
    row("archivists", "龜龍", "archivists"),
    row("embargo", "霜雪", "public"),
    row("day", "雹霰", "public from:2999-01-01"),
    Row { living: "yes", ..row("living", "雷霆", "public") },
    row("closed", "虹霓", "public"),
    row("draft", "霧露", "public"),
    row("withdrawn", "霖霪", "public"),
    Row { is_given: true, ..row("given", "嵐霞", "archivists") },
    Row { is_given: true, ..row("offered", "霄漢", "public") },
];

/// The rule in one function: those who keep the archive see what is there; who gave something sees it; an item that isn't in the archive,
/// is under embargo or shows somebody living is theirs alone; of the rest the protocol says who. What leaves the hall is for everyone.
fn may_see(row: &Row, reader: Reader) -> bool {
    match (row.name, reader) {
        ("withdrawn", _) => false,
        (_, Archivist) => true,
        (_, Giver) if row.is_given => true,
        ("public", _) => true,
        ("members" | "closed", reader) => reader != Visitor,
        ("group", reader) => matches!(reader, OfOne | OfBoth),
        ("both", reader) => reader == OfBoth,
        ("person", reader) => reader == Named,
        _ => false,
    }
}

/// Is it in lists, for those who may see it? What isn't in the archive yet stands in the queue alone.
fn is_listed(row: &Row) -> bool {
    !matches!(row.name, "draft" | "offered" | "withdrawn")
}

/// An item as it stands.
struct Told {
    row: &'static Row,
    path: String,
    code: String,
    file: String,
    picture: String,
    place: String,
}

impl Told {
    fn number(&self) -> &str {
        self.path.rsplit('/').next().unwrap()
    }

    fn title(&self) -> String {
        title(self.row)
    }
}

fn title(row: &Row) -> String {
    format!("{}誌", row.word)
}

struct Matrix {
    cells: usize,
    leaks: Vec<String>,
}

impl Matrix {
    fn cell(&mut self, row: &str, reader: &str, door: Door, (seen, expected): (bool, bool)) {
        self.cells += 1;
        if seen != expected {
            let how = if seen { "is seen" } else { "is hidden" };
            self.leaks.push(format!("{row} {how} by {reader} at {door:?}"));
        }
    }

    /// The doors to an item itself.
    async fn doors(&mut self, told: &Told, reader: Reader, person: &mut Person) {
        let may = may_see(told.row, reader);
        let number = told.number();
        for (door, path, status) in [
            (Page, told.path.clone(), 200),
            (Data, format!("{}/metadata.jsonld", told.path), 200),
            (Ark, format!("/ark:/99999/{}", told.code), 303),
            (Profile, format!("/@archive/{number}"), 303),
            (File, told.file.clone(), 200),
            (Original, format!("{}/original", told.file), 200),
            (Thumb, format!("/media/{}/thumb", told.picture), 200),
            (Picture, format!("/media/{}/display", told.picture), 200),
        ] {
            let answer = person.opens(&path).await;
            let opened = answer.status == status || (status == 303 && matches!(answer.status, 302 | 307));
            assert!(opened || answer.status == 404, "{path} for {reader:?}: {}", answer.status);
            self.cell(told.row.name, &format!("{reader:?}"), door, (opened, may));
        }
        // A place is there for who may open an item that names it, and for those who keep the archive.
        let (listed, keeps) = (may && is_listed(told.row), reader == Archivist);
        let place = person.get(&told.place).await;
        assert!(matches!(place.status, 200 | 404), "{} for {reader:?}: {}", told.place, place.status);
        let item = person.get(&told.path).await.body;
        for (door, cell) in [
            (PlacePage, (place.status == 200, listed || keeps)),
            (PlaceItems, (place.body.contains(&told.title()), listed)),
            (PlaceLink, (item.contains(&told.place), may && (listed || keeps))),
        ] {
            self.cell(told.row.name, &format!("{reader:?}"), door, cell);
        }
        // What is served to machines is what everyone sees, whoever asks.
        let open = may_see(told.row, Visitor);
        for (door, path) in [
            (Manifest, format!("/iiif/items/{number}/manifest")),
            (ImageInfo, format!("/iiif/images/{}/info.json", told.picture)),
            (Image, format!("/iiif/images/{}/full/max/0/default.jpg", told.picture)),
        ] {
            let status = person.opens(&path).await.status;
            assert!(matches!(status, 200 | 404), "{path} for {reader:?}: {status}");
            self.cell(told.row.name, &format!("{reader:?}"), door, (status == 200, open));
        }
    }

    /// Lists, facets and numbers.
    async fn lists(&mut self, all: &[Told], reader: Reader, person: &mut Person, collection: &str) {
        let name = format!("{reader:?}");
        let front = person.get("/archive").await.body;
        let list = person.get("/archive/items").await.body;
        let within = person.get(collection).await.body;
        for told in all {
            let may = may_see(told.row, reader) && is_listed(told.row);
            for (door, page) in [(Front, &front), (List, &list), (CollectionPage, &within)] {
                self.cell(told.row.name, &name, door, (page.contains(&told.title()), may));
            }
            // Each has a subject of its own: a facet tells that there is something.
            self.cell(told.row.name, &name, Facet, (list.contains(&format!("{}錄", told.row.word)), may));
        }
        let count = all.iter().filter(|told| may_see(told.row, reader) && is_listed(told.row)).count();
        let sizes = [format!(">{count} 件<"), format!(">{count} items<")];
        let line = front.split(&format!("href=\"{collection}\"")).nth(1).unwrap_or_default();
        let line = line.split("</li>").next().unwrap_or_default();
        let told = sizes.iter().any(|size| line.contains(size.as_str()));
        self.cell("all", &name, CollectionCount, (told, true));
    }

    /// What is found.
    async fn search(&mut self, all: &[Told], reader: Reader, person: &mut Person, program: &Program) {
        let name = format!("{reader:?}");
        let everything = person.seeks("共見之物").await.body;
        for told in all {
            let may = may_see(told.row, reader) && told.row.name != "withdrawn";
            let page = person.seeks(told.row.word).await.body;
            let said = page.contains(told.number());
            self.cell(told.row.name, &name, Hits, (said, may));
            self.cell(told.row.name, &name, SearchCount, (page.contains("class=\"kinds\""), may));
            let place = format!("<span>{}鄉</span>", told.row.word);
            self.cell(
                told.row.name,
                &name,
                SearchFacet,
                (everything.contains(&place), may && is_described(told.row, reader)),
            );
            let offered = person.get(&format!("/search/suggestions?q={}", encoded(told.row.word))).await;
            assert_eq!(offered.status, 200);
            self.cell(told.row.name, &name, Suggestion, (offered.body.contains(told.number()), may));
            let read = person.seeks(&format!("{}手書", told.row.word)).await.body;
            self.cell(told.row.name, &name, TranscriptHit, (read.contains(told.number()), may));
            let called = program.get(&format!("/api/v2/search?q={}&type=statuses", encoded(told.row.word))).await;
            assert!(matches!(called.status, 200 | 401), "{}", called.body);
            let said = called.body.contains(&told.title()) || called.body.contains(told.number());
            if said && !may {
                self.leaks.push(format!("{} is seen by {name} at {Call:?}", told.row.name));
            }
            self.cells += 1;
        }
    }

    /// What other servers and harvesters get.
    async fn machines(&mut self, all: &[Told], a: &Server, b: &Server) {
        let oai = |asked: String| {
            let url = format!("{}/archive/oai?{asked}", a.origin);
            async move { super::server::client().get(url).send().await.unwrap().text().await.unwrap() }
        };
        let records = oai("verb=ListRecords&metadataPrefix=oai_dcterms".to_owned()).await;
        let identifiers = oai("verb=ListIdentifiers&metadataPrefix=oai_dc".to_owned()).await;
        let outbox = document(&format!("{}/actors/archive/outbox", a.origin), &[]).await.body;
        for told in all {
            let open = may_see(told.row, Visitor);
            let host = a.authority.split(':').next().unwrap();
            let asked = format!("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:{host}:{}", told.code);
            let record = oai(asked).await;
            for (door, body) in [(Record, &record), (Records, &records)] {
                self.cell(told.row.name, "a harvester", door, (body.contains(told.row.word), open));
            }
            // What was public is told as deleted, and nothing else is told of it.
            let was_open = open || matches!(told.row.name, "closed" | "withdrawn");
            self.cell(told.row.name, "a harvester", Identifiers, (identifiers.contains(&told.code), was_open));
            let object = format!("{}/objects/{}", a.origin, told.number());
            for (door, answer) in
                [(Object, document(&object, &[]).await), (ObjectSigned, signed_get(&object, b, "far").await)]
            {
                let is_told = answer.body.contains(told.row.word);
                self.cell(told.row.name, "another server", door, (is_told, open));
                assert!(is_told == (answer.status == 200) || answer.status == 410, "{object}: {}", answer.status);
            }
            self.cell(told.row.name, "another server", Outbox, (outbox.contains(told.row.word), open));
        }
    }
}

/// Does a question for what all of them say find it among several? Facets are shown where there is something to choose from.
fn is_described(row: &Row, reader: Reader) -> bool {
    let described = |row: &Row| row.name != "offered" && may_see(row, reader);
    described(row) && ROWS.iter().filter(|row| described(row)).count() > 1
}

/// Describes everything, with a picture and an approved transcript each; answers how it stands.
async fn describe(a: &Server, keeper: &mut Person, giver: &mut Person) -> Vec<Told> {
    let end = huiguan::clock::to_rfc3339(a.ctx.now() + 3 * DAY);
    let mut all = Vec::new();
    for row in &ROWS {
        let (title, subject, place) = (title(row), format!("{}錄", row.word), format!("{}鄉", row.word));
        let mut more = vec![
            ("collection", "MX"),
            ("protocol", row.protocol),
            ("living", row.living),
            ("subject", subject.as_str()),
            ("place", place.as_str()),
            ("description", "共見之物"),
        ];
        if row.name == "embargo" {
            more.push(("embargo", &end[..10]));
        }
        let step = if row.is_given || row.name == "draft" { "draft" } else { "publish" };
        let path = match row.is_given {
            false => keeper.describes(&title, &more, step).await,
            true => {
                let fields = [("who", title.as_str()), ("where", &place), ("permission", "yes")];
                let answer = giver.hands_in("/archive/offers", &fields, &[("a.png", png(70 + all.len() as u8))]).await;
                assert_eq!(answer.status, 303, "{}", answer.body);
                let path = giver.get("/archive/offers").await.links("/archive/items/").remove(0);
                let fields: Vec<(&str, &str)> = [("title", title.as_str()), ("form", "photograph")]
                    .into_iter()
                    .chain(more.iter().copied())
                    .collect();
                if row.name == "given" {
                    assert_eq!(keeper.post(&path, &fields).await.status, 303);
                    assert_eq!(keeper.post(&format!("{path}/state"), &[("act", "publish")]).await.status, 303);
                }
                path
            }
        };
        if !row.is_given {
            keeper.adds(&path, &[], &[("a.png", png(all.len() as u8))]).await;
        }
        assert_eq!(keeper.post("/archive/people", &[("kind", "place"), ("name", &place)]).await.status, 303);
        settle(&[a]).await;
        let page = keeper.get(&path).await;
        let place = page.links("/archive/authorities/").remove(0);
        let file = page.links("/archive/files/").remove(0);
        let body = format!("{}手書", row.word);
        let said = [("kind", "transcription"), ("state", "approved"), ("body", body.as_str())];
        assert_eq!(keeper.post(&format!("{file}/transcripts"), &said).await.status, 303);
        let picture = page.body.split("/media/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        let code = page.body.split("href=\"/ark:/99999/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        all.push(Told { row, path, code, file, picture, place });
    }
    all
}

/// What was told to all is for members from now on, or taken out.
async fn close(keeper: &mut Person, all: &[Told]) {
    for told in all {
        if told.row.name == "closed" {
            let (title, subject, place) =
                (told.title(), format!("{}錄", told.row.word), format!("{}鄉", told.row.word));
            let fields = [
                ("form", "letter"),
                ("title", title.as_str()),
                ("collection", "MX"),
                ("protocol", "members"),
                ("living", "no"),
                ("subject", &subject),
                ("place", &place),
                ("description", "共見之物"),
            ];
            assert_eq!(keeper.post(&told.path, &fields).await.status, 303);
        }
        if told.row.name == "withdrawn" {
            assert_eq!(keeper.post(&format!("{}/state", told.path), &[("act", "withdraw")]).await.status, 303);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_archive_is_seen_that_may_not_be() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let halls = [&a, &b];
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let mut visitor = Person::new(&a);
    let (mut member, mut giver) = (a.sign_up("member").await, a.sign_up("giver").await);
    let (mut of_one, mut of_both) = (a.sign_up("ofone").await, a.sign_up("ofboth").await);
    let (mut left, mut named) = (a.sign_up("left").await, a.sign_up("named").await);
    let mut founder = a.sign_up("founder").await;
    let mut far = b.sign_up("far").await;
    let groups = [founder.founds("one", "一群", &[]).await, founder.founds("two", "二群", &[]).await];
    of_one.joins(&groups[0], &[]).await;
    for group in &groups {
        of_both.joins(group, &[]).await;
        left.joins(group, &[]).await;
    }
    assert_eq!(far.asks(&format!("archive@{}", a.authority), "").await.status, 303);
    settle(&halls).await;
    let fields = [("title", "目錄"), ("level", "fonds"), ("code", "MX"), ("protocol", "archivists")];
    let collection = keeper.post("/archive/collections", &fields).await.location().to_owned();
    let all = describe(&a, &mut keeper, &mut giver).await;
    settle(&halls).await;
    // Who had everything loses it before anybody looks; what was told to all is closed, or taken out.
    for group in &groups {
        let number = left.number_of(group).await;
        assert_eq!(left.post(&format!("/groups/{number}/membership/removal"), &[]).await.status, 303);
    }
    close(&mut keeper, &all).await;
    settle(&halls).await;
    a.index().await;
    b.index().await;

    let mut matrix = Matrix { cells: 0, leaks: Vec::new() };
    for (reader, person) in [
        (Visitor, &mut visitor),
        (Member, &mut member),
        (OfOne, &mut of_one),
        (OfBoth, &mut of_both),
        (ExMember, &mut left),
        (Named, &mut named),
        (Giver, &mut giver),
        (Archivist, &mut keeper),
    ] {
        let program = if person.name.is_empty() { a.stranger() } else { person.program(&a).await };
        for told in &all {
            matrix.doors(told, reader, person).await;
        }
        matrix.lists(&all, reader, person, &collection).await;
        matrix.search(&all, reader, person, &program).await;
    }
    matrix.machines(&all, &a, &b).await;
    let feed = far.get("/accounts").await.body;
    for told in &all {
        let open = may_see(told.row, Visitor);
        matrix.cell(told.row.name, "a follower elsewhere", FeedElsewhere, (feed.contains(told.row.word), open));
        let found = far.seeks(told.row.word).await.body;
        let hit = found.contains("class=\"hit\"");
        matrix.cell(told.row.name, "a follower elsewhere", SearchElsewhere, (hit, open));
    }
    assert!(matrix.leaks.is_empty(), "{} of {} cells:\n{}", matrix.leaks.len(), matrix.cells, matrix.leaks.join("\n"));
    println!("{} cells of the archive's leak matrix held", matrix.cells);
}

/// What went out of an item before somebody in it was known to live says their name no more, whoever asks. Answers the activity.
async fn names_nobody(a: &Server, b: &Server, number: &str, name: &str) -> String {
    let id: PostId = number.parse().unwrap();
    let uri = a.ctx.read(move |conn| activity::of_post(conn, id, "Create")).await.unwrap().unwrap();
    let outbox = format!("{}/actors/archive/outbox", a.origin);
    for door in [&uri, &outbox] {
        for answer in [document(door, &[]).await, signed_get(door, b, "far").await] {
            assert!(answer.status == 200 && answer.body.contains("與友人"), "{door}: {}", answer.body);
            assert!(!answer.body.contains(name), "{door}: {}", answer.body);
        }
    }
    // A delivery that waits sends what is said by then, for nothing else is kept.
    let event = uri.rsplit('/').next().unwrap().parse().unwrap();
    let kept = a.ctx.read(move |conn| activity::show(conn, &Viewer::Anonymous, event)).await.unwrap();
    assert!(kept.per_host && !kept.body.contains("友人"), "{}", kept.body);
    uri
}

/// What isn't for everyone any more is found by its activity no more.
async fn is_told_no_more(a: &Server, b: &Server, uri: &str) {
    let outbox = format!("{}/actors/archive/outbox", a.origin);
    for answer in [document(uri, &[]).await, signed_get(uri, b, "far").await] {
        assert_eq!(answer.status, 404, "{}", answer.body);
    }
    for answer in [document(&outbox, &[]).await, signed_get(&outbox, b, "far").await] {
        assert!(answer.status == 200 && !answer.body.contains("友人"), "{}", answer.body);
    }
}

/// Whom an item names lives: their page is there for those who keep the archive, and for nobody else.
async fn has_a_page_for_keepers_alone(item: &str, keeper: &mut Person, others: [&mut Person; 2]) {
    let page = keeper.get(item).await.links("/archive/authorities/").remove(0);
    assert!(keeper.get(&page).await.body.contains(&format!("href=\"{item}\"")));
    for person in others {
        assert_eq!(person.get(&page).await.status, 404);
        assert!(person.get(item).await.links("/archive/authorities/").is_empty());
    }
}

/// In place of a name it says in the reader's language that somebody isn't named.
async fn say_that_somebody_lives(visitor: &mut Person, member: &mut Person, doors: &[&String]) {
    for door in doors {
        let (one, other) = (visitor.get(door).await.body, member.get(door).await.body);
        assert!(one.contains("〔在世者〕") && other.contains("[living person]"), "{door}: {one} {other}");
    }
}

/// A living person's name, wherever an archivist may have written it.
#[tokio::test(flavor = "multi_thread")]
async fn the_living_are_named_nowhere() {
    const NAME: &str = "王小明";
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let (mut member, mut visitor) = (a.sign_up("member").await, Person::new(&a));
    let mut far = b.sign_up("far").await;
    assert_eq!(far.asks(&format!("archive@{}", a.authority), "").await.status, 303);
    let title = format!("{NAME}與友人");
    let more = [
        ("form", "photograph"),
        ("living", "agreed"),
        ("description", "左一王小明，右一不詳"),
        ("pictured", "王小明 | 左一"),
        ("subject", "王小明"),
        ("place", "王小明宅"),
        ("date", "王小明出閣那年"),
    ];
    let path = keeper.describes(&title, &more, "publish").await;
    keeper.adds(&path, &[("label", "王小明")], &[("王小明.png", png(8))]).await;
    settle(&[&a, &b]).await;
    let file = keeper.get(&path).await.links("/archive/files/").remove(0);
    for (state, body) in [("approved", "{王|wáng}{小|xiǎo}明題"), ("approved", "王小明題"), ("review", "王小明又題")]
    {
        let said = [("kind", "transcription"), ("state", state), ("body", body)];
        assert_eq!(keeper.post(&format!("{file}/transcripts"), &said).await.status, 303);
    }
    assert_eq!(keeper.post(&file, &[("label", "王小明像"), ("protocol", "")]).await.status, 303);
    assert!(visitor.get(&path).await.body.contains(NAME), "not known to live yet");
    let fields = [("kind", "person"), ("name", NAME), ("is_living", "yes")];
    assert_eq!(keeper.post("/archive/people", &fields).await.status, 303);
    settle(&[&a, &b]).await;
    a.index().await;
    let number = path.rsplit('/').next().unwrap().to_owned();
    let mut doors = vec![
        "/archive".to_owned(),
        "/archive/items".to_owned(),
        format!("{path}/metadata.jsonld"),
        format!("/iiif/items/{number}/manifest"),
        "/archive/oai?verb=ListRecords&metadataPrefix=oai_dc".to_owned(),
        "/archive/oai?verb=ListRecords&metadataPrefix=oai_dcterms".to_owned(),
        "/search?q=%E5%8F%B3%E4%B8%80%E4%B8%8D%E8%A9%B3".to_owned(),
        path.clone(),
        file.clone(),
    ];
    doors.push(format!("/search?q={}&kind=item", encoded("友人")));
    for door in &doors {
        for person in [&mut visitor, &mut member] {
            let answer = person.get(door).await;
            assert_eq!(answer.status, 200, "{door}");
            let is_named = [NAME, "wáng", "<ruby>"].iter().any(|name| answer.body.contains(name));
            assert!(!is_named, "{door} for {:?}: {}", person.name, answer.body);
        }
    }
    say_that_somebody_lives(&mut visitor, &mut member, &[&path, &file, doors.last().unwrap()]).await;
    for person in [&mut visitor, &mut member] {
        let found = person.seeks(NAME).await;
        assert!(!found.body.contains(&number), "found by a living person's name: {}", found.body);
    }
    let object = document(&format!("{}/objects/{number}", a.origin), &[]).await;
    assert!(object.status == 200 && !object.body.contains(NAME), "{}", object.body);
    assert!(!far.get("/accounts").await.body.contains(&title));
    let activity = names_nobody(&a, &b, &number, NAME).await;
    assert!(keeper.get(&path).await.body.contains(NAME) && keeper.get(&file).await.body.contains("王小明又題"));
    has_a_page_for_keepers_alone(&path, &mut keeper, [&mut visitor, &mut member]).await;
    assert_eq!(keeper.post(&format!("{path}/state"), &[("act", "unpublish")]).await.status, 303);
    is_told_no_more(&a, &b, &activity).await;
    settle(&[&a, &b]).await;
}
