//! WeChat Pay as the merchant sees it: signs headers and encrypts resources, on the `rsa` and
//! `aes-gcm` crates alone, so that what the core opens was never made by the core.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rsa::Pkcs1v15Sign;
use rsa::pkcs8::DecodePrivateKey;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wechatpay_core::keys::{ApiV3Key, PlatformKey, PlatformKeys};
use wechatpay_core::v3::{
    Notification, UnverifiedNotification, UnverifiedResponse, WechatpayHeaders,
};
use wechatpay_core::{Error, Tolerance, UnixTime};

use crate::vector;

pub const API_V3_KEY: &str = "throw-away-APIv3-key-of-32-bytes";
pub const SERIAL: &str = "0A39C0FFEE00112233445566778899AABBCCDDEE";
pub const NEXT_SERIAL: &str = "F4B2100000000000000000000000000000000001";
pub const PUB_KEY_ID: &str = "PUB_KEY_ID_0114232134912410000000000000";
pub const NOW: u64 = 1_795_000_000;
pub const NONCE: &str = "katvtHDDPxkw";
pub const TRANSACTION: &str = r#"{"mchid":"1900007291","appid":"wxd678efh567hg6787","out_trade_no":"1217752501201407033233368018","transaction_id":"4200000000202611230000000001","trade_type":"JSAPI","trade_state":"SUCCESS","trade_state_desc":"支付成功","bank_type":"OTHERS","attach":"","success_time":"2026-11-18T16:26:40+08:00","payer":{"openid":"oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},"amount":{"total":100,"payer_total":100,"currency":"CNY","payer_currency":"CNY"}}"#;

/// A private key that signs like the platform.
#[derive(Clone)]
pub struct Platform(rsa::PrivateKey);

impl Platform {
    /// From a file of tests/vectors/keys, PKCS#8.
    pub fn load(file: &str) -> Self {
        Self(rsa::PrivateKey::from_pkcs8_pem(&vector::key(file)).expect("a PKCS#8 RSA key"))
    }

    /// The platform whose certificate and public key [`trusted`] holds.
    pub fn trusted() -> Self {
        Self::load("throwaway-platform-key.pem")
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256, raw.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let digest = Sha256::digest(message);
        self.0.sign(Pkcs1v15Sign::new::<Sha256>(), &digest).expect("a signature")
    }

    /// A complete message: headers for `serial`, and the body they sign.
    pub fn post(&self, serial: &str, body: impl Into<Vec<u8>>) -> Message {
        let mut message = Message {
            headers: Vec::new(),
            body: body.into(),
            now: NOW,
            tolerance: Tolerance::default(),
        };
        message.set("Wechatpay-Timestamp", NOW.to_string());
        message.set("Wechatpay-Nonce", "593BEC0C930BF1AFEB40B4A08C8FB242");
        message.set("Wechatpay-Serial", serial);
        message.set("Wechatpay-Signature-Type", "WECHATPAY2-SHA256-RSA2048");
        message.resign(self);
        message
    }

    /// A paid-transaction callback, signed under the certificate.
    pub fn callback(&self) -> Message {
        self.post(SERIAL, envelope(&resource(API_V3_KEY, NONCE, Some("transaction"), TRANSACTION)))
    }
}

/// What a handler gets: headers, raw body, and its own clock.
#[derive(Clone)]
pub struct Message {
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub now: u64,
    pub tolerance: Tolerance,
}

impl Message {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        &found.unwrap_or_else(|| panic!("no header {name}")).1
    }

    /// Sets or replaces a header.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.remove(name);
        self.headers.push((name.to_owned(), value.into()));
    }

    pub fn remove(&mut self, name: &str) {
        self.headers.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
    }

    /// Signs timestamp, nonce and body as they are now.
    pub fn resign(&mut self, platform: &Platform) {
        let signature = platform.sign(&self.signed_bytes());
        self.set("Wechatpay-Signature", STANDARD.encode(signature));
    }

    pub fn signed_bytes(&self) -> Vec<u8> {
        let (timestamp, nonce) =
            (self.header("Wechatpay-Timestamp"), self.header("Wechatpay-Nonce"));
        [timestamp.as_bytes(), b"\n", nonce.as_bytes(), b"\n", &self.body, b"\n"].concat()
    }

    pub fn signature(&self) -> Vec<u8> {
        STANDARD.decode(self.header("Wechatpay-Signature")).expect("base64")
    }

    pub fn parse_headers(&self) -> Result<WechatpayHeaders<'_>, Error> {
        WechatpayHeaders::from_pairs(self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())))
    }

    /// The whole way of a notification: verified, then decrypted.
    pub fn open_with(
        &self,
        keys: &PlatformKeys,
        api_v3_key: &ApiV3Key,
    ) -> Result<Notification, Error> {
        UnverifiedNotification::new(self.parse_headers()?, &self.body)
            .verify(keys, UnixTime::from_secs(self.now), self.tolerance)?
            .open(api_v3_key)
    }

    /// As [`open_with`](Self::open_with), under the trusted keys.
    pub fn open(&self) -> Result<Notification, Error> {
        self.open_with(&trusted(), &api_v3_key())
    }

    /// The way of a response: verified only.
    pub fn verify_with(&self, keys: &PlatformKeys) -> Result<Vec<u8>, Error> {
        let verified = UnverifiedResponse::new(self.parse_headers()?, &self.body).verify(
            keys,
            UnixTime::from_secs(self.now),
            self.tolerance,
        )?;
        Ok(verified.body().to_vec())
    }

    pub fn verify(&self) -> Result<Vec<u8>, Error> {
        self.verify_with(&trusted())
    }
}

/// One key pair under both of its names, the certificate's and the public key's, as during the
/// change from one to the other.
pub fn trusted() -> PlatformKeys {
    let certificate = vector::key("throwaway-platform-cert.pem");
    let public_key = vector::key("throwaway-platform-pub.pem");
    PlatformKeys::new([
        PlatformKey::from_certificate(certificate.as_bytes()).expect("a certificate"),
        PlatformKey::from_public_key(PUB_KEY_ID, public_key.as_bytes()).expect("a public key"),
    ])
    .expect("two serials")
}

pub fn api_v3_key() -> ApiV3Key {
    ApiV3Key::new(API_V3_KEY.as_bytes()).expect("32 bytes")
}

/// Encrypts as WeChat Pay does, with any 12-byte nonce: base64 of ciphertext and tag.
pub fn seal(api_v3_key: &str, nonce: &str, associated_data: &str, plaintext: &[u8]) -> String {
    STANDARD.encode(seal_raw(api_v3_key, nonce, associated_data, plaintext))
}

pub fn seal_raw(api_v3_key: &str, nonce: &str, associated_data: &str, plaintext: &[u8]) -> Vec<u8> {
    let nonce = Nonce::try_from(nonce.as_bytes()).expect("12 bytes");
    let payload = Payload { msg: plaintext, aad: associated_data.as_bytes() };
    Aes256Gcm::new_from_slice(api_v3_key.as_bytes())
        .expect("32 bytes")
        .encrypt(&nonce, payload)
        .expect("a ciphertext")
}

/// A `resource` object; `None` leaves `associated_data` out.
pub fn resource(
    api_v3_key: &str,
    nonce: &str,
    associated_data: Option<&str>,
    plaintext: &str,
) -> Value {
    let ciphertext =
        seal(api_v3_key, nonce, associated_data.unwrap_or_default(), plaintext.as_bytes());
    let mut resource = json!({
        "original_type": "transaction",
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": ciphertext,
        "nonce": nonce,
    });
    if let Some(associated_data) = associated_data {
        resource["associated_data"] = associated_data.into();
    }
    resource
}

/// The body of a callback around a `resource`.
pub fn envelope(resource: &Value) -> String {
    json!({
        "id": "EV-2018022511223320873",
        "create_time": "2026-11-18T16:26:40+08:00",
        "resource_type": "encrypt-resource",
        "event_type": "TRANSACTION.SUCCESS",
        "summary": "支付成功",
        "resource": resource,
    })
    .to_string()
}
