//! The diagnosis of what was refused. What is in order has no cause, and what has none is in order or forged.

use std::sync::LazyLock;

use wechatpay_core::keys::{Identity, PlatformKey, PlatformKeys};
use wechatpay_core::v3::SignableRequest;
use wechatpay_core::v3::explain::{
    CapturedDelivery, CapturedRequest, explain_delivery, explain_request,
};
use wechatpay_core::{Tolerance, UnixTime};
use wechatpay_tests::platform::{self, API_V3_KEY, Message, NOW, Platform};
use wechatpay_tests::vector;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::input::{SEPARATOR, choice, edited, join, parts, text};

static KEYS: LazyLock<PlatformKeys> = LazyLock::new(platform::trusted);
static GENUINE: LazyLock<Message> = LazyLock::new(|| Platform::trusted().callback());
static MERCHANT: LazyLock<PlatformKey> = LazyLock::new(|| {
    let certificate = vector::key("throwaway-merchant-cert.pem");
    PlatformKey::from_certificate(certificate.as_bytes()).expect("a certificate")
});

pub fn explain(data: &[u8]) {
    let (choice, rest) = choice(data);
    match choice % 3 {
        0 => raw_delivery(rest),
        1 => altered_delivery(rest),
        _ => request(rest),
    }
}

fn captured<'a>(
    headers: &'a [(&'a str, &'a str)],
    body: &'a [u8],
    key: &'a [u8],
) -> CapturedDelivery<'a> {
    CapturedDelivery {
        headers,
        body,
        platform_keys: &KEYS,
        merchant_certificate: Some(&MERCHANT),
        api_v3_key: Some(key),
        api_v2_key: Some(b"throw-away-APIv2-key-of-32-chars"),
        now: UnixTime::from_secs(NOW),
        tolerance: Tolerance::default(),
    }
}

fn raw_delivery(data: &[u8]) {
    let [key, body, headers] = parts(data);
    let texts: Vec<_> = headers.split(|byte| *byte == SEPARATOR).map(text).collect();
    let pairs: Vec<(&str, &str)> =
        texts.chunks_exact(2).map(|pair| (&*pair[0], &*pair[1])).collect();
    let causes = explain_delivery(&captured(&pairs, body, key));
    for cause in causes {
        assert!(!cause.to_string().is_empty() && !cause.code().is_empty());
    }
}

fn altered_delivery(data: &[u8]) {
    let [script, key, header, value] = parts(data);
    let body = edited(&GENUINE.body, script);
    let (header, value) = (text(header), text(value));
    let mut message = Message { body, ..GENUINE.clone() };
    let is_known = message.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(&header));
    if is_known {
        message.set(&header, value.clone());
    }
    let pairs: Vec<(&str, &str)> =
        message.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let key = if key.is_empty() { API_V3_KEY.as_bytes() } else { key };
    let causes = explain_delivery(&captured(&pairs, &message.body, key));
    let is_genuine = key == API_V3_KEY.as_bytes() && message.open().is_ok();
    assert!(!is_genuine || causes.is_empty(), "{causes:?}");
    let is_altered = message.body != GENUINE.body && !is_known && key == API_V3_KEY.as_bytes();
    assert!(!is_altered || !causes.is_empty(), "the key made the signature, over another message");
}

fn request(data: &[u8]) {
    let [method, url, body, authorization, answer] = parts(data);
    let (method, url, authorization) = (text(method), text(url), text(authorization));
    let captured = |authorization: &str, answer: Option<&[u8]>| {
        explain_request(&CapturedRequest {
            method: &method,
            url: &url,
            body,
            authorization,
            merchant_certificate: &MERCHANT,
            answer,
            now: UnixTime::from_secs(NOW),
        })
    };
    captured(&authorization, Some(answer));
    let serial = MERCHANT.serial().to_string();
    let identity = Identity::merchant("1900007291", &serial).expect("an identity");
    let Ok(request) = SignableRequest::new(&method, &url, body) else { return };
    let unsigned = request.finalize(&identity, UnixTime::from_secs(NOW), "nonce").expect("a nonce");
    let message = unsigned.message().to_vec();
    static SIGNER: LazyLock<Platform> =
        LazyLock::new(|| Platform::load("throwaway-merchant-key.pem"));
    let signature = STANDARD.encode(SIGNER.sign(&message));
    let genuine = format!(
        "WECHATPAY2-SHA256-RSA2048 mchid=\"1900007291\",nonce_str=\"nonce\",timestamp=\"{NOW}\",\
         serial_no=\"{serial}\",signature=\"{signature}\""
    );
    assert_eq!(captured(&genuine, None), [], "it is in order");
}

pub fn seeds() -> Vec<Vec<u8>> {
    let headers: Vec<&[u8]> = GENUINE
        .headers
        .iter()
        .flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()])
        .collect();
    let raw = join(&[API_V3_KEY.as_bytes(), &GENUINE.body, &join(&headers)]);
    let answer = br#"{"code":"SIGN_ERROR","detail":{"sign_information":{"method":"GET","url":"/v3/x","sign_message_length":1}}}"#;
    let authorization = b"WECHATPAY2-SHA256-RSA2048 mchid=\"1\",nonce_str=\"n\",timestamp=\"1795000000000\",serial_no=\"01\",signature=\"AA-_\"";
    vec![
        [&[0], &*raw].concat(),
        vec![1],
        [&[1], &*join(&[b"", b" throw-away", b"wechatpay-serial", b"01"])].concat(),
        [
            &[2],
            &*join(&[
                b"POST",
                b"https://api.mch.weixin.qq.com/v3/x?a=b",
                b"{\"a\":\"\\/\"}\n",
                authorization,
                answer,
            ]),
        ]
        .concat(),
    ]
}
