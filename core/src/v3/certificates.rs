use alloc::string::String;
use alloc::vec::Vec;

use crate::encoding::json::{self, Value};
use crate::error::Error;
use crate::keys::{ApiV3Key, PlatformKey, PlatformKeys, Serial};
use crate::signature::Scheme;
use crate::time::{Tolerance, UnixTime};
use crate::v3::resource::{Sealed, malformed};
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

const LIST: &str = "list of certificates";

fn open(body: &[u8], key: &ApiV3Key, scheme: Scheme) -> Result<Vec<PlatformCertificate>, Error> {
    let list = json::text(LIST, body)?;
    let [data] = json::members(list, 0..list.len(), ["data"])
        .map_err(|malformed| malformed.error(LIST, body))?;
    let entries = json::items(list, data).ok_or(malformed(LIST))?;
    entries
        .into_iter()
        .map(|entry| Entry::read(list, entry).ok_or(malformed(LIST))?.open(key, scheme))
        .collect()
}

struct Entry {
    serial_no: String,
    effective_time: String,
    expire_time: String,
    algorithm: String,
    ciphertext: String,
    nonce: String,
    associated_data: String,
}

impl Entry {
    fn read(list: &str, entry: Value) -> Option<Self> {
        let Value::Object(entry) = entry else { return None };
        let names = ["serial_no", "effective_time", "expire_time", "encrypt_certificate"];
        let [serial_no, effective_time, expire_time, encrypted] =
            json::members(list, entry, names).ok()?;
        let Some(Value::Object(encrypted)) = encrypted else { return None };
        let names = ["algorithm", "ciphertext", "nonce", "associated_data"];
        let [algorithm, ciphertext, nonce, associated_data] =
            json::members(list, encrypted, names).ok()?;
        Some(Self {
            serial_no: json::string(list, serial_no)?,
            effective_time: json::optional_string(list, effective_time)?.unwrap_or_default(),
            expire_time: json::optional_string(list, expire_time)?.unwrap_or_default(),
            algorithm: json::string(list, algorithm)?,
            ciphertext: json::string(list, ciphertext)?,
            nonce: json::string(list, nonce)?,
            associated_data: json::optional_string(list, associated_data)?.unwrap_or_default(),
        })
    }

    fn open(self, api_v3_key: &ApiV3Key, scheme: Scheme) -> Result<PlatformCertificate, Error> {
        let mut ciphertext = self.ciphertext.into_bytes();
        let sealed = Sealed {
            algorithm: self.algorithm.as_bytes(),
            nonce: self.nonce.as_bytes(),
            associated_data: self.associated_data.as_bytes(),
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
