use alloc::vec::Vec;

use rand_core::CryptoRng;
use sm2::FieldBytes;
use sm2::dsa::signature::{MultipartVerifier, RandomizedMultipartSigner};
use sm2::dsa::{Signature, SigningKey, VerifyingKey};

use crate::encoding::der::{self, Sequence};
use crate::shangmi::{PrivateKey, PublicKey};

/// The signer's identity that goes into the digest: the default of GB/T 35276 §10.
const USER_ID: &str = "1234567812345678";

impl PrivateKey {
    /// Signs the concatenation of `parts` with SM3; the signature is DER, SEQUENCE { r, s }.
    ///
    /// The secret number k is derived from the key, the digest and 32 bytes of `rng` (RFC 6979 §3.6):
    /// bad randomness cannot give the key away, and good randomness makes every signature another.
    ///
    /// `None` if the signature did not pass its check under the public key.
    #[must_use]
    pub fn sign<'a>(
        &self,
        parts: impl IntoIterator<Item = &'a [u8]>,
        rng: &mut dyn CryptoRng,
    ) -> Option<Vec<u8>> {
        let parts: Vec<&[u8]> = parts.into_iter().collect();
        let key = SigningKey::new(USER_ID, &self.secret).ok()?;
        let signature = key.try_multipart_sign_with_rng(rng, &parts).ok()?;
        if !self.public_key().accepts(&parts, &signature) {
            return None;
        }
        der::sequence([der::unsigned(&signature.r_bytes())?, der::unsigned(&signature.s_bytes())?])
    }
}

impl PublicKey {
    /// Whether `signature` is a signature of the concatenation of `parts`, in strict DER: minimal
    /// lengths and numbers, nothing behind them.
    #[must_use]
    pub fn verify<'a>(&self, parts: impl IntoIterator<Item = &'a [u8]>, signature: &[u8]) -> bool {
        let parts: Vec<&[u8]> = parts.into_iter().collect();
        decode(signature).is_some_and(|signature| self.accepts(&parts, &signature))
    }

    fn accepts(&self, parts: &[&[u8]], signature: &Signature) -> bool {
        VerifyingKey::new(USER_ID, self.inner)
            .is_ok_and(|key| key.multipart_verify(parts, signature).is_ok())
    }
}

/// Reads r and s, which must lie between 1 and n - 1.
fn decode(signature: &[u8]) -> Option<Signature> {
    let mut members = Sequence::from_der(signature)?;
    let r: [u8; 32] = members.unsigned()?;
    let s: [u8; 32] = members.unsigned()?;
    members.end()?;
    Signature::from_scalars(FieldBytes::from(r), FieldBytes::from(s)).ok()
}
