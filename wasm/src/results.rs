//! What the methods give back: plain objects.

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

#[derive(Debug, Serialize)]
pub(crate) struct Authorization {
    pub(crate) authorization: String,
    pub(crate) message: String,
}

/// Texts in one, behind their lengths in UTF-16: `3,,5;` for a text of 3, none, and one of 5. One string costs less than an
/// object.
#[cfg(feature = "merchant")]
pub(crate) fn packed(texts: &[Option<&str>]) -> String {
    let lengths = texts
        .iter()
        .map(|text| text.map_or_else(String::new, |text| text.encode_utf16().count().to_string()));
    let mut packed = lengths.collect::<Vec<_>>().join(",");
    packed.push(';');
    packed.extend(texts.iter().copied().flatten());
    packed
}

/// Objects, not Maps. Strings and structs of strings cannot fail to serialize.
pub(crate) fn to_js(value: &impl Serialize) -> JsValue {
    value.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::UNDEFINED)
}
