//! What a large archive costs: 100,000 items in a hall of its own. Their pages and facets, a whole harvest and what it takes of memory, and
//! what it takes to bring 2,000 items with 4,000 pictures in.

use std::fmt::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use huiguan::app;
use huiguan::config::Config;
use huiguan::ctx::Ctx;
use huiguan::domain::item::{self, Coming, Draft, Said, State};
use huiguan::id::PostId;
use huiguan::record::Record;

use super::load::Meter;
use super::{Hall, serve};

const ITEMS: usize = 100_000;
/// Items of one transaction while the archive is filled.
const AT_ONCE: usize = 500;
/// Pages of one item, asked one after the other.
const PAGES: usize = 1_000;
/// Pages with facets, asked one after the other.
const LISTS: usize = 300;
/// Items that are brought in, with two pictures each.
const TAKEN: usize = 2_000;
/// How long the hall is watched while it makes the sizes of those.
const WATCHED: Duration = Duration::from_secs(60);

/// Measures it all.
pub async fn measure(database: &str, signing_ms: f64) {
    let dir = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let origin = format!("http://127.0.0.1:{port}");
    let mut config = Config::default();
    config.server.origin = origin.clone();
    config.data.dir = dir.path().to_owned();
    config.database.url = database.to_owned();
    let ctx = tokio::task::spawn_blocking(move || app::open(config)).await.unwrap().unwrap();
    let began = Instant::now();
    let items = fill(&ctx).await;
    println!("{ITEMS} items described                  {:>8.0} ms", began.elapsed().as_secs_f64() * 1e3);
    drop(ctx);

    let mut hall = Hall(serve(dir.path(), port, database));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    while client.get(format!("{origin}/healthz")).send().await.is_err() {}
    let meter = Meter { pid: Some(hall.0.id()), signing_ms };
    meter.rest().await;
    let get = |path: String| {
        let request = client.get(format!("{origin}{path}"));
        async move {
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 200, "{path}");
            answer.text().await.unwrap()
        }
    };
    let start = meter.start();
    for at in 0..PAGES {
        get(format!("/archive/items/{}", items[at * (items.len() / PAGES)])).await;
    }
    meter.say("an item's page", start, PAGES);
    for (what, path) in [
        ("the front page", "/archive"),
        ("all items with facets", "/archive/items"),
        ("narrowed by one facet", "/archive/items?surname=%E9%99%88"),
        ("narrowed by three", "/archive/items?surname=%E9%99%88&form=letter&decade=1930"),
        ("by date, page 100", "/archive/items?order=date&page=100"),
    ] {
        let (start, mut times) = (meter.start(), Vec::with_capacity(LISTS));
        for _ in 0..LISTS {
            let began = Instant::now();
            get(path.to_owned()).await;
            times.push(began.elapsed());
        }
        meter.say(what, start, LISTS);
        times.sort_unstable();
        let p99 = times[LISTS * 99 / 100].as_secs_f64() * 1e3;
        println!("    99 of 100 within                      {p99:>8.1} ms");
    }
    meter.say_memory("before the harvest");
    let (began, mut count, mut question) = (Instant::now(), 0, "metadataPrefix=oai_dc".to_owned());
    loop {
        let part = get(format!("/archive/oai?verb=ListRecords&{question}")).await;
        count += part.matches("<record>").count();
        let token = part.split("<resumptionToken").nth(1).and_then(|rest| rest.split(['>', '<']).nth(1));
        let Some(token) = token.filter(|token| !token.is_empty()) else { break };
        question = format!("resumptionToken={}", token.replace('!', "%21"));
    }
    println!("harvest of {count} records               {:>8.0} ms", began.elapsed().as_secs_f64() * 1e3);
    meter.say_memory("after the harvest");
    hall.0.kill().unwrap();
    hall.0.wait().unwrap();
    bring_in(dir.path(), port, database);
}

/// Fills the archive; answers the numbers of what is public.
async fn fill(ctx: &Ctx) -> Vec<PostId> {
    const SURNAMES: [&str; 12] = ["陈", "林", "黄", "郑", "许", "蔡", "丘", "谢", "杨", "吴", "刘", "李"];
    const FORMS: [&str; 4] = ["letter", "photograph", "object", "minutes"];
    const PLACES: [&str; 7] = ["澄海", "饶平", "槟榔屿", "古晋", "曼谷", "堤岸", "墨尔本"];
    let mut public = Vec::new();
    for first in (0..ITEMS).step_by(AT_ONCE) {
        let made = ctx.write(move |conn| {
            let mut made = Vec::new();
            for number in first..first + AT_ONCE {
                let mut record = Record::default();
                record.push("title", &format!("第{number}件，银信与往来"), "");
                record.push("date", &(1850 + number % 120).to_string(), "");
                record.push("surname", SURNAMES[number % SURNAMES.len()], "");
                record.push("place", PLACES[number % PLACES.len()], "");
                record.push("description", "红条封一件，正面写收批人，背面有批局的印。".repeat(4).as_str(), "");
                let protocol = if number % 4 == 3 { "members" } else { "" };
                let form = FORMS[number % FORMS.len()];
                let said = Said { form: form.to_owned(), protocol: protocol.to_owned(), ..Said::default() };
                let one = item::create(conn, &Draft::parse(&said, record)?, State::Draft, &Coming::default())?;
                item::publish(conn, one.id, false)?;
                if protocol.is_empty() {
                    made.push(one.id);
                }
            }
            Ok(made)
        });
        public.extend(made.await.unwrap());
    }
    public
}

/// A photograph of 12 megapixels that looks like no other to whoever counts bytes: a comment (ISO/IEC 10918-1, B.2.4.5) tells them apart,
/// and what is decoded is the same.
fn photograph(plain: &[u8], number: usize) -> Vec<u8> {
    let comment = format!("{number:08}");
    let length = u16::try_from(comment.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xff, 0xfe], &length, comment.as_bytes(), &plain[2..]].concat()
}

/// The private memory of a process, in megabytes.
fn memory(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(0.0) / 1_024.0
}

/// Brings a sheet with pictures in, by the command line; then the hall makes all sizes of them.
fn bring_in(dir: &Path, port: u16, database: &str) {
    let room = tempfile::tempdir().unwrap();
    let mut sheet = "key,title,form,Media Assets\n".to_owned();
    let mut plain = std::io::Cursor::new(Vec::new());
    let shade = |x: u32, y: u32| u8::try_from(((x / 37) ^ (y / 29)) & 0xff).unwrap();
    let pixels = image::RgbImage::from_fn(4_000, 3_000, |x, y| image::Rgb([shade(x, y), shade(y, x), shade(x, x)]));
    pixels.write_to(&mut plain, image::ImageFormat::Jpeg).unwrap();
    let plain = plain.into_inner();
    for number in 0..TAKEN {
        let names = [format!("{number}-1.jpg"), format!("{number}-2.jpg")];
        for (side, name) in names.iter().enumerate() {
            std::fs::write(room.path().join(name), photograph(&plain, number * 2 + side)).unwrap();
        }
        writeln!(sheet, "b{number},带来的第{number}件,photograph,\"{}\"", names.join(";")).unwrap();
    }
    let path = room.path().join("sheet.csv");
    std::fs::write(&path, sheet).unwrap();
    let began = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_huiguan"));
    command
        .args(["archive", "import", path.to_str().unwrap()])
        .env("HUIGUAN__SERVER__ORIGIN", format!("http://127.0.0.1:{port}"))
        .env("HUIGUAN__DATA__DIR", dir)
        .env("HUIGUAN__DATABASE__URL", database)
        .stdout(std::fs::File::create(room.path().join("said")).unwrap());
    let mut child = command.spawn().unwrap();
    let mut most = 0.0_f64;
    while child.try_wait().unwrap().is_none() {
        most = most.max(memory(child.id()));
        std::thread::sleep(Duration::from_millis(20));
    }
    let said = std::fs::read_to_string(room.path().join("said")).unwrap();
    assert!(said.contains(&format!("{TAKEN} taken")), "{}", said.lines().last().unwrap_or_default());
    let took = began.elapsed().as_secs_f64();
    println!("{TAKEN} items with {} pictures brought in {:>8.1} s, most memory {most:.0} MB", TAKEN * 2, took);

    let hall = Hall(serve(dir, port, database));
    let (began, mut most) = (Instant::now(), 0.0_f64);
    let before = thumbs(&dir.join("media"));
    while began.elapsed() < WATCHED {
        most = most.max(memory(hall.0.id()));
        std::thread::sleep(Duration::from_millis(20));
    }
    let made = thumbs(&dir.join("media")) - before;
    println!("of which {made} were made small in {} s, most memory {most:.0} MB", WATCHED.as_secs());
}

/// Small forms that lie in the store.
fn thumbs(dir: &Path) -> usize {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let count = |path: std::path::PathBuf| match path.is_dir() {
        true => thumbs(&path),
        false => usize::from(path.extension().is_some_and(|form| form == "thumb")),
    };
    entries.map(count).sum()
}
