//! Standard, padded base64 (RFC 4648 §4): the only form in WeChat Pay messages.

#[cfg(feature = "alloc")]
use alloc::string::String;
#[cfg(feature = "alloc")]
use alloc::vec::Vec;
use core::fmt;

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

#[cfg(feature = "alloc")]
pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Encodes piece by piece.
///
/// # Errors
/// That of `out`.
pub(crate) fn write(bytes: &[u8], out: &mut dyn fmt::Write) -> fmt::Result {
    for piece in bytes.chunks(48) {
        let mut text = [0; 64];
        let len = STANDARD.encode_slice(piece, &mut text).map_err(|_| fmt::Error)?;
        let text = text.get(..len).and_then(|text| core::str::from_utf8(text).ok());
        out.write_str(text.unwrap_or_default())?;
    }
    Ok(())
}

/// Decodes canonical base64; `None` for white space, the URL-safe alphabet, missing padding or
/// stray bits.
#[cfg(feature = "alloc")]
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// As [`decode`], to the front of `out`; the length. `None` also if it does not fit.
pub(crate) fn decode_into(text: &[u8], out: &mut [u8]) -> Option<usize> {
    STANDARD.decode_slice(text, out).ok()
}

/// As [`decode`], where the text is.
pub(crate) fn decode_in_place(text: &mut [u8]) -> Option<&mut [u8]> {
    const PIECE: usize = 256;
    let (mut from, mut to) = (0, 0);
    while from < text.len() {
        let mut piece = [0; PIECE];
        let rest = text.get(from..)?;
        let piece = piece.get_mut(..rest.len().min(PIECE))?;
        piece.copy_from_slice(rest.get(..piece.len())?);
        // Padding makes a piece shorter, and has its place at the end only.
        if to != from / 4 * 3 {
            return None;
        }
        to += STANDARD.decode_slice(&piece, text.get_mut(to..)?).ok()?;
        from += piece.len();
    }
    text.get_mut(..to)
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

#[cfg(all(test, feature = "alloc"))]
mod tests {
    use super::*;

    /// Miri takes a minute for what takes a millisecond.
    const STRIDE: usize = if cfg!(miri) { 97 } else { 1 };

    #[test]
    fn decodes_in_place_what_it_decodes_elsewhere() {
        let bytes: Vec<u8> = (0..=255).cycle().take(1000).collect();
        for len in (0..bytes.len()).step_by(STRIDE) {
            let text = encode(&bytes[..len]);
            let mut buffer = text.clone().into_bytes();
            assert_eq!(decode_in_place(&mut buffer).as_deref(), Some(&bytes[..len]));
            let mut pieces = String::new();
            write(&bytes[..len], &mut pieces).expect("a string takes it");
            assert_eq!(pieces, text);
        }
    }

    #[test]
    fn refuses_in_place_what_it_refuses_elsewhere() {
        let good = encode(&[7; 1000]);
        for at in (0..good.len()).step_by(STRIDE) {
            for wrong in [&b"="[..], b" ", b"-", b"\0", b"==", b"AA==", b""] {
                let mut text = good.clone().into_bytes();
                text.splice(at..=at, wrong.iter().copied());
                let expected = core::str::from_utf8(&text).ok().and_then(decode);
                assert_eq!(decode_in_place(&mut text).map(|bytes| bytes.to_vec()), expected);
            }
        }
    }
}
