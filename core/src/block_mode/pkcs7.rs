use alloc::vec::Vec;

use subtle::{Choice, ConstantTimeEq, ConstantTimeLess};

use crate::error::Error;

/// Fills the buffer up to a multiple of `block_len` (RFC 5652 §6.3); a full buffer gets a whole block.
#[cfg(any(feature = "message-push", all(feature = "v2", feature = "hazmat")))]
pub(super) fn pad(buffer: &mut Vec<u8>, block_len: u8) {
    let filled = buffer.len() % usize::from(block_len);
    let count = block_len.saturating_sub(u8::try_from(filled).unwrap_or_default());
    buffer.resize(buffer.len().saturating_add(usize::from(count)), count);
}

/// Cuts the padding off: 1 to `block_len` bytes, each of which must hold their number. How long it
/// is, or where it is wrong, does not show in the time this takes.
///
/// # Errors
/// [`Error::DecryptFailed`] for any other padding; the buffer is then emptied.
pub(super) fn unpad(buffer: &mut Vec<u8>, block_len: u8) -> Result<(), Error> {
    let count = buffer.last().copied().unwrap_or_default();
    let mut valid = !count.ct_eq(&0) & !block_len.ct_lt(&count);
    for (position, byte) in (0..block_len).zip(buffer.iter().rev()) {
        valid &= byte.ct_eq(&count) | !position.ct_lt(&count);
    }
    let kept = buffer.len().checked_sub(usize::from(count));
    valid &= Choice::from(u8::from(kept.is_some()));
    match kept {
        Some(kept) if valid.into() => {
            buffer.truncate(kept);
            Ok(())
        }
        _ => {
            buffer.clear();
            Err(Error::DecryptFailed)
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn unpadded(bytes: &[u8], block_len: u8) -> Option<Vec<u8>> {
        let mut buffer = bytes.to_vec();
        let result = unpad(&mut buffer, block_len);
        assert!(result.is_ok() || buffer.is_empty(), "a refused buffer is emptied");
        result.ok().map(|()| buffer)
    }

    #[test]
    fn every_length_of_padding_is_taken_off() {
        for block_len in [16_u8, 32] {
            for count in 1..=block_len {
                let kept = usize::from(block_len.wrapping_sub(count));
                let mut bytes = vec![0xaa; kept];
                bytes.resize(usize::from(block_len), count);
                assert_eq!(unpadded(&bytes, block_len), Some(vec![0xaa; kept]));
            }
        }
    }

    #[test]
    fn every_wrong_byte_is_refused() {
        for block_len in [16_u8, 32] {
            for count in 2..=block_len {
                for wrong in 1..count {
                    let mut bytes = vec![count; usize::from(block_len)];
                    let at = bytes.len().wrapping_sub(usize::from(wrong)).wrapping_sub(1);
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1;
                    }
                    assert_eq!(unpadded(&bytes, block_len), None, "{count} with {wrong} wrong");
                }
            }
        }
    }

    #[test]
    fn lengths_outside_the_block_are_refused() {
        for count in (17..=255).chain([0]) {
            assert_eq!(unpadded(&[count; 256], 16), None);
        }
        for count in (33..=255).chain([0]) {
            assert_eq!(unpadded(&[count; 256], 32), None);
        }
        assert_eq!(unpadded(&[], 16), None);
        assert_eq!(unpadded(&[16; 15], 16), None);
        assert_eq!(unpadded(&[32; 16], 32), None);
    }

    #[cfg(feature = "message-push")]
    #[test]
    fn padding_comes_off_again() {
        for len in 0..100 {
            let mut buffer = vec![0x20; len];
            pad(&mut buffer, 32);
            assert!(buffer.len() > len && buffer.len() % 32 == 0);
            assert_eq!(unpadded(&buffer, 32), Some(vec![0x20; len]));
        }
    }
}
