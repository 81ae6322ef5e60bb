//! 32 bits in each limb: processors of 32 bits, with a multiplication that gives all 64 bits of a
//! product. On ARM, a product with two summands is one instruction (`UMAAL`), and everything here is
//! made of it.
//!
//! A number is lazily reduced when it is below R: it fits its limbs, and is right modulo m. With
//! a, b < R, a·b·R⁻¹ comes out below R + m; what is beyond R shows in one carry, and m is taken off
//! once for it.
//!
//! Lengths are known when the program runs: one copy of the code serves primes and moduli of every
//! width, which matters where flash is small. The number of limbs is even.

#![expect(clippy::indexing_slicing, reason = "every index is bounded by the length of its array")]

use core::hint::black_box;

use crate::rsa::arch::{Kernel, Limb};

/// 32 bits in each limb.
#[derive(Debug)]
pub enum Radix32 {}

impl Kernel for Radix32 {
    type Limb = u32;

    const BITS: u32 = u32::BITS;
    const SPARE_BITS: u32 = 0;

    #[inline]
    fn add(a: u32, b: u32, carry: u32) -> (u32, u32) {
        split(add_up([a.into(), b.into(), carry.into()]))
    }

    #[inline]
    fn sub(a: u32, b: u32, borrow: u32) -> (u32, u32) {
        let difference = u64::from(a).wrapping_sub(u64::from(b)).wrapping_sub(u64::from(borrow));
        let (limb, high) = split(difference);
        (limb, high & 1)
    }

    #[inline]
    fn multiply_add(a: u32, b: u32, addend: u32, carry: u32) -> (u32, u32) {
        let product = u64::from(a).wrapping_mul(u64::from(b));
        split(product.wrapping_add(u64::from(addend)).wrapping_add(u64::from(carry)))
    }

    #[inline]
    fn multiply_low(a: u32, b: u32) -> u32 {
        a.wrapping_mul(b)
    }

    #[inline]
    fn multiply<const N: usize>(a: &mut [u32; N], b: &[u32; N], m: &[u32; N], n0: u32) {
        let mut wide = [[0; N]; 2];
        multiply(wide.as_flattened_mut(), a, b);
        reduce(a, wide.as_flattened_mut(), m, n0);
    }

    #[inline]
    fn square<const N: usize>(a: &mut [u32; N], m: &[u32; N], n0: u32) {
        let mut wide = [[0; N]; 2];
        square(wide.as_flattened_mut(), a);
        reduce(a, wide.as_flattened_mut(), m, n0);
    }

    #[inline]
    fn reduce<const N: usize>(wide: &[[u32; N]; 2], m: &[u32; N], n0: u32) -> [u32; N] {
        let mut wide = *wide;
        let mut remainder = [0; N];
        reduce(&mut remainder, wide.as_flattened_mut(), m, n0);
        remainder
    }
}

/// Adds `a · b` to zero, two rows in each pass.
#[inline(never)]
fn multiply(sum: &mut [u32], a: &[u32], b: &[u32]) {
    let (pairs, _) = a.as_chunks::<2>();
    for (i, &x) in pairs.iter().enumerate() {
        let (row, top) = sum[2 * i..].split_at_mut(b.len());
        let carry = add_rows(row, x, Carry::default(), b);
        (top[0], top[1]) = carry.multiply_add_last(x);
    }
}

/// Adds `a²` to zero. The products of different limbs once, two rows in each pass; they are doubled,
/// and the squares of the limbs added.
#[inline(never)]
fn square(sum: &mut [u32], a: &[u32]) {
    let (pairs, _) = a.as_chunks::<2>();
    for (i, &x) in pairs.iter().enumerate() {
        let (first, first_carry) = Radix32::multiply_add(x[0], x[1], sum[4 * i + 1], 0);
        sum[4 * i + 1] = first;
        let rest = &a[2 * i + 2..];
        let (row, top) = sum[4 * i + 2..].split_at_mut(rest.len());
        let carry = Carry { rows: [first_carry, 0], before: 0 };
        let carry = add_rows(row, x, carry, rest);
        (top[0], top[1]) = carry.multiply_add_last(x);
    }
    let (columns, _) = sum.as_chunks_mut::<2>();
    let (mut bit, mut carry) = (0, 0);
    for ([even, odd], &limb) in columns.iter_mut().zip(a) {
        let doubled = [*even << 1 | bit, *odd << 1 | *even >> 31];
        bit = *odd >> 31;
        let high;
        (*even, high) = Radix32::multiply_add(limb, limb, doubled[0], carry);
        (*odd, carry) = Radix32::add(doubled[1], high, 0);
    }
}

/// Makes the lower half of `sum` zero by adding multiples of `m`, two rows in each pass; the upper
/// half goes to `out`.
#[inline(never)]
fn reduce(out: &mut [u32], sum: &mut [u32], m: &[u32], n0: u32) {
    let (m0, m1) = (m[0], m[1]);
    let mut beyond = 0;
    for i in (0..m.len()).step_by(2) {
        let (row, top) = sum[i..].split_at_mut(m.len());
        let y0 = row[0].wrapping_mul(n0);
        let (_, carry0) = Radix32::multiply_add(y0, m0, row[0], 0);
        let (second, carry0) = Radix32::multiply_add(y0, m1, row[1], carry0);
        let y1 = second.wrapping_mul(n0);
        let (_, carry1) = Radix32::multiply_add(y1, m0, second, 0);
        let carry = Carry { rows: [carry0, carry1], before: m1 };
        let carry = add_rows(&mut row[2..], [y0, y1], carry, &m[2..]);
        let (middle, carry0) = split(add_up([top[0].into(), carry.rows[0].into(), beyond]));
        let carry1;
        (top[0], carry1) = Radix32::multiply_add(y1, carry.before, middle, carry.rows[1]);
        let last = add_up([top[1].into(), carry1.into(), carry0.into()]);
        (top[1], beyond) = (u32::truncate(last), last >> 32);
    }
    // −m is its complement plus 1. It is added as often as there is something beyond R, once or not;
    // the compiler is not to see that there are no more possibilities, or it might branch.
    let beyond = black_box(u32::truncate(beyond));
    let mut carry = beyond;
    for ((out, &high), &limb) in out.iter_mut().zip(&sum[m.len()..]).zip(m) {
        (*out, carry) = Radix32::multiply_add(beyond, !limb, high, carry);
    }
}

/// What two rows hand on from column to column.
#[derive(Clone, Copy, Default)]
struct Carry {
    rows: [u32; 2],
    /// The limb that the second row has still to take.
    before: u32,
}

impl Carry {
    /// The two columns above the rows.
    #[inline(always)]
    fn multiply_add_last(self, x: [u32; 2]) -> (u32, u32) {
        Radix32::multiply_add(x[1], self.before, self.rows[0], self.rows[1])
    }

    #[inline(always)]
    fn step(&mut self, column: &mut u32, x: [u32; 2], limb: u32) {
        let middle;
        (middle, self.rows[0]) = Radix32::multiply_add(x[0], limb, *column, self.rows[0]);
        (*column, self.rows[1]) = Radix32::multiply_add(x[1], self.before, middle, self.rows[1]);
        self.before = limb;
    }
}

/// Adds `x[0] · v` and, one column above, `x[1] · v`. Two columns in each turn are what the registers of
/// an ARM have room for.
#[inline(always)]
fn add_rows(sum: &mut [u32], x: [u32; 2], mut carry: Carry, v: &[u32]) -> Carry {
    let (columns, _) = sum.as_chunks_mut::<2>();
    let (limbs, _) = v.as_chunks::<2>();
    for ([c0, c1], [v0, v1]) in columns.iter_mut().zip(limbs) {
        carry.step(c0, x, *v0);
        carry.step(c1, x, *v1);
    }
    carry
}

/// It cannot overflow, and must not be checked for it either: that would branch on a secret.
#[inline]
fn add_up([a, b, c]: [u64; 3]) -> u64 {
    a.wrapping_add(b).wrapping_add(c)
}

#[inline]
fn split(value: u64) -> (u32, u32) {
    (u32::truncate(value), u32::truncate(value >> 32))
}
