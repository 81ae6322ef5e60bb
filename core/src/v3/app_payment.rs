use alloc::string::String;

use serde::Serialize;

use crate::error::Error;
use crate::signature::{Message, Signable, Signature, Unsigned};
use crate::time::{Decimal, UnixTime};
use crate::v3::argument;

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
    type Signed = AppPaymentParams;

    fn message(&self) -> Message<'_> {
        Message::new([
            self.payment.appid.as_bytes(),
            self.timestamp.as_str().as_bytes(),
            self.nonce_str.as_bytes(),
            self.payment.prepay_id.as_bytes(),
        ])
    }

    fn assemble(self, signature: &Signature) -> AppPaymentParams {
        AppPaymentParams {
            appid: self.payment.appid.into(),
            partnerid: self.payment.partnerid.into(),
            prepayid: self.payment.prepay_id.into(),
            package: "Sign=WXPay".into(),
            noncestr: self.nonce_str.into(),
            timestamp: self.timestamp.as_str().into(),
            sign: signature.to_base64(),
        }
    }
}

/// The fields of the Open SDK's `PayReq`, under its names.
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
