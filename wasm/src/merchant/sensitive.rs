//! Sensitive fields.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::v3::decrypt_sensitive;
use wechatpay_core::v3::encrypt_sensitive;

use crate::failure::Failure;
use crate::merchant::MerchantHandle;
use crate::merchant::seconds;
use crate::random::HostRandom;

#[wasm_bindgen]
impl MerchantHandle {
    /// Encrypts with the platform key that is best at `now`: the ciphertext, and the serial of the key, which belongs
    /// into the request.
    ///
    /// # Errors
    /// `ERR_PLAINTEXT_TOO_LONG`, or `ERR_KEY_INVALID` where no key is valid.
    #[wasm_bindgen(js_name = encryptSensitive)]
    pub fn encrypt_sensitive(&self, plaintext: &str, now: u32) -> Result<Vec<String>, Failure> {
        let key = self.platform_keys.for_encryption(self.key.identity().scheme(), seconds(now))?;
        let ciphertext = encrypt_sensitive(plaintext, key, &mut HostRandom)?;
        Ok(vec![ciphertext, key.serial().as_str().into()])
    }

    /// Decrypts with the merchant's private key.
    ///
    /// # Errors
    /// `ERR_DECRYPT_FAILED`.
    #[wasm_bindgen(js_name = decryptSensitive)]
    pub fn decrypt_sensitive(&self, ciphertext: &str) -> Result<String, Failure> {
        decrypt_sensitive(ciphertext, self.key.local()?, &mut HostRandom).map_err(Failure::from)
    }
}
