/// One thing that is wrong with a [`Delivery`](super::Delivery).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// One bit of the body is flipped after signing; an empty body gets a blank.
    BodyAltered,
    /// The body is parsed and written again after signing, with other white space.
    BodyReserialised,
    /// The body is signed, but is not JSON.
    BodyNotJson,
    /// One bit of the ciphertext is flipped before signing.
    CiphertextAltered,
    /// The clock of the sender is ten minutes ahead: beyond the window, however late it is looked at.
    ClockAhead,
    /// The clock of the sender is ten minutes behind; a replay looks the same.
    ClockBehind,
    /// The named header is missing.
    HeaderMissing(&'static str),
    /// The nonce header is altered after signing.
    NonceAltered,
    /// `resource.algorithm` is one that does not belong to the scheme.
    ResourceAlgorithm,
    /// `resource.nonce` has 16 bytes instead of 12.
    ResourceNonceLength,
    /// The serial is that of no key known.
    SerialUnknown,
    /// One bit of the signature is flipped.
    SignatureAltered,
    /// The signature is no base64.
    SignatureNotBase64,
    /// The signature is a `WECHATPAY/SIGNTEST/` probe.
    SignatureProbe,
    /// `Wechatpay-Signature-Type` names a scheme that WeChat Pay does not have.
    SignatureType,
    /// One bit of the authentication tag is flipped before signing.
    TagAltered,
    /// The timestamp is not made of digits.
    TimestampNotDigits,
}

impl Fault {
    /// Every fault of a notification.
    pub const ALL: &'static [Self] = &[
        Self::BodyAltered,
        Self::BodyReserialised,
        Self::BodyNotJson,
        Self::CiphertextAltered,
        Self::ClockAhead,
        Self::ClockBehind,
        Self::HeaderMissing("Wechatpay-Nonce"),
        Self::HeaderMissing("Wechatpay-Serial"),
        Self::HeaderMissing("Wechatpay-Signature"),
        Self::HeaderMissing("Wechatpay-Timestamp"),
        Self::NonceAltered,
        Self::ResourceAlgorithm,
        Self::ResourceNonceLength,
        Self::SerialUnknown,
        Self::SignatureAltered,
        Self::SignatureNotBase64,
        Self::SignatureProbe,
        Self::SignatureType,
        Self::TagAltered,
        Self::TimestampNotDigits,
    ];

    /// Whether an answer to a request cannot have it: it is about the encrypted resource, or about what
    /// reads it.
    #[must_use]
    pub const fn is_of_notifications(self) -> bool {
        matches!(
            self,
            Self::BodyNotJson
                | Self::BodyReserialised
                | Self::CiphertextAltered
                | Self::ResourceAlgorithm
                | Self::ResourceNonceLength
                | Self::TagAltered
        )
    }

    /// The code of the error that this fault must end in.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BodyAltered
            | Self::BodyReserialised
            | Self::NonceAltered
            | Self::SignatureAltered
            | Self::SignatureNotBase64 => "ERR_SIGNATURE_INVALID",
            Self::BodyNotJson => "ERR_BODY_MALFORMED",
            Self::CiphertextAltered | Self::ResourceNonceLength | Self::TagAltered => {
                "ERR_DECRYPT_FAILED"
            }
            Self::ClockAhead | Self::ClockBehind => "ERR_TIMESTAMP_OUTSIDE_WINDOW",
            Self::HeaderMissing(_) => "ERR_HEADER_MISSING",
            Self::ResourceAlgorithm => "ERR_ALGORITHM_MISMATCH",
            Self::SerialUnknown => "ERR_SERIAL_UNKNOWN",
            Self::SignatureProbe => "ERR_SIGNATURE_PROBE",
            Self::SignatureType => "ERR_SCHEME_UNSUPPORTED",
            Self::TimestampNotDigits => "ERR_HEADER_INVALID",
        }
    }
}
