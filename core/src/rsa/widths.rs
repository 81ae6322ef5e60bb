//! The widths a key is computed at. A key of a length between two of them takes the wider.

use core::fmt;

use rand_core::CryptoRng;

use crate::rsa::arch::{Kernel, Radix28, Radix32, Radix64};
use crate::rsa::crt::{Components, Crt, PrivateOperation};
use crate::rsa::public::{Public, PublicOperation};

/// The types of the keys of each width, in the limbs of a kernel.
pub trait Widths: Kernel {
    /// A public key of up to 2048 bits.
    type Public2048: PublicOperation + Clone;
    /// A public key of up to 3072 bits.
    #[cfg(feature = "rsa-4096")]
    type Public3072: PublicOperation + Clone;
    /// A public key of up to 4096 bits.
    #[cfg(feature = "rsa-4096")]
    type Public4096: PublicOperation + Clone;
    /// A private key of up to 2048 bits.
    type Private2048: PrivateOperation<Public = Self::Public2048>;
    /// A private key of up to 3072 bits.
    #[cfg(feature = "rsa-4096")]
    type Private3072: PrivateOperation<Public = Self::Public3072>;
    /// A private key of up to 4096 bits.
    #[cfg(feature = "rsa-4096")]
    type Private4096: PrivateOperation<Public = Self::Public4096>;
}

macro_rules! widths {
    ($kernel:ty: $half_2048:literal, $half_3072:literal, $half_4096:literal) => {
        impl Widths for $kernel {
            type Public2048 = Public<Self, { 2 * $half_2048 }>;
            #[cfg(feature = "rsa-4096")]
            type Public3072 = Public<Self, { 2 * $half_3072 }>;
            #[cfg(feature = "rsa-4096")]
            type Public4096 = Public<Self, { 2 * $half_4096 }>;
            type Private2048 = Crt<Self, $half_2048, { 2 * $half_2048 }>;
            #[cfg(feature = "rsa-4096")]
            type Private3072 = Crt<Self, $half_3072, { 2 * $half_3072 }>;
            #[cfg(feature = "rsa-4096")]
            type Private4096 = Crt<Self, $half_4096, { 2 * $half_4096 }>;
        }
    };
}

// WebAssembly, where the code of every width is downloaded: keys of 3072 bits take the next one and its time.
widths!(Radix28: 37, 74, 74);
widths!(Radix32: 32, 48, 64);
widths!(Radix64: 16, 24, 32);

/// Does the same with a key of any width.
macro_rules! of_any {
    ($any:expr, $key:ident => $result:expr) => {
        match $any {
            Self::Bits2048($key) => $result,
            #[cfg(feature = "rsa-4096")]
            Self::Bits3072($key) => $result,
            #[cfg(feature = "rsa-4096")]
            Self::Bits4096($key) => $result,
        }
    };
}

/// A public key of any width.
pub(super) enum AnyPublic<W: Widths> {
    Bits2048(W::Public2048),
    #[cfg(feature = "rsa-4096")]
    Bits3072(W::Public3072),
    #[cfg(feature = "rsa-4096")]
    Bits4096(W::Public4096),
}

impl<W: Widths> AnyPublic<W> {
    /// For an odd modulus of at most `MAX_MODULUS_LEN` bytes.
    pub(super) fn new(n: &[u8], e: u64) -> Self {
        match n.len() {
            #[cfg(feature = "rsa-4096")]
            385.. => Self::Bits4096(PublicOperation::new(n, e)),
            #[cfg(feature = "rsa-4096")]
            257.. => Self::Bits3072(PublicOperation::new(n, e)),
            _ => Self::Bits2048(PublicOperation::new(n, e)),
        }
    }

    pub(super) fn bits(&self) -> u32 {
        of_any!(self, key => key.bits())
    }

    pub(super) fn exponent(&self) -> u64 {
        of_any!(self, key => key.exponent())
    }

    pub(super) fn modulus(&self, out: &mut [u8]) {
        of_any!(self, key => key.modulus(out));
    }

    pub(super) fn apply(&self, input: &[u8], output: &mut [u8]) -> bool {
        of_any!(self, key => key.apply(input, output))
    }
}

impl<W: Widths> Clone for AnyPublic<W> {
    fn clone(&self) -> Self {
        match self {
            Self::Bits2048(key) => Self::Bits2048(key.clone()),
            #[cfg(feature = "rsa-4096")]
            Self::Bits3072(key) => Self::Bits3072(key.clone()),
            #[cfg(feature = "rsa-4096")]
            Self::Bits4096(key) => Self::Bits4096(key.clone()),
        }
    }
}

/// A private key of any width.
pub(super) enum AnyPrivate<W: Widths> {
    Bits2048(W::Private2048),
    #[cfg(feature = "rsa-4096")]
    Bits3072(W::Private3072),
    #[cfg(feature = "rsa-4096")]
    Bits4096(W::Private4096),
}

impl<W: Widths> AnyPrivate<W> {
    /// For a modulus of at most `MAX_MODULUS_LEN` bytes and primes of at most half of that. The
    /// longer prime counts as well as the modulus.
    pub(super) fn new(components: &Components<'_>) -> Option<Self> {
        let prime_len = components.p.len().max(components.q.len());
        match components.n.len().max(prime_len.saturating_mul(2)) {
            #[cfg(feature = "rsa-4096")]
            385.. => PrivateOperation::new(components).map(Self::Bits4096),
            #[cfg(feature = "rsa-4096")]
            257.. => PrivateOperation::new(components).map(Self::Bits3072),
            _ => PrivateOperation::new(components).map(Self::Bits2048),
        }
    }

    pub(super) fn bits(&self) -> u32 {
        of_any!(self, key => key.public().bits())
    }

    pub(super) fn to_public(&self) -> AnyPublic<W> {
        match self {
            Self::Bits2048(key) => AnyPublic::Bits2048(key.public().clone()),
            #[cfg(feature = "rsa-4096")]
            Self::Bits3072(key) => AnyPublic::Bits3072(key.public().clone()),
            #[cfg(feature = "rsa-4096")]
            Self::Bits4096(key) => AnyPublic::Bits4096(key.public().clone()),
        }
    }

    pub(super) fn apply(&self, input: &[u8], output: &mut [u8], rng: &mut dyn CryptoRng) -> bool {
        of_any!(self, key => key.apply(input, output, rng))
    }

    /// Wipes the whole place that a key takes: beside a short one lies what the stack held when it was moved here.
    #[cfg(feature = "rsa-4096")]
    pub(super) fn wipe(&mut self) {
        // Writes over the place now, and wipes it when this is dropped in its turn.
        *self = Self::Bits4096(PrivateOperation::blank());
    }
}

/// Number of bytes that hold this many bits.
pub(super) fn byte_len(bits: u32) -> usize {
    usize::try_from(bits.div_ceil(8)).unwrap_or(usize::MAX)
}

pub(super) fn debug(f: &mut fmt::Formatter<'_>, name: &str, bits: u32) -> fmt::Result {
    f.debug_struct(name).field("modulus_len", &byte_len(bits)).finish_non_exhaustive()
}
