//! A mini program: login, user data, virtual payment.

mod secure_api;

use core::str::from_utf8;

use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::Error;
use wechatpay_core::Tolerance;
use wechatpay_core::UnixTime;
use wechatpay_core::mini_program::ApiError;
use wechatpay_core::mini_program::AppKeys;
use wechatpay_core::mini_program::AppSecret;
use wechatpay_core::mini_program::Code2Session;
use wechatpay_core::mini_program::EncryptedData;
use wechatpay_core::mini_program::Env;
use wechatpay_core::mini_program::RequestVirtualPayment;
use wechatpay_core::mini_program::Session;
use wechatpay_core::mini_program::SessionKey;
use wechatpay_core::mini_program::UnverifiedPayEvent;
use wechatpay_core::mini_program::UnverifiedRawData;
use wechatpay_core::mini_program::VirtualPaymentCall;
use wechatpay_core::mini_program::VirtualPaymentMode;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::results;

pub use secure_api::SecureApiHandle;

/// A mini program with its keys checked.
#[wasm_bindgen]
#[derive(Debug)]
pub struct MiniProgramHandle {
    appid: String,
    app_secret: Option<AppSecret>,
    app_keys: AppKeys,
}

#[wasm_bindgen]
impl MiniProgramHandle {
    /// Checks the keys: the AppSecret, and the AppKeys of virtual payment.
    ///
    /// # Errors
    /// `ERR_KEY_INVALID`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        appid: String,
        app_secret: Option<Vec<u8>>,
        live: Option<Vec<u8>>,
        sandbox: Option<Vec<u8>>,
    ) -> Result<Self, Failure> {
        let [app_secret, live, sandbox] =
            [app_secret, live, sandbox].map(|key| key.map(Zeroizing::new));
        let mut app_keys = AppKeys::default();
        for (env, key) in [(Env::Live, live), (Env::Sandbox, sandbox)] {
            if let Some(key) = key {
                app_keys = app_keys.with(env, utf_8(&key))?;
            }
        }
        let app_secret = app_secret.map(|secret| AppSecret::new(utf_8(&secret))).transpose()?;
        Ok(Self { appid, app_secret, app_keys })
    }

    /// The URL that trades a login code; `undefined` without AppSecret.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`.
    #[wasm_bindgen(js_name = code2SessionUrl)]
    pub fn code2session_url(&self, js_code: &str, backup: bool) -> Result<Option<String>, Failure> {
        let Some(secret) = &self.app_secret else { return Ok(None) };
        let request = Code2Session::new(&self.appid, secret, js_code)?;
        let url = if backup { request.backup_url() } else { request.url() };
        Ok(Some(url.secret_str().into()))
    }

    /// Decrypts user data; JSON text. With a `tolerance` in seconds, the watermark has to be fresh.
    ///
    /// # Errors
    /// `ERR_KEY_INVALID`, `ERR_ARGUMENT_INVALID`, `ERR_DECRYPT_FAILED`, `ERR_APPID_MISMATCH` or
    /// `ERR_TIMESTAMP_OUTSIDE_WINDOW`.
    #[wasm_bindgen(js_name = openEncryptedData)]
    pub fn open_encrypted_data(
        &self,
        session_key: Vec<u8>,
        encrypted_data: &str,
        iv: &str,
        now: u32,
        tolerance: Option<u32>,
    ) -> Result<String, Failure> {
        let session_key = self::session_key(session_key)?;
        let mut data = EncryptedData::new(encrypted_data, iv)?.open(&session_key, &self.appid)?;
        if let Some(tolerance) = tolerance {
            let now = UnixTime::from_secs(u64::from(now));
            data = data.fresh(now, Tolerance::from_secs(tolerance))?;
        }
        Ok(data.json().into())
    }

    /// `pay_sig` of a server call, and with a session key its `signature`.
    ///
    /// # Errors
    /// `ERR_KEY_INVALID` or `ERR_ARGUMENT_INVALID`.
    #[wasm_bindgen(js_name = virtualPaymentCall)]
    pub fn virtual_payment_call(
        &self,
        uri: &str,
        post_body: &str,
        session_key: Option<Vec<u8>>,
    ) -> Result<JsValue, Failure> {
        let session_key = session_key.map(self::session_key).transpose()?;
        let call = VirtualPaymentCall::new(uri, post_body)?;
        Ok(results::to_js(&CallSignatures {
            pay_sig: call.pay_sig(&self.app_keys)?,
            signature: session_key.map(|key| call.signature(&key)),
        }))
    }

    /// The parameters of `wx.requestVirtualPayment`.
    ///
    /// # Errors
    /// `ERR_KEY_INVALID` or `ERR_ARGUMENT_INVALID`.
    #[wasm_bindgen(js_name = requestVirtualPayment)]
    pub fn request_virtual_payment(
        &self,
        mode: &str,
        sign_data: &str,
        session_key: Vec<u8>,
    ) -> Result<JsValue, Failure> {
        let session_key = self::session_key(session_key)?;
        let mode = match mode {
            "short_series_coin" => VirtualPaymentMode::ShortSeriesCoin,
            "short_series_goods" => VirtualPaymentMode::ShortSeriesGoods,
            _ => {
                return Err(Failure::from(Error::ArgumentInvalid {
                    name: "mode",
                    expected: "short_series_coin or short_series_goods",
                }));
            }
        };
        let request = RequestVirtualPayment::new(mode, sign_data)?;
        Ok(results::to_js(&request.sign(&self.app_keys, &session_key)?))
    }

    /// Checks the payment event of a mini game; its environment.
    ///
    /// # Errors
    /// `ERR_MAC_INVALID`, `ERR_KEY_INVALID` or `ERR_ARGUMENT_INVALID`.
    #[wasm_bindgen(js_name = verifyPayEvent)]
    pub fn verify_pay_event(
        &self,
        event: &str,
        payload: &str,
        pay_event_sig: &str,
    ) -> Result<u8, Failure> {
        let event = UnverifiedPayEvent::new(event, payload, pay_event_sig)?;
        Ok(match event.verify(&self.app_keys)?.env() {
            Env::Live => 0,
            Env::Sandbox => 1,
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CallSignatures {
    pay_sig: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<String>,
}

/// Checks `rawData`.
///
/// # Errors
/// `ERR_KEY_INVALID` or `ERR_MAC_INVALID`.
#[wasm_bindgen(js_name = verifyRawData)]
pub fn verify_raw_data(
    session_key: Vec<u8>,
    raw_data: &str,
    signature: &str,
) -> Result<(), Failure> {
    let session_key = self::session_key(session_key)?;
    UnverifiedRawData::new(raw_data, signature).verify(&session_key)?;
    Ok(())
}

/// The user's signature over a body.
///
/// # Errors
/// `ERR_KEY_INVALID`.
#[wasm_bindgen(js_name = userSignature)]
pub fn user_signature(session_key: Vec<u8>, post_data: &[u8]) -> Result<String, Failure> {
    Ok(self::session_key(session_key)?.signature(post_data))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ParsedSession<'a> {
    openid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unionid: Option<&'a str>,
    session_key: &'a str,
}

#[derive(Serialize)]
struct Refusal {
    errcode: f64,
    errmsg: String,
    retryable: bool,
    advice: &'static str,
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self {
            // Documented codes have up to nine digits; no double loses any of those.
            #[allow(clippy::as_conversions, clippy::cast_precision_loss)]
            errcode: error.errcode.code() as f64,
            retryable: error.retryable(),
            advice: error.advice(),
            errmsg: error.errmsg,
        }
    }
}

/// Reads the answer of code2Session: `{ session }` or `{ refusal }`.
///
/// # Errors
/// `ERR_BODY_MALFORMED` or `ERR_KEY_INVALID`.
#[wasm_bindgen(js_name = parseSession)]
pub fn parse_session(body: &[u8]) -> Result<JsValue, Failure> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    enum Answer<'a> {
        Refusal(Refusal),
        Session(ParsedSession<'a>),
    }
    let session = match Session::parse(body)? {
        Ok(session) => session,
        Err(refusal) => return Ok(results::to_js(&Answer::Refusal(refusal.into()))),
    };
    Ok(results::to_js(&Answer::Session(ParsedSession {
        openid: session.openid(),
        unionid: session.unionid(),
        session_key: session.session_key().secret_str(),
    })))
}

/// Looks for an error in an answer of WeChat's server.
///
/// # Errors
/// `ERR_BODY_MALFORMED`.
#[wasm_bindgen(js_name = parseRefusal)]
pub fn parse_refusal(body: &[u8]) -> Result<JsValue, Failure> {
    Ok(ApiError::parse(body)?
        .map_or(JsValue::UNDEFINED, |error| results::to_js(&Refusal::from(error))))
}

fn session_key(session_key: Vec<u8>) -> Result<SessionKey, Error> {
    SessionKey::new(utf_8(&Zeroizing::new(session_key)))
}

/// Secrets come as bytes, so that they can be wiped. What is no text becomes the empty one, which no key is.
fn utf_8(bytes: &[u8]) -> &str {
    from_utf8(bytes).unwrap_or_default()
}
