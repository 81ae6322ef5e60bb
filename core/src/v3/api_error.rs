use alloc::string::String;
use core::fmt;

use serde::de::DeserializeOwned;

use crate::encoding::json;
use crate::error::Error;
use crate::v3::resource::malformed;

const ANSWER: &str = "error answer";

/// What WeChat Pay answers instead of 2xx: `{"code","message","detail"}`. Such answers are usually
/// unsigned, so they tell what to do next, and prove nothing.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiError {
    /// HTTP status.
    pub status: u16,
    /// Such as `PARAM_ERROR`. Compare with [`is`](Self::is): its spelling varies.
    pub code: String,
    /// For humans only.
    pub message: String,
    detail: Option<String>,
}

impl ApiError {
    /// Reads the body of an answer other than 2xx.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if it is not such a body; a gateway answered instead, and the effect
    /// of the request is unknown.
    pub fn parse(status: u16, body: &[u8]) -> Result<Self, Error> {
        let json = json::text(ANSWER, body)?;
        let names = ["code", "message", "detail"];
        let [code, message, detail] = json::members(json, 0..json.len(), names)
            .map_err(|malformed| malformed.error(ANSWER, body))?;
        let (Some(code), Some(message)) =
            (json::string(json, code), json::optional_string(json, message))
        else {
            return Err(malformed(ANSWER));
        };
        let detail = detail.and_then(|detail| json::raw(json, detail)).map(String::from);
        Ok(Self { status, code, message: message.unwrap_or_default(), detail })
    }

    /// Which field was wrong, or for `SIGN_ERROR` the message that WeChat Pay built: JSON text.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// The detail as a type of the caller's.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if it is not of that form.
    pub fn detail_as<T: DeserializeOwned>(&self) -> Result<Option<T>, Error> {
        let parse = |detail: &str| json::parse("detail of the error answer", detail.as_bytes());
        self.detail().map(parse).transpose()
    }

    /// Whether the code is this one. Underscores do not count: pages of different age write
    /// `SYSTEM_ERROR` and `SYSTEMERROR`.
    #[must_use]
    pub fn is(&self, code: &str) -> bool {
        let letters =
            |code: &str| code.bytes().filter(|b| *b != b'_').collect::<alloc::vec::Vec<_>>();
        letters(&self.code) == letters(code)
    }

    /// Whether the same request, with the same order number, may be sent again after a pause: the
    /// system was busy or the rate too high. Anything else has to be mended first. When the effect is
    /// unknown, query the order before anything else, and never use a new order number.
    #[must_use]
    pub fn retryable(&self) -> bool {
        const TRANSIENT: [&str; 5] = [
            "SYSTEM_ERROR",
            "BANK_ERROR",
            "SERVICE_UNAVAILABLE",
            "FREQUENCY_LIMITED",
            "RATELIMIT_EXCEEDED",
        ];
        const PERMANENT: [&str; 2] = ["OPENID_MISMATCH", "INVALID_TRANSACTIONID"];
        let one_of = |codes: &[&str]| codes.iter().any(|code| self.is(code));
        one_of(&TRANSIENT) || ((self.status == 429 || self.status >= 500) && !one_of(&PERMANENT))
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("status", &self.status)
            .field("code", &self.code)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WeChat Pay answered {} {}: {}", self.status, self.code, self.message)
    }
}

impl core::error::Error for ApiError {}
