//! Error answers of WeChat Pay.

use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::v3::ApiError;

use crate::failure::Failure;
use crate::results;

#[derive(Serialize)]
struct Parsed {
    code: String,
    message: String,
    /// JSON text, for the host's parser.
    detail: Option<String>,
    retryable: bool,
}

/// Reads the body of an answer other than 2xx.
///
/// # Errors
/// `ERR_BODY_MALFORMED`.
#[wasm_bindgen(js_name = parseApiError)]
pub fn parse_api_error(status: u16, body: &[u8]) -> Result<JsValue, Failure> {
    let error = ApiError::parse(status, body)?;
    Ok(results::to_js(&Parsed {
        retryable: error.retryable(),
        detail: error.detail.as_ref().map(ToString::to_string),
        code: error.code,
        message: error.message,
    }))
}
