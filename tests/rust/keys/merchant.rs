//! The merchant's private key.

use wechatpay_core::hazmat::PrivateKey;
use wechatpay_core::keys::MerchantKey;
use wechatpay_tests::pem::der;
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Suite, holds, refused, same, unexpected};
use wechatpay_tests::vector;

use crate::form;
use crate::refused_saying;

pub(crate) const SERIAL_NO: &str = "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C";
const INVALID: &str = "ERR_KEY_INVALID";

fn load(key: &[u8]) -> Result<MerchantKey, wechatpay_core::Error> {
    MerchantKey::new("1900007291", SERIAL_NO, key)
}

fn signature(key: &[u8]) -> Result<Vec<u8>, String> {
    let key = PrivateKey::parse(key)?;
    key.sign_pkcs1_sha256(&[7; 32], &mut TestRng::new(8)).ok_or("no signature".to_owned())
}

pub(crate) fn cases(suite: &mut Suite) {
    let pkcs8 = vector::key("throwaway-merchant-key.pem");
    let pkcs1 = vector::key("throwaway-merchant-key-pkcs1.pem");
    let expected = signature(pkcs8.as_bytes()).expect("a key");
    for (kind, pem) in [("PKCS#8", &pkcs8), ("PKCS#1", &pkcs1)] {
        for (what, bytes) in form::tolerated(pem) {
            suite.accepts(format!("{kind}, {what}"), || {
                load(&bytes).map_err(unexpected)?;
                same(signature(&bytes)?, expected.clone())
            });
        }
        for (what, bytes) in form::damaged(pem) {
            suite.refuses(format!("{kind}, {what}"), || refused(load(&bytes), INVALID));
        }
    }
    for file in ["throwaway-rsa3072-key.pem", "flurl-4096-key.pem", "flurl-4096-key-pkcs1-crlf.pem"]
    {
        suite.accepts(file, || load(vector::key(file).as_bytes()).map(drop).map_err(unexpected));
    }
    suite.accepts(
        "each signature is blinded by randomness of its own, and is the same for any",
        || {
            let key = PrivateKey::parse(pkcs8.as_bytes())?;
            let mut rng = TestRng::new(9);
            for _ in 0..2 {
                let before = rng.clone().number();
                let signature = key.sign_pkcs1_sha256(&[7; 32], &mut rng).ok_or("no signature")?;
                same(signature, expected.clone())?;
                holds(rng.clone().number() != before, "no randomness was drawn")?;
            }
            Ok(())
        },
    );
    suite.accepts("the private key behind its certificate in one file", || {
        let both = vector::key("throwaway-merchant-cert.pem") + &pkcs8;
        same(signature(both.as_bytes())?, expected.clone())
    });

    for (file, words) in [
        ("throwaway-merchant-cert.pem", "certificate"),
        ("throwaway-platform-cert.pem", "certificate"),
        ("throwaway-merchant-pub.pem", "public key"),
        ("flurl-4096-pub-pkcs1-crlf.pem", "public key"),
        ("throwaway-encrypted-key.pem", "passphrase"),
        ("throwaway-encrypted-key-pkcs1.pem", "passphrase"),
        ("throwaway-ec-key.pem", "not an RSA key|elliptic curve"),
        ("throwaway-ec-pub.pem", "public key"),
        ("throwaway-rsa-pss-key.pem", "not an RSA key"),
        ("throwaway-rsa1024-key.pem", "2048"),
    ] {
        let pem = vector::key(file);
        suite.refuses(file, || refused_saying(load(pem.as_bytes()), INVALID, words));
        suite.refuses(format!("{file}, DER"), || refused(load(&der(&pem)), INVALID));
    }
    for label in ["EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "DSA PRIVATE KEY"] {
        suite.refuses(format!("label {label}"), || {
            let pem = pkcs8.replace("PRIVATE KEY", label);
            refused_saying(load(pem.as_bytes()), INVALID, "not an RSA key")
        });
    }
    damaged_numbers(suite, &pkcs1);
    for len in [0, 1, 255, 257, 512] {
        suite.refuses(format!("signature into {len} bytes"), || {
            let key = PrivateKey::parse(pkcs8.as_bytes())?;
            let mut place = vec![0; len];
            let is_signed = key.sign_pkcs1_sha256_into(&[7; 32], &mut place, &mut TestRng::new(8));
            holds(!is_signed && place.iter().all(|byte| *byte == 0), "something was written")
        });
    }
    suite.refuses("the error repeats nothing of the key", || {
        let damaged = pkcs8.replacen("\n-----END", "AAAA\n-----END", 1);
        let error = load(damaged.as_bytes()).expect_err("refused");
        let text = format!("{error} {error:?}");
        let is_told = pkcs8.lines().skip(1).any(|line| text.contains(&line[..16]));
        holds(!is_told, text)
    });
}

/// A key with a damaged number is refused, or it was a number that is computed anew: it never makes
/// another signature.
fn damaged_numbers(suite: &mut Suite, pkcs1: &str) {
    let der = der(pkcs1);
    let expected = signature(&der).expect("a key");
    let names = ["version", "n", "e", "d", "p", "q", "dP", "dQ", "qInv"];
    let numbers = integers(&der);
    assert_eq!(numbers.len(), names.len(), "an RSAPrivateKey has nine numbers");
    for (name, (start, end)) in names.into_iter().zip(numbers.clone()) {
        for (which, at) in [("last", end - 1), ("middle", (start + end) / 2)] {
            suite.refuses(format!("{which} byte of {name} damaged"), || {
                let mut der = der.clone();
                der[at] ^= 0x10;
                match signature(&der) {
                    Err(_) => refused(load(&der), INVALID),
                    Ok(found) => holds(found == expected, "it makes another signature"),
                }
            });
        }
    }
    for (name, at) in [("n", 1), ("d", 3), ("p", 4), ("q", 5)] {
        suite.refuses(format!("{name} must be checked"), || {
            let (start, end) = numbers[at];
            let mut der = der.clone();
            der[(start + end) / 2] ^= 0x10;
            refused(load(&der), INVALID)
        });
    }
}

/// Where the values of the INTEGERs in a SEQUENCE begin and end.
pub(crate) fn integers(der: &[u8]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 4;
    while at < der.len() {
        assert_eq!(der[at], 0x02, "an INTEGER");
        let (start, len) = match der[at + 1] {
            0x82 => (at + 4, usize::from(der[at + 2]) << 8 | usize::from(der[at + 3])),
            0x81 => (at + 3, usize::from(der[at + 2])),
            len => (at + 2, usize::from(len)),
        };
        found.push((start, start + len));
        at = start + len;
    }
    found
}
