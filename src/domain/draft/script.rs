//! The same draft in another script or language. A conversion between the scripts of Chinese is offered for correction: it is
//! published only once an editor says that they have read it.

use diesel::prelude::*;
use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

use super::{Content, Draft, get};
use crate::db::Conn;
use crate::db::schema::draft_script;
use crate::domain::actor::Actor;
use crate::domain::article::DIGEST_CHARS_MAX;
use crate::error::{Error, Problem, Result};
use crate::id::DraftId;

/// The scripts and languages that an article may stand in.
pub const LANGUAGES: [&str; 3] = ["zh-Hans", "zh-Hant", "en"];

/// A draft in another script or language.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = draft_script)]
pub struct Script {
    /// Which.
    pub language: String,
    /// Its title.
    pub title: String,
    /// What it is about, in short.
    pub digest: String,
    /// The text, in Markdown.
    pub body: String,
    /// Has an editor read it?
    pub is_checked: bool,
}

/// The scripts of a draft.
pub fn scripts(conn: &mut Conn, id: DraftId) -> Result<Vec<Script>> {
    Ok(draft_script::table
        .filter(draft_script::draft_id.eq(id))
        .order(draft_script::language)
        .select(Script::as_select())
        .load(conn.link())?)
}

/// Text in the other script of Chinese; `None` for other languages. Slow at first: it loads a dictionary.
///
/// Errors: `Broken`.
pub fn convert(text: &str, to: &str) -> Result<Option<String>> {
    let config = match to {
        "zh-Hans" => BuiltinConfig::T2s,
        "zh-Hant" => BuiltinConfig::S2t,
        _ => return Ok(None),
    };
    let opencc = OpenCC::from_config(config).map_err(|e| Error::broken(e.to_string()))?;
    Ok(Some(opencc.convert(text)))
}

/// What a conversion makes of a draft, to be read by an editor; an empty one for languages that can't be converted.
///
/// Errors: `Invalid` for the field `language` if the draft is in it already.
pub fn offer(content: &Content, to: &str) -> Result<Script> {
    if !LANGUAGES.contains(&to) || content.language() == to {
        return Err(Error::invalid("script", "draft-problem-script"));
    }
    let from_chinese = content.language().starts_with("zh");
    let turn = |text: &str| -> Result<String> {
        match from_chinese {
            true => Ok(convert(text, to)?.unwrap_or_default()),
            false => Ok(String::new()),
        }
    };
    let (title, digest, body) = (turn(&content.title)?, turn(&content.digest)?, turn(&content.body)?);
    Ok(Script { language: to.to_owned(), title, digest, body, is_checked: false })
}

/// Saves a script of a draft.
///
/// Errors: `NotFound`; `Invalid` naming `script_title`, `script_digest`, `script_body`.
pub fn save_script(conn: &mut Conn, by: &Actor, id: DraftId, script: &Script) -> Result<Draft> {
    let (draft, ..) = get(conn, by.id, id)?;
    if !LANGUAGES.contains(&script.language.as_str()) || draft.content().language() == script.language {
        return Err(Error::invalid("script", "draft-problem-script"));
    }
    let (title, digest) = (crate::text::name(&script.title, 1_000), crate::text::name(&script.digest, 1_000));
    let body = crate::text::body(&script.body);
    let mut problems = Vec::new();
    if script.is_checked && (title.is_empty() || body.trim().is_empty()) {
        problems.push(Problem::new("script_body", "problem-body-empty"));
    }
    for (field, text, max) in [
        ("script_title", &title, super::TITLE_CHARS_MAX),
        ("script_digest", &digest, DIGEST_CHARS_MAX),
        ("script_body", &body, super::BODY_CHARS_MAX),
    ] {
        if text.chars().count() > max {
            problems.push(Problem::new(field, "problem-too-long").with("max", max));
        }
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    remove(conn, id, &script.language)?;
    diesel::insert_into(draft_script::table)
        .values((
            draft_script::draft_id.eq(id),
            draft_script::language.eq(&script.language),
            draft_script::title.eq(title),
            draft_script::digest.eq(digest),
            draft_script::body.eq(body),
            draft_script::is_checked.eq(script.is_checked),
        ))
        .execute(conn.link())?;
    Ok(draft)
}

/// Takes a script away from a draft.
///
/// Errors: `NotFound`.
pub fn drop_script(conn: &mut Conn, by: &Actor, id: DraftId, language: &str) -> Result<()> {
    get(conn, by.id, id)?;
    remove(conn, id, language)
}

fn remove(conn: &mut Conn, id: DraftId, language: &str) -> Result<()> {
    let row = draft_script::table.filter(draft_script::draft_id.eq(id)).filter(draft_script::language.eq(language));
    diesel::delete(row).execute(conn.link())?;
    Ok(())
}
