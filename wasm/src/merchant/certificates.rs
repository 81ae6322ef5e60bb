//! Platform certificates, downloaded and rotated.

use alloc::string::String;
use alloc::vec::Vec;

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

#[wasm_bindgen]
impl MerchantHandle {
    /// Verifies and decrypts the answer of `GET /v3/certificates`; `first` when no key of WeChat Pay is known yet.
    /// Gives the serial, PEM text, begin and end of each certificate, one after the other.
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
    ) -> Result<Vec<String>, Failure> {
        let headers = WechatpayHeaders::from_pairs(header_pairs(headers))?;
        let response = UnverifiedResponse::new(headers, body);
        let (now, tolerance) = (seconds(now), self.tolerance);
        let opened = if first {
            response.bootstrap_certificates(&self.api_v3_key, now, tolerance)?
        } else {
            response.verify(&self.platform_keys, now, tolerance)?.certificates(&self.api_v3_key)?
        };
        let mut parts = Vec::new();
        for certificate in opened {
            let serial = String::from(certificate.key.serial().as_str());
            let PlatformCertificate { pem, effective_time, expire_time, .. } = certificate;
            parts.extend([serial, pem, effective_time, expire_time]);
        }
        Ok(parts)
    }

    /// Trusts one more platform key; whether it is new.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`, `ERR_KEY_INVALID` or `ERR_CERTIFICATE_INVALID`.
    #[wasm_bindgen(js_name = addPlatformKey)]
    pub fn add_platform_key(
        &mut self,
        serial: Option<String>,
        key: &[u8],
    ) -> Result<bool, Failure> {
        let key = PlatformKey::parse(serial.as_deref(), key)?;
        not_the_merchants_own(&self.key, &key)?;
        let is_new = self.platform_keys.find(key.serial()).is_err();
        // The host keeps what it is handed.
        let host = host(self.is_on_host && is_new);
        self.platform_keys.insert(on_host(key, host, PlatformKey::on_host))?;
        Ok(is_new)
    }
}
