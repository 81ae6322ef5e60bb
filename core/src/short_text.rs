use core::fmt;

/// At most `N` bytes of text, without a heap. `N` is at most 255.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ShortText<const N: usize> {
    bytes: [u8; N],
    len: u8,
}

impl<const N: usize> ShortText<N> {
    /// `None` for a text that is too long.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let mut bytes = [0; N];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self { bytes, len: u8::try_from(text.len()).ok()? })
    }

    /// Bytes as upper-case hex. `None` if there are too many.
    pub(crate) fn hex(bytes: &[u8]) -> Option<Self> {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        let mut text = Self { bytes: [0; N], len: u8::try_from(bytes.len().checked_mul(2)?).ok()? };
        let pairs = text.bytes.get_mut(..usize::from(text.len))?.chunks_exact_mut(2);
        for (pair, byte) in pairs.zip(bytes) {
            for (digit, nibble) in pair.iter_mut().zip([byte >> 4, byte & 15]) {
                *digit = *DIGITS.get(usize::from(nibble))?;
            }
        }
        Some(text)
    }

    pub(crate) fn to_ascii_uppercase(mut self) -> Self {
        self.bytes.make_ascii_uppercase();
        self
    }

    pub(crate) fn as_str(&self) -> &str {
        let text = self.bytes.get(..usize::from(self.len));
        text.and_then(|text| core::str::from_utf8(text).ok()).unwrap_or_default()
    }
}

impl<const N: usize> Default for ShortText<N> {
    fn default() -> Self {
        Self { bytes: [0; N], len: 0 }
    }
}

impl<const N: usize> fmt::Display for ShortText<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<const N: usize> fmt::Debug for ShortText<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
