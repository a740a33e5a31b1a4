//! Words of other programs for what we have words of our own for: which form a type is, which protocol a wording, which licence a name. What
//! isn't known is answered as such: nothing here ever opens an item by a guess. Pure.

use crate::domain::protocol::{Part, Protocol};
use crate::lang::Language;
use crate::record::{Forms, folded};

/// Forms that stand for a type of Dublin Core if several have it.
const FORMS: [(&str, &str); 4] =
    [("stillimage", "photograph"), ("image", "photograph"), ("physicalobject", "object"), ("sound", "oral-history")];
/// Protocols in the words that people and programs have for them.
const PROTOCOLS: [(&str, &str); 22] = [
    ("open", "public"),
    ("open access", "public"),
    ("public access", "public"),
    ("everyone", "public"),
    ("公开", "public"),
    ("公開", "public"),
    ("members only", "members"),
    ("all members", "members"),
    ("会员", "members"),
    ("會員", "members"),
    ("成员", "members"),
    ("成員", "members"),
    ("archivists only", "archivists"),
    ("archivist", "archivists"),
    ("staff only", "archivists"),
    ("restricted", "archivists"),
    ("private", "archivists"),
    ("closed", "archivists"),
    ("档案员", "archivists"),
    ("檔案員", "archivists"),
    ("不公开", "archivists"),
    ("不公開", "archivists"),
];
/// What licences of Creative Commons are called beside what they ask for.
const LICENCE_WORDS: [&str; 11] =
    ["cc", "creative", "commons", "licence", "license", "international", "unported", "generic", "the", "a", "version"];

/// The form that a type is, by its code, by a name of its in any language, or by its type of Dublin Core (DCMI Type Vocabulary), as Omeka S
/// and Mukurtu say it too. Of several forms of one type, `usual` is the one that is meant.
pub fn form(forms: &Forms, usual: &str, said: &str) -> Option<String> {
    if forms.form(said).is_some() {
        return Some(said.to_owned());
    }
    // `dctype:StillImage`, `http://purl.org/dc/dcmitype/StillImage`.
    let last = said.trim().trim_end_matches('/').rsplit(['/', '#', ':']).next().unwrap_or_default();
    let word = folded(last);
    if word.is_empty() {
        return None;
    }
    let is_called = |form: &&crate::record::Form| {
        folded(&form.code) == word || Language::ALL.iter().any(|one| folded(form.name.in_language(*one)) == word)
    };
    if let Some(form) = forms.forms.iter().find(is_called) {
        return Some(form.code.clone());
    }
    let kind = if word == "image" { "stillimage".to_owned() } else { word.clone() };
    let has_kind = |form: &&crate::record::Form| folded(&form.kind) == kind;
    if word == "text" || forms.form(usual).is_some_and(|form| has_kind(&form)) {
        return Some(usual.to_owned());
    }
    let preferred = FORMS.iter().find(|(kind, _)| *kind == word).and_then(|(_, code)| forms.form(code));
    preferred.or_else(|| forms.forms.iter().find(has_kind)).map(|form| form.code.clone())
}

/// A protocol in our words; `None` if any part of it isn't known.
pub fn protocol(said: &str) -> Option<String> {
    if let Ok(found) = Protocol::parse(said) {
        return Some(found.map(|found| found.to_string()).unwrap_or_default());
    }
    let said = said.trim().to_lowercase();
    let (way, list) = match said.split_once([' ', ':', ';', ',', '|', '\n']) {
        Some(("all", list)) => ("all", list),
        Some(("any", list)) => ("any", list),
        _ => ("any", said.as_str()),
    };
    let mut parts = vec![way.to_owned()];
    for part in list.split([';', '|', ',', '\n']).map(|part| part.trim_matches([' ', ':'])) {
        if part.is_empty() {
            continue;
        }
        match PROTOCOLS.iter().find(|(word, _)| *word == part) {
            Some((_, word)) => parts.push((*word).to_owned()),
            None => parts.push(Protocol::parse(part).ok()??.to_string()),
        }
    }
    let found = Protocol::parse(&parts.join(" ")).ok()??;
    Some(found.to_string())
}

/// Does this protocol let everyone in, or say nothing?
pub fn is_open(protocol: &str) -> bool {
    Protocol::parse(protocol).is_ok_and(|found| found.is_none_or(|found| found.parts.contains(&Part::Public)))
}

/// How the protocols of an item are to be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// By one of them.
    Any,
    /// By all of them.
    All,
    /// It is for everyone, unless a protocol says otherwise.
    Open,
    /// It is for those who keep the archive.
    Closed,
}

/// What is said of the sharing of an item; `None` if it isn't known.
pub fn sharing(said: &str) -> Option<Sharing> {
    let said = said.trim().to_lowercase();
    let of =
        |word: &str| said == word || said.starts_with(&format!("{word} of ")) || said == format!("{word} protocols");
    match said.as_str() {
        _ if of("any") => Some(Sharing::Any),
        _ if of("all") => Some(Sharing::All),
        "public" | "open" | "公开" | "公開" => Some(Sharing::Open),
        "private" | "personal" | "closed" | "restricted" | "none" | "不公开" | "不公開" => Some(Sharing::Closed),
        _ => None,
    }
}

/// Is this a yes or a no? `None` for neither.
pub fn is_yes(said: &str) -> Option<bool> {
    match said.trim().to_lowercase().as_str() {
        "1" | "true" | "yes" | "y" | "public" | "是" | "公开" | "公開" => Some(true),
        "0" | "false" | "no" | "n" | "private" | "否" | "不公开" | "不公開" => Some(false),
        _ => None,
    }
}

/// The address of a licence of Creative Commons that is said by its name: `CC-BY-SA 3.0`, `Attribution-NonCommercial 4.0 International`.
/// A name without a version is none: it says too little.
pub fn licence(said: &str) -> Option<String> {
    let said = said.to_lowercase().replace("non-commercial", "noncommercial").replace("share-alike", "sharealike");
    let (mut by, mut nc, mut ending, mut version) = (false, false, "", None);
    for word in said.split(|c: char| !c.is_alphanumeric() && c != '.').filter(|word| !word.is_empty()) {
        match word {
            "by" | "attribution" => by = true,
            "nc" | "noncommercial" => nc = true,
            "sa" | "sharealike" => ending = "-sa",
            "nd" | "noderivatives" | "noderivs" => ending = "-nd",
            "1.0" | "2.0" | "2.5" | "3.0" | "4.0" => version = Some(word.to_owned()),
            _ if LICENCE_WORDS.contains(&word) => {}
            _ => return None,
        }
    }
    let version = version.filter(|_| by)?;
    let middle = if nc { "-nc" } else { "" };
    Some(format!("https://creativecommons.org/licenses/by{middle}{ending}/{version}/"))
}

/// Where a point of well-known text is (`POINT (103.8 1.3)`): degrees north, degrees east.
pub fn point(said: &str) -> Option<(String, String)> {
    let said = said.trim().to_uppercase();
    let inner = said.strip_prefix("POINT")?.trim().strip_prefix('(')?.strip_suffix(')')?;
    let mut degrees = inner.split_whitespace();
    let (east, north) = (degrees.next()?, degrees.next()?);
    let is_number = |text: &str| text.parse::<f64>().is_ok();
    (is_number(east) && is_number(north)).then(|| (north.to_owned(), east.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_of_another_program_is_a_form() {
        let forms = Forms::load(std::path::Path::new("/nonexistent")).unwrap();
        for (said, code) in [
            ("photograph", "photograph"),
            ("Still Image", "photograph"),
            ("dctype:StillImage", "photograph"),
            ("http://purl.org/dc/dcmitype/Image", "photograph"),
            ("IMAGE", "photograph"),
            ("Text", "minutes"),
            ("Sound", "oral-history"),
            ("Physical Object", "object"),
            ("Event", "festival"),
            ("僑批", "letter"),
            ("Oral history", "oral-history"),
            ("School text or business paper", "school-text"),
            ("剪报", "newspaper"),
        ] {
            assert_eq!(form(&forms, "minutes", said).as_deref(), Some(code), "{said}");
        }
        assert_eq!(form(&forms, "performance", "Sound").as_deref(), Some("performance"));
        for none in ["Base Resource", "", "Dataset", "…"] {
            assert_eq!(form(&forms, "photograph", none), None, "{none}");
        }
    }

    #[test]
    fn an_unknown_wording_opens_nothing() {
        for (said, ours) in [
            ("Public Access", "public"),
            ("all members archivists", "all members archivists"),
            ("Members Only; archivists", "members archivists"),
            ("group:elders|Private", "archivists group:elders"),
            ("公開", "public"),
            ("ALL: Members Only, Archivists Only", "all members archivists"),
        ] {
            assert_eq!(protocol(said).as_deref(), Some(ours), "{said}");
        }
        for unknown in ["Elders Only", "public; Women's business", "protocol(any)|4", "community", "everyone but men"] {
            assert_eq!(protocol(unknown), None, "{unknown}");
        }
        assert_eq!((sharing("ANY"), sharing("all of these protocols")), (Some(Sharing::Any), Some(Sharing::All)));
        assert_eq!((sharing("public"), sharing("Personal")), (Some(Sharing::Open), Some(Sharing::Closed)));
        assert_eq!((sharing("anyone"), sharing("")), (None, None));
        assert!(is_open("") && is_open("public members") && !is_open("members") && !is_open("Elders Only"));
        assert_eq!((is_yes("TRUE"), is_yes("0"), is_yes("hidden")), (Some(true), Some(false), None));
    }

    #[test]
    fn licences_are_known_by_their_names() {
        for (said, address) in [
            ("CC BY 4.0", "by/4.0"),
            ("CC-BY-NC-SA 3.0", "by-nc-sa/3.0"),
            ("Attribution-NonCommercial-NoDerivatives 4.0 International (CC BY-NC-ND 4.0)", "by-nc-nd/4.0"),
            ("Creative Commons Attribution-ShareAlike 2.5 Generic License", "by-sa/2.5"),
        ] {
            let whole = format!("https://creativecommons.org/licenses/{address}/");
            assert_eq!(licence(said), Some(whole), "{said}");
        }
        for none in ["CC BY", "by the family 4.0", "4.0", "In copyright"] {
            assert_eq!(licence(none), None, "{none}");
        }
        assert_eq!(point("POINT (103.8 1.3)"), Some(("1.3".to_owned(), "103.8".to_owned())));
        assert_eq!((point("Singapore"), point("POINT (x y)")), (None, None));
    }
}
