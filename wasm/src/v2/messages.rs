//! Requests, answers and notifications.

use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::Error;
use wechatpay_core::v2::BusinessError;
use wechatpay_core::v2::EncryptedRefundNotification;
use wechatpay_core::v2::Fields;
use wechatpay_core::v2::Payment;
use wechatpay_core::v2::Refund;
use wechatpay_core::v2::SignType;
use wechatpay_core::v2::SignableRequest;
use wechatpay_core::v2::UnverifiedNotification;
use wechatpay_core::v2::UnverifiedResponse;

use crate::failure::Failure;
use crate::results::to_js;
use crate::v2::MerchantV2Handle;
use crate::v2::fields;
use crate::v2::sign_type;

#[wasm_bindgen]
impl MerchantV2Handle {
    /// Signs a request.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`.
    #[wasm_bindgen(js_name = signRequest)]
    pub fn sign_request(&self, flat: Vec<String>, sign_type: &str) -> Result<JsValue, Failure> {
        let request = SignableRequest::new(fields(&flat)?)?;
        let signed = request.sign(&self.key, self::sign_type(sign_type)?)?;
        Ok(to_js(&Signed { body: signed.to_xml(), fields: flattened(signed.fields()) }))
    }

    /// Verifies an answer to a request. `path` is that of the request, for those that are unsigned by documentation.
    ///
    /// # Errors
    /// `ERR_BODY_MALFORMED`, `ERR_SIGN_MISSING`, `ERR_ALGORITHM_MISMATCH` or `ERR_MAC_INVALID`.
    #[wasm_bindgen(js_name = verifyResponse)]
    pub fn verify_response(
        &self,
        xml: &[u8],
        pinned: Option<String>,
        path: Option<String>,
    ) -> Result<JsValue, Failure> {
        let response = UnverifiedResponse::parse(xml)?;
        if let Some(path) = path.filter(|_| !response.is_signed()) {
            let response = response.accept_unsigned(&path)?;
            return Ok(to_js(&Message::new(response.fields(), response.result().err(), None)));
        }
        let pinned = pinned.as_deref().map(sign_type).transpose()?;
        let response = response.verify(&self.key, pinned)?;
        let sign_type = Some(response.sign_type());
        Ok(to_js(&Message::new(response.fields(), response.result().err(), sign_type)))
    }

    /// Verifies a notification.
    ///
    /// # Errors
    /// As [`MerchantV2Handle::verify_response`].
    #[wasm_bindgen(js_name = openNotification)]
    pub fn open_notification(
        &self,
        xml: &[u8],
        pinned: Option<String>,
    ) -> Result<JsValue, Failure> {
        let pinned = pinned.as_deref().map(sign_type).transpose()?;
        let notification = UnverifiedNotification::parse(xml)?.verify(&self.key, pinned)?;
        let (result, sign_type) = (notification.result().err(), Some(notification.sign_type()));
        Ok(to_js(&Message::new(notification.fields(), result, sign_type)))
    }

    /// Verifies the notification of a payment.
    ///
    /// # Errors
    /// As [`MerchantV2Handle::verify_response`].
    #[wasm_bindgen(js_name = openPayment)]
    pub fn open_payment(&self, xml: &[u8], pinned: Option<String>) -> Result<JsValue, Failure> {
        let pinned = pinned.as_deref().map(sign_type).transpose()?;
        let notification = UnverifiedNotification::parse(xml)?.verify(&self.key, pinned)?;
        let payment = notification.payment()?;
        Ok(to_js(&Paid { payment, fields: flattened(notification.fields()) }))
    }

    /// Decrypts a refund notification.
    ///
    /// # Errors
    /// `ERR_BODY_MALFORMED` or `ERR_DECRYPT_FAILED`.
    #[wasm_bindgen(js_name = openRefund)]
    pub fn open_refund(&self, xml: &[u8]) -> Result<JsValue, Failure> {
        let notification = EncryptedRefundNotification::parse(xml)?.open(&self.key)?;
        Ok(to_js(&Refunded {
            refund: notification.refund()?,
            fields: flattened(notification.fields()),
            refund_fields: flattened(notification.refund_fields()),
        }))
    }

    /// Verifies a payscore notification and decrypts its event.
    ///
    /// # Errors
    /// As [`MerchantV2Handle::verify_response`], `ERR_DECRYPT_FAILED`, or `ERR_API_V3_KEY_INVALID` without an APIv3 key.
    #[wasm_bindgen(js_name = openEvent)]
    pub fn open_event(&self, xml: &[u8], pinned: Option<String>) -> Result<JsValue, Failure> {
        let pinned = pinned.as_deref().map(sign_type).transpose()?;
        let key = self.api_v3_key.as_ref();
        let key = key.ok_or(Error::ApiV3KeyInvalid { found: 0, trimmed: 0 })?;
        let notification = UnverifiedNotification::parse(xml)?.verify(&self.key, pinned)?;
        let event = notification.open_event(key)?;
        Ok(to_js(&Event {
            fields: flattened(&event.fields),
            event_id: event.event_id,
            event_type: event.event_type,
            event_create_time: event.event_create_time,
        }))
    }
}

/// Why WeChat Pay did not take a request; `undefined` if the answer is none of that kind.
///
/// # Errors
/// `ERR_BODY_MALFORMED`.
#[wasm_bindgen(js_name = refusal)]
pub fn refusal(xml: &[u8]) -> Result<JsValue, Failure> {
    let response = UnverifiedResponse::parse(xml)?;
    let refusal = response.refusal().map(|refusal| Refused {
        return_code: refusal.return_code,
        return_msg: refusal.return_msg,
    });
    Ok(refusal.map_or(JsValue::UNDEFINED, |refusal| to_js(&refusal)))
}

fn flattened(fields: &Fields) -> Vec<&str> {
    fields.iter().flat_map(|(name, value)| [name, value]).collect()
}

#[derive(Serialize)]
struct Signed<'a> {
    body: String,
    fields: Vec<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    fields: Vec<&'a str>,
    success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    err_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    err_code_des: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sign_type: Option<&'static str>,
}

impl<'a> Message<'a> {
    fn new(
        fields: &'a Fields,
        error: Option<BusinessError<'a>>,
        sign_type: Option<SignType>,
    ) -> Self {
        Self {
            fields: flattened(fields),
            success: error.is_none(),
            err_code: error.and_then(|error| error.err_code),
            err_code_des: error.and_then(|error| error.err_code_des),
            sign_type: sign_type.map(SignType::as_str),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Refused<'a> {
    return_code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    return_msg: Option<&'a str>,
}

#[derive(Serialize)]
struct Paid<'a> {
    payment: Payment<'a>,
    fields: Vec<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Refunded<'a> {
    refund: Refund<'a>,
    fields: Vec<&'a str>,
    refund_fields: Vec<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    event_id: String,
    event_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_create_time: Option<String>,
    fields: Vec<&'a str>,
}
