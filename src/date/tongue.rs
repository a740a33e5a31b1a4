//! The words of dates in languages that are written with letters: folded, without accents.

use super::parts::{Feast, Narrow};

/// Months in English, Malay, Indonesian (in the old spelling too), Dutch, French, German, Spanish, Portuguese, Filipino and Thai.
pub const MONTHS: [&str; 12] = [
    "january jan januari djanuari januar janvier janv enero ene janeiro มกราคม มค",
    "february feb febr februari pebruari februar fevrier fevr fev febrero fevereiro pebrero กุมภาพันธ์ กพ",
    "march mar mac maret maart mrt marz maerz mrz mars marzo marco marso มีนาคม มีค",
    "april apr avril avr abril abr เมษายน เมย",
    "may mei mai mayo maio พฤษภาคม พค",
    "june jun juni djuni juin junio junho hunyo มิถุนายน มิย",
    "july jul julai juli djuli juillet juil julio julho hulyo กรกฎาคม กค",
    "august aug ogos ogo ogs agustus agu agt augustus aout agosto ago สิงหาคม สค",
    "september sep sept septembre septiembre setiembre setembro set setyembre กันยายน กย",
    "october oct oktober okt octobre octubre outubro out oktubre ตุลาคม ตค",
    "november nov nopember nop novembre noviembre novembro nobyembre พฤศจิกายน พย",
    "december dec desember des disember dis decembre dezember dez diciembre dic dezembro disyembre ธันวาคม ธค",
];
/// Days of the week from Sunday on.
pub const WEEKDAYS: [&str; 7] = [
    "sunday sun ahad minggu dimanche zondag sonntag domingo",
    "monday mon isnin senin lundi maandag montag lunes",
    "tuesday tue tues selasa mardi dinsdag dienstag martes",
    "wednesday wed rabu mercredi woensdag mittwoch miercoles",
    "thursday thu thur thurs khamis kamis jeudi donderdag donnerstag jueves",
    "friday fri jumaat jumat vendredi vrijdag freitag viernes",
    "saturday sat sabtu samedi zaterdag samstag sabado",
];
/// What says nothing about when.
pub const FILLERS: &str = "the of in on at year years day dated date le la les den de du des del d l am im op dem pada tanggal tgl tarikh hari bertarikh ngay nam an annee anno jaar jahr ano el het \
    era reign period dynasty emperor emperors ad ce a masehi masihi m kung china trieu vua lich vao luc thu ke tahun taun bulan nien hieu during dari \
    month wan written taken made built erected founded established print printed published born died calendar chinese festival day's eve's วันที่ ที่ เดือน ปี \
    morning afternoon evening night noon auspicious";
/// Words that name a season; the first is spring.
pub const SEASONS: [&str; 4] = [
    "spring printemps xuan lente voorjaar fruhling musimbunga primavera",
    "summer ete ha zomer sommer verano",
    "autumn fall automne thu herfst najaar herbst otono gugur",
    "winter hiver dong invierno inverno",
];
/// What narrows a year, a decade or an era.
pub const NARROWS: &[(&str, Narrow)] = &[
    ("first half", Narrow::FirstHalf),
    ("second half", Narrow::SecondHalf),
    ("latter half", Narrow::SecondHalf),
    ("premiere moitie", Narrow::FirstHalf),
    ("seconde moitie", Narrow::SecondHalf),
    ("deuxieme moitie", Narrow::SecondHalf),
    ("eerste helft", Narrow::FirstHalf),
    ("tweede helft", Narrow::SecondHalf),
    ("separuh pertama", Narrow::FirstHalf),
    ("separuh kedua", Narrow::SecondHalf),
    ("nua dau", Narrow::FirstHalf),
    ("nua cuoi", Narrow::SecondHalf),
    ("nua sau", Narrow::SecondHalf),
    ("early", Narrow::Early),
    ("earlier", Narrow::Early),
    ("beginning", Narrow::Early),
    ("start", Narrow::Early),
    ("debut", Narrow::Early),
    ("awal", Narrow::Early),
    ("dau", Narrow::Early),
    ("begin", Narrow::Early),
    ("vroege", Narrow::Early),
    ("vroeg", Narrow::Early),
    ("anfang", Narrow::Early),
    ("principios", Narrow::Early),
    ("mid", Narrow::Middle),
    ("middle", Narrow::Middle),
    ("milieu", Narrow::Middle),
    ("mi", Narrow::Middle),
    ("pertengahan", Narrow::Middle),
    ("giua", Narrow::Middle),
    ("midden", Narrow::Middle),
    ("mitte", Narrow::Middle),
    ("mediados", Narrow::Middle),
    ("late", Narrow::Late),
    ("later", Narrow::Late),
    ("end", Narrow::Late),
    ("fin", Narrow::Late),
    ("akhir", Narrow::Late),
    ("cuoi", Narrow::Late),
    ("eind", Narrow::Late),
    ("einde", Narrow::Late),
    ("ende", Narrow::Late),
    ("laat", Narrow::Late),
    ("finales", Narrow::Late),
];
/// Words for a century, beside a number or a Roman numeral.
pub const CENTURY: &str = "century c cent siecle abad kurun eeuw jahrhundert siglo seculo";
/// Words that make a decade of a year behind or before them.
pub const DECADE: &str = "annees jaren dekade decade thap nhung";
/// Decades in words.
pub const TENS: [(&str, i32); 16] = [
    ("twenties", 20),
    ("thirties", 30),
    ("forties", 40),
    ("fifties", 50),
    ("sixties", 60),
    ("seventies", 70),
    ("eighties", 80),
    ("nineties", 90),
    ("twintig", 20),
    ("dertig", 30),
    ("veertig", 40),
    ("vijftig", 50),
    ("zestig", 60),
    ("trente", 30),
    ("vingt", 20),
    ("quarante", 40),
];
/// Numbers in words: ordinals of English.
pub const ORDINALS: [&str; 31] = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twentyfirst",
    "twentysecond",
    "twentythird",
    "twentyfourth",
    "twentyfifth",
    "twentysixth",
    "twentyseventh",
    "twentyeighth",
    "twentyninth",
    "thirtieth",
    "thirtyfirst",
];
/// Stems and branches of Viet Nam.
pub const STEMS: [&str; 10] = ["giap", "at", "binh", "dinh", "mau", "ky", "canh", "tan", "nham", "quy"];
/// Its branches.
pub const BRANCHES: [&str; 12] = ["ty", "suu", "dan", "mao", "thin", "ti", "ngo", "mui", "than", "dau", "tuat", "hoi"];
/// Stems in pinyin; they are told from words by standing before a branch.
pub const STEMS_PINYIN: [&str; 10] = ["jia", "yi", "bing", "ding", "wu", "ji", "geng", "xin", "ren", "gui"];
/// Branches in pinyin.
pub const BRANCHES_PINYIN: [&str; 12] =
    ["zi", "chou", "yin", "mao", "chen", "si", "wu", "wei", "shen", "you", "xu", "hai"];
/// Animals of the years in English.
pub const ANIMALS: [&str; 12] =
    ["rat", "ox", "tiger", "rabbit", "dragon", "snake", "horse", "goat", "monkey", "rooster", "dog", "pig"];
/// Festivals and terms, with the words that name them.
pub const FEASTS: &[(&str, Feast)] = &[
    ("chinese new years eve", Feast::Eve),
    ("lunar new years eve", Feast::Eve),
    ("new years eve", Feast::Western(12, 31)),
    ("chinese new year", Feast::Lunar(1, 1)),
    ("lunar new year", Feast::Lunar(1, 1)),
    ("tahun baru cina", Feast::Lunar(1, 1)),
    ("tahun baru imlek", Feast::Lunar(1, 1)),
    ("imlek", Feast::Lunar(1, 1)),
    ("spring festival", Feast::Lunar(1, 1)),
    ("tet nguyen dan", Feast::Lunar(1, 1)),
    ("tet trung thu", Feast::Lunar(8, 15)),
    ("trung thu", Feast::Lunar(8, 15)),
    ("tet doan ngo", Feast::Lunar(5, 5)),
    ("doan ngo", Feast::Lunar(5, 5)),
    ("vu lan", Feast::Lunar(7, 15)),
    ("trung nguyen", Feast::Lunar(7, 15)),
    ("thuong nguyen", Feast::Lunar(1, 15)),
    ("trung cuu", Feast::Lunar(9, 9)),
    ("giao thua", Feast::Eve),
    ("thanh minh", Feast::Term(6)),
    ("dong chi", Feast::Term(23)),
    ("tet", Feast::Lunar(1, 1)),
    ("new years day", Feast::Western(1, 1)),
    ("new year", Feast::Western(1, 1)),
    ("lantern festival", Feast::Lunar(1, 15)),
    ("chap goh meh", Feast::Lunar(1, 15)),
    ("chap goh mei", Feast::Lunar(1, 15)),
    ("cap go meh", Feast::Lunar(1, 15)),
    ("yuanxiao", Feast::Lunar(1, 15)),
    ("dragon boat festival", Feast::Lunar(5, 5)),
    ("dragon boat", Feast::Lunar(5, 5)),
    ("double fifth", Feast::Lunar(5, 5)),
    ("duanwu", Feast::Lunar(5, 5)),
    ("qixi", Feast::Lunar(7, 7)),
    ("hungry ghost festival", Feast::Lunar(7, 15)),
    ("ghost festival", Feast::Lunar(7, 15)),
    ("zhongyuan", Feast::Lunar(7, 15)),
    ("mid autumn festival", Feast::Lunar(8, 15)),
    ("mid autumn", Feast::Lunar(8, 15)),
    ("midautumn festival", Feast::Lunar(8, 15)),
    ("moon festival", Feast::Lunar(8, 15)),
    ("mooncake festival", Feast::Lunar(8, 15)),
    ("zhongqiu", Feast::Lunar(8, 15)),
    ("double ninth festival", Feast::Lunar(9, 9)),
    ("double ninth", Feast::Lunar(9, 9)),
    ("chongyang", Feast::Lunar(9, 9)),
    ("chung yeung", Feast::Lunar(9, 9)),
    ("nine emperor gods festival", Feast::LunarDays(9, 1, 9)),
    ("laba festival", Feast::Lunar(12, 8)),
    ("laba", Feast::Lunar(12, 8)),
    ("ching ming", Feast::Term(6)),
    ("cheng beng", Feast::Term(6)),
    ("ceng beng", Feast::Term(6)),
    ("qingming", Feast::Term(6)),
    ("tomb sweeping day", Feast::Term(6)),
    ("winter solstice", Feast::Term(23)),
    ("dongzhi", Feast::Term(23)),
    ("summer solstice", Feast::Term(11)),
    ("spring equinox", Feast::Term(5)),
    ("vernal equinox", Feast::Term(5)),
    ("autumn equinox", Feast::Term(17)),
    ("autumnal equinox", Feast::Term(17)),
    ("lichun", Feast::Term(2)),
    ("start of spring", Feast::Term(2)),
    ("double tenth", Feast::Western(10, 10)),
    ("christmas eve", Feast::Western(12, 24)),
    ("christmas", Feast::Western(12, 25)),
    ("noel", Feast::Western(12, 25)),
    ("good friday", Feast::Easter(-2)),
    ("easter monday", Feast::Easter(1)),
    ("easter sunday", Feast::Easter(0)),
    ("easter", Feast::Easter(0)),
    ("pentecost", Feast::Easter(49)),
];

/// The place of a word in a row of lists of words.
pub fn place(rows: &[&str], word: &str) -> Option<u8> {
    rows.iter().position(|row| has(row, word)).and_then(|place| u8::try_from(place).ok())
}

/// Is a word in a list of words?
pub fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(|one| one == word)
}

/// A Roman numeral.
pub fn roman(word: &str) -> Option<i32> {
    let value = |c: char| match c {
        'i' => Some(1),
        'v' => Some(5),
        'x' => Some(10),
        'l' => Some(50),
        'c' => Some(100),
        'd' => Some(500),
        'm' => Some(1_000),
        _ => None,
    };
    let values: Vec<i32> = word.chars().map(value).collect::<Option<_>>()?;
    let next = values.iter().skip(1).chain(std::iter::once(&0));
    let total = values.iter().zip(next).map(|(one, next)| if one < next { -one } else { *one }).sum::<i32>();
    (total > 0 && written(total) == word).then_some(total)
}

/// A number in Roman numerals.
fn written(number: i32) -> String {
    const SIGNS: [(i32, &str); 13] = [
        (1_000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let (mut rest, mut text) = (number, String::new());
    for (value, sign) in SIGNS {
        while rest >= value && text.len() < 20 {
            text.push_str(sign);
            rest -= value;
        }
    }
    text
}
