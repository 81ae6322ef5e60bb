//! The encrypted `resource` of a signed notification.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use serde_json::{Value, json};
use wechatpay_core::Error;
use wechatpay_core::keys::ApiV3Key;
use wechatpay_core::v3::Notification;
use wechatpay_tests::platform::{
    API_V3_KEY, NONCE, Platform, SERIAL, TRANSACTION, envelope, resource, seal, seal_raw, trusted,
};
use wechatpay_tests::suite::{Check, Suite, holds, refused, same, unexpected};

const DECRYPT: &str = "ERR_DECRYPT_FAILED";

struct Forge(Platform);

impl Forge {
    fn open(&self, resource: &Value) -> Result<Notification, Error> {
        self.0.post(SERIAL, envelope(resource)).open()
    }

    /// A good resource with one member set anew.
    fn with(&self, member: &str, value: impl Into<Value>) -> Result<Notification, Error> {
        let mut resource = good();
        resource[member] = value.into();
        self.open(&resource)
    }
}

fn good() -> Value {
    resource(API_V3_KEY, NONCE, Some("transaction"), TRANSACTION)
}

fn plaintext_is(opened: Result<Notification, Error>, plaintext: &str) -> Check {
    same(opened.map_err(unexpected)?.resource(), plaintext)
}

pub(crate) fn cases(suite: &mut Suite) {
    let forge = Forge(Platform::trusted());
    suite.accepts("genuine", || plaintext_is(forge.open(&good()), TRANSACTION));

    for algorithm in [
        "AEAD_SM4_GCM",
        "AEAD_AES_128_GCM",
        "AEAD_AES_256_CBC",
        "aead_aes_256_gcm",
        "AES-256-GCM",
        "AEAD_AES_256_GCM ",
        "none",
        "",
    ] {
        suite.refuses(format!("algorithm {algorithm:?}"), || {
            refused(forge.with("algorithm", algorithm), "ERR_ALGORITHM_MISMATCH")
        });
    }
    for nonce in [
        "",
        "1",
        "katvtHDDPxk",
        "katvtHDDPxkwX",
        "0123456789abcdef",
        "katvtHDDPxkwkatvtHDDPxkw",
        "支付支付支付支付支付支付",
        "katvtHDDPxkW",
        "latvtHDDPxkw",
        "a2F0dnRIRERQeGt3",
        "katvtHDDPx\0w",
    ] {
        suite.refuses(format!("nonce {nonce:?} of {} bytes", nonce.len()), || {
            refused(forge.with("nonce", nonce), DECRYPT)
        });
    }
    suite.refuses("nonce whose last zero byte is left out", || {
        let mut resource = resource(API_V3_KEY, "katvtHDDPxk\0", None, "{}");
        resource["nonce"] = "katvtHDDPxk".into();
        refused(forge.open(&resource), DECRYPT)
    });
    suite.refuses("nonce of a megabyte", || {
        refused(forge.with("nonce", "n".repeat(1 << 20)), DECRYPT)
    });
    suite.accepts("nonce of 12 bytes in 4 characters", || {
        plaintext_is(forge.open(&resource(API_V3_KEY, "支付成功", None, "{}")), "{}")
    });
    associated_data(suite, &forge);
    ciphertext(suite, &forge);
    api_v3_keys(suite, &forge);

    suite.refuses("plaintext is not UTF-8", || {
        let sealed = seal(API_V3_KEY, NONCE, "transaction", b"{\"a\":\"\xff\"}");
        refused(forge.with("ciphertext", sealed), "ERR_BODY_MALFORMED")
    });
    for plaintext in ["", "{}", "not JSON", "微信支付"] {
        suite.accepts(format!("plaintext {plaintext:?}"), || {
            plaintext_is(forge.open(&resource(API_V3_KEY, NONCE, None, plaintext)), plaintext)
        });
    }
    suite.accepts("plaintext of a megabyte", || {
        let long = format!("\"{}\"", "支付".repeat(1 << 18));
        plaintext_is(forge.open(&resource(API_V3_KEY, NONCE, None, &long)), &long)
    });
}

/// Absent, `null` and empty are one and the same; anything else is authenticated.
fn associated_data(suite: &mut Suite, forge: &Forge) {
    let absent = resource(API_V3_KEY, NONCE, None, TRANSACTION);
    for (what, value) in [("absent", None), ("null", Some(Value::Null)), ("empty", Some(json!("")))]
    {
        let resource = |mut resource: Value| {
            resource.as_object_mut().expect("an object").remove("associated_data");
            if let Some(value) = &value {
                resource["associated_data"] = value.clone();
            }
            resource
        };
        suite.accepts(format!("associated_data {what}, none sealed"), || {
            plaintext_is(forge.open(&resource(absent.clone())), TRANSACTION)
        });
        suite.refuses(format!("associated_data {what}, some sealed"), || {
            refused(forge.open(&resource(good())), DECRYPT)
        });
    }
    suite.refuses("associated_data added", || {
        let mut resource = absent.clone();
        resource["associated_data"] = "transaction".into();
        refused(forge.open(&resource), DECRYPT)
    });
    for other in [
        "Transaction",
        "transaction ",
        " transaction",
        "transactioo",
        "transactio",
        "refund",
        "transaction\0",
        "\u{feff}transaction",
        "dHJhbnNhY3Rpb24=",
    ] {
        suite.refuses(format!("associated_data {other:?}"), || {
            refused(forge.with("associated_data", other), DECRYPT)
        });
    }
    for len in [1, 15, 16, 17, 32, 1_000, 100_000] {
        let data = "a".repeat(len);
        suite.accepts(format!("associated_data of {len} bytes"), || {
            plaintext_is(forge.open(&resource(API_V3_KEY, NONCE, Some(&data), "{}")), "{}")
        });
    }
}

fn ciphertext(suite: &mut Suite, forge: &Forge) {
    let sealed = seal_raw(API_V3_KEY, NONCE, "transaction", TRANSACTION.as_bytes());
    let (body, tag) = sealed.split_at(sealed.len() - 16);
    let raw = |bytes: &[u8]| forge.with("ciphertext", STANDARD.encode(bytes));

    for at in 0..16 {
        suite.refuses(format!("bit {} of tag byte {at} flipped", at % 8), || {
            let mut bytes = sealed.clone();
            bytes[body.len() + at] ^= 1 << (at % 8);
            refused(raw(&bytes), DECRYPT)
        });
    }
    for at in (0..body.len()).step_by(29) {
        suite.refuses(format!("bit {} of ciphertext byte {at} flipped", at % 8), || {
            let mut bytes = sealed.clone();
            bytes[at] ^= 1 << (at % 8);
            refused(raw(&bytes), DECRYPT)
        });
    }
    for len in 0..=16 {
        suite.refuses(format!("{len} bytes, no more than a tag"), || {
            refused(raw(&sealed[..len]), DECRYPT)?;
            refused(raw(&vec![0; len]), DECRYPT)
        });
    }
    for len in [4, 8, 12, 13, 14, 15] {
        suite.refuses(format!("tag cut to {len} bytes"), || {
            refused(raw(&[body, &tag[..len]].concat()), DECRYPT)
        });
    }
    for (what, bytes) in [
        ("tag left out", body.to_vec()),
        ("tag all zero", [body, &[0; 16]].concat()),
        ("tag first", [tag, body].concat()),
        ("tag twice", [body, tag, tag].concat()),
        ("one byte more", [sealed.as_slice(), &[0]].concat()),
        ("first byte cut", sealed[1..].to_vec()),
        ("plaintext with a tag behind", [TRANSACTION.as_bytes(), tag].concat()),
        ("of the refund of the same order", {
            seal_raw(API_V3_KEY, NONCE, "refund", TRANSACTION.as_bytes())
        }),
    ] {
        suite.refuses(what, || refused(raw(&bytes), DECRYPT));
    }
    let text = STANDARD.encode(&sealed);
    assert_ne!(text, URL_SAFE.encode(&sealed), "URL-safe base64 must make a difference");
    for (what, text) in [
        ("URL-safe", URL_SAFE.encode(&sealed)),
        ("unpadded", STANDARD_NO_PAD.encode([sealed.as_slice(), &[0]].concat())),
        ("blank inside", format!("{} {}", &text[..8], &text[8..])),
        ("folded", format!("{}\n{}", &text[..64], &text[64..])),
        ("not base64", "!!!not-base64!!!".to_owned()),
        ("of odd length", text[..text.len() - 1].to_owned()),
        ("Chinese", "密文".to_owned()),
        ("hexadecimal", sealed.iter().map(|byte| format!("{byte:02x}")).collect()),
        ("twice in base64", STANDARD.encode(&text)),
    ] {
        suite.refuses(format!("base64: {what}"), || {
            refused(forge.with("ciphertext", text), DECRYPT)
        });
    }
    suite.refuses("the error says nothing of key or text", || {
        let error = raw(&[0; 64]).expect_err("refused");
        let text = format!("{error} {error:?}");
        holds(!text.contains(API_V3_KEY) && !text.contains("AAAA"), text)
    });
}

/// The wrong key is an error that names no bytes of it.
fn api_v3_keys(suite: &mut Suite, forge: &Forge) {
    let message = forge.0.callback();
    for (what, key) in [
        ("of another merchant", "another-throw-away-APIv3-key-32b".to_owned()),
        ("in upper case", API_V3_KEY.to_uppercase()),
        ("reversed", API_V3_KEY.chars().rev().collect()),
        ("all zero", "0".repeat(32)),
        ("one bit off", API_V3_KEY.replacen('t', "u", 1)),
    ] {
        suite.refuses(format!("APIv3 key {what}"), || {
            let key = ApiV3Key::new(key.as_bytes()).map_err(unexpected)?;
            refused(message.open_with(&trusted(), &key), DECRYPT)
        });
    }
    suite.refuses("sealed under the SHA-256 of the APIv3 key", || {
        use aes_gcm::aead::{Aead, KeyInit};
        use sha2::{Digest, Sha256};
        let cipher = aes_gcm::Aes256Gcm::new(&Sha256::digest(API_V3_KEY));
        let nonce = aes_gcm::Nonce::try_from(NONCE.as_bytes()).expect("12 bytes");
        let sealed = cipher.encrypt(&nonce, b"{}".as_slice()).expect("a ciphertext");
        let mut resource = resource(API_V3_KEY, NONCE, None, "{}");
        resource["ciphertext"] = STANDARD.encode(sealed).into();
        refused(forge.open(&resource), DECRYPT)
    });
}
