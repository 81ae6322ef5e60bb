//! Mini programs (小程序): login, user data, virtual payment (虚拟支付), and the signed and encrypted
//! server API.
//!
//! ```
//! use wechatpay_core::mini_program::{AppSecret, Code2Session, EncryptedData, Session};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let secret = AppSecret::new("0123456789abcdef0123456789abcdef")?;
//! let request = Code2Session::new("wx8888888888888888", &secret, "0b3xY1ml2mvRWd4wxWnl2Lplsz3xY1mk")?;
//! let _send_a_get_request_to = request.url().secret_str();
//!
//! let answer = br#"{"openid":"oUpF8uMuAJO_M2pxb1Q9zNjWeS6o","session_key":"tiihtNczf5v6AKRyjwEUhQ=="}"#;
//! match Session::parse(answer)? {
//!     Ok(session) => assert_eq!(session.openid(), "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"),
//!     Err(refusal) if refusal.retryable() => { /* wait, then send it again */ }
//!     Err(refusal) => return Err(refusal.into()),
//! }
//! # Ok(())
//! # }
//! ```

mod api_error;
mod app_key;
mod argument;
mod code2session;
mod encrypted_data;
mod pay_event;
mod raw_data;
mod secure_api;
mod session_key;
mod user_data;
mod virtual_payment;

pub use self::api_error::{ApiError, ErrCode};
pub use self::app_key::{AppKeys, Env};
pub use self::code2session::{AppSecret, Code2Session, SecretUrl, Session};
pub use self::encrypted_data::EncryptedData;
pub use self::pay_event::{UnverifiedPayEvent, VerifiedPayEvent};
pub use self::raw_data::{UnverifiedRawData, VerifiedRawData};
pub use self::secure_api::{
    SealedSecureRequest, SecureApiCertificate, SecureApiKey, SecureApiPrivateKey, SecureRequest,
    SecureResponse, SecureResponseHeaders, SignedSecureRequest, UnverifiedSecureResponse,
    VerifiedSecureResponse,
};
pub use self::session_key::{SIG_METHOD, SessionKey};
pub use self::user_data::{PhoneNumber, UserData, UserInfo, Watermark};
pub use self::virtual_payment::{
    RequestVirtualPayment, RequestVirtualPaymentParams, VirtualPaymentCall, VirtualPaymentMode,
};
