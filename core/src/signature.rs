//! Who signs what, and how: the contract between messages and keys.
//!
//! Building a message and signing it are separate steps, so that the private key may live anywhere:
//! [`Unsigned::message`] gives the bytes to sign, [`Unsigned::assemble`] puts a signature made
//! elsewhere (HSM, KMS, WebCrypto) into its place, and [`Unsigned::sign`] is the two together.

#[cfg(feature = "alloc")]
use alloc::string::String;
#[cfg(feature = "alloc")]
use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRng;

use crate::asymmetric::{MAX_SIGNATURE_LEN, PrivateKey, PublicKey};
use crate::encoding::{Buffer, base64};
use crate::error::Error;
use crate::hash;

/// A signature scheme of WeChat Pay APIv3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// `WECHATPAY2-SHA256-RSA2048`: RSASSA-PKCS1-v1_5 with SHA-256.
    Sha256Rsa2048,
    /// `WECHATPAY2-SM2-WITH-SM3` (国密): SM2 with SM3 and the default user id `1234567812345678`, the
    /// signature as DER (`docs/merchant/development/shangmi/guide.html`).
    #[cfg(feature = "shangmi")]
    Sm2WithSm3,
}

impl Scheme {
    /// Every scheme there is.
    pub const ALL: &'static [Self] = &[
        Self::Sha256Rsa2048,
        #[cfg(feature = "shangmi")]
        Self::Sm2WithSm3,
    ];

    /// The name in the `Authorization` and `Wechatpay-Signature-Type` headers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha256Rsa2048 => "WECHATPAY2-SHA256-RSA2048",
            #[cfg(feature = "shangmi")]
            Self::Sm2WithSm3 => "WECHATPAY2-SM2-WITH-SM3",
        }
    }

    /// The name in the `Authorization` header of a brand, and in the `Wechatpay-Signature-Type` of what
    /// it receives: only RSA is documented for brands (`doc/brand/4015407582`), and no brand gets a key
    /// of another scheme.
    pub(crate) const BRAND: &'static str = "WECHATPAY-BRAND-SHA256-RSA2048";

    /// The scheme that a public key verifies.
    pub(crate) const fn of(key: &PublicKey) -> Self {
        match key {
            PublicKey::Rsa(_) => Self::Sha256Rsa2048,
            #[cfg(feature = "shangmi")]
            PublicKey::Sm2(_) => Self::Sm2WithSm3,
        }
    }

    /// The scheme that a private key signs.
    pub(crate) const fn of_private(key: &PrivateKey) -> Self {
        match key {
            PrivateKey::Rsa(_) => Self::Sha256Rsa2048,
            #[cfg(feature = "shangmi")]
            PrivateKey::Sm2(_) => Self::Sm2WithSm3,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

const MAX_PARTS: usize = 10;

/// The exact bytes that are signed (签名串): up to five lines, each ended by LF, the last one too.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    parts: [&'a [u8]; MAX_PARTS],
    len: usize,
}

impl<'a> Message<'a> {
    pub(crate) fn new<const N: usize>(lines: [&'a [u8]; N]) -> Self {
        const { assert!(2 * N <= MAX_PARTS, "a message has at most five lines") };
        let mut message = Self { parts: [b"\n"; MAX_PARTS], len: 2 * N };
        for (slot, line) in message.parts.iter_mut().step_by(2).zip(lines) {
            *slot = line;
        }
        message
    }

    /// Any parts, line ends among them.
    pub(crate) fn from_parts<const N: usize>(parts: [&'a [u8]; N]) -> Self {
        const { assert!(N <= MAX_PARTS, "a message has at most five lines") };
        let mut message = Self { parts: [&[]; MAX_PARTS], len: N };
        for (slot, part) in message.parts.iter_mut().zip(parts) {
            *slot = part;
        }
        message
    }

    /// Bytes that are signed as they are, for a form of message that is not modelled here. Nothing is
    /// added to them, no line end in particular.
    #[must_use]
    pub fn raw(bytes: &'a [u8]) -> Self {
        Self::from_parts([bytes])
    }

    /// The message in pieces, to feed a hash without a copy. Their concatenation is what is signed.
    pub fn parts(&self) -> impl Iterator<Item = &'a [u8]> + '_ {
        self.parts.iter().take(self.len).copied()
    }

    /// SHA-256 of the message, for a signer that takes a digest.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        hash::sha256(self.parts())
    }

    /// The message as one piece.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        let parts: Vec<&[u8]> = self.parts().collect();
        parts.concat()
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("parts", &self.len).finish_non_exhaustive()
    }
}

/// The raw bytes of a signature.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    bytes: [u8; MAX_SIGNATURE_LEN],
    len: usize,
}

impl Signature {
    /// A signature made elsewhere: for RSA as many bytes as the modulus has, for SM2 the DER of
    /// SEQUENCE { r, s }.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] if it is empty or longer than 512 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let is_empty = bytes.is_empty();
        Self::fill(|buffer| {
            buffer.get_mut(..bytes.len())?.copy_from_slice(bytes);
            Some(bytes.len())
        })
        .filter(|_| !is_empty)
        .ok_or(Error::ArgumentInvalid {
            name: "signature",
            expected: "the raw bytes of the signature (256 for RSA-2048), not base64 text",
        })
    }

    /// The bytes that `write` puts at the front of a buffer, as many as it says.
    pub(crate) fn fill(
        write: impl FnOnce(&mut [u8; MAX_SIGNATURE_LEN]) -> Option<usize>,
    ) -> Option<Self> {
        let mut signature = Self { bytes: [0; MAX_SIGNATURE_LEN], len: 0 };
        signature.len = write(&mut signature.bytes)?;
        Some(signature)
    }

    /// The raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// Standard, padded base64: the form in headers and payment parameters.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn to_base64(&self) -> String {
        let mut text = String::with_capacity(self.len.div_ceil(3) * 4);
        let _ = self.write_base64_to(&mut text);
        text
    }

    /// Standard, padded base64 into a buffer: 344 bytes for RSA-2048.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] if the buffer is too small.
    pub fn write_base64<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b str, Error> {
        Buffer::filled_by(buffer, |out| self.write_base64_to(out))
    }

    pub(crate) fn write_base64_to(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        base64::write(self.as_bytes(), out)
    }

    /// Reads standard, padded base64; `None` for anything else, and for more than 512 bytes.
    #[must_use]
    pub fn parse_base64(text: &str) -> Option<Self> {
        Self::fill(|buffer| base64::decode_into(text.as_bytes(), buffer))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signature").field(&self.as_bytes()).finish()
    }
}

/// Something that signs with a merchant's private key: a key in memory, or a handle to one that
/// cannot leave its device.
pub trait Signer {
    /// The scheme of the signatures made here.
    fn scheme(&self) -> Scheme;

    /// Signs a message. With RSA, `rng` blinds the private operation and has no influence on the
    /// result; with SM2 every signature is another.
    ///
    /// # Errors
    /// [`Error::SigningFailed`] if no signature could be made.
    fn sign(&self, message: &Message<'_>, rng: &mut dyn CryptoRng) -> Result<Signature, Error>;
}

/// Something that checks signatures of WeChat Pay.
pub trait Verifier {
    /// Accepts the signature of a message.
    ///
    /// # Errors
    /// [`Error::SignatureInvalid`] if the signature is not one of this message under this key.
    fn verify(&self, message: &Message<'_>, signature: &Signature) -> Result<(), Error>;
}

/// A thing whose message is signed.
pub trait Signable {
    /// The message to sign.
    fn message(&self) -> Message<'_>;

    /// Whether it can carry a signature of this scheme. Most things are signed with RSA and nothing
    /// else: `signType` of payment parameters "only supports RSA" (`doc/v3/merchant/4012365341`).
    fn accepts(&self, scheme: Scheme) -> bool {
        scheme == Scheme::Sha256Rsa2048
    }
}

/// A [`Signable`] that carries its signature.
pub trait Assemble: Signable {
    /// The thing with its signature.
    type Signed;

    /// Puts the signature into its place.
    fn assemble(self, signature: &Signature) -> Self::Signed;
}

/// A [`Signable`] that waits for its signature.
#[derive(Clone, Debug)]
#[must_use = "nothing is signed before `sign` or `assemble`"]
pub struct Unsigned<T>(T);

impl<T: Signable> Unsigned<T> {
    pub(crate) const fn new(signable: T) -> Self {
        Self(signable)
    }

    /// The exact message to sign.
    #[must_use]
    pub fn message(&self) -> Message<'_> {
        self.0.message()
    }

    /// Signs the message. What is signed stays as it is, to be put together by the caller.
    ///
    /// # Errors
    /// Those of the signer; [`Error::SchemeUnsupported`] if signatures of its scheme have no place
    /// here.
    pub fn signature(
        &self,
        signer: &(impl Signer + ?Sized),
        rng: &mut dyn CryptoRng,
    ) -> Result<Signature, Error> {
        if !self.0.accepts(signer.scheme()) {
            return Err(Error::SchemeUnsupported);
        }
        signer.sign(&self.message(), rng)
    }

    pub(crate) const fn inner(&self) -> &T {
        &self.0
    }
}

impl<T: Assemble> Unsigned<T> {
    /// Puts a signature of [`message`](Self::message), made elsewhere, into its place. It is not
    /// checked here.
    #[must_use]
    pub fn assemble(self, signature: &Signature) -> T::Signed {
        self.0.assemble(signature)
    }

    /// Signs the message and puts the signature into its place.
    ///
    /// # Errors
    /// Those of the signer; [`Error::SchemeUnsupported`] if signatures of its scheme have no place
    /// here.
    pub fn sign(
        self,
        signer: &(impl Signer + ?Sized),
        rng: &mut dyn CryptoRng,
    ) -> Result<T::Signed, Error> {
        let signature = self.signature(signer, rng)?;
        Ok(self.assemble(&signature))
    }
}
