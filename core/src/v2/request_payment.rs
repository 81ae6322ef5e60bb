use alloc::format;
use alloc::string::String;

use serde::Serialize;

use crate::error::Error;
use crate::time::UnixTime;
use crate::v2::api_key::ApiKey;
use crate::v2::argument;
use crate::v2::fields::Fields;
use crate::v2::sign::{self, SignType};

/// A payment about to be invoked in a mini program (`wx.requestPayment`) or on a page inside WeChat
/// (`getBrandWCPayRequest`), for an order placed by APIv2
/// (`wiki/doc/api/wxa/wxa_api.php?chapter=7_7`).
#[derive(Clone, Copy, Debug)]
pub struct RequestPayment<'a> {
    appid: &'a str,
    prepay_id: &'a str,
}

impl<'a> RequestPayment<'a> {
    /// `appid` is that of the order, `prepay_id` what WeChat Pay answered to it, valid for 2 hours.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed argument.
    pub fn new(appid: &'a str, prepay_id: &'a str) -> Result<Self, Error> {
        Ok(Self { appid: argument::appid(appid)?, prepay_id: argument::prepay_id(prepay_id)? })
    }

    /// Adds the time and a random string of at most 32 characters.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed `nonce_str`.
    pub fn finalize(
        self,
        timestamp: UnixTime,
        nonce_str: &'a str,
    ) -> Result<UnsignedRequestPayment<'a>, Error> {
        let nonce_str = argument::nonce_str(nonce_str)?;
        Ok(UnsignedRequestPayment { payment: self, timestamp, nonce_str })
    }
}

/// Payment parameters that lack their `paySign`.
#[derive(Clone, Copy, Debug)]
#[must_use = "nothing is signed before `sign`"]
pub struct UnsignedRequestPayment<'a> {
    payment: RequestPayment<'a>,
    timestamp: UnixTime,
    nonce_str: &'a str,
}

impl UnsignedRequestPayment<'_> {
    /// Signs the five fields; `signType` is one of them. It has to be the `sign_type` of the order.
    ///
    /// # Errors
    /// None that the constructors have not given already.
    pub fn sign(self, key: &ApiKey, sign_type: SignType) -> Result<RequestPaymentParams, Error> {
        let time_stamp = self.timestamp.to_decimal();
        let package = format!("prepay_id={}", self.payment.prepay_id);
        let fields = Fields::from_pairs([
            ("appId", self.payment.appid),
            ("timeStamp", time_stamp.as_str()),
            ("nonceStr", self.nonce_str),
            ("package", package.as_str()),
            ("signType", sign_type.as_str()),
        ])?;
        Ok(RequestPaymentParams {
            pay_sign: sign::sign(&fields, key, sign_type),
            time_stamp: time_stamp.as_str().into(),
            nonce_str: self.nonce_str.into(),
            package,
            sign_type: sign_type.as_str().into(),
        })
    }
}

/// Exactly the five fields of `wx.requestPayment`; a page inside WeChat adds `appId`. Serialized
/// under WeChat's names (`timeStamp`, `nonceStr`, …).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestPaymentParams {
    /// UNIX seconds, as a string.
    pub time_stamp: String,
    /// The random string.
    pub nonce_str: String,
    /// `prepay_id=` and the prepay id.
    pub package: String,
    /// `MD5` or `HMAC-SHA256`. Signed.
    pub sign_type: String,
    /// The signature, in upper-case hex.
    pub pay_sign: String,
}
