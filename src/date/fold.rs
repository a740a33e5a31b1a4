//! One form of a wording: widths, case, accents, and the characters of dates in simplified form.

use unicode_normalization::UnicodeNormalization;

/// Traditional, Japanese and variant characters that stand in dates, each followed by what stands for it.
const PAIRS: &str = "歷历曆历厯历暦历國国緒绪緖绪豐丰統统啟启啓启慶庆萬万閏闰潤闰臘腊蠟腊陽阳昜阳陰阴農农舊旧歲岁歳岁嵗岁龍龙竜龙運运\
    節节氣气気气處处処处驚惊蟄蛰穀谷種种滿满紀纪黃黄間间閒间後后約约時时戰战據据貳贰弐贰參叁叄叁陸陆兩两個个葉叶從从\
    與与號号點点東东軍军興兴寶宝紹绍協协維维為为爲为隨随龢和應应營营會会開开陳陈孫孙鳳凤順顺聖圣誕诞壽寿曉晓發发當当\
    對对齊齐義义禮礼晝昼課课詳详註注鑄铸鐫镌鎸镌題题贈赠寫写書书攝摄繪绘製制於于遷迁嚴严嘗尝際际雙双關关顧顾觀观廣广\
    廟庙媽妈盧卢蘭兰荊荆邊边過过還还達达終终級级給给結结絕绝總总繼继續续歐欧亞亚韓韩鮮鲜臺台灣湾華华漢汉滬沪魯鲁監监\
    寧宁寕宁甯宁鄭郑鵬鹏麥麦黨党殺杀淪沦復复敘叙變变災灾獨独職职聯联聲声長长頭头顯显類类風风飛飞飯饭歡欢隂阴淸清靑青\
    鉄铁鐵铁櫻樱團团圓圆執执報报場场塗涂夾夹奪夺妝妆學学實实審审尋寻導导屆届峽峡師师帶带強强彌弥彙汇徑径惡恶愛爱慘惨\
    憲宪懷怀戶户擇择擊击擔担擬拟斷断極极構构標标樹树權权歸归殘残毀毁沒没測测減减準准潔洁濟济爐炉爺爷牆墙獎奖現现畢毕\
    異异畫画盡尽縣县糧粮純纯紅红細细経经經经緣缘縱纵羅罗聞闻肅肃脫脱舉举艦舰藝艺蘇苏衛卫裡里裏里複复見见規规親亲計计\
    訂订記记訪访設设許许評评詞词試试詩诗話话該该認认語语說说請请論论諸诸謝谢證证識识議议護护讀读譜谱貴贵買买費费資资\
    質质賢贤賓宾賴赖趙赵車车軒轩輔辅輪轮辦办逕迳連连進进遊游週周遠远適适鄉乡醫医釋释銀银錄录鎮镇鏡镜鐘钟門门閉闭閣阁\
    隊队階阶難难電电靈灵預预願愿館馆駐驻騰腾體体髮发鬥斗鳴鸣麗丽禎祯樂乐穌稣頁页亀龟龜龟瓊琼瓏珑聰聪榖谷庫库庻庶廰厅\
    廳厅徳德穏稳応应暁晓壱壹弎叁絃弦彊强荘庄莊庄產产産产僑侨餘余醜丑亂乱爭争僞伪偽伪兒儿內内涼凉則则創创別别務务動动\
    勞劳佔占呂吕嗎吗鹹咸壯壮島岛廢废態态無无來来楊杨歿殁潛潜滅灭燈灯竈灶狀状豬猪獻献暢畅緊紧緘缄勝胜榮荣獲获鶯莺蠶蚕\
    躍跃載载轅辕遲迟鍾钟頃顷領领飢饥馬马雞鸡鴉鸦鷄鸡蹟迹";

/// The character that stands for this one.
fn plain(c: char) -> char {
    static TABLE: std::sync::LazyLock<std::collections::HashMap<char, char>> = std::sync::LazyLock::new(|| {
        let mut pairs = PAIRS.chars().filter(|c| !c.is_whitespace());
        let mut table = std::collections::HashMap::new();
        while let (Some(from), Some(to)) = (pairs.next(), pairs.next()) {
            table.insert(from, to);
        }
        table
    });
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match c {
        // What looks like a quote, a hyphen or the dash of a range is one.
        '—' | '―' | '─' | '━' | '‒' => '–',
        '‐' | '‑' | '−' | '﹣' | '－' => '-',
        '〜' | '～' | '∼' | '˜' | '〰' => '~',
        '’' | '‘' | '`' | '´' | 'ʼ' => '\'',
        '“' | '”' | '„' | '「' | '」' | '『' | '』' | '《' | '》' | '〈' | '〉' => '"',
        '【' | '〔' | '［' | '〖' => '[',
        '】' | '〕' | '］' | '〗' => ']',
        '。' | '．' | '·' | '・' | '‧' | '•' => '.',
        '、' | '，' | '；' => ',',
        _ => table_char(&TABLE, c),
    }
}

fn table_char(table: &std::collections::HashMap<char, char>, c: char) -> char {
    table.get(&c).copied().unwrap_or(c)
}

/// The folded text: lower case, simplified, of one width, single spaces, nothing invisible.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkc() {
        let c = plain(c);
        if c.is_whitespace() || c.is_control() {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
            continue;
        }
        if is_invisible(c) {
            continue;
        }
        if c.is_ascii() || !is_latin(c) {
            folded.push(c);
            continue;
        }
        for c in c.to_lowercase() {
            folded.push(base(c));
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// A letter without its accents.
fn base(c: char) -> char {
    match c {
        'đ' | 'ð' => 'd',
        c => std::iter::once(c).nfd().next().unwrap_or(c),
    }
}

fn is_latin(c: char) -> bool {
    matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{ad}')
}
