use alloc::vec::Vec;

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{AeadInOut, KeyInit};
use sm4::Sm4;

use crate::aead::NONCE_LEN;
use crate::error::Error;

/// SM4 in Galois/Counter Mode, as in RFC 8998: a 96-bit nonce and a 128-bit tag.
type Sm4Gcm = AesGcm<Sm4, U12>;

/// Encrypts `buffer` in place and appends the tag.
///
/// # Errors
/// [`Error::ArgumentInvalid`] if the nonce does not have 12 bytes, or the plaintext is beyond what GCM
/// can take.
#[cfg(any(feature = "hazmat", feature = "test-util"))]
pub fn seal_sm4_gcm(
    key: &[u8; 16],
    nonce: &[u8],
    associated_data: &[u8],
    buffer: &mut Vec<u8>,
) -> Result<(), Error> {
    let sealed = <&[u8; NONCE_LEN]>::try_from(nonce).is_ok_and(|nonce| {
        Sm4Gcm::new(key.into()).encrypt_in_place(nonce.into(), associated_data, buffer).is_ok()
    });
    if sealed {
        return Ok(());
    }
    Err(Error::ArgumentInvalid {
        name: "nonce",
        expected: "12 bytes, never used before with this key",
    })
}

/// Decrypts `buffer` (ciphertext, then tag) in place and cuts the tag off.
///
/// # Errors
/// [`Error::DecryptFailed`] if the nonce does not have 12 bytes, the buffer is shorter than a tag,
/// or the tag does not match. The buffer is then emptied: no unauthenticated plaintext remains.
pub fn open_sm4_gcm(
    key: &[u8; 16],
    nonce: &[u8],
    associated_data: &[u8],
    buffer: &mut Vec<u8>,
) -> Result<(), Error> {
    let opened = <&[u8; NONCE_LEN]>::try_from(nonce).is_ok_and(|nonce| {
        Sm4Gcm::new(key.into()).decrypt_in_place(nonce.into(), associated_data, buffer).is_ok()
    });
    if opened {
        return Ok(());
    }
    buffer.clear();
    Err(Error::DecryptFailed)
}
