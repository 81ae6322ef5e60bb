use alloc::borrow::Cow;
use alloc::string::{String, ToString};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::encoding::json;
use crate::encoding::xml::{self, Content, Element};
use crate::error::Error;

/// How a message is written; set in the mini program platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON.
    Json,
    /// XML.
    Xml,
}

impl Format {
    /// Tells by the first character that is not white space.
    pub(super) fn of(part: &'static str, text: &[u8]) -> Result<Self, Error> {
        match text.trim_ascii_start().first() {
            Some(b'{') => Ok(Self::Json),
            Some(b'<') => Ok(Self::Xml),
            _ => Err(Error::BodyMalformed { part, line: 1, column: 1 }),
        }
    }
}

/// Finds `Encrypt` in the body of a push in secure mode. Everything else in it is unsigned, and in
/// compatibility mode (兼容模式) the message stands beside it in plain text: none of that is read.
pub(super) fn encrypt(body: &[u8]) -> Result<(Format, Cow<'_, str>), Error> {
    #[derive(Deserialize)]
    struct Envelope<'a> {
        #[serde(rename = "Encrypt", borrow)]
        encrypt: Cow<'a, str>,
    }
    const PART: &str = "body of the push";
    let format = Format::of(PART, body)?;
    let encrypt = match format {
        Format::Json => json::parse_object::<Envelope<'_>>(PART, body)?.encrypt,
        Format::Xml => {
            let root = xml::parse(body)?;
            let encrypt = root.child_text("Encrypt").filter(|_| root.name == "xml");
            let encrypt = encrypt.ok_or(Error::BodyMalformed { part: PART, line: 0, column: 0 })?;
            Cow::Owned(String::from(encrypt))
        }
    };
    // Base64 only: a text that the signature joins to others must not look like one of them.
    if encrypt.is_empty()
        || !encrypt.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b))
    {
        return Err(Error::BodyMalformed { part: "Encrypt in the push", line: 0, column: 0 });
    }
    Ok((format, encrypt))
}

/// A message as JSON text: JSON as it is, unread; XML as an object of texts, in which an element with
/// elements inside it is an object, and elements of one name are a list.
pub(super) fn to_json(text: &str) -> Result<Cow<'_, str>, Error> {
    match Format::of("message", text.as_bytes())? {
        Format::Json => Ok(Cow::Borrowed(text)),
        Format::Xml => xml::parse(text.as_bytes()).map(|root| Cow::Owned(value(root).to_string())),
    }
}

fn value(element: Element<'_>) -> Value {
    let children = match element.content {
        Content::Text(text) => return Value::String(text.into_owned()),
        Content::Elements(children) => children,
    };
    let mut object = Map::new();
    for child in children {
        let name = String::from(child.name);
        let value = value(child);
        match object.get_mut(&name) {
            None => drop(object.insert(name, value)),
            Some(Value::Array(list)) => list.push(value),
            Some(first) => *first = Value::Array([first.take(), value].into()),
        }
    }
    Value::Object(object)
}
