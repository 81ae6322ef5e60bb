//! 28 bits in each limb, products summed in columns of 64 bits: WebAssembly, which has a 64-bit
//! multiplication but neither its high half nor a carry flag.
//!
//! A product has 56 bits, so that a column takes 255 of them before anything has to be carried.
//!
//! A number is lazily reduced when it is below 2m. A modulus leaves at least 2 bits of R free, so
//! R > 4m, and a, b < 2m give a·b·R⁻¹ < 2m: nothing is ever subtracted on the way.

#![expect(clippy::indexing_slicing, reason = "every index is bounded by the length of its array")]

use core::num::Wrapping;

use crate::rsa::arch::{Kernel, Limb};

/// 28 bits in each limb.
#[derive(Debug)]
pub enum Radix28 {}

const BITS: u32 = 28;
const MASK: u32 = (1 << BITS) - 1;

/// Beyond this many limbs the products of a number and those of its reduction are too many for one
/// column.
const MAX_LIMBS_WITHOUT_CARRY: usize = 126;

/// From this many limbs on, three products of half the length are faster than one.
const MIN_LIMBS_TO_HALVE: usize = 64;

type Column = Wrapping<u64>;

impl Kernel for Radix28 {
    type Limb = u32;

    const BITS: u32 = BITS;
    const SPARE_BITS: u32 = 2;

    #[inline]
    fn add(a: u32, b: u32, carry: u32) -> (u32, u32) {
        let sum = a.wrapping_add(b).wrapping_add(carry);
        (sum & MASK, sum >> BITS)
    }

    #[inline]
    fn sub(a: u32, b: u32, borrow: u32) -> (u32, u32) {
        let difference = a.wrapping_sub(b).wrapping_sub(borrow);
        (difference & MASK, difference >> (u32::BITS - 1))
    }

    #[inline]
    fn multiply_add(a: u32, b: u32, addend: u32, carry: u32) -> (u32, u32) {
        let sum = column(a) * column(b) + column(addend) + column(carry);
        (low(sum), u32::truncate((sum >> 28).0))
    }

    #[inline]
    fn multiply_low(a: u32, b: u32) -> u32 {
        a.wrapping_mul(b) & MASK
    }

    fn multiply<const N: usize>(a: &mut [u32; N], b: &[u32; N], m: &[u32; N], n0: u32) {
        let mut wide = [[Wrapping(0); N]; 2];
        if is_halved(N) {
            let (a, b) = (a.split_at(N / 2), b.split_at(N / 2));
            let (sum_a, sum_b) = (sums::<N>(a), sums::<N>(b));
            let mut middle = [Wrapping(0); N];
            add_product(&mut middle, &sum_a[..N / 2], &sum_b[..N / 2]);
            add_product(&mut wide[0], a.0, b.0);
            add_product(&mut wide[1], a.1, b.1);
            add_middle(&mut wide, &mut middle);
        } else {
            add_product(wide.as_flattened_mut(), a, b);
        }
        *a = reduce(&mut wide, m, n0);
    }

    fn square<const N: usize>(a: &mut [u32; N], m: &[u32; N], n0: u32) {
        let mut wide = [[Wrapping(0); N]; 2];
        if is_halved(N) {
            let halves = a.split_at(N / 2);
            let mut middle = [Wrapping(0); N];
            add_square(&mut middle, &sums::<N>(halves)[..N / 2]);
            add_square(&mut wide[0], halves.0);
            add_square(&mut wide[1], halves.1);
            add_middle(&mut wide, &mut middle);
        } else {
            add_square(wide.as_flattened_mut(), a);
        }
        *a = reduce(&mut wide, m, n0);
    }

    fn reduce<const N: usize>(wide: &[[u32; N]; 2], m: &[u32; N], n0: u32) -> [u32; N] {
        let mut wide = wide.map(|half| half.map(column));
        reduce(&mut wide, m, n0)
    }
}

/// Whether a product is made of three of half the length (Karatsuba): with L and H for the halves,
/// the middle of it is (L + H)² − L² − H².
const fn is_halved(limbs: usize) -> bool {
    limbs >= MIN_LIMBS_TO_HALVE && limbs.is_multiple_of(2)
}

/// The sums of the limbs of both halves, without a carry.
#[inline]
fn sums<const N: usize>(halves: (&[u32], &[u32])) -> [u32; N] {
    let mut sums = [0; N];
    for ((sum, low), high) in sums.iter_mut().zip(halves.0).zip(halves.1) {
        *sum = low.wrapping_add(*high);
    }
    sums
}

/// What `middle` has on the way may overflow; what it comes to does not.
#[inline]
fn add_middle<const N: usize>(wide: &mut [[Column; N]; 2], middle: &mut [Column; N]) {
    for ((middle, low), high) in middle.iter_mut().zip(&wide[0]).zip(&wide[1]) {
        *middle -= low + high;
    }
    for (sum, middle) in wide.as_flattened_mut()[N / 2..].iter_mut().zip(middle) {
        *sum += *middle;
    }
}

/// Adds `a · b`, four rows in each pass.
#[inline(never)]
fn add_product(sum: &mut [Column], a: &[u32], b: &[u32]) {
    let (fours, last) = a.as_chunks::<4>();
    for (i, &[x0, x1, x2, x3]) in fours.iter().enumerate() {
        let rows = [column(x0), column(x1), column(x2), column(x3)];
        add_rows(&mut sum[4 * i..], rows, [Wrapping(0); 3], b);
    }
    for (i, &x) in (4 * fours.len()..).zip(last) {
        add_row(&mut sum[i..], column(x), b);
    }
}

/// Adds `a²`, four rows in each pass: the products of different limbs doubled.
#[inline(never)]
fn add_square(sum: &mut [Column], a: &[u32]) {
    let (fours, last) = a.as_chunks::<4>();
    for (i, &[x0, x1, x2, x3]) in fours.iter().enumerate() {
        let [x0, x1, x2, x3] = [column(x0), column(x1), column(x2), column(x3)];
        let doubled = [x0 + x0, x1 + x1, x2 + x2, x3 + x3];
        let window = &mut sum[8 * i..];
        window[0] += x0 * x0;
        window[1] += doubled[0] * x1;
        window[2] += doubled[0] * x2 + x1 * x1;
        window[3] += doubled[0] * x3 + doubled[1] * x2;
        window[4] += doubled[1] * x3 + x2 * x2;
        window[5] += doubled[2] * x3;
        window[6] += x3 * x3;
        add_rows(&mut window[4..], doubled, [Wrapping(0); 3], &a[4 * i + 4..]);
    }
    for (i, &x) in (4 * fours.len()..).zip(last) {
        let window = &mut sum[2 * i..];
        window[0] += column(x) * column(x);
        add_row(&mut window[1..], column(x) + column(x), &a[i + 1..]);
    }
}

/// Makes the lower half zero by adding multiples of `m`, four rows in each pass; the upper half
/// remains.
#[inline]
fn reduce<const N: usize>(wide: &mut [[Column; N]; 2], m: &[u32; N], n0: u32) -> [u32; N] {
    let sum = wide.as_flattened_mut();
    if N > MAX_LIMBS_WITHOUT_CARRY {
        spread(sum);
    }
    let [m0, m1, m2, m3] = [column(m[0]), column(m[1]), column(m[2]), column(m[3])];
    for i in 0..N / 4 {
        let window = &mut sum[4 * i..];
        let y0 = quotient(window[0], n0);
        let second = window[1] + y0 * m1 + ((window[0] + y0 * m0) >> 28);
        let y1 = quotient(second, n0);
        let third = window[2] + y0 * m2 + y1 * m1 + ((second + y1 * m0) >> 28);
        let y2 = quotient(third, n0);
        let fourth = window[3] + y0 * m3 + y1 * m2 + y2 * m1 + ((third + y2 * m0) >> 28);
        let y3 = quotient(fourth, n0);
        window[4] += (fourth + y3 * m0) >> 28;
        add_rows(&mut window[4..], [y0, y1, y2, y3], [m3, m2, m1], &m[4..]);
    }
    for i in N / 4 * 4..N {
        let window = &mut sum[i..];
        let y = quotient(window[0], n0);
        window[1] += (window[0] + y * m0) >> 28;
        add_row(&mut window[1..], y, &m[1..]);
    }
    let [_, high] = wide;
    normalize(high)
}

/// Adds `x[0] · v` and, each one column above the one before, `x[1] · v`, `x[2] · v` and `x[3] · v`, where `before`
/// has the limbs below `v`, the nearest first.
///
/// A column is read and written once for four products, and is unrolled by hand: optimizers for size leave that.
#[inline(never)]
fn add_rows(sum: &mut [Column], x: [Column; 4], before: [Column; 3], v: &[u32]) {
    let [x0, x1, x2, x3] = x;
    let [mut below1, mut below2, mut below3] = before;
    let (rows, top) = sum.split_at_mut(v.len());
    let (chunks, rest) = rows.as_chunks_mut::<4>();
    let (v_chunks, v_rest) = v.as_chunks::<4>();
    for ([c0, c1, c2, c3], &[v0, v1, v2, v3]) in chunks.iter_mut().zip(v_chunks) {
        let [v0, v1, v2, v3] = [column(v0), column(v1), column(v2), column(v3)];
        *c0 += x0 * v0 + x1 * below1 + x2 * below2 + x3 * below3;
        *c1 += x0 * v1 + x1 * v0 + x2 * below1 + x3 * below2;
        *c2 += x0 * v2 + x1 * v1 + x2 * v0 + x3 * below1;
        *c3 += x0 * v3 + x1 * v2 + x2 * v1 + x3 * v0;
        [below1, below2, below3] = [v3, v2, v1];
    }
    for (column_here, &limb) in rest.iter_mut().zip(v_rest) {
        let v0 = column(limb);
        *column_here += x0 * v0 + x1 * below1 + x2 * below2 + x3 * below3;
        [below1, below2, below3] = [v0, below1, below2];
    }
    top[0] += x1 * below1 + x2 * below2 + x3 * below3;
    top[1] += x2 * below1 + x3 * below2;
    top[2] += x3 * below1;
}

/// Adds `x · v`.
#[inline]
fn add_row(sum: &mut [Column], x: Column, v: &[u32]) {
    for (column_here, &limb) in sum.iter_mut().zip(v) {
        *column_here += x * column(limb);
    }
}

#[inline]
fn column(limb: u32) -> Column {
    Wrapping(u64::from(limb))
}

#[inline]
fn low(column: Column) -> u32 {
    u32::truncate(column.0) & MASK
}

/// The multiple of m that makes the lowest 28 bits of `sum` zero.
#[inline]
fn quotient(sum: Column, n0: u32) -> Column {
    column(Radix28::multiply_low(u32::truncate(sum.0), n0))
}

/// Carries once from each column into the next; all but the last become short again.
#[inline]
fn spread(columns: &mut [Column]) {
    let mut carry = Wrapping(0);
    if let Some((last, columns)) = columns.split_last_mut() {
        for column in columns {
            let sum = *column;
            *column = (sum & Wrapping(u64::from(MASK))) + carry;
            carry = sum >> 28;
        }
        *last += carry;
    }
}

/// Carries from the lowest column to the highest, so that each holds 28 bits.
#[inline]
fn normalize<const N: usize>(columns: &[Column; N]) -> [u32; N] {
    let mut carry = Wrapping(0);
    columns.map(|column| {
        let sum = column + carry;
        carry = sum >> 28;
        low(sum)
    })
}
