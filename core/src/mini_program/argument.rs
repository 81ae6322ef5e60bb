//! Checks of arguments.

use crate::error::Error;

/// Visible ASCII of this length.
pub(super) fn token<'a>(
    name: &'static str,
    value: &'a str,
    max_len: usize,
    expected: &'static str,
) -> Result<&'a str, Error> {
    let well_formed =
        (1..=max_len).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_graphic());
    if well_formed { Ok(value) } else { Err(Error::ArgumentInvalid { name, expected }) }
}

/// `appid` of the mini program. It is a field of texts joined with `|` and LF.
pub(super) fn appid(appid: &str) -> Result<&str, Error> {
    let expected = "the appid of the mini program, such as wx8888888888888888";
    if appid.contains('|') {
        return Err(Error::ArgumentInvalid { name: "appid", expected });
    }
    token("appid", appid, 32, expected)
}
