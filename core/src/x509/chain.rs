use alloc::vec::Vec;

use const_oid::AssociatedOid;
use der::{Decode, Encode};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};

use crate::asymmetric::PublicKey;
use crate::encoding::der::Sequence;
use crate::encoding::pem::{self, Label};
use crate::error::Error;
use crate::time::UnixTime;

const SHA_256_WITH_RSA: der::asn1::ObjectIdentifier =
    der::asn1::ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");

#[cfg(feature = "shangmi")]
const SM2_WITH_SM3: der::asn1::ObjectIdentifier =
    der::asn1::ObjectIdentifier::new_unwrap("1.2.156.10197.1.501");

#[cfg(not(feature = "shangmi"))]
const OTHER_ALGORITHM: &str = "a certificate of the chain is not signed with SHA-256 and RSA";
#[cfg(feature = "shangmi")]
const OTHER_ALGORITHM: &str =
    "a certificate of the chain is not signed with SHA-256 and RSA, or SM3 and SM2";

const MAX_CHAIN_LEN: usize = 8;

/// Checks that a certificate was issued under `root` (RFC 5280 §6, without policies and name
/// constraints).
///
/// `chain` begins with the certificate in question, followed by the certificate of its issuer and so
/// on; `root` is not part of it. All are PEM or DER. Every certificate must be valid at `now` and
/// signed by the next one with sha256WithRSAEncryption (with the feature `shangmi` also with
/// SM2-with-SM3, the user id being the default one); every issuer must be a CA, allowed to sign
/// certificates, with a path length that fits. Critical extensions not known here are refused.
/// Revocation is not checked.
///
/// # Errors
/// [`Error::CertificateInvalid`] with the reason.
pub fn verify_chain(chain: &[&[u8]], root: &[u8], now: UnixTime) -> Result<(), Error> {
    if !(1..=MAX_CHAIN_LEN).contains(&chain.len()) {
        return Err(invalid("a chain has 1 to 8 certificates, the one in question first"));
    }
    let mut links = chain.iter().map(|input| Link::parse(input)).collect::<Result<Vec<_>, _>>()?;
    links.push(Link::parse(root)?);
    for link in &links {
        link.check_validity(now)?;
        link.check_critical_extensions()?;
    }
    for (below, pair) in links.windows(2).enumerate() {
        if let [issued, issuer] = pair {
            issuer.check_may_issue(below)?;
            issued.check_issued_by(issuer)?;
        }
    }
    Ok(())
}

const fn invalid(reason: &'static str) -> Error {
    Error::CertificateInvalid { reason }
}

struct Link {
    der: Vec<u8>,
    certificate: x509_cert::Certificate,
}

impl Link {
    fn parse(input: &[u8]) -> Result<Self, Error> {
        let document = pem::decode(input, |label| label == Label::Certificate).map_err(invalid)?;
        let certificate = x509_cert::Certificate::from_der(&document.der)
            .map_err(|_| invalid("a certificate of the chain is damaged or not a certificate"))?;
        Ok(Self { der: document.der.to_vec(), certificate })
    }

    fn check_validity(&self, now: UnixTime) -> Result<(), Error> {
        let validity = self.certificate.tbs_certificate().validity();
        let seconds = |time: x509_cert::time::Time| time.to_unix_duration().as_secs();
        if now.as_secs() < seconds(validity.not_before) {
            return Err(invalid("a certificate of the chain is not valid yet"));
        }
        if now.as_secs() > seconds(validity.not_after) {
            return Err(invalid("a certificate of the chain has expired"));
        }
        Ok(())
    }

    fn check_critical_extensions(&self) -> Result<(), Error> {
        let known = [BasicConstraints::OID, KeyUsage::OID];
        if self.extensions().iter().any(|e| e.critical && !known.contains(&e.extn_id)) {
            return Err(invalid("a certificate of the chain has an unknown critical extension"));
        }
        Ok(())
    }

    /// `below`: how many CA certificates stand between this one and the certificate in question.
    fn check_may_issue(&self, below: usize) -> Result<(), Error> {
        let not_a_ca = invalid("an issuer of the chain is not a certificate authority");
        let constraints: BasicConstraints =
            self.extension(BasicConstraints::OID)?.ok_or(not_a_ca.clone())?;
        if !constraints.ca {
            return Err(not_a_ca);
        }
        if constraints.path_len_constraint.is_some_and(|limit| usize::from(limit) < below) {
            return Err(invalid("the chain is longer than an issuer allows"));
        }
        let usage: Option<KeyUsage> = self.extension(KeyUsage::OID)?;
        if usage.is_some_and(|usage| !usage.key_cert_sign()) {
            return Err(invalid("an issuer of the chain may not sign certificates"));
        }
        Ok(())
    }

    fn check_issued_by(&self, issuer: &Self) -> Result<(), Error> {
        let tbs = self.certificate.tbs_certificate();
        if tbs.issuer() != issuer.certificate.tbs_certificate().subject() {
            return Err(invalid("a certificate of the chain was issued by another authority"));
        }
        let algorithm = self.certificate.signature_algorithm();
        let is_known = match algorithm.oid {
            SHA_256_WITH_RSA => true,
            #[cfg(feature = "shangmi")]
            SM2_WITH_SM3 => true,
            _ => false,
        };
        if !is_known || tbs.signature() != algorithm {
            return Err(invalid(OTHER_ALGORITHM));
        }
        let not_signed = invalid("a certificate of the chain is not signed by its issuer");
        let signed_bytes =
            Sequence::from_der(&self.der).and_then(|mut members| members.tlv().map(<[u8]>::to_vec));
        let (Some(signed_bytes), Some(signature), Ok(key)) = (
            signed_bytes,
            self.certificate.signature().as_bytes(),
            issuer.certificate.tbs_certificate().subject_public_key_info().to_der(),
        ) else {
            return Err(not_signed);
        };
        let key = PublicKey::parse_der(&key).map_err(invalid)?;
        let expected = match key {
            PublicKey::Rsa(_) => SHA_256_WITH_RSA,
            #[cfg(feature = "shangmi")]
            PublicKey::Sm2(_) => SM2_WITH_SM3,
        };
        if algorithm.oid == expected && key.verify([&signed_bytes[..]], signature) {
            return Ok(());
        }
        Err(not_signed)
    }

    fn extensions(&self) -> &[Extension] {
        self.certificate.tbs_certificate().extensions().map_or(&[], |list| list.as_slice())
    }

    /// The one extension of this type; a repeated or unreadable one is an error.
    fn extension<'a, T: Decode<'a>>(
        &'a self,
        oid: der::asn1::ObjectIdentifier,
    ) -> Result<Option<T>, Error> {
        let damaged = invalid("a certificate of the chain has a damaged extension");
        let mut found = self.extensions().iter().filter(|e| e.extn_id == oid);
        match (found.next(), found.next()) {
            (None, _) => Ok(None),
            (Some(extension), None) => {
                T::from_der(extension.extn_value.as_bytes()).map(Some).map_err(|_| damaged)
            }
            (Some(_), Some(_)) => Err(damaged),
        }
    }
}
