//! What WeChat Pay signs and encrypts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use wechatpay_core::Error;
use wechatpay_core::hazmat::open_aes_256_gcm;
use wechatpay_core::keys::{ApiV3Key, PlatformKey, PlatformKeys};
use wechatpay_tests::pem;
use wechatpay_tests::platform::{self, Message};
use wechatpay_tests::suite::{Check, holds, same};
use wechatpay_tests::vector::Case;

/// Twice: the bare operation, and inside a notification signed for the occasion.
pub(crate) fn aes_256_gcm(case: &Case) -> Result<Check, Error> {
    let api_v3_key = ApiV3Key::new(case.input("key").as_bytes())?;
    let (nonce, associated_data) = (case.input("nonce"), case.input("associated_data"));
    let ciphertext = case.input("ciphertext_base64");
    let bare = decrypt(case.input("key"), nonce, associated_data, ciphertext);

    let resource = serde_json::json!({
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": ciphertext,
        "nonce": nonce,
        "associated_data": associated_data,
    });
    let message =
        platform::Platform::trusted().post(platform::SERIAL, platform::envelope(&resource));
    let notification = message.open_with(&platform::trusted(), &api_v3_key);
    if let (Err(_), Ok(_)) = (&bare, &notification) {
        return Ok(Err("refused bare, accepted in a notification".to_owned()));
    }
    let notification = notification?;
    Ok((|| {
        same(bare.as_deref().ok(), Some(case.expected("plaintext").as_bytes()))?;
        same(notification.resource(), case.expected("plaintext"))
    })())
}

pub(crate) fn response(case: &Case) -> Result<Check, Error> {
    let key = platform_key(case.input("key_id"), case.input("public_key_pem"))?;
    let keys = PlatformKeys::new([key])?;
    let message = message(case);
    let body = message.verify_with(&keys)?;
    Ok((|| {
        same(body, case.input("body").as_bytes().to_vec())?;
        let signed =
            String::from_utf8(message.signed_bytes()).map_err(|error| error.to_string())?;
        same(signed.as_str(), case.input("message"))
    })())
}

pub(crate) fn notify(case: &Case) -> Result<Check, Error> {
    let message = message(case);
    let pem = case.optional_input("platform_cert_pem");
    let pem = pem.or(case.optional_input("platform_public_key_pem")).expect("a platform key");
    let key = platform_key(message.header("Wechatpay-Serial"), pem)?;
    let keys = PlatformKeys::new([key])?;
    message.verify_with(&keys)?;
    let api_v3_key = ApiV3Key::new(case.input("apiv3_key").as_bytes())?;

    let body: Value = serde_json::from_str(case.input("body")).unwrap_or_default();
    let resource = &body["resource"];
    if case.expected.contains_key("missing_fields") {
        let text = |member: &str| resource[member].as_str().unwrap_or_default();
        let plaintext = decrypt(
            case.input("apiv3_key"),
            text("nonce"),
            text("associated_data"),
            text("ciphertext"),
        )?;
        if plaintext != case.expected("plaintext").as_bytes() {
            return Ok(Err("the ciphertext holds something else".to_owned()));
        }
    }
    let notification = message.open_with(&keys, &api_v3_key)?;
    Ok((|| {
        same(notification.resource(), case.expected("plaintext"))?;
        for (member, found) in [
            ("id", &notification.id),
            ("create_time", &notification.create_time),
            ("event_type", &notification.event_type),
            ("resource_type", &notification.resource_type),
            ("summary", &notification.summary),
        ] {
            let sent = body[member].as_str().unwrap_or_default();
            same(found.as_str(), case.optional_expected(member).unwrap_or(sent))?;
        }
        same(notification.original_type.as_deref(), resource["original_type"].as_str())?;
        holds(notification.event().is_ok(), "the typed form refuses it")
    })())
}

fn message(case: &Case) -> Message {
    Message {
        headers: case.pairs("headers"),
        body: case.input("body").into(),
        now: case.number("now"),
        tolerance: Default::default(),
    }
}

/// The key under the serial it is known by in the vector. Some published tests give a certificate the
/// serial of another: its public key then stands in for it.
fn platform_key(serial: &str, text: &str) -> Result<PlatformKey, Error> {
    if !text.starts_with("-----BEGIN CERTIFICATE") {
        return PlatformKey::from_public_key(serial, text.as_bytes());
    }
    let key = PlatformKey::from_certificate(text.as_bytes())?;
    if key.serial().as_str() == serial {
        return Ok(key);
    }
    PlatformKey::from_public_key(serial, &pem::rsa_spki(&pem::der(text)))
}

fn decrypt(
    key: &str,
    nonce: &str,
    associated_data: &str,
    ciphertext: &str,
) -> Result<Vec<u8>, Error> {
    let mut buffer = STANDARD.decode(ciphertext).map_err(|_| Error::DecryptFailed)?;
    let key = key.as_bytes().try_into().expect("32 bytes");
    open_aes_256_gcm(key, nonce.as_bytes(), associated_data.as_bytes(), &mut buffer)?;
    Ok(buffer)
}
