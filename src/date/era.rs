//! Names of eras: the reigns of China, Viet Nam, Korea and Japan, the Republic, and counts of years from one beginning.

use super::day::Day;

/// In which calendar the months of an era are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendar {
    /// The Chinese calendar.
    Lunar,
    /// The Western calendar.
    Western,
    /// The Japanese calendar: lunar until the end of 1872.
    Japanese,
    /// The calendar of the Taiping: 366 days from 1852 on.
    Heavenly,
    /// The Thai calendar: Western months, years from April until 1940.
    Thai,
    /// The Korean calendar: lunar until the end of 1895.
    Korean,
}

/// An era.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Era {
    /// Its name, and the same in other scripts: folded.
    pub names: &'static [&'static str],
    /// Whose it is.
    pub realm: &'static str,
    /// The Western year of its first year.
    pub first: i32,
    /// How many years it has.
    pub years: i32,
    /// The calendar of its months.
    pub calendar: Calendar,
    /// Its first day, if it doesn't begin with a year.
    pub begins: Option<(i32, u8, u8)>,
    /// Its last day, if it doesn't end with a year.
    pub ends: Option<(i32, u8, u8)>,
}

impl Era {
    /// Its name.
    pub fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }

    /// The Western year in which a year of the era begins.
    pub fn western(&self, year: i32) -> i32 {
        self.first + year - 1
    }

    /// The years between which a year of the cycle of sixty lies that is named with it: of an era that is long or goes on,
    /// the first sixty.
    pub fn bounds(&self) -> (i32, i32) {
        let last = if self.calendar == Calendar::Lunar { self.years } else { self.years.min(60) };
        (self.first, self.western(last))
    }

    /// How many years are meant by its name alone: those of the Republic end with its time on the mainland.
    pub fn whole(&self) -> i32 {
        if self.first == 1_912 && self.years == 189 { 38 } else { self.years }
    }

    /// Its first day, if it isn't a new year's.
    pub fn first_day(&self) -> Option<Day> {
        self.begins.map(|(year, month, day)| Day::new(year, month, day))
    }

    /// Its last day, if it isn't a new year's eve.
    pub fn last_day(&self) -> Option<Day> {
        self.ends.map(|(year, month, day)| Day::new(year, month, day))
    }
}

const fn era(names: &'static [&'static str], realm: &'static str, first: i32, years: i32, calendar: Calendar) -> Era {
    Era { names, realm, first, years, calendar, begins: None, ends: None }
}

const fn lunar(names: &'static [&'static str], realm: &'static str, first: i32, last: i32) -> Era {
    era(names, realm, first, last - first + 1, Calendar::Lunar)
}

impl Era {
    const fn from(self, year: i32, month: u8, day: u8) -> Self {
        Self { begins: Some((year, month, day)), ..self }
    }

    const fn to(self, year: i32, month: u8, day: u8) -> Self {
        Self { ends: Some((year, month, day)), ..self }
    }
}

use Calendar::{Heavenly, Japanese, Korean, Thai, Western};

/// All of them. Days are of the proleptic Gregorian calendar.
pub const ERAS: &[Era] = &[
    // The Ming. The year in which an emperor died kept his era's name, but for 1402, 1457 and 1620.
    lunar(&["洪武", "hongwu", "hung-wu"], "明", 1368, 1402),
    lunar(&["建文", "jianwen", "chien-wen"], "明", 1399, 1402).to(1402, 7, 26),
    lunar(&["永乐", "yongle", "yung-lo"], "明", 1403, 1424),
    lunar(&["洪熙", "hongxi", "hung-hsi"], "明", 1425, 1425),
    lunar(&["宣德", "xuande", "hsuan-te"], "明", 1426, 1435),
    lunar(&["正统", "zhengtong", "cheng-t'ung"], "明", 1436, 1449),
    lunar(&["景泰", "jingtai", "ching-t'ai"], "明", 1450, 1457),
    lunar(&["天顺", "tianshun", "t'ien-shun"], "明", 1457, 1464),
    lunar(&["成化", "chenghua", "ch'eng-hua"], "明", 1465, 1487),
    lunar(&["弘治", "hongzhi", "hung-chih"], "明", 1488, 1505),
    lunar(&["正德", "zhengde", "cheng-te"], "明", 1506, 1521),
    lunar(&["嘉靖", "jiajing", "chia-ching"], "明", 1522, 1566),
    lunar(&["隆庆", "longqing", "lung-ch'ing"], "明", 1567, 1572),
    lunar(&["万历", "wanli", "wan-li"], "明", 1573, 1620),
    lunar(&["泰昌", "taichang", "t'ai-ch'ang"], "明", 1620, 1620).from(1620, 8, 28),
    lunar(&["天启", "tianqi", "t'ien-ch'i"], "明", 1621, 1627),
    lunar(&["崇祯", "chongzhen", "ch'ung-chen"], "明", 1628, 1644),
    lunar(&["弘光", "hongguang"], "南明", 1645, 1645),
    lunar(&["隆武", "longwu"], "南明", 1645, 1646).from(1645, 8, 18),
    lunar(&["绍武", "shaowu"], "南明", 1646, 1647).from(1646, 12, 11).to(1647, 1, 20),
    // Named in Taiwan until the Zheng gave in.
    lunar(&["永历", "yongli"], "南明", 1647, 1683),
    lunar(&["监国鲁", "鲁监国"], "南明", 1646, 1653),
    lunar(&["永昌", "yongchang"], "大顺", 1644, 1645),
    lunar(&["大顺"], "大西", 1644, 1646),
    // The Qing.
    lunar(&["天命", "tianming"], "后金", 1616, 1626),
    lunar(&["天聪", "tiancong"], "后金", 1627, 1636),
    lunar(&["崇德", "chongde"], "清", 1636, 1643).from(1636, 5, 15),
    lunar(&["顺治", "shunzhi", "shun-chih"], "清", 1644, 1661),
    lunar(&["康熙", "kangxi", "k'ang-hsi", "kang-hsi"], "清", 1662, 1722),
    lunar(&["雍正", "yongzheng", "yung-cheng"], "清", 1723, 1735),
    lunar(&["乾隆", "qianlong", "ch'ien-lung", "chien-lung"], "清", 1736, 1795),
    lunar(&["嘉庆", "jiaqing", "chia-ch'ing"], "清", 1796, 1820),
    lunar(&["道光", "daoguang", "tao-kuang"], "清", 1821, 1850),
    lunar(&["咸丰", "xianfeng", "hsien-feng"], "清", 1851, 1861),
    lunar(&["同治", "tongzhi", "t'ung-chih", "tung-chih"], "清", 1862, 1874),
    lunar(&["光绪", "guangxu", "kuang-hsu"], "清", 1875, 1908),
    lunar(&["宣统", "xuantong", "hsuan-t'ung", "hsuan-tung"], "清", 1909, 1911),
    lunar(&["裕民"], "靖南", 1674, 1676),
    lunar(&["昭武"], "周", 1678, 1678),
    lunar(&["洪化"], "周", 1679, 1681),
    lunar(&["永和"], "台湾", 1721, 1721),
    lunar(&["洪德"], "大成", 1855, 1861),
    lunar(&["永清"], "台湾民主国", 1895, 1895).from(1895, 5, 25).to(1895, 10, 21),
    era(&["太平天国", "天国", "taiping"], "太平天国", 1851, 14, Heavenly),
    // The Republic, and what else was proclaimed.
    era(&["民国", "中华民国", "minguo", "min-kuo", "republic", "roc", "r.o.c.", "民"], "中华民国", 1912, 189, Western),
    era(&["洪宪", "hongxian"], "中华帝国", 1916, 1, Western).to(1916, 3, 23),
    era(&["大同"], "满洲国", 1932, 3, Western).from(1932, 3, 1).to(1934, 2, 28),
    era(&["康德", "kangde"], "满洲国", 1934, 12, Western).from(1934, 3, 1).to(1945, 8, 18),
    // Japan.
    era(&["明治", "meiji"], "日本", 1868, 45, Japanese).to(1912, 7, 30),
    era(&["大正", "taisho"], "日本", 1912, 15, Western).from(1912, 7, 30).to(1926, 12, 25),
    era(&["昭和", "showa"], "日本", 1926, 64, Western).from(1926, 12, 25).to(1989, 1, 7),
    era(&["平成", "heisei"], "日本", 1989, 31, Western).from(1989, 1, 8).to(2019, 4, 30),
    era(&["令和", "reiwa"], "日本", 2019, 82, Western).from(2019, 5, 1),
    era(&["皇纪", "神武天皇即位纪元", "神武纪元"], "日本", -659, 2_760, Western),
    // Viet Nam: the Lê, the Tây Sơn and the Nguyễn.
    lunar(&["正和", "chinh hoa"], "越南", 1680, 1705),
    lunar(&["永盛", "vinh thinh"], "越南", 1705, 1720),
    lunar(&["保泰", "bao thai"], "越南", 1720, 1729),
    lunar(&["永庆", "vinh khanh"], "越南", 1729, 1732),
    lunar(&["龙德", "long duc"], "越南", 1732, 1735),
    lunar(&["永佑", "vinh huu"], "越南", 1735, 1740),
    lunar(&["景兴", "canh hung"], "越南", 1740, 1786),
    lunar(&["昭统", "chieu thong"], "越南", 1787, 1789),
    lunar(&["泰德", "thai duc"], "越南", 1778, 1793),
    lunar(&["光中", "quang trung"], "越南", 1788, 1792),
    lunar(&["景盛", "canh thinh"], "越南", 1793, 1801),
    lunar(&["宝兴", "bao hung"], "越南", 1801, 1802),
    lunar(&["嘉隆", "gia long"], "越南", 1802, 1819).from(1802, 5, 31),
    lunar(&["明命", "minh mang", "minh menh"], "越南", 1820, 1840),
    lunar(&["绍治", "thieu tri"], "越南", 1841, 1847),
    lunar(&["嗣德", "tu duc"], "越南", 1848, 1883),
    lunar(&["协和", "hiep hoa"], "越南", 1883, 1883).from(1883, 7, 30).to(1883, 11, 29),
    lunar(&["建福", "kien phuc"], "越南", 1884, 1884),
    lunar(&["咸宜", "ham nghi"], "越南", 1885, 1888),
    lunar(&["同庆", "dong khanh"], "越南", 1886, 1888),
    lunar(&["成泰", "thanh thai"], "越南", 1889, 1907),
    lunar(&["维新", "duy tan"], "越南", 1907, 1916).from(1907, 9, 5),
    lunar(&["启定", "khai dinh"], "越南", 1916, 1925).from(1916, 5, 18),
    lunar(&["保大", "bao dai"], "越南", 1926, 1945).to(1945, 8, 30),
    // Korea.
    era(&["开国", "开国纪元", "개국"], "朝鲜", 1392, 504, Korean).to(1895, 12, 31),
    era(&["建阳", "건양"], "朝鲜", 1896, 2, Western).to(1897, 8, 16),
    era(&["光武", "광무", "gwangmu"], "大韩", 1897, 11, Western).from(1897, 8, 17).to(1907, 8, 2),
    era(&["隆熙", "융희", "yunghui"], "大韩", 1907, 4, Western).from(1907, 8, 3).to(1910, 8, 29),
    era(&["檀纪", "檀君纪元", "檀君", "단기", "단군기원", "dangi"], "韩国", -2_332, 4_432, Western),
    era(&["主体", "주체", "juche"], "朝鲜", 1912, 113, Western),
    // Counts of years. Confucius was born in 551 BC and died in 479; the Yellow Emperor as the revolution counted.
    era(&["孔子卒后", "孔子卒"], "孔子", -477, 2_578, Calendar::Lunar),
    era(
        &["孔子纪元", "孔子降生", "孔子诞生", "孔圣纪元", "孔圣降生", "孔历", "孔元", "孔子", "圣诞"],
        "孔子",
        -550,
        2_651,
        Calendar::Lunar,
    ),
    era(&["黄帝纪元", "黄帝降生", "轩辕纪元", "黄帝", "黄纪", "轩辕"], "黄帝", -2_697, 4_797, Calendar::Lunar),
    era(
        &["泰国佛历", "暹罗佛历", "泰历", "พ.ศ.", "พ.ศ", "พศ", "พุทธศักราช", "b.e.", "be", "b.e"],
        "暹罗",
        -542,
        2_643,
        Thai,
    ),
    era(&["佛历纪元", "佛历", "佛元", "佛灭", "佛灭纪元", "phat lich", "buddhist era"], "佛历", -542, 2_643, Western),
    era(&["r.s.", "ร.ศ.", "รัตนโกสินทร์ศก"], "暹罗", 1782, 131, Thai),
];
