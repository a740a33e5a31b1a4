//! A guess at the language of a short text, from its characters alone: good enough for fonts and a `lang` attribute
//! when nobody said it.

/// Characters looked at; a longer text doesn't become clearer.
const CHARS_MAX: usize = 2_000;

/// Frequent characters that only simplified text has, each followed by the traditional form that only traditional
/// text has. Characters of both (后, 里, 干, 台, 面, 只) and those that Japanese shares with simplified are left out
/// where it mattered.
const TELLING: &str = "们們这這为為时時个個说說过過对對经經还還种種发發样樣没沒从從现現开開问問见見长長关關马馬车車东東门門间間\
书書话話语語请請让讓认認识識谢謝谁誰课課读讀写寫买買卖賣钱錢银銀铁鐵饭飯馆館飞飛鸟鳥鱼魚龙龍龟龜乡鄉华華侨僑会會联聯\
乐樂欢歡庆慶节節过過给給红紅绿綠纸紙线線网網练練终終结結组組统統总總应應当當虽雖难難离離云雲电電视視听聽声聲\
医醫药藥爱愛亲親妈媽爷爺孙孫儿兒岁歲军軍农農业業产產厂廠广廣场場坏壞块塊坚堅师師帮幫张張强強录錄归歸\
忆憶怀懷态態惊驚战戰护護报報担擔挂掛换換据據数數断斷无無旧舊显顯术術机機权權极極构構标標树樹检檢楼樓\
气氣汉漢汤湯沟溝济濟测測浅淺灯燈灵靈点點热熱烧燒烟煙牺犧独獨猫貓环環画畫监監盘盤础礎礼禮祸禍积積\
穷窮竞競笔筆简簡类類粮糧紧緊纪紀约約级級纯純细細织織绍紹续續缘緣义義习習职職肃肅胜勝脑腦脸臉艺藝苏蘇\
荣榮获獲虑慮补補装裝观觀规規觉覺计計订訂讨討训訓议議记記讲講许許论論设設访訪证證评評词詞试試诗詩诚誠详詳\
误誤调調谈談谊誼贝貝负負财財责責贤賢败敗货貨质質贫貧购購贯貫贵貴费費资資赏賞赖賴赢贏赶趕趋趨跃躍转轉轮輪\
软軟轻輕较較辑輯输輸达達迁遷运運进進远遠连連迟遲适適选選递遞遗遺邓鄧郑鄭邻鄰钟鐘钢鋼铜銅锅鍋镇鎮闻聞\
阳陽阴陰阵陣阶階际際陆陸陈陳险險隐隱页頁顶頂项項顺順须須预預领領频頻题題颜顏风風饮飲馀餘验驗骂罵齐齊齿齒";

/// Words that nearly every English sentence has one of, and few other languages written in the same letters.
const ENGLISH: [&str; 24] = [
    "the", "and", "of", "is", "are", "was", "were", "you", "your", "we", "our", "they", "this", "that", "with", "for",
    "have", "has", "what", "will", "would", "from", "i'm", "it's",
];

/// Whether `c` is a Chinese character (of any of the scripts that use them).
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{2fa1f}' | '\u{30000}'..='\u{323af}')
}

fn is_japanese_or_korean(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30fa}' | '\u{31f0}'..='\u{31ff}' | '\u{ac00}'..='\u{d7a3}')
}

/// `zh-Hans`, `zh-Hant` or `en`, when the characters tell; `None` rather than a wrong guess.
pub fn guess_language(text: &str) -> Option<&'static str> {
    let (mut han, mut simplified, mut traditional) = (0_usize, 0_usize, 0_usize);
    for c in text.chars().take(CHARS_MAX) {
        if is_japanese_or_korean(c) {
            return None;
        }
        if is_han(c) {
            han += 1;
            match TELLING.chars().position(|telling| telling == c) {
                Some(at) if at % 2 == 0 => simplified += 1,
                Some(_) => traditional += 1,
                None => {}
            }
        }
    }
    let words = || {
        text.split(|c: char| !(c.is_alphabetic() || c == '\'') || is_han(c))
            .filter(|word| !word.is_empty())
            .take(CHARS_MAX)
    };
    if han > 0 && han >= words().count() {
        return match simplified.cmp(&traditional) {
            std::cmp::Ordering::Greater => Some("zh-Hans"),
            std::cmp::Ordering::Less => Some("zh-Hant"),
            std::cmp::Ordering::Equal => None,
        };
    }
    let english = |word: &str| ENGLISH.iter().any(|known| known.eq_ignore_ascii_case(word));
    words().any(english).then_some("en")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_pairs_of_different_characters_each_once_on_its_side() {
        let chars: Vec<char> = TELLING.chars().collect();
        assert_eq!(chars.len() % 2, 0);
        let side = |odd: usize| chars.iter().skip(odd).step_by(2).collect::<Vec<_>>();
        let (simplified, traditional) = (side(0), side(1));
        for (a, b) in simplified.iter().zip(&traditional) {
            assert_ne!(a, b);
            assert!(is_han(**a) && is_han(**b));
            assert!(!traditional.contains(a), "{a} stands on both sides");
            assert!(!simplified.contains(b), "{b} stands on both sides");
        }
    }

    #[test]
    fn what_the_characters_tell_is_said() {
        for (text, language) in [
            ("我们明天在会馆见", Some("zh-Hans")),
            ("我們明天在會館見", Some("zh-Hant")),
            ("春節快樂！Happy New Year", Some("zh-Hant")),
            ("新年好", None),
            ("We met at the hall yesterday.", Some("en")),
            ("THE HALL", Some("en")),
            ("今日は会館で会いましょう", None),
            ("회관에서 만나요", None),
            ("Kita jumpa di dewan esok", None),
            ("the word 们 is a plural", Some("en")),
            ("🎉🎉", None),
            ("", None),
        ] {
            assert_eq!(guess_language(text), language, "{text}");
        }
    }
}
