//! Passes: by which a member's client program opens a file, since it has no cookie. A pass says for whom it is and until when,
//! and carries the hall's seal.
//!
//! Invariant: a pass opens nothing by itself. It only says who looks; the gate is asked each time.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::clock::{DAY, Micros};
use crate::id::{ActorId, MediaId};

/// A pass stands for this week and for as many after it, so that what a program keeps can be opened for some time, and its
/// address doesn't change at each look.
const WEEKS: i64 = 4;
const WEEK: Micros = 7 * DAY;
/// Bytes of the seal that a pass carries: 128 bits can't be guessed.
const SEAL_BYTES: usize = 16;

/// The pass to a file for a member.
pub fn pass(secret: &[u8], media: MediaId, member: ActorId, now: Micros) -> String {
    let week = now.div_euclid(WEEK);
    let mut bytes = Vec::with_capacity(16 + SEAL_BYTES);
    bytes.extend_from_slice(&member.0.to_be_bytes());
    bytes.extend_from_slice(&week.to_be_bytes());
    let seal = seal(secret, media, &bytes);
    bytes.extend_from_slice(&seal);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// For whom this is the pass to that file, if it is one and still stands.
pub fn holder(secret: &[u8], media: MediaId, pass: &str, now: Micros) -> Option<ActorId> {
    let bytes = URL_SAFE_NO_PAD.decode(pass).ok()?;
    let (said, given) = bytes.split_at_checked(16)?;
    if given.len() != SEAL_BYTES || !crate::secret::equal(&seal(secret, media, said), given) {
        return None;
    }
    let (member, week) = said.split_at_checked(8)?;
    let week = i64::from_be_bytes(week.try_into().ok()?);
    let age = now.div_euclid(WEEK) - week;
    (0..=WEEKS).contains(&age).then_some(ActorId(i64::from_be_bytes(member.try_into().ok()?)))
}

fn seal(secret: &[u8], media: MediaId, said: &[u8]) -> [u8; SEAL_BYTES] {
    let whole = crate::secret::seal(secret, &[b"media", &media.0.to_be_bytes()[..], said].concat());
    let mut out = [0; SEAL_BYTES];
    for (to, from) in out.iter_mut().zip(whole) {
        *to = from;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_is_for_one_file_one_member_and_some_weeks() {
        let (secret, now) = (b"the hall's own", 3_000 * WEEK + 5);
        let made = pass(secret, MediaId(7), ActorId(9), now);
        assert_eq!(holder(secret, MediaId(7), &made, now), Some(ActorId(9)));
        assert_eq!(holder(secret, MediaId(7), &made, now + WEEKS * WEEK), Some(ActorId(9)));
        assert_eq!(made, pass(secret, MediaId(7), ActorId(9), now + DAY));
        assert_eq!(holder(secret, MediaId(7), &made, now + (WEEKS + 1) * WEEK), None);
        assert_eq!(holder(secret, MediaId(7), &made, now - WEEK), None);
        assert_eq!(holder(secret, MediaId(8), &made, now), None);
        assert_eq!(holder(b"another's", MediaId(7), &made, now), None);
        for broken in ["", "x", "????", &made[1..], &format!("{made}AA")] {
            assert_eq!(holder(secret, MediaId(7), broken, now), None, "{broken}");
        }
        let mut other = made.clone().into_bytes();
        other[9] ^= 1;
        assert_eq!(holder(secret, MediaId(7), &String::from_utf8(other).unwrap(), now), None);
    }
}
