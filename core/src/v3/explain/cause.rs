use core::fmt;

use crate::serial::Serial;

/// A cause that was proved.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The key configured as APIv3 key is the APIv2 key.
    ApiV2KeyAsApiV3Key,
    /// The APIv3 key has blanks or line ends around it; without them it decrypts.
    ApiV3KeyBlanks,
    /// The APIv3 key does not have 32 bytes.
    ApiV3KeyLength {
        /// Length found, in bytes.
        found: usize,
    },
    /// The APIv3 key is well-formed and not the one that encrypted this notification.
    ApiV3KeyWrong,
    /// The body that was signed is the JSON text of this body's text: it was serialised twice.
    BodySerialisedTwice,
    /// Line ends of the body were changed between LF and CRLF.
    BodyLineEnds,
    /// A line end was added at the end of the body.
    BodyNewlineAdded,
    /// A line end was cut off the end of the body.
    BodyNewlineLost,
    /// The body was not part of the signed message.
    BodyNotSigned,
    /// The body was parsed and written again, with other white space, escapes or member order.
    BodyReserialised,
    /// The clock is off; apart from that the message is genuine.
    ClockOff {
        /// Distance, in seconds.
        seconds: u64,
        /// Whether the time of the message lies behind the clock.
        message_is_older: bool,
    },
    /// A header value was folded or wrapped: white space got into it.
    HeaderFolded {
        /// Name of the header.
        name: &'static str,
    },
    /// A header is missing.
    HeaderMissing {
        /// Name of the header.
        name: &'static str,
    },
    /// The signature is genuine under another key of the set than that of its serial.
    KeyOfOtherSerial {
        /// Serial whose key made the signature.
        serial: Serial,
    },
    /// The request was not signed with the private key of this certificate or key.
    MerchantKeyOther,
    /// A key of the set of platform keys is the merchant's own.
    MerchantKeyAsPlatformKey {
        /// Serial it goes by.
        serial: Serial,
    },
    /// The signed message lacks its last line end, or its empty body line.
    MessageNewlineLost,
    /// The lines of the signed message end in CRLF.
    MessageCrlf,
    /// The right key made the signature, over a message that differs in a way not found.
    MessageOther,
    /// The signed message has the method in lower case.
    MethodLowerCase,
    /// What was signed and what WeChat Pay received differ here.
    Mismatch {
        /// Where.
        part: Part,
    },
    /// The query string was left out of the signed URL.
    QueryNotSigned,
    /// `serial_no` names a key of WeChat Pay, not the merchant API certificate.
    SerialKindInRequest,
    /// The serial is a `PUB_KEY_ID_…` and the set holds certificates only, or the other way round.
    SerialKindUnknown {
        /// The serial received.
        serial: Serial,
    },
    /// `serial_no` is not the serial of the merchant API certificate.
    SerialNotOfCertificate {
        /// The serial of the certificate.
        expected: Serial,
    },
    /// No key of the set has this serial.
    SerialUnknown {
        /// The serial received.
        serial: Serial,
    },
    /// The signature is URL-safe or unpadded base64.
    SignatureBase64Url,
    /// The signature is a `WECHATPAY/SIGNTEST/` probe; all is well.
    SignatureProbe,
    /// The timestamp was signed in milliseconds.
    TimestampMilliseconds,
    /// The full URL was signed, with scheme and host.
    UrlWithHost,
}

/// A part of the signed message of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The body, told by the length of the message.
    BodyLength,
    /// The method.
    Method,
    /// The URL.
    Url,
}

impl Cause {
    /// A stable, upper-snake name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ApiV2KeyAsApiV3Key => "API_V2_KEY_AS_API_V3_KEY",
            Self::ApiV3KeyBlanks => "API_V3_KEY_BLANKS",
            Self::ApiV3KeyLength { .. } => "API_V3_KEY_LENGTH",
            Self::ApiV3KeyWrong => "API_V3_KEY_WRONG",
            Self::BodyLineEnds => "BODY_LINE_ENDS",
            Self::BodyNewlineAdded => "BODY_NEWLINE_ADDED",
            Self::BodyNewlineLost => "BODY_NEWLINE_LOST",
            Self::BodyNotSigned => "BODY_NOT_SIGNED",
            Self::BodyReserialised => "BODY_RESERIALISED",
            Self::BodySerialisedTwice => "BODY_SERIALISED_TWICE",
            Self::ClockOff { .. } => "CLOCK_OFF",
            Self::HeaderFolded { .. } => "HEADER_FOLDED",
            Self::HeaderMissing { .. } => "HEADER_MISSING",
            Self::KeyOfOtherSerial { .. } => "KEY_OF_OTHER_SERIAL",
            Self::MerchantKeyAsPlatformKey { .. } => "MERCHANT_KEY_AS_PLATFORM_KEY",
            Self::MerchantKeyOther => "MERCHANT_KEY_OTHER",
            Self::MessageCrlf => "MESSAGE_CRLF",
            Self::MessageNewlineLost => "MESSAGE_NEWLINE_LOST",
            Self::MessageOther => "MESSAGE_OTHER",
            Self::MethodLowerCase => "METHOD_LOWER_CASE",
            Self::Mismatch { part: Part::BodyLength } => "BODY_LENGTH_DIFFERS",
            Self::Mismatch { part: Part::Method } => "METHOD_DIFFERS",
            Self::Mismatch { part: Part::Url } => "URL_DIFFERS",
            Self::QueryNotSigned => "QUERY_NOT_SIGNED",
            Self::SerialKindInRequest => "SERIAL_KIND_IN_REQUEST",
            Self::SerialKindUnknown { .. } => "SERIAL_KIND_UNKNOWN",
            Self::SerialNotOfCertificate { .. } => "SERIAL_NOT_OF_CERTIFICATE",
            Self::SerialUnknown { .. } => "SERIAL_UNKNOWN",
            Self::SignatureBase64Url => "SIGNATURE_BASE64URL",
            Self::SignatureProbe => "SIGNATURE_PROBE",
            Self::TimestampMilliseconds => "TIMESTAMP_MILLISECONDS",
            Self::UrlWithHost => "URL_WITH_HOST",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ApiV2KeyAsApiV3Key => {
                "the key configured as APIv3 key is the APIv2 key. They are two settings of the \
                 merchant platform; take the one named APIv3"
            }
            Self::ApiV3KeyBlanks => {
                "the APIv3 key has blanks or line ends around it; without them it decrypts. Trim the \
                 configured value"
            }
            Self::ApiV3KeyLength { found } => {
                return write!(f, "the APIv3 key has {found} bytes; it must have exactly 32");
            }
            Self::ApiV3KeyWrong => {
                "the message is genuine, and the APIv3 key does not decrypt it. It was changed in the \
                 merchant platform, or belongs to another merchant"
            }
            Self::BodyLineEnds => {
                "the line ends of the body were changed between LF and CRLF. Keep the raw bytes"
            }
            Self::BodyNewlineAdded => {
                "a line end was added to the body; without it the signature matches"
            }
            Self::BodyNewlineLost => {
                "a line end was cut off the body; with it the signature matches. Do not trim the body"
            }
            Self::BodyNotSigned => {
                "the signature matches an empty body, and the request has one. Sign the exact bytes \
                 that are sent"
            }
            Self::BodyReserialised => {
                "the body was parsed and written again; in another form the signature matches. Pass \
                 the raw bytes as they arrived or are sent"
            }
            Self::BodySerialisedTwice => {
                "the body that was signed is the JSON text of this text: a string was serialised \
                 again before signing"
            }
            Self::ClockOff { seconds, message_is_older } => {
                let side = if *message_is_older { "behind" } else { "ahead of" };
                return write!(
                    f,
                    "the message is {seconds} s {side} the clock. Synchronise the clock; if it is \
                     right, this is a replay"
                );
            }
            Self::HeaderFolded { name } => {
                return write!(
                    f,
                    "white space got into header {name}; without it the signature can be read. Look for \
                     a proxy, a copy, or a base64 encoder that breaks long lines"
                );
            }
            Self::HeaderMissing { name } => return write!(f, "header {name} is missing"),
            Self::KeyOfOtherSerial { serial } => {
                return write!(
                    f,
                    "the signature was made by the key configured for serial {serial}: keys and \
                     serials are mixed up in the configuration"
                );
            }
            Self::MerchantKeyAsPlatformKey { serial } => {
                return write!(
                    f,
                    "the platform key configured for serial {serial} is the merchant's own. Configure \
                     the WeChat Pay public key or the platform certificate instead"
                );
            }
            Self::MerchantKeyOther => {
                "the request was not signed with the private key of this certificate. Take the \
                 apiclient_key.pem that came with the apiclient_cert.pem"
            }
            Self::MessageCrlf => "the lines of the signed message end in CRLF; they must end in LF",
            Self::MessageNewlineLost => {
                "the signed message lacks its last line end. Each of the five lines ends in LF, the \
                 body line too, also when it is empty"
            }
            Self::MessageOther => {
                "the right key made this signature, over another message. Method, URL, timestamp, \
                 nonce or body changed between signing and verifying: compare them byte by byte"
            }
            Self::MethodLowerCase => "the method was signed in lower case; it must be upper case",
            Self::Mismatch { part: Part::BodyLength } => {
                "WeChat Pay built a message of another length: the body sent is not the body signed"
            }
            Self::Mismatch { part: Part::Method } => {
                "WeChat Pay received another method than the one signed"
            }
            Self::Mismatch { part: Part::Url } => {
                "WeChat Pay received another URL than the one signed. Sign path and query exactly as \
                 sent, percent-encoding included"
            }
            Self::QueryNotSigned => {
                "the query string was not signed. The URL line is path and query"
            }
            Self::SerialKindInRequest => {
                "serial_no in the Authorization header names a key of WeChat Pay. It must be the \
                 serial of the merchant API certificate"
            }
            Self::SerialKindUnknown { serial } => {
                return write!(
                    f,
                    "the message names {serial}, and the set holds only the other kind of key. While \
                     WeChat Pay moves a merchant between certificates and public key, both kinds must \
                     be configured"
                );
            }
            Self::SerialNotOfCertificate { expected } => {
                return write!(
                    f,
                    "serial_no in the Authorization header is not that of the merchant certificate, \
                     which is {expected}"
                );
            }
            Self::SerialUnknown { serial } => {
                return write!(f, "no platform key is configured for serial {serial}");
            }
            Self::SignatureBase64Url => {
                "the signature is URL-safe or unpadded base64; standard, padded base64 is expected"
            }
            Self::SignatureProbe => {
                "this is a WECHATPAY/SIGNTEST/ probe. Refusing it with 4xx is right; nothing is wrong"
            }
            Self::TimestampMilliseconds => {
                "the timestamp is in milliseconds; UNIX seconds are expected"
            }
            Self::UrlWithHost => "the full URL was signed; only path and query are",
        })
    }
}
