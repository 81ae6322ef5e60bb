//! X.509 certificates (RFC 5280), as far as a key, its serial number and its validity are needed.
//! Checking a chain up to a root is the feature `x509-chain`.

#[cfg(feature = "x509-chain")]
mod chain;

use der::asn1::{AnyRef, GeneralizedTime, UtcTime};
use der::{Tag, TagNumber, Tagged};

use crate::asymmetric::PublicKey;
use crate::encoding::der::Sequence;
use crate::encoding::pem::{self, Label};
use crate::error::Error;
use crate::serial::Serial;
use crate::time::UnixTime;

#[cfg(feature = "x509-chain")]
pub use self::chain::verify_chain;

/// A certificate with an RSA public key, or with the feature `shangmi` an SM2 one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    serial: Serial,
    not_before: UnixTime,
    not_after: UnixTime,
    public_key: PublicKey,
}

impl Certificate {
    /// Reads a certificate, as PEM or DER.
    ///
    /// # Errors
    /// [`Error::CertificateInvalid`] with the reason.
    pub fn parse(input: &[u8]) -> Result<Self, Error> {
        let invalid = |reason| Error::CertificateInvalid { reason };
        let document = pem::decode(input, |label| label == Label::Certificate).map_err(invalid)?;
        match document.label {
            Label::None | Label::Certificate => Self::parse_der(&document.der),
            label if label.is_private() => Err(invalid("it is a private key")),
            Label::PublicKey | Label::RsaPublicKey => Err(invalid("it is a public key")),
            _ => Err(invalid("its PEM label is not CERTIFICATE")),
        }
    }

    pub(crate) fn parse_der(der: &[u8]) -> Result<Self, Error> {
        let fields = Fields::read(der).ok_or(Error::CertificateInvalid {
            reason: "its DER structure is damaged or incomplete",
        })?;
        let magnitude = match fields.serial {
            [0, magnitude @ ..] if !magnitude.is_empty() => magnitude,
            magnitude => magnitude,
        };
        Ok(Self {
            serial: Serial::from_magnitude(magnitude)?,
            not_before: fields.not_before,
            not_after: fields.not_after,
            public_key: PublicKey::parse_der(fields.spki)
                .map_err(|reason| Error::CertificateInvalid { reason })?,
        })
    }

    /// The serial number.
    #[must_use]
    pub const fn serial(&self) -> Serial {
        self.serial
    }

    /// Start of the validity period.
    #[must_use]
    pub const fn not_before(&self) -> UnixTime {
        self.not_before
    }

    /// End of the validity period.
    #[must_use]
    pub const fn not_after(&self) -> UnixTime {
        self.not_after
    }

    /// The public key, unless it is not an RSA key.
    #[cfg(feature = "hazmat")]
    #[must_use]
    pub const fn rsa_public_key(&self) -> Option<&crate::rsa::PublicKey> {
        match &self.public_key {
            PublicKey::Rsa(key) => Some(key),
            #[cfg(feature = "shangmi")]
            PublicKey::Sm2(_) => None,
        }
    }

    /// The public key, unless it is not an SM2 key.
    #[cfg(all(feature = "hazmat", feature = "shangmi"))]
    #[must_use]
    pub const fn sm2_public_key(&self) -> Option<&crate::shangmi::PublicKey> {
        match &self.public_key {
            PublicKey::Sm2(key) => Some(key),
            PublicKey::Rsa(_) => None,
        }
    }

    pub(crate) const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }
}

struct Fields<'a> {
    serial: &'a [u8],
    not_before: UnixTime,
    not_after: UnixTime,
    spki: &'a [u8],
}

impl<'a> Fields<'a> {
    /// Certificate → TBSCertificate → the fields in their order (RFC 5280 §4.1).
    fn read(der: &'a [u8]) -> Option<Self> {
        let mut certificate = Sequence::from_der(der)?;
        let mut tbs = certificate.sequence()?;
        let version = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };
        if tbs.peek_tag()? == version {
            tbs.any()?;
        }
        let serial = tbs.value(Tag::Integer)?;
        let _signature_algorithm = tbs.sequence()?;
        let _issuer = tbs.any()?;
        let mut validity = tbs.sequence()?;
        let not_before = time(validity.any()?)?;
        let not_after = time(validity.any()?)?;
        let _subject = tbs.any()?;
        let spki = tbs.tlv()?;
        let _signature_algorithm = certificate.sequence()?;
        let _signature = certificate.value(Tag::BitString)?;
        Some(Self { serial, not_before, not_after, spki })
    }
}

fn time(any: AnyRef<'_>) -> Option<UnixTime> {
    let since_epoch = match any.tag() {
        Tag::UtcTime => any.decode_as::<UtcTime>().ok()?.to_unix_duration(),
        Tag::GeneralizedTime => any.decode_as::<GeneralizedTime>().ok()?.to_unix_duration(),
        _ => return None,
    };
    Some(UnixTime::from_secs(since_epoch.as_secs()))
}
