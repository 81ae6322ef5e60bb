//! Damaged input of every kind: nothing panics, and nothing damaged is taken for something else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wechatpay_core::hazmat::shangmi::{PrivateKey, PublicKey};
use wechatpay_core::keys::PlatformKey;
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Check, Suite, holds, is_refused};
use wechatpay_tests::vector;

use crate::der;
use crate::oracle::{Oracle, USER_ID};
use crate::protocol::{api_v3_key, callback, trusted};
use crate::vectors::{private_key, public_key};

const ROUNDS: usize = 500;

pub(crate) fn suite(suite: &mut Suite, seed: u64) {
    let oracle = Oracle::open("shangmi-mutation");
    let pair = oracle.published("flurl-sm2-key.pem");
    let key = private_key(&pair.private_pem);
    let rng = &mut TestRng::new(seed);

    let signature = oracle.sign(&pair, b"message", USER_ID);
    run(suite, rng, "signature", &signature, |damaged| {
        holds(!key.public_key().verify([&b"message"[..]], damaged), "was accepted")
    });
    let ciphertext = oracle.encrypt(&pair, b"plaintext of some length");
    run(suite, rng, "ciphertext", &ciphertext, |damaged| {
        holds(key.decrypt(damaged).is_none(), "was opened")
    });

    // Damage beside the numbers may go unseen; then the key must be the one it was.
    let same_private = |damaged: &[u8]| {
        let read = PrivateKey::parse(damaged);
        is_refused(&read)?;
        match read {
            Ok(Some(read)) => holds(read.public_key() == key.public_key(), "another key was read"),
            Ok(None) | Err(_) => Ok(()),
        }
    };
    let pem = vector::key("flurl-sm2-key.pem");
    run(suite, rng, "private key, PEM", pem.as_bytes(), same_private);
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let pkcs8 = STANDARD.decode(body).expect("base64");
    run(suite, rng, "private key, PKCS#8", &pkcs8, same_private);
    let point = &pair.public_der[pair.public_der.len() - 65..];
    let sec1 = der::sec1(&pkcs8[pkcs8.len() - 114..][..32], Some(der::CURVE_SM2), Some(point));
    assert!(PrivateKey::parse(&sec1).is_ok_and(|key| key.is_some()), "a key to start from");
    run(suite, rng, "private key, SEC1", &sec1, same_private);
    run(suite, rng, "public key", &pair.public_der, |damaged| {
        let read = PublicKey::parse_der(damaged);
        is_refused(&read)?;
        match read {
            Ok(Some(read)) => holds(&read == key.public_key(), "another key was read"),
            Ok(None) | Err(_) => Ok(()),
        }
    });
    for file in ["flurl-sm2-cert.pem", "wechatpay-java-sm2-platform-cert.pem"] {
        let pem = vector::key(file);
        let expected = public_key(&pem);
        let expected = PlatformKey::from_public_key("1", &spki(&expected, &pem)).expect("a key");
        run(suite, rng, file, pem.as_bytes(), |damaged| {
            let read = PlatformKey::from_certificate(damaged);
            is_refused(&read)?;
            let Ok(read) = read else { return Ok(()) };
            holds(read.scheme() == expected.scheme(), "read as a key of another algorithm")
        });
    }

    let whole = callback(&oracle);
    let keys = trusted();
    run(suite, rng, "callback body", &whole.body, |damaged| {
        let mut message = whole.clone();
        message.body = damaged.to_vec();
        holds(is_refused(&message.open_with(&keys, &api_v3_key()))?, "was accepted")
    });
    for (name, value) in &whole.headers {
        if name == "Wechatpay-Serial" || name == "Wechatpay-Signature-Type" {
            continue;
        }
        run(suite, rng, name, value.as_bytes(), |damaged| {
            let mut message = whole.clone();
            message.set(name, String::from_utf8_lossy(damaged));
            holds(is_refused(&message.open_with(&keys, &api_v3_key()))?, "was accepted")
        });
    }
}

fn spki(key: &PublicKey, pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let certificate = STANDARD.decode(body).expect("base64");
    let at = certificate.windows(2).position(|start| start == [0x30, 0x59]).expect("a key in it");
    let spki = certificate[at..at + 91].to_vec();
    assert!(PublicKey::parse_der(&spki) == Ok(Some(key.clone())), "the key of the certificate");
    spki
}

fn run(
    suite: &mut Suite,
    rng: &mut TestRng,
    what: &str,
    whole: &[u8],
    check: impl Fn(&[u8]) -> Check,
) {
    for round in 0..ROUNDS {
        let damaged = damage(rng, whole);
        if damaged != whole {
            suite.refuses(format!("{what}, {round}"), || {
                check(&damaged).map_err(|seen| format!("{seen}: {damaged:02x?}"))
            });
        }
    }
}

/// One to three damages: a bit, a byte, a piece left out, doubled, or moved.
fn damage(rng: &mut TestRng, whole: &[u8]) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..=rng.below(3) {
        let len = bytes.len().max(1);
        let at = rng.below(len);
        let until = (at + 1 + rng.below(8)).min(bytes.len());
        match rng.below(7) {
            _ if bytes.is_empty() => bytes = rng.bytes(3),
            0 => bytes[at] ^= 1 << rng.below(8),
            1 => bytes[at] = *rng.pick(&[0, 1, 0x7f, 0x80, 0xff, 0x30, 0x02]),
            2 => drop(bytes.drain(at..until)),
            3 => {
                let piece = bytes[at..until].to_vec();
                bytes.splice(at..at, piece);
            }
            4 => bytes.truncate(at),
            5 => bytes.insert(at, rng.number() as u8),
            _ => bytes.reverse(),
        }
    }
    bytes
}
