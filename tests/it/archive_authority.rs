//! Pages of people and places: who or what they are, with the items that name them, for those who may open one of these.

use huiguan::domain::login::Role;
use serde_json::Value;

use super::server::{Person, Server, settle};

const PEOPLE: &str = "/archive/people";
const PAGES: &str = "/archive/authorities/";

impl Person {
    /// Makes a person or place and answers the path of its page, which all know by its number.
    async fn knows(&mut self, kind: &str, name: &str, more: &[(&str, &str)]) -> String {
        let before = self.get(PEOPLE).await.links("/archive/people/");
        let mut fields = vec![("kind", kind), ("name", name)];
        fields.extend_from_slice(more);
        let answer = self.post(PEOPLE, &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let after = self.get(PEOPLE).await.links("/archive/people/");
        let new = after.into_iter().find(|path| !before.contains(path)).unwrap();
        new.replace("/archive/people/", PAGES)
    }
}

/// What a page says to machines.
fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("<script type=\"application/ld+json\">").unwrap();
    serde_json::from_str(rest.split("</script>").next().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_says_who_it_is_and_leads_to_all_that_names_them() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let mut visitor = Person::new(&a);
    let more = [("modern_name", "新加坡"), ("latitude", "1.29"), ("longitude", "103.85"), ("variants", "石叻\n星洲")];
    // The place is known before its items, the person after them.
    let place = keeper.knows("place", "叻坡", &more).await;
    assert_eq!((visitor.get(&place).await.status, keeper.get(&place).await.status), (404, 200), "nothing names it");
    let letter = [("sender", "陳振通 | 寄批人"), ("place", "石叻"), ("description", "寄自叻坡")];
    let letter = keeper.describes("一封批", &letter, "publish").await;
    let photograph = [("form", "photograph"), ("person", "阿通"), ("place_modern", "新加坡")];
    keeper.describes("合影", &photograph, "publish").await;
    keeper.describes("家書", &[("person", "陳振通之子"), ("description", "陳振通自叻坡寄")], "publish").await;
    let more = [
        ("variants", "陈振通\n阿通"),
        ("romanised", "Tan Chin Thong"),
        ("born", "光緒十三年"),
        ("died", "1962-08"),
        ("note", "十九歲下南洋。</script><u class=x>"),
    ];
    let person = keeper.knows("person", "陳振通", &more).await;
    settle(&[&a]).await;

    let item = visitor.get(&letter).await;
    assert_eq!(item.links(PAGES), [place.clone(), person.clone()], "{}", item.body);
    assert!(item.body.contains(&format!("<a href=\"{person}\">陳振通</a>")), "{}", item.body);
    for (path, words) in [
        (&person, &["阿通", "Tan Chin Thong", "1887-01-24/1888-02-11", "1962-08", "十九歲下南洋", ">2 件<"][..]),
        (&place, &["星洲", "新加坡", "1.29, 103.85", "/archive/map?lat=1.29", ">2 件<"][..]),
    ] {
        let page = visitor.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        let shown = words.iter().all(|word| page.body.contains(*word));
        assert!(shown && page.body.contains(">一封批<") && page.body.contains(">合影<"), "{}", page.body);
        assert!(!page.body.contains("家書") && !page.body.contains("<u class=x>"), "whole names only: {}", page.body);
    }
    let said = data(&visitor.get(&person).await.body);
    assert!(said["@type"] == "Person" && said["name"] == "陳振通" && said["deathDate"] == "1962-08", "{said}");
    assert_eq!(said["alternateName"][2], "Tan Chin Thong");
    assert!(said.get("birthDate").is_none() && said.get("geo").is_none(), "no single day: {said}");
    let said = data(&visitor.get(&place).await.body);
    assert!(said["@type"] == "Place" && said["geo"]["latitude"] == 1.29, "{said}");
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_somebody_follows_every_change() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let mut visitor = Person::new(&a);
    let person = keeper.knows("person", "林合興", &[("variants", "合興")]).await;
    let form = person.replace(PAGES, "/archive/people/");
    let item = keeper.describes("捐單", &[("person", "林合興")], "publish").await;
    assert_eq!(visitor.get(&item).await.links(PAGES), std::slice::from_ref(&person));
    // Another name: the item says the old one.
    let renamed = [("kind", "person"), ("name", "林和興"), ("variants", "合興")];
    assert_eq!(keeper.post(&form, &renamed).await.status, 303);
    assert!(visitor.get(&item).await.links(PAGES).is_empty());
    assert_eq!((visitor.get(&person).await.status, keeper.get(&person).await.status), (404, 200));
    // The item says the new one.
    let fields = [("form", "letter"), ("title", "捐單"), ("living", "no"), ("person", "合興 | 首捐")];
    assert_eq!(keeper.post(&item, &fields).await.status, 303);
    assert_eq!(visitor.get(&item).await.links(PAGES), std::slice::from_ref(&person));
    assert_eq!(visitor.get(&person).await.status, 200);
    // What isn't in the archive any more names nobody.
    assert_eq!(keeper.post(&format!("{item}/state"), &[("act", "unpublish")]).await.status, 303);
    assert_eq!(visitor.get(&person).await.status, 404);
    assert_eq!(keeper.get(&item).await.links(PAGES), std::slice::from_ref(&person));
    assert_eq!(keeper.post(&format!("{item}/state"), &[("act", "publish")]).await.status, 303);
    assert_eq!(visitor.get(&person).await.status, 200);
    assert_eq!(keeper.post(&format!("{item}/state"), &[("act", "withdraw")]).await.status, 303);
    assert_eq!(visitor.get(&person).await.status, 404);
    assert!(!keeper.get(&person).await.body.contains("捐單"));
    // Nor does anything name whom nobody knows.
    let item = keeper.describes("又一單", &[("person", "合興")], "publish").await;
    assert_eq!(visitor.get(&item).await.links(PAGES), std::slice::from_ref(&person));
    assert_eq!(keeper.post(&format!("{form}/removal"), &[]).await.status, 303);
    assert!(visitor.get(&item).await.links(PAGES).is_empty());
    for path in [person.as_str(), "/archive/authorities/1", "/archive/authorities/x"] {
        assert_eq!((visitor.get(path).await.status, keeper.get(path).await.status), (404, 404), "{path}");
    }
    let wrong = keeper.post(PEOPLE, &[("kind", "person"), ("name", "甲乙"), ("born", &"光".repeat(61))]).await;
    assert!(wrong.status == 422 && wrong.body.contains("甲乙"), "{}", wrong.body);
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_of_one_name_the_field_chooses_and_many_items_come_in_pages() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let (mut mei, mut visitor) = (a.sign_up("mei").await, Person::new(&a));
    let person = keeper.knows("person", "中山", &[]).await;
    let place = keeper.knows("place", "中山", &[]).await;
    let both = keeper.describes("第0件", &[("person", "中山"), ("place", "中山")], "publish").await;
    assert_eq!(visitor.get(&both).await.links(PAGES), [person, place.clone()]);
    for number in 1..26 {
        let protocol = if number % 2 == 0 { "members" } else { "public" };
        let title = format!("第{number}件");
        keeper.describes(&title, &[("place", "中山"), ("protocol", protocol)], "publish").await;
    }
    for (who, total, pages) in [(&mut mei, 26, 2), (&mut visitor, 14, 1), (&mut keeper, 26, 2)] {
        let first = who.get(&place).await;
        let is_told = ["件", "items"].iter().any(|word| first.body.contains(&format!(">{total} {word}<")));
        assert!(is_told, "{}", first.body);
        assert_eq!(first.body.contains("?page=2"), pages == 2, "{}", first.body);
        let found = (0..26).filter(|number| first.body.contains(&format!(">第{number}件<"))).count();
        assert_eq!(found, total.min(24));
        let second = who.get(&format!("{place}?page=2")).await;
        assert_eq!((second.status, second.body.contains(">第1件<")), (200, pages == 2), "{}", second.body);
    }
    settle(&[&a]).await;
}
