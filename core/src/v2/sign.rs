use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Error;
use crate::v2::api_key::ApiKey;
pub(super) use crate::v2::digest::{SIGN, SignType};
use crate::v2::digest::{Sign, takes_part};
use crate::v2::fields::Fields;

/// The signature of all these fields: upper-case hex, 32 digits for MD5, 64 for HMAC-SHA256.
///
/// Names are sorted by their ASCII bytes; `sign` and empty values are left out; values go in raw,
/// not URL-encoded (`doc/v2/merchant/4011985891`). Requests and payment parameters have types of
/// their own here; this is for the few calls that have none.
#[must_use]
pub fn sign(fields: &Fields, key: &ApiKey, sign_type: SignType) -> String {
    sign_with_any_key(fields, key.secret_bytes(), sign_type)
}

/// As [`sign`], with a key that need not have the form of an APIv2 key.
pub(crate) fn sign_with_any_key(fields: &Fields, key: &[u8], sign_type: SignType) -> String {
    Sign::of_sorted(&sorted(fields), key, sign_type).as_str().into()
}

/// `stringA` of the documentation: what is signed, without `&key=…` behind it. For comparing with
/// the signature tool of the merchant platform.
#[must_use]
pub fn string_a(fields: &Fields) -> String {
    let mut text = String::new();
    for (name, value) in sorted(fields).into_iter().filter(takes_part) {
        if !text.is_empty() {
            text.push('&');
        }
        for part in [name, "=", value] {
            text.push_str(part);
        }
    }
    text
}

/// Checks `sign` over all the other fields, known or not, and tells its type.
///
/// # Errors
/// [`Error::SignMissing`], [`Error::AlgorithmMismatch`] if another type is `pinned`, or
/// [`Error::MacInvalid`].
pub(super) fn verify(
    fields: &Fields,
    key: &ApiKey,
    pinned: Option<SignType>,
) -> Result<SignType, Error> {
    let found = fields.optional(SIGN).ok_or(Error::SignMissing)?;
    let sign_type = of_len(found.len()).ok_or(Error::MacInvalid { name: SIGN })?;
    if let Some(pinned) = pinned.filter(|pinned| *pinned != sign_type) {
        return Err(Error::AlgorithmMismatch { expected: pinned.as_str() });
    }
    if Sign::of_sorted(&sorted(fields), key.secret_bytes(), sign_type).matches(found) {
        return Ok(sign_type);
    }
    Err(Error::MacInvalid { name: SIGN })
}

/// Tells the type by the number of hex digits: 32 for MD5, 64 for HMAC-SHA256.
fn of_len(sign_len: usize) -> Option<SignType> {
    match sign_len {
        32 => Some(SignType::Md5),
        64 => Some(SignType::HmacSha256),
        _ => None,
    }
}

/// The fields in the order of their names' bytes.
pub(super) fn sorted(fields: &Fields) -> Vec<(&str, &str)> {
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_unstable();
    fields
}
