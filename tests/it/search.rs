//! Search through the doors of real halls: what is found, how soon, by whom; questions of every kind; the index after a crash.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use huiguan::worker;

use super::command::{free_port, huiguan, serve};
use super::crash::Process;
use super::program::{Program, each};
use super::server::{Answer, Person, Server, befriend, settle};

impl Server {
    /// Puts into the index what waits.
    pub async fn index(&self) {
        while worker::search::step(&self.ctx).await.unwrap() > 0 {}
    }

    /// What differs between the index and the database.
    async fn differs(&self) -> Vec<String> {
        worker::search::check(&self.ctx).await.unwrap()
    }
}

/// A text as a part of an address.
pub fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

impl Person {
    /// The page of results.
    pub async fn seeks(&mut self, words: &str) -> Answer {
        let answer = self.get(&format!("/search?q={}", encoded(words))).await;
        assert_eq!(answer.status, 200, "{words}: {}", answer.body);
        answer
    }

    /// The paths of the results, the best first.
    pub async fn hits_of(&mut self, words: &str) -> Vec<String> {
        found_on(&self.seeks(words).await)
    }
}

/// The paths of the results on a page, the best first.
pub fn found_on(page: &Answer) -> Vec<String> {
    let hits = page.body.split("<article class=\"hit\">").skip(1);
    let path = |hit: &str| Some(hit.split_once("<h2")?.1.split_once("<a href=\"")?.1.split('"').next()?.to_owned());
    hits.map(|hit| path(hit).expect("a hit leads somewhere")).collect()
}

/// The tabs of a page of results with their counts.
fn kinds_on(page: &Answer) -> Vec<String> {
    let Some((_, rest)) = page.body.split_once("<nav class=\"kinds\"") else { return Vec::new() };
    let tabs = rest.split_once("</nav>").unwrap().0.split("<a href=").skip(1);
    let words = |tab: &str| tab.split_once('>').unwrap().1.replace("<b>", " ").replace("</b></a>", "");
    tabs.map(words).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_people_wrote_is_found_in_either_script_with_its_kind() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let settings = [("display_name", "陳美蘭"), ("name_en", "Mei Lan"), ("hometown", "臺山"), ("about", "研究僑批")];
    assert_eq!(mei.post("/settings/profile", &settings).await.status, 303);
    let moment = mei.posts("本會館成立於清同治年間，藏有僑批百封及族譜十二卷", "everyone").await;
    assert_eq!(hua.says(&moment, "我家也有一封僑批，是阿公寫的").await, 303);
    let group = mei.founds("panyu", "番禺同鄉會", &[("about", "番禺人的地方")]).await;
    let topic = mei.begins(&group, "周末茶會", "週六去飲茶，有蝦餃燒賣").await;
    settle(&[&a]).await;
    a.index().await;
    assert_eq!(a.differs().await, [""; 0]);
    for (words, path) in [
        ("会馆", &moment),
        ("會館", &moment),
        ("侨批 族谱", &moment),
        ("“族谱十二卷”", &moment),
        ("huiguan", &moment),
        ("台山", &"/@mei".to_owned()),
        ("美兰", &"/@mei".to_owned()),
        ("chenmeilan", &"/@mei".to_owned()),
        ("番禺同乡会", &group),
        ("茶会", &topic),
        ("饮茶 虾饺", &topic),
    ] {
        let found = hua.hits_of(words).await;
        assert_eq!(found.first(), Some(path), "{words}: {found:?}");
    }
    let page = hua.seeks("侨批").await;
    let mut kinds = kinds_on(&page);
    kinds.sort();
    assert_eq!(kinds, ["All 3", "Comments 1", "Moments 1", "People 1"]);
    assert!(page.body.contains("<mark>僑批</mark>"), "in the script of the original: {}", page.body);
    let comments = hua.get(&format!("/search?q={}&kind=comment", encoded("侨批"))).await;
    assert_eq!(found_on(&comments).len(), 1);
    assert!(comments.body.contains("阿公"));
    // A title stands above a text, and a facet narrows.
    let other = mei.posts("茶會照片", "everyone").await;
    settle(&[&a]).await;
    a.index().await;
    assert_eq!(hua.hits_of("茶会").await, [topic, other]);
    let narrowed = hua.get(&format!("/search?q={}&hall=elsewhere.example", encoded("茶会"))).await;
    assert!(narrowed.body.contains("Nothing found") && found_on(&narrowed).is_empty());
    let page = hua.get(&format!("/search?q={}&surname={}", encoded("美兰"), encoded("陳"))).await;
    assert_eq!(found_on(&page), ["/@mei"]);
    a.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_is_found_as_it_is_now_and_by_those_who_may_see_it() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua, mut lan) = (a.sign_up("mei").await, a.sign_up("hua").await, a.sign_up("lan").await);
    befriend(&mut mei, &mut hua, &[&a]).await;
    let open = mei.posts("冬至搓湯圓", "everyone").await;
    let close = mei.posts("冬至只給朋友的湯圓", "friends").await;
    let own = mei.posts("冬至只給自己的湯圓", "me").await;
    settle(&[&a]).await;
    a.index().await;
    let sorted = |mut list: Vec<String>| {
        list.sort();
        list
    };
    assert_eq!(sorted(mei.hits_of("汤圆").await), [open.clone(), close.clone(), own.clone()]);
    assert_eq!(sorted(hua.hits_of("汤圆").await), [open.clone(), close.clone()]);
    assert_eq!(lan.hits_of("汤圆").await, std::slice::from_ref(&open));
    // Who has said nothing about it is found in the hall, not by the whole world.
    assert_eq!(Person::new(&a).hits_of("汤圆").await, [""; 0]);

    // A new text and a new audience.
    assert_eq!(mei.post(&open.replace("/@mei/", "/moments/"), &[("body", "冬至包餃子")]).await.status, 303);
    settle(&[&a]).await;
    a.index().await;
    assert_eq!((lan.hits_of("汤圆").await.len(), lan.hits_of("饺子").await), (0, vec![open.clone()]));
    // The end of a tie, before the index hears of it and after.
    mei.removes(&hua).await;
    assert_eq!(hua.hits_of("汤圆").await, [""; 0]);
    settle(&[&a]).await;
    a.index().await;
    assert_eq!(hua.hits_of("汤圆").await, [""; 0]);
    // A deletion, before the index hears of it and after.
    assert_eq!(mei.post(&format!("{}/delete", open.replace("/@mei/", "/moments/")), &[]).await.status, 303);
    for _ in 0..2 {
        let page = lan.seeks("饺子").await;
        assert!(found_on(&page).is_empty() && kinds_on(&page).is_empty(), "{}", page.body);
        settle(&[&a]).await;
        a.index().await;
    }
    // A block, which the index never hears of.
    let again = mei.posts("清明踏青", "everyone").await;
    settle(&[&a]).await;
    a.index().await;
    assert_eq!(lan.hits_of("踏青").await, [again]);
    mei.shuns("block", &lan).await;
    let page = lan.seeks("踏青").await;
    assert!(found_on(&page).is_empty() && !page.body.contains("踏青</mark>"));
    assert!(!lan.hits_of("mei").await.contains(&"/@mei".to_owned()));
    assert_eq!(a.differs().await, [""; 0]);
    a.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_narrow_and_what_is_not_understood_is_said() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let by_mei = mei.posts("端午扒龍舟，在江邊", "everyone").await;
    let by_hua = hua.posts("端午包粽子", "everyone").await;
    let group = mei.founds("panyu", "番禺同鄉", &[]).await;
    let topic = mei.begins(&group, "端午", "端午龍舟隊招人").await;
    settle(&[&a]).await;
    a.index().await;
    let sorted = |mut list: Vec<String>| {
        list.sort();
        list
    };
    for (words, expected) in [
        ("端午", vec![&by_mei, &by_hua, &topic]),
        ("端午 from:hua", vec![&by_hua]),
        ("端午 from:@mei", vec![&by_mei, &topic]),
        ("端午 from:我", vec![&by_mei, &topic]),
        ("端午 from:nobody", vec![]),
        ("端午 in:panyu", vec![&topic]),
        ("端午 -粽子", vec![&by_mei, &topic]),
        ("端午 -\"龙舟\"", vec![&by_hua]),
        ("\"江边\" 端午", vec![&by_mei]),
        ("端午 type:moment", vec![&by_mei, &by_hua]),
        ("端午 type:动态", vec![&by_mei, &by_hua]),
        ("端午 before:2000", vec![]),
        ("端午 after:2000", vec![&by_mei, &by_hua, &topic]),
        ("龙舟 粽子", vec![]),
        ("type:group", vec![&group]),
    ] {
        let expected: Vec<String> = sorted(expected.into_iter().cloned().collect());
        assert_eq!(sorted(mei.hits_of(words).await), expected, "{words}");
    }
    let page = mei.seeks("端午 type:nonsense").await;
    assert!(page.body.contains("type:nonsense") && page.body.contains("was not understood"), "{}", page.body);
    assert_eq!(found_on(&page).len(), 3);
    // A slip of the key: what sounds the same, or differs by a letter, is offered.
    let page = mei.seeks("端舞").await;
    assert!(page.body.contains("Did you mean") && page.body.contains("端午</a>"), "{}", page.body);
    a.stop().await;
}

/// The beginning of the answer to a request that is written by hand.
fn raw(authority: &str, path: &str) -> String {
    let mut stream = std::net::TcpStream::connect(authority).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {authority}\r\naccept: text/html\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut start = [0; 64];
    let length = stream.read(&mut start).unwrap();
    String::from_utf8_lossy(&start[..length]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_questions_are_answered_soon_and_clearly() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    for number in 0..50 {
        mei.posts(&format!("第{number}封僑批 letter number {number}"), "everyone").await;
    }
    settle(&[&a]).await;
    a.index().await;
    let program = mei.program(&a).await;
    mei.seeks("僑批").await;
    for words in [
        "字".repeat(7_000),
        "a".repeat(10_000),
        "a b ".repeat(1_000),
        "xian".repeat(1_000),
        "\"".to_owned(),
        "\"unbalanced 僑批".to_owned(),
        "“「『«".to_owned(),
        "((((((a+)+)+)+)+)+$".to_owned(),
        "(a|a)*b .*.*.*.*x [a-z]{1,9999}".to_owned(),
        "*".to_owned(),
        "% _ %% \\ ' ; --".to_owned(),
        "?:*~^[]{}<>&".to_owned(),
        "\u{0}\u{1}\u{7f}\u{85}".to_owned(),
        "-".repeat(300),
        "-a -b -c".to_owned(),
        "from: in: type: lang: before: after:".to_owned(),
        "from:\" in:「 before:99999999999999999999".to_owned(),
        "\u{202e}\u{200b}\u{feff}".to_owned(),
        "𠮷\u{10ffff}🏮".to_owned(),
        "<script>alert(1)</script>".to_owned(),
        String::new(),
        " ".repeat(500),
    ] {
        let began = Instant::now();
        let short: String = words.chars().take(20).collect();
        let page = mei.seeks(&words).await;
        assert!(!page.body.contains("<script>alert"), "{short}");
        assert!(page.body.len() < 40_000, "{short}: {} bytes", page.body.len());
        let offered = mei.get(&format!("/search/suggestions?q={}", encoded(&words))).await;
        assert_eq!(offered.status, 200, "{short}");
        let answer = program.get(&format!("/api/v2/search?q={}", encoded(&words))).await;
        assert!(matches!(answer.status, 200 | 422), "{short}: {} {}", answer.status, answer.body);
        answer.json();
        assert!(began.elapsed() < Duration::from_secs(5), "{short} took {:?}", began.elapsed());
    }
    let page = mei.seeks(&"a字".repeat(5_000)).await;
    assert!(page.body.contains("longer than is read"), "{}", page.body);
    // Longer than this test's client can say.
    let began = Instant::now();
    let answer = raw(&a.authority, &format!("/search?q={}", encoded(&"字".repeat(10_000))));
    assert!(answer.starts_with("HTTP/1.1 200") || answer.starts_with("HTTP/1.1 4"), "{answer}");
    assert!(began.elapsed() < Duration::from_secs(5));
    // Pages that there are, and those that there aren't.
    for (page, count) in [("2", 20), ("3", 10), ("99", 0), ("0", 20), ("-1", 20), ("x", 20)] {
        let page_of = mei.get(&format!("/search?q={}&page={page}", encoded("僑批"))).await;
        assert_eq!((page_of.status, found_on(&page_of).len()), (200, count), "page {page}");
    }
    for odd in ["/search?q=%FF%FE", "/search?kind=nonsense&q=a", "/search?decade=x&q=a", "/search?q=a&q=b", "/search"] {
        assert!(matches!(mei.get(odd).await.status, 200 | 400), "{odd}");
    }
    a.stop().await;
}

/// The texts of the statuses that a program finds.
async fn statuses(program: &Program, path: &str) -> Vec<String> {
    let found = program.told(path).await;
    each(&found["statuses"], "content").into_iter().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_and_browsers_search_too() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut lan) = (a.sign_up("mei").await, a.sign_up("lan").await);
    mei.post("/settings/profile", &[("display_name", "陳美蘭"), ("discoverable", "yes")]).await;
    mei.posts("舞獅隊在#唐人街 排練", "everyone").await;
    mei.posts("舞獅的照片", "everyone").await;
    let group = mei.founds("lions", "舞獅團", &[]).await;
    settle(&[&a]).await;
    a.index().await;
    let program = lan.program(&a).await;
    let found = program.told(&format!("/api/v2/search?q={}", encoded("舞狮"))).await;
    assert_eq!(found.as_object().unwrap().len(), 3, "{found}");
    assert_eq!(found["statuses"].as_array().unwrap().len(), 2, "{found}");
    assert!(each(&found["accounts"], "acct").contains(&"lions"), "{found}");
    let found = program.told(&format!("/api/v2/search?q={}&type=accounts", encoded("陈美兰"))).await;
    assert_eq!((each(&found["accounts"], "acct"), found["statuses"].as_array().unwrap().len()), (vec!["mei"], 0));
    let found = program.told(&format!("/api/v2/search?q={}&type=hashtags", encoded("唐人"))).await;
    assert_eq!(each(&found["hashtags"], "name"), ["唐人街"]);
    let path = format!("/api/v2/search?q={}&type=statuses&limit=1", encoded("舞狮"));
    let (first, second) = (statuses(&program, &path).await, statuses(&program, &format!("{path}&offset=1")).await);
    assert_eq!((first.len(), second.len()), (1, 1));
    assert_ne!(first, second);
    assert_eq!(statuses(&program, &format!("{path}&offset=2")).await.len(), 0);
    // What is offered while somebody types: names and titles, in hanzi and by their sound.
    for typed in ["舞", "舞狮", "wu", "wushi", "wushit"] {
        let offered = lan.get(&format!("/search/suggestions?q={}", encoded(typed))).await;
        assert_eq!(offered.status, 200);
        assert!(offered.body.contains(&format!("href=\"{group}\"")), "{typed}: {}", offered.body);
    }
    assert!(lan.get("/search/suggestions?q=").await.body.trim().is_empty());
    // Browsers are told how to search here, by every page.
    let mut visitor = Person::new(&a);
    assert!(visitor.get("/about").await.body.contains("rel=\"search\""));
    let description = visitor.get("/opensearch.xml").await;
    assert!(description.header("content-type").starts_with("application/opensearchdescription+xml"));
    assert!(description.body.contains(&format!("{}/search?q={{searchTerms}}", a.origin)), "{}", description.body);
    a.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_lead_to_people_and_posts_for_members_alone_and_within_limits() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let c = Server::start_with("lima", |config| config.limits.rate_limit = true).await;
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    let asked = async |person: &mut Person, words: &str| person.get(&format!("/search?q={}", encoded(words))).await;
    let answer = asked(&mut mei, &format!("@{}", lan.address())).await;
    assert_eq!((answer.status, answer.location()), (303, format!("/@{}", lan.address()).as_str()));
    let answer = asked(&mut mei, &lan.actor()).await;
    assert_eq!((answer.status, answer.location()), (303, format!("/@{}", lan.address()).as_str()));
    // A visitor asks no other server for anything.
    let hua = b.sign_up("hua").await;
    let answer = asked(&mut Person::new(&a), &format!("@{}", hua.address())).await;
    assert_eq!((answer.status, found_on(&answer).len()), (200, 0));
    let uri = hua.actor();
    assert!(a.ctx.read(move |conn| huiguan::domain::actor::by_uri(conn, &uri)).await.unwrap().is_none());
    let answer = a.stranger().get(&format!("/api/v2/search?q=%40{}&resolve=true", hua.address())).await;
    assert!(!answer.body.contains("\"acct\""), "{}", answer.body);
    // A post by its address, here.
    let page = mei.posts("會館老照片", "everyone").await;
    let object = format!("{}{}", a.origin, page.replace("/@mei/", "/objects/"));
    assert_eq!(asked(&mut mei, &object).await.location(), page);
    assert!(asked(&mut mei, "@nobody@127.0.0.1:1").await.body.contains("can’t be reached"));
    assert!(asked(&mut lan, "@nobody").await.body.contains("Nobody"));
    // Thirty look-ups at once, then it has to wait.
    let mut eager = c.sign_up("eager").await;
    let mut refused = 0;
    for number in 0..35 {
        let answer = asked(&mut eager, &format!("@nobody{number}@127.0.0.1:1")).await;
        refused += usize::from(answer.status == 429);
    }
    assert!((4..=5).contains(&refused), "{refused} of 35 were refused");
    for hall in [a, b, c] {
        hall.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_index_is_filled_anew_and_compared() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let page = mei.posts("會館", "everyone").await;
    settle(&[&a]).await;
    a.index().await;
    assert_eq!(a.differs().await, [""; 0]);
    // What the index was told and the database doesn't say.
    let key = |id| huiguan::search::Key { noun: huiguan::search::Noun::Post, id };
    let id: i64 = page.rsplit('/').next().unwrap().parse().unwrap();
    let mut doc = a.ctx.read(move |conn| huiguan::domain::search::doc(conn, key(id))).await.unwrap().unwrap();
    doc.text = "公館".to_owned();
    let stray = huiguan::search::Doc { key: key(5), ..doc.clone() };
    let me = a.ctx.read(|conn| huiguan::domain::actor::local_by_name(conn, "mei")).await.unwrap().unwrap();
    let gone = huiguan::search::Key { noun: huiguan::search::Noun::Actor, id: me.id.0 };
    a.ctx.search.apply(vec![doc, stray], vec![gone]).await.unwrap();
    let lines = a.differs().await;
    let expected =
        [format!("post-{id} is out of date"), format!("{gone} is missing"), "post-5 should not be there".into()];
    assert_eq!(lines, expected);
    // Whatever it says, nobody is shown what isn't there.
    assert_eq!(mei.hits_of("公馆").await.len(), 1, "the page is there, though it says something else by now");
    a.ctx.write(huiguan::domain::search::ask_rebuild).await.unwrap();
    a.index().await;
    assert_eq!(a.differs().await, [""; 0]);
    let state = a.ctx.read(huiguan::domain::search::state).await.unwrap();
    assert!(state.finished_at.is_some() && state.done == state.total && state.done > 1, "{state:?}");
    assert_eq!(mei.hits_of("会馆").await, [page]);
    a.stop().await;
}

fn said(command: &mut std::process::Command) -> (bool, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_fills_and_checks_with_a_running_hall_and_without_one() {
    let (dir, port) = (tempfile::tempdir().unwrap(), free_port());
    for name in ["mei", "lan"] {
        let added = said(huiguan(dir.path(), port).args(["user", "add", name, "--password", "correct horse"]));
        assert!(added.0, "{}", added.2);
    }
    // Nothing is in the index yet, which is a difference.
    let (fine, lines, error) = said(huiguan(dir.path(), port).args(["search", "check"]));
    assert!(!fine && lines.contains("is missing") && error.contains("differences"), "{lines}{error}");
    let (fine, lines, error) = said(huiguan(dir.path(), port).args(["search", "rebuild"]));
    assert!(fine && lines.lines().last().unwrap().starts_with("the search index is filled: "), "{lines}{error}");
    assert!(lines.contains(" of "), "it tells how far it is: {lines}");
    let (fine, lines, error) = said(huiguan(dir.path(), port).args(["search", "check"]));
    assert_eq!((fine, lines.as_str()), (true, ""), "{error}");

    let (mut child, _) = tokio::task::block_in_place(|| serve(&mut huiguan(dir.path(), port)));
    // The hall takes the index when something changes; then the command leaves the work to it.
    let added = said(huiguan(dir.path(), port).args(["user", "add", "hua", "--password", "correct horse"]));
    assert!(added.0, "{}", added.2);
    let began = Instant::now();
    while !said(huiguan(dir.path(), port).args(["search", "check"])).0 {
        assert!(began.elapsed() < Duration::from_secs(20), "the hall doesn't take it up");
    }
    let (fine, lines, error) = said(huiguan(dir.path(), port).args(["search", "rebuild"]));
    assert!(fine && lines.contains("the search index is filled: "), "{lines}{error}");
    assert!(said(huiguan(dir.path(), port).args(["search", "check"])).0);
    child.kill().unwrap();
    child.wait().unwrap();
    let (fine, _, error) = said(huiguan(dir.path(), port).args(["search", "nonsense"]));
    assert!(!fine && error.contains("nonsense"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_is_found_within_a_second_and_kill_9_while_indexing_loses_nothing() {
    const KILLS: usize = 12;
    let mut hall = Process::found("mei");
    let mut mei = hall.person("mei");
    assert_eq!(mei.sign_in().await.status, 303);
    mei.posts("開門大吉", "everyone").await;
    mei.hits_of("开门").await;
    let mut slowest = Duration::ZERO;
    for number in 0..10 {
        let word = format!("word{number}x");
        mei.posts(&format!("茶樓 {word}"), "everyone").await;
        let published = Instant::now();
        while mei.hits_of(&word).await.is_empty() {
            assert!(published.elapsed() < Duration::from_secs(5), "{word} isn't found");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        slowest = slowest.max(published.elapsed());
    }
    println!("published and found: {} ms at most", slowest.as_millis());
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");

    let mut written = 10;
    for round in 0..KILLS {
        for _ in 0..8 {
            mei.posts(&format!("第{written}封僑批 killed{written}k"), "everyone").await;
            written += 1;
        }
        let [pause] = huiguan::secret::random::<1>();
        tokio::time::sleep(Duration::from_millis(u64::from(pause) * (1 + round as u64 % 3))).await;
        hall.kill();
        tokio::task::block_in_place(|| hall.start());
        mei.client = super::server::client();
    }
    let began = Instant::now();
    loop {
        let (fine, lines, error) = said(hall.command().args(["search", "check"]));
        if fine {
            assert_eq!(lines, "", "{error}");
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "the index doesn't catch up: {lines}{error}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    for number in 10..written {
        assert_eq!(mei.hits_of(&format!("killed{number}k")).await.len(), 1, "number {number}");
    }
    println!("{KILLS} kills while indexing, {written} Moments, nothing differs");
}
