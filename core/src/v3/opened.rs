#[cfg(feature = "alloc")]
use alloc::string::String;
use core::fmt;

#[cfg(feature = "alloc")]
use serde::de::DeserializeOwned;

#[cfg(feature = "alloc")]
use crate::encoding::json;
#[cfg(feature = "alloc")]
use crate::error::Error;
#[cfg(feature = "alloc")]
use crate::v3::event::Event;

/// A notification, verified and decrypted. `Debug` leaves the resource out.
///
/// WeChat Pay may send the same notification many times: apply each `id`, or each order number and
/// event type, once. Compare `appid`, `mchid`, order number, amount and currency with the own order
/// before acting on it (`doc/v3/partner/4015124358`).
#[cfg(feature = "alloc")]
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

#[cfg(feature = "alloc")]
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

#[cfg(feature = "alloc")]
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

/// A notification, verified and decrypted in the buffer that it arrived in: without a heap, what
/// `Notification` is with one. `Debug` leaves the resource out.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotificationRef<'a> {
    /// Unique id of the notification. It may arrive many times: apply it once.
    pub id: &'a str,
    /// When it was created, RFC 3339.
    pub create_time: &'a str,
    /// Such as `TRANSACTION.SUCCESS`.
    pub event_type: &'a str,
    /// `encrypt-resource`.
    pub resource_type: &'a str,
    /// A remark for humans.
    pub summary: &'a str,
    /// What the resource was before encryption, such as `transaction`; not always sent.
    pub original_type: Option<&'a str>,
    pub(super) resource: &'a str,
}

impl<'a> NotificationRef<'a> {
    /// The decrypted resource: JSON text. Compare `appid`, `mchid`, order number, amount and currency
    /// with the own order before acting on it (`doc/v3/partner/4015124358`).
    #[must_use]
    pub const fn resource(&self) -> &'a str {
        self.resource
    }

    /// A copy on the heap.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn to_notification(&self) -> Notification {
        Notification {
            id: self.id.into(),
            create_time: self.create_time.into(),
            event_type: self.event_type.into(),
            resource_type: self.resource_type.into(),
            summary: self.summary.into(),
            original_type: self.original_type.map(String::from),
            resource: self.resource.into(),
        }
    }
}

impl fmt::Debug for NotificationRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NotificationRef")
            .field("id", &self.id)
            .field("create_time", &self.create_time)
            .field("event_type", &self.event_type)
            .field("original_type", &self.original_type)
            .finish_non_exhaustive()
    }
}
