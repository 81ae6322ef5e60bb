//! WebAssembly bindings of `wechatpay-core`, thin: the TypeScript facade in `js/` checks types, brings clock and
//! nonce, and gives the results their final shape.
//!
//! Nothing here panics on input. Errors cross as `{ code, message }` objects. Secrets arrive as vectors that this
//! side owns, so that it can wipe them.
#![allow(clippy::std_instead_of_alloc)]

mod api_error;
mod explain;
mod failure;
mod files;
mod jssdk;
mod merchant;
mod message_push;
mod mini_program;
mod platform_key_list;
mod random;
mod results;
mod testing;
mod v2;

pub use api_error::parse_api_error;
pub use explain::{explain_delivery_js, explain_request_js};
pub use failure::Failure;
pub use files::{CertificateChain, DownloadDigestHandle, media_meta, response_signature};
pub use jssdk::{request_merchant_transfer, wx_config};
pub use merchant::MerchantHandle;
pub use message_push::MessagePushHandle;
pub use mini_program::{
    MiniProgramHandle, SecureApiHandle, parse_refusal, parse_session, user_signature,
    verify_raw_data,
};
pub use platform_key_list::PlatformKeyList;
pub use testing::{TestPlatformHandle, test_faults};
pub use v2::{CouponList, MerchantV2Handle, notification_answer, refusal, string_a, workwx_sign};
