//! JSON by serde, for forms that are more than texts in an object.

use core::fmt;
use core::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::encoding::json::text;
use crate::error::Error;

/// Reads JSON; the error tells the place, never the text.
///
/// # Errors
/// [`Error::BodyMalformed`] with the line and column where reading stopped.
pub(crate) fn parse<'a, T: Deserialize<'a>>(
    part: &'static str,
    json: &'a [u8],
) -> Result<T, Error> {
    // As a text: of bytes serde_json would pass over what is not UTF-8 in members that nobody wants.
    serde_json::from_str(text(part, json)?).map_err(|error| Error::BodyMalformed {
        part,
        line: error.line(),
        column: error.column(),
    })
}

/// As [`parse`], for an object.
///
/// # Errors
/// [`Error::BodyMalformed`], also for anything that is no object.
#[cfg(any(feature = "explain", feature = "message-push", feature = "mini-program"))]
pub(crate) fn parse_object<'a, T: Deserialize<'a>>(
    part: &'static str,
    json: &'a [u8],
) -> Result<T, Error> {
    parse(part, json).map(|Object(members)| members)
}

/// A structure that stands as an object: by itself serde reads its members from a list, too.
pub(crate) struct Object<T>(pub(crate) T);

impl<'a, T: Deserialize<'a>> Deserialize<'a> for Object<T> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members(PhantomData))
    }
}

struct Members<T>(PhantomData<T>);

impl<'a, T: Deserialize<'a>> Visitor<'a> for Members<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, members: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members)).map(Object)
    }
}

#[cfg(all(test, any(feature = "explain", feature = "message-push", feature = "mini-program")))]
mod tests {
    use alloc::borrow::Cow;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Named<'a> {
        #[serde(borrow)]
        name: Cow<'a, str>,
    }

    #[test]
    fn an_object_is_read_without_a_copy() {
        let read = parse_object("part", b" {\"name\":\"x\",\"other\":[1]}\n");
        assert_eq!(read, Ok(Named { name: Cow::Borrowed("x") }));
    }

    #[test]
    fn nothing_else_is() {
        for json in ["[\"x\"]", "\"x\"", "null", "1", "", "{}", "{\"name\":\"x\"}]", "{\"name\":1}"]
        {
            let read = parse_object::<Named<'_>>("part", json.as_bytes());
            assert!(matches!(read, Err(Error::BodyMalformed { part: "part", .. })), "{json}");
        }
        for json in [&b"{\"name\":\"x\",\"other\":\"\xff\"}"[..], b"{\"\xc3\":1,\"name\":\"x\"}"] {
            let read = parse_object::<Named<'_>>("part", json);
            assert!(matches!(read, Err(Error::BodyMalformed { .. })), "{json:?} is no text");
        }
        let place = parse_object::<Named<'_>>("part", b"{\n\"name\":[]}").err();
        assert_eq!(place, Some(Error::BodyMalformed { part: "part", line: 2, column: 7 }));
    }
}
