//! JSON by serde, for forms that are more than texts in an object.

use serde::Deserialize;

use crate::error::Error;

/// Reads JSON; the error tells the place, never the text.
///
/// # Errors
/// [`Error::BodyMalformed`] with the line and column where reading stopped.
pub(crate) fn parse<'a, T: Deserialize<'a>>(
    part: &'static str,
    json: &'a [u8],
) -> Result<T, Error> {
    serde_json::from_slice(json).map_err(|error| Error::BodyMalformed {
        part,
        line: error.line(),
        column: error.column(),
    })
}

/// As [`parse`], for an object: serde would read the members of a structure from a list, too.
///
/// # Errors
/// [`Error::BodyMalformed`], also for anything that is no object.
#[cfg(any(feature = "message-push", feature = "mini-program"))]
pub(crate) fn parse_object<'a, T: Deserialize<'a>>(
    part: &'static str,
    json: &'a [u8],
) -> Result<T, Error> {
    if !json.trim_ascii_start().starts_with(b"{") {
        return Err(Error::BodyMalformed { part, line: 1, column: 1 });
    }
    parse(part, json)
}
