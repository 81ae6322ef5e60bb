use aes_gcm::AesGcm;
use aes_gcm::aead::KeyInit;
use aes_gcm::aead::consts::U12;
#[cfg(any(feature = "hazmat", feature = "test-util"))]
use alloc::vec::Vec;
use sm4::Sm4;

use crate::aead;
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
    aead::seal_in_place(&Sm4Gcm::new(key.into()), nonce, associated_data, buffer)
}

/// Decrypts `buffer` (ciphertext, then tag) in place; the plaintext at its front.
///
/// # Errors
/// [`Error::DecryptFailed`] if the nonce does not have 12 bytes, the buffer is shorter than a tag,
/// or the tag does not match. The buffer then holds the ciphertext, as nothing is decrypted before.
pub(crate) fn open_sm4_gcm_in_place<'a>(
    key: &[u8; 16],
    nonce: &[u8],
    associated_data: &[u8],
    buffer: &'a mut [u8],
) -> Result<&'a mut [u8], Error> {
    aead::open_in_place(&Sm4Gcm::new(key.into()), nonce, associated_data, buffer)
}

/// Decrypts `buffer` (ciphertext, then tag) in place and cuts the tag off.
///
/// # Errors
/// Those of `open_sm4_gcm_in_place`. The buffer is then emptied.
#[cfg(feature = "hazmat")]
pub fn open_sm4_gcm(
    key: &[u8; 16],
    nonce: &[u8],
    associated_data: &[u8],
    buffer: &mut Vec<u8>,
) -> Result<(), Error> {
    let opened = open_sm4_gcm_in_place(key, nonce, associated_data, buffer);
    let len = opened.as_ref().map_or(0, |plaintext| plaintext.len());
    let outcome = opened.map(drop);
    buffer.truncate(len);
    outcome
}
