//! Checks of arguments that become fields of client parameters.

use crate::error::Error;

/// Visible ASCII, without the characters that delimit fields in a signed string or a query.
pub(super) fn token<'a>(
    name: &'static str,
    value: &'a str,
    max_len: usize,
    expected: &'static str,
) -> Result<&'a str, Error> {
    let well_formed = (1..=max_len).contains(&value.len())
        && value.bytes().all(|b| b.is_ascii_graphic() && !b"\"\\&<>".contains(&b));
    if well_formed { Ok(value) } else { Err(Error::ArgumentInvalid { name, expected }) }
}

/// The random string of client parameters: String(32).
pub(super) fn nonce_str(nonce_str: &str) -> Result<&str, Error> {
    token("nonce_str", nonce_str, 32, "a random string of 1 to 32 characters of [0-9A-Za-z]")
}

/// `appid` of the mini program, official account or app: String(32).
pub(super) fn appid(appid: &str) -> Result<&str, Error> {
    token("appid", appid, 32, "the appid that placed the order, such as wx8888888888888888")
}

/// The merchant number: String(32).
pub(super) fn mchid(mchid: &str) -> Result<&str, Error> {
    token("mchid", mchid, 32, "the merchant number, such as 1900000109")
}

/// `prepay_id` of the order: String(64), without `prepay_id=` before it.
pub(super) fn prepay_id(prepay_id: &str) -> Result<&str, Error> {
    let expected =
        "the bare prepay_id from the answer to the order, without \"prepay_id=\" before it";
    if prepay_id.contains('=') {
        return Err(Error::ArgumentInvalid { name: "prepay_id", expected });
    }
    token("prepay_id", prepay_id, 64, expected)
}
