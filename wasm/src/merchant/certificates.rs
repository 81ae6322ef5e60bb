//! Platform certificates, downloaded and rotated.

use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::keys::PlatformKey;
use wechatpay_core::v3::PlatformCertificate;
use wechatpay_core::v3::UnverifiedResponse;
use wechatpay_core::v3::WechatpayHeaders;

use crate::failure::Failure;
use crate::headers::header_pairs;
use crate::host::host;
use crate::host::on_host;
use crate::merchant::MerchantHandle;
use crate::merchant::not_the_merchants_own;
use crate::merchant::seconds;
use crate::results;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Certificate {
    serial: String,
    certificate: String,
    effective_time: String,
    expire_time: String,
}

impl From<PlatformCertificate> for Certificate {
    fn from(opened: PlatformCertificate) -> Self {
        Self {
            serial: opened.key.serial().to_string(),
            certificate: opened.pem,
            effective_time: opened.effective_time,
            expire_time: opened.expire_time,
        }
    }
}

#[wasm_bindgen]
impl MerchantHandle {
    /// Verifies and decrypts the answer of `GET /v3/certificates`; `first` when no key of WeChat Pay is known yet.
    ///
    /// # Errors
    /// Every `ERR_…` of verification and decryption, and `ERR_CERTIFICATE_INVALID`.
    #[wasm_bindgen(js_name = openCertificates)]
    pub fn open_certificates(
        &self,
        headers: &str,
        body: &[u8],
        now: u32,
        first: bool,
    ) -> Result<JsValue, Failure> {
        let headers = WechatpayHeaders::from_pairs(header_pairs(headers))?;
        let response = UnverifiedResponse::new(headers, body);
        let (now, tolerance) = (seconds(now), self.tolerance);
        let opened = if first {
            response.bootstrap_certificates(&self.api_v3_key, now, tolerance)?
        } else {
            response.verify(&self.platform_keys, now, tolerance)?.certificates(&self.api_v3_key)?
        };
        let certificates: Vec<Certificate> = opened.into_iter().map(Certificate::from).collect();
        Ok(results::to_js(&certificates))
    }

    /// Trusts one more platform key.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`, `ERR_KEY_INVALID` or `ERR_CERTIFICATE_INVALID`.
    #[wasm_bindgen(js_name = addPlatformKey)]
    pub fn add_platform_key(&mut self, serial: Option<String>, key: &[u8]) -> Result<(), Failure> {
        let key = PlatformKey::parse(serial.as_deref(), key)?;
        not_the_merchants_own(&self.key, &key)?;
        let key = on_host(key, host(self.is_on_host), PlatformKey::on_host);
        self.platform_keys.insert(key).map_err(Failure::from)
    }
}
