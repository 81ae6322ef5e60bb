//! A merchant of APIv2. Fields cross as name, value, name, value, ….

mod client;
mod messages;

pub use client::CouponList;
pub use messages::refusal;
use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::Error;
use wechatpay_core::keys::ApiV3Key;
use wechatpay_core::v2;
use wechatpay_core::v2::Answer;
use wechatpay_core::v2::ApiKey;
use wechatpay_core::v2::Fields;
use wechatpay_core::v2::SignType;
use wechatpay_core::v2::WorkwxApi;
use wechatpay_core::v2::WorkwxSecret;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::headers::pairs;

/// Signs with the APIv2 key of a merchant and reads what WeChat Pay sends to it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct MerchantV2Handle {
    key: ApiKey,
    api_v3_key: Option<ApiV3Key>,
}

#[wasm_bindgen]
impl MerchantV2Handle {
    /// Checks the keys. The APIv3 key is needed for payscore notifications only.
    ///
    /// # Errors
    /// `ERR_API_KEY_INVALID` or `ERR_API_V3_KEY_INVALID`.
    #[wasm_bindgen(constructor)]
    pub fn new(api_key: Vec<u8>, api_v3_key: Option<Vec<u8>>) -> Result<Self, Failure> {
        let api_key = Zeroizing::new(api_key);
        let api_v3_key = api_v3_key.map(Zeroizing::new);
        Ok(Self {
            key: ApiKey::new(&api_key)?,
            api_v3_key: api_v3_key.map(|key| ApiV3Key::new(&key)).transpose()?,
        })
    }

    /// The signature of all these fields.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`.
    pub fn sign(&self, fields: Vec<String>, sign_type: &str) -> Result<String, Failure> {
        Ok(v2::sign(&self::fields(&fields)?, &self.key, self::sign_type(sign_type)?))
    }
}

/// What is signed, without the key behind it.
///
/// # Errors
/// `ERR_ARGUMENT_INVALID`.
#[wasm_bindgen(js_name = stringA)]
pub fn string_a(fields: Vec<String>) -> Result<String, Failure> {
    Ok(v2::string_a(&self::fields(&fields)?))
}

/// `workwx_sign` of a request to WeCom.
///
/// # Errors
/// `ERR_ARGUMENT_INVALID` or `ERR_KEY_INVALID`.
#[wasm_bindgen(js_name = workwxSign)]
pub fn workwx_sign(
    is_transfer: bool,
    fields: Vec<String>,
    secret: Vec<u8>,
) -> Result<String, Failure> {
    let secret = WorkwxSecret::new(&Zeroizing::new(secret))?;
    let api = if is_transfer { WorkwxApi::Transfer } else { WorkwxApi::RedPacket };
    let mut fields = self::fields(&fields)?;
    api.add_workwx_sign(&mut fields, &secret)?;
    Ok(fields.get("workwx_sign").unwrap_or_default().into())
}

/// What to answer a notification with. Without a `remark` it was taken.
#[wasm_bindgen(js_name = notificationAnswer)]
#[must_use]
pub fn notification_answer(remark: Option<String>, is_event: bool) -> String {
    let answer = remark.as_deref().map_or(Answer::Success, Answer::Fail);
    if is_event { answer.to_event_xml() } else { answer.to_xml() }
}

fn fields(flat: &[String]) -> Result<Fields, Error> {
    Fields::from_pairs(pairs(flat))
}

fn sign_type(name: &str) -> Result<SignType, Error> {
    let expected = "MD5 or HMAC-SHA256";
    SignType::parse(name).ok_or(Error::ArgumentInvalid { name: "sign_type", expected })
}
