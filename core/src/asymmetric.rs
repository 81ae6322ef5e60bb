//! A key of either algorithm, each in the one form that is used here: RSA (RSASSA-PKCS1-v1_5 with
//! SHA-256), and with the feature `shangmi` SM2 (with SM3).

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

use rand_core::CryptoRng;
#[cfg(feature = "alloc")]
use zeroize::Zeroizing;

use crate::host::Host;
use crate::rsa;
#[cfg(feature = "shangmi")]
use crate::shangmi;

/// Length of the longest signature, in bytes.
pub(crate) const MAX_SIGNATURE_LEN: usize = rsa::MAX_MODULUS_LEN;

/// A private key.
#[cfg_attr(
    feature = "shangmi",
    expect(clippy::large_enum_variant, reason = "keys are of fixed size, without a heap")
)]
#[derive(Debug)]
pub(crate) enum PrivateKey {
    Rsa(rsa::PrivateKey),
    #[cfg(feature = "shangmi")]
    Sm2(shangmi::PrivateKey),
}

impl PrivateKey {
    /// Reads a key as PEM or DER and tells by its contents which algorithm it is of. `host` computes with
    /// it if it is an RSA key.
    ///
    /// # Errors
    /// A sentence that says what the input is instead, or what is wrong with it.
    pub(crate) fn parse(
        input: &[u8],
        host: Option<&'static dyn Host>,
    ) -> Result<Self, &'static str> {
        #[cfg(feature = "shangmi")]
        if let Some(key) = shangmi::PrivateKey::parse(input)? {
            return Ok(Self::Sm2(key));
        }
        rsa::PrivateKey::parse_for(input, host).map(Self::Rsa)
    }

    /// Takes the numbers of an RSA key.
    ///
    /// # Errors
    /// A sentence that says what is wrong with them.
    pub(crate) fn from_rsa_numbers(
        numbers: &rsa::PrivateNumbers<'_>,
    ) -> Result<Self, &'static str> {
        rsa::PrivateKey::from_numbers(numbers).map(Self::Rsa)
    }

    /// Signs the concatenation of `parts` to the front of `signature`; the length. `None` if the
    /// private operation failed its check.
    pub(crate) fn sign<'a>(
        &self,
        parts: impl IntoIterator<Item = &'a [u8]>,
        signature: &mut [u8; MAX_SIGNATURE_LEN],
        rng: &mut dyn CryptoRng,
    ) -> Option<usize> {
        match self {
            Self::Rsa(key) => {
                let signature = signature.get_mut(..key.modulus_len())?;
                key.sign_message(parts, signature, rng).then_some(signature.len())
            }
            #[cfg(feature = "shangmi")]
            Self::Sm2(key) => {
                let der = key.sign(parts, rng)?;
                signature.get_mut(..der.len())?.copy_from_slice(&der);
                Some(der.len())
            }
        }
    }

    /// Decrypts what was encrypted with the public key: RSAES-OAEP with SHA-1, or SM2.
    #[cfg(feature = "alloc")]
    pub(crate) fn decrypt(
        &self,
        ciphertext: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Self::Rsa(key) => key.decrypt_oaep_sha1(ciphertext, rng),
            #[cfg(feature = "shangmi")]
            Self::Sm2(key) => key.decrypt(ciphertext),
        }
    }

    pub(crate) fn to_public_key(&self) -> PublicKey {
        match self {
            Self::Rsa(key) => PublicKey::Rsa(key.to_public_key()),
            #[cfg(feature = "shangmi")]
            Self::Sm2(key) => PublicKey::Sm2(key.public_key().clone()),
        }
    }
}

/// A public key.
#[cfg_attr(
    feature = "shangmi",
    expect(clippy::large_enum_variant, reason = "keys are of fixed size, without a heap")
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PublicKey {
    Rsa(rsa::PublicKey),
    #[cfg(feature = "shangmi")]
    Sm2(shangmi::PublicKey),
}

impl PublicKey {
    /// Reads a key as DER and tells by its contents which algorithm it is of.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub(crate) fn parse_der(der: &[u8]) -> Result<Self, &'static str> {
        #[cfg(feature = "shangmi")]
        if let Some(key) = shangmi::PublicKey::parse_der(der)? {
            return Ok(Self::Sm2(key));
        }
        rsa::PublicKey::parse_der(der).map(Self::Rsa)
    }

    /// Takes the numbers of an RSA key.
    ///
    /// # Errors
    /// A sentence that says what is wrong with them.
    pub(crate) fn from_rsa_numbers(numbers: rsa::PublicNumbers<'_>) -> Result<Self, &'static str> {
        rsa::PublicKey::from_numbers(numbers).map(Self::Rsa)
    }

    /// Lets a host compute with it, if it is an RSA key.
    pub(crate) fn compute_on(&mut self, host: &'static dyn Host) {
        match self {
            Self::Rsa(key) => key.compute_on(host),
            #[cfg(feature = "shangmi")]
            Self::Sm2(_) => {}
        }
    }

    /// Whether `signature` is a signature of the concatenation of `parts`.
    pub(crate) fn verify<'a>(
        &self,
        parts: impl IntoIterator<Item = &'a [u8]>,
        signature: &[u8],
    ) -> bool {
        match self {
            Self::Rsa(key) => key.verify_message(parts, signature),
            #[cfg(feature = "shangmi")]
            Self::Sm2(key) => key.verify(parts, signature),
        }
    }

    /// Whether this key made the signature, over whatever message. Never told of SM2, whose
    /// signatures do not carry their digest.
    #[cfg(feature = "explain")]
    pub(crate) fn made(&self, signature: &[u8]) -> bool {
        match self {
            Self::Rsa(key) => key.signed_sha256(signature).is_some(),
            #[cfg(feature = "shangmi")]
            Self::Sm2(_) => false,
        }
    }
}
