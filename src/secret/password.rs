//! Passwords: kept as Argon2id hashes in PHC form, compared without telling whether the account exists.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use unicode_normalization::UnicodeNormalization;

use crate::error::{Error, Result};

/// Memory of one hash in KiB; 19 MiB with two passes is the OWASP recommendation for Argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over that memory.
const PASSES: u32 = 2;
/// Lanes; more would only help an attacker with more cores than ours.
const LANES: u32 = 1;

/// Characters of made passwords: lower case and digits without those that are misread or misheard (0 o, 1 l i).
const READABLE: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// Groups of a made password, and characters in each: 16 of 31 characters are 79 bits.
const GROUPS: usize = 4;
const GROUP_CHARACTERS: usize = 4;

/// The hash to store for a password: Argon2id with its own salt, as a PHC string. Takes some 20 ms and 19 MiB.
///
/// The text is brought to Unicode form NFC first (RFC 8265, section 4.2), since keyboards differ in how they compose.
///
/// # Errors
/// [`Error::Broken`] if the machine can't give the memory.
pub fn password_hash(password: &str) -> Result<String> {
    let hash: PasswordHash = hasher()?.hash_password(composed(password).as_bytes()).map_err(Error::broken)?;
    Ok(hash.to_string())
}

/// Does the password belong to this stored hash? A stored text that is no hash matches nothing.
pub fn password_matches(password: &str, stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else {
        password_waste(password);
        return false;
    };
    hasher().is_ok_and(|hasher| hasher.verify_password(composed(password).as_bytes(), &hash).is_ok())
}

/// Spends what one comparison costs, so that an unknown name takes as long as a wrong password.
pub fn password_waste(password: &str) {
    // The hash is thrown away, but must not be optimised away.
    let _ = std::hint::black_box(password_hash(std::hint::black_box(password)));
}

/// A made password that can be read out over the telephone: four groups of four, without look-alikes.
pub fn password_made() -> String {
    let mut made = String::with_capacity(GROUPS * (GROUP_CHARACTERS + 1));
    for group in 0..GROUPS {
        if group > 0 {
            made.push('-');
        }
        (0..GROUP_CHARACTERS).for_each(|_| made.push(readable_character()));
    }
    made
}

/// One character of [`READABLE`], each as likely as any other: a byte beyond the last whole multiple is drawn again.
fn readable_character() -> char {
    loop {
        let [byte] = super::random::<1>();
        let fair = usize::from(byte) < 256 - 256 % READABLE.len();
        if let (true, Some(&character)) = (fair, READABLE.get(usize::from(byte) % READABLE.len())) {
            return char::from(character);
        }
    }
}

fn composed(password: &str) -> String {
    password.nfc().collect()
}

fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::broken)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let stored = password_hash("correct horse 电池").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(password_matches("correct horse 电池", &stored));
        assert!(!password_matches("correct horse 電池", &stored));
        assert!(!password_matches("", &stored));
        assert_ne!(password_hash("correct horse 电池").unwrap(), stored, "another salt");
    }

    #[test]
    fn composed_and_decomposed_letters_are_one_password() {
        let stored = password_hash("Gr\u{fc}\u{df}e").unwrap();
        assert!(password_matches("Gru\u{308}\u{df}e", &stored));
    }

    #[test]
    fn a_broken_hash_matches_nothing() {
        for stored in ["", "$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA"] {
            assert!(!password_matches("", stored), "{stored}");
        }
    }

    #[test]
    fn made_passwords_are_readable_and_differ() {
        let made = password_made();
        assert_eq!(made.len(), 19);
        assert!(made.split('-').all(|group| group.len() == 4));
        assert!(!made.contains(['0', 'o', 'O', '1', 'l', 'i', 'I']));
        assert_ne!(made, password_made());
    }
}
