use alloc::vec::Vec;

use aes::cipher::{Array, BlockModeDecrypt, KeyIvInit};

use crate::block_mode::pkcs7;
use crate::error::Error;

const BLOCK_LEN: usize = 16;

/// Decrypts `buffer` in place with AES-128-CBC and cuts its PKCS#7 padding off.
///
/// # Errors
/// [`Error::DecryptFailed`] if the buffer is empty or not whole blocks, or its padding is wrong. The
/// buffer is then emptied.
#[cfg(feature = "mini-program")]
pub(crate) fn open_aes_128_cbc(
    key: &[u8; 16],
    iv: &[u8; BLOCK_LEN],
    buffer: &mut Vec<u8>,
) -> Result<(), Error> {
    decrypt(cbc::Decryptor::<aes::Aes128>::new(key.into(), iv.into()), buffer)?;
    pkcs7::unpad(buffer, 16)
}

/// Decrypts `buffer` in place with AES-256-CBC and cuts its PKCS#7 padding to 32 bytes off.
///
/// # Errors
/// [`Error::DecryptFailed`] if the buffer is empty or not whole blocks, or its padding is wrong. The
/// buffer is then emptied.
#[cfg(feature = "message-push")]
pub(crate) fn open_aes_256_cbc_pad_32(
    key: &[u8; 32],
    iv: &[u8; BLOCK_LEN],
    buffer: &mut Vec<u8>,
) -> Result<(), Error> {
    decrypt(cbc::Decryptor::<aes::Aes256>::new(key.into(), iv.into()), buffer)?;
    pkcs7::unpad(buffer, 32)
}

/// Pads `buffer` to a multiple of 32 bytes by PKCS#7 and encrypts it in place with AES-256-CBC.
#[cfg(feature = "message-push")]
pub(crate) fn seal_aes_256_cbc_pad_32(key: &[u8; 32], iv: &[u8; BLOCK_LEN], buffer: &mut Vec<u8>) {
    use aes::cipher::BlockModeEncrypt;

    pkcs7::pad(buffer, 32);
    let (blocks, _) = Array::slice_as_chunks_mut(buffer);
    cbc::Encryptor::<aes::Aes256>::new(key.into(), iv.into()).encrypt_blocks(blocks);
}

fn decrypt(
    mut cipher: impl BlockModeDecrypt<BlockSize = aes::cipher::consts::U16>,
    buffer: &mut Vec<u8>,
) -> Result<(), Error> {
    let (blocks, rest) = Array::slice_as_chunks_mut(buffer);
    if blocks.is_empty() || !rest.is_empty() {
        buffer.clear();
        return Err(Error::DecryptFailed);
    }
    cipher.decrypt_blocks(blocks);
    Ok(())
}
