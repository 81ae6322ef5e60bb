//! The readers by themselves, for tests: what is read of a key or a message passes through them.

use alloc::vec::Vec;
use core::fmt;

use crate::encoding::{base64, json, pem};

/// Decodes canonical base64.
#[must_use]
pub fn decode_base64(text: &str) -> Option<Vec<u8>> {
    base64::decode(text)
}

/// As [`decode_base64`], where the text is.
pub fn decode_base64_in_place(text: &mut [u8]) -> Option<&mut [u8]> {
    base64::decode_in_place(text)
}

/// Encodes piece by piece.
///
/// # Errors
/// That of `out`.
pub fn write_base64(bytes: &[u8], out: &mut dyn fmt::Write) -> fmt::Result {
    base64::write(bytes, out)
}

/// The text of these members of a JSON object, quotes and all; `None` if it is no such object.
#[must_use]
pub fn json_members<'a, const N: usize>(
    json: &'a str,
    names: [&str; N],
) -> Option<[Option<&'a str>; N]> {
    let members = json::members(json, 0..json.len(), names).ok()?;
    Some(members.map(|value| value.map(|value| json::raw(json, value).unwrap_or("null"))))
}

/// Reads the escapes of a JSON text, which is what stands between the quotes.
pub fn unescape_json(text: &mut [u8]) -> Option<&mut [u8]> {
    json::unescape_in_place(text)
}

/// The DER in a key file, of whatever kind.
///
/// # Errors
/// A sentence that says why there is nothing to read.
pub fn der_of_file(file: &[u8]) -> Result<Vec<u8>, &'static str> {
    pem::decode(file, |_| true).map(|document| document.der.to_vec())
}
