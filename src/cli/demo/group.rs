//! The groups of the demo: one by hometown that everybody may read, and one for its members alone.

use super::stage::{Person, eventually};
use crate::clock::DAY;
use crate::domain::actor::{Actor, Keys};
use crate::domain::announcement::{self, Terms};
use crate::domain::event::Mark;
use crate::domain::group::{self, Said, Settings};
use crate::domain::media::{self, Placed, Variant};
use crate::domain::membership::{self, Wish};
use crate::domain::moment::Draft;
use crate::domain::post::Post;
use crate::domain::roll_call::{self, Opening, Said as Line};
use crate::domain::{actor, comment, friend, post, topic};
use crate::error::{Error, Result};
use crate::id::MediaId;
use crate::remote;
use crate::wire::address::Address;

/// Who sits where at the feast.
const SEATS: &str = "席次,坐谁,人数\n一,各位前辈,10\n二,夜学师生,10\n三,厨房与茶水,8\n四,外埠乡亲,10\n";

/// Plays what happens in the groups of the first hall.
pub async fn play(guodong: &Person, mei: &Person, sufen: &Person, xiulan: &Person) -> Result<()> {
    let hometown = guodong.founds("rongjiang", hometown()).await?;
    mei.joins(&hometown, "").await?;
    sufen.joins(&hometown, "").await?;
    xiulan.asks_in(&hometown, "渔湖人，夜学第三届。").await?;
    let feast = "十二月二十日上午九时在正厅祭祖，十一时半开席。轮椅通道在侧门，车停对面学校操场。";
    let feast = guodong.announces(&hometown, "冬至祭祖与团圆宴", feast).await?;
    mei.confirms(&feast).await?;
    let cook = mei.begins(&hometown, "", "谁家还会做“鼠曲粿”？想跟着学一回，料我带。").await?;
    sufen.remarks(&cook, "我会，礼拜六下午来，糯米先泡好。").await?;
    let sale = sufen.begins(&hometown, "转让按摩椅", "九成新，自取。").await?;
    guodong.marks(&sale, Mark::TakenDown, "群里不做买卖，挂到公告栏吧。").await?;
    let feast = guodong.calls_roll(&hometown, "团圆宴报名，每席十人，请大家接龙。", 40, "餐食：荤、素").await?;
    mei.signs(&feast, "林美", 3, "素", "带两个孩子").await?;
    sufen.signs(&feast, "素芬", 2, "荤", "").await?;
    guodong.enters_line(&feast, "陈老伯", 2, "荤").await?;
    let council = guodong.founds("council", council()).await?;
    sufen.enters(&council, guodong).await?;
    sufen.begins(&council, "屋顶修缮", "三家报价都到了，礼拜三会上定。").await?;
    Ok(())
}

/// Somebody of the other hall joins the group by hometown, and says something in it.
pub async fn visit(guodong: &Person, wenbin: &Person) -> Result<()> {
    let home = guodong.ctx().read(|conn| group::with_name(conn, "rongjiang")).await?;
    let home = home.ok_or_else(|| Error::broken("no group"))?.actor;
    let address = format!("rongjiang@{}", guodong.ctx().authority);
    let address = Address::parse(&address).ok_or_else(|| Error::broken("no address"))?;
    let away = remote::webfinger::find(wenbin.ctx(), &address).await?;
    let (me, asked) = (wenbin.actor().clone(), away.clone());
    let words = "祖籍榕城，美玲的老邻居。";
    wenbin.ctx().write(move |conn| friend::request(conn, &me, &asked, words).map(drop)).await?;
    let (uri, id) = (wenbin.actor().uri.clone(), home.id);
    let request = eventually(guodong.ctx(), move |conn| {
        let Some(who) = actor::by_uri(conn, &uri)? else { return Ok(None) };
        group::standing(conn, id, who.id)
    })
    .await?;
    let officer = guodong.actor().clone();
    guodong.ctx().write(move |conn| membership::admit(conn, &officer, id, request.id).map(drop)).await?;
    let (me, there) = (wenbin.actor().id, away.id);
    eventually(wenbin.ctx(), move |conn| {
        let follow = friend::find(conn, me, there)?;
        Ok(follow.filter(|follow| follow.state == friend::State::Accepted).map(drop))
    })
    .await?;
    let said = wenbin.begins(&away, "", "我在墨尔本给各位问安。榕城西马路的老照片，谁手上还有？").await?;
    eventually(guodong.ctx(), move |conn| post::stored(conn, &said.uri)).await.map(drop)
}

fn hometown() -> Said {
    Said {
        title: "榕江同乡群".to_owned(),
        names: [("en".to_owned(), "Rongjiang folk".to_owned())].into(),
        about: "揭阳、榕城、渔湖、炮台出来的，和嫁娶进来的，都是自己人。".to_owned(),
        axis: "hometown".to_owned(),
        topic: "揭阳".to_owned(),
        entrance: "approval".to_owned(),
        posting: "members".to_owned(),
        rules: "先问安，再说事。\n群里不做买卖。".to_owned(),
        questions: "老家在哪里？\n谁介绍你来的？".to_owned(),
        ..Said::default()
    }
}

fn council() -> Said {
    Said {
        title: "理事会".to_owned(),
        about: "会馆理事议事用。".to_owned(),
        axis: "interest".to_owned(),
        entrance: "invitation".to_owned(),
        posting: "members".to_owned(),
        is_private: true,
        ..Said::default()
    }
}

impl Person {
    /// Founds a group.
    async fn founds(&self, name: &'static str, said: Said) -> Result<Actor> {
        let settings = Settings::parse(&said)?;
        let keys = self.ctx().slow(Keys::make).await?;
        let me = self.actor().clone();
        self.ctx().write(move |conn| Ok(group::create(conn, &me, name, &settings, &keys)?.actor)).await
    }

    /// Wants to join a group and waits before its door.
    async fn asks_in(&self, group: &Actor, answers: &'static str) -> Result<Wish> {
        let (me, id) = (self.actor().clone(), group.id);
        self.ctx().write(move |conn| membership::join(conn, &me, id, answers, "")).await
    }

    /// Wants to join a group, and its owner says yes.
    async fn joins(&self, group: &Actor, answers: &'static str) -> Result<()> {
        let answers = if answers.is_empty() { "揭阳，国栋叔介绍。" } else { answers };
        self.asks_in(group, answers).await?;
        let (me, id) = (self.actor().id, group.id);
        self.ctx()
            .write(move |conn| {
                let request = group::standing(conn, id, me)?.ok_or_else(|| Error::broken("nobody waits"))?;
                let owner = group::officers(conn, id)?.into_iter().map(|(_, actor)| actor).next();
                let owner = owner.ok_or_else(|| Error::broken("a group without an owner"))?;
                membership::admit(conn, &owner, id, request.id).map(drop)
            })
            .await
    }

    /// Comes in by a link that an officer made.
    async fn enters(&self, group: &Actor, officer: &Self) -> Result<()> {
        let (me, by, id) = (self.actor().clone(), officer.actor().clone(), group.id);
        self.ctx()
            .write(move |conn| {
                let (_, token) = membership::invite(conn, &by, id, 7, 5)?;
                membership::join(conn, &me, id, "", &token).map(drop)
            })
            .await
    }

    /// Begins a topic.
    async fn begins(&self, group: &Actor, title: &'static str, body: &'static str) -> Result<Post> {
        let draft = Draft::parse(body, "friends", "", "", self.ctx().config.limits.post_chars_max)?;
        let (me, id) = (self.actor().clone(), group.id);
        self.ctx().write(move |conn| topic::publish(conn, &me, id, title, draft)).await
    }

    /// Opens a roll call.
    async fn calls_roll(&self, group: &Actor, body: &'static str, room: i64, fields: &'static str) -> Result<Post> {
        let opening = Opening::parse(&room.to_string(), Ok(None), fields, self.ctx().now())?;
        let draft = Draft::parse(body, "friends", "", "", self.ctx().config.limits.post_chars_max)?;
        let (me, id, draft) = (self.actor().clone(), group.id, draft.opening(Some(opening)));
        self.ctx().write(move |conn| topic::publish(conn, &me, id, "", draft)).await
    }

    /// Signs up on a list.
    async fn signs(&self, post: &Post, name: &str, heads: i64, food: &str, note: &str) -> Result<()> {
        let (me, id) = (self.actor().clone(), post.id);
        let [name, food, note] = [name, food, note].map(str::to_owned);
        let said = move |_: &[roll_call::Field]| Ok(Line { name, heads, note, answers: vec![food] });
        self.ctx().write(move |conn| roll_call::join(conn, &me, id, said).map(drop)).await
    }

    /// Writes somebody down who has no account.
    async fn enters_line(&self, post: &Post, name: &str, heads: i64, food: &str) -> Result<()> {
        let (me, id, name, food) = (self.actor().clone(), post.id, name.to_owned(), food.to_owned());
        let said = move |_: &[roll_call::Field]| Ok(Line { name, heads, note: String::new(), answers: vec![food] });
        self.ctx().write(move |conn| roll_call::enter(conn, &me, id, said).map(drop)).await
    }

    /// Stores a paper as a form with files does.
    async fn files(&self, name: &'static str, media_type: &'static str, content: &'static str) -> Result<MediaId> {
        let (me, stem) = (self.actor().id, media::stem());
        let announced = stem.clone();
        self.ctx().write(move |conn| media::reserve(conn, &announced, &[Variant::Display])).await?;
        self.ctx().files.put(&Variant::Display.key(&stem), content.as_bytes().to_vec()).await?;
        let bytes = i64::try_from(content.len()).unwrap_or(i64::MAX);
        self.ctx().write(move |conn| media::create_paper(conn, me, (media_type, name), &stem, bytes)).await
    }

    /// Announces something with a paper, signed as the office, to be confirmed within a week.
    async fn announces(&self, group: &Actor, title: &'static str, body: &'static str) -> Result<Post> {
        let seats = Placed { id: self.files("团圆宴席次.csv", "text/csv", SEATS).await?, alt: String::new() };
        let max = self.ctx().config.limits.post_chars_max;
        let draft = Draft::with_pictures(body, "friends", "", "", max, Some(vec![seats]))?;
        let now = self.ctx().now();
        let said = announcement::Said {
            office: "秘书处".to_owned(),
            asks: true,
            confirm_by: Some(now + 7 * DAY),
            expires_at: Some(now + 30 * DAY),
            ..announcement::Said::default()
        };
        let terms = Terms::parse(&said, now)?;
        let (me, id) = (self.actor().clone(), group.id);
        self.ctx().write(move |conn| announcement::publish(conn, &me, id, title, draft, &terms, true)).await
    }

    /// Confirms an announcement.
    async fn confirms(&self, post: &Post) -> Result<()> {
        let (me, id) = (self.actor().clone(), post.id);
        self.ctx().write(move |conn| announcement::confirm(conn, &me, id).map(drop)).await
    }

    /// Says something under a topic.
    async fn remarks(&self, post: &Post, body: &'static str) -> Result<()> {
        let draft = Draft::parse(body, "friends", "", "", self.ctx().config.limits.post_chars_max)?;
        let (me, id) = (self.actor().clone(), post.id);
        self.ctx().write(move |conn| comment::publish(conn, &me, id, draft).map(drop)).await
    }

    /// Does an officer's office about a post.
    async fn marks(&self, post: &Post, mark: Mark, reason: &'static str) -> Result<()> {
        let (me, id) = (self.actor().clone(), post.id);
        self.ctx().write(move |conn| topic::mark(conn, &me, id, mark, reason).map(drop)).await
    }
}
