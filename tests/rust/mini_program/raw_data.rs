//! rawData: sha1 over text and session key, compared whole and in lower case only.

use serde_json::{Value, json};
use wechatpay_core::mini_program::{SessionKey, UnverifiedRawData};
use wechatpay_tests::primitives::{hmac_sha256, sha1};
use wechatpay_tests::suite::{Suite, refused, same, unexpected};

use crate::wechat::{SESSION_KEY, session_key};

const RAW: &str = r#"{"nickName":"Band 乐队","gender":1}"#;

pub(crate) fn suite(suite: &mut Suite) {
    let good = sha1(format!("{RAW}{SESSION_KEY}").as_bytes());
    let verify = |raw: &str, signature: &str| {
        let verified = UnverifiedRawData::new(raw, signature).verify(&session_key())?;
        Ok((verified.json().to_owned(), verified.json_as::<Value>()?))
    };
    suite.accepts("as WeChat signs it", || {
        let (text, json) = verify(RAW, &good).map_err(unexpected)?;
        same(text.as_str(), RAW)?;
        same(json, json!({ "nickName": "Band 乐队", "gender": 1 }))
    });
    let key = base64_bytes(SESSION_KEY);
    for (name, signature) in [
        ("nothing", String::new()),
        ("upper case", good.to_uppercase()),
        ("a blank behind", format!("{good} ")),
        ("a digit too many", format!("{good}0")),
        ("cut off", good[..39].to_owned()),
        ("one bit changed", format!("{}{}", &good[..39], flip(&good[39..]))),
        ("the decoded key", sha1(&[RAW.as_bytes(), &key].concat())),
        ("key before data", sha1(format!("{SESSION_KEY}{RAW}").as_bytes())),
        ("without key", sha1(RAW.as_bytes())),
        ("HMAC-SHA256", hmac_sha256(SESSION_KEY.as_bytes(), RAW.as_bytes())),
    ] {
        suite.refuses(format!("signature: {name}"), || {
            refused(verify(RAW, &signature), "ERR_MAC_INVALID")
        });
    }
    let rewritten = RAW.replace("\":", "\": ");
    for (name, raw) in [
        ("empty", ""),
        ("written anew", &rewritten),
        ("a line end behind", &format!("{RAW}\n")),
        ("other data", &RAW.replace('1', "2")),
        ("the key moved into it", &format!("{RAW}t")),
    ] {
        suite.refuses(format!("data: {name}"), || refused(verify(raw, &good), "ERR_MAC_INVALID"));
    }
    suite.refuses("another session", || {
        let other = SessionKey::new("AAAAAAAAAAAAAAAAAAAAAA==").map_err(unexpected)?;
        refused(UnverifiedRawData::new(RAW, &good).verify(&other), "ERR_MAC_INVALID")
    });
    suite.refuses("signed, but no JSON", || {
        let signature = sha1(format!("x{SESSION_KEY}").as_bytes());
        refused(verify("x", &signature), "ERR_BODY_MALFORMED")
    });
}

fn base64_bytes(text: &str) -> Vec<u8> {
    use base64::Engine;

    base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
}

fn flip(digit: &str) -> &'static str {
    if digit == "0" { "1" } else { "0" }
}
