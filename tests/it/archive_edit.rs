//! Editing items of the archive: nothing that was said of one is lost on the way through its form.

use huiguan::domain::item;
use huiguan::domain::login::Role;
use huiguan::id::PostId;

use super::archive::png;
use super::server::{Person, Server, settle};

/// The fields of the form on a page, as a browser would send them.
fn fields_on(page: &str) -> Vec<(String, String)> {
    let page = scraper::Html::parse_document(page);
    let all = scraper::Selector::parse("form.gap-top input, form.gap-top textarea, form.gap-top select").unwrap();
    let chosen = scraper::Selector::parse("option[selected]").unwrap();
    let mut fields = Vec::new();
    for one in page.select(&all) {
        let (Some(name), kind) = (one.attr("name"), one.attr("type").unwrap_or_default()) else { continue };
        if matches!(kind, "radio" | "checkbox") && one.attr("checked").is_none() {
            continue;
        }
        let value = match one.value().name() {
            "textarea" => one.text().collect::<String>().trim_start_matches('\n').to_owned(),
            "select" => one.select(&chosen).next().and_then(|one| one.attr("value")).unwrap_or_default().to_owned(),
            _ => one.attr("value").unwrap_or_default().to_owned(),
        };
        fields.push((name.to_owned(), value));
    }
    fields
}

fn with(fields: &[(String, String)], field: &str, value: &str) -> Vec<(String, String)> {
    let mut fields: Vec<_> = fields.iter().filter(|(name, _)| name != field).cloned().collect();
    fields.push((field.to_owned(), value.to_owned()));
    fields
}

impl Person {
    async fn sends_form(&mut self, path: &str, fields: &[(String, String)]) -> super::server::Answer {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(path, &fields).await
    }
}

fn number(path: &str) -> PostId {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

async fn read(a: &Server, path: &str) -> item::Item {
    let id = number(path);
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
    let form = keeper.get(&format!("{path}/edit")).await.body;
    let answer = keeper.sends_form(&path, &fields_on(&form)).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let after = read(&a, &path).await;
    assert_eq!((after.record, after.date_edtf), (before.record, before.date_edtf));
    let id = number(&path);
    let linked = a.ctx.read(move |conn| item::link_codes(conn, id)).await.unwrap();
    assert_eq!(linked.len(), 2);
    // Links are taken away as they are added.
    let form = keeper.get(&format!("{path}/edit")).await.body;
    assert_eq!(keeper.sends_form(&path, &with(&fields_on(&form), "links", "")).await.status, 303);
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
    let form = keeper.get(&format!("{path}/edit")).await.body;
    assert_eq!(keeper.sends_form(&path, &with(&fields_on(&form), "date", "光緒十四年")).await.status, 303);
    assert_eq!(read(&a, &path).await.date_edtf, "1888-02-12/1889-01-30", "the old reading went with the old wording");
    // Of several readings the archivist chooses one.
    let form = keeper.get(&format!("{path}/edit")).await.body;
    let bare = with(&with(&fields_on(&form), "date", "丁亥年"), "date_edtf", "");
    assert_eq!(keeper.sends_form(&path, &bare).await.status, 303);
    assert_eq!(read(&a, &path).await.date_edtf, "");
    let form = keeper.get(&format!("{path}/edit")).await.body;
    assert!(form.contains("name=\"reading\" value=\"1887-01-24/1888-02-11\""), "{form}");
    assert_eq!(
        keeper.sends_form(&path, &with(&fields_on(&form), "reading", "1887-01-24/1888-02-11")).await.status,
        303
    );
    assert_eq!(read(&a, &path).await.date_edtf, "1887-01-24/1888-02-11");
    // Another form hasn't this field; back in the first one it is there again.
    let form = keeper.get(&format!("{path}/edit")).await.body;
    let fields: Vec<_> = fields_on(&form).into_iter().filter(|(name, _)| name != "amount").collect();
    assert_eq!(keeper.sends_form(&path, &with(&fields, "form", "photograph")).await.status, 303);
    let form = keeper.get(&format!("{path}/edit")).await.body;
    assert_eq!(keeper.sends_form(&path, &with(&fields_on(&form), "form", "letter")).await.status, 303);
    assert!(keeper.get(&path).await.body.contains("龙银〡〢〇元"));
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_write_at_once_hear_of_each_other() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let mut second = a.sign_up_as("second", Role::Archivist).await;
    let path = keeper.describes("会馆合影", &[("form", "photograph")], "publish").await;
    let (one, other) = (keeper.get(&format!("{path}/edit")).await.body, second.get(&format!("{path}/edit")).await.body);
    // A file that comes meanwhile changes nothing of what is described.
    let answer = keeper.hands_in(&format!("{path}/files"), &[], &[("a.png", png(3))]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert_eq!(keeper.sends_form(&path, &with(&fields_on(&one), "place", "槟城")).await.status, 303);
    let answer = second.sends_form(&path, &with(&fields_on(&other), "description", "前排坐的是会长")).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(answer.body.contains("Somebody else has changed this item"), "{}", answer.body);
    assert!(answer.body.contains("前排坐的是会长"), "what was typed is there");
    assert!(read(&a, &path).await.record.contains("槟城"), "and so is what the other one wrote");
    // Who has seen it saves once more.
    let again = with(&fields_on(&answer.body), "place", "槟城");
    assert_eq!(second.sends_form(&path, &again).await.status, 303);
    let record = read(&a, &path).await.record;
    assert!(record.contains("槟城") && record.contains("前排坐的是会长"), "{record}");
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_waits_is_found_and_approved_by_one_button() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let (mut mei, mut visitor) = (a.sign_up("mei").await, Person::new(&a));
    let path = keeper.describes("侨批", &[], "publish").await;
    let answer = keeper.hands_in(&format!("{path}/files"), &[], &[("a.png", png(3))]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    settle(&[&a]).await;
    let file = keeper.get(&path).await.links("/archive/files/").remove(0);
    let text = "母亲大人膝下：\n男在外平安。";
    let said = [("kind", "transcription"), ("language", "zh-Hant"), ("state", "review"), ("body", text)];
    assert_eq!(mei.post(&format!("{file}/transcripts"), &said).await.status, 303);
    assert!(!visitor.get(&file).await.body.contains("母亲大人"));
    assert!(!mei.get(&file).await.body.contains("value=\"approved\""), "a member doesn't approve");
    assert!(keeper.get("/archive/queue").await.links("/archive/files/").contains(&file));
    let page = keeper.get(&file).await.body;
    let html = scraper::Html::parse_document(&page);
    let form = scraper::Selector::parse("form:has(input[name=state][type=hidden]) input").unwrap();
    let fields: Vec<(String, String)> = html
        .select(&form)
        .filter_map(|one| Some((one.attr("name")?.to_owned(), one.attr("value")?.to_owned())))
        .collect();
    assert!(fields.iter().any(|(name, value)| name == "body" && value == text), "{fields:?}");
    assert_eq!(keeper.sends_form(&format!("{file}/transcripts"), &fields).await.status, 303);
    assert!(visitor.get(&path).await.body.contains("男在外平安"));
    assert!(!keeper.get("/archive/queue").await.links("/archive/files/").contains(&file));
    settle(&[&a]).await;
}
