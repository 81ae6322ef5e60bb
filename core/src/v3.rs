//! WeChat Pay APIv3: request authorization, payment parameters, notifications and responses.

mod api_error;
mod app_payment;
mod argument;
mod authorization;
mod certificates;
mod download;
mod envelope;
mod event;
#[cfg(feature = "explain")]
pub mod explain;
mod headers;
mod media;
mod notification;
mod refund;
mod request_payment;
mod response;
mod response_signature;
mod sensitive;
mod statement;
#[cfg(feature = "test-util")]
pub mod testing;
mod transaction;
mod verification;

pub use self::api_error::ApiError;
pub use self::app_payment::{AppPayment, AppPaymentParams, UnsignedAppPayment};
pub use self::authorization::{Authorization, SignableRequest, UnsignedAuthorization};
pub use self::certificates::PlatformCertificate;
pub use self::download::DownloadDigest;
pub use self::event::Event;
pub use self::headers::WechatpayHeaders;
pub use self::media::MediaMeta;
pub use self::notification::{Notification, UnverifiedNotification, VerifiedNotification};
pub use self::refund::{Refund, RefundAmount, RefundStatus};
pub use self::request_payment::{RequestPayment, RequestPaymentParams, UnsignedRequestPayment};
pub use self::response::{UnverifiedResponse, VerifiedResponse};
pub use self::response_signature::ResponseSignature;
pub use self::sensitive::{decrypt_sensitive, encrypt_sensitive};
pub use self::statement::UnverifiedStatement;
pub use self::transaction::{
    Amount, CombineTransaction, Payer, SubOrder, SubOrderAmount, TradeState, TradeType, Transaction,
};
