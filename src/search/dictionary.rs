//! The dictionary that cuts Chinese text into words. Loaded when it is first needed: it takes a third of a second and some
//! fifty megabytes, and a hall where nobody searches or writes needs neither.

use std::sync::LazyLock;

use jieba_rs::Jieba;

/// Words of the diaspora that the dictionary doesn't know, in simplified characters.
const OWN_WORDS: [&str; 56] = [
    "会馆",
    "侨批",
    "批信",
    "批局",
    "水客",
    "族谱",
    "宗祠",
    "宗亲会",
    "宗亲",
    "同乡会",
    "堂号",
    "字辈",
    "碉楼",
    "骑楼",
    "番客",
    "番薯",
    "娘惹",
    "峇峇",
    "肉骨茶",
    "叻沙",
    "沙爹",
    "海南鸡饭",
    "艾粄",
    "粄条",
    "擂茶",
    "虾饺",
    "烧卖",
    "肠粉",
    "云吞",
    "豆豉",
    "南洋",
    "金山",
    "旧金山",
    "唐人街",
    "中华街",
    "侨乡",
    "侨胞",
    "华侨",
    "华人",
    "归侨",
    "妈祖",
    "天后宫",
    "关帝庙",
    "大伯公",
    "舞狮",
    "醒狮",
    "粤剧",
    "帝女花",
    "香夭",
    "潮剧",
    "南音",
    "木偶戏",
    "碑记",
    "接龙",
    "公众号",
    "朋友圈",
];

static JIEBA: LazyLock<Jieba> = LazyLock::new(|| {
    let mut jieba = Jieba::new();
    for word in OWN_WORDS {
        jieba.add_word(word, None, None);
    }
    jieba
});

/// A word as the dictionary cuts it: where it begins and ends, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// The first character.
    pub start: usize,
    /// The one behind the last.
    pub end: usize,
}

/// All words that a run of simplified hanzi has, also the short ones inside long ones.
pub fn words(run: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let cut = JIEBA.cut_for_search(run, true);
    words.extend(cut.iter().map(|token| Word { start: token.start, end: token.end }));
    words.sort_by_key(|word| (word.start, word.end));
    words.dedup();
    words
}

/// The words of a run that somebody asks for. Characters that are no words together stay together: whoever typed them side by
/// side looks for them side by side.
pub fn asked(run: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut was_single = false;
    for word in cut(run) {
        let is_single = word.end - word.start == 1;
        match words.last_mut().filter(|_| is_single && was_single) {
            Some(last) => last.end = word.end,
            None => words.push(word),
        }
        was_single = is_single;
    }
    words
}

/// The words of a run one after the other, each character in one.
pub fn cut(run: &str) -> Vec<Word> {
    JIEBA.cut(run, true).iter().map(|token| Word { start: token.start, end: token.end }).collect()
}
