use alloc::borrow::Cow;
use alloc::string::String;

use serde::Deserialize;

use crate::aead;
use crate::encoding::base64;
use crate::encoding::json::Object;
use crate::error::Error;
use crate::keys::ApiV3Key;
#[cfg(feature = "shangmi")]
use crate::shangmi;
use crate::signature::Scheme;

/// The body of a notification: what happened, and the encrypted details
/// (`doc/v3/partner/4012881605`). Members not named here are passed over.
#[derive(Deserialize)]
pub(super) struct Envelope<'a> {
    pub(super) id: String,
    pub(super) create_time: String,
    pub(super) event_type: String,
    #[serde(default)]
    pub(super) resource_type: String,
    #[serde(default)]
    pub(super) summary: String,
    #[serde(borrow)]
    pub(super) resource: Object<EncryptedResource<'a>>,
}

/// `resource`: ciphertext with its parameters.
#[derive(Deserialize)]
pub(super) struct EncryptedResource<'a> {
    #[serde(borrow)]
    algorithm: Cow<'a, str>,
    #[serde(borrow)]
    ciphertext: Cow<'a, str>,
    #[serde(borrow)]
    nonce: Cow<'a, str>,
    #[serde(borrow, default)]
    associated_data: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(super) original_type: Option<String>,
}

/// The algorithm that goes with a signature scheme.
pub(super) const fn algorithm(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Sha256Rsa2048 => "AEAD_AES_256_GCM",
        #[cfg(feature = "shangmi")]
        Scheme::Sm2WithSm3 => "AEAD_SM4_GCM",
    }
}

impl EncryptedResource<'_> {
    /// The plaintext, once it is checked that the algorithm is that of the scheme the message was
    /// signed with, and that the tag matches.
    pub(super) fn open(&self, key: &ApiV3Key, scheme: Scheme) -> Result<String, Error> {
        if self.algorithm != algorithm(scheme) {
            return Err(Error::AlgorithmMismatch { expected: algorithm(scheme) });
        }
        if self.nonce.len() != aead::NONCE_LEN {
            return Err(Error::DecryptFailed);
        }
        let mut buffer = base64::decode(&self.ciphertext).ok_or(Error::DecryptFailed)?;
        let associated_data = self.associated_data.as_deref().unwrap_or_default().as_bytes();
        let nonce = self.nonce.as_bytes();
        match scheme {
            Scheme::Sha256Rsa2048 => key.open_aes_256_gcm(nonce, associated_data, &mut buffer),
            #[cfg(feature = "shangmi")]
            Scheme::Sm2WithSm3 => {
                let key = key.to_secret_sm4_key();
                shangmi::open_sm4_gcm(&key, nonce, associated_data, &mut buffer)
            }
        }?;
        String::from_utf8(buffer).map_err(|_| malformed("decrypted resource"))
    }
}

const fn malformed(part: &'static str) -> Error {
    Error::BodyMalformed { part, line: 0, column: 0 }
}
