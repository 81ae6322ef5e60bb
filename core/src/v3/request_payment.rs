#[cfg(feature = "alloc")]
use alloc::format;
#[cfg(feature = "alloc")]
use alloc::string::String;

#[cfg(feature = "alloc")]
use serde::Serialize;

use crate::error::Error;
#[cfg(feature = "alloc")]
use crate::signature::Assemble;
use crate::signature::{Message, Signable, Signature, Unsigned};
use crate::time::{Decimal, UnixTime};
use crate::v3::{argument, params};

/// A payment about to be invoked in a mini program (`wx.requestPayment`) or on a page inside WeChat
/// (JSAPI, `getBrandWCPayRequest`), for single and for combined orders
/// (`doc/v3/merchant/4012365341`).
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
    ) -> Result<Unsigned<UnsignedRequestPayment<'a>>, Error> {
        Ok(Unsigned::new(UnsignedRequestPayment {
            appid: self.appid,
            timestamp: timestamp.to_decimal(),
            nonce_str: argument::pay_nonce_str(nonce_str)?,
            prepay_id: self.prepay_id,
        }))
    }
}

/// Payment parameters that lack their `paySign`.
#[derive(Clone, Copy, Debug)]
pub struct UnsignedRequestPayment<'a> {
    appid: &'a str,
    timestamp: Decimal,
    nonce_str: &'a str,
    prepay_id: &'a str,
}

impl Signable for UnsignedRequestPayment<'_> {
    fn message(&self) -> Message<'_> {
        Message::from_parts([
            self.appid.as_bytes(),
            b"\n",
            self.timestamp.as_str().as_bytes(),
            b"\n",
            self.nonce_str.as_bytes(),
            b"\n",
            PACKAGE.as_bytes(),
            self.prepay_id.as_bytes(),
            b"\n",
        ])
    }
}

/// What stands before the prepay id in `package`.
const PACKAGE: &str = "prepay_id=";

/// Not signed.
const SIGN_TYPE: &str = "RSA";

impl Unsigned<UnsignedRequestPayment<'_>> {
    /// Writes the five fields of `wx.requestPayment` into a buffer, as JSON, with a signature of the
    /// [`message`](Self::message): about 500 bytes for RSA-2048.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] if the buffer is too small.
    pub fn write_json<'b>(
        &self,
        signature: &Signature,
        buffer: &'b mut [u8],
    ) -> Result<&'b str, Error> {
        let unsigned = self.inner();
        let fields = [
            ("timeStamp", [unsigned.timestamp.as_str(), ""]),
            ("nonceStr", [unsigned.nonce_str, ""]),
            ("package", [PACKAGE, unsigned.prepay_id]),
            ("signType", [SIGN_TYPE, ""]),
        ];
        params::write_json(&fields, "paySign", signature, buffer)
    }
}

#[cfg(feature = "alloc")]
impl Assemble for UnsignedRequestPayment<'_> {
    type Signed = RequestPaymentParams;

    fn assemble(self, signature: &Signature) -> RequestPaymentParams {
        RequestPaymentParams {
            time_stamp: self.timestamp.as_str().into(),
            nonce_str: self.nonce_str.into(),
            package: format!("{PACKAGE}{}", self.prepay_id),
            sign_type: SIGN_TYPE.into(),
            pay_sign: signature.to_base64(),
        }
    }
}

/// Exactly the five fields of `wx.requestPayment`; a page inside WeChat adds `appId`. Serialized
/// under WeChat's names (`timeStamp`, `nonceStr`, …).
#[cfg(feature = "alloc")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestPaymentParams {
    /// UNIX seconds, as a string.
    pub time_stamp: String,
    /// The random string.
    pub nonce_str: String,
    /// `prepay_id=` and the prepay id.
    pub package: String,
    /// `RSA`. Not signed.
    pub sign_type: String,
    /// The signature, in base64.
    pub pay_sign: String,
}
