use alloc::string::String;
use core::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::aead;
use crate::constant_time;
use crate::encoding::{base64, json};
use crate::error::Error;
use crate::mini_program::argument;
use crate::mini_program::secure_api::{
    Envelope, SecureApiCertificate, SecureApiKey, Subject, url_path,
};
use crate::serial::Serial;
use crate::signature::Signature;
use crate::time::{Tolerance, UnixTime};

const APPID: &str = "Wechatmp-Appid";
const TIMESTAMP: &str = "Wechatmp-TimeStamp";
const SERIAL: &str = "Wechatmp-Serial";
const SIGNATURE: &str = "Wechatmp-Signature";
const SERIAL_DEPRECATED: &str = "Wechatmp-Serial-Deprecated";
const SIGNATURE_DEPRECATED: &str = "Wechatmp-Signature-Deprecated";

/// The `Wechatmp-*` headers of a response. While WeChat changes its certificate there are two
/// signatures, one under the new certificate and one under the old.
#[derive(Clone, Copy, Debug)]
pub struct SecureResponseHeaders<'a> {
    appid: &'a str,
    timestamp: UnixTime,
    current: Signed<'a>,
    deprecated: Option<Signed<'a>>,
}

#[derive(Clone, Copy, Debug)]
struct Signed<'a> {
    sn: Serial,
    signature: &'a str,
}

impl<'a> SecureResponseHeaders<'a> {
    /// Picks the headers out of all that arrived; names are compared without regard to case.
    ///
    /// # Errors
    /// [`Error::HeaderMissing`] or [`Error::HeaderInvalid`] (also for one that comes twice). An answer
    /// without them may be a plain error: look with [`ApiError::parse`](super::super::ApiError::parse),
    /// and trust nothing else in it.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Error> {
        let names = [APPID, TIMESTAMP, SERIAL, SIGNATURE, SERIAL_DEPRECATED, SIGNATURE_DEPRECATED];
        let mut found = [None; 6];
        for (name, value) in pairs {
            for (header, slot) in names.into_iter().zip(&mut found) {
                if header.eq_ignore_ascii_case(name) && slot.replace(value).is_some() {
                    return Err(Error::HeaderInvalid { name: header, expected: "it only once" });
                }
            }
        }
        let [appid, timestamp, sn, signature, deprecated_sn, deprecated_signature] = found;
        let present = |name, value: Option<&'a str>| value.ok_or(Error::HeaderMissing { name });
        let number = |name, sn: &str| {
            let expected = "the number of a certificate in hex";
            Serial::parse(sn).map_err(|_| Error::HeaderInvalid { name, expected })
        };
        let appid = present(APPID, appid)?;
        let timestamp = present(TIMESTAMP, timestamp)?;
        let (sn, signature) = (present(SERIAL, sn)?, present(SIGNATURE, signature)?);
        Ok(Self {
            appid,
            timestamp: UnixTime::parse(timestamp).ok_or(Error::HeaderInvalid {
                name: TIMESTAMP,
                expected: "UNIX seconds as 1 to 12 decimal digits",
            })?,
            current: Signed { sn: number(SERIAL, sn)?, signature },
            deprecated: match (deprecated_sn, deprecated_signature) {
                (None, None) => None,
                (sn, signature) => Some(Signed {
                    sn: number(SERIAL_DEPRECATED, present(SERIAL_DEPRECATED, sn)?)?,
                    signature: present(SIGNATURE_DEPRECATED, signature)?,
                }),
            },
        })
    }
}

/// A response of a server API, as it arrived.
#[derive(Clone, Copy)]
pub struct UnverifiedSecureResponse<'a> {
    headers: SecureResponseHeaders<'a>,
    url: &'a str,
    body: &'a str,
}

impl<'a> UnverifiedSecureResponse<'a> {
    /// `url` is that of the request; `body` the text as it arrived, neither parsed nor written again.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed `url`.
    pub fn new(
        headers: SecureResponseHeaders<'a>,
        url: &'a str,
        body: &'a str,
    ) -> Result<Self, Error> {
        Ok(Self { headers, url: url_path(url)?, body })
    }

    /// Checks appid, certificate, time and signature, in this order.
    ///
    /// # Errors
    /// [`Error::HeaderInvalid`] if the response is for another appid, or signed under none of these
    /// certificates; [`Error::TimestampOutsideWindow`]; [`Error::SignatureInvalid`];
    /// [`Error::ArgumentInvalid`] for a malformed `appid`.
    pub fn verify(
        self,
        certificates: &[SecureApiCertificate],
        appid: &'a str,
        now: UnixTime,
        tolerance: Tolerance,
    ) -> Result<VerifiedSecureResponse<'a>, Error> {
        let appid = argument::appid(appid)?;
        if self.headers.appid != appid {
            let expected = "the appid of this mini program";
            return Err(Error::HeaderInvalid { name: APPID, expected });
        }
        let find = |signed: Signed<'a>| {
            let certificate = certificates.iter().find(|certificate| certificate.sn() == signed.sn);
            certificate.map(|certificate| (certificate, signed.signature))
        };
        let deprecated = || self.headers.deprecated.and_then(find);
        let found = find(self.headers.current).map(|found| (found, false));
        let ((certificate, signature), is_deprecated) = found
            .or_else(|| deprecated().map(|found| (found, true)))
            .ok_or(Error::HeaderInvalid {
                name: SERIAL,
                expected: "the number of a configured certificate, as the mini program platform \
                               shows it; it is not the serial number inside the certificate. \
                               Download the certificate again if WeChat has changed it",
            })?;

        let subject = Subject { url: self.url, appid, timestamp: self.headers.timestamp };
        tolerance.check(subject.timestamp, now)?;
        let signature = Signature::parse_base64(signature)
            .ok_or(Error::SignatureInvalid { serial: certificate.sn() })?;
        certificate.verify(&subject.digest(self.body), signature.as_bytes())?;
        Ok(VerifiedSecureResponse { subject, body: self.body, is_deprecated })
    }
}

impl fmt::Debug for UnverifiedSecureResponse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedSecureResponse")
            .field("headers", &self.headers)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// A response that WeChat signed, still encrypted.
#[derive(Clone, Copy)]
pub struct VerifiedSecureResponse<'a> {
    subject: Subject<'a>,
    body: &'a str,
    is_deprecated: bool,
}

impl VerifiedSecureResponse<'_> {
    /// Whether only the old signature could be checked: the configured certificate is about to be
    /// replaced. Download the new one.
    #[must_use]
    pub const fn is_certificate_deprecated(&self) -> bool {
        self.is_deprecated
    }

    /// Decrypts the data, and compares the appid and the time inside with those outside.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if the body is not an encrypted response, [`Error::DecryptFailed`] if
    /// the key is not that of the mini program, [`Error::AppidMismatch`] if it was made for another.
    pub fn open(&self, key: &SecureApiKey) -> Result<SecureResponse, Error> {
        let envelope: Envelope<'_> =
            json::parse_object("encrypted response", self.body.as_bytes())?;
        let decode = |text: &str| base64::decode(text).ok_or(Error::DecryptFailed);
        let (iv, tag) = (decode(&envelope.iv)?, decode(&envelope.authtag)?);
        if tag.len() != aead::TAG_LEN {
            return Err(Error::DecryptFailed);
        }
        let mut buffer = decode(&envelope.data)?;
        buffer.extend_from_slice(&tag);
        let associated_data = self.subject.associated_data(key.sn());
        aead::open_aes_256_gcm(key.secret_bytes(), &iv, associated_data.as_bytes(), &mut buffer)?;

        let json = String::from_utf8(buffer).map_err(|_| MALFORMED)?;
        let Protected { appid, timestamp } =
            json::parse_object("decrypted response", json.as_bytes())?;
        if !constant_time::eq(appid.as_bytes(), self.subject.appid.as_bytes()) {
            return Err(Error::AppidMismatch);
        }
        if timestamp != self.subject.timestamp.as_secs() {
            return Err(MALFORMED);
        }
        Ok(SecureResponse { json })
    }
}

impl fmt::Debug for VerifiedSecureResponse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedSecureResponse")
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

/// A response, verified and decrypted. It may still be an error: look with
/// [`ApiError::parse`](super::super::ApiError::parse).
#[derive(Clone, PartialEq, Eq)]
pub struct SecureResponse {
    json: String,
}

impl SecureResponse {
    /// The JSON text, with the members `_n`, `_appid` and `_timestamp` that protected it.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The response as a type of the caller's.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if it is not of that form.
    pub fn json_as<T: DeserializeOwned>(&self) -> Result<T, Error> {
        json::parse("decrypted response", self.json.as_bytes())
    }
}

impl fmt::Debug for SecureResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecureResponse").finish_non_exhaustive()
    }
}

const MALFORMED: Error = Error::BodyMalformed { part: "decrypted response", line: 0, column: 0 };

#[derive(Deserialize)]
struct Protected {
    #[serde(rename = "_appid")]
    appid: String,
    #[serde(rename = "_timestamp")]
    timestamp: u64,
}
