//! Periods that have names, and from when to when historians usually have them.

use super::day::Day;
use super::span::{Part, Span};

/// From when to when: years, or days.
#[derive(Debug, Clone, Copy)]
enum Bounds {
    /// From one year to another, roughly.
    Near(i32, i32),
    /// From one year to another.
    Years(i32, i32),
    /// From one day to another.
    Days((i32, u8, u8), (i32, u8, u8)),
}

use Bounds::{Days, Near, Years};

const QING: Bounds = Days((1644, 6, 6), (1912, 2, 12));
const WAR: Bounds = Days((1937, 7, 7), (1945, 9, 2));
const WORLD_WAR: Bounds = Days((1939, 9, 1), (1945, 9, 2));
const GREAT_WAR: Bounds = Days((1914, 7, 28), (1918, 11, 11));
const CULTURAL: Bounds = Days((1966, 5, 16), (1976, 10, 6));
const SYONAN: Bounds = Days((1942, 2, 15), (1945, 9, 12));
const REPUBLIC: Bounds = Days((1912, 1, 1), (1949, 9, 30));

/// The names, folded, each with what it means; several of one name are candidates.
const PERIODS: &[(&str, Bounds)] = &[
    ("明代|明朝|明|大明|ming|ming dynasty|the ming dynasty", Days((1368, 1, 28), (1644, 4, 25))),
    ("明初|early ming", Near(1368, 1435)),
    ("明中期|明中叶|mid ming", Near(1436, 1572)),
    ("明末|晚明|明季|late ming", Near(1573, 1644)),
    ("明末清初|明清之际", Near(1600, 1661)),
    ("明清|明清时期|ming and qing", Days((1368, 1, 28), (1912, 2, 12))),
    ("南明", Years(1644, 1662)),
    (
        "清代|清朝|清|大清|清时期|qing|qing dynasty|ch'ing dynasty|ching dynasty|dinasti qing|nha thanh|dynastie qing|qing-dynastie",
        QING,
    ),
    ("清初|清早期|清前期|early qing|early qing dynasty", Near(1644, 1735)),
    ("清中期|清中叶|mid qing|mid-qing|mid qing dynasty", Near(1736, 1820)),
    ("晚清|清后期|清晚期|late qing|late qing dynasty", Near(1840, 1911)),
    ("清末|清季|end of the qing|end of the qing dynasty", Near(1875, 1911)),
    (
        "清末民初|清末民国初|清末民国初年|late qing and early republic|late qing to early republic|late qing/early republic",
        Near(1895, 1927),
    ),
    (
        "民初|民国初年|民国初期|民国初|民国早期|early republic|early republican period|early republican era",
        Near(1912, 1927),
    ),
    ("民国中期|民国中叶", Near(1928, 1937)),
    ("民国末年|民国末期|民国末|民国晚期|民国后期", Near(1945, 1949)),
    (
        "民国|民国时期|民国年间|民国时代|中华民国时期|republican period|republican era|republic period|republic of china period",
        REPUBLIC,
    ),
    ("鸦片战争|第一次鸦片战争|first opium war", Days((1839, 9, 4), (1842, 8, 29))),
    ("第二次鸦片战争|second opium war", Days((1856, 10, 8), (1860, 10, 24))),
    ("甲午战争|first sino-japanese war", Days((1894, 7, 25), (1895, 4, 17))),
    ("戊戌变法|百日维新|hundred days reform", Days((1898, 6, 11), (1898, 9, 21))),
    ("辛亥革命|xinhai revolution|1911 revolution|revolution of 1911", Days((1911, 10, 10), (1912, 2, 12))),
    ("五四运动|may fourth movement", Days((1919, 5, 4), (1919, 6, 28))),
    ("北洋|北洋时期|北洋政府时期", Days((1912, 3, 10), (1928, 6, 8))),
    ("北伐|北伐战争", Days((1926, 7, 9), (1928, 12, 29))),
    (
        "抗战|抗日战争|抗日|日本侵华|抗日战争年代|抗战年代|second sino-japanese war|war of resistance|sino-japanese war|anti-japanese war",
        WAR,
    ),
    ("抗战初|抗战前期|抗战早期|抗战初年", Near(1937, 1938)),
    ("抗战后期|抗战末|抗战末年", Near(1943, 1945)),
    ("八年抗战", WAR),
    ("十四年抗战", Days((1931, 9, 18), (1945, 9, 2))),
    ("国共内战|解放战争|第二次国共内战|chinese civil war", Days((1945, 9, 2), (1949, 9, 30))),
    (
        "一战|第一次世界大战|欧战|第一次大战|world war i|first world war|world war 1|world war one|great war|wwi|ww1|perang dunia pertama|premiere guerre mondiale",
        GREAT_WAR,
    ),
    (
        "二战|第二次世界大战|二次大战|第二次大战|world war ii|second world war|world war 2|world war two|wwii|ww2|perang dunia kedua|seconde guerre mondiale",
        WORLD_WAR,
    ),
    ("太平洋战争|pacific war", Days((1941, 12, 7), (1945, 9, 2))),
    ("昭南|昭南时期|昭南时代|昭南岛时期|syonan|syonan period|syonan-to|syonan era|昭南特别市", SYONAN),
    ("三年零八个月|三年八个月", Days((1941, 12, 25), (1945, 8, 30))),
    ("japanese occupation of malaya|japanese occupation of singapore|pendudukan jepun|zaman jepun", SYONAN),
    ("japanese occupation of hong kong|香港日据|香港沦陷", Days((1941, 12, 25), (1945, 8, 30))),
    (
        "日治|日据|日占|日治时代|日据时代|日本时代|日本占领|沦陷|japanese occupation|the japanese occupation|japanese period",
        SYONAN,
    ),
    (
        "日治|日据|日治时代|日据时代|日本时代|日本统治|台湾日治|台湾日据|japanese period",
        Days((1895, 6, 17), (1945, 10, 25)),
    ),
    ("日占|日本占领|沦陷|japanese occupation|the japanese occupation", Days((1937, 7, 7), (1945, 9, 2))),
    ("日治|日占|沦陷|japanese occupation|the japanese occupation", Days((1941, 12, 25), (1945, 8, 30))),
    ("pendudukan jepang|jaman jepang|zaman jepang", Days((1942, 3, 1), (1945, 8, 17))),
    ("马来亚紧急状态|紧急法令|紧急状态|malayan emergency|the emergency|darurat", Days((1948, 6, 16), (1960, 7, 31))),
    ("朝鲜战争|抗美援朝|韩战|korean war", Days((1950, 6, 25), (1953, 7, 27))),
    ("越战|越南战争|vietnam war", Days((1955, 11, 1), (1975, 4, 30))),
    ("土改|土地改革", Years(1950, 1953)),
    ("大跃进|great leap forward", Years(1958, 1960)),
    ("三年困难|三年自然灾害|大饥荒|great famine", Years(1959, 1961)),
    ("文革|文化大革命|十年浩劫|文革十年|cultural revolution|the cultural revolution", CULTURAL),
    ("文革初|文革初期|文革前期", Near(1966, 1969)),
    ("文革末|文革后期|文革末期", Near(1973, 1976)),
    ("建国初|建国初期|解放初|解放初期|新中国成立初期", Near(1949, 1956)),
    ("太平天国运动|洪杨之乱|taiping rebellion", Days((1851, 1, 11), (1864, 7, 19))),
    ("庚子之乱|义和团|义和团运动|庚子拳乱|boxer rebellion|boxer uprising", Days((1899, 11, 2), (1901, 9, 7))),
    ("西山朝", Years(1778, 1802)),
    ("阮朝|nha nguyen|nguyen dynasty|trieu nguyen", Days((1802, 5, 31), (1945, 8, 30))),
    ("大韩帝国|korean empire", Days((1897, 10, 12), (1910, 8, 29))),
    ("江户时代|江户时期|edo period", Years(1603, 1868)),
    ("明治维新|meiji restoration", Days((1868, 1, 3), (1868, 10, 23))),
    ("洋务运动|self-strengthening movement", Years(1861, 1895)),
    ("满洲国|满洲国时期|伪满|伪满时期|manchukuo", Days((1932, 3, 1), (1945, 8, 18))),
];
/// What may stand behind a name of a period.
const ENDINGS: [&str; 9] = ["时期", "期间", "年间", "时代", "年代", " period", " era", "时", "间"];

/// What a name of a period means; nothing if it is none.
pub fn read(text: &str) -> Vec<(Span, String)> {
    let text = text.strip_prefix("the ").unwrap_or(text);
    let found = named(text);
    if !found.is_empty() {
        return found;
    }
    ENDINGS
        .iter()
        .filter_map(|ending| text.strip_suffix(ending))
        .map(named)
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

fn named(text: &str) -> Vec<(Span, String)> {
    let fits = |names: &str| names.split('|').any(|name| name == text);
    PERIODS.iter().filter(|(names, _)| fits(names)).map(|(names, bounds)| (span(*bounds), first(names))).collect()
}

fn first(names: &str) -> String {
    names.split('|').next().unwrap_or_default().to_owned()
}

fn span(bounds: Bounds) -> Span {
    let day = |(year, month, day): (i32, u8, u8)| Day::new(year, month, day);
    match bounds {
        Near(from, to) => Span::between(Part::Year(from), Part::Year(to)).near(),
        Years(from, to) => Span::between(Part::Year(from), Part::Year(to)),
        Days(from, to) => Span::days(day(from), day(to)),
    }
}
