use serde::Serialize;

use crate::error::Error;
use crate::v2::fields::Fields;
use crate::v2::response::SUCCESS;

/// A successful payment (`doc/v2/merchant/4011937248`). Amounts are integers in fen. Fields not
/// named here, such as those of each coupon, are in
/// [`Notification::fields`](crate::v2::Notification::fields).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Payment<'a> {
    /// The appid of the order; in partner mode that of the service provider.
    pub appid: &'a str,
    /// The merchant number; in partner mode that of the service provider.
    pub mch_id: &'a str,
    /// The sub-merchant's appid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_appid: Option<&'a str>,
    /// The sub-merchant's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_mch_id: Option<&'a str>,
    /// The user under `appid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub openid: Option<&'a str>,
    /// The user under `sub_appid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_openid: Option<&'a str>,
    /// WeChat Pay's order number.
    pub transaction_id: &'a str,
    /// The merchant's order number.
    pub out_trade_no: &'a str,
    /// Such as `JSAPI`, `NATIVE`, `APP`, `MWEB`, `MICROPAY`.
    pub trade_type: &'a str,
    /// The bank that paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bank_type: Option<&'a str>,
    /// The amount of the order.
    pub total_fee: u64,
    /// The amount of the order without coupons that are not paid for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settlement_total_fee: Option<u64>,
    /// Currency of the order; missing for CNY.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee_type: Option<&'a str>,
    /// What the user paid in cash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cash_fee: Option<u64>,
    /// What coupons paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coupon_fee: Option<u64>,
    /// What the merchant attached to the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attach: Option<&'a str>,
    /// When it was paid: `yyyyMMddHHmmss` in UTC+8.
    pub time_end: &'a str,
}

impl<'a> Payment<'a> {
    pub(super) fn read(fields: &'a Fields) -> Result<Self, Error> {
        for part in ["return_code", "result_code"] {
            if fields.required(part)? != SUCCESS {
                return Err(Error::BodyMalformed { part, line: 0, column: 0 });
            }
        }
        Ok(Self {
            appid: fields.required("appid")?,
            mch_id: fields.required("mch_id")?,
            sub_appid: fields.optional("sub_appid"),
            sub_mch_id: fields.optional("sub_mch_id"),
            openid: fields.optional("openid"),
            sub_openid: fields.optional("sub_openid"),
            transaction_id: fields.required("transaction_id")?,
            out_trade_no: fields.required("out_trade_no")?,
            trade_type: fields.required("trade_type")?,
            bank_type: fields.optional("bank_type"),
            total_fee: fields.amount("total_fee")?,
            settlement_total_fee: fields.optional_amount("settlement_total_fee")?,
            fee_type: fields.optional("fee_type"),
            cash_fee: fields.optional_amount("cash_fee")?,
            coupon_fee: fields.optional_amount("coupon_fee")?,
            attach: fields.optional("attach"),
            time_end: fields.required("time_end")?,
        })
    }
}
