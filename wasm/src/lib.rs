//! WebAssembly bindings of `wechatpay-core`, thin: the TypeScript facade in `js/` checks types, brings clock and
//! nonce, and gives the results their final shape.
//!
//! Nothing here panics on input. Errors cross as `{ code, message }` objects. Secrets arrive as vectors that this
//! side owns, so that it can wipe them.
#![allow(clippy::std_instead_of_alloc)]
// Without std, what would format panics that nobody can read is not in the module.
#![cfg_attr(not(feature = "extras"), no_std)]

extern crate alloc;

#[cfg(feature = "merchant")]
mod api_error;
#[cfg(feature = "extras")]
mod certificate_chain;
#[cfg(feature = "extras")]
mod explain;
mod failure;
#[cfg(feature = "merchant")]
mod files;
mod headers;
mod host;
#[cfg(feature = "extras")]
mod jssdk;
#[cfg(feature = "merchant")]
mod merchant;
#[cfg(feature = "extras")]
mod message_push;
#[cfg(feature = "extras")]
mod mini_program;
#[cfg(feature = "merchant")]
mod packed;
mod platform_key_list;
mod random;
#[cfg(feature = "extras")]
mod results;
#[cfg(all(target_family = "wasm", not(feature = "extras")))]
mod runtime;
#[cfg(feature = "extras")]
mod testing;
#[cfg(feature = "extras")]
mod v2;

#[cfg(feature = "merchant")]
pub use api_error::parse_api_error;
#[cfg(feature = "extras")]
pub use certificate_chain::CertificateChain;
#[cfg(feature = "extras")]
pub use explain::{explain_delivery_js, explain_request_js};
pub use failure::Failure;
#[cfg(feature = "merchant")]
pub use files::{DownloadDigestHandle, media_meta, response_signature};
#[cfg(feature = "extras")]
pub use jssdk::{request_merchant_transfer, wx_config};
#[cfg(feature = "merchant")]
pub use merchant::MerchantHandle;
#[cfg(feature = "extras")]
pub use message_push::MessagePushHandle;
#[cfg(feature = "extras")]
pub use mini_program::{
    MiniProgramHandle, SecureApiHandle, parse_refusal, parse_session, user_signature,
    verify_raw_data,
};
pub use platform_key_list::PlatformKeyList;
#[cfg(feature = "extras")]
pub use testing::{TestPlatformHandle, test_faults};
#[cfg(feature = "extras")]
pub use v2::{CouponList, MerchantV2Handle, notification_answer, refusal, string_a, workwx_sign};
