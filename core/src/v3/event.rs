use alloc::string::String;

use serde_json::{Map, Value};

use crate::encoding::json::Object;
use crate::error::Error;
use crate::v3::opened::Notification;
use crate::v3::refund::Refund;
use crate::v3::transaction::{CombineTransaction, Transaction};

/// What a notification tells, typed where the core knows the form.
///
/// The kind is decided by `event_type` and `original_type` together: older profit-sharing
/// notifications arrive as `TRANSACTION.SUCCESS`, and are not payments.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "made once and matched at once, never stored in bulk")]
pub enum Event {
    /// A combined order (合单支付) was paid.
    CombineTransaction(CombineTransaction),
    /// A refund ended: `REFUND.SUCCESS`, `REFUND.ABNORMAL` or `REFUND.CLOSED`.
    Refund(Refund),
    /// An order was paid, direct or through a partner: `TRANSACTION.*`.
    Transaction(Transaction),
    /// Any other event, as its members stand in the resource.
    Other(Map<String, Value>),
}

impl Event {
    pub(super) fn parse(notification: &Notification) -> Result<Self, Error> {
        let (domain, _) = notification.event_type.split_once('.').unwrap_or_default();
        let original_type = notification.original_type.as_deref();
        match (domain, original_type) {
            ("REFUND", Some("refund") | None) => {
                notification.resource_as().map(|Object(refund)| Self::Refund(refund))
            }
            ("TRANSACTION", Some("transaction") | None) => {
                let members: Map<_, _> = notification.resource_as()?;
                if members.contains_key("combine_out_trade_no") {
                    notification.resource_as().map(Self::CombineTransaction)
                } else if members.contains_key("trade_state") {
                    notification.resource_as().map(Self::Transaction)
                } else {
                    Ok(Self::Other(members))
                }
            }
            _ => notification.resource_as().map(Self::Other),
        }
    }
}
