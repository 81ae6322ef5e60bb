//! Values copied out of a JSON text in which they were found. `None` is for a value of another form.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use crate::encoding::json::reader::Reader;
use crate::encoding::json::{Value, unescape_in_place};

/// A text.
pub(crate) fn string(json: &str, value: Option<Value>) -> Option<String> {
    let Some(Value::Text(place)) = value else { return None };
    let mut bytes = json.get(place)?.as_bytes().to_vec();
    let len = unescape_in_place(&mut bytes)?.len();
    bytes.truncate(len);
    String::from_utf8(bytes).ok()
}

/// A text, or nothing where there is none.
pub(crate) fn optional_string(json: &str, value: Option<Value>) -> Option<Option<String>> {
    match value {
        None | Some(Value::Null) => Some(None),
        value => string(json, value).map(Some),
    }
}

/// Any value but `null`, as it stands in the text.
pub(crate) fn raw(json: &str, value: Value) -> Option<&str> {
    match value {
        Value::Null => None,
        // With its quotes.
        Value::Text(Range { start, end }) => json.get(start.checked_sub(1)?..end.checked_add(1)?),
        Value::Array(place) | Value::Object(place) | Value::Other(place) => json.get(place),
    }
}

/// The values in an array.
pub(crate) fn items(json: &str, value: Option<Value>) -> Option<Vec<Value>> {
    let Some(Value::Array(place)) = value else { return None };
    let mut items = Vec::new();
    Reader::new(json.as_bytes(), place).items(&mut |item| items.push(item))?;
    Some(items)
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::*;
    use crate::encoding::json::members;

    const JSON: &str =
        r#"{ "list": [ "a\u0062", {"c":[]}, null , [ 1 ] , -2.5 ,true], "text" : "\"" }"#;

    fn list() -> [Option<Value>; 2] {
        members(JSON, 0..JSON.len(), ["list", "text"]).expect("it is an object")
    }

    #[test]
    fn copies_every_kind_of_value() {
        let [array, text] = list();
        assert_eq!(string(JSON, text.clone()).as_deref(), Some("\""));
        let found: Vec<Option<&str>> = items(JSON, array)
            .expect("it is an array")
            .into_iter()
            .map(|item| raw(JSON, item))
            .collect();
        let expected = ["\"a\\u0062\"", "{\"c\":[]}", "", "[ 1 ]", "-2.5", "true"];
        assert_eq!(found, expected.map(|text| Some(text).filter(|text| !text.is_empty())));
        for text in found.into_iter().flatten() {
            serde_json::from_str::<serde_json::Value>(text).expect(text);
        }
    }

    #[test]
    fn refuses_another_form() {
        let [array, text] = list();
        assert_eq!(items(JSON, text), None);
        assert_eq!(items(JSON, None), None);
        for value in [None, Some(Value::Null), array.clone(), Some(Value::Other(0..1))] {
            assert_eq!(string(JSON, value), None);
        }
        assert_eq!(optional_string(JSON, array), None);
        assert_eq!(optional_string(JSON, Some(Value::Null)), Some(None));
        assert_eq!(string("\"\\ud800\"", Some(Value::Text(1..7))), None::<String>);
    }
}
