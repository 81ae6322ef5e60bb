#[cfg(feature = "alloc")]
use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRng;
#[cfg(feature = "alloc")]
use zeroize::Zeroizing;

use crate::asymmetric::{PrivateKey, PublicKey};
use crate::error::Error;
use crate::host::Host;
use crate::keys::RsaPrivateNumbers;
use crate::serial::Serial;
use crate::short_text::ShortText;
use crate::signature::{Message, Scheme, Signature, Signer};

/// Who signs a request: a merchant or a brand, with the serial of its API certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    party: Party,
    serial_no: Serial,
    scheme: Scheme,
}

/// The two kinds of party that sign requests.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Party {
    /// A brand (品牌) by its `brand_id`, for paths under `/brand/` (`doc/brand/4015407582`).
    Brand(PartyNumber),
    /// A merchant or service provider by its `mchid`.
    Merchant(PartyNumber),
}

/// A `mchid` or `brand_id`: 1 to 32 letters and digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PartyNumber(ShortText<32>);

impl PartyNumber {
    fn new(name: &'static str, value: &str, expected: &'static str) -> Result<Self, Error> {
        let text = ShortText::new(value).filter(|_| {
            !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        text.map(Self).ok_or(Error::ArgumentInvalid { name, expected })
    }

    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for PartyNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for PartyNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl Identity {
    /// A merchant (or a service provider, which signs with its own `mchid`).
    ///
    /// `serial_no` is the serial of the merchant API certificate that belongs to the private key,
    /// never that of a platform certificate or a `PUB_KEY_ID_…`.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed `mchid` or `serial_no`.
    pub fn merchant(mchid: &str, serial_no: &str) -> Result<Self, Error> {
        let expected = "the merchant number, such as 1900000001, as 1 to 32 digits";
        let mchid = PartyNumber::new("mchid", mchid, expected)?;
        Self::new(Party::Merchant(mchid), serial_no)
    }

    /// A brand, which signs by the scheme `WECHATPAY-BRAND-SHA256-RSA2048`.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed `brand_id` or `serial_no`.
    pub fn brand(brand_id: &str, serial_no: &str) -> Result<Self, Error> {
        let expected = "the brand number, as 1 to 32 digits";
        let brand_id = PartyNumber::new("brand_id", brand_id, expected)?;
        Self::new(Party::Brand(brand_id), serial_no)
    }

    /// The merchant or brand.
    #[must_use]
    pub const fn party(&self) -> &Party {
        &self.party
    }

    /// Serial of the API certificate.
    #[must_use]
    pub const fn serial_no(&self) -> Serial {
        self.serial_no
    }

    /// The scheme of the signatures.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The same merchant, whose API certificate is one of this scheme.
    ///
    /// # Errors
    /// [`Error::SchemeUnsupported`] for a brand, for which no scheme but that of RSA is documented.
    #[cfg(feature = "shangmi")]
    pub fn with_scheme(self, scheme: Scheme) -> Result<Self, Error> {
        match (&self.party, scheme) {
            (Party::Brand(_), Scheme::Sm2WithSm3) => Err(Error::SchemeUnsupported),
            _ => Ok(Self { scheme, ..self }),
        }
    }

    fn new(party: Party, serial_no: &str) -> Result<Self, Error> {
        let invalid = Error::ArgumentInvalid {
            name: "serial_no",
            expected: "the serial of the merchant API certificate in hex: openssl x509 -in \
                       apiclient_cert.pem -noout -serial. A PUB_KEY_ID_ names WeChat Pay's key",
        };
        let serial_no = Serial::parse(serial_no).map_err(|_| invalid.clone())?;
        if serial_no.is_public_key_id() {
            return Err(invalid);
        }
        Ok(Self { party, serial_no, scheme: Scheme::Sha256Rsa2048 })
    }
}

/// A merchant's identity with its private key in memory.
///
/// Not `Clone`; wiped on drop; `Debug` shows nothing secret.
#[derive(Debug)]
pub struct MerchantKey {
    identity: Identity,
    private_key: PrivateKey,
}

impl MerchantKey {
    /// Takes the merchant's identity and private key (`apiclient_key.pem`): PKCS#8 or PKCS#1, PEM or
    /// DER. With the feature `shangmi` also an SM2 key, as PKCS#8 or SEC1; the key decides the scheme.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed `mchid` or `serial_no`, [`Error::KeyInvalid`] for a
    /// key that cannot be used.
    pub fn new(mchid: &str, serial_no: &str, private_key: &[u8]) -> Result<Self, Error> {
        Self::new_with(mchid, serial_no, private_key, None)
    }

    /// Takes the private key of this identity, of a brand for instance.
    ///
    /// # Errors
    /// [`Error::KeyInvalid`] for a key that cannot be used, [`Error::SchemeUnsupported`] for one of
    /// another scheme than the identity's.
    pub fn from_identity(identity: Identity, private_key: &[u8]) -> Result<Self, Error> {
        Self::from_identity_with(identity, private_key, None)
    }

    /// Takes the private key of this identity as its numbers. A device that is given them so needs no
    /// code that reads files.
    ///
    /// # Errors
    /// As [`from_identity`](Self::from_identity).
    pub fn from_rsa_numbers(
        identity: Identity,
        private_key: &RsaPrivateNumbers<'_>,
    ) -> Result<Self, Error> {
        Self::with_key(identity, PrivateKey::from_rsa_numbers(private_key).map_err(invalid)?)
    }

    /// As [`new`](Self::new), for an RSA key that `host` computes with.
    ///
    /// # Errors
    /// As there.
    pub fn new_with(
        mchid: &str,
        serial_no: &str,
        private_key: &[u8],
        host: Option<&'static dyn Host>,
    ) -> Result<Self, Error> {
        let mut identity = Identity::merchant(mchid, serial_no)?;
        let private_key = parse(private_key, host)?;
        identity.scheme = Scheme::of_private(&private_key);
        Ok(Self { identity, private_key })
    }

    /// As [`from_identity`](Self::from_identity), for an RSA key that `host` computes with.
    ///
    /// # Errors
    /// As there.
    pub fn from_identity_with(
        identity: Identity,
        private_key: &[u8],
        host: Option<&'static dyn Host>,
    ) -> Result<Self, Error> {
        Self::with_key(identity, parse(private_key, host)?)
    }

    fn with_key(identity: Identity, private_key: PrivateKey) -> Result<Self, Error> {
        if Scheme::of_private(&private_key) != identity.scheme {
            return Err(Error::SchemeUnsupported);
        }
        Ok(Self { identity, private_key })
    }

    /// Who signs.
    #[must_use]
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    #[cfg(feature = "alloc")]
    pub(crate) fn decrypt(
        &self,
        ciphertext: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.private_key.decrypt(ciphertext, rng).ok_or(Error::DecryptFailed)
    }

    pub(crate) fn to_public_key(&self) -> PublicKey {
        self.private_key.to_public_key()
    }
}

fn parse(private_key: &[u8], host: Option<&'static dyn Host>) -> Result<PrivateKey, Error> {
    PrivateKey::parse(private_key, host).map_err(invalid)
}

const fn invalid(reason: &'static str) -> Error {
    Error::KeyInvalid { key: "merchant private key (apiclient_key.pem)", reason }
}

impl Signer for MerchantKey {
    fn scheme(&self) -> Scheme {
        self.identity.scheme
    }

    fn sign(&self, message: &Message<'_>, rng: &mut dyn CryptoRng) -> Result<Signature, Error> {
        Signature::fill(|buffer| self.private_key.sign(message.parts(), buffer, rng))
            .ok_or(Error::SigningFailed)
    }
}
