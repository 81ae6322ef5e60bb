use core::fmt;

use pkcs1::der::{Decode, Encode};
use pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef, UintRef};
use pkcs8::spki::SubjectPublicKeyInfoRef;
use pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};
use rand_core::CryptoRng;

use crate::encoding::pem::{self, Label};
use crate::host::{Host, HostKey, Key};
use crate::rsa::MAX_MODULUS_LEN;
use crate::rsa::crt::Components;
use crate::rsa::numbers::{PrivateNumbers, PublicNumbers, significant};
use crate::rsa::widths::{self, AnyPrivate, AnyPublic, Widths};

const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const MIN_MODULUS_BITS: usize = 2048;
const MAX_EXPONENT: u64 = (1 << 33) - 1;

/// What RSAPublicKey has around the modulus: the exponent, tags and lengths.
const DER_OVERHEAD: usize = 32;

const NOT_RSA: &str = "it is not an RSA key";
const MALFORMED: &str = "its DER structure is damaged or incomplete";
#[cfg(feature = "rsa-4096")]
const TOO_LONG: &str = "its modulus has more than 4096 bits";
#[cfg(not(feature = "rsa-4096"))]
const TOO_LONG: &str =
    "its modulus has more than 2048 bits. The feature `rsa-4096` takes up to 4096";
const PUBLIC: &str = "it is a public key. Expected a private key";

/// An RSA private key, computed on with the kernel `W`. Wiped on drop; `Debug` shows its size only.
pub struct PrivateKeyOn<W: Widths> {
    inner: AnyPrivate<W>,
    pub(super) host: Option<HostKey>,
}

impl<W: Widths> PrivateKeyOn<W> {
    /// Reads PKCS#8 or PKCS#1, as PEM or DER, and checks that its numbers belong together.
    ///
    /// # Errors
    /// A sentence that says what the input is instead, or what is wrong with it.
    #[cfg(feature = "hazmat")]
    pub fn parse(input: &[u8]) -> Result<Self, &'static str> {
        Self::parse_for(input, None)
    }

    /// Reads PKCS#8 or PKCS#1, as PEM or DER, and checks that its numbers belong together; `host` may
    /// then compute with it.
    ///
    /// # Errors
    /// A sentence that says what the input is instead, or what is wrong with it.
    pub(crate) fn parse_for(
        input: &[u8],
        host: Option<&'static dyn Host>,
    ) -> Result<Self, &'static str> {
        let document = pem::decode(input, Label::is_private)?;
        match document.label {
            Label::Certificate => {
                return Err("it is a certificate. Expected a private key");
            }
            Label::EncryptedPrivateKey => {
                return Err("it is encrypted with a passphrase. Decrypt it first: openssl pkcs8 \
                            -topk8 -nocrypt -in key.pem");
            }
            Label::PublicKey | Label::RsaPublicKey => return Err(PUBLIC),
            Label::OtherPrivateKey => return Err(NOT_RSA),
            _ => {}
        }
        let pkcs1 = match PrivateKeyInfoRef::from_der(&document.der) {
            Ok(info) if info.algorithm.oid == RSA_ENCRYPTION => info.private_key.as_bytes(),
            Ok(_) => return Err(NOT_RSA),
            Err(_) => &document.der,
        };
        let parsed = RsaPrivateKeyRef::from_der(pkcs1).map_err(|_| match document.label {
            Label::None if PublicKeyOn::<W>::parse_der(&document.der).is_ok() => PUBLIC,
            _ => MALFORMED,
        })?;
        if parsed.other_prime_infos.is_some() {
            return Err("it has more than two primes");
        }
        let mut key = Self::from_numbers(&PrivateNumbers {
            public: PublicNumbers {
                modulus: parsed.modulus.as_bytes(),
                public_exponent: parsed.public_exponent.as_bytes(),
            },
            private_exponent: parsed.private_exponent.as_bytes(),
            prime1: parsed.prime1.as_bytes(),
            prime2: parsed.prime2.as_bytes(),
            exponent1: parsed.exponent1.as_bytes(),
            exponent2: parsed.exponent2.as_bytes(),
            coefficient: parsed.coefficient.as_bytes(),
        })?;
        key.host = host.and_then(|host| HostKey::import(host, Key::RsaPrivate(pkcs1)));
        Ok(key)
    }

    /// Checks that the numbers belong together.
    ///
    /// # Errors
    /// A sentence that says what is wrong with them.
    pub(crate) fn from_numbers(numbers: &PrivateNumbers<'_>) -> Result<Self, &'static str> {
        let (n, e) = check_public(numbers.public)?;
        let components = Components {
            n,
            e,
            d: significant(numbers.private_exponent),
            p: significant(numbers.prime1),
            q: significant(numbers.prime2),
            dp: significant(numbers.exponent1),
            dq: significant(numbers.exponent2),
            qinv: significant(numbers.coefficient),
        };
        let crt = [components.p, components.q, components.dp, components.dq, components.qinv];
        if crt.iter().any(|number| number.is_empty()) {
            return Err("it lacks its primes or the exponents and coefficient that go with them \
                        (CRT parameters). Export it again with all of them");
        }
        if !is_prime_len(components.p, components.n) || !is_prime_len(components.q, components.n) {
            return Err("the lengths of its two primes differ too much");
        }
        AnyPrivate::new(&components).map(|inner| Self { inner, host: None }).ok_or(
            "its numbers do not belong together. The file is damaged, or was put together \
                    from two keys",
        )
    }

    /// The public half.
    #[must_use]
    pub fn to_public_key(&self) -> PublicKeyOn<W> {
        PublicKeyOn { inner: self.inner.to_public(), host: None }
    }

    /// Length of the modulus, and so of every signature, in bytes.
    #[must_use]
    pub fn modulus_len(&self) -> usize {
        widths::byte_len(self.inner.bits())
    }

    /// Number of bits in the modulus.
    #[cfg(all(feature = "alloc", any(feature = "hazmat", feature = "mini-program")))]
    pub(super) fn modulus_bits(&self) -> u32 {
        self.inner.bits()
    }

    /// The private operation on as many bytes as the modulus has, below it. `false` if the result
    /// failed its check; then `output` is zero.
    pub(super) fn apply(&self, input: &[u8], output: &mut [u8], rng: &mut dyn CryptoRng) -> bool {
        self.host.is_some_and(|host| host.raise(input, output))
            || self.inner.apply(input, output, rng)
    }
}

#[cfg(feature = "rsa-4096")]
impl<W: Widths> Drop for PrivateKeyOn<W> {
    fn drop(&mut self) {
        self.inner.wipe();
    }
}

impl<W: Widths> fmt::Debug for PrivateKeyOn<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        widths::debug(f, "PrivateKey", self.inner.bits())
    }
}

/// An RSA public key, computed on with the kernel `W`.
pub struct PublicKeyOn<W: Widths> {
    inner: AnyPublic<W>,
    pub(super) host: Option<HostKey>,
}

impl<W: Widths> PublicKeyOn<W> {
    /// Reads SubjectPublicKeyInfo or PKCS#1, as DER.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse_der(der: &[u8]) -> Result<Self, &'static str> {
        let key = match SubjectPublicKeyInfoRef::from_der(der) {
            Ok(info) if info.algorithm.oid == RSA_ENCRYPTION => {
                RsaPublicKeyRef::from_der(info.subject_public_key.as_bytes().ok_or(MALFORMED)?)
            }
            Ok(_) => return Err(NOT_RSA),
            Err(_) => RsaPublicKeyRef::from_der(der),
        }
        .map_err(|_| MALFORMED)?;
        Self::from_numbers(PublicNumbers {
            modulus: key.modulus.as_bytes(),
            public_exponent: key.public_exponent.as_bytes(),
        })
    }

    /// Takes the numbers as they are.
    ///
    /// # Errors
    /// A sentence that says what is wrong with them.
    pub(crate) fn from_numbers(numbers: PublicNumbers<'_>) -> Result<Self, &'static str> {
        let (n, e) = check_public(numbers)?;
        Ok(Self { inner: AnyPublic::new(n, e), host: None })
    }

    /// Length of the modulus, and so of every signature, in bytes.
    #[must_use]
    pub fn modulus_len(&self) -> usize {
        widths::byte_len(self.inner.bits())
    }

    /// Lets a host compute with this key.
    pub(crate) fn compute_on(&mut self, host: &'static dyn Host) {
        let mut der = [0; MAX_MODULUS_LEN + DER_OVERHEAD];
        self.host =
            self.to_pkcs1_der(&mut der).and_then(|der| HostKey::import(host, Key::RsaPublic(der)));
    }

    fn to_pkcs1_der<'a>(&self, der: &'a mut [u8]) -> Option<&'a [u8]> {
        let (modulus, exponent) = (self.modulus(), self.inner.exponent().to_be_bytes());
        let key = RsaPublicKeyRef {
            modulus: UintRef::new(&modulus).ok()?,
            public_exponent: UintRef::new(&exponent).ok()?,
        };
        key.encode_to_slice(der).ok()
    }

    /// Number of bits in the modulus.
    #[cfg(all(feature = "alloc", any(feature = "hazmat", feature = "mini-program")))]
    pub(super) fn modulus_bits(&self) -> u32 {
        self.inner.bits()
    }

    /// The public operation on as many bytes as the modulus has. `false` if they are not below it.
    pub(super) fn apply(&self, input: &[u8], output: &mut [u8]) -> bool {
        self.host.is_some_and(|host| host.raise(input, output)) || self.inner.apply(input, output)
    }

    fn modulus(&self) -> [u8; MAX_MODULUS_LEN] {
        let mut modulus = [0; MAX_MODULUS_LEN];
        self.inner.modulus(&mut modulus);
        modulus
    }
}

impl<W: Widths> Clone for PublicKeyOn<W> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), host: self.host }
    }
}

impl<W: Widths> PartialEq for PublicKeyOn<W> {
    fn eq(&self, other: &Self) -> bool {
        self.inner.exponent() == other.inner.exponent() && self.modulus() == other.modulus()
    }
}

impl<W: Widths> Eq for PublicKeyOn<W> {}

impl<W: Widths> fmt::Debug for PublicKeyOn<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        widths::debug(f, "PublicKey", self.inner.bits())
    }
}

/// Checks the public half; modulus and exponent.
fn check_public(numbers: PublicNumbers<'_>) -> Result<(&[u8], u64), &'static str> {
    let n = significant(numbers.modulus);
    let leading_zeros = n.first().map_or(0, |byte| byte.leading_zeros());
    let bits =
        n.len().saturating_mul(8).saturating_sub(usize::try_from(leading_zeros).unwrap_or(0));
    if bits < MIN_MODULUS_BITS {
        return Err("its modulus has fewer than 2048 bits");
    }
    if n.len() > MAX_MODULUS_LEN {
        return Err(TOO_LONG);
    }
    if n.last().is_none_or(|byte| byte & 1 == 0) {
        return Err("its modulus is even, so it is no product of two primes");
    }
    let mut exponent = 0_u64;
    for byte in numbers.public_exponent {
        exponent = exponent.saturating_mul(1 << 8).saturating_add(u64::from(*byte));
    }
    if exponent < 3 || exponent & 1 == 0 {
        return Err("its public exponent is not an odd number of at least 3");
    }
    if exponent > MAX_EXPONENT {
        return Err("its public exponent has more than 33 bits");
    }
    Ok((n, exponent))
}

/// Between a quarter of the modulus and half of the longest that is accepted.
const fn is_prime_len(prime: &[u8], n: &[u8]) -> bool {
    prime.len() >= n.len() / 4 && prime.len() <= MAX_MODULUS_LEN / 2
}
