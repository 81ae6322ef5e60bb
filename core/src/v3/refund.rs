use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::v3::transaction::open_enum;

/// A refund, direct or partner form, as its notification tells it (`doc/v3/merchant/4012791865`), or the
/// answer to asking for it or about it (`docs/merchant/products/refund/apilist.html`). Amounts are
/// integers in fen.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Refund {
    /// The merchant's refund number.
    pub out_refund_no: String,
    /// How the refund ended, or that it has not yet. Answers call it `status`.
    #[serde(alias = "status")]
    pub refund_status: RefundStatus,
    /// The merchant's order number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_trade_no: Option<String>,
    /// WeChat Pay's order number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// WeChat Pay's refund number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_id: Option<String>,
    /// The merchant number (direct form).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mchid: Option<String>,
    /// The service provider's merchant number (partner form).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sp_mchid: Option<String>,
    /// The sub-merchant's number (partner form).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_mchid: Option<String>,
    /// When it was asked for, RFC 3339; in answers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create_time: Option<String>,
    /// When it succeeded, RFC 3339; only with [`RefundStatus::Success`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_time: Option<String>,
    /// Where the money went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_received_account: Option<String>,
    /// By which way, such as `ORIGINAL`; in answers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Out of which account of the merchant, such as `AVAILABLE`; in answers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub funds_account: Option<String>,
    /// How much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<RefundAmount>,
    /// Members not named above, as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Amounts of a refund, in fen.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct RefundAmount {
    /// The order's total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    /// The refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<i64>,
    /// What the user had paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_total: Option<i64>,
    /// What the user gets back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_refund: Option<i64>,
    /// The order's total without coupons that are not paid for; in answers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settlement_total: Option<i64>,
    /// What of the refund is not coupons that are not paid for; in answers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settlement_refund: Option<i64>,
    /// What of the refund is promotions; in answers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_refund: Option<i64>,
    /// Currency of the refund, `CNY`; in answers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Members not named above, as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

open_enum! {
    /// How a refund ended (`refund_status`, in answers `status`).
    RefundStatus {
        /// The user has the money.
        Success = "SUCCESS",
        /// Closed without a refund.
        Closed = "CLOSED",
        /// The user's account cannot take it; the merchant must act.
        Abnormal = "ABNORMAL",
        /// Under way; in answers only, not in notifications.
        Processing = "PROCESSING",
    }
}
