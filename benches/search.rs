//! What searching costs, on the embedded index and, if `MEILI_URL` (and `MEILI_KEY`) name a server to throw away, on Meilisearch:
//! the same documents, the same questions, the same run.
//!
//! `cargo bench --bench search` takes 20,000 short posts and 200 long texts; with `-- --full` it takes 1,000,000 and 100,000, with
//! `-- --posts N M` as many as one likes. `--texts PATH` reads the text from files of one's own (all strings of JSON files, or
//! plain text) in place of the text that is made from a vocabulary. Numbers are printed, never a pass or fail.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use huiguan::config::{self, SearchEngine};
use huiguan::search::{Doc, Filter, Key, Noun, Search, Typing, read};
use jiff::tz::TimeZone;

/// Documents put in at once, as the worker does when the index is filled.
const AT_ONCE: usize = 2_000;
const CLIENTS: usize = 8;
const QUESTIONS_EACH: usize = 400;
/// Hits that a page looks at.
const HITS: usize = 401;

/// Words of the field, the most frequent first; names, places and years come from pieces, so that there are many.
const WORDS: &str = "我们 会馆 今天 照片 一起 回来 家里 时候 同乡会 活动 大家 知道 朋友 老人 孩子 地方 阿公 阿嬷 侨批 族谱 祖屋 宗祠 \
    报名 通知 周末 聚餐 饮茶 粤剧 舞狮 中秋 冬至 清明 春节 端午 汤圆 粽子 月饼 虾饺 烧卖 叉烧 云吞 肉骨茶 叻沙 娘惹 \
    唐人街 南洋 旧金山 槟城 马六甲 台山 开平 潮州 梅县 福建 海南 广东 香港 新加坡 碉楼 骑楼 水客 番客 批局 银信 华侨 归侨 \
    理事会 会长 秘书 财务 捐款 奖学金 义山 扫墓 碑记 牌匾 对联 书法 国画 功夫 太极 中医 药材 茶叶 咖啡 报纸 学校 老师 学生 \
    故事 口述历史 录音 访谈 档案 文献 研究 论文 展览 博物馆 图书馆 出版 纪念 特刊 一百周年 成立 重修 搬迁 开幕 闭幕 代表 发言 \
    觉得 记得 听说 看到 找到 写信 寄钱 上船 下船 打工 种植 橡胶 锡矿 洗衣 餐馆 杂货 生意 老板 伙计 学徒 结婚 出生 去世 离开";
const SURNAMES: &str = "陈林黄李张王吴刘梅谭邝甄余伍关周徐郑蔡何郭邱谢曾许罗苏叶胡方";
const GIVEN: &str = "美兰国强志明秀英家豪文华建平玉珍永福德昌淑芬伟雄金水阿福来发";
const JOINTS: &str = "的了在和与是有去到从把被给跟也都就还";

/// Numbers that look random and are the same in every run: a linear congruence.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(end).unwrap()).unwrap()
    }

    /// Small numbers often, large ones seldom, as words are used.
    fn rank(&mut self, end: usize) -> usize {
        let (one, other) = (self.below(end), self.below(end));
        one * other / end
    }
}

/// Where text comes from.
enum Source {
    Made { words: Vec<&'static str>, dice: Dice },
    Read { text: Vec<char>, at: usize },
}

impl Source {
    fn made() -> Self {
        Self::Made { words: WORDS.split_whitespace().collect(), dice: Dice(42) }
    }

    /// All text of files.
    fn of_files(path: &Path) -> Self {
        let mut text = String::new();
        collect(path, &mut text);
        let text: Vec<char> = text.chars().collect();
        println!("{} characters of text in {}", text.len(), path.display());
        Self::Read { text, at: 0 }
    }

    fn text(&mut self, chars: usize) -> String {
        match self {
            Self::Read { text, at } => {
                if *at + chars > text.len() {
                    *at = (*at + chars) % 97;
                }
                let part = text[*at..(*at + chars).min(text.len())].iter().collect();
                *at += chars;
                part
            }
            Self::Made { words, dice } => {
                let one_of = |list: &str, dice: &mut Dice| list.chars().nth(dice.below(list.chars().count())).unwrap();
                let mut out = String::with_capacity(chars * 3);
                let mut count = 0;
                while count < chars {
                    let part = match dice.below(12) {
                        0 => {
                            let surname = one_of(SURNAMES, dice);
                            format!("{surname}{}{}", one_of(GIVEN, dice), one_of(GIVEN, dice))
                        }
                        1 => format!("{}年", 1850 + dice.below(180)),
                        2 => char::from_u32(0x4e00 + u32::try_from(dice.rank(6_000)).unwrap()).unwrap().to_string(),
                        3 | 4 => one_of(JOINTS, dice).to_string(),
                        5 => ["，", "。", "、", "：", "\n"][dice.below(5)].to_owned(),
                        _ => words[dice.rank(words.len())].to_owned(),
                    };
                    count += part.chars().count();
                    out.push_str(&part);
                }
                out
            }
        }
    }
}

fn collect(path: &Path, out: &mut String) {
    if path.is_dir() {
        let mut inside: Vec<PathBuf> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        inside.sort();
        inside.iter().for_each(|path| collect(path, out));
        return;
    }
    let Ok(text) = std::fs::read_to_string(path) else { return };
    match serde_json::from_str(&text) {
        Ok(value) => strings(&value, out),
        Err(_) if path.extension().is_some_and(|ext| ext == "txt") => out.push_str(&text),
        Err(_) => {}
    }
}

fn strings(value: &serde_json::Value, out: &mut String) {
    match value {
        serde_json::Value::String(text) if text.chars().any(huiguan::text::is_han) => {
            out.push_str(text);
            out.push('\n');
        }
        serde_json::Value::Array(list) => list.iter().for_each(|value| strings(value, out)),
        serde_json::Value::Object(map) => map.values().for_each(|value| strings(value, out)),
        _ => {}
    }
}

/// A document: nine of ten for everyone, the others for the friends of one of a hundred people.
fn doc(id: i64, source: &mut Source, chars: usize) -> Doc {
    let author = id % 100;
    let (kind, title) = if chars > 500 { ("article", source.text(12)) } else { ("moment", String::new()) };
    Doc {
        key: Key { noun: Noun::Post, id },
        kind: kind.to_owned(),
        title,
        text: source.text(chars),
        language: "zh-Hans".to_owned(),
        author,
        within: 0,
        hall: "hall.example".to_owned(),
        reach: vec![if id % 10 == 0 { format!("followers:{author}") } else { "public".to_owned() }],
        published_at: id * 1_000_000,
        years: None,
        place: ["台山", "槟城", "马六甲", "旧金山"][usize::try_from(id % 4).unwrap()].to_owned(),
        surname: String::new(),
        form: String::new(),
    }
}

const QUESTIONS: [&str; 24] = [
    "会馆",
    "會館",
    "侨批",
    "族谱 祖屋",
    "口述历史",
    "\"中秋 聚餐\"",
    "陈美兰",
    "黄国强",
    "huiguan",
    "chenmeilan",
    "hg",
    "wui6gun2",
    "1987",
    "台山 -开平",
    "旧金山 唐人街",
    "肉骨茶",
    "梅",
    "的",
    "type:article 碑记",
    "after:1970-01-10 茶叶",
    "from:nobody 会馆",
    "南洋番客",
    "singapoer",
    "一百周年纪念特刊",
];

/// The private memory of this process, in megabytes.
fn memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(0.0) / 1_024.0
}

fn size(dir: &Path) -> u64 {
    let entries = std::fs::read_dir(dir).map(|list| list.map(|entry| entry.unwrap()).collect::<Vec<_>>());
    let of = |entry: &std::fs::DirEntry| match entry.metadata() {
        Ok(data) if data.is_dir() => size(&entry.path()),
        Ok(data) => data.len(),
        Err(_) => 0,
    };
    entries.unwrap_or_default().iter().map(of).sum()
}

/// Fills an index; answers the bytes of its text.
async fn fill(search: &Search, short: usize, long: usize, source: &mut Source) -> u64 {
    let (mut bytes, mut next, began) = (0, 1, Instant::now());
    for (count, chars, name) in [(short, 60, "short posts"), (long, 2_000, "long texts")] {
        let (began, mut left, mut busy) = (Instant::now(), count, Duration::ZERO);
        while left > 0 {
            let part = left.min(if chars > 500 { AT_ONCE / 10 } else { AT_ONCE });
            let docs: Vec<Doc> = (0..part).map(|at| doc(next + i64::try_from(at).unwrap(), source, chars)).collect();
            bytes += docs.iter().map(|doc| u64::try_from(doc.text.len() + doc.title.len()).unwrap()).sum::<u64>();
            next += i64::try_from(part).unwrap();
            left -= part;
            let turn = Instant::now();
            search.apply(docs, Vec::new()).await.unwrap();
            busy += turn.elapsed();
        }
        #[allow(clippy::cast_precision_loss)]
        let rate = count as f64 / busy.as_secs_f64();
        println!("  {count} {name}: {rate:.0} each second ({:.0} s)", began.elapsed().as_secs_f64());
    }
    println!("  filled in {:.0} s, {:.1} MB of text", began.elapsed().as_secs_f64(), mb(bytes));
    bytes
}

#[allow(clippy::cast_precision_loss)]
fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Asks by several clients at once; prints how long answers took.
async fn ask(search: &Arc<Search>) {
    let reach = ["public".to_owned(), "members".to_owned(), "hall".to_owned()].into_iter();
    let reach: Vec<String> = reach.chain((0..60).map(|author| format!("followers:{author}"))).collect();
    for asked in QUESTIONS {
        let began = Instant::now();
        let found = find(search, asked, &reach).await;
        let took = began.elapsed();
        if took > Duration::from_millis(20) {
            println!("  {asked}: {found} hits, {:.1} ms alone", took.as_secs_f64() * 1e3);
        }
    }
    let mut clients = Vec::new();
    for client in 0..CLIENTS {
        let (search, reach) = (search.clone(), reach.clone());
        clients.push(tokio::spawn(async move {
            let mut took = Vec::new();
            for turn in 0..QUESTIONS_EACH {
                let asked = QUESTIONS[(turn * 7 + client * 3) % QUESTIONS.len()];
                let began = Instant::now();
                find(&search, asked, &reach).await;
                took.push(began.elapsed().as_secs_f64() * 1e3);
            }
            took
        }));
    }
    let began = Instant::now();
    let mut all = Vec::new();
    for client in clients {
        all.extend(client.await.unwrap());
    }
    let wall = began.elapsed().as_secs_f64();
    all.sort_by(f64::total_cmp);
    let at = |part: usize| all[(all.len() - 1) * part / 100];
    #[allow(clippy::cast_precision_loss)]
    let rate = all.len() as f64 / wall;
    println!(
        "  {CLIENTS} clients: p50 {:.1} ms, p90 {:.1} ms, p99 {:.1} ms, {rate:.0} questions each second",
        at(50),
        at(90),
        at(99)
    );
}

async fn find(search: &Search, asked: &str, reach: &[String]) -> usize {
    let query = read(asked, &TimeZone::UTC);
    let authors = (!query.from.is_empty()).then(Vec::new);
    let filter = Filter { reach: reach.to_vec(), authors, ..Filter::default() };
    search.find(query, filter, Typing::Done, HITS).await.unwrap().len()
}

async fn measure(name: &str, search: Search, dir: &Path, short: usize, long: usize, source: &mut Source) {
    println!("{name}: {short} short posts, {long} long texts");
    let before = memory();
    let search = Arc::new(search);
    let bytes = fill(&search, short, long, source).await;
    let disk = size(dir);
    if disk > 0 {
        println!("  on disk {:.1} MB: {:.2} of the text", mb(disk), mb(disk) / mb(bytes));
    }
    ask(&search).await;
    let began = Instant::now();
    search.apply(vec![doc(1 << 40, source, 60)], Vec::new()).await.unwrap();
    println!("  one more post: {:.0} ms until it is found", began.elapsed().as_secs_f64() * 1e3);
    println!("  private memory {before:.0} MB before, {:.0} MB now", memory());
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    // `cargo test --benches` only wants to know that it builds and starts.
    let is_test = arguments.iter().any(|argument| argument == "--test");
    let number = |at: usize| arguments.get(at + 1).and_then(|number| number.parse().ok()).unwrap_or(0);
    let (short, long) = match arguments.iter().position(|argument| argument == "--posts") {
        Some(at) => (number(at), number(at + 1)),
        None if arguments.iter().any(|argument| argument == "--full") => (1_000_000, 100_000),
        None if is_test => (100, 2),
        None => (20_000, 200),
    };
    let texts = arguments.iter().position(|argument| argument == "--texts").and_then(|at| arguments.get(at + 1));
    let source = || texts.map_or_else(Source::made, |path| Source::of_files(Path::new(path)));
    let dir = tempfile::tempdir().unwrap();
    let search = Search::new(&config::Search::default(), dir.path().to_owned()).unwrap();
    measure("embedded", search, dir.path(), short, long, &mut source()).await;
    match std::env::var("MEILI_URL").ok().filter(|url| !url.is_empty()) {
        None => println!("Meilisearch: skipped, MEILI_URL is not set"),
        Some(url) => {
            let key = std::env::var("MEILI_KEY").unwrap_or_default();
            let config = config::Search { engine: SearchEngine::Meilisearch, url, key };
            let search = Search::new(&config, PathBuf::new()).unwrap();
            measure("Meilisearch", search, Path::new(""), short, long, &mut source()).await;
        }
    }
}
