//! The public operation: x^e mod n.

use core::fmt;

use zeroize::Zeroize;

use crate::rsa::arch::Kernel;
use crate::rsa::limbs;
use crate::rsa::modular::Modulus;

/// A public key of at most `N` limbs.
pub struct Public<K: Kernel, const N: usize> {
    pub(super) n: Modulus<K, N>,
    pub(super) e: u64,
    pub(super) bits: u32,
}

impl<K: Kernel, const N: usize> Public<K, N> {
    #[cfg(feature = "rsa-4096")]
    pub(super) fn blank() -> Self {
        Self { n: Modulus::blank(), e: 0, bits: 0 }
    }

    /// `x^e`, canonical, of a canonical number.
    pub(super) fn power(&self, x: &[K::Limb; N]) -> [K::Limb; N] {
        let mut base = *x;
        self.n.enter(&mut base);
        // e is odd: its last multiplication is by x, and leaves Montgomery form with it.
        let mut power = self.n.public_power(&base, self.e & !1);
        self.n.multiply_out(&mut power, x);
        power
    }
}

/// What the public half does, whatever its width.
pub trait PublicOperation {
    /// From an odd modulus as big-endian bytes, and an exponent that is not 0.
    fn new(n: &[u8], e: u64) -> Self;

    /// Number of bits in the modulus.
    fn bits(&self) -> u32;

    /// The public exponent.
    fn exponent(&self) -> u64;

    /// The modulus as big-endian bytes, into as many bytes as it has.
    fn modulus(&self, out: &mut [u8]);

    /// `input^e mod n`, as big-endian bytes of the same length. `false` if `input` is not below n.
    fn apply(&self, input: &[u8], output: &mut [u8]) -> bool;
}

impl<K: Kernel, const N: usize> PublicOperation for Public<K, N> {
    fn new(n: &[u8], e: u64) -> Self {
        let mut limbs = [K::Limb::default(); N];
        limbs::from_be_bytes::<K>(&mut limbs, n);
        let bits = limbs::public_bits::<K>(&limbs);
        Self { n: Modulus::new(&limbs, bits.saturating_sub(1)), e, bits }
    }

    fn bits(&self) -> u32 {
        self.bits
    }

    fn exponent(&self) -> u64 {
        self.e
    }

    fn modulus(&self, out: &mut [u8]) {
        limbs::to_be_bytes::<K>(out, self.n.limbs());
    }

    fn apply(&self, input: &[u8], output: &mut [u8]) -> bool {
        let mut x = [K::Limb::default(); N];
        limbs::from_be_bytes::<K>(&mut x, input);
        if !limbs::less::<K>(&x, self.n.limbs()).reveal() {
            return false;
        }
        limbs::to_be_bytes::<K>(output, &self.power(&x));
        true
    }
}

impl<K: Kernel, const N: usize> Clone for Public<K, N> {
    fn clone(&self) -> Self {
        Self { n: self.n.clone(), e: self.e, bits: self.bits }
    }
}

impl<K: Kernel, const N: usize> Zeroize for Public<K, N> {
    fn zeroize(&mut self) {
        self.n.zeroize();
        self.e.zeroize();
        self.bits.zeroize();
    }
}

impl<K: Kernel, const N: usize> fmt::Debug for Public<K, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Public")
            .field("bits", &self.bits)
            .field("e", &self.e)
            .finish_non_exhaustive()
    }
}
