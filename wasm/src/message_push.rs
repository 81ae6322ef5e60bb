//! Message push, in plain and in secure mode.

use core::str::from_utf8;

use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::Error;
use wechatpay_core::Tolerance;
use wechatpay_core::UnixTime;
use wechatpay_core::message_push::EncodingAesKey;
use wechatpay_core::message_push::Format;
use wechatpay_core::message_push::PushQuery;
use wechatpay_core::message_push::Reply;
use wechatpay_core::message_push::Token;
use wechatpay_core::message_push::UnverifiedMessage;
use wechatpay_core::message_push::UnverifiedPlainMessage;
use wechatpay_core::message_push::UrlCheck;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::headers::pairs;
use crate::random::HostRandom;
use crate::results;

/// A receiver of pushes with its keys checked.
#[wasm_bindgen]
#[derive(Debug)]
pub struct MessagePushHandle {
    appid: String,
    token: Token,
    key: Option<EncodingAesKey>,
    tolerance: Option<Tolerance>,
}

#[derive(Serialize)]
struct Opened<'a> {
    format: &'static str,
    text: &'a str,
    /// The message as JSON text, for the host's parser.
    json: &'a str,
}

#[wasm_bindgen]
impl MessagePushHandle {
    /// Checks the keys. Without EncodingAESKey pushes come in plain mode; without `tolerance`, in seconds, their time is
    /// not looked at.
    ///
    /// # Errors
    /// `ERR_KEY_INVALID`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        appid: String,
        token: Vec<u8>,
        key: Option<Vec<u8>>,
        tolerance: Option<u32>,
    ) -> Result<Self, Failure> {
        let (token, key) = (Zeroizing::new(token), key.map(Zeroizing::new));
        // What is no text becomes the empty one, which no key is.
        let key = key.as_ref().map(|key| from_utf8(key).unwrap_or_default());
        Ok(Self {
            appid,
            token: Token::new(from_utf8(&token).unwrap_or_default())?,
            key: key.map(EncodingAesKey::new).transpose()?,
            tolerance: tolerance.map(Tolerance::from_secs),
        })
    }

    /// Checks the request by which WeChat checks the URL; what to answer. `query` is name, value, name, value, ….
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`, `ERR_MAC_INVALID` or `ERR_TIMESTAMP_OUTSIDE_WINDOW`.
    #[wasm_bindgen(js_name = verifyUrl)]
    pub fn verify_url(&self, query: Vec<String>, now: u32) -> Result<String, Failure> {
        let query = self.query(&query, now)?;
        Ok(UrlCheck::new(query).verify(&self.token)?.into())
    }

    /// Verifies and decrypts a push in secure mode. To be called with an EncodingAESKey only.
    ///
    /// # Errors
    /// Every `ERR_…` of verification and decryption.
    #[wasm_bindgen(js_name = openMessage)]
    pub fn open_message(
        &self,
        query: Vec<String>,
        body: &[u8],
        now: u32,
    ) -> Result<JsValue, Failure> {
        let query = self.query(&query, now)?;
        let message = UnverifiedMessage::new(query, body)?
            .verify(&self.token)?
            .open(self.key()?, &self.appid)?;
        let format = name(message.format());
        let json = message.to_json()?;
        Ok(results::to_js(&Opened { format, text: message.text(), json: &json }))
    }

    /// Checks the query of a push in plain mode, whose body nothing signs.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`, `ERR_MAC_INVALID`, `ERR_BODY_MALFORMED` or `ERR_TIMESTAMP_OUTSIDE_WINDOW`.
    #[wasm_bindgen(js_name = openPlainMessage)]
    pub fn open_plain_message(
        &self,
        query: Vec<String>,
        body: &[u8],
        now: u32,
    ) -> Result<JsValue, Failure> {
        let query = self.query(&query, now)?;
        let message = UnverifiedPlainMessage::new(query, body).verify(&self.token)?;
        let (format, text) = (name(message.format()), message.unauthenticated_text());
        let json = message.unauthenticated_json()?;
        Ok(results::to_js(&Opened { format, text, json: &json }))
    }

    /// Encrypts and signs an answer; the body to answer with.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`.
    #[wasm_bindgen(js_name = sealReply)]
    pub fn seal_reply(
        &self,
        text: &str,
        xml: bool,
        timestamp: u32,
        nonce: &str,
    ) -> Result<String, Failure> {
        let timestamp = UnixTime::from_secs(u64::from(timestamp));
        let sealed = Reply::new(text, &self.appid)?.seal(
            self.key()?,
            &self.token,
            timestamp,
            nonce,
            &mut HostRandom,
        )?;
        Ok(sealed.to_body(if xml { Format::Xml } else { Format::Json }))
    }

    fn query<'a>(&self, query: &'a [String], now: u32) -> Result<PushQuery<'a>, Error> {
        let query = PushQuery::from_pairs(pairs(query))?;
        match self.tolerance {
            Some(tolerance) => query.fresh(UnixTime::from_secs(u64::from(now)), tolerance),
            None => Ok(query),
        }
    }

    fn key(&self) -> Result<&EncodingAesKey, Error> {
        self.key.as_ref().ok_or(Error::KeyInvalid {
            key: "EncodingAESKey",
            reason: "there is none, and secure mode needs it",
        })
    }
}

const fn name(format: Format) -> &'static str {
    match format {
        Format::Json => "json",
        Format::Xml => "xml",
    }
}
