//! Files of the archive: the text of PDFs, texts with times, uploads in parts, and what comes wrong.

use std::io::Write;

use huiguan::clock::{DAY, HOUR};
use huiguan::domain::login::Role;
use huiguan::worker;

use super::archive::png;
use super::server::{Answer, Person, Server, number, settle};

/// A PDF of one page with these streams besides: a font of hanzi with its map, and what the page shows.
fn pdf(font: &str, map: &str, content: &[u8], filter: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    let stream = |dict: &str, bytes: &[u8]| {
        [format!("<<{dict}/Length {}>>\nstream\n", bytes.len()).as_bytes(), bytes, b"\nendstream"].concat()
    };
    let objects: Vec<Vec<u8>> = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>>".to_vec(),
        font.as_bytes().to_vec(),
        stream(filter, content),
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/Song/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>".to_vec(),
        stream("", map.as_bytes()),
    ];
    for (number, object) in (1..).zip(&objects) {
        places.push(out.len());
        writeln!(out, "{number} 0 obj").unwrap();
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let start = out.len();
    writeln!(out, "xref\n0 {}\n0000000000 65535 f ", places.len() + 1).unwrap();
    for place in &places {
        writeln!(out, "{place:010} 00000 n ").unwrap();
    }
    writeln!(out, "trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF", places.len() + 1).unwrap();
    out
}

const SHAPES: &str =
    "<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>";

/// A PDF that says this, line by line, by numbers of shapes and a map of what they mean.
pub fn pdf_of(lines: &[&str]) -> Vec<u8> {
    let mut letters: Vec<char> = lines.concat().chars().collect();
    letters.sort_unstable();
    letters.dedup();
    let number = |c: char| letters.iter().position(|letter| *letter == c).unwrap() + 1;
    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    map.push_str(&format!("{} beginbfchar\n", letters.len()));
    for letter in &letters {
        map.push_str(&format!("<{:04X}> <{:04X}>\n", number(*letter), u32::from(*letter)));
    }
    map.push_str("endbfchar\nendcmap end end\n");
    let mut content = String::from("BT /F1 12 Tf 20 250 Td\n");
    for line in lines {
        let codes: String = line.chars().map(|c| format!("{:04X}", number(c))).collect();
        content.push_str(&format!("<{codes}> Tj 0 -18 Td\n"));
    }
    content.push_str("ET");
    pdf(SHAPES, &map, content.as_bytes(), "")
}

/// A PDF whose page unpacks to far more than anybody reads.
fn bomb() -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let line = vec![b' '; 1_000_000];
    for _ in 0..200 {
        packed.write_all(&line).unwrap();
    }
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 400_000);
    pdf(SHAPES, "", &packed, "/Filter/FlateDecode")
}

/// A second of silence as WAV.
pub fn wav() -> Vec<u8> {
    let samples = vec![128_u8; 8_000];
    let mut bytes = b"RIFF".to_vec();
    bytes.extend(u32::try_from(36 + samples.len()).unwrap().to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data");
    bytes.extend(u32::try_from(samples.len()).unwrap().to_le_bytes());
    bytes.extend(samples);
    bytes
}

async fn file_of(who: &mut Person, path: &str) -> String {
    who.get(path).await.links("/archive/files/").into_iter().next().unwrap()
}

/// Puts everything into the index.
async fn index(server: &Server) {
    settle(&[server]).await;
    while worker::search::step(&server.ctx).await.unwrap() > 0 {}
}

#[tokio::test(flavor = "multi_thread")]
async fn the_text_of_a_pdf_is_found_by_whoever_may_see_the_file() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let mut visitor = Person::new(&a);
    visitor.cookies.insert("language".to_owned(), "en".to_owned());
    let path = keeper.describes("会刊", &[("form", "school-text")], "publish").await;
    let bytes = pdf_of(&["潮州會館紀念特刊", "饒平隆都前溝鄉", "Volume 12"]);
    keeper.adds(&path, &[], &[("特刊.pdf", bytes.clone())]).await;
    let file = file_of(&mut keeper, &path).await;
    assert!(visitor.get(&file).await.body.contains("is being read"));
    index(&a).await;
    let page = visitor.get(&file).await.body;
    assert!(page.contains("Text of the file") && page.contains("nobody has checked it"), "{page}");
    assert!(page.contains("潮州會館紀念特刊\n饒平隆都前溝鄉\nVolume 12"), "line by line: {page}");
    assert!(page.contains("Nobody has begun"), "it is no transcription");
    assert!(!visitor.get(&path).await.body.contains("饒平"), "nor the archive's word");
    let found = "/search?kind=item&q=%E9%A5%92%E5%B9%B3";
    assert!(visitor.get(found).await.body.contains("会刊"), "found by what the file says");
    // A file for fewer than its item isn't found by others, nor its text read.
    assert_eq!(keeper.post(&file, &[("protocol", "archivists")]).await.status, 303);
    index(&a).await;
    assert_eq!(visitor.get(&file).await.status, 404);
    assert!(!visitor.get(found).await.body.contains("会刊"));
    assert_eq!(keeper.post(&file, &[("protocol", "")]).await.status, 303);
    index(&a).await;
    assert!(visitor.get(found).await.body.contains("会刊"));
    assert_eq!(keeper.post(&format!("{file}/removal"), &[]).await.status, 303);
    index(&a).await;
    assert!(!visitor.get(found).await.body.contains("会刊"), "its text goes with it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pdf_that_harms_is_kept_and_left_alone() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let path = keeper.describes("文件", &[("form", "object")], "publish").await;
    let mut deep = b"%PDF-1.7\n1 0 obj\n".to_vec();
    deep.extend(b"[".repeat(300_000));
    let cases: [(&str, Vec<u8>, &str); 5] = [
        ("bomb.pdf", bomb(), "unpacks to more than is read"),
        ("broken.pdf", b"%PDF-1.7\nnothing of the kind".to_vec(), "is damaged"),
        ("deep.pdf", deep, "text"),
        ("scan.pdf", pdf(SHAPES, "", b"0 0 100 100 re f", ""), "made of scanned pages"),
        (
            "shapes.pdf",
            pdf(&SHAPES.replace("/ToUnicode 7 0 R", ""), "", b"BT /F1 9 Tf <00410042> Tj ET", ""),
            "scanned",
        ),
    ];
    for (name, bytes, said) in cases {
        keeper.adds(&path, &[], &[(name, bytes.clone())]).await;
        settle(&[&a]).await;
        let files = keeper.get(&path).await.links("/archive/files/");
        let file = files.last().unwrap().clone();
        let page = keeper.get(&file).await.body;
        assert!(page.contains(said) && !page.contains("is being read"), "{name}: {page}");
        let original = format!("{}{file}/original", a.origin);
        let request = keeper.client.get(original).header("cookie", keeper.cookie_header());
        assert_eq!(request.send().await.unwrap().bytes().await.unwrap(), bytes, "{name}: byte for byte");
    }
}

/// A talk of two sentences, with what players and styles might say besides.
pub const TALK: &str = "WEBVTT\n\nNOTE 访谈\n\n1\n00:00:00.000 --> 00:00:00.400 align:start\n<v 素芬>那一年<i>搬家</i>\n\n00:00:00.500 --> 00:00:00.900\n水漲到門檻 & <b>桌腳</b>\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_has_texts_with_times() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let (mut mei, mut visitor) = (a.sign_up("mei").await, Person::new(&a));
    let path = keeper.describes("访谈", &[("form", "oral-history")], "publish").await;
    keeper.adds(&path, &[], &[("访谈.wav", wav()), ("像.png", png(4))]).await;
    settle(&[&a]).await;
    let files = keeper.get(&path).await.links("/archive/files/");
    let (sound, picture) = (files[0].clone(), files[1].clone());
    let write = format!("{sound}/transcripts");
    let fields = |state, body| [("kind", "transcription"), ("language", "zh-Hans"), ("state", state), ("body", body)];
    for (body, said) in [
        ("WEBVTT\n\n00:01,000 --> 00:02.000\n好", "Line 3: times belong here"),
        ("WEBVTT\n\n00:05.000 --> 00:06.000\n好\n\n00:01.000 --> 00:02.000\n好", "Line 6: it begins before"),
        ("WEBVTT\n\n00:05.000 --> 00:04.000\n好", "Line 3: it must end after"),
        ("WEBVTT\n\n", "nothing with a time"),
    ] {
        let answer = mei.post(&write, &fields("draft", body)).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains(said), "{said}: {}", answer.body);
    }
    let answer = mei.post(&format!("{picture}/transcripts"), &fields("draft", TALK)).await;
    assert!(answer.status == 422 && answer.body.contains("Only recordings"), "{}", answer.body);
    // A file with times is taken as it is, if it is one.
    let more = [("kind", "transcription"), ("language", "zh-Hans"), ("state", "review"), ("body", "")];
    let answer = mei.sends_files(&write, &more, "vtt", &[("a.vtt", vec![0xb0, 0xa1, 0xff])]).await;
    assert!(answer.status == 422 && answer.body.contains("no text in UTF-8"), "{}", answer.body);
    let answer = mei.sends_files(&write, &more, "vtt", &[("a.vtt", b"1\n00:00:01,000".to_vec())]).await;
    assert_eq!(answer.status, 303, "a text without times is a text: {}", answer.body);
    let answer = mei.sends_files(&write, &more, "vtt", &[("a.vtt", TALK.into())]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let shown = mei.get(&sound).await;
    let track = shown.links("/archive/transcripts/").into_iter().next().unwrap();
    assert!(shown.body.contains("kind=\"captions\"") && shown.body.contains("srclang=\"zh-Hans\""), "{}", shown.body);
    assert_eq!(visitor.get(&track).await.status, 404, "not the archive's word yet");
    assert!(!visitor.get(&sound).await.body.contains("门槛"));
    assert_eq!(mei.post(&write, &fields("approved", TALK)).await.status, 403);
    assert_eq!(keeper.post(&write, &fields("approved", TALK)).await.status, 303);
    let english =
        TALK.replace("那一年<i>搬家</i>", "The year we moved").replace("水漲到門檻 & <b>桌腳</b>", "The water came in");
    let translated = [("kind", "translation"), ("language", "en"), ("state", "approved"), ("body", english.as_str())];
    assert_eq!(keeper.post(&write, &translated).await.status, 303);
    let page = visitor.get(&sound).await;
    assert!(page.body.contains("kind=\"subtitles\"") && page.body.contains("srclang=\"en\""), "{}", page.body);
    assert!(page.body.contains(&format!("href=\"{sound}/original#t=0.500\"")), "{}", page.body);
    assert!(
        page.body.contains("水漲到門檻 &#38; 桌腳") || page.body.contains("水漲到門檻 &amp; 桌腳"),
        "{}",
        page.body
    );
    let tracks = page.links("/archive/transcripts/");
    assert_eq!(tracks.len(), 2);
    let vtt = visitor.get(&tracks[0]).await;
    assert!(vtt.header("content-type").starts_with("text/vtt"));
    assert_eq!(
        vtt.body,
        "WEBVTT\n\n00:00:00.000 --> 00:00:00.400\n<v 素芬>那一年搬家\n\n00:00:00.500 --> 00:00:00.900\n水漲到門檻 &amp; 桌腳\n"
    );
    assert!(visitor.get(&path).await.body.contains("0:00 素芬: 那一年搬家"), "the item's page has it too");
    index(&a).await;
    assert!(visitor.get("/search?kind=item&q=%E9%96%80%E6%AA%BB").await.body.contains("访谈"), "found by what is said");
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_with_times_are_for_whom_their_recording_is() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let mut visitor = Person::new(&a);
    let path = keeper.describes("访谈", &[("form", "oral-history")], "publish").await;
    keeper.adds(&path, &[], &[("访谈.wav", wav())]).await;
    settle(&[&a]).await;
    let sound = file_of(&mut keeper, &path).await;
    let fields = [("kind", "transcription"), ("language", "zh-Hans"), ("state", "approved"), ("body", TALK)];
    assert_eq!(keeper.post(&format!("{sound}/transcripts"), &fields).await.status, 303);
    let tracks = visitor.get(&sound).await.links("/archive/transcripts/");
    assert!(visitor.get(&tracks[0]).await.body.contains("素芬"));
    // A living person is named to archivists alone.
    assert_eq!(
        keeper.post("/archive/people", &[("kind", "person"), ("name", "素芬"), ("is_living", "yes")]).await.status,
        303
    );
    assert!(!visitor.get(&tracks[0]).await.body.contains("素芬"));
    assert!(!visitor.get(&sound).await.body.contains("<b>素芬"));
    assert!(keeper.get(&tracks[0]).await.body.contains("素芬"));
    // The gate of the recording is the gate of its texts.
    assert_eq!(keeper.post(&sound, &[("protocol", "archivists")]).await.status, 303);
    assert_eq!(visitor.get(&tracks[0]).await.status, 404);
    for odd in ["/archive/transcripts/1.vtt", "/archive/transcripts/x.vtt", "/archive/transcripts/1"] {
        assert_eq!(visitor.get(odd).await.status, 404, "{odd}");
    }
    index(&a).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_is_known_kept_and_played_in_parts() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let path = keeper.describes("录音", &[("form", "performance")], "publish").await;
    let cases: [(&str, Vec<u8>, &str); 6] = [
        ("a.mp3", b"ID3\x04\0\0\0\0\0\0more".to_vec(), "audio/mpeg"),
        ("b.ogg", b"OggS\0\x02 and more".to_vec(), "audio/ogg"),
        ("c.opus", b"OggS\0\x02 OpusHead".to_vec(), "audio/ogg"),
        ("d.m4a", b"\0\0\0\x20ftypM4A \0\0\0\0M4A mp42isom\0\0\0\0".to_vec(), "audio/mp4"),
        ("e.flac", b"fLaC\0\0\0\x22 more".to_vec(), "audio/flac"),
        ("f.wav", wav(), "audio/wav"),
    ];
    for (name, bytes, _) in &cases {
        keeper.adds(&path, &[], &[(name, bytes.clone())]).await;
    }
    settle(&[&a]).await;
    let page = keeper.get(&path).await;
    assert_eq!(page.body.matches("<audio controls").count(), cases.len(), "{}", page.body);
    let mut visitor = Person::new(&a);
    for ((name, bytes, media_type), file) in cases.iter().zip(page.links("/archive/files/")) {
        let door = format!("{}{file}/original", a.origin);
        let answer = visitor.client.get(&door).header("range", "bytes=4-7").send().await.unwrap();
        assert_eq!(answer.status(), 206, "{name}");
        assert_eq!(answer.headers()["content-type"], *media_type, "{name}");
        assert_eq!(answer.headers()["content-range"], format!("bytes 4-7/{}", bytes.len()));
        assert!(answer.headers().get("content-disposition").is_none(), "{name} is played");
        assert_eq!(answer.bytes().await.unwrap(), bytes[4..8], "{name}");
        let whole = visitor.get(&format!("{file}/original")).await;
        assert_eq!((whole.status, whole.header("accept-ranges")), (200, "bytes"));
        let beyond = visitor.client.get(&door).header("range", "bytes=9000000-").send().await.unwrap();
        assert_eq!(beyond.status(), 416, "{name}");
    }
    let answer = keeper.hands_in(&format!("{path}/files"), &[], &[("g.mp3", b"MZ\x90\0 not a sound".to_vec())]).await;
    assert!(answer.status == 422 && answer.body.contains("octet-stream"), "{}", answer.body);
}

impl Person {
    /// A request of the protocol for files in parts, as our script sends it.
    pub async fn tus(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let token = self.token.clone();
        let mut all = vec![("tus-resumable", "1.0.0"), ("x-form-token", token.as_str())];
        all.retain(|(name, _)| headers.iter().all(|(other, _)| other != name));
        all.extend(headers.iter().copied());
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.origin) };
        let mut request = self.client.request(method.parse().unwrap(), url).body(body);
        for (name, value) in all {
            request = request.header(name, value);
        }
        self.send(request).await
    }

    /// Begins an upload; answers where it stands.
    pub async fn begins_upload(&mut self, bytes: usize) -> String {
        let length = bytes.to_string();
        // `大.wav`
        let headers = [("upload-length", length.as_str()), ("upload-metadata", "filename 5aSnLndhdg==,filetype YQ==")];
        let answer = self.tus("POST", "/archive/uploads", &headers, Vec::new()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        assert!(!answer.header("upload-expires").is_empty());
        answer.location().to_owned()
    }

    pub async fn sends_part(&mut self, url: &str, offset: usize, bytes: &[u8]) -> Answer {
        let offset = offset.to_string();
        let headers = [("upload-offset", offset.as_str()), ("content-type", "application/offset+octet-stream")];
        self.tus("PATCH", url, &headers, bytes.to_vec()).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_comes_in_parts_and_goes_on_after_a_break() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let (mut mei, mut visitor) = (a.sign_up("mei").await, Person::new(&a));
    let about = visitor.tus("OPTIONS", "/archive/uploads", &[], Vec::new()).await;
    assert_eq!((about.status, about.header("tus-version")), (204, "1.0.0"));
    assert!(about.header("tus-extension").contains("creation") && about.header("tus-max-size") == "2000000000");
    let bytes = wav();
    let url = keeper.begins_upload(bytes.len()).await;
    let up = keeper.sends_part(&url, 0, &bytes[..3_000]).await;
    assert_eq!((up.status, up.header("upload-offset")), (204, "3000"), "{}", up.body);
    for (offset, status) in [("2000", 409), ("3001", 409), ("-1", 400), ("x", 400)] {
        let headers = [("upload-offset", offset), ("content-type", "application/offset+octet-stream")];
        assert_eq!(keeper.tus("PATCH", &url, &headers, b"abc".to_vec()).await.status, status, "{offset}");
    }
    let headers = [("upload-offset", "3000"), ("content-type", "text/plain")];
    assert_eq!(keeper.tus("PATCH", &url, &headers, b"abc".to_vec()).await.status, 415);
    let head = keeper.tus("HEAD", &url, &[], Vec::new()).await;
    assert_eq!((head.status, head.header("upload-offset"), head.header("cache-control")), (200, "3000", "no-store"));
    assert_eq!(head.header("upload-length"), bytes.len().to_string());
    // What was written and never counted, as after a crash, is cut off.
    let dir = a.ctx.config.data.dir.join("uploads");
    let part = std::fs::read_dir(&dir).unwrap().next().unwrap().unwrap().path();
    std::fs::OpenOptions::new().append(true).open(&part).unwrap().write_all(b"half a piece").unwrap();
    // What isn't whole goes into no item.
    let path = keeper.describes("录音", &[("form", "performance")], "publish").await;
    let files = format!("{path}/files");
    let answer = keeper.hands_in(&files, &[("upload", number(&url))], &[]).await;
    assert!(answer.status == 422 && answer.body.contains("isn’t here whole"), "{}", answer.body);
    assert!(keeper.get(&path).await.links("/archive/files/").is_empty());
    // Some networks let only POST through.
    let headers = [
        ("x-http-method-override", "PATCH"),
        ("upload-offset", "3000"),
        ("content-type", "application/offset+octet-stream"),
    ];
    let up = keeper.tus("POST", &url, &headers, bytes[3_000..5_000].to_vec()).await;
    assert_eq!((up.status, up.header("upload-offset")), (204, "5000"), "{}", up.body);
    assert_eq!(keeper.sends_part(&url, 5_000, &[bytes[5_000..].to_vec(), b"more".to_vec()].concat()).await.status, 413);
    let at: usize = keeper.tus("HEAD", &url, &[], Vec::new()).await.header("upload-offset").parse().unwrap();
    assert_eq!(keeper.sends_part(&url, at, &bytes[at..]).await.status, 204);
    // Nobody else's.
    for (who, status) in [(&mut mei, 404), (&mut visitor, 401)] {
        assert_eq!(who.tus("HEAD", &url, &[], Vec::new()).await.status, status, "{}", who.name);
        assert_eq!(who.sends_part(&url, bytes.len(), b"x").await.status, status);
        assert_eq!(who.tus("DELETE", &url, &[], Vec::new()).await.status, status);
    }
    let answer = keeper.hands_in(&files, &[("upload", number(&url)), ("label", "乐")], &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    settle(&[&a]).await;
    let file = file_of(&mut keeper, &path).await;
    let original = keeper.client.get(format!("{}{file}/original", a.origin)).send().await.unwrap();
    assert_eq!(original.bytes().await.unwrap(), bytes, "byte for byte");
    let page = keeper.get(&file).await.body;
    assert!(page.contains("大.wav") && page.contains("audio/wav"), "{page}");
    assert_eq!(keeper.tus("HEAD", &url, &[], Vec::new()).await.status, 404, "it is over");
    assert!(std::fs::read_dir(&dir).unwrap().next().is_none(), "nothing of it is left");
    // A member's gift comes in the same way.
    let picture = png(77);
    let length = picture.len().to_string();
    let headers = [("upload-length", length.as_str()), ("upload-metadata", "filename YS5wbmc=")];
    let url = mei.tus("POST", "/archive/uploads", &headers, Vec::new()).await.location().to_owned();
    assert_eq!(mei.sends_part(&url, 0, &picture).await.status, 204);
    let fields = [("who", "外公的店"), ("permission", "yes"), ("upload", number(&url))];
    let answer = mei.hands_in("/archive/offers", &fields, &[]).await;
    assert_eq!((answer.status, answer.location()), (303, "/archive/offers"), "{}", answer.body);
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_are_guarded_ended_and_swept() {
    let a = Server::start_with("guangzhou", |config| config.limits.archive_bytes_max = 10_000).await;
    let mut mei = a.sign_up("mei").await;
    let length = [("upload-length", "5000")];
    for (headers, status) in [
        (vec![("upload-length", "5000"), ("tus-resumable", "0.2.2")], 412),
        (vec![("upload-length", "5000"), ("x-form-token", "guess")], 403),
        (vec![("upload-length", "5000"), ("x-form-token", "")], 403),
        (vec![("upload-length", "5000"), ("origin", "https://evil.example")], 403),
        (vec![("upload-length", "10001")], 413),
        (vec![("upload-length", "-5")], 400),
        (vec![("upload-length", "99999999999999999999999")], 400),
        (vec![("upload-defer-length", "1")], 400),
    ] {
        let answer = mei.tus("POST", "/archive/uploads", &headers, Vec::new()).await;
        assert_eq!(answer.status, status, "{headers:?}");
        assert_eq!(answer.header("tus-resumable"), "1.0.0", "{headers:?}");
    }
    let dir = a.ctx.config.data.dir.join("uploads");
    let left = || std::fs::read_dir(&dir).map(|entries| entries.count()).unwrap_or(0);
    // So many of the largest at a time.
    let mut begun = Vec::new();
    for _ in 0..6 {
        begun.push(mei.begins_upload(5_000).await);
    }
    let full = mei.tus("POST", "/archive/uploads", &length, Vec::new()).await;
    assert_eq!(full.status, 429);
    assert_eq!(left(), 6);
    let ended = begun.remove(0);
    assert_eq!(mei.tus("DELETE", &ended, &[], Vec::new()).await.status, 204);
    assert_eq!((mei.tus("HEAD", &ended, &[], Vec::new()).await.status, left()), (404, 5));
    assert_eq!(mei.sends_part(&begun[0], 0, &[7; 100]).await.status, 204);
    for odd in ["/archive/uploads/0", "/archive/uploads/99999999999", "/archive/uploads/x"] {
        assert_eq!(mei.tus("HEAD", odd, &[], Vec::new()).await.status, 404, "{odd}");
    }
    assert_eq!(mei.tus("PUT", &begun[0], &[], Vec::new()).await.status, 405);
    // What waits too long goes; each part that comes begins the time anew.
    a.clock.advance(DAY - HOUR);
    assert_eq!(mei.sends_part(&begun[0], 100, &[7; 100]).await.status, 204);
    a.clock.advance(2 * HOUR);
    worker::sweep(&a.ctx).await.unwrap();
    assert_eq!(left(), 1, "the others have gone");
    assert_eq!(mei.tus("HEAD", &begun[0], &[], Vec::new()).await.header("upload-offset"), "200");
    assert_eq!(mei.tus("HEAD", &begun[1], &[], Vec::new()).await.status, 404);
    // What is gone from the disk is over.
    std::fs::remove_dir_all(&dir).unwrap();
    assert_eq!(mei.sends_part(&begun[0], 200, b"x").await.status, 404);
    assert_eq!(mei.tus("HEAD", &begun[0], &[], Vec::new()).await.status, 404);
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_leaves_what_came_and_nothing_half_in_the_archive() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let path = keeper.describes("录音", &[("form", "performance")], "publish").await;
    let bytes = wav();
    let url = keeper.begins_upload(bytes.len()).await;
    // A part that is announced longer than it comes.
    let address: std::net::SocketAddr = a.authority.parse().unwrap();
    let head = format!(
        "PATCH {} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\nx-form-token: {}\r\ntus-resumable: 1.0.0\r\nupload-offset: 0\r\n\
         content-type: application/offset+octet-stream\r\ncontent-length: {}\r\n\r\n",
        url.strip_prefix(&a.origin).unwrap(),
        a.authority,
        keeper.cookie_header(),
        keeper.token,
        bytes.len()
    );
    let (sent, half) = (head.into_bytes(), bytes[..4_000].to_vec());
    tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.write_all(&[sent, half].concat()).unwrap();
        stream.flush().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(300));
    })
    .await
    .unwrap();
    let mut at = 0;
    for _ in 0..100 {
        let head = keeper.tus("HEAD", &url, &[], Vec::new()).await;
        at = head.header("upload-offset").parse().unwrap();
        let probe = keeper.sends_part(&url, at, &bytes[at..]).await;
        if probe.status == 204 {
            break;
        }
        assert!(matches!(probe.status, 423 | 409), "{}", probe.status);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(at, 4_000, "what came counts");
    assert!(keeper.get(&path).await.links("/archive/files/").is_empty());
    keeper.adds(&path, &[("upload", number(&url))], &[]).await;
    // A form that breaks off leaves nothing either.
    let head = format!(
        "POST {path}/files HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\ncontent-type: multipart/form-data; boundary=x\r\n\
         content-length: 900000\r\n\r\n--x\r\ncontent-disposition: form-data; name=\"form_token\"\r\n\r\n{}\r\n--x\r\n\
         content-disposition: form-data; name=\"file\"; filename=\"b.wav\"\r\n\r\n",
        a.authority,
        keeper.cookie_header(),
        keeper.token,
    );
    let (sent, half) = (head.into_bytes(), bytes[..4_000].to_vec());
    tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.write_all(&[sent, half].concat()).unwrap();
    })
    .await
    .unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    settle(&[&a]).await;
    assert_eq!(keeper.get(&path).await.links("/archive/files/").len(), 1);
}

/// A picture of 20,000 by 10,000 pixels, as far as its head and the beginning of its first line.
fn huge() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    let head = [&20_000_u32.to_be_bytes()[..], &10_000_u32.to_be_bytes()[..], b"\x08\x02\0\0\0"].concat();
    let mut crc = flate2::Crc::new();
    crc.update(b"IHDR");
    crc.update(&head);
    bytes.extend(&head);
    bytes.extend(crc.sum().to_be_bytes());
    let mut crc = flate2::Crc::new();
    crc.update(b"IDAT\x78\x9c\x03\0");
    bytes.extend(b"\0\0\0\x04IDAT\x78\x9c\x03\0");
    bytes.extend(crc.sum().to_be_bytes());
    bytes.extend(b"\0\0\0\0IEND\xae\x42\x60\x82");
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_wrong_gets_an_answer() {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    let path = keeper.describes("照片", &[("form", "photograph")], "publish").await;
    let files = format!("{path}/files");
    for (name, bytes, said) in [
        ("huge.png", huge(), "pixels"),
        ("a.jpg", png(1), "image/png"),
        ("a.pdf", b"<html><script>".to_vec(), "text/plain"),
        ("a.flac", b"%PDF-1.7".to_vec(), "application/pdf"),
        ("a.m4a", wav(), "audio/wav"),
    ] {
        let answer = keeper.hands_in(&files, &[], &[(name, bytes)]).await;
        assert_eq!(answer.status, 422, "{name}");
        assert!(answer.body.contains(said), "{name}: {}", answer.body);
    }
    // The same in parts: it is what it is, however it came.
    let url = keeper.begins_upload(9).await;
    assert_eq!(keeper.sends_part(&url, 0, b"%PDF-1.7\n").await.status, 204);
    let answer = keeper.hands_in(&files, &[("upload", number(&url))], &[]).await;
    assert!(answer.status == 422 && answer.body.contains("application/pdf"), "{}", answer.body);
    let answer = keeper.hands_in(&files, &[("upload", "12345")], &[]).await;
    assert!(answer.status == 422 && answer.body.contains("has expired"), "{}", answer.body);
    settle(&[&a]).await;
    assert!(keeper.get(&path).await.links("/archive/files/").is_empty(), "nothing of it is in the archive");
}
