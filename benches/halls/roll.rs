//! Signing up on a list: how many lines a second a hall takes, each in a transaction of its own, from as many people at once.

use std::time::Instant;

use huiguan::ctx::Ctx;
use huiguan::domain::actor::{self, Actor, Keys};
use huiguan::domain::group::{self, Said as Settings};
use huiguan::domain::roll_call::{self, Opening, Said};
use huiguan::domain::{membership, moment, topic};

const PEOPLE: usize = 2_000;
/// People who join in the same moment.
const AT_ONCE: usize = 200;
/// Fewer than come, so that the waiting list is measured too.
const ROOM: &str = "1500";

/// Opens a list in a group of two thousand and has all of them sign up at once.
pub async fn sign_up(ctx: &Ctx, owner: &Actor) {
    let keys = Keys::make().unwrap();
    let (me, now) = (owner.clone(), ctx.now());
    let made = ctx.write(move |conn| {
        let said = Settings {
            title: "同乡".to_owned(),
            axis: "hometown".to_owned(),
            entrance: "open".to_owned(),
            posting: "members".to_owned(),
            ..Settings::default()
        };
        let group = group::create(conn, &me, "townsfolk", &group::Settings::parse(&said)?, &keys)?.actor.id;
        let opening = Opening::parse(ROOM, Ok(None), "餐食：荤、素", now)?;
        let draft = moment::Draft::parse("聚餐", "friends", "zh-Hans", "", 5_000)?.opening(Some(opening));
        let post = topic::publish(conn, &me, group, "", draft)?.id;
        let mut people = Vec::new();
        for number in 0..PEOPLE {
            let name = format!("townsman{number}");
            let made = actor::create(conn, actor::Kind::Person, &name, &name, &keys)?;
            membership::join(conn, &made, group, "", "")?;
            people.push(made);
        }
        Ok((post, people))
    });
    let (post, people) = made.await.unwrap();
    let began = Instant::now();
    // As many at once as a group that hears of it in the same second; more than the queue of writes holds are asked to come again.
    for some in people.chunks(AT_ONCE) {
        let joining: Vec<_> = some
            .iter()
            .cloned()
            .map(|me| {
                let ctx = ctx.clone();
                tokio::spawn(async move {
                    ctx.write(move |conn| {
                        let said = Said { name: me.name.clone(), heads: 1, note: String::new(), answers: vec![] };
                        roll_call::join(conn, &me, post, move |_| Ok(said))
                    })
                    .await
                })
            })
            .collect();
        for one in joining {
            one.await.unwrap().unwrap();
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    let roll = ctx.read(move |conn| roll_call::of_post(conn, None, post, 0)).await.unwrap().unwrap();
    assert_eq!((roll.entries, roll.heads), (2_000, 1_500));
    println!("lines of a roll call                      {:>8.0} a second", PEOPLE as f64 / seconds);
}
