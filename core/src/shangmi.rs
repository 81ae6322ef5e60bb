//! 国密, the Chinese national algorithms: SM2 signatures and encryption (GB/T 32918), SM3 digests
//! (GB/T 32905) and SM4 in Galois/Counter Mode (GB/T 32907, RFC 8998).
//!
//! Curve arithmetic, signatures, SM3 and SM4 are those of the `sm2`, `sm3` and `sm4` crates. What is
//! written here is the layout around them: DER on both sides, and the encryption scheme, because
//! decryption has to compare its digest in constant time and to wipe what it does not return.

mod encryption;
mod key;
mod signature;
mod sm4_gcm;

pub use self::key::{PrivateKey, PublicKey};
#[cfg(feature = "hazmat")]
pub use self::sm4_gcm::open_sm4_gcm;
pub(crate) use self::sm4_gcm::open_sm4_gcm_in_place;
#[cfg(any(feature = "hazmat", feature = "test-util"))]
pub use self::sm4_gcm::seal_sm4_gcm;

use sm3::{Digest, Sm3};

/// SM3 over the concatenation of `parts`.
pub fn sm3<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut hash = Sm3::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}
