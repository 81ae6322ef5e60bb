//! Sensitive fields (敏感信息加解密): names, identity numbers, bank accounts. RSAES-OAEP with SHA-1 and
//! an empty label, in base64 (`doc/v3/merchant/4012716434`).

use alloc::string::String;

use rand_core::CryptoRng;

use crate::encoding::base64;
use crate::error::Error;
use crate::keys::{MerchantKey, PlatformKey};

/// Encrypts a field of a request with a key of WeChat Pay, best the one that
/// [`PlatformKeys::for_encryption`](crate::keys::PlatformKeys::for_encryption) picks. The request must
/// carry the serial of that key in its `Wechatpay-Serial` header.
///
/// # Errors
/// [`Error::PlaintextTooLong`] above 214 bytes of UTF-8 (RSA-2048).
pub fn encrypt_sensitive(
    plaintext: &str,
    key: &PlatformKey,
    rng: &mut dyn CryptoRng,
) -> Result<String, Error> {
    key.encrypt(plaintext.as_bytes(), rng).map(|ciphertext| base64::encode(&ciphertext))
}

/// Decrypts a field of a response or a notification with the merchant's private key.
///
/// # Errors
/// [`Error::DecryptFailed`] if it is not base64, or was not encrypted for this key.
pub fn decrypt_sensitive(
    ciphertext: &str,
    key: &MerchantKey,
    rng: &mut dyn CryptoRng,
) -> Result<String, Error> {
    let ciphertext = base64::decode(ciphertext).ok_or(Error::DecryptFailed)?;
    let mut plaintext = key.decrypt(&ciphertext, rng)?;
    String::from_utf8(core::mem::take(&mut *plaintext)).map_err(|_| Error::DecryptFailed)
}
