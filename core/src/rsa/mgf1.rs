//! MGF1 (RFC 8017 §B.2.1).

use zeroize::Zeroizing;

use crate::hash;

/// Adds the mask that SHA-1 grows from `seed` to `data`.
pub(super) fn mask_sha1(data: &mut [u8], seed: &[u8]) {
    mask(data, |counter| hash::sha1([seed, counter]));
}

/// Adds the mask that SHA-256 grows from `seed` to `data`.
#[cfg(any(feature = "hazmat", feature = "mini-program"))]
pub(super) fn mask_sha256(data: &mut [u8], seed: &[u8]) {
    mask(data, |counter| hash::sha256([seed, counter]));
}

fn mask<const LEN: usize>(data: &mut [u8], hash: impl Fn(&[u8]) -> [u8; LEN]) {
    for (counter, chunk) in (0_u32..).zip(data.chunks_mut(LEN)) {
        let mask = Zeroizing::new(hash(&counter.to_be_bytes()));
        for (byte, mask) in chunk.iter_mut().zip(mask.iter()) {
            *byte ^= mask;
        }
    }
}
