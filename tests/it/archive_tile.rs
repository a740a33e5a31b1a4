//! Large pictures of the archive: read at their full size by viewers, with a script and without, by whoever may see them.

use huiguan::domain::login::Role;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, Rgb, RgbImage};

use super::archive::png;
use super::server::{Person, Server, number, settle};

/// Where the mark stands: three strokes of three pixels, three pixels apart, which are one smudge in the form for reading.
const MARK: (u32, u32) = (4_321, 2_345);

/// A sheet of paper with the mark, if it is large enough for it.
fn sheet(width: u32, height: u32) -> Vec<u8> {
    let mut picture = RgbImage::from_pixel(width, height, Rgb([236, 226, 204]));
    for (x, y) in (0..15).flat_map(|x| (0..30).map(move |y| (x, y))).filter(|(x, _)| x / 3 % 2 == 0) {
        if MARK.0 + x < width && MARK.1 + y < height {
            picture.put_pixel(MARK.0 + x, MARK.1 + y, Rgb([20, 18, 16]));
        }
    }
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 95).encode_image(&picture).unwrap();
    bytes
}

/// Does the mark stand in a picture that begins here, stroke by stroke?
fn has_mark(picture: &DynamicImage, (left, top): (u32, u32)) -> bool {
    let grey = picture.to_luma8();
    let at = |x: u32| grey.get_pixel(MARK.0 + x - left, MARK.1 + 15 - top).0[0];
    [1, 7, 13].iter().all(|x| at(*x) < 90) && [4, 10].iter().all(|x| at(*x) > 150)
}

fn sizes(picture: &DynamicImage) -> (u32, u32) {
    (picture.width(), picture.height())
}

/// The file of an item and the number of its picture.
async fn file_of(keeper: &mut Person, path: &str) -> (String, String) {
    let file = keeper.get(path).await.links("/archive/files/").remove(0);
    let page = keeper.get(&file).await.body;
    let picture = page.split("src=\"/media/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    (file, picture)
}

/// Part by part, without a script.
async fn is_read_in_parts(visitor: &mut Person, file: &str, small: &str) {
    let page = visitor.get(&format!("{file}?part=6")).await.body;
    assert!(page.contains(&format!("src=\"{file}/parts/6\"")) && !page.contains("data-tiles"), "{page}");
    assert!(visitor.get(&format!("{file}?part=7")).await.body.contains("data-tiles"), "there are six");
    let part = visitor.opens(&format!("{file}/parts/6")).await.decoded();
    assert!(has_mark(&part, (5_000 - part.width(), 3_000 - part.height())), "the last one ends where the picture does");
    for wrong in [format!("{file}/parts/0"), format!("{file}/parts/7"), format!("{small}/parts/1")] {
        assert_eq!(visitor.opens(&wrong).await.status, 404, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_picture_is_read_at_its_full_size() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let mut visitor = Person::new(&a);
    let path = keeper.describes("大幅批信", &[], "publish").await;
    keeper.adds(&path, &[], &[("批.jpg", sheet(5_000, 3_000)), ("封.png", png(3))]).await;
    settle(&[&a]).await;
    let (file, picture) = file_of(&mut keeper, &path).await;
    let tiles = format!("/media/{picture}/tiles");
    let page = visitor.get(&file).await.body;
    assert!(page.contains(&format!("data-tiles=\"{tiles}\" data-size=\"5000x3000\"")), "{page}");
    assert!(page.contains("tile.js") && page.contains("width=\"2048\" height=\"1229\""), "{page}");
    let small = keeper.get(&path).await.links("/archive/files/").pop().unwrap();
    let page = visitor.get(&small).await.body;
    assert!(!page.contains("data-tiles") && !page.contains("?part="), "what fits needs nothing more: {page}");

    // Tile by tile.
    let tile = visitor.opens(&format!("{tiles}/0/8/4")).await;
    assert_eq!((tile.status, tile.header("content-type")), (200, "image/jpeg"));
    assert!(has_mark(&tile.decoded(), (4_096, 2_048)));
    assert!(!tile.bytes.windows(4).any(|four| four == b"Exif"));
    assert_eq!(sizes(&visitor.opens(&format!("{tiles}/1/4/2")).await.decoded()), (452, 476));
    assert_eq!(sizes(&visitor.opens(&format!("{tiles}/4/0/0")).await.decoded()), (313, 188));
    for wrong in ["0/10/0", "0/0/6", "5/0/0", "x/0/0", "0/-1/0", "0/4294967295/4294967295"] {
        assert_eq!(visitor.opens(&format!("{tiles}/{wrong}")).await.status, 404, "{wrong}");
    }

    // For viewers.
    let manifest = visitor.get(&format!("/iiif/items/{}/manifest", number(&path))).await.json();
    let canvas = &manifest["items"][0];
    assert_eq!((canvas["width"].as_u64(), canvas["height"].as_u64()), (Some(5_000), Some(3_000)));
    let body = &canvas["items"][0]["items"][0]["body"];
    assert_eq!((body["width"].as_u64(), body["height"].as_u64()), (Some(2_048), Some(1_229)));
    let service = format!("/iiif/images/{picture}");
    let info = visitor.get(&format!("{service}/info.json")).await.json();
    assert_eq!((info["width"].as_u64(), info["height"].as_u64()), (Some(5_000), Some(3_000)));
    assert_eq!((info["maxWidth"].as_u64(), info["tiles"][0]["width"].as_u64()), (Some(2_048), Some(512)));
    assert_eq!(info["tiles"][0]["scaleFactors"].as_array().unwrap().len(), 5);
    let same = visitor.opens(&format!("{service}/4096,2048,512,512/512,512/0/default.jpg")).await;
    assert!(same.status == 200 && same.bytes == tile.bytes, "a tile is given as it lies there");
    let whole = visitor.opens(&format!("{service}/full/max/0/default.jpg")).await;
    assert_eq!((whole.status, sizes(&whole.decoded())), (200, (2_048, 1_229)));
    assert_eq!(whole.bytes, visitor.opens(&format!("/media/{picture}/display")).await.bytes);
    let part = visitor.opens(&format!("{service}/4000,2000,800,700/max/0/default.jpg")).await.decoded();
    assert!(sizes(&part) == (800, 700) && has_mark(&part, (4_000, 2_000)));
    for (asked, size) in [("full/300,", (300, 180)), ("4000,2000,800,700/200,", (200, 175)), ("square/90,90", (90, 90))]
    {
        let part = visitor.opens(&format!("{service}/{asked}/0/default.jpg")).await.decoded();
        assert_eq!(sizes(&part), size, "{asked}");
        let middle = part.to_rgb8().get_pixel(size.0 / 2, size.1 / 2).0;
        assert!(middle[0] > 220 && middle[2] > 180, "{asked}: paper, {middle:?}");
    }
    for wrong in ["full/2049,", "full/5000,3000", "5000,0,1,1/max", "0,0,10,10/11,11"] {
        let answer = visitor.opens(&format!("{service}/{wrong}/0/default.jpg")).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }

    is_read_in_parts(&mut visitor, &file, &small).await;
    // They go with their file.
    let kept = || a.files().iter().filter(|name| name.ends_with(".tiles")).count();
    assert_eq!(kept(), 1);
    assert_eq!(keeper.post(&format!("{file}/removal"), &[]).await.status, 303);
    settle(&[&a]).await;
    assert_eq!(kept(), 0);
    assert_eq!(visitor.opens(&format!("{tiles}/0/8/4")).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn tiles_are_for_whom_their_picture_is() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let (mut member, mut visitor) = (a.sign_up("member").await, Person::new(&a));
    let mut all = Vec::new();
    for (title, protocol) in [("公开", "public"), ("会员", "members"), ("文件不公开", "public"), ("收回", "public")]
    {
        let path = keeper.describes(title, &[("protocol", protocol)], "publish").await;
        keeper.adds(&path, &[], &[("a.jpg", sheet(2_100, 40))]).await;
        settle(&[&a]).await;
        let (file, picture) = file_of(&mut keeper, &path).await;
        all.push((title, path, file, picture));
    }
    let fields = [("label", ""), ("protocol", "archivists")];
    assert_eq!(keeper.post(&all[2].2, &fields).await.status, 303);
    assert_eq!(keeper.post(&format!("{}/state", all[3].1), &[("act", "withdraw")]).await.status, 303);
    settle(&[&a]).await;
    for (title, _, file, picture) in &all {
        for person in [&mut visitor, &mut member, &mut keeper] {
            let may = match *title {
                "公开" => true,
                "会员" => !person.name.is_empty(),
                "文件不公开" => person.name == "keeper",
                _ => false,
            };
            let shown = person.opens(&format!("/media/{picture}/display")).await;
            let tile = person.opens(&format!("/media/{picture}/tiles/0/1/0")).await;
            assert_eq!(
                (tile.status, shown.status),
                if may { (200, 200) } else { (404, 404) },
                "{title}: {}",
                person.name
            );
            let is_public = tile.header("cache-control").starts_with("public");
            assert_eq!(is_public, *title == "公开", "{title}: {}", person.name);
            let part = person.opens(&format!("{file}/parts/1")).await;
            assert_eq!(part.status, if may { 200 } else { 404 }, "{title}: {}", person.name);
            // What is served to viewers is what everyone sees, whoever asks.
            let open = if *title == "公开" { 200 } else { 404 };
            for asked in ["info.json", "512,0,512,40/512,40/0/default.jpg", "0,0,600,40/max/0/default.jpg"] {
                let answer = person.opens(&format!("/iiif/images/{picture}/{asked}")).await;
                assert_eq!(answer.status, open, "{title}: {} at {asked}", person.name);
            }
        }
    }
}
