//! A merchant with its keys parsed. What has several parts comes back as a list of them, in the order given.

mod certificates;
mod message;
mod sensitive;
mod signing;
mod statement;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;
use signing::SigningKey;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::Error;
use wechatpay_core::Tolerance;
use wechatpay_core::UnixTime;
use wechatpay_core::keys::ApiV3Key;
use wechatpay_core::keys::Identity;
use wechatpay_core::keys::MerchantKey;
use wechatpay_core::keys::PlatformKey;
use wechatpay_core::keys::PlatformKeys;
use wechatpay_core::v3::AppPayment;
use wechatpay_core::v3::AppPaymentParams;
use wechatpay_core::v3::RequestPayment;
use wechatpay_core::v3::RequestPaymentParams;
use wechatpay_core::v3::SignableRequest;
use wechatpay_core::v3::UnverifiedNotification;
use wechatpay_core::v3::UnverifiedResponse;
use wechatpay_core::v3::WechatpayHeaders;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::headers::header_pairs;
use crate::host::host;
use crate::host::on_host;
use crate::packed::packed;
use crate::platform_key_list::PlatformKeyList;

/// Signs as one merchant and reads what WeChat Pay sends to it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct MerchantHandle {
    key: SigningKey,
    api_v3_key: ApiV3Key,
    platform_keys: PlatformKeys,
    tolerance: Tolerance,
    is_on_host: bool,
}

#[wasm_bindgen]
impl MerchantHandle {
    /// Parses the keys once. `number` is the `mchid`, or with `is_brand` the `brand_id`; `tolerance` is in seconds.
    /// With `is_on_host` the host computes with the keys. Without a `private_key` others sign; `certificate`, the
    /// merchant's own or its public key, then checks what they sign.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`, `ERR_KEY_INVALID` or `ERR_API_V3_KEY_INVALID`.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::too_many_arguments, reason = "the border has no structures")]
    pub fn new(
        is_brand: bool,
        number: &str,
        serial_no: &str,
        private_key: Option<Vec<u8>>,
        certificate: Option<Vec<u8>>,
        api_v3_key: Vec<u8>,
        platform_keys: PlatformKeyList,
        tolerance: u32,
        is_on_host: bool,
    ) -> Result<Self, Failure> {
        let private_key = private_key.map(Zeroizing::new);
        let api_v3_key = Zeroizing::new(api_v3_key);
        let host = host(is_on_host);
        let identity = if is_brand {
            Identity::brand(number, serial_no)
        } else {
            Identity::merchant(number, serial_no)
        }?;
        let key = match private_key {
            None => SigningKey::external(identity, certificate.as_deref())?,
            Some(private_key) if is_brand => {
                let key = MerchantKey::from_identity_with(identity, &private_key, host)?;
                SigningKey::Local(Box::new(key))
            }
            // The key decides the scheme.
            Some(private_key) => {
                let key = MerchantKey::new_with(number, serial_no, &private_key, host)?;
                SigningKey::Local(Box::new(key))
            }
        };
        let platform_keys = platform_keys.keys;
        platform_keys.iter().try_for_each(|own| not_the_merchants_own(&key, own))?;
        Ok(Self {
            key,
            api_v3_key: on_host(ApiV3Key::new(&api_v3_key)?, host, ApiV3Key::on_host),
            platform_keys: on_host(platform_keys, host, PlatformKeys::on_host),
            tolerance: Tolerance::from_secs(tolerance),
            is_on_host,
        })
    }

    /// The serial of the merchant's certificate, as it goes into `Authorization`.
    #[wasm_bindgen(js_name = serialNo)]
    #[must_use]
    pub fn serial_no(&self) -> String {
        self.key.identity().serial_no().as_str().into()
    }

    /// The serial of the key with which WeChat Pay is asked to sign its answer, and with which sensitive fields are
    /// encrypted.
    #[wasm_bindgen(js_name = answerSerial)]
    #[must_use]
    pub fn answer_serial(&self, now: u32) -> Option<String> {
        let key =
            self.platform_keys.for_encryption(self.key.identity().scheme(), seconds(now)).ok()?;
        Some(key.serial().as_str().into())
    }

    /// Signs a request: the header `Authorization`, and the message that was signed. For a key elsewhere, what comes
    /// without a `signature` is the message to sign, a `Uint8Array`; so it is with all that is signed here.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID` or `ERR_SIGNING_FAILED`.
    pub fn authorize(
        &self,
        method: &str,
        url: &str,
        body: &[u8],
        timestamp: u32,
        nonce_str: &str,
        signature: Option<Vec<u8>>,
    ) -> Result<JsValue, Failure> {
        let unsigned = SignableRequest::new(method, url, body)?.finalize(
            self.key.identity(),
            seconds(timestamp),
            nonce_str,
        )?;
        let message = String::from_utf8_lossy(&unsigned.message().to_vec()).into_owned();
        let made = self.key.finish(unsigned, signature.as_deref())?;
        Ok(made.map(|authorization| vec![authorization.to_string(), message]).into_js())
    }

    /// Signs the parameters of `wx.requestPayment`: `timeStamp`, `nonceStr`, `package`, `signType`, `paySign`.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID` or `ERR_SIGNING_FAILED`.
    #[wasm_bindgen(js_name = requestPayment)]
    pub fn request_payment(
        &self,
        appid: &str,
        prepay_id: &str,
        timestamp: u32,
        nonce_str: &str,
        signature: Option<Vec<u8>>,
    ) -> Result<JsValue, Failure> {
        let unsigned =
            RequestPayment::new(appid, prepay_id)?.finalize(seconds(timestamp), nonce_str)?;
        let made = self.key.finish(unsigned, signature.as_deref())?;
        Ok(made
            .map(|params| {
                let RequestPaymentParams { time_stamp, nonce_str, package, sign_type, pay_sign } =
                    params;
                vec![time_stamp, nonce_str, package, sign_type, pay_sign]
            })
            .into_js())
    }

    /// Signs the parameters of a payment in an app: `appid`, `partnerid`, `prepayid`, `package`, `noncestr`,
    /// `timestamp`, `sign`.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID` or `ERR_SIGNING_FAILED`.
    #[wasm_bindgen(js_name = appPayment)]
    pub fn app_payment(
        &self,
        appid: &str,
        partnerid: &str,
        prepay_id: &str,
        timestamp: u32,
        nonce_str: &str,
        signature: Option<Vec<u8>>,
    ) -> Result<JsValue, Failure> {
        let unsigned = AppPayment::new(appid, partnerid, prepay_id)?
            .finalize(seconds(timestamp), nonce_str)?;
        let made = self.key.finish(unsigned, signature.as_deref())?;
        Ok(made
            .map(|params| {
                let AppPaymentParams {
                    appid,
                    partnerid,
                    prepayid,
                    package,
                    noncestr,
                    timestamp,
                    sign,
                } = params;
                vec![appid, partnerid, prepayid, package, noncestr, timestamp, sign]
            })
            .into_js())
    }

    /// Verifies a notification, then decrypts its resource. `headers` as `header_pairs` reads them, the result as
    /// `packed` writes it.
    ///
    /// # Errors
    /// Every `ERR_…` of verification and decryption.
    #[wasm_bindgen(js_name = openNotification)]
    pub fn open_notification(
        &self,
        headers: &str,
        mut body: Vec<u8>,
        now: u32,
    ) -> Result<String, Failure> {
        let headers = WechatpayHeaders::from_pairs(header_pairs(headers))?;
        let opened = UnverifiedNotification::in_place(headers, &mut body)
            .verify(&self.platform_keys, seconds(now), self.tolerance)?
            .open_in_place(&self.api_v3_key)?;
        let texts = [
            Some(opened.id),
            Some(opened.create_time),
            Some(opened.event_type),
            Some(opened.resource_type),
            Some(opened.summary),
            opened.original_type,
        ];
        Ok(packed(&texts, opened.resource()))
    }

    /// Verifies an answer to a request. `headers` as for [`MerchantHandle::open_notification`].
    ///
    /// # Errors
    /// Every `ERR_…` of verification.
    #[wasm_bindgen(js_name = verifyResponse)]
    pub fn verify_response(&self, headers: &str, body: &[u8], now: u32) -> Result<(), Failure> {
        let headers = WechatpayHeaders::from_pairs(header_pairs(headers))?;
        UnverifiedResponse::new(headers, body)
            .verify(&self.platform_keys, seconds(now), self.tolerance)
            .map(|_| ())
            .map_err(Failure::from)
    }
}

/// Refuses a frequent mix-up: the merchant's own certificate where WeChat Pay's is meant.
fn not_the_merchants_own(merchant: &SigningKey, key: &PlatformKey) -> Result<(), Failure> {
    if !merchant.owns(key) {
        return Ok(());
    }
    Err(Failure::from(Error::ArgumentInvalid {
        name: "platform_keys",
        expected: "keys of WeChat Pay (pub_key.pem with its PUB_KEY_ID_, or platform \
                   certificates); one of these is the merchant's own (apiclient_cert.pem)",
    }))
}

fn seconds(timestamp: u32) -> UnixTime {
    UnixTime::from_secs(u64::from(timestamp))
}
