//! Message push: plain mode, secure mode, answers; and the XML in them.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use serde_json::Value;
use wechatpay_core::UnixTime;
use wechatpay_core::message_push::{
    EncodingAesKey, Format, Message, PushQuery, Reply, Token, UnverifiedMessage,
    UnverifiedPlainMessage,
};
use wechatpay_tests::primitives::{aes_256_cbc, sha1_sorted};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::vector;

use crate::input::{choice, text};
use crate::xml;

const APPID: &str = "wxba5fad812f8e6fb9";
const TOKEN: &str = "AAAAA";
const AES_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB";
const TIMESTAMP: &str = "1714037059";
const NONCE: &str = "415670741";

static KEYS: LazyLock<(Token, EncodingAesKey)> = LazyLock::new(|| {
    (Token::new(TOKEN).expect("a token"), EncodingAesKey::new(AES_KEY).expect("43 letters"))
});
/// The key as WeChat reads it: `=` behind it, and the bits that are too many dropped.
static AES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let lenient = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, lenient);
    engine.decode(format!("{AES_KEY}=")).expect("base64")
});

pub fn push(data: &[u8]) {
    let (choice, rest) = choice(data);
    match choice % 4 {
        0 => secure(rest, false),
        1 => secure(rest, true),
        2 => blocks(rest),
        _ => reply(rest),
    }
}

fn query<'a>(msg_signature: &'a str) -> PushQuery<'a> {
    PushQuery::from_pairs([
        ("timestamp", TIMESTAMP),
        ("nonce", NONCE),
        ("encrypt_type", "aes"),
        ("msg_signature", msg_signature),
    ])
    .expect("the query is well-formed")
}

fn sign(encrypt: &str) -> String {
    sha1_sorted(vec![TOKEN, TIMESTAMP, NONCE, encrypt])
}

/// A body as it came, signed if it has an `Encrypt` at all; or a text as `Encrypt`.
fn secure(data: &[u8], is_encrypt: bool) {
    let (body, encrypt) = if is_encrypt {
        let encrypt = text(data).into_owned();
        (
            serde_json::json!({ "ToUserName": "x", "Encrypt": encrypt }).to_string().into_bytes(),
            encrypt,
        )
    } else {
        (data.to_vec(), encrypt_of(data).unwrap_or_default())
    };
    let signature = sign(&encrypt);
    let Ok(message) = UnverifiedMessage::new(query(&signature), &body) else { return };
    // Only a member that is there twice is read otherwise by the twin, and is not accepted.
    assert!(!encrypt.is_empty(), "the twin finds no Encrypt");
    let verified = message.verify(&KEYS.0).expect("it is signed");
    if let Ok(message) = verified.open(&KEYS.1, APPID) {
        check(&message);
    }
    let wrong = sign(&format!("{encrypt}A"));
    let message = UnverifiedMessage::new(query(&wrong), &body).expect("as before");
    message.verify(&KEYS.0).expect_err("nobody signed this");
}

fn encrypt_of(body: &[u8]) -> Option<String> {
    let body = std::str::from_utf8(body).ok()?;
    let value = match body.trim_ascii_start().as_bytes().first()? {
        b'{' => serde_json::from_str::<Value>(body).ok(),
        _ => xml::json(body),
    };
    Some(value?.get("Encrypt")?.as_str()?.to_owned())
}

/// Blocks that were encrypted, whatever they hold: what opens is what a naive twin takes out of them.
fn blocks(data: &[u8]) {
    let whole = data.len() / 16 * 16;
    let (blocks, _) = data.split_at(whole);
    if blocks.is_empty() {
        return;
    }
    let encrypt = STANDARD.encode(aes_256_cbc(&AES, &AES[..16], blocks));
    let signature = sign(&encrypt);
    let body =
        format!("<xml><ToUserName>x</ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>");
    let message = UnverifiedMessage::new(query(&signature), body.as_bytes()).expect("it is a push");
    let opened = message.verify(&KEYS.0).expect("it is signed").open(&KEYS.1, APPID);
    let expected = naive_open(blocks);
    assert_eq!(opened.as_ref().ok().map(Message::text), expected, "{opened:?}");
    if let Ok(message) = opened {
        check(&message);
    }
}

fn naive_open(blocks: &[u8]) -> Option<&str> {
    let count = usize::from(*blocks.last()?);
    let (content, padding) = blocks.split_at_checked(blocks.len().checked_sub(count)?)?;
    let is_padding =
        (1..=32).contains(&count) && padding.iter().all(|byte| usize::from(*byte) == count);
    let content = content.get(16..).filter(|_| is_padding)?;
    let (len, rest) = content.split_first_chunk()?;
    let (text, appid) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*len)).ok()?)?;
    std::str::from_utf8(text).ok().filter(|_| appid == APPID.as_bytes())
}

/// An answer opens like a push, in both formats.
fn reply(data: &[u8]) {
    let (format, rest) = choice(data);
    let given = text(rest);
    let format = if format % 2 == 0 { Format::Json } else { Format::Xml };
    let mut rng = TestRng::new(u64::from(rest.len() as u32));
    let time = UnixTime::parse(TIMESTAMP).expect("digits");
    let sealed = Reply::new(&given, APPID)
        .and_then(|reply| reply.seal(&KEYS.1, &KEYS.0, time, NONCE, &mut rng))
        .expect("any text can be sent");
    assert_eq!(sealed.msg_signature, sign(&sealed.encrypt));
    let body = sealed.to_body(format);
    let message =
        UnverifiedMessage::new(query(&sealed.msg_signature), body.as_bytes()).expect("a push");
    let opened = message.verify(&KEYS.0).expect("it is signed").open(&KEYS.1, APPID);
    let opened = opened.expect("it is genuine");
    assert_eq!((opened.text(), opened.format()), (&*given, format));
    check(&opened);
}

fn check(message: &Message) {
    check_json(message.text(), message.to_json().ok().as_deref());
}

/// What is given as JSON is the text itself, or the XML as roxmltree reads it.
fn check_json(text: &str, json: Option<&str>) {
    let Some(json) = json else { return };
    if text.trim_ascii_start().starts_with('{') {
        assert_eq!(json, text);
        return;
    }
    let expected = xml::json(text).expect("roxmltree refuses it");
    let found: Value = serde_json::from_str(json).expect("it is no JSON");
    assert!(text.contains('\r') || found == expected, "{found} {expected}");
}

/// A message in plain mode, whose signature does not cover it.
pub fn xml(data: &[u8]) {
    let signature = sha1_sorted(vec![TOKEN, TIMESTAMP, NONCE]);
    let query = PushQuery::from_pairs([
        ("timestamp", TIMESTAMP),
        ("nonce", NONCE),
        ("signature", &signature),
    ]);
    let message = UnverifiedPlainMessage::new(query.expect("a query"), data).verify(&KEYS.0);
    let Ok(message) = message else { return };
    assert_eq!(message.unauthenticated_text().as_bytes(), data);
    check_json(message.unauthenticated_text(), message.unauthenticated_json().ok().as_deref());
}

pub fn xml_seeds() -> Vec<Vec<u8>> {
    let documents = vector::load("v2_xml");
    let documents = documents.iter().filter_map(|case| case.optional_input("xml"));
    let documents = documents.map(|xml| xml.as_bytes().to_vec());
    let pushed = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xml><A><![CDATA[a]]]]><![CDATA[>]]></A><A>&lt;&#x652f;</A><B><C/><C> x </C></B></xml>";
    documents.chain([pushed.to_vec(), b"{\"a\":1}".to_vec()]).collect()
}

pub fn push_seeds() -> Vec<Vec<u8>> {
    let text = br#"{"ToUserName":"gh_97417a04a28d","MsgType":"event","Event":"debug_demo"}"#;
    let plain = [&[7; 16], &(text.len() as u32).to_be_bytes()[..], text, APPID.as_bytes()].concat();
    let padded = wechatpay_tests::primitives::pad(&plain, 32);
    let mut damaged = padded.clone();
    damaged[padded.len() - 2] ^= 1;
    let other = [&plain[..plain.len() - 1], b"x"].concat();
    let mut seeds = vec![
        [&[2], &padded[..]].concat(),
        [&[2], &damaged[..]].concat(),
        [&[2], &wechatpay_tests::primitives::pad(&other, 32)[..]].concat(),
        [&[3, 0], &text[..]].concat(),
        [&[3, 1], &b"<xml><a>1</a></xml>"[..]].concat(),
        [&[0], &b"<xml><Encrypt>AAAA</Encrypt></xml>"[..]].concat(),
    ];
    for case in vector::load("push_msgcrypt") {
        if let Some(encrypt) = case.optional_input("encrypt") {
            seeds.push([&[1], encrypt.as_bytes()].concat());
            seeds.push(
                [&[0], &*format!("{{\"Encrypt\":{}}}", Value::from(encrypt)).into_bytes()].concat(),
            );
        }
    }
    seeds
}
