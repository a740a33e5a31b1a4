//! Signing keys: RSA (PKCS#1 v1.5 with SHA-256) and Ed25519, private halves as PKCS#8, public halves as PEM or Multikey.
//!
//! RSA keys have 2048 to 8192 bits, in every direction; shorter ones are forgeable and longer ones a way to exhaust us.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize, PublicKey as RsaPublicKey};
use aws_lc_rs::signature::{
    ED25519, Ed25519KeyPair, KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaParameters, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, Result};

/// The sizes of RSA keys that we make, read and verify with, in bits.
const RSA_BITS: std::ops::RangeInclusive<u32> = 2048..=8192;
/// A PEM text longer than this is no key: 8192 bits of RSA take some 1,500 characters.
const PEM_BYTES_MAX: usize = 4096;
/// A Multikey longer than this is no key either.
const MULTIKEY_BYTES_MAX: usize = 2048;
/// What stands before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410, section 4).
const ED25519_SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// Multicodec `ed25519-pub` as a varint.
const MULTICODEC_ED25519: [u8; 2] = [0xed, 0x01];
/// Multicodec `rsa-pub` (0x1205) as a varint; a PKCS#1 key follows.
const MULTICODEC_RSA: [u8; 2] = [0x85, 0x24];

/// What kind of key it is. The algorithm of a signature follows from it, never from what a message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017), which the whole fediverse reads.
    Rsa,
    /// Ed25519 (RFC 8032).
    Ed25519,
}

impl Algorithm {
    /// The name as it is stored: `rsa` or `ed25519`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rsa => "rsa",
            Self::Ed25519 => "ed25519",
        }
    }

    /// Reads a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "rsa" => Some(Self::Rsa),
            "ed25519" => Some(Self::Ed25519),
            _ => None,
        }
    }
}

/// A private key. Clones share the key; its debug form shows the kind only.
#[derive(Clone)]
pub enum SigningKey {
    /// RSA.
    Rsa(Arc<RsaKeyPair>),
    /// Ed25519.
    Ed25519(Arc<Ed25519KeyPair>),
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.algorithm().as_str())
    }
}

impl SigningKey {
    /// Makes an RSA key of 2048 bits, which takes some tenths of a second.
    ///
    /// # Errors
    /// [`Error::Broken`] if the library can't.
    pub fn make_rsa() -> Result<Self> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(Error::broken)?;
        Ok(Self::Rsa(Arc::new(pair)))
    }

    /// Makes an Ed25519 key.
    ///
    /// # Errors
    /// [`Error::Broken`] if the library can't.
    pub fn make_ed25519() -> Result<Self> {
        Ok(Self::Ed25519(Arc::new(Ed25519KeyPair::generate().map_err(Error::broken)?)))
    }

    /// Reads a stored private key (PKCS#8, DER, unencrypted).
    ///
    /// # Errors
    /// [`Error::Broken`] if it is none of this kind, or RSA of less than 2048 or more than 8192 bits.
    pub fn from_pkcs8(algorithm: Algorithm, der: &[u8]) -> Result<Self> {
        let key = match algorithm {
            Algorithm::Rsa => Self::Rsa(Arc::new(RsaKeyPair::from_pkcs8(der).map_err(Error::broken)?)),
            Algorithm::Ed25519 => Self::Ed25519(Arc::new(Ed25519KeyPair::from_pkcs8(der).map_err(Error::broken)?)),
        };
        Ok(key)
    }

    /// The private key as PKCS#8 in DER, for storing.
    ///
    /// # Errors
    /// [`Error::Broken`] if the library can't.
    pub fn to_pkcs8(&self) -> Result<Vec<u8>> {
        match self {
            Self::Rsa(pair) => {
                let der: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().map_err(Error::broken)?;
                Ok(der.as_ref().to_vec())
            }
            Self::Ed25519(pair) => Ok(pair.to_pkcs8v1().map_err(Error::broken)?.as_ref().to_vec()),
        }
    }

    /// The kind of this key.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Rsa(_) => Algorithm::Rsa,
            Self::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    /// Signs a message: PKCS#1 v1.5 with SHA-256 by an RSA key, pure Ed25519 by the other.
    ///
    /// # Errors
    /// [`Error::Broken`] if the library can't.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).map_err(Error::broken)?;
                Ok(signature)
            }
            Self::Ed25519(pair) => Ok(pair.try_sign(message).map_err(Error::broken)?.as_ref().to_vec()),
        }
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        match self {
            // The pair was checked when it was made or read, so its public half always encodes; should it ever not,
            // an empty key verifies nothing.
            Self::Rsa(pair) => PublicKey::Rsa(spki(pair.public_key()).unwrap_or_default()),
            Self::Ed25519(pair) => {
                let mut bytes = [0; 32];
                bytes.copy_from_slice(pair.public_key().as_ref());
                PublicKey::Ed25519(bytes)
            }
        }
    }
}

/// A public key in the form in which it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PublicKey {
    /// RSA as SubjectPublicKeyInfo in DER.
    Rsa(Vec<u8>),
    /// The 32 bytes of an Ed25519 key.
    Ed25519([u8; 32]),
}

impl PublicKey {
    /// Reads a PEM text: `PUBLIC KEY` (SubjectPublicKeyInfo, of either kind) or `RSA PUBLIC KEY` (PKCS#1).
    ///
    /// Line breaks may be missing or doubled; anything around the block is passed over (RFC 7468, section 2).
    pub fn from_pem(pem: &str) -> Option<Self> {
        if pem.len() > PEM_BYTES_MAX {
            return None;
        }
        let (_, rest) = pem.split_once("-----BEGIN ")?;
        let (label, rest) = rest.split_once("-----")?;
        let (body, _) = rest.split_once("-----END ")?;
        let packed: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let der = STANDARD.decode(packed).ok()?;
        match label {
            "PUBLIC KEY" => Self::from_spki(&der),
            "RSA PUBLIC KEY" => Self::from_rsa_der(&der),
            _ => None,
        }
    }

    /// The PEM text of the key (`PUBLIC KEY`, lines of 64 characters).
    pub fn to_pem(&self) -> String {
        let der = match self {
            Self::Rsa(der) => der.clone(),
            Self::Ed25519(bytes) => [&ED25519_SPKI[..], bytes].concat(),
        };
        let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
        for (at, character) in STANDARD.encode(der).chars().enumerate() {
            if at > 0 && at % 64 == 0 {
                pem.push('\n');
            }
            pem.push(character);
        }
        pem.push_str("\n-----END PUBLIC KEY-----\n");
        pem
    }

    /// Reads a Multikey (`publicKeyMultibase` of FEP-521a): base58-btc after `z`, multicodec `ed25519-pub` or `rsa-pub`.
    pub fn from_multikey(multikey: &str) -> Option<Self> {
        if multikey.len() > MULTIKEY_BYTES_MAX {
            return None;
        }
        let bytes = bs58::decode(multikey.strip_prefix('z')?).into_vec().ok()?;
        if let Some(key) = bytes.strip_prefix(&MULTICODEC_ED25519) {
            return key.try_into().ok().map(Self::Ed25519);
        }
        Self::from_rsa_der(bytes.strip_prefix(&MULTICODEC_RSA)?)
    }

    /// The Multikey text of the key.
    pub fn to_multikey(&self) -> String {
        let bytes = match self {
            Self::Ed25519(key) => [&MULTICODEC_ED25519[..], key].concat(),
            Self::Rsa(der) => {
                let key = RsaPublicKey::from_der(der).map(|key| key.as_ref().to_vec()).unwrap_or_default();
                [&MULTICODEC_RSA[..], &key].concat()
            }
        };
        format!("z{}", bs58::encode(bytes).into_string())
    }

    /// Reads what [`PublicKey::stored`] gave.
    ///
    /// # Errors
    /// [`Error::Broken`] if the bytes are no key of this kind.
    pub fn from_stored(algorithm: Algorithm, bytes: &[u8]) -> Result<Self> {
        let key = match algorithm {
            Algorithm::Rsa => Self::from_rsa_der(bytes),
            Algorithm::Ed25519 => bytes.try_into().ok().map(Self::Ed25519),
        };
        key.ok_or_else(|| Error::broken("a stored public key cannot be read"))
    }

    /// The bytes to store beside [`PublicKey::algorithm`].
    pub fn stored(&self) -> &[u8] {
        match self {
            Self::Rsa(der) => der,
            Self::Ed25519(bytes) => bytes,
        }
    }

    /// The kind of this key.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Rsa(_) => Algorithm::Rsa,
            Self::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    /// Is this the key's signature of the message? RSA keys outside of 2048 to 8192 bits verify nothing.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Rsa(der) => {
                UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).verify(message, signature).is_ok()
            }
            Self::Ed25519(bytes) => UnparsedPublicKey::new(&ED25519, bytes).verify(message, signature).is_ok(),
        }
    }

    /// Reads a SubjectPublicKeyInfo in DER, of either kind (RFC 5280, section 4.1; RFC 8410, section 4).
    pub fn from_spki(der: &[u8]) -> Option<Self> {
        match der.strip_prefix(&ED25519_SPKI) {
            Some(key) => key.try_into().ok().map(Self::Ed25519),
            None => Self::from_rsa_der(der),
        }
    }

    /// Reads an RSA key as PKCS#1 or SubjectPublicKeyInfo, checks its size and keeps it as the latter.
    fn from_rsa_der(der: &[u8]) -> Option<Self> {
        let key = RsaPublicKey::from_der(der).ok()?;
        let bits = RsaParameters::public_modulus_len(key.as_ref()).ok()?;
        if !RSA_BITS.contains(&bits) {
            return None;
        }
        spki(&key).map(Self::Rsa)
    }
}

fn spki(key: &RsaPublicKey) -> Option<Vec<u8>> {
    key.as_der().ok().map(|der| der.as_ref().to_vec())
}

#[cfg(test)]
mod tests {
    use rsa::pkcs1::EncodeRsaPublicKey;
    use rsa::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePublicKey, LineEnding};

    use super::*;

    #[test]
    fn keys_survive_storing_and_verify_what_they_signed() {
        for key in [SigningKey::make_rsa().unwrap(), SigningKey::make_ed25519().unwrap()] {
            let public = key.public();
            let again = SigningKey::from_pkcs8(key.algorithm(), &key.to_pkcs8().unwrap()).unwrap();
            assert_eq!(again.public(), public);
            assert_eq!(PublicKey::from_stored(public.algorithm(), public.stored()).unwrap(), public);
            assert_eq!(PublicKey::from_pem(&public.to_pem()), Some(public.clone()));
            assert_eq!(PublicKey::from_multikey(&public.to_multikey()), Some(public.clone()));
            let signature = again.sign(b"moment").unwrap();
            assert!(public.verify(b"moment", &signature));
            assert!(!public.verify(b"moment!", &signature));
            assert!(!public.verify(b"moment", &[]));
            assert!(!public.verify(b"moment", &signature[1..]));
        }
    }

    #[test]
    fn a_key_of_one_kind_is_none_of_the_other() {
        let (rsa, ed25519) = (SigningKey::make_rsa().unwrap(), SigningKey::make_ed25519().unwrap());
        assert!(SigningKey::from_pkcs8(Algorithm::Rsa, &ed25519.to_pkcs8().unwrap()).is_err());
        assert!(SigningKey::from_pkcs8(Algorithm::Ed25519, &rsa.to_pkcs8().unwrap()).is_err());
        assert!(PublicKey::from_stored(Algorithm::Rsa, ed25519.public().stored()).is_err());
        assert!(PublicKey::from_stored(Algorithm::Ed25519, rsa.public().stored()).is_err());
        for algorithm in [Algorithm::Rsa, Algorithm::Ed25519] {
            assert_eq!(Algorithm::parse(algorithm.as_str()), Some(algorithm));
            assert!(SigningKey::from_pkcs8(algorithm, b"").is_err());
            assert!(PublicKey::from_stored(algorithm, b"").is_err());
        }
        assert_eq!(Algorithm::parse("RSA"), None);
    }

    /// A key of 2040 bits, eight too few; made for this test, and nobody has its private half.
    const SHORT: &str = "-----BEGIN PUBLIC KEY-----
MIIBITANBgkqhkiG9w0BAQEFAAOCAQ4AMIIBCQKCAQAA1KwHm5h8XkRMTXoKbfRU
QDuuLBbgk/DPKl/SETvQ+VP+zftxWqyZaxt29DamNMAdKtejV7Eo44oFPItTFVhJ
EbHkGO+dNNn5BOHlhw+wI5MSG9+TBYG+dRFdFLYXWVB0yRg5C+40trJx18hck7Gr
Lf/6GSQpuYBKA9Hm4JnTfjVahoazkdrmLhj66gqPhhwrce0Lhs/FvJny4bqbqRCl
B6wlCPov6PQ/06U77B7XPoPEg9jo08FoaLy0cUnLKtskBt3kuK2MAa7c/GGyQcsX
sPX2zBEjrqrIcKKSBfB31o5DiFd1raRF8Qf5iU6uAmk7LYCLMuaIWwmP2zuIwRUd
AgMBAAE=
-----END PUBLIC KEY-----";

    #[test]
    fn rsa_keys_are_read_in_both_forms_and_not_below_2048_bits() {
        let ours = SigningKey::make_rsa().unwrap();
        let key = rsa::RsaPrivateKey::from_pkcs8_der(&ours.to_pkcs8().unwrap()).unwrap().to_public_key();
        let spki = PublicKey::from_pem(&key.to_public_key_pem(LineEnding::LF).unwrap()).unwrap();
        let pkcs1 = PublicKey::from_pem(&key.to_pkcs1_pem(LineEnding::CRLF).unwrap()).unwrap();
        assert_eq!((&spki, &pkcs1), (&ours.public(), &ours.public()));
        assert_eq!(spki.stored(), key.to_public_key_der().unwrap().as_bytes());

        let short = rsa::RsaPublicKey::from_public_key_pem(SHORT).unwrap();
        let short_der = short.to_public_key_der().unwrap().as_bytes().to_vec();
        assert_eq!(PublicKey::from_pem(SHORT), None);
        assert_eq!(PublicKey::from_pem(&short.to_pkcs1_pem(LineEnding::LF).unwrap()), None);
        assert!(PublicKey::from_stored(Algorithm::Rsa, &short_der).is_err());
        // One that came in by another way has no Multikey that is read, and verifies nothing.
        let short = PublicKey::Rsa(short_der);
        assert_eq!(PublicKey::from_multikey(&short.to_multikey()), None);
        assert!(!short.verify(b"x", &[0; 255]));
    }

    #[test]
    fn published_ed25519_forms_are_read() {
        // RFC 8410, section 10.1 (public key), and the Multikey of W3C Controlled Identifiers, section 2.2.2.
        let pem = "text before\n-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
        let key = PublicKey::from_pem(pem).unwrap();
        assert_eq!(key.algorithm(), Algorithm::Ed25519);
        assert!(key.stored().starts_with(&[0x19, 0xbf, 0x44, 0x09]));
        // RFC 8410, section 10.3: the private half.
        let private = STANDARD.decode("MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC").unwrap();
        assert_eq!(SigningKey::from_pkcs8(Algorithm::Ed25519, &private).unwrap().public(), key);
        let multikey = "z6MkmM42vxfqZQsv4ehtTjFFxQ4sQKS2w6WR7emozFAn5cxu";
        assert_eq!(PublicKey::from_multikey(multikey).unwrap().to_multikey(), multikey);
    }

    #[test]
    fn odd_keys_are_refused() {
        let pem = SigningKey::make_ed25519().unwrap().public().to_pem();
        let long = format!("-----BEGIN PUBLIC KEY-----{}-----END PUBLIC KEY-----", "A".repeat(10_000));
        for odd in [
            "",
            "-----BEGIN PUBLIC KEY-----",
            "-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----",
            "-----BEGIN PUBLIC KEY-----\n!!\n-----END PUBLIC KEY-----",
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
            "-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----",
            &pem.replace("PUBLIC", "PRIVATE"),
            &pem.replace("PUBLIC", "RSA PUBLIC"),
            &long,
        ] {
            assert_eq!(PublicKey::from_pem(odd), None, "{odd}");
        }
        assert!(PublicKey::from_pem(&pem.replace('\n', "\r\n\r\n")).is_some());
        let short = format!("z{}", bs58::encode([&MULTICODEC_ED25519[..], &[1; 31]].concat()).into_string());
        let other = format!("z{}", bs58::encode([&[0x80, 0x24][..], &[1; 33]].concat()).into_string());
        for odd in [
            "",
            "z",
            "m6Mk",
            "z6Mk0OIl",
            "6MkmM42vxfqZQsv4ehtTjFFxQ4sQKS2w6WR7emozFAn5cxu",
            &short,
            &other,
            &"z".repeat(5000),
        ] {
            assert_eq!(PublicKey::from_multikey(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_signing_key_doesnt_show_itself() {
        let key = SigningKey::make_ed25519().unwrap();
        assert_eq!(format!("{key:?}"), "SigningKey(ed25519)");
    }
}
