//! Sensitive fields, against node:crypto in both directions.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wechatpay_core::keys::{MerchantKey, PlatformKey, PlatformKeys};
use wechatpay_core::signature::Scheme;
use wechatpay_core::v3::{decrypt_sensitive, encrypt_sensitive};
use wechatpay_core::{Error, UnixTime};
use wechatpay_tests::node::Node;
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Check, Suite, holds, refused, same, unexpected};
use wechatpay_tests::{platform, vector};

const MAX_LEN: usize = 214;

fn merchant() -> MerchantKey {
    let key = vector::key("throwaway-merchant-key.pem");
    MerchantKey::new("1900007291", "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C", key.as_bytes())
        .expect("a merchant key")
}

/// The merchant's public key in the place of WeChat Pay's, so that both halves are at hand.
fn merchant_as_platform() -> PlatformKey {
    let key = vector::key("throwaway-merchant-pub.pem");
    PlatformKey::from_public_key(platform::PUB_KEY_ID, key.as_bytes()).expect("a public key")
}

fn round_trip(plaintext: &str) -> Check {
    let rng = &mut TestRng::new(7);
    let ciphertext =
        encrypt_sensitive(plaintext, &merchant_as_platform(), rng).map_err(unexpected)?;
    same(decrypt_sensitive(&ciphertext, &merchant(), rng).map_err(unexpected)?, plaintext.into())
}

pub(crate) fn by_hand(suite: &mut Suite) {
    let rng = &mut TestRng::new(11);
    for plaintext in ["", "张三", "440304199001011234", &"x".repeat(MAX_LEN)] {
        suite.accepts(format!("{} bytes come back", plaintext.len()), || round_trip(plaintext));
    }
    suite.accepts("the same text encrypts differently each time", || {
        let key = merchant_as_platform();
        let [one, two] = [(); 2].map(|()| encrypt_sensitive("张三", &key, rng));
        holds(one != two, "the ciphertexts are equal")
    });
    for (name, plaintext) in [("one byte", "x".repeat(215)), ("one character", "张".repeat(72))] {
        suite.refuses(format!("{name} too much, with both lengths in the error"), || {
            let result = encrypt_sensitive(&plaintext, &merchant_as_platform(), rng);
            same(
                result.clone(),
                Err(Error::PlaintextTooLong { found: plaintext.len(), limit: MAX_LEN }),
            )?;
            refused(result, "ERR_PLAINTEXT_TOO_LONG")
        });
    }
    let good = encrypt_sensitive("张三", &merchant_as_platform(), rng).expect("a ciphertext");
    let bytes = STANDARD.decode(&good).expect("base64");
    let flipped = |index: usize| {
        let mut bytes = bytes.clone();
        bytes[index] ^= 1;
        STANDARD.encode(bytes)
    };
    let broken = [
        ("empty", String::new()),
        ("not base64", "张三".into()),
        ("URL-safe base64", good.replace('+', "-").replace('/', "_") + " "),
        ("first bit flipped", flipped(0)),
        ("middle bit flipped", flipped(128)),
        ("last bit flipped", flipped(255)),
        ("one byte short", STANDARD.encode(&bytes[..255])),
        ("one byte more", STANDARD.encode([&bytes[..], &[0]].concat())),
        ("all zero", STANDARD.encode([0; 256])),
        ("all ones, above the modulus", STANDARD.encode([0xff; 256])),
        ("not padded", good.trim_end_matches('=').to_owned()),
        ("with a line end", good.clone() + "\n"),
    ];
    for (name, ciphertext) in broken {
        suite.refuses(name, || {
            refused(decrypt_sensitive(&ciphertext, &merchant(), rng), "ERR_DECRYPT_FAILED")
        });
    }
    suite.refuses("another merchant's key", || {
        let key = vector::key("wechatpay-java-merchant-key.pem");
        let other = MerchantKey::new("1", "AB", key.as_bytes()).expect("a merchant key");
        refused(decrypt_sensitive(&good, &other, rng), "ERR_DECRYPT_FAILED")
    });
    choice(suite);
}

/// The key that encrypts: public key before certificate, newest certificate that is valid.
fn choice(suite: &mut Suite) {
    let certificate = |file: &str| {
        PlatformKey::from_certificate(vector::key(file).as_bytes()).expect("a certificate")
    };
    let public = merchant_as_platform();
    let current = certificate("throwaway-platform-cert.pem");
    let expired = certificate("yansongda-platform-cert.pem");
    let chosen = |keys: &[&PlatformKey], now: u64| {
        let keys = PlatformKeys::new(keys.iter().map(|key| (*key).clone())).expect("serials");
        keys.for_encryption(Scheme::Sha256Rsa2048, UnixTime::from_secs(now))
            .map(PlatformKey::serial)
    };
    let now = platform::NOW;
    suite.accepts("the public key is preferred, wherever it stands", || {
        same(chosen(&[&current, &public], now), Ok(public.serial()))?;
        same(chosen(&[&public, &current], now), Ok(public.serial()))
    });
    suite.accepts("else the certificate issued last, of those valid", || {
        let (from, _) = expired.validity().ok_or("no validity")?;
        let (older, now) = (certificate("flurl-platform-cert.pem"), from.as_secs() + 1);
        same(chosen(&[&older, &expired], now), Ok(expired.serial()))?;
        same(chosen(&[&expired, &older], now), Ok(expired.serial()))?;
        same(chosen(&[&expired, &older], from.as_secs() - 1), Ok(older.serial()))
    });
    suite.accepts("an expired certificate still serves inside its period", || {
        let (from, until) = expired.validity().ok_or("no validity")?;
        same(chosen(&[&expired], from.as_secs()), Ok(expired.serial()))?;
        same(chosen(&[&expired], until.as_secs()), Ok(expired.serial()))
    });
    suite.refuses("an expired certificate", || {
        let (_, until) = expired.validity().ok_or("no validity")?;
        refused(chosen(&[&expired], until.as_secs() + 1), "ERR_KEY_INVALID")
    });
    suite.refuses("a certificate not valid yet", || {
        let (from, _) = expired.validity().ok_or("no validity")?;
        refused(chosen(&[&expired], from.as_secs() - 1), "ERR_KEY_INVALID")
    });
    suite.refuses("an empty set", || refused(chosen(&[], now), "ERR_KEY_INVALID"));
}

const MERCHANT: &str = "throwaway-merchant-key.pem";
const PUBLIC: &str = "throwaway-merchant-pub.pem";
const STRANGER: &str = "throwaway-platform-key.pem";

/// node:crypto encrypts, the core decrypts; damaged, or with the key of another, it does not.
pub(crate) fn core_decrypts(suite: &mut Suite, seed: u64, count: u64) {
    let (rng, mut node) = (&mut TestRng::new(seed), Node::start());
    let stranger = MerchantKey::new("1", "AB", vector::key(STRANGER).as_bytes()).expect("a key");
    let (merchant, public) = (merchant(), vector::key(PUBLIC));
    for n in 0..count {
        let len = rng.below(MAX_LEN + 1);
        let text = rng.text(len);
        let sealed = node.encrypt_oaep(&public, text.as_bytes());
        suite.accepts(format!("#{n}, {len} bytes"), || {
            let opened = decrypt_sensitive(&STANDARD.encode(&sealed), &merchant, rng);
            same(opened.map_err(unexpected)?, text)
        });
        suite.refuses(format!("#{n}, a bit flipped"), || {
            let damaged = STANDARD.encode(flipped(rng, &sealed));
            refused(decrypt_sensitive(&damaged, &merchant, rng), "ERR_DECRYPT_FAILED")
        });
        suite.refuses(format!("#{n}, another key"), || {
            let sealed = STANDARD.encode(&sealed);
            refused(decrypt_sensitive(&sealed, &stranger, rng), "ERR_DECRYPT_FAILED")
        });
    }
}

/// The core encrypts, node:crypto decrypts.
pub(crate) fn core_encrypts(suite: &mut Suite, seed: u64, count: u64) {
    let (rng, mut node) = (&mut TestRng::new(seed), Node::start());
    let [private, stranger] = [MERCHANT, STRANGER].map(vector::key);
    let platform = merchant_as_platform();
    for n in 0..count {
        let len = rng.below(MAX_LEN + 1);
        let text = rng.text(len);
        let sealed = encrypt_sensitive(&text, &platform, rng).expect("a ciphertext");
        let sealed = STANDARD.decode(sealed).expect("base64");
        suite.accepts(format!("#{n}, {len} bytes"), || {
            same(node.decrypt_oaep(&private, &sealed), Some(text.into_bytes()))
        });
        suite.refuses(format!("#{n}, a bit flipped"), || {
            same(node.decrypt_oaep(&private, &flipped(rng, &sealed)), None)
        });
        suite.refuses(format!("#{n}, another key"), || {
            same(node.decrypt_oaep(&stranger, &sealed), None)
        });
    }
}

fn flipped(rng: &mut TestRng, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = rng.below(bytes.len());
    bytes[at] ^= 1 << rng.below(8);
    bytes
}
