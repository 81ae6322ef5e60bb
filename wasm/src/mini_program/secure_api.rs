//! The encrypted and signed server API.

use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::Error;
use wechatpay_core::Tolerance;
use wechatpay_core::UnixTime;
use wechatpay_core::mini_program::SecureApiCertificate;
use wechatpay_core::mini_program::SecureApiKey;
use wechatpay_core::mini_program::SecureApiPrivateKey;
use wechatpay_core::mini_program::SecureRequest;
use wechatpay_core::mini_program::SecureResponseHeaders;
use wechatpay_core::mini_program::UnverifiedSecureResponse;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::headers::header_pairs;
use crate::host::host;
use crate::host::on_host;
use crate::mini_program::utf_8;
use crate::random::HostRandom;
use crate::results;

/// The keys of the server API, parsed.
#[wasm_bindgen]
#[derive(Debug)]
pub struct SecureApiHandle {
    appid: String,
    key: SecureApiKey,
    private_key: SecureApiPrivateKey,
    certificates: Vec<SecureApiCertificate>,
    tolerance: Tolerance,
    is_on_host: bool,
}

#[derive(Serialize)]
struct Signed {
    headers: Vec<(&'static str, String)>,
    body: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Opened<'a> {
    json: &'a str,
    certificate_deprecated: bool,
}

#[wasm_bindgen]
impl SecureApiHandle {
    /// Parses the symmetric key and the private key; `tolerance` is in seconds. With `is_on_host` the host computes
    /// with the RSA keys.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID` or `ERR_KEY_INVALID`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        appid: String,
        sn: &str,
        key: Vec<u8>,
        private_key: Vec<u8>,
        tolerance: u32,
        is_on_host: bool,
    ) -> Result<Self, Failure> {
        let (key, private_key) = (Zeroizing::new(key), Zeroizing::new(private_key));
        Ok(Self {
            appid,
            key: SecureApiKey::new(sn, utf_8(&key))?,
            private_key: SecureApiPrivateKey::new_with(&private_key, host(is_on_host))?,
            certificates: Vec::new(),
            tolerance: Tolerance::from_secs(tolerance),
            is_on_host,
        })
    }

    /// Adds a certificate of WeChat's.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID` or `ERR_CERTIFICATE_INVALID`.
    #[wasm_bindgen(js_name = addCertificate)]
    pub fn add_certificate(&mut self, sn: &str, certificate: &[u8]) -> Result<(), Failure> {
        let place = format!("certificates[{}]", self.certificates.len());
        let certificate = SecureApiCertificate::new(sn, certificate)
            .map_err(|error| Failure::from(error).about(&place))?;
        let host = host(self.is_on_host);
        self.certificates.push(on_host(certificate, host, SecureApiCertificate::on_host));
        Ok(())
    }

    /// Encrypts and signs a request.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID` or `ERR_SIGNING_FAILED`.
    pub fn seal(&self, url: &str, data: &str, timestamp: u32) -> Result<JsValue, Failure> {
        let timestamp = UnixTime::from_secs(u64::from(timestamp));
        let signed = SecureRequest::new(url, &self.appid, data, timestamp)?
            .seal(&self.key, &mut HostRandom)?
            .sign(&self.private_key, &mut HostRandom)?;
        let headers = signed.headers().to_vec();
        Ok(results::to_js(&Signed { headers, body: signed.body }))
    }

    /// Verifies and decrypts a response. `headers` is name, value, name, value, ….
    ///
    /// # Errors
    /// Every `ERR_…` of verification and decryption.
    pub fn open(
        &self,
        url: &str,
        headers: &str,
        body: &[u8],
        now: u32,
    ) -> Result<JsValue, Failure> {
        let headers = SecureResponseHeaders::from_pairs(header_pairs(headers))?;
        let malformed = Error::BodyMalformed { part: "encrypted response", line: 0, column: 0 };
        let body = core::str::from_utf8(body).map_err(|_| malformed)?;
        let verified = UnverifiedSecureResponse::new(headers, url, body)?.verify(
            &self.certificates,
            &self.appid,
            UnixTime::from_secs(u64::from(now)),
            self.tolerance,
        )?;
        let response = verified.open(&self.key)?;
        Ok(results::to_js(&Opened {
            json: response.json(),
            certificate_deprecated: verified.is_certificate_deprecated(),
        }))
    }
}
