//! Error answers of WeChat Pay.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::v3::ApiError;

use crate::failure::Failure;

/// Reads the body of an answer other than 2xx: code, message, whether to try again (`true` or `false`), and the
/// detail, as JSON text for the host's parser, if there is one.
///
/// # Errors
/// `ERR_BODY_MALFORMED`.
#[wasm_bindgen(js_name = parseApiError)]
pub fn parse_api_error(status: u16, body: &[u8]) -> Result<Vec<String>, Failure> {
    let error = ApiError::parse(status, body)?;
    let retryable = if error.retryable() { "true" } else { "false" };
    let detail = error.detail().map(String::from);
    let mut parts = vec![error.code, error.message, retryable.into()];
    parts.extend(detail);
    Ok(parts)
}
