//! Pictures: from a form into a friend's hall and out of the world again; who sees them, and what is no picture.

use serde_json::Value;

use super::gallery::{
    File, Text, animation, is_of, jpeg, jpeg_bomb, large, nine, noise, png, png_bomb, shade, thumbs, with_place,
};
use super::server::{Person, Server, befriend, client, settle};
use super::wire::{document, signed_get};

/// The status of an address that anybody opens.
pub async fn status(url: &str) -> u16 {
    client().get(url).send().await.unwrap().status().as_u16()
}

/// The files of a post's document.
fn attachments(document: &Value) -> Vec<Value> {
    document["attachment"].as_array().cloned().unwrap_or_default()
}

/// The document of a Moment by its page's path.
fn object(hall: &Server, page: &str) -> String {
    format!("{}/objects/{}", hall.origin, page.rsplit('/').next().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn nine_pictures_for_friends_cross_and_nobody_else_gets_one() {
    let (a, b, c) = (Server::start("guangzhou").await, Server::start("penang").await, Server::start("lima").await);
    let (mut mei, mut neighbour) = (a.sign_up("mei").await, a.sign_up("neighbour").await);
    let (mut lan, mut tom) = (b.sign_up("lan").await, b.sign_up("tom").await);
    c.sign_up("far").await;
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let (pictures, words): (_, Vec<String>) = (nine(), (1..=9).map(|n| format!("丸子第 {n} 碗")).collect());
    let given: Vec<(&str, &[u8])> = words.iter().map(String::as_str).zip(pictures.iter().map(Vec::as_slice)).collect();
    let page = mei.shares("冬至", "friends", &given).await;
    // Until they are ready, its author alone knows of it, and is told.
    assert!(mei.get(&page).await.body.contains("Pictures, video or sound being prepared"));
    settle(&[&a, &b]).await;
    assert!(!mei.get(&page).await.body.contains("being prepared"));

    let home = lan.home().await;
    assert!(home.contains("冬至") && home.contains("class=\"nine n9\""), "{home}");
    let copies = thumbs(&home);
    assert_eq!(copies.len(), 9);
    let places: Vec<usize> =
        words.iter().map(|words| home.find(words.as_str()).expect("its words are there")).collect();
    assert!(places.is_sorted(), "the order is kept");
    for (number, thumb) in (0..).zip(&copies) {
        for path in [thumb.clone(), large(thumb)] {
            let seen = lan.opens(&path).await;
            assert_eq!((seen.status, seen.header("content-type")), (200, "image/jpeg"), "{path}");
            assert_eq!((seen.header("cache-control"), seen.header("vary")), ("private, max-age=86400", "Cookie"));
            assert_eq!(seen.header("x-content-type-options"), "nosniff");
            assert!(seen.header("content-security-policy").contains("sandbox"));
            assert!(is_of(&seen.decoded(), shade(number)), "{path} is number {number}");
        }
        // In lan's hall, another member and a visitor find nothing under the same address.
        assert_eq!((tom.opens(thumb).await.status, Person::new(&b).opens(thumb).await.status), (404, 404));
    }
    let one = lan.page_of(&mei).await;
    let viewer = lan.get(&format!("{one}/9")).await;
    assert_eq!(viewer.status, 200);
    assert!(viewer.body.contains("<figcaption") && viewer.body.contains("丸子第 9 碗"), "{}", viewer.body);
    assert!(
        !viewer.body.contains("/media/shared/"),
        "the address that was made for this hall is not shown to its people"
    );
    assert_eq!((lan.get(&format!("{one}/10")).await.status, lan.get(&format!("{one}/0")).await.status), (404, 404));
    assert_eq!((tom.get(&one).await.status, tom.get(&format!("{one}/1")).await.status), (404, 404));

    let own = thumbs(&mei.get(&page).await.body);
    for path in own.iter().flat_map(|thumb| [thumb.clone(), large(thumb)]) {
        assert_eq!(mei.opens(&path).await.status, 200);
        assert_eq!((neighbour.opens(&path).await.status, Person::new(&a).opens(&path).await.status), (404, 404));
    }
    assert_eq!(neighbour.get(&format!("{page}/1")).await.status, 404);
    what_servers_get(&a, &b, &c, &page, &words).await;
}

/// A friend's server is told where the pictures are, each server otherwise; a stranger's learns nothing; when the tie ends, so
/// does what was told.
async fn what_servers_get(a: &Server, b: &Server, c: &Server, page: &str, words: &[String]) {
    let url = object(a, page);
    let told = attachments(&signed_get(&url, b, "lan").await.json());
    assert_eq!(told.len(), 9);
    for (one, words) in told.iter().zip(words) {
        assert_eq!((one["type"].as_str(), one["mediaType"].as_str()), (Some("Image"), Some("image/jpeg")));
        assert_eq!((one["width"].as_i64(), one["height"].as_i64()), (Some(64), Some(48)));
        assert_eq!(one["name"].as_str(), Some(words.as_str()));
        assert!(one["blurhash"].as_str().unwrap().len() > 20);
        let address = one["url"].as_str().unwrap();
        let token = address.strip_prefix(&format!("{}/media/shared/", a.origin)).unwrap();
        assert!(token.len() >= 22, "128 bits at least: {token}");
        let seen = client().get(address).send().await.unwrap();
        assert_eq!(seen.status(), 200);
        assert_eq!(seen.headers()["cross-origin-resource-policy"], "cross-origin");
    }
    assert_eq!(told, attachments(&signed_get(&url, b, "hall").await.json()), "one server, one address");
    for (hall, name) in [(b, "tom"), (c, "far"), (c, "hall")] {
        assert_eq!(signed_get(&url, hall, name).await.status, 404, "{name}");
    }
    assert_eq!(document(&url, &[]).await.status, 404);
    // What was stored to be sent has no address that opens for everybody.
    let id = page.rsplit('/').next().unwrap().parse().unwrap();
    let create = a.ctx.read(move |conn| huiguan::domain::activity::of_post(conn, id, "Create")).await.unwrap().unwrap();
    assert_eq!(document(&create, &[]).await.status, 404);
    let create = signed_get(&create, b, "lan").await.json();
    assert_eq!(attachments(&create["object"]), told);
    assert_eq!(create["proof"]["cryptosuite"], "eddsa-jcs-2022", "each server's own is signed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_a_server_was_given_ends_with_the_tie() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let page = mei.shares("只给朋友", "friends", &[("", &png(20, 10))]).await;
    settle(&[&a, &b]).await;
    let told = attachments(&signed_get(&object(&a, &page), &b, "lan").await.json());
    let address = told[0]["url"].as_str().unwrap();
    assert_eq!((status(address).await, status(&format!("{address}x")).await), (200, 404));
    mei.removes(&lan).await;
    settle(&[&a, &b]).await;
    assert_eq!(status(address).await, 404);
    // What is for everyone has a plain address, which may be kept and shown anywhere.
    let page = mei.shares("给大家", "everyone", &[("", &png(20, 10))]).await;
    settle(&[&a, &b]).await;
    let told = attachments(&document(&object(&a, &page), &[]).await.json());
    let seen = client().get(told[0]["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!((seen.status().as_u16(), &seen.headers()["content-type"]), (200, &"image/png".parse().unwrap()));
    assert_eq!(seen.headers()["cache-control"], "public, max-age=86400");
    assert_eq!(seen.headers()["cross-origin-resource-policy"], "cross-origin");
    let again = client().get(told[0]["url"].as_str().unwrap()).header("if-none-match", &seen.headers()["etag"]);
    assert_eq!(again.send().await.unwrap().status(), 304);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_or_deleted_goes_from_the_disks_of_both_halls() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let pictures = nine();
    let page = mei.shares("三张", "friends", &[("甲", &pictures[0]), ("乙", &pictures[1]), ("丙", &pictures[2])]).await;
    assert_eq!(a.files().len(), 3, "as they were sent");
    settle(&[&a, &b]).await;
    assert_eq!(a.files().len(), 6, "a large and a small form each: {:?}", a.files());
    assert_eq!(b.files().len(), 0, "nobody has looked yet");
    for thumb in thumbs(&lan.home().await) {
        assert_eq!(lan.opens(&thumb).await.status, 200);
    }
    assert_eq!(b.files().len(), 6);
    let shown = thumbs(&mei.get(&page).await.body);
    let ids: Vec<&str> = shown.iter().map(|thumb| thumb.split('/').nth(2).unwrap()).collect();

    // The first goes, the others change places, one gets other words, and a fourth comes.
    let number = page.rsplit('/').next().unwrap();
    let (remove, second, third) =
        (format!("remove-{}", ids[0]), format!("order-{}", ids[1]), format!("order-{}", ids[2]));
    let (alt_two, alt_three) = (format!("alt-{}", ids[1]), format!("alt-{}", ids[2]));
    let form = [
        Text("body", "三张"),
        Text("pictures", "yes"),
        Text("media", ids[0]),
        Text(&remove, "yes"),
        Text("media", ids[1]),
        Text(&second, "3"),
        Text(&alt_two, "乙"),
        Text("media", ids[2]),
        Text(&third, "2"),
        Text(&alt_three, "丙，改过"),
        File("d.jpg", &pictures[3]),
        Text("alt", "丁"),
    ];
    let edited = mei.post_files(&format!("/moments/{number}"), &form).await;
    assert_eq!(edited.status, 303, "{}", edited.body);
    settle(&[&a, &b]).await;
    let home = lan.home().await;
    let copies = thumbs(&home);
    assert_eq!(copies.len(), 3);
    let at = |words: &str| home.find(&format!("alt=\"{words}\"")).unwrap_or_else(|| panic!("{words}: {home}"));
    assert!(at("丙，改过") < at("乙") && at("乙") < at("丁") && !home.contains("alt=\"甲\""));
    assert!(home.contains("class=\"nine n3\"") && home.contains("Edited"));
    for (copy, colour) in copies.iter().zip([2, 1, 3]) {
        assert!(is_of(&lan.opens(copy).await.decoded(), shade(colour)));
    }
    assert_eq!((a.files().len(), b.files().len()), (6, 6), "the first is gone from both");
    assert_eq!(mei.opens(&shown[0]).await.status, 404);

    let told = attachments(&signed_get(&object(&a, &page), &b, "lan").await.json());
    assert_eq!(mei.post(&format!("/moments/{number}/delete"), &[]).await.status, 303);
    settle(&[&a, &b]).await;
    assert!(!lan.home().await.contains("三张"));
    assert_eq!((a.files(), b.files()), (Vec::new(), Vec::new()));
    assert_eq!(status(told[0]["url"].as_str().unwrap()).await, 404);
    assert_eq!((mei.opens(&shown[1]).await.status, lan.opens(&copies[0]).await.status), (404, 404));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_in_a_form_that_says_no_more_of_it_is_not_dropped() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let form = [Text("body", "一张"), Text("audience", "everyone"), File("a.jpg", &nine()[0])];
    assert_eq!(mei.post_files("/moments", &form).await.status, 303);
    settle(&[&a]).await;
    assert_eq!(thumbs(&mei.home().await).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_sent_ahead_described_and_put_in_order_without_script() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let pictures = nine();
    let ahead = [
        Text("key", "k1"),
        Text("body", "还没写完"),
        Text("audience", "me"),
        Text("pictures", "yes"),
        File("a.jpg", &pictures[0]),
        File("b.jpg", &pictures[1]),
        Text("step", "pictures"),
    ];
    let form = mei.post_files("/moments", &ahead).await;
    assert_eq!(form.status, 200, "{}", form.body);
    assert!(form.body.contains("还没写完") && form.body.contains("value=\"k1\""), "what was typed stays");
    assert_eq!(mei.get("/@mei").await.links("/@mei/").len(), 0, "nothing is published yet");
    let inputs = form.body.split("name=\"media\" value=\"").skip(1);
    let ids: Vec<String> = inputs.map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 2);
    settle(&[&a]).await;
    // Nobody but who sent them sees them.
    let mut hua = a.sign_up("hua").await;
    let thumb = format!("/media/{}/thumb", ids[0]);
    assert_eq!((mei.opens(&thumb).await.status, hua.opens(&thumb).await.status), (200, 404));
    let stolen = [("body", "hers"), ("audience", "me"), ("pictures", "yes"), ("media", ids[0].as_str())];
    let answer = hua.post("/moments", &stolen).await;
    assert!(answer.status == 422 && answer.body.contains("no longer here"), "{}", answer.body);

    // The second to the front, with words; the same form twice.
    let order = [format!("order-{}", ids[0]), format!("order-{}", ids[1]), format!("alt-{}", ids[1])];
    let whole = [
        ("key", "k1"),
        ("body", "写完了"),
        ("audience", "me"),
        ("pictures", "yes"),
        ("media", &ids[0]),
        (&order[0], "1"),
        ("media", &ids[1]),
        (&order[1], "1"),
        (&order[2], "  白的 <b> "),
    ];
    for _ in 0..2 {
        assert_eq!(mei.post("/moments", &whole).await.status, 303);
    }
    let profile = mei.get("/@mei").await;
    assert_eq!(profile.body.matches("写完了").count(), 1);
    let shown = thumbs(&profile.body);
    assert_eq!(shown, [format!("/media/{}/thumb", ids[1]), thumb]);
    assert!(profile.body.contains("alt=\"白的 &#60;b&#62;\""), "{}", profile.body);
    assert!(profile.body.contains("aria-label=\"Picture 2\""), "a link has a name");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_with_files_that_is_sent_twice_posts_once_and_leaves_nothing() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let picture = png(30, 20);
    let form = [
        Text("key", "k1"),
        Text("body", "一次"),
        Text("audience", "me"),
        Text("pictures", "yes"),
        File("a.png", &picture),
    ];
    for _ in 0..2 {
        assert_eq!(mei.post_files("/moments", &form).await.status, 303);
    }
    settle(&[&a]).await;
    let page = mei.get("/@mei").await.body;
    assert_eq!((page.matches("一次").count(), thumbs(&page).len()), (1, 1));
    a.clock.advance(25 * huiguan::clock::HOUR);
    huiguan::worker::sweep(&a.ctx).await.unwrap();
    settle(&[&a]).await;
    assert_eq!(a.files().len(), 2, "{:?}", a.files());
    // A form that somebody else made up stores nothing: its token comes before its files.
    mei.token = "another".to_owned();
    let answer = mei.post_files("/moments", &form).await;
    assert!(answer.status == 403 || answer.status == 400, "{}", answer.status);
    assert_eq!(a.files().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_breaks_off_leaves_nothing_half_written() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let (first, second) = (jpeg(60, 40, shade(1)), noise(500));
    let form = mei.form(&[
        Text("audience", "me"),
        Text("body", "两张"),
        Text("pictures", "yes"),
        File("a.jpg", &first),
        File("b.jpg", &second),
    ]);
    let broken = mei.post_form("/moments", form[..form.len() - 20_000].to_vec()).await;
    assert_eq!(broken.status, 422);
    assert!(broken.body.contains("broke off before everything was here"), "{}", broken.body);
    assert_eq!(mei.get("/@mei").await.links("/@mei/").len(), 0);
    assert_eq!(a.files().len(), 1, "the first had come whole and is in the form; of the second there is nothing");
    // What a crash leaves before a row needs it goes after a day.
    let stem = huiguan::domain::media::stem();
    let (announced, original) = (stem.clone(), huiguan::domain::media::Variant::Original);
    a.ctx.write(move |conn| huiguan::domain::media::reserve(conn, &announced, &[original])).await.unwrap();
    a.ctx.files.put(&original.key(&stem), vec![1]).await.unwrap();
    settle(&[&a]).await;
    assert_eq!(a.files().len(), 3, "{:?}", a.files());
    a.clock.advance(25 * huiguan::clock::HOUR);
    huiguan::worker::sweep(&a.ctx).await.unwrap();
    settle(&[&a]).await;
    assert_eq!(a.files(), Vec::<String>::new());
    // The whole form is taken.
    assert_eq!(mei.post_form("/moments", form).await.status, 303);
    settle(&[&a]).await;
    assert_eq!(a.files().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_is_said_at_once_and_stores_nothing() {
    let a = Server::start_with("guangzhou", |config| config.limits.picture_bytes_max = 100_000).await;
    let mut mei = a.sign_up("mei").await;
    let too_many_bytes = noise(400);
    assert!(too_many_bytes.len() > 100_000);
    let table: [(&[u8], &str); 9] = [
        (
            b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script>1</script></svg>",
            "an SVG drawing",
        ),
        (b"<html><script>alert(1)</script></html>", "neither a picture nor a video nor a sound that can be read here"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC file"),
        (b"\0\0\0\x18ftypavif\0\0\0\0avifmif1", "AVIF file"),
        (b"%PDF-1.7", "neither a picture nor a video nor a sound that can be read here"),
        (&png_bomb(10_000), "more pixels than can be handled"),
        (&png_bomb(8_945), "more pixels than can be handled"),
        (&jpeg_bomb(9_000), "more pixels than can be handled"),
        (&too_many_bytes, "larger than 0 MB"),
    ];
    for (content, words) in table {
        let answer = mei.sends("说好的照片", "friends", &[("汤圆", content)]).await;
        assert_eq!(answer.status, 422, "{words}");
        assert!(answer.body.contains(words) && answer.body.contains("a.jpg"), "{words}: {}", answer.body);
        assert!(answer.body.contains("说好的照片"), "what was typed is kept");
        settle(&[&a]).await;
        assert_eq!(a.files(), Vec::<String>::new(), "{words}");
    }
    let (ok, long) = (png(30, 20), "字".repeat(1_501));
    let many: Vec<(&str, &[u8])> = (0..10).map(|_| ("", ok.as_slice())).collect();
    for (given, words) in
        [(many.as_slice(), "At most 9 pictures"), (&[(long.as_str(), ok.as_slice())], "at most 1500 char")]
    {
        let answer = mei.sends("说好的照片", "friends", given).await;
        assert!(answer.status == 422 && answer.body.contains(words), "{words}: {}", answer.body);
    }
    assert_eq!(mei.get("/@mei").await.links("/@mei/").len(), 0);
    // The same with honest pictures, under whatever names.
    mei.shares("说好的照片", "friends", &[("汤圆", &jpeg(60, 40, [9, 9, 9]))]).await;
    mei.shares("也可以不写字", "friends", &many[..9]).await;
    settle(&[&a]).await;
    assert_eq!(thumbs(&mei.get("/@mei").await.body).len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_turns_out_to_be_no_picture_is_told_to_its_author_alone() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let good = jpeg(300, 200, shade(1));
    let mut damaged = png(30, 20);
    let data = damaged.windows(4).position(|four| four == b"IDAT").unwrap();
    damaged[data + 6..data + 12].copy_from_slice(&[7; 6]);
    for (content, words) in [
        (&good[..good.len() / 2], "breaks off in the middle"),
        (&animation(601), "The animation is too much"),
        (&damaged, "The file is damaged"),
    ] {
        let page = mei.shares("有一张坏的", "friends", &[("好", &good), ("坏", content)]).await;
        settle(&[&a, &b]).await;
        assert!(!lan.home().await.contains("有一张坏的"), "{words}: nothing half-made goes out");
        let own = mei.get(&page).await;
        assert!(own.body.contains(words) && own.body.contains("Picture 2"), "{words}: {}", own.body);
        assert_eq!(thumbs(&own.body).len(), 1);
        // Without the bad one it goes out.
        let number = page.rsplit('/').next().unwrap();
        let form = mei.get(&format!("/moments/{number}/edit")).await.body;
        let ids: Vec<&str> =
            form.split("name=\"media\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        let remove = format!("remove-{}", ids[1]);
        let fields =
            [("body", "有一张坏的"), ("pictures", "yes"), ("media", ids[0]), ("media", ids[1]), (&remove, "yes")];
        assert_eq!(mei.post(&format!("/moments/{number}"), &fields).await.status, 303);
        settle(&[&a, &b]).await;
        let home = lan.home().await;
        assert!(home.contains("有一张坏的") && thumbs(&home).len() == 1, "{words}: {home}");
        assert_eq!(mei.post(&format!("/moments/{number}/delete"), &[]).await.status, 303);
        settle(&[&a, &b]).await;
    }
    // One that never went out is deleted without a word to anybody.
    let page = mei.shares("算了", "friends", &[("", &good[..900])]).await;
    settle(&[&a, &b]).await;
    let before = b.last_outcome().await;
    assert_eq!(mei.post(&format!("/moments/{}/delete", page.rsplit('/').next().unwrap()), &[]).await.status, 303);
    settle(&[&a, &b]).await;
    assert_eq!(before, b.last_outcome().await);
    assert_eq!((a.files(), b.files()), (Vec::new(), Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn place_and_camera_stay_behind_and_what_moves_moves() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    // 6 means: turn it a quarter to the right before looking.
    let camera = with_place(&jpeg(60, 40, shade(3)), 6);
    assert!(camera.windows(11).any(|part| part == b"GPS-Jieyang"));
    mei.shares("在家乡拍的", "me", &[("", &camera), ("", &animation(3))]).await;
    settle(&[&a]).await;
    let shown = thumbs(&mei.get("/@mei").await.body);
    for path in [shown[0].clone(), large(&shown[0])] {
        let seen = mei.opens(&path).await;
        assert!(
            !seen.bytes.windows(3).any(|part| part == b"GPS") && !seen.bytes.windows(4).any(|part| part == b"Exif")
        );
        let picture = seen.decoded();
        assert_eq!((picture.width(), picture.height()), (40, 60));
        assert!(picture.to_rgb8().get_pixel(20, 5).0[0] < 120 && picture.to_rgb8().get_pixel(20, 55).0[0] > 230);
    }
    let (still, moving) = (mei.opens(&shown[1]).await, mei.opens(&large(&shown[1])).await);
    assert_eq!((still.header("content-type"), moving.header("content-type")), ("image/jpeg", "image/gif"));
    let decoder = image::codecs::gif::GifDecoder::new(std::io::Cursor::new(moving.bytes)).unwrap();
    assert_eq!(image::AnimationDecoder::into_frames(decoder).collect_frames().unwrap().len(), 3);
    assert_eq!(mei.opens(&shown[0].replace("thumb", "original")).await.status, 404, "no original is served");
    assert!(a.files().iter().all(|file| !file.ends_with("original")), "or kept");
}
