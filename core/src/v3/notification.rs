use alloc::string::String;
use core::fmt;

use serde::de::DeserializeOwned;

use crate::encoding::json::{self, Object};
use crate::error::Error;
use crate::keys::{ApiV3Key, PlatformKeys};
use crate::signature::Scheme;
use crate::time::{Tolerance, UnixTime};
use crate::v3::envelope::Envelope;
use crate::v3::event::Event;
use crate::v3::headers::WechatpayHeaders;
use crate::v3::verification;

/// A notification (通知) as it arrived at the `notify_url`. Anybody may have sent it.
#[derive(Clone, Copy)]
pub struct UnverifiedNotification<'a> {
    headers: WechatpayHeaders<'a>,
    body: &'a [u8],
}

impl<'a> UnverifiedNotification<'a> {
    /// `body` is the raw bytes as they arrived; a parsed and re-serialised body does not verify.
    #[must_use]
    pub const fn new(headers: WechatpayHeaders<'a>, body: &'a [u8]) -> Self {
        Self { headers, body }
    }

    /// Checks serial, time and signature. A resend carries a fresh timestamp and signature.
    ///
    /// # Errors
    /// [`Error::SerialUnknown`], [`Error::SchemeUnsupported`], [`Error::TimestampOutsideWindow`],
    /// [`Error::SignatureProbe`] or [`Error::SignatureInvalid`], the first that applies.
    pub fn verify(
        self,
        keys: &PlatformKeys,
        now: UnixTime,
        tolerance: Tolerance,
    ) -> Result<VerifiedNotification<'a>, Error> {
        verification::verify(&self.headers, self.body, keys, now, tolerance)?;
        Ok(VerifiedNotification { body: self.body, scheme: self.headers.scheme })
    }
}

impl fmt::Debug for UnverifiedNotification<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedNotification")
            .field("headers", &self.headers)
            .field("body_len", &self.body.len())
            .finish()
    }
}

/// A notification that WeChat Pay signed, still encrypted.
#[derive(Clone, Copy)]
pub struct VerifiedNotification<'a> {
    body: &'a [u8],
    scheme: Scheme,
}

impl VerifiedNotification<'_> {
    /// Decrypts the resource.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if the body is not a notification, [`Error::AlgorithmMismatch`] if it
    /// is not encrypted with the algorithm of its signature scheme (AEAD_AES_256_GCM with RSA,
    /// AEAD_SM4_GCM with SM2), [`Error::DecryptFailed`] if the APIv3 key is not that
    /// of the merchant.
    pub fn open(&self, key: &ApiV3Key) -> Result<Notification, Error> {
        let envelope: Envelope<'_> = json::parse_object("notification body", self.body)?;
        let Object(sealed) = envelope.resource;
        let resource = sealed.open(key, self.scheme)?;
        Ok(Notification {
            id: envelope.id,
            create_time: envelope.create_time,
            event_type: envelope.event_type,
            resource_type: envelope.resource_type,
            summary: envelope.summary,
            original_type: sealed.original_type,
            resource,
        })
    }
}

impl fmt::Debug for VerifiedNotification<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedNotification").field("body_len", &self.body.len()).finish()
    }
}

/// A notification, verified and decrypted. `Debug` leaves the resource out.
///
/// WeChat Pay may send the same notification many times: apply each `id`, or each order number and
/// event type, once. Compare `appid`, `mchid`, order number, amount and currency with the own order
/// before acting on it (`doc/v3/partner/4015124358`).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Notification {
    /// Unique id of the notification.
    pub id: String,
    /// When it was created, RFC 3339.
    pub create_time: String,
    /// Such as `TRANSACTION.SUCCESS`.
    pub event_type: String,
    /// `encrypt-resource`.
    pub resource_type: String,
    /// A remark for humans.
    pub summary: String,
    /// What the resource was before encryption, such as `transaction`; not always sent.
    pub original_type: Option<String>,
    resource: String,
}

impl Notification {
    /// The decrypted resource: JSON text.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The resource as a type of the caller's.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if it is not of that form.
    pub fn resource_as<T: DeserializeOwned>(&self) -> Result<T, Error> {
        json::parse("decrypted resource", self.resource.as_bytes())
    }

    /// The resource as the type that belongs to the event. Events not known here are passed through.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if the resource is not of the form documented for the event.
    pub fn event(&self) -> Result<Event, Error> {
        Event::parse(self)
    }
}

impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notification")
            .field("id", &self.id)
            .field("create_time", &self.create_time)
            .field("event_type", &self.event_type)
            .field("original_type", &self.original_type)
            .finish_non_exhaustive()
    }
}
