//! 64 bits in each limb: processors of 64 bits, with a multiplication that gives all 128 bits of a
//! product.
//!
//! A number is lazily reduced when it is below R: it fits its limbs, and is right modulo m. With
//! a, b < R, a·b·R⁻¹ comes out below R + m; what is beyond R shows in one carry, and m is taken off
//! once for it.

#![expect(clippy::indexing_slicing, reason = "every index is bounded by the length of its array")]

use crate::rsa::arch::{Kernel, Limb};
use crate::rsa::limbs::{self, Mask};

/// 64 bits in each limb.
#[derive(Debug)]
pub enum Radix64 {}

impl Kernel for Radix64 {
    type Limb = u64;

    const BITS: u32 = u64::BITS;
    const SPARE_BITS: u32 = 0;

    #[inline]
    fn add(a: u64, b: u64, carry: u64) -> (u64, u64) {
        let (sum, first) = a.overflowing_add(b);
        let (sum, second) = sum.overflowing_add(carry);
        (sum, u64::from(first) | u64::from(second))
    }

    #[inline]
    fn sub(a: u64, b: u64, borrow: u64) -> (u64, u64) {
        let (difference, first) = a.overflowing_sub(b);
        let (difference, second) = difference.overflowing_sub(borrow);
        (difference, u64::from(first) | u64::from(second))
    }

    #[inline]
    fn multiply_add(a: u64, b: u64, addend: u64, carry: u64) -> (u64, u64) {
        let product = <u128>::from(a)
            .wrapping_mul(<u128>::from(b))
            .wrapping_add(<u128>::from(addend))
            .wrapping_add(<u128>::from(carry));
        #[expect(
            clippy::as_conversions,
            clippy::cast_possible_truncation,
            reason = "splits a product in two"
        )]
        let limbs = (product as u64, (product >> u64::BITS) as u64);
        limbs
    }

    #[inline]
    fn multiply_low(a: u64, b: u64) -> u64 {
        a.wrapping_mul(b)
    }

    #[inline]
    fn multiply<const N: usize>(a: &mut [u64; N], b: &[u64; N], m: &[u64; N], n0: u64) {
        multiply::<Self, N>(a, b, m, n0);
    }

    #[inline]
    fn square<const N: usize>(a: &mut [u64; N], m: &[u64; N], n0: u64) {
        square::<Self, N>(a, m, n0);
    }

    #[inline]
    fn reduce<const N: usize>(wide: &[[u64; N]; 2], m: &[u64; N], n0: u64) -> [u64; N] {
        let mut wide = *wide;
        reduce::<Self, N>(&mut wide, m, n0)
    }
}

/// Two rows of the product in each pass. The number of limbs is even.
#[inline]
fn multiply<K: Kernel, const N: usize>(
    a: &mut [K::Limb; N],
    b: &[K::Limb; N],
    m: &[K::Limb; N],
    n0: K::Limb,
) {
    let zero = K::Limb::default();
    let mut wide = [[zero; N]; 2];
    let sum = wide.as_flattened_mut();
    for i in (0..N).step_by(2) {
        let (x0, x1) = (a[i], a[i + 1]);
        let (mut carry0, mut carry1) = (zero, zero);
        let mut before = zero;
        for j in 0..N {
            let middle;
            (middle, carry0) = K::multiply_add(x0, b[j], sum[i + j], carry0);
            (sum[i + j], carry1) = K::multiply_add(x1, before, middle, carry1);
            before = b[j];
        }
        (sum[i + N], sum[i + N + 1]) = K::multiply_add(x1, before, carry0, carry1);
    }
    *a = reduce::<K, N>(&mut wide, m, n0);
}

/// The products of different limbs once, two rows in each pass; they are doubled, and the squares of
/// the limbs added. The number of limbs is even.
#[inline]
fn square<K: Kernel, const N: usize>(a: &mut [K::Limb; N], m: &[K::Limb; N], n0: K::Limb) {
    let zero = K::Limb::default();
    let mut wide = [[zero; N]; 2];
    let sum = wide.as_flattened_mut();
    for i in (0..N).step_by(2) {
        let (x0, x1) = (a[i], a[i + 1]);
        let (mut carry0, mut carry1) = (zero, zero);
        (sum[2 * i + 1], carry0) = K::multiply_add(x0, x1, sum[2 * i + 1], carry0);
        let mut before = zero;
        for j in i + 2..N {
            let middle;
            (middle, carry0) = K::multiply_add(x0, a[j], sum[i + j], carry0);
            (sum[i + j], carry1) = K::multiply_add(x1, before, middle, carry1);
            before = a[j];
        }
        (sum[i + N], sum[i + N + 1]) = K::multiply_add(x1, before, carry0, carry1);
    }
    let (mut doubled_carry, mut carry) = (zero, zero);
    for i in 0..N {
        let (low, high) = K::multiply_add(a[i], a[i], zero, zero);
        let (even, odd);
        (even, doubled_carry) = K::add(sum[2 * i], sum[2 * i], doubled_carry);
        (odd, doubled_carry) = K::add(sum[2 * i + 1], sum[2 * i + 1], doubled_carry);
        (sum[2 * i], carry) = K::add(even, low, carry);
        (sum[2 * i + 1], carry) = K::add(odd, high, carry);
    }
    *a = reduce::<K, N>(&mut wide, m, n0);
}

/// Makes the lower half zero by adding multiples of `m`, two rows in each pass; the upper half
/// remains. The number of limbs is even.
#[inline]
fn reduce<K: Kernel, const N: usize>(
    wide: &mut [[K::Limb; N]; 2],
    m: &[K::Limb; N],
    n0: K::Limb,
) -> [K::Limb; N] {
    let zero = K::Limb::default();
    let sum = wide.as_flattened_mut();
    let mut top = zero;
    for i in (0..N).step_by(2) {
        let y0 = K::multiply_low(sum[i], n0);
        let (_, carry0) = K::multiply_add(y0, m[0], sum[i], zero);
        let (second, mut carry0) = K::multiply_add(y0, m[1], sum[i + 1], carry0);
        let y1 = K::multiply_low(second, n0);
        let (_, mut carry1) = K::multiply_add(y1, m[0], second, zero);
        let mut before = m[1];
        for j in 2..N {
            let middle;
            (middle, carry0) = K::multiply_add(y0, m[j], sum[i + j], carry0);
            (sum[i + j], carry1) = K::multiply_add(y1, before, middle, carry1);
            before = m[j];
        }
        let (middle, carry0) = K::add(sum[i + N], carry0, top);
        (sum[i + N], carry1) = K::multiply_add(y1, before, middle, carry1);
        (sum[i + N + 1], top) = K::add(sum[i + N + 1], carry1, carry0);
    }
    let [_, mut high] = *wide;
    subtract_if::<K, N>(&mut high, top, m);
    high
}

/// Subtracts `m` if `carry` is 1, in the same time if it is 0.
#[inline]
fn subtract_if<K: Kernel, const N: usize>(a: &mut [K::Limb; N], carry: K::Limb, m: &[K::Limb; N]) {
    limbs::sub_masked::<K>(a, m, Mask::from_bit(carry.widen()));
}
