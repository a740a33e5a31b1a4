//! The words that stand around dates, folded. A space at their side parts them from it.

/// About, before a date.
#[rustfmt::skip]
pub const NEAR_BEFORE: &[&str] = &[
    "大约在", "大约于", "约在", "约于", "大约", "大概", "大致", "约莫", "约略", "约", "近", "circa. ", "circa ",
    "circ. ", "circ ", "ca. ", "ca.", "ca ", "c. ", "c.", "c ", "cca ", "around ", "abt. ", "abt ", "about ", "approximately ",
    "approx. ", "approx ", "roughly ", "near ", "~", "sekitar ", "kira-kira ", "lebih kurang ", "khoang ",
    "vao khoang ", "vers ", "environ ", "omstreeks ", "rond ", "um ", "etwa ", "hacia ", "cerca de ", "sekira ",
    "약 ", "약", "c",
];
/// About, behind it.
#[rustfmt::skip]
pub const NEAR_AFTER: &[&str] = &[
    "左右", "前后", "上下", "许", "之交", "顷", "前后间", "ごろ", "頃", "경", "~", " circa", " approx", " approx.",
    " (circa)", " or so", " or thereabouts", " ca.", " c.",
];
/// Perhaps, before a date.
#[rustfmt::skip]
pub const UNSURE_BEFORE: &[&str] = &[
    "可能是", "可能为", "可能在", "可能于", "可能", "疑为", "疑是", "疑", "或为", "似为", "似是", "似", "推测为",
    "推测", "估计", "probably ", "prob. ", "possibly ", "poss. ", "perhaps ", "maybe ", "presumably ", "likely ",
    "mungkin ", "co le ", "peut-etre ", "probablement ", "misschien ", "waarschijnlijk ", "vermutlich ", "?",
];
/// Perhaps, behind it.
#[rustfmt::skip]
pub const UNSURE_AFTER: &[&str] = &[
    "?", "(?)", "[?]", "存疑", "待考", "(存疑)", "(待考)", "待定", " probably", " (probably)", " or possibly",
    " (uncertain)", "(推测)", "吗",
];
/// Before, in front of a date.
#[rustfmt::skip]
pub const BEFORE_BEFORE: &[&str] = &[
    "不晚于", "before ", "prior to ", "pre-", "pre ", "earlier than ", "sebelum ", "truoc ", "avant ", "voor ",
    "vor ", "antes de ", "早于", "bef. ", "bef ", "ante ", "先于", "<",
];
/// Before, behind it.
#[rustfmt::skip]
pub const BEFORE_AFTER: &[&str] = &[
    "以前", "之前", "前", "이전", "전", " or before", " or earlier",
];
/// After, in front of a date.
#[rustfmt::skip]
pub const AFTER_BEFORE: &[&str] = &[
    "after ", "post-", "post ", "later than ", "selepas ", "sesudah ", "setelah ", "sau ", "apres ", "na ",
    "nach ", "despues de ", "晚于", "aft. ", "aft ", ">",
];
/// After, behind it.
#[rustfmt::skip]
pub const AFTER_AFTER: &[&str] = &[
    "以后", "之后", "后", "이후", "후",
];
/// Since, in front of a date.
#[rustfmt::skip]
pub const SINCE_BEFORE: &[&str] = &[
    "since ", "from ", "sejak ", "tu ", "depuis ", "sinds ", "seit ", "desde ", "自从", "自", "不早于",
    "not before ", "no earlier than ", "始于", "起于", "开始于", "on or after ", "dari ",
];
/// Since, behind it.
#[rustfmt::skip]
pub const SINCE_AFTER: &[&str] = &[
    "以来", "以降", "至今", "迄今", "起", "开始", "-至今", "–至今", " onwards", " onward", " or later", " or after",
    "-present", "–present", " - present", " – present", " to present", " to the present", "-今", "–今", "–",
    "-", "–now", "-now",
];
/// Until, in front of a date.
#[rustfmt::skip]
pub const UNTIL_BEFORE: &[&str] = &[
    "until ", "till ", "up to ", "by ", "not after ", "no later than ", "hingga ", "sampai ", "den ", "jusqu'a ",
    "jusqu'en ", "tot ", "bis ", "截至", "截止", "迄", "至", "不迟于", "on or before ", "–", "no later than",
];
/// Until, behind it.
#[rustfmt::skip]
pub const UNTIL_AFTER: &[&str] = &[
    "为止", "止",
];
/// What stands before the first of two dates between which something was.
#[rustfmt::skip]
pub const BETWEEN: &[&str] = &[
    "between ", "from ", "entre ", "antara ", "dari ", "tussen ", "zwischen ", "van ", "von ", "de ", "giua ",
    "tu nam ", "tu ", "介于", "自", "从", "由", "在",
];
/// What stands between two such dates.
#[rustfmt::skip]
pub const TO: &[&str] = &[
    " to ", " until ", " till ", " through ", " thru ", " up to ", " hingga ", " sampai ", " s/d ", " sd ",
    " den nam ", " den ", " tot ", " bis ", " a ", " au ", " and ", " et ", " dan ", " en ", " und ", " y ",
    " va ", "-", "–", "~", "至于", "至", "到", "迄", "与", "和", "及", "から", "부터", "/", " & ", "&",
];
/// What stands between two of which one is meant.
#[rustfmt::skip]
pub const OR: &[&str] = &[
    " or ", " atau ", " hoac ", " ou ", " of ", " oder ", " o ", "或者", "抑或", "还是", "或", "抑", "또는",
    "、或", "/",
];
/// Those of [`TO`] that mean a stretch only if something stands before the first date.
#[rustfmt::skip]
pub const AND_ONLY: &[&str] = &[
    " and ", " et ", " dan ", " en ", " und ", " y ", " va ", "与", "和", "及", " & ", "&",
];
