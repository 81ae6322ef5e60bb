//! A host that verifies a signature in a thousandth of the time, so that what stands behind a signature is reached a
//! thousand times more often. The signatures of `delivery`, `explain` and `oaep` are genuine.

use sha2::{Digest, Sha256};
use wechatpay_core::host::{Host, Key};

#[derive(Debug)]
pub struct QuickHost;

const PUBLIC_KEY: u32 = 1;

/// What [`QuickHost`] takes for a signature of the message under a key of 2048 bits.
pub fn quick_signature(message: &[u8]) -> Vec<u8> {
    Sha256::digest(message).repeat(8)
}

impl Host for QuickHost {
    fn import(&self, key: Key<'_>) -> Option<u32> {
        matches!(key, Key::RsaPublic(_)).then_some(PUBLIC_KEY)
    }

    fn sign_pkcs1_sha256(&self, _: u32, _: &[u8], _: &mut [u8]) -> bool {
        false
    }

    fn verify_pkcs1_sha256(&self, key: u32, message: &[u8], signature: &[u8]) -> Option<bool> {
        Some(key == PUBLIC_KEY && signature == quick_signature(message))
    }

    fn raise(&self, _: u32, _: &[u8], _: &mut [u8]) -> bool {
        false
    }

    fn open_aes_256_gcm(&self, _: u32, _: &[u8; 12], _: &[u8], _: &mut [u8]) -> bool {
        false
    }
}
