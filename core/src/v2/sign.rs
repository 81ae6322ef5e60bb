use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::constant_time;
use crate::encoding::hex;
use crate::error::Error;
use crate::hash;
use crate::v2::api_key::ApiKey;
use crate::v2::fields::Fields;

/// The field that carries the signature and never takes part in it.
pub(super) const SIGN: &str = "sign";

/// How an APIv2 message is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignType {
    /// `MD5`, what WeChat Pay takes where nothing is said.
    Md5,
    /// `HMAC-SHA256`.
    HmacSha256,
}

impl SignType {
    /// The name in the field `sign_type`, in client parameters `signType`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::HmacSha256 => "HMAC-SHA256",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Md5, Self::HmacSha256].into_iter().find(|sign_type| sign_type.as_str() == name)
    }

    /// Tells the type by the number of hex digits: 32 for MD5, 64 for HMAC-SHA256.
    fn of_len(sign_len: usize) -> Option<Self> {
        match sign_len {
            32 => Some(Self::Md5),
            64 => Some(Self::HmacSha256),
            _ => None,
        }
    }
}

impl fmt::Display for SignType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

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
    let parts = parts(fields, "key=", key);
    match sign_type {
        SignType::Md5 => hex::encode_upper(&hash::md5(parts)),
        SignType::HmacSha256 => hex::encode_upper(&hash::hmac_sha256(key, parts)),
    }
}

/// `stringA` of the documentation: what is signed, without `&key=…` behind it. For comparing with
/// the signature tool of the merchant platform.
#[must_use]
pub fn string_a(fields: &Fields) -> String {
    let mut text = String::new();
    for (name, value) in signed(fields) {
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
    let sign_type = SignType::of_len(found.len()).ok_or(Error::MacInvalid { name: SIGN })?;
    if let Some(pinned) = pinned.filter(|pinned| *pinned != sign_type) {
        return Err(Error::AlgorithmMismatch { expected: pinned.as_str() });
    }
    if constant_time::eq(sign(fields, key, sign_type).as_bytes(), found.as_bytes()) {
        return Ok(sign_type);
    }
    Err(Error::MacInvalid { name: SIGN })
}

/// What is hashed: `stringA`, `&`, the name of the secret, the secret.
pub(super) fn parts<'a>(
    fields: &'a Fields,
    secret_name: &'static str,
    secret: &'a [u8],
) -> impl Iterator<Item = &'a [u8]> {
    let signed = signed(fields);
    // `&` stands before the secret even if no field does.
    let separator = if signed.is_empty() { "&" } else { "" };
    signed
        .into_iter()
        .flat_map(|(name, value)| [name, "=", value, "&"])
        .chain([separator, secret_name])
        .map(str::as_bytes)
        .chain([secret])
}

/// The fields that take part, in the order of their names' bytes.
fn signed(fields: &Fields) -> Vec<(&str, &str)> {
    let takes_part = |(name, value): &(&str, &str)| *name != SIGN && !value.is_empty();
    let mut signed: Vec<_> = fields.iter().filter(takes_part).collect();
    signed.sort_unstable();
    signed
}
