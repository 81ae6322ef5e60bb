//! Standard, padded base64 (RFC 4648 §4): the only form in WeChat Pay messages.

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
#[cfg(feature = "mini-program")]
use base64ct::Base64;
#[cfg(feature = "message-push")]
use base64ct::Base64Unpadded;
#[cfg(any(feature = "message-push", feature = "mini-program"))]
use base64ct::Encoding;
#[cfg(any(feature = "message-push", feature = "mini-program"))]
use zeroize::Zeroizing;

#[cfg(any(feature = "message-push", feature = "mini-program"))]
use crate::secret::Secret;

pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Decodes canonical base64; `None` for white space, the URL-safe alphabet, missing padding or
/// stray bits.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Decodes canonical base64 of exactly `N` secret bytes. Only its length shows in the time this takes.
#[cfg(feature = "mini-program")]
pub(crate) fn decode_secret<const N: usize>(text: &str) -> Option<Secret<N>> {
    let mut bytes = Zeroizing::new([0; N]);
    let len = Base64::decode(text, bytes.as_mut_slice()).ok()?.len();
    Secret::from_slice(bytes.get(..len)?)
}

/// Decodes 43 characters without padding to 32 secret bytes. The two bits that the last character
/// has too many are dropped, whatever they are: the keys that need this are random text, not made by
/// an encoder. Only the length shows in the time this takes.
#[cfg(feature = "message-push")]
pub(crate) fn decode_secret_43(text: &str) -> Option<Secret<32>> {
    let mut padded = Zeroizing::new([b'A'; 44]);
    let (target, _) = padded.split_first_chunk_mut::<43>()?;
    *target = *text.as_bytes().first_chunk().filter(|_| text.len() == 43)?;
    let mut bytes = Zeroizing::new([0; 33]);
    Base64Unpadded::decode(padded.as_slice(), bytes.as_mut_slice()).ok()?;
    Secret::from_slice(bytes.get(..32)?)
}
