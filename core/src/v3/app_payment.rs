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

/// A payment about to be invoked by an app through the WeChat Open SDK. The bare prepay id is signed,
/// without `prepay_id=` before it.
#[derive(Clone, Copy, Debug)]
pub struct AppPayment<'a> {
    appid: &'a str,
    partnerid: &'a str,
    prepay_id: &'a str,
}

impl<'a> AppPayment<'a> {
    /// `appid` is that of the app, `partnerid` the merchant number (of the sub-merchant in partner
    /// mode), `prepay_id` what WeChat Pay answered to the order, valid for 2 hours.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed argument.
    pub fn new(appid: &'a str, partnerid: &'a str, prepay_id: &'a str) -> Result<Self, Error> {
        Ok(Self {
            appid: argument::appid(appid)?,
            partnerid: argument::token("partnerid", partnerid, 32, "the merchant number")?,
            prepay_id: argument::prepay_id(prepay_id)?,
        })
    }

    /// Adds the time and a random string of at most 32 characters.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed `nonce_str`.
    pub fn finalize(
        self,
        timestamp: UnixTime,
        nonce_str: &'a str,
    ) -> Result<Unsigned<UnsignedAppPayment<'a>>, Error> {
        Ok(Unsigned::new(UnsignedAppPayment {
            payment: self,
            timestamp: timestamp.to_decimal(),
            nonce_str: argument::pay_nonce_str(nonce_str)?,
        }))
    }
}

/// App payment parameters that lack their `sign`.
#[derive(Clone, Copy, Debug)]
pub struct UnsignedAppPayment<'a> {
    payment: AppPayment<'a>,
    timestamp: Decimal,
    nonce_str: &'a str,
}

impl Signable for UnsignedAppPayment<'_> {
    fn message(&self) -> Message<'_> {
        Message::new([
            self.payment.appid.as_bytes(),
            self.timestamp.as_str().as_bytes(),
            self.nonce_str.as_bytes(),
            self.payment.prepay_id.as_bytes(),
        ])
    }
}

/// Not signed.
const PACKAGE: &str = "Sign=WXPay";

impl Unsigned<UnsignedAppPayment<'_>> {
    /// Writes the fields of the Open SDK's `PayReq` into a buffer, as JSON, with a signature of the
    /// [`message`](Self::message): about 550 bytes for RSA-2048.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] if the buffer is too small.
    pub fn write_json<'b>(
        &self,
        signature: &Signature,
        buffer: &'b mut [u8],
    ) -> Result<&'b str, Error> {
        let UnsignedAppPayment { payment, timestamp, nonce_str } = self.inner();
        let fields = [
            ("appid", [payment.appid, ""]),
            ("partnerid", [payment.partnerid, ""]),
            ("prepayid", [payment.prepay_id, ""]),
            ("package", [PACKAGE, ""]),
            ("noncestr", [*nonce_str, ""]),
            ("timestamp", [timestamp.as_str(), ""]),
        ];
        params::write_json(&fields, "sign", signature, buffer)
    }
}

#[cfg(feature = "alloc")]
impl Assemble for UnsignedAppPayment<'_> {
    type Signed = AppPaymentParams;

    fn assemble(self, signature: &Signature) -> AppPaymentParams {
        AppPaymentParams {
            appid: self.payment.appid.into(),
            partnerid: self.payment.partnerid.into(),
            prepayid: self.payment.prepay_id.into(),
            package: PACKAGE.into(),
            noncestr: self.nonce_str.into(),
            timestamp: self.timestamp.as_str().into(),
            sign: signature.to_base64(),
        }
    }
}

/// The fields of the Open SDK's `PayReq`, under its names.
#[cfg(feature = "alloc")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppPaymentParams {
    /// The appid of the app.
    pub appid: String,
    /// The merchant number. Not signed.
    pub partnerid: String,
    /// The prepay id.
    pub prepayid: String,
    /// `Sign=WXPay`. Not signed.
    pub package: String,
    /// The random string.
    pub noncestr: String,
    /// UNIX seconds, as a string.
    pub timestamp: String,
    /// The signature, in base64.
    pub sign: String,
}
