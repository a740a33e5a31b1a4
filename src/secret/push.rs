//! What a push message is made of: encrypted for one program (RFC 8188 and 8291, or the older draft that many programs still
//! read), with a word of the hall's that proves who sends it (RFC 8292), and what is kept locked until then. Pure bytes.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, Algorithm, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::error::{Error, Result};

/// Bytes of a point of P-256, uncompressed.
pub const POINT_BYTES: usize = 65;
/// Bytes of the secret that a program shares with the hall.
pub const AUTH_BYTES: usize = 16;
/// The longest text that still makes a body of 4,096 bytes at most, which every push service takes (RFC 8030 §7.2).
pub const TEXT_BYTES_MAX: usize = RECORD_BYTES - HEAD_BYTES - 1 - TAG_BYTES;

const SALT_BYTES: usize = 16;
const TAG_BYTES: usize = 16;
const RECORD_BYTES: usize = 4_096;
/// Salt, size of a record, length of the key, key (RFC 8188 §2.1).
const HEAD_BYTES: usize = SALT_BYTES + 4 + 1 + POINT_BYTES;
/// The first byte of a point that isn't compressed.
const UNCOMPRESSED: u8 = 4;
/// Takes base64url whether it is padded or not, and whatever its last bits are: programs write it in every way.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Reads base64 in either alphabet, padded or not. A plus sign that a form has turned into a space counts as one.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let text: String = text
        .trim_matches(['\r', '\n'])
        .chars()
        .map(|c| match c {
            '+' | ' ' => '-',
            '/' => '_',
            other => other,
        })
        .collect();
    LENIENT.decode(text).ok()
}

/// The keys that the hall itself needs for push messages, made at its first start.
#[derive(Clone)]
pub struct PushKeys {
    /// By which push services know the hall.
    pub voice: Voice,
    lock: [u8; 32],
}

impl fmt::Debug for PushKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PushKeys")
    }
}

impl PushKeys {
    /// The keys as they are stored.
    ///
    /// # Errors
    /// [`Error::Broken`] if they are none.
    pub fn read(voice: &[u8], lock: &[u8]) -> Result<Self> {
        let lock = lock.try_into().map_err(|_| Error::broken("the key for push messages is of another length"))?;
        Ok(Self { voice: Voice::read(voice)?, lock })
    }

    /// Locks something away (AES-256-GCM under a key that is the hall's alone); it opens only as `label`.
    ///
    /// # Errors
    /// [`Error::Broken`] if the library can't.
    pub fn lock(&self, secret: &[u8], label: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE_LEN] = super::random();
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &self.lock).map_err(Error::broken)?);
        let mut kept = secret.to_vec();
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(label), &mut kept)
            .map_err(Error::broken)?;
        Ok([&nonce[..], &kept].concat())
    }

    /// Opens what [`PushKeys::lock`] has locked away as `label`; `None` if it isn't that.
    pub fn open(&self, locked: &[u8], label: &[u8]) -> Option<Vec<u8>> {
        let (nonce, kept) = locked.split_first_chunk::<NONCE_LEN>()?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &self.lock).ok()?);
        let mut kept = kept.to_vec();
        let length = key
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(label), &mut kept)
            .ok()
            .map(|secret| secret.len())?;
        kept.truncate(length);
        Some(kept)
    }
}

/// The key pair by which push services know the hall (RFC 8292), P-256.
#[derive(Clone)]
pub struct Voice {
    pair: Arc<EcdsaKeyPair>,
    /// The public half as programs are told it: the point in base64url.
    pub public: Arc<str>,
}

impl fmt::Debug for Voice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Voice({})", self.public)
    }
}

impl Voice {
    /// Makes one, as it is stored (PKCS#8, DER, unencrypted).
    ///
    /// # Errors
    /// [`Error::Broken`] if the library can't.
    pub fn make() -> Result<Vec<u8>> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(Error::broken)?;
        Ok(pair.to_pkcs8v1().map_err(Error::broken)?.as_ref().to_vec())
    }

    fn read(der: &[u8]) -> Result<Self> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(Error::broken)?;
        let public = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref()).into();
        Ok(Self { pair: Arc::new(pair), public })
    }

    /// A word for the push service at `audience` (its origin), good until `expires_at` (seconds since 1970), from whoever
    /// can be reached at `contact`: a JSON Web Token signed with ES256 (RFC 7515, RFC 8292 §2).
    ///
    /// # Errors
    /// [`Error::Broken`] if the library can't.
    pub fn word(&self, audience: &str, contact: &str, expires_at: i64) -> Result<String> {
        let head = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let claims = serde_json::json!({"aud": audience, "exp": expires_at, "sub": contact});
        let said = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = self.pair.sign(&SystemRandom::new(), said.as_bytes()).map_err(Error::broken)?;
        Ok(format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// For whom messages are encrypted: the public key of a program and the secret that it shares with the hall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// A point of P-256.
    pub point: Vec<u8>,
    /// The shared secret.
    pub auth: Vec<u8>,
}

/// How a message is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// `aes128gcm` of RFC 8291.
    Standard,
    /// `aesgcm` of draft-ietf-webpush-encryption-04.
    Old,
}

/// A message as it goes to the push service.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// The body.
    pub body: Vec<u8>,
    /// What the head of the request says of it; the word of who sends it included.
    pub headers: Vec<(String, String)>,
}

impl Reader {
    /// Takes keys as a program sends them; `None` unless the point lies on the curve and the secret has its length.
    pub fn new(point: Vec<u8>, auth: Vec<u8>) -> Option<Self> {
        if point.len() != POINT_BYTES || point.first() != Some(&UNCOMPRESSED) || auth.len() != AUTH_BYTES {
            return None;
        }
        let own = PrivateKey::generate(&ECDH_P256).ok()?;
        agree(&own, UnparsedPublicKey::new(&ECDH_P256, &point), (), |_| Ok(())).ok()?;
        Some(Self { point, auth })
    }

    /// Encrypts a text of at most [`TEXT_BYTES_MAX`] bytes, with a key and a salt of its own.
    ///
    /// # Errors
    /// [`Error::Broken`] if the text is longer, or the library can't.
    pub fn seal(&self, coding: Coding, text: &[u8], voice: &Voice, word: &str) -> Result<Sealed> {
        let own = PrivateKey::generate(&ECDH_P256).map_err(Error::broken)?;
        let salt: [u8; SALT_BYTES] = super::random();
        let public = own.compute_public_key().map_err(Error::broken)?;
        let body = self.encrypt(coding, text, &own, &salt)?;
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let headers = match coding {
            Coding::Standard => vec![
                ("content-encoding", "aes128gcm".to_owned()),
                ("authorization", format!("vapid t={word}, k={}", voice.public)),
            ],
            Coding::Old => vec![
                ("content-encoding", "aesgcm".to_owned()),
                ("encryption", format!("salt={}", encode(&salt))),
                ("crypto-key", format!("dh={};p256ecdsa={}", encode(public.as_ref()), voice.public)),
                ("authorization", format!("WebPush {word}")),
            ],
        };
        Ok(Sealed { body, headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect() })
    }

    fn encrypt(&self, coding: Coding, text: &[u8], own: &PrivateKey, salt: &[u8; SALT_BYTES]) -> Result<Vec<u8>> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(Error::broken(format!("a push message of {} bytes", text.len())));
        }
        let public = own.compute_public_key().map_err(Error::broken)?;
        let (theirs, ours) = (self.point.as_slice(), public.as_ref());
        let peer = UnparsedPublicKey::new(&ECDH_P256, theirs);
        let shared =
            agree(own, peer, Error::broken("a stored key for push messages is none"), |shared| Ok(shared.to_vec()))?;
        match coding {
            Coding::Standard => {
                let key: [u8; 32] = derive(&self.auth, &shared, &[b"WebPush: info\0", theirs, ours])?;
                let cek: [u8; 16] = derive(salt, &key, &[b"Content-Encoding: aes128gcm\0"])?;
                let nonce = derive(salt, &key, &[b"Content-Encoding: nonce\0"])?;
                // One record, and the last (RFC 8188 §2): a 2, and nothing behind it.
                let record = gcm(&AES_128_GCM, &cek, nonce, [text, &[2]].concat())?;
                let size = u32::try_from(RECORD_BYTES).unwrap_or(u32::MAX).to_be_bytes();
                let length = u8::try_from(ours.len()).unwrap_or(u8::MAX);
                Ok([&salt[..], &size, &[length], ours, &record].concat())
            }
            Coding::Old => {
                let key: [u8; 32] = derive(&self.auth, &shared, &[b"Content-Encoding: auth\0"])?;
                let length = |point: &[u8]| u16::try_from(point.len()).unwrap_or(u16::MAX).to_be_bytes();
                let context = [b"P-256\0", &length(theirs)[..], theirs, &length(ours), ours].concat();
                let cek: [u8; 16] = derive(salt, &key, &[b"Content-Encoding: aesgcm\0", &context])?;
                let nonce = derive(salt, &key, &[b"Content-Encoding: nonce\0", &context])?;
                // No padding: its length, which is nothing, stands first.
                gcm(&AES_128_GCM, &cek, nonce, [&[0, 0], text].concat())
            }
        }
    }
}

/// How many bytes HKDF is to give.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// HKDF with SHA-256 (RFC 5869): extracts and expands.
fn derive<const N: usize>(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> Result<[u8; N]> {
    let mut out = [0; N];
    let key = Salt::new(HKDF_SHA256, salt).extract(secret);
    key.expand(info, Length(N)).and_then(|made| made.fill(&mut out)).map_err(Error::broken)?;
    Ok(out)
}

/// Encrypts bytes and appends the tag.
fn gcm(algorithm: &'static Algorithm, key: &[u8], nonce: [u8; NONCE_LEN], mut bytes: Vec<u8>) -> Result<Vec<u8>> {
    let key = LessSafeKey::new(UnboundKey::new(algorithm, key).map_err(Error::broken)?);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut bytes)
        .map_err(Error::broken)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey as Verifier};
    use serde_json::Value;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// What a reader and a sender with known keys make of a text.
    fn known(coding: Coding, text: &str, [point, auth, private, salt]: [&str; 4]) -> String {
        let reader = Reader::new(bytes(point), bytes(auth)).unwrap();
        let own = PrivateKey::from_private_key(&ECDH_P256, &bytes(private)).unwrap();
        let salt: [u8; SALT_BYTES] = bytes(salt).try_into().unwrap();
        URL_SAFE_NO_PAD.encode(reader.encrypt(coding, text.as_bytes(), &own, &salt).unwrap())
    }

    #[test]
    fn the_published_messages_come_out_to_the_byte() {
        // RFC 8291, section 5 and appendix A.
        let keys = [
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "BTBZMqHH6r4Tts7J_aSIgg",
            "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
            "DGv6ra1nlYgDCS1FRnbzlw",
        ];
        assert_eq!(
            known(Coding::Standard, "When I grow up, I want to be a watermelon", keys),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl\
             7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
        // draft-ietf-webpush-encryption-04, section 5.
        let keys = [
            "BCEkBjzL8Z3C-oi2Q7oE5t2Np-p7osjGLg93qUP0wvqRT21EEWyf0cQDQcakQMqz4hQKYOQ3il2nNZct4HgAUQU",
            "R29vIGdvbyBnJyBqb29iIQ",
            "nCScek-QpEjmOOlT-rQ38nZzvdPlqa00Zy0i6m2OJvY",
            "lngarbyKfMoi9Z75xYXmkg",
        ];
        assert_eq!(known(Coding::Old, "I am the walrus", keys), "6nqAQUME8hNqw5J3kl8cpVVJylXKYqZOeseZG8UueKpA");
    }

    fn keys() -> PushKeys {
        PushKeys::read(&Voice::make().unwrap(), &crate::secret::random::<32>()).unwrap()
    }

    #[test]
    fn a_word_verifies_and_says_to_whom_and_from_whom() {
        let voice = keys().voice;
        let word = voice.word("https://push.example", "https://hall.example", 1_800_000_000).unwrap();
        let (said, signature) = word.rsplit_once('.').unwrap();
        let point = bytes(&voice.public);
        assert_eq!((point.len(), point[0]), (65, 4));
        let verifier = Verifier::new(&ECDSA_P256_SHA256_FIXED, &point);
        verifier.verify(said.as_bytes(), &bytes(signature)).unwrap();
        assert!(verifier.verify(b"other", &bytes(signature)).is_err());
        let (head, claims) = said.split_once('.').unwrap();
        let read = |part: &str| serde_json::from_slice::<Value>(&bytes(part)).unwrap();
        assert_eq!(read(head), serde_json::json!({"typ": "JWT", "alg": "ES256"}));
        let told =
            serde_json::json!({"aud": "https://push.example", "exp": 1_800_000_000, "sub": "https://hall.example"});
        assert_eq!(read(claims), told);
    }

    #[test]
    fn the_longest_text_fits_and_a_longer_one_is_refused() {
        let own = PrivateKey::generate(&ECDH_P256).unwrap();
        let reader = Reader::new(own.compute_public_key().unwrap().as_ref().to_vec(), vec![7; 16]).unwrap();
        let voice = keys().voice;
        for coding in [Coding::Standard, Coding::Old] {
            let sealed = reader.seal(coding, &[b'a'; TEXT_BYTES_MAX], &voice, "w").unwrap();
            assert!(sealed.body.len() <= 4_096, "{}", sealed.body.len());
            assert!(reader.seal(coding, &[b'a'; TEXT_BYTES_MAX + 1], &voice, "w").is_err());
            assert_ne!(sealed.body, reader.seal(coding, &[b'a'; TEXT_BYTES_MAX], &voice, "w").unwrap().body);
        }
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        let own = PrivateKey::generate(&ECDH_P256).unwrap();
        let point = own.compute_public_key().unwrap().as_ref().to_vec();
        assert!(Reader::new(point.clone(), vec![0; 16]).is_some());
        let mut beside = point.clone();
        *beside.last_mut().unwrap() ^= 1;
        let mut compressed = point.clone();
        compressed[0] = 2;
        for (wrong, auth) in [(beside, 16), (compressed, 16), (point[1..].to_vec(), 16), (vec![4; 65], 16), (point, 15)]
        {
            assert!(Reader::new(wrong, vec![0; auth]).is_none());
        }
    }

    #[test]
    fn base64_is_read_in_every_spelling() {
        let bytes = vec![0xfb, 0xef, 0xff, 0x01];
        for spelling in ["++//AQ==", "--__AQ", "--__AQ==", "++//AQ", "  //AQ==", "++//AQ==\n"] {
            assert_eq!(decode(spelling), Some(bytes.clone()), "{spelling}");
        }
        for wrong in ["!", "A", "AA=A", "甲"] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_locked_away_opens_to_the_hall_alone_and_in_its_place() {
        let (keys, others) = (keys(), keys());
        let locked = keys.lock(b"secret", b"1").unwrap();
        assert_eq!(keys.open(&locked, b"1").as_deref(), Some(&b"secret"[..]));
        assert!(!locked.windows(6).any(|part| part == b"secret"));
        assert_eq!((keys.open(&locked, b"2"), others.open(&locked, b"1"), keys.open(b"", b"1")), (None, None, None));
        assert_ne!(keys.lock(b"secret", b"1").unwrap(), locked);
        assert!(PushKeys::read(b"", &[0; 32]).is_err() && PushKeys::read(&Voice::make().unwrap(), &[0; 31]).is_err());
        assert_eq!(format!("{keys:?}"), "PushKeys");
    }
}
