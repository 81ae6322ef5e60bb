use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

use serde::de::DeserializeOwned;

use crate::block_mode::open_aes_256_cbc_pad_32;
use crate::constant_time;
use crate::encoding::{base64, json};
use crate::error::Error;
use crate::message_push::envelope::{self, Format};
use crate::message_push::keys::{EncodingAesKey, Token};
use crate::message_push::query::PushQuery;

/// A push in secure mode (安全模式), as it arrived. Anybody may have sent it.
#[derive(Clone)]
pub struct UnverifiedMessage<'a> {
    query: PushQuery<'a>,
    format: Format,
    encrypt: Cow<'a, str>,
}

impl<'a> UnverifiedMessage<'a> {
    /// `body` is the raw bytes as they arrived, XML or JSON with `Encrypt` in it.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if it has no `Encrypt`. A push without one was sent in plain mode.
    pub fn new(query: PushQuery<'a>, body: &'a [u8]) -> Result<Self, Error> {
        let (format, encrypt) = envelope::encrypt(body)?;
        Ok(Self { query, format, encrypt })
    }

    /// Checks `msg_signature`, which covers the encrypted message. The parameter `signature` beside it
    /// does not, and is not looked at.
    ///
    /// # Errors
    /// [`Error::MacInvalid`] if it is not one under this token; [`Error::ArgumentInvalid`] without it.
    pub fn verify(self, token: &Token) -> Result<VerifiedMessage<'a>, Error> {
        self.query.verify_msg_signature(token, &self.encrypt)?;
        Ok(VerifiedMessage { format: self.format, encrypt: self.encrypt })
    }
}

impl fmt::Debug for UnverifiedMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedMessage").field("query", &self.query).finish_non_exhaustive()
    }
}

/// A push that WeChat signed, still encrypted.
#[derive(Clone)]
pub struct VerifiedMessage<'a> {
    format: Format,
    encrypt: Cow<'a, str>,
}

/// Random bytes before the message, then its length in four.
const RANDOM_LEN: usize = 16;

impl VerifiedMessage<'_> {
    /// Decrypts the message, and compares the appid inside with that of the own mini program.
    ///
    /// # Errors
    /// [`Error::DecryptFailed`] if the key is not the one it was encrypted with,
    /// [`Error::AppidMismatch`] if it was meant for another mini program;
    /// [`Error::ArgumentInvalid`] for an empty `appid`.
    pub fn open(&self, key: &EncodingAesKey, appid: &str) -> Result<Message, Error> {
        check_appid(appid)?;
        let mut buffer = base64::decode(&self.encrypt).ok_or(Error::DecryptFailed)?;
        open_aes_256_cbc_pad_32(key.secret_bytes(), &key.iv(), &mut buffer)?;
        let (text, receiver) = split(&buffer).ok_or(Error::DecryptFailed)?;
        if !constant_time::eq(receiver, appid.as_bytes()) {
            return Err(Error::AppidMismatch);
        }
        Ok(Message { text: text.into(), format: self.format })
    }
}

impl fmt::Debug for VerifiedMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedMessage").field("format", &self.format).finish_non_exhaustive()
    }
}

/// A push, verified and decrypted. `Debug` leaves the message out.
///
/// WeChat sends a push again when the answer is late: apply each `MsgId`, or each `FromUserName` and
/// `CreateTime`, once.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    text: String,
    format: Format,
}

impl Message {
    /// The message: XML or JSON.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How the push was written, and its answer is to be.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The message as JSON text, whichever of the two it is. XML becomes an object of texts: an
    /// element with elements inside it is an object, elements of one name are a list.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] for XML of another form than WeChat's.
    pub fn to_json(&self) -> Result<Cow<'_, str>, Error> {
        envelope::to_json(&self.text)
    }

    /// The message as a type of the caller's, read from [`to_json`](Self::to_json). In XML all is text,
    /// numbers too.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if it is not of that form.
    pub fn json_as<T: DeserializeOwned>(&self) -> Result<T, Error> {
        json::parse("message", self.to_json()?.as_bytes())
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("format", &self.format).finish_non_exhaustive()
    }
}

/// An appid, or the CorpID of an enterprise. An empty one would match a message without.
pub(super) fn check_appid(appid: &str) -> Result<(), Error> {
    if (1..=64).contains(&appid.len()) && appid.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(());
    }
    Err(Error::ArgumentInvalid {
        name: "appid",
        expected: "the appid of the mini program, such as wx8888888888888888",
    })
}

/// `random(16) ‖ length(4, big endian) ‖ message ‖ appid`.
fn split(plaintext: &[u8]) -> Option<(&str, &[u8])> {
    let (_, plaintext) = plaintext.split_at_checked(RANDOM_LEN)?;
    let (len, rest) = plaintext.split_first_chunk()?;
    let len = usize::try_from(u32::from_be_bytes(*len)).ok()?;
    let (text, receiver) = rest.split_at_checked(len)?;
    Some((core::str::from_utf8(text).ok()?, receiver))
}
