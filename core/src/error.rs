use core::fmt;

use crate::serial::Serial;

/// Everything that can go wrong, each with a stable [`code`](Error::code).
///
/// An error names headers, serials, lengths and times. It never holds a body, a key or a plaintext,
/// so it can be logged as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The algorithm that a message names, or its sign type, is not the one in use.
    AlgorithmMismatch {
        /// The algorithm that was expected, such as `AEAD_AES_256_GCM`.
        expected: &'static str,
    },
    /// The APIv2 key is not 32 characters of visible ASCII.
    ApiKeyInvalid {
        /// Length found, in bytes.
        found: usize,
        /// Length found without surrounding white space, in bytes.
        trimmed: usize,
    },
    /// The APIv3 key does not have exactly 32 bytes.
    ApiV3KeyInvalid {
        /// Length found, in bytes.
        found: usize,
        /// Length found without surrounding white space, in bytes.
        trimmed: usize,
    },
    /// Decrypted data was made for another appid.
    AppidMismatch,
    /// An argument given by the caller cannot be used.
    ArgumentInvalid {
        /// Name of the argument.
        name: &'static str,
        /// What it should have been.
        expected: &'static str,
    },
    /// A body that was authenticated, or is about to be signed, is not what the protocol says.
    BodyMalformed {
        /// Which part of the body.
        part: &'static str,
        /// Line of the JSON text where reading stopped, from 1; 0 where it is not known.
        line: usize,
        /// Column of the JSON text where reading stopped, from 1; 0 where it is not known.
        column: usize,
    },
    /// An X.509 certificate cannot be used.
    CertificateInvalid {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The ciphertext, its tag, nonce or padding, and the key do not belong together.
    DecryptFailed,
    /// The digest of a downloaded file is not the one announced for it.
    DigestMismatch,
    /// A `Wechatpay-*` header has a value that the protocol does not allow.
    HeaderInvalid {
        /// Name of the header.
        name: &'static str,
        /// What its value should have been.
        expected: &'static str,
    },
    /// A `Wechatpay-*` header is missing.
    HeaderMissing {
        /// Name of the header.
        name: &'static str,
    },
    /// A private or public key cannot be used.
    KeyInvalid {
        /// Which key.
        key: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A keyed digest (HMAC-SHA256, MD5 or SHA-1 with a key or token) does not match.
    MacInvalid {
        /// Name of the field or parameter that carries it, such as `sign`.
        name: &'static str,
    },
    /// A plaintext does not fit into one RSA block.
    PlaintextTooLong {
        /// Length found, in bytes of UTF-8.
        found: usize,
        /// Longest that fits, in bytes.
        limit: usize,
    },
    /// The signature scheme is not supported, or does not belong to the key.
    SchemeUnsupported,
    /// No key in the set has the serial of the `Wechatpay-Serial` header.
    SerialUnknown {
        /// The serial received.
        serial: Serial,
    },
    /// The signature does not match the message under the key of this serial.
    SignatureInvalid {
        /// Serial of the key that was used.
        serial: Serial,
    },
    /// The signature is a `WECHATPAY/SIGNTEST/` probe: WeChat Pay tests that forged signatures are
    /// refused.
    SignatureProbe,
    /// The private key operation failed; no signature left the core.
    SigningFailed,
    /// An APIv2 message has no `sign`.
    SignMissing,
    /// The timestamp of a message lies too far from the clock.
    TimestampOutsideWindow {
        /// The timestamp received, in UNIX seconds.
        timestamp: u64,
        /// The clock it was held against, in UNIX seconds.
        now: u64,
        /// The distance allowed, in seconds.
        tolerance: u32,
    },
}

impl Error {
    /// Every code that [`code`](Self::code) can return, in alphabetical order.
    pub const CODES: &'static [&'static str] = &[
        "ERR_ALGORITHM_MISMATCH",
        "ERR_API_KEY_INVALID",
        "ERR_API_V3_KEY_INVALID",
        "ERR_APPID_MISMATCH",
        "ERR_ARGUMENT_INVALID",
        "ERR_BODY_MALFORMED",
        "ERR_CERTIFICATE_INVALID",
        "ERR_DECRYPT_FAILED",
        "ERR_DIGEST_MISMATCH",
        "ERR_HEADER_INVALID",
        "ERR_HEADER_MISSING",
        "ERR_KEY_INVALID",
        "ERR_MAC_INVALID",
        "ERR_PLAINTEXT_TOO_LONG",
        "ERR_SCHEME_UNSUPPORTED",
        "ERR_SERIAL_UNKNOWN",
        "ERR_SIGNATURE_INVALID",
        "ERR_SIGNATURE_PROBE",
        "ERR_SIGNING_FAILED",
        "ERR_SIGN_MISSING",
        "ERR_TIMESTAMP_OUTSIDE_WINDOW",
    ];

    /// The stable, upper-snake code of this error. Codes are the same in Rust and in JavaScript and
    /// do not change between releases; messages may.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AlgorithmMismatch { .. } => "ERR_ALGORITHM_MISMATCH",
            Self::ApiKeyInvalid { .. } => "ERR_API_KEY_INVALID",
            Self::ApiV3KeyInvalid { .. } => "ERR_API_V3_KEY_INVALID",
            Self::AppidMismatch => "ERR_APPID_MISMATCH",
            Self::ArgumentInvalid { .. } => "ERR_ARGUMENT_INVALID",
            Self::BodyMalformed { .. } => "ERR_BODY_MALFORMED",
            Self::CertificateInvalid { .. } => "ERR_CERTIFICATE_INVALID",
            Self::DecryptFailed => "ERR_DECRYPT_FAILED",
            Self::DigestMismatch => "ERR_DIGEST_MISMATCH",
            Self::HeaderInvalid { .. } => "ERR_HEADER_INVALID",
            Self::HeaderMissing { .. } => "ERR_HEADER_MISSING",
            Self::KeyInvalid { .. } => "ERR_KEY_INVALID",
            Self::MacInvalid { .. } => "ERR_MAC_INVALID",
            Self::PlaintextTooLong { .. } => "ERR_PLAINTEXT_TOO_LONG",
            Self::SchemeUnsupported => "ERR_SCHEME_UNSUPPORTED",
            Self::SerialUnknown { .. } => "ERR_SERIAL_UNKNOWN",
            Self::SignatureInvalid { .. } => "ERR_SIGNATURE_INVALID",
            Self::SignatureProbe => "ERR_SIGNATURE_PROBE",
            Self::SigningFailed => "ERR_SIGNING_FAILED",
            Self::SignMissing => "ERR_SIGN_MISSING",
            Self::TimestampOutsideWindow { .. } => "ERR_TIMESTAMP_OUTSIDE_WINDOW",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlgorithmMismatch { expected } => write!(
                f,
                "the algorithm of the message is not {expected}, and nothing in it was used. Check \
                 that it was sent for the signature scheme, or the sign type, in use"
            ),
            Self::ApiKeyInvalid { found, trimmed } if found != trimmed => write!(
                f,
                "the APIv2 key has {found} bytes, of which {} are surrounding white space; \
                 expected exactly 32 characters. Remove the white space from the configured value",
                found.saturating_sub(*trimmed)
            ),
            Self::ApiKeyInvalid { found: 32, .. } => f.write_str(
                "the APIv2 key has 32 bytes, but not all of them are visible ASCII; expected 32 \
                 letters and digits. Copy it again from where it was set",
            ),
            Self::ApiKeyInvalid { found, .. } => write!(
                f,
                "the APIv2 key has {found} bytes; expected exactly 32 characters. Set it in the \
                 merchant platform under Account Center > API Security > APIv2 key; it is neither \
                 the APIv3 key nor the AppSecret"
            ),
            Self::ApiV3KeyInvalid { found, trimmed } if found != trimmed => write!(
                f,
                "the APIv3 key has {found} bytes, of which {} are surrounding white space; \
                 expected exactly 32 bytes. Remove the white space from the configured value",
                found.saturating_sub(*trimmed)
            ),
            Self::ApiV3KeyInvalid { found, .. } => write!(
                f,
                "the APIv3 key has {found} bytes; expected exactly 32. Set it in the merchant \
                 platform under Account Center > API Security > APIv3 key; it is neither the APIv2 \
                 key nor a file"
            ),
            Self::AppidMismatch => f.write_str(
                "the decrypted data was made for another appid; it is genuine, but not meant for \
                 this mini program. Compare the configured appid, and refuse the data",
            ),
            Self::ArgumentInvalid { name, expected } => {
                write!(f, "{name} cannot be used: expected {expected}")
            }
            Self::BodyMalformed { part, line: 0, .. } => write!(
                f,
                "the {part} does not have the form that WeChat Pay documents. Keep the raw bytes \
                 for analysis and do not act on it"
            ),
            Self::BodyMalformed { part, line, column } => write!(
                f,
                "the {part} does not have the form that WeChat Pay documents (line {line}, column \
                 {column}). Keep the raw bytes for analysis and do not act on it"
            ),
            Self::CertificateInvalid { reason } => write!(
                f,
                "the certificate cannot be used: {reason}. Expected an X.509 certificate with an \
                 {ALGORITHMS} public key, as PEM or DER"
            ),
            Self::DecryptFailed => f.write_str(
                "decryption failed: the ciphertext and what comes with it (tag, nonce, associated \
                 data, padding) do not belong together under this key. Compare the configured key \
                 with the one in the platform, where it may have been changed: APIv3 key, APIv2 key, \
                 EncodingAESKey or symmetric key; a session_key changes when the user logs in again",
            ),
            Self::DigestMismatch => f.write_str(
                "the digest of the file is not the one announced for it; the file is damaged or was \
                 changed. Download it again, and take the digest over the uncompressed file",
            ),
            Self::HeaderInvalid { name, expected } => write!(
                f,
                "header {name} is invalid: expected {expected}. Pass the headers exactly as they \
                 arrived, and answer the sender with 4xx"
            ),
            Self::HeaderMissing { name } => write!(
                f,
                "header {name} is missing; a message without it cannot come from WeChat Pay. Check \
                 that no proxy strips it, and that all request headers are passed on"
            ),
            Self::KeyInvalid { key, reason } => write!(f, "the {key} cannot be used: {reason}"),
            Self::MacInvalid { name } => write!(
                f,
                "{name} does not match the message under the configured key or token. Check that it \
                 is the right one, and that the message is passed exactly as it arrived; otherwise \
                 it is forged: refuse it"
            ),
            Self::PlaintextTooLong { found, limit } => write!(
                f,
                "the plaintext has {found} bytes of UTF-8, and at most {limit} fit into one RSA \
                 block under this key. Shorten the value"
            ),
            Self::SchemeUnsupported => f.write_str(SCHEME_UNSUPPORTED),
            Self::SerialUnknown { serial } => write!(
                f,
                "no platform key has the serial {serial} of header Wechatpay-Serial. Add the WeChat \
                 Pay public key (PUB_KEY_ID_\u{2026}) or platform certificate of that serial; the \
                 merchant's own certificate is not one of them"
            ),
            Self::SignatureInvalid { serial } => write!(
                f,
                "the signature does not match under platform key {serial}. Verify the raw body \
                 bytes as they arrived, never a parsed and re-serialised body, and check that the \
                 key belongs to this serial; otherwise the message is forged: answer 401"
            ),
            Self::SignatureProbe => f.write_str(
                "the signature is a WECHATPAY/SIGNTEST/ probe, by which WeChat Pay checks that \
                 false signatures are refused. Answer 4xx; a correctly signed message follows",
            ),
            Self::SigningFailed => f.write_str(
                "the private key operation failed and no signature was made. Check that the private \
                 key file is complete",
            ),
            Self::SignMissing => f.write_str(
                "the message has no sign, so nobody knows who wrote it. WeChat Pay leaves it out where \
                 return_code is FAIL, and in the few answers documented without it; refuse anything \
                 else",
            ),
            Self::TimestampOutsideWindow { timestamp, now, tolerance } => write!(
                f,
                "the timestamp {timestamp} is {} s {} the clock ({now}); at most {tolerance} s \
                 are allowed. Synchronise the clock of this machine; if it is right, the message is \
                 a replay: answer 4xx",
                timestamp.abs_diff(*now),
                if timestamp < now { "behind" } else { "ahead of" },
            ),
        }
    }
}

impl core::error::Error for Error {}

#[cfg(not(feature = "shangmi"))]
const ALGORITHMS: &str = "RSA";
#[cfg(feature = "shangmi")]
const ALGORITHMS: &str = "RSA or SM2";

#[cfg(not(feature = "shangmi"))]
const SCHEME_UNSUPPORTED: &str = "the signature scheme is not supported here, or is not the scheme \
                                  of the key: expected WECHATPAY2-SHA256-RSA2048";
#[cfg(feature = "shangmi")]
const SCHEME_UNSUPPORTED: &str = "the signature scheme is not supported here, or is not the scheme \
                                  of the key: expected WECHATPAY2-SHA256-RSA2048 with an RSA key, or \
                                  WECHATPAY2-SM2-WITH-SM3 with an SM2 key. Payment parameters and \
                                  brands take RSA only";
