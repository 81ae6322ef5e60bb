use core::fmt;

#[cfg(feature = "shangmi")]
use zeroize::Zeroizing;

use crate::aead;
use crate::error::Error;
use crate::host::{Host, HostKey, Key};
use crate::secret::Secret;
#[cfg(feature = "shangmi")]
use crate::shangmi;

/// The APIv3 key (APIv3 密钥): 32 bytes, set by the merchant in the merchant platform, with which
/// WeChat Pay encrypts notifications and platform certificates.
///
/// Wiped on drop; `Debug` shows nothing of it.
pub struct ApiV3Key {
    key: Secret<32>,
    host: Option<HostKey>,
}

impl ApiV3Key {
    /// Takes the 32 bytes as they are; white space around them is an error, not trimmed.
    ///
    /// # Errors
    /// [`Error::ApiV3KeyInvalid`] with the length found.
    pub fn new(key: &[u8]) -> Result<Self, Error> {
        let invalid = Error::ApiV3KeyInvalid { found: key.len(), trimmed: key.trim_ascii().len() };
        Secret::from_slice(key).map(|key| Self { key, host: None }).ok_or(invalid)
    }

    /// Lets `host` compute AES-256-GCM with it.
    #[must_use]
    pub fn on_host(mut self, host: &'static dyn Host) -> Self {
        self.host = HostKey::import(host, Key::Aes256(self.secret_bytes()));
        self
    }

    /// Opens AEAD_AES_256_GCM in place, as [`aead::open_aes_256_gcm_in_place`] does.
    pub(crate) fn open_aes_256_gcm_in_place<'a>(
        &self,
        nonce: &[u8],
        associated_data: &[u8],
        buffer: &'a mut [u8],
    ) -> Result<&'a mut [u8], Error> {
        let key = self.secret_bytes();
        match self.host {
            Some(host) => aead::open_aes_256_gcm_on(host, key, nonce, associated_data, buffer),
            None => aead::open_aes_256_gcm_in_place(key, nonce, associated_data, buffer),
        }
    }

    /// The key of AEAD_SM4_GCM: the first 16 bytes of SM3 over the APIv3 key
    /// (`docs/merchant/development/shangmi/guide.html`).
    #[cfg(feature = "shangmi")]
    pub(crate) fn to_secret_sm4_key(&self) -> Zeroizing<[u8; 16]> {
        let digest = Zeroizing::new(shangmi::sm3([&self.secret_bytes()[..]]));
        let mut key = Zeroizing::new([0; 16]);
        for (slot, byte) in key.iter_mut().zip(*digest) {
            *slot = byte;
        }
        key
    }

    pub(crate) const fn secret_bytes(&self) -> &[u8; 32] {
        self.key.secret_bytes()
    }
}

impl fmt::Debug for ApiV3Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ApiV3Key").field(&self.key).finish()
    }
}
