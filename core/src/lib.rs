#![cfg_attr(feature = "alloc", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "alloc"),
    doc = "Signing, verification and decryption for WeChat Pay, into the caller's buffers."
)]
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;

// L0 ground
mod constant_time;
mod encoding;
mod error;
pub mod host;
mod secret;
mod serial;
mod short_text;
mod time;

// L1 cryptography
#[cfg_attr(not(feature = "hazmat"), allow(unreachable_pub))]
mod aead;
mod asymmetric;
#[cfg(all(
    feature = "alloc",
    any(feature = "mini-program", feature = "message-push", feature = "v2")
))]
#[cfg_attr(not(feature = "hazmat"), allow(unreachable_pub))]
mod block_mode;
mod hash;
#[cfg_attr(not(feature = "hazmat"), allow(unreachable_pub))]
mod rsa;
#[cfg(feature = "shangmi")]
#[cfg_attr(not(feature = "hazmat"), allow(unreachable_pub))]
mod shangmi;
pub mod x509;

// L2 identity
pub mod keys;
pub mod signature;

// L3 protocol
#[cfg(feature = "alloc")]
pub mod jssdk;
#[cfg(feature = "message-push")]
pub mod message_push;
#[cfg(feature = "mini-program")]
pub mod mini_program;
#[cfg(feature = "v2")]
pub mod v2;
pub mod v3;

pub use rand_core;

pub use self::error::Error;
pub use self::time::{Tolerance, UnixTime};

/// Raw cryptographic operations with no protocol around them.
///
/// ⚠ Nothing here checks freshness, serials or algorithms. For tests and tools only.
#[cfg(feature = "hazmat")]
pub mod hazmat {
    #[cfg(feature = "alloc")]
    pub use crate::aead::{open_aes_256_gcm, seal_aes_256_gcm};
    #[cfg(all(feature = "alloc", feature = "v2"))]
    pub use crate::block_mode::{open_aes_256_ecb, seal_aes_256_ecb};
    #[cfg(feature = "alloc")]
    pub use crate::encoding::exposed as encoding;
    pub use crate::rsa::{PrivateKey, PublicKey};

    /// The RSA engine on every one of its kernels.
    pub mod rsa {
        pub use crate::rsa::{
            Field, Kernel, PrivateKeyOn, PublicKeyOn, Radix28, Radix32, Radix64, Widths,
        };
    }

    /// MD5, which is broken; APIv2 uses it with a key.
    #[cfg(feature = "v2")]
    #[must_use]
    pub fn md5(message: &[u8]) -> [u8; 16] {
        crate::hash::md5([message])
    }

    /// The APIv2 signature, with a key that need not have the form of an APIv2 key.
    #[cfg(all(feature = "alloc", feature = "v2"))]
    #[must_use]
    pub fn sign_v2(
        fields: &crate::v2::Fields,
        key: &[u8],
        sign_type: crate::v2::SignType,
    ) -> alloc::string::String {
        crate::v2::sign_with_any_key(fields, key, sign_type)
    }

    /// SM2, SM3 and SM4.
    #[cfg(feature = "shangmi")]
    pub mod shangmi {
        pub use crate::shangmi::{PrivateKey, PublicKey, open_sm4_gcm, seal_sm4_gcm, sm3};
    }
}
