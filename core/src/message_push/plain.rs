use alloc::borrow::Cow;
use core::fmt;

use crate::error::Error;
use crate::message_push::envelope::{self, Format};
use crate::message_push::keys::Token;
use crate::message_push::query::PushQuery;

/// A push in plain mode (明文模式), as it arrived.
#[derive(Clone, Copy)]
pub struct UnverifiedPlainMessage<'a> {
    query: PushQuery<'a>,
    body: &'a [u8],
}

impl<'a> UnverifiedPlainMessage<'a> {
    /// `body` is the raw bytes as they arrived.
    #[must_use]
    pub const fn new(query: PushQuery<'a>, body: &'a [u8]) -> Self {
        Self { query, body }
    }

    /// Checks `signature`. It proves that the sender has seen a signature of WeChat's at this time; it
    /// does **not** cover the body.
    ///
    /// # Errors
    /// [`Error::MacInvalid`] if the signature is not one under this token;
    /// [`Error::ArgumentInvalid`] without it; [`Error::BodyMalformed`] if the body is neither XML nor
    /// JSON in UTF-8.
    pub fn verify(self, token: &Token) -> Result<PlainMessage<'a>, Error> {
        self.query.verify_signature(token)?;
        let part = "body of the push";
        let malformed = Error::BodyMalformed { part, line: 0, column: 0 };
        let text = core::str::from_utf8(self.body).map_err(|_| malformed)?;
        Ok(PlainMessage { text, format: Format::of(part, self.body)? })
    }
}

impl fmt::Debug for UnverifiedPlainMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedPlainMessage")
            .field("query", &self.query)
            .field("body_len", &self.body.len())
            .finish()
    }
}

/// A push in plain mode whose query WeChat signed. The message itself is not authenticated: take it
/// for a hint, and ask WeChat's servers before anything of value happens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PlainMessage<'a> {
    text: &'a str,
    format: Format,
}

impl<'a> PlainMessage<'a> {
    /// The message, XML or JSON. Not covered by any signature.
    #[must_use]
    pub const fn unauthenticated_text(&self) -> &'a str {
        self.text
    }

    /// The message as JSON text, as [`Message::to_json`](super::Message::to_json) makes it. Not covered
    /// by any signature.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] for XML of another form than WeChat's.
    pub fn unauthenticated_json(&self) -> Result<Cow<'a, str>, Error> {
        envelope::to_json(self.text)
    }

    /// Which of the two it is.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }
}

impl fmt::Debug for PlainMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlainMessage").field("format", &self.format).finish_non_exhaustive()
    }
}
