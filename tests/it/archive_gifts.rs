//! What visitors give to the archive, where the hall lets them: the form, its limits, and the link by which they look after it.

use huiguan::domain::login::Role;

use super::archive::png;
use super::archive_files::wav;
use super::server::{Person, Server, number, settle};

const HALL: [(&str, &str); 5] = [
    ("hall_name", "榕江会馆"),
    ("default_language", "en"),
    ("languages", "en"),
    ("time_zone", "UTC"),
    ("takes_gifts", "yes"),
];
const FIELDS: [(&str, &str); 4] =
    [("who", "外婆的店"), ("giver", "阿明"), ("contact", "012-345"), ("permission", "yes")];

/// A hall that lets visitors give; answers it with its owner, who keeps the archive too, and a visitor with the form before them.
async fn open_hall() -> (Server, Person, Person) {
    let a = Server::start_with("guangzhou", |config| config.limits.picture_bytes_max = 20_000).await;
    let mut owner = a.sign_up_as("warden", Role::Owner).await;
    assert_eq!(owner.post("/office/hall", &HALL).await.status, 303);
    let mut visitor = Person::new(&a);
    visitor.token = visitor.get("/archive/offers/new").await.form_token();
    (a, owner, visitor)
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_give_only_where_the_hall_lets_them() {
    let a = Server::start("guangzhou").await;
    let mut owner = a.sign_up_as("warden", Role::Owner).await;
    let mut visitor = Person::new(&a);
    let form = "/archive/offers/new";
    assert!(visitor.get(form).await.location().starts_with("/sign-in"), "off at first");
    assert!(!visitor.get("/archive").await.body.contains(form));
    visitor.token = visitor.get("/sign-in").await.form_token();
    let answer = visitor.hands_in("/archive/offers", &FIELDS, &[("店.png", png(50))]).await;
    assert!(answer.location().starts_with("/sign-in"), "{}", answer.status);
    assert_eq!(owner.post("/office/hall", &HALL).await.status, 303);
    assert!(owner.get("/office/hall").await.body.contains("value=\"yes\" checked"));
    let page = visitor.get(form).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Your name") && page.body.contains("How to reach you"), "{}", page.body);
    assert!(visitor.get("/archive").await.body.contains(form));
    let answer = visitor.hands_in("/archive/offers", &FIELDS, &[("店.png", png(50))]).await;
    let link = answer.location().to_owned();
    assert!(link.starts_with("/archive/gifts/"), "{link}: {}", answer.body);
    settle(&[&a]).await;
    // The hall may think better of it; links go on working.
    assert_eq!(owner.post("/office/hall", &HALL[..4]).await.status, 303);
    assert!(visitor.get(form).await.location().starts_with("/sign-in"));
    assert_eq!(visitor.get(&link).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_gift_is_said() {
    let (a, _, mut visitor) = open_hall().await;
    for (field, said) in [("giver", "fill this in"), ("contact", "fill this in"), ("permission", "your permission")] {
        let missing: Vec<_> = FIELDS.iter().copied().filter(|(name, _)| *name != field).collect();
        let answer = visitor.hands_in("/archive/offers", &missing, &[("店.png", png(50))]).await;
        assert!(answer.status == 422 && answer.body.contains(said), "{field}: {}", answer.body);
        assert!(answer.body.contains("外婆的店"), "what was typed stays");
    }
    let robot = [&FIELDS[..], &[("website", "https://spam.example")]].concat();
    let answer = visitor.hands_in("/archive/offers", &robot, &[("店.png", png(50))]).await;
    assert!(answer.status == 422 && answer.body.contains("must stay empty"), "{}", answer.body);
    for (name, bytes) in [("店.jpg", b"MZ\x90\0".to_vec()), ("large.txt", vec![b'a'; 20_001])] {
        let answer = visitor.hands_in("/archive/offers", &FIELDS, &[(name, bytes)]).await;
        assert_eq!(answer.status, 422, "{name}");
    }
    // No upload in parts, nor anybody else's.
    let mut mei = a.sign_up("mei").await;
    let url = mei.begins_upload(4).await;
    assert_eq!(mei.sends_part(&url, 0, b"abcd").await.status, 204);
    let stolen = [&FIELDS[..], &[("upload", number(&url))]].concat();
    assert_eq!(visitor.hands_in("/archive/offers", &stolen, &[]).await.status, 422);
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_is_asked_answers_and_may_take_it_back() {
    let (a, mut keeper, mut visitor) = open_hall().await;
    let mut mei = a.sign_up("mei").await;
    let answer = visitor.hands_in("/archive/offers", &FIELDS, &[("店.png", png(50))]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let link = answer.location().to_owned();
    assert!(link.starts_with("/archive/gifts/"), "{link}");
    settle(&[&a]).await;
    let page = visitor.get(&link).await;
    assert!(page.body.contains("外婆的店") && page.body.contains("Offered"), "{}", page.body);
    assert!(page.body.contains(&format!("{}{link}", a.origin)), "the link is shown to be kept");
    assert_eq!((page.header("referrer-policy"), page.header("x-robots-tag")), ("no-referrer", "noindex"));
    assert_eq!(visitor.get("/archive/gifts/guess").await.status, 404);
    // It waits like any other, and nobody else sees it.
    let queue = keeper.get("/archive/queue").await;
    assert!(queue.body.contains("外婆的店") && queue.body.contains("阿明"), "{}", queue.body);
    let item = queue.links("/archive/items/").into_iter().find(|link| !link.ends_with("new")).unwrap();
    assert_eq!((visitor.get(&item).await.status, mei.get(&item).await.status), (404, 404));
    assert!(keeper.get(&item).await.body.contains("012-345"), "how the giver is reached");
    assert_eq!(keeper.post(&format!("{item}/notes"), &[("body", "哪一年？")]).await.status, 303);
    assert!(visitor.get(&link).await.body.contains("哪一年？"));
    assert_eq!(visitor.post(&format!("{link}/notes"), &[("body", " ")]).await.status, 422);
    assert_eq!(visitor.post(&format!("{link}/notes"), &[("body", "民国廿六年")]).await.status, 303);
    assert!(keeper.get(&item).await.body.contains("民国廿六年"));
    assert!(keeper.told().await.contains("writes about an item"), "archivists hear of it");
    assert_eq!(keeper.post(&format!("{item}/state"), &[("act", "publish")]).await.status, 303);
    let page = visitor.get(&item).await.body;
    assert!(page.contains("阿明") && !page.contains("012-345") && !page.contains("哪一年"), "{page}");
    assert!(visitor.get(&link).await.body.contains(&item));
    assert_eq!(visitor.post(&format!("{link}/withdrawal"), &[]).await.status, 409, "it is the archive's now");
    // Also while the archive mends it.
    assert_eq!(keeper.post(&format!("{item}/state"), &[("act", "unpublish")]).await.status, 303);
    assert_eq!(visitor.post(&format!("{link}/withdrawal"), &[]).await.status, 409);
    assert!(keeper.get(&item).await.body.contains("外婆的店"), "it is all there");
    // Another one is taken back; its words and pictures go.
    let answer = visitor.hands_in("/archive/offers", &FIELDS, &[("店.png", png(51))]).await;
    let other = answer.location().to_owned();
    assert_eq!(visitor.post(&format!("{other}/withdrawal"), &[]).await.status, 303);
    let page = visitor.get(&other).await.body;
    assert!(page.contains("was taken back") && !page.contains("外婆的店"), "{page}");
    assert_eq!(visitor.post(&format!("{other}/notes"), &[("body", "x")]).await.status, 404);
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_may_not_give_without_end() {
    let a = Server::start_with("guangzhou", |config| config.limits.rate_limit = true).await;
    a.ctx
        .write(|conn| {
            let hall = huiguan::domain::hall::get(conn)?;
            let settings = huiguan::domain::hall::Settings {
                name: "会馆".to_owned(),
                motto: hall.motto,
                about: hall.about,
                rules: hall.rules,
                language: "en".to_owned(),
                languages: vec!["en".to_owned()],
                time_zone: hall.time_zone,
                takes_gifts: true,
            };
            huiguan::domain::hall::update(conn, &settings).map(drop)
        })
        .await
        .unwrap();
    let mut visitor = Person::new(&a);
    visitor.token = visitor.get("/archive/offers/new").await.form_token();
    for shade in 0..6 {
        let answer = visitor.hands_in("/archive/offers", &FIELDS, &[("a.png", png(shade))]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
    }
    assert_eq!(visitor.hands_in("/archive/offers", &FIELDS, &[("a.png", png(9))]).await.status, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_named_many_times_is_taken_once_and_nothing_stays_of_a_form_that_is_refused() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let bytes = wav();
    let url = mei.begins_upload(bytes.len()).await;
    assert_eq!(mei.sends_part(&url, 0, &bytes).await.status, 204);
    let mut fields = vec![("upload", number(&url)); 20];
    // Nothing is said of who it is, so that it is refused.
    fields.push(("permission", "yes"));
    let answer = mei.post("/archive/offers", &fields).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    settle(&[&a]).await;
    assert!(a.files().is_empty(), "nothing of it is left: {:?}", a.files());
    fields.push(("who", "外公唱的歌"));
    let answer = mei.post("/archive/offers", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    settle(&[&a]).await;
    assert_eq!(a.files().len(), 1, "{:?}", a.files());
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_claim_ran_out_writes_no_more() {
    use huiguan::domain::upload::{self, Claim};
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let url = mei.begins_upload(1_000).await;
    let id: huiguan::id::UploadId = number(&url).parse().unwrap();
    let owner = a.ctx.read(|conn| huiguan::domain::actor::local_by_name(conn, "mei")).await.unwrap().unwrap().id;
    let claimed = a.ctx.write(move |conn| upload::claim(conn, owner, id, 0)).await.unwrap();
    let Claim::Taken(first) = claimed else { panic!("{claimed:?}") };
    assert!(matches!(a.ctx.write(move |conn| upload::claim(conn, owner, id, 0)).await.unwrap(), Claim::Busy));
    a.clock.advance(2 * huiguan::clock::MINUTE);
    let claimed = a.ctx.write(move |conn| upload::claim(conn, owner, id, 0)).await.unwrap();
    let Claim::Taken(second) = claimed else { panic!("{claimed:?}") };
    let (late, held) = (first.claimed_until, second.claimed_until);
    assert!(a.ctx.write(move |conn| upload::advance(conn, id, 900, late)).await.is_err());
    assert!(a.ctx.write(move |conn| upload::release(conn, id, 900, late)).await.is_err());
    let until = a.ctx.write(move |conn| upload::advance(conn, id, 300, held)).await.unwrap();
    a.ctx.write(move |conn| upload::release(conn, id, 400, until)).await.unwrap();
    assert_eq!(mei.tus("HEAD", &url, &[], Vec::new()).await.header("upload-offset"), "400");
}
