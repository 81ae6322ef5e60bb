#[cfg(all(feature = "alloc", feature = "hazmat"))]
use alloc::vec;
#[cfg(feature = "alloc")]
use alloc::vec::Vec;

use rand_core::CryptoRng;

use crate::hash;
use crate::rsa::MAX_MODULUS_LEN;
use crate::rsa::key::{PrivateKeyOn, PublicKeyOn};
use crate::rsa::widths::Widths;

/// DER of DigestInfo for SHA-256 up to the digest itself (RFC 8017 §9.2, note 1).
const SHA_256_DIGEST_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

impl<W: Widths> PrivateKeyOn<W> {
    /// Signs the concatenation of `parts` into a buffer as long as the modulus; see
    /// [`sign_pkcs1_sha256_into`](Self::sign_pkcs1_sha256_into). A host that hashes as well gets the
    /// message in one piece, for which it takes a heap.
    pub(crate) fn sign_message<'a>(
        &self,
        parts: impl IntoIterator<Item = &'a [u8]>,
        signature: &mut [u8],
        rng: &mut dyn CryptoRng,
    ) -> bool {
        #[cfg(feature = "alloc")]
        if let Some(host) = self.host.filter(|_| signature.len() == self.modulus_len()) {
            let message = parts.into_iter().collect::<Vec<_>>().concat();
            return host.sign_pkcs1_sha256(&message, signature)
                || self.sign_pkcs1_sha256_into(&hash::sha256([&message[..]]), signature, rng);
        }
        self.sign_pkcs1_sha256_into(&hash::sha256(parts), signature, rng)
    }

    /// Signs a SHA-256 digest; `rng` blinds the private operation and does not change the result.
    ///
    /// `None` if the private operation failed its check.
    #[cfg(all(feature = "alloc", feature = "hazmat"))]
    #[must_use]
    pub fn sign_pkcs1_sha256(&self, digest: &[u8; 32], rng: &mut dyn CryptoRng) -> Option<Vec<u8>> {
        let mut signature = vec![0; self.modulus_len()];
        self.sign_pkcs1_sha256_into(digest, &mut signature, rng).then_some(signature)
    }

    /// Signs a SHA-256 digest into a buffer as long as the modulus.
    ///
    /// `false` if the private operation failed its check, or the buffer has another length.
    #[must_use]
    pub fn sign_pkcs1_sha256_into(
        &self,
        digest: &[u8; 32],
        signature: &mut [u8],
        rng: &mut dyn CryptoRng,
    ) -> bool {
        let mut encoded = [0; MAX_MODULUS_LEN];
        match encoded.get_mut(..self.modulus_len()) {
            Some(encoded) if encoded.len() == signature.len() => {
                encode(encoded, digest);
                self.apply(encoded, signature, rng)
            }
            _ => false,
        }
    }
}

impl<W: Widths> PublicKeyOn<W> {
    /// Whether `signature` is the signature of the concatenation of `parts`.
    pub(crate) fn verify_message<'a>(
        &self,
        parts: impl IntoIterator<Item = &'a [u8]>,
        signature: &[u8],
    ) -> bool {
        #[cfg(feature = "alloc")]
        if let Some(host) = self.host.filter(|_| signature.len() == self.modulus_len()) {
            let message = parts.into_iter().collect::<Vec<_>>().concat();
            return host.verify_pkcs1_sha256(&message, signature).unwrap_or_else(|| {
                self.verify_pkcs1_sha256(&hash::sha256([&message[..]]), signature)
            });
        }
        self.verify_pkcs1_sha256(&hash::sha256(parts), signature)
    }

    /// Whether `signature` is the signature of a SHA-256 digest. It must be as long as the modulus.
    #[must_use]
    pub fn verify_pkcs1_sha256(&self, digest: &[u8; 32], signature: &[u8]) -> bool {
        let (mut expected, mut found) = ([0; MAX_MODULUS_LEN], [0; MAX_MODULUS_LEN]);
        let len = self.modulus_len();
        match (expected.get_mut(..len), found.get_mut(..len)) {
            (Some(expected), Some(found)) if signature.len() == len => {
                encode(expected, digest);
                self.apply(signature, found) && expected == found
            }
            _ => false,
        }
    }
}

#[cfg(feature = "explain")]
impl<W: Widths> PublicKeyOn<W> {
    /// The SHA-256 digest that `signature` was made over, if this key made it. For diagnosis only:
    /// whether a signature is good is decided by
    /// [`verify_pkcs1_sha256`](Self::verify_pkcs1_sha256), which parses nothing.
    #[must_use]
    pub fn signed_sha256(&self, signature: &[u8]) -> Option<[u8; 32]> {
        let mut found = [0; MAX_MODULUS_LEN];
        let found = found.get_mut(..self.modulus_len())?;
        if signature.len() != found.len() || !self.apply(signature, found) {
            return None;
        }
        let digest = *found.last_chunk::<32>()?;
        let mut expected = [0; MAX_MODULUS_LEN];
        let expected = expected.get_mut(..found.len())?;
        encode(expected, &digest);
        (expected == found).then_some(digest)
    }
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2) into a block as long as the modulus.
fn encode(block: &mut [u8], digest: &[u8; 32]) {
    block.fill(0xff);
    let Some((padding, info)) = block.split_last_chunk_mut::<{ 19 + 32 }>() else { return };
    if let [zero, one, .., separator] = padding {
        (*zero, *one, *separator) = (0, 1, 0);
    }
    for (byte, value) in info.iter_mut().zip(SHA_256_DIGEST_INFO.iter().chain(digest)) {
        *byte = *value;
    }
}
