//! AES in CBC and ECB mode with PKCS#7 padding. Neither authenticates: what they decrypt is to be
//! checked by other means.

#[cfg(any(feature = "mini-program", feature = "message-push"))]
mod cbc;
#[cfg(feature = "v2")]
mod ecb;
mod pkcs7;

#[cfg(feature = "mini-program")]
pub(crate) use self::cbc::open_aes_128_cbc;
#[cfg(feature = "message-push")]
pub(crate) use self::cbc::{open_aes_256_cbc_pad_32, seal_aes_256_cbc_pad_32};
#[cfg(feature = "v2")]
pub use self::ecb::open_aes_256_ecb;
#[cfg(all(feature = "v2", feature = "hazmat"))]
pub use self::ecb::seal_aes_256_ecb;
