//! Where decoded DER is kept: on the heap, or without the feature `alloc` in a fixed buffer.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;
use core::ops::Deref;

use zeroize::Zeroizing;

/// DER as it was given, or decoded from text and wiped on drop.
#[cfg_attr(
    not(feature = "alloc"),
    expect(clippy::large_enum_variant, reason = "there is no heap to put it on")
)]
pub(crate) enum Der<'a> {
    Given(&'a [u8]),
    Decoded(Decoded),
}

impl Deref for Der<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Given(der) => der,
            Self::Decoded(der) => der.as_slice(),
        }
    }
}

/// Bytes that are added to one by one.
#[cfg(feature = "alloc")]
pub(crate) struct Decoded(Zeroizing<Vec<u8>>);

#[cfg(feature = "alloc")]
impl Decoded {
    /// Room for what so many characters decode to: it never grows and leaves no copy behind.
    pub(super) fn for_text(len: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(len.div_ceil(4).saturating_mul(3))))
    }

    #[expect(clippy::unnecessary_wraps, reason = "without a heap there is an end to it")]
    pub(super) fn extend(&mut self, bytes: &[u8]) -> Result<(), &'static str> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn as_slice(&self) -> &[u8] {
        &self.0
    }
}

/// An RSA private key of 4096 bits has 2.4 kB.
#[cfg(not(feature = "alloc"))]
const CAPACITY: usize = 2560;

/// Bytes that are added to one by one.
#[cfg(not(feature = "alloc"))]
pub(crate) struct Decoded {
    bytes: Zeroizing<[u8; CAPACITY]>,
    len: usize,
}

#[cfg(not(feature = "alloc"))]
impl Decoded {
    pub(super) fn for_text(_: usize) -> Self {
        Self { bytes: Zeroizing::new([0; CAPACITY]), len: 0 }
    }

    pub(super) fn extend(&mut self, bytes: &[u8]) -> Result<(), &'static str> {
        let end = self.len.saturating_add(bytes.len());
        let target = self.bytes.get_mut(self.len..end).ok_or(
            "as PEM it is too long for this device, which takes 2560 bytes. Give it as DER",
        )?;
        target.copy_from_slice(bytes);
        self.len = end;
        Ok(())
    }

    fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}
