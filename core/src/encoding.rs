//! Text and binary encodings.

pub(crate) mod base64;
mod buffer;
pub(crate) mod der;
#[cfg(all(feature = "alloc", feature = "hazmat"))]
pub mod exposed;
#[cfg(feature = "alloc")]
pub(crate) mod hex;
pub(crate) mod json;
pub(crate) mod pem;
#[cfg(feature = "alloc")]
pub(crate) mod percent;
#[cfg(all(feature = "alloc", any(feature = "message-push", feature = "v2")))]
pub(crate) mod xml;

pub(crate) use self::buffer::Buffer;
