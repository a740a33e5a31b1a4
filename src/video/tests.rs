//! Films that browsers recorded, and films made box by box.

use super::*;

/// MPEG-4 in one fragment, H.264, 480 by 360.
const MP4: &[u8] = include_bytes!("../cli/demo/film/tangyuan.mp4");
/// WebM, VP8, of the same size.
const WEBM: &[u8] = include_bytes!("../../tests/fixtures/video/tangyuan.webm");

async fn look_at(film: &[u8]) -> std::result::Result<Facts, Refused> {
    let film = Bytes::copy_from_slice(film);
    let size = film.len() as u64;
    let read = |part: Range<u64>| {
        let film = film.clone();
        async move { Ok(film.slice(part.start as usize..part.end as usize)) }
    };
    look(size, read).await.unwrap()
}

fn made(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len() + 8).unwrap();
    [&size.to_be_bytes()[..], name, content].concat()
}

/// The same with its size in 64 bits.
fn long(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let size = content.len() as u64 + 16;
    [&1_u32.to_be_bytes()[..], name, &size.to_be_bytes(), content].concat()
}

/// A track: its size, whether it is turned by a quarter, its handler, its coding, and more boxes.
fn track(size: (u32, u32), is_turned: bool, handler: &[u8; 4], coding: &[u8; 4], more: &[u8]) -> Vec<u8> {
    let mut tkhd = vec![0; 40];
    let matrix: [u32; 9] = if is_turned {
        [0, 0x1_0000, 0, 0xffff_0000, 0, 0, 0, 0, 0x4000_0000]
    } else {
        [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000]
    };
    for number in matrix.into_iter().chain([size.0 << 16, size.1 << 16]) {
        tkhd.extend(number.to_be_bytes());
    }
    let hdlr = [&[0; 8][..], handler, &[0; 12]].concat();
    let stsd = [&[0; 4][..], &1_u32.to_be_bytes(), &made(coding, &[0; 70])].concat();
    let mdia = [made(b"hdlr", &hdlr), made(b"minf", &made(b"stbl", &made(b"stsd", &stsd)))].concat();
    made(b"trak", &[made(b"tkhd", &tkhd), made(b"mdia", &mdia), more.to_vec()].concat())
}

fn film(brand: &[u8; 4], movie: &[Vec<u8>], rest: &[u8]) -> Vec<u8> {
    let ftyp = made(b"ftyp", &[&brand[..], &[0; 4], brand].concat());
    [ftyp, made(b"mdat", b"pictures"), made(b"moov", &movie.concat()), rest.to_vec()].concat()
}

#[tokio::test]
async fn what_browsers_record_is_known() {
    let facts = look_at(MP4).await.unwrap();
    assert_eq!((facts.format, facts.width, facts.height, facts.duration_ms), (Format::Mp4, 480, 360, 3_153));
    let facts = look_at(WEBM).await.unwrap();
    assert_eq!((facts.format, facts.width, facts.height, facts.duration_ms), (Format::WebM, 480, 360, 3_120));
    assert_eq!(facts.format.media_type(), "video/webm");
}

#[tokio::test]
async fn what_breaks_off_or_lies_is_refused() {
    for film in [MP4, WEBM] {
        let cut = film.get(..film.len() / 2).unwrap();
        assert_eq!(look_at(cut).await, Err(Refused::Truncated), "{} bytes", cut.len());
    }
    // A head and nothing behind it.
    assert_eq!(look_at(MP4.get(..36).unwrap()).await, Err(Refused::Truncated));
    assert_eq!(look_at(&film(b"isom", &[], b"")).await, Err(Refused::Broken));
    // A size that no box can have.
    let zero = [made(b"ftyp", b"isom\0\0\0\0isom"), vec![0, 0, 0, 3, b'm', b'o', b'o', b'v', 0, 0, 0, 0, 0, 0, 0, 0]];
    assert_eq!(look_at(&zero.concat()).await, Err(Refused::Broken));
    // A box inside that reaches further than what holds it.
    let wild = [&u32::MAX.to_be_bytes()[..], b"trak", &[0; 8]].concat();
    assert_eq!(look_at(&film(b"mp42", &[wild], b"")).await, Err(Refused::Broken));
    for (name, head) in [
        ("nothing", &b""[..]),
        ("text", b"a film, honestly, or so its name says; it is a text all the same"),
        ("another brand", b"\0\0\0\x14ftypheic\0\0\0\0heic"),
        ("cut in the brand", b"\0\0\0\x14ftyp"),
    ] {
        assert_eq!(sniff(head), Err(Refused::Unknown), "{name}");
    }
}

#[tokio::test]
async fn a_camera_s_own_format_is_taken_if_browsers_play_it() {
    let of = |coding: &[u8; 4]| film(b"qt  ", &[track((1920, 1080), true, b"vide", coding, b"")], b"");
    let facts = look_at(&of(b"avc1")).await.unwrap();
    assert_eq!((facts.format.media_type(), facts.width, facts.height), ("video/mp4", 1080, 1920), "it stands upright");
    assert_eq!(look_at(&of(b"hvc1")).await, Err(Refused::Camera));
    assert_eq!(sniff(&made(b"moov", &[0; 40])), Err(Refused::Camera), "QuickTime before it said so");
    let matroska = [&webm::MARK[..], &[0x8b, 0x42, 0x82, 0x88], b"matroska"].concat();
    assert_eq!(sniff(&matroska), Err(Refused::Camera));
}

#[tokio::test]
async fn sound_alone_is_a_sound() {
    let alone = |coding: &[u8; 4]| film(b"isom", &[track((0, 0), false, b"soun", coding, b"")], b"");
    assert_eq!(look_at(&alone(b"mp4a")).await.unwrap().format, Format::Mp4Sound);
    assert_eq!(look_at(&alone(b"alac")).await, Err(Refused::Sound));
    let both = [track((0, 0), false, b"soun", b"mp4a", b""), track((640, 480), false, b"vide", b"avc1", b"")];
    for brand in [b"mp42", b"M4A "] {
        let facts = look_at(&film(brand, &both, b"")).await.unwrap();
        assert_eq!((facts.format, facts.width), (Format::Mp4, 640));
    }
}

/// Less than half a second of a tone, in each format.
const SOUNDS: [(&[u8], Format); 6] = [
    (include_bytes!("../../tests/fixtures/audio/tone.mp3"), Format::Mp3),
    (include_bytes!("../../tests/fixtures/audio/tone.m4a"), Format::Mp4Sound),
    (include_bytes!("../../tests/fixtures/audio/tone.opus"), Format::Ogg),
    (include_bytes!("../../tests/fixtures/audio/tone.ogg"), Format::Ogg),
    (include_bytes!("../../tests/fixtures/audio/tone.flac"), Format::Flac),
    (include_bytes!("../../tests/fixtures/audio/tone.weba"), Format::WebMSound),
];

#[tokio::test]
async fn sounds_are_what_their_bytes_say_and_last_as_long() {
    for (sound, format) in SOUNDS {
        let facts = look_at(sound).await.unwrap();
        assert_eq!(facts.format, format);
        assert!((380..=520).contains(&facts.duration_ms), "{format:?} lasts {} ms", facts.duration_ms);
    }
    for (sound, format) in SOUNDS.into_iter().filter(|(_, format)| *format != Format::WebMSound) {
        assert_eq!(sniff(sound.get(..HEAD_BYTES).unwrap()), Ok(format));
    }
    for (sound, format) in SOUNDS.into_iter().filter(|(_, one)| matches!(one, Format::Ogg | Format::Mp4Sound)) {
        assert_eq!(look_at(sound.get(..sound.len() / 2).unwrap()).await, Err(Refused::Truncated), "{format:?}");
    }
    // Text marks, other layers and other rates are no frames.
    for head in [&b"\xff\xfea text in UTF-16"[..], b"\xff\xf1AAC", b"\xff\xfb\xf0\0", b"\xff\xfb\x9c\0", b"ID"] {
        assert_eq!(sniff(head), Err(Refused::Unknown));
    }
    assert_eq!(look_at(b"ID3\x04\0\0\0\0\x7f\x7f").await, Err(Refused::Truncated), "a tag and nothing behind it");
    assert_eq!(look_at(&[&b"ID3\x04\0\0\0\0\0\x04"[..], &[0; 4_000]].concat()).await, Err(Refused::Broken));
}

#[tokio::test]
async fn where_it_was_taken_is_blanked_and_nothing_else() {
    let place = b"+05.4141+100.3288/";
    let inside = track((640, 480), false, b"vide", b"avc1", &made(b"meta", place));
    let movie = [made(b"udta", &made(b"\xa9xyz", place)), inside, long(b"udta", place)];
    let whole = film(b"mp42", &movie, &[made(b"uuid", place), made(b"free", b"keep me")].concat());
    let facts = look_at(&whole).await.unwrap();
    assert_eq!(facts.blanks.len(), 4);
    let mut in_one = whole.clone();
    blank(0, &mut in_one, &facts.blanks);
    assert!(!in_one.windows(5).any(|five| five == b"+05.4"), "a place is left");
    assert!(in_one.windows(7).any(|seven| seven == b"keep me"));
    assert_eq!(in_one.len(), whole.len());
    // It is the same film still, with nothing more to blank.
    let again = look_at(&in_one).await.unwrap();
    assert_eq!((again.width, again.height, again.blanks), (640, 480, Vec::new()));
    // In pieces of any size it comes out the same.
    for step in [1, 3, 7, 64] {
        let mut pieces = whole.clone();
        for (number, piece) in pieces.chunks_mut(step).enumerate() {
            blank((number * step) as u64, piece, &facts.blanks);
        }
        assert!(pieces == in_one, "pieces of {step}");
    }
    assert!(look_at(MP4).await.unwrap().blanks.is_empty(), "a browser says nothing of a place");
}

#[tokio::test]
async fn no_bytes_make_it_stumble() {
    let mut random = 0x2545_f491_u32;
    for film in [MP4, WEBM].into_iter().chain(SOUNDS.map(|(sound, _)| sound)) {
        for _ in 0..300 {
            let mut hurt = film.get(..film.len().min(4_000)).unwrap().to_vec();
            for _ in 0..6 {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = random as usize / 7 % hurt.len().min(900);
                hurt[at] = (random >> 24) as u8;
            }
            // What it says is another question; that it says something is asked here.
            let answered = look_at(&hurt).await;
            assert!(answered.is_ok() || Refused::of(answered.unwrap_err().as_str()).is_some());
        }
    }
}
