//! Notifications and answers, from the bytes of the network to the result.

use std::sync::LazyLock;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wechatpay_core::keys::{ApiV3Key, PlatformKeys};
use wechatpay_core::v3::{
    Notification, NotificationRef, UnverifiedNotification, UnverifiedResponse, WechatpayHeaders,
};
use wechatpay_core::{Error, Tolerance, UnixTime};
use wechatpay_tests::platform::{self, API_V3_KEY, NONCE, NOW};
use wechatpay_tests::vector;

use crate::host::{QuickHost, quick_signature};
use crate::input::{choice, edited, join, parts, text};

static KEYS: LazyLock<PlatformKeys> = LazyLock::new(|| platform::trusted().on_host(&QuickHost));
static API_V3: LazyLock<ApiV3Key> = LazyLock::new(platform::api_v3_key);

/// Headers under which the body is taken for signed.
struct Signed([(&'static str, String); 4]);

impl Signed {
    fn new(body: &[u8]) -> Self {
        let timestamp = NOW.to_string();
        let message = [timestamp.as_bytes(), b"\nnonce\n", body, b"\n"].concat();
        Self([
            ("Wechatpay-Timestamp", timestamp),
            ("Wechatpay-Nonce", "nonce".to_owned()),
            ("Wechatpay-Serial", platform::SERIAL.to_owned()),
            ("Wechatpay-Signature", STANDARD.encode(quick_signature(&message))),
        ])
    }

    fn headers(&self) -> WechatpayHeaders<'_> {
        let pairs = self.0.iter().map(|(name, value)| (*name, value.as_str()));
        WechatpayHeaders::from_pairs(pairs).expect("the headers are well-formed")
    }
}

/// What is signed opens as a naive twin opens it; what was sealed comes out as it went in; what was altered behind the
/// signature does not open.
pub fn notification(data: &[u8]) {
    let (choice, rest) = choice(data);
    match choice % 4 {
        0 => signed_body(rest),
        1 => signed_body(&body_of(rest)),
        2 => sealed_resource(rest),
        _ => altered_resource(rest),
    }
}

fn open(body: &[u8]) -> Result<Notification, Error> {
    let signed = Signed::new(body);
    let (now, tolerance) = (UnixTime::from_secs(NOW), Tolerance::default());
    let unverified = UnverifiedNotification::new(signed.headers(), body);
    let opened = unverified.verify(&*KEYS, now, tolerance).expect("it is signed").open(&API_V3);
    let mut buffer = body.to_vec();
    let in_place = UnverifiedNotification::in_place(signed.headers(), &mut buffer)
        .verify(&*KEYS, now, tolerance)
        .expect("it is signed")
        .open_in_place(&API_V3);
    assert_eq!(
        in_place.as_ref().map(NotificationRef::to_notification),
        opened.as_ref().cloned(),
        "in place"
    );
    let altered = [body, b" "].concat();
    let refused =
        UnverifiedNotification::new(signed.headers(), &altered).verify(&*KEYS, now, tolerance);
    assert!(matches!(refused, Err(Error::SignatureInvalid { .. })), "nobody signed this");
    opened
}

fn signed_body(body: &[u8]) {
    let opened = open(body);
    match (&opened, naive_open(body)) {
        (Ok(opened), Some(expected)) => assert_eq!(seen(opened), expected),
        (Ok(_), None) => panic!("opened what the twin does not open"),
        (Err(error), Some(_)) => panic!("did not open: {error}"),
        (Err(_), None) => {}
    }
    if let Ok(opened) = opened {
        let event = opened.event();
        let is_json =
            serde_json::from_str::<Value>(opened.resource()).is_ok_and(|json| json.is_object());
        assert!(is_json || event.is_err(), "an event of no JSON object");
        assert!(!format!("{opened:?}").contains("resource: "), "Debug shows the resource");
    }
}

/// Id, times, types, summary, original type and plaintext.
type Seen = ([String; 5], Option<String>, String);

fn seen(opened: &Notification) -> Seen {
    let Notification { id, create_time, event_type, resource_type, summary, original_type, .. } =
        opened;
    let texts = [id, create_time, event_type, resource_type, summary].map(String::clone);
    (texts, original_type.clone(), opened.resource().to_owned())
}

/// Opens a notification on serde_json and aes-gcm alone.
fn naive_open(body: &[u8]) -> Option<Seen> {
    let names = ["id", "create_time", "event_type", "resource_type", "summary", "resource"];
    let [id, create_time, event_type, resource_type, summary, resource] =
        wechatpay_core::hazmat::encoding::json_members(std::str::from_utf8(body).ok()?, names)?;
    let names = ["algorithm", "ciphertext", "nonce", "associated_data", "original_type"];
    let [algorithm, ciphertext, nonce, associated_data, original_type] =
        wechatpay_core::hazmat::encoding::json_members(resource?, names)?;
    let required = |raw: Option<&str>| serde_json::from_str::<String>(raw?).ok();
    let optional =
        |raw: Option<&str>| serde_json::from_str::<Option<String>>(raw.unwrap_or("null")).ok();
    let texts = [
        required(id)?,
        required(create_time)?,
        required(event_type)?,
        optional(resource_type)?.unwrap_or_default(),
        optional(summary)?.unwrap_or_default(),
    ];
    let original_type = optional(original_type)?;
    if required(algorithm)? != "AEAD_AES_256_GCM" {
        return None;
    }
    let ciphertext = STANDARD.decode(required(ciphertext)?).ok()?;
    let associated_data = optional(associated_data)?.unwrap_or_default();
    let nonce = Nonce::try_from(required(nonce)?.as_bytes()).ok()?;
    let payload = Payload { msg: &ciphertext, aad: associated_data.as_bytes() };
    let cipher = Aes256Gcm::new_from_slice(API_V3_KEY.as_bytes()).expect("32 bytes");
    let plaintext = cipher.decrypt(&nonce, payload).ok()?;
    Some((texts, original_type, String::from_utf8(plaintext).ok()?))
}

/// A body around a genuine ciphertext: raw members of the envelope and of the resource, then the plaintext.
fn body_of(data: &[u8]) -> Vec<u8> {
    let [envelope, resource, associated_data, plaintext] = parts(data);
    let associated_data = text(associated_data);
    let sealed = platform::seal(API_V3_KEY, NONCE, &associated_data, plaintext);
    let associated_data = Value::from(&*associated_data);
    [
        b"{\"id\":\"EV-1\",\"create_time\":\"2026-11-18T16:26:40+08:00\",\"event_type\":\"TRANSACTION.SUCCESS\"",
        envelope,
        b",\"resource\":{\"algorithm\":\"AEAD_AES_256_GCM\",\"nonce\":\"katvtHDDPxkw\",\"associated_data\":",
        associated_data.to_string().as_bytes(),
        b",\"ciphertext\":\"",
        sealed.as_bytes(),
        b"\"",
        resource,
        b"}}",
    ]
    .concat()
}

fn sealed_resource(data: &[u8]) {
    let [event_type, original_type, plaintext] = parts(data);
    let (event_type, original_type) = (text(event_type), text(original_type));
    let ciphertext = platform::seal(API_V3_KEY, NONCE, &original_type, plaintext);
    let body = envelope(&event_type, &original_type, &ciphertext);
    let opened = open(&body);
    match std::str::from_utf8(plaintext) {
        Ok(plaintext) => {
            let opened = opened.expect("it is genuine");
            assert_eq!(opened.resource(), plaintext);
            assert_eq!(opened.event_type, event_type);
            let _ = opened.event();
        }
        Err(_) => assert!(matches!(opened, Err(Error::BodyMalformed { .. }))),
    }
}

fn altered_resource(data: &[u8]) {
    let [script, plaintext] = parts(data);
    let sealed = platform::seal_raw(API_V3_KEY, NONCE, "transaction", plaintext);
    let altered = edited(&sealed, script);
    if altered != sealed {
        let opened =
            open(&envelope("TRANSACTION.SUCCESS", "transaction", &STANDARD.encode(altered)));
        assert_eq!(opened.err(), Some(Error::DecryptFailed), "the tag does not match");
    }
}

fn envelope(event_type: &str, original_type: &str, ciphertext: &str) -> Vec<u8> {
    let resource = json!({
        "original_type": original_type,
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": ciphertext,
        "associated_data": original_type,
        "nonce": NONCE,
    });
    let body = json!({
        "id": "EV-1",
        "create_time": "2026-11-18T16:26:40+08:00",
        "event_type": event_type,
        "resource": resource,
    });
    body.to_string().into_bytes()
}

pub fn notification_seeds() -> Vec<Vec<u8>> {
    let envelope = platform::envelope(&platform::resource(
        API_V3_KEY,
        NONCE,
        Some("transaction"),
        platform::TRANSACTION,
    ));
    let refund =
        r#"{"out_refund_no":"1","refund_status":"SUCCESS","amount":{"total":1,"refund":1}}"#;
    let mut seeds = vec![
        [b"\0", envelope.as_bytes()].concat(),
        [
            &[1],
            &*join(&[
                b",\"summary\":\"\\u652f\",\"x\":[{}]",
                b",\"original_type\":null",
                b"a",
                b"{}",
            ]),
        ]
        .concat(),
        [&[2], &*join(&[b"TRANSACTION.SUCCESS", b"transaction", platform::TRANSACTION.as_bytes()])]
            .concat(),
        [&[2], &*join(&[b"REFUND.SUCCESS", b"refund", refund.as_bytes()])].concat(),
        [&[3], &*join(&[b"\x01\x00\x00\x01", b"{}"])].concat(),
    ];
    for case in vector::load("apiv3_notify") {
        if let Some(body) = case.optional_input("body") {
            seeds.push([b"\0", body.as_bytes()].concat());
        }
        if let Some(plaintext) = case.optional_expected("plaintext") {
            seeds.push(
                [&[2], &*join(&[b"TRANSACTION.SUCCESS", b"transaction", plaintext.as_bytes()])]
                    .concat(),
            );
        }
    }
    seeds
}

/// A list of certificates gives the certificates that were sealed in it; a body that is signed is given as it is.
pub fn response(data: &[u8]) {
    let (choice, rest) = choice(data);
    let body = match choice % 3 {
        0 => rest.to_vec(),
        1 => list_of(&edited(CERTIFICATE.as_bytes(), rest)),
        _ => {
            let [before, after] = parts(rest);
            [before, &list_of(CERTIFICATE.as_bytes()), after].concat()
        }
    };
    let signed = Signed::new(&body);
    let (now, tolerance) = (UnixTime::from_secs(NOW), Tolerance::default());
    let response = UnverifiedResponse::new(signed.headers(), &body);
    let verified = response.verify(&*KEYS, now, tolerance).expect("it is signed");
    assert_eq!(verified.body(), body);
    if let Ok(opened) = verified.certificates(&API_V3) {
        for certificate in &opened {
            let again =
                wechatpay_core::keys::PlatformKey::from_certificate(certificate.pem.as_bytes());
            assert_eq!(again.as_ref(), Ok(&certificate.key));
        }
        // Genuine signatures only: this host gives none to a certificate out of the body.
        assert!(response.bootstrap_certificates(&API_V3, now, tolerance).is_err());
    }
    let other = [&body[..], b"\n"].concat();
    let other = UnverifiedResponse::new(signed.headers(), &other);
    assert!(other.verify(&*KEYS, now, tolerance).is_err(), "nobody signed this");
}

static CERTIFICATE: LazyLock<String> = LazyLock::new(|| vector::key("throwaway-platform-cert.pem"));

fn list_of(certificate: &[u8]) -> Vec<u8> {
    let entry = json!({
        "serial_no": platform::SERIAL,
        "effective_time": "2018-06-08T10:34:56+08:00",
        "expire_time": "2018-12-08T10:34:56+08:00",
        "encrypt_certificate": {
            "algorithm": "AEAD_AES_256_GCM",
            "nonce": NONCE,
            "associated_data": "certificate",
            "ciphertext": platform::seal(API_V3_KEY, NONCE, "certificate", certificate),
        },
    });
    json!({ "data": [entry] }).to_string().into_bytes()
}

pub fn response_seeds() -> Vec<Vec<u8>> {
    let certificates = vector::load("apiv3_certificates");
    let bodies = certificates.iter().filter_map(|case| case.optional_input("response_body"));
    let bodies = bodies.map(|body| [b"\0", body.as_bytes()].concat());
    [vec![1], vec![2, 0xff], [&[0], &*list_of(CERTIFICATE.as_bytes())].concat()]
        .into_iter()
        .chain(bodies)
        .collect()
}
