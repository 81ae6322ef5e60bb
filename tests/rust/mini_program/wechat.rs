//! WeChat's side: encrypts user data, encrypts and signs responses.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use wechatpay_core::mini_program::{
    SecureApiCertificate, SecureApiKey, SecureResponseHeaders, SessionKey,
    UnverifiedSecureResponse, VerifiedSecureResponse,
};
use wechatpay_core::{Error, Tolerance, UnixTime};
use wechatpay_tests::primitives::{aes_128_cbc, pad, sign_pss};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::vector::{self, Case};

pub(crate) const APPID: &str = "wx4f4bc4dec97d474b";
pub(crate) const SESSION_KEY: &str = "tiihtNczf5v6AKRyjwEUhQ==";
pub(crate) const NOW: u64 = 1_795_000_000;
pub(crate) const URL: &str = "https://api.weixin.qq.com/wxa/getuserriskrank";
pub(crate) const KEY: &str = "otUpngOjU+nVQaWJIC3D/yMLV17RKaP6t4Ot9tbnzLY=";
pub(crate) const KEY_SN: &str = "fa05fe1e5bcc79b81ad5ad4b58acf787";
pub(crate) const CERTIFICATE_SN: &str = "79ba700ea147819f640941bceb38b1d1";

pub(crate) fn session_key() -> SessionKey {
    SessionKey::new(SESSION_KEY).expect("a session key")
}

/// `encryptedData` and `iv` around whole blocks.
pub(crate) fn encrypt_blocks(session_key: &str, iv: &[u8], blocks: &[u8]) -> (String, String) {
    let key = STANDARD.decode(session_key).expect("base64");
    (STANDARD.encode(aes_128_cbc(&key, iv, blocks)), STANDARD.encode(iv))
}

/// `encryptedData` and `iv` around a text, padded as it should be.
pub(crate) fn encrypt(session_key: &str, iv: &[u8], text: &[u8]) -> (String, String) {
    encrypt_blocks(session_key, iv, &pad(text, 16))
}

/// User data with this watermark.
pub(crate) fn marked(appid: &str, timestamp: u64) -> String {
    json!({
        "phoneNumber": "13580006666",
        "purePhoneNumber": "13580006666",
        "countryCode": "86",
        "watermark": { "appid": appid, "timestamp": timestamp },
    })
    .to_string()
}

pub(crate) type Headers = Vec<(String, String)>;

pub(crate) fn headers(appid: &str, timestamp: &str, sn: &str, signature: &str) -> Headers {
    [
        ("Content-Type", "application/json"),
        ("Wechatmp-Appid", appid),
        ("Wechatmp-TimeStamp", timestamp),
        ("Wechatmp-Serial", sn),
        ("Wechatmp-Signature", signature),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

pub(crate) fn parse(headers: &Headers) -> Result<SecureResponseHeaders<'_>, Error> {
    SecureResponseHeaders::from_pairs(headers.iter().map(|(n, v)| (n.as_str(), v.as_str())))
}

/// A response of the server API in all its parts, each of which can be spoilt.
#[derive(Clone)]
pub(crate) struct Response {
    pub(crate) url: String,
    pub(crate) appid: String,
    pub(crate) timestamp: u64,
    pub(crate) key_sn: String,
    pub(crate) key: String,
    pub(crate) body: String,
    pub(crate) headers: Headers,
    pub(crate) now: u64,
}

impl Response {
    /// A response with this plaintext, encrypted and signed.
    pub(crate) fn new(plaintext: &str) -> Self {
        let mut response = Self {
            url: URL.to_owned(),
            appid: APPID.to_owned(),
            timestamp: NOW,
            key_sn: KEY_SN.to_owned(),
            key: KEY.to_owned(),
            body: String::new(),
            headers: Vec::new(),
            now: NOW,
        };
        response.encrypt(plaintext);
        response.signed()
    }

    /// What WeChat answers when all is well.
    pub(crate) fn good() -> Self {
        Self::new(&plaintext(APPID, NOW))
    }

    pub(crate) fn of_vector(case: &Case) -> Self {
        let mut parts = case.input("aad").split('|').map(str::to_owned);
        let mut part = || parts.next().expect("four parts");
        let (url, appid, timestamp, key_sn) = (part(), part(), part(), part());
        let timestamp = timestamp.parse().expect("a time");
        let member = |name| case.input(name);
        let body =
            json!({ "iv": member("iv"), "data": member("data"), "authtag": member("authtag") });
        Self {
            url,
            appid,
            timestamp,
            key_sn,
            key: member("key_base64").to_owned(),
            body: body.to_string(),
            headers: Vec::new(),
            now: timestamp,
        }
    }

    /// Makes the body anew.
    pub(crate) fn encrypt(&mut self, plaintext: &str) {
        let aad = format!("{}|{}|{}|{}", self.url, self.appid, self.timestamp, self.key_sn);
        let key = STANDARD.decode(&self.key).expect("base64");
        let (iv, payload) = ([7; 12], Payload { msg: plaintext.as_bytes(), aad: aad.as_bytes() });
        let sealed = Aes256Gcm::new_from_slice(&key)
            .expect("32 bytes")
            .encrypt(&Nonce::from(iv), payload)
            .expect("a ciphertext");
        let (data, tag) = sealed.split_at(sealed.len() - 16);
        self.body = json!({
            "iv": STANDARD.encode(iv),
            "data": STANDARD.encode(data),
            "authtag": STANDARD.encode(tag),
        })
        .to_string();
    }

    /// Makes the headers anew.
    pub(crate) fn signed(self) -> Self {
        self.signed_with("throwaway-platform-key.pem", 32)
    }

    pub(crate) fn signed_with(mut self, key_file: &str, salt_len: usize) -> Self {
        let signature = self.signature(key_file, salt_len);
        let timestamp = self.timestamp.to_string();
        self.headers = headers(&self.appid, &timestamp, CERTIFICATE_SN, &signature);
        self
    }

    pub(crate) fn signature(&self, key_file: &str, salt_len: usize) -> String {
        let message = format!("{}\n{}\n{}\n{}", self.url, self.appid, self.timestamp, self.body);
        STANDARD.encode(sign_pss(key_file, message.as_bytes(), salt_len, &mut TestRng::new(9)))
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.headers.retain(|(n, _)| n != name);
    }

    pub(crate) fn key(&self) -> SecureApiKey {
        SecureApiKey::new(&self.key_sn, &self.key).expect("a key")
    }

    pub(crate) fn verify_with(
        &self,
        certificates: &[SecureApiCertificate],
    ) -> Result<VerifiedSecureResponse<'_>, Error> {
        UnverifiedSecureResponse::new(parse(&self.headers)?, &self.url, &self.body)?.verify(
            certificates,
            &self.appid,
            UnixTime::from_secs(self.now),
            Tolerance::default(),
        )
    }

    pub(crate) fn verify(&self) -> Result<VerifiedSecureResponse<'_>, Error> {
        self.verify_with(&[certificate(CERTIFICATE_SN, "throwaway-platform-cert.pem")])
    }

    pub(crate) fn open(&self) -> Result<String, Error> {
        Ok(self.verify()?.open(&self.key())?.json().to_owned())
    }
}

pub(crate) fn certificate(sn: &str, file: &str) -> SecureApiCertificate {
    SecureApiCertificate::new(sn, vector::key(file).as_bytes()).expect("a certificate")
}

pub(crate) fn plaintext(appid: &str, timestamp: u64) -> String {
    json!({ "_n": "ShYZpqdVgY+yQVAxNSWhYg", "_appid": appid, "_timestamp": timestamp,
        "errcode": 0, "errmsg": "getuserriskrank succ", "risk_rank": 0 })
    .to_string()
}
