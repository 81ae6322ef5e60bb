use crate::error::Error;
use crate::secret::Secret;

/// The APIv2 key (APIv2 密钥, also API 密钥): 32 letters and digits, set by the merchant in the
/// merchant platform. It is neither the APIv3 key nor the AppSecret, which have 32 characters as
/// well.
///
/// Wiped on drop; `Debug` shows nothing of it.
#[derive(Debug)]
pub struct ApiKey(Secret<32>);

impl ApiKey {
    /// Takes the 32 characters as they are (`doc/v2/merchant/4011985891`); white space around them
    /// is an error, not trimmed.
    ///
    /// # Errors
    /// [`Error::ApiKeyInvalid`] with the length found; also if a character is not visible ASCII.
    pub fn new(key: &[u8]) -> Result<Self, Error> {
        let invalid = Error::ApiKeyInvalid { found: key.len(), trimmed: key.trim_ascii().len() };
        if !key.iter().all(u8::is_ascii_graphic) {
            return Err(invalid);
        }
        Secret::from_slice(key).map(Self).ok_or(invalid)
    }

    pub(super) const fn secret_bytes(&self) -> &[u8; 32] {
        self.0.secret_bytes()
    }
}
