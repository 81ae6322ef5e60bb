//! JSON text (RFC 8259): the members of one object, without a heap and without a model of it.

mod escape;
#[cfg(feature = "alloc")]
mod owned;
mod reader;
#[cfg(feature = "alloc")]
mod typed;

use core::ops::Range;
use core::str;

pub(crate) use self::escape::unescape_in_place;
#[cfg(feature = "alloc")]
pub(crate) use self::owned::{items, optional_string, raw, string};
use self::reader::Reader;
#[cfg(feature = "alloc")]
pub(crate) use self::typed::Object;
#[cfg(feature = "alloc")]
pub(crate) use self::typed::parse;
#[cfg(any(feature = "explain", feature = "message-push", feature = "mini-program"))]
pub(crate) use self::typed::parse_object;

use crate::error::Error;

/// A value, by where it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    /// From bracket to bracket.
    Array(Range<usize>),
    /// From brace to brace.
    Object(Range<usize>),
    /// Between the quotes, escapes and all.
    Text(Range<usize>),
    /// A number, `true` or `false`.
    Other(Range<usize>),
}

/// Where reading stopped: a byte offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    pub(crate) at: usize,
}

impl Malformed {
    /// Line and column, both from 1.
    pub(crate) fn place(self, json: &[u8]) -> (usize, usize) {
        let before = json.get(..self.at).unwrap_or(json);
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let lines = before.iter().filter(|byte| **byte == b'\n').count();
        (lines + 1, before.len() - line_start + 1)
    }

    /// The same as an error.
    pub(crate) fn error(self, part: &'static str, json: &[u8]) -> Error {
        let (line, column) = self.place(json);
        Error::BodyMalformed { part, line, column }
    }
}

/// The text, if it is UTF-8.
///
/// # Errors
/// [`Error::BodyMalformed`] with the place where it is not.
pub(crate) fn text<'a>(part: &'static str, json: &'a [u8]) -> Result<&'a str, Error> {
    str::from_utf8(json).map_err(|error| Malformed { at: error.valid_up_to() }.error(part, json))
}

/// The values of these members of the object at `object`. Every other member is checked for its
/// syntax and passed over; white space may stand around the object, nothing else.
///
/// # Errors
/// [`Malformed`] for anything that is no JSON object, is nested more than 32 deep, or has one of these
/// members twice.
pub(crate) fn members<const N: usize>(
    json: &str,
    object: Range<usize>,
    names: [&str; N],
) -> Result<[Option<Value>; N], Malformed> {
    const { assert!(N > 0, "nothing is asked for") };
    let mut found = [const { None }; N];
    let mut reader = Reader::new(json.as_bytes(), object);
    let read = reader.document(&mut |raw_name, value| {
        let wanted = names.iter().position(|name| escape::is_equal(raw_name, name));
        let slot = wanted.and_then(|index| found.get_mut(index));
        slot.is_none_or(|slot| slot.replace(value).is_none())
    });
    if read.is_none() {
        return Err(Malformed { at: reader.position() });
    }
    Ok(found)
}

#[cfg(all(test, feature = "alloc"))]
mod tests {
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::*;

    fn read(json: &str) -> Result<[Option<Value>; 2], Malformed> {
        members(json, 0..json.len(), ["a", "b"])
    }

    #[test]
    fn finds_members_and_passes_over_others() {
        let json =
            " {\"x\":[1,{\"a\":2}],\"b\" : {\"a\":\"\"}\n,\"\\u0061\":\"c\\\"d\",\"é\":-0.5e+7}\t";
        let found = read(json).expect("an object").map(|value| match value {
            Some(Value::Text(at) | Value::Object(at)) => json.get(at).expect("a place in it"),
            other => panic!("{other:?}"),
        });
        assert_eq!(found, ["c\\\"d", "{\"a\":\"\"}"]);
        assert_eq!(read("{}"), Ok([None, None]));
        assert_eq!(
            read("{\"a\":null,\"b\":[]}"),
            Ok([Some(Value::Null), Some(Value::Array(14..16))])
        );
        assert_eq!(read("{\"c\":1,\"c\":2}"), Ok([None, None]));
    }

    #[test]
    fn accepts_and_refuses_what_serde_json_does() {
        let values = [
            "0",
            "-0",
            "1",
            "-",
            "01",
            "1.",
            ".1",
            "1.0",
            "1e",
            "1e5",
            "1E-05",
            "+1",
            "0x1",
            "1e+",
            "true",
            "tru",
            "truex",
            "false",
            "null",
            "nul",
            "None",
            "NaN",
            "'a'",
            "\"",
            "\"\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\\u00e9\"",
            "\"\t\"",
            "\"\u{7f}\"",
            "[]",
            "[,]",
            "[1,]",
            "[1 2]",
            "[1,2]",
            "[[[]]]",
            "[",
            "]",
            "{}",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\":1 \"b\":2}",
            "{\"a\":{\"b\":[{}]}}",
            "}",
            "",
            "/**/1",
            "\u{feff}1",
        ];
        for value in values {
            for json in [format!("{{\"x\":{value}}}"), format!("{{\"x\" : {value} , \"y\":1}}")] {
                let expected = serde_json::from_str::<serde_json::Map<_, _>>(&json).is_ok();
                assert_eq!(read(&json).is_ok(), expected, "{json}");
            }
        }
    }

    #[test]
    fn refuses_anything_but_one_object() {
        for json in ["", " ", "[]", "null", "{}{}", "{}x", "x{}", "{", "}", "\u{feff}{}", "{}\0"] {
            read(json).expect_err(json);
        }
        let nested = |depth: usize| format!("{{\"x\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        read(&nested(31)).expect("not too deep");
        for depth in [32, 33, 200_000] {
            read(&nested(depth)).expect_err("too deep");
        }
        read("{\"a\":1,\"\\u0061\":1}").expect_err("twice");
    }

    #[test]
    fn tells_the_place() {
        let json = "{\n  \"a\": ?}";
        let error = read(json).expect_err("no JSON");
        assert_eq!(error.place(json.as_bytes()), (2, 8));
        assert_eq!(Malformed { at: 99 }.place(b""), (1, 1));
    }

    #[test]
    fn unescapes_what_serde_json_does() {
        for text in [
            "",
            "abc",
            "支付",
            "\\\"\\\\\\/\\b\\f\\n\\r\\t",
            "\\u00e9\\u652f",
            "\\ud83d\\udcb0!",
            "\\ud83d",
            "\\udcb0",
            "\\ud83dx",
            "\\ud83d\\n",
            "\\ud83d\\ud83d",
            "a\\u0000b",
        ] {
            let mut bytes = text.as_bytes().to_vec();
            let expected = serde_json::from_str::<String>(&format!("\"{text}\"")).ok();
            let found = unescape_in_place(&mut bytes).map(|text| text.to_vec());
            assert_eq!(found, expected.map(Vec::from), "{text}");
        }
    }
}
