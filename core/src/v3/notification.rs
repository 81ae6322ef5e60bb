use core::fmt;

use crate::error::Error;
use crate::keys::{ApiV3Key, PlatformKey};
use crate::signature::Scheme;
use crate::time::{Tolerance, UnixTime};
use crate::v3::envelope;
use crate::v3::headers::WechatpayHeaders;
#[cfg(feature = "alloc")]
use crate::v3::opened::Notification;
use crate::v3::opened::NotificationRef;
use crate::v3::verification;

/// A notification (通知) as it arrived at the `notify_url`. Anybody may have sent it.
///
/// `B` is the body: `&[u8]`, or `&mut [u8]` to be decrypted in place. Nothing of it can be opened before it is verified:
///
/// ```compile_fail,E0599
/// # use wechatpay_core::{keys::ApiV3Key, v3::UnverifiedNotification};
/// # fn open(notification: UnverifiedNotification<'_>, key: &ApiV3Key) {
/// notification.open(key);
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct UnverifiedNotification<'a, B = &'a [u8]> {
    headers: WechatpayHeaders<'a>,
    body: B,
}

impl<'a> UnverifiedNotification<'a> {
    /// `body` is the raw bytes as they arrived; a parsed and re-serialised body does not verify.
    #[must_use]
    pub const fn new(headers: WechatpayHeaders<'a>, body: &'a [u8]) -> Self {
        Self { headers, body }
    }
}

impl<'a, 'b> UnverifiedNotification<'a, &'b mut [u8]> {
    /// As [`new`](UnverifiedNotification::new), to be opened by
    /// [`open_in_place`](VerifiedNotification::open_in_place).
    #[must_use]
    pub const fn in_place(headers: WechatpayHeaders<'a>, body: &'b mut [u8]) -> Self {
        Self { headers, body }
    }
}

impl<B: AsRef<[u8]>> UnverifiedNotification<'_, B> {
    /// Checks serial, time and signature. A resend carries a fresh timestamp and signature.
    ///
    /// # Errors
    /// [`Error::SerialUnknown`], [`Error::SchemeUnsupported`], [`Error::TimestampOutsideWindow`],
    /// [`Error::SignatureProbe`] or [`Error::SignatureInvalid`], the first that applies.
    pub fn verify(
        self,
        keys: &(impl AsRef<[PlatformKey]> + ?Sized),
        now: UnixTime,
        tolerance: Tolerance,
    ) -> Result<VerifiedNotification<B>, Error> {
        verification::verify(&self.headers, self.body.as_ref(), keys.as_ref(), now, tolerance)?;
        Ok(VerifiedNotification { body: self.body, scheme: self.headers.scheme })
    }
}

impl<B: AsRef<[u8]>> fmt::Debug for UnverifiedNotification<'_, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedNotification")
            .field("headers", &self.headers)
            .field("body_len", &self.body.as_ref().len())
            .finish()
    }
}

/// A notification that WeChat Pay signed, still encrypted.
#[derive(Clone, Copy)]
pub struct VerifiedNotification<B> {
    body: B,
    scheme: Scheme,
}

impl<'b> VerifiedNotification<&'b mut [u8]> {
    /// Decrypts the resource, and reads all texts of the notification, where they stand in the body.
    ///
    /// # Errors
    /// Those of [`open`](VerifiedNotification::open), which is this on a copy. The body is then of no
    /// use any more.
    pub fn open_in_place(self, key: &ApiV3Key) -> Result<NotificationRef<'b>, Error> {
        envelope::open_in_place(self.body, key, self.scheme)
    }
}

#[cfg(feature = "alloc")]
impl<B: AsRef<[u8]>> VerifiedNotification<B> {
    /// Decrypts the resource.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if the body is not a notification, [`Error::AlgorithmMismatch`] if it
    /// is not encrypted with the algorithm of its signature scheme (AEAD_AES_256_GCM with RSA,
    /// AEAD_SM4_GCM with SM2), [`Error::DecryptFailed`] if the APIv3 key is not that
    /// of the merchant.
    pub fn open(&self, key: &ApiV3Key) -> Result<Notification, Error> {
        let mut body = self.body.as_ref().to_vec();
        let opened = envelope::open_in_place(&mut body, key, self.scheme)?;
        Ok(opened.to_notification())
    }
}

impl<B: AsRef<[u8]>> fmt::Debug for VerifiedNotification<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedNotification").field("body_len", &self.body.as_ref().len()).finish()
    }
}
