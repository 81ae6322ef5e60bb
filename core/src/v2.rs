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

mod answer;
mod api_key;
mod app_payment;
mod argument;
mod coupon;
mod event;
mod fields;
mod notification;
mod pay_score;
mod payment;
mod red_packet;
mod refund_notification;
mod request;
mod request_payment;
mod response;
mod sign;
mod workwx;

pub use self::answer::Answer;
pub use self::api_key::ApiKey;
pub use self::app_payment::{AppPayment, AppPaymentParams, UnsignedAppPayment};
pub use self::coupon::{Coupon, H5Coupon, SendCoupon, SendCouponParams};
pub use self::event::EventNotification;
pub use self::fields::Fields;
pub use self::notification::{Notification, UnverifiedNotification};
pub use self::pay_score::{PayScoreDetail, PayScoreDetailParams, PayScoreUse, PayScoreUseParams};
pub use self::payment::Payment;
pub use self::red_packet::{RedPacket, RedPacketParams, UnsignedRedPacket};
pub use self::refund_notification::{
    EncryptedRefundNotification, Refund, RefundNotification, RefundStatus,
};
pub use self::request::{SignableRequest, SignedRequest};
pub use self::request_payment::{RequestPayment, RequestPaymentParams, UnsignedRequestPayment};
pub use self::response::{BusinessError, Refusal, Response, UnsignedResponse, UnverifiedResponse};
#[cfg(feature = "hazmat")]
pub(crate) use self::sign::sign_with_any_key;
pub use self::sign::{SignType, sign, string_a};
pub use self::workwx::{WorkwxApi, WorkwxSecret, workwx_sign};
