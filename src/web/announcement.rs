//! What an announcement is, as its card shows it; and its part of the form.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::form::Fields;
use super::page::Page;
use crate::clock::Micros;
use crate::domain::announcement::{Announcement, Priority, Said, Standpoint, Tally};
use crate::error::{Error, Problem, Result};
use crate::id::PostId;

/// An announcement as its card shows it.
#[derive(Debug, Clone)]
pub struct Announced {
    /// Its post.
    pub id: PostId,
    /// The office that signs it; empty for none.
    pub office: String,
    /// Does it matter more than others?
    pub is_urgent: bool,
    /// Is its time over?
    pub is_over: bool,
    /// When its time is over.
    pub until: Option<String>,
    /// Does it ask to be confirmed, still?
    pub asks: bool,
    /// By when.
    pub confirm_by: Option<String>,
    /// Is that past?
    pub is_late: bool,
    /// Has the reader confirmed it?
    pub is_confirmed: bool,
    /// Is the reader asked?
    pub may_confirm: bool,
    /// To officers: how many have confirmed, of how many.
    pub tally: Option<Tally>,
}

impl Announced {
    /// An announcement for this reader.
    pub fn of(page: &Page, standpoint: &Standpoint, is_own: bool) -> Self {
        let Standpoint { announcement, is_confirmed, is_member, tally } = standpoint;
        let now = page.ctx.now();
        let exact = |at: Micros| page.when(at).exact;
        let asks = announcement.asks_now(now);
        Self {
            id: announcement.post_id,
            office: announcement.office.clone(),
            is_urgent: announcement.priority == Priority::Urgent,
            is_over: announcement.is_over(now),
            until: announcement.expires_at.map(exact),
            asks,
            confirm_by: announcement.confirm_by.map(exact),
            is_late: announcement.confirm_by.is_some_and(|by| by < now),
            is_confirmed: *is_confirmed,
            may_confirm: asks && *is_member && !is_own && !is_confirmed,
            tally: *tally,
        }
    }
}

/// What a form says of an announcement. A day is meant to its end, where the reader is.
///
/// Errors: `Invalid` naming `confirm_by` or `expires`.
pub fn read(page: &Page, fields: &Fields) -> Result<Said> {
    let ticked = |name: &str| fields.text(name) == "yes";
    let asks = ticked("asks");
    let days = (end_of(page.zone(), fields.text("confirm_by")), end_of(page.zone(), fields.text("expires")));
    let (Ok(confirm_by), Ok(expires_at)) = days else {
        let wrong = [("confirm_by", days.0.is_err() && asks), ("expires", days.1.is_err())];
        let problems: Vec<Problem> = wrong
            .into_iter()
            .filter(|(_, is_wrong)| *is_wrong)
            .map(|(field, _)| Problem::new(field, "announcement-problem-day"))
            .collect();
        if problems.is_empty() {
            let said =
                Said { office: fields.text("office").to_owned(), is_urgent: ticked("urgent"), ..Said::default() };
            return Ok(Said { expires_at: days.1.unwrap_or_default(), ..said });
        }
        return Err(Error::Invalid(problems));
    };
    Ok(Said {
        office: fields.text("office").to_owned(),
        is_urgent: ticked("urgent"),
        asks,
        confirm_by,
        expires_at,
        told_at: None,
    })
}

/// The last second of a day; nothing if none is named.
fn end_of(zone: &TimeZone, day: &str) -> std::result::Result<Option<Micros>, ()> {
    let day = day.trim();
    if day.is_empty() {
        return Ok(None);
    }
    let date: Date = day.parse().map_err(|_| ())?;
    let end = date.at(23, 59, 59, 0).to_zoned_datetime(zone.clone()).map_err(|_| ())?;
    Ok(Some(end.timestamp().as_microsecond()))
}

/// The day of a time, as the form has it.
fn day_of(zone: &TimeZone, at: Micros) -> String {
    let time = jiff::Timestamp::from_microsecond(at).unwrap_or_default().to_zoned_datetime(zone.clone());
    time.date().to_string()
}

/// Puts what an announcement is into its form.
pub fn fill(page: &Page, fields: &mut Fields, known: &Announcement) {
    let day = |at: Option<Micros>| at.map(|at| day_of(page.zone(), at)).unwrap_or_default();
    fields.push("office", &known.office);
    fields.push("confirm_by", &day(known.confirm_by));
    fields.push("expires", &day(known.expires_at));
    if known.priority == Priority::Urgent {
        fields.push("urgent", "yes");
    }
    if known.asks {
        fields.push("asks", "yes");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::to_rfc3339;

    #[test]
    fn a_day_is_meant_to_its_end_where_the_reader_is() {
        let zone = TimeZone::get("Asia/Kuala_Lumpur").unwrap();
        let at = end_of(&zone, " 2026-12-20 ").unwrap().unwrap();
        assert_eq!(to_rfc3339(at), "2026-12-20T15:59:59Z");
        assert_eq!(day_of(&zone, at), "2026-12-20");
        assert_eq!(end_of(&zone, ""), Ok(None));
        for day in ["20/12/2026", "2026-13-40", "冬至", "99999-01-01"] {
            assert_eq!(end_of(&zone, day), Err(()), "{day}");
        }
    }
}
