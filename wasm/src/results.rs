//! What the methods give back: plain objects.

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;
use wechatpay_core::v3;

#[derive(Debug, Serialize)]
pub(crate) struct Authorization {
    pub(crate) authorization: String,
    pub(crate) message: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Notification<'a> {
    id: &'a str,
    create_time: &'a str,
    event_type: &'a str,
    resource_type: &'a str,
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    original_type: Option<&'a str>,
    /// Still JSON text: the host's own parser is faster than building the object from here.
    resource: &'a str,
}

impl<'a> From<&'a v3::Notification> for Notification<'a> {
    fn from(notification: &'a v3::Notification) -> Self {
        Self {
            id: &notification.id,
            create_time: &notification.create_time,
            event_type: &notification.event_type,
            resource_type: &notification.resource_type,
            summary: &notification.summary,
            original_type: notification.original_type.as_deref(),
            resource: notification.resource(),
        }
    }
}

/// Objects, not Maps. Strings and structs of strings cannot fail to serialize.
pub(crate) fn to_js(value: &impl Serialize) -> JsValue {
    value.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::UNDEFINED)
}
