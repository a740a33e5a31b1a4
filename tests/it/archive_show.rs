//! How the archive is shown: exhibitions, the map, the timeline and free collections; each before a visitor, a member and an archivist, so
//! that nothing hidden is shown, named or counted anywhere.

use huiguan::domain::login::Role;
use huiguan::domain::{exhibition, item};

use super::server::{Answer, Person, Server, number, settle};

/// The fields of an exhibition's form: `(kind, what, caption)` for each block.
fn blocks<'a>(blocks: &[(&str, &'a str, &'a str)]) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for (number, (kind, what, caption)) in (1..).zip(blocks) {
        fields.push((format!("{kind}{number}"), (*what).to_owned()));
        if *kind == "item" {
            fields.push((format!("caption{number}"), (*caption).to_owned()));
        }
    }
    fields
}

impl Person {
    /// Sends the form of an exhibition.
    async fn hangs(&mut self, path: &str, title: &str, act: &str, parts: &[(&str, &str, &str)]) -> Answer {
        let more = blocks(parts);
        let mut fields = vec![("title", title), ("lede", "一句话"), ("act", act)];
        fields.extend(more.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        self.post(path, &fields).await
    }

    /// Describes a place and answers nothing: it is found by its name.
    async fn places(&mut self, name: &str, more: &[(&str, &str)]) {
        let mut fields = vec![("kind", "place"), ("name", name)];
        fields.extend_from_slice(more);
        let answer = self.post("/archive/people", &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
    }
}

const LIST: &str = "/archive/exhibitions";

#[tokio::test(flavor = "multi_thread")]
async fn an_exhibition_is_put_together_in_one_form_and_nothing_typed_is_lost() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let mut mei = a.sign_up("mei").await;
    let letter = keeper.describes("陈家侨批", &[], "publish").await;
    assert_eq!(mei.hangs(LIST, "展览", "save", &[]).await.status, 403);
    assert_eq!(mei.get("/archive/exhibitions/new").await.status, 403);
    assert_eq!(keeper.get("/archive/exhibitions/new").await.status, 200);
    // Buttons add, move and remove; what was typed into the other blocks is there each time, and nothing is kept yet.
    let typed = [("text", "第一段", ""), ("item", number(&letter), "看这封"), ("text", "第三段", "")];
    let page = keeper.hangs(LIST, "过番", "add-item", &typed).await;
    assert_eq!(page.status, 200, "{}", page.body);
    for said in ["value=\"过番\"", "第一段</textarea>", "看这封", "第三段</textarea>", "name=\"item4\"", "陈家侨批"]
    {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    let page = keeper.hangs(LIST, "过番", "up-3", &typed).await.body;
    assert!(page.contains("name=\"text2\"") && page.contains("name=\"item3\""), "{page}");
    let page = keeper.hangs(LIST, "过番", "remove-1", &typed).await.body;
    assert!(page.contains("name=\"item1\"") && !page.contains("第一段") && page.contains("第三段"), "{page}");
    assert!(!keeper.get(LIST).await.body.contains("过番"), "nothing is kept by that");
    // What is wrong is said at its block, with everything as it was.
    let long = "长".repeat(2_001);
    for (title, parts, said) in [
        (" ", vec![("text", "一段", "")], "fill this in"),
        ("过番", vec![("text", "一段", ""), ("item", "1", "没有这件")], "no such item"),
        ("过番", vec![("text", "一段", ""), ("item", "", "忘了编号")], "fill this in"),
        ("过番", vec![("text", "一段", ""), ("text", long.as_str(), "")], "2000"),
    ] {
        let answer = keeper.hangs(LIST, title, "save", &parts).await;
        assert_eq!(answer.status, 422, "{parts:?}");
        assert!(answer.body.contains(said) && answer.body.contains("一段</textarea>"), "{said}: {}", answer.body);
        for (kind, what, caption) in parts {
            assert!(answer.body.contains(what) && answer.body.contains(caption), "{kind} {what} {caption} is lost");
        }
    }
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exhibition_is_opened_changed_taken_back_and_deleted() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let (mut mei, mut visitor) = (a.sign_up("mei").await, Person::new(&a));
    let letter = keeper.describes("陈家侨批", &[], "publish").await;
    let whole = format!("{}{letter}?x=1#y", a.origin);
    let parts = [
        ("text", "# 出洋\n\n**红头船**出港。[^1]\n\n[^1]: 一种帆船。<script>alert(1)</script>", ""),
        ("item", whole.as_str(), "看这封"),
        ("text", "  ", ""),
        ("text", "# 落脚\n\n到了。[^1]\n\n[^1]: 埠头。", ""),
    ];
    let saved = keeper.hangs(LIST, "过番", "save", &parts).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let path = saved.location().to_owned();
    for (who, status) in [(&mut visitor, 404), (&mut mei, 404), (&mut keeper, 200)] {
        let page = who.get(&path).await;
        assert_eq!(page.status, status, "a draft before {}", who.name);
        assert_eq!(who.get(LIST).await.body.contains("过番"), status == 200);
        assert_eq!(who.get("/archive").await.body.contains("过番"), status == 200);
    }
    let state = format!("{path}/state");
    assert_eq!(mei.post(&state, &[("act", "publish")]).await.status, 403);
    assert_eq!(keeper.post(&state, &[("act", "open")]).await.status, 422);
    assert_eq!(keeper.post(&state, &[("act", "publish")]).await.status, 303);
    let page = visitor.get(&path).await.body;
    for said in [
        "<h1",
        "出洋</h2>",
        "<strong>红头船</strong>",
        "看这封",
        "陈家侨批",
        "property=\"og:title\" content=\"过番\"",
        "property=\"og:description\" content=\"一句话\"",
        "1 件",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("<script>alert"), "{page}");
    // Two texts with the same notes have places of their own.
    for (at, note) in [("b0-fn-1", "#b0-fn-1"), ("b2-fn-1", "#b2-fn-1")] {
        assert_eq!(page.matches(&format!("id=\"{at}\"")).count(), 1, "{page}");
        assert!(page.contains(&format!("href=\"{note}\"")), "{page}");
    }
    assert!(visitor.get("/archive").await.body.contains("过番"));
    assert!(visitor.get(&letter).await.body.contains(&format!("href=\"{path}\"")), "the item names it");
    // Changed, taken back, deleted; its items stay.
    let edit = keeper.get(&format!("{path}/edit")).await.body;
    assert!(edit.contains("红头船") && edit.contains(&format!("value=\"{}\"", number(&letter))), "{edit}");
    assert_eq!(keeper.hangs(&path, "落番", "save", &[("text", "短短一段", "")]).await.status, 303);
    let page = visitor.get(&path).await.body;
    assert!(page.contains("落番") && page.contains("短短一段") && !page.contains("陈家侨批"), "{page}");
    assert_eq!(keeper.post(&state, &[("act", "unpublish")]).await.status, 303);
    assert_eq!(visitor.get(&path).await.status, 404);
    assert_eq!(keeper.hangs(&path, "空", "save", &[]).await.status, 303);
    assert_eq!(keeper.post(&state, &[("act", "publish")]).await.status, 422, "nothing stands in it");
    assert_eq!(keeper.post(&state, &[("act", "delete")]).await.status, 303);
    assert_eq!(keeper.get(&path).await.status, 404);
    assert_eq!(keeper.hangs(&path, "空", "add-text", &[]).await.status, 404);
    assert_eq!(visitor.get(&letter).await.status, 200);
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_exhibitions_hold_as_much_as_they_say() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let full: Vec<(&str, &str, &str)> = vec![("text", "一段", ""); exhibition::BLOCKS_MAX];
    let page = keeper.hangs(LIST, "满", "add-text", &full).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.body.matches("一段</textarea>").count(), exhibition::BLOCKS_MAX, "none more, none less");
    assert!(page.body.contains("at most 40 parts"), "{}", page.body);
    assert_eq!(keeper.hangs(LIST, "满", "save", &full).await.status, 303);
    let wide = "字".repeat(2_000);
    let long: Vec<(&str, &str, &str)> = vec![("text", wide.as_str(), ""); 13];
    let answer = keeper.hangs(LIST, "长", "save", &long).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("24000") && answer.body.matches(&wide).count() == 13);
}

/// What each door of the archive's front says to somebody.
async fn shown(person: &mut Person, more: &[&str]) -> String {
    let mut all = String::new();
    for door in [LIST, "/archive", "/archive/map", "/archive/timeline", "/archive/collections", "/archive/items"] {
        let page = person.get(door).await;
        assert_eq!(page.status, 200, "{door}");
        all.push_str(&page.body);
    }
    for door in more {
        all.push_str(&person.get(door).await.body);
    }
    all
}

/// The letters of the next test: title, caption, place, and what the timeline says of its day.
const LETTERS: [[&str; 4]; 5] = [
    ["公开的信", "注甲", "饶平", "decade=1880"],
    ["馆内的信", "注乙", "樟林", "decade=1720"],
    ["密存的信", "注丙", "隆都", "decade=1640"],
    ["未完的信", "注丁", "南澳", "decade=1550"],
    ["活人的信", "注戊", "东里", "decade=1460"],
];

/// Describes those letters, puts their places on the map, hangs an exhibition of them and gathers them in a collection: for everyone, for
/// members, for archivists, a draft, and one with a living person. Answers where they, the exhibition and the collection are.
async fn furnish(a: &Server, keeper: &mut Person) -> (Vec<String>, String, String) {
    let mut all = Vec::new();
    for (letter, (date, protocol, living, step)) in LETTERS.iter().zip([
        ("1887", "", "no", "publish"),
        ("1723", "members", "no", "publish"),
        ("1644", "archivists", "no", "publish"),
        ("1555", "", "no", "draft"),
        ("1466", "", "yes", "publish"),
    ]) {
        let more = [("place", letter[2]), ("date", date), ("protocol", protocol), ("living", living)];
        all.push(keeper.describes(letter[0], &more, step).await);
    }
    for path in &all[..3] {
        keeper.adds(path, &[], &[("a.png", super::archive::png(7))]).await;
    }
    settle(&[a]).await;
    let positions = [("23.7", "117"), ("23.5", "116.8"), ("-33.9", "151.2"), ("49.3", "-123.1"), ("10", "10")];
    for (letter, (north, east)) in LETTERS.iter().zip(positions) {
        keeper.places(letter[2], &[("latitude", north), ("longitude", east), ("variants", "又名")]).await;
    }
    let parts: Vec<(&str, &str, &str)> =
        all.iter().zip(LETTERS).map(|(path, letter)| ("item", number(path), letter[1])).collect();
    let show = keeper.hangs(LIST, "五封信", "save", &parts).await.location().to_owned();
    keeper.post(&format!("{show}/state"), &[("act", "publish")]).await;
    let free = [("title", "杂集"), ("level", "free"), ("code", "ZJ")];
    let free = keeper.post("/archive/collections", &free).await.location().to_owned();
    for path in &all {
        let answer = keeper.post(&format!("{free}/items"), &[("item", path)]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
    }
    (all, show, free)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_is_shown_named_and_counted_nowhere() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let (mut mei, mut visitor) = (a.sign_up("mei").await, Person::new(&a));
    let (all, show, free) = furnish(&a, &mut keeper).await;
    // By who looks: what they see of each letter, and how many items they are told of.
    for (who, seen, count) in [
        (&mut visitor, [true, false, false, false, false], 1),
        (&mut mei, [true, true, false, false, false], 2),
        (&mut keeper, [true, true, true, false, true], 5),
    ] {
        let body = shown(who, &[&show, &free]).await;
        for (words, is_seen) in LETTERS.iter().zip(seen) {
            for word in words {
                // A draft stands in an exhibition and in a queue for archivists, but in no decade.
                let is_draft = words[0] == "未完的信" && who.name == "keeper" && !word.starts_with("decade");
                assert_eq!(body.contains(word), is_seen || is_draft, "{word} before {}: {body}", who.name);
            }
        }
        let told = if who.name.is_empty() { format!("{count} 件") } else { format!("{count} items") };
        for door in [show.as_str(), LIST] {
            let page = who.get(door).await.body;
            assert!(page.contains(&told), "{} is told of {told} at {door}: {page}", who.name);
        }
        // Of each decade and place there is one.
        let line = who.get("/archive/timeline").await.body;
        let drawn = who.get("/archive/map").await.body;
        let public = seen.iter().filter(|is_seen| **is_seen).count();
        assert_eq!(line.matches("class=\"ten\"").count(), public, "{}: {line}", who.name);
        assert_eq!(line.matches("/thumb").count(), public.min(3), "{}: {line}", who.name);
        assert_eq!(drawn.matches("<li class=\"record row").count(), public, "{}: {drawn}", who.name);
    }
    // A place of which nothing is for the reader isn't there for them at all.
    let people = keeper.get("/archive/people").await;
    let hidden = people.body.split("隆都").next().unwrap().rsplit("/archive/people/").next().unwrap();
    let hidden = hidden.split('"').next().unwrap().to_owned();
    let at = format!("/archive/items?at={hidden}");
    assert_eq!((visitor.get(&at).await.status, mei.get(&at).await.status), (404, 404));
    assert!(keeper.get(&at).await.body.contains("密存的信"));
    for wrong in ["x", "1", "-1", "99999999999999999999"] {
        assert_eq!(visitor.get(&format!("/archive/items?at={wrong}")).await.status, 404, "{wrong}");
    }
    // What is opened is seen at once, what is closed is gone at once.
    keeper.post(&format!("{}/state", all[1]), &[("act", "unpublish")]).await;
    let body = shown(&mut mei, &[&show, &free]).await;
    assert!(LETTERS[1].iter().all(|word| !body.contains(word)), "{body}");
    keeper
        .post(
            &all[2],
            &[("form", "letter"), ("title", "密存的信"), ("place", "隆都"), ("date", "1644"), ("living", "no")],
        )
        .await;
    let body = shown(&mut visitor, &[&show, &free]).await;
    assert!(LETTERS[2].iter().all(|word| body.contains(word)), "{body}");
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_who_live_are_named_in_exhibitions_to_archivists_alone() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let mut visitor = Person::new(&a);
    let item = keeper.describes("合影", &[("form", "photograph")], "publish").await;
    let parts = [("text", "左一是**王小明**。", ""), ("item", number(&item), "王小明和他的同学")];
    let path = keeper.hangs(LIST, "王小明的学校", "save", &parts).await.location().to_owned();
    keeper.post(&format!("{path}/state"), &[("act", "publish")]).await;
    assert_eq!(
        visitor.get(&path).await.body.matches("王小明").count(),
        keeper.get(&path).await.body.matches("王小明").count()
    );
    let fields = [("kind", "person"), ("name", "王小明"), ("is_living", "yes")];
    assert_eq!(keeper.post("/archive/people", &fields).await.status, 303);
    for door in [path.as_str(), LIST, "/archive", item.as_str()] {
        let page = visitor.get(door).await.body;
        assert!(!page.contains("王小明"), "{door}: {page}");
    }
    assert!(visitor.get(&path).await.body.contains("〔在世者〕") && keeper.get(&path).await.body.contains("王小明"));
    // That somebody isn't named is said in the reader's language.
    let mut mei = a.sign_up("mei").await;
    for door in [path.as_str(), LIST, "/archive"] {
        let page = mei.get(door).await.body;
        let said = ["[living person]", "〔在世者〕", "王小明"].map(|said| page.contains(said));
        assert_eq!(said, [true, false, false], "{door}: {page}");
    }
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn places_are_on_the_map_by_all_their_names_and_near_ones_together() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let mut visitor = Person::new(&a);
    assert!(visitor.get("/archive/map").await.body.contains("地图上还没有地点"));
    for (latitude, longitude) in
        [("91", "0"), ("0", "180.5"), ("north", "0"), ("NaN", "0"), ("inf", "1"), ("-90.1", "")]
    {
        let fields = [("kind", "place"), ("name", "错"), ("latitude", latitude), ("longitude", longitude)];
        let answer = keeper.post("/archive/people", &fields).await;
        assert_eq!(answer.status, 422, "{latitude} {longitude}");
        assert!(answer.body.contains("between") && answer.body.contains(&format!("value=\"{latitude}\"")));
    }
    keeper.describes("一", &[("place", "叻坡")], "publish").await;
    keeper.describes("二", &[("place_modern", "新加坡")], "publish").await;
    keeper.describes("三", &[("place", "牛车水")], "publish").await;
    keeper.describes("四", &[("place", "无处")], "publish").await;
    keeper.places("叻坡", &[("modern_name", "新加坡"), ("latitude", "1.3"), ("longitude", "103.8")]).await;
    keeper.places("牛车水", &[("latitude", "1.28"), ("longitude", "103.84")]).await;
    keeper.places("无处", &[]).await;
    let page = visitor.get("/archive/map").await;
    assert!(page.body.contains("2 件") && page.body.contains("1 件") && !page.body.contains("无处"), "{}", page.body);
    // Both stand together as one mark, which leads nearer, where they are two.
    let near = page.links("/archive/map?lat=");
    assert_eq!(near.len(), 1, "{}", page.body);
    let near = visitor.get(&near[0].replace("&amp;", "&").replace("&#38;", "&")).await;
    assert_eq!(near.body.matches("tabindex=\"-1\"><title>").count(), 2, "{}", near.body);
    let list = visitor.get(&page.links("/archive/items?at=")[0]).await.body;
    assert!(list.contains(">一<") && list.contains(">二<") && !list.contains(">三<"), "{list}");
    // Nonsense is no fault, and what others may think of isn't either.
    for wrong in [
        "?lat=x&lon=1&span=2",
        "?lat=NaN&lon=inf&span=-5",
        "?lat=90&lon=180&span=0.000001",
        "?lat=-90&lon=-180&span=1e300",
    ] {
        assert_eq!(visitor.get(&format!("/archive/map{wrong}")).await.status, 200, "{wrong}");
    }
    assert!(page.body.len() < 40_000, "{}", page.body.len());
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn items_are_on_the_map_by_their_own_coordinates_before_whoever_may_open_them() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let (mut mei, mut visitor) = (a.sign_up("mei").await, Person::new(&a));
    let at = |north: &'static str, east: &'static str, protocol: &'static str| {
        [("latitude", north), ("longitude", east), ("place", "饶平"), ("protocol", protocol)]
    };
    let open = keeper.describes("开着的信", &at("23.6", "116.8", ""), "publish").await;
    keeper.describes("会员的信", &at("23.61", "116.81", "members"), "publish").await;
    keeper.describes("未完的稿", &at("-33.9", "151.2", ""), "draft").await;
    // One leads to its own page, several to a list of them; each reader is told of what they may open.
    let page = visitor.get("/archive/map").await;
    assert!(page.body.contains("开着的信") && page.body.contains("有坐标的藏品"), "{}", page.body);
    assert!(!page.body.contains("会员的信") && !page.body.contains("2 件"), "{}", page.body);
    assert_eq!((page.links(&open).len(), page.links("/archive/items?area=").len()), (1, 0), "{}", page.body);
    let page = mei.get("/archive/map").await;
    assert!(page.body.contains("Around 饶平") && page.body.contains("2 items"), "{}", page.body);
    let areas = page.links("/archive/items?area=");
    assert_eq!(areas.len(), 1, "the same in the drawing and in the list: {}", page.body);
    let list = mei.get(&areas[0]).await.body;
    assert!(list.contains("开着的信") && list.contains("会员的信") && list.contains("2 items"), "{list}");
    let list = visitor.get(&areas[0]).await.body;
    assert!(list.contains("开着的信") && !list.contains("会员的信") && list.contains("一带"), "{list}");
    // Nearer they come apart.
    let near = mei.get("/archive/map?lat=23.6&lon=116.8&span=0.5").await.body;
    assert!(near.contains("开着的信") && near.contains("会员的信"), "{near}");
    assert_eq!(near.matches("tabindex=\"-1\"><title>").count(), 2, "{near}");
    // A draft is nowhere on it.
    let south = keeper.get("/archive/map?lat=-33.9&lon=151.2&span=5").await.body;
    assert!(south.contains("no places on the map"), "{south}");
    for wrong in ["x", "9-", "21-0", "3-64", "-1"] {
        assert_eq!(visitor.get(&format!("/archive/items?area={wrong}")).await.status, 404, "{wrong}");
    }
    assert!(visitor.get("/archive/items?area=9-0").await.body.contains("没有合条件的藏品"));
    // What is moved is where it is now, and what is closed is gone.
    let mut moved = vec![("form", "letter"), ("title", "开着的信"), ("living", "no")];
    moved.extend([("latitude", "1.29"), ("longitude", "103.85")]);
    assert_eq!(keeper.post(&open, &moved).await.status, 303);
    let here = ["/archive/map?lat=23.6&lon=116.8&span=5", "/archive/map?lat=1.3&lon=103.8&span=5"];
    let mut seen = Vec::new();
    for door in here {
        seen.push(visitor.get(door).await.body.contains("开着的信"));
    }
    assert_eq!(seen, [false, true]);
    keeper.post(&format!("{open}/state"), &[("act", "unpublish")]).await;
    assert!(visitor.get("/archive/map").await.body.contains("地图上还没有地点"));
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timeline_leads_to_decades_and_to_what_has_no_date() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let mut visitor = Person::new(&a);
    assert!(visitor.get("/archive/timeline").await.body.contains("还没有对外的东西"));
    for (title, date) in [("甲", "1887"), ("乙", "1889-05"), ("丙", "1931"), ("丁", ""), ("戊", "很久以前")] {
        keeper.describes(title, &[("date", date)], "publish").await;
    }
    keeper.describes("己", &[("date", "1899/1905")], "publish").await;
    let page = visitor.get("/archive/timeline").await;
    for said in ["1800—1899 年", "1900—1999 年", "年代不明"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    let links = page.links("/archive/items?decade=");
    assert_eq!(links.len(), 5, "1880, 1890, 1900, 1930 and none: {links:?}");
    let decade = visitor.get(&links[0]).await.body;
    assert!(decade.contains(">甲<") && decade.contains(">乙<") && !decade.contains(">丙<"), "{decade}");
    let undated = visitor.get("/archive/items?decade=undated").await.body;
    assert!(undated.contains(">丁<") && undated.contains(">戊<") && !undated.contains(">甲<"), "{undated}");
    assert!(undated.contains("年代不明"), "{undated}");
    assert_eq!(visitor.get("/archive/timeline?page=999999999999").await.status, 200);
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_is_gathered_in_free_collections_beside_its_own_place() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let (mut mei, mut visitor) = (a.sign_up("mei").await, Person::new(&a));
    let make = |code: &'static str, level: &'static str, title: &'static str| {
        [("code", code), ("level", level), ("title", title)]
    };
    let fonds = keeper.post("/archive/collections", &make("QP", "fonds", "陈家")).await.location().to_owned();
    let one = keeper.post("/archive/collections", &make("Z1", "free", "年节")).await.location().to_owned();
    let two = keeper.post("/archive/collections", &make("Z2", "free", "过番")).await.location().to_owned();
    let mut items = Vec::new();
    for title in ["头一件", "第二件", "第三件"] {
        items.push(keeper.describes(title, &[("collection", "QP")], "publish").await);
    }
    let (into, other) = (format!("{one}/items"), format!("{}/gathering", items[1]));
    assert_eq!(mei.get(&into).await.status, 403);
    assert_eq!(mei.post(&into, &[("item", number(&items[0]))]).await.status, 403);
    assert_eq!(mei.post(&other, &[("collection", number(&one))]).await.status, 403);
    assert_eq!(keeper.get(&format!("{fonds}/items")).await.status, 404, "no free collection");
    for item in &items {
        assert_eq!(keeper.post(&into, &[("item", number(item))]).await.status, 303);
    }
    // Twice is once; what isn't there is said.
    assert_eq!(keeper.post(&into, &[("item", number(&items[0]))]).await.status, 303);
    for (wrong, path) in [("1", &into), ("", &into), ("没有", &into)] {
        let answer = keeper.post(path, &[("item", wrong)]).await;
        assert_eq!(answer.status, 422, "{wrong}");
        assert!(answer.body.contains("no such item"), "{}", answer.body);
    }
    assert_eq!(keeper.post(&other, &[("act", "in"), ("collection", number(&two))]).await.status, 303);
    assert_eq!(keeper.post(&other, &[("act", "in"), ("collection", number(&fonds))]).await.status, 422);
    let page = visitor.get(&items[1]).await.body;
    assert!(
        page.contains("年节") && page.contains("过番") && page.contains("陈家"),
        "in two, and where it was: {page}"
    );
    assert!(visitor.get("/archive").await.body.contains("3 件"), "the front counts what is gathered");
    let order = |body: &str| {
        let mut found: Vec<(usize, &str)> =
            ["头一件", "第二件", "第三件"].into_iter().filter_map(|title| Some((body.find(title)?, title))).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, title)| title).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(order(&visitor.get(&one).await.body), "头一件 第二件 第三件");
    for (act, item, then) in [
        ("up", 2, "头一件 第三件 第二件"),
        ("up", 2, "第三件 头一件 第二件"),
        ("up", 2, "第三件 头一件 第二件"),
        ("down", 0, "第三件 第二件 头一件"),
        ("down", 0, "第三件 第二件 头一件"),
    ] {
        let act = format!("{act}-{}", number(&items[item]));
        assert_eq!(keeper.post(&into, &[("act", &act)]).await.status, 303);
        assert_eq!(order(&visitor.get(&one).await.body), then, "{act}");
    }
    assert_eq!(keeper.post(&into, &[("act", &format!("out-{}", number(&items[2])))]).await.status, 303);
    assert_eq!(keeper.post(&other, &[("act", "out"), ("collection", number(&two))]).await.status, 303);
    assert_eq!(order(&visitor.get(&one).await.body), "第二件 头一件");
    assert!(!visitor.get(&two).await.body.contains("第二件"));
    assert!(visitor.get(&fonds).await.body.contains("第三件"), "it stays where it was");
    // What is withdrawn leaves no trace, and a dissolved collection leaves its items.
    keeper.post(&format!("{}/state", items[0]), &[("act", "withdraw")]).await;
    assert!(!keeper.get(&into).await.body.contains("头一件"));
    assert_eq!(keeper.post(&format!("{one}/removal"), &[]).await.status, 303);
    assert_eq!(visitor.get(&items[1]).await.status, 200);
    settle(&[&a]).await;
}

/// Many items over many decades and places: both pages answer soon, and say where counting ended.
#[tokio::test(flavor = "multi_thread")]
async fn large_archives_are_counted_as_far_as_it_goes() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    keeper.places("饶平", &[("latitude", "23.7"), ("longitude", "117")]).await;
    let fonds = [("code", "QP"), ("level", "fonds"), ("title", "陈家")];
    assert_eq!(keeper.post("/archive/collections", &fonds).await.status, 303);
    let many = item::COUNTED_MAX + 5;
    let ctx = a.ctx.clone();
    let made = a.ctx.write(move |conn| {
        for number in 0..many {
            let (form, collection) = ("letter".to_owned(), "QP".to_owned());
            let said = item::Said { form, collection, ..item::Said::default() };
            let record = ctx.forms.read("letter", |field| match field.code {
                "latitude" => vec![("23.53".to_owned(), String::new())],
                "longitude" => vec![("116.72".to_owned(), String::new())],
                "title" => vec![(format!("信 {number}"), String::new())],
                "date" => vec![("1931".to_owned(), String::new())],
                "place" => vec![("饶平".to_owned(), String::new())],
                _ => Vec::new(),
            })?;
            let draft = item::Draft::parse(&said, record)?;
            let made = item::create(conn, &draft, item::State::Draft, &item::Coming::default())?;
            item::publish(conn, made.id, false)?;
        }
        Ok(())
    });
    made.await.unwrap();
    let mut visitor = Person::new(&a);
    for (door, count) in [
        ("/archive/timeline", "1000+ 件"),
        ("/archive/map", "100+ 件"),
        ("/archive/map", "50+ 件"),
        ("/archive/items", "1000+ 件"),
        ("/archive", "陈家</a> <span class=\"small quiet\">1000+ 件"),
    ] {
        let since = std::time::Instant::now();
        let page = visitor.get(door).await;
        println!("{door}: {:?}", since.elapsed());
        assert!(page.body.contains(count), "{door}: {}", page.body);
    }
}
