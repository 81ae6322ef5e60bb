//! AES-256-GCM with a 96-bit nonce and a 128-bit tag (NIST SP 800-38D).

use alloc::vec::Vec;

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{AeadInOut, KeyInit};

use crate::error::Error;
use crate::host::HostKey;

/// Length of the key, in bytes.
pub(crate) const KEY_LEN: usize = 32;

/// Length of the nonce, in bytes.
pub(crate) const NONCE_LEN: usize = 12;

/// Length of the tag, in bytes.
pub(crate) const TAG_LEN: usize = 16;

/// Decrypts `buffer` (ciphertext, then tag) in place and cuts the tag off.
///
/// # Errors
/// [`Error::DecryptFailed`] if the nonce does not have 12 bytes, the buffer is shorter than a tag,
/// or the tag does not match. The buffer is then emptied: no unauthenticated plaintext remains.
pub fn open_aes_256_gcm(
    key: &[u8; KEY_LEN],
    nonce: &[u8],
    associated_data: &[u8],
    buffer: &mut Vec<u8>,
) -> Result<(), Error> {
    let opened = <&[u8; NONCE_LEN]>::try_from(nonce).is_ok_and(|nonce| {
        Aes256Gcm::new(key.into()).decrypt_in_place(nonce.into(), associated_data, buffer).is_ok()
    });
    if opened {
        return Ok(());
    }
    buffer.clear();
    Err(Error::DecryptFailed)
}

/// As [`open_aes_256_gcm`], by a host that has the key.
pub(crate) fn open_aes_256_gcm_on(
    host: HostKey,
    key: &[u8; KEY_LEN],
    nonce: &[u8],
    associated_data: &[u8],
    buffer: &mut Vec<u8>,
) -> Result<(), Error> {
    if let (Ok(nonce), Some(len)) = (nonce.try_into(), buffer.len().checked_sub(TAG_LEN))
        && host.open_aes_256_gcm(nonce, associated_data, buffer)
    {
        buffer.truncate(len);
        return Ok(());
    }
    open_aes_256_gcm(key, nonce, associated_data, buffer)
}

/// Encrypts `buffer` in place and appends the tag.
///
/// # Errors
/// [`Error::ArgumentInvalid`] if the nonce does not have 12 bytes, or the plaintext is beyond what GCM
/// can take.
#[cfg(any(feature = "hazmat", feature = "mini-program", feature = "test-util"))]
pub fn seal_aes_256_gcm(
    key: &[u8; KEY_LEN],
    nonce: &[u8],
    associated_data: &[u8],
    buffer: &mut Vec<u8>,
) -> Result<(), Error> {
    let sealed = <&[u8; NONCE_LEN]>::try_from(nonce).is_ok_and(|nonce| {
        Aes256Gcm::new(key.into()).encrypt_in_place(nonce.into(), associated_data, buffer).is_ok()
    });
    if sealed {
        return Ok(());
    }
    Err(Error::ArgumentInvalid {
        name: "nonce",
        expected: "12 bytes, never used before with this key",
    })
}
