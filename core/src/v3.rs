//! WeChat Pay APIv3: request authorization, payment parameters, notifications and responses.

#[cfg(feature = "alloc")]
mod api_error;
mod app_payment;
mod argument;
mod authorization;
#[cfg(feature = "alloc")]
mod certificates;
mod download;
mod envelope;
#[cfg(feature = "alloc")]
mod event;
#[cfg(feature = "explain")]
pub mod explain;
mod headers;
#[cfg(feature = "alloc")]
mod media;
mod notification;
mod opened;
mod params;
#[cfg(feature = "alloc")]
mod refund;
mod request_payment;
mod resource;
mod response;
mod response_signature;
#[cfg(feature = "alloc")]
mod sensitive;
mod statement;
#[cfg(feature = "test-util")]
pub mod testing;
#[cfg(feature = "alloc")]
mod transaction;
mod verification;

#[cfg(feature = "alloc")]
pub use self::api_error::ApiError;
#[cfg(feature = "alloc")]
pub use self::app_payment::AppPaymentParams;
pub use self::app_payment::{AppPayment, UnsignedAppPayment};
pub use self::authorization::{Authorization, SignableRequest, UnsignedAuthorization};
#[cfg(feature = "alloc")]
pub use self::certificates::PlatformCertificate;
pub use self::download::DownloadDigest;
#[cfg(feature = "alloc")]
pub use self::event::Event;
pub use self::headers::WechatpayHeaders;
#[cfg(feature = "alloc")]
pub use self::media::MediaMeta;
pub use self::notification::{UnverifiedNotification, VerifiedNotification};
#[cfg(feature = "alloc")]
pub use self::opened::Notification;
pub use self::opened::NotificationRef;
#[cfg(feature = "alloc")]
pub use self::refund::{Refund, RefundAmount, RefundStatus};
#[cfg(feature = "alloc")]
pub use self::request_payment::RequestPaymentParams;
pub use self::request_payment::{RequestPayment, UnsignedRequestPayment};
pub use self::response::{UnverifiedResponse, VerifiedResponse};
pub use self::response_signature::ResponseSignature;
#[cfg(feature = "alloc")]
pub use self::sensitive::{decrypt_sensitive, encrypt_sensitive};
pub use self::statement::UnverifiedStatement;
#[cfg(feature = "alloc")]
pub use self::transaction::{
    Amount, CombineTransaction, Payer, SubOrder, SubOrderAmount, TradeState, TradeType, Transaction,
};
