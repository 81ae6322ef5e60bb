//! A merchant with its keys parsed. What has several parts comes back as a list of them, in the order given.

mod certificates;
mod message;
mod sensitive;
mod statement;

use alloc::string::String;
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;
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
use crate::headers::pairs;
use crate::platform_key_list::PlatformKeyList;
use crate::random::HostRandom;

/// Signs as one merchant and reads what WeChat Pay sends to it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct MerchantHandle {
    key: MerchantKey,
    api_v3_key: ApiV3Key,
    platform_keys: PlatformKeys,
    tolerance: Tolerance,
}

#[wasm_bindgen]
impl MerchantHandle {
    /// Parses the keys once. `number` is the `mchid`, or with `is_brand` the `brand_id`; `tolerance` is in seconds.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`, `ERR_KEY_INVALID` or `ERR_API_V3_KEY_INVALID`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        is_brand: bool,
        number: &str,
        serial_no: &str,
        private_key: Vec<u8>,
        api_v3_key: Vec<u8>,
        platform_keys: PlatformKeyList,
        tolerance: u32,
    ) -> Result<Self, Failure> {
        let private_key = Zeroizing::new(private_key);
        let api_v3_key = Zeroizing::new(api_v3_key);
        let key = if is_brand {
            MerchantKey::from_identity(Identity::brand(number, serial_no)?, &private_key)
        } else {
            MerchantKey::new(number, serial_no, &private_key)
        }?;
        let platform_keys = platform_keys.keys;
        platform_keys.iter().try_for_each(|own| not_the_merchants_own(&key, own))?;
        Ok(Self {
            key,
            api_v3_key: ApiV3Key::new(&api_v3_key)?,
            platform_keys,
            tolerance: Tolerance::from_secs(tolerance),
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

    /// Signs a request: the header `Authorization`, and the message that was signed.
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
    ) -> Result<Vec<String>, Failure> {
        let unsigned = SignableRequest::new(method, url, body)?.finalize(
            self.key.identity(),
            seconds(timestamp),
            nonce_str,
        )?;
        let message = String::from_utf8_lossy(&unsigned.message().to_vec()).into_owned();
        let authorization = unsigned.sign(&self.key, &mut HostRandom)?.to_string();
        Ok(vec![authorization, message])
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
    ) -> Result<Vec<String>, Failure> {
        let params = RequestPayment::new(appid, prepay_id)?
            .finalize(seconds(timestamp), nonce_str)?
            .sign(&self.key, &mut HostRandom)?;
        let RequestPaymentParams { time_stamp, nonce_str, package, sign_type, pay_sign } = params;
        Ok(vec![time_stamp, nonce_str, package, sign_type, pay_sign])
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
    ) -> Result<Vec<String>, Failure> {
        let params = AppPayment::new(appid, partnerid, prepay_id)?
            .finalize(seconds(timestamp), nonce_str)?
            .sign(&self.key, &mut HostRandom)?;
        let AppPaymentParams { appid, partnerid, prepayid, package, noncestr, timestamp, sign } =
            params;
        Ok(vec![appid, partnerid, prepayid, package, noncestr, timestamp, sign])
    }

    /// Verifies a notification, then decrypts its resource. `headers` is name, value, name, value, …. Gives `id`,
    /// `createTime`, `eventType`, `resourceType`, `summary`, the resource as JSON text (the host's own parser is
    /// faster than building the object from here), and `originalType` if there is one.
    ///
    /// # Errors
    /// Every `ERR_…` of verification and decryption.
    #[wasm_bindgen(js_name = openNotification)]
    pub fn open_notification(
        &self,
        headers: Vec<String>,
        mut body: Vec<u8>,
        now: u32,
    ) -> Result<Vec<String>, Failure> {
        let headers = WechatpayHeaders::from_pairs(pairs(&headers))?;
        let opened = UnverifiedNotification::in_place(headers, &mut body)
            .verify(&self.platform_keys, seconds(now), self.tolerance)?
            .open_in_place(&self.api_v3_key)?;
        let mut parts = vec![
            String::from(opened.id),
            String::from(opened.create_time),
            String::from(opened.event_type),
            String::from(opened.resource_type),
            String::from(opened.summary),
            String::from(opened.resource()),
        ];
        parts.extend(opened.original_type.map(String::from));
        Ok(parts)
    }

    /// Verifies an answer to a request. `headers` as for [`MerchantHandle::open_notification`].
    ///
    /// # Errors
    /// Every `ERR_…` of verification.
    #[wasm_bindgen(js_name = verifyResponse)]
    pub fn verify_response(
        &self,
        headers: Vec<String>,
        body: &[u8],
        now: u32,
    ) -> Result<(), Failure> {
        let headers = WechatpayHeaders::from_pairs(pairs(&headers))?;
        UnverifiedResponse::new(headers, body)
            .verify(&self.platform_keys, seconds(now), self.tolerance)
            .map(|_| ())
            .map_err(Failure::from)
    }
}

/// Refuses a frequent mix-up: the merchant's own certificate where WeChat Pay's is meant.
fn not_the_merchants_own(merchant: &MerchantKey, key: &PlatformKey) -> Result<(), Failure> {
    if !key.belongs_to(merchant) {
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
