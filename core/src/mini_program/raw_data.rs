use core::fmt;

use serde::de::DeserializeOwned;

use crate::encoding::json;
use crate::error::Error;
use crate::mini_program::session_key::SessionKey;

/// `rawData` with its `signature`, as the mini program sent them (数据签名校验,
/// `developers.weixin.qq.com/miniprogram/dev/framework/open-ability/signature.html`). The user may have
/// sent anything.
#[derive(Clone, Copy)]
pub struct UnverifiedRawData<'a> {
    raw_data: &'a str,
    signature: &'a str,
}

impl<'a> UnverifiedRawData<'a> {
    /// `raw_data` is the text as it came from the client API, neither parsed nor decoded.
    #[must_use]
    pub const fn new(raw_data: &'a str, signature: &'a str) -> Self {
        Self { raw_data, signature }
    }

    /// Checks that the signature is `sha1(rawData + session_key)`.
    ///
    /// It proves that WeChat made the data in this session. It carries neither time nor appid: prefer
    /// [`EncryptedData`](super::EncryptedData) where that matters.
    ///
    /// # Errors
    /// [`Error::MacInvalid`] if it is not, in lower-case hex.
    pub fn verify(self, session_key: &SessionKey) -> Result<VerifiedRawData<'a>, Error> {
        session_key.check_raw_data(self.raw_data, self.signature)?;
        Ok(VerifiedRawData { raw_data: self.raw_data })
    }
}

impl fmt::Debug for UnverifiedRawData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedRawData").finish_non_exhaustive()
    }
}

/// `rawData` that WeChat signed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VerifiedRawData<'a> {
    raw_data: &'a str,
}

impl<'a> VerifiedRawData<'a> {
    /// The JSON text.
    #[must_use]
    pub const fn json(&self) -> &'a str {
        self.raw_data
    }

    /// The data as a type of the caller's.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if it is not of that form.
    pub fn json_as<T: DeserializeOwned>(&self) -> Result<T, Error> {
        json::parse("rawData", self.raw_data.as_bytes())
    }
}

impl fmt::Debug for VerifiedRawData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedRawData").finish_non_exhaustive()
    }
}
