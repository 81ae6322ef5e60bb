#[cfg(feature = "alloc")]
use alloc::vec::Vec;

#[cfg(feature = "alloc")]
use rand_core::CryptoRng;

use crate::asymmetric::PublicKey;
use crate::encoding::pem::{self, Label};
use crate::error::Error;
use crate::host::Host;
use crate::keys::{MerchantKey, RsaPublicNumbers};
use crate::serial::Serial;
use crate::signature::{Message, Scheme, Signature, Verifier};
use crate::time::UnixTime;
use crate::x509::Certificate;

/// A key with which WeChat Pay signs: a WeChat Pay public key (微信支付公钥, named by its
/// `PUB_KEY_ID_…`) or a platform certificate (平台证书, named by its serial number).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformKey {
    serial: Serial,
    public_key: PublicKey,
    validity: Option<(UnixTime, UnixTime)>,
}

const fn invalid(reason: &'static str) -> Error {
    Error::KeyInvalid { key: "platform public key", reason }
}

const IS_PRIVATE: &str =
    "it is a private key. Expected pub_key.pem of WeChat Pay, or a platform certificate";

impl PlatformKey {
    /// A public key (`pub_key.pem`), PEM or DER, with its id `PUB_KEY_ID_…`; or the public key taken
    /// out of a platform certificate, with the serial of that certificate.
    ///
    /// # Errors
    /// [`Error::KeyInvalid`] if the key cannot be used, [`Error::ArgumentInvalid`] for a malformed
    /// serial.
    pub fn from_public_key(serial: &str, key: &[u8]) -> Result<Self, Error> {
        let serial = Serial::parse(serial)?;
        let is_public = |label| matches!(label, Label::PublicKey | Label::RsaPublicKey);
        let document = pem::decode(key, is_public).map_err(invalid)?;
        if document.label.is_private() {
            return Err(invalid(IS_PRIVATE));
        }
        if document.label == Label::Certificate {
            return Err(invalid("it is a certificate, whose serial is read from it"));
        }
        let public_key = PublicKey::parse_der(&document.der).map_err(invalid)?;
        Ok(Self { serial, public_key, validity: None })
    }

    /// A public key as its numbers, with its id `PUB_KEY_ID_…`. A device that is given them so needs
    /// no code that reads files.
    ///
    /// # Errors
    /// As [`from_public_key`](Self::from_public_key).
    pub fn from_rsa_numbers(serial: &str, key: RsaPublicNumbers<'_>) -> Result<Self, Error> {
        let serial = Serial::parse(serial)?;
        let public_key = PublicKey::from_rsa_numbers(key).map_err(invalid)?;
        Ok(Self { serial, public_key, validity: None })
    }

    /// A platform certificate, PEM or DER. Its serial number is read from it.
    ///
    /// # Errors
    /// [`Error::CertificateInvalid`] with the reason.
    pub fn from_certificate(certificate: &[u8]) -> Result<Self, Error> {
        Certificate::parse(certificate).map(|certificate| Self::from(&certificate))
    }

    /// A public key or a certificate, told apart by what is in the file.
    ///
    /// # Errors
    /// As [`from_public_key`](Self::from_public_key) and
    /// [`from_certificate`](Self::from_certificate); [`Error::ArgumentInvalid`] if a public key comes
    /// without its serial, or a certificate with the serial of another.
    pub fn parse(serial: Option<&str>, key: &[u8]) -> Result<Self, Error> {
        let document = pem::decode(key, |label| !label.is_private())
            .map_err(|reason| Error::KeyInvalid { key: "platform key", reason })?;
        if document.label.is_private() {
            return Err(Error::KeyInvalid { key: "platform key", reason: IS_PRIVATE });
        }
        let is_certificate = match document.label {
            Label::None => PublicKey::parse_der(&document.der).is_err(),
            label => label == Label::Certificate,
        };
        if !is_certificate {
            let serial = serial.ok_or(Error::ArgumentInvalid {
                name: "serial",
                expected: "the PUB_KEY_ID_ of the public key, as the merchant platform shows it \
                           beside the download; only a certificate carries its own serial",
            })?;
            return Self::from_public_key(serial, key);
        }
        let parsed = Self::from_certificate(key)?;
        match serial.map(Serial::parse).transpose()? {
            Some(serial) if serial != parsed.serial => Err(Error::ArgumentInvalid {
                name: "serial",
                expected: "the serial number of the certificate it stands beside, or none",
            }),
            _ => Ok(parsed),
        }
    }

    /// Lets `host` compute with it, if it is an RSA key.
    #[must_use]
    pub fn on_host(mut self, host: &'static dyn Host) -> Self {
        self.public_key.compute_on(host);
        self
    }

    /// The first of the keys that has this serial.
    pub(crate) fn find(keys: &[Self], serial: Serial) -> Result<&Self, Error> {
        keys.iter().find(|key| key.serial == serial).ok_or(Error::SerialUnknown { serial })
    }

    #[cfg(feature = "test-util")]
    pub(crate) const fn from_public_half(serial: Serial, public_key: PublicKey) -> Self {
        Self { serial, public_key, validity: None }
    }

    /// The serial that the `Wechatpay-Serial` header carries for this key.
    #[must_use]
    pub const fn serial(&self) -> Serial {
        self.serial
    }

    /// Start and end of the validity period of a certificate; `None` for a public key, which does
    /// not expire.
    #[must_use]
    pub const fn validity(&self) -> Option<(UnixTime, UnixTime)> {
        self.validity
    }

    /// Whether this is in truth the merchant's own key or certificate, a frequent mix-up.
    #[must_use]
    pub fn belongs_to(&self, merchant: &MerchantKey) -> bool {
        self.serial == merchant.identity().serial_no()
            || self.public_key == merchant.to_public_key()
    }

    #[cfg(feature = "alloc")]
    pub(crate) fn is_same_key(&self, other: &Self) -> bool {
        self.public_key == other.public_key
    }

    /// Whether this key made the signature, over whatever message.
    #[cfg(feature = "explain")]
    pub(crate) fn made(&self, signature: &Signature) -> bool {
        self.public_key.made(signature.as_bytes())
    }

    #[cfg(feature = "alloc")]
    pub(crate) fn encrypt(
        &self,
        plaintext: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, Error> {
        match &self.public_key {
            PublicKey::Rsa(key) => key.encrypt_oaep_sha1(plaintext, rng).ok_or_else(|| {
                Error::PlaintextTooLong { found: plaintext.len(), limit: key.max_oaep_sha1_len() }
            }),
            #[cfg(feature = "shangmi")]
            PublicKey::Sm2(key) => key.encrypt(plaintext, rng).ok_or(Error::ArgumentInvalid {
                name: "plaintext",
                expected: "at least one byte; SM2 has no ciphertext of an empty text",
            }),
        }
    }

    /// The scheme of the signatures made with this key.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        Scheme::of(&self.public_key)
    }
}

impl From<&Certificate> for PlatformKey {
    fn from(certificate: &Certificate) -> Self {
        Self {
            serial: certificate.serial(),
            public_key: certificate.public_key().clone(),
            validity: Some((certificate.not_before(), certificate.not_after())),
        }
    }
}

impl Verifier for PlatformKey {
    fn verify(&self, message: &Message<'_>, signature: &Signature) -> Result<(), Error> {
        if self.public_key.verify(message.parts(), signature.as_bytes()) {
            return Ok(());
        }
        Err(Error::SignatureInvalid { serial: self.serial })
    }
}
