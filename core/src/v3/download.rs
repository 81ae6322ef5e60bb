use core::fmt;

use sha1::{Digest, Sha1};

use crate::constant_time;
use crate::error::Error;
use crate::short_text::ShortText;

/// Checks a downloaded bill against the digest that the signed answer announced for it, while the
/// file streams by. The download itself is unsigned (`doc/v3/merchant/4012556654`).
///
/// The digest is SHA-1 over the uncompressed file: with `tar_type=GZIP`, decompress first.
#[derive(Clone)]
pub struct DownloadDigest {
    expected: ShortText<40>,
    hash: Sha1,
}

impl DownloadDigest {
    /// Takes `hash_type` and `hash_value` of the answer.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] unless they are `SHA1` and 40 hex digits.
    pub fn new(hash_type: &str, hash_value: &str) -> Result<Self, Error> {
        if !hash_type.eq_ignore_ascii_case("SHA1") {
            return Err(Error::ArgumentInvalid { name: "hash_type", expected: "SHA1" });
        }
        let is_hex = hash_value.len() == 40 && hash_value.bytes().all(|b| b.is_ascii_hexdigit());
        let expected = ShortText::new(hash_value)
            .filter(|_| is_hex)
            .ok_or(Error::ArgumentInvalid { name: "hash_value", expected: "40 hex digits" })?;
        Ok(Self { expected: expected.to_ascii_uppercase(), hash: Sha1::new() })
    }

    /// Takes the next piece of the uncompressed file.
    pub fn update(&mut self, piece: &[u8]) {
        self.hash.update(piece);
    }

    /// Accepts the file, once all of it has been taken.
    ///
    /// # Errors
    /// [`Error::DigestMismatch`] if it is not the file announced.
    pub fn finish(self) -> Result<(), Error> {
        let found = ShortText::<40>::hex(&self.hash.finalize()).ok_or(Error::DigestMismatch)?;
        if constant_time::eq(found.as_str().as_bytes(), self.expected.as_str().as_bytes()) {
            return Ok(());
        }
        Err(Error::DigestMismatch)
    }
}

impl fmt::Debug for DownloadDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DownloadDigest").field("expected", &self.expected).finish_non_exhaustive()
    }
}
