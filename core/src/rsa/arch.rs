//! The multiplications everything else is made of, one implementation for each kind of processor.

mod radix_28;
mod radix_32;
mod radix_64;

use core::fmt;
use core::ops::{BitAnd, BitOr, BitXor};

use zeroize::Zeroize;

pub use self::radix_28::Radix28;
pub use self::radix_32::Radix32;
pub use self::radix_64::Radix64;

/// The kernel that measured fastest on this target.
#[cfg(target_family = "wasm")]
pub(super) type Native = Radix28;
/// The kernel that measured fastest on this target.
#[cfg(all(not(target_family = "wasm"), target_pointer_width = "64"))]
pub(super) type Native = Radix64;
/// The kernel that measured fastest on this target.
#[cfg(not(any(target_family = "wasm", target_pointer_width = "64")))]
pub(super) type Native = Radix32;

/// Numbers of `N` limbs, least significant first, and Montgomery arithmetic on them with
/// R = 2^([`BITS`](Self::BITS) · N).
///
/// Products are *lazily reduced*: a kernel takes and returns numbers from a range of its own that
/// is wider than `0..m`. Every canonical number lies in it. `Modulus`
/// says where the range ends.
pub trait Kernel: 'static {
    /// A machine word.
    type Limb: Limb;

    /// How many bits of a number one limb holds.
    const BITS: u32;

    /// How many bits of R a modulus leaves free.
    const SPARE_BITS: u32;

    /// `a + b + carry`, as limb and carry.
    fn add(a: Self::Limb, b: Self::Limb, carry: Self::Limb) -> (Self::Limb, Self::Limb);

    /// `a − b − borrow`, as limb and borrow.
    fn sub(a: Self::Limb, b: Self::Limb, borrow: Self::Limb) -> (Self::Limb, Self::Limb);

    /// `a · b + addend + carry`, as low and high limb. It cannot overflow.
    fn multiply_add(
        a: Self::Limb,
        b: Self::Limb,
        addend: Self::Limb,
        carry: Self::Limb,
    ) -> (Self::Limb, Self::Limb);

    /// The low limb of `a · b`.
    fn multiply_low(a: Self::Limb, b: Self::Limb) -> Self::Limb;

    /// `a ← a · b · R⁻¹ mod m`, lazily reduced. `n0` is −m⁻¹ modulo one limb.
    fn multiply<const N: usize>(
        a: &mut [Self::Limb; N],
        b: &[Self::Limb; N],
        m: &[Self::Limb; N],
        n0: Self::Limb,
    );

    /// `a ← a² · R⁻¹ mod m`, lazily reduced.
    fn square<const N: usize>(a: &mut [Self::Limb; N], m: &[Self::Limb; N], n0: Self::Limb);

    /// `wide · R⁻¹ mod m`, lazily reduced, for a number `wide < R · m` in two halves.
    fn reduce<const N: usize>(
        wide: &[[Self::Limb; N]; 2],
        m: &[Self::Limb; N],
        n0: Self::Limb,
    ) -> [Self::Limb; N];
}

/// A machine word that carries part of a number.
pub trait Limb:
    Copy
    + Default
    + PartialEq
    + fmt::Debug
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
    + Zeroize
    + 'static
{
    /// The low bits of `value`.
    fn truncate(value: u64) -> Self;

    /// All bits, zero-extended.
    fn widen(self) -> u64;
}

impl Limb for u32 {
    #[inline]
    fn truncate(value: u64) -> Self {
        #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "it truncates")]
        let low = value as Self;
        low
    }

    #[inline]
    fn widen(self) -> u64 {
        u64::from(self)
    }
}

impl Limb for u64 {
    #[inline]
    fn truncate(value: u64) -> Self {
        value
    }

    #[inline]
    fn widen(self) -> u64 {
        self
    }
}
