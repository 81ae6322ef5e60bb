//! RSASSA-PKCS1-v1_5 with SHA-256 under nothing but a key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wechatpay_core::Error;
use wechatpay_core::hazmat::{PrivateKey, PublicKey};
use wechatpay_core::keys::{PlatformKey, PlatformKeys, Serial};
use wechatpay_tests::pem;
use wechatpay_tests::platform::{self, Message};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Check, holds, same};
use wechatpay_tests::vector::Case;

use crate::request::sha256;

pub(crate) fn sign(case: &Case) -> Result<Check, Error> {
    let key = PrivateKey::parse(case.input("private_key_pem").as_bytes()).expect("a private key");
    let digest = sha256(case.input("message").as_bytes());
    let signature = key.sign_pkcs1_sha256(&digest, &mut TestRng::new(5)).expect("a signature");
    Ok(same(STANDARD.encode(signature).as_str(), case.expected("signature_base64")))
}

/// The signature over the bare message, and then, as a header value over another message, through
/// the way that traffic takes: there it must be refused, whatever it was.
pub(crate) fn verify(case: &Case) -> Result<Check, Error> {
    let text = case.input("public_key_or_cert_pem");
    let (der, pem) = (pem::der(text), text.as_bytes());
    let (key_id, serial) = (case.input("key_id"), case.input("serial"));
    let is_certificate = pem.starts_with(b"-----BEGIN CERTIFICATE");
    let spki = if is_certificate { pem::rsa_spki(&der) } else { der };
    let public_key = PublicKey::parse_der(&spki).expect("a public key");
    // "K" in the published tests is no serial that WeChat Pay could send.
    let named = |id: &str| if id == "K" { "PUB_KEY_ID_1".to_owned() } else { id.to_owned() };
    let key = if is_certificate && key_id != "K" {
        PlatformKey::parse(Some(key_id), pem)?
    } else if is_certificate {
        PlatformKey::from_certificate(pem)?
    } else {
        PlatformKey::from_public_key(&named(key_id), pem)?
    };
    let is_same_serial =
        Serial::parse(&named(serial)).is_ok_and(|serial| serial == key.serial() || key_id == "K");

    let signature = case.input("signature_base64");
    let message = case.input("message").as_bytes();
    let valid = is_same_serial
        && STANDARD
            .decode(signature)
            .is_ok_and(|raw| public_key.verify_pkcs1_sha256(&sha256(message), &raw));

    let header_serial = if key_id == serial { key.serial().to_string() } else { serial.to_owned() };
    let other = Message {
        headers: [
            ("Wechatpay-Timestamp", platform::NOW.to_string()),
            ("Wechatpay-Nonce", "nonce".to_owned()),
            ("Wechatpay-Serial", header_serial),
            ("Wechatpay-Signature", signature.to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec(),
        body: message.to_vec(),
        now: platform::NOW,
        tolerance: Default::default(),
    };
    let in_traffic = other.verify_with(&PlatformKeys::new([key])?);
    if valid {
        let code = in_traffic.err().map(|error| error.code());
        return Ok(same(code, Some("ERR_SIGNATURE_INVALID")));
    }
    in_traffic.map(|_| holds(false, "accepted as traffic"))
}
