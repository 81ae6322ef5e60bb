//! Messages of a form that is not modelled.

use alloc::vec;
use alloc::vec::Vec;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::Error;
use wechatpay_core::keys::Serial;
use wechatpay_core::signature::Message;
use wechatpay_core::signature::Signature;
use wechatpay_core::signature::Verifier;

use crate::failure::Failure;
use crate::merchant::MerchantHandle;

#[wasm_bindgen]
impl MerchantHandle {
    /// Signs these very bytes; base64. For a key elsewhere, checks the signature made there.
    ///
    /// # Errors
    /// `ERR_SIGNING_FAILED`.
    #[wasm_bindgen(js_name = signMessage)]
    pub fn sign_message(
        &self,
        message: &[u8],
        signature: Option<Vec<u8>>,
    ) -> Result<JsValue, Failure> {
        let made = self.key.signature(&Message::raw(message), signature.as_deref())?;
        Ok(made.map(|signature| vec![signature.to_base64()]).into_js())
    }

    /// Verifies a signature of these very bytes under the platform key of this serial. No time is checked.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`, `ERR_SERIAL_UNKNOWN` or `ERR_SIGNATURE_INVALID`.
    #[wasm_bindgen(js_name = verifyMessage)]
    pub fn verify_message(
        &self,
        serial: &str,
        message: &[u8],
        signature: &str,
    ) -> Result<(), Failure> {
        let serial = Serial::parse(serial)?;
        let key = self.platform_keys.find(serial)?;
        let signature =
            Signature::parse_base64(signature).ok_or(Error::SignatureInvalid { serial })?;
        key.verify(&Message::raw(message), &signature).map_err(Failure::from)
    }
}
