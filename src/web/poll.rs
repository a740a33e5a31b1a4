//! The poll of a Moment: the ballot or the count under its text, and its part of the form.

use super::form::Fields;
use super::page::Page;
use crate::domain::poll::{OPTIONS_MAX, Poll, Question};
use crate::error::Result;

/// A day, in seconds: how long a poll stands open unless somebody chooses otherwise.
const USUAL_SECONDS: i64 = 86_400;

/// A poll as pages show it.
#[derive(Debug, Clone)]
pub struct Ballot {
    /// May several be chosen?
    pub is_many: bool,
    /// May the reader vote now?
    pub is_open: bool,
    /// Its options.
    pub options: Vec<Choice>,
    /// How many have answered, how long it stands open or that it is over, in words.
    pub about: String,
    /// Is the count kept back until the end?
    pub is_kept_back: bool,
}

/// One option.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Its place, by which it is chosen.
    pub place: usize,
    /// Its text.
    pub title: String,
    /// How many have chosen it, and how many of a hundred that is; nothing where the count is kept back.
    pub count: Option<(i64, i64)>,
    /// Did the reader choose it?
    pub is_mine: bool,
}

impl Ballot {
    /// The poll of a Moment, for this reader.
    pub fn of(page: &Page, poll: &Poll) -> Self {
        let now = page.ctx.now();
        let (is_over, is_told) = (poll.is_over(now), poll.is_told(now));
        // Where several may be chosen, the shares are of those who answered.
        let all = if poll.is_many { poll.voters.unwrap_or_else(|| poll.votes()) } else { poll.votes() };
        let share = |votes: i64| if all > 0 { (votes * 100 + all / 2) / all } else { 0 };
        let choice = |(place, option): (usize, &crate::domain::poll::Choice)| Choice {
            place,
            title: option.title.clone(),
            count: is_told.then(|| (option.votes, share(option.votes).min(100))),
            is_mine: poll.mine.contains(&place),
        };
        let voters = poll.voters.unwrap_or_else(|| poll.votes());
        let voted = page.with("poll-voters", "count", voters);
        let time = match poll.ends_at {
            _ if is_over => Some(page.t("poll-over").to_owned()),
            Some(at) => Some(page.with("poll-until", "time", page.when(at).exact)),
            None => None,
        };
        Self {
            is_many: poll.is_many,
            is_open: page.member.is_some() && !is_over && poll.mine.is_empty(),
            options: poll.options.iter().enumerate().map(choice).collect(),
            about: time.map(|time| format!("{voted} · {time}")).unwrap_or(voted),
            is_kept_back: !is_told,
        }
    }
}

/// What a form asks; `None` for nothing.
///
/// Errors: `Invalid`.
pub fn read(fields: &Fields) -> Result<Option<Question>> {
    let options: Vec<String> = (1..=OPTIONS_MAX).map(|n| fields.text(&format!("option{n}")).to_owned()).collect();
    if options.iter().all(|title| title.trim().is_empty()) {
        return Ok(None);
    }
    let seconds = fields.choice("poll_time").map_or(USUAL_SECONDS, |text| text.parse().unwrap_or(0));
    let ticked = |name: &str| fields.text(name) == "yes";
    Question::parse(&options, ticked("poll_many"), ticked("poll_secret"), seconds).map(Some)
}
