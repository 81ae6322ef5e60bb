use alloc::string::String;

use serde::Serialize;

use crate::encoding::percent;
use crate::error::Error;
use crate::time::UnixTime;
use crate::v2::api_key::ApiKey;
use crate::v2::argument;
use crate::v2::fields::Fields;
use crate::v2::sign::{self, SignType};

/// The page of a payscore order (支付分订单详情, `businessType` `wxpayScoreDetail`) about to be opened by
/// `wx.openBusinessView` (`doc/global/v3/zh/4014096500`). It is signed with the APIv2 key although
/// the order was placed by APIv3.
#[derive(Clone, Copy, Debug)]
pub struct PayScoreDetail<'a> {
    mchid: &'a str,
    service_id: &'a str,
    out_order_no: &'a str,
}

impl<'a> PayScoreDetail<'a> {
    /// `mchid` and `service_id` are those of the order, `out_order_no` the merchant's number of
    /// it.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed argument.
    pub fn new(mchid: &'a str, service_id: &'a str, out_order_no: &'a str) -> Result<Self, Error> {
        let expected = "1 to 32 characters of [0-9A-Za-z_|*-]";
        Ok(Self {
            mchid: argument::mchid(mchid)?,
            service_id: argument::token("service_id", service_id, 32, "the id of the service")?,
            out_order_no: argument::token("out_order_no", out_order_no, 32, expected)?,
        })
    }

    /// Signs with the time and a random string of at most 32 characters; always by HMAC-SHA256.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed `nonce_str`.
    pub fn sign(
        self,
        key: &ApiKey,
        timestamp: UnixTime,
        nonce_str: &str,
    ) -> Result<PayScoreDetailParams, Error> {
        let timestamp = timestamp.to_decimal();
        let nonce_str = argument::nonce_str(nonce_str)?;
        let fields = Fields::from_pairs([
            ("mch_id", self.mchid),
            ("service_id", self.service_id),
            ("out_order_no", self.out_order_no),
            ("timestamp", timestamp.as_str()),
            ("nonce_str", nonce_str),
            ("sign_type", SIGN_TYPE.as_str()),
        ])?;
        Ok(PayScoreDetailParams {
            mch_id: self.mchid.into(),
            service_id: self.service_id.into(),
            out_order_no: self.out_order_no.into(),
            timestamp: timestamp.as_str().into(),
            nonce_str: nonce_str.into(),
            sign_type: SIGN_TYPE.as_str().into(),
            sign: sign::sign(&fields, key, SIGN_TYPE),
        })
    }
}

/// The page that confirms a payscore order (支付分确认订单, `businessType` `wxpayScoreUse`), in its older
/// form. The pages of today pass `package` alone, unsigned (`doc/v3/partner/4012090600`); this is
/// for services that still check the signature (`wiki/doc/apiv3/apis/chapter6_1_12`).
#[derive(Clone, Copy, Debug)]
pub struct PayScoreUse<'a> {
    mchid: &'a str,
    package: &'a str,
}

impl<'a> PayScoreUse<'a> {
    /// `package` is what WeChat Pay answered to the order, as it came.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed argument.
    pub fn new(mchid: &'a str, package: &'a str) -> Result<Self, Error> {
        let expected = "the package from the answer to the order, as it came";
        Ok(Self {
            mchid: argument::mchid(mchid)?,
            package: argument::token("package", package, 1024, expected)?,
        })
    }

    /// Signs with the time and a random string of at most 32 characters; always by HMAC-SHA256.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed `nonce_str`.
    pub fn sign(
        self,
        key: &ApiKey,
        timestamp: UnixTime,
        nonce_str: &str,
    ) -> Result<PayScoreUseParams, Error> {
        let timestamp = timestamp.to_decimal();
        let nonce_str = argument::nonce_str(nonce_str)?;
        let fields = Fields::from_pairs([
            ("mch_id", self.mchid),
            ("package", self.package),
            ("timestamp", timestamp.as_str()),
            ("nonce_str", nonce_str),
            ("sign_type", SIGN_TYPE.as_str()),
        ])?;
        Ok(PayScoreUseParams {
            mch_id: self.mchid.into(),
            package: self.package.into(),
            timestamp: timestamp.as_str().into(),
            nonce_str: nonce_str.into(),
            sign_type: SIGN_TYPE.as_str().into(),
            sign: sign::sign(&fields, key, SIGN_TYPE),
        })
    }
}

const SIGN_TYPE: SignType = SignType::HmacSha256;

/// `extraData` of `wx.openBusinessView` with `wxpayScoreDetail`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PayScoreDetailParams {
    /// The merchant number.
    pub mch_id: String,
    /// The id of the service.
    pub service_id: String,
    /// The merchant's order number.
    pub out_order_no: String,
    /// UNIX seconds, as a string.
    pub timestamp: String,
    /// The random string.
    pub nonce_str: String,
    /// `HMAC-SHA256`. Signed.
    pub sign_type: String,
    /// The signature, in upper-case hex.
    pub sign: String,
}

impl PayScoreDetailParams {
    /// The same as a query, values URL-encoded: `queryString` on a page, `query` in an app.
    #[must_use]
    pub fn to_query(&self) -> String {
        percent::query([
            ("mch_id", self.mch_id.as_str()),
            ("service_id", &self.service_id),
            ("out_order_no", &self.out_order_no),
            ("timestamp", &self.timestamp),
            ("nonce_str", &self.nonce_str),
            ("sign_type", &self.sign_type),
            ("sign", &self.sign),
        ])
    }
}

/// `extraData` of `wx.openBusinessView` with `wxpayScoreUse`, older form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PayScoreUseParams {
    /// The merchant number.
    pub mch_id: String,
    /// The package of the order.
    pub package: String,
    /// UNIX seconds, as a string.
    pub timestamp: String,
    /// The random string.
    pub nonce_str: String,
    /// `HMAC-SHA256`. Signed.
    pub sign_type: String,
    /// The signature, in upper-case hex.
    pub sign: String,
}

impl PayScoreUseParams {
    /// The same as a query, values URL-encoded: `queryString` on a page, `query` in an app.
    #[must_use]
    pub fn to_query(&self) -> String {
        percent::query([
            ("mch_id", self.mch_id.as_str()),
            ("package", &self.package),
            ("timestamp", &self.timestamp),
            ("nonce_str", &self.nonce_str),
            ("sign_type", &self.sign_type),
            ("sign", &self.sign),
        ])
    }
}
