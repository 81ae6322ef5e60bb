//! What WeChat's servers compute, put together without the core: AES-CBC, HMAC-SHA256, SHA-1 and
//! RSASSA-PSS.

use aes_gcm::aes::cipher::{Block, BlockCipherEncrypt, BlockSizeUser, KeyInit, consts::U16};
use aes_gcm::aes::{Aes128, Aes256};
use rsa::Pss;
use rsa::pkcs8::DecodePrivateKey;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::rng::TestRng;
use crate::vector;

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// PKCS#7.
pub fn pad(plaintext: &[u8], block_len: usize) -> Vec<u8> {
    let count = block_len - plaintext.len() % block_len;
    [plaintext, &vec![count as u8; count]].concat()
}

/// Encrypts whole blocks; the padding is up to the caller.
pub fn aes_128_cbc(key: &[u8], iv: &[u8], blocks: &[u8]) -> Vec<u8> {
    cbc(&Aes128::new_from_slice(key).expect("16 bytes"), iv, blocks)
}

/// Encrypts whole blocks; the padding is up to the caller.
pub fn aes_256_cbc(key: &[u8], iv: &[u8], blocks: &[u8]) -> Vec<u8> {
    cbc(&Aes256::new_from_slice(key).expect("32 bytes"), iv, blocks)
}

fn cbc<C>(cipher: &C, iv: &[u8], blocks: &[u8]) -> Vec<u8>
where
    C: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16>,
{
    assert!(blocks.len().is_multiple_of(16), "whole blocks");
    let mut previous: [u8; 16] = iv.try_into().expect("16 bytes");
    let mut ciphertext = Vec::with_capacity(blocks.len());
    for block in blocks.chunks(16) {
        let mixed: Vec<u8> = block.iter().zip(previous).map(|(a, b)| a ^ b).collect();
        let mut block = Block::<C>::try_from(&mixed[..]).expect("16 bytes");
        cipher.encrypt_block(&mut block);
        previous = block.into();
        ciphertext.extend_from_slice(&previous);
    }
    ciphertext
}

/// Lower-case hex of HMAC-SHA256 (RFC 2104).
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> String {
    let mut block = [0; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Sha256::digest([&block.map(|byte| byte ^ 0x36), message].concat());
    hex(&Sha256::digest([&block.map(|byte| byte ^ 0x5c)[..], &inner].concat()))
}

/// Lower-case hex of SHA-1.
pub fn sha1(message: &[u8]) -> String {
    hex(&Sha1::digest(message))
}

/// Lower-case hex of SHA-1 over the sorted texts.
pub fn sha1_sorted(mut texts: Vec<&str>) -> String {
    texts.sort_unstable();
    sha1(texts.concat().as_bytes())
}

/// RSASSA-PSS with SHA-256 under a PKCS#8 key of tests/vectors/keys.
pub fn sign_pss(key_file: &str, message: &[u8], salt_len: usize, rng: &mut TestRng) -> Vec<u8> {
    let key = rsa::PrivateKey::from_pkcs8_pem(&vector::key(key_file)).expect("a PKCS#8 RSA key");
    let padding = Pss::<Sha256>::new_with_salt(salt_len);
    key.sign_with_rng(rng, padding, &Sha256::digest(message)).expect("a signature")
}
