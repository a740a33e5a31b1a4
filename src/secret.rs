//! Secrets: random tokens, passwords (argon2id), and the keys that sign (RSA, Ed25519), all by aws-lc-rs.
//!
//! Nothing here is ever logged; `Debug` of a key shows its algorithm only.

use std::fmt;
use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{self, Ed25519KeyPair, KeyPair, RsaKeyPair, UnparsedPublicKey};
use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::error::{Error, Result};

/// Multicodec prefix of an Ed25519 public key (FEP-521a).
const MULTICODEC_ED25519: [u8; 2] = [0xed, 0x01];
/// DER of `AlgorithmIdentifier { rsaEncryption, NULL }`, the fixed head of an RSA SubjectPublicKeyInfo.
const RSA_ALGORITHM: [u8; 15] =
    [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
/// The largest key document worth parsing: an 8192-bit RSA key has some 1,100 bytes.
const PUBLIC_KEY_BYTES_MAX: usize = 2_048;
/// A SubjectPublicKeyInfo of a 2048-bit RSA key has 292 bytes or more, of a 2040-bit one fewer.
const RSA_SPKI_BYTES_MIN: usize = 292;

/// Random bytes from the system.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if rand::fill(&mut bytes).is_err() {
        // Without randomness no secret may be made; there is nothing sensible to go on with.
        std::process::abort();
    }
    bytes
}

/// A token of 192 random bits, safe in a URL.
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(random::<24>())
}

/// What is stored of a token: its SHA-256, so that a stolen database opens no door.
pub fn token_hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha256(token.as_bytes()))
}

/// SHA-256.
pub fn sha256(data: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, data).as_ref());
    out
}

/// SHA-512.
pub fn sha512(data: &[u8]) -> [u8; 64] {
    let mut out = [0; 64];
    out.copy_from_slice(digest::digest(&digest::SHA512, data).as_ref());
    out
}

/// Are the two equal? Takes the same time wherever they differ.
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(a, b).is_ok()
}

/// Hashes a password by argon2id with a salt of its own. Takes tens of milliseconds: never on a request thread.
pub fn password_hash(password: &str) -> Result<String> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|e| Error::broken(format!("argon2: {e}")))
}

/// Does the password fit the stored hash?
pub fn password_matches(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Costs what checking a password costs, so that an unknown name takes as long as a wrong password.
pub fn password_waste(password: &str) {
    drop(password_hash(password));
}

/// A made password that can be read out on the telephone: four groups of four, no letters that look alike.
pub fn password_made() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";
    let bytes = random::<64>();
    let mut letters = bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte & 31))).filter(|l| **l != b'-');
    let mut made = String::new();
    for group in 0..4 {
        if group > 0 {
            made.push('-');
        }
        made.extend(letters.by_ref().take(4).map(|letter| char::from(*letter)));
    }
    made
}

/// The two kinds of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA with PKCS#1 v1.5 and SHA-256.
    Rsa,
    /// Ed25519.
    Ed25519,
}

impl Algorithm {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rsa => "rsa",
            Self::Ed25519 => "ed25519",
        }
    }

    /// Reads that word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "rsa" => Some(Self::Rsa),
            "ed25519" => Some(Self::Ed25519),
            _ => None,
        }
    }
}

/// A key that signs. Clones share it.
#[derive(Clone)]
pub enum SigningKey {
    /// RSA.
    Rsa(Arc<RsaKeyPair>),
    /// Ed25519.
    Ed25519(Arc<Ed25519KeyPair>),
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rsa(_) => "SigningKey(RSA)",
            Self::Ed25519(_) => "SigningKey(Ed25519)",
        })
    }
}

impl SigningKey {
    /// Makes an RSA key of 2048 bits; takes some hundred milliseconds.
    pub fn make_rsa() -> Result<Self> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| Error::broken("RSA key generation failed"))?;
        Ok(Self::Rsa(Arc::new(pair)))
    }

    /// Makes an Ed25519 key.
    pub fn make_ed25519() -> Result<Self> {
        let pair = Ed25519KeyPair::generate().map_err(|_| Error::broken("Ed25519 key generation failed"))?;
        Ok(Self::Ed25519(Arc::new(pair)))
    }

    /// Reads a stored key.
    pub fn from_pkcs8(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self> {
        let rejected = |e| Error::broken(format!("a stored key is damaged: {e}"));
        Ok(match algorithm {
            Algorithm::Rsa => Self::Rsa(Arc::new(RsaKeyPair::from_pkcs8(pkcs8).map_err(rejected)?)),
            Algorithm::Ed25519 => Self::Ed25519(Arc::new(Ed25519KeyPair::from_pkcs8(pkcs8).map_err(rejected)?)),
        })
    }

    /// The key for storing.
    pub fn to_pkcs8(&self) -> Result<Vec<u8>> {
        let failed = |_| Error::broken("a key can't be written");
        Ok(match self {
            Self::Rsa(pair) => pair.as_der().map_err(failed)?.as_ref().to_vec(),
            Self::Ed25519(pair) => pair.to_pkcs8().map_err(failed)?.as_ref().to_vec(),
        })
    }

    /// Signs (RSA: PKCS#1 v1.5 with SHA-256).
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&signature::RSA_PKCS1_SHA256, &rand::SystemRandom::new(), message, &mut signature)
                    .map_err(|_| Error::broken("RSA signing failed"))?;
                Ok(signature)
            }
            Self::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
        }
    }

    /// Its public half.
    pub fn public(&self) -> PublicKey {
        match self {
            Self::Rsa(pair) => {
                let der = pair.public_key().as_der().map(|der| der.as_ref().to_vec()).unwrap_or_default();
                PublicKey::Rsa(der)
            }
            Self::Ed25519(pair) => {
                let mut raw = [0; 32];
                raw.copy_from_slice(pair.public_key().as_ref());
                PublicKey::Ed25519(raw)
            }
        }
    }
}

/// A key that verifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// RSA of 2048 to 8192 bits, as DER of its SubjectPublicKeyInfo.
    Rsa(Vec<u8>),
    /// Ed25519, raw.
    Ed25519([u8; 32]),
}

impl PublicKey {
    /// Reads PEM: `PUBLIC KEY` (RSA or Ed25519) or `RSA PUBLIC KEY`.
    pub fn from_pem(pem: &str) -> Option<Self> {
        if pem.len() > PUBLIC_KEY_BYTES_MAX * 2 {
            return None;
        }
        let head = pem.find("-----BEGIN ")? + "-----BEGIN ".len();
        let (label, rest) = pem.get(head..)?.split_once("-----")?;
        let (body, _) = rest.split_once("-----END")?;
        let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        let der = STANDARD.decode(body).ok()?;
        match label.trim() {
            "PUBLIC KEY" => Self::from_spki(&der),
            "RSA PUBLIC KEY" => Self::rsa(wrap_pkcs1(&der)),
            _ => None,
        }
    }

    /// Reads DER of a SubjectPublicKeyInfo.
    pub fn from_spki(der: &[u8]) -> Option<Self> {
        // RFC 8410: SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING of 32 bytes }.
        const ED25519_HEAD: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
        if let Some(raw) = der.strip_prefix(&ED25519_HEAD) {
            return Some(Self::Ed25519(raw.try_into().ok()?));
        }
        Self::rsa(der.to_vec())
    }

    fn rsa(der: Vec<u8>) -> Option<Self> {
        if !(RSA_SPKI_BYTES_MIN..=PUBLIC_KEY_BYTES_MAX).contains(&der.len()) {
            return None;
        }
        // Parsing refuses what is no RSA key; verifying refuses what is not of 2048 to 8192 bits.
        UnparsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, &der).parse().ok()?;
        Some(Self::Rsa(der))
    }

    /// The key as PEM (`PUBLIC KEY`).
    pub fn to_pem(&self) -> String {
        let der = match self {
            Self::Rsa(der) => der.clone(),
            Self::Ed25519(raw) => {
                [&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00][..], raw].concat()
            }
        };
        let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
        let body = STANDARD.encode(der);
        let mut rest = body.as_str();
        while !rest.is_empty() {
            let (line, more) = rest.split_at(rest.len().min(64));
            pem.push_str(line);
            pem.push('\n');
            rest = more;
        }
        pem.push_str("-----END PUBLIC KEY-----\n");
        pem
    }

    /// Reads a Multikey (`z…`, base58btc) that is an Ed25519 key (FEP-521a).
    pub fn from_multikey(text: &str) -> Option<Self> {
        if text.len() > 100 {
            return None;
        }
        let bytes = bs58::decode(text.strip_prefix('z')?).into_vec().ok()?;
        let raw = bytes.strip_prefix(&MULTICODEC_ED25519)?;
        Some(Self::Ed25519(raw.try_into().ok()?))
    }

    /// The key as a Multikey; only Ed25519 has one here.
    pub fn to_multikey(&self) -> Option<String> {
        match self {
            Self::Rsa(_) => None,
            Self::Ed25519(raw) => {
                Some(format!("z{}", bs58::encode([&MULTICODEC_ED25519[..], raw].concat()).into_string()))
            }
        }
    }

    /// Reads what [`PublicKey::stored`] gave.
    pub fn from_stored(algorithm: Algorithm, stored: &[u8]) -> Result<Self> {
        Ok(match algorithm {
            Algorithm::Rsa => Self::Rsa(stored.to_vec()),
            Algorithm::Ed25519 => {
                Self::Ed25519(stored.try_into().map_err(|_| Error::broken("a stored public key is damaged"))?)
            }
        })
    }

    /// The bytes for storing.
    pub fn stored(&self) -> &[u8] {
        match self {
            Self::Rsa(der) => der,
            Self::Ed25519(raw) => raw,
        }
    }

    /// Its algorithm.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Rsa(_) => Algorithm::Rsa,
            Self::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    /// Is this the key's signature of the message?
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Rsa(der) => UnparsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, der)
                .verify(message, signature)
                .is_ok(),
            Self::Ed25519(raw) => UnparsedPublicKey::new(&signature::ED25519, raw).verify(message, signature).is_ok(),
        }
    }
}

/// Wraps a PKCS#1 RSAPublicKey into a SubjectPublicKeyInfo.
fn wrap_pkcs1(pkcs1: &[u8]) -> Vec<u8> {
    let mut bits = vec![0];
    bits.extend_from_slice(pkcs1);
    let mut inner = RSA_ALGORITHM.to_vec();
    inner.extend(tagged(0x03, &bits));
    tagged(0x30, &inner)
}

/// DER: tag, length, content.
fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let significant: Vec<u8> = length.iter().copied().skip_while(|byte| *byte == 0).collect();
    let mut out = vec![tag];
    match significant.as_slice() {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        long => {
            out.push(0x80 | u8::try_from(long.len()).unwrap_or(8));
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(content);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_storing_and_sign_what_they_verify() {
        for key in [SigningKey::make_rsa().unwrap(), SigningKey::make_ed25519().unwrap()] {
            let public = key.public();
            let again = SigningKey::from_pkcs8(public.algorithm(), &key.to_pkcs8().unwrap()).unwrap();
            let signature = again.sign(b"moment").unwrap();
            assert!(public.verify(b"moment", &signature));
            assert!(!public.verify(b"moment!", &signature));
            let read = PublicKey::from_pem(&public.to_pem()).unwrap();
            assert_eq!(read, public);
            let stored = PublicKey::from_stored(public.algorithm(), public.stored()).unwrap();
            assert!(stored.verify(b"moment", &signature));
        }
    }

    #[test]
    fn a_multikey_is_read_back_and_others_are_refused() {
        let public = SigningKey::make_ed25519().unwrap().public();
        let multikey = public.to_multikey().unwrap();
        assert!(multikey.starts_with("z6Mk"), "{multikey}");
        assert_eq!(PublicKey::from_multikey(&multikey), Some(public));
        for bad in ["", "z", "m6Mk", "z6Mk0OIl", &"z".repeat(500)] {
            assert_eq!(PublicKey::from_multikey(bad), None, "{bad}");
        }
    }

    #[test]
    fn pkcs1_and_spki_give_the_same_key_and_short_keys_are_refused() {
        use rsa::pkcs1::EncodeRsaPublicKey;
        use rsa::pkcs8::{EncodePublicKey, LineEnding};
        let mut rng = rsa::rand_core::OsRng;
        let key = rsa::RsaPrivateKey::new(&mut rng, 2048).unwrap().to_public_key();
        let spki = PublicKey::from_pem(&key.to_public_key_pem(LineEnding::LF).unwrap()).unwrap();
        let pkcs1 = PublicKey::from_pem(&key.to_pkcs1_pem(LineEnding::CRLF).unwrap()).unwrap();
        assert_eq!(spki, pkcs1);
        let short = rsa::RsaPrivateKey::new(&mut rng, 1024).unwrap().to_public_key();
        assert_eq!(PublicKey::from_pem(&short.to_public_key_pem(LineEnding::LF).unwrap()), None);
        assert_eq!(PublicKey::from_pem("-----BEGIN PUBLIC KEY-----\n!!\n-----END PUBLIC KEY-----"), None);
    }

    #[test]
    fn passwords_match_their_own_hash_only() {
        let hash = password_hash("一江水两地家 2026").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(password_matches("一江水两地家 2026", &hash));
        assert!(!password_matches("一江水两地家 2025", &hash));
        assert!(!password_matches("", "not a hash"));
        let made = password_made();
        assert_eq!(made.len(), 19, "{made}");
        assert_ne!(made, password_made());
    }
}
