//! Mini programs: user data, login, virtual payment, the encrypted server API.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wechatpay_core::mini_program::{
    ApiError, AppKeys, AppSecret, Code2Session, EncryptedData, Env, SecureApiCertificate,
    SecureApiKey, SecureResponseHeaders, Session, SessionKey, UnverifiedPayEvent,
    UnverifiedRawData, UnverifiedSecureResponse, VirtualPaymentCall,
};
use wechatpay_core::{Error, Tolerance, UnixTime, hazmat};
use wechatpay_tests::platform::NOW;
use wechatpay_tests::primitives::{aes_128_cbc, hmac_sha256, pad, sha1};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::vector;

use crate::input::{choice, edited, join, parts, text};

const APPID: &str = "wx4f4bc4dec97d474b";
const SESSION_KEY: &str = "tiihtNczf5v6AKRyjwEUhQ==";
const IV: &str = "r7BXXKkLb8qrSNn05n0qiA==";

fn session_key() -> SessionKey {
    SessionKey::new(SESSION_KEY).expect("16 bytes")
}

/// What opens is what was encrypted, and has the watermark of this mini program.
pub fn encrypted_data(data: &[u8]) {
    let (choice, rest) = choice(data);
    if choice % 3 == 0 {
        let [data, iv] = parts(rest);
        let opened = EncryptedData::new(&text(data), &text(iv))
            .and_then(|data| data.open(&session_key(), APPID));
        if let Ok(opened) = opened {
            assert!(is_marked(opened.json()));
        }
        return;
    }
    let plaintext =
        if choice % 3 == 1 { pad(rest, 16) } else { rest[..rest.len() / 16 * 16].to_vec() };
    let [key, iv] = [SESSION_KEY, IV].map(|text| STANDARD.decode(text).expect("base64"));
    let sealed = STANDARD.encode(aes_128_cbc(&key, &iv, &plaintext));
    let opened = EncryptedData::new(&sealed, IV).expect("base64").open(&session_key(), APPID);
    let expected = unpadded(&plaintext).and_then(|bytes| std::str::from_utf8(bytes).ok());
    match opened {
        Ok(opened) => {
            assert_eq!(Some(opened.json()), expected);
            assert!(is_marked(opened.json()));
            let _ = (opened.user_info(), opened.phone_number());
            let now = UnixTime::from_secs(NOW);
            let _ = opened.fresh(now, Tolerance::default());
        }
        Err(error) => {
            let is_told = matches!(error, Error::DecryptFailed | Error::AppidMismatch);
            assert!(is_told && !expected.is_some_and(is_plainly_marked), "{error}");
        }
    }
}

fn unpadded(blocks: &[u8]) -> Option<&[u8]> {
    let count = usize::from(*blocks.last()?);
    let (content, padding) = blocks.split_at_checked(blocks.len().checked_sub(count)?)?;
    let is_padding =
        (1..=16).contains(&count) && padding.iter().all(|byte| usize::from(*byte) == count);
    is_padding.then_some(content)
}

fn is_marked(json: &str) -> bool {
    match serde_json::from_str::<Value>(json) {
        Ok(value) => {
            value["watermark"]["appid"] == APPID && value["watermark"]["timestamp"].is_u64()
        }
        // What nobody reads may hold half a character, which a value cannot.
        Err(_) => serde_json::from_str::<BTreeMap<String, IgnoredAny>>(json)
            .is_ok_and(|members| members.contains_key("watermark")),
    }
}

/// The form in which nothing is there twice.
fn is_plainly_marked(json: &str) -> bool {
    let written =
        serde_json::from_str::<Value>(json).and_then(|value| serde_json::to_string(&value));
    written.is_ok_and(|written| written == json) && is_marked(json)
}

pub fn encrypted_data_seeds() -> Vec<Vec<u8>> {
    let user = format!(
        r#"{{"phoneNumber":"1","purePhoneNumber":"1","countryCode":"86","watermark":{{"appid":"{APPID}","timestamp":{NOW}}}}}"#
    );
    let cases = vector::load("mini_encrypted_data");
    let raw = cases.iter().map(|case| {
        [&[0], &*join(&[case.input("encrypted_data").as_bytes(), case.input("iv").as_bytes()])]
            .concat()
    });
    let plain = cases.iter().filter_map(|case| case.optional_expected("plaintext"));
    let plain = plain.map(|text| [&[1], text.as_bytes()].concat());
    let padded = pad(user.as_bytes(), 16);
    // Eight bytes of padding, one of them wrong.
    let blanks = " ".repeat(24 - user.len() % 16);
    let mut damaged = pad(format!("{user}{blanks}").as_bytes(), 16);
    let at = damaged.len() - 2;
    damaged[at] ^= 1;
    let blocks = [padded, damaged].map(|blocks| [&[2], &blocks[..]].concat());
    raw.chain(plain).chain([[&[1], user.as_bytes()].concat()]).chain(blocks).collect()
}

static APP_KEYS: LazyLock<AppKeys> = LazyLock::new(|| {
    let keys = AppKeys::default().with(Env::Live, "live-key").expect("a key");
    keys.with(Env::Sandbox, "sandbox-key").expect("a key")
});

/// Answers of WeChat's servers, and what a client sends with a signature of WeChat's.
pub fn mini_program(data: &[u8]) {
    let (choice, rest) = choice(data);
    match choice % 4 {
        0 => login(rest),
        1 => raw_data(rest),
        2 => pay_event(rest),
        _ => calls(rest),
    }
}

fn login(body: &[u8]) {
    let error = ApiError::parse(body);
    let session = Session::parse(body);
    let is_json = serde_json::from_slice::<IgnoredAny>(body).is_ok();
    assert!(is_json || error.is_err() && session.is_err(), "it is no JSON");
    // What nobody reads may hold half of a surrogate pair, which a value cannot.
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return };
    match session {
        Ok(Ok(session)) => {
            assert_eq!(value["openid"], session.openid());
            assert_eq!(value["session_key"], session.session_key().secret_str());
            assert_eq!(value["unionid"].as_str().filter(|id| !id.is_empty()), session.unionid());
            assert_eq!(error, Ok(None));
        }
        Ok(Err(refusal)) => {
            assert_eq!(value["errcode"].as_i64(), Some(refusal.errcode.code()));
            assert_eq!(error, Ok(Some(refusal)));
        }
        Err(_) => {}
    }
}

fn raw_data(data: &[u8]) {
    let [signature, raw] = parts(data);
    let (signature, raw) = (text(signature), text(raw));
    let genuine = sha1(format!("{raw}{SESSION_KEY}").as_bytes());
    let verified = UnverifiedRawData::new(&raw, &signature).verify(&session_key());
    assert_eq!(verified.is_ok(), signature == genuine);
    let verified = UnverifiedRawData::new(&raw, &genuine).verify(&session_key());
    assert_eq!(verified.expect("it is genuine").json(), raw);
}

fn pay_event(data: &[u8]) {
    let [event, payload] = parts(data);
    let (event, payload) = (text(event), text(payload));
    let message = format!("{event}&{payload}");
    let env = serde_json::from_str::<Value>(&payload).ok().filter(Value::is_object);
    // What nobody reads may hold a number beyond any float, which a value cannot.
    if env.is_none() && serde_json::from_str::<BTreeMap<String, IgnoredAny>>(&payload).is_ok() {
        return;
    }
    for key in ["live-key", "sandbox-key", "another-key"] {
        let mac = hmac_sha256(key.as_bytes(), message.as_bytes());
        let Ok(event) = UnverifiedPayEvent::new(&event, &payload, &mac) else { return };
        if let Ok(verified) = event.verify(&APP_KEYS) {
            let env = env.as_ref().expect("a payload of no object").get("Env");
            let is_sandbox = env.is_some_and(|env| env == 1 || env == "1");
            assert_eq!(verified.env(), if is_sandbox { Env::Sandbox } else { Env::Live });
            assert_eq!(key, if is_sandbox { "sandbox-key" } else { "live-key" });
        }
    }
}

fn calls(data: &[u8]) {
    let [first, second] = parts(data);
    let (first, second) = (text(first), text(second));
    if let Ok(call) = VirtualPaymentCall::new(&first, &second) {
        assert_eq!(
            call.signature(&session_key()),
            hmac_sha256(SESSION_KEY.as_bytes(), second.as_bytes())
        );
        let _ = call.pay_sig(&APP_KEYS);
    }
    let secret = AppSecret::new("0123456789abcdef").expect("a secret");
    if let Ok(request) = Code2Session::new(&first, &secret, &second) {
        let url = request.url();
        let query = url.secret_str().split_once('?').expect("a query").1;
        assert_eq!(query.split('&').count(), 4, "a value stands for another parameter");
        assert!(query.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#'));
    }
}

pub fn mini_program_seeds() -> Vec<Vec<u8>> {
    let session = format!(r#"{{"openid":"o","session_key":"{SESSION_KEY}","unionid":null}}"#);
    let mut seeds = vec![
        [&[0], session.as_bytes()].concat(),
        [&[0], &br#"{"errcode":40029,"errmsg":"invalid code, rid: 1"}"#[..]].concat(),
        [&[2], &*join(&[b"minigame_game_pay_goods_deliver_notify", br#"{"Env":1,"OpenId":"o"}"#])]
            .concat(),
        [&[3], &*join(&[b"wx8888888888888888", b"0b3xY1ml2mvRWd4wxWnl2Lplsz3xY1mk"])].concat(),
    ];
    for case in vector::load("xpay") {
        if let (Some(uri), Some(body)) =
            (case.optional_input("uri"), case.optional_input("post_body"))
        {
            seeds.push([&[3], &*join(&[uri.as_bytes(), body.as_bytes()])].concat());
        }
    }
    for case in vector::load("mini_raw_data") {
        let signature = case.optional_expected("signature").unwrap_or_default();
        seeds.push(
            [&[1], &*join(&[signature.as_bytes(), case.input("raw_data").as_bytes()])].concat(),
        );
    }
    seeds
}

const URL: &str = "https://api.weixin.qq.com/wxa/getuserriskrank";
const KEY_SN: &str = "fa05fe1e5bcc79b81ad5ad4b58acf787";
const CERTIFICATE_SN: &str = "97845f6ed842ea860df6fdf65941ff56";
const SECURE_KEY: [u8; 32] = [9; 32];

struct SecureApi {
    certificates: [SecureApiCertificate; 1],
    key: SecureApiKey,
    platform: hazmat::PrivateKey,
}

static SECURE_API: LazyLock<SecureApi> = LazyLock::new(|| {
    let [certificate, key] =
        ["throwaway-platform-cert.pem", "throwaway-platform-key.pem"].map(vector::key);
    SecureApi {
        certificates: [
            SecureApiCertificate::new(CERTIFICATE_SN, certificate.as_bytes()).expect("it is good")
        ],
        key: SecureApiKey::new(KEY_SN, &STANDARD.encode(SECURE_KEY)).expect("32 bytes"),
        platform: hazmat::PrivateKey::parse(key.as_bytes()).expect("it is good"),
    }
});

/// A response that WeChat signed, with whatever inside: it opens to what was sealed in it.
pub fn secure_response(data: &[u8]) {
    let (choice, rest) = choice(data);
    let api = &*SECURE_API;
    let associated_data = format!("{URL}|{APPID}|{NOW}|{KEY_SN}");
    let [script, inside] = parts(rest);
    let mut sealed = inside.to_vec();
    hazmat::seal_aes_256_gcm(&SECURE_KEY, &[1; 12], associated_data.as_bytes(), &mut sealed)
        .expect("it is short");
    let altered = edited(&sealed, script);
    let body = if choice % 2 == 0 {
        let (data, tag) = altered.split_at(altered.len().saturating_sub(16));
        json!({ "iv": STANDARD.encode([1; 12]), "data": STANDARD.encode(data), "authtag": STANDARD.encode(tag) }).to_string()
    } else {
        text(rest).into_owned()
    };
    let message = format!("{URL}\n{APPID}\n{NOW}\n{body}");
    let digest = Sha256::digest(message.as_bytes()).into();
    let signature = api.platform.sign_pss_sha256(&digest, &mut TestRng::new(1)).expect("it signs");
    let (now, signature) = (NOW.to_string(), STANDARD.encode(signature));
    let headers = || {
        SecureResponseHeaders::from_pairs([
            ("Wechatmp-Appid", APPID),
            ("Wechatmp-TimeStamp", now.as_str()),
            ("Wechatmp-Serial", CERTIFICATE_SN),
            ("Wechatmp-Signature", signature.as_str()),
        ])
        .expect("the headers are well-formed")
    };
    let verify = |body| {
        let response = UnverifiedSecureResponse::new(headers(), URL, body).expect("a URL");
        response.verify(&api.certificates, APPID, UnixTime::from_secs(NOW), Tolerance::default())
    };
    let opened = verify(&body).expect("it is signed").open(&api.key);
    if let Ok(opened) = opened {
        assert!(choice % 2 == 1 || altered == sealed, "the tag does not match");
        let value: Value = serde_json::from_str(opened.json()).expect("JSON");
        assert_eq!((&value["_appid"], &value["_timestamp"]), (&json!(APPID), &json!(NOW)));
        assert!(choice % 2 == 1 || opened.json().as_bytes() == inside);
    }
    verify(&format!("{body} ")).expect_err("nobody signed this");
}

pub fn secure_response_seeds() -> Vec<Vec<u8>> {
    let inside = format!(r#"{{"_n":"x","_appid":"{APPID}","_timestamp":{NOW},"errcode":0}}"#);
    vec![
        [&[0], &*join(&[b"", inside.as_bytes()])].concat(),
        [&[0], &*join(&[b"\x01\x00\x00\x01", inside.as_bytes()])].concat(),
        [
            &[1],
            &br#"{"iv":"AAAAAAAAAAAAAAAA","data":"AA==","authtag":"AAAAAAAAAAAAAAAAAAAAAA=="}"#[..],
        ]
        .concat(),
    ]
}
