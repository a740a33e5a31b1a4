//! The play: two halls, their people, who knows whom, and what they share. Everyone in it is invented.

use super::stage::{Hall, Person, Who};
use super::{account, album, archive, group, partner};
use crate::domain::hall::Settings;
use crate::domain::login::Role;
use crate::domain::media::Purpose;
use crate::error::Result;
use crate::lang::Language;

/// Plays everything; answers a line for each person.
pub async fn all(first: &Hall, second: &Hall) -> Result<Vec<String>> {
    first.settle(rongjiang()).await?;
    second.settle(chaozhou()).await?;
    let guodong = first.join(GUODONG).await?;
    let mei = first.join(MEI).await?;
    let sufen = first.join(SUFEN).await?;
    let xiulan = first.join(XIULAN).await?;
    let wenbin = second.join(WENBIN).await?;
    let lan = second.join(LAN).await?;

    for (person, face) in [
        (&guodong, &album::HALL),
        (&mei, &album::ORANGES),
        (&sufen, &album::FU),
        (&wenbin, &album::HARBOUR),
        (&lan, &album::TEA),
    ] {
        person.wears(face, Purpose::Avatar).await?;
    }
    mei.wears(&album::COVER, Purpose::Cover).await?;
    wenbin.wears(&album::SHOPHOUSES, Purpose::Cover).await?;

    mei.befriends(&guodong, "我是美玲，会馆夜学的。").await?;
    mei.befriends(&sufen, "素芬姐，我是美玲。").await?;
    guodong.befriends(&sufen, "").await?;
    wenbin.befriends(&mei, "美玲，我是文彬，小时候住你家对面。").await?;
    lan.befriends(&mei, "阿玲，搬到墨尔本了，还是想跟你说话。").await?;
    guodong.befriends(&wenbin, "文彬兄，两家会馆往后多走动。").await?;
    lan.befriends(&wenbin, "").await?;
    xiulan.asks(&mei, "我是夜学的秀兰姑，记得吗？").await?;

    moments(&guodong, &mei, &sufen, &wenbin, &lan).await?;
    group::play(&guodong, &mei, &sufen, &xiulan).await?;
    account::play(&guodong, &mei, &sufen, &xiulan).await?;
    group::visit(&guodong, &wenbin).await?;
    archive::play(&guodong).await?;
    partner::play(&guodong, &wenbin).await?;
    Ok([guodong, mei, sufen, xiulan, wenbin, lan].iter().map(Person::line).collect())
}

async fn moments(guodong: &Person, mei: &Person, sufen: &Person, wenbin: &Person, lan: &Person) -> Result<()> {
    let found = "会馆老照片又整理出一批。民国廿四年夜学第一届那张，前排左三有没有人认得？";
    let photographs = guodong.shows(found, "everyone", &[&album::OLDPHOTO]).await?;
    wenbin.sees(&photographs).await?;
    mei.says(&photographs, "像是渔湖的阿銮伯，我回去问嬷。").await?;
    let known = wenbin.says(&photographs, "左三是我外公。家里也有这一张，背面写着名字。").await?;
    guodong.hears(&known).await?;
    guodong.says(&known, "文彬兄，背面拍一张给我，好写进档里。").await?;
    wenbin.says_with(&photographs, "拍来了，字是外公自己写的。", &[&album::ENVELOPE]).await?;
    wenbin.likes(&photographs).await?;
    let signs = "写了一篇墨尔本唐人街潮语招牌的小文，欢迎指正。";
    let signs = wenbin.shows(signs, "everyone", &[&album::SHOPHOUSES]).await?;
    mei.sees(&signs).await?;
    mei.boosts(&signs).await?;
    sufen.sees(&signs).await?;
    sufen.keeps(&signs).await?;
    let soup = "搬家第三周，终于找到一家会做粿条汤的店。老板是汕头人，一开口就问：“自己人？”";
    let far = lan.shows(soup, "friends", &[&album::SHOPHOUSES, &album::TABLE, &album::TEA]).await?;
    mei.sees(&far).await?;
    let bowl = "今年的丸子我自己搓的。浮起来就算熟，拍给你们看。";
    let bowl = lan.shows(bowl, "friends", &[&album::FILM]).await?;
    mei.sees(&bowl).await?;
    let papers = "族谱、批封、信，连同门口新拍的一张，先放四样。有认得字迹的，说一声。";
    let papers =
        guodong.shows(papers, "everyone", &[&album::HALL, &album::LETTER, &album::ENVELOPE, &album::GENEALOGY]).await?;
    wenbin.sees(&papers).await?;
    guodong.edits(&papers, "族谱、批封、信，连同门口新拍的一张，先放四样。有认得字迹的，说一声，茶我来泡。").await?;
    // The page of another hall: a card is made of it.
    wenbin.shares(&format!("榕江会馆把侨批放出来了，懂批脚暗语的来认：{}", papers.url), "friends").await?;
    sufen.shares("女儿说我织的围巾像渔网。像就像，阿公以前就是织网的。", "friends").await?;
    table(mei, wenbin).await?;
    words(guodong, mei, wenbin, lan).await?;
    let door = "门口那棵鸡蛋花又开了，会馆今天茶水随意。";
    sufen.shares_at(door, ("榕江会馆，槟城乔治市", "5.4170, 100.3390")).await?;
    mei.shares("提醒自己：礼拜六前把族谱的扫描件寄给国栋叔。", "me").await?;
    let solstice = "礼拜天冬节，阿嬷教我们搓丸。红白各半，说是“金丸银丸，食了大一岁”。\n孩子们第一次知道，为什么外公每年这天都要多摆一副碗筷。";
    let nine = [
        &album::TANGYUAN,
        &album::TABLE,
        &album::TEA,
        &album::ORANGES,
        &album::LANTERNS,
        &album::FU,
        &album::CLASS,
        &album::OPERA,
        &album::DRAGONBOAT,
    ];
    let near = mei.shows(solstice, "friends", &nine).await?;
    lan.sees(&near).await?;
    wenbin.sees(&near).await?;
    sufen.likes(&near).await?;
    guodong.likes(&near).await?;
    lan.likes(&near).await?;
    let moved = sufen.says(&near, "看到那副碗筷，眼泪就下来了。").await?;
    mei.says(&moved, "嬷说，摆着就是在。").await?;
    let asked = wenbin.says(&near, "我们这边 Melbourne 找不到糯米粉，用 mochi 粉代替可以吗？").await?;
    mei.hears(&asked).await?;
    let answered = mei.says(&asked, "可以，水少放一点。").await?;
    // Handed on by mei's hall: lan is a friend of both.
    lan.hears(&asked).await?;
    lan.hears(&answered).await?;
    aside(mei, wenbin).await?;
    // Both find in their notices what happened on the other side.
    mei.is_told_of(lan).await?;
    wenbin.is_told_of(mei).await
}

/// What somebody asks the moderators to look at.
async fn table(mei: &Person, wenbin: &Person) -> Result<()> {
    let table = wenbin
        .shares(
            "Looking for two more players for the Sunday mah-jong table. Beginners welcome, tea provided.",
            "friends",
        )
        .await?;
    mei.sees(&table).await?;
    mei.reports(&table, "文彬没有恶意，只是这算不算拉客？请管事的看一看。").await
}

/// A question that friends in both halls answer.
async fn ballot(mei: &Person, near: &Person, far: [&Person; 2]) -> Result<()> {
    let options = ["老地方，榕江酒楼", "去看海，吃蚝烙", "在家，每人带一道"];
    let asked = mei.polls("下次聚餐去哪一家？", options, "friends").await?;
    near.votes(&asked, 0).await?;
    for one in far {
        one.sees(&asked).await?;
        one.votes(&asked, 1).await?;
    }
    mei.counts(&asked, 3).await
}

/// A word to one person alone, and a program that is let in.
async fn aside(mei: &Person, wenbin: &Person) -> Result<()> {
    let word = mei.whispers(&format!("{} 冬节的糯米粉我给你寄一包，别跟孩子们说。", wenbin.named())).await?;
    wenbin.sees(&word).await?;
    mei.lets_in("随身会馆").await
}

/// People and hashtags in a text, and a text behind a warning.
async fn words(guodong: &Person, mei: &Person, wenbin: &Person, lan: &Person) -> Result<()> {
    let riddles = format!(
        "正月十五晚上七点，会馆天井猜灯谜。谜面 {} 写，{} 说要出几条英文的。#元宵节 #灯谜",
        mei.named(),
        wenbin.named()
    );
    let riddles = guodong.shares(&riddles, "everyone").await?;
    wenbin.sees(&riddles).await?;
    wenbin.says(&riddles, "英文的出好了三条，阿玲先别偷看。#灯谜").await?;
    mei.watches("灯谜").await?;
    let opera =
        lan.warns("《苏六娘》剧透", "没看过的先别点开：六娘最后跟继春走了，乳娘还帮着划船。", "friends").await?;
    mei.sees(&opera).await?;
    ballot(mei, guodong, [lan, wenbin]).await
}

fn rongjiang() -> Settings {
    Settings {
        name: "榕江会馆".to_owned(),
        motto: "隔山隔水，饭桌还在一处。".to_owned(),
        about: "一八八九年由同乡在槟城创立。办过夜学、义山和信局，如今每逢年节聚一聚，照看老人，整理老照片和侨批。"
            .to_owned(),
        rules: "以礼相待，不拉客，不传谣。\n别人的照片先问过再发。\n家事留在家里说。".to_owned(),
        language: "zh-Hans".to_owned(),
        languages: every_language(),
        time_zone: "Asia/Kuala_Lumpur".to_owned(),
        takes_gifts: true,
    }
}

fn chaozhou() -> Settings {
    Settings {
        name: "墨爾本潮人公社".to_owned(),
        motto: "Teochew folk of Melbourne".to_owned(),
        about: "飲茶、打牌、教後生仔講潮語。A small society with a big teapot: everyone who likes the tea is welcome."
            .to_owned(),
        rules: "人客來，先食茶。\nNo selling at the tea table.".to_owned(),
        language: "zh-Hant".to_owned(),
        languages: every_language(),
        time_zone: "Australia/Melbourne".to_owned(),
        takes_gifts: false,
    }
}

fn every_language() -> Vec<String> {
    Language::ALL.iter().map(|language| language.code().to_owned()).collect()
}

const GUODONG: Who = Who {
    name: "guodong",
    shown: "林国栋",
    names: &[("en", "Lim Kok Tong")],
    hometown: "揭阳",
    about: "榕江会馆秘书。找老照片的，找我。",
    language: Language::ZhHans,
    role: Role::Owner,
};

const MEI: Who = Who {
    name: "mei",
    shown: "陈美玲",
    names: &[("en", "Tan Bee Leng"), ("zh-Hant", "陳美玲")],
    hometown: "揭阳 渔湖",
    about: "教书，煮饭，记事。",
    language: Language::ZhHans,
    role: Role::Member,
};

const SUFEN: Who = Who {
    name: "sufen",
    shown: "王素芬",
    names: &[("en", "Ong Soo Hoon")],
    hometown: "潮安",
    about: "",
    language: Language::ZhHans,
    role: Role::Moderator,
};

const XIULAN: Who = Who {
    name: "xiulan",
    shown: "林秀兰",
    names: &[("en", "Lim Siew Lan")],
    hometown: "普宁",
    about: "夜学的秀兰姑。",
    language: Language::ZhHans,
    role: Role::Member,
};

const WENBIN: Who = Who {
    name: "wenbin",
    shown: "許文彬",
    names: &[("en", "Koh Boon Pin"), ("zh-Hans", "许文彬")],
    hometown: "澄海",
    about: "Signs, accents, and where to eat.",
    language: Language::En,
    role: Role::Owner,
};

const LAN: Who = Who {
    name: "lan",
    shown: "蔡阿蘭",
    names: &[("en", "Chua Ah Lan"), ("zh-Hans", "蔡阿兰")],
    hometown: "汕頭",
    about: "剛搬到墨爾本。",
    language: Language::ZhHant,
    role: Role::Member,
};
