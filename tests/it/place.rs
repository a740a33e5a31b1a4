//! Places: typed or refused, shown under the Moment, told to other halls, changed and gone.

use serde_json::json;

use super::peer::Peer;
use super::server::{Person, Server, befriend, settle};
use super::wire::document;

/// The place that a page shows, with where its link leads.
fn spot(page: &str) -> Option<(String, String)> {
    let line = page.split("class=\"small spot\"").nth(1)?.split("</p>").next()?;
    let text = line.split("</span>").nth(1)?.split('>').nth(1)?.split('<').next()?;
    let link = line.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    Some((text.to_owned(), link.replace("&#38;", "&").replace("&amp;", "&")))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_crosses_changes_and_goes() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let form = mei.get("/moments/new").await;
    assert!(form.body.contains("name=\"place_rough\" value=\"yes\" checked"), "rough unless chosen otherwise");
    assert!(form.header("permissions-policy").contains("geolocation=(self)"));
    let fields = [
        ("body", "拜拜"),
        ("audience", "friends"),
        ("place", "槟城 <张弼士>"),
        ("coordinates", "5.41412, 100.32881"),
        ("place_rough", "yes"),
    ];
    assert_eq!(mei.post("/moments", &fields).await.status, 303);
    settle(&[&a, &b]).await;
    let map = "https://www.openstreetmap.org/?mlat=5.414&mlon=100.329#map=15/5.414/100.329";
    let shown = Some(("槟城 &#60;张弼士&#62;".to_owned(), map.to_owned()));
    assert_eq!(spot(&mei.home().await), shown);
    assert_eq!(spot(&lan.home().await), shown, "the same in the other hall");

    let home = mei.get("/").await;
    let edit = home.links("/moments/").into_iter().find(|link| link.ends_with("/edit")).unwrap();
    let form = mei.get(&edit).await.body;
    assert!(form.contains("value=\"5.414, 100.329\"") && form.contains("value=\"yes\" checked"), "{form}");
    let path = edit.trim_end_matches("/edit").to_owned();
    // A form that doesn't speak of the place leaves it.
    assert_eq!(mei.post(&path, &[("body", "拜拜了")]).await.status, 303);
    settle(&[&a, &b]).await;
    assert_eq!(spot(&lan.home().await), shown);
    let exact = [("body", "拜拜了"), ("place", ""), ("coordinates", "-37.81361, 144.96312")];
    assert_eq!(mei.post(&path, &exact).await.status, 303);
    settle(&[&a, &b]).await;
    assert_eq!(spot(&lan.home().await).unwrap().0, "-37.81361, 144.96312");
    assert!(!mei.get(&edit).await.body.contains("value=\"yes\" checked"));
    assert_eq!(mei.post(&path, &[("body", "拜拜了"), ("place", "家"), ("coordinates", "")]).await.status, 303);
    settle(&[&a, &b]).await;
    assert_eq!(spot(&lan.home().await), Some(("家".to_owned(), String::new())));
    assert_eq!(mei.post(&path, &[("body", "拜拜了"), ("place", ""), ("coordinates", "")]).await.status, 303);
    settle(&[&a, &b]).await;
    assert_eq!((spot(&mei.home().await), spot(&lan.home().await)), (None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_is_none_comes_back_with_the_form() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    for (place, coordinates, words) in [
        ("榕江", "somewhere", "latitude first"),
        ("榕江", "91, 0", "latitude first"),
        (&*"江".repeat(101), "", "may have 100 characters"),
    ] {
        let fields = [("body", "写了半天"), ("audience", "everyone"), ("place", place), ("coordinates", coordinates)];
        let answer = mei.post("/moments", &fields).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains(words) && answer.body.contains("写了半天"), "{}", answer.body);
        assert!(answer.body.contains(place), "what was typed stays");
    }
    assert!(!mei.home().await.contains("写了半天"));
    let taken = [("body", "写了半天"), ("audience", "everyone"), ("place", "榕江")];
    assert_eq!(mei.post("/moments", &taken).await.status, 303);
    assert_eq!(spot(&mei.home().await).unwrap().0, "榕江");
}

#[tokio::test(flavor = "multi_thread")]
async fn places_go_over_the_wire_and_with_their_post() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let fields = [("body", "到了"), ("audience", "everyone"), ("place", "榕江"), ("coordinates", "23.5, 116.25")];
    assert_eq!(mei.post("/moments", &fields).await.status, 303);
    let page = mei.get("/").await.links("/@mei/").remove(0);
    let object = format!("{}{}", a.origin, page.replace("/@mei/", "/objects/"));
    let location = json!({"type": "Place", "name": "榕江", "latitude": 23.5, "longitude": 116.25});
    assert_eq!(document(&object, &[]).await.json()["location"], location);
    assert_eq!(spot(&Person::new(&a).get(&page).await.body).unwrap().0, "榕江");

    // From elsewhere: read, cut, and gone with the post.
    let peer = Peer::start();
    let ivan = peer.person("ivan");
    mei.asks(&format!("@ivan@{}", peer.authority), "").await;
    settle(&[&a]).await;
    let follow = peer.taken("Follow").remove(0);
    assert_eq!(ivan.sends(&a, &ivan.activity("a", "Accept", follow)).await, 202);
    settle(&[&a]).await;
    let mut create = ivan.create("1", "<p>from afar</p>");
    create["object"]["location"] =
        json!({"type": "Place", "name": "x".repeat(5_000), "latitude": "5.5", "longitude": 1e300});
    assert_eq!(ivan.sends(&a, &create).await, 202);
    settle(&[&a]).await;
    let home = mei.home().await;
    assert!(home.contains("from afar"), "{home}");
    assert_eq!(spot(home.split("from afar").nth(1).unwrap()), Some(("x".repeat(100), String::new())));
    let gone = ivan.activity("d", "Delete", json!(format!("{}/notes/1", ivan.uri)));
    assert_eq!(ivan.sends(&a, &gone).await, 202);
    assert_eq!(mei.post(&format!("{}/delete", page.replace("/@mei/", "/moments/")), &[]).await.status, 303);
    settle(&[&a]).await;
    let places = a.ctx.read(|conn| {
        use diesel::{QueryDsl, RunQueryDsl};
        Ok(huiguan::db::schema::post_place::table.count().get_result::<i64>(conn.link())?)
    });
    assert_eq!(places.await.unwrap(), 0, "no place outlives its post");
}

#[tokio::test(flavor = "multi_thread")]
async fn public_pages_say_what_others_may_show_of_them_and_no_other_page_does() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let (open, closed) = (mei.posts("给大家 <看>", "everyone").await, mei.posts("给朋友", "friends").await);
    let mut anonymous = Person::new(&a);
    let page = anonymous.get(&open).await.body;
    assert!(page.contains("<meta property=\"og:description\" content=\"给大家 &#60;看&#62;\">"), "{page}");
    assert!(page.contains("og:site_name"));
    for path in ["/@mei", "/about"] {
        assert!(anonymous.get(path).await.body.contains("<meta property=\"og:title\""), "{path}");
    }
    let page = mei.get(&closed).await;
    assert!(page.status == 200 && !page.body.contains("og:"), "{}", page.body);
}
