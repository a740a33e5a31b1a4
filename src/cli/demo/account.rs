//! The public accounts of the demo: a gazette that is run by two, and a clinic that writes seldom.

use super::album::{CLASS, ENVELOPE, OLDPHOTO, Picture};
use super::stage::{Person, eventually};
use super::tune;
use crate::clock::DAY;
use crate::domain::account::{self, Role, Said, Settings};
use crate::domain::actor::{Actor, Keys};
use crate::domain::article;
use crate::domain::draft::{self, Content, Saved, Script};
use crate::domain::media;
use crate::domain::moment::Draft;
use crate::domain::post::Post;
use crate::domain::{comment, friend};
use crate::error::Result;
use crate::id::MediaId;

/// What the gazette publishes first.
const LETTERS: &str = "批局的门早关了，抽屉里还有一扎批。\n\n```题记\n平安二字值千金\n```\n\n# 水客\n\n\
    最早带批的是{水客|suǐ kèh}，一年走两趟，银和信一起带。[^1]\n\n# 批局\n\n后来有了批局，编号、盖印、发回批。\n\n\
    | 年份 | 收批（封） |\n|---|---|\n| 1931 | 一万二千 |\n| 1936 | 一万八千 |\n\n# 回批\n\n\
    > 银已收到，家中大小平安。\n\n```诗\n天顶一粒星\n地下一支灯\n```\n\n[^1]: 水客，专为乡亲带银信的人。";
/// What it publishes next.
const CAKES: &str = "红桃粿要用**粿印**压，桃子的形状是讨吉利。\n\n1. 糯米饭炒香做馅\n2. 皮染红曲\n3. 压印，垫蕉叶，上笼蒸\n\n蒸好刷一层油，冷了再煎更香。";

/// What it prints again, before and behind its pictures; and the same in traditional characters, as an editor has read it.
const CLASSES: [[&str; 3]; 2] = [
    [
        "夜学的第一届",
        "第一届学生二十三人，最小的十一岁。白天在码头做工，晚上来认字。",
        "毕业那天，先生带大家照了一张相。相片后面写着名字，有几位还没认出来，认得的请来会馆说一声。",
    ],
    [
        "夜學的第一屆",
        "第一屆學生二十三人，最小的十一歲。白天在碼頭做工，晚上來認字。",
        "畢業那天，先生帶大家照了一張相。相片後面寫著名字，有幾位還沒認出來，認得的請來會館說一聲。",
    ],
];

/// What it says about a song.
const SONG: &str = "老人家哄孩子睡，总哼这一段。";

/// Plays what the accounts of the first hall publish.
pub async fn play(guodong: &Person, mei: &Person, sufen: &Person, xiulan: &Person) -> Result<()> {
    let gazette = mei.opens("qiaobao", gazette()).await?;
    mei.appoints(&gazette, guodong, Role::Editor).await?;
    mei.appoints(&gazette, sufen, Role::Contributor).await?;
    for reader in [sufen, xiulan, guodong] {
        reader.follows(&gazette).await?;
    }
    let series = mei.begins_series(&gazette, "家乡味").await?;
    let letters = Content {
        title: "抽屉里的一扎批".to_owned(),
        subtitle: "从水客到批局".to_owned(),
        bylines: "文／陈美玲".to_owned(),
        body: LETTERS.to_owned(),
        is_original: true,
        licence: "CC BY-SA 4.0".to_owned(),
        ..Content::default()
    };
    let letters = mei.publishes(&gazette, letters).await?;
    let cakes =
        Content {
            title: "阿嬷的红桃粿".to_owned(), body: CAKES.to_owned(), series: series.id.0, ..Content::default()
        };
    guodong.publishes(&gazette, cakes).await?;
    mei.publishes_song(&gazette).await?;
    mei.prints_again(&gazette).await?;
    xiulan.boosts(&letters).await?;
    let (editor, first) = (mei.actor().clone(), letters.id);
    mei.ctx().write(move |conn| draft::pin(conn, &editor, first, true)).await?;
    let heard = xiulan.replies(&letters, "我家也有一扎，红纸包着，舍不得拆。").await?;
    guodong.selects(&heard).await?;
    sufen.replies(&letters, "回批那一段看哭了。").await?;
    let waiting =
        Content {
            title: "冬至前后".to_owned(), body: "（还在写）汤圆要不要馅？".to_owned(), ..Content::default()
        };
    sufen.drafts(&gazette, waiting).await?;
    let greeting = Content {
        title: "新年开笔".to_owned(),
        body: "正月初一，会馆门口写春联，纸墨都有，大人小孩都来。".to_owned(),
        ..Content::default()
    };
    mei.schedules(&gazette, greeting).await?;
    mei.answers_to(&gazette, "投稿 来稿 = 来稿写在邮件里寄会馆秘书，老照片也收，用完就归还。").await?;
    let clinic = guodong.opens("tongji", clinic()).await?;
    sufen.follows(&clinic).await?;
    let notice = Content {
        title: "冬至义诊".to_owned(),
        body: "十二月二十日下午二时，会馆偏厅，量血压、看中医，免费。".to_owned(),
        ..Content::default()
    };
    guodong.publishes(&clinic, notice).await.map(drop)
}

fn gazette() -> Said {
    Said {
        title: "榕江侨报".to_owned(),
        names: [("en".to_owned(), "Rongjiang Gazette".to_owned())].into(),
        about: "榕江同乡会办的小报：老信、旧味、近事。".to_owned(),
        kind: "subscription".to_owned(),
        topics: "侨批 潮菜 旧事".to_owned(),
        menu: "投稿 /about\n翻看\n- 群 /groups\n- 公众号 /accounts".to_owned(),
        talk: "selected".to_owned(),
        welcome: "谢谢关注榕江侨报。来稿请寄会馆秘书。".to_owned(),
    }
}

fn clinic() -> Said {
    Said {
        title: "同济诊所".to_owned(),
        about: "会馆义诊的消息。".to_owned(),
        kind: "service".to_owned(),
        topics: "健康".to_owned(),
        talk: "closed".to_owned(),
        ..Said::default()
    }
}

impl Person {
    /// Opens a public account.
    async fn opens(&self, name: &'static str, said: Said) -> Result<Actor> {
        let settings = Settings::parse(&said)?;
        let keys = self.ctx().slow(Keys::make).await?;
        let me = self.actor().clone();
        self.ctx().write(move |conn| Ok(account::create(conn, &me, name, &settings, &keys)?.actor)).await
    }

    /// Takes somebody into the staff of an account.
    async fn appoints(&self, account: &Actor, who: &Self, role: Role) -> Result<()> {
        let (me, id, who) = (self.actor().clone(), account.id, who.actor().id);
        self.ctx().write(move |conn| account::set_role(conn, &me, id, who, Some(role)).map(drop)).await
    }

    /// Follows an account of the same hall.
    async fn follows(&self, account: &Actor) -> Result<()> {
        let (me, account) = (self.actor().clone(), account.clone());
        self.ctx().write(move |conn| friend::request(conn, &me, &account, "").map(drop)).await
    }

    /// Begins a series.
    async fn begins_series(&self, account: &Actor, title: &'static str) -> Result<article::Series> {
        let (me, id) = (self.actor().id, account.id);
        self.ctx().write(move |conn| article::begin_series(conn, me, id, title, "")).await
    }

    /// Writes a draft.
    async fn drafts(&self, account: &Actor, content: Content) -> Result<draft::Draft> {
        let (me, id) = (self.actor().clone(), account.id);
        self.ctx()
            .write(move |conn| {
                let begun = draft::create(conn, &me, id, Content::default())?;
                match draft::save(conn, &me, begun.id, begun.revision, content)? {
                    Saved::Kept(draft) | Saved::Beside(draft, _) => Ok(draft),
                }
            })
            .await
    }

    /// Writes and publishes an article.
    async fn publishes(&self, account: &Actor, content: Content) -> Result<Post> {
        let draft = self.drafts(account, content).await?;
        let (me, rule) = (self.actor().clone(), self.ctx().config.accounts.clone());
        self.ctx().write(move |conn| draft::publish(conn, &me, draft.id, &rule)).await
    }

    /// Publishes an article with a sound in it.
    async fn publishes_song(&self, account: &Actor) -> Result<()> {
        let draft = self.drafts(account, Content::default()).await?;
        let (me, file) = (self.actor().clone(), self.records(tune::wave()).await?);
        self.ctx().write(move |conn| draft::take_picture(conn, &me, draft.id, file)).await?;
        eventually(self.ctx(), move |conn| Ok(media::by_id(conn, file)?.filter(|file| file.is_ready()).map(drop)))
            .await?;
        let content = Content {
            title: "阿嬷哼的歌".to_owned(),
            body: format!(
                "{SONG}\n\n![七个音的小调，弹得很慢](/media/{file}/display \"阿嬷哼的调子，夜学用琴弹出来\")\n\n有谁还记得词？#童谣"
            ),
            ..Content::default()
        };
        let (me, rule) = (self.actor().clone(), self.ctx().config.accounts.clone());
        self.ctx()
            .write(move |conn| {
                draft::save(conn, &me, draft.id, draft.revision, content)?;
                draft::publish(conn, &me, draft.id, &rule).map(drop)
            })
            .await
    }

    /// Prints an article again that was elsewhere first: with a cover, pictures side by side, and another script.
    async fn prints_again(&self, account: &Actor) -> Result<()> {
        let draft = self.drafts(account, Content::default()).await?;
        let mut files: Vec<MediaId> = Vec::new();
        for picture in [&OLDPHOTO, &CLASS, &ENVELOPE] {
            let (me, file) = (self.actor().clone(), self.scans(picture).await?);
            self.ctx().write(move |conn| draft::take_picture(conn, &me, draft.id, file)).await?;
            eventually(self.ctx(), move |conn| Ok(media::by_id(conn, file)?.filter(|file| file.is_ready()).map(drop)))
                .await?;
            files.push(file);
        }
        let figure = |(file, picture): (&MediaId, &Picture)| format!("![{}](/media/{file}/display)", picture.words);
        let beside: Vec<String> = files.iter().zip([&OLDPHOTO, &CLASS, &ENVELOPE]).skip(1).map(figure).collect();
        let text = |before: &str, behind: &str| format!("{before}\n\n{}\n\n{behind}", beside.join("\n"));
        let [[title, before, behind], [other, first, last]] = CLASSES;
        let content = Content {
            title: title.to_owned(),
            body: text(before, behind),
            cover: files.first().map_or(0, |file| file.0),
            cover_alt: OLDPHOTO.words.to_owned(),
            source_name: "《夜学三十周年纪念册》".to_owned(),
            consent: "夜学校友会".to_owned(),
            ..Content::default()
        };
        let script = Script {
            language: "zh-Hant".to_owned(),
            title: other.to_owned(),
            digest: String::new(),
            body: text(first, last),
            is_checked: true,
        };
        let (me, rule) = (self.actor().clone(), self.ctx().config.accounts.clone());
        self.ctx()
            .write(move |conn| {
                draft::save(conn, &me, draft.id, draft.revision, content)?;
                draft::save_script(conn, &me, draft.id, &script)?;
                draft::publish(conn, &me, draft.id, &rule).map(drop)
            })
            .await
    }

    /// Writes a draft that comes out the day after tomorrow.
    async fn schedules(&self, account: &Actor, content: Content) -> Result<()> {
        let draft = self.drafts(account, content).await?;
        let (me, at) = (self.actor().clone(), self.ctx().now() + 2 * DAY);
        self.ctx().write(move |conn| draft::schedule(conn, &me, draft.id, at).map(drop)).await
    }

    /// Gives an account something to answer by itself.
    async fn answers_to(&self, account: &Actor, lines: &'static str) -> Result<()> {
        let (me, id) = (self.actor().id, account.id);
        self.ctx().write(move |conn| account::set_answers(conn, me, id, lines)).await
    }

    /// Says something under an article.
    async fn replies(&self, post: &Post, body: &'static str) -> Result<Post> {
        let draft = Draft::parse(body, "everyone", "", "", self.ctx().config.limits.post_chars_max)?;
        let (me, id) = (self.actor().clone(), post.id);
        self.ctx().write(move |conn| comment::publish(conn, &me, id, draft)).await
    }

    /// Selects a comment.
    async fn selects(&self, comment: &Post) -> Result<()> {
        let (me, id) = (self.actor().clone(), comment.id);
        self.ctx().write(move |conn| article::select(conn, &me, id).map(drop)).await
    }
}
