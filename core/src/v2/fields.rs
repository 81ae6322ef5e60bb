use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::encoding::xml;
use crate::error::Error;

/// The fields of an APIv2 message, in the order they were given or arrived. Each name is there
/// once.
///
/// `Debug` shows names only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// No fields yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// All of these fields.
    ///
    /// # Errors
    /// Those of [`insert`](Self::insert).
    pub fn from_pairs<N, V>(pairs: impl IntoIterator<Item = (N, V)>) -> Result<Self, Error>
    where
        N: Into<String>,
        V: Into<String>,
    {
        let mut fields = Self::new();
        for (name, value) in pairs {
            fields.insert(name, value)?;
        }
        Ok(fields)
    }

    /// Adds a field. An empty value is sent, but does not take part in the signature.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] if the name is not a plain ASCII name or is there already, or the
    /// value has a character that does not survive XML: a control character, or the carriage
    /// return, which the receiver turns into a line feed before it checks the signature.
    pub fn insert(
        &mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<(), Error> {
        let (name, value) = (name.into(), value.into());
        if !xml::is_name(&name) {
            return Err(Error::ArgumentInvalid {
                name: "field name",
                expected: "1 to 64 characters of [0-9A-Za-z_.-], the first of them a letter or _",
            });
        }
        if self.get(&name).is_some() {
            return Err(Error::ArgumentInvalid {
                name: "fields",
                expected: "each name only once; one of the names is there twice",
            });
        }
        if !value.chars().all(|c| c != '\r' && xml::is_char(c)) {
            return Err(Error::ArgumentInvalid {
                name: "field value",
                expected: "text without control characters; line breaks as \\n, not \\r\\n",
            });
        }
        self.0.push((name, value));
        Ok(())
    }

    /// The value of a field; `None` if it is not there.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find_map(|(found, value)| (found == name).then_some(value))
    }

    /// Names and values, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many fields there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no field.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads a flat XML document whose root has this name.
    pub(super) fn parse(document: &[u8], root: &'static str) -> Result<Self, Error> {
        let element = xml::parse(document)?;
        if element.name != root {
            let part = "XML (its root element has another name)";
            return Err(Error::BodyMalformed { part, line: 1, column: 1 });
        }
        let owned = |(name, value): (&str, Cow<'_, str>)| (name.into(), value.into_owned());
        Ok(Self(element.into_fields()?.into_iter().map(owned).collect()))
    }

    /// Writes `<xml>` with one field per line, every value in CDATA.
    pub(super) fn to_xml(&self) -> String {
        let mut document = String::from("<xml>\n");
        for (name, value) in self.iter() {
            xml::write_cdata(&mut document, name, value);
            document.push('\n');
        }
        document.push_str("</xml>");
        document
    }

    /// A field that has to be there and not be empty.
    pub(super) fn required(&self, name: &'static str) -> Result<&str, Error> {
        self.optional(name).ok_or(Error::BodyMalformed { part: name, line: 0, column: 0 })
    }

    /// A field that may be missing; an empty one counts as missing.
    pub(super) fn optional(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// An amount in fen that has to be there.
    pub(super) fn amount(&self, name: &'static str) -> Result<u64, Error> {
        parse_amount(name, self.required(name)?)
    }

    /// An amount in fen that may be missing.
    pub(super) fn optional_amount(&self, name: &'static str) -> Result<Option<u64>, Error> {
        self.optional(name).map(|digits| parse_amount(name, digits)).transpose()
    }
}

/// Up to 15 digits: more is no amount, and JavaScript could not hold it.
fn parse_amount(part: &'static str, digits: &str) -> Result<u64, Error> {
    let malformed = Error::BodyMalformed { part, line: 0, column: 0 };
    if digits.len() > 15 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(malformed);
    }
    digits.parse().map_err(|_| malformed)
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fields ")?;
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}
