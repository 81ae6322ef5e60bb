use crate::encoding::base64;
use crate::error::Error;
use crate::secret::{Secret, SecretText};

/// The Token (令牌) set beside the URL. Wiped on drop; `Debug` shows nothing of it.
#[derive(Debug)]
pub struct Token(SecretText);

impl Token {
    /// Takes the Token as it was set: 3 to 32 letters and digits.
    ///
    /// # Errors
    /// [`Error::KeyInvalid`] if it is not.
    pub fn new(token: &str) -> Result<Self, Error> {
        let well_formed =
            (3..=32).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_alphanumeric());
        SecretText::new(token).filter(|_| well_formed).map(Self).ok_or(Error::KeyInvalid {
            key: "Token",
            reason: "expected 3 to 32 letters and digits, as set for the message push in the mini \
                     program platform",
        })
    }

    pub(super) fn secret_bytes(&self) -> &[u8] {
        self.0.secret_str().as_bytes()
    }
}

/// The EncodingAESKey (消息加密密钥) set beside the URL. Wiped on drop; `Debug` shows nothing of it.
#[derive(Debug)]
pub struct EncodingAesKey(Secret<32>);

impl EncodingAesKey {
    /// Takes the 43 letters and digits as they were set.
    ///
    /// They are base64 of 32 bytes without the `=` behind them, made at random: most have bits in the
    /// last character that no encoder would have left there. Those are dropped, as WeChat does.
    ///
    /// # Errors
    /// [`Error::KeyInvalid`] if it is anything else.
    pub fn new(encoding_aes_key: &str) -> Result<Self, Error> {
        base64::decode_secret_43(encoding_aes_key).map(Self).ok_or(Error::KeyInvalid {
            key: "EncodingAESKey",
            reason: "expected the 43 letters and digits set for the message push in the mini program \
                     platform, without = behind them",
        })
    }

    pub(super) const fn secret_bytes(&self) -> &[u8; 32] {
        self.0.secret_bytes()
    }

    /// The initialisation vector: the first half of the key.
    pub(super) fn iv(&self) -> [u8; 16] {
        self.0.secret_bytes().first_chunk().copied().unwrap_or_default()
    }
}
