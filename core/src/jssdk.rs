//! What the WeChat client is called with that no payment key signs: `wx.config` of the JS-SDK,
//! which is signed with a `jsapi_ticket`, and `wx.requestMerchantTransfer`, which is not signed at
//! all.

mod config;
mod merchant_transfer;

pub use self::config::{Config, ConfigParams, JsapiTicket};
pub use self::merchant_transfer::RequestMerchantTransfer;
