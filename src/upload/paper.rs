//! Papers: what an office sends around besides pictures and films, such as minutes and lists. They are kept as they come and only ever
//! handed out to be saved, never opened on a page of ours.

use super::{Broken, Head, PICTURE, Part};
use crate::ctx::Ctx;
use crate::domain::media::{self, Variant};
use crate::error::Problem;
use crate::id::{ActorId, MediaId};

/// Longest name of a paper, in characters.
const NAME_CHARS_MAX: usize = 120;

/// The papers that are taken: the ending of the name, the type that follows, and how such a file begins.
const KINDS: [(&str, &str, Begins); 9] = [
    ("pdf", "application/pdf", Begins::With(b"%PDF-")),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Begins::With(ZIP)),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Begins::With(ZIP)),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", Begins::With(ZIP)),
    ("odt", "application/vnd.oasis.opendocument.text", Begins::With(ZIP)),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet", Begins::With(ZIP)),
    ("odp", "application/vnd.oasis.opendocument.presentation", Begins::With(ZIP)),
    ("txt", "text/plain", Begins::Text),
    ("csv", "text/csv", Begins::Text),
];
const ZIP: &[u8] = b"PK\x03\x04";

/// How a file of a type begins.
#[derive(Clone, Copy)]
enum Begins {
    With(&'static [u8]),
    Text,
}

/// The ending that belongs to a type; empty if it is no paper's.
pub fn ending(media_type: &str) -> &'static str {
    KINDS.iter().find(|(_, known, _)| *known == media_type).map_or("", |(ending, ..)| ending)
}

/// What a file of this name is, if it is a paper by its ending.
///
/// Errors: the problem, if its bytes say something else.
pub fn media_type(name: &str, head: &[u8]) -> Option<Result<&'static str, Problem>> {
    let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
    let (_, media_type, begins) = KINDS.into_iter().find(|(known, ..)| *known == ending)?;
    let fits = match begins {
        Begins::With(mark) => head.starts_with(mark),
        // Sheets of old programs aren't UTF-8; what no text has is a zero byte.
        Begins::Text => !head.contains(&0),
    };
    Some(if fits { Ok(media_type) } else { Err(Problem::new(PICTURE, "media-problem-lies").with("ending", ending)) })
}

/// Stores a paper as an upload of `owner`. The inner error is what is wrong with it.
pub async fn store(
    ctx: &Ctx,
    owner: ActorId,
    media_type: &'static str,
    part: &mut Part,
    head: &mut Head,
) -> Result<Result<MediaId, Problem>, Broken> {
    let max = ctx.config.limits.picture_bytes_max;
    let (stem, bytes) = match super::put_in(ctx, &[Variant::Display], part, head, max).await? {
        Ok(stored) => stored,
        Err(problem) => return Ok(Err(problem)),
    };
    let name = crate::text::name(&head.name, NAME_CHARS_MAX);
    Ok(Ok(ctx.write(move |conn| media::create_paper(conn, owner, (media_type, &name), &stem, bytes)).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paper_is_what_its_name_and_its_bytes_say() {
        let of = |name: &str, head: &[u8]| media_type(name, head).map(|found| found.map_err(|problem| problem.message));
        assert_eq!(of("章程.PDF", b"%PDF-1.7\n"), Some(Ok("application/pdf")));
        assert_eq!(of("名单.csv", "姓名,人数\n".as_bytes()), Some(Ok("text/csv")));
        assert_eq!(of("名单.xlsx", b"PK\x03\x04\x14"), Some(Ok(KINDS[2].1)));
        assert_eq!(of("章程.pdf", b"MZ\x90\0"), Some(Err("media-problem-lies")));
        assert_eq!(of("名单.csv", b"\0\0"), Some(Err("media-problem-lies")));
        for other in ["a.exe", "a.html", "a.svg", "a.docm", "a.jpg", "pdf", ""] {
            assert_eq!(of(other, b"%PDF-"), None, "{other}");
        }
        assert_eq!((ending("application/pdf"), ending("text/html")), ("pdf", ""));
    }
}
