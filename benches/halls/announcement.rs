//! What an announcement to a large group costs: 5,000 members, of whom 2,000 sit on 200 other servers. Telling them, queueing the
//! deliveries, and opening the table of who has confirmed it, each timed once, in a hall of its own in this process.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::time::Instant;

use huiguan::app::{self, Work};
use huiguan::config::Config;
use huiguan::ctx::Ctx;
use huiguan::domain::actor::{self, Actor, Incoming, Keys, Kind};
use huiguan::domain::announcement::{self, Said, Terms, Way};
use huiguan::domain::group::{self, Said as Founding, Settings};
use huiguan::domain::moment::Draft;
use huiguan::domain::{delivery, membership};
use huiguan::id::PostId;
use huiguan::worker;

use super::load::Member;
use super::{PASSWORD, member};

const HERE: usize = 3_000;
const ELSEWHERE: usize = 2_000;
const HOSTS: usize = 200;

/// Measures it all.
pub async fn measure(database: &str) {
    let dir = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut config = Config::default();
    config.server.origin = format!("http://{}", listener.local_addr().unwrap());
    config.data.dir = dir.path().to_owned();
    config.database.url = database.to_owned();
    config.limits.rate_limit = false;
    let origin = config.server.origin.clone();
    let ctx = tokio::task::spawn_blocking(move || app::open(config)).await.unwrap().unwrap();
    let running = app::run(ctx.clone(), listener, Work::Elsewhere).unwrap();
    let owner = member(&ctx, "mei").await;
    let group = found(&ctx, &owner).await;
    fill(&ctx, &group).await;
    drain(&ctx).await;

    let began = Instant::now();
    let post = announce(&ctx, &owner, &group).await;
    println!("announcing to {HERE} members here           {:>8.0} ms", began.elapsed().as_secs_f64() * 1e3);
    let before = ctx.read(delivery::waiting).await.unwrap();
    let began = Instant::now();
    drain(&ctx).await;
    let queued = ctx.read(delivery::waiting).await.unwrap() - before;
    println!("queueing {queued} deliveries                 {:>8.0} ms", began.elapsed().as_secs_f64() * 1e3);

    confirm(&ctx, &group, post).await;
    let reader = Member::sign_in(&origin, "mei", PASSWORD).await;
    for path in ["", "?show=open", "?show=confirmed", ".csv"] {
        let path = format!("/announcements/{post}/confirmations{path}");
        reader.get(&path).await;
        let began = Instant::now();
        reader.get(&path).await;
        println!("{:<42}{:>8.1} ms", path.replace(&post.to_string(), "…"), began.elapsed().as_secs_f64() * 1e3);
    }
    let (by, id) = (owner.clone(), post);
    let began = Instant::now();
    ctx.write(move |conn| announcement::remind(conn, &by, id)).await.unwrap();
    println!("reminding the rest                        {:>8.0} ms", began.elapsed().as_secs_f64() * 1e3);
    running.stop().await;
}

async fn drain(ctx: &Ctx) {
    while worker::events(ctx).await.unwrap() > 0 {}
}

async fn found(ctx: &Ctx, owner: &Actor) -> Actor {
    let said = Founding {
        title: "榕江同乡".to_owned(),
        axis: "hometown".to_owned(),
        entrance: "open".to_owned(),
        posting: "members".to_owned(),
        ..Founding::default()
    };
    let settings = Settings::parse(&said).unwrap();
    let (keys, owner) = (Keys::make().unwrap(), owner.clone());
    ctx.write(move |conn| Ok(group::create(conn, &owner, "rongjiang", &settings, &keys)?.actor)).await.unwrap()
}

/// Members without logins: all share one pair of keys, since none of them signs anything.
async fn fill(ctx: &Ctx, group: &Actor) {
    let (keys, id) = (Keys::make().unwrap(), group.id);
    for chunk in (0..HERE).collect::<Vec<_>>().chunks(500) {
        let (chunk, keys) = (chunk.to_vec(), keys.clone());
        ctx.write(move |conn| {
            for number in chunk {
                let name = format!("here{number}");
                let who = actor::create(conn, Kind::Person, &name, &name, &keys)?;
                membership::join(conn, &who, id, "", "")?;
            }
            Ok(())
        })
        .await
        .unwrap();
    }
    for chunk in (0..ELSEWHERE).collect::<Vec<_>>().chunks(500) {
        let chunk = chunk.to_vec();
        ctx.write(move |conn| {
            for number in chunk {
                let who = actor::receive(conn, &elsewhere(number))?;
                let follow = format!("{}/follows/{number}", who.uri);
                membership::receive_join(conn, &who, id, &follow, "", "")?;
            }
            Ok(())
        })
        .await
        .unwrap();
    }
}

/// Somebody of one of the other servers.
fn elsewhere(number: usize) -> Incoming {
    let (host, name) = (format!("hall{}.example", number % HOSTS), format!("there{number}"));
    let uri = format!("https://{host}/actors/{name}");
    Incoming {
        kind: Kind::Person,
        display_name: name.clone(),
        names: BTreeMap::new(),
        hometown: String::new(),
        about_html: String::new(),
        url: format!("https://{host}/@{name}"),
        inbox: format!("{uri}/inbox"),
        shared_inbox: format!("https://{host}/inbox"),
        followers: format!("{uri}/followers"),
        outbox: format!("{uri}/outbox"),
        locked: true,
        friends: true,
        discoverable: false,
        keys: Vec::new(),
        address_host: host.clone(),
        uri,
        name,
        host,
    }
}

async fn announce(ctx: &Ctx, owner: &Actor, group: &Actor) -> PostId {
    let draft = Draft::parse("正厅，上午九时。", "friends", "zh-Hans", "", 5_000).unwrap();
    let terms = Terms::parse(&Said { asks: true, ..Said::default() }, ctx.now()).unwrap();
    let (owner, id) = (owner.clone(), group.id);
    ctx.write(move |conn| Ok(announcement::publish(conn, &owner, id, "冬至祭祖", draft, &terms, true)?.id))
        .await
        .unwrap()
}

/// Every other member confirms.
async fn confirm(ctx: &Ctx, group: &Actor, post: PostId) {
    let id = group.id;
    let roll = ctx.read(move |conn| group::roll(conn, id)).await.unwrap();
    let half: Vec<Actor> = roll.into_iter().map(|(_, who)| who).step_by(2).collect();
    for chunk in half.chunks(500) {
        let chunk = chunk.to_vec();
        ctx.write(move |conn| {
            let uri = huiguan::domain::post::by_id(conn, post)?.uri;
            for who in chunk {
                match who.is_local() {
                    true => drop(announcement::confirm(conn, &who, post)?),
                    false => drop(announcement::receive_confirmation(conn, &who, &uri, Way::Button)?),
                }
            }
            Ok(())
        })
        .await
        .unwrap();
    }
}
