//! Hexadecimal text.

use alloc::string::String;

/// Lower-case hex.
pub(crate) fn encode(bytes: &[u8]) -> String {
    digits(bytes, b"0123456789abcdef")
}

/// Upper-case hex.
#[cfg(feature = "v2")]
pub(crate) fn encode_upper(bytes: &[u8]) -> String {
    digits(bytes, b"0123456789ABCDEF")
}

fn digits(bytes: &[u8], alphabet: &[u8; 16]) -> String {
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles
        .filter_map(|nibble| alphabet.get(usize::from(nibble)).copied().map(char::from))
        .collect()
}
