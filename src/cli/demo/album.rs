//! The pictures and the film of the demo, drawn for it, with what they show.

use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, Rgb, RgbImage};

use crate::error::{Error, Result};

/// A picture of the album.
pub struct Picture {
    /// JPEG; of a film MP4.
    pub bytes: &'static [u8],
    /// What it shows.
    pub words: &'static str,
    /// The picture that stands for it, if it is a film.
    pub poster: Option<&'static [u8]>,
}

/// A film, drawn for the demo as well.
pub const FILM: Picture = Picture {
    bytes: include_bytes!("film/tangyuan.mp4"),
    words: "一碗红白两色的汤圆，轻轻晃动，热气往上冒",
    poster: Some(include_bytes!("film/tangyuan.jpg")),
};

macro_rules! album {
    ($($name:ident $file:literal $words:literal),+ $(,)?) => {
        $(/// One of them.
        pub const $name: Picture = Picture { bytes: include_bytes!(concat!("picture/", $file, ".jpg")), words: $words, poster: None };)+
    };
}

album! {
    CLASS "class" "黑板前坐着四个学生的背影，黑板上写着“春眠不覺曉，處處聞啼鳥”",
    COVER "cover" "窗下一张木桌，一碗冒着热气的汤圆，旁边搁着一双筷子",
    DRAGONBOAT "dragonboat" "七个人划着一条红色的龙舟，船头翘起",
    ENVELOPE "envelope" "一个侨批封，正中写“家慈親大人安啟”，右边“澄海前美鄉交”，左边“外付國幣叁拾元”",
    FU "fu" "菱形红纸上的一个“福”字",
    GENEALOGY "genealogy" "族谱的一页，从右到左记着一世到九世",
    HALL "hall" "会馆的大门：灰瓦屋脊，红柱，门前石阶，两边各一棵树",
    HARBOUR "harbour" "傍晚的海港，一艘红帆船，太阳快落到水面",
    LANTERNS "lanterns" "夜里山前挂着一串红灯笼",
    LETTER "letter" "一封竖写的信，字迹工整，末尾盖着红印，日期是民国廿六年五月初八",
    OLDPHOTO "oldphoto" "发黄的合影：夜学第一届学生坐成三排，身后是有柱子的大厅",
    OPERA "opera" "潮剧旦角的脸，头上戴着珠饰",
    ORANGES "oranges" "青花碗里堆成小山的柑",
    SHOPHOUSES "shophouses" "一排骑楼，黄绿红蓝，楼下拱门，挂着灯笼",
    TABLE "table" "从上面看的一张圆桌：中间一条鱼，四周九个小碗，每人一双筷子",
    TANGYUAN "tangyuan" "一碗红白两色的汤圆，热气往上冒",
    TEA "tea" "紫砂壶和三个茶杯，放在圆茶盘上",
}

/// How many pictures lie side by side on a page of the album.
const COLUMNS: usize = 3;
/// Their sides, and the paper that is seen between them, in pixels.
const SQUARE: (i64, i64) = (800, 40);

/// A page of the album as a JPEG: nine pictures on dark paper, so large that one has to come closer.
pub fn page() -> Result<Vec<u8>> {
    let side = u32::try_from(COLUMNS as i64 * (SQUARE.0 + SQUARE.1) + SQUARE.1).map_err(Error::broken)?;
    let mut page = RgbImage::from_pixel(side, side, Rgb([58, 50, 44]));
    let pictures = [CLASS, FU, HARBOUR, LANTERNS, ORANGES, SHOPHOUSES, TABLE, TANGYUAN, TEA];
    for (at, picture) in pictures.iter().enumerate() {
        let place = |at: usize| at as i64 * (SQUARE.0 + SQUARE.1) + SQUARE.1;
        let drawn = image::load_from_memory_with_format(picture.bytes, ImageFormat::Jpeg).map_err(Error::broken)?;
        image::imageops::replace(&mut page, &drawn.into_rgb8(), place(at % COLUMNS), place(at / COLUMNS));
    }
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&page).map_err(Error::broken)?;
    Ok(bytes)
}
