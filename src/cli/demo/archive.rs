//! The archive of the demo: a dozen items over the forms, all of our own making, with pictures that were drawn for it.

use super::album::{self, Picture};
use super::paper;
use super::stage::Person;
use crate::ctx::Ctx;
use crate::domain::actor::Actor;
use crate::domain::authority;
use crate::domain::collection;
use crate::domain::exhibition::{self, Piece};
use crate::domain::item::{self, Coming, Draft, Said, State, TranscriptKind};
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::record::Record;
use crate::upload::original::{self, Stored};

/// An item: its form, its protocol and its picture, and what its record says by field.
struct Sample {
    form: &'static str,
    protocol: &'static str,
    collection: &'static str,
    picture: Option<&'static Picture>,
    record: &'static [(&'static str, &'static str)],
}

const PUBLIC_DOMAIN: (&str, &str) = ("rights", "https://creativecommons.org/publicdomain/mark/1.0/");
const CC0: (&str, &str) = ("rights", "https://creativecommons.org/publicdomain/zero/1.0/");

/// Everything in them is invented.
const SAMPLES: [Sample; 12] = [
    Sample {
        form: "letter",
        protocol: "",
        collection: "QP",
        picture: Some(&album::ENVELOPE),
        record: &[
            ("title", "前美陈家侨批封"),
            ("title@en", "Remittance envelope of the Chen family of Qianmei"),
            ("date", "民国廿六年五月初八"),
            ("kind", "envelope"),
            ("sender", "陈振通 | 寄批人"),
            ("recipient", "慈亲大人 | 收批人"),
            ("recipient_address", "澄海前美乡"),
            ("amount", "国币〣十元"),
            ("currency", "national"),
            ("agency", "振盛兴"),
            ("place", "澄海前美"),
            ("place_modern", "汕头市澄海区隆都镇"),
            ("latitude", "23.53"),
            ("longitude", "116.72"),
            ("hometown", "澄海"),
            ("surname", "陈"),
            ("dialect", "潮州话"),
            ("subject", "侨批"),
            ("description", "红条封，正中写“家慈親大人安啟”，右边“澄海前美鄉交”，左边“外付國幣叁拾元”。"),
            PUBLIC_DOMAIN,
        ],
    },
    Sample {
        form: "letter",
        protocol: "members",
        collection: "QP",
        picture: Some(&album::LETTER),
        record: &[
            ("title", "前美陈家侨批内信"),
            ("date", "民国廿六年五月初八"),
            ("kind", "letter"),
            ("sender", "陈振通 | 寄批人"),
            ("letter_text", "慈亲大人膝下敬禀者：儿在外平安，勿念。"),
            ("place", "叻坡"),
            ("place_modern", "新加坡"),
            ("surname", "陈"),
            ("dialect", "潮州话"),
            ("description", "竖写一纸，末尾盖红印。"),
            PUBLIC_DOMAIN,
        ],
    },
    Sample {
        form: "photograph",
        protocol: "",
        collection: "YX",
        picture: Some(&album::OLDPHOTO),
        record: &[
            ("title", "夜学第一届学生合影"),
            ("title@en", "First class of the evening school"),
            ("date", "民国廿四年"),
            ("place", "会馆正厅"),
            ("pictured", "林老师 | 前排中"),
            ("photographer", "和光照相馆"),
            ("subject", "夜学"),
            ("description", "学生坐成三排，身后是有柱子的大厅。前排左三待认。"),
            CC0,
        ],
    },
    Sample {
        form: "genealogy",
        protocol: "",
        collection: "",
        picture: Some(&album::GENEALOGY),
        record: &[
            ("title", "榕江林氏族谱（残）"),
            ("date", "光緒十三年"),
            ("genealogy_title", "榕江林氏族谱"),
            ("family", "林"),
            ("hall_name", "西河堂"),
            ("generation_poem", "文章华国\n诗礼传家"),
            ("volumes", "存一卷"),
            ("missing_volumes", "二至四卷"),
            ("hometown", "揭阳"),
            ("surname", "林"),
            ("description", "一世到九世，朱丝栏抄本。"),
            PUBLIC_DOMAIN,
        ],
    },
    Sample {
        form: "inscription",
        protocol: "",
        collection: "",
        picture: Some(&album::HALL),
        record: &[
            ("title", "重修会馆碑"),
            ("date", "道光間"),
            ("kind", "stele"),
            ("institution", "榕江会馆"),
            ("position", "门厅东壁"),
            ("material", "花岗石"),
            ("inscription_text", "重修会馆碑记\n□□年众商捐金重修\n共捐银〡百〢十元"),
            ("donors", "林合兴 | 揭阳 | 银二十元\n陈万利 | 澄海 | 银十元"),
            ("place", "会馆"),
            ("subject", "捐款"),
            PUBLIC_DOMAIN,
        ],
    },
    Sample {
        form: "oral-history",
        protocol: "all members group:council",
        collection: "",
        picture: None,
        record: &[
            ("title", "素芬谈搬家"),
            ("date", "2019-05-04"),
            ("narrator", "素芬 | 讲述人"),
            ("interviewer", "美玲 | 访谈人"),
            ("consent", "recorded"),
            ("dialect", "潮州话"),
            ("summary", "从骑楼搬到组屋那一年的事。"),
            CC0,
        ],
    },
    Sample {
        form: "minutes",
        protocol: "",
        collection: "YS",
        picture: None,
        record: &[
            ("title", "理事会第三次会议记录"),
            ("date", "1951-03-12"),
            ("kind", "minutes"),
            ("body", "榕江会馆"),
            ("officers_present", "林国栋 | 主席"),
            ("resolutions", "一、修屋顶。\n二、办夜学。"),
            ("total", "叁佰伍拾元"),
            CC0,
        ],
    },
    Sample {
        form: "festival",
        protocol: "",
        collection: "",
        picture: Some(&album::LANTERNS),
        record: &[
            ("title", "元宵游灯"),
            ("date", "1962年元宵"),
            ("lunar_date", "正月十五"),
            ("organiser", "榕江会馆 | 主办"),
            ("foods", "汤圆\n大橘"),
            ("description", "山前挂一串红灯笼，绕街三圈。"),
            CC0,
        ],
    },
    Sample {
        form: "recipe",
        protocol: "",
        collection: "",
        picture: Some(&album::TANGYUAN),
        record: &[
            ("title", "冬至圆"),
            ("title@en", "Winter solstice dumplings"),
            ("dialect_names", "冬节丸（潮州）\n冬至圆（福建）"),
            ("occasion", "冬至"),
            ("ingredients", "糯米粉 半斤\n红曲 少许"),
            ("steps", "搓圆，水开下锅，浮起即可。"),
            ("teller", "许阿珍 | 讲授者"),
            ("dialect", "潮州话"),
            CC0,
        ],
    },
    Sample {
        form: "performance",
        protocol: "",
        collection: "",
        picture: Some(&album::OPERA),
        record: &[
            ("title", "潮剧《陈三五娘》选段"),
            ("date", "c. 1950s"),
            ("troupe", "老玉梨"),
            ("play", "陈三五娘"),
            ("aria", "留伞"),
            ("carrier", "shellac"),
            ("speed", "78"),
            ("dialect", "潮州话"),
            CC0,
        ],
    },
    Sample {
        form: "object",
        protocol: "",
        collection: "",
        picture: Some(&album::TEA),
        record: &[
            ("title", "工夫茶具"),
            ("material", "紫砂"),
            ("use", "待客"),
            ("condition", "good"),
            ("location", "正厅"),
            ("date", "1930s"),
            ("description", "一壶三杯，圆茶盘。"),
            CC0,
        ],
    },
    Sample {
        form: "school-text",
        protocol: "",
        collection: "",
        picture: Some(&album::CLASS),
        record: &[
            ("title", "夜学国语课本"),
            ("issuer", "榕江会馆夜学"),
            ("paper_subject", "国语"),
            ("grade", "初级"),
            ("date", "1936"),
            ("paper_text", "春眠不覺曉，處處聞啼鳥。"),
            ("subject", "夜学"),
            PUBLIC_DOMAIN,
        ],
    },
];

/// Fills the archive of a hall, of which `keeper` is an officer.
pub async fn play(keeper: &Person) -> Result<()> {
    let ctx = keeper.ctx();
    for (level, code, title, about, protocol) in [
        ("fonds", "QP", "前美陈家侨批", "陈家后人所捐的批封、内信和回批。", ""),
        ("fonds", "YX", "会馆影像", "会馆自己的照片。", ""),
        ("fonds", "YS", "理事会议事录", "历届理事会的记录，2050 年起给会员看。", "members from:2050-01-01"),
    ] {
        let draft = collection::Draft::parse(level, code, title, about, protocol, "")?;
        ctx.write(move |conn| collection::create(conn, &draft).map(drop)).await?;
    }
    let mut made = Vec::new();
    for sample in &SAMPLES {
        let id = describe(ctx, sample).await?;
        made.push((sample.form, id));
        match sample.form {
            "performance" => sing(ctx, keeper.actor(), id).await?,
            "photograph" => {
                let stored = taken(ctx, "影集.jpg", album::page()?, "影集一页，九张画").await?;
                ctx.write(move |conn| original::add(conn, id, stored).map(drop)).await?;
            }
            "school-text" => {
                let stored = taken(ctx, "第三课.pdf", paper::page(), "第三课").await?;
                ctx.write(move |conn| original::add(conn, id, stored).map(drop)).await?;
            }
            _ => {}
        }
    }
    show(ctx, &made).await?;
    receive(ctx).await?;
    read(keeper, made.iter().filter(|(form, _)| *form == "letter").map(|(_, id)| *id).collect()).await
}

/// The envelope is highlighted, read and led to from its letter, whose text waits to be approved; a living person is named to nobody; and a
/// giver is asked.
async fn read(keeper: &Person, letters: Vec<PostId>) -> Result<()> {
    let me = keeper.actor().clone();
    keeper
        .ctx()
        .write(move |conn| {
            let reads = [
                ("approved", "家慈親大人安啟\n{澄海|dêng5 hai2}前美鄉交\n外付國幣叁拾元"),
                ("review", "慈親大人膝下敬稟者：\n兒在外平安，勿念。□□月底再寄。"),
            ];
            for (id, (state, body)) in letters.iter().zip(reads) {
                let Some(page) = item::files(conn, *id)?.into_iter().next() else { continue };
                item::save_transcript(conn, &me, page.id, TranscriptKind::Transcription, "zh-Hant", state, body)?;
            }
            if let [envelope, letter, ..] = letters.as_slice() {
                item::highlight(conn, *envelope, true)?;
                let code = item::by_id(conn, *letter)?.code;
                item::link(conn, *envelope, &[code])?;
            }
            let living = authority::Said {
                kind: authority::Kind::Person.as_str().to_owned(),
                name: "许阿珍".to_owned(),
                is_living: true,
                ..authority::Said::default()
            };
            item::save_authority(conn, None, &living)?;
            for gift in item::queue(conn, State::Offered, 1)? {
                item::add_note(conn, &me, gift.id, "灯下左边提鱼灯的孩子，您还记得是谁家的吗？")?;
            }
            Ok(())
        })
        .await
}

/// Where the places of these items are: name, other names, name today, degrees north and east.
const PLACES: [(&str, &str, &str, &str, &str); 3] = [
    ("澄海前美", "前美\n澄海", "汕头市澄海区隆都镇", "23.53", "116.72"),
    ("叻坡", "石叻\n星洲", "新加坡", "1.29", "103.85"),
    ("榕江会馆", "会馆\n会馆正厅", "", "1.28", "103.84"),
];

/// Who sent the letters: a page of his own leads to all that names him.
fn sender() -> authority::Said {
    authority::Said {
        kind: authority::Kind::Person.as_str().to_owned(),
        name: "陈振通".to_owned(),
        variants: "陳振通\n阿通".to_owned(),
        romanised: "Chén Zhèntōng\nCan4 Zan3tung1\nTan Chin Thong".to_owned(),
        note: "前美人，十九岁下南洋，在叻坡米行做伙计，月月寄批。".to_owned(),
        born: "光绪廿四年".to_owned(),
        died: "1962".to_owned(),
        ..authority::Said::default()
    }
}

/// Puts the places on the map and a person beside them, gathers items in a free collection, and hangs an exhibition; another one is in preparation.
async fn show(ctx: &Ctx, made: &[(&'static str, PostId)]) -> Result<()> {
    let of = |form: &str| made.iter().filter(|(one, _)| *one == form).map(|(_, id)| *id).collect::<Vec<PostId>>();
    let item = |id: &PostId, caption: &str| Piece::Item(id.to_string(), caption.to_owned());
    let text = |said: &str| Piece::Text(said.to_owned());
    let mut pieces = vec![text(
        "# 出洋\n\n红头船从樟林港出去，**过番**的人把名字写在信封上，把平安写在里面。封上几行字，走了半个月才到家。",
    )];
    for (id, caption) in of("letter").iter().zip(["银和信一起到，封面先给批脚看。", "信纸只有一张，写的都是要紧话。"])
    {
        pieces.push(item(id, caption));
    }
    pieces.push(text("# 落脚\n\n到了埠头，先找会馆。白天做工，夜里念书。"));
    pieces.extend(of("photograph").iter().map(|id| item(id, "前排左三是谁，还没有人认出来。")));
    pieces.extend(of("school-text").iter().map(|id| item(id, "夜学用过的课本。")));
    let open = exhibition::Draft::parse("一封侨批走的路", "从叻坡到澄海，半个月，一张薄纸。", &pieces)?;
    let meal: Vec<Piece> = of("recipe").iter().map(|id| item(id, "")).collect();
    let draft = exhibition::Draft::parse("冬至的一碗圆", "", &meal)?;
    let free = collection::Draft::parse("free", "ZT-JQ", "年节", "过年过节用的、吃的、唱的。", "", "")?;
    let gathered = [of("festival"), of("recipe"), of("performance")].concat();
    ctx.write(move |conn| {
        for (name, variants, modern_name, latitude, longitude) in PLACES {
            let said = authority::Said {
                kind: authority::Kind::Place.as_str().to_owned(),
                name: name.to_owned(),
                variants: variants.to_owned(),
                modern_name: modern_name.to_owned(),
                latitude: latitude.to_owned(),
                longitude: longitude.to_owned(),
                ..authority::Said::default()
            };
            item::save_authority(conn, None, &said)?;
        }
        item::save_authority(conn, None, &sender())?;
        let free = collection::create(conn, &free)?;
        gathered.iter().try_for_each(|id| collection::gather(conn, free.id, *id))?;
        exhibition::create(conn, &draft)?;
        let open = exhibition::create(conn, &open)?;
        exhibition::publish(conn, open.id)
    })
    .await
}

/// Takes a file into the store.
async fn taken(ctx: &Ctx, name: &str, bytes: Vec<u8>, label: &str) -> Result<Stored> {
    let size = bytes.len();
    let mut stored = match original::store(ctx, name, bytes, size, async || Ok(None)).await {
        Ok(Ok(stored)) => stored,
        Ok(Err(problem)) => return Err(Error::Invalid(vec![problem])),
        Err(_) => return Err(Error::broken("a file of the demo can't be stored")),
    };
    stored.file.label = label.to_owned();
    Ok(stored)
}

/// A recording, with what is sung in it and when.
async fn sing(ctx: &Ctx, keeper: &Actor, item: PostId) -> Result<()> {
    let (stored, me) = (taken(ctx, "留伞.wav", paper::tune(), "录音").await?, keeper.clone());
    ctx.write(move |conn| {
        let file = original::add(conn, item, stored)?.id;
        let (sung, english) = (TranscriptKind::Transcription, TranscriptKind::Translation);
        item::save_transcript(conn, &me, file, sung, "zh-Hans", "approved", paper::SUNG)?;
        item::save_transcript(conn, &me, file, english, "en", "approved", paper::SUNG_EN)
    })
    .await
}

/// A visitor gives something, which waits to be looked at.
async fn receive(ctx: &Ctx) -> Result<()> {
    let said = Said { form: "photograph".to_owned(), ..Said::default() };
    let record: Record = ctx.forms.read(&said.form, |field| {
        let text = match field.code {
            "title" => "元宵那晚的灯",
            "date" => "八十年代",
            "place" => "会馆门口",
            _ => "",
        };
        vec![(text.to_owned(), String::new())]
    })?;
    let draft = Draft::parse(&said, record)?;
    let stored = taken(ctx, "灯.jpg", album::LANTERNS.bytes.to_vec(), "").await?;
    let coming =
        Coming {
            contributor_name: "路过的阿明".to_owned(), contact: "012-345 6789".to_owned(), ..Coming::default()
        };
    ctx.write(move |conn| {
        let (made, _) = item::give(conn, &draft, &coming)?;
        original::add(conn, made.id, stored).map(drop)
    })
    .await
}

async fn describe(ctx: &Ctx, sample: &Sample) -> Result<PostId> {
    let said = Said {
        form: sample.form.to_owned(),
        protocol: sample.protocol.to_owned(),
        collection: sample.collection.to_owned(),
        // What is said of a rite is used with leave; what was said in confidence is closed for a generation.
        labels: if sample.form == "festival" { "tk-nc" } else { "" }.to_owned(),
        asks_first: sample.form == "festival",
        embargo: if sample.form == "minutes" { "2050-01-01" } else { "" }.to_owned(),
        ..Said::default()
    };
    let record: Record = ctx.forms.read(&said.form, |field| {
        let own = sample.record.iter().filter_map(|&(name, text)| {
            let (code, language) = name.split_once('@').unwrap_or((name, ""));
            (code == field.code).then(|| (text.to_owned(), language.to_owned()))
        });
        own.collect()
    })?;
    let draft = Draft::parse(&said, record)?;
    let stored = match sample.picture {
        Some(picture) => {
            Some(taken(ctx, &format!("{}.jpg", sample.form), picture.bytes.to_vec(), picture.words).await?)
        }
        None => None,
    };
    ctx.write(move |conn| {
        let made = item::create(conn, &draft, State::Draft, &Coming::default())?;
        stored.into_iter().try_for_each(|one| original::add(conn, made.id, one).map(drop))?;
        item::publish(conn, made.id, true)?;
        Ok(made.id)
    })
    .await
}
