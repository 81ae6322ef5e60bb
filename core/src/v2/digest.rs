use core::fmt;

use crate::constant_time;
use crate::error::Error;
use crate::hash;
use crate::short_text::ShortText;
use crate::v2::api_key::ApiKey;

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
}

impl fmt::Display for SignType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An APIv2 signature: upper-case hex, 32 digits for MD5, 64 for HMAC-SHA256. What was received is to
/// be compared by [`matches`](Self::matches).
#[derive(Clone, Copy)]
pub struct Sign(ShortText<64>);

impl Sign {
    /// Signs fields where they stand: sorts them by the ASCII bytes of their names, and leaves `sign`
    /// and empty values out. Values go in raw, not URL-encoded (`doc/v2/merchant/4011985891`).
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] if a name is there twice.
    pub fn of(
        fields: &mut [(&str, &str)],
        key: &ApiKey,
        sign_type: SignType,
    ) -> Result<Self, Error> {
        fields.sort_unstable();
        if fields.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a == b)) {
            return Err(Error::ArgumentInvalid {
                name: "fields",
                expected: "each name only once; one of the names is there twice",
            });
        }
        Ok(Self::of_sorted(fields, key.secret_bytes(), sign_type))
    }

    /// The signature as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether the `sign` received is this one. It takes as long for a wrong one.
    #[must_use]
    pub fn matches(&self, received: &str) -> bool {
        constant_time::eq(self.as_str().as_bytes(), received.as_bytes())
    }

    pub(super) fn of_sorted(fields: &[(&str, &str)], key: &[u8], sign_type: SignType) -> Self {
        let parts = parts(fields, "key=", key);
        let text = match sign_type {
            SignType::Md5 => ShortText::hex(&hash::md5(parts)),
            SignType::HmacSha256 => ShortText::hex(&hash::hmac_sha256(key, parts)),
        };
        // Neither digest has more than 32 bytes.
        Self(text.unwrap_or_default())
    }
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sign").finish_non_exhaustive()
    }
}

/// What is hashed of sorted fields: `stringA`, `&`, the name of the secret, the secret.
pub(super) fn parts<'a>(
    fields: &'a [(&'a str, &'a str)],
    secret_name: &'static str,
    secret: &'a [u8],
) -> impl Iterator<Item = &'a [u8]> {
    // `&` stands before the secret even if no field does.
    let separator = if fields.iter().any(takes_part) { "" } else { "&" };
    fields
        .iter()
        .filter(|field| takes_part(field))
        .flat_map(|(name, value)| [*name, "=", *value, "&"])
        .chain([separator, secret_name])
        .map(str::as_bytes)
        .chain([secret])
}

/// Whether this field is signed.
pub(super) fn takes_part((name, value): &(&str, &str)) -> bool {
    *name != SIGN && !value.is_empty()
}
