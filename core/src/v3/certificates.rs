use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;

use crate::encoding::json::{self, Object};
use crate::error::Error;
use crate::keys::{ApiV3Key, PlatformKey, PlatformKeys, Serial};
use crate::signature::Scheme;
use crate::time::{Tolerance, UnixTime};
use crate::v3::resource::Sealed;
use crate::v3::response::{UnverifiedResponse, VerifiedResponse};

/// A platform certificate out of the answer of `GET /v3/certificates`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlatformCertificate {
    /// The key in it, with its serial.
    pub key: PlatformKey,
    /// The certificate as PEM, to keep in a file or to check its chain.
    pub pem: String,
    /// From when on WeChat Pay may use it, RFC 3339.
    pub effective_time: String,
    /// Until when, RFC 3339.
    pub expire_time: String,
}

impl VerifiedResponse<'_> {
    /// Decrypts the platform certificates in a verified answer of `GET /v3/certificates`
    /// (`doc/v3/merchant/4012551764`). During a rotation there are two, and both may sign: add both to
    /// the [`PlatformKeys`].
    ///
    /// # Errors
    /// [`Error::BodyMalformed`], [`Error::AlgorithmMismatch`], [`Error::DecryptFailed`], or
    /// [`Error::CertificateInvalid`] for a certificate that cannot be read or has another serial than
    /// the one announced for it.
    pub fn certificates(&self, key: &ApiV3Key) -> Result<Vec<PlatformCertificate>, Error> {
        open(self.body(), key, self.scheme())
    }
}

impl UnverifiedResponse<'_> {
    /// The first download of `GET /v3/certificates`, when no platform key is known yet: decrypts the
    /// certificates, which proves that the sender knows the APIv3 key, and then verifies the answer
    /// with the certificate that its own headers name.
    ///
    /// # Errors
    /// Those of [`certificates`](VerifiedResponse::certificates) and [`verify`](Self::verify).
    pub fn bootstrap_certificates(
        self,
        key: &ApiV3Key,
        now: UnixTime,
        tolerance: Tolerance,
    ) -> Result<Vec<PlatformCertificate>, Error> {
        let certificates = open(self.untrusted_body(), key, self.untrusted_scheme())?;
        let keys = PlatformKeys::new(certificates.iter().map(|entry| entry.key.clone()))?;
        self.verify(&keys, now, tolerance)?;
        Ok(certificates)
    }
}

#[derive(Deserialize)]
struct Certificates<'a> {
    #[serde(borrow)]
    data: Vec<Object<Entry<'a>>>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    serial_no: Cow<'a, str>,
    #[serde(default)]
    effective_time: String,
    #[serde(default)]
    expire_time: String,
    #[serde(borrow)]
    encrypt_certificate: Object<EncryptedCertificate<'a>>,
}

#[derive(Deserialize)]
struct EncryptedCertificate<'a> {
    #[serde(borrow)]
    algorithm: Cow<'a, str>,
    #[serde(borrow)]
    ciphertext: Cow<'a, str>,
    #[serde(borrow)]
    nonce: Cow<'a, str>,
    #[serde(borrow, default)]
    associated_data: Option<Cow<'a, str>>,
}

fn open(body: &[u8], key: &ApiV3Key, scheme: Scheme) -> Result<Vec<PlatformCertificate>, Error> {
    let certificates: Certificates<'_> = json::parse_object("list of certificates", body)?;
    certificates.data.into_iter().map(|Object(entry)| entry.open(key, scheme)).collect()
}

impl Entry<'_> {
    fn open(self, api_v3_key: &ApiV3Key, scheme: Scheme) -> Result<PlatformCertificate, Error> {
        let Object(encrypted) = self.encrypt_certificate;
        let mut ciphertext = encrypted.ciphertext.into_owned().into_bytes();
        let sealed = Sealed {
            algorithm: encrypted.algorithm.as_bytes(),
            nonce: encrypted.nonce.as_bytes(),
            associated_data: encrypted.associated_data.as_deref().unwrap_or_default().as_bytes(),
            ciphertext: &mut ciphertext,
        };
        let pem = String::from(sealed.open(api_v3_key, scheme)?);
        let key = PlatformKey::from_certificate(pem.as_bytes())?;
        if Serial::parse(&self.serial_no) != Ok(key.serial()) {
            let reason = "its serial number is not the one announced for it";
            return Err(Error::CertificateInvalid { reason });
        }
        let Self { effective_time, expire_time, .. } = self;
        Ok(PlatformCertificate { key, pem, effective_time, expire_time })
    }
}
