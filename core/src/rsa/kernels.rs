//! The kernels one by one, for tests: numbers of `N` limbs as big-endian bytes, of which those
//! beyond the limbs must be zero. Results go into as many bytes as the modulus has.

use core::fmt;

use crate::rsa::arch::Kernel;
use crate::rsa::limbs;
use crate::rsa::modular::Modulus;

/// Arithmetic modulo an odd number, with the limbs of the kernel `K`.
pub struct Field<K: Kernel, const N: usize> {
    modulus: Modulus<K, N>,
    len: usize,
}

impl<K: Kernel, const N: usize> Field<K, N> {
    /// `None` for an even modulus, for 1, and for one that leaves less than the bits of its kernel free
    /// or does not fit.
    #[must_use]
    pub fn new(modulus: &[u8]) -> Option<Self> {
        let limbs = read::<K, N>(modulus);
        let bits = limbs::public_bits::<K>(&limbs);
        let capacity = K::BITS.checked_mul(u32::try_from(N).ok()?)?.checked_sub(K::SPARE_BITS)?;
        let fits = modulus.len().checked_mul(8)? <= usize::try_from(capacity).ok()?;
        let odd = modulus.last()? & 1 == 1;
        (odd && fits && bits > 1).then(|| Self {
            modulus: Modulus::new(&limbs, bits.saturating_sub(1)),
            len: modulus.len(),
        })
    }

    /// `a · b` modulo m, of numbers below m.
    pub fn multiply(&self, a: &[u8], b: &[u8], out: &mut [u8]) {
        let (mut a, b) = (read::<K, N>(a), read::<K, N>(b));
        self.modulus.enter(&mut a);
        self.modulus.multiply_out(&mut a, &b);
        limbs::to_be_bytes::<K>(out, &a);
    }

    /// `a²` modulo m, of a number below m.
    pub fn square(&self, a: &[u8], out: &mut [u8]) {
        let mut a = read::<K, N>(a);
        self.modulus.enter(&mut a);
        self.modulus.square(&mut a);
        self.modulus.leave(&mut a);
        limbs::to_be_bytes::<K>(out, &a);
    }

    /// `a^exponent` modulo m, of numbers below m, with an exponent of at most `bits` bits.
    pub fn power(&self, a: &[u8], exponent: &[u8], bits: u32, out: &mut [u8]) {
        let (mut a, exponent) = (read::<K, N>(a), read::<K, N>(exponent));
        self.modulus.enter(&mut a);
        let mut power = self.modulus.secret_power(&a, &exponent, bits);
        self.modulus.leave(&mut power);
        limbs::to_be_bytes::<K>(out, &power);
    }

    /// `low + high · R` modulo m, of a `high` below m and a `low` of as many bytes.
    pub fn reduce(&self, high: &[u8], low: &[u8], out: &mut [u8]) {
        let mut remainder = self.modulus.reduce(&[read::<K, N>(low), read::<K, N>(high)]);
        self.modulus.leave(&mut remainder);
        limbs::to_be_bytes::<K>(out, &remainder);
    }
}

impl<K: Kernel, const N: usize> fmt::Debug for Field<K, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Field").field("len", &self.len).finish_non_exhaustive()
    }
}

fn read<K: Kernel, const N: usize>(bytes: &[u8]) -> [K::Limb; N] {
    let mut limbs = [K::Limb::default(); N];
    limbs::from_be_bytes::<K>(&mut limbs, bytes);
    limbs
}
