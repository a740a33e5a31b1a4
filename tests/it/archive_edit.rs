//! Editing items of the archive: nothing that was said of one is lost on the way through its form.

use huiguan::domain::item;
use huiguan::domain::login::Role;
use huiguan::id::PostId;

use super::archive::png;
use super::server::{Person, Server, number, settle};

/// The form of an item on a page.
const FORM: &str = "form.gap-top";

fn with(fields: &[(String, String)], field: &str, value: &str) -> Vec<(String, String)> {
    let mut fields: Vec<_> = fields.iter().filter(|(name, _)| name != field).cloned().collect();
    fields.push((field.to_owned(), value.to_owned()));
    fields
}

impl Person {
    /// The fields of an item's form as they stand.
    async fn form_of(&mut self, item: &str) -> Vec<(String, String)> {
        self.get(&format!("{item}/edit")).await.fields(FORM)
    }

    /// Saves an item with one field changed.
    async fn changes(&mut self, item: &str, field: &str, value: &str) {
        let form = self.form_of(item).await;
        let answer = self.sends_form(item, &with(&form, field, value)).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
    }
}

async fn read(a: &Server, path: &str) -> item::Item {
    let id: PostId = number(path).parse().unwrap();
    a.ctx.read(move |conn| item::by_id(conn, id)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_saved_as_it_came_changes_nothing() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let other = keeper.describes("同一家的另一封", &[], "publish").await;
    let third = keeper.describes("又一封", &[], "publish").await;
    let links = format!("{} {}", read(&a, &other).await.code, read(&a, &third).await.code);
    let more = [
        ("date", "民國三十年春"),
        ("title@en", "A letter"),
        // In a language that isn't offered here, and of a field that asks for one language alone.
        ("title@th", "จดหมาย"),
        ("surname@en", "Tan"),
        ("surname", "陈\n林"),
        ("links", links.as_str()),
    ];
    let path = keeper.describes("陈家侨批", &more, "publish").await;
    let before = read(&a, &path).await;
    assert_eq!(before.date_edtf, "1941-21");
    for said in ["A letter", "จดหมาย", "Tan"] {
        assert!(before.record.contains(said), "{said}: {}", before.record);
    }
    let form = keeper.form_of(&path).await;
    let answer = keeper.sends_form(&path, &form).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let after = read(&a, &path).await;
    assert_eq!((after.record, after.date_edtf), (before.record, before.date_edtf));
    let id: PostId = number(&path).parse().unwrap();
    let linked = a.ctx.read(move |conn| item::link_codes(conn, id)).await.unwrap();
    assert_eq!(linked.len(), 2);
    // Links are taken away as they are added.
    keeper.changes(&path, "links", "").await;
    assert!(a.ctx.read(move |conn| item::link_codes(conn, id)).await.unwrap().is_empty());
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_goes_with_its_wording_and_fields_outlive_a_change_of_form() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let more = [("date", "光緒十三年"), ("amount", "龙银〡〢〇元")];
    let path = keeper.describes("陈家侨批", &more, "publish").await;
    assert_eq!(read(&a, &path).await.date_edtf, "1887-01-24/1888-02-11");
    keeper.changes(&path, "date", "光緒十四年").await;
    assert_eq!(read(&a, &path).await.date_edtf, "1888-02-12/1889-01-30", "the old reading went with the old wording");
    // Of several readings the archivist chooses one.
    let form = keeper.form_of(&path).await;
    let bare = with(&with(&form, "date", "丁亥年"), "date_edtf", "");
    assert_eq!(keeper.sends_form(&path, &bare).await.status, 303);
    assert_eq!(read(&a, &path).await.date_edtf, "");
    let form = keeper.get(&format!("{path}/edit")).await.body;
    assert!(form.contains("name=\"reading\" value=\"1887-01-24/1888-02-11\""), "{form}");
    keeper.changes(&path, "reading", "1887-01-24/1888-02-11").await;
    assert_eq!(read(&a, &path).await.date_edtf, "1887-01-24/1888-02-11");
    // Another form hasn't this field; back in the first one it is there again.
    let mut fields = keeper.form_of(&path).await;
    fields.retain(|(name, _)| name != "amount");
    assert_eq!(keeper.sends_form(&path, &with(&fields, "form", "photograph")).await.status, 303);
    keeper.changes(&path, "form", "letter").await;
    assert!(keeper.get(&path).await.body.contains("龙银〡〢〇元"));
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_write_at_once_hear_of_each_other() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let mut second = a.sign_up_as("second", Role::Archivist).await;
    let path = keeper.describes("会馆合影", &[("form", "photograph")], "publish").await;
    let (one, other) = (keeper.form_of(&path).await, second.form_of(&path).await);
    // A file that comes meanwhile changes nothing of what is described.
    keeper.adds(&path, &[], &[("a.png", png(3))]).await;
    assert_eq!(keeper.sends_form(&path, &with(&one, "place", "槟城")).await.status, 303);
    let answer = second.sends_form(&path, &with(&other, "description", "前排坐的是会长")).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(answer.body.contains("Somebody else has changed this item"), "{}", answer.body);
    assert!(answer.body.contains("前排坐的是会长"), "what was typed is there");
    assert!(read(&a, &path).await.record.contains("槟城"), "and so is what the other one wrote");
    // Who has seen it saves once more.
    let again = with(&answer.fields(FORM), "place", "槟城");
    assert_eq!(second.sends_form(&path, &again).await.status, 303);
    let record = read(&a, &path).await.record;
    assert!(record.contains("槟城") && record.contains("前排坐的是会长"), "{record}");
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_outlive_the_form_of_another_and_what_is_untold_stays_so() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let mut second = a.sign_up_as("second", Role::Archivist).await;
    let (one, other) = (keeper.describes("信", &[], "publish").await, keeper.describes("封", &[], "publish").await);
    let open = keeper.form_of(&one).await;
    second.changes(&other, "links", number(&one)).await;
    assert_eq!(keeper.sends_form(&one, &open).await.status, 422, "it has a link since");
    assert!(keeper.get(&one).await.links("/archive/items/").contains(&other));
    let many = "x ".repeat(501);
    let form = keeper.form_of(&one).await;
    assert_eq!(keeper.sends_form(&one, &with(&form, "links", &many)).await.status, 422);
    // Brought in without a word to anybody, and mended later.
    let quiet = keeper.describes("旧藏", &[], "draft").await;
    let id: PostId = number(&quiet).parse().unwrap();
    a.ctx.write(move |conn| item::publish(conn, id, false)).await.unwrap();
    keeper.changes(&quiet, "place", "汕头").await;
    let read = read(&a, &quiet).await;
    assert!(read.is_public && !read.is_announced, "{read:?}");
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_collection_closed_stays_closed_when_it_goes() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let (mut mei, mut visitor) = (a.sign_up("mei").await, Person::new(&a));
    let fonds = [("title", "卷宗"), ("level", "fonds"), ("code", "JZ"), ("protocol", "members")];
    let made = keeper.post("/archive/collections", &fonds).await.location().to_owned();
    for (code, day) in [("JZ1", ""), ("JZ2", "from:2020-01-01")] {
        let series = [("title", code), ("level", "series"), ("code", code), ("parent", "JZ"), ("protocol", day)];
        assert_eq!(keeper.post("/archive/collections", &series).await.status, 303);
    }
    let direct = keeper.describes("议事录", &[("collection", "JZ")], "publish").await;
    let inner = keeper.describes("收支簿", &[("collection", "JZ1")], "publish").await;
    let past = keeper.describes("旧簿", &[("collection", "JZ2")], "publish").await;
    let own = keeper.describes("旧信", &[("collection", "JZ"), ("protocol", "from:2020-01-01")], "publish").await;
    assert_eq!(keeper.post(&format!("{made}/removal"), &[]).await.status, 303);
    for path in [&direct, &inner, &past, &own] {
        assert_eq!((mei.get(path).await.status, visitor.get(path).await.status), (200, 404), "{path}");
    }
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_waits_is_found_and_approved_by_one_button() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let (mut mei, mut visitor) = (a.sign_up("mei").await, Person::new(&a));
    let path = keeper.describes("侨批", &[], "publish").await;
    keeper.adds(&path, &[], &[("a.png", png(3))]).await;
    settle(&[&a]).await;
    let file = keeper.get(&path).await.links("/archive/files/").remove(0);
    let text = "母亲大人膝下：\n男在外平安。";
    let said = [("kind", "transcription"), ("language", "zh-Hant"), ("state", "review"), ("body", text)];
    assert_eq!(mei.post(&format!("{file}/transcripts"), &said).await.status, 303);
    assert!(!visitor.get(&file).await.body.contains("母亲大人"));
    assert!(!mei.get(&file).await.body.contains("name=\"approve\""), "a member doesn't approve");
    assert!(keeper.get("/archive/queue").await.links("/archive/files/").contains(&file));
    let first = keeper.get(&file).await.fields("form:has(input[name=approve])");
    assert_eq!(mei.sends_form(&format!("{file}/transcripts"), &first).await.status, 403);
    // What comes meanwhile isn't hidden by approving what it mends, however long it is.
    let longer = format!("{text}勿念。{}", "平安。".repeat(16_000));
    let said = [("kind", "transcription"), ("language", "zh-Hant"), ("state", "review"), ("body", longer.as_str())];
    assert_eq!(mei.post(&format!("{file}/transcripts"), &said).await.status, 413);
    assert_eq!(mei.sends_files(&format!("{file}/transcripts"), &said, "vtt", &[]).await.status, 303);
    assert_eq!(keeper.sends_form(&format!("{file}/transcripts"), &first).await.status, 422);
    let second = keeper.get(&file).await.fields("form:has(input[name=approve])");
    assert_eq!(keeper.sends_form(&format!("{file}/transcripts"), &second).await.status, 303);
    assert!(visitor.get(&path).await.body.contains("男在外平安。勿念"));
    assert!(!keeper.get("/archive/queue").await.links("/archive/files/").contains(&file));
    settle(&[&a]).await;
}
