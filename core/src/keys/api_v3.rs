#[cfg(feature = "shangmi")]
use zeroize::Zeroizing;

use crate::error::Error;
use crate::secret::Secret;
#[cfg(feature = "shangmi")]
use crate::shangmi;

/// The APIv3 key (APIv3 密钥): 32 bytes, set by the merchant in the merchant platform, with which
/// WeChat Pay encrypts notifications and platform certificates.
///
/// Wiped on drop; `Debug` shows nothing of it.
#[derive(Debug)]
pub struct ApiV3Key(Secret<32>);

impl ApiV3Key {
    /// Takes the 32 bytes as they are; white space around them is an error, not trimmed.
    ///
    /// # Errors
    /// [`Error::ApiV3KeyInvalid`] with the length found.
    pub fn new(key: &[u8]) -> Result<Self, Error> {
        let invalid = Error::ApiV3KeyInvalid { found: key.len(), trimmed: key.trim_ascii().len() };
        Secret::from_slice(key).map(Self).ok_or(invalid)
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
        self.0.secret_bytes()
    }
}
