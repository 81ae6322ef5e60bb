use alloc::vec::Vec;

use aes::Aes256;
use aes::cipher::{Array, BlockCipherDecrypt, KeyInit};

use crate::block_mode::pkcs7;
use crate::error::Error;

/// Decrypts `buffer` in place with AES-256-ECB and cuts its PKCS#7 padding off.
///
/// # Errors
/// [`Error::DecryptFailed`] if the buffer is empty or not whole blocks, or its padding is wrong. The
/// buffer is then emptied.
pub fn open_aes_256_ecb(key: &[u8; 32], buffer: &mut Vec<u8>) -> Result<(), Error> {
    let (blocks, rest) = Array::slice_as_chunks_mut(buffer);
    if blocks.is_empty() || !rest.is_empty() {
        buffer.clear();
        return Err(Error::DecryptFailed);
    }
    Aes256::new(key.into()).decrypt_blocks(blocks);
    pkcs7::unpad(buffer, 16)
}

/// Pads `buffer` by PKCS#7 and encrypts it in place with AES-256-ECB.
#[cfg(feature = "hazmat")]
pub fn seal_aes_256_ecb(key: &[u8; 32], buffer: &mut Vec<u8>) {
    use aes::cipher::BlockCipherEncrypt;

    pkcs7::pad(buffer, 16);
    let (blocks, _) = Array::slice_as_chunks_mut(buffer);
    Aes256::new(key.into()).encrypt_blocks(blocks);
}
