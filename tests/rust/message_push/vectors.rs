//! The published vectors of message push.

use serde_json::json;
use wechatpay_core::message_push::{
    EncodingAesKey, PushQuery, Reply, Token, UnverifiedMessage, UnverifiedPlainMessage, UrlCheck,
};
use wechatpay_core::{Error, UnixTime};
use wechatpay_tests::primitives::sha1_sorted;
use wechatpay_tests::suite::{Check, Runner, same};
use wechatpay_tests::vector::Case;
use wechatpay_tests::vector_suites::Kinds;

use crate::wechat::Fixed;

const KINDS: Kinds = Kinds {
    test_binary: "message_push",
    handlers: &[
        ("push_msgcrypt", msgcrypt),
        ("push_msgcrypt_encrypt", encrypt),
        ("push_signature", signature),
    ],
    expected_code,
};

pub(crate) fn suites(runner: Runner) -> Runner {
    KINDS.suites(runner)
}

fn expected_code(case: &Case) -> &'static str {
    match (case.kind.as_str(), case.name.as_str()) {
        ("push_msgcrypt", "invalid appid") => "ERR_ARGUMENT_INVALID",
        ("push_msgcrypt", name) if name.contains("other appid") => "ERR_APPID_MISMATCH",
        ("push_msgcrypt", name) if name.contains("receive id is not") => "ERR_APPID_MISMATCH",
        ("push_msgcrypt" | "push_signature", _) => "ERR_MAC_INVALID",
        (other, name) => panic!("{name}: no negative case of {other} was known"),
    }
}

/// Each push as JSON and as XML.
fn msgcrypt(case: &Case) -> Result<Check, Error> {
    let encrypt = case.input("encrypt");
    let query = PushQuery::from_pairs([
        ("timestamp", case.input("timestamp")),
        ("nonce", case.input("nonce")),
        ("msg_signature", case.input("msg_signature")),
    ])?;
    let token = Token::new(case.input("token"))?;
    let json = json!({ "ToUserName": "", "Encrypt": encrypt }).to_string();
    let xml = format!("<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>");
    let mut texts = Vec::new();
    for body in [json, xml] {
        let verified = UnverifiedMessage::new(query, body.as_bytes())?.verify(&token)?;
        let Some(key) = case.optional_input("encoding_aes_key") else {
            assert_eq!(case.inputs["signature_only"], true);
            continue;
        };
        let message = verified.open(&EncodingAesKey::new(key)?, case.input("receive_id"))?;
        texts.push(message.text().to_owned());
    }
    let expected = case.optional_expected("message");
    Ok(same(texts, expected.map(|text| vec![text.to_owned(); 2]).unwrap_or_default()))
}

fn encrypt(case: &Case) -> Result<Check, Error> {
    let key = EncodingAesKey::new(case.input("encoding_aes_key"))?;
    let mut random = Fixed(case.input("random16").as_bytes().to_vec());
    let reply = Reply::new(case.input("message"), case.input("receive_id"))?;
    let time = UnixTime::from_secs(1_713_424_427);
    let sealed = reply.seal(&key, &Token::new("AAAAA")?, time, "415670741", &mut random)?;
    let parts = vec!["AAAAA", "1713424427", "415670741", &sealed.encrypt];
    assert_eq!(sealed.msg_signature, sha1_sorted(parts));
    Ok(same(sealed.encrypt.as_str(), case.expected("encrypt")))
}

/// As the check of a URL, and as a push in plain mode. Three bare parts are taken for token, time and
/// nonce.
fn signature(case: &Case) -> Result<Check, Error> {
    let parts = case.inputs.get("parts").and_then(|parts| parts.as_array());
    let part = |n: usize, member: &str| match parts {
        Some(parts) => parts.get(n).and_then(|part| part.as_str()).unwrap_or("").to_owned(),
        None => case.input(member).to_owned(),
    };
    let (token, timestamp, nonce) = (part(0, "token"), part(1, "timestamp"), part(2, "nonce"));
    let token = Token::new(&token)?;
    let echostr = case.optional_input("echostr").unwrap_or("1");
    let query = PushQuery::from_pairs([
        ("signature", case.expected("signature")),
        ("timestamp", &timestamp),
        ("nonce", &nonce),
        ("echostr", echostr),
    ])?;
    let answer = UrlCheck::new(query).verify(&token)?;
    UnverifiedPlainMessage::new(query, b"{}").verify(&token)?;
    Ok(same(answer, echostr))
}
