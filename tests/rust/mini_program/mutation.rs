//! Damaged input of every kind: nothing panics, and nothing damaged is taken for what it was.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wechatpay_core::UnixTime;
use wechatpay_core::mini_program::{
    ApiError, AppKeys, EncryptedData, Env, SecureApiCertificate, SecureApiKey, SecureRequest,
    Session, SessionKey, UnverifiedPayEvent, UnverifiedRawData, VirtualPaymentCall,
};
use wechatpay_tests::leaks;
use wechatpay_tests::mutate::{damaged, damaged_text};
use wechatpay_tests::primitives::{hmac_sha256, sha1};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Suite, holds, is_refused};
use wechatpay_tests::vector;

use crate::wechat::{
    APPID, CERTIFICATE_SN, KEY, KEY_SN, NOW, Response, SESSION_KEY, URL, encrypt, marked,
    session_key,
};

const ROUNDS: usize = 400;

pub(crate) fn suite(suite: &mut Suite, seed: u64) {
    let rng = &mut TestRng::new(seed);
    answers(suite, rng);
    user_data(suite, rng);
    payments(suite, rng);
    responses(suite, rng);
    arguments(suite, rng);
}

fn answers(suite: &mut Suite, rng: &mut TestRng) {
    let answer = format!(r#"{{"openid":"o6","session_key":"{SESSION_KEY}","errcode":0}}"#);
    for n in 0..ROUNDS {
        suite.refuses(format!("answer #{n}"), || {
            let damaged = damaged(rng, answer.as_bytes());
            is_refused(&ApiError::parse(&damaged))?;
            let session = Session::parse(&damaged);
            is_refused(&session)?;
            match session {
                Ok(Ok(session)) => holds(session.session_key().secret_str().len() == 24, "cut off"),
                Ok(Err(_)) | Err(_) => Ok(()),
            }
        });
    }
}

fn user_data(suite: &mut Suite, rng: &mut TestRng) {
    let (data, iv) = encrypt(SESSION_KEY, &[7; 16], marked(APPID, NOW).as_bytes());
    let bytes = STANDARD.decode(&data).expect("base64");
    for n in 0..ROUNDS {
        suite.refuses(format!("ciphertext #{n}"), || {
            let damaged = STANDARD.encode(damaged(rng, &bytes));
            let opened =
                EncryptedData::new(&damaged, &iv).and_then(|d| d.open(&session_key(), APPID));
            let is_refused = is_refused(&opened)?;
            // Damage in the first blocks may leave an object with its watermark behind: CBC has no tag.
            holds(is_refused || opened.is_ok_and(|d| d.watermark().appid == APPID), "appid")
        });
        suite.refuses(format!("text of the ciphertext #{n}"), || {
            let text = damaged_text(rng, &data);
            let opened = EncryptedData::new(&text, &iv).and_then(|d| d.open(&session_key(), APPID));
            let is_refused = is_refused(&opened)?;
            holds(is_refused || opened.is_ok_and(|d| d.watermark().appid == APPID), "appid")
        });
        suite.refuses(format!("iv #{n}"), || {
            is_refused(&EncryptedData::new(&data, &damaged_text(rng, &iv))).map(drop)
        });
        suite.refuses(format!("session key #{n}"), || {
            let text = damaged_text(rng, SESSION_KEY);
            let key = SessionKey::new(&text);
            let is_refused = is_refused(&key)?;
            holds(is_refused || key.is_ok_and(|key| key.secret_str() == text), "another key")
        });
    }
    let raw = r#"{"nickName":"Band"}"#;
    let signature = sha1(format!("{raw}{SESSION_KEY}").as_bytes());
    for n in 0..ROUNDS {
        suite.refuses(format!("rawData #{n}"), || {
            let (text, other) = (damaged_text(rng, raw), damaged_text(rng, &signature));
            let verify = |raw: &str, signature: &str| {
                UnverifiedRawData::new(raw, signature).verify(&session_key()).map(drop)
            };
            holds(is_refused(&verify(&text, &signature))? || text == raw, "another text")?;
            holds(is_refused(&verify(raw, &other))? || other == signature, "another signature")
        });
    }
}

fn payments(suite: &mut Suite, rng: &mut TestRng) {
    let keys = AppKeys::default().with(Env::Live, "app-key").expect("a key");
    let payload = r#"{"OpenId":"o","Env":0,"OutTradeNo":"1&{}"}"#;
    let signature = hmac_sha256(b"app-key", format!("event&{payload}").as_bytes());
    for n in 0..ROUNDS {
        suite.refuses(format!("event #{n}"), || {
            let (event, text) = (damaged_text(rng, "event"), damaged_text(rng, payload));
            let verify = |event: &str, payload: &str| {
                let event = UnverifiedPayEvent::new(event, payload, &signature);
                event.and_then(|event| event.verify(&keys).map(drop))
            };
            holds(is_refused(&verify("event", &text))? || text == payload, "another payload")?;
            holds(is_refused(&verify(&event, payload))? || event == "event", "another event")
        });
        suite.refuses(format!("call #{n}"), || {
            let (uri, body) = (damaged_text(rng, "/xpay/x"), damaged_text(rng, payload));
            let call = VirtualPaymentCall::new(&uri, &body);
            is_refused(&call)?;
            let Ok(call) = call else { return Ok(()) };
            let _ = call.signature(&session_key());
            is_refused(&call.pay_sig(&keys)).map(drop)
        });
    }
}

fn responses(suite: &mut Suite, rng: &mut TestRng) {
    let good = Response::good();
    for n in 0..ROUNDS {
        suite.refuses(format!("body #{n}"), || {
            let mut response = good.clone();
            response.body = damaged_text(rng, &good.body);
            holds(is_refused(&response.verify())? || response.body == good.body, "another body")
        });
        suite.refuses(format!("header #{n}"), || {
            let mut response = good.clone();
            let at = rng.below(response.headers.len());
            let value = damaged_text(rng, &response.headers[at].1);
            let name = response.headers[at].0.clone();
            let changes_nothing = match name.as_str() {
                "Content-Type" => true,
                "Wechatmp-Serial" => value.eq_ignore_ascii_case(CERTIFICATE_SN),
                "Wechatmp-TimeStamp" => value.parse() == Ok(NOW),
                _ => value == response.headers[at].1,
            };
            response.headers[at].1 = value;
            holds(is_refused(&response.open())? || changes_nothing, format!("another {name}"))
        });
    }
    // Bodies that WeChat would have to have signed.
    for n in 0..ROUNDS / 8 {
        suite.refuses(format!("signed body #{n}"), || {
            let mut response = good.clone();
            response.body = damaged_text(rng, &good.body);
            let (body, opened) = (response.body.clone(), response.signed().open());
            let same_members = || {
                let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
                let (found, expected) = (parse(&body), parse(&good.body));
                ["iv", "data", "authtag"].iter().all(|name| {
                    found.as_ref().map(|body| &body[name])
                        == expected.as_ref().map(|body| &body[name])
                })
            };
            holds(is_refused(&opened)? || same_members(), "another body was opened")
        });
    }
}

fn arguments(suite: &mut Suite, rng: &mut TestRng) {
    for secret in [SESSION_KEY, KEY] {
        suite.refuses(format!("{secret} passes in an error"), || {
            holds(leaks::found_in(secret).is_some(), "was not found")
        });
    }
    let pem = vector::key("throwaway-platform-cert.pem");
    for n in 0..ROUNDS {
        suite.refuses(format!("arguments #{n}"), || {
            let url = damaged_text(rng, URL);
            let (appid, data) = (damaged_text(rng, APPID), damaged_text(rng, r#"{"a":{"b":[1]}}"#));
            let key = SecureApiKey::new(KEY_SN, KEY).expect("a key");
            let request = SecureRequest::new(&url, &appid, &data, UnixTime::from_secs(NOW));
            is_refused(&request)?;
            if let Ok(request) = request {
                holds(request.seal(&key, rng).is_ok(), "a request that cannot be sealed")?;
            }
            let (sn, text) = (damaged_text(rng, KEY_SN), damaged_text(rng, KEY));
            is_refused(&SecureApiKey::new(&sn, &text))?;
            is_refused(&SecureApiCertificate::new(&sn, &damaged(rng, pem.as_bytes()))).map(drop)
        });
    }
}
