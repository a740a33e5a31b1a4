//! The archive of one hall: describing, who sees what by which protocol, originals, gifts and their queue, transcripts.

use huiguan::domain::login::Role;

use super::server::{Answer, Person, Server, number, settle};

/// A small picture.
pub fn png(shade: u8) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let pixels = image::RgbImage::from_pixel(64, 48, image::Rgb([shade, 120, 90]));
    image::DynamicImage::ImageRgb8(pixels).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

impl Person {
    /// Describes an item and answers the path of its page.
    pub async fn describes(&mut self, title: &str, more: &[(&str, &str)], step: &str) -> String {
        let mut fields = vec![("title", title), ("step", step)];
        if !more.iter().any(|(field, _)| *field == "form") {
            fields.push(("form", "letter"));
        }
        fields.extend_from_slice(more);
        let answer = self.post("/archive/items", &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.location().to_owned()
    }

    /// Sends a form with originals.
    pub async fn hands_in(&mut self, path: &str, fields: &[(&str, &str)], files: &[(&str, Vec<u8>)]) -> Answer {
        self.sends_files(path, fields, "file", files).await
    }

    /// Puts originals into an item; they are made ready when halls settle.
    pub async fn adds(&mut self, item: &str, fields: &[(&str, &str)], files: &[(&str, Vec<u8>)]) {
        let answer = self.hands_in(&format!("{item}/files"), fields, files).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
    }

    /// Sends a form with files, all in one field.
    pub async fn sends_files(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        field: &str,
        files: &[(&str, Vec<u8>)],
    ) -> Answer {
        let boundary = "----hall";
        let mut body = Vec::new();
        let token = self.token.clone();
        for (name, value) in std::iter::once(&("form_token", token.as_str())).chain(fields) {
            body.extend(
                format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        for (name, bytes) in files {
            let head = format!("content-disposition: form-data; name=\"{field}\"; filename=");
            body.extend(format!("--{boundary}\r\n{head}\"{name}\"\r\n\r\n").bytes());
            body.extend_from_slice(bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{boundary}--\r\n").bytes());
        let request = self.client.post(format!("{}{path}", self.origin));
        let request = request.header("content-type", format!("multipart/form-data; boundary={boundary}")).body(body);
        self.send(request).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_opens_and_says_what_is_wrong() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    for form in [
        "letter",
        "genealogy",
        "inscription",
        "oral-history",
        "minutes",
        "festival",
        "recipe",
        "performance",
        "photograph",
        "newspaper",
        "object",
        "school-text",
    ] {
        let page = keeper.get(&format!("/archive/items/new?form={form}")).await;
        assert_eq!(page.status, 200, "{form}");
        assert!(page.body.len() < 40_000, "{form}: {}", page.body.len());
    }
    for (fields, said) in [
        (vec![("title", " "), ("form", "letter")], "fill this in"),
        (vec![("title", "x"), ("form", "parcel")], "no such form"),
        (vec![("title", "x"), ("form", "letter"), ("amount", "若干")], "No sum"),
        (vec![("title", "x"), ("form", "letter"), ("date_edtf", "1937-02-30")], "no date in EDTF"),
        (vec![("title", "x"), ("form", "letter"), ("protocol", "group:none")], "isn’t known here"),
        (vec![("title", "x"), ("form", "letter"), ("labels", "tk-zz")], "no such label"),
        (vec![("title", "x"), ("form", "letter"), ("collection", "none")], "no collection"),
        (vec![("title", "x"), ("form", "letter"), ("embargo", "soon")], "year-month-day"),
    ] {
        let answer = keeper.post("/archive/items", &fields).await;
        assert_eq!(answer.status, 422, "{fields:?}");
        assert!(answer.body.contains(said), "{fields:?}: {}", answer.body);
    }
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_is_described_published_changed_and_withdrawn() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let (mut mei, mut visitor) = (a.sign_up("mei").await, Person::new(&a));
    assert_eq!(mei.post("/archive/items", &[("title", "x"), ("form", "letter")]).await.status, 403);
    assert_eq!(mei.get("/archive/items/new").await.status, 403);
    let more = [
        ("date", "光緒十三年"),
        ("date_edtf", "1887-01-24/1888-02-11"),
        ("amount", "龙银〡〢〇元"),
        ("place", "饶平"),
        ("surname", "陈"),
        ("sender", "陈振通 | 寄批人"),
        ("title@en", "A letter home"),
        ("labels", "TK-NC"),
        ("rights", "https://creativecommons.org/publicdomain/mark/1.0/"),
        ("description", "家中大小平安"),
    ];
    let path = keeper.describes("陈家侨批", &more, "draft").await;
    assert_eq!(visitor.get(&path).await.status, 404, "a draft is the archivists'");
    assert_eq!(mei.get(&path).await.status, 404);
    let act = format!("{path}/state");
    assert_eq!(mei.post(&act, &[("act", "publish")]).await.status, 404);
    assert_eq!(keeper.post(&act, &[("act", "publish")]).await.status, 303);
    let page = visitor.get(&path).await.body;
    let dated = ["光緒十三年", "1887-01-24/1888-02-11", "(120)"];
    for said in ["陈家侨批", "A letter home", "TK 非商用", "公有领域", "家中大小平安", "ark:/"].into_iter().chain(dated)
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(page.contains("application/ld+json") && page.len() < 40_000, "{}", page.len());
    let ark = page.split("href=\"/ark:/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(visitor.get(&format!("/ark:/{ark}")).await.location(), path);
    assert_eq!(visitor.get(&format!("/@archive/{}", number(&path))).await.location(), path);
    let data = visitor.get(&format!("{path}/metadata.jsonld")).await.json();
    assert_eq!(
        (data["name"].as_str(), data["dateCreated"].as_str()),
        (Some("陈家侨批"), Some("1887-01-24/1888-02-11"))
    );
    // Browsed by what it is.
    let front = visitor.get("/archive").await.body;
    assert!(front.contains("陈家侨批") && front.contains("1 件") && front.contains("1880"), "{front}");
    let narrowed = visitor.get("/archive/items?surname=%E9%99%88&form=letter&decade=1880").await.body;
    assert!(narrowed.contains("陈家侨批"), "{narrowed}");
    assert!(!visitor.get("/archive/items?form=recipe").await.body.contains("陈家侨批"));
    keeper.describes("旧碑", &[("date_edtf", "../1911")], "publish").await;
    keeper.describes("不知何时", &[], "publish").await;
    let dated = visitor.get("/archive/items?order=date").await.body;
    assert!(dated.find("旧碑").unwrap() < dated.find("陈家侨批").unwrap() && !dated.contains("不知何时"), "{dated}");
    // Changed; what was said before isn't there any more.
    let edit = keeper.get(&format!("{path}/edit")).await.body;
    assert!(edit.contains("龙银〡〢〇元") && edit.contains("A letter home"), "{edit}");
    let answer = keeper.post(&path, &[("form", "letter"), ("title", "林家侨批"), ("living", "no")]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let page = visitor.get(&path).await.body;
    assert!(page.contains("林家侨批") && !page.contains("陈家侨批") && !page.contains("饶平"), "{page}");
    assert!(!visitor.get("/archive/items?surname=%E9%99%88").await.body.contains("林家侨批"));
    assert_eq!(keeper.post(&act, &[("act", "withdraw")]).await.status, 303);
    assert_eq!(visitor.get(&path).await.status, 404);
    assert_eq!(keeper.get(&path).await.status, 404);
    assert!(!visitor.get("/archive").await.body.contains("林家侨批"));
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protocol_lets_in_whom_it_names_and_nobody_else() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Moderator).await;
    let (mut mei, mut lan) = (a.sign_up("mei").await, a.sign_up("lan").await);
    let (mut hua, mut visitor) = (a.sign_up("hua").await, Person::new(&a));
    let one = mei.founds("one", "一群", &[]).await;
    let two = mei.founds("two", "二群", &[]).await;
    lan.joins(&one, &[]).await;
    hua.joins(&two, &[]).await;
    let answer = keeper
        .post(
            "/archive/collections",
            &[("title", "理事会"), ("level", "fonds"), ("code", "LS"), ("protocol", "group:two")],
        )
        .await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    // Who sees it: a visitor, lan (in one), hua (in two), mei (in both), the keeper.
    let rows: [(&str, &str, [bool; 5]); 10] = [
        ("public", "", [true, true, true, true, true]),
        ("members", "", [false, true, true, true, true]),
        ("group:one", "", [false, true, false, true, true]),
        ("group:one group:two", "", [false, true, true, true, true]),
        ("all group:one group:two", "", [false, false, false, true, true]),
        ("all members group:two", "", [false, false, true, true, true]),
        ("archivists", "", [false, false, false, false, true]),
        ("person:hua", "", [false, false, true, false, true]),
        ("", "LS", [false, false, true, true, true]),
        ("public", "LS", [true, true, true, true, true]),
    ];
    for (protocol, collection, seen) in rows {
        let title = format!("藏品 {protocol} {collection} 完");
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        let more = [("protocol", protocol), ("collection", collection)];
        let path = keeper.describes(&title, &more, "publish").await;
        keeper.adds(&path, &[], &[("a.png", png(9))]).await;
        settle(&[&a]).await;
        let page = keeper.get(&path).await;
        let file = page.links("/archive/files/").into_iter().next().unwrap();
        let picture = page.body.split("/media/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        let doors = [
            path.clone(),
            format!("{path}/metadata.jsonld"),
            file.clone(),
            format!("{file}/original"),
            format!("/media/{picture}/thumb"),
            format!("/media/{picture}/display"),
        ];
        for (who, is_seen) in [&mut visitor, &mut lan, &mut hua, &mut mei, &mut keeper].into_iter().zip(seen) {
            let name = who.name.clone();
            for door in &doors {
                let status = who.get(door).await.status;
                assert_eq!(status, if is_seen { 200 } else { 404 }, "{name} at {door} of {title}");
            }
            for list in ["/archive", "/archive/items"] {
                let page = who.get(list).await.body;
                assert_eq!(page.contains(&format!("{title}<")), is_seen, "{name} in {list}: {title}");
            }
            let object = who.get(&format!("/objects/{}", number(&path))).await.status;
            assert!(object == 302 || object == 404, "{name}: {object}");
        }
        let answer = keeper.post(&format!("{path}/state"), &[("act", "withdraw")]).await;
        assert_eq!(answer.status, 303);
    }
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_embargo_ends_and_the_living_are_hidden() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let mut visitor = Person::new(&a);
    let end = huiguan::clock::to_rfc3339(a.ctx.now() + 3 * huiguan::clock::DAY);
    let early = keeper.describes("日记", &[("embargo", &end[..10])], "publish").await;
    assert_eq!(visitor.get(&early).await.status, 404);
    a.clock.advance(3 * huiguan::clock::DAY);
    settle(&[&a]).await;
    assert_eq!(visitor.get(&early).await.status, 200, "the day has come");
    let living = keeper.describes("合影", &[("living", "yes")], "publish").await;
    assert_eq!(visitor.get(&living).await.status, 404);
    let answer = keeper
        .post(&living, &[("form", "letter"), ("title", "合影"), ("living", "agreed"), ("person", "王小明 | 左一")])
        .await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(visitor.get(&living).await.body.contains("王小明"));
    let fields = [("kind", "person"), ("name", "王小明"), ("is_living", "yes")];
    assert_eq!(keeper.post("/archive/people", &fields).await.status, 303);
    assert!(!visitor.get(&living).await.body.contains("王小明"), "a living person's name");
    assert!(keeper.get(&living).await.body.contains("王小明"));
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn collections_and_files_open_by_themselves_on_their_day() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let (mut mei, mut visitor) = (a.sign_up("mei").await, Person::new(&a));
    let end = huiguan::clock::to_rfc3339(a.ctx.now() + 3 * huiguan::clock::DAY);
    let (day, later) = (format!("from:{}", &end[..10]), format!("members from:{}", &end[..10]));
    let fonds = [("title", "议事卷宗"), ("level", "fonds"), ("code", "YS"), ("protocol", "public")];
    assert_eq!(keeper.post("/archive/collections", &fonds).await.status, 303);
    for (code, protocol) in [("YS1", &later), ("YS2", &day)] {
        let fields = [("title", code), ("level", "series"), ("code", code), ("parent", "YS"), ("protocol", protocol)];
        assert_eq!(keeper.post("/archive/collections", &fields).await.status, 303);
    }
    let members = keeper.describes("卷中之信", &[("collection", "YS1")], "publish").await;
    let open = keeper.describes("随卷之信", &[("collection", "YS2")], "publish").await;
    let own = keeper.describes("自定之信", &[("collection", "YS1"), ("protocol", "public")], "publish").await;
    keeper.adds(&own, &[], &[("a.png", png(1))]).await;
    settle(&[&a]).await;
    let (file, hit) =
        (keeper.get(&own).await.links("/archive/files/").remove(0), format!("/@archive/{}", number(&own)));
    let said = [("kind", "transcription"), ("state", "approved"), ("body", "膝下敬禀者")];
    assert_eq!(keeper.post(&format!("{file}/transcripts"), &said).await.status, 303);
    assert_eq!(keeper.post(&file, &[("label", "内页"), ("protocol", "from:tomorrow")]).await.status, 422);
    assert_eq!(keeper.post(&file, &[("label", "内页"), ("protocol", &day)]).await.status, 303);
    a.index().await;
    for (path, status) in [(&members, 404), (&open, 404), (&own, 200), (&file, 404)] {
        assert_eq!((mei.get(path).await.status, visitor.get(path).await.status), (status, status), "{path}");
        assert_eq!(keeper.get(path).await.status, 200, "{path}");
    }
    assert!(!visitor.seeks("膝下敬禀者").await.body.contains(&hit));
    a.clock.advance(3 * huiguan::clock::DAY);
    settle(&[&a]).await;
    a.index().await;
    for (path, status) in [(&members, 404), (&open, 200), (&own, 200), (&file, 200)] {
        assert_eq!((mei.get(path).await.status, visitor.get(path).await.status), (200, status), "{path}");
    }
    assert!(visitor.seeks("膝下敬禀者").await.body.contains(&hit), "found by what its page says");
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn originals_stay_as_they_came_and_what_is_wrong_is_said() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let mut visitor = Person::new(&a);
    let path = keeper.describes("照片", &[("form", "photograph")], "publish").await;
    let files = format!("{path}/files");
    for (name, bytes, said) in [
        ("a.jpg", b"%PDF-1.7 not a picture".to_vec(), "application/pdf"),
        ("a.pdf", b"MZ\x90\0\x03".to_vec(), "octet-stream"),
    ] {
        let answer = keeper.hands_in(&files, &[], &[(name, bytes)]).await;
        assert_eq!(answer.status, 422, "{name}");
        assert!(answer.body.contains(said), "{name}: {}", answer.body);
    }
    assert_eq!(keeper.hands_in(&files, &[], &[]).await.status, 422);
    let original = png(200);
    let answer = keeper.hands_in(&files, &[("label", "正面")], &[("门面.png", original.clone())]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    // The same file once more is the same file.
    assert_eq!(keeper.hands_in(&files, &[], &[("门面.png", original.clone())]).await.status, 303);
    settle(&[&a]).await;
    let page = visitor.get(&path).await;
    let leaves = page.links("/archive/files/");
    assert!(page.body.contains("正面") && page.body.contains("/thumb"), "{}", page.body);
    let bytes =
        visitor.client.get(format!("{}{}/original", a.origin, leaves[0])).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(bytes, original, "byte for byte");
    let file = keeper.get(&leaves[0]).await.body;
    let digest: String = huiguan::secret::sha256(&original).iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(file.contains(&digest), "{file}");
    // A page of an item may be for fewer than the item.
    let answer = keeper.post(&leaves[0], &[("label", "正面"), ("protocol", "archivists")]).await;
    assert_eq!(answer.status, 303);
    for door in [leaves[0].clone(), format!("{}/original", leaves[0])] {
        assert_eq!(visitor.get(&door).await.status, 404, "{door}");
    }
    let picture = page.body.split("/media/").nth(1).unwrap().split('/').next().unwrap();
    assert_eq!(visitor.get(&format!("/media/{picture}/display")).await.status, 404);
    for form in ["thumb", "display"] {
        let seen = keeper.get(&format!("/media/{picture}/{form}")).await;
        let kept = seen.header("cache-control");
        assert!(seen.status == 200 && kept.contains("private") && !kept.contains("public"), "{kept}");
        assert!(seen.header("access-control-allow-origin").is_empty(), "for this hall's pages alone");
    }
    assert!(!visitor.get(&path).await.body.contains("正面"));
    // Nor does any list of a post's files name it.
    let id = path.rsplit('/').next().unwrap();
    let object = visitor.client.get(format!("{}/objects/{id}", a.origin)).header("accept", "application/activity+json");
    let object = object.send().await.unwrap().text().await.unwrap();
    assert!(object.contains("\"Article\"") && !object.contains("/media/"), "{object}");
    let status = a.stranger().get(&format!("/api/v1/statuses/{id}")).await;
    assert!(
        status.status == 200 && status.json()["media_attachments"].as_array().unwrap().is_empty(),
        "{}",
        status.body
    );
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_gives_is_asked_answers_and_is_thanked() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let (mut mei, mut lan) = (a.sign_up("mei").await, a.sign_up("lan").await);
    let fields = [("who", "外公的店"), ("when", "民国廿六年"), ("where", "叻坡")];
    let answer = mei.hands_in("/archive/offers", &fields, &[("店.png", png(50))]).await;
    assert_eq!(answer.status, 422, "without permission");
    assert!(answer.body.contains("takes your permission") && answer.body.contains("外公的店"), "{}", answer.body);
    let fields = [("who", "外公的店"), ("when", "民国廿六年"), ("where", "叻坡"), ("permission", "yes")];
    assert_eq!(mei.hands_in("/archive/offers", &fields, &[]).await.status, 422, "without a picture");
    let answer = mei.hands_in("/archive/offers", &fields, &[("店.png", png(50))]).await;
    assert_eq!((answer.status, answer.location()), (303, "/archive/offers"), "{}", answer.body);
    settle(&[&a]).await;
    let path = mei.get("/archive/offers").await.links("/archive/items/").into_iter().next().unwrap();
    assert_eq!(lan.get(&path).await.status, 404);
    assert!(keeper.get("/archive/queue").await.body.contains("外公的店"));
    assert_eq!(keeper.post(&format!("{path}/notes"), &[("body", "左边是谁？")]).await.status, 303);
    assert_eq!(lan.post(&format!("{path}/notes"), &[("body", "我知道")]).await.status, 404);
    let told = mei.told().await;
    assert!(told.contains("writes about an item") && told.contains("外公的店") && !told.contains("左边是谁"), "{told}");
    let door = format!("/@archive/{}", number(&path));
    assert!(mei.get("/notices").await.body.contains(&format!("href=\"{door}\"")), "it leads there");
    assert_eq!(mei.get(&door).await.location(), path);
    assert!(mei.get(&path).await.body.contains("左边是谁？"));
    assert_eq!(mei.post(&format!("{path}/notes"), &[("body", "二舅")]).await.status, 303);
    assert!(keeper.told().await.contains("writes about an item"));
    assert!(keeper.get(&path).await.body.contains("二舅"));
    assert_eq!(mei.post(&format!("{path}/state"), &[("act", "publish")]).await.status, 403);
    assert_eq!(keeper.post(&format!("{path}/state"), &[("act", "publish")]).await.status, 303);
    let page = lan.get(&path).await.body;
    assert!(page.contains("外公的店") && page.contains("Given by") && page.contains("mei"), "{page}");
    assert!(!page.contains("左边是谁"), "what was asked isn't for others");
    // What isn't in the archive yet may be taken back.
    assert_eq!(mei.post(&format!("{path}/state"), &[("act", "withdraw")]).await.status, 403);
    mei.hands_in("/archive/offers", &fields, &[("店.png", png(51))]).await;
    let other =
        mei.get("/archive/offers").await.links("/archive/items/").into_iter().find(|link| *link != path).unwrap();
    assert_eq!(mei.post(&format!("{other}/state"), &[("act", "withdraw")]).await.status, 303);
    assert_eq!(keeper.get(&other).await.status, 404);
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_transcribed_looked_over_and_approved() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let (mut mei, mut visitor) = (a.sign_up("mei").await, Person::new(&a));
    let path = keeper.describes("批信", &[], "publish").await;
    keeper.adds(&path, &[], &[("a.png", png(1))]).await;
    settle(&[&a]).await;
    let file = visitor.get(&path).await.links("/archive/files/").into_iter().next().unwrap();
    let write = format!("{file}/transcripts");
    let fields = [("kind", "transcription"), ("state", "review"), ("body", "慈亲大人\n膝下敬□者")];
    assert_eq!(mei.post(&write, &fields).await.status, 303);
    assert!(!visitor.get(&file).await.body.contains("慈亲大人"), "not the archive's word yet");
    assert!(!visitor.get(&path).await.body.contains("慈亲大人"));
    let fields = [("kind", "transcription"), ("state", "approved"), ("body", "慈亲大人\n膝下敬禀者")];
    assert_eq!(mei.post(&write, &fields).await.status, 403);
    assert_eq!(keeper.post(&write, &fields).await.status, 303);
    let page = visitor.get(&path).await.body;
    assert!(page.contains("膝下敬禀者"), "{page}");
    assert!(!visitor.get(&file).await.body.contains("敬□者"), "drafts are for members");
    assert!(mei.get(&file).await.body.contains("敬□者"));
    assert_eq!(mei.post(&write, &[("kind", "transcription"), ("state", "draft"), ("body", " ")]).await.status, 422);
    // A reading above a character parts no words for those who look for them.
    let fields = [("kind", "transcription"), ("state", "approved"), ("body", "慈亲大人\n膝下敬{禀|bǐng}者<b>")];
    assert_eq!(keeper.post(&write, &fields).await.status, 303);
    a.index().await;
    assert!(visitor.seeks("敬禀者").await.body.contains(&format!("/@archive/{}", number(&path))));
    let read = "敬<ruby>禀<rp>(</rp><rt>bǐng</rt><rp>)</rp></ruby>者&lt;b&gt;";
    for page in [&path, &file, &format!("{file}?reading=vertical")] {
        let shown = visitor.get(page).await.body;
        assert!(shown.contains(read), "{page}: {shown}");
        assert_eq!(shown.contains("class=\"lines upright\""), page.contains("vertical"), "{page}");
    }
    assert!(keeper.get(&file).await.body.contains("{禀|bǐng}"), "it is written on as it was written");
    settle(&[&a]).await;
}

/// What the program's own answers say of a public archive.
#[tokio::test(flavor = "multi_thread")]
async fn harvesters_and_viewers_get_what_is_public_and_nothing_else() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let mut visitor = Person::new(&a);
    let none = visitor.get("/archive/oai?verb=ListRecords&metadataPrefix=oai_dc").await.body;
    assert!(none.contains("noRecordsMatch"), "{none}");
    let open = keeper.describes("公开的信 & 封", &[("surname", "陈"), ("date", "1937")], "publish").await;
    let closed = keeper.describes("不公开的信", &[("protocol", "members")], "publish").await;
    for path in [&open, &closed] {
        keeper.adds(path, &[], &[("a.png", png(3))]).await;
    }
    settle(&[&a]).await;
    for (asked, said) in [
        ("verb=Identify", "<protocolVersion>2.0</protocolVersion>"),
        ("verb=ListMetadataFormats", "oai_dcterms"),
        ("verb=ListSets", "form:letter"),
        ("verb=Nothing", "badVerb"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=tomorrow", "badArgument"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:x:y", "idDoesNotExist"),
    ] {
        let answer = visitor.get(&format!("/archive/oai?{asked}")).await;
        assert_eq!(answer.status, 200, "{asked}");
        assert!(answer.body.contains(said), "{asked}: {}", answer.body);
    }
    for prefix in ["oai_dc", "oai_dcterms"] {
        let list = keeper.get(&format!("/archive/oai?verb=ListRecords&metadataPrefix={prefix}")).await.body;
        assert!(list.contains("公开的信 &amp; 封") && !list.contains("不公开"), "{list}");
        assert_eq!(list.matches("<record>").count(), 1, "{list}");
    }
    let manifest = visitor.get(&format!("/iiif/items/{}/manifest", number(&open))).await.json();
    assert_eq!((manifest["type"].as_str(), manifest["items"][0]["type"].as_str()), (Some("Manifest"), Some("Canvas")));
    let body = &manifest["items"][0]["items"][0]["items"][0]["body"];
    let service = body["service"][0]["id"].as_str().unwrap().strip_prefix(&a.origin).unwrap().to_owned();
    assert_eq!(keeper.get(&format!("/iiif/items/{}/manifest", number(&closed))).await.status, 404);
    let base = visitor.get(&service).await;
    assert_eq!((base.status, base.location()), (303, format!("{}{service}/info.json", a.origin).as_str()));
    let info = visitor.get(&format!("{service}/info.json")).await;
    assert_eq!((info.json()["width"].as_i64(), info.header("access-control-allow-origin")), (Some(64), "*"));
    for (asked, size) in
        [("full/max", (64, 48)), ("full/32,", (32, 24)), ("10,10,20,10/max", (20, 10)), ("square/24,24", (24, 24))]
    {
        let url = format!("{}{service}/{asked}/0/default.jpg", a.origin);
        let bytes = visitor.client.get(&url).send().await.unwrap().bytes().await.unwrap();
        let picture = image::load_from_memory(&bytes).unwrap_or_else(|error| panic!("{asked}: {error}"));
        assert_eq!((picture.width(), picture.height()), size, "{asked}");
    }
    for wrong in
        ["full/100,/0/default.jpg", "99,0,1,1/max/0/default.jpg", "full/max/90/default.jpg", "full/max/0/default.png"]
    {
        assert_eq!(visitor.get(&format!("{service}/{wrong}")).await.status, 400, "{wrong}");
    }
    let secret = keeper.get(&closed).await.body.split("/media/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    assert_eq!(keeper.get(&format!("/iiif/images/{secret}/info.json")).await.status, 404);
    assert_eq!(keeper.get(&format!("/iiif/images/{secret}")).await.status, 404);
    assert_eq!(keeper.get(&format!("/iiif/images/{secret}/full/max/0/default.jpg")).await.status, 404);
    // What is taken out is told as deleted.
    keeper.post(&format!("{open}/state"), &[("act", "withdraw")]).await;
    let list = visitor.get("/archive/oai?verb=ListRecords&metadataPrefix=oai_dc").await.body;
    assert!(list.contains("status=\"deleted\"") && !list.contains("公开的信"), "{list}");
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_accession_reaches_another_hall_and_is_corrected_and_withdrawn_there() {
    let a = Server::start("guangzhou").await;
    let b = Server::start("penang").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let mut lan = b.sign_up("lan").await;
    let answer = lan.asks(&format!("archive@{}", a.authority), "").await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    settle(&[&a, &b]).await;
    let hidden = keeper.describes("内部的信", &[("protocol", "members")], "publish").await;
    let path = keeper.describes("公开的信", &[("description", "家中平安"), ("date", "光緒十三年")], "publish").await;
    settle(&[&a, &b]).await;
    let home = lan.get("/accounts").await.body;
    assert!(home.contains("公开的信") && !home.contains("内部的信"), "{home}");
    let object = a.ctx.read({
        let id: huiguan::id::PostId = number(&path).parse().unwrap();
        move |conn| huiguan::domain::post::by_id(conn, id)
    });
    let uri = object.await.unwrap().uri;
    let client = super::server::client();
    let get = client.get(&uri).header("accept", "application/activity+json");
    let document: serde_json::Value = serde_json::from_str(&get.send().await.unwrap().text().await.unwrap()).unwrap();
    assert_eq!((document["type"].as_str(), document["name"].as_str()), (Some("Article"), Some("公开的信")));
    assert_eq!(document["hg:dateText"], "光緒十三年");
    assert_eq!(document["hg:edtf"], "1887-01-24/1888-02-11");
    let get =
        client.get(format!("{}/objects/{}", a.origin, number(&hidden))).header("accept", "application/activity+json");
    assert_eq!(get.send().await.unwrap().status(), 404);
    keeper.post(&path, &[("form", "letter"), ("title", "更正的信"), ("living", "no")]).await;
    settle(&[&a, &b]).await;
    let home = lan.get("/accounts").await.body;
    assert!(home.contains("更正的信") && !home.contains("家中平安"), "{home}");
    // For members alone from now on: the others hear that it is gone.
    keeper.post(&path, &[("form", "letter"), ("title", "更正的信"), ("living", "no"), ("protocol", "members")]).await;
    settle(&[&a, &b]).await;
    let home = lan.get("/accounts").await.body;
    assert!(!home.contains("的信"), "{home}");
}
