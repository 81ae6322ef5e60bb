//! DER of which nothing may be left unread, and DER to write.

use alloc::vec::Vec;

use der::asn1::{AnyRef, UintRef};
use der::{Encode, Reader, Tag};

use crate::encoding::der::Sequence;

impl<'a> Sequence<'a> {
    /// The next member, which must be an INTEGER of 0 to 2^(8 N) - 1 in its shortest form; with zeros
    /// before it.
    pub(crate) fn unsigned<const N: usize>(&mut self) -> Option<[u8; N]> {
        let digits = self.any()?.decode_as::<UintRef<'_>>().ok()?.as_bytes();
        let mut number = [0; N];
        let at = N.checked_sub(digits.len())?;
        number.get_mut(at..)?.copy_from_slice(digits);
        Some(number)
    }

    /// The contents of the next member, which must be an OCTET STRING.
    pub(crate) fn octet_string(&mut self) -> Option<&'a [u8]> {
        self.value(Tag::OctetString)
    }

    /// Nothing, if no member is left.
    pub(crate) fn end(self) -> Option<()> {
        self.0.is_finished().then_some(())
    }
}

/// A SEQUENCE of members that are DER already.
pub(crate) fn sequence<const N: usize>(members: [Vec<u8>; N]) -> Option<Vec<u8>> {
    AnyRef::new(Tag::Sequence, &members.concat()).ok()?.to_der().ok()
}

/// A big-endian number as INTEGER, in its shortest form.
pub(crate) fn unsigned(number: &[u8]) -> Option<Vec<u8>> {
    UintRef::new(number).ok()?.to_der().ok()
}

/// An OCTET STRING.
pub(crate) fn octet_string(contents: &[u8]) -> Option<Vec<u8>> {
    AnyRef::new(Tag::OctetString, contents).ok()?.to_der().ok()
}
