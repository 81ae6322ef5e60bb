use alloc::string::String;

use rand_core::CryptoRng;

use crate::asymmetric;
use crate::encoding::base64;
use crate::error::Error;
use crate::host::Host;
use crate::mini_program::argument;
use crate::rsa::{PrivateKey, PublicKey};
use crate::secret::Secret;
use crate::serial::Serial;
use crate::x509::Certificate;

/// The symmetric key (API 对称密钥) with its number, for AES256_GCM. Wiped on drop; `Debug` shows its
/// number only.
#[derive(Debug)]
pub struct SecureApiKey {
    sn: String,
    key: Secret<32>,
}

impl SecureApiKey {
    /// `sn` is the number that the mini program platform shows for the key (密钥编号), `key` its base64.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed number, [`Error::KeyInvalid`] if the key is not base64
    /// of 32 bytes.
    pub fn new(sn: &str, key: &str) -> Result<Self, Error> {
        let key = base64::decode_secret(key).ok_or(Error::KeyInvalid {
            key: "symmetric key of the server API",
            reason: "it is not base64 of 32 bytes. Expected the AES256 key of the mini program \
                     platform, under API security",
        })?;
        Ok(Self { sn: number(sn)?.into(), key })
    }

    pub(super) fn sn(&self) -> &str {
        &self.sn
    }

    pub(super) const fn secret_bytes(&self) -> &[u8; 32] {
        self.key.secret_bytes()
    }
}

/// The private key of the mini program (应用私钥), with which requests are signed. Wiped on drop;
/// `Debug` shows nothing of it.
#[derive(Debug)]
pub struct SecureApiPrivateKey(PrivateKey);

impl SecureApiPrivateKey {
    /// An RSA key, PKCS#8 or PKCS#1, PEM or DER.
    ///
    /// # Errors
    /// [`Error::KeyInvalid`] for a key that cannot be used.
    pub fn new(private_key: &[u8]) -> Result<Self, Error> {
        Self::new_with(private_key, None)
    }

    /// As [`new`](Self::new), for a key that `host` computes with.
    ///
    /// # Errors
    /// As there.
    pub fn new_with(private_key: &[u8], host: Option<&'static dyn Host>) -> Result<Self, Error> {
        PrivateKey::parse_for(private_key, host)
            .map(Self)
            .map_err(|reason| Error::KeyInvalid { key: "private key of the server API", reason })
    }

    pub(super) fn sign(
        &self,
        digest: &[u8; 32],
        rng: &mut dyn CryptoRng,
    ) -> Result<alloc::vec::Vec<u8>, Error> {
        self.0.sign_pss_sha256(digest, rng).ok_or(Error::SigningFailed)
    }
}

/// The certificate (开放平台证书) with which WeChat signs its responses, with its number.
#[derive(Clone, Debug)]
pub struct SecureApiCertificate {
    sn: Serial,
    public_key: PublicKey,
}

impl SecureApiCertificate {
    /// `sn` is the number that the mini program platform shows for the certificate (证书编号). It is not
    /// the serial number inside the certificate.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed number, [`Error::CertificateInvalid`] for a
    /// certificate that cannot be used.
    pub fn new(sn: &str, certificate: &[u8]) -> Result<Self, Error> {
        let sn = Serial::parse(number(sn)?)?;
        let certificate = Certificate::parse(certificate)?;
        match certificate.public_key() {
            asymmetric::PublicKey::Rsa(public_key) => {
                Ok(Self { sn, public_key: public_key.clone() })
            }
            #[cfg(feature = "shangmi")]
            asymmetric::PublicKey::Sm2(_) => Err(Error::CertificateInvalid {
                reason: "it has an SM2 key, which the server API uses with SM2withSM3 only",
            }),
        }
    }

    /// Lets `host` compute with it.
    #[must_use]
    pub fn on_host(mut self, host: &'static dyn Host) -> Self {
        self.public_key.compute_on(host);
        self
    }

    pub(super) const fn sn(&self) -> Serial {
        self.sn
    }

    pub(super) fn verify(&self, digest: &[u8; 32], signature: &[u8]) -> Result<(), Error> {
        if self.public_key.verify_pss_sha256(digest, signature) {
            return Ok(());
        }
        Err(Error::SignatureInvalid { serial: self.sn })
    }
}

/// The number of a key or certificate: WeChat makes them of 32 hex digits.
fn number(sn: &str) -> Result<&str, Error> {
    let expected = "the number beside the key or certificate in the mini program platform, 32 hex \
                    digits";
    let sn = argument::token("sn", sn, 64, expected)?;
    if sn.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(sn);
    }
    Err(Error::ArgumentInvalid { name: "sn", expected })
}
