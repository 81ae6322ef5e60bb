//! What the WeChat client is called with that no payment key signs.

use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::UnixTime;
use wechatpay_core::jssdk::Config;
use wechatpay_core::jssdk::JsapiTicket;
use wechatpay_core::jssdk::RequestMerchantTransfer;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::results::to_js;

/// Signs the configuration of the JS-SDK on one page.
///
/// # Errors
/// `ERR_ARGUMENT_INVALID` or `ERR_KEY_INVALID`.
#[wasm_bindgen(js_name = wxConfig)]
pub fn wx_config(
    appid: &str,
    url: &str,
    jsapi_ticket: Vec<u8>,
    timestamp: u32,
    nonce_str: &str,
) -> Result<JsValue, Failure> {
    let ticket = JsapiTicket::new(&Zeroizing::new(jsapi_ticket))?;
    let timestamp = UnixTime::from_secs(u64::from(timestamp));
    Ok(to_js(&Config::new(appid, url)?.sign(&ticket, timestamp, nonce_str)?))
}

/// The parameters of `wx.requestMerchantTransfer`.
///
/// # Errors
/// `ERR_ARGUMENT_INVALID`.
#[wasm_bindgen(js_name = requestMerchantTransfer)]
pub fn request_merchant_transfer(
    mchid: &str,
    appid: &str,
    package: &str,
    sub_mchid: Option<String>,
    sub_appid: Option<String>,
    openid: Option<String>,
) -> Result<JsValue, Failure> {
    let mut params = RequestMerchantTransfer::new(mchid, appid, package)?;
    if let Some(sub_mchid) = &sub_mchid {
        params = params.sub_mchid(sub_mchid)?;
    }
    if let Some(sub_appid) = &sub_appid {
        params = params.sub_appid(sub_appid)?;
    }
    if let Some(openid) = &openid {
        params = params.openid(openid)?;
    }
    Ok(to_js(&Transfer { query: params.to_query(), params }))
}

#[derive(Serialize)]
struct Transfer<'a> {
    params: RequestMerchantTransfer<'a>,
    query: String,
}
