use alloc::format;
use alloc::string::String;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::encoding::hex;
use crate::error::Error;

/// The `meta` part of a media upload: file name and digest. Its JSON text, not the multipart body, is
/// what is signed, and it must be sent byte for byte as signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MediaMeta {
    filename: String,
    sha256: String,
}

impl MediaMeta {
    /// The meta of a file given as a whole.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] if `filename` is empty, holds a path or control characters.
    pub fn new(filename: &str, file: &[u8]) -> Result<Self, Error> {
        Self::from_sha256(filename, &Sha256::digest(file).into())
    }

    /// The meta of a file whose SHA-256 is known.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] if `filename` is empty, holds a path or control characters.
    pub fn from_sha256(filename: &str, sha256: &[u8; 32]) -> Result<Self, Error> {
        let is_wrong = |c: char| c.is_control() || matches!(c, '/' | '\\' | '"');
        if filename.is_empty() || filename.contains(is_wrong) {
            return Err(Error::ArgumentInvalid {
                name: "filename",
                expected: "a bare file name such as store.jpg, without path or quotes",
            });
        }
        Ok(Self { filename: filename.into(), sha256: hex::encode(sha256) })
    }

    /// The JSON text: the content of the `meta` part and the body of the signed message.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Neither name nor digest has anything that JSON would escape.
        let Self { filename, sha256 } = self;
        format!(r#"{{"filename":"{filename}","sha256":"{sha256}"}}"#)
    }
}
