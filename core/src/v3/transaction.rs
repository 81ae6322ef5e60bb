use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A payment order, as a notification or a query tells it, direct or partner form
/// (`doc/v3/merchant/4012791861`, `doc/v3/partner/4012085801`). Amounts are integers in fen.
///
/// Only `out_trade_no` and `trade_state` are always there: an unpaid order has no more.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Transaction {
    /// The merchant's order number.
    pub out_trade_no: String,
    /// State of the order.
    pub trade_state: TradeState,
    /// A remark on the state, for humans.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade_state_desc: Option<String>,
    /// How it was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade_type: Option<TradeType>,
    /// WeChat Pay's order number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// The appid of the order (direct form).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appid: Option<String>,
    /// The merchant number (direct form).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mchid: Option<String>,
    /// The service provider's appid (partner form).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sp_appid: Option<String>,
    /// The service provider's merchant number (partner form).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sp_mchid: Option<String>,
    /// The sub-merchant's appid (partner form).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_appid: Option<String>,
    /// The sub-merchant's number (partner form).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_mchid: Option<String>,
    /// The bank that paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank_type: Option<String>,
    /// What the merchant attached to the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attach: Option<String>,
    /// When it was paid, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_time: Option<String>,
    /// Who paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<Payer>,
    /// How much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// Promotions that took part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promotion_detail: Option<Vec<Value>>,
    /// Members not named above, as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Who paid: `openid` in the direct form, `sp_openid` or `sub_openid` in the partner form.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Payer {
    /// The user under the merchant's appid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openid: Option<String>,
    /// The user under the service provider's appid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sp_openid: Option<String>,
    /// The user under the sub-merchant's appid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_openid: Option<String>,
    /// Members not named above, as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Amounts of an order, in fen.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Amount {
    /// The order's total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    /// What the user paid, after promotions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_total: Option<i64>,
    /// Currency of the order, `CNY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Currency the user paid in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_currency: Option<String>,
    /// Members not named above, as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A combined order (合单): several orders paid at once (`doc/v3/partner/4012881605`).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct CombineTransaction {
    /// The order number of the whole.
    pub combine_out_trade_no: String,
    /// The appid that placed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub combine_appid: Option<String>,
    /// The merchant that placed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub combine_mchid: Option<String>,
    /// Who paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub combine_payer_info: Option<Payer>,
    /// The orders it is made of.
    #[serde(default)]
    pub sub_orders: Vec<SubOrder>,
    /// Members not named above, as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// One order of a [`CombineTransaction`].
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SubOrder {
    /// The order number of this part.
    pub out_trade_no: String,
    /// The merchant of this part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mchid: Option<String>,
    /// The sub-merchant of this part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_mchid: Option<String>,
    /// State of this part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade_state: Option<TradeState>,
    /// How it was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade_type: Option<TradeType>,
    /// The bank that paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank_type: Option<String>,
    /// What the merchant attached to this part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attach: Option<String>,
    /// WeChat Pay's number of this part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// When it was paid, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_time: Option<String>,
    /// How much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<SubOrderAmount>,
    /// Members not named above, as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Amounts of a [`SubOrder`], in fen.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SubOrderAmount {
    /// The total of this part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_amount: Option<i64>,
    /// What the user paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_amount: Option<i64>,
    /// Currency of this part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Currency the user paid in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_currency: Option<String>,
    /// Members not named above, as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// An enumeration of the protocol that keeps values it does not know.
macro_rules! open_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
        #[serde(from = "String", into = "String")]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            /// A value not known here, as it came.
            Other(String),
        }

        impl $name {
            /// The value as WeChat Pay writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(other) => other,
                }
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                match value.as_str() {
                    $($text => Self::$variant,)+
                    _ => Self::Other(value),
                }
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.as_str().into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(super) use open_enum;

open_enum! {
    /// State of an order (`trade_state`).
    TradeState {
        /// Paid.
        Success = "SUCCESS",
        /// A refund was accepted; query the refund for its result.
        Refund = "REFUND",
        /// Not paid.
        NotPay = "NOTPAY",
        /// Closed.
        Closed = "CLOSED",
        /// Revoked (payment code only).
        Revoked = "REVOKED",
        /// The user is paying (payment code only).
        UserPaying = "USERPAYING",
        /// The payment failed (payment code only).
        PayError = "PAYERROR",
    }
}

open_enum! {
    /// How an order is paid (`trade_type`).
    TradeType {
        /// Inside WeChat: official account page or mini program.
        JsApi = "JSAPI",
        /// By scanning a code.
        Native = "NATIVE",
        /// From an app.
        App = "APP",
        /// By the user's payment code.
        Micropay = "MICROPAY",
        /// From a mobile browser (H5).
        MWeb = "MWEB",
        /// By face.
        Facepay = "FACEPAY",
    }
}
