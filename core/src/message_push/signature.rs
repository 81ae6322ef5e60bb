use crate::constant_time;
use crate::encoding::hex;
use crate::error::Error;
use crate::hash;
use crate::message_push::keys::Token;

/// SHA-1 over the token and the other texts, sorted by their bytes and joined, in lower-case hex.
///
/// Joining forgets where one text ends. A nonce is therefore kept too short to take up a whole number
/// of cipher blocks from the text behind it.
pub(super) fn sign<const N: usize>(token: &Token, texts: [&str; N]) -> alloc::string::String {
    let mut sorted = texts.map(str::as_bytes);
    sorted.sort_unstable();
    let (before, after) = sorted.split_at(sorted.partition_point(|t| *t < token.secret_bytes()));
    let parts = before.iter().copied().chain([token.secret_bytes()]).chain(after.iter().copied());
    hex::encode(&hash::sha1(parts))
}

/// Compares in constant time.
///
/// # Errors
/// [`Error::MacInvalid`] with this name.
pub(super) fn check<const N: usize>(
    name: &'static str,
    token: &Token,
    texts: [&str; N],
    given: &str,
) -> Result<(), Error> {
    if constant_time::eq(sign(token, texts).as_bytes(), given.as_bytes()) {
        return Ok(());
    }
    Err(Error::MacInvalid { name })
}
