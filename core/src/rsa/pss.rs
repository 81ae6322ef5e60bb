use alloc::vec;
use alloc::vec::Vec;

use rand_core::CryptoRng;

use crate::hash;
use crate::rsa::key::{PrivateKeyOn, PublicKeyOn};
use crate::rsa::widths::{self, Widths};
use crate::rsa::{MAX_MODULUS_LEN, mgf1};

const HASH_LEN: usize = 32;

/// Length of the salt, in bytes: that of the digest.
const SALT_LEN: usize = HASH_LEN;

const TRAILER: u8 = 0xbc;

impl<W: Widths> PrivateKeyOn<W> {
    /// Signs a SHA-256 digest by RSASSA-PSS with MGF1-SHA256 and a salt of 32 bytes; `rng` makes the
    /// salt and blinds the private operation.
    ///
    /// `None` if the private operation failed its check.
    #[must_use]
    pub fn sign_pss_sha256(&self, digest: &[u8; 32], rng: &mut dyn CryptoRng) -> Option<Vec<u8>> {
        let mut salt = [0; SALT_LEN];
        rng.fill_bytes(&mut salt);
        let mut block = [0; MAX_MODULUS_LEN];
        let block = block.get_mut(..self.modulus_len())?;
        encode(message_part(block, self.modulus_bits())?, self.modulus_bits(), digest, &salt)?;
        let mut signature = vec![0; block.len()];
        self.apply(block, &mut signature, rng).then_some(signature)
    }
}

impl<W: Widths> PublicKeyOn<W> {
    /// Whether `signature` is an RSASSA-PSS signature of a SHA-256 digest, with MGF1-SHA256 and a
    /// salt of exactly 32 bytes. It must be as long as the modulus.
    #[must_use]
    pub fn verify_pss_sha256(&self, digest: &[u8; 32], signature: &[u8]) -> bool {
        let mut found = [0; MAX_MODULUS_LEN];
        let mut expected = [0; MAX_MODULUS_LEN];
        let (len, bits) = (self.modulus_len(), self.modulus_bits());
        match (found.get_mut(..len), expected.get_mut(..len)) {
            (Some(found), Some(expected)) if signature.len() == len => {
                self.apply(signature, found)
                    && encode_like(found, expected, bits, digest).is_some()
                    && found == expected
            }
            _ => false,
        }
    }
}

/// Encodes with the salt of the block `found`: the only part of it that is not known beforehand.
fn encode_like(found: &[u8], block: &mut [u8], bits: u32, digest: &[u8; 32]) -> Option<()> {
    block.copy_from_slice(found);
    let (data, hash) = split(message_part(block, bits)?)?;
    mgf1::mask_sha256(data, hash);
    let salt = *data.last_chunk::<SALT_LEN>()?;
    block.fill(0);
    encode(message_part(block, bits)?, bits, digest, &salt)
}

/// EMSA-PSS encoding (RFC 8017 §9.1.1).
fn encode(part: &mut [u8], bits: u32, digest: &[u8; 32], salt: &[u8; SALT_LEN]) -> Option<()> {
    *part.last_mut()? = TRAILER;
    let (data, hash) = split(part)?;
    *hash = hash::sha256([&[0; 8][..], digest, salt]);
    data.fill(0);
    let (padding, salt_part) = data.split_last_chunk_mut::<SALT_LEN>()?;
    *salt_part = *salt;
    *padding.last_mut()? = 1;
    mgf1::mask_sha256(data, hash);
    // One bit less than the modulus has: of the first byte, what is left of its bits.
    *data.first_mut()? &= u8::MAX >> (bits.wrapping_neg().wrapping_add(1) & 7);
    Some(())
}

/// The masked data and the hash of a block.
fn split(part: &mut [u8]) -> Option<(&mut [u8], &mut [u8; HASH_LEN])> {
    part.split_last_mut()?.1.split_last_chunk_mut::<HASH_LEN>()
}

/// The bytes of a block that hold one bit less than the modulus has.
fn message_part(block: &mut [u8], modulus_bits: u32) -> Option<&mut [u8]> {
    let len = widths::byte_len(modulus_bits.checked_sub(1)?);
    block.get_mut(block.len().checked_sub(len)?..)
}
