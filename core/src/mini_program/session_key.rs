use alloc::string::String;
use core::fmt;

use crate::constant_time;
use crate::encoding::{base64, hex};
use crate::error::Error;
use crate::hash;
use crate::secret::Secret;

/// The value of the `sig_method` parameter beside every [`SessionKey::signature`].
pub const SIG_METHOD: &str = "hmac_sha256";

/// The session key (会话密钥) of a user, from [`Session`](super::Session). It stays on the server:
/// whoever has it can make and open the user's data. It is replaced when the user logs in again.
///
/// Wiped on drop; `Debug` shows nothing of it.
pub struct SessionKey {
    text: Secret<24>,
    key: Secret<16>,
}

impl SessionKey {
    /// Takes the text of `session_key` as it came: base64 of 16 bytes.
    ///
    /// # Errors
    /// [`Error::KeyInvalid`] if it is not.
    pub fn new(session_key: &str) -> Result<Self, Error> {
        let text = Secret::from_slice(session_key.as_bytes());
        text.zip(base64::decode_secret(session_key)).map(|(text, key)| Self { text, key }).ok_or(
            Error::KeyInvalid {
                key: "session_key",
                reason: "it is not base64 of 16 bytes. Expected the 24 characters that code2Session \
                         answered, as they are",
            },
        )
    }

    /// The text of `session_key`, to store it with the user's session.
    #[must_use]
    pub fn secret_str(&self) -> &str {
        core::str::from_utf8(self.text.secret_bytes()).unwrap_or_default()
    }

    /// The user's signature (用户态签名) of a request: HMAC-SHA256 in lower-case hex over the exact bytes
    /// of its body, keyed with the text of `session_key`. It is sent as the parameter `signature`,
    /// with `sig_method=hmac_sha256` beside it
    /// (`developers.weixin.qq.com/minigame/en/dev/tutorial/open-ability/http-signature.html`).
    ///
    /// A GET request has no body: `/wxa/checksession` takes the signature of the empty text.
    #[must_use]
    pub fn signature(&self, post_data: &[u8]) -> String {
        hex::encode(&hash::hmac_sha256(self.text.secret_bytes(), [post_data]))
    }

    /// Checks `sha1(rawData ‖ session_key)` in lower-case hex.
    pub(super) fn check_raw_data(&self, raw_data: &str, signature: &str) -> Result<(), Error> {
        let digest = hash::sha1([raw_data.as_bytes(), self.text.secret_bytes()]);
        check_hex("signature", &digest, signature)
    }

    pub(super) const fn secret_bytes(&self) -> &[u8; 16] {
        self.key.secret_bytes()
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionKey").finish_non_exhaustive()
    }
}

/// Compares a digest with its lower-case hex, the only form that WeChat sends.
pub(super) fn check_hex(name: &'static str, digest: &[u8], given: &str) -> Result<(), Error> {
    if constant_time::eq(hex::encode(digest).as_bytes(), given.as_bytes()) {
        return Ok(());
    }
    Err(Error::MacInvalid { name })
}
