use crate::aead;
use crate::encoding::base64;
use crate::error::Error;
use crate::keys::ApiV3Key;
#[cfg(feature = "shangmi")]
use crate::shangmi;
use crate::signature::Scheme;

/// Ciphertext with its parameters.
pub(super) struct Sealed<'a, 'c> {
    pub(super) algorithm: &'a [u8],
    pub(super) nonce: &'a [u8],
    pub(super) associated_data: &'a [u8],
    /// In base64; overwritten when it is opened.
    pub(super) ciphertext: &'c mut [u8],
}

impl<'c> Sealed<'_, 'c> {
    /// The plaintext, once it is checked that the algorithm is that of the scheme the message was
    /// signed with, and that the tag matches. It takes the place of the ciphertext, from its start.
    pub(super) fn open(self, key: &ApiV3Key, scheme: Scheme) -> Result<&'c str, Error> {
        let Self { algorithm: found, nonce, associated_data, ciphertext } = self;
        if found != algorithm(scheme).as_bytes() {
            return Err(Error::AlgorithmMismatch { expected: algorithm(scheme) });
        }
        if nonce.len() != aead::NONCE_LEN {
            return Err(Error::DecryptFailed);
        }
        let buffer = base64::decode_in_place(ciphertext).ok_or(Error::DecryptFailed)?;
        let plaintext = match scheme {
            Scheme::Sha256Rsa2048 => key.open_aes_256_gcm_in_place(nonce, associated_data, buffer),
            #[cfg(feature = "shangmi")]
            Scheme::Sm2WithSm3 => {
                let key = key.to_secret_sm4_key();
                shangmi::open_sm4_gcm_in_place(&key, nonce, associated_data, buffer)
            }
        }?;
        core::str::from_utf8(plaintext).map_err(|_| malformed("decrypted resource"))
    }
}

/// The algorithm that goes with a signature scheme.
pub(super) const fn algorithm(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Sha256Rsa2048 => "AEAD_AES_256_GCM",
        #[cfg(feature = "shangmi")]
        Scheme::Sm2WithSm3 => "AEAD_SM4_GCM",
    }
}

pub(super) const fn malformed(part: &'static str) -> Error {
    Error::BodyMalformed { part, line: 0, column: 0 }
}
