use alloc::string::String;
use core::fmt;

use serde::Serialize;

use crate::error::Error;
use crate::mini_program::app_key::{AppKeys, Env};
use crate::mini_program::argument;
use crate::mini_program::session_key::SessionKey;

/// A server call of virtual payment, `/xpay/…` or `/wxa/game/…`, about to be signed
/// (`developers.weixin.qq.com/miniprogram/dev/platform-capabilities/industry/virtual-payment.html`).
///
/// `pay_sig` and, where the API asks for it, `signature` go into the query beside `access_token`; the
/// body must be sent exactly as it was signed.
#[derive(Clone, Copy)]
pub struct VirtualPaymentCall<'a> {
    uri: &'a str,
    post_body: &'a str,
    env: Env,
}

impl<'a> VirtualPaymentCall<'a> {
    /// `uri` is the path alone, such as `/xpay/query_user_balance`. `post_body` is the JSON text that
    /// will be sent, blanks included.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a `uri` with host or query, or a body that is no JSON object with
    /// `env` 0 or 1 (0 where it is absent), or has it as `Env`.
    pub fn new(uri: &'a str, post_body: &'a str) -> Result<Self, Error> {
        let expected = "the path alone, such as /xpay/query_user_balance: no host, no query";
        let uri = argument::token("uri", uri, 128, expected)?;
        if !uri.starts_with('/') || uri.starts_with("//") || uri.contains(['?', '#', '&']) {
            return Err(Error::ArgumentInvalid { name: "uri", expected });
        }
        Ok(Self { uri, post_body, env: Env::of_call("post_body", post_body)? })
    }

    /// The environment that the body names.
    #[must_use]
    pub const fn env(&self) -> Env {
        self.env
    }

    /// `pay_sig`: HMAC-SHA256 over `uri&post_body` with the AppKey of the environment, lower-case hex.
    ///
    /// # Errors
    /// [`Error::KeyInvalid`] if there is no AppKey for the environment that the body names.
    pub fn pay_sig(&self, app_keys: &AppKeys) -> Result<String, Error> {
        app_keys.pay_sig(self.env, self.uri, self.post_body)
    }

    /// `signature`: the user's signature over the body.
    #[must_use]
    pub fn signature(&self, session_key: &SessionKey) -> String {
        session_key.signature(self.post_body.as_bytes())
    }
}

impl fmt::Debug for VirtualPaymentCall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VirtualPaymentCall")
            .field("uri", &self.uri)
            .field("env", &self.env)
            .finish_non_exhaustive()
    }
}

/// What is bought by `wx.requestVirtualPayment` (`mode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum VirtualPaymentMode {
    /// `short_series_coin`: coins.
    ShortSeriesCoin,
    /// `short_series_goods`: an item.
    ShortSeriesGoods,
}

/// The client call `wx.requestVirtualPayment`, about to be signed
/// (`developers.weixin.qq.com/miniprogram/dev/api/payment/wx.requestVirtualPayment.html`).
#[derive(Clone, Copy)]
pub struct RequestVirtualPayment<'a> {
    mode: VirtualPaymentMode,
    sign_data: &'a str,
    env: Env,
}

impl<'a> RequestVirtualPayment<'a> {
    /// `sign_data` is the JSON text of `signData`. It is signed and handed to the client verbatim.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] if it is no JSON object with `env` 0 or 1 (0 where it is absent), or
    /// has it as `Env`.
    pub fn new(mode: VirtualPaymentMode, sign_data: &'a str) -> Result<Self, Error> {
        Ok(Self { mode, sign_data, env: Env::of_call("sign_data", sign_data)? })
    }

    /// Signs it for the user of this session.
    ///
    /// # Errors
    /// [`Error::KeyInvalid`] if there is no AppKey for the environment that `sign_data` names.
    pub fn sign(
        self,
        app_keys: &AppKeys,
        session_key: &SessionKey,
    ) -> Result<RequestVirtualPaymentParams, Error> {
        Ok(RequestVirtualPaymentParams {
            sign_data: self.sign_data.into(),
            mode: self.mode,
            pay_sig: app_keys.pay_sig(self.env, "requestVirtualPayment", self.sign_data)?,
            signature: session_key.signature(self.sign_data.as_bytes()),
        })
    }
}

impl fmt::Debug for RequestVirtualPayment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestVirtualPayment")
            .field("mode", &self.mode)
            .field("env", &self.env)
            .finish_non_exhaustive()
    }
}

/// Exactly the four fields of `wx.requestVirtualPayment`, serialized under WeChat's names (`signData`,
/// `paySig`, …).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestVirtualPaymentParams {
    /// The signed JSON text.
    pub sign_data: String,
    /// What is bought.
    pub mode: VirtualPaymentMode,
    /// The signature of the merchant.
    pub pay_sig: String,
    /// The signature of the user.
    pub signature: String,
}
