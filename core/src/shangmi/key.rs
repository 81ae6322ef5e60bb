use core::fmt;

use pkcs8::der::asn1::BitStringRef;
use pkcs8::der::{AnyRef, Decode};
use pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};
use sec1::{EcParameters, EcPrivateKey};
use sm2::Scalar;

use crate::encoding::pem::{self, Label};

const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const CURVE_SM2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.301");

const DAMAGED: &str = "its DER structure is damaged, or its numbers do not belong together";
const OTHER_CURVE: &str = "it is a key of an elliptic curve other than SM2 (1.2.156.10197.1.301)";

/// An SM2 private key. Wiped on drop; `Debug` shows nothing of it.
pub struct PrivateKey {
    pub(super) secret: sm2::SecretKey,
    public_key: PublicKey,
}

impl PrivateKey {
    /// Reads PKCS#8 or SEC1 (`EC PRIVATE KEY`), as PEM or DER, with or without the public key in it.
    /// `None` if it is not the key of an elliptic curve at all.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse(input: &[u8]) -> Result<Option<Self>, &'static str> {
        let document = pem::decode(input, Label::is_private)?;
        match document.label {
            Label::None | Label::PrivateKey | Label::OtherPrivateKey => {}
            _ => return Ok(None),
        }
        let der = &*document.der;
        if let Ok(info) = PrivateKeyInfoRef::from_der(der) {
            let Some(curve) = curve_of(&info.algorithm) else { return Ok(None) };
            let key = EcPrivateKey::from_der(info.private_key.as_bytes()).map_err(|_| DAMAGED)?;
            let embedded = info.public_key.as_ref().and_then(BitStringRef::as_bytes);
            return Self::from_sec1(&key, curve?, embedded).map(Some);
        }
        if let Ok(key) = EcPrivateKey::from_der(der) {
            let Some(EcParameters::NamedCurve(curve)) = key.parameters else {
                return Err(
                    "it does not name its elliptic curve. Convert it: openssl pkcs8 -topk8 \
                            -nocrypt -in key.pem",
                );
            };
            return Self::from_sec1(&key, curve, None).map(Some);
        }
        match PublicKey::parse_der(der) {
            Ok(Some(_)) => Err("it is a public key. Expected a private key"),
            _ => Ok(None),
        }
    }

    /// The public half.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    fn from_sec1(
        key: &EcPrivateKey<'_>,
        curve: ObjectIdentifier,
        embedded: Option<&[u8]>,
    ) -> Result<Self, &'static str> {
        let inner_curve = key.parameters.and_then(EcParameters::named_curve);
        if curve != CURVE_SM2 || inner_curve.is_some_and(|inner| inner != curve) {
            return Err(OTHER_CURVE);
        }
        let secret = sm2::SecretKey::from_slice(key.private_key).map_err(|_| DAMAGED)?;
        // Signing divides by d + 1, so that d = n - 1 is no key (GB/T 32918.2 §6.1).
        if *secret.to_nonzero_scalar() == -Scalar::ONE {
            return Err("its private number is n - 1, with which SM2 cannot sign");
        }
        let public_key = PublicKey { inner: secret.public_key() };
        for embedded in [key.public_key, embedded].into_iter().flatten() {
            if PublicKey::from_sec1(embedded)? != public_key {
                return Err("its private and public numbers do not belong together");
            }
        }
        Ok(Self { secret, public_key })
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey").field("curve", &"SM2").finish_non_exhaustive()
    }
}

/// An SM2 public key: a point of the curve that is not its zero.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    pub(super) inner: sm2::PublicKey,
}

impl PublicKey {
    /// Reads SubjectPublicKeyInfo, as DER. `None` if it is not the key of an elliptic curve at all.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse_der(der: &[u8]) -> Result<Option<Self>, &'static str> {
        let Ok(info) = SubjectPublicKeyInfoRef::from_der(der) else { return Ok(None) };
        let Some(curve) = curve_of(&info.algorithm) else { return Ok(None) };
        if curve? != CURVE_SM2 {
            return Err(OTHER_CURVE);
        }
        Self::from_sec1(info.subject_public_key.as_bytes().ok_or(DAMAGED)?).map(Some)
    }

    /// A point by its coordinates, if it lies on the curve.
    pub(super) fn from_coordinates(x: &[u8; 32], y: &[u8; 32]) -> Option<Self> {
        let point = sm2::Sec1Point::from_affine_coordinates(x.into(), y.into(), false);
        sm2::PublicKey::try_from(point).ok().map(|inner| Self { inner })
    }

    /// Reads a point (SEC 1 §2.3.4), and checks that it lies on the curve.
    fn from_sec1(point: &[u8]) -> Result<Self, &'static str> {
        sm2::PublicKey::from_sec1_bytes(point)
            .map(|inner| Self { inner })
            .map_err(|_| "its point is not one of the curve SM2")
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey").field("curve", &"SM2").finish_non_exhaustive()
    }
}

/// The curve that an elliptic-curve algorithm names, or `None` for another algorithm.
fn curve_of(
    algorithm: &AlgorithmIdentifierRef<'_>,
) -> Option<Result<ObjectIdentifier, &'static str>> {
    (algorithm.oid == EC_PUBLIC_KEY).then(|| {
        let curve = algorithm.parameters.map(AnyRef::decode_as::<ObjectIdentifier>);
        curve.and_then(Result::ok).ok_or(OTHER_CURVE)
    })
}
