//! WeChat Pay APIv2: signatures over all fields of flat XML messages, by MD5 or HMAC-SHA256 with
//! the APIv2 key (`doc/v2/merchant/4011985891`); and what the client is called with and still takes
//! that signature today: payscore, coupons, mini program red packets.
//!
//! A request is [`SignableRequest`] → [`SignedRequest`], also that of the face payment interface
//! `get_wxpayface_authinfo`. What comes back is read as [`UnverifiedResponse`],
//! [`UnverifiedNotification`] or [`EncryptedRefundNotification`]; its fields cannot be reached
//! before it is verified.
//!
//! The signed text joins names and values by `=` and `&` without escaping, so a value with `&` in
//! it can stand for two fields. Do not let users choose whole values such as `attach` or `body`.
//! MD5 is what WeChat Pay takes by default; choose HMAC-SHA256 where the interface has `sign_type`,
//! and pin it when verifying.
//!
//! ```
//! use wechatpay_core::v2::{Answer, ApiKey, Fields, SignType, SignableRequest, UnverifiedNotification};
//!
//! # fn main() -> Result<(), Box<dyn core::error::Error>> {
//! # let configured = b"throw-away-APIv2-key-of-32-chars";
//! let key = ApiKey::new(configured)?;
//! let order = Fields::from_pairs([("appid", "wx8888888888888888"), ("total_fee", "1")])?;
//! let request = SignableRequest::new(order)?.sign(&key, SignType::HmacSha256)?;
//! let xml = request.to_xml(); // to be sent
//!
//! # let received = xml.as_bytes();
//! let notification = UnverifiedNotification::parse(received)?;
//! let notification = notification.verify(&key, Some(SignType::HmacSha256))?;
//! assert_eq!(notification.fields().get("total_fee"), Some("1"));
//! let answer = Answer::Success.to_xml();
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "alloc")]
mod answer;
mod api_key;
#[cfg(feature = "alloc")]
mod app_payment;
#[cfg(feature = "alloc")]
mod argument;
#[cfg(feature = "alloc")]
mod coupon;
mod digest;
#[cfg(feature = "alloc")]
mod event;
#[cfg(feature = "alloc")]
mod fields;
#[cfg(feature = "alloc")]
mod notification;
#[cfg(feature = "alloc")]
mod pay_score;
#[cfg(feature = "alloc")]
mod payment;
#[cfg(feature = "alloc")]
mod red_packet;
#[cfg(feature = "alloc")]
mod refund_notification;
#[cfg(feature = "alloc")]
mod request;
#[cfg(feature = "alloc")]
mod request_payment;
#[cfg(feature = "alloc")]
mod response;
#[cfg(feature = "alloc")]
mod sign;
#[cfg(feature = "alloc")]
mod workwx;

#[cfg(feature = "alloc")]
pub use self::answer::Answer;
pub use self::api_key::ApiKey;
#[cfg(feature = "alloc")]
pub use self::app_payment::{AppPayment, AppPaymentParams, UnsignedAppPayment};
#[cfg(feature = "alloc")]
pub use self::coupon::{Coupon, H5Coupon, SendCoupon, SendCouponParams};
pub use self::digest::{Sign, SignType};
#[cfg(feature = "alloc")]
pub use self::event::EventNotification;
#[cfg(feature = "alloc")]
pub use self::fields::Fields;
#[cfg(feature = "alloc")]
pub use self::notification::{Notification, UnverifiedNotification};
#[cfg(feature = "alloc")]
pub use self::pay_score::{PayScoreDetail, PayScoreDetailParams, PayScoreUse, PayScoreUseParams};
#[cfg(feature = "alloc")]
pub use self::payment::Payment;
#[cfg(feature = "alloc")]
pub use self::red_packet::{RedPacket, RedPacketParams, UnsignedRedPacket};
#[cfg(feature = "alloc")]
pub use self::refund_notification::{
    EncryptedRefundNotification, Refund, RefundNotification, RefundStatus,
};
#[cfg(feature = "alloc")]
pub use self::request::{SignableRequest, SignedRequest};
#[cfg(feature = "alloc")]
pub use self::request_payment::{RequestPayment, RequestPaymentParams, UnsignedRequestPayment};
#[cfg(feature = "alloc")]
pub use self::response::{BusinessError, Refusal, Response, UnsignedResponse, UnverifiedResponse};
#[cfg(all(feature = "alloc", feature = "hazmat"))]
pub(crate) use self::sign::sign_with_any_key;
#[cfg(feature = "alloc")]
pub use self::sign::{sign, string_a};
#[cfg(feature = "alloc")]
pub use self::workwx::{WorkwxApi, WorkwxSecret, workwx_sign};
