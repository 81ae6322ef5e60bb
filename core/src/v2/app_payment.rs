use alloc::string::String;

use serde::Serialize;

use crate::error::Error;
use crate::time::UnixTime;
use crate::v2::api_key::ApiKey;
use crate::v2::argument;
use crate::v2::fields::Fields;
use crate::v2::sign::{self, SignType};

/// A payment about to be invoked by an app through the WeChat Open SDK, for an order placed by
/// APIv2 (`wiki/doc/api/app/app.php?chapter=9_12`).
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
    ) -> Result<UnsignedAppPayment<'a>, Error> {
        let nonce_str = argument::nonce_str(nonce_str)?;
        Ok(UnsignedAppPayment { payment: self, timestamp, nonce_str })
    }
}

/// App payment parameters that lack their `sign`.
#[derive(Clone, Copy, Debug)]
#[must_use = "nothing is signed before `sign`"]
pub struct UnsignedAppPayment<'a> {
    payment: AppPayment<'a>,
    timestamp: UnixTime,
    nonce_str: &'a str,
}

impl UnsignedAppPayment<'_> {
    /// Signs the six fields. The type has to be the `sign_type` of the order; it is not sent.
    ///
    /// # Errors
    /// None that the constructors have not given already.
    pub fn sign(self, key: &ApiKey, sign_type: SignType) -> Result<AppPaymentParams, Error> {
        const PACKAGE: &str = "Sign=WXPay";
        let timestamp = self.timestamp.to_decimal();
        let fields = Fields::from_pairs([
            ("appid", self.payment.appid),
            ("partnerid", self.payment.partnerid),
            ("prepayid", self.payment.prepay_id),
            ("package", PACKAGE),
            ("noncestr", self.nonce_str),
            ("timestamp", timestamp.as_str()),
        ])?;
        Ok(AppPaymentParams {
            sign: sign::sign(&fields, key, sign_type),
            appid: self.payment.appid.into(),
            partnerid: self.payment.partnerid.into(),
            prepayid: self.payment.prepay_id.into(),
            package: PACKAGE.into(),
            noncestr: self.nonce_str.into(),
            timestamp: timestamp.as_str().into(),
        })
    }
}

/// The fields of the Open SDK's `PayReq`, under its names. All of them are signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppPaymentParams {
    /// The appid of the app.
    pub appid: String,
    /// The merchant number.
    pub partnerid: String,
    /// The prepay id.
    pub prepayid: String,
    /// `Sign=WXPay`.
    pub package: String,
    /// The random string.
    pub noncestr: String,
    /// UNIX seconds, as a string.
    pub timestamp: String,
    /// The signature, in upper-case hex.
    pub sign: String,
}
