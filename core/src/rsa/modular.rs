//! Arithmetic modulo an odd number, in Montgomery form.

use zeroize::{Zeroize, Zeroizing};

use crate::rsa::arch::{Kernel, Limb};
use crate::rsa::limbs::{self, Mask};

/// Bits of a secret exponent taken at once. A table of 2^WINDOW numbers lies on the stack.
const WINDOW: u32 =
    if cfg!(any(target_family = "wasm", target_pointer_width = "64")) { 5 } else { 4 };
const TABLE_LEN: usize = 1 << WINDOW;

/// An odd modulus with what Montgomery's multiplication needs to know of it.
///
/// Two kinds of numbers come in: *canonical* ones, below m, and *lazily reduced* ones, which every
/// operation takes and, unless it says otherwise, returns. A number is in Montgomery form when it
/// was multiplied by R.
pub(super) struct Modulus<K: Kernel, const N: usize> {
    m: [K::Limb; N],
    r2: [K::Limb; N],
    n0: K::Limb,
}

impl<K: Kernel, const N: usize> Modulus<K, N> {
    /// Prepares an odd modulus greater than 2^`power`. The modulus does not show in the time this
    /// takes, `power` does.
    pub(super) fn new(m: &[K::Limb; N], power: u32) -> Self {
        let n0 = limbs::negated_inverse::<K>(m.first().copied().unwrap_or_default());
        let mut modulus = Self { m: *m, r2: limbs::one::<K, N>(), n0 };
        modulus.prepare(power);
        modulus
    }

    #[cfg(feature = "rsa-4096")]
    pub(super) fn blank() -> Self {
        let zero = K::Limb::default();
        Self { m: [zero; N], r2: [zero; N], n0: zero }
    }

    /// R² is R in Montgomery form: from 2 in Montgomery form by squaring and doubling.
    fn prepare(&mut self, power: u32) {
        let bits = Self::bits();
        let mut r2 = [K::Limb::default(); N];
        set_bit::<K>(&mut r2, power);
        for _ in power..=bits {
            self.double(&mut r2);
        }
        let length = u32::BITS.wrapping_sub(bits.leading_zeros());
        for position in (0..length.wrapping_sub(1)).rev() {
            self.square(&mut r2);
            self.canonicalize(&mut r2);
            if bits >> position & 1 == 1 {
                self.double(&mut r2);
            }
        }
        self.r2 = r2;
    }

    /// Number of bits in R.
    fn bits() -> u32 {
        K::BITS.wrapping_mul(u32::try_from(N).unwrap_or(0))
    }

    pub(super) const fn limbs(&self) -> &[K::Limb; N] {
        &self.m
    }

    /// `a ← a · b · R⁻¹`. One of them may be any number below R if the other is canonical.
    #[inline]
    pub(super) fn multiply(&self, a: &mut [K::Limb; N], b: &[K::Limb; N]) {
        K::multiply(a, b, &self.m, self.n0);
    }

    /// `a ← a² · R⁻¹`.
    #[inline]
    pub(super) fn square(&self, a: &mut [K::Limb; N]) {
        K::square(a, &self.m, self.n0);
    }

    /// `wide` in Montgomery form, for a `wide < R · m`.
    pub(super) fn reduce(&self, wide: &[[K::Limb; N]; 2]) -> [K::Limb; N] {
        let mut a = K::reduce(wide, &self.m, self.n0);
        self.multiply(&mut a, &self.r2);
        self.multiply(&mut a, &self.r2);
        a
    }

    /// Into Montgomery form, for any number below R.
    pub(super) fn enter(&self, a: &mut [K::Limb; N]) {
        self.multiply(a, &self.r2);
    }

    /// `a ← a · b`, canonical, where `a` is in Montgomery form and `b` is canonical and is not.
    pub(super) fn multiply_out(&self, a: &mut [K::Limb; N], b: &[K::Limb; N]) {
        self.multiply(a, b);
        self.canonicalize(a);
    }

    /// Out of Montgomery form, canonical.
    pub(super) fn leave(&self, a: &mut [K::Limb; N]) {
        self.multiply_out(a, &limbs::one::<K, N>());
    }

    /// `a − b` of canonical numbers.
    pub(super) fn sub(&self, a: &mut [K::Limb; N], b: &[K::Limb; N]) {
        let borrow = limbs::sub::<K>(a, b);
        let mut corrected = *a;
        let _ = limbs::add::<K>(&mut corrected, &self.m);
        limbs::assign_masked::<K>(a, &corrected, Mask::from_bit(borrow.widen()));
    }

    /// `a^exponent` in Montgomery form. The exponent is public, and not 0.
    pub(super) fn public_power(&self, a: &[K::Limb; N], exponent: u64) -> [K::Limb; N] {
        let mut power = *a;
        let length = u64::BITS.wrapping_sub(exponent.leading_zeros());
        for position in (0..length.wrapping_sub(1)).rev() {
            self.square(&mut power);
            if exponent >> position & 1 == 1 {
                self.multiply(&mut power, a);
            }
        }
        power
    }

    /// `a^exponent` in Montgomery form, for a secret exponent of at most `bits` bits: the same
    /// operations on the same addresses whatever the exponent is.
    pub(super) fn secret_power(
        &self,
        a: &[K::Limb; N],
        exponent: &[K::Limb; N],
        bits: u32,
    ) -> [K::Limb; N] {
        let table = self.powers(a);
        let mut power = [K::Limb::default(); N];
        let mut factor = Zeroizing::new(power);
        let mut position = bits.next_multiple_of(WINDOW);
        while position > 0 {
            let is_first = position >= bits;
            position = position.wrapping_sub(WINDOW);
            let index = limbs::window::<K>(exponent, position, WINDOW);
            if is_first {
                pick::<K, N>(&mut power, &table, index);
                continue;
            }
            for _ in 0..WINDOW {
                self.square(&mut power);
            }
            pick::<K, N>(&mut factor, &table, index);
            self.multiply(&mut power, &factor);
        }
        power
    }

    /// a⁰, a¹, … in Montgomery form.
    fn powers(&self, a: &[K::Limb; N]) -> Zeroizing<[[K::Limb; N]; TABLE_LEN]> {
        let mut table = Zeroizing::new([[K::Limb::default(); N]; TABLE_LEN]);
        let mut power = limbs::one::<K, N>();
        self.enter(&mut power);
        for entry in table.iter_mut() {
            *entry = power;
            self.multiply(&mut power, a);
        }
        power.zeroize();
        table
    }

    /// One subtraction: enough for what is below 2m. That is every product with a canonical number.
    pub(super) fn canonicalize(&self, a: &mut [K::Limb; N]) {
        limbs::sub_if_not_less::<K, N>(a, K::Limb::default(), &self.m);
    }

    /// `2a` of a canonical number.
    fn double(&self, a: &mut [K::Limb; N]) {
        double_modulo::<K, N>(a, K::Limb::default(), &self.m);
    }
}

impl<K: Kernel, const N: usize> Clone for Modulus<K, N> {
    fn clone(&self) -> Self {
        Self { m: self.m, r2: self.r2, n0: self.n0 }
    }
}

impl<K: Kernel, const N: usize> Zeroize for Modulus<K, N> {
    fn zeroize(&mut self) {
        self.m.zeroize();
        self.r2.zeroize();
        self.n0.zeroize();
    }
}

/// `a ← 2a + bit mod m`, for `a < m` and any m, odd or even.
pub(super) fn double_modulo<K: Kernel, const N: usize>(
    a: &mut [K::Limb; N],
    bit: K::Limb,
    m: &[K::Limb; N],
) {
    let mut carry = bit;
    for limb in a.iter_mut() {
        (*limb, carry) = K::add(*limb, *limb, carry);
    }
    limbs::sub_if_not_less::<K, N>(a, carry, m);
}

/// `x mod m` for an `x` of at most `bits` bits and any m ≥ 2^`power`, odd or even. How long it takes depends on
/// `bits` and `power` alone.
///
/// The first bits of x are below m as they stand. Each further one is appended, and m taken off or, where that went
/// below zero the time before, added (non-restoring division).
pub(super) fn remainder<K: Kernel, const N: usize>(
    x: &[K::Limb],
    bits: u32,
    m: &[K::Limb; N],
    power: u32,
) -> [K::Limb; N] {
    let (zero, one) = (K::Limb::default(), K::Limb::truncate(1));
    let (ones, _) = K::sub(zero, one, zero);
    let mut remainder = [zero; N];
    let left = bits.saturating_sub(power);
    for position in left..bits {
        let bit = Mask::from_bit(limbs::bit::<K>(x, position).widen());
        set_bit_masked::<K>(&mut remainder, position.wrapping_sub(left), bit);
    }
    let mut is_negative = Mask::NO;
    for position in (0..left).rev() {
        let inverted = (!is_negative).limb::<K::Limb>() & ones;
        let (mut doubled, mut carry) = (limbs::bit::<K>(x, position), inverted & one);
        for (limb, &m) in remainder.iter_mut().zip(m) {
            let twice;
            (twice, doubled) = K::add(*limb, *limb, doubled);
            (*limb, carry) = K::add(twice, m ^ inverted, carry);
        }
        let carries = doubled.widen().wrapping_add(carry.widen());
        is_negative = Mask::equal(carries, is_negative.limb::<u64>() & 1);
    }
    let mut sum = remainder;
    let _ = limbs::add::<K>(&mut sum, m);
    limbs::assign_masked::<K>(&mut remainder, &sum, is_negative);
    sum.zeroize();
    remainder
}

/// Reads every entry of the table, and keeps the one at `index`.
#[inline]
fn pick<K: Kernel, const N: usize>(
    out: &mut [K::Limb; N],
    table: &[[K::Limb; N]; TABLE_LEN],
    index: u64,
) {
    out.fill(K::Limb::default());
    let (groups, _) = table.as_chunks::<8>();
    for (position, entries) in (0_u64..).step_by(8).zip(groups) {
        let [e0, e1, e2, e3, e4, e5, e6, e7] = entries;
        let mask = |i: u64| Mask::equal(position | i, index).limb::<K::Limb>();
        let [m0, m1, m2, m3] = [mask(0), mask(1), mask(2), mask(3)];
        let [m4, m5, m6, m7] = [mask(4), mask(5), mask(6), mask(7)];
        let first = e0.iter().zip(e1).zip(e2.iter().zip(e3));
        let second = e4.iter().zip(e5).zip(e6.iter().zip(e7));
        for (out, (first, second)) in out.iter_mut().zip(first.zip(second)) {
            let (((&l0, &l1), (&l2, &l3)), ((&l4, &l5), (&l6, &l7))) = (first, second);
            let low = (l0 & m0) | (l1 & m1) | (l2 & m2) | (l3 & m3);
            let high = (l4 & m4) | (l5 & m5) | (l6 & m6) | (l7 & m7);
            *out = *out | low | high;
        }
    }
}

fn set_bit<K: Kernel>(limbs: &mut [K::Limb], position: u32) {
    set_bit_masked::<K>(limbs, position, Mask::YES);
}

/// Sets a bit where the mask says so. The position is public.
fn set_bit_masked<K: Kernel>(limbs: &mut [K::Limb], position: u32, mask: Mask) {
    let index = usize::try_from(position / K::BITS).unwrap_or(usize::MAX);
    if let Some(limb) = limbs.get_mut(index) {
        *limb = *limb | (mask.limb::<K::Limb>() & K::Limb::truncate(1 << (position % K::BITS)));
    }
}
