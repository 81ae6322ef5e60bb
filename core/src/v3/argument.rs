//! Checks of arguments that become lines of a signed message.

use crate::error::Error;

/// A value that stands in a line of its own: visible ASCII, no quote or backslash, so that it can
/// neither end the line nor the quoted value in the `Authorization` header.
pub(super) fn token<'a>(
    name: &'static str,
    value: &'a str,
    max_len: usize,
    expected: &'static str,
) -> Result<&'a str, Error> {
    let well_formed = (1..=max_len).contains(&value.len())
        && value.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\');
    if well_formed { Ok(value) } else { Err(Error::ArgumentInvalid { name, expected }) }
}

/// A random string of the merchant's. WeChat Pay documents 32 characters of `[0-9A-Za-z]`.
pub(super) fn nonce_str(nonce_str: &str) -> Result<&str, Error> {
    token("nonce_str", nonce_str, 128, "a random string, best 32 characters of [0-9A-Za-z]")
}

/// The `nonceStr` of payment parameters, which the client API limits to 32 characters.
pub(super) fn pay_nonce_str(nonce_str: &str) -> Result<&str, Error> {
    token("nonce_str", nonce_str, 32, "a random string of 1 to 32 characters of [0-9A-Za-z]")
}

/// `appid` of the mini program, official account or app: s(32).
pub(super) fn appid(appid: &str) -> Result<&str, Error> {
    token("appid", appid, 32, "the appid that placed the order, such as wx8888888888888888")
}

/// `prepay_id` of the order: s(64), without `prepay_id=` before it.
pub(super) fn prepay_id(prepay_id: &str) -> Result<&str, Error> {
    let expected =
        "the bare prepay_id from the answer to the order, without \"prepay_id=\" before it";
    if prepay_id.bytes().any(|byte| byte == b'=') {
        return Err(Error::ArgumentInvalid { name: "prepay_id", expected });
    }
    token("prepay_id", prepay_id, 64, expected)
}
