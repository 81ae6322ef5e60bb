//! A delivery out of the inputs.

use wechatpay_core::keys::{ApiV3Key, PlatformKey};
use wechatpay_core::v3::{
    NotificationRef, UnverifiedNotification, VerifiedNotification, WechatpayHeaders,
};
use wechatpay_core::{Error, Tolerance, UnixTime};

use crate::inputs::Inputs;

/// What arrived, in a buffer that it is decrypted in.
pub struct Delivery<'a> {
    pub timestamp: &'a str,
    pub nonce: &'a str,
    pub serial: &'a str,
    pub signature: &'a str,
    pub body: [u8; 2048],
    pub len: usize,
}

impl<'a> Delivery<'a> {
    /// The inputs of this name, as coming from the holder of the platform's key.
    pub fn new(inputs: &Inputs<'a>, body: &str, signature: &str) -> Self {
        let bytes = inputs.bytes(body);
        let mut delivery = Self {
            timestamp: inputs.text("now"),
            nonce: inputs.text("nonce_str"),
            serial: inputs.text("platform_id"),
            signature: inputs.text(signature),
            body: [0; 2048],
            len: bytes.len(),
        };
        delivery.body[..bytes.len()].copy_from_slice(bytes);
        delivery
    }

    pub fn headers(&self) -> Result<WechatpayHeaders<'a>, Error> {
        WechatpayHeaders::from_pairs([
            ("wechatpay-timestamp", self.timestamp),
            ("Wechatpay-Nonce", self.nonce),
            ("Wechatpay-Serial", self.serial),
            ("Wechatpay-Signature", self.signature),
        ])
    }

    #[inline(never)]
    pub fn verify(
        &mut self,
        keys: &[PlatformKey],
        now: u64,
    ) -> Result<VerifiedNotification<&mut [u8]>, Error> {
        UnverifiedNotification::in_place(self.headers()?, &mut self.body[..self.len]).verify(
            keys,
            UnixTime::from_secs(now),
            Tolerance::default(),
        )
    }
}

#[inline(never)]
pub fn open<'b>(
    notification: VerifiedNotification<&'b mut [u8]>,
    key: &ApiV3Key,
) -> Result<NotificationRef<'b>, Error> {
    notification.open_in_place(key)
}
