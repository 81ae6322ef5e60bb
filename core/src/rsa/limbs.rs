//! Numbers as limbs, least significant first: comparison, selection, addition, bytes. Nothing here
//! branches on a limb or uses one as an index, except what has `public` in its name.

use core::hint::black_box;
use core::ops::{BitAnd, BitOr, Not};

use crate::rsa::arch::{Kernel, Limb};

/// Yes or no without a branch: all ones or all zeros.
#[derive(Clone, Copy)]
pub(super) struct Mask(u64);

impl Mask {
    pub(super) const YES: Self = Self(u64::MAX);
    pub(super) const NO: Self = Self(0);

    /// From 0 or 1. The compiler is not to see which values are possible, or it might branch.
    #[inline]
    pub(super) fn from_bit(bit: u64) -> Self {
        Self(0_u64.wrapping_sub(black_box(bit)))
    }

    #[inline]
    pub(super) fn is_zero(value: u64) -> Self {
        Self::from_bit((!value & value.wrapping_sub(1)) >> (u64::BITS - 1))
    }

    /// Whether two small numbers (below 2^63) are equal.
    #[inline]
    pub(super) fn equal(a: u64, b: u64) -> Self {
        Self::is_zero(a ^ b)
    }

    /// Whether `a < b`, both below 2^63.
    #[inline]
    pub(super) fn less(a: u64, b: u64) -> Self {
        Self::from_bit(a.wrapping_sub(b) >> (u64::BITS - 1))
    }

    #[inline]
    pub(super) fn limb<L: Limb>(self) -> L {
        L::truncate(self.0)
    }

    /// `yes` or `no`.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(super) fn select(self, yes: u64, no: u64) -> u64 {
        no ^ (self.0 & (yes ^ no))
    }

    /// Makes the answer public. The only place where a secret decides which way the program goes,
    /// once per operation: whether a key is consistent, a result correct, a padding valid.
    #[inline(never)]
    pub(super) fn reveal(self) -> bool {
        if black_box(self.0) == u64::MAX { black_box(true) } else { black_box(false) }
    }
}

impl BitAnd for Mask {
    type Output = Self;

    #[inline]
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOr for Mask {
    type Output = Self;

    #[inline]
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Not for Mask {
    type Output = Self;

    #[inline]
    fn not(self) -> Self {
        Self(!self.0)
    }
}

/// Makes public an index that a secret led to, such as where a valid padding ends.
#[cfg(feature = "alloc")]
#[inline(never)]
pub(super) fn reveal_index(index: u64, len: usize) -> usize {
    (0_u64..).zip(0..len).find(|(found, _)| black_box(*found) == index).map_or(len, |(_, i)| i)
}

/// `a ← a + b`; the carry.
#[inline]
pub(super) fn add<K: Kernel>(a: &mut [K::Limb], b: &[K::Limb]) -> K::Limb {
    let mut carry = K::Limb::default();
    for (a, &b) in a.iter_mut().zip(b) {
        (*a, carry) = K::add(*a, b, carry);
    }
    carry
}

/// `a ← a + b` for a shorter `b`, where the sum fits `a`.
pub(super) fn add_short<K: Kernel>(a: &mut [K::Limb], b: &[K::Limb]) {
    let zero = K::Limb::default();
    let mut carry = zero;
    for (a, b) in a.iter_mut().zip(b.iter().copied().chain(core::iter::repeat(zero))) {
        (*a, carry) = K::add(*a, b, carry);
    }
}

/// `a ← a − b`; the borrow.
#[inline]
pub(super) fn sub<K: Kernel>(a: &mut [K::Limb], b: &[K::Limb]) -> K::Limb {
    sub_masked::<K>(a, b, Mask::YES)
}

/// `a ← a − b` where the mask says so; the borrow.
#[inline]
pub(super) fn sub_masked<K: Kernel>(a: &mut [K::Limb], b: &[K::Limb], mask: Mask) -> K::Limb {
    let mask: K::Limb = mask.limb();
    let mut borrow = K::Limb::default();
    for (a, &b) in a.iter_mut().zip(b) {
        (*a, borrow) = K::sub(*a, b & mask, borrow);
    }
    borrow
}

/// `a ← b` where the mask says so.
#[inline]
pub(super) fn assign_masked<K: Kernel>(a: &mut [K::Limb], b: &[K::Limb], mask: Mask) {
    let mask: K::Limb = mask.limb();
    for (a, &b) in a.iter_mut().zip(b) {
        *a = *a ^ (mask & (*a ^ b));
    }
}

/// `a ← a mod m` for `a < 2m`, where `carry` is what `a` has beyond its limbs.
#[inline]
pub(super) fn sub_if_not_less<K: Kernel, const N: usize>(
    a: &mut [K::Limb; N],
    carry: K::Limb,
    m: &[K::Limb; N],
) {
    let mut difference = *a;
    let borrow = sub::<K>(&mut difference, m);
    let less = Mask::less(carry.widen(), borrow.widen());
    assign_masked::<K>(a, &difference, !less);
}

/// Whether `a < b`.
#[inline]
pub(super) fn less<K: Kernel>(a: &[K::Limb], b: &[K::Limb]) -> Mask {
    let mut borrow = K::Limb::default();
    for (&a, &b) in a.iter().zip(b) {
        (_, borrow) = K::sub(a, b, borrow);
    }
    Mask::from_bit(borrow.widen())
}

/// Whether `a = b`.
#[inline]
pub(super) fn equal<K: Kernel>(a: &[K::Limb], b: &[K::Limb]) -> Mask {
    let zero = K::Limb::default();
    let difference = a.iter().zip(b).fold(zero, |sum, (&a, &b)| sum | (a ^ b));
    Mask::is_zero(difference.widen())
}

/// The number 1.
#[inline]
pub(super) fn one<K: Kernel, const N: usize>() -> [K::Limb; N] {
    let mut one = [K::Limb::default(); N];
    if let Some(limb) = one.first_mut() {
        *limb = K::Limb::truncate(1);
    }
    one
}

/// `a · b`, for an `out` twice as long as either.
pub(super) fn multiply<K: Kernel>(out: &mut [K::Limb], a: &[K::Limb], b: &[K::Limb]) {
    out.fill(K::Limb::default());
    for (i, &x) in a.iter().enumerate() {
        let mut carry = K::Limb::default();
        let mut columns = out.iter_mut().skip(i);
        for (column, &y) in columns.by_ref().zip(b) {
            (*column, carry) = K::multiply_add(x, y, *column, carry);
        }
        if let Some(column) = out.get_mut(i.wrapping_add(b.len())) {
            *column = carry;
        }
    }
}

/// −m₀⁻¹ modulo one limb, for an odd `m₀`.
pub(super) fn negated_inverse<K: Kernel>(m0: K::Limb) -> K::Limb {
    let m0 = m0.widen();
    // m₀ · m₀ ≡ 1 modulo 8; each step doubles the number of correct bits.
    let mut inverse = m0;
    for _ in 0..5 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(m0.wrapping_mul(inverse)));
    }
    let mask = u64::MAX >> (u64::BITS - K::BITS);
    K::Limb::truncate(inverse.wrapping_neg() & mask)
}

/// Reads big-endian bytes. What lies beyond the limbs must be zero, and is left out.
pub(super) fn from_be_bytes<K: Kernel>(out: &mut [K::Limb], bytes: &[u8]) {
    let mut rest = bytes.iter().rev();
    let (mut bits, mut count) = (0_u128, 0);
    for limb in out {
        while count < K::BITS {
            let byte = rest.next().copied().unwrap_or(0);
            bits |= u128::from(byte) << count;
            count = count.wrapping_add(8);
        }
        *limb = K::Limb::truncate(low_bits(bits, K::BITS));
        bits >>= K::BITS;
        count = count.wrapping_sub(K::BITS);
    }
}

/// Writes big-endian bytes: as many as `out` takes, from the least significant end.
pub(super) fn to_be_bytes<K: Kernel>(out: &mut [u8], limbs: &[K::Limb]) {
    let mut rest = limbs.iter();
    let (mut bits, mut count) = (0_u128, 0_u32);
    for byte in out.iter_mut().rev() {
        if count < 8 {
            let limb = rest.next().map_or(0, |limb| limb.widen());
            bits |= u128::from(limb) << count;
            count = count.wrapping_add(K::BITS);
        }
        let [low, ..] = bits.to_le_bytes();
        *byte = low;
        bits >>= 8;
        count = count.saturating_sub(8);
    }
}

/// `width` bits of a number, from the bit at `position` on; `width` is less than a limb has.
#[inline]
pub(super) fn window<K: Kernel>(limbs: &[K::Limb], position: u32, width: u32) -> u64 {
    let index = usize::try_from(position / K::BITS).unwrap_or(usize::MAX);
    let shift = position % K::BITS;
    let mut pair = limbs.iter().skip(index).map(|limb| u128::from(limb.widen()));
    let low = pair.next().unwrap_or(0);
    let high = pair.next().unwrap_or(0);
    low_bits((low | high << K::BITS) >> shift, width)
}

/// The bit at `position`, as a limb.
#[inline]
pub(super) fn bit<K: Kernel>(limbs: &[K::Limb], position: u32) -> K::Limb {
    K::Limb::truncate(window::<K>(limbs, position, 1))
}

/// Number of bits, for a public number: it shows in the time this takes.
pub(super) fn public_bits<K: Kernel>(limbs: &[K::Limb]) -> u32 {
    let zero = K::Limb::default();
    let mut bits = 0_u32;
    let mut position = 0_u32;
    for &limb in limbs {
        if limb != zero {
            bits = position.wrapping_add(u64::BITS).wrapping_sub(limb.widen().leading_zeros());
        }
        position = position.wrapping_add(K::BITS);
    }
    bits
}

#[inline]
fn low_bits(bits: u128, count: u32) -> u64 {
    #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "it truncates")]
    let low = bits as u64;
    low & (u64::MAX >> u64::BITS.wrapping_sub(count))
}
