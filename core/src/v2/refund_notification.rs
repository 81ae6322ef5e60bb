use alloc::string::String;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::block_mode;
use crate::encoding::{base64, hex};
use crate::error::Error;
use crate::hash;
use crate::v2::api_key::ApiKey;
use crate::v2::fields::Fields;
use crate::v2::response::{RETURN_CODE, SUCCESS};

/// A refund notification (退款结果通知) as it arrived. It has no `sign`; its content is encrypted in the
/// field `req_info` (`doc/v2/partner/4011989265`).
#[derive(Clone, Debug)]
pub struct EncryptedRefundNotification {
    fields: Fields,
}

impl EncryptedRefundNotification {
    /// Reads the body.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if it is not flat XML with the root `<xml>`, `return_code` is not
    /// `SUCCESS`, or `req_info` is missing.
    pub fn parse(xml: &[u8]) -> Result<Self, Error> {
        let fields = Fields::parse(xml, "xml")?;
        if fields.required(RETURN_CODE)? != SUCCESS {
            return Err(Error::BodyMalformed { part: RETURN_CODE, line: 0, column: 0 });
        }
        fields.required(REQ_INFO)?;
        Ok(Self { fields })
    }

    /// Decrypts `req_info`.
    ///
    /// ⚠ AES-256-ECB does not authenticate: who has seen one notification can make another out of
    /// its blocks. Take it as the hint to query the refund, and act on the answer, which is signed.
    ///
    /// # Errors
    /// [`Error::DecryptFailed`] if it was not encrypted under this key, [`Error::BodyMalformed`] if
    /// it is not flat XML with the root `<root>` inside.
    pub fn open(self, key: &ApiKey) -> Result<RefundNotification, Error> {
        let xml = open_req_info(self.fields.required(REQ_INFO)?, key)?;
        let refund = Fields::parse(xml.as_bytes(), "root")?;
        Ok(RefundNotification { fields: self.fields, refund })
    }
}

const REQ_INFO: &str = "req_info";

/// Decrypts the text of a `req_info`: base64 of AES-256-ECB with PKCS#7 padding, under the
/// lower-case hex of the MD5 of the APIv2 key.
fn open_req_info(req_info: &str, key: &ApiKey) -> Result<String, Error> {
    let mut buffer = base64::decode(req_info).ok_or(Error::DecryptFailed)?;
    let aes_key = aes_key(key)?;
    block_mode::open_aes_256_ecb(&aes_key, &mut buffer)?;
    String::from_utf8(buffer).map_err(|_| Error::DecryptFailed)
}

/// The 32 hex digits as ASCII are the key; leading zeros stay.
fn aes_key(key: &ApiKey) -> Result<Zeroizing<[u8; 32]>, Error> {
    let digits = Zeroizing::new(hex::encode(&hash::md5([&key.secret_bytes()[..]])));
    digits.as_bytes().try_into().map(Zeroizing::new).map_err(|_| Error::DecryptFailed)
}

/// A refund notification, decrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundNotification {
    fields: Fields,
    refund: Fields,
}

impl RefundNotification {
    /// The outer fields: `appid`, `mch_id` and so on, in the clear.
    #[must_use]
    pub const fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The fields that were encrypted, known here or not.
    #[must_use]
    pub const fn refund_fields(&self) -> &Fields {
        &self.refund
    }

    /// The refund.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] that names the field which is missing or has another form.
    pub fn refund(&self) -> Result<Refund<'_>, Error> {
        let fields = &self.refund;
        Ok(Refund {
            transaction_id: fields.required("transaction_id")?,
            out_trade_no: fields.required("out_trade_no")?,
            refund_id: fields.required("refund_id")?,
            out_refund_no: fields.required("out_refund_no")?,
            refund_status: RefundStatus::read(fields.required("refund_status")?),
            total_fee: fields.amount("total_fee")?,
            settlement_total_fee: fields.optional_amount("settlement_total_fee")?,
            refund_fee: fields.amount("refund_fee")?,
            settlement_refund_fee: fields.optional_amount("settlement_refund_fee")?,
            success_time: fields.optional("success_time"),
            refund_recv_accout: fields.optional("refund_recv_accout"),
            refund_account: fields.optional("refund_account"),
            refund_request_source: fields.optional("refund_request_source"),
        })
    }
}

/// A refund. Amounts are integers in fen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Refund<'a> {
    /// WeChat Pay's order number.
    pub transaction_id: &'a str,
    /// The merchant's order number.
    pub out_trade_no: &'a str,
    /// WeChat Pay's refund number.
    pub refund_id: &'a str,
    /// The merchant's refund number.
    pub out_refund_no: &'a str,
    /// What became of it.
    pub refund_status: RefundStatus<'a>,
    /// The amount of the order.
    pub total_fee: u64,
    /// The amount of the order without coupons that are not paid for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settlement_total_fee: Option<u64>,
    /// The amount asked for.
    pub refund_fee: u64,
    /// The amount given back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settlement_refund_fee: Option<u64>,
    /// When it was given back: `yyyy-MM-dd HH:mm:ss` in UTC+8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success_time: Option<&'a str>,
    /// Where it went. The spelling is WeChat Pay's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_recv_accout: Option<&'a str>,
    /// Where it came from, such as `REFUND_SOURCE_RECHARGE_FUNDS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_account: Option<&'a str>,
    /// `API` or `VENDOR_PLATFORM`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_request_source: Option<&'a str>,
}

/// What became of a refund. Unknown values are passed through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "&str")]
#[non_exhaustive]
pub enum RefundStatus<'a> {
    /// `SUCCESS`: the user has the money.
    Success,
    /// `CHANGE`: it could not be delivered; mend it in the merchant platform.
    Change,
    /// `REFUNDCLOSE`: it was closed.
    RefundClose,
    /// Another value.
    Other(&'a str),
}

impl<'a> RefundStatus<'a> {
    fn read(name: &'a str) -> Self {
        match name {
            "SUCCESS" => Self::Success,
            "CHANGE" => Self::Change,
            "REFUNDCLOSE" => Self::RefundClose,
            other => Self::Other(other),
        }
    }

    /// WeChat Pay's name.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        match self {
            Self::Success => "SUCCESS",
            Self::Change => "CHANGE",
            Self::RefundClose => "REFUNDCLOSE",
            Self::Other(other) => other,
        }
    }
}

impl<'a> From<RefundStatus<'a>> for &'a str {
    fn from(status: RefundStatus<'a>) -> Self {
        status.as_str()
    }
}
