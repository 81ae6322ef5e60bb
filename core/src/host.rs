//! Cryptography of a host: for a core that runs inside something which computes RSA and AES-256-GCM
//! faster than it can itself, such as node:crypto around WebAssembly, or a chip with an accelerator.
//!
//! Keys are parsed and judged by the core first; a host only computes with those that passed. What it
//! cannot do, the core does itself. So a host decides how long something takes, not what is accepted;
//! but it is trusted with the keys and with its answers, as the processor is.

use core::fmt;

/// Computes with keys that were given to it, each known by a number.
pub trait Host: Sync {
    /// Takes a key that the core has found good, and gives it a number. `None` if it is to stay with
    /// the core.
    fn import(&self, key: Key<'_>) -> Option<u32>;

    /// RSASSA-PKCS1-v1_5 with SHA-256 under a private key, into as many bytes as the modulus has.
    /// `false` if it could not be done.
    fn sign_pkcs1_sha256(&self, key: u32, message: &[u8], signature: &mut [u8]) -> bool;

    /// Whether `signature` is one of `message` by RSASSA-PKCS1-v1_5 with SHA-256 under a public key.
    /// `None` if it could not be found out.
    fn verify_pkcs1_sha256(&self, key: u32, message: &[u8], signature: &[u8]) -> Option<bool>;

    /// RSA without a padding: the private operation under a private key, the public one under a public
    /// key. Input and output have as many bytes as the modulus. `false` if it could not be done.
    fn raise(&self, key: u32, input: &[u8], output: &mut [u8]) -> bool;

    /// Opens AES-256-GCM: `sealed` is ciphertext, then tag. Once the tag has been found right, the
    /// plaintext is written over the ciphertext. `false`, and nothing written, if the tag is wrong or it
    /// could not be done.
    fn open_aes_256_gcm(
        &self,
        key: u32,
        nonce: &[u8; 12],
        associated_data: &[u8],
        sealed: &mut [u8],
    ) -> bool;
}

/// A key on its way to a host.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Key<'a> {
    /// RSAPrivateKey as DER (RFC 8017 §A.1.2), with all CRT parameters.
    RsaPrivate(&'a [u8]),
    /// RSAPublicKey as DER (RFC 8017 §A.1.1).
    RsaPublic(&'a [u8]),
    /// An AES-256 key.
    Aes256(&'a [u8; 32]),
}

impl fmt::Debug for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RsaPrivate(_) => "RsaPrivate",
            Self::RsaPublic(_) => "RsaPublic",
            Self::Aes256(_) => "Aes256",
        })
    }
}

/// A key that a host has taken.
#[derive(Clone, Copy)]
pub(crate) struct HostKey {
    host: &'static dyn Host,
    key: u32,
}

impl HostKey {
    pub(crate) fn import(host: &'static dyn Host, key: Key<'_>) -> Option<Self> {
        host.import(key).map(|key| Self { host, key })
    }

    #[cfg(feature = "alloc")]
    pub(crate) fn sign_pkcs1_sha256(self, message: &[u8], signature: &mut [u8]) -> bool {
        self.host.sign_pkcs1_sha256(self.key, message, signature)
    }

    #[cfg(feature = "alloc")]
    pub(crate) fn verify_pkcs1_sha256(self, message: &[u8], signature: &[u8]) -> Option<bool> {
        self.host.verify_pkcs1_sha256(self.key, message, signature)
    }

    pub(crate) fn raise(self, input: &[u8], output: &mut [u8]) -> bool {
        self.host.raise(self.key, input, output)
    }

    pub(crate) fn open_aes_256_gcm(
        self,
        nonce: &[u8; 12],
        associated_data: &[u8],
        sealed: &mut [u8],
    ) -> bool {
        self.host.open_aes_256_gcm(self.key, nonce, associated_data, sealed)
    }
}
