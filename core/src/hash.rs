//! Message digests and HMAC.

use sha2::{Digest, Sha256};

/// SHA-256 over the concatenation of `parts`.
pub(crate) fn sha256<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    digest::<Sha256>(parts).into()
}

/// SHA-1 over the concatenation of `parts`; only where the protocol demands it.
#[cfg(feature = "alloc")]
pub(crate) fn sha1<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 20] {
    digest::<sha1::Sha1>(parts).into()
}

/// MD5 over the concatenation of `parts`; only where APIv2 demands it.
#[cfg(feature = "v2")]
pub(crate) fn md5<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 16] {
    digest::<md5::Md5>(parts).into()
}

/// HMAC-SHA256 over the concatenation of `parts` (RFC 2104).
#[cfg(any(feature = "mini-program", feature = "v2"))]
pub(crate) fn hmac_sha256<'a>(key: &[u8], parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    use hmac::{Hmac, KeyInit, Mac};
    use zeroize::Zeroizing;

    let mut block = Zeroizing::new([0; 64]);
    let hashed;
    let key = if key.len() > block.len() {
        hashed = Zeroizing::new(sha256([key]));
        &hashed[..]
    } else {
        key
    };
    for (slot, byte) in block.iter_mut().zip(key) {
        *slot = *byte;
    }
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn digest<'a, D: Digest>(parts: impl IntoIterator<Item = &'a [u8]>) -> sha2::digest::Output<D> {
    let mut hash = D::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize()
}
