#[cfg(any(feature = "message-push", feature = "mini-program"))]
use alloc::string::String;
use core::fmt;

use zeroize::Zeroize;
#[cfg(any(feature = "message-push", feature = "mini-program"))]
use zeroize::Zeroizing;

/// `N` secret bytes: wiped on drop, never printed, never copied.
pub(crate) struct Secret<const N: usize>([u8; N]);

impl<const N: usize> Secret<N> {
    /// Takes exactly `N` bytes; `None` for any other length.
    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut secret = Self([0; N]);
        if bytes.len() != N {
            return None;
        }
        secret.0.copy_from_slice(bytes);
        Some(secret)
    }

    pub(crate) const fn secret_bytes(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> Drop for Secret<N> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<const N: usize> fmt::Debug for Secret<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").finish_non_exhaustive()
    }
}

/// Secret text of visible ASCII: wiped on drop, never printed, never copied.
#[cfg(any(feature = "message-push", feature = "mini-program"))]
pub(crate) struct SecretText(Zeroizing<String>);

#[cfg(any(feature = "message-push", feature = "mini-program"))]
impl SecretText {
    /// Takes 1 to 128 characters; `None` for more, for none, and for anything but visible ASCII:
    /// white space that came with a copied value would never match.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let well_formed =
            (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        well_formed.then(|| Self(Zeroizing::new(text.into())))
    }

    pub(crate) fn secret_str(&self) -> &str {
        &self.0
    }
}

#[cfg(any(feature = "message-push", feature = "mini-program"))]
impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretText").finish_non_exhaustive()
    }
}
