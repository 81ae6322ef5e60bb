//! Why a signature or a decryption fails.

use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::Tolerance;
use wechatpay_core::UnixTime;
use wechatpay_core::keys::PlatformKey;
use wechatpay_core::v3::explain::CapturedDelivery;
use wechatpay_core::v3::explain::CapturedRequest;
use wechatpay_core::v3::explain::Cause;
use wechatpay_core::v3::explain::explain_delivery;
use wechatpay_core::v3::explain::explain_request;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::headers::header_pairs;
use crate::platform_key_list::PlatformKeyList;
use crate::results;

#[derive(Serialize)]
struct Explanation {
    cause: &'static str,
    message: String,
}

fn explanations(causes: &[Cause]) -> JsValue {
    let explain = |cause: &Cause| Explanation { cause: cause.code(), message: cause.to_string() };
    results::to_js(&causes.iter().map(explain).collect::<Vec<_>>())
}

/// A certificate, or a public key under a serial that does not matter.
fn certificate(serial: &str, bytes: &[u8]) -> Result<PlatformKey, Failure> {
    PlatformKey::parse(None, bytes)
        .or_else(|_| PlatformKey::from_public_key(serial, bytes))
        .map_err(|error| Failure::from(error).about("merchantCertificate"))
}

/// Explains a notification or response that was refused.
///
/// # Errors
/// `ERR_KEY_INVALID` or `ERR_CERTIFICATE_INVALID` for an unreadable merchant certificate.
#[wasm_bindgen(js_name = explainDelivery)]
#[allow(clippy::too_many_arguments)]
pub fn explain_delivery_js(
    headers: &str,
    body: &[u8],
    platform_keys: PlatformKeyList,
    merchant_certificate: Option<Vec<u8>>,
    api_v3_key: Option<Vec<u8>>,
    api_v2_key: Option<Vec<u8>>,
    now: u32,
    tolerance: u32,
) -> Result<JsValue, Failure> {
    let [api_v3_key, api_v2_key] = [api_v3_key, api_v2_key].map(|key| key.map(Zeroizing::new));
    let merchant = merchant_certificate.map(|bytes| certificate("00", &bytes)).transpose()?;
    let headers: Vec<(&str, &str)> = header_pairs(headers).collect();
    Ok(explanations(&explain_delivery(&CapturedDelivery {
        headers: &headers,
        body,
        platform_keys: &platform_keys.keys,
        merchant_certificate: merchant.as_ref(),
        api_v3_key: api_v3_key.as_ref().map(|key| key.as_slice()),
        api_v2_key: api_v2_key.as_ref().map(|key| key.as_slice()),
        now: UnixTime::from_secs(u64::from(now)),
        tolerance: Tolerance::from_secs(tolerance),
    })))
}

/// Explains a request that was refused with `SIGN_ERROR`.
///
/// # Errors
/// `ERR_KEY_INVALID` or `ERR_CERTIFICATE_INVALID` for an unreadable merchant certificate.
#[wasm_bindgen(js_name = explainRequest)]
#[allow(clippy::too_many_arguments)]
pub fn explain_request_js(
    method: &str,
    url: &str,
    body: &[u8],
    authorization: &str,
    merchant_certificate: &[u8],
    serial_no: &str,
    answer: Option<Vec<u8>>,
    now: u32,
) -> Result<JsValue, Failure> {
    Ok(explanations(&explain_request(&CapturedRequest {
        method,
        url,
        body,
        authorization,
        merchant_certificate: &certificate(serial_no, merchant_certificate)?,
        answer: answer.as_deref(),
        now: UnixTime::from_secs(u64::from(now)),
    })))
}
