//! What the document of a group says beside an actor's (FEP-1b12), and our own terms for it; and the words of its moderators.

use serde_json::{Map, Value, json};

use super::address::same_host;
use super::json;

/// Lines of rules and questions that are looked at.
const LINES_MAX: usize = 100;
/// Longest line that is looked at, in characters.
const LINE_CHARS_MAX: usize = 2_000;

/// What a group says of itself beside what every actor says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// The collection of those who run it.
    pub moderators: String,
    /// `postingRestrictedToMods`.
    pub is_restricted: bool,
    /// `hg:axis`; empty for groups that aren't a hall's.
    pub axis: String,
    /// `hg:topic`: the place, profession, interest or family name.
    pub topic: String,
    /// `hg:entrance`: how one joins.
    pub entrance: String,
    /// `hg:private`: what is said in it is for its members alone.
    pub is_private: bool,
    /// `hg:rules`, one by one.
    pub rules: Vec<String>,
    /// `hg:questions`: what those who want to join are asked.
    pub questions: Vec<String>,
}

/// Reads it. Groups are written in many ways: what names no moderators of its own, or restricts posting to them, is a channel or a
/// blog, and is read like a person.
pub fn read(document: &Value, id: &str) -> Option<Group> {
    if !json::types(document).contains(&"Group") {
        return None;
    }
    let moderators = document.get("attributedTo").and_then(Value::as_str).filter(|uri| same_host(uri, id));
    let word = |key: &str| json::text(document, key).unwrap_or_default().to_owned();
    let axis = word("hg:axis");
    let is_open = document.get("postingRestrictedToMods").and_then(Value::as_bool) == Some(false);
    if axis.is_empty() && !(moderators.is_some() && is_open) {
        return None;
    }
    Some(Group {
        moderators: moderators.unwrap_or_default().to_owned(),
        is_restricted: json::truth(document, "postingRestrictedToMods"),
        topic: word("hg:topic"),
        entrance: word("hg:entrance"),
        is_private: json::truth(document, "hg:private") && !axis.is_empty(),
        rules: lines(document, "hg:rules"),
        questions: lines(document, "hg:questions"),
        axis,
    })
}

fn lines(document: &Value, key: &str) -> Vec<String> {
    let texts = json::items(document, key).into_iter().filter_map(Value::as_str).take(LINES_MAX);
    texts.map(|text| text.chars().take(LINE_CHARS_MAX).collect()).collect()
}

/// Writes it into the document of a group of ours.
pub fn write(map: &mut Map<String, Value>, group: &Group) {
    let said = json!({
        "attributedTo": group.moderators,
        "moderators": group.moderators,
        "postingRestrictedToMods": group.is_restricted,
        "hg:axis": group.axis,
        "hg:topic": group.topic,
        "hg:entrance": group.entrance,
        "hg:private": group.is_private,
        "hg:rules": group.rules,
        "hg:questions": group.questions,
    });
    if let Value::Object(said) = said {
        map.extend(said.into_iter().filter(|(_, value)| value.as_array().is_none_or(|lines| !lines.is_empty())));
    }
    let about = map.get("summary").and_then(Value::as_str).unwrap_or_default();
    let whole = format!("{about}{}", rules_html(&group.rules));
    map.insert("summary".to_owned(), whole.into());
}

/// The rules as other software shows them, behind what the group says of itself.
fn rules_html(rules: &[String]) -> String {
    if rules.is_empty() {
        return String::new();
    }
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let items: String = rules.iter().map(|rule| format!("<li>{}</li>", escaped(rule))).collect();
    format!("<ol>{items}</ol>")
}

/// What a group says of itself, without the rules behind it, which are read by themselves.
pub fn summary_alone<'a>(summary: &'a str, group: &Group) -> &'a str {
    summary.strip_suffix(rules_html(&group.rules).as_str()).unwrap_or(summary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_write_we_read_and_others_see_the_rules() {
        let group = Group {
            moderators: "https://a.example/actors/tea/moderators".into(),
            is_restricted: true,
            axis: "interest".into(),
            topic: "茶".into(),
            entrance: "approval".into(),
            is_private: true,
            rules: vec!["和气 & <守时>".into(), "不发广告".into()],
            questions: vec!["喝什么茶？".into()],
        };
        let mut document = json!({"id": "https://a.example/actors/tea", "type": "Group", "summary": "<p>喝茶</p>"});
        write(document.as_object_mut().unwrap(), &group);
        let summary = document["summary"].as_str().unwrap();
        assert_eq!(summary, "<p>喝茶</p><ol><li>和气 &amp; &lt;守时&gt;</li><li>不发广告</li></ol>");
        assert_eq!(summary_alone(summary, &group), "<p>喝茶</p>");
        assert_eq!(read(&document, "https://a.example/actors/tea").unwrap(), group);
        document["type"] = json!("Person");
        assert_eq!(read(&document, "https://a.example/actors/tea"), None);
    }

    #[test]
    fn channels_and_blogs_are_no_groups_to_speak_in() {
        let id = "https://b.example/c/tea";
        let lemmy = json!({"type": "Group", "attributedTo": "https://b.example/c/tea/moderators", "postingRestrictedToMods": false,
            "hg:private": true});
        let read_back = read(&lemmy, id).unwrap();
        assert!(!read_back.is_private, "only a hall's group is private by its own word");
        for (key, value) in [
            ("attributedTo", json!(["https://b.example/u/owner"])),
            ("attributedTo", json!("https://c.example/moderators")),
            ("postingRestrictedToMods", json!(true)),
        ] {
            let mut other = lemmy.clone();
            other[key] = value;
            assert_eq!(read(&other, id), None, "{key}");
        }
    }
}
