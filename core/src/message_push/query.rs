use core::fmt;

use crate::error::Error;
use crate::message_push::keys::Token;
use crate::message_push::signature;
use crate::time::{Tolerance, UnixTime};

/// The query of a push, read once. Nothing in it is to be trusted before a signature is verified.
#[derive(Clone, Copy)]
pub struct PushQuery<'a> {
    timestamp: &'a str,
    nonce: &'a str,
    time: UnixTime,
    signature: Option<&'a str>,
    msg_signature: Option<&'a str>,
    echostr: Option<&'a str>,
    is_encrypted: bool,
}

const TIMESTAMP: &str = "timestamp";
const NONCE: &str = "nonce";
const SIGNATURE: &str = "signature";
const MSG_SIGNATURE: &str = "msg_signature";
const ECHOSTR: &str = "echostr";
const ENCRYPT_TYPE: &str = "encrypt_type";

impl<'a> PushQuery<'a> {
    /// Picks the parameters out of the query, which the caller has split and percent-decoded.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] if `timestamp` or `nonce` is missing, malformed, or if one of the
    /// parameters read here comes twice.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Error> {
        let names = [TIMESTAMP, NONCE, SIGNATURE, MSG_SIGNATURE, ECHOSTR, ENCRYPT_TYPE];
        let mut found = [None; 6];
        for (name, value) in pairs {
            for (parameter, slot) in names.into_iter().zip(&mut found) {
                if parameter == name && slot.replace(value).is_some() {
                    return Err(invalid(parameter, "it only once in the query"));
                }
            }
        }
        let [timestamp, nonce, signature, msg_signature, echostr, encrypt_type] = found;
        let expected = "UNIX seconds as 1 to 12 decimal digits, in the query of the push";
        let timestamp = timestamp.ok_or(invalid(TIMESTAMP, expected))?;
        let time = UnixTime::parse(timestamp).ok_or(invalid(TIMESTAMP, expected))?;
        // At most 64: three cipher blocks of `Encrypt`, the least that could be moved into it
        // unnoticed, have 64 characters alone (see `signature::sign`).
        let nonce = nonce
            .filter(|nonce| (1..=64).contains(&nonce.len()))
            .filter(|nonce| nonce.bytes().all(|b| b.is_ascii_alphanumeric()))
            .ok_or(invalid(NONCE, "1 to 64 letters and digits, in the query of the push"))?;
        let is_encrypted = match encrypt_type {
            None | Some("raw") => false,
            Some("aes") => true,
            Some(_) => return Err(invalid(ENCRYPT_TYPE, "aes or raw")),
        };
        Ok(Self { timestamp, nonce, time, signature, msg_signature, echostr, is_encrypted })
    }

    /// Whether the push says of itself that it is encrypted (`encrypt_type=aes`). The own
    /// configuration decides in which mode a push is accepted, never this.
    #[must_use]
    pub const fn is_encrypted(&self) -> bool {
        self.is_encrypted
    }

    /// The time that is said to be that of the push.
    #[must_use]
    pub const fn time(&self) -> UnixTime {
        self.time
    }

    /// Accepts the query if its time is within `tolerance` of `now`. WeChat documents no window; a
    /// push that is sent again carries a fresh time.
    ///
    /// # Errors
    /// [`Error::TimestampOutsideWindow`] otherwise.
    pub fn fresh(self, now: UnixTime, tolerance: Tolerance) -> Result<Self, Error> {
        tolerance.check(self.time, now)?;
        Ok(self)
    }

    /// Checks `signature`, which covers time and nonce and nothing else.
    pub(super) fn verify_signature(&self, token: &Token) -> Result<(), Error> {
        let given = self.signature.ok_or(missing(SIGNATURE))?;
        signature::check(SIGNATURE, token, [self.timestamp, self.nonce], given)
    }

    /// Checks `msg_signature`, which covers the encrypted message too.
    pub(super) fn verify_msg_signature(&self, token: &Token, encrypt: &str) -> Result<(), Error> {
        let given = self.msg_signature.ok_or(missing(MSG_SIGNATURE))?;
        signature::check(MSG_SIGNATURE, token, [self.timestamp, self.nonce, encrypt], given)
    }

    pub(super) fn echostr(&self) -> Result<&'a str, Error> {
        self.echostr.ok_or(missing(ECHOSTR))
    }
}

impl fmt::Debug for PushQuery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushQuery")
            .field("timestamp", &self.time)
            .field("is_encrypted", &self.is_encrypted)
            .finish_non_exhaustive()
    }
}

const fn invalid(name: &'static str, expected: &'static str) -> Error {
    Error::ArgumentInvalid { name, expected }
}

const fn missing(name: &'static str) -> Error {
    invalid(name, "it in the query of the push; pass the query on as it arrived")
}
