//! Real wordings against readings that were worked out apart from this program.

use super::*;

/// What a wording is read as: its EDTF, the candidates, or the code of a refusal.
fn told(text: &str) -> String {
    match read(text, None) {
        Ok(Answer::Decided(reading)) => reading.edtf,
        Ok(Answer::Undecided { candidates, .. }) => {
            let all: Vec<String> = candidates.into_iter().map(|one| one.edtf).collect();
            all.join(" | ")
        }
        Err(why) => format!("! {}", why.code),
    }
}

#[test]
fn a_reign_year_and_a_western_day_are_read() {
    assert_eq!(told("光緒十三年"), "1887-01-24/1888-02-11");
    assert_eq!(told("3 Dec. 1936"), "1936-12-03");
    assert_eq!(told("民国零年"), "! no-such-year");
}
