use core::fmt;

#[cfg(feature = "alloc")]
use serde::de::DeserializeOwned;

#[cfg(feature = "alloc")]
use crate::encoding::json;
use crate::error::Error;
use crate::keys::PlatformKey;
use crate::signature::Scheme;
use crate::time::{Tolerance, UnixTime};
use crate::v3::headers::WechatpayHeaders;
use crate::v3::verification;

/// An answer of WeChat Pay to a request, as it arrived.
///
/// A 2xx answer without these headers must be taken for forged (`doc/global/v3/zh/4012354982`): the
/// effect of the request is then unknown and must be queried. Answers other than 2xx are usually
/// unsigned.
#[derive(Clone, Copy)]
pub struct UnverifiedResponse<'a> {
    headers: WechatpayHeaders<'a>,
    body: &'a [u8],
}

impl<'a> UnverifiedResponse<'a> {
    /// `body` is the raw bytes as they arrived, empty for 204.
    #[must_use]
    pub const fn new(headers: WechatpayHeaders<'a>, body: &'a [u8]) -> Self {
        Self { headers, body }
    }

    /// Checks serial, time and signature.
    ///
    /// # Errors
    /// [`Error::SerialUnknown`], [`Error::SchemeUnsupported`], [`Error::TimestampOutsideWindow`],
    /// [`Error::SignatureProbe`] or [`Error::SignatureInvalid`], the first that applies.
    pub fn verify(
        self,
        keys: &(impl AsRef<[PlatformKey]> + ?Sized),
        now: UnixTime,
        tolerance: Tolerance,
    ) -> Result<VerifiedResponse<'a>, Error> {
        verification::verify(&self.headers, self.body, keys.as_ref(), now, tolerance)?;
        Ok(VerifiedResponse { body: self.body, scheme: self.headers.scheme })
    }

    #[cfg(feature = "alloc")]
    pub(super) const fn untrusted_body(&self) -> &'a [u8] {
        self.body
    }

    #[cfg(feature = "alloc")]
    pub(super) const fn untrusted_scheme(&self) -> Scheme {
        self.headers.scheme
    }
}

impl fmt::Debug for UnverifiedResponse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedResponse")
            .field("headers", &self.headers)
            .field("body_len", &self.body.len())
            .finish()
    }
}

/// An answer that WeChat Pay signed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VerifiedResponse<'a> {
    body: &'a [u8],
    scheme: Scheme,
}

impl<'a> VerifiedResponse<'a> {
    /// The body: JSON text, or nothing for 204.
    #[must_use]
    pub const fn body(&self) -> &'a [u8] {
        self.body
    }

    /// The body as a type of the caller's, or as [`Transaction`](crate::v3::Transaction) or
    /// [`Refund`](crate::v3::Refund) where it tells of one.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if it is not of that form.
    #[cfg(feature = "alloc")]
    pub fn body_as<T: DeserializeOwned>(&self) -> Result<T, Error> {
        json::parse("response body", self.body)
    }

    #[cfg(feature = "alloc")]
    pub(super) const fn scheme(&self) -> Scheme {
        self.scheme
    }
}

impl fmt::Debug for VerifiedResponse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedResponse").field("body_len", &self.body.len()).finish()
    }
}
