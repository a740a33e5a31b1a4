//! The archive towards others: viewers by the schema of IIIF, answers from elsewhere as notes, and search together with a partner.

use std::io::Write;
use std::process::{Command, Stdio};

use huiguan::clock::{DAY, HOUR, SECOND};
use huiguan::domain::login::Role;
use huiguan::domain::{delivery, item, partner, post};
use huiguan::id::PostId;
use huiguan::worker;
use serde_json::{Value, json};

use super::archive::png;
use super::clients::{ROOM, python};
use super::gallery::thumbs;
use super::peer::{Peer, Someone};
use super::search::found_on;
use super::server::{Person, Server, settle};
use super::wire::{document, signed_get};

#[tokio::test(flavor = "multi_thread")]
async fn manifests_hold_by_the_schema() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let more = [
        ("title@en", "A letter"),
        ("description", "家中平安\n勿念"),
        ("rights", "https://creativecommons.org/publicdomain/mark/1.0/"),
        ("surname", "陳"),
        ("date", "1937"),
    ];
    let path = keeper.describes("僑批", &more, "publish").await;
    let bare = keeper.describes("只有文字", &[], "publish").await;
    for (shade, label) in [(1, "正面"), (2, "")] {
        keeper.adds(&path, &[("label", label)], &[("a.png", png(shade))]).await;
    }
    settle(&[&a]).await;
    let file = keeper.get(&path).await.links("/archive/files/").remove(0);
    for (kind, language) in [("transcription", "zh-Hant"), ("translation", "en")] {
        let said = [("kind", kind), ("state", "approved"), ("language", language), ("body", "平安 Well")];
        assert_eq!(keeper.post(&format!("{file}/transcripts"), &said).await.status, 303);
    }
    let manifest = |path: &str| format!("/iiif/items/{}/manifest", path.rsplit('/').next().unwrap());
    let mut visitor = Person::new(&a);
    assert_eq!(visitor.get(&manifest(&bare)).await.status, 404, "there is nothing to look at");
    let answer = visitor.get(&manifest(&path)).await;
    assert!(answer.header("content-type").contains("presentation/3/context.json"));
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let told = answer.json();
    assert_eq!(told["items"].as_array().unwrap().len(), 2);
    assert_eq!(told["items"][0]["annotations"][0]["items"].as_array().unwrap().len(), 2);
    let Some(python) = python() else { return };
    let has = Command::new(&python).args(["-c", "import iiif_prezi3"]).output();
    if !has.is_ok_and(|ran| ran.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "in CI the schema must be there");
        println!("skipped: the schema of IIIF is not on this machine: pip install -r tests/clients/requirements.txt");
        return;
    }
    let mut child = Command::new(python);
    child.current_dir(ROOM).arg("iiif.py").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().unwrap();
    child.stdin.take().unwrap().write_all(answer.body.as_bytes()).unwrap();
    let ran = child.wait_with_output().unwrap();
    let (said, wrong) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{said}\n{wrong}\n{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_from_elsewhere_are_notes_to_the_archivists_alone() {
    let a = Server::start("guangzhou").await;
    let peer = Peer::start();
    let they = peer.person("tomas");
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let (mut giver, mut visitor) = (a.sign_up("giver").await, Person::new(&a));
    let fields = [("who", "外公的店"), ("permission", "yes")];
    assert_eq!(giver.hands_in("/archive/offers", &fields, &[("a.png", png(5))]).await.status, 303);
    settle(&[&a]).await;
    let told = keeper.told().await;
    assert!(told.contains("gives something to the archive") && told.contains("外公的店"), "{told}");
    assert!(!giver.told().await.contains("gives something"), "who keeps nothing isn't told");
    let path = giver.get("/archive/offers").await.links("/archive/items/").remove(0);
    let uri = format!("{}/objects/{}", a.origin, path.rsplit('/').next().unwrap());
    let answer = |number: &str, words: &str| {
        let mut create = they.create(number, words);
        create["object"]["inReplyTo"] = json!(uri);
        create["object"]["url"] = json!(format!("{}/@tomas/{number}", peer.origin));
        create
    };
    // What they can't see can't be answered.
    assert_eq!(they.sends(&a, &answer("1", "<p>I know nothing of it</p>")).await, 202);
    settle(&[&a]).await;
    assert!(!keeper.get(&path).await.body.contains("I know nothing"));
    assert_eq!(keeper.post(&format!("{path}/state"), &[("act", "publish")]).await.status, 303);
    settle(&[&a]).await;
    assert_eq!(they.sends(&a, &answer("2", "<p>That is my <b>uncle</b> on the left</p>")).await, 202);
    settle(&[&a]).await;
    a.index().await;
    let page = keeper.get(&path).await.body;
    assert!(page.contains("That is my uncle on the left") && page.contains("tomas of elsewhere @tomas@"), "{page}");
    assert!(page.contains(&format!("href=\"{}/@tomas/2\"", peer.origin)), "it leads there: {page}");
    assert!(keeper.told().await.contains("writes about an item"));
    for person in [&mut giver, &mut visitor] {
        assert!(!person.get(&path).await.body.contains("my uncle"));
        assert!(!person.seeks("uncle").await.body.contains("class=\"hit\""));
    }
    let context = format!("/api/v1/statuses/{}/context", path.rsplit('/').next().unwrap());
    assert!(!a.stranger().get(&context).await.body.contains("uncle"));
    // It changes with its author's words, and goes with them.
    let mut edit = they.activity("3", "Update", answer("2", "<p>It is my cousin</p>")["object"].clone());
    edit["object"]["updated"] = json!("2026-11-24T08:00:00Z");
    assert_eq!(they.sends(&a, &edit).await, 202);
    settle(&[&a]).await;
    let page = keeper.get(&path).await.body;
    assert!(page.contains("It is my cousin") && !page.contains("my uncle"), "{page}");
    let other = peer.person("eve");
    let gone = json!(format!("{}/notes/2", they.uri));
    assert_eq!(other.sends(&a, &other.activity("4", "Delete", gone.clone())).await, 202);
    settle(&[&a]).await;
    assert!(keeper.get(&path).await.body.contains("It is my cousin"), "somebody else’s word takes nothing away");
    assert_eq!(they.sends(&a, &they.activity("5", "Delete", gone)).await, 202);
    settle(&[&a]).await;
    assert!(!keeper.get(&path).await.body.contains("It is my cousin"));
    // One can’t fill it: of one person’s answers so many are kept.
    for number in 10..40 {
        assert_eq!(they.sends(&a, &answer(&number.to_string(), &format!("<p>flood {number}</p>"))).await, 202);
    }
    settle(&[&a]).await;
    assert_eq!(keeper.get(&path).await.body.matches("flood ").count(), 20);
    // What the gate keeps from a server it doesn't take from it either.
    let host = peer.authority.clone();
    let mut owner = a.sign_up_as("owner1", huiguan::domain::login::Role::Owner).await;
    assert_eq!(owner.post("/office/peers", &[("host", &host), ("decision", "blocked")]).await.status, 303);
    assert_eq!(they.sends(&a, &answer("50", "<p>let me in</p>")).await, 403);
}

/// Everybody at two halls whose archives agree to be searched together, and the fields of a letter.
struct Union {
    a: Server,
    b: Server,
    keeper: Person,
    curator: Person,
    visitor: Person,
}

/// What a letter says of itself.
const LETTER: [(&str, &str); 6] = [
    ("date", "光緒十三年"),
    ("form", "letter"),
    ("place", "檳榔嶼"),
    ("surname", "丘"),
    ("subject", "僑批"),
    ("description", "寄回唐山的一封"),
];

async fn agreed() -> Union {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let halls = [&a, &b];
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let mut curator = b.sign_up_as("curator", Role::Archivist).await;
    let (mut mei, mut visitor) = (a.sign_up("mei").await, Person::new(&a));
    assert_eq!(mei.get("/archive/partners").await.status, 403);
    for (typed, said) in [("", "address"), ("127.0.0.1:1", "reached")] {
        let answer = keeper.post("/archive/partners", &[("address", typed)]).await;
        assert_eq!(answer.status, 422, "{typed}");
        assert!(answer.body.contains(said), "{typed}: {}", answer.body);
    }
    let answer = keeper.post("/archive/partners", &[("address", &b.authority)]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    settle(&halls).await;
    // Until the other side has agreed by hand nothing is found here.
    curator.describes("丘家僑批之先", &LETTER, "publish").await;
    settle(&halls).await;
    a.index().await;
    assert!(found_on(&visitor.seeks("丘家僑批").await).is_empty());
    assert!(keeper.get("/archive/partners").await.body.contains("no answer yet"));
    assert!(curator.told().await.contains("asks to be found together"), "{}", curator.told().await);
    let page = curator.get("/archive/partners").await;
    assert!(page.body.contains("Asks this archive"), "{}", page.body);
    let accept = page.links("/archive/partners/").into_iter().find(|link| link.ends_with("acceptance")).unwrap();
    assert_eq!(curator.post(&accept, &[]).await.status, 303);
    settle(&halls).await;
    for person in [&mut keeper, &mut curator] {
        let page = person.get("/archive/partners").await.body;
        assert!(page.contains("class=\"chip\">Searched together<"), "{page}");
    }
    // What was there before is read page by page.
    a.index().await;
    assert_eq!(found_on(&visitor.seeks("丘家僑批").await).len(), 1);
    Union { a, b, keeper, curator, visitor }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_archives_that_agree_are_searched_together() {
    let Union { a, b, mut keeper, mut curator, mut visitor } = agreed().await;
    let (halls, mut mei, mut far) = ([&a, &b], a.sign_up("lan").await, Person::new(&b));
    // From now on what one side publishes is found at the other, by visitors too.
    let path = curator.describes("丘家僑批", &LETTER, "publish").await;
    let own = keeper.describes("陳家僑批", &LETTER, "publish").await;
    let hidden = curator.describes("丘家密批", &[("protocol", "members")], "publish").await;
    settle(&halls).await;
    a.index().await;
    b.index().await;
    let page = visitor.seeks("丘家僑批").await;
    let hits = found_on(&page);
    assert_eq!(hits.iter().filter(|hit| hit.starts_with("/archive/others/")).count(), 2, "{hits:?}");
    let number = b.ctx.read({
        let id: huiguan::id::PostId = path.rsplit('/').next().unwrap().parse().unwrap();
        move |conn| huiguan::domain::post::by_id(conn, id)
    });
    let uri = number.await.unwrap().uri;
    let copy = a.ctx.read(move |conn| huiguan::domain::post::stored(conn, &uri)).await.unwrap().expect("a copy");
    let hit = format!("/archive/others/{}", copy.id);
    assert!(hits.contains(&hit), "{hits:?}");
    let hall = b.ctx.read(huiguan::domain::hall::get).await.unwrap().name;
    assert!(page.body.contains(&format!("在{hall}")), "{}", page.body);
    let narrowed = visitor.get(&format!("/search?q={}&kind=item&decade=1880", super::search::encoded("僑批"))).await;
    assert_eq!(found_on(&narrowed).len(), 3, "beside our own: {}", narrowed.body);
    for person in [&mut visitor, &mut mei] {
        let copy = person.get(&hit).await;
        assert_eq!(copy.status, 200);
        let there = format!("{}{path}", b.origin);
        for said in
            ["丘家僑批", "光緒十三年", "1887-01-24/1888-02-11", "檳榔嶼", "寄回唐山的一封", hall.as_str(), &there]
        {
            assert!(copy.body.contains(said), "{said}: {}", copy.body);
        }
    }
    // Its pictures are looked at here as well.
    assert!(thumbs(&mei.get(&hit).await.body).is_empty());
    curator.adds(&path, &[], &[("批.png", png(9))]).await;
    settle(&halls).await;
    let shown = thumbs(&mei.get(&hit).await.body);
    assert_eq!(shown.len(), 1);
    assert_eq!(mei.opens(&shown[0]).await.status, 200);
    assert!(thumbs(&visitor.get(&hit).await.body).is_empty(), "this hall copies for its members");
    let secret = format!("{}/objects/{}", b.origin, hidden.rsplit('/').next().unwrap());
    let known = a.ctx.read(move |conn| huiguan::domain::post::stored(conn, &secret)).await.unwrap();
    assert!(known.is_none(), "what isn't public never leaves its hall");
    let there = found_on(&far.seeks("陳家僑批").await);
    assert!(there.iter().any(|hit| hit.starts_with("/archive/others/")), "and the other way round: {there:?}");
    // The origin keeps the say: closed, changed, taken out.
    let close = [("form", "letter"), ("title", "丘家僑批"), ("living", "no"), ("protocol", "members")];
    assert_eq!(curator.post(&path, &close).await.status, 303);
    assert_eq!(keeper.post(&format!("{own}/state"), &[("act", "withdraw")]).await.status, 303);
    settle(&halls).await;
    assert_eq!(visitor.get(&hit).await.status, 404, "at once");
    assert!(
        found_on(&visitor.seeks("丘家僑批").await).iter().all(|found| *found != hit),
        "also before the index knows"
    );
    b.index().await;
    assert!(found_on(&far.seeks("陳家僑批").await).iter().all(|hit| !hit.starts_with("/archive/others/")));
    assert_eq!(curator.post(&format!("{hidden}/state"), &[("act", "withdraw")]).await.status, 303);
}

/// The page at its own hall of what is held here under this path.
async fn home_of(here: &Server, hit: &str) -> String {
    let id: PostId = hit.rsplit('/').next().unwrap().parse().unwrap();
    let uri = here.ctx.read(move |conn| post::by_id(conn, id)).await.unwrap().uri;
    format!("/archive/items/{}", uri.rsplit('/').next().unwrap())
}

/// The fields of a letter that is for these.
fn letter<'a>(title: &'a str, protocol: &'a str) -> [(&'a str, &'a str); 4] {
    [("form", "letter"), ("title", title), ("living", "no"), ("protocol", protocol)]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_without_being_told_is_taken_back_and_may_return() {
    let Union { a, b, keeper: _keeper, mut curator, mut visitor } = agreed().await;
    let halls = [&a, &b];
    let a_day = || halls.iter().for_each(|hall| hall.clock.advance(DAY + HOUR));
    // One was there before they agreed; another is taken in later without a word, and read the next day.
    let first = found_on(&visitor.seeks("丘家僑批之先").await).remove(0);
    let there = home_of(&a, &first).await;
    let silent = curator.describes("霜雪來鴻", &LETTER, "draft").await;
    let id: PostId = silent.rsplit('/').next().unwrap().parse().unwrap();
    b.ctx.write(move |conn| item::publish(conn, id, false).map(drop)).await.unwrap();
    a_day();
    settle(&halls).await;
    a.index().await;
    let second = found_on(&visitor.seeks("霜雪來鴻").await).remove(0);
    assert_eq!(curator.post(&there, &letter("丘家僑批之先", "members")).await.status, 303);
    assert_eq!(curator.post(&format!("{silent}/state"), &[("act", "withdraw")]).await.status, 303);
    settle(&halls).await;
    a.index().await;
    for (hit, words) in [(&first, "丘家僑批之先"), (&second, "霜雪來鴻")] {
        assert_eq!(visitor.get(hit).await.status, 404, "{words}");
        assert!(found_on(&visitor.seeks(words).await).iter().all(|found| found != hit), "{words}");
    }
    // What is shown again there is found again here.
    assert_eq!(curator.post(&there, &letter("丘家僑批之先", "public")).await.status, 303);
    settle(&halls).await;
    a.index().await;
    let page = visitor.get(&first).await;
    assert!(page.status == 200 && page.body.contains("丘家僑批之先"), "{}: {}", page.status, page.body);
    assert!(found_on(&visitor.seeks("丘家僑批之先").await).contains(&first));
    // A `Delete` that is lost is made good by the list.
    assert_eq!(curator.post(&there, &letter("丘家僑批之先", "members")).await.status, 303);
    while worker::events(&b.ctx).await.unwrap() > 0 {}
    let inbox = format!("{}/inbox", a.origin);
    b.ctx.write(move |conn| delivery::give_up_inbox(conn, &inbox)).await.unwrap();
    settle(&halls).await;
    assert_eq!(visitor.get(&first).await.status, 200, "nobody has said anything");
    a_day();
    settle(&halls).await;
    a.index().await;
    assert_eq!(visitor.get(&first).await.status, 404);
    assert!(found_on(&visitor.seeks("丘家僑批之先").await).iter().all(|found| *found != first));
    // And by the list it returns as well.
    assert_eq!(curator.post(&there, &letter("丘家僑批之先", "public")).await.status, 303);
    while worker::events(&b.ctx).await.unwrap() > 0 {}
    let inbox = format!("{}/inbox", a.origin);
    b.ctx.write(move |conn| delivery::give_up_inbox(conn, &inbox)).await.unwrap();
    a_day();
    settle(&halls).await;
    assert_eq!(visitor.get(&first).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_archives_item_never_returns() {
    let a = Server::start("guangzhou").await;
    let peer = Peer::start();
    let they = peer.person("tomas");
    let mut mei = a.sign_up("mei").await;
    assert_eq!(mei.asks(&format!("tomas@{}", peer.authority), "").await.status, 303);
    settle(&[&a]).await;
    let mut create = they.create("1", "<p>gone with the wind</p>");
    create["object"]["to"] = json!(["https://www.w3.org/ns/activitystreams#Public"]);
    create["object"]["hg:itemForm"] = json!("letter");
    assert_eq!(they.sends(&a, &create).await, 202);
    settle(&[&a]).await;
    let gone = json!({"id": create["object"]["id"], "type": "Tombstone", "deleted": "2020-01-01T00:00:00Z"});
    assert_eq!(they.sends(&a, &they.activity("2", "Delete", gone)).await, 202);
    settle(&[&a]).await;
    create["object"]["updated"] = json!(huiguan::clock::to_rfc3339_ms(a.ctx.now()));
    for (number, kind) in [("3", "Update"), ("4", "Create")] {
        assert_eq!(they.sends(&a, &they.activity(number, kind, create["object"].clone())).await, 202);
        settle(&[&a]).await;
        assert!(!mei.get("/").await.body.contains("gone with the wind"), "{kind}");
        let (_, why) = a.last_outcome().await;
        assert!(why == "deleted before" || why == "known already", "{kind}: {why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_a_partner_has_a_budget_and_its_list_asks_who_reads() {
    let union = agreed().await;
    let (a, b) = (&union.a, &union.b);
    halls_ahead(&[a, b]);
    let mut read = 0;
    while let Some(reading) = a.ctx.write(partner::claim).await.unwrap() {
        // Pages that lead round in a circle.
        let next = format!("{}?after={}.1", reading.page.split('?').next().unwrap(), read % 2);
        a.ctx.write(move |conn| partner::keep(conn, &reading, &next)).await.unwrap();
        if read < 3 {
            assert!(a.ctx.write(partner::claim).await.unwrap().is_none(), "not at once");
        }
        a.clock.advance(10 * SECOND);
        read += 1;
        assert!(read <= 1_000, "for ever");
    }
    assert_eq!(read, 1_000, "so many a day");
    a.clock.advance(DAY);
    assert!(a.ctx.write(partner::claim).await.unwrap().is_some(), "it goes on the next day");
    let list = format!("{}/actors/archive/items", b.origin);
    assert_eq!(document(&list, &[]).await.status, 200);
    let asker = Server::start("medan").await;
    let zhi = asker.sign_up("zhi").await;
    asker.clock.advance(2 * DAY);
    assert_eq!(signed_get(&list, &asker, &zhi.name).await.status, 200);
    let mut owner = b.sign_up_as("owner1", Role::Owner).await;
    let decision = [("host", asker.authority.as_str()), ("decision", "blocked")];
    assert_eq!(owner.post("/office/peers", &decision).await.status, 303);
    assert_eq!(signed_get(&list, &asker, &zhi.name).await.status, 403);
}

/// An archive of another make that can be a partner.
fn archive_of(peer: &Peer) -> Someone {
    let mut archive = peer.person("archive");
    archive.document["type"] = json!("Organization");
    archive.document["hg:union"] = json!({"name": "別館", "items": format!("{}/items", archive.uri)});
    peer.serve("/users/archive", &archive.document);
    archive
}

/// Lists its items on a page of its own, with what stands behind `items` in its address.
fn lists(peer: &Peer, archive: &Someone, page: &str, items: &[Value], next: &str) {
    let id = |page: &str| format!("{}/items{page}", archive.uri);
    let mut document = json!({"id": id(page), "type": "OrderedCollectionPage", "orderedItems": items});
    if !next.is_empty() {
        document["next"] = json!(id(next));
    }
    peer.serve(&format!("/users/archive/items{page}"), &document);
}

/// An item as it gives it.
fn item_of(archive: &Someone, number: usize) -> Value {
    let id = format!("{}/items/{number}", archive.uri);
    json!({"id": id, "type": "Article", "attributedTo": archive.uri, "name": format!("第{number}封"),
        "content": "<p>家書</p>", "hg:itemForm": "letter", "url": id, "to": ["https://www.w3.org/ns/activitystreams#Public"]})
}

/// A hall asks it, it agrees and asks back; what it lists is read.
async fn agrees(a: &Server, peer: &Peer, archive: &Someone) {
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let answer = keeper.post("/archive/partners", &[("address", &peer.authority)]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    settle(&[a]).await;
    let asked = peer.taken("Follow").pop().expect("the archive is asked");
    let own = asked["actor"].clone();
    assert_eq!(archive.sends(a, &archive.activity("accept", "Accept", asked)).await, 202);
    assert_eq!(archive.sends(a, &archive.activity("follow", "Follow", own)).await, 202);
    settle(&[a]).await;
}

/// What a hall has of this.
async fn copy_of(a: &Server, uri: &Value) -> Option<post::Post> {
    let uri = uri.as_str().unwrap().to_owned();
    a.ctx.read(move |conn| post::stored(conn, &uri)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_partner_costs_thirty_fetches_and_reading_goes_on() {
    let (a, peer) = (Server::start("guangzhou").await, Peer::start());
    let archive = archive_of(&peer);
    let path = |number: usize| format!("/users/archive/items/{number}");
    let id = |number: usize| json!(format!("{}{}", peer.origin, path(number)));
    (1..=35).for_each(|number| peer.serve(&path(number), &item_of(&archive, number)));
    let quoted = peer.person("tom").create("1", "<p>引文</p>")["object"].clone();
    peer.serve("/users/tom/notes/1", &quoted);
    let mut quoting = item_of(&archive, 37);
    quoting["quote"] = quoted["id"].clone();
    // Thirty-five by their ids; behind them one that is given whole, one that quotes, and another page.
    let items: Vec<Value> = (1..=35).map(id).chain([item_of(&archive, 36), quoting]).collect();
    lists(&peer, &archive, "", &items, "?after=37");
    lists(&peer, &archive, "?after=37", &[item_of(&archive, 38)], "");
    agrees(&a, &peer, &archive).await;
    let asked: Vec<usize> = (1..=35).map(|number| peer.asked(&path(number))).collect();
    assert_eq!(asked, [[1_usize; 30].as_slice(), &[0; 5]].concat(), "the 31st isn't asked for");
    assert_eq!(peer.asked("/users/tom/notes/1"), 0, "nor what the last one quotes");
    for (number, is_here) in [(1, true), (30, true), (31, false), (35, false), (36, true), (37, false)] {
        assert_eq!(copy_of(&a, &id(number)).await.is_some(), is_here, "{number}");
    }
    a.clock.advance(11 * SECOND);
    settle(&[&a]).await;
    assert!(copy_of(&a, &id(38)).await.is_some(), "the next page is read all the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_partner_lists_by_ids_alone_is_found_and_read_to_its_end() {
    let (a, peer) = (Server::start("guangzhou").await, Peer::start());
    let archive = archive_of(&peer);
    let path = |number: usize| format!("/users/archive/items/{number}");
    let items: Vec<Value> = (1..=35).map(|number| item_of(&archive, number)).collect();
    (1..=35).zip(&items).for_each(|(number, item)| peer.serve(&path(number), item));
    let ids: Vec<Value> = items.iter().map(|item| item["id"].clone()).collect();
    lists(&peer, &archive, "", &ids, "");
    agrees(&a, &peer, &archive).await;
    assert!(copy_of(&a, &ids[30]).await.is_none());
    a.clock.advance(DAY + HOUR);
    settle(&[&a]).await;
    let mut visitor = Person::new(&a);
    for (number, id) in (1..).zip(&ids) {
        let copy = copy_of(&a, id).await.unwrap_or_else(|| panic!("{id} isn't here"));
        assert_eq!(visitor.get(&format!("/archive/others/{}", copy.id)).await.status, 200, "{id}");
        assert_eq!(peer.asked(&path(number)), 1, "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_of_a_partner_leads_to_its_own_host_alone() {
    let (a, peer) = (Server::start("guangzhou").await, Peer::start());
    let archive = archive_of(&peer);
    let own = format!("{}/@archive/1", peer.origin);
    let mut items = [1, 2, 3].map(|number| item_of(&archive, number));
    let urls = [own.as_str(), "https://evil.example/letter", "https://evil.example/paper"];
    for (item, url) in items.iter_mut().zip(urls) {
        item["url"] = json!(url);
    }
    // The last one is an article like any other at first, which may have its page where it likes.
    items[2].as_object_mut().unwrap().remove("hg:itemForm");
    lists(&peer, &archive, "", &items, "");
    agrees(&a, &peer, &archive).await;
    assert_eq!(copy_of(&a, &items[2]["id"]).await.unwrap().url, "https://evil.example/paper");
    items[2]["hg:itemForm"] = json!("letter");
    items[2]["updated"] = json!(huiguan::clock::to_rfc3339_ms(a.ctx.now()));
    assert_eq!(archive.sends(&a, &archive.activity("update", "Update", items[2].clone())).await, 202);
    settle(&[&a]).await;
    assert_eq!(copy_of(&a, &items[1]["id"]).await.unwrap().url, items[1]["id"].as_str().unwrap());
    let mut visitor = Person::new(&a);
    for (item, leads) in items.iter().zip([&json!(own), &items[1]["id"], &items[2]["id"]]) {
        let copy = copy_of(&a, &item["id"]).await.unwrap();
        let page = visitor.get(&format!("/archive/others/{}", copy.id)).await;
        assert_eq!(page.status, 200, "{item}");
        let link = format!("href=\"{}\"", leads.as_str().unwrap());
        assert!(page.body.contains(&link) && !page.body.contains("evil.example"), "{link}: {}", page.body);
    }
}

/// Lets two days go by.
fn halls_ahead(halls: &[&Server]) {
    halls.iter().for_each(|hall| hall.clock.advance(2 * DAY));
}

#[tokio::test(flavor = "multi_thread")]
async fn either_side_ends_the_search_together() {
    let Union { a, b, mut keeper, mut curator, mut visitor } = agreed().await;
    let halls = [&a, &b];
    let more = [("form", "letter"), ("description", "又一封")];
    curator.describes("丘家又批", &more, "publish").await;
    settle(&halls).await;
    a.index().await;
    let hit = found_on(&visitor.seeks("丘家又批").await).remove(0);
    let end = curator.get("/archive/partners").await.links("/archive/partners/").remove(0);
    assert!(end.ends_with("removal"));
    assert_eq!(curator.post(&end, &[]).await.status, 303);
    settle(&halls).await;
    a.index().await;
    assert_eq!(visitor.get(&hit).await.status, 404);
    assert!(found_on(&visitor.seeks("丘家又批").await).is_empty());
    assert!(keeper.get("/archive/partners").await.body.contains("None yet"));
    settle(&halls).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_no_day_is_said_in_the_language_of_the_page() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    for (language, date, said) in [
        ("en", "1937年2月30日", "1937-02 has 28 days."),
        ("en", "光緒四十年", "no year 40"),
        ("zh-Hans", "1937年2月30日", "1937-02 只有28天。"),
        ("zh-Hans", "光緒四十年", "没有40年。"),
        ("zh-Hant", "甲丑年", "「甲丑」不在六十甲子裡。"),
        ("zh-Hant", "1937年7月7日星期四", "1937-07-07 是星期三，不是星期四。"),
    ] {
        keeper.get(&format!("/preferences?language={language}&back=/")).await;
        let answer = keeper.post("/archive/items", &[("form", "letter"), ("title", "x"), ("date", date)]).await;
        assert_eq!(answer.status, 422, "{date}: {}", answer.body);
        assert!(answer.body.contains(said), "{language}, {date}: {}", answer.body);
    }
    // That nobody knows when is no mistake.
    let answer = keeper.post("/archive/items", &[("form", "letter"), ("title", "x"), ("date", "年代不詳")]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
}
