//! AES-256-GCM with a 96-bit nonce and a 128-bit tag (NIST SP 800-38D).

#[cfg(all(
    feature = "alloc",
    any(feature = "hazmat", feature = "mini-program", feature = "test-util", feature = "v2")
))]
use alloc::vec::Vec;

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::consts::{U12, U16};
use aes_gcm::aead::{AeadCore, AeadInOut, KeyInit};

use crate::error::Error;
use crate::host::HostKey;

/// Length of the key, in bytes.
pub(crate) const KEY_LEN: usize = 32;

/// Length of the nonce, in bytes.
pub(crate) const NONCE_LEN: usize = 12;

/// Length of the tag, in bytes.
pub(crate) const TAG_LEN: usize = 16;

/// Decrypts `buffer` (ciphertext, then tag) in place; the plaintext at its front.
///
/// # Errors
/// [`Error::DecryptFailed`] if the nonce does not have 12 bytes, the buffer is shorter than a tag,
/// or the tag does not match. The buffer then holds the ciphertext, as nothing is decrypted before.
pub(crate) fn open_aes_256_gcm_in_place<'a>(
    key: &[u8; KEY_LEN],
    nonce: &[u8],
    associated_data: &[u8],
    buffer: &'a mut [u8],
) -> Result<&'a mut [u8], Error> {
    open_in_place(&Aes256Gcm::new(key.into()), nonce, associated_data, buffer)
}

/// As [`open_aes_256_gcm_in_place`], with any block cipher.
pub(crate) fn open_in_place<'a, C>(
    cipher: &C,
    nonce: &[u8],
    associated_data: &[u8],
    buffer: &'a mut [u8],
) -> Result<&'a mut [u8], Error>
where
    C: AeadInOut + AeadCore<NonceSize = U12, TagSize = U16>,
{
    let nonce = <&[u8; NONCE_LEN]>::try_from(nonce).map_err(|_| Error::DecryptFailed)?;
    let (text, tag) = buffer.split_last_chunk_mut::<TAG_LEN>().ok_or(Error::DecryptFailed)?;
    cipher
        .decrypt_inout_detached(nonce.into(), associated_data, text.into(), (&*tag).into())
        .map_err(|_| Error::DecryptFailed)?;
    Ok(text)
}

/// Decrypts `buffer` (ciphertext, then tag) in place and cuts the tag off.
///
/// # Errors
/// Those of `open_aes_256_gcm_in_place`. The buffer is then emptied.
#[cfg(feature = "alloc")]
#[cfg(any(feature = "hazmat", feature = "mini-program", feature = "v2"))]
pub fn open_aes_256_gcm(
    key: &[u8; KEY_LEN],
    nonce: &[u8],
    associated_data: &[u8],
    buffer: &mut Vec<u8>,
) -> Result<(), Error> {
    let opened = open_aes_256_gcm_in_place(key, nonce, associated_data, buffer);
    let len = opened.as_ref().map_or(0, |plaintext| plaintext.len());
    let outcome = opened.map(drop);
    buffer.truncate(len);
    outcome
}

/// As [`open_aes_256_gcm_in_place`], by a host that has the key.
pub(crate) fn open_aes_256_gcm_on<'a>(
    host: HostKey,
    key: &[u8; KEY_LEN],
    nonce: &[u8],
    associated_data: &[u8],
    buffer: &'a mut [u8],
) -> Result<&'a mut [u8], Error> {
    if let (Ok(nonce), Some(len)) = (nonce.try_into(), buffer.len().checked_sub(TAG_LEN))
        && host.open_aes_256_gcm(nonce, associated_data, buffer)
    {
        return buffer.get_mut(..len).ok_or(Error::DecryptFailed);
    }
    open_aes_256_gcm_in_place(key, nonce, associated_data, buffer)
}

/// Encrypts `buffer` in place and appends the tag.
///
/// # Errors
/// [`Error::ArgumentInvalid`] if the nonce does not have 12 bytes, or the plaintext is beyond what GCM
/// can take.
#[cfg(feature = "alloc")]
#[cfg(any(feature = "hazmat", feature = "mini-program", feature = "test-util"))]
pub fn seal_aes_256_gcm(
    key: &[u8; KEY_LEN],
    nonce: &[u8],
    associated_data: &[u8],
    buffer: &mut Vec<u8>,
) -> Result<(), Error> {
    seal_in_place(&Aes256Gcm::new(key.into()), nonce, associated_data, buffer)
}

/// As [`seal_aes_256_gcm`], with any block cipher.
#[cfg(feature = "alloc")]
#[cfg(any(feature = "hazmat", feature = "mini-program", feature = "test-util"))]
pub(crate) fn seal_in_place<C>(
    cipher: &C,
    nonce: &[u8],
    associated_data: &[u8],
    buffer: &mut Vec<u8>,
) -> Result<(), Error>
where
    C: AeadInOut + AeadCore<NonceSize = U12, TagSize = U16>,
{
    let sealed = <&[u8; NONCE_LEN]>::try_from(nonce).is_ok_and(|nonce| {
        let tag = cipher.encrypt_inout_detached(
            nonce.into(),
            associated_data,
            buffer.as_mut_slice().into(),
        );
        tag.is_ok_and(|tag| {
            buffer.extend_from_slice(&tag);
            true
        })
    });
    if sealed {
        return Ok(());
    }
    Err(Error::ArgumentInvalid {
        name: "nonce",
        expected: "12 bytes, never used before with this key",
    })
}
