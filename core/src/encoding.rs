//! Text and binary encodings.

pub(crate) mod base64;
pub(crate) mod der;
pub(crate) mod hex;
pub(crate) mod json;
pub(crate) mod pem;
pub(crate) mod percent;
#[cfg(any(feature = "message-push", feature = "v2"))]
pub(crate) mod xml;
